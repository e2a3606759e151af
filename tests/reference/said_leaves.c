/* SPDX-License-Identifier: GPL-3.0-or-later */
/* said_leaves.c - making up the leaves of queries.
 *
 * Words and phrases are mostly cut out of the articles, so that they occur. */
#include "said_leaves.h"

#include <string.h>

#include "need.h"

/* Things that look like operators, quotes or parentheses must come from the tree only. */
static const char *const special[] = {
    "\"", "\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb", "\u2033", "(", ")", "|", "*", NULL,
};

static bool
has_special(const char *text)
{
    for (size_t i = 0; special[i] != NULL; i++)
        if (strstr(text, special[i]) != NULL)
            return true;
    return false;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

static bool
is_operator(const char *text)
{
    static const char *const operators[] = {"AND", "OR",       "NOT",       "NEAR",
                                            "ADJ", "SENTENCE", "PARAGRAPH", NULL};

    for (size_t i = 0; operators[i] != NULL; i++)
        if (strcmp(text, operators[i]) == 0)
            return true;
    return false;
}

/* ---- words ---- */

/* May a word begin so?  Letters, digits, signs of currency; no other mark. */
static bool
begins_well(const char *text)
{
    unsigned char c = (unsigned char)text[0];

    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '$' ||
           (c >= 0xc3 && c != 0xe2);
}

/* Characters between two blanks of an article, marks at their ends mostly left out. NULL where
 * there are none that can be typed. */
static char *
cut_word(dice *d, const made_corpus *corpus, arena *a)
{
    const made_article *article = &corpus->articles[dice_below(d, corpus->narticles)];
    size_t start = 0;
    size_t end = 0;
    char *word = NULL;

    if (article->text_bytes == 0)
        return NULL;
    start = dice_below(d, article->text_bytes);
    while (start > 0 && !is_blank(article->text[start - 1]))
        start--;
    while (start < article->text_bytes && !begins_well(article->text + start) &&
           !is_blank(article->text[start]))
        start++;
    end = start;
    while (end < article->text_bytes && !is_blank(article->text[end]))
        end++;
    while (end > start && strchr(",;:?!-", article->text[end - 1]) != NULL)
        end--;
    if (end > start && article->text[end - 1] == '.' && dice_chance(d, 80))
        end--;
    word = arena_copy(a, article->text + start, end - start);
    NEED(word != NULL);
    return word;
}

/* Type it as another might: other case, curly apostrophe. */
static void
retype(dice *d, char *word)
{
    size_t nbytes = strlen(word);
    size_t way = dice_below(d, 12);

    for (size_t i = 0; i < nbytes; i++) {
        bool is_lower = word[i] >= 'a' && word[i] <= 'z';
        bool is_upper = word[i] >= 'A' && word[i] <= 'Z';

        if (is_upper && (way == 0 || (way == 1 && i > 0)))
            word[i] = (char)(word[i] - 'A' + 'a');
        else if (is_lower && (way == 2 || (way == 1 && i == 0)))
            word[i] = (char)(word[i] - 'a' + 'A');
    }
}

said *
said_new(said_kind kind, arena *a)
{
    said *node = arena_alloc(a, sizeof *node);

    NEED(node != NULL);
    node->kind = kind;
    return node;
}

/* A word as an article has it, or as the set was made of it; typed in some way. */
static char *
find_word(dice *d, const made_corpus *corpus, arena *a)
{
    for (;;) {
        char *word = NULL;

        if (dice_chance(d, 50))
            word = cut_word(d, corpus, a);
        else
            word = arena_printf(a, "%s", corpus->words[dice_below(d, corpus->nwords)]);
        if (word == NULL || strchr(word, ' ') != NULL || !begins_well(word) || has_special(word))
            continue;
        retype(d, word);
        if (!is_operator(word))
            return word;
    }
}

said *
said_leaf_words(dice *d, const made_corpus *corpus, arena *a)
{
    said *node = said_new(SAID_WORDS, a);
    char *word = find_word(d, corpus, a);

    if (dice_chance(d, 3))
        word = arena_printf(a, "%s%s", word, dice_chance(d, 50) ? "," : ";");
    NEED(word != NULL);
    node->text = word;
    node->is_exact = dice_chance(d, 10);
    return node;
}

/* ---- wildcards and fuzzy words ---- */

/* A word of ASCII letters alone, so that it is one word however it is cut. */
static char *
find_plain_word(dice *d, const made_corpus *corpus, size_t at_least, arena *a)
{
    for (;;) {
        char *word = find_word(d, corpus, a);
        size_t n = 0;

        while ((word[n] >= 'a' && word[n] <= 'z') || (word[n] >= 'A' && word[n] <= 'Z'))
            n++;
        if (word[n] == '\0' && n >= at_least && n <= 40)
            return word;
        if (dice_chance(d, 2))
            return arena_printf(a, "strike");
    }
}

/* Put wildcards into a word: * for some of its characters or none, ? for one that is not the last.
 */
static const char *
make_pattern(dice *d, const char *word, arena *a)
{
    const size_t nbytes = strlen(word);
    const size_t cut = dice_between(d, nbytes > 2 ? 2 : 1, nbytes - 1);
    const size_t end = dice_between(d, cut, nbytes);
    char *copy = arena_printf(a, "%s", word);

    NEED(copy != NULL);
    switch (dice_below(d, 6)) {
    case 0:
    case 1:
        return arena_printf(a, "%.*s*", (int)cut, word);
    case 2:
        return arena_printf(a, "*%s", word + cut - (size_t)dice_below(d, 2));
    case 3:
        return arena_printf(a, "%.*s*%s", (int)cut, word, word + end);
    case 4:
        copy[dice_below(d, nbytes - 1)] = '?';
        return copy;
    default:
        copy[cut > 1 ? dice_below(d, cut) : 1] = '?';
        return arena_printf(a, "%.*s*%s", (int)cut, copy, end < nbytes ? word + end : "");
    }
}

said *
said_leaf_wildcard(dice *d, const made_corpus *corpus, arena *a)
{
    said *node = said_new(SAID_WILDCARD, a);

    node->text = make_pattern(d, find_plain_word(d, corpus, 2, a), a);
    if (corpus->has_many && dice_chance(d, 40))
        node->text = "zq*";
    if (dice_chance(d, 8))
        node->text = arena_printf(a, "%s-%s", find_plain_word(d, corpus, 1, a), node->text);
    else if (dice_chance(d, 8))
        node->text = arena_printf(a, "%s-%s", node->text, find_plain_word(d, corpus, 1, a));
    NEED(node->text != NULL);
    return node;
}

/* A word with an edit or two. */
said *
said_leaf_fuzzy(dice *d, const made_corpus *corpus, arena *a)
{
    said *node = said_new(SAID_FUZZY, a);
    char *word = find_plain_word(d, corpus, 2, a);
    const size_t nedits = dice_below(d, 3);

    for (size_t i = 0; i < nedits && strlen(word) > 1; i++) {
        const size_t at = dice_below(d, strlen(word) - 1);
        const char letter = word[dice_below(d, strlen(word))];

        word = arena_printf(a, "%s", word);
        NEED(word != NULL);
        switch (dice_below(d, 4)) {
        case 0:
            word[at] = 'x';
            break;
        case 1:
            memmove(word + at, word + at + 1, strlen(word + at));
            break;
        case 2:
            word = arena_printf(a, "%.*s%c%s", (int)at, word, letter, word + at);
            break;
        default:
            word[at] = word[at + 1];
            word[at + 1] = letter;
            break;
        }
    }
    node->text = word;
    node->edits = (unsigned)dice_between(d, 1, 2);
    node->says_edits = node->edits == 2 || dice_chance(d, 30);
    if (is_operator(word))
        node->text = "strike";
    return node;
}

/* ---- phrases ---- */

/* Characters of an article from one blank to some other behind it. */
static char *
cut_phrase(dice *d, const made_corpus *corpus, arena *a)
{
    const made_article *article = &corpus->articles[dice_below(d, corpus->narticles)];
    const char *text = article->text;
    size_t start = 0;
    size_t end = 0;
    size_t nwords = dice_between(d, 1, 4);

    if (dice_chance(d, 15))
        text = article->title;
    end = text == article->title ? strlen(text) : article->text_bytes;
    if (end == 0)
        return NULL;
    start = dice_below(d, end);
    while (start > 0 && !is_blank(text[start - 1]))
        start--;
    for (size_t at = start; at < end; at++)
        if (is_blank(text[at]) && --nwords == 0)
            end = at;
    return arena_copy(a, text + start, end - start);
}

static char *
invent_phrase(dice *d, const made_corpus *corpus, arena *a)
{
    char *phrase = arena_printf(a, "%s", corpus->words[dice_below(d, corpus->nwords)]);
    size_t nwords = dice_below(d, 3);

    for (size_t i = 0; i < nwords; i++)
        phrase = arena_printf(a, "%s %s", phrase, corpus->words[dice_below(d, corpus->nwords)]);
    return phrase;
}

static bool
has_letter_or_digit(const char *text)
{
    for (; *text != '\0'; text++)
        if ((*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') ||
            (*text >= 'A' && *text <= 'Z'))
            return true;
    return false;
}

static void
add_piece(said *phrase, piece_kind kind, const char *text, arena *a)
{
    said_piece *last = phrase->npieces == 0 ? NULL : &phrase->pieces[phrase->npieces - 1];

    if (last != NULL && kind == PIECE_TEXT && last->kind == PIECE_TEXT) {
        last->text = arena_printf(a, "%s %s", last->text, text);
        NEED(last->text != NULL);
        return;
    }
    phrase->pieces[phrase->npieces++] = (said_piece){.kind = kind, .text = text};
}

/* (word|other words), of which this word is one. */
static void
add_choice(dice *d, const made_corpus *corpus, said *phrase, char *word, arena *a)
{
    const size_t n = dice_between(d, 2, 3);
    const size_t own = dice_below(d, n);
    said_piece *piece = NULL;

    add_piece(phrase, PIECE_CHOICE, NULL, a);
    piece = &phrase->pieces[phrase->npieces - 1];
    piece->choices = arena_array(a, n, sizeof *piece->choices);
    NEED(piece->choices != NULL);
    piece->nchoices = n;
    for (size_t i = 0; i < n; i++) {
        piece->choices[i] = i == own ? word : find_word(d, corpus, a);
        if (dice_chance(d, 12))
            piece->choices[i] =
                arena_printf(a, "%s %s", piece->choices[i], find_word(d, corpus, a));
        NEED(piece->choices[i] != NULL);
    }
}

static bool
is_plain(const char *word)
{
    size_t n = 0;

    while ((word[n] >= 'a' && word[n] <= 'z') || (word[n] >= 'A' && word[n] <= 'Z'))
        n++;
    return n > 1 && n <= 40 && word[n] == '\0';
}

/* Make pieces of a phrase's words, and some of them something else.  A phrase has letters at both
 * ends, so that a gap stands within it. */
static void
take_apart(dice *d, const made_corpus *corpus, said *phrase, char *text, arena *a)
{
    char *word = text;
    bool is_first = true;

    phrase->pieces = arena_array(a, strlen(text) + 1, sizeof *phrase->pieces);
    NEED(phrase->pieces != NULL);
    while (word != NULL) {
        const size_t nbytes = strcspn(word, " \t\n");
        const bool is_last = word[nbytes] == '\0';
        char *next = is_last ? NULL : word + nbytes + strspn(word + nbytes, " \t\n");

        word[nbytes] = '\0';
        if (!is_first && !is_last && dice_chance(d, 15))
            add_piece(phrase, PIECE_GAP, NULL, a);
        else if (is_plain(word) && dice_chance(d, 12))
            add_piece(phrase, PIECE_WILDCARD, make_pattern(d, word, a), a);
        else if (is_plain(word) && dice_chance(d, 12))
            add_choice(d, corpus, phrase, word, a);
        else
            add_piece(phrase, PIECE_TEXT, word, a);
        is_first = false;
        word = next == NULL || *next == '\0' ? NULL : next;
    }
}

/* What stands behind the last blank. */
static const char *
last_word(const char *text)
{
    const char *last = text;

    for (; *text != '\0'; text++)
        if (is_blank(*text))
            last = text + 1;
    return last;
}

said *
said_leaf_phrase(dice *d, const made_corpus *corpus, arena *a)
{
    said *node = said_new(SAID_PHRASE, a);
    char *text = NULL;

    while (text == NULL) {
        text = dice_chance(d, 75) ? cut_phrase(d, corpus, a) : invent_phrase(d, corpus, a);
        if (text == NULL || has_special(text) || !has_letter_or_digit(text))
            text = NULL;
    }
    retype(d, text);
    while (is_blank(text[strlen(text) - 1]))
        text[strlen(text) - 1] = '\0';
    /* A gap needs a word on either side. */
    if (dice_chance(d, 40) && begins_well(text) && !is_blank(text[strlen(text) - 1]) &&
        has_letter_or_digit(last_word(text))) {
        take_apart(d, corpus, node, text, a);
    } else {
        node->pieces = arena_alloc(a, sizeof *node->pieces);
        NEED(node->pieces != NULL);
        add_piece(node, PIECE_TEXT, text, a);
    }
    node->by_stem = dice_chance(d, 15);
    node->is_exact = !node->by_stem && dice_chance(d, 12);
    node->slop = dice_chance(d, 25) ? (unsigned)dice_between(d, 1, 6) : 0;
    return node;
}

/* ---- fields ---- */

/* A day, month or year that articles have, or nearly: what a date's value is made of. */
static const char *
make_day(dice *d, arena *a, int *first, int *last)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int year = 2023 + (int)dice_below(d, 3);
    const int month = dice_chance(d, 70) ? 11 : (int)dice_between(d, 1, 12);
    const int day = (int)dice_between(d, 13, 18);
    const int ndays = month_days[month - 1] + (month == 2 && year == 2024);
    const char *text = NULL;

    switch (dice_below(d, 3)) {
    case 0:
        *first = year * 10000 + 101;
        *last = year * 10000 + 1231;
        text = arena_printf(a, "%d", year);
        break;
    case 1:
        *first = year * 10000 + month * 100 + 1;
        *last = year * 10000 + month * 100 + ndays;
        text = arena_printf(a, "%d-%02d", year, month);
        break;
    default:
        *first = *last = year * 10000 + month * 100 + day;
        text = arena_printf(a, "%d-%02d-%02d", year, month, day);
        break;
    }
    NEED(text != NULL);
    return text;
}

static void
make_dates(dice *d, arena *a, said *node)
{
    int first = 0;
    int last = 0;
    int other_first = 0;
    int other_last = 0;
    const char *text = make_day(d, a, &first, &last);
    const char *other = make_day(d, a, &other_first, &other_last);

    node->first_day = first;
    node->last_day = last;
    switch (dice_below(d, 10)) {
    case 0: /* from the day behind it; a day that is none is as good, as all days are compared */
        node->text = arena_printf(a, ">%s", text);
        node->first_day = last + 1;
        node->last_day = 0;
        break;
    case 1:
        node->text = arena_printf(a, ">=%s", text);
        node->last_day = 0;
        break;
    case 2:
        node->text = arena_printf(a, "<%s", text);
        node->last_day = first - 1;
        node->first_day = 0;
        break;
    case 3:
        node->text = arena_printf(a, "<=%s", text);
        node->first_day = 0;
        break;
    case 4:
        node->text = arena_printf(a, "%s..", text);
        node->last_day = 0;
        break;
    case 5:
        node->text = arena_printf(a, "..%s", text);
        node->first_day = 0;
        break;
    case 6:
    case 7: /* where they are in order */
        node->text = text;
        if (first <= other_last) {
            node->text = arena_printf(a, "%s..%s", text, other);
            node->last_day = other_last;
        }
        break;
    default:
        node->text = text;
        break;
    }
    NEED(node->text != NULL);
}

/* What begins as a value does, with a * at its end; characters are not cut. */
static const char *
make_beginning(dice *d, const char *value, arena *a)
{
    size_t n = dice_between(d, 1, strlen(value));

    while (n > 0 && ((unsigned char)value[n] & 0xc0) == 0x80)
        n--;
    while (n > 0 && value[n - 1] == ' ')
        n--;
    if (n == 0)
        n = strlen(value);
    return arena_printf(a, "%.*s*", (int)n, value);
}

static const char *const languages[] = {"en",    "en",  "FR",    "de", "en-gb",
                                        "EN_us", "fr*", "en-U*", "e*", NULL};

said *
said_leaf_field(dice *d, const made_corpus *corpus, said_field field, arena *a)
{
    said *node = said_new(SAID_FIELD, a);
    const char *value = NULL;

    node->field = field;
    switch (field) {
    case SAID_SOURCE:
        value =
            articles_sources[dice_below(d, ARTICLES_NSOURCES)][dice_below(d, ARTICLES_NSPELLINGS)];
        break;
    case SAID_AUTHOR:
        value =
            articles_authors[dice_below(d, ARTICLES_NAUTHORS)][dice_below(d, ARTICLES_NSPELLINGS)];
        break;
    case SAID_URL:
        value = dice_pick(d, articles_asked_urls);
        break;
    case SAID_LANGUAGE:
        value = dice_pick(d, languages);
        break;
    case SAID_ID:
        value = corpus->articles[dice_below(d, corpus->narticles)].id;
        break;
    case SAID_DATE:
        make_dates(d, a, node);
        return node;
    }
    if (field != SAID_LANGUAGE && field != SAID_URL && dice_chance(d, 30))
        value = make_beginning(d, value, a);
    NEED(value != NULL);
    node->text = value;
    return node;
}
