/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quotations.c - what results have in common that is less than a copy: the same sentence, quoted or
 * taken over.
 *
 * A quotation is a row of words that follow one another in the texts of two results, as long as it
 * can be, less what lies across a sentence's end by chance: QUOTATION_WORDS at least, and either a
 * whole sentence of one of them is in it, or it has twice as many words.  The first QUOTATION_WORDS
 * of any such row are a run that both have; so the runs of all results go into a table, and where
 * one is there already the row is followed to both sides.  Of several results with a run the first
 * is named.
 *
 * Most results have nothing in common.  Then there is none with so many pairs of neighbours, one
 * behind the other, of which each is a pair of some result before; a bit for each pair tells that
 * without the table. */
#include <stdlib.h>
#include <string.h>

#include "result/stories.h"

#define QUOTATION_WORDS 8
#define FACTOR UINT64_C(0x9E3779B97F4A7C15)

/* Where a run was first. */
typedef struct {
    uint32_t story; /* its number plus 1; 0 is free */
    uint32_t word;
} run;

/* A row of words that two results have. */
typedef struct {
    uint32_t story; /* the later one */
    uint32_t other;
    uint32_t word; /* the first, in each */
    uint32_t other_word;
    uint32_t nwords;
} row;

typedef struct {
    const story_list *list;
    run *runs;
    size_t nruns; /* a power of two */
    row *rows;
    size_t nrows;
    size_t room;
    bool has_failed; /* memory is out */
} search;

/* The place of the run that begins with that word of a result. */
static run *
find_run(const search *s, uint64_t hash, const uint32_t *words)
{
    size_t i = (size_t)(hash >> 32) & (s->nruns - 1);

    for (;; i = (i + 1) & (s->nruns - 1)) {
        run *at = &s->runs[i];

        if (at->story == 0 || memcmp(s->list->stories[at->story - 1].passage.words + at->word,
                                     words, QUOTATION_WORDS * sizeof *words) == 0)
            return at;
    }
}

/* Follow a run to both sides. */
static row
follow(const search *s, const run *from, uint32_t number, uint32_t word)
{
    const fold_passage *a = &s->list->stories[number].passage;
    const fold_passage *b = &s->list->stories[from->story - 1].passage;
    uint32_t back = 0;
    uint32_t n = 0;

    while (back < word && back < from->word &&
           a->words[word - back - 1] == b->words[from->word - back - 1])
        back++;
    while (word + n < a->nwords && from->word + n < b->nwords &&
           a->words[word + n] == b->words[from->word + n])
        n++;
    return (row){number, from->story - 1, word - back, from->word - back, back + n};
}

/* Does a sentence end before word i of the row, in both texts? */
static bool
is_border(const fold_passage *a, const fold_passage *b, const row *r, uint32_t i)
{
    return a->sentences[r->word + i] != a->sentences[r->word + i - 1] &&
           b->sentences[r->other_word + i] != b->sentences[r->other_word + i - 1];
}

/* Leave out the end of a sentence before a row, and the beginning of one behind it, that are the
 * same by chance. */
static void
trim(const search *s, row *r)
{
    const fold_passage *a = &s->list->stories[r->story].passage;
    const fold_passage *b = &s->list->stories[r->other].passage;
    uint32_t before = r->nwords < QUOTATION_WORDS ? 0 : QUOTATION_WORDS - 1;
    uint32_t behind = before;

    while (before > 0 && !is_border(a, b, r, before))
        before--;
    while (behind > 0 && !is_border(a, b, r, r->nwords - behind))
        behind--;
    if (before + behind >= r->nwords)
        return;
    r->word += before;
    r->other_word += before;
    r->nwords -= before + behind;
}

/* Is a whole sentence within words first up to end? */
static bool
has_sentence(const fold_passage *p, uint32_t first, uint32_t end)
{
    uint32_t start = first;

    while (start < end && start > 0 && p->sentences[start] == p->sentences[start - 1])
        start++;
    for (uint32_t i = start; i < end; i++)
        if ((i + 1 == p->nwords || p->sentences[i + 1] != p->sentences[i])) {
            if (i + 1 - start >= QUOTATION_WORDS)
                return true;
            start = i + 1;
        }
    return false;
}

static bool
is_quotation(const search *s, const row *r)
{
    const fold_passage *a = &s->list->stories[r->story].passage;
    const fold_passage *b = &s->list->stories[r->other].passage;

    return a->article != b->article && r->nwords >= QUOTATION_WORDS &&
           (r->nwords >= 2 * QUOTATION_WORDS || has_sentence(a, r->word, r->word + r->nwords) ||
            has_sentence(b, r->other_word, r->other_word + r->nwords));
}

static void
add_row(search *s, const row *r)
{
    if (s->nrows == s->room) {
        const size_t room = s->room > 0 ? 2 * s->room : 16;
        row *const rows = reallocarray(s->rows, room, sizeof *rows);

        if (rows == NULL) {
            s->has_failed = true;
            return;
        }
        s->rows = rows;
        s->room = room;
    }
    s->rows[s->nrows++] = *r;
}

/* Look up the runs of a result, and add those that nobody has. */
static void
search_story(search *s, uint32_t number)
{
    const fold_passage *p = &s->list->stories[number].passage;
    uint64_t sum = 0;
    uint64_t leaving = 1;
    uint32_t told = 0; /* words before are in a row that was found, whose runs are all there */

    for (int i = 0; i < QUOTATION_WORDS; i++)
        leaving *= FACTOR;
    for (uint32_t end = 1; end <= p->nwords; end++) {
        const uint32_t start = end - QUOTATION_WORDS;
        run *at;

        sum = (sum + p->words[end - 1] + 1) * FACTOR;
        if (end > QUOTATION_WORDS)
            sum -= (p->words[start - 1] + UINT64_C(1)) * leaving * FACTOR;
        if (end < QUOTATION_WORDS || end <= told)
            continue;
        at = find_run(s, sum, p->words + start);
        if (at->story == 0) {
            *at = (run){number + 1, start};
        } else if (at->story != number + 1 && start >= told) {
            row r = follow(s, at, number, start);

            told = r.word + r.nwords;
            trim(s, &r);
            if (is_quotation(s, &r))
                add_row(s, &r);
        }
    }
}

/* ---- Results ---- */

static quire_quotation
make_quotation(const fold_passage *p, uint32_t word, const fold_passage *other, uint32_t other_word,
               uint32_t nwords, size_t hit)
{
    return (quire_quotation){.start = p->tokens[word].start,
                             .end = p->tokens[word + nwords - 1].end,
                             .hit = hit,
                             .other_start = other->tokens[other_word].start,
                             .other_end = other->tokens[other_word + nwords - 1].end};
}

static int
compare_quotations(const void *x, const void *y)
{
    const quire_quotation *a = x;
    const quire_quotation *b = y;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->hit != b->hit)
        return a->hit < b->hit ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

/* Count the quotations of each result, and give it room for them. */
static bool
make_room(search *s, quire_hit *hits)
{
    for (size_t i = 0; i < s->nrows; i++) {
        hits[s->rows[i].story].nquotations++;
        hits[s->rows[i].other].nquotations++;
    }
    for (size_t i = 0; i < s->list->nstories; i++) {
        if (hits[i].nquotations == 0)
            continue;
        hits[i].quotations =
            arena_array(s->list->arena, hits[i].nquotations, sizeof *hits[i].quotations);
        if (hits[i].quotations == NULL)
            return false;
        hits[i].nquotations = 0;
    }
    return true;
}

static void
put_quotation(quire_hit *hit, const quire_quotation *q)
{
    ((quire_quotation *)hit->quotations)[hit->nquotations++] = *q;
}

static bool
hand_over(search *s, quire_hit *hits)
{
    const story *stories = s->list->stories;

    if (!make_room(s, hits))
        return false;
    for (size_t i = 0; i < s->nrows; i++) {
        const row *r = &s->rows[i];
        const fold_passage *a = &stories[r->story].passage;
        const fold_passage *b = &stories[r->other].passage;
        const quire_quotation in_a =
            make_quotation(a, r->word, b, r->other_word, r->nwords, r->other);
        const quire_quotation in_b =
            make_quotation(b, r->other_word, a, r->word, r->nwords, r->story);

        put_quotation(&hits[r->story], &in_a);
        put_quotation(&hits[r->other], &in_b);
    }
    for (size_t i = 0; i < s->list->nstories; i++)
        if (hits[i].nquotations > 1)
            qsort((void *)hits[i].quotations, hits[i].nquotations, sizeof *hits[i].quotations,
                  compare_quotations);
    return true;
}

/* ---- Whether there may be any ---- */

#define LEAST_PAIR_BITS ((size_t)1 << 14)
#define BITS_FOR_A_PAIR 16 /* or more: few are set by chance */

typedef struct {
    uint64_t *bits;
    unsigned shift; /* of a hash: what is left is the number of a bit */
} pair_set;

static inline size_t
number_pair(const pair_set *s, const uint32_t *words)
{
    return (size_t)((words[0] ^ (uint64_t)words[1] << 31) * FACTOR >> s->shift);
}

static inline bool
has_pair(const pair_set *s, const uint32_t *words)
{
    const size_t number = number_pair(s, words);

    return (s->bits[number / 64] >> number % 64 & 1) != 0;
}

/* Has the passage as many pairs one behind the other that are in the set as a run has?  Of so many
 * the last is looked at first: where it is not in the set none of them does, and so on behind it.
 */
static bool
has_pairs(const pair_set *s, const fold_passage *p)
{
    const uint32_t wanted = QUOTATION_WORDS - 1;
    const uint32_t npairs = p->nwords > 0 ? p->nwords - 1 : 0;
    uint32_t first = 0; /* no row begins before it */
    uint32_t known = 0; /* pairs from first up to it are in the set */

    while (npairs - first >= wanted) {
        uint32_t i = first + wanted;

        while (i > known && has_pair(s, p->words + i - 1))
            i--;
        if (i == known)
            return true;
        known = first + wanted;
        first = i;
    }
    return false;
}

static void
add_pairs(const pair_set *s, const fold_passage *p)
{
    for (uint32_t i = 1; i < p->nwords; i++) {
        const size_t number = number_pair(s, p->words + i - 1);

        s->bits[number / 64] |= UINT64_C(1) << number % 64;
    }
}

/* False when memory is out. */
static bool
may_have_rows(const story_list *list, size_t nwords, bool *out)
{
    size_t nbits = LEAST_PAIR_BITS;
    pair_set pairs = {.shift = 64 - 14};

    for (; nbits / BITS_FOR_A_PAIR < nwords; nbits *= 2)
        pairs.shift--;
    *out = false;
    pairs.bits = calloc(nbits / 64, sizeof *pairs.bits);
    if (pairs.bits == NULL)
        return false;
    for (size_t i = 0; i < list->nstories && !*out; i++) {
        *out = has_pairs(&pairs, &list->stories[i].passage);
        add_pairs(&pairs, &list->stories[i].passage);
    }
    free(pairs.bits);
    return true;
}

/* ---- All ---- */

static bool
search_all(story_list *list, size_t nwords)
{
    search s = {.list = list, .nruns = 64};

    while (s.nruns < 2 * nwords)
        s.nruns *= 2;
    s.runs = calloc(s.nruns, sizeof *s.runs);
    if (s.runs == NULL)
        return false;
    for (size_t i = 0; i < list->nstories; i++)
        search_story(&s, (uint32_t)i);
    if (!s.has_failed && s.nrows > 0)
        s.has_failed = !hand_over(&s, list->hits);
    free(s.runs);
    free(s.rows);
    return !s.has_failed;
}

bool
stories_find_quotations(story_list *list)
{
    size_t nwords = 0;
    bool may_have;

    if (list->nstories < 2)
        return true;
    for (size_t i = 0; i < list->nstories; i++)
        nwords += list->stories[i].passage.nwords;
    return may_have_rows(list, nwords, &may_have) && (!may_have || search_all(list, nwords));
}
