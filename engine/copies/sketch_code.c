/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_code.c - the stored form of a sketch, which sketch.h draws.
 *
 * What is between two hashes is 2^SKETCH_BITS / words on average, and spread as chance will have
 * it, for which a number of bits by that mean, and what is above them in unary, is the shortest
 * simple code (Rice's): 1.5 bits a hash more than the mean takes. */
#include <endian.h>
#include <stddef.h>
#include <string.h>

#include "copies/sketch.h"

#define NUMBER_BYTES 10 /* of a varint, at most */

static unsigned
bits_of(uint32_t nwords)
{
    const uint32_t mean = nwords > 1 ? (UINT32_C(1) << SKETCH_BITS) / nwords : 1U << SKETCH_BITS;
    unsigned bits = 0;

    while (mean >> (bits + 1) > 0)
        bits++;
    return bits;
}

/* ---- Writing ---- */

static bool
put_number(buffer *out, uint64_t number)
{
    uint8_t bytes[NUMBER_BYTES];
    size_t n = 0;

    for (; number >= 128; number >>= 7)
        bytes[n++] = (uint8_t)(number | 128);
    bytes[n++] = (uint8_t)number;
    return buffer_add(out, bytes, n);
}

/* Bits on their way out. */
typedef struct {
    buffer *out;
    uint64_t bits; /* the lowest nbits, fewer than 8 */
    unsigned nbits;
} bit_writer;

static bool
put_bits(bit_writer *w, uint64_t bits, unsigned nbits)
{
    w->bits |= bits << w->nbits;
    w->nbits += nbits;
    for (; w->nbits >= 8; w->nbits -= 8) {
        const uint8_t byte = (uint8_t)w->bits;

        if (!buffer_add(w->out, &byte, 1))
            return false;
        w->bits >>= 8;
    }
    return true;
}

static bool
put_gap(bit_writer *w, uint32_t gap, unsigned bits)
{
    uint32_t above = gap >> bits;

    for (; above >= 32; above -= 32)
        if (!put_bits(w, 0, 32))
            return false;
    return put_bits(w, UINT64_C(1) << above, above + 1) &&
           put_bits(w, gap & ((UINT64_C(1) << bits) - 1), bits);
}

static uint64_t
zigzag(uint64_t number)
{
    return number << 1 ^ (0 - (number >> 63));
}

static uint64_t
unzigzag(uint64_t number)
{
    return number >> 1 ^ (0 - (number & 1));
}

static bool
put_head(const sketch *s, int64_t *seconds, buffer *out)
{
    const bool has_date = s->seconds != INT64_MIN;
    const uint8_t title[] = {(uint8_t)s->title, (uint8_t)(s->title >> 8)};

    if (!put_number(out, s->nwords) || !put_number(out, (uint64_t)s->nhashes << 1 | has_date))
        return false;
    if (has_date) {
        if (!put_number(out, zigzag((uint64_t)s->seconds - (uint64_t)*seconds)))
            return false;
        *seconds = s->seconds;
    }
    return s->nwords >= OVERLAP_SHORT || buffer_add(out, title, sizeof title);
}

bool
sketch_pack(const sketch *s, int64_t *seconds, buffer *out)
{
    const unsigned bits = bits_of(s->nwords);
    bit_writer w = {.out = out};

    if (!put_head(s, seconds, out))
        return false;
    for (uint32_t i = 0; i < s->nhashes; i++)
        if (!put_gap(&w, s->hashes[i] - (i > 0 ? s->hashes[i - 1] + 1 : 0), bits))
            return false;
    return w.nbits == 0 || put_bits(&w, 0, 8 - w.nbits);
}

/* ---- Reading ---- */

static const uint8_t *
get_number(const uint8_t *from, const uint8_t *end, uint64_t *number_out)
{
    uint64_t number = 0;

    for (unsigned shift = 0; shift < 64 && from != NULL && from < end; shift += 7) {
        const uint8_t byte = *from++;

        number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            *number_out = number;
            return from;
        }
    }
    return NULL;
}

/* Bits on their way in; behind the end come zeros. */
typedef struct {
    const uint8_t *from;
    const uint8_t *end;
    uint64_t bits;
    unsigned nbits;
} bit_reader;

/* Have 32 bits at least, where there are so many: eight bytes are read at once, and those kept that
 * find room. */
static void
fill(bit_reader *r)
{
    if (r->nbits >= 32)
        return;
    if (r->end - r->from >= 8) {
        const unsigned nbytes = (63 - r->nbits) / 8;
        uint64_t bits;

        memcpy(&bits, r->from, sizeof bits);
        r->bits |= le64toh(bits) << r->nbits;
        r->nbits += 8 * nbytes;
        r->bits &= (UINT64_C(1) << r->nbits) - 1;
        r->from += nbytes;
        return;
    }
    while (r->nbits <= 56 && r->from < r->end) {
        r->bits |= (uint64_t)*r->from++ << r->nbits;
        r->nbits += 8;
    }
}

/* The next number; false where there is none. */
static bool
get_gap(bit_reader *r, unsigned bits, uint64_t *gap_out)
{
    uint64_t above = 0;
    unsigned nzeros;

    fill(r);
    while (r->bits == 0) {
        above += r->nbits;
        r->nbits = 0;
        fill(r);
        if (r->nbits == 0)
            return false;
    }
    nzeros = (unsigned)__builtin_ctzll(r->bits);
    r->bits = r->bits >> nzeros >> 1;
    r->nbits -= nzeros + 1;
    above += nzeros;
    fill(r);
    if (r->nbits < bits || above >> SKETCH_BITS > 0)
        return false;
    *gap_out = above << bits | (r->bits & ((UINT64_C(1) << bits) - 1));
    r->bits >>= bits;
    r->nbits -= bits;
    return true;
}

static const uint8_t *
get_head(const uint8_t *bytes, const uint8_t *end, int64_t *seconds, sketch *out)
{
    uint64_t nwords = 0;
    uint64_t nhashes = 0;
    uint64_t date = 0;

    bytes = get_number(bytes, end, &nwords);
    bytes = get_number(bytes, end, &nhashes);
    if (bytes != NULL && (nhashes & 1) != 0) {
        bytes = get_number(bytes, end, &date);
        *seconds = (int64_t)((uint64_t)*seconds + unzigzag(date));
    }
    if (bytes == NULL || nwords > UINT32_MAX || nhashes >> 1 > SKETCH_ROOM)
        return NULL;
    *out = (sketch){.seconds = (nhashes & 1) != 0 ? *seconds : INT64_MIN,
                    .nwords = (uint32_t)nwords,
                    .nhashes = (uint32_t)(nhashes >> 1)};
    if (nwords >= OVERLAP_SHORT)
        return bytes;
    if (end - bytes < 2)
        return NULL;
    out->title = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
    return bytes + 2;
}

/* The gap that begins so many bits behind from, where eight bytes are enough for it: of nearly all
 * they are.  False, and nothing is read, where they are not, or are not there. */
static inline bool
peek_gap(const uint8_t *from, const uint8_t *end, unsigned bits, size_t *at, uint64_t *gap_out)
{
    const uint8_t *bytes = from + *at / 8;
    uint64_t word;
    unsigned nzeros;

    if (end - bytes < (ptrdiff_t)sizeof word)
        return false;
    memcpy(&word, bytes, sizeof word);
    word = le64toh(word) >> *at % 8;
    nzeros = word != 0 ? (unsigned)__builtin_ctzll(word) : 64;
    if (nzeros + 1 + bits > 56)
        return false;
    *gap_out = (uint64_t)nzeros << bits | (word >> (nzeros + 1) & ((UINT64_C(1) << bits) - 1));
    *at += nzeros + 1 + bits;
    return true;
}

/* Go on so many bits behind from, which are read or peeked at. */
static bit_reader
begin_reading(const uint8_t *from, const uint8_t *end, size_t at)
{
    bit_reader r = {.from = from + at / 8, .end = end};

    if (at % 8 > 0) {
        r.bits = (uint64_t)*r.from++ >> at % 8;
        r.nbits = 8 - (unsigned)(at % 8);
    }
    return r;
}

const uint8_t *
sketch_unpack(const uint8_t *bytes, const uint8_t *end, int64_t *seconds, uint32_t *room,
              sketch *out)
{
    uint64_t next = 0; /* the least that the next hash may be */
    uint32_t nread = 0;
    size_t at = 0; /* bits of those that are read */
    uint64_t gap;
    bit_reader r;
    unsigned bits;

    bytes = get_head(bytes, end, seconds, out);
    if (bytes == NULL)
        return NULL;
    bits = bits_of(out->nwords);
    for (; nread < out->nhashes && peek_gap(bytes, end, bits, &at, &gap); nread++) {
        if ((next + gap) >> SKETCH_BITS > 0)
            return NULL;
        room[nread] = (uint32_t)(next + gap);
        next += gap + 1;
    }
    r = begin_reading(bytes, end, at);
    for (; nread < out->nhashes; nread++) {
        if (!get_gap(&r, bits, &gap) || (next + gap) >> SKETCH_BITS > 0)
            return NULL;
        room[nread] = (uint32_t)(next + gap);
        next += gap + 1;
    }
    out->hashes = room;
    return r.from - r.nbits / 8;
}
