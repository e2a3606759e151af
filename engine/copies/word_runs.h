/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word_runs.h - hashes of all runs of a few words that follow one another (shingles).
 *
 * Each is made of the one before, so a word costs two multiplications. */
#ifndef QUIRE_COPIES_WORD_RUNS_H
#define QUIRE_COPIES_WORD_RUNS_H

#include <stddef.h>
#include <stdint.h>

#define WORD_RUN 5 /* words */

#define WORD_RUN_FACTOR UINT64_C(0x9E3779B97F4A7C15)

/* The product of the word that leaves a run: the factor, WORD_RUN times. */
static inline uint64_t
word_run_leaving(void)
{
    uint64_t product = 1;

    for (int i = 0; i < WORD_RUN; i++)
        product *= WORD_RUN_FACTOR;
    return product;
}

/* The sum of a run that the next word enters, and from which the one before its first one leaves.
 */
static inline uint64_t
word_run_move(uint64_t sum, uint32_t entering, uint32_t leaving)
{
    return (sum + entering + 1) * WORD_RUN_FACTOR -
           (leaving + UINT64_C(1)) * word_run_leaving() * WORD_RUN_FACTOR;
}

static inline uint64_t
word_run_enter(uint64_t sum, uint32_t entering)
{
    return (sum + entering + 1) * WORD_RUN_FACTOR;
}

/* A sum as a hash, every bit of which depends on all of the sum. */
static inline uint64_t
word_run_hash(uint64_t sum)
{
    sum ^= sum >> 32;
    sum *= UINT64_C(0xD6E8FEB86659FD93);
    sum ^= sum >> 32;
    sum *= UINT64_C(0xD6E8FEB86659FD93);
    return sum ^ sum >> 32;
}

#endif
