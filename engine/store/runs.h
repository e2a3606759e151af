/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runs.h - writing a Xapian database of any size in bounded memory: as runs that are merged. */
#ifndef QUIRE_STORE_RUNS_H
#define QUIRE_STORE_RUNS_H

#include "quire.h"
#include "store/xapian_shim.h"

typedef struct runs runs;

typedef struct {
    uint64_t run_bytes; /* a run ends when it holds so many in memory */
    bool has_term_lists;
} runs_form;

/* Begin a database that will be the directory path; until it is finished, runs lie beside it as
 * path.run-N.  QUIRE_ENOMEM. */
quire_status runs_new(const char *path, runs_form form, runs **runs_out, quire_error *err);

/* Add a document under the next number; cost_bytes is about what Xapian holds in memory for it.
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status runs_add(runs *r, const xap_document *document, uint64_t cost_bytes, quire_error *err);

uint64_t runs_held(const runs *r); /* sum of cost_bytes of what is in memory; NULL: 0 */

/* End the run: what is in memory goes to disk. */
quire_status runs_flush(runs *r, quire_error *err);

/* Merge all runs into path. */
quire_status runs_finish(runs *r, quire_error *err);

void runs_free(runs *r); /* finished or not; NULL is fine */

#endif
