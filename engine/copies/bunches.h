/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bunches.h - articles whose sketches have a hash in common: a bunch for each hash that two have.
 */
#ifndef QUIRE_COPIES_BUNCHES_H
#define QUIRE_COPIES_BUNCHES_H

#include "copies/grouped.h"

#define BUNCH_ALL 16 /* members; of a larger one not all pairs are looked at */
#define BUNCH_NONE UINT32_MAX

/* Members from first on, the longest first, then by number. */
typedef struct {
    uint32_t first;
    uint32_t nmembers;
    bool tells_nothing; /* on whether two articles are copies; see boilerplate.h */
} bunch;

#define BUNCHED_PLACES 5
#define BUNCHED_SHIFT (SKETCH_BITS - 16)

/* What is asked of each article of a pair, together: half a cache line. */
typedef struct {
    uint32_t first; /* grouped.firsts */
    uint32_t bound;
    uint16_t at[BUNCHED_PLACES]; /* the highest bits of some of the hashes counted by ntelling */
    uint16_t nhashes;
    uint16_t ntelling; /* of them no boilerplate, as far as that is known; */
    uint16_t nlarge;   /* of those in large bunches */
    uint64_t large;    /* a bit for each of these; of some the same */
} bunched;

typedef struct {
    const grouped *articles;
    bunch *bunches; /* ascending by hash */
    uint32_t nbunches;
    size_t bunches_room;
    uint32_t *members; /* of all, each bunch's ended by BUNCH_NONE */
    size_t nmembers;
    size_t members_room;
    uint32_t *of;        /* for each of the articles' hashes: its bunch, or BUNCH_NONE */
    uint32_t *behind;    /* for each of them: the members of a small bunch behind the article; or
                            BUNCH_NONE */
    bool *tells_nothing; /* for each of them */
    bunched *bunched;    /* each article */
} bunches;

/* Find them; memory_bytes is about what is used beside what they need.  To be ended by
 * bunches_free, whatever the status.  QUIRE_ENOMEM. */
quire_status bunches_find(const grouped *articles, size_t memory_bytes, bunches *out,
                          quire_error *err);
void bunches_free(bunches *b);

static inline bool
bunch_is_large(const bunch *b)
{
    return b->nmembers > BUNCH_ALL;
}

/* The bit of a hash in bunched.large. */
static inline uint64_t
bunch_bit(uint32_t hash)
{
    return UINT64_C(1) << hash % 64;
}

/* May two articles have one of those in common? */
static inline bool
bunched_may_meet(const bunched *a, const bunched *b)
{
    return (a->large & b->large) != 0;
}

/* Note a hash of an article that is no boilerplate; they come ascending, and are counted. */
void bunched_note(bunched *of, uint32_t hash);

/* At least so many of these are up to the bound. */
uint32_t bunched_least_within(const bunched *of, uint32_t bound);

#endif
