/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_corpus.h - random passages of random words, and the word files that runs and a merge make
 * of them. */
#ifndef QUIRE_TESTS_SEGMENT_CORPUS_H
#define QUIRE_TESTS_SEGMENT_CORPUS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/file.h"
#include "postings/segment.h"
#include "postings/segment_files.h"

#include "chance.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum {
    MAX_WORDS = 400,
    MAX_RUNS = 300,
    MAX_PLACED = 6,
    MAX_PASSAGES = 700,
    ENOUGH_MEMORY = 1 << 22,
    MUCH_MEMORY = 1 << 26 /* also for several threads */
};

static char directory[] = "test-segment-XXXXXX";

/* ---- Words, and passages of them ---- */

typedef struct {
    const char *surface;
    const char *extra; /* or NULL */
    const char *stem;
} test_word;

#define TEN "abcdefghij"
#define LONG_STEM TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "abcdefghi"

/* Numbers with signs, an acronym, stems of 120 bytes, stems that begin like others, and a surface
 * that two stems share, which no tokenizer gives but the files can hold. */
static const test_word special_words[] = {
    {"4.5", NULL, "4.5"},
    {"4.5", "$4.5", "4.5"},
    {"4.5", "4.5%", "4.5"},
    {"4.5", "$4.5%", "4.5"},
    {"4.5", "€4.5", "4.5"},
    {"4.5's", NULL, "4.5"},
    {"4.5's", "$4.5's", "4.5"},
    {"US", NULL, "US"},
    {"us", NULL, "us"},
    {LONG_STEM "1", NULL, LONG_STEM "1"},
    {LONG_STEM "2", NULL, LONG_STEM "2"},
    {LONG_STEM "2's", NULL, LONG_STEM "2"},
    {"émigré", NULL, "émigré"},
    {"both", NULL, "one"},
    {"both", NULL, "two"},
    {"the", NULL, "the"},
    {"program", NULL, "program"},
    {"programme", NULL, "program"},
    {"programs", NULL, "program"},
    {"programmes", NULL, "program"},
};

typedef struct {
    uint32_t number; /* of the passage */
    uint32_t position;
    const test_word *word;
} occurrence;

typedef struct {
    test_word words[MAX_WORDS];
    size_t nwords;
    uint32_t npassages;
    uint32_t *lengths;
    uint32_t *starts; /* of each passage in occurrences, and one behind the last */
    occurrence *occurrences;
    size_t noccurrences;
    size_t occurrences_room;
} corpus;

static const char *
key_of(const test_word *word)
{
    return word->extra != NULL ? word->extra : word->surface;
}

/* Words by chance, made of few letters so that they share beginnings. */
static void
make_words(corpus *c, size_t nwords)
{
    c->nwords = 0;
    for (size_t i = 0; i < COUNT(special_words) && c->nwords < nwords; i++)
        c->words[c->nwords++] = special_words[i];
    while (c->nwords < nwords) {
        char stem[32];
        char surface[40];
        size_t length = 1 + random_below(7);
        for (size_t i = 0; i < length; i++)
            stem[i] = "abxyz"[random_below(5)];
        stem[length] = '\0';
        snprintf(surface, sizeof surface, "%s%s", stem, random_below(2) == 0 ? "" : "s");
        c->words[c->nwords++] = (test_word){strdup(surface), NULL, strdup(stem)};
    }
}

static void
make_corpus(corpus *c, size_t nwords, uint32_t npassages, uint32_t max_length)
{
    memset(c, 0, sizeof *c);
    make_words(c, nwords);
    c->npassages = npassages;
    c->lengths = calloc((size_t)npassages + 1, sizeof *c->lengths);
    c->starts = calloc((size_t)npassages + 1, sizeof *c->starts);
    assert_true(c->lengths != NULL && c->starts != NULL);
    for (uint32_t i = 0; i < npassages; i++) {
        uint32_t length = random_below(max_length + 1);
        uint32_t n = 0;
        c->lengths[i] = length;
        c->starts[i] = (uint32_t)c->noccurrences;
        for (uint32_t k = 0; k < length; k++) {
            if (c->noccurrences == c->occurrences_room) {
                c->occurrences_room = c->occurrences_room * 2 + 1000;
                c->occurrences =
                    realloc(c->occurrences, c->occurrences_room * sizeof *c->occurrences);
                assert_non_null(c->occurrences);
            }
            uint32_t limit = 1 + random_below((uint32_t)nwords); /* some are much commoner */
            n += random_below(9) == 0;
            c->occurrences[c->noccurrences++] = (occurrence){
                .number = i, .position = k + n, .word = &c->words[random_below(limit)]};
        }
    }
    c->starts[npassages] = (uint32_t)c->noccurrences;
}

static void
free_corpus(corpus *c)
{
    for (size_t i = COUNT(special_words); i < c->nwords; i++) {
        free((char *)(uintptr_t)c->words[i].surface);
        free((char *)(uintptr_t)c->words[i].stem);
    }
    free(c->lengths);
    free(c->starts);
    free(c->occurrences);
}

/* A word as the tokenizer and the stemmer would leave it. */
static void
put_word(passage_words *words, const occurrence *o)
{
    token_list *list = &words->list;
    size_t i = list->ntokens;
    const test_word *word = o->word;

    if (i >= list->room) {
        list->room = i * 2 + 16;
        list->tokens = realloc(list->tokens, list->room * sizeof *list->tokens);
        words->places = realloc(words->places, list->room * sizeof *words->places);
        assert_true(list->tokens != NULL && words->places != NULL);
    }
    list->tokens[i] = (token){.surface = (uint32_t)list->forms.size,
                              .surface_bytes = (uint8_t)strlen(word->surface)};
    assert_true(buffer_add_string(&list->forms, word->surface));
    if (word->extra != NULL) {
        list->tokens[i].extra = (uint32_t)list->forms.size;
        list->tokens[i].extra_bytes = (uint8_t)strlen(word->extra);
        assert_true(buffer_add_string(&list->forms, word->extra));
    }
    words->places[i] = (word_place){.sentence = o->position - (uint32_t)i,
                                    .stem = (uint32_t)words->stems.size,
                                    .stem_bytes = (uint8_t)strlen(word->stem)};
    assert_true(buffer_add_string(&words->stems, word->stem));
    list->ntokens++;
}

static void
fill_words(const corpus *c, uint32_t i, passage_words *words)
{
    token_list_clear(&words->list);
    buffer_clear(&words->stems);
    for (uint32_t k = c->starts[i]; k < c->starts[i + 1]; k++)
        put_word(words, &c->occurrences[k]);
}

static void
add_passage(segment_run *run, const corpus *c, uint32_t number, passage_words *words)
{
    fill_words(c, number, words);
    assert_true(segment_run_add(run, number, words));
}

/* ---- Building ---- */

typedef enum { IN_TURN, BY_CHANCE } run_order;

/* Write the word files of the corpus to directory/name, by way of nruns runs: each has passages
 * that follow one another, or any. */
static void
build(const corpus *c, const char *name, size_t nruns, run_order order, uint64_t memory_bytes)
{
    char path[300];
    char paths[MAX_RUNS][340];
    const char *run_paths[MAX_RUNS];
    segment_run *runs[MAX_RUNS];
    passage_words words = {0};

    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(mkdir(path, 0777), 0);
    for (size_t i = 0; i < nruns; i++) {
        runs[i] = segment_run_new();
        assert_non_null(runs[i]);
    }
    for (uint32_t i = 0; i < c->npassages; i++) {
        size_t run =
            order == IN_TURN ? (size_t)i * nruns / c->npassages : random_below((uint32_t)nruns);
        add_passage(runs[run], c, i, &words);
    }
    for (size_t i = 0; i < nruns; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/run-%zu", path, i);
        run_paths[i] = paths[i];
        assert_int_equal(segment_run_spill(runs[i], paths[i], NULL), QUIRE_OK);
        assert_int_equal(segment_run_bytes(runs[i]), 0);
        segment_run_free(runs[i]);
    }
    quire_error err = {0};
    quire_status status =
        segment_merge(path, run_paths, nruns, c->lengths, c->npassages, memory_bytes, &err);
    if (status == QUIRE_OK && c->npassages >= PAIR_FROM_PASSAGES)
        status = pair_lists_write(path, c->lengths, c->npassages, 1, &err);
    assert_string_equal(err.message, "");
    assert_int_equal(status, QUIRE_OK);
    for (size_t i = 0; i < nruns; i++)
        assert_int_equal(access(paths[i], F_OK), -1);
    passage_words_free(&words);
}

/* Each other word has a number, as the stemmer gives them: one for all signs of a number. */
static void
number_words(const corpus *c, uint32_t i, passage_words *words)
{
    for (size_t k = 0; k < words->list.ntokens; k++) {
        const test_word *word = c->occurrences[c->starts[i] + k].word;
        const size_t number = word->extra != NULL ? 0 : (size_t)(word - c->words);
        words->places[k].entry = number % 2 == 0 ? (uint32_t)number * 37 + 1 : 0;
    }
}

typedef struct {
    size_t nruns;
    size_t nin_memory; /* the last ones */
    unsigned nthreads;
    uint64_t memory_bytes;
} placed_plan;

typedef struct {
    segment_piece pieces[MAX_PLACED][MAX_PASSAGES];
    uint32_t npassages[MAX_PLACED];
    segment_run *runs[MAX_PLACED];
    segment_placed_run placed[MAX_PLACED];
    char paths[MAX_PLACED][340];
} placed_runs;

/* Gather the passages in runs that number theirs from 0, each taking some in turn, as threads do
 * that share the articles. */
static void
gather_placed(const corpus *c, const char *path, const placed_plan *plan, placed_runs *p)
{
    passage_words words = {0};

    memset(p, 0, sizeof *p);
    assert_true(plan->nruns <= MAX_PLACED && c->npassages <= MAX_PASSAGES);
    for (size_t i = 0; i < plan->nruns; i++) {
        snprintf(p->paths[i], sizeof p->paths[i], "%s/run-%zu", path, i);
        p->placed[i] = (segment_placed_run){.path = p->paths[i], .pieces = p->pieces[i]};
        p->runs[i] = segment_run_new();
        assert_non_null(p->runs[i]);
    }
    for (uint32_t i = 0; i < c->npassages;) {
        size_t k = random_below((uint32_t)plan->nruns);
        p->pieces[k][p->placed[k].npieces++] =
            (segment_piece){.first = p->npassages[k], .passage = i};
        for (uint32_t n = 1 + random_below(9); n > 0 && i < c->npassages; n--, i++) {
            fill_words(c, i, &words);
            number_words(c, i, &words);
            assert_true(segment_run_add(p->runs[k], p->npassages[k]++, &words));
        }
    }
    for (size_t i = 0; i < plan->nruns; i++)
        if (p->placed[i].npieces == 0)
            p->placed[i].npieces = 1; /* of no passages */
    passage_words_free(&words);
}

/* Spill the first of them, sort the others. */
static void
end_placed(const placed_plan *plan, placed_runs *p)
{
    for (size_t i = 0; i < plan->nruns; i++) {
        if (i + plan->nin_memory >= plan->nruns) {
            assert_true(segment_run_sort(p->runs[i]));
            p->placed[i].run = p->runs[i];
        } else {
            assert_int_equal(segment_run_spill(p->runs[i], p->paths[i], NULL), QUIRE_OK);
        }
    }
}

static void
free_placed(const placed_plan *plan, placed_runs *p)
{
    for (size_t i = 0; i < plan->nruns; i++) {
        assert_int_equal(access(p->paths[i], F_OK), -1);
        segment_run_free(p->runs[i]);
    }
    free(p);
}

static void
build_placed(const corpus *c, const char *name, const placed_plan *plan)
{
    const segment_merge_options options = {.memory_bytes = plan->memory_bytes,
                                           .nthreads = plan->nthreads};
    placed_runs *p = malloc(sizeof *p);
    char path[300];

    assert_non_null(p);
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(mkdir(path, 0777), 0);
    gather_placed(c, path, plan, p);
    end_placed(plan, p);
    assert_int_equal(segment_merge_placed(path, p->placed, plan->nruns, c->lengths, c->npassages,
                                          &options, NULL),
                     QUIRE_OK);
    free_placed(plan, p);
}

/* The rest of a segment: passages of articles by turns, and texts of a few bytes. */
static void
build_rest(const corpus *c, const char *name, const uint32_t *first_passages, uint32_t narticles)
{
    char path[300];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(segment_write_passages(path, c->lengths, c->npassages, first_passages,
                                            narticles, c->noccurrences, NULL),
                     QUIRE_OK);
    snprintf(path, sizeof path, "%s/%s/text", directory, name);
    text_writer *w = text_writer_create(path, NULL, 0);
    assert_non_null(w);
    for (uint32_t i = 0; i < c->npassages; i++)
        assert_true(text_writer_add(w, &i, sizeof i));
    assert_int_equal(text_writer_finish(w, NULL), QUIRE_OK);
}

#endif
