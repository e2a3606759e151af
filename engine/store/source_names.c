/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_names.c - numbering sources by a table of hashes that is never more than half full. */
#include "store/source_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"

#define FIRST_SLOTS 64

article_source
source_names_get(const source_names *n, uint32_t i)
{
    const uint32_t start = i > 0 ? n->ends[i - 1] : 0;

    return (article_source){n->bytes.bytes + start, n->ends[i] - start, i};
}

/* The slot of a name, or the free one where it belongs. */
static uint32_t
find_slot(const source_names *n, const char *name, size_t nbytes)
{
    uint32_t slot = (uint32_t)hash_bytes(name, nbytes) & (n->nslots - 1);

    for (; n->slots[slot] != 0; slot = (slot + 1) & (n->nslots - 1)) {
        const article_source there = source_names_get(n, n->slots[slot] - 1);

        if (there.nbytes == nbytes && memcmp(there.bytes, name, nbytes) == 0)
            break;
    }
    return slot;
}

static bool
grow(source_names *n)
{
    const uint32_t nslots = n->nslots == 0 ? FIRST_SLOTS : n->nslots * 2;
    uint32_t *slots = calloc(nslots, sizeof *slots);

    if (slots == NULL)
        return false;
    free(n->slots);
    n->slots = slots;
    n->nslots = nslots;
    for (uint32_t i = 0; i < n->nnames; i++) {
        const article_source name = source_names_get(n, i);

        slots[find_slot(n, name.bytes, name.nbytes)] = i + 1;
    }
    return true;
}

bool
source_names_add(source_names *n, const char *name, size_t nbytes, uint32_t *number_out)
{
    if (n->nnames >= n->nslots / 2 && (n->nslots > UINT32_MAX / 2 || !grow(n)))
        return false;
    const uint32_t slot = find_slot(n, name, nbytes);

    if (n->slots[slot] == 0) {
        if (n->bytes.size + nbytes > UINT32_MAX || !ARRAY_GROW(n->ends, n->nnames, &n->ends_room) ||
            !buffer_add(&n->bytes, name, nbytes))
            return false;
        n->ends[n->nnames++] = (uint32_t)n->bytes.size;
        n->slots[slot] = n->nnames;
    }
    *number_out = n->slots[slot] - 1;
    return true;
}

static int
compare(const void *x, const void *y)
{
    const article_source *a = x;
    const article_source *b = y;
    const int order = memcmp(a->bytes, b->bytes, a->nbytes < b->nbytes ? a->nbytes : b->nbytes);

    return order != 0 ? order : (a->nbytes > b->nbytes) - (a->nbytes < b->nbytes);
}

bool
source_names_sort(const source_names *n, article_source **names_out, uint32_t **places_out)
{
    article_source *names = calloc((size_t)n->nnames + 1, sizeof *names);
    uint32_t *places = calloc((size_t)n->nnames + 1, sizeof *places);

    if (names == NULL || places == NULL) {
        free(names);
        free(places);
        return false;
    }
    for (uint32_t i = 0; i < n->nnames; i++)
        names[i] = source_names_get(n, i);
    qsort(names, n->nnames, sizeof *names, compare);
    for (uint32_t i = 0; i < n->nnames; i++)
        places[names[i].number] = i;
    *names_out = names;
    *places_out = places;
    return true;
}

void
source_names_free(source_names *n)
{
    buffer_free(&n->bytes);
    free(n->ends);
    free(n->slots);
    *n = (source_names){0};
}
