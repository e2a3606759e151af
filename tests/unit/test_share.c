/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several handles on one generation: each answers from what the first one opened, whatever was
 * published since, in any thread, and however the others end. */
#include <fcntl.h>
#include <pthread.h>
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
#include "base/file.h"
#include "quire.h"

#include "scratch.h"

#define NARTICLES 500
#define NTHREADS 4

/* Article i speaks of word w where w divides i; "edition" says which set it is of. */
static int
write_articles(int edition)
{
    buffer b = {0};
    bool is_written;

    for (int i = 1; i <= NARTICLES; i++) {
        buffer_printf(&b, "{\"id\":\"%d\",\"title\":\"Number %d\",\"text\":\"Edition %d.", i, i,
                      edition);
        for (int w = 2; w <= 9; w++)
            if (i % w == 0)
                buffer_printf(&b, " It is a multiple of w%d.", w);
        buffer_printf(&b, "\"}\n");
    }
    is_written = file_replace(AT_FDCWD, "articles.jsonl", b.bytes, b.size, NULL) == QUIRE_OK;
    buffer_free(&b);
    return is_written ? 0 : 1;
}

static void
build(const char *store, int edition)
{
    static const char *const sources[] = {"articles.jsonl"};
    quire_build_options options;
    quire_build_report report;
    quire_error err = {0};

    assert_int_equal(write_articles(edition), 0);
    quire_build_options_init(&options);
    options.store = store;
    options.threads = 1;
    options.rebuild = true;
    if (quire_build(store, sources, 1, &options, &report, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
}

static quire_index *
open_index(const char *path)
{
    quire_index *index = NULL;
    quire_error err = {0};

    if (quire_index_open(path, &index, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    return index;
}

static quire_index *
share(const quire_index *index)
{
    quire_index *other = NULL;
    quire_error err = {0};

    if (quire_index_share(index, &other, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    return other;
}

/* How many passages match; UINT64_MAX on an error, since a thread cannot fail a test. */
static uint64_t
count(quire_index *index, const char *query)
{
    quire_search_options options;
    quire_results *results = NULL;
    uint64_t found;

    quire_search_options_init(&options);
    options.count = true;
    if (quire_search(index, query, strlen(query), &options, &results, NULL) != QUIRE_OK)
        return UINT64_MAX;
    found = quire_results_count(results);
    /* Marks and records are read, too. */
    for (size_t i = 0; i < quire_results_size(results); i++) {
        const quire_hit *hit = quire_results_hit(results, i);
        if (hit->nmarks == 0 || atoi(hit->article) != atoi(hit->title + strlen("Number ")))
            found = UINT64_MAX;
    }
    quire_results_free(results);
    return found;
}

static void
a_handle_stays_with_its_generation(const char *store)
{
    build(store, 1);
    quire_index *first = open_index(store);
    build(store, 2);
    build(store, 3);

    quire_index *second = share(first);
    quire_index *newest = open_index(store);
    assert_string_equal(quire_index_describe(second)->generation,
                        quire_index_describe(first)->generation);
    assert_string_not_equal(quire_index_describe(second)->generation,
                            quire_index_describe(newest)->generation);
    assert_int_equal(count(second, "\"edition 1\""), NARTICLES);
    assert_int_equal(count(second, "\"edition 3\""), 0);
    assert_int_equal(count(newest, "\"edition 3\""), NARTICLES);

    /* The first may go; its generation stays, also for a third that comes of the second. */
    quire_index_close(first);
    build(store, 4);
    build(store, 5);
    quire_index *third = share(second);
    assert_int_equal(count(second, "w7"), NARTICLES / 7);
    quire_index_close(second);
    assert_int_equal(count(third, "\"edition 1\""), NARTICLES);
    assert_int_equal(quire_index_describe(third)->narticles, NARTICLES);
    quire_index_close(third);
    quire_index_close(newest);

    /* When the last is gone, so is what it held. */
    build(store, 6);
    char path[64];
    snprintf(path, sizeof path, "%s/gen-00000001", store);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void
test_a_handle_stays_with_its_generation(void **state)
{
    (void)state;
    a_handle_stays_with_its_generation("quire");
    a_handle_stays_with_its_generation("xapian");
}

typedef struct {
    quire_index *of;
    unsigned nwrong;
} asker;

static void *
ask(void *closure)
{
    asker *a = closure;
    quire_index *index = NULL;

    if (quire_index_share(a->of, &index, NULL) != QUIRE_OK) {
        a->nwrong = 1;
        return NULL;
    }
    for (int round = 0; round < 20; round++) {
        for (int w = 2; w <= 9; w++) {
            char query[16];
            snprintf(query, sizeof query, "w%d", w);
            a->nwrong += count(index, query) != (uint64_t)(NARTICLES / w);
        }
        a->nwrong += count(index, "+w4 +w6") != NARTICLES / 12;
        a->nwrong += count(index, "\"multiple of w5\" -w2") != NARTICLES / 5 - NARTICLES / 10;
    }
    quire_index_close(index);
    return NULL;
}

/* The first handle answers while the others are made of it. */
static void
threads_with_a_handle_each_answer_alike(const char *store)
{
    asker askers[NTHREADS] = {0};
    pthread_t threads[NTHREADS];

    build(store, 1);
    quire_index *index = open_index(store);
    for (int i = 0; i < NTHREADS; i++) {
        askers[i].of = index;
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    for (int w = 2; w <= 9; w++) {
        char query[16];
        snprintf(query, sizeof query, "w%d", w);
        assert_int_equal(count(index, query), NARTICLES / w);
    }
    for (int i = 0; i < NTHREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(askers[i].nwrong, 0);
    }
    quire_index_close(index);
}

static void
test_threads_with_a_handle_each_answer_alike(void **state)
{
    (void)state;
    threads_with_a_handle_each_answer_alike("quire");
    threads_with_a_handle_each_answer_alike("xapian");
}

/* What went missing since is told, and the first handle is none the worse. */
static void
test_a_file_that_is_gone_is_an_error(void **state)
{
    (void)state;
    build("quire", 1);
    quire_index *index = open_index("quire");
    quire_index *other = NULL;
    quire_error err = {0};
    char path[96];

    snprintf(path, sizeof path, "quire/%s/seg-0/passages", quire_index_describe(index)->generation);
    assert_int_equal(rename(path, "elsewhere"), 0);
    assert_int_equal(quire_index_share(index, &other, &err), QUIRE_ECORRUPT);
    assert_null(other);
    assert_non_null(strstr(err.message, "rebuild"));
    assert_int_equal(count(index, "w3"), NARTICLES / 3);
    assert_int_equal(rename("elsewhere", path), 0);
    other = share(index);
    assert_int_equal(count(other, "w3"), NARTICLES / 3);
    quire_index_close(other);
    quire_index_close(index);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_handle_stays_with_its_generation),
        cmocka_unit_test(test_threads_with_a_handle_each_answer_alike),
        cmocka_unit_test(test_a_file_that_is_gone_is_an_error),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
