/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_module_linked.c - the Xapian store where it is part of the program. */
#include "store/xapian_module.h"

quire_status
xapian_module_backend(const store_backend **out, quire_error *err)
{
    (void)err;
    *out = &xapian_store_backend;
    return QUIRE_OK;
}
