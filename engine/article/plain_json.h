/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plain_json.h - objects that are nothing out of the ordinary, read fast. */
#ifndef QUIRE_ARTICLE_PLAIN_JSON_H
#define QUIRE_ARTICLE_PLAIN_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define PLAIN_JSON_PADDING 64 /* bytes behind a line that can be read, whatever they hold */

typedef struct plain_json plain_json;

/* The value of a key that was asked for. */
typedef struct {
    const char *string; /* NULL: null or a number, or not there */
    size_t nbytes;      /* of the string; it may hold NULs, and none ends it */
    int64_t number;     /* where is_number */
    bool is_there;
    bool is_number;
} plain_value;

plain_json *plain_json_new(void); /* NULL when memory is out */
void plain_json_free(plain_json *p);

/* Read a line that is one JSON object.  values[i] is that of keys[i]; strings stay until the next
 * call.  The members of all other keys are put in rest, which is emptied first, as they are
 * written, so that it holds an object of them, or nothing where there is none; that they are right
 * in themselves is still to be seen.
 *
 * False where it is no such object, or one that is out of the ordinary: a key with an escape, or
 * twice; a key that was asked for with a value that is neither a string, null, nor, for the first
 * of them, an integer of 64 bits; half of a surrogate pair perhaps.  It may be right all the same.
 */
bool plain_json_read(plain_json *p, const char *line, size_t nbytes, const char *const *keys,
                     plain_value *values, size_t nkeys, buffer *rest);

#endif
