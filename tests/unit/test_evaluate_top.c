/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best so far: hits are added in order and in any order, and what stays is held beside all of
 * them sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "postings/evaluate_top.h"

#include "chance.h"

#define MAX_HITS 60

static int
compare_hits(const void *a, const void *b)
{
    const evaluate_hit *first = a;
    const evaluate_hit *second = b;

    if (first->score != second->score)
        return first->score > second->score ? -1 : 1;
    return (first->passage > second->passage) - (first->passage < second->passage);
}

/* Hits of few different scores, by number. */
static void
make_hits(evaluate_hit *hits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        hits[i] = (evaluate_hit){.passage = i, .score = random_below(12)};
}

static void
shuffle(evaluate_hit *hits, uint32_t n)
{
    for (uint32_t i = n; i > 1; i--) {
        const uint32_t k = random_below(i);
        const evaluate_hit moved = hits[i - 1];

        hits[i - 1] = hits[k];
        hits[k] = moved;
    }
}

static void
try_hits(uint32_t n, uint32_t max_hits, bool in_order, bool expects)
{
    evaluate_hit all[MAX_HITS];
    evaluate_hit sorted[MAX_HITS];
    evaluate_hit kept[MAX_HITS + 1];
    const uint32_t nwanted = n < max_hits ? n : max_hits;
    evaluate_top top;

    make_hits(all, n);
    memcpy(sorted, all, sizeof sorted);
    qsort(sorted, n, sizeof *sorted, compare_hits);
    if (!in_order)
        shuffle(all, n);
    evaluate_top_init(&top, kept, max_hits);
    if (expects && n >= max_hits && max_hits > 0)
        evaluate_top_expect(&top, sorted[max_hits - 1].score);
    for (uint32_t i = 0; i < n; i++)
        if (in_order)
            evaluate_top_add(&top, all[i].passage, all[i].score);
        else
            evaluate_top_add_any(&top, all[i].passage, all[i].score);
    assert_int_equal(top.nhits, nwanted);
    evaluate_top_sort(&top);
    for (uint32_t i = 0; i < nwanted; i++) {
        assert_int_equal(kept[i].passage, sorted[i].passage);
        assert_int_equal(kept[i].score, sorted[i].score);
    }
}

static void
test_what_stays(void **state)
{
    (void)state;
    chance = (dice){8};
    for (unsigned i = 0; i < 4000; i++)
        try_hits(1 + random_below(MAX_HITS), random_below(20), i % 2 == 0, i % 3 == 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
