/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A search for a ranking alone finds what a search for everything finds: the same passages, or
 * articles, in the same order, with the same scores, copies folded or not.  Asked of articles of
 * few words, of which many are copies of others in whole or in part, in both stores. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/file.h"
#include "quire.h"

#include "chance.h"
#include "rounds.h"
#include "scratch.h"

enum { NARTICLES = 400, NWORDS = 60, NSENTENCES = 120 };

/* ---- Articles ---- */

/* Small numbers come more often. */
static uint32_t
random_word(void)
{
    const uint32_t most = 1 + random_below(NWORDS);

    return random_below(most);
}

/* Sentences are drawn from a pool, so that passages share some. */
static char sentences[NSENTENCES][256];

static void
make_sentences(void)
{
    for (int i = 0; i < NSENTENCES; i++) {
        const uint32_t n = 6 + random_below(14);
        size_t at = (size_t)snprintf(sentences[i], sizeof sentences[i], "Say");

        for (uint32_t k = 0; k < n; k++)
            at += (size_t)snprintf(sentences[i] + at, sizeof sentences[i] - at, " w%c%c",
                                   'a' + (char)(random_word() / 26), 'a' + (char)random_below(26));
        snprintf(sentences[i] + at, sizeof sentences[i] - at, ".");
    }
}

/* Which sentences an article has. */
typedef struct {
    uint32_t sentences[40];
    uint32_t n;
} outline;

/* Of an article before it some are a copy, with a sentence changed here and there. */
static outline
make_outline(const outline *before, uint32_t nbefore)
{
    outline o = {.n = 2 + random_below(38)};

    for (uint32_t i = 0; i < o.n; i++)
        o.sentences[i] = random_below(NSENTENCES);
    if (nbefore > 0 && random_below(3) > 0) {
        const uint32_t changed = random_below(4);

        o = before[random_below(nbefore)];
        for (uint32_t i = 0; i < changed; i++)
            o.sentences[random_below(o.n)] = random_below(NSENTENCES);
    }
    return o;
}

static void
add_article(buffer *b, uint32_t number, const outline *o)
{
    buffer_printf(b, "{\"id\":\"a%u\",\"title\":\"%s\",\"date\":\"2025-0%u-1%u\",\"text\":\"",
                  (unsigned)number, sentences[o->sentences[0] / 2], 1 + (unsigned)random_below(9),
                  (unsigned)random_below(9));
    for (uint32_t i = 0; i < o->n; i++)
        buffer_printf(b, "%s%s", sentences[o->sentences[i]], i % 5 == 4 ? "\\n\\n" : " ");
    buffer_printf(b, "\"}\n");
}

/* Builds twice, so that there are two segments. */
static void
build(const char *store)
{
    static const char *const sources[] = {"articles.jsonl"};
    static outline outlines[NARTICLES];
    quire_build_options options;
    quire_build_report report;
    quire_error err = {0};
    buffer b = {0};

    make_sentences();
    quire_build_options_init(&options);
    options.store = store;
    options.threads = 1;
    for (uint32_t i = 0; i < NARTICLES; i++) {
        outlines[i] = make_outline(outlines, i);
        add_article(&b, i, &outlines[i]);
        if (i != NARTICLES - 20 && i != NARTICLES - 1)
            continue;
        assert_int_equal(file_replace(AT_FDCWD, "articles.jsonl", b.bytes, b.size, &err), QUIRE_OK);
        if (quire_build(store, sources, 1, &options, &report, &err) != QUIRE_OK)
            fail_msg("%s", err.message);
    }
    buffer_free(&b);
}

/* ---- Queries ---- */

static void
make_query(char *query, size_t room)
{
    const uint32_t n = 1 + random_below(5);
    size_t at = 0;

    for (uint32_t i = 0; i < n; i++) {
        static const char *const forms[] = {"w%c%c ",         "+w%c%c ",           "-w%c%c ",
                                            "\"say w%c%c\" ", "w%c%c NEAR/5 say ", "w%c%c "};
        const char *form = forms[random_below(n > 1 ? 6 : 2)];

        at += (size_t)snprintf(query + at, room - at, form, 'a' + (char)(random_word() / 26),
                               'a' + (char)random_below(26));
    }
}

static quire_results *
search(quire_index *index, const char *query, const quire_search_options *options)
{
    quire_results *results = NULL;
    quire_error err = {0};

    if (quire_search(index, query, strlen(query), options, &results, &err) != QUIRE_OK)
        fail_msg("%s: %s", query, err.message);
    return results;
}

/* What was left out is as if there were none. */
static void
is_bare(const quire_hit *hit)
{
    assert_string_equal(hit->title, "");
    assert_string_equal(hit->text, "");
    assert_null(hit->date);
    assert_int_equal(hit->text_bytes + hit->title_bytes + hit->nmarks + hit->ncopies, 0);
    assert_null(hit->passages);
    assert_null(hit->damage);
}

static void
are_the_same(const quire_hit *whole, const quire_hit *hit, quire_parts parts)
{
    const bool is_named = parts == QUIRE_PARTS_RANKING;

    assert_true(whole->score == hit->score);
    assert_true(whole->number == hit->number);
    assert_true(hit->number > 0);
    assert_string_equal(hit->article, is_named ? whole->article : "");
    assert_int_equal(hit->passage, is_named ? whole->passage : 0);
    is_bare(hit);
}

/* The passages that numbers stand for are those of the hits. */
static void
can_be_read(quire_index *index, const quire_results *whole)
{
    uint64_t numbers[64];
    const size_t n = quire_results_size(whole);
    quire_results *read = NULL;
    quire_error err = {0};

    for (size_t i = 0; i < n; i++)
        numbers[i] = quire_results_hit(whole, i)->number;
    if (quire_read(index, numbers, n, &read, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(quire_results_size(read), n);
    for (size_t i = 0; i < n; i++) {
        const quire_hit *a = quire_results_hit(whole, i);
        const quire_hit *b = quire_results_hit(read, i);

        assert_string_equal(a->article, b->article);
        assert_int_equal(a->passage, b->passage);
        assert_int_equal(a->text_bytes, b->text_bytes);
        assert_memory_equal(a->text, b->text, a->text_bytes);
        assert_string_equal(a->title, b->title);
        assert_int_equal(a->nsentences, b->nsentences);
        assert_int_equal(b->nmarks, 0);
    }
    quire_results_free(read);
}

/* Returns how many hits were compared, and adds the copies that were folded. */
static size_t
compare(quire_index *index, const char *query, quire_search_options *options, uint64_t *ncopies)
{
    quire_results *whole;
    size_t n;

    options->parts = QUIRE_PARTS_ALL;
    whole = search(index, query, options);
    n = quire_results_size(whole);
    for (int parts = QUIRE_PARTS_RANKING; parts <= QUIRE_PARTS_SCORES; parts++) {
        options->parts = (quire_parts)parts;
        quire_results *ranked = search(index, query, options);

        assert_int_equal(quire_results_size(ranked), n);
        assert_int_equal(quire_results_count(ranked), quire_results_count(whole));
        assert_int_equal(quire_results_nnotes(ranked), quire_results_nnotes(whole));
        for (size_t i = 0; i < n; i++)
            are_the_same(quire_results_hit(whole, i), quire_results_hit(ranked, i), options->parts);
        quire_results_free(ranked);
    }
    for (size_t i = 0; i < n; i++)
        *ncopies += quire_results_hit(whole, i)->copies_total;
    can_be_read(index, whole);
    quire_results_free(whole);
    return n;
}

static void
rankings_agree(const char *store, unsigned nqueries)
{
    quire_index *index = NULL;
    quire_error err = {0};
    size_t nhits = 0;
    uint64_t ncopies = 0;

    build(store);
    if (quire_index_open(store, &index, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(quire_index_describe(index)->nsegments, 2);
    for (unsigned i = 0; i < test_rounds(nqueries); i++) {
        char query[256] = "";
        quire_search_options options;

        make_query(query, sizeof query);
        quire_search_options_init(&options);
        options.max_hits = 1 + random_below(30);
        options.show_copies = random_below(3) == 0;
        options.count = random_below(4) == 0;
        options.unit = random_below(3) == 0 ? QUIRE_UNIT_ARTICLE : QUIRE_UNIT_PASSAGE;
        options.furniture = options.unit == QUIRE_UNIT_PASSAGE && random_below(4) == 0;
        nhits += compare(index, query, &options, &ncopies);
    }
    assert_true(nhits > test_rounds(nqueries));
    assert_true(ncopies > 0);
    quire_index_close(index);
}

static void
test_rankings_of_quire(void **state)
{
    (void)state;
    rankings_agree("quire", 250);
}

static void
test_rankings_of_xapian(void **state)
{
    (void)state;
    rankings_agree("xapian", 40);
}

/* ---- Numbers that are none ---- */

static void
test_numbers_of_nothing(void **state)
{
    static const char *const stores[] = {"quire", "xapian"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        static const uint64_t numbers[] = {0, UINT32_MAX, UINT64_C(9) << 32, UINT64_MAX};
        quire_index *index = NULL;
        quire_results *results = NULL;
        quire_error err = {0};

        assert_int_equal(quire_index_open(stores[i], &index, &err), QUIRE_OK);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            assert_int_equal(quire_read(index, &numbers[k], 1, &results, &err), QUIRE_EUSAGE);
            assert_non_null(strstr(err.message, "no passage of the number"));
        }
        assert_int_equal(quire_read(index, NULL, 0, &results, &err), QUIRE_OK);
        assert_int_equal(quire_results_size(results), 0);
        quire_results_free(results);
        quire_index_close(index);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rankings_of_quire),
        cmocka_unit_test(test_rankings_of_xapian),
        cmocka_unit_test(test_numbers_of_nothing),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
