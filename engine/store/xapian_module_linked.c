/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_module_linked.c - the Xapian store where it is part of the program. */
#include "store/xapian_module.h"

quire_status
xapian_module_get(const xapian_module **out, quire_error *err)
{
    static const xapian_module linked = {.version = PACKAGE_VERSION,
                                         .backend = &xapian_store_backend,
                                         .find_articles = catalogue_fields_find,
                                         .close_catalogue = catalogue_db_close};

    (void)err;
    *out = &linked;
    return QUIRE_OK;
}
