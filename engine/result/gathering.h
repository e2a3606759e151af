/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gathering.h - as many results as are wanted, out of the best that a store finds: passages or
 * articles, copies folded or not. */
#ifndef QUIRE_RESULT_GATHERING_H
#define QUIRE_RESULT_GATHERING_H

#include "result/search.h"
#include "text/passage_words.h"

typedef struct {
    store *store;
    arena *arena;          /* of the results */
    uint32_t wanted;       /* results, not more than nall */
    uint32_t nall;         /* no more can be found */
    bool by_article;       /* the results are articles */
    bool show_copies;      /* else copies are folded */
    uint32_t named_copies; /* of each result, at most */
    bool ranks_only;       /* copies and quotations are not named */

    /* Find the best max_hits; if more are found later, the first of them are the same ones. */
    quire_status (*ask)(void *closure, uint32_t max_hits, uint32_t *nfound_out, quire_error *err);

    /* Make a hit of number i, from 0, of those found last; one that is damaged says so. */
    quire_status (*fill)(void *closure, uint32_t i, quire_hit *hit, uint32_t *article_out,
                         quire_error *err);
    void *closure;
    const passage_words *words; /* of the hit that was made last */
} gathering;

/* Statuses as for quire_search. */
quire_status gathering_run(const gathering *g, search_results *out, quire_error *err);

#endif
