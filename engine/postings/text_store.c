/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_store.c - reading stored passages (see text_format.h).
 *
 * A record's place is in its group, and its codes are read alone; the text is kept until many
 * others were asked for.  Whatever the file says is checked against what there is, for a checksum
 * only tells that it is what was written. */
#include "postings/text_store.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/error.h"
#include "postings/bitpack.h"
#include "postings/little_endian.h"
#include "postings/text_format.h"

enum {
    KEPT_HINTS = 1024,
    LARGE_CODES = 2048, /* bytes of a record's; its text is measured before there is room made */
    LEAST_ROOM = 4096,
    CACHE_LINE_BYTES = 64,
    PREFETCH_BYTES = 512 /* most records have fewer */
};

/* A record's text. */
typedef struct {
    uint64_t number; /* 1 + the record's; 0: none */
    char *bytes;
    size_t size;
    size_t room;
} kept_record;

/* Where a record's codes are. */
typedef struct {
    uint64_t offset;
    uint64_t end;
} record_place;

struct text_store {
    checked_file file;
    uint64_t vocabulary_bytes; /* packed; 0: records are as they are */
    uint64_t groups_at;
    uint64_t nrecords;

    text_code *code;                     /* made when first needed */
    kept_record kept[TEXT_KEPT_RECORDS]; /* those read last, in a ring */
    size_t next_kept;
    uint8_t hints[KEPT_HINTS]; /* by record, modulo: which of those may be it */
};

static quire_status
damaged(const text_store *s, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", s->file.path);
}

/* ---- Opening ---- */

/* The table lies between the groups and the footer. */
static bool
is_sound(const text_store *s)
{
    const uint64_t footer_at = s->file.size - TEXT_FOOTER_BYTES;
    const uint64_t ngroups = (s->nrecords + TEXT_GROUP - 1) / TEXT_GROUP;

    return s->nrecords <= UINT32_MAX && s->vocabulary_bytes <= s->groups_at &&
           s->groups_at <= footer_at && footer_at - s->groups_at == ngroups * TEXT_GROUP_ENTRY;
}

static quire_status
read_footer(text_store *s, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (s->file.size < TEXT_FOOTER_BYTES)
        return damaged(s, err);
    const uint8_t *footer =
        checked_bytes(&s->file, s->file.size - TEXT_FOOTER_BYTES, TEXT_FOOTER_BYTES, &status, err);
    if (footer == NULL)
        return status;
    s->vocabulary_bytes = load_u64(footer + TEXT_FOOTER_VOCABULARY);
    s->groups_at = load_u64(footer + TEXT_FOOTER_GROUPS_AT);
    s->nrecords = load_u64(footer + TEXT_FOOTER_NRECORDS);
    return is_sound(s) ? QUIRE_OK : damaged(s, err);
}

quire_status
text_store_open(const char *path, text_store **store_out, quire_error *err)
{
    text_store *s = calloc(1, sizeof *s);

    if (s == NULL)
        return error_nomem(err);
    quire_status status = checked_open(path, CHECKED_TEXT, &s->file, err);
    if (status == QUIRE_OK)
        status = read_footer(s, err);
    if (status != QUIRE_OK) {
        text_store_close(s);
        return status;
    }
    *store_out = s;
    return QUIRE_OK;
}

void
text_store_close(text_store *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < TEXT_KEPT_RECORDS; i++)
        free(s->kept[i].bytes);
    text_code_free(s->code);
    checked_close(&s->file);
    free(s);
}

uint64_t
text_store_size(const text_store *s)
{
    return s->nrecords;
}

/* ---- Finding ---- */

/* A group of records, as its entry in the table has it. */
typedef struct {
    uint64_t ends_at;
    uint64_t codes_at;
    size_t ends_bytes;
    unsigned width; /* of an end, in bits */
} record_group;

static uint64_t
entry_at(const text_store *s, uint64_t i)
{
    return s->groups_at + i / TEXT_GROUP * TEXT_GROUP_ENTRY;
}

/* The group of record i. */
static quire_status
find_group(const text_store *s, uint64_t i, record_group *out, quire_error *err)
{
    const uint64_t rest = s->nrecords - i / TEXT_GROUP * TEXT_GROUP;
    const size_t n = rest < TEXT_GROUP ? (size_t)rest : TEXT_GROUP;
    quire_status status = QUIRE_OK;
    const uint8_t *entry = checked_bytes(&s->file, entry_at(s, i), TEXT_GROUP_ENTRY, &status, err);

    if (entry == NULL)
        return status;
    out->ends_at = load_u64(entry) >> TEXT_WIDTH_BITS;
    out->width = (unsigned)(load_u64(entry) & ((1u << TEXT_WIDTH_BITS) - 1));
    out->ends_bytes = bitpack_bytes(n, out->width);
    out->codes_at = out->ends_at + out->ends_bytes;
    return out->width <= 32 && out->ends_at >= s->vocabulary_bytes && out->codes_at <= s->groups_at
               ? QUIRE_OK
               : damaged(s, err);
}

/* Where record i's codes are: behind the ends of its group. */
static quire_status
find_record(const text_store *s, uint64_t i, record_place *out, quire_error *err)
{
    const size_t in_group = (size_t)(i % TEXT_GROUP);
    record_group group;
    quire_status status = find_group(s, i, &group, err);

    if (status != QUIRE_OK)
        return status;
    *out = (record_place){group.codes_at, group.codes_at};
    if (group.width == 0) /* all are empty */
        return QUIRE_OK;
    const uint8_t *ends = checked_bytes(&s->file, group.ends_at, group.ends_bytes, &status, err);
    if (ends == NULL)
        return status;
    out->offset += in_group > 0 ? bitpack_get(ends, in_group - 1, group.width) : 0;
    out->end += bitpack_get(ends, in_group, group.width);
    return out->offset <= out->end && out->end <= s->groups_at ? QUIRE_OK : damaged(s, err);
}

/* ---- Reading ---- */

/* Unpack the vocabulary, which is read once. */
static quire_status
unpack_vocabulary(const text_store *s, buffer *out, quire_error *err)
{
    const size_t packed_bytes = (size_t)s->vocabulary_bytes;
    quire_status status = QUIRE_OK;
    const uint8_t *packed = checked_bytes(&s->file, 0, packed_bytes, &status, err);
    unsigned long long nbytes;

    if (packed == NULL)
        return status;
    nbytes = ZSTD_getFrameContentSize(packed, packed_bytes); /* an error is a large number */
    if (nbytes == 0 || nbytes > TEXT_VOCABULARY_BYTES)
        return damaged(s, err);
    if (!buffer_reserve(out, (size_t)nbytes))
        return error_nomem(err);
    out->size = ZSTD_decompress(out->bytes, (size_t)nbytes, packed, packed_bytes);
    return out->size == nbytes ? QUIRE_OK : damaged(s, err);
}

static quire_status
make_code(text_store *s, quire_error *err)
{
    buffer vocabulary = {0};
    quire_status status = unpack_vocabulary(s, &vocabulary, err);

    if (status == QUIRE_OK) {
        status = text_code_new(vocabulary.bytes, vocabulary.size, false, &s->code);
        if (status != QUIRE_OK)
            status = status == QUIRE_ENOMEM ? error_nomem(err) : damaged(s, err);
    }
    buffer_free(&vocabulary);
    return status;
}

/* Room for the text of these codes. */
static quire_status
make_room(const text_store *s, const uint8_t *codes, size_t nbytes, kept_record *to,
          quire_error *err)
{
    size_t room = nbytes * TEXT_CODE_GROWTH;

    if (nbytes > LARGE_CODES) {
        room = text_code_size(s->code, codes, nbytes);
        if (room > TEXT_MAX_RECORD)
            return damaged(s, err);
    }
    room += TEXT_STRING_BYTES;
    if (room <= to->room)
        return QUIRE_OK;
    if (room < LEAST_ROOM)
        room = LEAST_ROOM;
    free(to->bytes);
    to->bytes = malloc(room);
    to->room = to->bytes == NULL ? 0 : room;
    return to->bytes != NULL ? QUIRE_OK : error_nomem(err);
}

/* Decode a record in place of the one kept longest. */
static quire_status
decode(text_store *s, uint64_t i, const uint8_t *codes, size_t nbytes, kept_record **out,
       quire_error *err)
{
    const size_t next = s->next_kept++ % TEXT_KEPT_RECORDS;
    kept_record *to = &s->kept[next];
    quire_status status = s->code == NULL ? make_code(s, err) : QUIRE_OK;

    to->number = 0;
    if (status == QUIRE_OK)
        status = make_room(s, codes, nbytes, to, err);
    if (status != QUIRE_OK)
        return status;
    to->size = text_code_decode(s->code, codes, nbytes, to->bytes);
    if (to->size == SIZE_MAX)
        return damaged(s, err);
    to->number = i + 1;
    s->hints[i % KEPT_HINTS] = (uint8_t)next;
    *out = to;
    return QUIRE_OK;
}

/* Record i as it was read before; NULL: it is not kept. */
static kept_record *
find_kept(text_store *s, uint64_t i)
{
    kept_record *kept = &s->kept[s->hints[i % KEPT_HINTS]];

    return kept->number == i + 1 ? kept : NULL;
}

quire_status
text_store_get(text_store *s, uint64_t i, const char **bytes_out, size_t *nbytes_out,
               quire_error *err)
{
    kept_record *kept = find_kept(s, i);
    quire_status status = QUIRE_OK;
    record_place place;

    if (i >= s->nrecords)
        return error_set(err, QUIRE_ECORRUPT, "%s: no record %llu", s->file.path,
                         (unsigned long long)i);
    if (kept == NULL) {
        status = find_record(s, i, &place, err);
        if (status != QUIRE_OK)
            return status;
        const size_t nbytes = (size_t)(place.end - place.offset);
        const uint8_t *codes = nbytes == 0
                                   ? (const uint8_t *)""
                                   : checked_bytes(&s->file, place.offset, nbytes, &status, err);

        if (codes == NULL)
            return status;
        if (nbytes == 0 || s->vocabulary_bytes == 0) {
            *bytes_out = (const char *)codes;
            *nbytes_out = nbytes;
            return QUIRE_OK;
        }
        status = decode(s, i, codes, nbytes, &kept, err);
    }
    if (status != QUIRE_OK)
        return status;
    *bytes_out = kept->bytes;
    *nbytes_out = kept->size;
    return QUIRE_OK;
}

/* ---- Fetching ---- */

static void
prefetch_bytes(const text_store *s, uint64_t offset, uint64_t end)
{
    for (uint64_t at = offset; at < end; at += CACHE_LINE_BYTES)
        __builtin_prefetch(s->file.bytes + at);
}

/* Of its group's ends, those of the record and the one before it. */
static void
prefetch_ends(const text_store *s, uint64_t i)
{
    record_group group;

    if (find_group(s, i, &group, NULL) == QUIRE_OK)
        __builtin_prefetch(s->file.bytes + group.ends_at + i % TEXT_GROUP * group.width / 8);
}

static void
prefetch_codes(const text_store *s, uint64_t i)
{
    record_place place;

    if (find_record(s, i, &place, NULL) != QUIRE_OK)
        return;
    const uint64_t nbytes = place.end - place.offset;

    prefetch_bytes(s, place.offset,
                   place.offset + (nbytes < PREFETCH_BYTES ? nbytes : PREFETCH_BYTES));
}

void
text_store_prefetch(text_store *s, uint64_t i, text_fetch step)
{
    if (i >= s->nrecords || find_kept(s, i) != NULL)
        return;
    if (step == TEXT_FETCH_ENTRY)
        __builtin_prefetch(s->file.bytes + entry_at(s, i));
    else if (step == TEXT_FETCH_ENDS)
        prefetch_ends(s, i);
    else if (step == TEXT_FETCH_CODES)
        prefetch_codes(s, i);
}
