/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fold.c - comparing two passages word by word, after a look that nearly always says no.
 *
 * A bit that the shorter one has and the other has not is a word that does not stand in it; so most
 * pairs are told apart by four words of 64 bits, and most of the rest by a larger set that is made
 * for the pair.  What both begin and end with is matched at once; of the rest, the length of the
 * longest common subsequence is computed 64 words at a time (Hyyrö, Bit-parallel LCS-length
 * computation revisited, 2004). */
#include "result/fold.h"

#include <stdlib.h>
#include <string.h>

#include "text/stem_memo.h"

#define FACTOR UINT64_C(0x9E3779B97F4A7C15)
#define OTHER_FACTOR UINT64_C(0xC2B2AE3D27D4EB4F)

void
fold_scratch_free(fold_scratch *s)
{
    free(s->memory);
    *s = (fold_scratch){0};
}

/* The key by which the stemmer knows a word is at hand sooner than a hash of all its bytes. */
static inline uint32_t
hash_key(const memo_key *key, bool is_number)
{
    uint64_t hash = key->parts[0] * FACTOR ^ (key->parts[1] + key->shape) * OTHER_FACTOR;

    hash = (hash ^ hash >> 29) * FACTOR;
    return ((uint32_t)(hash >> 32) & ~1U) | is_number;
}

static void
hash_words(fold_passage *p, const token_list *list)
{
    const bool is_padded = list->forms.room - list->forms.size >= MEMO_INLINE_BYTES;

    for (uint32_t i = 0; i < p->nwords; i++) {
        const token *t = &p->tokens[i];
        const char *surface = token_surface(list, t);
        const memo_key key = is_padded ? stem_memo_key_padded(surface, t->surface_bytes, 0)
                                       : stem_memo_key(surface, t->surface_bytes, 0);

        p->words[i] = hash_key(&key, (t->flags & TOKEN_NUMBER) != 0);
    }
}

/* Neighbours' bits go into words of their own: each waits for none but the one before the last. */
static void
set_bits(fold_passage *p)
{
    uint64_t bits[2][4] = {{0}};

    for (uint32_t i = 0; i < p->nwords; i++)
        bits[i % 2][p->words[i] >> 30] |= UINT64_C(1) << (p->words[i] >> 24 & 63);
    for (int i = 0; i < 4; i++)
        p->bits[i] = bits[0][i] | bits[1][i];
}

bool
fold_passage_read(fold_passage *p, const passage_words *words, arena *a)
{
    size_t ntitle = 0;
    size_t n;

    while (ntitle < words->list.ntokens && words->places[ntitle].in_title)
        ntitle++;
    n = words->list.ntokens - ntitle;
    if (n > SIZE_MAX / sizeof *p->tokens / 4)
        return false;
    p->tokens = arena_raw(a, (n + 1) * (sizeof *p->tokens + 2 * sizeof *p->words));
    if (p->tokens == NULL)
        return false;
    p->words = (uint32_t *)(p->tokens + n);
    p->sentences = p->words + n;
    p->nwords = (uint32_t)n;
    if (n > 0)
        memcpy(p->tokens, words->list.tokens + ntitle, n * sizeof *p->tokens);
    for (size_t i = 0; i < n; i++)
        p->sentences[i] = words->places[ntitle + i].sentence;
    hash_words(p, &words->list);
    set_bits(p);
    return true;
}

/* ---- In order ---- */

/* Where the words of the shorter passage are: a table of words, each with a row of bits. */
typedef struct {
    uint64_t *row; /* of the words not matched yet */
    uint64_t *masks;
    uint32_t *slots; /* the index of a word's first place, plus 1; 0 is free */
    uint32_t nslots; /* a power of two */
    uint32_t width;  /* of a row, in words of 64 bits */
} places;

static bool
make_places(const fold_passage *of, fold_scratch *s, places *out)
{
    size_t nbytes;

    out->width = (of->nwords + 63) / 64;
    for (out->nslots = 64; out->nslots < 2 * of->nwords; out->nslots *= 2)
        ;
    nbytes = ((size_t)of->nwords + 1) * out->width * sizeof *out->masks +
             (size_t)out->nslots * sizeof *out->slots;
    if (nbytes > s->room) {
        free(s->memory);
        s->memory = malloc(nbytes);
        s->room = s->memory != NULL ? nbytes : 0;
        if (s->memory == NULL)
            return false;
    }
    memset(s->memory, 0, nbytes);
    out->row = s->memory;
    out->masks = out->row + out->width;
    out->slots = (uint32_t *)(out->masks + (size_t)of->nwords * out->width);
    return true;
}

static uint32_t *
find_slot(const places *at, const fold_passage *of, uint32_t word)
{
    uint32_t i = (word >> 8) & (at->nslots - 1);

    while (at->slots[i] != 0 && of->words[at->slots[i] - 1] != word)
        i = (i + 1) & (at->nslots - 1);
    return &at->slots[i];
}

static void
fill_places(const places *at, const fold_passage *of)
{
    for (uint32_t i = 0; i < of->nwords; i++) {
        uint32_t *slot = find_slot(at, of, of->words[i]);

        if (*slot == 0)
            *slot = i + 1;
        at->masks[(size_t)(*slot - 1) * at->width + i / 64] |= UINT64_C(1) << i % 64;
    }
    memset(at->row, 0xFF, at->width * sizeof *at->row);
}

/* Let the next word of the longer passage be matched. */
static void
advance(const places *at, const uint64_t *mask)
{
    uint64_t carry = 0;

    for (uint32_t i = 0; i < at->width; i++) {
        const uint64_t row = at->row[i];
        const uint64_t found = row & mask[i];
        const uint64_t sum = row + found;
        const uint64_t all = sum + carry;

        carry = (sum < row) | (all < sum);
        at->row[i] = all | (row & ~mask[i]);
    }
}

/* How many words of the shorter passage stand in the other in order, and of its numbers, how many
 * stand in it at all. */
static bool
count_in_order(const fold_passage *shorter, const fold_passage *longer, fold_scratch *s,
               uint32_t *out)
{
    places at;

    *out = 0;
    if (shorter->nwords == 0)
        return true;
    if (!make_places(shorter, s, &at))
        return false;
    fill_places(&at, shorter);
    for (uint32_t i = 0; i < longer->nwords; i++) {
        const uint32_t *slot = find_slot(&at, shorter, longer->words[i]);

        if (*slot != 0)
            advance(&at, at.masks + (size_t)(*slot - 1) * at.width);
    }
    for (uint32_t i = 0; i < shorter->nwords; i++)
        *out += (at.row[i / 64] >> i % 64 & 1) == 0;
    return true;
}

/* Words that both begin with, and those that both end with, are matched with each other in some
 * longest subsequence: two that are copies have few others.  How many; the rest is left. */
static uint32_t
trim_common(fold_passage *shorter, fold_passage *longer)
{
    const uint32_t n = shorter->nwords;
    uint32_t first = 0;
    uint32_t last = 0;

    while (first < n && shorter->words[first] == longer->words[first])
        first++;
    while (last < n - first &&
           shorter->words[n - 1 - last] == longer->words[longer->nwords - 1 - last])
        last++;
    shorter->words += first;
    shorter->nwords -= first + last;
    longer->words += first;
    longer->nwords -= first + last;
    return first + last;
}

static bool
count_common(const fold_passage *shorter, const fold_passage *longer, fold_scratch *s,
             uint32_t *out)
{
    fold_passage rest = *shorter;
    fold_passage other_rest = *longer;
    const uint32_t ntrimmed = trim_common(&rest, &other_rest);
    const bool is_counted = count_in_order(&rest, &other_rest, s, out);

    *out += ntrimmed;
    return is_counted;
}

#define LOOK_BITS 2048 /* many times as many as most passages have words */

static inline uint32_t
number_bit(uint32_t word)
{
    return word / 2 % LOOK_BITS; /* the lowest one tells numbers */
}

/* How many words of the shorter passage stand in the other at most: few that do not are taken for
 * others, where a set has room for all of them. */
static uint32_t
count_present(const fold_passage *shorter, const fold_passage *longer)
{
    uint64_t bits[LOOK_BITS / 64] = {0};
    uint32_t n = 0;

    for (uint32_t i = 0; i < longer->nwords; i++) {
        const uint32_t bit = number_bit(longer->words[i]);

        bits[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    for (uint32_t i = 0; i < shorter->nwords; i++) {
        const uint32_t bit = number_bit(shorter->words[i]);

        n += bits[bit / 64] >> bit % 64 & 1;
    }
    return n;
}

/* ---- Numbers ---- */

static bool
has_word(const fold_passage *p, uint32_t word)
{
    for (uint32_t i = 0; i < p->nwords; i++)
        if (p->words[i] == word)
            return true;
    return false;
}

static bool
has_other_numbers(const fold_passage *shorter, const fold_passage *longer)
{
    uint32_t nnumbers = 0;
    uint32_t nother = 0;

    for (uint32_t i = 0; i < shorter->nwords; i++)
        if ((shorter->words[i] & 1) != 0) {
            nnumbers++;
            nother += !has_word(longer, shorter->words[i]);
        }
    return nother > 1 && 3 * nother > nnumbers;
}

/* ---- Both ---- */

/* How many bits of 64 are set, in groups of four. */
static uint64_t
count_in_fours(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    return (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
}

/* The sums of two such, in groups of eight. */
static uint64_t
add_to_eights(uint64_t fours)
{
    return (fours & UINT64_C(0x0F0F0F0F0F0F0F0F)) + (fours >> 4 & UINT64_C(0x0F0F0F0F0F0F0F0F));
}

/* Nearly every two results are told apart here, so their bits are counted together. */
static uint32_t
count_missing(const fold_passage *shorter, const fold_passage *longer)
{
    uint64_t fours[4];
    uint64_t sum;

    for (int i = 0; i < 4; i++)
        fours[i] = count_in_fours(shorter->bits[i] & ~longer->bits[i]);
    sum = add_to_eights(fours[0] + fours[1]) + add_to_eights(fours[2] + fours[3]);
    sum = (sum & UINT64_C(0x00FF00FF00FF00FF)) + (sum >> 8 & UINT64_C(0x00FF00FF00FF00FF));
    return (uint32_t)(sum * UINT64_C(0x0001000100010001) >> 48);
}

static bool
have_same_title(const fold_passage *a, const fold_passage *b)
{
    return a->title_bytes == b->title_bytes &&
           (a->title_bytes == 0 || memcmp(a->title, b->title, a->title_bytes) == 0);
}

bool
fold_compare(const fold_passage *a, const fold_passage *b, fold_scratch *s, bool *are_copies_out)
{
    const bool in_group = a->group != FOLD_NO_GROUP && a->group == b->group;
    const uint64_t wanted = in_group ? FOLD_IN_GROUP : FOLD_APART;
    const fold_passage *shorter = a->nwords <= b->nwords ? a : b;
    const fold_passage *longer = shorter == a ? b : a;
    const uint64_t n = shorter->nwords;
    uint32_t nfound;

    *are_copies_out = false;
    if (a->article == b->article || (n - count_missing(shorter, longer)) * 100 < n * wanted)
        return true;
    if (!in_group &&
        ((n < FOLD_SHORT && !have_same_title(a, b)) || has_other_numbers(shorter, longer)))
        return true;
    if (count_present(shorter, longer) * UINT64_C(100) < n * wanted)
        return true;
    if (!count_common(shorter, longer, s, &nfound))
        return false;
    *are_copies_out = (uint64_t)nfound * 100 >= n * wanted;
    return true;
}
