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
