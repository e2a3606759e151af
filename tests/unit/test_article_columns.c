/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of articles: days and sources are found as a loop over all articles finds them,
 * whatever zones do to the order of days; and what numbers sources while they are gathered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "postings/article_columns.h"
#include "store/source_names.h"

#include "chance.h"
#include "scratch.h"

#define MAX_ARTICLES 2000

typedef struct {
    article_column articles[MAX_ARTICLES];
    uint32_t narticles;
    source_names sources;
} corpus;

/* Day number n of years of 360 days, as the file has days. */
static uint32_t
day_of(uint32_t n)
{
    return (1999 + n / 360) * 10000 + (n / 30 % 12 + 1) * 100 + n % 30 + 1;
}

/* Articles by time, the newest first, whose days are up to wobble before or after; and undated
 * ones. */
static void
make_corpus(corpus *c, uint32_t narticles, uint32_t nsources, uint32_t wobble)
{
    *c = (corpus){.narticles = narticles};
    for (uint32_t i = 0; i < nsources; i++) {
        char name[32];
        uint32_t number;

        snprintf(name, sizeof name, "source %u", i * 7919 % nsources);
        assert_true(source_names_add(&c->sources, name, strlen(name), &number));
        assert_int_equal(number, i);
    }
    for (uint32_t i = 0; i < narticles; i++) {
        article_column *a = &c->articles[i];

        if (i < narticles - narticles / 8)
            a->day = day_of(10 + (narticles - i) / 3 + random_below(wobble + 1));
        a->source =
            random_below(5) == 0 || nsources == 0 ? ARTICLE_NO_SOURCE : random_below(nsources);
        a->title = random_below(70000);
    }
}

static void
write_corpus(const corpus *c)
{
    article_source *names = NULL;
    uint32_t *places = NULL;
    quire_error err = {0};

    assert_true(source_names_sort(&c->sources, &names, &places));
    if (article_columns_write(".", c->articles, c->narticles, names, places, c->sources.nnames,
                              &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    free(names);
    free(places);
}

static void
check_days(const corpus *c, const article_columns *columns, uint32_t first, uint32_t last)
{
    article_days days;
    bool found = true;
    uint32_t at = 0;
    quire_error err = {0};

    assert_int_equal(article_days_begin(columns, first, last, &days, &err), QUIRE_OK);
    while (found) {
        assert_int_equal(article_days_next(columns, &days, &found, &err), QUIRE_OK);
        const uint32_t begin = found ? days.first : c->narticles;

        for (; at < c->narticles && (!found || at < days.end); at++) {
            const uint32_t day = c->articles[at].day;
            const bool expected = day != 0 && day >= first && (last == 0 || day <= last);

            if (expected != (at >= begin))
                fail_msg("article %u of day %u, asked for %u to %u", at, day, first, last);
        }
    }
}

static void
check_sources(const corpus *c, const article_columns *columns)
{
    static const char *const others[] = {"", "source", "source 00", "a", "t", "\xff"};
    uint64_t bits[MAX_ARTICLES / 64 + 1];

    for (uint32_t n = 0; n < c->sources.nnames; n += 1 + c->sources.nnames / 50) {
        const article_source name = source_names_get(&c->sources, n);

        memset(bits, 0, sizeof bits);
        assert_int_equal(article_columns_source(columns, name.bytes, name.nbytes, bits, NULL),
                         QUIRE_OK);
        for (uint32_t i = 0; i < c->narticles; i++)
            assert_int_equal(bits[i / 64] >> (i % 64) & 1, c->articles[i].source == n);
    }
    memset(bits, 0, sizeof bits);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(article_columns_source(columns, others[i], strlen(others[i]), bits, NULL),
                         QUIRE_OK);
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        assert_true(bits[i] == 0);
}

/* An article's source has the number of its name among all, in the order of their bytes. */
static void
check_labels(const corpus *c, const article_columns *columns, uint32_t i)
{
    const article_column *a = &c->articles[i];
    quire_error err = {0};
    uint32_t day = 1;
    uint32_t source = 1;
    uint32_t nbefore = 0;

    assert_int_equal(article_columns_labels(columns, i, &day, &source, &err), QUIRE_OK);
    assert_int_equal(day, a->day);
    assert_int_equal(source == 0, a->source == ARTICLE_NO_SOURCE);
    if (source == 0 || i % 50 != 0)
        return;
    const article_source own = source_names_get(&c->sources, a->source);

    for (uint32_t k = 0; k < c->sources.nnames; k++) {
        const article_source name = source_names_get(&c->sources, k);
        const uint32_t both = name.nbytes < own.nbytes ? name.nbytes : own.nbytes;
        const int order = memcmp(name.bytes, own.bytes, both);

        nbefore += order < 0 || (order == 0 && name.nbytes < own.nbytes);
    }
    assert_int_equal(source, nbefore + 1);
}

static void
check_corpus(const corpus *c)
{
    article_columns columns = {0};
    quire_error err = {0};

    write_corpus(c);
    if (article_columns_open("articles", &columns, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(columns.narticles, c->narticles);
    check_sources(c, &columns);
    for (uint32_t i = 0; i < c->narticles; i++) {
        const uint32_t title = c->articles[i].title;
        uint32_t end;

        assert_int_equal(article_columns_title(&columns, i, &end, &err), QUIRE_OK);
        assert_int_equal(end, title < 65535 ? title : 65535);
        check_labels(c, &columns, i);
    }
    uint32_t end;

    assert_int_equal(article_columns_title(&columns, c->narticles, &end, &err), QUIRE_ECORRUPT);
    assert_int_equal(article_columns_labels(&columns, c->narticles, &end, &end, &err),
                     QUIRE_ECORRUPT);
    check_days(c, &columns, 0, 0);
    check_days(c, &columns, 19990101, 99991231);
    check_days(c, &columns, 99990101, 0);
    check_days(c, &columns, 0, 10101);
    for (int i = 0; i < 300; i++) {
        const uint32_t first = random_below(5) == 0 ? 0 : day_of(random_below(800));
        const uint32_t last = random_below(5) == 0 ? 0 : day_of(random_below(800));

        check_days(c, &columns, first, last);
    }
    article_columns_close(&columns);
}

static void
test_columns_say_what_was_written(void **state)
{
    (void)state;
    static const struct {
        uint32_t narticles;
        uint32_t nsources;
        uint32_t wobble;
    } table[] = {{0, 0, 0},      {1, 1, 0},      {2, 0, 2},    {64, 3, 0},     {65, 255, 1},
                 {1000, 256, 2}, {2000, 700, 0}, {2000, 5, 5}, {1500, 254, 9}, {2000, 66000, 1}};

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        corpus *c = calloc(1, sizeof *c);

        assert_non_null(c);
        make_corpus(c, table[i].narticles, table[i].nsources, table[i].wobble);
        check_corpus(c);
        source_names_free(&c->sources);
        free(c);
    }
}

static void
test_a_name_has_one_number(void **state)
{
    (void)state;
    source_names n = {0};

    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 5000; i++) {
            char name[32];
            uint32_t number;

            snprintf(name, sizeof name, "%u", i);
            assert_true(source_names_add(&n, name, strlen(name), &number));
            assert_int_equal(number, i);
        }
    assert_int_equal(n.nnames, 5000);
    source_names_free(&n);
}

/* A file whose pages are right and whose footer is not. */
static void
test_a_footer_is_not_believed(void **state)
{
    (void)state;
    static const uint8_t table[][12] = {
        {0},
        {1, 0, 0, 0},
        {0, 0, 0, 0, 1, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 0, 0, 1},
        {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        checked_writer *w = checked_create("wrong", CHECKED_ARTICLES);
        article_columns columns = {0};
        quire_error err = {0};

        assert_non_null(w);
        checked_write(w, table[i], i == 0 ? 11 : 12);
        assert_int_equal(checked_finish(w, &err), QUIRE_OK);
        assert_int_equal(article_columns_open("wrong", &columns, &err), QUIRE_ECORRUPT);
        article_columns_close(&columns);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_say_what_was_written),
        cmocka_unit_test(test_a_name_has_one_number),
        cmocka_unit_test(test_a_footer_is_not_believed),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
