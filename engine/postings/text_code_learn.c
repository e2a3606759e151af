/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_code_learn.c - which strings of a sample get codes.
 *
 * Candidates are tokens that occur twice or more, and pieces of those that occur once.  Texts are
 * then cut by all candidates, and those that saved most are kept.  Those used most have codes of
 * one byte.  Of a small sample this is done twice over, for what is left out changes how the others
 * are used; a large one gains nothing by it.
 *
 * The others are sorted, within bands of decreasing use, which packs their strings well and keeps
 * what is used much together. */
#include "postings/text_code.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "postings/text_code_table.h"
#include "postings/text_token.h"

enum {
    MIN_SAMPLE = 2048, /* bytes; of fewer nothing is learned */
    FIRST_SLOTS = 1 << 13,
    MAX_CANDIDATES = 56000,
    MAX_PIECES = 8000,
    MIN_PIECE_USES = 3,
    PIECE_BYTES = 8,
    MAX_SINGLE_TOKENS = 4096, /* whose pieces are counted; more find hardly others */
    FIRST_BAND = 1024,
    LARGE_SAMPLE = TEXT_SAMPLE_BYTES / 8 * 7, /* the set is larger */
    MIN_SHORT_CODES = 64,
    MAX_SHORT_CODES = 240,
    SHORT_CODES_STEP = 8
};

typedef struct {
    uint8_t bytes[TEXT_STRING_BYTES];
    uint32_t nbytes;
    uint32_t uses;
    int64_t gain; /* by which the best are chosen */
} candidate;

/* ---- Counting ---- */

/* Strings and how often each was added. */
typedef struct {
    candidate *slots; /* without bytes: free */
    size_t nslots;    /* a power of two */
    size_t n;
} counter;

static candidate *
find_slot(const counter *c, const uint8_t *p, size_t nbytes)
{
    const text_key key = text_key_of(p, nbytes);
    size_t slot = (size_t)text_key_hash(key, nbytes) & (c->nslots - 1);

    for (;; slot = (slot + 1) & (c->nslots - 1)) {
        candidate *at = &c->slots[slot];

        if (at->nbytes == 0)
            return at;
        if (at->nbytes == nbytes && load_u64(at->bytes) == key.low &&
            load_u64(at->bytes + 8) == key.high)
            return at;
    }
}

static bool
grow(counter *c)
{
    const counter old = *c;

    c->nslots = old.nslots == 0 ? FIRST_SLOTS : 4 * old.nslots;
    c->slots = calloc(c->nslots, sizeof *c->slots);
    if (c->slots == NULL) {
        *c = old;
        return false;
    }
    for (size_t i = 0; i < old.nslots; i++)
        if (old.slots[i].nbytes > 0)
            *find_slot(c, old.slots[i].bytes, old.slots[i].nbytes) = old.slots[i];
    free(old.slots);
    return true;
}

/* Count the nbytes bytes at p, of which 16 may be read. */
static bool
count(counter *c, const uint8_t *p, size_t nbytes)
{
    candidate *at;

    if (2 * c->n >= c->nslots && !grow(c))
        return false;
    at = find_slot(c, p, nbytes);
    if (at->nbytes == 0) {
        memcpy(at->bytes, p, nbytes);
        at->nbytes = (uint32_t)nbytes;
        c->n++;
    }
    at->uses++;
    return true;
}

/* Count the tokens of samples, behind which there are TOKEN_SLACK bytes. */
static bool
count_tokens(const uint8_t *bytes, size_t nbytes, counter *counted)
{
    text_cutter cutter = text_token_cut(bytes, nbytes);
    text_token tokens[TOKENS_AT_ONCE];
    size_t n;

    while ((n = text_token_next(&cutter, tokens)) > 0)
        for (size_t i = 0; i < n; i++)
            if (!count(counted, tokens[i].bytes, tokens[i].nbytes))
                return false;
    return true;
}

/* Count the parts of a token, of whole characters. */
static bool
count_parts(const candidate *token, counter *pieces)
{
    uint8_t bytes[2 * TEXT_STRING_BYTES] = {0};

    memcpy(bytes, token->bytes, TEXT_STRING_BYTES);
    for (size_t i = 0; i < token->nbytes; i++) {
        if (text_token_is_continuation(bytes[i]))
            continue;
        for (size_t n = 2; n <= PIECE_BYTES && i + n <= token->nbytes; n++)
            if (!text_token_is_continuation(bytes[i + n]) && !count(pieces, bytes + i, n))
                return false;
    }
    return true;
}

/* Eight bytes as a number that is in their order. */
static uint64_t
order_of(const uint8_t *bytes)
{
    return __builtin_bswap64(load_u64(bytes));
}

static int
compare_bytes(const void *a, const void *b)
{
    const candidate *one = a;
    const candidate *other = b;
    uint64_t x = order_of(one->bytes);
    uint64_t y = order_of(other->bytes);

    if (x == y) {
        x = order_of(one->bytes + 8);
        y = order_of(other->bytes + 8);
    }
    if (x == y) {
        x = one->nbytes;
        y = other->nbytes;
    }
    return (x > y) - (x < y);
}

static int
compare_gain(const void *a, const void *b)
{
    const candidate *one = a;
    const candidate *other = b;

    if (one->gain != other->gain)
        return one->gain < other->gain ? 1 : -1;
    return compare_bytes(a, b);
}

static int
compare_uses(const void *a, const void *b)
{
    const candidate *one = a;
    const candidate *other = b;

    if (one->uses != other->uses)
        return one->uses < other->uses ? 1 : -1;
    return compare_bytes(a, b);
}

/* Leave those only that were used so often and are no single bytes, in the counter's own memory;
 * how many there are. */
static size_t
leave_useful(counter *c, uint32_t min_uses)
{
    size_t n = 0;

    for (size_t i = 0; i < c->nslots; i++)
        if (c->slots[i].uses >= min_uses && c->slots[i].nbytes > 1)
            c->slots[n++] = c->slots[i];
    return n;
}

/* ---- Choosing ---- */

typedef struct {
    candidate *candidates; /* MAX_CANDIDATES */
    size_t n;
    uint32_t none;
    buffer vocabulary;
} lesson;

/* What a string saves, in half bytes: pieces of about two characters have two bytes each, and a
 * string that is rarer than those has two. In a set that is hardly larger than its sample, what it
 * takes itself in the vocabulary counts too. */
static int64_t
find_gain(const candidate *c, bool is_large)
{
    const int64_t saved = (int64_t)c->uses * ((int64_t)c->nbytes - 2);

    return is_large ? 2 * saved + c->uses : 2 * saved + c->uses - 2 * ((int64_t)c->nbytes + 1);
}

/* Leave those only that save anything, in the order that they have; how many there are. */
static size_t
leave_saving(candidate *all, size_t n, bool is_large)
{
    size_t nleft = 0;

    for (size_t i = 0; i < n; i++) {
        if (all[i].nbytes > 1)
            all[i].gain = find_gain(&all[i], is_large);
        if (all[i].gain > 0)
            all[nleft++] = all[i];
    }
    return nleft;
}

/* In no order: what is chosen of them is sorted. */
static void
take_best(lesson *l, candidate *from, size_t n, size_t room, bool is_large)
{
    n = leave_saving(from, n, is_large);
    if (n > room) {
        qsort(from, n, sizeof *from, compare_gain);
        n = room;
    }
    if (n > 0)
        memcpy(l->candidates + l->n, from, n * sizeof *from);
    l->n += n;
}

static void
take_bytes(lesson *l)
{
    for (unsigned i = 0; i < 256; i++)
        l->candidates[l->n++] = (candidate){.bytes = {(uint8_t)i}, .nbytes = 1, .gain = INT64_MAX};
}

static bool
find_candidates(const uint8_t *bytes, size_t nbytes, lesson *l)
{
    const bool is_large = nbytes >= LARGE_SAMPLE;
    counter tokens = {0};
    counter pieces = {0};
    bool has_memory = count_tokens(bytes, nbytes, &tokens);
    size_t nsingle = 0;

    for (size_t i = 0; i < tokens.nslots && has_memory; i++)
        if (tokens.slots[i].uses == 1 && nsingle < MAX_SINGLE_TOKENS) {
            has_memory = count_parts(&tokens.slots[i], &pieces);
            nsingle++;
        }
    if (has_memory) {
        take_bytes(l);
        for (size_t i = 0; i < pieces.nslots; i++) /* what is a token already is no piece */
            if (pieces.slots[i].nbytes > 0 &&
                find_slot(&tokens, pieces.slots[i].bytes, pieces.slots[i].nbytes)->uses > 1)
                pieces.slots[i].uses = 0;
        take_best(l, pieces.slots, leave_useful(&pieces, MIN_PIECE_USES), MAX_PIECES, is_large);
        take_best(l, tokens.slots, leave_useful(&tokens, 2), MAX_CANDIDATES - l->n, is_large);
    }
    free(tokens.slots);
    free(pieces.slots);
    return has_memory;
}

/* ---- Writing ---- */

static bool
write_string(buffer *out, const candidate *c, const candidate *before)
{
    uint32_t shared = 0;
    const uint32_t most = c->nbytes < 16 ? c->nbytes : 15;

    while (before != NULL && shared < most && shared < before->nbytes &&
           c->bytes[shared] == before->bytes[shared])
        shared++;
    return buffer_add_char(out, (char)(shared << 4 | (c->nbytes - 1))) &&
           buffer_add(out, c->bytes + shared, c->nbytes - shared);
}

static bool
write_vocabulary(lesson *l)
{
    buffer *out = &l->vocabulary;
    const uint8_t head[] = {(uint8_t)l->none, (uint8_t)(l->none >> 8), (uint8_t)l->n,
                            (uint8_t)(l->n >> 8)};

    buffer_clear(out);
    if (!buffer_add(out, head, sizeof head))
        return false;
    for (size_t i = 0; i < l->n; i++)
        if (!write_string(out, &l->candidates[i], i > 0 ? &l->candidates[i - 1] : NULL))
            return false;
    return true;
}

/* ---- Use ---- */

/* How many strings there can be beside so many codes of one byte. */
static size_t
most_strings(size_t none)
{
    return none + (TEXT_ESCAPE - none) * 256;
}

/* Bytes of the sample's codes, the candidates being sorted by use. */
static uint64_t
cost(const lesson *l, size_t none)
{
    const size_t most = most_strings(none);
    uint64_t sum = 0;

    for (size_t i = 0; i < l->n; i++) {
        const candidate *c = &l->candidates[i];

        /* What has no code is written by others, of about two characters each. */
        sum += (uint64_t)c->uses * (i < none ? 1 : i < most ? 2 : 2 + c->nbytes / 2);
    }
    return sum;
}

static void
choose_none(lesson *l)
{
    uint64_t best = UINT64_MAX;

    qsort(l->candidates, l->n, sizeof *l->candidates, compare_uses);
    for (size_t none = MIN_SHORT_CODES; none <= MAX_SHORT_CODES; none += SHORT_CODES_STEP) {
        const uint64_t now = cost(l, none);

        if (now < best) {
            best = now;
            l->none = (uint32_t)none;
        }
    }
}

/* Cut the sample by the candidates as they are. */
static quire_status
use_candidates(const uint8_t *bytes, size_t nbytes, lesson *l)
{
    text_code *c = NULL;
    uint32_t *uses = calloc(l->n, sizeof *uses);
    quire_status status = uses == NULL ? QUIRE_ENOMEM : QUIRE_OK;

    /* All of them for once, with codes that nobody reads. */
    l->none = 0;
    if (status == QUIRE_OK)
        status = write_vocabulary(l)
                     ? text_code_new(l->vocabulary.bytes, l->vocabulary.size, true, &c)
                     : QUIRE_ENOMEM;
    if (status == QUIRE_OK) {
        text_code_count(c, bytes, nbytes, uses);
        for (size_t i = 0; i < l->n; i++)
            l->candidates[i].uses = uses[i];
    }
    text_code_free(c);
    free(uses);
    return status;
}

/* Leave out what saved little; single bytes stay. */
static void
leave_best(lesson *l, bool is_large)
{
    l->n = leave_saving(l->candidates, l->n, is_large);
    choose_none(l);
    if (l->n > most_strings(l->none)) {
        qsort(l->candidates, l->n, sizeof *l->candidates, compare_gain);
        l->n = most_strings(l->none);
    }
}

/* Those used most first, the others in bands. */
static void
order_strings(lesson *l)
{
    size_t from = l->none < l->n ? l->none : l->n;

    qsort(l->candidates, l->n, sizeof *l->candidates, compare_uses);
    if (l->n - from > FIRST_BAND) {
        qsort(l->candidates + from, FIRST_BAND, sizeof *l->candidates, compare_bytes);
        from += FIRST_BAND;
    }
    qsort(l->candidates + from, l->n - from, sizeof *l->candidates, compare_bytes);
}

static quire_status
choose(const uint8_t *bytes, size_t nbytes, lesson *l)
{
    const bool is_large = nbytes >= LARGE_SAMPLE;
    quire_status status = find_candidates(bytes, nbytes, l) ? QUIRE_OK : QUIRE_ENOMEM;

    for (int round = 0; round < (is_large ? 1 : 2) && status == QUIRE_OK; round++) {
        status = use_candidates(bytes, nbytes, l);
        if (status == QUIRE_OK)
            leave_best(l, is_large);
    }
    if (status != QUIRE_OK)
        return status;
    order_strings(l);
    return write_vocabulary(l) ? QUIRE_OK : QUIRE_ENOMEM;
}

quire_status
text_code_learn(const buffer *samples, buffer *vocabulary_out, quire_error *err)
{
    lesson l = {0};
    buffer padded = {0};
    const uint8_t slack[TEXT_CODE_SLACK] = {0};
    quire_status status = QUIRE_OK;

    buffer_clear(vocabulary_out);
    if (samples->size < MIN_SAMPLE)
        return QUIRE_OK;
    l.candidates = calloc(MAX_CANDIDATES, sizeof *l.candidates);
    if (l.candidates == NULL || !buffer_add(&padded, samples->bytes, samples->size) ||
        !buffer_add(&padded, slack, sizeof slack))
        status = QUIRE_ENOMEM;
    if (status == QUIRE_OK)
        status = choose((const uint8_t *)padded.bytes, samples->size, &l);
    if (status == QUIRE_OK && !buffer_add(vocabulary_out, l.vocabulary.bytes, l.vocabulary.size))
        status = QUIRE_ENOMEM;
    buffer_free(&padded);
    buffer_free(&l.vocabulary);
    free(l.candidates);
    return status == QUIRE_OK ? QUIRE_OK : error_nomem(err);
}
