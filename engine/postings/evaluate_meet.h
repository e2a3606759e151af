/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_meet.h - the passages in which all of some stems meet and which may enter the results,
 * found a batch at a time. */
#ifndef QUIRE_POSTINGS_EVALUATE_MEET_H
#define QUIRE_POSTINGS_EVALUATE_MEET_H

#include "postings/evaluate_stem.h"

typedef struct {
    evaluation *e;
    evaluate_stem **stems; /* the rarest first */
    uint32_t nstems;
    uint32_t
        nearly;     /* of them that are met in ranges; those behind are looked up in each passage */
    int64_t others; /* what other stems may add to a passage's score */
    int64_t weak;   /* stems that add no more are not worth bounding block by block */
    bool reads_positions; /* of passages that are found, positions are asked for */
    int64_t limit_behind; /* what all but the first stem may add */

    /* Of the first stem's block at hand, once it was weighed: the places that may enter, as far as
     * its weight tells. */
    uint32_t hopeful_block; /* plus 1; 0: of none */
    uint32_t nhopeful;
    uint32_t next_hopeful;
    uint8_t hopeful[POSTING_BLOCK];

    /* The range of passages at hand: each stem's list has one block for it.  rest[i] bounds what
     * the stems from i on, and all others, add in it. */
    int64_t *rest;
    uint32_t end; /* the last passage of it, of no range at first; POSTING_NONE - 1 or more: there
                     is no other */
    bool has_range;

    /* Where they meet in it: places in the first stem's block, for each of which there is a bound
     * on the sum of weights (where prunes) and the place in each stem's block. */
    bool prunes;
    uint32_t nplaces;
    uint32_t next;
    uint8_t places[POSTING_BLOCK];
    int64_t sums[POSTING_BLOCK];
    uint8_t (*at)[POSTING_BLOCK]; /* by stem; of the first one, the place itself */
} evaluate_meeting;

/* Of stems[0 .. nstems), more than none; false: memory is out, which e tells. */
bool evaluate_meeting_init(evaluate_meeting *m, evaluation *e, evaluate_stem **stems,
                           uint32_t nstems, int64_t others);

/* The first passage at target or behind it that has all of them and may enter, POSTING_NONE where
 * there is none; their cursors are then there. */
uint32_t evaluate_meeting_next(evaluate_meeting *m, uint32_t target);

#endif
