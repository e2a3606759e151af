/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_module.h - where store.c has the Xapian store from.
 *
 * Loading libxapian, and with it the runtime of C++, takes a third of a search in a fresh process,
 * and an index of --store quire is searched without.  So all of libquire that needs it is a library
 * of its own, libquire-xapian, which lies beside libquire and is loaded when an index of --store
 * xapian is opened, or a query has fields that only the catalogue knows.  Programs that have all of
 * the engine inside (tests) have it linked. */
#ifndef QUIRE_STORE_XAPIAN_MODULE_H
#define QUIRE_STORE_XAPIAN_MODULE_H

#include "store/catalogue_fields.h"
#include "store/store_backend.h"

/* What libquire-xapian exports: the Xapian store, and for that in Quire's own files what fields of
 * a query ask of the catalogue. */
typedef struct {
    const char *version; /* of Quire: only libraries of one build fit each other */
    const store_backend *backend;
    quire_status (*find_articles)(catalogue_db *c, const query_node *leaf, article_set *set,
                                  quire_error *err); /* catalogue_fields_find */
    void (*close_catalogue)(catalogue_db *c);        /* catalogue_db_close */
} xapian_module;

#define XAPIAN_MODULE_SYMBOL "quire_xapian_module"

/* The module, for as long as the process lives; from any thread.  QUIRE_EIO: the library cannot be
 * loaded. */
quire_status xapian_module_get(const xapian_module **out, quire_error *err);

#endif
