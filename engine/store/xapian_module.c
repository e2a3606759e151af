/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_module.c - the one thing that libquire-xapian exports. */
#include "store/xapian_module.h"

__attribute__((visibility("default"))) extern const xapian_module quire_xapian_module;

const xapian_module quire_xapian_module = {.version = PACKAGE_VERSION,
                                           .backend = &xapian_store_backend,
                                           .find_articles = catalogue_fields_find,
                                           .close_catalogue = catalogue_db_close};
