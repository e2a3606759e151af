/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Segments: random passages go through runs and a merge, and all that the files then say is
 * compared with a list of every word that was put in.  However the passages are split into runs,
 * the files are the same. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "postings/segment.h"
#include "postings/segment_files.h"

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
static uint64_t random_state;

static uint32_t
random_below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

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
    buffer packed = {0};
    uint32_t start = 0;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(segment_write_passages(path, c->lengths, c->npassages, first_passages,
                                            narticles, c->noccurrences, NULL),
                     QUIRE_OK);
    snprintf(path, sizeof path, "%s/%s/text", directory, name);
    text_writer *w = text_writer_create(path, NULL, 0);
    text_compressor *z = text_compressor_new(NULL, 0);
    assert_true(w != NULL && z != NULL);
    for (uint32_t i = 0; i < c->npassages; i++) {
        buffer_clear(&packed);
        assert_int_equal(text_compress(z, &i, sizeof i, &packed, NULL), QUIRE_OK);
        assert_true(text_writer_add_block(w, packed.bytes, packed.size, sizeof i, &start, 1));
    }
    assert_int_equal(text_writer_finish(w, NULL), QUIRE_OK);
    text_compressor_free(z);
    buffer_free(&packed);
}

static segment *
open_segment(const char *name)
{
    char path[300];
    segment *s = NULL;
    quire_error err = {0};

    snprintf(path, sizeof path, "%s/%s", directory, name);
    quire_status status = segment_open(path, &s, &err);
    assert_string_equal(err.message, "");
    assert_int_equal(status, QUIRE_OK);
    return s;
}

static void
assert_same_files(const char *a, const char *b)
{
    static const char *const names[] = {"stems", "surfaces", "postings", "positions"};

    for (size_t i = 0; i < COUNT(names); i++) {
        char path[300];
        buffer left = {0};
        buffer right = {0};
        snprintf(path, sizeof path, "%s/%s/%s", directory, a, names[i]);
        assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX / 2, &left, NULL, NULL), QUIRE_OK);
        snprintf(path, sizeof path, "%s/%s/%s", directory, b, names[i]);
        assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX / 2, &right, NULL, NULL), QUIRE_OK);
        assert_int_equal(left.size, right.size);
        assert_memory_equal(left.bytes, right.bytes, left.size);
        buffer_free(&left);
        buffer_free(&right);
    }
}

/* ---- What a loop over all words says ---- */

/* A surface of a stem. */
typedef struct {
    const char *key;
    const char *stem;
    uint64_t cf;
    uint32_t rank;
    uint64_t ordinal; /* of the stem */
} naive_surface;

typedef struct {
    const char *stems[MAX_WORDS];
    size_t nstems;
    naive_surface surfaces[MAX_WORDS]; /* by stem and rank */
    size_t nsurfaces;
} naive_index;

static int
compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
compare_surfaces(const void *left, const void *right)
{
    const naive_surface *a = left;
    const naive_surface *b = right;
    int order = strcmp(a->stem, b->stem);

    if (order == 0 && a->cf != b->cf)
        order = a->cf > b->cf ? -1 : 1;
    return order != 0 ? order : strcmp(a->key, b->key);
}

static void
index_naively(const corpus *c, naive_index *n)
{
    memset(n, 0, sizeof *n);
    for (size_t i = 0; i < c->noccurrences; i++) {
        const test_word *word = c->occurrences[i].word;
        size_t k = 0;
        while (k < n->nsurfaces && (strcmp(n->surfaces[k].key, key_of(word)) != 0 ||
                                    strcmp(n->surfaces[k].stem, word->stem) != 0))
            k++;
        if (k == n->nsurfaces)
            n->surfaces[n->nsurfaces++] = (naive_surface){.key = key_of(word), .stem = word->stem};
        n->surfaces[k].cf++;
    }
    qsort(n->surfaces, n->nsurfaces, sizeof n->surfaces[0], compare_surfaces);
    for (size_t i = 0; i < n->nsurfaces; i++) {
        naive_surface *s = &n->surfaces[i];
        if (i == 0 || strcmp(s->stem, s[-1].stem) != 0)
            n->stems[n->nstems++] = s->stem;
        s->ordinal = n->nstems - 1;
        s->rank = i > 0 && s->ordinal == s[-1].ordinal ? s[-1].rank + 1 : 0;
    }
}

static uint32_t
naive_rank(const naive_index *n, const test_word *word)
{
    for (size_t i = 0; i < n->nsurfaces; i++)
        if (strcmp(n->surfaces[i].key, key_of(word)) == 0 &&
            strcmp(n->surfaces[i].stem, word->stem) == 0)
            return n->surfaces[i].rank;
    fail();
    return 0;
}

/* ---- Comparing ---- */

/* The stem's list, read to its end, holds exactly its occurrences. */
static void
check_list(const segment *s, const corpus *c, const naive_index *n, const char *stem)
{
    posting_info info;
    static posting_list l;
    static uint32_t positions[100000];
    static uint32_t ranks[100000];
    size_t at = 0;
    uint32_t df = 0;
    uint64_t cf = 0;

    assert_int_equal(segment_find_stem(s, stem, strlen(stem), &info, NULL), QUIRE_OK);
    assert_int_not_equal(info.df, 0);
    assert_int_equal(posting_list_open(&s->postings, &s->positions, &info, &l, NULL), QUIRE_OK);
    while (l.block < l.nblocks) {
        assert_int_equal(posting_list_decode(&l, NULL), QUIRE_OK);
        assert_int_equal(posting_list_decode_frequencies(&l, NULL), QUIRE_OK);
        for (uint32_t i = 0; i < l.npostings; i++) {
            assert_int_equal(posting_list_positions(&l, i, positions, ranks, NULL), QUIRE_OK);
            for (uint32_t k = 0; k < l.frequencies[i]; k++, at++) {
                while (at < c->noccurrences && strcmp(c->occurrences[at].word->stem, stem) != 0)
                    at++;
                assert_true(at < c->noccurrences);
                assert_int_equal(l.passages[i], c->occurrences[at].number);
                assert_int_equal(positions[k], c->occurrences[at].position);
                assert_int_equal(ranks[k], naive_rank(n, c->occurrences[at].word));
            }
            df++;
            cf += l.frequencies[i];
        }
        posting_list_skip_to(&l, l.passages[l.npostings - 1] + 1);
    }
    while (at < c->noccurrences && strcmp(c->occurrences[at].word->stem, stem) != 0)
        at++;
    assert_int_equal(at, c->noccurrences);
    assert_int_equal(info.df, df);
    assert_int_equal(info.cf, cf);
}

/* The dictionary of stems holds exactly the stems. */
static void
check_stems(const segment *s, const naive_index *n)
{
    dictionary_cursor d;

    assert_int_equal(s->stems.nkeys, n->nstems);
    assert_int_equal(dictionary_seek(&s->stems, "", 0, &d, NULL), QUIRE_OK);
    for (size_t i = 0; i < n->nstems; i++) {
        assert_false(d.at_end);
        assert_int_equal(d.key_bytes, strlen(n->stems[i]));
        assert_memory_equal(d.key, n->stems[i], d.key_bytes);
        assert_int_equal(dictionary_next(&d, NULL), QUIRE_OK);
    }
    assert_true(d.at_end);
}

/* The dictionary of surfaces holds each once, with the stems that have it, in their order. */
static void
check_surfaces(const segment *s, const naive_index *n)
{
    const char *keys[MAX_WORDS];
    size_t nkeys = 0;
    dictionary_cursor d;

    for (size_t i = 0; i < n->nsurfaces; i++)
        keys[i] = n->surfaces[i].key;
    qsort(keys, n->nsurfaces, sizeof keys[0], compare_strings);
    assert_int_equal(dictionary_seek(&s->surfaces, "", 0, &d, NULL), QUIRE_OK);
    for (size_t i = 0; i < n->nsurfaces; i++) {
        if (i > 0 && strcmp(keys[i], keys[i - 1]) == 0)
            continue;
        nkeys++;
        assert_false(d.at_end);
        assert_int_equal(d.key_bytes, strlen(keys[i]));
        assert_memory_equal(d.key, keys[i], d.key_bytes);
        const uint8_t *from = d.payload;
        const uint8_t *end = d.payload + d.payload_bytes;
        bool is_first = true;
        for (size_t k = 0; k < n->nsurfaces; k++) {
            uint64_t ordinal;
            uint64_t rank;
            if (strcmp(n->surfaces[k].key, keys[i]) != 0)
                continue;
            ordinal = d.numbers[SEGMENT_SURFACE_STEM];
            rank = 0;
            if (!is_first)
                from = varint_read(from, end, &ordinal);
            assert_non_null(from);
            if (d.payload_bytes > 0)
                from = varint_read(from, end, &rank);
            assert_non_null(from);
            is_first = false;
            assert_int_equal(ordinal, n->surfaces[k].ordinal);
            assert_int_equal(rank, n->surfaces[k].rank);
        }
        assert_ptr_equal(from, end);
        assert_int_equal(dictionary_next(&d, NULL), QUIRE_OK);
    }
    assert_true(d.at_end);
    assert_int_equal(s->surfaces.nkeys, nkeys);
}

/* Does a token of this word stand for the quoted word? */
static bool
stands_for(const corpus *c, const naive_surface *surface, const test_word *quoted)
{
    for (size_t i = 0; i < c->nwords; i++) {
        const test_word *word = &c->words[i];
        if (strcmp(key_of(word), surface->key) != 0 || strcmp(word->stem, surface->stem) != 0)
            continue;
        return quoted->extra != NULL
                   ? word->extra != NULL && strcmp(word->extra, quoted->extra) == 0
                   : strcmp(word->surface, quoted->surface) == 0;
    }
    fail();
    return false;
}

static void
check_ranks(const segment *s, const corpus *c, const naive_index *n)
{
    for (size_t i = 0; i < c->nwords; i++) {
        const test_word *quoted = &c->words[i];
        arena *a = arena_new();
        uint64_t *set = NULL;
        uint32_t nranks = 0;
        uint32_t expected = 0;

        assert_int_equal(segment_find_ranks(s, quoted->stem, strlen(quoted->stem), quoted->surface,
                                            strlen(quoted->surface), quoted->extra,
                                            quoted->extra == NULL ? 0 : strlen(quoted->extra), a,
                                            &set, &nranks, NULL),
                         QUIRE_OK);
        for (size_t k = 0; k < n->nsurfaces; k++) {
            const naive_surface *surface = &n->surfaces[k];
            if (strcmp(surface->stem, quoted->stem) != 0)
                continue;
            assert_true(surface->rank < nranks);
            expected++;
            assert_int_equal(set[surface->rank / 64] >> (surface->rank % 64) & 1,
                             stands_for(c, surface, quoted));
        }
        assert_int_equal(nranks, expected);
        arena_free(a);
    }
}

static void
check_segment(const char *name, const corpus *c)
{
    static naive_index n;
    segment *s = open_segment(name);
    posting_info info;

    index_naively(c, &n);
    check_stems(s, &n);
    check_surfaces(s, &n);
    check_ranks(s, c, &n);
    for (size_t i = 0; i < n.nstems; i++)
        check_list(s, c, &n, n.stems[i]);
    assert_int_equal(segment_find_stem(s, "not there", 9, &info, NULL), QUIRE_OK);
    assert_int_equal(info.df, 0);
    assert_int_equal(s->npassages, c->npassages);
    assert_int_equal(s->nwords, c->noccurrences);
    for (uint32_t i = 0; i < c->npassages; i++)
        assert_int_equal(segment_length(s, i), c->lengths[i] < 65535 ? c->lengths[i] : 65535);
    segment_close(s);
}

/* ---- Tests ---- */

static int
set_up(void **state)
{
    (void)state;
    strcpy(directory + sizeof directory - 7, "XXXXXX");
    random_state = 1;
    return mkdtemp(directory) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
    (void)state;
    return file_remove_tree(directory, NULL) == QUIRE_OK ? 0 : -1;
}

static void
test_any_split(void **state)
{
    static const uint32_t sizes[] = {1, 2, 50, 700};
    corpus c;
    char name[40];

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        uint32_t first_passages[] = {0, sizes[i]};
        make_corpus(&c, i == 3 ? 300 : 60, sizes[i], 90);
        snprintf(name, sizeof name, "one-%zu", i);
        build(&c, name, 1, IN_TURN, ENOUGH_MEMORY);
        build_rest(&c, name, first_passages, 1);
        check_segment(name, &c);

        static const struct {
            const char *name;
            size_t nruns;
            run_order order;
            uint64_t memory_bytes;
        } splits[] = {
            {"two", 2, IN_TURN, ENOUGH_MEMORY}, {"many", 17, IN_TURN, ENOUGH_MEMORY},
            {"little", 17, IN_TURN, 2000},      {"chance", 5, BY_CHANCE, 2000},
            {"open", MAX_RUNS, BY_CHANCE, 0},
        };
        for (size_t k = 0; k < COUNT(splits); k++) {
            char other[60];
            snprintf(other, sizeof other, "%s-%zu", splits[k].name, i);
            build(&c, other, splits[k].nruns, splits[k].order, splits[k].memory_bytes);
            assert_same_files(name, other);
        }
        static const placed_plan plans[] = {
            {1, 0, 1, 5000},        {3, 0, 1, 5000},          {5, 0, 1, 5000},
            {1, 1, 1, 5000},        {6, 6, 1, 5000},          {5, 2, 1, 5000},
            {1, 1, 2, MUCH_MEMORY}, {4, 0, 2, MUCH_MEMORY},   {5, 5, 5, MUCH_MEMORY},
            {6, 2, 5, MUCH_MEMORY}, {6, 2, 100, MUCH_MEMORY}, {2, 2, 0, 0},
        };
        for (size_t k = 0; k < COUNT(plans); k++) {
            char other[60];
            snprintf(other, sizeof other, "placed-%zu-%zu", k, i);
            build_placed(&c, other, &plans[k]);
            assert_same_files(name, other);
        }
        free_corpus(&c);
    }
}

static void
test_nothing(void **state)
{
    corpus c;
    uint32_t first_passages[] = {0, 0, 0, 0};

    (void)state;
    make_corpus(&c, 0, 0, 0);
    build(&c, "no-run", 0, IN_TURN, ENOUGH_MEMORY);
    build(&c, "empty", 3, IN_TURN, ENOUGH_MEMORY);
    assert_same_files("no-run", "empty");
    build_rest(&c, "empty", first_passages, 3);
    check_segment("empty", &c);
    segment *s = open_segment("empty");
    for (uint32_t i = 1; i <= 3; i++) {
        uint32_t first = 7;
        uint32_t end = 7;
        segment_articles_passages(s, i, i, &first, &end);
        assert_int_equal(first, 0);
        assert_int_equal(end, 0);
    }
    segment_close(s);
    free_corpus(&c);
}

/* Lists of many blocks, and a passage with one word very often. */
static void
test_long_lists(void **state)
{
    corpus c;
    uint32_t first_passages[] = {0, 100001};

    (void)state;
    make_corpus(&c, 1, 100000, 0);
    c.npassages = 100001;
    c.words[1] = special_words[1];
    c.nwords = 2;
    c.lengths = realloc(c.lengths, 100002 * sizeof *c.lengths);
    c.starts = realloc(c.starts, 100002 * sizeof *c.starts);
    c.occurrences = calloc(300000, sizeof *c.occurrences);
    assert_true(c.lengths != NULL && c.starts != NULL && c.occurrences != NULL);
    for (uint32_t i = 0; i < c.npassages; i++) {
        c.lengths[i] = i == 50000 ? 70000 : 1 + (i % 3 == 0);
        c.starts[i] = (uint32_t)c.noccurrences;
        for (uint32_t k = 0; k < c.lengths[i]; k++)
            c.occurrences[c.noccurrences++] = (occurrence){i, 2 * k, &c.words[(i + k) % 2]};
    }
    c.starts[c.npassages] = (uint32_t)c.noccurrences;
    build(&c, "long", 1, IN_TURN, ENOUGH_MEMORY);
    build(&c, "long-3", 3, IN_TURN, 2000);
    assert_same_files("long", "long-3");
    build_rest(&c, "long", first_passages, 1);
    check_segment("long", &c);
    free_corpus(&c);
}

static void
test_articles(void **state)
{
    static const uint32_t first_passages[] = {0, 0, 3, 3, 3, 4, 6, 6};
    corpus c;
    uint32_t first;
    uint32_t end;

    (void)state;
    make_corpus(&c, 5, 6, 9);
    build(&c, "articles", 1, IN_TURN, ENOUGH_MEMORY);
    build_rest(&c, "articles", first_passages, 7);
    segment *s = open_segment("articles");
    assert_int_equal(s->narticles, 7);
    for (uint32_t i = 1; i <= 7; i++) {
        segment_articles_passages(s, i, i, &first, &end);
        assert_int_equal(first, first_passages[i - 1]);
        assert_int_equal(end, first_passages[i]);
        for (uint32_t k = first; k < end; k++)
            assert_int_equal(segment_article(s, k), i);
    }
    for (uint32_t i = 0; i < 6; i++) {
        const char *bytes;
        size_t nbytes;
        assert_int_equal(text_store_get(s->text, i, &bytes, &nbytes, NULL), QUIRE_OK);
        assert_int_equal(nbytes, sizeof i);
        assert_memory_equal(bytes, &i, sizeof i);
    }
    segment_close(s);
    free_corpus(&c);
}

/* A run that is cut short or otherwise not what was spilled ends the merge with an error, and no
 * file stays. */
static void
test_damaged_run(void **state)
{
    corpus c;
    char path[300];
    char run_path[340];
    const char *run_paths[1] = {run_path};
    buffer bytes = {0};
    passage_words words = {0};

    (void)state;
    make_corpus(&c, 40, 20, 60);
    snprintf(path, sizeof path, "%s/damaged", directory);
    snprintf(run_path, sizeof run_path, "%s/run", path);
    assert_int_equal(mkdir(path, 0777), 0);
    segment_run *run = segment_run_new();
    assert_non_null(run);
    for (uint32_t i = 0; i < c.npassages; i++)
        add_passage(run, &c, i, &words);
    assert_int_equal(segment_run_spill(run, run_path, NULL), QUIRE_OK);
    segment_run_free(run);
    assert_int_equal(file_read(AT_FDCWD, run_path, SIZE_MAX / 2, &bytes, NULL, NULL), QUIRE_OK);
    for (size_t i = 0; i < bytes.size; i++) {
        FILE *file = fopen(run_path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes.bytes, 1, i, file), i);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(segment_merge(path, run_paths, 1, c.lengths, c.npassages, 0, NULL),
                         QUIRE_ECORRUPT);
        assert_int_equal(rmdir(path), 0);
        assert_int_equal(mkdir(path, 0777), 0);
    }
    assert_int_equal(segment_merge(path, run_paths, 1, c.lengths, c.npassages, 0, NULL), QUIRE_EIO);
    buffer_free(&bytes);
    passage_words_free(&words);
    free_corpus(&c);
}

/* ---- Ends before the end ---- */

typedef struct {
    unsigned nasked;
    unsigned limit;
} asker;

static bool
is_asked_enough(void *closure)
{
    asker *a = closure;

    return ++a->nasked >= a->limit;
}

/* A merge that is stopped, by the first question or a later one, leaves nothing, whatever the other
 * threads do. */
static void
test_stopped(void **state)
{
    static const placed_plan plans[] = {{2, 0, 1, 5000}, {2, 2, 1, 5000}, {3, 1, 5, MUCH_MEMORY}};
    corpus c;
    char path[300];

    (void)state;
    make_corpus(&c, 20, 700, 390);
    for (size_t k = 0; k < 2 * COUNT(plans); k++) {
        const placed_plan *plan = &plans[k / 2];
        placed_runs *p = malloc(sizeof *p);
        asker a = {.limit = plan->nthreads == 1 && k % 2 == 1 ? 10 : 1};
        quire_error err = {0};

        assert_non_null(p);
        snprintf(path, sizeof path, "%s/stopped-%zu", directory, k);
        assert_int_equal(mkdir(path, 0777), 0);
        gather_placed(&c, path, plan, p);
        end_placed(plan, p);
        const segment_merge_options options = {.memory_bytes = plan->memory_bytes,
                                               .nthreads = plan->nthreads,
                                               .is_stopped = is_asked_enough,
                                               .closure = &a};
        assert_int_equal(segment_merge_placed(path, p->placed, plan->nruns, c.lengths, c.npassages,
                                              &options, &err),
                         QUIRE_ECANCELED);
        assert_string_equal(err.message, "stopped");
        free_placed(plan, p);
        assert_int_equal(rmdir(path), 0);
    }
    free_corpus(&c);
}

/* Where files cannot be written, that is what comes back. */
static void
test_no_directory(void **state)
{
    corpus c;
    char path[300];
    uint32_t first_passages[] = {0};
    segment *s = NULL;
    segment_run *run = segment_run_new();
    quire_error err = {0};

    (void)state;
    make_corpus(&c, 0, 0, 0);
    snprintf(path, sizeof path, "%s/missing", directory);
    assert_non_null(run);
    assert_int_equal(segment_merge(path, NULL, 0, NULL, 0, 0, &err), QUIRE_EIO);
    assert_non_null(strstr(err.message, "missing"));
    assert_int_equal(segment_write_passages(path, NULL, 0, first_passages, 0, 0, NULL), QUIRE_EIO);
    assert_int_not_equal(segment_open(path, &s, NULL), QUIRE_OK);
    snprintf(path, sizeof path, "%s/missing/run", directory);
    assert_int_equal(segment_run_spill(run, path, &err), QUIRE_EIO);
    assert_null(s);
    segment_run_free(run);
    free_corpus(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_any_split, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_articles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_directory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
