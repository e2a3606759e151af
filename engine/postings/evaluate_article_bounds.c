/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_article_bounds.c - what a term adds at most to an article, by its impacts where they are
 * known. */
#include "postings/evaluate_article_bounds.h"

#include "postings/intersect.h"

/* What a term adds at most to the article whose first posting is at hand. */
static float
impact_at_hand(const article_term *t)
{
    const evaluate_stem *s = t->read;

    return t->unit * (float)t->impacts.postings[s->list.block * POSTING_BLOCK + s->at];
}

float
evaluate_article_bounds_look_up(article_evaluation *v, const article_term *t, uint32_t first)
{
    evaluate_stem *s = t->read;
    uint32_t target = first;
    float bound = -1;

    if (t->impacts.blocks != NULL)
        return evaluate_stem_seek(s, target) != POSTING_NONE &&
                       evaluate_article_bounds_first(v, s->passage) == first
                   ? impact_at_hand(t)
                   : bound;
    while (evaluate_stem_seek(s, target) != POSTING_NONE &&
           evaluate_article_bounds_first(v, s->passage) == first) {
        uint32_t behind = 0;

        if (!evaluate_stem_decode_frequencies(s))
            return bound;
        bound = (bound > 0 ? bound : 0) + evaluate_article_bounds_add(v, t, s->at, &behind);
        target = s->list.passages[behind - 1] + 1;
    }
    return bound;
}

float
evaluate_article_bounds_window(article_term *t, uint32_t base, uint32_t end)
{
    const posting_list *l = &t->exact->list;
    uint8_t most = 0;

    if (l->nblocks == 1) {
        t->at = intersect_find(l->passages, t->at, base);
        return t->at < l->npostings && l->passages[t->at] < end ? t->limit : -1;
    }
    while (t->at + 1 < l->nblocks && posting_list_block_last(l, t->at) < base)
        t->at++;
    if (t->impacts.blocks == NULL)
        return t->limit;
    for (uint32_t i = t->at; i < l->nblocks; i++) {
        most = t->impacts.blocks[i] > most ? t->impacts.blocks[i] : most;
        if (posting_list_block_last(l, i) >= end - 1)
            break;
    }
    return t->unit * (float)most;
}
