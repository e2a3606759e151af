/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue_fields.h - the articles that a field of a query means, from the catalogue's terms. */
#ifndef QUIRE_STORE_CATALOGUE_FIELDS_H
#define QUIRE_STORE_CATALOGUE_FIELDS_H

#include "query/tree.h"
#include "store/article_set.h"
#include "store/catalogue_db.h"

/* How many bytes of a field's value count, and whether they are the beginning of what is meant:
 * where a * ends them, and in every address. */
size_t catalogue_fields_value(const query_node *leaf, bool *is_prefix_out);

/* Set the bits of the articles of a leaf that is QUERY_FIELD.  QUIRE_EIO, QUIRE_ECORRUPT,
 * QUIRE_ENOMEM. */
quire_status catalogue_fields_find(catalogue_db *c, const query_node *leaf, article_set *set,
                                   quire_error *err);

#endif
