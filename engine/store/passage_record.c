/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_record.c - the stored form of a passage, and reading it from bytes that may be damaged.
 *
 *   TEXT      so that programs of Xapian's that print a document's data show it first
 *   TITLE     a newline and the title, where that is stored here
 *   TRAILER   one byte of flags, then varints: the article's number (FLAG_ARTICLE), the passage's
 * in the article, where it starts in its file (FLAG_SOURCE; it has as many bytes there), bytes of
 * the title (FLAG_TITLE), number of sentences; then the sentences BYTES     of the trailer, the
 * varint's bytes in reverse order, so that it is read from the end
 *
 * A sentence is a varint of its bytes times four, plus PLACE_CHANGES, plus HAS_GAP; then, as those
 * say:
 *
 *   PLACE  blocks after the sentence before, times four, plus 2 when shouting, plus 1 in the title;
 *          before the first there is block 0, not shouting, in the text
 *   GAP    bytes between it and the one before in the same string: else 1, before the first of a
 *          string 0 */
#include "store/passage_record.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/dictionary.h"

enum { FLAG_FURNITURE = 1, FLAG_SOURCE = 2, FLAG_ARTICLE = 4, FLAG_TITLE = 8, FLAGS = 15 };
enum { HAS_GAP = 1, PLACE_CHANGES = 2 };
enum { PLACE_IN_TITLE = 1, PLACE_SHOUTING = 2 };

/* ---- Writing ---- */

static bool
add_number(buffer *out, uint64_t number)
{
    uint8_t varint[VARINT_MAX_BYTES];

    return buffer_add(out, varint, varint_write(varint, number));
}

static bool
add_number_backwards(buffer *out, uint64_t number)
{
    uint8_t varint[VARINT_MAX_BYTES];

    for (size_t i = varint_write(varint, number); i-- > 0;)
        if (!buffer_add_char(out, (char)varint[i]))
            return false;
    return true;
}

/* What is before the first sentence. */
static const sentence nothing = {0};

/* How many bytes there are between two sentences most often. */
static uint32_t
usual_gap(const sentence *before, bool in_title)
{
    return before != &nothing && before->in_title == in_title;
}

static bool
add_sentence(buffer *out, const sentence *s, const sentence *before)
{
    const uint32_t end = before->in_title == s->in_title ? before->end : 0;
    const bool place_changes = s->block != before->block || s->shouting != before->shouting ||
                               s->in_title != before->in_title;

    assert(s->start >= end && s->end >= s->start && s->block >= before->block);
    const uint32_t gap = s->start - end;
    const bool has_gap = gap != usual_gap(before, s->in_title);
    const uint64_t head = (uint64_t)(s->end - s->start) * 4 + (place_changes ? PLACE_CHANGES : 0) +
                          (has_gap ? HAS_GAP : 0);
    const uint64_t place = (uint64_t)(s->block - before->block) * 4 +
                           (s->shouting ? PLACE_SHOUTING : 0) + (s->in_title ? PLACE_IN_TITLE : 0);

    return add_number(out, head) && (!place_changes || add_number(out, place)) &&
           (!has_gap || add_number(out, gap));
}

static bool
add_trailer_head(buffer *out, const passage_record *record)
{
    const bool has_source = record->source_start != QUIRE_NO_OFFSET;
    const int flags = (record->furniture ? FLAG_FURNITURE : 0) + (has_source ? FLAG_SOURCE : 0) +
                      (record->article != 0 ? FLAG_ARTICLE : 0) +
                      (record->title_bytes > 0 ? FLAG_TITLE : 0);

    assert(!has_source || record->source_end - record->source_start == record->text_bytes);
    return buffer_add_char(out, (char)flags) &&
           (record->article == 0 || add_number(out, record->article)) &&
           add_number(out, record->number) &&
           (!has_source || add_number(out, record->source_start)) &&
           (record->title_bytes == 0 || add_number(out, record->title_bytes)) &&
           add_number(out, record->nsentences);
}

bool
passage_record_write(const passage_record *record, buffer *out)
{
    const sentence *before = &nothing;

    if (!buffer_add(out, record->text, record->text_bytes))
        return false;
    if (record->title_bytes > 0 &&
        (!buffer_add_char(out, '\n') || !buffer_add(out, record->title, record->title_bytes)))
        return false;
    const size_t trailer_at = out->size;

    if (!add_trailer_head(out, record))
        return false;
    for (size_t i = 0; i < record->nsentences; i++) {
        if (!add_sentence(out, &record->sentences[i], before))
            return false;
        before = &record->sentences[i];
    }
    return add_number_backwards(out, out->size - trailer_at);
}

/* ---- Reading ---- */

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} cursor;

static bool
take_number(cursor *c, uint64_t limit, uint64_t *out)
{
    c->at = varint_read(c->at, c->end, out);
    return c->at != NULL && *out <= limit;
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

/* Find the trailer by its length, which stands reversed behind it. */
static bool
find_trailer(const char *bytes, size_t nbytes, cursor *out)
{
    uint64_t trailer_bytes = 0;
    size_t at = nbytes;
    uint8_t byte;

    do {
        if (at == 0 || nbytes - at >= 9)
            return false;
        byte = (uint8_t)bytes[--at];
        trailer_bytes |= (uint64_t)(byte & 0x7f) << 7 * (nbytes - 1 - at);
    } while (byte >= 0x80);
    if (trailer_bytes > at)
        return false;
    out->end = (const uint8_t *)bytes + at;
    out->at = out->end - trailer_bytes;
    return true;
}

static bool
take_place(cursor *c, sentence *s)
{
    uint64_t place;

    if (!take_number(c, (uint64_t)UINT32_MAX * 4 + 3, &place) || place / 4 > UINT32_MAX - s->block)
        return false;
    s->block += (uint32_t)(place / 4);
    s->shouting = (place & PLACE_SHOUTING) != 0;
    s->in_title = (place & PLACE_IN_TITLE) != 0;
    return true;
}

/* A sentence behind before in strings of these lengths. */
static bool
take_sentence(cursor *c, const sentence *before, uint64_t title_bytes, uint64_t text_bytes,
              sentence *s)
{
    uint64_t head;
    uint64_t gap;

    if (!take_number(c, (uint64_t)UINT32_MAX * 4 + 3, &head))
        return false;
    *s = *before;
    if ((head & PLACE_CHANGES) != 0 && !take_place(c, s))
        return false;
    if (before != &nothing && s->in_title && !before->in_title)
        return false;
    gap = usual_gap(before, s->in_title);
    if ((head & HAS_GAP) != 0 && !take_number(c, UINT32_MAX, &gap))
        return false;
    const uint64_t start = (before->in_title == s->in_title ? before->end : 0) + gap;
    const uint64_t limit = s->in_title ? title_bytes : text_bytes;

    if (start + head / 4 > limit || start + head / 4 > UINT32_MAX)
        return false;
    s->start = (uint32_t)start;
    s->end = (uint32_t)(start + head / 4);
    return true;
}

/* The trailer's fields before the sentences; string_bytes: of all before the trailer. */
static bool
take_head(cursor *c, const char *bytes, size_t string_bytes, passage_record *record)
{
    uint64_t title_bytes = 0;
    uint64_t nsentences;

    if (c->at == c->end || *c->at > FLAGS)
        return false;
    const uint8_t flags = *c->at++;

    *record = (passage_record){.furniture = (flags & FLAG_FURNITURE) != 0,
                               .source_start = QUIRE_NO_OFFSET,
                               .source_end = QUIRE_NO_OFFSET};
    if ((flags & FLAG_ARTICLE) != 0 && (!take_u32(c, &record->article) || record->article == 0))
        return false;
    if (!take_u32(c, &record->number) || record->number == 0)
        return false;
    if ((flags & FLAG_SOURCE) != 0 &&
        !take_number(c, QUIRE_NO_OFFSET - 1 - string_bytes, &record->source_start))
        return false;
    if ((flags & FLAG_TITLE) != 0 &&
        (!take_number(c, string_bytes, &title_bytes) || title_bytes == 0 ||
         title_bytes == string_bytes || bytes[string_bytes - title_bytes - 1] != '\n'))
        return false;
    if (!take_number(c, (uint64_t)(c->end - c->at), &nsentences))
        return false;
    record->text = bytes;
    record->text_bytes = string_bytes - (title_bytes > 0 ? (size_t)title_bytes + 1 : 0);
    record->title = title_bytes > 0 ? bytes + record->text_bytes + 1 : NULL;
    record->title_bytes = (size_t)title_bytes;
    record->nsentences = (size_t)nsentences;
    if ((flags & FLAG_SOURCE) != 0)
        record->source_end = record->source_start + record->text_bytes;
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
    const sentence *before = &nothing;
    cursor c;

    if (!find_trailer(bytes, nbytes, &c) ||
        !take_head(&c, bytes, (size_t)((const char *)c.at - bytes), record))
        return fail_form(err);
    /* A title that is not here bounds its sentences when it is known. */
    const uint64_t title_bytes = record->title_bytes > 0 ? record->title_bytes : UINT32_MAX;

    for (size_t i = 0; i < record->nsentences; i++) {
        if (!ARRAY_GROW(*sentences, i, sentences_room))
            return error_nomem(err);
        if (i > 0)
            before = *sentences + i - 1;
        if (!take_sentence(&c, before, title_bytes, record->text_bytes, *sentences + i))
            return fail_form(err);
    }
    record->sentences = *sentences;
    return c.at == c.end ? QUIRE_OK : fail_form(err);
}

bool
passage_record_set_title(passage_record *record, const char *title, size_t title_bytes)
{
    for (size_t i = 0; i < record->nsentences && record->sentences[i].in_title; i++)
        if (record->sentences[i].end > title_bytes)
            return false;
    record->title = title;
    record->title_bytes = title_bytes;
    return true;
}
