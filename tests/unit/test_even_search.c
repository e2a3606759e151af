/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searching rows of numbers, even and uneven, against looking at each of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "postings/even_search.h"

#include "chance.h"

#define MOST 3000

typedef struct {
    uint32_t numbers[MOST];
    uint32_t n;
    uint32_t nlooks;
} row;

static row the_row;
static uint64_t
number_of(void *closure, uint32_t i)
{
    row *r = closure;

    assert_true(i < r->n);
    r->nlooks++;
    return r->numbers[i];
}

static uint32_t
look_at_each(const row *r, uint64_t wanted)
{
    uint32_t place = 0;

    for (uint32_t i = 0; i < r->n; i++)
        if (r->numbers[i] <= wanted)
            place = i;
    return place;
}

static void
compare(row *r, uint64_t end)
{
    const uint64_t beyond = end + 3;

    for (uint64_t wanted = 0; wanted < beyond; wanted += 1 + beyond / 500)
        assert_int_equal(even_search(r->n, end, wanted, number_of, r), look_at_each(r, wanted));
}

/* Gaps below most; now and then one a thousand times as large, or many of none. */
static uint64_t
fill(row *r, uint32_t n, uint32_t most, uint32_t uneven)
{
    uint64_t at = 0;

    r->n = n;
    for (uint32_t i = 0; i < n; i++) {
        r->numbers[i] = (uint32_t)at;
        at += random_below(most);
        if (uneven > 0 && random_below(uneven) == 0)
            at += (uint64_t)most * random_below(1000);
    }
    return at;
}

static void
test_it_finds_what_looking_at_each_does(void **state)
{
    static const uint32_t sizes[] = {1, 2, 3, 7, 64, 500, MOST};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (uint32_t uneven = 0; uneven < 200; uneven += 40) {
            compare(&the_row, fill(&the_row, sizes[i], 2, uneven) + 1);
            compare(&the_row, fill(&the_row, sizes[i], 1000, uneven) + 1);
        }
}

static void
test_even_rows_take_few_looks(void **state)
{
    const uint64_t end = fill(&the_row, MOST, 7, 0);
    const uint32_t nsearches = 500;

    (void)state;
    the_row.nlooks = 0;
    for (uint32_t i = 0; i < nsearches; i++)
        even_search(the_row.n, end, random_below((uint32_t)end), number_of, &the_row);
    assert_true(the_row.nlooks < 9 * nsearches);
}

/* Of numbers that do not ascend some place comes back, and it ends. */
static void
test_disorder_is_endured(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 200; k++) {
        the_row.n = 1 + random_below(MOST);
        for (uint32_t i = 0; i < the_row.n; i++)
            the_row.numbers[i] = (uint32_t)random_below(UINT32_MAX);
        for (unsigned i = 0; i < 50; i++) {
            const uint64_t end = 1 + random_below(UINT32_MAX - 1);

            assert_true(even_search(the_row.n, end, random_below(UINT32_MAX), number_of, &the_row) <
                        the_row.n);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_finds_what_looking_at_each_does),
        cmocka_unit_test(test_even_rows_take_few_looks),
        cmocka_unit_test(test_disorder_is_endured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
