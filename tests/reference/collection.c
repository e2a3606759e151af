/* SPDX-License-Identifier: GPL-3.0-or-later */
/* collection.c - reading a real set of articles for the judge.
 *
 * What an article of a file is, engine/article decides, for the index as for the naive searcher:
 * its tests are tables of their own. */
#include "collection.h"

#include <string.h>
#include <unistd.h>

#include "article/reader.h"
#include "article/sources.h"
#include "base/array.h"
#include "base/buffer.h"
#include "need.h"

/* ---- a slice ---- */

static void
read_file(const char *path, buffer *out)
{
    FILE *file = fopen(path, "r");
    char bytes[65536];
    size_t n = 0;

    NEED(file != NULL);
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        NEED(buffer_add(out, bytes, n));
    NEED(!ferror(file) && fclose(file) == 0);
}

static size_t
count_lines(const buffer *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->size; i++)
        n += b->bytes[i] == '\n';
    return n;
}

/* Copy lines of a file to another, each as likely as any. */
static void
write_slice(dice *d, const char *from, size_t nlines, const char *to)
{
    buffer all = {0};
    FILE *file = fopen(to, "w");
    size_t nleft = 0;
    size_t wanted = nlines;

    read_file(from, &all);
    nleft = count_lines(&all);
    NEED(file != NULL && nleft > 0);
    for (size_t at = 0; nleft > 0; nleft--) {
        const char *end = memchr(all.bytes + at, '\n', all.size - at);
        const size_t n = (size_t)(end - all.bytes) + 1 - at;

        if (dice_below(d, nleft) < wanted) {
            NEED(fwrite(all.bytes + at, 1, n, file) == n);
            wanted--;
        }
        at += n;
    }
    NEED(fclose(file) == 0);
    buffer_free(&all);
}

/* ---- articles ---- */

typedef struct {
    collection *collection;
    arena *arena;
    size_t room;
} reading;

static void
add_string(const char ***strings, size_t *nstrings, size_t *room, const char *string)
{
    NEED(string != NULL && ARRAY_GROW(*strings, *nstrings, room));
    (*strings)[(*nstrings)++] = string;
}

static const char *
keep(arena *a, const char *bytes, size_t nbytes)
{
    const char *copy = arena_copy(a, nbytes == 0 ? "" : bytes, nbytes);

    NEED(copy != NULL);
    return copy;
}

static void
add_date(reading *r, const article *from, made_article *to)
{
    collection *c = r->collection;

    to->has_date = from->has_date;
    if (!from->has_date)
        return;
    to->seconds = from->date.seconds;
    to->day = from->date.year * 10000 + from->date.month * 100 + from->date.day;
    add_string(&c->days, &c->ndays, &c->days_room, keep(r->arena, from->date.iso, 10));
}

static void
add_article(reading *r, const article *from, const char *path, bool is_file)
{
    collection *c = r->collection;
    made_corpus *corpus = &c->corpus;
    made_article *to = NULL;

    NEED(ARRAY_GROW(corpus->articles, corpus->narticles, &r->room));
    to = &corpus->articles[corpus->narticles++];
    memset(to, 0, sizeof *to);
    to->id = keep(r->arena, from->id, strlen(from->id));
    to->title = keep(r->arena, from->title, from->title_bytes);
    to->text = keep(r->arena, from->text, from->text_bytes);
    to->text_bytes = from->text_bytes;
    to->body_start = from->body_start;
    to->is_file = is_file;
    to->path = path;
    to->author = -1;
    to->source = -1; /* the naive searcher knows those of articles.h only */
    add_date(r, from, to);
    if (from->title_bytes > 0)
        add_string(&c->lines, &c->nlines, &c->lines_room, to->title);
    if (from->source != NULL)
        add_string(&c->sources, &c->nsources, &c->sources_room,
                   keep(r->arena, from->source, strlen(from->source)));
}

static void
on_problem(void *closure, const char *where, const char *what, bool skipped)
{
    (void)closure;
    (void)skipped;
    printf("Bail out! %s: %s\n", where, what);
    exit(99);
}

static void
read_articles(reading *r, const source_file *file)
{
    const reader_input input = {
        .path = file->path, .name = file->name, .id = file->id, .fd = -1, .problem = on_problem};
    const char *path = keep(r->arena, file->name, strlen(file->name));
    article a = {0};
    reader *in = NULL;
    bool more = true;

    NEED(reader_open(&input, &in, NULL) == QUIRE_OK && in != NULL);
    while (reader_next(in, &a, &more, NULL) == QUIRE_OK && more)
        add_article(r, &a, path, reader_line(in) == 0);
    NEED(!more);
    article_clear(&a);
    reader_close(in);
}

/* ---- words ---- */

static int
compare_strings(const void *left, const void *right)
{
    const char *const *a = left;
    const char *const *b = right;

    return strcmp(*a, *b);
}

typedef struct {
    const char *word;
    size_t count;
} counted;

static int
compare_counts(const void *left, const void *right)
{
    const counted *a = left;
    const counted *b = right;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->word, b->word);
}

#define MOST_WORDS 400000 /* of the texts that are looked at */

/* What stands between blanks in some of the articles, sorted. */
static const char **
split_texts(const made_corpus *corpus, arena *a, size_t *nwords_out)
{
    const size_t step = 1 + corpus->narticles / 4000;
    const char **words = NULL;
    size_t room = 0;

    *nwords_out = 0;
    for (size_t i = 0; i < corpus->narticles && *nwords_out < MOST_WORDS; i += step) {
        const char *text = corpus->articles[i].text;

        for (size_t at = strspn(text, " \n\t"); text[at] != '\0';
             at += strspn(text + at, " \n\t")) {
            const size_t nbytes = strcspn(text + at, " \n\t,.;:?!()\"");

            if (nbytes > 0)
                add_string(&words, nwords_out, &room, keep(a, text + at, nbytes));
            at += strcspn(text + at, " \n\t");
        }
    }
    if (*nwords_out > 0)
        qsort(words, *nwords_out, sizeof *words, compare_strings);
    return words;
}

#define NFREQUENT 40 /* most of them function words */
#define NMIDDLE 120
#define NRARE 120

/* Words for queries: the most frequent, some of the others by how often they occur, some rare. */
static void
choose_words(dice *d, arena *a, made_corpus *corpus)
{
    size_t nall = 0;
    const char **all = split_texts(corpus, a, &nall);
    counted *counts = calloc(nall + 1, sizeof *counts);
    const char **chosen = arena_array(a, NFREQUENT + NMIDDLE + NRARE, sizeof *chosen);
    size_t n = 0;

    NEED(nall > 0 && counts != NULL && chosen != NULL);
    for (size_t i = 0; i < nall; i++) {
        if (n == 0 || strcmp(counts[n - 1].word, all[i]) != 0)
            counts[n++].word = all[i];
        counts[n - 1].count++;
    }
    qsort(counts, n, sizeof *counts, compare_counts);
    for (size_t i = 0; i < NFREQUENT; i++)
        chosen[corpus->nwords++] = counts[i < n ? i : n - 1].word;
    for (size_t i = 0; i < NMIDDLE; i++)
        chosen[corpus->nwords++] = all[dice_below(d, nall)];
    for (size_t i = 0; i < NRARE; i++)
        chosen[corpus->nwords++] = counts[n / 2 + dice_below(d, n - n / 2)].word;
    corpus->words = chosen;
    free(counts);
    free(all);
}

/* ---- the set ---- */

/* What people asked: a number, a tab, a question on each line. */
static void
read_questions(const char *path, arena *a, collection *c)
{
    buffer all = {0};

    if (access(path, R_OK) != 0)
        return;
    read_file(path, &all);
    for (size_t at = 0; at < all.size;) {
        const char *line = all.bytes + at;
        const char *end = memchr(line, '\n', all.size - at);
        const size_t nbytes = end == NULL ? all.size - at : (size_t)(end - line);
        const char *tab = memchr(line, '\t', nbytes);

        if (tab != NULL)
            add_string(&c->lines, &c->nlines, &c->lines_room,
                       keep(a, tab + 1, nbytes - (size_t)(tab + 1 - line)));
        at += nbytes + 1;
    }
    buffer_free(&all);
}

void
collection_read(dice *d, const char *path, size_t narticles, const char *directory, arena *a,
                collection *c)
{
    const char *records = arena_printf(a, "%s/corpus.jsonl", path);
    const char *questions = arena_printf(a, "%s/queries.tsv", path);
    reading r = {.collection = c, .arena = a};
    source_list files = {0};

    NEED(records != NULL && questions != NULL);
    c->path = path;
    if (access(records, R_OK) == 0)
        c->path = records;
    if (c->path == records && narticles > 0) {
        c->path = arena_printf(a, "%s/slice.jsonl", directory);
        NEED(c->path != NULL);
        write_slice(d, records, narticles, c->path);
    }
    NEED(sources_list(c->path, on_problem, NULL, &files, NULL) == QUIRE_OK);
    NEED(sources_name(&files, NULL) == QUIRE_OK);
    for (size_t i = 0; i < files.nfiles; i++)
        read_articles(&r, &files.files[i]);
    source_list_free(&files);
    read_questions(questions, a, c);
    choose_words(d, a, &c->corpus);
}

void
collection_free(collection *c)
{
    free(c->corpus.articles);
    free(c->lines);
    free(c->sources);
    free(c->days);
}

/* ---- questions ---- */

static bool
is_word_byte(char byte)
{
    const unsigned char c = (unsigned char)byte;

    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The plain words of a line, which no sign or operator of the query language is one of. */
static size_t
split_line(const char *line, arena *a, const char **words, size_t room)
{
    size_t n = 0;

    for (size_t at = 0; line[at] != '\0' && n < room;) {
        size_t nbytes = 0;

        while (line[at] != '\0' && !is_word_byte(line[at]))
            at++;
        while (is_word_byte(line[at + nbytes]))
            nbytes++;
        if (nbytes > 0)
            words[n++] = keep(a, line + at, nbytes);
        at += nbytes;
    }
    return n;
}

static bool
is_operator(const char *word)
{
    static const char *const operators[] = {"AND", "OR",       "NOT",       "NEAR",
                                            "ADJ", "SENTENCE", "PARAGRAPH", NULL};

    for (size_t i = 0; operators[i] != NULL; i++)
        if (strcmp(word, operators[i]) == 0)
            return true;
    return false;
}

#define MOST_ASKED 12

said *
collection_ask(dice *d, const collection *c, arena *a)
{
    const char *words[64];
    size_t n = 0;
    size_t first = 0;
    said *list = arena_alloc(a, sizeof *list);

    NEED(list != NULL);
    if (c->nlines == 0)
        return NULL;
    n = split_line(c->lines[dice_below(d, c->nlines)], a, words, sizeof words / sizeof *words);
    if (n == 0)
        return NULL;
    if (n > MOST_ASKED)
        first = dice_below(d, n - MOST_ASKED);
    list->kind = SAID_ANY;
    list->parts = arena_array(a, MOST_ASKED, sizeof *list->parts);
    NEED(list->parts != NULL);
    for (size_t i = first; i < n && list->nparts < MOST_ASKED; i++) {
        said *word = arena_alloc(a, sizeof *word);

        NEED(word != NULL);
        if (is_operator(words[i]))
            continue;
        word->kind = SAID_WORDS;
        word->text = words[i];
        list->parts[list->nparts++].node = word;
    }
    return list->nparts == 0 ? NULL : list;
}
