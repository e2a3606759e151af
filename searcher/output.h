/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.h - what is printed, gathered in memory: answers are made by several threads at a time,
 * and each is written in one piece when its turn has come. */
#ifndef SEARCHER_OUTPUT_H
#define SEARCHER_OUTPUT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Zeroed, it is empty.  Where memory does not suffice, has_failed is set, and what is added from
 * then on is lost; so only the end must be looked at. */
typedef struct {
    char *bytes;
    size_t size;
    size_t room;
    bool has_failed;
} output;

/* Make it empty; memory beyond keep_bytes is given back. */
void output_clear(output *out, size_t keep_bytes);
void output_free(output *out);
void output_trim(output *out); /* give back memory that it does not fill */

/* Make room for nbytes more; false where there is none. */
bool output_reserve(output *out, size_t nbytes);

void output_printf(output *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void output_vprintf(output *out, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
void output_number(output *out, uint64_t number); /* in decimal */

/* As printf's %.Nf, ndecimals being at most 16. */
void output_decimals(output *out, double number, unsigned ndecimals);

/* With all the digits that tell it from its neighbours, and a point or an exponent. */
void output_real(output *out, double number);

void output_blanks(output *out, size_t n);

static inline void
output_bytes(output *out, const char *bytes, size_t nbytes)
{
    if (out->room - out->size < nbytes && !output_reserve(out, nbytes))
        return;
    if (nbytes > 0)
        memcpy(out->bytes + out->size, bytes, nbytes);
    out->size += nbytes;
}

static inline void
output_string(output *out, const char *text)
{
    output_bytes(out, text, strlen(text));
}

static inline void
output_char(output *out, char c)
{
    output_bytes(out, &c, 1);
}

/* Write it all to a file descriptor; false, and errno, where that fails. */
bool output_write(const output *out, int fd);

#endif
