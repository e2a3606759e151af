/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_fixture.h - for tests of the store: articles made at random from a few words, written as a
 * generation and opened, and their passages as they were given to the writer. */
#ifndef QUIRE_TESTS_UNIT_STORE_FIXTURE_H
#define QUIRE_TESTS_UNIT_STORE_FIXTURE_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "query/parse.h"
#include "store/store.h"
#include "store/store_writer.h"

#include "chance.h"
#include "scratch.h"

#define MAX_ARTICLES 400
#define MAX_PASSAGES 2000

/* A passage as the naive loop sees it. */
typedef struct {
    const article *article;
    uint32_t article_number;
    uint32_t number;
    bool furniture;
    uint64_t source_start;
    char *text;
    passage_words words;
} naive_passage;

typedef struct {
    article articles[MAX_ARTICLES];
    size_t narticles;
    naive_passage passages[MAX_PASSAGES];
    size_t npassages;
    stemmer *stemmer;
    generation generation;
    store *store;
} fixture;

/* ---- Articles, in the order that a builder gives them ---- */

static const char *const some_words[] = {
    "peace",
    "the",
    "of",
    "board",
    "talks",
    "Gaza",
    "US",
    "us",
    "draft",
    "organised",
    "vote",
    "votes",
    "hostage-release",
    "$4.5bn",
    "4.5",
    "20,000",
    "programme",
    "program",
    "Netanyahu's",
    "ceasefire",
    "Syria",
    "un.org",
    "had",
    "minister",
    "WHO",
    "who",
    "76%",
    "cafe",
    "had had",
    "Board of Peace",
};

static inline char *
make_text(uint32_t nsentences)
{
    buffer text = {0};

    for (uint32_t i = 0; i < nsentences; i++) {
        const uint32_t nwords = 1 + random_below(12);

        for (uint32_t j = 0; j < nwords; j++) {
            const uint32_t most = random_below(3) > 0 ? 12 : sizeof some_words / sizeof *some_words;

            assert_true(
                buffer_printf(&text, "%s%s", j == 0 ? "It " : " ", some_words[random_below(most)]));
        }
        assert_true(buffer_add_string(&text, random_below(4) == 0 ? ".\n" : ". "));
    }
    if (random_below(3) == 0)
        assert_true(buffer_printf(&text, "\nAlso Read: %s %s votes\n", some_words[random_below(12)],
                                  some_words[random_below(12)]));
    char *made = buffer_detach(&text);

    assert_non_null(made);
    return made;
}

static inline int
compare_articles(const void *x, const void *y)
{
    const article *a = x;
    const article *b = y;

    if (a->has_date != b->has_date)
        return a->has_date ? -1 : 1;
    if (a->has_date && a->date.seconds != b->date.seconds)
        return a->date.seconds > b->date.seconds ? -1 : 1;
    return strcmp(a->id, b->id);
}

static inline char *
copy(const char *string)
{
    char *made = strdup(string);

    assert_non_null(made);
    return made;
}

static inline void
add_article(fixture *f, const char *id, const char *title, const char *text, const char *date,
            const char *source)
{
    article *a = &f->articles[f->narticles++];

    assert_true(f->narticles <= MAX_ARTICLES);
    *a = (article){.id = copy(id), .path = copy(id), .text = copy(text), .text_is_file = true};
    a->text_bytes = strlen(text);
    if (title != NULL) {
        a->title = copy(title);
        a->title_bytes = strlen(title);
    }
    if (date != NULL) {
        a->has_date = true;
        assert_true(date_parse(date, strlen(date), &a->date));
    }
    if (source != NULL)
        a->source = copy(source);
}

static inline void
add_random_articles(fixture *f, size_t n)
{
    static const char *const sources[] = {NULL, "Example Wire", "EXAMPLE WIRE", "Caf\xc3\xa9 News"};

    for (size_t i = 0; i < n; i++) {
        char id[32];
        char date[32];
        char *text = make_text(1 + random_below(30));
        char *title = random_below(4) > 0 ? make_text(1) : NULL;

        snprintf(id, sizeof id, "a%03u-%zu", random_below(1000), i);
        snprintf(date, sizeof date, "%04u-%02u-%02u", 2023 + random_below(3), 1 + random_below(12),
                 1 + random_below(28));
        add_article(f, id, title, text, random_below(5) > 0 ? date : NULL,
                    sources[random_below(4)]);
        free(text);
        free(title);
    }
}

/* ---- Writing a generation, and opening it ---- */

static inline void
write_article(fixture *f, store_worker *w, const article *a)
{
    passage_list list = {0};
    uint32_t article_number;
    quire_error err = {0};

    assert_int_equal(store_worker_add_article(w, a, &article_number, &err), QUIRE_OK);
    assert_true(passages_split(a->title, a->title_bytes, a->text, a->text_bytes, 0, &list));
    for (size_t i = 0; i < list.npassages; i++) {
        const passage *p = &list.passages[i];
        naive_passage *n = &f->passages[f->npassages++];

        assert_true(f->npassages <= MAX_PASSAGES);
        *n = (naive_passage){.article = a,
                             .article_number = article_number,
                             .number = (uint32_t)i + 1,
                             .furniture = p->furniture,
                             .source_start = p->start,
                             .text = strndup(a->text + p->start, p->end - p->start)};
        assert_true(passage_words_read(&n->words, f->stemmer, a->title, n->text,
                                       list.sentences + p->first_sentence, p->nsentences));
        assert_int_equal(
            store_worker_add_passage(w,
                                     &(passage_source){.article = a,
                                                       .article_number = article_number,
                                                       .list = &list,
                                                       .passage = p,
                                                       .number = (uint32_t)i + 1,
                                                       .words = &n->words},
                                     &err),
            QUIRE_OK);
    }
    passage_list_free(&list);
}

/* Write all articles as units of articles_a_unit. */
static inline void
write_segment(fixture *f, const char *name, const char *path, uint64_t memory_bytes,
              size_t articles_a_unit)
{
    store_writer *w = NULL;
    store_worker *worker = NULL;
    quire_error err = {0};

    assert_int_equal(store_writer_new(name, path, memory_bytes, 1, &w, &err), QUIRE_OK);
    assert_int_equal(store_writer_add_worker(w, &worker, &err), QUIRE_OK);
    for (size_t i = 0; i < f->narticles; i += articles_a_unit) {
        store_unit *unit = NULL;

        assert_int_equal(store_worker_begin(worker, (uint32_t)i + 1, &err), QUIRE_OK);
        for (size_t j = i; j < f->narticles && j < i + articles_a_unit; j++)
            write_article(f, worker, &f->articles[j]);
        assert_int_equal(store_worker_end(worker, &unit, &err), QUIRE_OK);
        assert_int_equal(store_writer_take(w, unit, &err), QUIRE_OK);
        assert_int_equal(store_writer_catalogue(w, unit, &err), QUIRE_OK);
        store_unit_free(unit);
    }
    assert_int_equal(store_worker_finish(worker, &err), QUIRE_OK);
    store_worker_free(worker);
    if (store_writer_finish_sketches(w, &err) != QUIRE_OK ||
        store_writer_finish(w, &err) != QUIRE_OK ||
        store_writer_finish_catalogue(w, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    store_writer_free(w);
}

static inline void
publish_as(fixture *f, const char *name, const char *index_path, uint64_t memory_bytes)
{
    arena *a = arena_new();
    generation_writer *g = NULL;
    manifest live;
    bool has_live;
    quire_error err = {0};
    char path[256];
    manifest m = {.store = name, .built = "2025-11-16T10:00:00Z", .quire_version = "0"};

    qsort(f->articles, f->narticles, sizeof *f->articles, compare_articles);
    if (generation_begin(index_path, a, &g, &live, &has_live, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    snprintf(path, sizeof path, "%s/seg-0", generation_writer_directory(g));
    write_segment(f, name, path, memory_bytes, 64);
    m.narticles = f->narticles;
    for (size_t i = 0; i < f->npassages; i++)
        *(f->passages[i].furniture ? &m.nfurniture_passages : &m.npassages) += 1;
    if (generation_publish(g, &m, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    arena_free(a);
}

static inline void
publish(fixture *f, const char *index_path, uint64_t memory_bytes)
{
    publish_as(f, "xapian", index_path, memory_bytes);
}

static inline void
open_index(fixture *f, const char *index_path)
{
    quire_error err = {0};

    if (generation_open(index_path, &f->generation, &err) != QUIRE_OK ||
        store_open(&f->generation, &f->store, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
}

static inline fixture *
new_fixture(void)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->stemmer = stemmer_new();
    assert_non_null(f->stemmer);
    return f;
}

static inline void
free_fixture(fixture *f)
{
    store_close(f->store);
    generation_close(&f->generation);
    for (size_t i = 0; i < f->npassages; i++) {
        passage_words_free(&f->passages[i].words);
        free(f->passages[i].text);
    }
    for (size_t i = 0; i < f->narticles; i++)
        article_clear(&f->articles[i]);
    stemmer_free(f->stemmer);
    free(f);
}

/* ---- Queries ---- */

/* A clause of a random query. */
static inline void
add_clause(buffer *query, int depth)
{
    static const char *const signs[] = {"", "", "", "", "+", "-"};
    const uint32_t kind = random_below(depth > 0 ? 8 : 6);

    assert_true(buffer_printf(query, " %s", signs[random_below(6)]));
    if (kind < 4) {
        const char *word;

        do
            word = some_words[random_below(sizeof some_words / sizeof *some_words)];
        while (strchr(word, ' ') != NULL);
        assert_true(buffer_add_string(query, word));
    } else if (kind < 6) {
        assert_true(buffer_printf(query, "\"%s %s\"", some_words[random_below(12)],
                                  some_words[random_below(12)]));
    } else {
        assert_true(buffer_add_string(query, "("));
        for (uint32_t n = 1 + random_below(3); n > 0; n--)
            add_clause(query, depth - 1);
        assert_true(buffer_add_string(query, ")"));
    }
    if (random_below(8) == 0)
        assert_true(buffer_add_string(query, random_below(2) == 0 ? " AND" : " OR"));
}

static inline query_tree
parse(const fixture *f, const char *query, arena *a)
{
    query_options options = {0};
    query_notes notes = {0};
    query_tree tree;
    quire_error err = {0};

    if (query_parse(query, strlen(query), &options, f->stemmer, a, &tree, &notes, &err) != QUIRE_OK)
        fail_msg("%s: %s", query, err.message);
    assert_non_null(tree.root);
    return tree;
}

#endif
