/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intern.c - a hash table with open addressing, made for a known number of keys, so that it never
 * grows. */
#include "query/intern.h"

#include <string.h>

#include "base/hash.h"

bool
intern_init(intern_table *t, arena *a, size_t max_keys)
{
    size_t nslots = 8;

    memset(t, 0, sizeof *t);
    if (max_keys >= INTERN_NONE)
        return false;
    while (nslots < 2 * max_keys)
        nslots *= 2;
    t->keys = arena_array(a, max_keys + 1, sizeof *t->keys);
    t->slots = arena_array(a, nslots, sizeof *t->slots);
    t->mask = nslots - 1;
    return t->keys != NULL && t->slots != NULL;
}

static size_t
first_byte(const char *bytes, uint32_t nbytes)
{
    return nbytes > 0 ? (unsigned char)bytes[0] : 0;
}

/* The slot that holds the key, or the free one where it belongs.  There always is a free one, since
 * at most half of them are taken. */
static size_t
find_slot(const intern_table *t, const char *bytes, uint32_t nbytes, bool is_acronym)
{
    size_t slot = (size_t)hash_bytes(bytes, nbytes) & t->mask;

    for (; t->slots[slot] != 0; slot = (slot + 1) & t->mask) {
        const intern_key *key = &t->keys[t->slots[slot] - 1];

        if (key->nbytes == nbytes && key->is_acronym == is_acronym &&
            memcmp(key->bytes, bytes, nbytes) == 0)
            break;
    }
    return slot;
}

uint32_t
intern_add(intern_table *t, const char *bytes, uint32_t nbytes, bool is_acronym)
{
    size_t slot = find_slot(t, bytes, nbytes, is_acronym);

    if (t->slots[slot] == 0) {
        intern_key *key = &t->keys[t->nkeys];

        key->bytes = bytes;
        key->nbytes = nbytes;
        key->is_acronym = is_acronym;
        t->nkeys++;
        t->slots[slot] = t->nkeys;
        t->lengths[first_byte(bytes, nbytes)] |= UINT64_C(1) << (nbytes % 64);
    }
    return t->slots[slot] - 1;
}

uint32_t
intern_find(const intern_table *t, const char *bytes, uint32_t nbytes, bool is_acronym)
{
    uint32_t number_plus_1 = 0;

    if ((t->lengths[first_byte(bytes, nbytes)] >> (nbytes % 64) & 1) == 0)
        return INTERN_NONE;
    number_plus_1 = t->slots[find_slot(t, bytes, nbytes, is_acronym)];
    return number_plus_1 == 0 ? INTERN_NONE : number_plus_1 - 1;
}
