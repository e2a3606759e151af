/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boilerplate.h - runs of words that stand in many texts: forms that are filled in, which say
 * nothing on whether two texts are copies.
 *
 * A run is boilerplate when it stands in more than BOILERPLATE_TEXTS sets of articles, where those
 * that are certainly copies of one another are one set: so a text that a hundred papers print does
 * not become boilerplate.  What is known of runs is what sketches hold. */
#ifndef QUIRE_COPIES_BOILERPLATE_H
#define QUIRE_COPIES_BOILERPLATE_H

#include "copies/bunches.h"

#define BOILERPLATE_TEXTS 8

/* Different texts, counted up to that. */
typedef struct {
    uint64_t texts[BOILERPLATE_TEXTS];
    size_t n;
} text_count;

/* Count a text; true: there are more. */
static inline bool
text_count_add(text_count *c, uint64_t text)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->texts[i] == text)
            return false;
    if (c->n == BOILERPLATE_TEXTS)
        return true;
    c->texts[c->n++] = text;
    return false;
}

/* Of hashes that are no boilerplate two articles have ncommon in common, of nx and ny up to the
 * bounds of both: may they be copies? */
static inline bool
boilerplate_is_enough(uint32_t ncommon, uint32_t nx, uint32_t ny)
{
    return (uint64_t)ncommon * 5 >= nx || (uint64_t)ncommon * 5 >= ny;
}

/* Note which bunches are boilerplate, by the sets that articles are connected to. */
void boilerplate_mark(bunches *b);

/* The hashes of both that are not boilerplate. */
uint32_t boilerplate_count_telling(const bunches *b, uint32_t x, uint32_t y);

/* May these be copies, by those hashes, of which ncommon are in both?  False where hardly one of
 * those of the one with fewer is in the other. */
bool boilerplate_is_passed(const bunches *b, uint32_t x, uint32_t y, uint32_t ncommon);

/* Can that be so where no more than ncommon are?  a is not shorter. */
static inline bool
boilerplate_may_be_passed(const bunched *a, const bunched *b, uint32_t ncommon)
{
    return ncommon > 0 &&
           boilerplate_is_enough(ncommon, a->ntelling, bunched_least_within(b, a->bound));
}

#endif
