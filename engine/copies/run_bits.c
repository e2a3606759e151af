/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_bits.c - a bit for each run of words of an article. */
#include "copies/run_bits.h"

#include "copies/word_runs.h"

static void
add(run_bits *bits, uint64_t sum)
{
    const uint64_t hash = word_run_hash(sum);

    bits->words[hash >> 61] |= UINT64_C(1) << (hash >> 55 & 63);
}

void
run_bits_fill(run_bits *bits, const article_words *w)
{
    uint64_t sum = 0;

    *bits = (run_bits){0};
    for (size_t i = 0; i < w->nwords; i++) {
        sum = i < WORD_RUN ? word_run_enter(sum, w->words[i])
                           : word_run_move(sum, w->words[i], w->words[i - WORD_RUN]);
        if (i + 1 >= WORD_RUN || i + 1 == w->nwords)
            add(bits, sum);
    }
}

/* Bits that are in both by chance are as many as the other's share of all bits says. */
bool
run_bits_may_be_copies(const run_bits *a, const run_bits *b)
{
    uint64_t of_a = 0;
    uint64_t of_b = 0;
    uint64_t both = 0;

    for (size_t i = 0; i < RUN_BITS / 64; i++) {
        of_a += (uint64_t)__builtin_popcountll(a->words[i]);
        of_b += (uint64_t)__builtin_popcountll(b->words[i]);
        both += (uint64_t)__builtin_popcountll(a->words[i] & b->words[i]);
    }
    const uint64_t fewer = of_a < of_b ? of_a : of_b;
    const uint64_t more = of_a < of_b ? of_b : of_a;

    if (more > RUN_BITS / 2)
        return true;
    return both * 100 * RUN_BITS >=
           fewer * (RUN_BITS_OF_100 * RUN_BITS + (100 - RUN_BITS_OF_100) * more);
}
