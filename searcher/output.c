/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c - what is printed, gathered in memory. */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_ROOM 16384

void
output_clear(output *out, size_t keep_bytes)
{
    if (out->room > keep_bytes)
        output_free(out);
    out->size = 0;
    out->has_failed = false;
}

void
output_free(output *out)
{
    free(out->bytes);
    *out = (output){0};
}

void
output_trim(output *out)
{
    char *bytes = out->size > 0 ? realloc(out->bytes, out->size) : NULL;

    if (bytes != NULL) {
        out->bytes = bytes;
        out->room = out->size;
    } else if (out->size == 0) {
        free(out->bytes);
        out->bytes = NULL;
        out->room = 0;
    }
}

bool
output_reserve(output *out, size_t nbytes)
{
    size_t room = out->room < FIRST_ROOM ? FIRST_ROOM : out->room;
    char *bytes = NULL;

    if (out->has_failed)
        return false;
    if (nbytes <= out->room - out->size)
        return true;
    while (room - out->size < nbytes && room <= SIZE_MAX / 2)
        room *= 2;
    if (room - out->size >= nbytes)
        bytes = realloc(out->bytes, room);
    if (bytes == NULL) {
        out->has_failed = true;
        return false;
    }
    out->bytes = bytes;
    out->room = room;
    return true;
}

void
output_vprintf(output *out, const char *format, va_list args)
{
    va_list again;
    int length = 0;

    va_copy(again, args);
    if (output_reserve(out, 1))
        length = vsnprintf(out->bytes + out->size, out->room - out->size, format, args);
    if (length < 0)
        out->has_failed = true;
    else if ((size_t)length >= out->room - out->size && output_reserve(out, (size_t)length + 1))
        vsnprintf(out->bytes + out->size, out->room - out->size, format, again);
    va_end(again);
    if (!out->has_failed)
        out->size += (size_t)length;
}

void
output_printf(output *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    output_vprintf(out, format, args);
    va_end(args);
}

void
output_number(output *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    output_bytes(out, digits + at, sizeof digits - at);
}

/* ---- Fractions ---- */

/* Scores are multiples of 2^-32, which are decimals of 32 digits at most: those are made of it by
 * two multiplications, where printf needs some three thousand instructions. */

#define LARGEST (double)(1u << 21) /* whose multiples of 2^-32 a double holds */
#define MAX_DECIMALS 16u

/* Write a number as a whole one and ndecimals decimals, rounded as printf does: to the nearest, of
 * two to the even one.  False where it is no multiple of 2^-32, or not in (1, LARGEST). */
static bool
split_number(double number, unsigned ndecimals, uint64_t *whole_out, uint64_t *decimals_out)
{
    static const uint64_t powers[MAX_DECIMALS + 1] = {1,
                                                      10,
                                                      100,
                                                      1000,
                                                      10000,
                                                      100000,
                                                      1000000,
                                                      10000000,
                                                      100000000,
                                                      1000000000,
                                                      10000000000,
                                                      100000000000,
                                                      1000000000000,
                                                      10000000000000,
                                                      100000000000000,
                                                      1000000000000000,
                                                      10000000000000000};
    const double scaled = number * 4294967296.0;

    if (!(number >= 1 && number < LARGEST) || scaled != (double)(uint64_t)scaled ||
        ndecimals > MAX_DECIMALS)
        return false;
    const uint64_t fixed = (uint64_t)scaled;
    const uint64_t fraction = fixed & UINT32_MAX;
    const uint64_t low = fraction * (powers[ndecimals] & UINT32_MAX);
    const uint64_t rest = low & UINT32_MAX;
    const uint64_t half = (uint64_t)1 << 31;

    *whole_out = fixed >> 32;
    *decimals_out = fraction * (powers[ndecimals] >> 32) + (low >> 32);
    if (rest > half || (rest == half && (*decimals_out & 1) != 0))
        ++*decimals_out;
    if (*decimals_out == powers[ndecimals]) {
        *decimals_out = 0;
        ++*whole_out;
    }
    return true;
}

/* Put a number's last ndigits digits, zeros before it where it has fewer. */
static void
put_digits(char *digits, uint64_t number, unsigned ndigits)
{
    while (ndigits > 0) {
        digits[--ndigits] = (char)('0' + number % 10);
        number /= 10;
    }
}

void
output_decimals(output *out, double number, unsigned ndecimals)
{
    char digits[MAX_DECIMALS];
    uint64_t whole = 0;
    uint64_t decimals = 0;

    if (ndecimals == 0 || !split_number(number, ndecimals, &whole, &decimals)) {
        output_printf(out, "%.*f", (int)ndecimals, number);
        return;
    }
    output_number(out, whole);
    output_char(out, '.');
    put_digits(digits, decimals, ndecimals);
    output_bytes(out, digits, ndecimals);
}

/* Any number. */
static void
put_any_real(output *out, double number)
{
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%.17g", number);
    const char *exponent = strchr(digits, 'e');

    output_bytes(out, digits, exponent != NULL ? (size_t)(exponent - digits) : (size_t)length);
    if (exponent != NULL)
        output_printf(out, "e%ld", strtol(exponent + 1, NULL, 10));
    else if (strchr(digits, '.') == NULL)
        output_string(out, ".0");
}

void
output_real(output *out, double number)
{
    char digits[MAX_DECIMALS];
    unsigned ndecimals = MAX_DECIMALS;
    uint64_t whole = 0;
    uint64_t decimals = 0;

    for (double ten = 10; ten <= number && ndecimals > 10; ten *= 10)
        ndecimals--;
    if (!split_number(number, ndecimals, &whole, &decimals)) {
        put_any_real(out, number);
        return;
    }
    output_number(out, whole);
    output_char(out, '.');
    put_digits(digits, decimals, ndecimals);
    while (ndecimals > 1 && digits[ndecimals - 1] == '0')
        ndecimals--;
    output_bytes(out, digits, ndecimals);
}

void
output_blanks(output *out, size_t n)
{
    if (n == 0 || !output_reserve(out, n))
        return;
    memset(out->bytes + out->size, ' ', n);
    out->size += n;
}

bool
output_write(const output *out, int fd)
{
    size_t at = 0;

    while (at < out->size) {
        ssize_t n = write(fd, out->bytes + at, out->size - at);

        if (n >= 0)
            at += (size_t)n;
        else if (errno != EINTR)
            return false;
    }
    return true;
}
