/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_file_writer.c - the groups of copies of a generation: writing. */
#include <stdlib.h>

#include "base/error.h"
#include "postings/little_endian.h"
#include "store/copies_file.h"
#include "store/copies_file_format.h"

typedef struct {
    uint32_t article;
    uint32_t group;
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
    for (size_t i = 0; i < g->ngroups; i++)
        for (uint32_t j = 0; j < g->groups[i].nmembers; j++) {
            const size_t at = (size_t)g->groups[i].first + j;

            sorted[at] = (member){g->members[at], (uint32_t)i};
        }
    if (g->nmembers > 1)
        qsort(sorted, g->nmembers, sizeof *sorted, compare_members);
    return sorted;
}

/* The members of other sets than their groups' first ones; how many. */
static uint32_t
write_sets(checked_writer *w, const grouping *g)
{
    uint32_t n = 0;

    for (size_t i = 0; i < g->ngroups; i++)
        for (uint32_t j = 0; j < g->groups[i].nmembers; j++) {
            const uint32_t at = g->groups[i].first + j;

            if (g->sets[at] == g->groups[i].first)
                continue;
            write_u32(w, at);
            write_u32(w, g->sets[at]);
            n++;
        }
    return n;
}

quire_status
copies_file_write(const char *path, const grouping *g, uint32_t narticles, quire_error *err)
{
    member *sorted = sort_members(g);
    checked_writer *w = sorted != NULL ? checked_create(path, CHECKED_COPIES) : NULL;
    uint32_t nsets;
    quire_status status;

    if (w == NULL) {
        free(sorted);
        return error_nomem(err);
    }
    for (size_t i = 0; i < g->nmembers; i++)
        write_u32(w, g->members[i]);
    for (size_t i = 0; i < g->ngroups; i++) {
        write_u32(w, g->groups[i].first);
        write_u32(w, g->groups[i].earliest);
        write_u32(w, g->groups[i].longest);
    }
    for (size_t i = 0; i < g->nmembers; i++) {
        write_u32(w, sorted[i].article);
        write_u32(w, sorted[i].group);
    }
    nsets = write_sets(w, g);
    write_u32(w, narticles);
    write_u32(w, (uint32_t)g->ngroups);
    write_u32(w, (uint32_t)g->nmembers);
    write_u32(w, nsets);
    status = checked_finish(w, err);
    free(sorted);
    return status;
}
