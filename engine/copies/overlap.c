/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap.c - the exact comparison of two articles: the runs of the longer one in a table, those of
 * the shorter one looked up in it; once with the numbers as they are, once with all the same.  The
 * longer one's table serves for all that it is compared with.
 *
 * Most that are compared are no copies.  A run can stand in the other article only where all pairs
 * of words in it do, so pairs are looked up first, in a bitmap: that costs less than runs do. */
#include "copies/overlap.h"

#include <stdlib.h>
#include <string.h>

#include "copies/word_runs.h"

#define ANY_NUMBER 1 /* stands for all of them; no word but a number's hash is odd */

/* Words of an article as they are, or their numbers all the same. */
typedef struct {
    const article_words *of;
    bool is_masked;
} reading;

static uint32_t
word_at(reading r, size_t i)
{
    const uint32_t word = r.of->words[i];

    return r.is_masked && article_word_is_number(word) ? ANY_NUMBER : word;
}

/* ---- Pairs of words ---- */

#define BITS_OF_A_PAIR 32 /* of the bitmap: a pair that is not there is mostly seen to be so */
#define LEAST_BITS_LOG 11
#define RUN_PAIRS (WORD_RUN - 1)

static size_t
bit_of(const overlap_table *t, const uint32_t *pair)
{
    return (size_t)(((uint64_t)pair[0] << 32 | pair[1]) * WORD_RUN_FACTOR >> (64 - t->bits_log));
}

static bool
note_pairs(overlap_table *t, const article_words *longer)
{
    size_t nbytes;

    for (t->bits_log = LEAST_BITS_LOG; (size_t)1 << t->bits_log < BITS_OF_A_PAIR * longer->nwords;)
        t->bits_log++;
    nbytes = ((size_t)1 << t->bits_log) / 8;
    if (t->bits_room < nbytes) {
        free(t->bits);
        t->bits = malloc(nbytes);
        t->bits_room = t->bits != NULL ? nbytes : 0;
        if (t->bits == NULL)
            return false;
    }
    memset(t->bits, 0, nbytes);
    for (size_t i = 0; i + 1 < longer->nwords; i++) {
        const size_t bit = bit_of(t, longer->words + i);

        t->bits[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    return true;
}

/* The most words that can be shared: those of RUN_PAIRS or more in a row that are in the bitmap. */
static size_t
most_shared(const overlap_table *t, const article_words *shorter)
{
    size_t nrow = 0;
    size_t n = 0;

    for (size_t i = 0; i + 1 < shorter->nwords; i++) {
        const size_t bit = bit_of(t, shorter->words + i);

        nrow = (nrow + 1) & -(size_t)(t->bits[bit / 64] >> bit % 64 & 1);
        n += nrow > RUN_PAIRS ? 1 : nrow == RUN_PAIRS ? WORD_RUN : 0;
    }
    return n;
}

/* ---- Runs ---- */

#define SLOTS_OF_A_RUN 8 /* then nearly all are where they are looked for first */
#define LEAST_SLOTS_LOG 6

static bool
make_room(overlap_table *t, size_t nruns)
{
    for (t->slots_log = LEAST_SLOTS_LOG; (size_t)1 << t->slots_log < SLOTS_OF_A_RUN * nruns;)
        t->slots_log++;
    t->nslots = (size_t)1 << t->slots_log;
    if (t->room < t->nslots) {
        free(t->slots);
        t->slots = malloc(2 * t->nslots * sizeof *t->slots);
        t->room = t->slots != NULL ? t->nslots : 0;
        if (t->slots == NULL)
            return false;
    }
    return true;
}

/* The runs of a reading: masked ones are in the second half. */
static uint32_t *
slots_of(const overlap_table *t, bool is_masked)
{
    return t->slots + (is_masked ? t->nslots : 0);
}

/* Where a run of this sum is, or the free slot where it belongs.  All of a sum goes into its
 * highest bits: they tell the slot, and those behind them are in it, of which *entry_out are this
 * one's; 0 is none. */
static inline uint32_t *
find_slot(const overlap_table *t, uint32_t *slots, uint64_t sum, uint32_t *entry_out)
{
    const uint32_t bits = (uint32_t)(sum >> (32 - t->slots_log));
    const uint32_t entry = bits != 0 ? bits : 1;
    size_t i = (size_t)(sum >> (64 - t->slots_log));

    while (slots[i] != 0 && slots[i] != entry)
        i = (i + 1) & (t->nslots - 1);
    *entry_out = entry;
    return &slots[i];
}

static inline bool
has_run(const overlap_table *t, uint32_t *slots, uint64_t sum)
{
    uint32_t entry;

    return *find_slot(t, slots, sum, &entry) != 0;
}

static uint64_t
first_sum(reading r)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < WORD_RUN; i++)
        sum = word_run_enter(sum, word_at(r, i));
    return sum;
}

static void
fill(overlap_table *t, reading r)
{
    uint32_t *const slots = slots_of(t, r.is_masked);
    uint64_t sum = first_sum(r);

    memset(slots, 0, t->nslots * sizeof *slots);
    for (size_t end = WORD_RUN;; end++) {
        uint32_t entry;
        uint32_t *const slot = find_slot(t, slots, sum, &entry);

        *slot = entry;
        if (end == r.of->nwords)
            return;
        sum = word_run_move(sum, word_at(r, end), word_at(r, end - WORD_RUN));
    }
}

/* Count the words, and of them the numbers, that lie in a run that the table has; no further where
 * those that are left cannot make them nwanted. */
static void
count(const overlap_table *t, reading r, size_t nwanted, size_t *nwords_out, size_t *nnumbers_out,
      size_t *nruns_out)
{
    const size_t most_missed = r.of->nwords - nwanted;
    uint32_t *const slots = slots_of(t, r.is_masked);
    uint64_t sum = first_sum(r);
    size_t counted = 0; /* all words before are done with */

    *nwords_out = *nnumbers_out = *nruns_out = 0;
    for (size_t end = WORD_RUN; end <= r.of->nwords; end++) {
        const size_t first = end - WORD_RUN;

        if (first > 0)
            sum = word_run_move(sum, word_at(r, end - 1), word_at(r, first - 1));
        if (!has_run(t, slots, sum)) {
            if (first > most_missed + *nwords_out)
                return;
            continue;
        }
        ++*nruns_out;
        if (counted < first)
            counted = first;
        *nwords_out += end - counted;
        for (; counted < end; counted++)
            *nnumbers_out += article_word_is_number(r.of->words[counted]);
    }
}

/* The fewest words that are so many of 100 of nwords. */
static size_t
nwords_of(size_t nwords, size_t of_100)
{
    return nwords / 100 * of_100 + (nwords % 100 * of_100 + 99) / 100;
}

static size_t
count_numbers(const article_words *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->nwords; i++)
        n += article_word_is_number(w->words[i]);
    return n;
}

/* Texts that are shorter than a run. */
static void
compare_whole(const article_words *a, const article_words *b, overlap *out)
{
    if (article_words_are_same(a, b)) {
        out->nshared = a->nwords;
        out->nagreed = count_numbers(a);
    }
}

static bool
is_enough(const overlap *o, size_t of_100)
{
    return o->nshared * 100 >= o->nwords * of_100;
}

void
overlap_table_free(overlap_table *t)
{
    free(t->slots);
    free(t->bits);
    *t = (overlap_table){0};
}

void
overlap_table_begin(overlap_table *t)
{
    t->has_pairs = false;
    t->has_runs = false;
    t->has_masked = false;
}

static bool
fill_pairs(overlap_table *t, const article_words *longer)
{
    t->has_pairs = t->has_pairs || note_pairs(t, longer);
    return t->has_pairs;
}

static bool
fill_runs(overlap_table *t, const article_words *longer)
{
    if (t->has_runs)
        return true;
    if (!make_room(t, longer->nwords))
        return false;
    fill(t, (reading){longer, false});
    t->has_runs = true;
    return true;
}

static bool
has_other_numbers(const overlap *o)
{
    return o->nchanged >= OVERLAP_NUMBERS && 2 * o->nchanged > o->nagreed;
}

/* ---- Two in one ---- */

/* What a table has of an article, or of a part of it. */
typedef struct {
    size_t nwords;
    size_t nshared;
    size_t nagreed;
    size_t nalike;   /* words, their numbers all the same, */
    size_t nnumbers; /* and numbers of them */
} taken;

static taken
count_taken(const overlap_table *t, const article_words *of)
{
    taken n = {.nwords = of->nwords};
    size_t nruns;

    if (of->nwords >= WORD_RUN) {
        count(t, (reading){of, false}, 0, &n.nshared, &n.nagreed, &nruns);
        count(t, (reading){of, true}, 0, &n.nalike, &n.nnumbers, &nruns);
    }
    return n;
}

/* Words of an article that follow one another, each in a run that the table has. */
typedef struct {
    reading of;
    uint64_t sum;
    size_t next; /* the end of the run that is looked at next */
    size_t start;
    size_t end;
} row;

static row
first_row(const article_words *of, bool is_masked)
{
    const reading r = {of, is_masked};

    return (row){.of = r, .sum = first_sum(r), .next = WORD_RUN};
}

/* Go to the next row; false where there is none. */
static bool
next_row(row *r, const overlap_table *t)
{
    uint32_t *const slots = slots_of(t, r->of.is_masked);

    for (r->start = r->end = 0; r->next <= r->of.of->nwords; r->next++) {
        const size_t first = r->next - WORD_RUN;

        if (r->end > 0 && first > r->end)
            return true;
        if (first > 0)
            r->sum = word_run_move(r->sum, word_at(r->of, r->next - 1), word_at(r->of, first - 1));
        if (!has_run(t, slots, r->sum))
            continue;
        r->start = r->end > 0 ? r->start : first;
        r->end = r->next;
    }
    return r->end > 0;
}

/* The part of an article from the first to the last row of OVERLAP_ROW words that the table has,
 * and what goes on there with other numbers. */
static article_words
find_block(const overlap_table *t, const article_words *of)
{
    size_t start = of->nwords;
    size_t end = 0;

    for (row r = first_row(of, false); next_row(&r, t);)
        if (r.end - r.start >= OVERLAP_ROW) {
            start = start < r.start ? start : r.start;
            end = r.end;
        }
    for (row r = first_row(of, true); next_row(&r, t);)
        if (r.start < end && r.end > start) {
            start = start < r.start ? start : r.start;
            end = end > r.end ? end : r.end;
        }
    return (article_words){.words = of->words + (end > 0 ? start : 0),
                           .nwords = end > 0 ? end - start : 0};
}

/* Forget of the numbers that seem to be changed those that the longer article has in a text beside
 * what it took over of the shorter one.  False when memory is out. */
static bool
look_beside(const article_words *longer, const article_words *shorter, overlap *out)
{
    overlap_table t = {0};
    article_words part;
    taken in_block;
    taken in_all;
    size_t nbeside;

    if (!make_room(&t, shorter->nwords))
        return false;
    fill(&t, (reading){shorter, false});
    fill(&t, (reading){shorter, true});
    part = find_block(&t, longer);
    in_block = count_taken(&t, &part);
    in_all = count_taken(&t, longer);
    overlap_table_free(&t);
    nbeside = longer->nwords - part.nwords;
    if (in_block.nshared >= nwords_of(shorter->nwords, OVERLAP_PART) &&
        in_block.nshared * 100 >= part.nwords * OVERLAP_BLOCK && nbeside >= OVERLAP_SHORT &&
        (in_all.nalike - in_block.nalike) * 100 < nbeside * OVERLAP_OTHER)
        out->nchanged = in_block.nnumbers - in_block.nagreed;
    return true;
}

/* May there be such numbers?  So many words are shared where numbers are all the same. */
static bool
may_be_beside(const overlap *o, size_t nalike)
{
    return has_other_numbers(o) && is_enough(o, OVERLAP_PART) &&
           (nalike - o->nshared) * 100 < (o->nwords - o->nshared) * OVERLAP_FORM;
}

bool
overlap_with(overlap_table *t, const article_words *longer, const article_words *shorter,
             overlap_degree wanted, overlap *out)
{
    const size_t of_100 = wanted == OVERLAP_IN_THE_MAIN ? OVERLAP_MAIN : OVERLAP_WHOLE;
    size_t nmasked;
    size_t nnumbers;
    size_t nruns;

    *out = (overlap){.nwords = shorter->nwords};
    if (shorter->nwords < WORD_RUN || longer->nwords < WORD_RUN) {
        compare_whole(shorter, longer, out);
        return true;
    }
    if (wanted != OVERLAP_IN_THE_MAIN) {
        if (!fill_pairs(t, longer))
            return false;
        if (most_shared(t, shorter) < nwords_of(shorter->nwords, of_100))
            return true;
    }
    if (!fill_runs(t, longer))
        return false;
    count(t, (reading){shorter, false}, nwords_of(shorter->nwords, of_100), &out->nshared,
          &out->nagreed, &out->nruns);
    if (!is_enough(out, of_100) || out->nagreed == count_numbers(shorter))
        return true;
    if (!t->has_masked)
        fill(t, (reading){longer, true});
    t->has_masked = true;
    count(t, (reading){shorter, true}, 0, &nmasked, &nnumbers, &nruns);
    /* A run that is shared is so with its numbers masked, too. */
    out->nchanged = nnumbers - out->nagreed;
    return !may_be_beside(out, nmasked) || look_beside(longer, shorter, out);
}

bool
overlap_find(const article_words *a, const article_words *b, overlap_table *table, overlap *out)
{
    const article_words *shorter = a->nwords <= b->nwords ? a : b;
    const article_words *longer = shorter == a ? b : a;

    overlap_table_begin(table);
    return overlap_with(table, longer, shorter, OVERLAP_IN_PART, out);
}

overlap_degree
overlap_judge(const overlap *o, const article_words *a, const article_words *b)
{
    const bool is_short = o->nwords < OVERLAP_SHORT;

    if (o->nwords >= WORD_RUN && o->nruns * 100 < (o->nwords - WORD_RUN + 1) * OVERLAP_RUNS)
        return OVERLAP_NONE;
    if (o->nwords == 0 || (is_short && a->title != b->title))
        return OVERLAP_NONE;
    if (has_other_numbers(o))
        return OVERLAP_NONE;
    if (is_enough(o, OVERLAP_MAIN))
        return OVERLAP_IN_THE_MAIN;
    if (is_short)
        return OVERLAP_NONE;
    return is_enough(o, OVERLAP_PART) ||
                   (is_enough(o, OVERLAP_WHOLE) && o->nshared >= OVERLAP_WHOLE_WORDS &&
                    o->nruns * 100 >= o->nshared * OVERLAP_ROWS)
               ? OVERLAP_IN_PART
               : OVERLAP_NONE;
}
