/* SPDX-License-Identifier: GPL-3.0-or-later */
/* buffer.c - bytes that grow by doubling. */
#include "base/buffer.h"
#include "base/large.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
buffer_reserve(buffer *b, size_t more)
{
    if (more >= SIZE_MAX / 2 - b->size)
        return false;
    size_t wanted = b->size + more + 1;
    if (wanted <= b->room)
        return true;

    size_t room = b->room < 64 ? 64 : b->room;
    while (room < wanted)
        room *= 2;
    char *bytes = realloc(b->bytes, room);
    if (bytes == NULL)
        return false;
    large_hint(bytes, room);
    b->bytes = bytes;
    b->room = room;
    return true;
}

bool
buffer_add(buffer *b, const void *bytes, size_t nbytes)
{
    if (nbytes >= b->room - b->size && !buffer_reserve(b, nbytes)) /* size < room, or both are 0 */
        return false;
    if (nbytes > 0)
        memcpy(b->bytes + b->size, bytes, nbytes);
    b->size += nbytes;
    b->bytes[b->size] = '\0';
    return true;
}

bool
buffer_add_string(buffer *b, const char *string)
{
    return buffer_add(b, string, strlen(string));
}

bool
buffer_add_char(buffer *b, char c)
{
    return buffer_add(b, &c, 1);
}

bool
buffer_printf(buffer *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (wanted < 0 || !buffer_reserve(b, (size_t)wanted))
        return false;

    va_start(arguments, format);
    vsnprintf(b->bytes + b->size, (size_t)wanted + 1, format, arguments);
    va_end(arguments);
    b->size += (size_t)wanted;
    return true;
}

void
buffer_clear(buffer *b)
{
    b->size = 0;
    if (b->bytes != NULL)
        b->bytes[0] = '\0';
}

void
buffer_free(buffer *b)
{
    free(b->bytes);
    memset(b, 0, sizeof *b);
}

char *
buffer_detach(buffer *b)
{
    if (!buffer_reserve(b, 0))
        return NULL;
    char *bytes = b->bytes;
    bytes[b->size] = '\0';
    memset(b, 0, sizeof *b);
    return bytes;
}
