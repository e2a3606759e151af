/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with patches: what comes out is what went in, in memory that ends right behind what may
 * be read; they take no more than without patches, and where one number is large much less. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "postings/patched.h"

#include "chance.h"

static uint32_t
of_width(unsigned width)
{
    return width == 0 ? 0 : random_number() >> (32 - width);
}

/* Numbers of a width, of which one in large_one_in is of another. */
static void
fill(uint32_t numbers[PATCHED_MOST], size_t n, unsigned width, unsigned large,
     unsigned large_one_in)
{
    for (size_t i = 0; i < n; i++)
        numbers[i] = of_width(random_number() % large_one_in == 0 ? large : width);
}

/* Pack and unpack n numbers; returns the bytes that they took. */
static size_t
check(const uint32_t *numbers, size_t n, unsigned patch_cost)
{
    const patched_shape shape = patched_choose(numbers, n, patch_cost);
    const patched_shape again = patched_of_byte(shape.width, patched_byte(shape));
    const size_t nbytes = patched_bytes(n, shape);
    uint64_t sum = 0;
    uint8_t *packed = calloc(1, nbytes + BITPACK_SLACK);
    uint32_t *out = malloc(PATCHED_MOST * sizeof *out);

    assert_true(packed != NULL && out != NULL);
    assert_true(patched_makes_sense(shape));
    assert_int_equal(shape.width + shape.bits, bitpack_width(numbers, n));
    assert_true(nbytes <= bitpack_bytes(n, bitpack_width(numbers, n)));
    assert_memory_equal(&shape, &again, sizeof shape);
    patched_pack(numbers, n, shape, packed);
    for (size_t i = nbytes; i < nbytes + BITPACK_SLACK; i++)
        assert_int_equal(packed[i], 0);
    memset(packed + nbytes, 0xa5, BITPACK_SLACK);
    patched_unpack(packed, n, shape, out);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(out[i], numbers[i]);
    patched_unpack_plus_one(packed, n, shape, out);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(out[i], (uint32_t)(numbers[i] + 1));
        sum += (uint64_t)numbers[i] + 1;
    }
    assert_true(sum <= patched_most_sum(n, shape));
    free(packed);
    free(out);
    return nbytes;
}

static void
test_what_comes_out_is_what_went_in(void **state)
{
    (void)state;
    uint32_t numbers[PATCHED_MOST];

    for (unsigned width = 0; width <= 32; width++)
        for (unsigned large = width; large <= 32; large++)
            for (unsigned one_in = 2; one_in <= 128; one_in *= 4) {
                const size_t n =
                    random_number() % 3 == 0 ? PATCHED_MOST : random_number() % (PATCHED_MOST + 1);

                fill(numbers, n, width, large, one_in);
                check(numbers, n, 0);
                check(numbers, n, random_number() % 8);
            }
}

static void
test_one_large_number_does_not_widen_the_others(void **state)
{
    (void)state;
    uint32_t numbers[PATCHED_MOST];

    for (unsigned large = 2; large <= 16; large++)
        for (size_t at = 0; at < PATCHED_MOST; at++) {
            for (size_t i = 0; i < PATCHED_MOST; i++)
                numbers[i] = i % 2;
            numbers[at] = UINT32_C(1) << (large - 1);
            assert_int_equal(check(numbers, PATCHED_MOST, 0),
                             PATCHED_MOST / 8 + (PATCHED_INDEX_BITS + large - 1 + 7) / 8);
        }
}

static void
test_a_patch_that_saves_too_little_is_not_made(void **state)
{
    (void)state;
    uint32_t numbers[PATCHED_MOST] = {[5] = 1, [77] = 1};

    assert_int_equal(patched_choose(numbers, PATCHED_MOST, 0).npatches, 2);
    assert_int_equal(patched_choose(numbers, PATCHED_MOST, 13).npatches, 2);
    assert_int_equal(patched_choose(numbers, PATCHED_MOST, 14).npatches, 0);
    assert_int_equal(patched_choose(numbers, PATCHED_FROM - 1, 0).npatches, 0);
}

static void
test_shapes_without_sense(void **state)
{
    (void)state;
    assert_true(patched_makes_sense(patched_of_byte(32, 0x00)));
    assert_false(patched_makes_sense(patched_of_byte(33, 0x00)));
    assert_true(patched_makes_sense(patched_of_byte(17, 0xf1)));
    assert_false(patched_makes_sense(patched_of_byte(18, 0xf1)));
    assert_false(patched_makes_sense(patched_of_byte(5, 0x03)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_comes_out_is_what_went_in),
        cmocka_unit_test(test_one_large_number_does_not_widen_the_others),
        cmocka_unit_test(test_a_patch_that_saves_too_little_is_not_made),
        cmocka_unit_test(test_shapes_without_sense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
