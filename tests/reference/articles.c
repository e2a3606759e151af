/* SPDX-License-Identifier: GPL-3.0-or-later */
/* articles.c - making up sets of articles, and writing them as text files and JSON Lines.
 *
 * Texts are word soup with the marks of news: sentences and blocks of all lengths, lost spaces,
 * quotes, capitals, lists of other headlines.  What a sentence or a passage is, engine/text
 * decides, for the index as for the judge; so the soup needs no sense, only variety. */
#include "articles.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "need.h"

const char *const articles_sources[ARTICLES_NSOURCES][ARTICLES_NSPELLINGS] = {
    {"Harbour Wire", "harbour wire", "HARBOUR WIRE"},
    {"The Northern Ledger", "the northern LEDGER", "The Northern Ledger"},
    {"Agence Été", "agence été", "AGENCE ÉTÉ"},
};

const char *const articles_authors[ARTICLES_NAUTHORS][ARTICLES_NSPELLINGS] = {
    {"Ann Lee", "ann lee", "ANN LEE"},
    {"Anna Leeson", "anna leeson", "Anna LEESON"},
    {"Jos\u00e9 \u00c1lvarez", "jose alvarez", "JOS\u00c9 ALVAREZ"},
    {"M. O'Hara", "m. o\u2019hara", "M. O'HARA"},
};

static const char *const urls[] = {
    "https://www.un.org/en/news-1",  "http://un.org/en/",        "https://un.org",
    "http://www.ledger.example/a/b", "https://ledger.example/a", NULL,
};

const char *const articles_asked_urls[] = {
    "un.org",
    "https://un.org/en",
    "www.un.org/en/news",
    "http://www.un.org/en/news-1",
    "ledger.example/a",
    "ledger.example/a/b",
    "ledger",
    "org",
    NULL,
};

static const char *const languages[] = {"en", "fr", "en-GB", "en_US", "enm", "FR-CA", NULL};

/* Words that share a stem or a folded form with others here, or that the tokenizer takes apart or
 * together in ways of its own. */
static const char *const collisions[] = {
    "strike",
    "strikes",
    "striking",
    "US",
    "us",
    "U.S.",
    "it",
    "IT",
    "programme",
    "program",
    "programmes",
    "organisation",
    "organization",
    "organ",
    "hostage-release",
    "hostage",
    "release",
    "hostages",
    "released",
    "cease-fire",
    "ceasefire",
    "$4.5bn",
    "4.5bn",
    "4.5",
    "bn",
    "billion",
    "£20",
    "20",
    "$20",
    "20,000",
    "20000",
    "76%",
    "76",
    "board",
    "boards",
    "peace",
    "nuclear",
    "talks",
    "talked",
    "Gaza",
    "Syria",
    "O'Neill",
    "O\u2019Neill",
    "Netanyahu's",
    "Netanyahu",
    "WHO",
    "who",
    "W.H.O.",
    "UN",
    "U.N.",
    "un",
    "un.org",
    "press@un.org",
    "caf\u00e9",
    "cafe\u0301",
    "cafe",
    "COVID-19",
    "covid",
    "19",
    "a.m.",
    "Mr. Brown",
    "No. 10",
    "10",
    "\ufb01nal",
    "final",
    "\uff27\uff21\uff3a\uff21",
    "20-point",
    "point",
    "G7",
    "AIDS",
    "aids",
    "soft\u00adhyphen",
    "softhyphen",
    "\u548c\u5e73",
    "\u5317\u4eac",
    "\u041c\u043e\u0441\u043a\u0432\u0430",
    "stra\u00dfe",
    "strasse",
    "NATO",
    "Nato",
    "U.K.",
    "uk",
    "Ph.D.",
    "and/or",
    "x",
    "y",
    "z",
    "Israel",
    "Israeli",
    "Israelis",
    "Poland",
    "Polish",
    "polish",
    "Russia",
    "Russian",
    "minister",
    "ministers",
    "ministry",
    "ministerial",
    "mini",
    "defence",
    "defense",
    "centre",
    "center",
    "colour",
    "color",
    "ceasfire",
    "caesefire",
    "broad",
    "bored",
    "border",
    "stationary",
    "stationery",
    "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"
    "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft",
    NULL,
};

static const char *const function_words[] = {"the", "of", "to", "in",   "and", "a",  "for",
                                             "The", "on", "by", "with", "at",  "is", NULL};

static const char *const plain_words[] = {"ridge", "melon",  "barge", "quartz", "fable", "lantern",
                                          "ochre", "pebble", "tunic", "walrus", NULL};

static const char *const sentence_ends[] = {". ", ". ", ". ",   ". ",      ".",        "? ",
                                            "! ", ".",  "... ", "\u2026 ", ".\u201d ", NULL};

static const char *const other_lines[] = {
    "Also Read: ", "Read more: ",     "See also: ", "LATEST POSTS\n",
    "More News\n", "Advertisement\n", NULL,
};

/* ---- words and sentences ---- */

static size_t
count(const char *const *table)
{
    size_t n = 0;

    while (table[n] != NULL)
        n++;
    return n;
}

/* Choose what the texts of this set are made of: the fewer words, the more passages match. */
static void
choose_words(dice *d, arena *a, made_corpus *corpus)
{
    size_t ncollisions = dice_between(d, 6, 40);
    size_t nplain = dice_between(d, 1, count(plain_words));
    size_t nfunction = dice_between(d, 1, count(function_words));
    size_t room = ncollisions + nplain + nfunction;
    size_t first = dice_below(d, count(collisions));
    const char **words = arena_array(a, room, sizeof *words);

    NEED(words != NULL);
    /* Neighbours in the table collide, so half of them are a run of it. */
    for (size_t i = 0; i < ncollisions; i++)
        words[i] =
            i % 2 == 0 ? collisions[(first + i / 2) % count(collisions)] : dice_pick(d, collisions);
    for (size_t i = 0; i < nplain; i++)
        words[ncollisions + i] = dice_pick(d, plain_words);
    for (size_t i = 0; i < nfunction; i++)
        words[ncollisions + nplain + i] = dice_pick(d, function_words);
    corpus->words = words;
    corpus->nwords = room;
}

/* Low numbers come more often, so that some words are frequent and some are rare. */
static const char *
a_word(dice *d, const made_corpus *corpus)
{
    size_t i = dice_below(d, corpus->nwords);

    if (dice_chance(d, 50))
        i = dice_below(d, i + 1);
    return corpus->words[i];
}

static void
add_gap(dice *d, buffer *out)
{
    static const char *const gaps[] = {", ", "-",  " \u2014 ", "\u2014", "/",
                                       "; ", "  ", " - ",      ": ",     NULL};

    NEED(buffer_add_string(out, dice_chance(d, 90) ? " " : dice_pick(d, gaps)));
}

static void
upper_case(char *bytes, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++)
        if (bytes[i] >= 'a' && bytes[i] <= 'z')
            bytes[i] = (char)(bytes[i] - 'a' + 'A');
}

/* Some words, the first one with a capital. */
static void
add_words(dice *d, const made_corpus *corpus, size_t nwords, buffer *out)
{
    size_t start = out->size;
    bool quoted = nwords > 2 && dice_chance(d, 8);

    for (size_t i = 0; i < nwords; i++) {
        if (i > 0)
            add_gap(d, out);
        if (quoted && i == 1)
            NEED(buffer_add_string(out, "\u201c"));
        NEED(buffer_add_string(out, a_word(d, corpus)));
        if (quoted && i == nwords - 2)
            NEED(buffer_add_string(out, "\u201d"));
    }
    if (dice_chance(d, 85))
        upper_case(out->bytes + start, 1);
}

static void
add_sentence(dice *d, const made_corpus *corpus, buffer *out)
{
    add_words(d, corpus, dice_chance(d, 70) ? dice_between(d, 1, 9) : dice_between(d, 5, 40), out);
    NEED(buffer_add_string(out, dice_pick(d, sentence_ends)));
}

static void
add_block(dice *d, const made_corpus *corpus, buffer *out)
{
    size_t start = out->size;
    size_t nsentences = dice_chance(d, 70) ? dice_between(d, 1, 4) : dice_between(d, 1, 14);

    if (dice_chance(d, 5))
        NEED(buffer_add_string(out, "- "));
    for (size_t i = 0; i < nsentences; i++)
        add_sentence(d, corpus, out);
    if (dice_chance(d, 4))
        upper_case(out->bytes + start, out->size - start);
    while (out->size > start && out->bytes[out->size - 1] == ' ')
        out->size--;
}

/* Lines such as stand around an article on its page. */
static void
add_furniture(dice *d, const made_corpus *corpus, buffer *out)
{
    size_t nlines = dice_between(d, 1, 5);

    NEED(buffer_add_string(out, "\n"));
    NEED(buffer_add_string(out, dice_pick(d, other_lines)));
    for (size_t i = 0; i < nlines; i++) {
        if (i > 0)
            NEED(buffer_add_string(out, "\n"));
        add_words(d, corpus, dice_between(d, 4, 9), out);
    }
}

/* Break lines at blanks before the column, as hard-wrapped files do. */
static void
wrap(char *bytes, size_t nbytes, size_t columns)
{
    size_t line = 0;
    size_t blank = 0;

    for (size_t i = 0; i < nbytes; i++) {
        if (bytes[i] == '\n')
            line = i + 1;
        if (bytes[i] == ' ')
            blank = i;
        if (i - line >= columns && blank > line) {
            bytes[blank] = '\n';
            line = blank + 1;
        }
    }
}

static void
add_body(dice *d, const made_corpus *corpus, buffer *out)
{
    size_t start = out->size;
    size_t nblocks = dice_chance(d, 60) ? dice_between(d, 1, 5) : dice_between(d, 1, 16);
    bool empty_lines = dice_chance(d, 30);

    if (corpus->is_small && nblocks > 3)
        nblocks = 3;
    for (size_t i = 0; i < nblocks; i++) {
        if (i > 0)
            NEED(buffer_add_string(out, empty_lines ? "\n\n" : "\n"));
        add_block(d, corpus, out);
        if (dice_chance(d, 4))
            add_furniture(d, corpus, out);
    }
    if (dice_chance(d, 15))
        add_furniture(d, corpus, out);
    if (empty_lines && dice_chance(d, 25))
        wrap(out->bytes + start, out->size - start, 60);
}

/* ---- what an article has besides its text ---- */

/* Days from 1970-01-01 to a day of the Gregorian calendar: counted, year by year. */
static int64_t
days_since_1970(int year, int month, int day)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t days = 0;

    for (int y = 1970; y < year; y++)
        days += (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 ? 366 : 365;
    days += before[month - 1] + day - 1;
    if (month > 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
        days++;
    return days;
}

/* Choose a date, often that of another article, and write it. NULL: none. */
static const char *
make_date(dice *d, arena *a, made_article *article)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int year = 2023 + (int)dice_below(d, 3);
    int month = dice_chance(d, 80) ? 11 : (int)dice_between(d, 1, 12);
    int day = (int)dice_between(d, 14, 17);
    int hour = (int)dice_between(d, 0, 2);
    int zone = article->is_file ? 0 : (int)dice_below(d, 3) - 1;

    if (dice_chance(d, 20))
        return NULL;
    article->has_date = true;
    article->day = year * 10000 + month * 100 + day;
    article->seconds = days_since_1970(year, month, day) * 86400;
    switch (dice_below(d, 4)) {
    case 0:
        if (article->is_file)
            return arena_printf(a, "%d %s %d", day, months[month - 1], year);
        article->seconds += hour * 3600 - zone * 3600;
        return arena_printf(a, "%04d-%02d-%02dT%02d:00:00%c%02d:00", year, month, day, hour,
                            zone < 0 ? '-' : '+', zone < 0 ? -zone : zone);
    case 1:
        if (article->is_file)
            return arena_printf(a, "%s %d, %d", months[month - 1], day, year);
        article->seconds += hour * 3600;
        return arena_printf(a, "%04d-%02d-%02dT%02d:00:00Z", year, month, day, hour);
    default:
        return arena_printf(a, "%04d-%02d-%02d", year, month, day);
    }
}

/* An id, unique by its number, that sorts otherwise than the number. */
static const char *
make_id(dice *d, arena *a, size_t number)
{
    static const char *const beginnings[] = {"a", "Z", "wire/", "9-", "b b ", "\u00e9", NULL};
    const char *id = arena_printf(a, "%s%zu", dice_pick(d, beginnings), number * 7919 % 1000);

    NEED(id != NULL);
    return id;
}

static const char *
make_title(dice *d, arena *a, const made_corpus *corpus)
{
    buffer title = {0};
    const char *copy = NULL;

    if (dice_chance(d, 25))
        return "";
    add_words(d, corpus, dice_between(d, 1, 8), &title);
    if (dice_chance(d, 15))
        upper_case(title.bytes, title.size);
    copy = arena_copy(a, title.bytes, title.size);
    buffer_free(&title);
    NEED(copy != NULL);
    return copy;
}

/* ---- files ---- */

static void
write_file(const char *path, const char *bytes, size_t nbytes)
{
    FILE *file = fopen(path, "w");

    NEED(file != NULL);
    NEED(nbytes == 0 || fwrite(bytes, 1, nbytes, file) == nbytes);
    NEED(fclose(file) == 0);
}

/* Title and date lines as a text file has them, then the body. */
static void
make_text_file(arena *a, const char *directory, const char *date, const buffer *body,
               made_article *article)
{
    buffer file = {0};
    const char *path = NULL;

    if (article->title[0] != '\0')
        NEED(buffer_printf(&file, "%s\n\n", article->title));
    if (article->title[0] != '\0' && date != NULL)
        NEED(buffer_printf(&file, "%s\n\n", date));
    article->body_start = file.size;
    NEED(buffer_add(&file, body->bytes, body->size));
    NEED(buffer_add_string(&file, "\n"));
    article->path = arena_printf(a, "%s/texts/%s.txt", directory, article->id);
    article->id = arena_printf(a, "texts/%s", article->id);
    article->text = arena_copy(a, file.bytes, file.size);
    article->text_bytes = file.size;
    path = article->path;
    NEED(path != NULL && article->id != NULL && article->text != NULL);
    write_file(path, file.bytes, file.size);
    buffer_free(&file);
}

static void
add_json_string(buffer *out, const char *key, const char *text, size_t nbytes)
{
    NEED(buffer_printf(out, "%s\"%s\":\"", out->bytes[out->size - 1] == '{' ? "" : ",", key));
    for (size_t i = 0; i < nbytes; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\')
            NEED(buffer_add_char(out, '\\') && buffer_add_char(out, (char)c));
        else if (c < 0x20)
            NEED(buffer_printf(out, "\\u%04x", c));
        else
            NEED(buffer_add_char(out, (char)c));
    }
    NEED(buffer_add_char(out, '"'));
}

static void
add_json_record(dice *d, const made_article *article, const char *date, buffer *out)
{
    NEED(buffer_add_char(out, '{'));
    add_json_string(out, "id", article->id, strlen(article->id));
    if (article->title[0] != '\0')
        add_json_string(out, "title", article->title, strlen(article->title));
    add_json_string(out, "text", article->text, article->text_bytes);
    if (date != NULL)
        add_json_string(out, "date", date, strlen(date));
    if (article->source >= 0) {
        const char *source =
            articles_sources[article->source][dice_chance(d, 80) ? 0 : ARTICLES_NSPELLINGS - 1];
        add_json_string(out, "source", source, strlen(source));
    }
    if (article->author >= 0) {
        const char *author = articles_authors[article->author][0];
        add_json_string(out, "author", author, strlen(author));
    }
    if (article->url != NULL)
        add_json_string(out, "url", article->url, strlen(article->url));
    if (article->language != NULL)
        add_json_string(out, "language", article->language, strlen(article->language));
    NEED(buffer_add_string(out, "}\n"));
}

/* ---- the set ---- */

/* More words that begin alike than a wildcard stands for, some of them commoner than others. */
static void
add_many(dice *d, buffer *body)
{
    for (unsigned i = 0; i < 1500; i++) {
        const size_t n = 1 + (dice_chance(d, 30) ? dice_below(d, 3) : 0);

        for (size_t k = 0; k < n; k++)
            NEED(buffer_printf(body, " zq%c%c%c%s", (int)('a' + i % 26), (int)('a' + i / 26 % 26),
                               (int)('a' + i / 676), i % 7 == 0 ? "s." : ""));
    }
}

/* The body of a new article: often that of an earlier one, so that scores are equal. */
static void
make_body(dice *d, const made_corpus *corpus, size_t i, buffer *body)
{
    buffer_clear(body);
    if (i > 0 && dice_chance(d, 20)) {
        const made_article *other = &corpus->articles[dice_below(d, i)];

        NEED(buffer_add(body, other->text + other->body_start,
                        other->text_bytes - other->body_start));
        while (body->size > 0 && body->bytes[body->size - 1] == '\n')
            body->size--;
        return;
    }
    if (i > 0 && dice_chance(d, 3))
        return;
    add_body(d, corpus, body);
    if (corpus->has_many && i == 0)
        add_many(d, body);
}

/* A text file's first line is its title where an empty line follows; so a body without a title must
 * begin otherwise to be told apart, and not with its date. */
static bool
can_be_file(const made_article *article, const buffer *body)
{
    const char *newline = body->size == 0 ? NULL : memchr(body->bytes, '\n', body->size);

    if (article->title[0] != '\0')
        return strlen(article->title) < 200 && body->size > 0;
    return newline != NULL && newline + 1 < body->bytes + body->size && newline[1] != '\n' &&
           newline[1] != ' ';
}

static void
make_article(dice *d, arena *a, const char *directory, made_corpus *corpus, size_t i, buffer *body,
             buffer *records)
{
    made_article *article = &corpus->articles[i];
    const char *date = NULL;

    article->id = make_id(d, a, i);
    article->title = make_title(d, a, corpus);
    article->source = -1;
    article->author = -1;
    make_body(d, corpus, i, body);
    article->is_file =
        dice_chance(d, 30) && can_be_file(article, body) && strchr(article->id, '/') == NULL;
    date = make_date(d, a, article);
    if (article->is_file) {
        if (article->title[0] == '\0')
            article->has_date = false; /* no line for it */
        make_text_file(a, directory, date, body, article);
        return;
    }
    article->path = arena_printf(a, "%s/records.jsonl", directory);
    article->text = arena_copy(a, body->size == 0 ? "" : body->bytes, body->size);
    article->text_bytes = body->size;
    article->source = (int)dice_below(d, ARTICLES_NSOURCES + 1) - 1;
    article->author = (int)dice_below(d, ARTICLES_NAUTHORS + 1) - 1;
    article->url = dice_chance(d, 70) ? dice_pick(d, urls) : NULL;
    article->language = dice_chance(d, 70) ? dice_pick(d, languages) : NULL;
    NEED(article->path != NULL && article->text != NULL);
    add_json_record(d, article, date, records);
}

void
articles_make(dice *d, const char *directory, arena *a, made_corpus *corpus)
{
    buffer body = {0};
    buffer records = {0};
    const char *path = arena_printf(a, "%s/texts", directory);

    NEED(path != NULL && mkdir(path, 0777) == 0);
    choose_words(d, a, corpus);
    corpus->has_many = !corpus->is_small && dice_chance(d, 3);
    corpus->narticles = dice_chance(d, 20) ? dice_between(d, 1, 6) : dice_between(d, 10, 60);
    if (corpus->is_small)
        corpus->narticles = dice_between(d, 1, 9);
    corpus->articles = arena_array(a, corpus->narticles, sizeof *corpus->articles);
    NEED(corpus->articles != NULL);
    for (size_t i = 0; i < corpus->narticles; i++)
        make_article(d, a, directory, corpus, i, &body, &records);
    path = arena_printf(a, "%s/records.jsonl", directory);
    NEED(path != NULL);
    write_file(path, records.bytes, records.size);
    buffer_free(&body);
    buffer_free(&records);
}
