/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_record.c - the stored form of an article, and reading it from bytes that may be damaged.
 *
 *   FIELDS  one byte: which of title, date, source, author, url, language, path and extra it has,
 *           from the lowest bit on
 *   LENGTHS of the id and of each of those, in bytes: varints
 *   STRINGS the id, then those, each followed by a NUL
 *
 * Strings end in a NUL so that results can point to them where they are.  When the article was
 * written is not there in seconds: its date, which is in ISO 8601, says it. */
#include "store/article_record.h"

#include <string.h>

#include "postings/dictionary.h"

enum {
    FIELD_TITLE,
    FIELD_DATE,
    FIELD_SOURCE,
    FIELD_AUTHOR,
    FIELD_URL,
    FIELD_LANGUAGE,
    FIELD_PATH,
    FIELD_EXTRA,
    NFIELDS
};

/* ---- Writing ---- */

typedef struct {
    const char *bytes; /* NULL: not there */
    size_t nbytes;
} field;

static field
field_of(const char *string)
{
    return (field){string, string != NULL ? strlen(string) : 0};
}

static bool
add_length(buffer *out, size_t nbytes)
{
    uint8_t varint[VARINT_MAX_BYTES];

    return buffer_add(out, varint, varint_write(varint, nbytes));
}

static bool
add_string(buffer *out, const field *f)
{
    return buffer_add(out, f->bytes, f->nbytes) && buffer_add_char(out, '\0');
}

bool
article_record_write(const article *from, buffer *out)
{
    const field id = field_of(from->id);
    const field fields[NFIELDS] = {
        [FIELD_TITLE] = {from->title_bytes > 0 ? from->title : NULL, from->title_bytes},
        [FIELD_DATE] = field_of(from->has_date ? from->date.iso : NULL),
        [FIELD_SOURCE] = field_of(from->source),
        [FIELD_AUTHOR] = field_of(from->author),
        [FIELD_URL] = field_of(from->url),
        [FIELD_LANGUAGE] = field_of(from->language),
        [FIELD_PATH] = field_of(from->path),
        [FIELD_EXTRA] = field_of(from->extra),
    };
    unsigned mask = 0;

    for (unsigned i = 0; i < NFIELDS; i++)
        mask |= (unsigned)(fields[i].bytes != NULL) << i;
    if (!buffer_add_char(out, (char)mask) || !add_length(out, id.nbytes))
        return false;
    for (unsigned i = 0; i < NFIELDS; i++)
        if (fields[i].bytes != NULL && !add_length(out, fields[i].nbytes))
            return false;
    if (!add_string(out, &id))
        return false;
    for (unsigned i = 0; i < NFIELDS; i++)
        if (fields[i].bytes != NULL && !add_string(out, &fields[i]))
            return false;
    return true;
}

/* ---- Reading ---- */

typedef struct {
    const uint8_t *at; /* NULL once something made no sense */
    const uint8_t *end;
} cursor;

static size_t
take_length(cursor *c)
{
    uint64_t number = 0;

    if (c->at != NULL)
        c->at = varint_read(c->at, c->end, &number);
    if (c->at != NULL && number >= (uint64_t)(c->end - c->at))
        c->at = NULL;
    return c->at != NULL ? (size_t)number : 0;
}

static const char *
take_string(cursor *c, size_t nbytes, bool may_hold_nul)
{
    const char *string = (const char *)c->at;

    if (c->at == NULL || nbytes >= (size_t)(c->end - c->at) || string[nbytes] != '\0' ||
        (!may_hold_nul && memchr(string, '\0', nbytes) != NULL)) {
        c->at = NULL;
        return NULL;
    }
    c->at += nbytes + 1;
    return string;
}

bool
article_record_read(const char *bytes, size_t nbytes, article_record *out)
{
    cursor c = {(const uint8_t *)bytes, (const uint8_t *)bytes + nbytes};
    const char *fields[NFIELDS] = {NULL};
    size_t lengths[NFIELDS] = {0};

    if (nbytes == 0)
        return false;
    const unsigned mask = *c.at++;
    const size_t id_bytes = take_length(&c);

    for (unsigned i = 0; i < NFIELDS; i++)
        if ((mask >> i & 1) != 0)
            lengths[i] = take_length(&c);
    const char *id = take_string(&c, id_bytes, false);

    for (unsigned i = 0; i < NFIELDS; i++)
        if ((mask >> i & 1) != 0)
            fields[i] = take_string(&c, lengths[i], i == FIELD_TITLE);
    *out = (article_record){
        .id = id,
        .title = fields[FIELD_TITLE],
        .title_bytes = lengths[FIELD_TITLE],
        .date = fields[FIELD_DATE],
        .source = fields[FIELD_SOURCE],
        .author = fields[FIELD_AUTHOR],
        .url = fields[FIELD_URL],
        .language = fields[FIELD_LANGUAGE],
        .path = fields[FIELD_PATH],
        .extra = fields[FIELD_EXTRA],
    };
    return c.at != NULL && c.at == c.end;
}
