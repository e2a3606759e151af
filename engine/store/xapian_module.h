/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_module.h - where store.c has the Xapian store from.
 *
 * Loading libxapian, and with it the runtime of C++, takes a third of a search in a fresh process,
 * and an index of --store quire is searched without.  So all of libquire that needs it is a library
 * of its own, libquire-xapian, which lies beside libquire and is loaded when an index of --store
 * xapian is opened.  Programs that have all of the engine inside (tests) have it linked. */
#ifndef QUIRE_STORE_XAPIAN_MODULE_H
#define QUIRE_STORE_XAPIAN_MODULE_H

#include "store/store_backend.h"

/* What libquire-xapian exports. */
typedef struct {
    const char *version; /* of Quire: only libraries of one build fit each other */
    const store_backend *backend;
} xapian_module;

#define XAPIAN_MODULE_SYMBOL "quire_xapian_module"

/* The backend of --store xapian, for as long as the process lives; from any thread.  QUIRE_EIO:
 * the library cannot be loaded. */
quire_status xapian_module_backend(const store_backend **out, quire_error *err);

#endif
