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
#include "segment_corpus.h"

#define NARTICLES 100 /* of one test */

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
    chance.state = 1;
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

/* First passages of groups of articles that are near together, and far apart: their differences
 * take one byte, then two. */
static void
test_many_articles(void **state)
{
    static const uint32_t steps[] = {1, 40};
    uint32_t first_passages[NARTICLES + 1];

    (void)state;
    for (uint32_t round = 0; round < sizeof steps / sizeof *steps; round++) {
        const char *name = round == 0 ? "near" : "far";
        corpus c;

        make_corpus(&c, 5, NARTICLES * steps[round], 2);
        for (uint32_t i = 0; i <= NARTICLES; i++)
            first_passages[i] = i * steps[round] - (i % 5 == 1 ? steps[round] : 0);
        build(&c, name, 1, IN_TURN, ENOUGH_MEMORY);
        build_rest(&c, name, first_passages, NARTICLES);
        segment *s = open_segment(name);
        assert_int_equal(s->difference_bytes, 1 + round);
        for (uint32_t i = 1; i <= NARTICLES; i++) {
            uint32_t first;
            uint32_t end;

            segment_articles_passages(s, i, i, &first, &end);
            assert_int_equal(first, first_passages[i - 1]);
            assert_int_equal(end, first_passages[i]);
            for (uint32_t k = first; k < end; k++)
                assert_int_equal(segment_article(s, k), i);
        }
        segment_close(s);
        free_corpus(&c);
    }
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
        cmocka_unit_test_setup_teardown(test_many_articles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_directory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
