/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packed numbers against a model that knows single bits only, for every width and many lengths, in
 * memory that ends right behind what may be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "postings/bitpack.h"

#include "chance.h"

#define MOST 300

static uint32_t
of_width(unsigned width)
{
    return (uint32_t)(random_number() & (((uint64_t)1 << width) - 1));
}

static unsigned
bit_at(const uint8_t *bytes, size_t bit)
{
    return bytes[bit / 8] >> bit % 8 & 1;
}

static uint32_t
model_get(const uint8_t *bytes, size_t i, unsigned width)
{
    uint32_t number = 0;

    for (unsigned b = 0; b < width; b++)
        number |= (uint32_t)bit_at(bytes, i * width + b) << b;
    return number;
}

typedef void unpack(const uint8_t *packed, size_t first, size_t n, unsigned width, uint32_t *out);

/* Unpack into memory of exactly n numbers. */
static void
check_unpack(unpack *way, const uint8_t *packed, const uint32_t *numbers, size_t first, size_t n,
             unsigned width)
{
    uint32_t *out = malloc(n * sizeof *out + 1);

    assert_non_null(out);
    way(packed, first, n, width, out);
    if (n > 0 && memcmp(out, numbers + first, n * sizeof *out) != 0)
        fail_msg("%zu numbers of %u bits from %zu on", n, width, first);
    free(out);
}

static void
check_numbers(const uint32_t *numbers, size_t n, unsigned width)
{
    const size_t nbytes = bitpack_bytes(n, width);
    uint8_t *packed = malloc(nbytes + BITPACK_SLACK);

    assert_non_null(packed);
    memset(packed, 0xa5, nbytes + BITPACK_SLACK);
    bitpack_pack(numbers, n, width, packed);
    for (size_t i = nbytes; i < nbytes + BITPACK_SLACK; i++)
        assert_int_equal(packed[i], 0xa5);
    for (size_t bit = n * width; bit < 8 * nbytes; bit++)
        assert_int_equal(bit_at(packed, bit), 0);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(model_get(packed, i, width), numbers[i]);
        assert_int_equal(bitpack_get(packed, i, width), numbers[i]);
    }
    check_unpack(bitpack_unpack, packed, numbers, 0, n, width);
    check_unpack(bitpack_unpack_portable, packed, numbers, 0, n, width);
    for (int parts = 0; parts < 4; parts++) {
        const size_t first = random_number() % (n + 1);
        const size_t some = random_number() % (n - first + 1);

        check_unpack(bitpack_unpack, packed, numbers, first, some, width);
        check_unpack(bitpack_unpack_portable, packed, numbers, first, some, width);
        check_unpack(bitpack_unpack, packed, numbers, first, n - first, width);
        check_unpack(bitpack_unpack_portable, packed, numbers, first, n - first, width);
    }
    free(packed);
}

static void
test_every_width_and_every_length_up_to_300(void **state)
{
    (void)state;
    uint32_t numbers[MOST];

    for (unsigned width = 0; width <= 32; width++)
        for (size_t n = 0; n <= MOST; n++) {
            for (size_t i = 0; i < n; i++)
                numbers[i] = of_width(width);
            check_numbers(numbers, n, width);
        }
}

static void
test_all_bits_set(void **state)
{
    (void)state;
    uint32_t numbers[MOST];

    for (unsigned width = 0; width <= 32; width++) {
        for (size_t i = 0; i < MOST; i++)
            numbers[i] = (uint32_t)(((uint64_t)1 << width) - 1);
        check_numbers(numbers, MOST, width);
        assert_int_equal(bitpack_width(numbers, MOST), width);
    }
}

static void
test_the_width_is_that_of_the_largest(void **state)
{
    (void)state;
    uint32_t numbers[64] = {0};

    assert_int_equal(bitpack_width(numbers, 0), 0);
    assert_int_equal(bitpack_width(numbers, 64), 0);
    for (unsigned bit = 0; bit < 32; bit++) {
        numbers[random_number() % 64] |= (uint32_t)1 << bit;
        assert_int_equal(bitpack_width(numbers, 64), bit + 1);
    }
}

static void
test_every_first_number_of_a_block(void **state)
{
    (void)state;
    uint32_t numbers[128];
    uint8_t packed[128 * 4 + BITPACK_SLACK];

    for (unsigned width = 0; width <= 32; width++) {
        for (size_t i = 0; i < 128; i++)
            numbers[i] = of_width(width);
        bitpack_pack(numbers, 128, width, packed);
        for (size_t first = 0; first <= 128; first++) {
            check_unpack(bitpack_unpack, packed, numbers, first, 128 - first, width);
            check_unpack(bitpack_unpack_portable, packed, numbers, first, 128 - first, width);
        }
    }
}

typedef void adder(uint32_t *out, size_t n);
typedef void summer(uint32_t *out, size_t n, uint32_t start);
typedef void plain_summer(const uint32_t *numbers, size_t n, uint32_t *out);

static void
check_sums(adder *add_one, summer *add_up, const uint32_t *numbers, size_t n, uint32_t start)
{
    uint32_t *out = malloc(n * sizeof *out + 1);

    assert_non_null(out);
    if (n > 0)
        memcpy(out, numbers, n * sizeof *out);
    add_one(out, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(out[i], (uint32_t)(numbers[i] + 1));
    if (n > 0)
        memcpy(out, numbers, n * sizeof *out);
    add_up(out, n, start);
    for (size_t i = 0; i < n; i++) {
        start += numbers[i] + 1;
        assert_int_equal(out[i], start);
    }
    free(out);
}

static void
check_plain_sums(plain_summer *sum_up, const uint32_t *numbers, size_t n)
{
    uint32_t *out = malloc(n * sizeof *out + 1);
    uint32_t sum = 0;

    assert_non_null(out);
    sum_up(numbers, n, out);
    for (size_t i = 0; i < n; i++) {
        sum += numbers[i];
        assert_int_equal(out[i], sum);
    }
    free(out);
}

static void
test_adding_one_and_adding_up(void **state)
{
    (void)state;
    uint32_t numbers[MOST];

    for (size_t n = 0; n <= MOST; n++) {
        const uint32_t start = random_number();

        for (size_t i = 0; i < n; i++)
            numbers[i] = of_width(random_number() % 33);
        check_sums(bitpack_add_one, bitpack_add_up, numbers, n, start);
        check_sums(bitpack_add_one_portable, bitpack_add_up_portable, numbers, n, start);
        check_sums(bitpack_add_one, bitpack_add_up, numbers, n, UINT32_MAX);
        check_plain_sums(bitpack_sum_up, numbers, n);
        check_plain_sums(bitpack_sum_up_portable, numbers, n);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_width_and_every_length_up_to_300),
        cmocka_unit_test(test_all_bits_set),
        cmocka_unit_test(test_the_width_is_that_of_the_largest),
        cmocka_unit_test(test_every_first_number_of_a_block),
        cmocka_unit_test(test_adding_one_and_adding_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
