/* SPDX-License-Identifier: GPL-3.0-or-later */
/* complete.h - how a query that is being typed may go on: what quire_complete calls. */
#ifndef QUIRE_RESULT_COMPLETE_H
#define QUIRE_RESULT_COMPLETE_H

#include "base/arena.h"
#include "quire.h"
#include "store/store.h"
#include "text/stem.h"

#define COMPLETE_MAX 1000

/* The texts, best first, and what they live in. */
typedef struct {
    arena *arena;
    const char **texts;
    size_t ntexts;
} completions;

/* Find at most max (of COMPLETE_MAX) texts that begin as text does.  Statuses as for
 * quire_complete.  *out is to be ended by complete_clear. */
quire_status complete_run(store *st, stemmer *stem, const char *text, size_t text_bytes,
                          uint32_t max, completions *out, quire_error *err);

void complete_clear(completions *c);

#endif
