/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_maker.h - what turns an article's text into passages and words, and counts them: each
 * thread has its own. */
#ifndef QUIRE_BUILD_PASSAGE_MAKER_H
#define QUIRE_BUILD_PASSAGE_MAKER_H

#include "article/article.h"
#include "quire.h"
#include "text/passage_words.h"
#include "text/passages.h"
#include "text/stem.h"

typedef struct {
    uint64_t narticles_without_text;
    uint64_t npassages;
    uint64_t nfurniture_passages;
    uint64_t nwords;
    uint64_t nfurniture_words;
} passage_counts;

void passage_counts_add(passage_counts *to, const passage_counts *more);

typedef struct {
    stemmer *stemmer;
    passage_list passages;
    const passage_list *list; /* the one of the passage that is visited */
    passage_words words;
    passage_counts counts;
} passage_maker;

/* False: memory.  table must outlive m. */
bool passage_maker_init(passage_maker *m, const stem_table *table);
void passage_maker_free(passage_maker *m); /* a zeroed one is fine */

/* Call visit for the passages of an article, in order, their words in m->words; number is from 1.
 * Ends with the first status that is not QUIRE_OK. */
typedef quire_status passage_visitor(void *closure, const article *a, const passage *p,
                                     uint32_t number, quire_error *err);
quire_status passage_maker_run(passage_maker *m, const article *a, passage_visitor *visit,
                               void *closure, quire_error *err);

/* The same for an article whose passages are given, one after another. */
quire_status passage_maker_visit(passage_maker *m, const article *a, const passage_list *list,
                                 const passage *p, uint32_t number, passage_visitor *visit,
                                 void *closure, quire_error *err);

#endif
