/* SPDX-License-Identifier: GPL-3.0-or-later */
/* like.h - a query made of a text: its most telling words. */
#ifndef QUIRE_RESULT_LIKE_H
#define QUIRE_RESULT_LIKE_H

#include "query/tree.h"
#include "store/store.h"
#include "text/stem.h"

typedef struct {
    store *store;
    stemmer *stemmer;
    arena *arena; /* of the tree */
    bool furniture;
    const quire_sample *sample;
} like_request;

/* Make of a query, whose root may be NULL, one for what it asks for and has some of the sample's
 * telling words, which decide the order; the sample's article and its copies are left out.  *text
 * is the query's, and then has the words behind it, where their leaves say that they were read
 * from. tree->root is NULL where the sample has no word that tells.
 *
 * QUIRE_EUSAGE where there is no such article; QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status like_add(const like_request *request, query_tree *tree, const char **text,
                      size_t *text_bytes, quire_error *err);

#endif
