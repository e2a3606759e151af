/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue_db.c - opening a segment's catalogue, once and not before somebody needs it: a
 * search that finds nothing never does. */
#include "store/catalogue_db.h"

#include "base/buffer.h"
#include "base/error.h"

quire_status
catalogue_db_get(catalogue_db *c, xap_db **db_out, quire_error *err)
{
    buffer path = {0};
    quire_status status = QUIRE_OK;

    if (c->db == NULL) {
        if (!buffer_printf(&path, "%s/catalogue", c->directory))
            status = error_nomem(err);
        else
            status = xap_db_open((const char *const[]){path.bytes}, 1, &c->db, err);
        buffer_free(&path);
    }
    *db_out = c->db;
    return status;
}

void
catalogue_db_close(catalogue_db *c)
{
    xap_db_close(c->db);
    c->db = NULL;
}
