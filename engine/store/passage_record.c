/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_record.c - the stored form of a passage, and reading it from bytes that may be damaged.
 *
 *   TEXT "\n" TITLE "\n" TRAILER
 *
 * so that programs of Xapian's that print a document's data show the text first.  TRAILER is one
 * line without an end, its fields parted by single blanks, numbers in decimal:
 *
 *   quire1 ARTICLE NUMBER KIND TEXT_BYTES TITLE_BYTES SOURCE COUNT SENTENCE... CHECKSUM
 *
 *   KIND      "p" passage, "f" furniture
 *   SOURCE    "START+BYTES" of the article's file, or "-"
 *   COUNT     of sentences
 *   SENTENCE  "t" in the title, "!" shouting, "b" a block after the one before or "bN." N blocks
 *             after it (the first counts from block 0), then "GAP+BYTES", GAP being the bytes
 *             between the sentence and the one before in the same string, or "BYTES", GAP being 1
 *   CHECKSUM  XXH3 of all bytes before it, 16 digits in hexadecimal
 *
 * The checksum is verified first; what follows still believes nothing, since a hash of 64 bits is
 * easily made to fit. */
#include "store/passage_record.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/hash.h"

#define CHECKSUM_BYTES (HASH_HEX_BYTES - 1)

/* ---- Writing ---- */

static bool
write_sentence(const sentence *s, const sentence *before, buffer *out)
{
    const uint32_t last_block = before != NULL ? before->block : 0;
    const uint32_t end = before != NULL && before->in_title == s->in_title ? before->end : 0;

    assert(s->start >= end && s->end >= s->start && s->block >= last_block);
    if (!buffer_add_char(out, ' ') || (s->in_title && !buffer_add_char(out, 't')) ||
        (s->shouting && !buffer_add_char(out, '!')))
        return false;
    if (s->block == last_block + 1 && !buffer_add_char(out, 'b'))
        return false;
    if (s->block > last_block + 1 && !buffer_printf(out, "b%" PRIu32 ".", s->block - last_block))
        return false;
    if (s->start != end + 1 && !buffer_printf(out, "%" PRIu32 "+", s->start - end))
        return false;
    return buffer_printf(out, "%" PRIu32, s->end - s->start);
}

static bool
write_head(const passage_record *record, buffer *out)
{
    if (!buffer_add(out, record->text, record->text_bytes) || !buffer_add_char(out, '\n') ||
        !buffer_add(out, record->title, record->title_bytes) || !buffer_add_char(out, '\n'))
        return false;
    if (!buffer_printf(out, "quire1 %" PRIu32 " %" PRIu32 " %c %zu %zu ", record->article,
                       record->number, record->furniture ? 'f' : 'p', record->text_bytes,
                       record->title_bytes))
        return false;
    if (record->source_start == QUIRE_NO_OFFSET
            ? !buffer_add_char(out, '-')
            : !buffer_printf(out, "%" PRIu64 "+%" PRIu64, record->source_start,
                             record->source_end - record->source_start))
        return false;
    return buffer_printf(out, " %zu", record->nsentences);
}

bool
passage_record_write(const passage_record *record, buffer *out)
{
    const size_t from = out->size;
    char hex[HASH_HEX_BYTES];

    if (!write_head(record, out))
        return false;
    for (size_t i = 0; i < record->nsentences; i++)
        if (!write_sentence(&record->sentences[i], i > 0 ? &record->sentences[i - 1] : NULL, out))
            return false;
    if (!buffer_add_char(out, ' '))
        return false;
    hash_to_hex(hash_bytes(out->bytes + from, out->size - from), hex);
    return buffer_add(out, hex, CHECKSUM_BYTES);
}

/* ---- Reading ---- */

typedef struct {
    const char *at;
    const char *end;
} cursor;

static bool
take_char(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* A decimal number up to limit. */
static bool
take_number(cursor *c, uint64_t limit, uint64_t *out)
{
    uint64_t number = 0;
    const char *const from = c->at;

    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        const uint64_t digit = (uint64_t)(*c->at - '0');

        if (digit > limit || number > (limit - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = number;
    return c->at > from;
}

static bool
take_u32(cursor *c, uint32_t *out)
{
    uint64_t number;

    if (!take_number(c, UINT32_MAX, &number))
        return false;
    *out = (uint32_t)number;
    return true;
}

static bool
take_source(cursor *c, passage_record *record)
{
    uint64_t nbytes;

    if (take_char(c, '-')) {
        record->source_start = record->source_end = QUIRE_NO_OFFSET;
        return true;
    }
    if (!take_number(c, QUIRE_NO_OFFSET - 1, &record->source_start) || !take_char(c, '+') ||
        !take_number(c, QUIRE_NO_OFFSET - 1 - record->source_start, &nbytes))
        return false;
    record->source_end = record->source_start + nbytes;
    return true;
}

static bool
take_block(cursor *c, uint32_t before, uint32_t *out)
{
    uint64_t delta = 1;

    *out = before;
    if (!take_char(c, 'b'))
        return true;
    if (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        /* "b12.34+5" is 12 blocks on; "b34+5" one, and 34 is the gap. */
        cursor ahead = *c;

        if (take_number(&ahead, UINT32_MAX, &delta) && take_char(&ahead, '.'))
            *c = ahead;
        else
            delta = 1;
    }
    if (delta > UINT32_MAX - before)
        return false;
    *out = before + (uint32_t)delta;
    return true;
}

/* A sentence after before (NULL: the first) in strings of the record's lengths. */
static bool
take_sentence(cursor *c, const passage_record *record, const sentence *before, sentence *s)
{
    uint64_t gap = 1;
    uint64_t nbytes;

    if (!take_char(c, ' '))
        return false;
    s->in_title = take_char(c, 't');
    s->shouting = take_char(c, '!');
    if (!take_block(c, before != NULL ? before->block : 0, &s->block) ||
        !take_number(c, UINT32_MAX, &nbytes))
        return false;
    if (take_char(c, '+')) {
        gap = nbytes;
        if (!take_number(c, UINT32_MAX, &nbytes))
            return false;
    }
    if (before != NULL && s->in_title && !before->in_title)
        return false;
    const uint64_t from = before != NULL && before->in_title == s->in_title ? before->end : 0;
    const uint64_t limit = s->in_title ? record->title_bytes : record->text_bytes;

    if (from + gap + nbytes > limit || from + gap + nbytes > UINT32_MAX)
        return false;
    s->start = (uint32_t)(from + gap);
    s->end = (uint32_t)(from + gap + nbytes);
    return true;
}

/* The trailer's fields before the sentences; trailer_at is where it begins in all bytes. */
static bool
take_head(cursor *c, const char *bytes, size_t trailer_at, passage_record *record)
{
    uint64_t text_bytes;
    uint64_t title_bytes;
    uint64_t nsentences;
    const size_t magic_bytes = strlen("quire1 ");

    if ((size_t)(c->end - c->at) < magic_bytes || memcmp(c->at, "quire1 ", magic_bytes) != 0)
        return false;
    c->at += magic_bytes;
    if (!take_u32(c, &record->article) || !take_char(c, ' ') || !take_u32(c, &record->number) ||
        !take_char(c, ' '))
        return false;
    record->furniture = take_char(c, 'f');
    if ((!record->furniture && !take_char(c, 'p')) || !take_char(c, ' ') ||
        !take_number(c, trailer_at, &text_bytes) || !take_char(c, ' ') ||
        !take_number(c, trailer_at, &title_bytes) || !take_char(c, ' ') ||
        !take_source(c, record) || !take_char(c, ' ') ||
        !take_number(c, (uint64_t)(c->end - c->at), &nsentences))
        return false;
    if (text_bytes + title_bytes + 2 != trailer_at || bytes[text_bytes] != '\n' ||
        record->article == 0 || record->number == 0)
        return false;
    record->text = bytes;
    record->text_bytes = (size_t)text_bytes;
    record->title = bytes + text_bytes + 1;
    record->title_bytes = (size_t)title_bytes;
    record->nsentences = (size_t)nsentences;
    return true;
}

static quire_status
fail_form(quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT,
                     "a stored passage makes no sense; rebuild the index with quire-index");
}

quire_status
passage_record_read(const char *bytes, size_t nbytes, passage_record *record, sentence **sentences,
                    size_t *sentences_room, quire_error *err)
{
    char hex[HASH_HEX_BYTES];

    if (nbytes < CHECKSUM_BYTES)
        return fail_form(err);
    const size_t checked = nbytes - CHECKSUM_BYTES;

    hash_to_hex(hash_bytes(bytes, checked), hex);
    if (memcmp(bytes + checked, hex, CHECKSUM_BYTES) != 0)
        return error_set(err, QUIRE_ECORRUPT,
                         "a stored passage does not fit its checksum: the index is damaged; "
                         "rebuild it with quire-index");

    const char *newline = memrchr(bytes, '\n', checked);
    if (newline == NULL)
        return fail_form(err);
    cursor c = {newline + 1, bytes + checked};

    if (!take_head(&c, bytes, (size_t)(newline + 1 - bytes), record))
        return fail_form(err);
    for (size_t i = 0; i < record->nsentences; i++) {
        if (!ARRAY_GROW(*sentences, i, sentences_room))
            return error_nomem(err);
        if (!take_sentence(&c, record, i > 0 ? *sentences + i - 1 : NULL, *sentences + i))
            return fail_form(err);
    }
    record->sentences = *sentences;
    return take_char(&c, ' ') && c.at == c.end ? QUIRE_OK : fail_form(err);
}

bool
passage_record_copy(const passage_record *record, arena *a, passage_record *out)
{
    sentence *sentences = arena_array(a, record->nsentences + 1, sizeof *sentences);

    *out = *record;
    out->title = arena_copy(a, record->title, record->title_bytes);
    out->text = arena_copy(a, record->text, record->text_bytes);
    out->sentences = sentences;
    if (out->title == NULL || out->text == NULL || sentences == NULL)
        return false;
    if (record->nsentences > 0)
        memcpy(sentences, record->sentences, record->nsentences * sizeof *sentences);
    return true;
}
