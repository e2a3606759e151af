/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vocabulary.h - the words of an index, as the stores give them: for wildcards, fuzzy words,
 * spelling and completion. */
#ifndef QUIRE_QUERY_VOCABULARY_H
#define QUIRE_QUERY_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quire.h"

/* A word as it stands in passages: its surface, without signs of currency and percent. */
typedef struct {
    const char *surface; /* no NUL behind it; until the next word is visited */
    const char *stem;
    uint32_t surface_bytes;
    uint32_t stem_bytes;
    bool is_acronym;
    uint64_t occurrences;
} vocabulary_word;

/* Is given each word in turn; false ends the walk. */
typedef bool (*vocabulary_visitor)(void *closure, const vocabulary_word *word);

/* Each function visits the words in the order of their bytes, each once, and returns QUIRE_OK,
 * QUIRE_EIO, QUIRE_ECORRUPT or QUIRE_ENOMEM. */
typedef struct {
    void *self;

    /* Words whose surface begins with these bytes. */
    quire_status (*with_prefix)(void *self, const char *prefix, size_t nbytes,
                                vocabulary_visitor visit, void *closure, quire_error *err);

    /* Words whose surface is at most edits (1 or 2) edits from this one, see query/edits.h, and
     * begins with the same same_bytes bytes, which are whole characters. */
    quire_status (*near)(void *self, const char *surface, size_t nbytes, unsigned edits,
                         size_t same_bytes, vocabulary_visitor visit, void *closure,
                         quire_error *err);

    /* The surfaces of a stem. */
    quire_status (*of_stem)(void *self, const char *stem, size_t nbytes, bool is_acronym,
                            vocabulary_visitor visit, void *closure, quire_error *err);
} vocabulary;

#endif
