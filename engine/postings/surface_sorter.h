/* SPDX-License-Identifier: GPL-3.0-or-later */
/* surface_sorter.h - the surfaces of all stems, which come stem by stem, sorted into a dictionary
 * of their own within a bound of memory. */
#ifndef QUIRE_POSTINGS_SURFACE_SORTER_H
#define QUIRE_POSTINGS_SURFACE_SORTER_H

#include "postings/dictionary.h"

typedef struct surface_sorter surface_sorter;

/* path is for a file that is there while the sorter is, where memory_bytes do not do. NULL: memory.
 */
surface_sorter *surface_sorter_new(const char *path, size_t memory_bytes);
void surface_sorter_free(surface_sorter *s); /* NULL is fine */

/* Add a surface: the rank-th of the stem with this ordinal.  Stems come in ascending order.
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status surface_sorter_add(surface_sorter *s, const char *surface, size_t nbytes,
                                uint64_t ordinal, uint32_t rank, quire_error *err);

/* Add all to a dictionary, in order, each once: payload ordinal and rank, those of each stem in
 * turn where more than one has the surface. */
quire_status surface_sorter_write(surface_sorter *s, dictionary_writer *to, quire_error *err);

#endif
