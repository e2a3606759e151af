/* SPDX-License-Identifier: GPL-3.0-or-later */
/* buffer.h - bytes that grow.  A zeroed buffer is an empty one. */
#ifndef QUIRE_BASE_BUFFER_H
#define QUIRE_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *bytes; /* size bytes, followed by a NUL once anything was ever added */
    size_t size;
    size_t room;
} buffer;

/* Each returns false when memory is out (or size would overflow); the buffer is then as before. */
bool buffer_reserve(buffer *b, size_t more); /* room for more bytes and a NUL */
bool buffer_add(buffer *b, const void *bytes, size_t nbytes);
bool buffer_add_string(buffer *b, const char *string);
bool buffer_add_char(buffer *b, char c);
bool buffer_printf(buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

void buffer_clear(buffer *b); /* empty, room kept */
void buffer_free(buffer *b);  /* empty, nothing held */

/* Hand the bytes over, ended by a NUL, to be freed by the caller; NULL when memory is out. */
char *buffer_detach(buffer *b);

#endif
