/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_corpus.h - random passages, the segment that they are written into, and their words. */
#ifndef QUIRE_TESTS_EVALUATE_CORPUS_H
#define QUIRE_TESTS_EVALUATE_CORPUS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "postings/segment.h"
#include "query/edits.h"
#include "query/vocabulary.h"

#include "../reference/random.h"

#define MAX_SENTENCES 64
#define PASSAGES_OF_ARTICLE 7 /* at most */

/* ---- Chance ---- */

static uint32_t
next_random(dice *d)
{
    return (uint32_t)dice_next(d);
}

static bool
one_in(dice *d, uint32_t n)
{
    return next_random(d) % n == 0;
}

/* From 0 to n - 1, the small ones far more often. */
static uint32_t
skewed(dice *d, uint32_t n)
{
    uint32_t most = 1 + next_random(d) % n;

    most = 1 + next_random(d) % most;
    return next_random(d) % most;
}

/* ---- Passages ---- */

typedef struct {
    uint32_t npassages;
    uint32_t vocabulary;
    uint32_t max_words;
    bool has_long; /* a few passages of hundreds of words, of which many are the same */
} corpus_kind;

typedef struct {
    char directory[64];
    stemmer *stemmer;
    passage_words *passages;
    char **texts;
    char **titles;      /* of an article's first passage; else "" */
    uint32_t *articles; /* by passage, from 1 */
    uint32_t narticles;
    uint32_t *first_passages;
    bool has_columns; /* of articles: how far titles reach */
    uint32_t *lengths;
    uint32_t npassages;
    uint64_t nwords;
    vocabulary_word *words; /* all, by their bytes */
    size_t nwords_distinct;
    corpus_kind kind;
    segment *segment;
} corpus;

/* The words of chance: a few of each sort first. */
static void
add_word(dice *d, const corpus_kind *kind, buffer *out)
{
    static const char *const words[] = {
        "talks",   "talk", "the",     "Israel",    "Israeli", "talking", "US",   "us",
        "of",      "Iran", "$7",      "7",         "bn",      "cat",     "cats", "76%",
        "Iranian", "76",   "peace",   "board",     "gaza",    "Gaza's",  "$76",  "Polish",
        "polish",  "Cat",  "program", "programme", "centre",  "center",  "talc", "bored"};
    const uint32_t nwords = sizeof words / sizeof words[0];
    uint32_t word = skewed(d, kind->vocabulary);

    if (word < nwords)
        assert_true(buffer_add_string(out, words[word]));
    else
        assert_true(buffer_printf(out, "w%u%s", word / 2, word % 2 == 0 ? "ing" : "s"));
}

/* Sentences end at | or, where a block does, at #; a few have no words. */
static void
make_text(dice *d, const corpus_kind *kind, buffer *out)
{
    static const char *const ends[] = {" |", " |", " #", "|#"};
    uint32_t nwords = next_random(d) % (kind->max_words + 1);
    bool repeats = false;
    bool has_empty = false;

    if (kind->has_long && one_in(d, 50)) {
        nwords += 200 + next_random(d) % 200;
        repeats = one_in(d, 2);
    }
    for (uint32_t i = 0, nsentences = 1; i < nwords; i++) {
        if (repeats && !one_in(d, 20))
            assert_true(buffer_add_string(out, "cat"));
        else
            add_word(d, kind, out);
        if (nsentences + 2 < MAX_SENTENCES && one_in(d, 8)) {
            const uint32_t end = next_random(d) % (has_empty ? 3 : 4);

            assert_true(buffer_add_string(out, ends[end]));
            has_empty = has_empty || end == 3;
            nsentences += 2;
        }
        assert_true(buffer_add_string(out, " "));
    }
}

static void
read_passage(stemmer *s, const char *title, const char *text, passage_words *words)
{
    sentence sentences[MAX_SENTENCES + 1];
    uint32_t number = 1;
    size_t nsentences = 0;

    if (title[0] != '\0')
        sentences[nsentences++] = (sentence){.end = (uint32_t)strlen(title), .in_title = true};
    for (const char *at = text; nsentences < MAX_SENTENCES; at++) {
        size_t nbytes = strcspn(at, "|#");

        sentences[nsentences] = (sentence){.start = (uint32_t)(at - text),
                                           .end = (uint32_t)((size_t)(at - text) + nbytes),
                                           .block = number};
        nsentences++;
        at += nbytes;
        number += *at == '#';
        if (*at == '\0')
            break;
    }
    assert_true(passage_words_read(words, s, title, text, sentences, nsentences));
}

static char *
path_of(const corpus *c, const char *name)
{
    char *path = NULL;

    assert_true(asprintf(&path, "%s/%s", c->directory, name) > 0);
    return path;
}

/* A stored form of one byte for each passage, and for each article where it has columns. */
static void
write_text(const corpus *c)
{
    const uint32_t nrecords = c->npassages + (c->has_columns ? c->narticles : 0);
    char *path = path_of(c, "text");
    text_writer *w = text_writer_create(path, NULL, 0);
    assert_non_null(w);
    for (uint32_t i = 0; i < nrecords; i++)
        assert_true(text_writer_add(w, "", 1));
    assert_int_equal(text_writer_finish(w, NULL), QUIRE_OK);
    free(path);
}

/* How far the titles reach: the words of a title are one sentence. */
static void
write_columns(const corpus *c)
{
    article_column *articles = calloc((size_t)c->narticles + 1, sizeof *articles);

    assert_non_null(articles);
    for (uint32_t i = 0; i < c->narticles; i++) {
        const passage_words *words = &c->passages[c->first_passages[i]];

        articles[i].source = ARTICLE_NO_SOURCE;
        while (articles[i].title < words->list.ntokens && words->places[articles[i].title].in_title)
            articles[i].title++;
    }
    assert_int_equal(
        article_columns_write(c->directory, articles, c->narticles, NULL, NULL, 0, NULL), QUIRE_OK);
    free(articles);
}

static void
write_segment(const corpus *c, uint32_t per_run)
{
    const char *runs[64];
    size_t nruns = 0;

    for (uint32_t i = 0; i < c->npassages; nruns++) {
        segment_run *run = segment_run_new();
        char name[32];

        assert_non_null(run);
        assert_true(nruns < 64);
        for (uint32_t end = c->npassages - i < per_run ? c->npassages : i + per_run; i < end; i++)
            assert_true(segment_run_add(run, i, &c->passages[i]));
        snprintf(name, sizeof name, "run%zu", nruns);
        runs[nruns] = path_of(c, name);
        assert_int_equal(segment_run_spill(run, runs[nruns], NULL), QUIRE_OK);
        segment_run_free(run);
    }
    assert_int_equal(
        segment_merge(c->directory, runs, nruns, c->lengths, c->npassages, 1 << 24, NULL),
        QUIRE_OK);
    assert_int_equal(pair_lists_write(c->directory, c->lengths, c->npassages, 2, NULL), QUIRE_OK);
    assert_int_equal(segment_write_passages(c->directory, c->lengths, c->npassages,
                                            c->first_passages, c->narticles, c->nwords, NULL),
                     QUIRE_OK);
    write_text(c);
    if (c->has_columns)
        write_columns(c);
    for (size_t i = 0; i < nruns; i++)
        free((char *)runs[i]);
}

/* ---- The vocabulary ---- */

static int
compare_vocabulary(const void *a, const void *b)
{
    const vocabulary_word *first = a;
    const vocabulary_word *second = b;
    const size_t n =
        first->surface_bytes < second->surface_bytes ? first->surface_bytes : second->surface_bytes;
    const int order = memcmp(first->surface, second->surface, n);

    if (order != 0)
        return order;
    if (first->surface_bytes != second->surface_bytes)
        return first->surface_bytes < second->surface_bytes ? -1 : 1;
    return (int)first->is_acronym - (int)second->is_acronym;
}

static void
make_vocabulary(corpus *c)
{
    size_t n = 0;

    c->words = calloc((size_t)c->nwords + 1, sizeof *c->words);
    assert_non_null(c->words);
    for (uint32_t i = 0; i < c->npassages; i++)
        for (size_t k = 0; k < c->passages[i].list.ntokens; k++) {
            const token *t = &c->passages[i].list.tokens[k];
            const word_place *place = &c->passages[i].places[k];

            c->words[n++] = (vocabulary_word){.surface = token_surface(&c->passages[i].list, t),
                                              .stem = passage_words_stem(&c->passages[i], place),
                                              .surface_bytes = t->surface_bytes,
                                              .stem_bytes = place->stem_bytes,
                                              .is_acronym = (t->flags & TOKEN_ACRONYM) != 0,
                                              .occurrences = 1};
        }
    qsort(c->words, n, sizeof *c->words, compare_vocabulary);
    for (size_t i = 0; i < n; i++)
        if (c->nwords_distinct > 0 &&
            compare_vocabulary(&c->words[c->nwords_distinct - 1], &c->words[i]) == 0)
            c->words[c->nwords_distinct - 1].occurrences++;
        else
            c->words[c->nwords_distinct++] = c->words[i];
}

static quire_status
with_prefix(void *self, const char *prefix, size_t nbytes, vocabulary_visitor visit, void *closure,
            quire_error *err)
{
    const corpus *c = self;

    (void)err;
    for (size_t i = 0; i < c->nwords_distinct; i++)
        if (c->words[i].surface_bytes >= nbytes &&
            memcmp(c->words[i].surface, prefix, nbytes) == 0 && !visit(closure, &c->words[i]))
            break;
    return QUIRE_OK;
}

static quire_status
near_word(void *self, const char *surface, size_t nbytes, unsigned edits, size_t same_bytes,
          vocabulary_visitor visit, void *closure, quire_error *err)
{
    const corpus *c = self;

    (void)err;
    for (size_t i = 0; i < c->nwords_distinct; i++)
        if (c->words[i].surface_bytes >= same_bytes &&
            memcmp(c->words[i].surface, surface, same_bytes) == 0 &&
            edits_between(surface, nbytes, c->words[i].surface, c->words[i].surface_bytes, edits) <=
                edits &&
            !visit(closure, &c->words[i]))
            break;
    return QUIRE_OK;
}

static quire_status
of_stem(void *self, const char *stem, size_t nbytes, bool is_acronym, vocabulary_visitor visit,
        void *closure, quire_error *err)
{
    const corpus *c = self;

    (void)err;
    for (size_t i = 0; i < c->nwords_distinct; i++)
        if (c->words[i].stem_bytes == nbytes && c->words[i].is_acronym == is_acronym &&
            memcmp(c->words[i].stem, stem, nbytes) == 0 && !visit(closure, &c->words[i]))
            break;
    return QUIRE_OK;
}

/* ---- A corpus ---- */

static char *
make_string(dice *d, const corpus_kind *kind, bool is_title)
{
    buffer text = {0};

    assert_true(buffer_add_string(&text, ""));
    for (uint32_t n = skewed(d, 6); is_title && n > 0; n--) {
        add_word(d, kind, &text);
        assert_true(buffer_add_string(&text, " "));
    }
    if (!is_title)
        make_text(d, kind, &text);
    return text.bytes != NULL ? buffer_detach(&text) : strdup("");
}

/* Of a passage whose text and title are there. */
static void
take_words(corpus *c, uint32_t i)
{
    read_passage(c->stemmer, c->titles[i], c->texts[i], &c->passages[i]);
    c->lengths[i] = (uint32_t)c->passages[i].list.ntokens;
    c->nwords += c->lengths[i];
}

static void
make_passages(dice *d, corpus *c)
{
    uint32_t left = 0;

    for (uint32_t i = 0; i < c->npassages; i++, left--) {
        const bool is_first = left == 0;

        if (is_first) {
            left = 1 + next_random(d) % PASSAGES_OF_ARTICLE;
            c->first_passages[c->narticles++] = i;
        }
        c->articles[i] = c->narticles;
        c->titles[i] = make_string(d, &c->kind, is_first);
        if (!is_first)
            c->titles[i][0] = '\0';
        c->texts[i] = make_string(d, &c->kind, false);
        take_words(c, i);
    }
}

/* So many passages, none of which is made yet. */
static void
corpus_begin(const corpus_kind *kind, corpus *c)
{
    *c = (corpus){.directory = "evaluate-XXXXXX", .kind = *kind, .npassages = kind->npassages};
    assert_non_null(mkdtemp(c->directory));
    c->stemmer = stemmer_new();
    c->passages = calloc(c->npassages, sizeof *c->passages);
    c->texts = calloc(c->npassages, sizeof(char *));
    c->titles = calloc(c->npassages, sizeof(char *));
    c->articles = calloc(c->npassages, sizeof *c->articles);
    c->first_passages = calloc((size_t)c->npassages + 1, sizeof *c->first_passages);
    c->lengths = calloc(c->npassages, sizeof *c->lengths);
    assert_true(c->stemmer != NULL && c->passages != NULL && c->texts != NULL &&
                c->titles != NULL && c->articles != NULL && c->first_passages != NULL &&
                c->lengths != NULL);
}

/* Write and open the segment, once all passages are made. */
static void
corpus_finish(dice *d, corpus *c)
{
    c->first_passages[c->narticles] = c->npassages;
    make_vocabulary(c);
    write_segment(c, 1 + c->npassages / (1 + next_random(d) % 5));
    assert_int_equal(segment_open(c->directory, &c->segment, NULL), QUIRE_OK);
}

static void
corpus_free(corpus *c)
{
    static const char *const names[] = {"stems", "surfaces",  "postings", "positions", "passages",
                                        "pairs", "pairlists", "text",     "articles"};
    const size_t nnames = sizeof names / sizeof names[0] - !c->has_columns;

    segment_close(c->segment);
    for (size_t i = 0; i < nnames; i++) {
        char *path = path_of(c, names[i]);

        assert_int_equal(unlink(path), 0);
        free(path);
    }
    assert_int_equal(rmdir(c->directory), 0);
    for (uint32_t i = 0; i < c->npassages; i++) {
        passage_words_free(&c->passages[i]);
        free(c->texts[i]);
        free(c->titles[i]);
    }
    free(c->passages);
    free(c->texts);
    free(c->titles);
    free(c->articles);
    free(c->first_passages);
    free(c->words);
    free(c->lengths);
    stemmer_free(c->stemmer);
}

#endif
