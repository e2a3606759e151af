/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_file_writer.c - the groups of copies of a generation: writing. */
#include <stdlib.h>

#include "base/error.h"
#include "postings/little_endian.h"
#include "store/copies_file.h"
#include "store/copies_file_format.h"

typedef struct {
    uint32_t article;
    uint32_t index;
} member;

static void
write_u32(checked_writer *w, uint32_t number)
{
    uint8_t bytes[4];

    store_u32(bytes, number);
    checked_write(w, bytes, sizeof bytes);
}

static int
compare_members(const void *x, const void *y)
{
    const member *a = x;
    const member *b = y;

    return (a->article > b->article) - (a->article < b->article);
}

/* All members in order of their numbers. */
static member *
sort_members(const grouping *g)
{
    member *sorted = calloc(g->nmembers + 1, sizeof *sorted);

    if (sorted == NULL)
        return NULL;
    for (uint32_t i = 0; i < g->nmembers; i++)
        sorted[i] = (member){g->members[i], i};
    if (g->nmembers > 1)
        qsort(sorted, g->nmembers, sizeof *sorted, compare_members);
    return sorted;
}

/* Is a set one of several members?  Noted for each by its first one. */
static bool *
find_several(const grouping *g)
{
    bool *is_several = calloc(g->nmembers + 1, sizeof *is_several);

    for (size_t i = 0; is_several != NULL && i < g->nmembers; i++)
        if (g->sets[i] != i)
            is_several[g->sets[i]] = true;
    return is_several;
}

/* Write kinds and sets; how many members are of kind 2. */
static uint32_t
write_sets(checked_writer *w, const grouping *g, const bool *is_several, uint8_t *kinds)
{
    const size_t nbytes = (g->nmembers + COPIES_KINDS_OF - 1) / COPIES_KINDS_OF * 4;
    uint32_t n = 0;

    for (size_t i = 0; i < g->ngroups; i++)
        for (uint32_t j = 0; j < g->groups[i].nmembers; j++) {
            const uint32_t at = g->groups[i].first + j;
            const uint32_t set = g->sets[at];
            const unsigned kind = set == g->groups[i].first ? COPIES_IN_FIRST
                                  : is_several[set]         ? COPIES_IN_ANOTHER
                                                            : COPIES_IN_ITS_OWN;

            kinds[at / 4] |= (uint8_t)(kind << (at % 4 * 2));
        }
    checked_write(w, kinds, nbytes);
    for (uint32_t i = 0; i < g->nmembers; i++)
        if ((kinds[i / 4] >> (i % 4 * 2) & 3U) == COPIES_IN_ANOTHER) {
            write_u32(w, g->sets[i]);
            n++;
        }
    return n;
}

static quire_status
write_all(checked_writer *w, const grouping *g, uint32_t narticles, const member *sorted,
          const bool *is_several, uint8_t *kinds, quire_error *err)
{
    uint32_t nsets;

    for (size_t i = 0; i < g->nmembers; i++)
        write_u32(w, g->members[i]);
    for (size_t i = 0; i < g->ngroups; i++) {
        write_u32(w, g->groups[i].first);
        write_u32(w, g->groups[i].earliest);
        write_u32(w, g->groups[i].longest);
    }
    for (size_t i = 0; i < g->nmembers; i++)
        write_u32(w, sorted[i].index);
    nsets = write_sets(w, g, is_several, kinds);
    write_u32(w, narticles);
    write_u32(w, (uint32_t)g->ngroups);
    write_u32(w, (uint32_t)g->nmembers);
    write_u32(w, nsets);
    return checked_finish(w, err);
}

quire_status
copies_file_write(const char *path, const grouping *g, uint32_t narticles, quire_error *err)
{
    member *sorted = sort_members(g);
    bool *is_several = find_several(g);
    uint8_t *kinds = calloc(g->nmembers / COPIES_KINDS_OF + 1, 4);
    checked_writer *w = sorted != NULL && is_several != NULL && kinds != NULL
                            ? checked_create(path, CHECKED_COPIES)
                            : NULL;
    quire_status status =
        w != NULL ? write_all(w, g, narticles, sorted, is_several, kinds, err) : error_nomem(err);

    free(sorted);
    free(is_several);
    free(kinds);
    return status;
}
