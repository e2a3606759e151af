/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as quire-search prints them, against printf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../searcher/output.h"
#include "../reference/random.h"

/* What printf makes of it, an exponent without zeros and signs that say nothing. */
static void
wanted_real(double number, char *out, size_t room)
{
    char *exponent = NULL;

    snprintf(out, room, "%.17g", number);
    exponent = strchr(out, 'e');
    if (exponent != NULL)
        snprintf(exponent, room - (size_t)(exponent - out), "e%d", atoi(exponent + 1));
    else if (strchr(out, '.') == NULL)
        strcat(out, ".0");
}

static void
check_number(double number)
{
    static const unsigned decimals[] = {0, 1, 6, 10, 16};
    char wanted[400];
    output got = {0};

    output_real(&got, number);
    output_char(&got, '\0');
    wanted_real(number, wanted, sizeof wanted);
    assert_false(got.has_failed);
    assert_string_equal(got.bytes, wanted);
    assert_true(strtod(got.bytes, NULL) == number);
    for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++) {
        output_clear(&got, SIZE_MAX);
        output_decimals(&got, number, decimals[i]);
        output_char(&got, '\0');
        snprintf(wanted, sizeof wanted, "%.*f", (int)decimals[i], number);
        assert_string_equal(got.bytes, wanted);
    }
    output_free(&got);
}

/* Where digits carry, halves are rounded, and each way of writing them ends. */
static void
known_numbers(void **state)
{
    static const double numbers[] = {0,
                                     1,
                                     0.5,
                                     0.1,
                                     1.5,
                                     9.9999999999,
                                     10,
                                     99.99999999976717,
                                     1.0000005,
                                     1.0 + 1.0 / 4294967296.0,
                                     2.0 - 1.0 / 4294967296.0,
                                     9999999.5,
                                     2097151.9999999998,
                                     2097152,
                                     2097152.5,
                                     4194304.25,
                                     1e15,
                                     1e17,
                                     1e300,
                                     1e-5,
                                     1e-300,
                                     -1.5,
                                     -20.25,
                                     1.0 / 3,
                                     4.0 / 3};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        check_number(numbers[i]);
    for (double fraction = 1; fraction > 1e-9; fraction /= 2)
        for (double whole = 0; whole < 12; whole++)
            check_number(whole + fraction);
}

/* Scores are multiples of 2^-32. */
static void
random_scores(void **state)
{
    dice d = {.state = 1};

    (void)state;
    for (int i = 0; i < 20000; i++)
        check_number((double)(dice_next(&d) >> (11 + i % 40)) / 4294967296.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_numbers),
        cmocka_unit_test(random_scores),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
