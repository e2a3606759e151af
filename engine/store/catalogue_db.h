/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue_db.h - a segment's catalogue as an open database, for all in a store who look into it.
 */
#ifndef QUIRE_STORE_CATALOGUE_DB_H
#define QUIRE_STORE_CATALOGUE_DB_H

#include "store/xapian_shim.h"

typedef struct {
    const char *directory; /* of the segment; the caller's, and outlives it */
    xap_db *db;            /* NULL until it is asked for */
} catalogue_db;

/* The database, opened when it is first asked for. */
quire_status catalogue_db_get(catalogue_db *c, xap_db **db_out, quire_error *err);
void catalogue_db_close(catalogue_db *c); /* one that was never opened is fine */

#endif
