/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evaluator's loops that a machine may run in another way: what is chosen here, what all have,
 * and a model that knows neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "postings/evaluate_weight.h"
#include "postings/intersect.h"

#include "chance.h"
#include "rounds.h"

#define NPASSAGES 1000

/* ---- Weights ---- */

static void
check_weights(const bm25 *model, const uint8_t *lengths, double idf)
{
    static evaluate_weights w;
    uint32_t passages[POSTING_BLOCK];
    uint32_t frequencies[POSTING_BLOCK];
    int64_t chosen[POSTING_BLOCK];
    int64_t portable[POSTING_BLOCK];
    const size_t n = random_number() % (POSTING_BLOCK + 1);

    evaluate_weights_init(&w, model, lengths);
    for (size_t i = 0; i < n; i++) {
        passages[i] = random_number() % NPASSAGES;
        frequencies[i] = 1 + random_number() % (random_number() % 50 == 0 ? UINT32_MAX : 20);
    }
    evaluate_weigh(&w, idf, passages, frequencies, n, chosen);
    evaluate_weigh_portable(&w, idf, passages, frequencies, n, portable);
    for (size_t i = 0; i < n; i++) {
        const uint32_t length = evaluate_weights_length(&w, passages[i]);
        const int64_t expected = bm25_weight(model, idf, frequencies[i], length);

        assert_int_equal(chosen[i], expected);
        assert_int_equal(portable[i], expected);
    }
}

static void
test_weights_are_those_of_the_formula(void **state)
{
    static const double k1s[] = {1.2, 0, 0.3, 3, 1000, 1e9};
    static const double bs[] = {0.75, 0, 1, 0.4};
    static const double idfs[] = {0, 0.01, 0.7, 3.1, 12.5};
    uint8_t lengths[2 * NPASSAGES + 2];

    (void)state;
    for (unsigned round = 0; round < test_rounds(2000); round++) {
        bm25_collection collection = {.npassages = 1 + random_number() % 100000};
        bm25 model;

        collection.total_length = collection.npassages * (1 + random_number() % 200);
        for (uint32_t i = 0; i <= NPASSAGES; i++) {
            const uint32_t length = random_number() % (random_number() % 200 == 0 ? 65536 : 250);

            lengths[2 * i] = (uint8_t)length;
            lengths[2 * i + 1] = (uint8_t)(length >> 8);
        }
        bm25_init(&model, k1s[random_number() % 6], bs[random_number() % 4], &collection);
        check_weights(&model, lengths, idfs[random_number() % 5]);
    }
}

/* ---- Meeting ---- */

/* Ascending passages, the last ones of a short block being POSTING_NONE. */
static void
make_block(uint32_t passages[POSTING_BLOCK], uint32_t gap, uint32_t start)
{
    const uint32_t n =
        random_number() % 3 == 0 ? 1 + random_number() % POSTING_BLOCK : POSTING_BLOCK;

    for (uint32_t i = 0; i < POSTING_BLOCK; i++) {
        start += 1 + random_number() % gap;
        passages[i] = i < n ? start : POSTING_NONE;
    }
}

typedef uint32_t intersecting(const uint32_t numbers[POSTING_BLOCK], uint8_t *places, uint32_t n,
                              const uint32_t decoded[POSTING_BLOCK], uint32_t found,
                              uint8_t at[POSTING_BLOCK]);

static void
check_intersect(intersecting *way, const uint32_t *numbers, const uint8_t *places, uint32_t n,
                const uint32_t *decoded, uint32_t found)
{
    uint8_t kept[POSTING_BLOCK];
    uint8_t at[POSTING_BLOCK] = {0};
    uint32_t nkept = 0;
    uint32_t nexpected = 0;

    for (uint32_t i = 0; i < n; i++)
        kept[i] = places[i];
    nkept = way(numbers, kept, n, decoded, found, at);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < POSTING_BLOCK; j++)
            if (decoded[j] == numbers[places[i]]) {
                assert_true(nexpected < nkept);
                assert_int_equal(kept[nexpected++], places[i]);
                assert_int_equal(at[places[i]], j);
            }
    assert_int_equal(nkept, nexpected);
}

static void
test_what_blocks_share_is_kept(void **state)
{
    (void)state;
    for (unsigned round = 0; round < test_rounds(5000); round++) {
        const uint32_t start = random_number() % 2 == 0 ? 0 : UINT32_C(0x7fffff80);
        const uint32_t skipped = random_number() % 40;
        uint32_t numbers[POSTING_BLOCK];
        uint32_t decoded[POSTING_BLOCK];
        uint8_t places[POSTING_BLOCK];
        uint32_t found = 0;
        uint32_t n = 0;

        make_block(numbers, 1 + random_number() % 9, start);
        make_block(decoded, 1 + random_number() % 9, start);
        for (uint32_t i = skipped; i < POSTING_BLOCK && numbers[i] != POSTING_NONE; i++)
            if (random_number() % 4 != 0)
                places[n++] = (uint8_t)i;
        /* It may begin anywhere that is not behind the first. */
        while (n > 0 && found + 1 < POSTING_BLOCK && decoded[found + 1] <= numbers[places[0]] &&
               random_number() % 8 != 0)
            found++;
        check_intersect(intersect, numbers, places, n, decoded, found);
        check_intersect(intersect_portable, numbers, places, n, decoded, found);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_are_those_of_the_formula),
        cmocka_unit_test(test_what_blocks_share_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
