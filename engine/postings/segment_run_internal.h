/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_run_internal.h - what a run holds, for those who take it from memory. */
#ifndef QUIRE_POSTINGS_SEGMENT_RUN_INTERNAL_H
#define QUIRE_POSTINGS_SEGMENT_RUN_INTERNAL_H

#include "postings/segment.h"

/* The stemmer's numbers of words are below this, or of no use. */
#define RUN_MAX_KNOWN ((uint32_t)1 << 20)

/* A surface of a stem.  A number with a sign is a surface of its own. */
typedef struct {
    uint64_t cf;
    uint32_t bytes; /* where they begin in segment_run.bytes: the surface's, then the stem's */
    uint32_t stem;  /* number in segment_run.stems */
    uint32_t next;  /* the stem's next surface; 0: none */
    uint8_t surface_bytes;
    uint8_t stem_bytes;
} run_surface;

/* A stem; when the run is sorted, in byte order, and the surfaces of each stand together. */
typedef struct {
    uint64_t first_occurrence; /* when sorted: occurrences of the stems before */
    uint32_t first_surface;    /* it holds the stem's bytes, too */
    uint32_t last_surface;
    uint32_t nsurfaces;
} run_stem;

typedef struct {
    uint32_t number;
    uint32_t nplaces;
} run_passage;

/* Tables hold numbers by hash, in the first free place from hash & mask on. */
typedef struct {
    uint32_t hash;
    uint32_t number; /* of a surface; of a stem, its number + 1; 0: free */
} run_table_slot;

typedef struct {
    run_table_slot *slots;
    size_t nslots; /* a power of 2, or 0 */
    size_t nused;
} run_table;

struct segment_run {
    buffer bytes; /* of surfaces and stems */
    run_surface *surfaces;
    size_t nsurfaces; /* surfaces[0], which is no word's, included */
    size_t surfaces_room;
    run_stem *stems; /* and, when sorted, one more that ends the last */
    size_t nstems;
    size_t stems_room;
    run_table surface_table;
    run_table stem_table;
    uint32_t *known;    /* surfaces by the stemmer's number */
    uint64_t *is_known; /* a bit a number */
    size_t nknown;      /* numbers that there is room for, a multiple of 64 */

    /* Passage by passage, for each position which word is there; 0: none.  Until the run is sorted:
     * the stemmer's number plus 1, or RUN_MAX_KNOWN plus a surface; then a surface. */
    uint32_t *places;
    size_t nplaces;
    size_t places_room;
    run_passage *passages;
    size_t npassages;
    size_t passages_room;
    bool is_sorted;
};

static inline const char *
run_surface_bytes(const segment_run *r, const run_surface *surface)
{
    return r->bytes.bytes + surface->bytes;
}

static inline const char *
run_stem_bytes(const segment_run *r, const run_stem *stem, size_t *nbytes_out)
{
    const run_surface *surface = &r->surfaces[stem->first_surface];

    *nbytes_out = surface->stem_bytes;
    return r->bytes.bytes + surface->bytes + surface->surface_bytes;
}

#endif
