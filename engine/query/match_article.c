/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match_article.c - a query and a whole article: operators hold within the article.
 *
 * A leaf or a window holds where one of the passages has it; lists ask for that.  So all passages
 * are looked at first, then the lists are gone through once, and then any passage may be looked at
 * again for what to mark in it: what takes part in the article's match and stands there. */
#include "query/article_scoring.h"
#include "query/match_internal.h"

#include <string.h>

/* Is what it says found in the text of one passage? */
static bool
is_found_in_text(const node *n)
{
    return n->leaf != NO_LEAF || n->kind == QUERY_WINDOW;
}

void
matcher_article_begin(matcher *m)
{
    for (uint32_t i = 0; i < m->nnodes; i++)
        m->nodes[i].is_in_article = false;
}

bool
matcher_article_add(matcher *m, const match_passage *at)
{
    if (!match_look(m, at))
        return false;
    for (uint32_t i = 0; i < m->nnodes; i++)
        if (is_found_in_text(&m->nodes[i]) && m->nodes[i].is_matched)
            m->nodes[i].is_in_article = true;
    return true;
}

void
matcher_article_count(const matcher *m, uint32_t *frequencies)
{
    for (uint32_t i = 0; i < m->nterms; i++)
        frequencies[i] = m->frequencies[i];
    for (uint32_t i = 0; i < m->nknown; i++) {
        const uint32_t stem = m->meanings[m->known[i]].stem;

        if (m->places[m->known[i]].in_title && stem < m->nterms)
            frequencies[stem] += ARTICLE_TITLE_WEIGHT - 1;
    }
}

/* What stands in a window has been matched where it occurs; the window alone decides. */
static bool
decide(matcher *m, node *n)
{
    for (uint32_t i = 0; i < n->nchildren; i++)
        decide(m, &m->nodes[n->first_child + i]);
    if (!is_found_in_text(n))
        n->is_in_article = match_holds(m, n);
    n->is_matched = n->is_in_article;
    return n->is_matched;
}

/* The parts of a compound that may be there score in an article that matches, wherever they stand:
 * "boundary-layer flow" also ranks what says "the layer at the boundary". */
static void
score_parts(matcher *m, const node *n)
{
    if (!n->is_matched || n->kind != QUERY_LIST)
        return;
    for (uint32_t i = 0; i < n->nchildren; i++) {
        const node *child = &m->nodes[n->first_child + i];
        const leaf *l = child->leaf != NO_LEAF ? &m->leaves[child->leaf] : NULL;
        const bool is_loose = l != NULL && l->is_loose && child->role == ROLE_OPTIONAL;

        for (uint32_t k = 0; is_loose && k < l->nslots; k++)
            if (l->slots[k].unit != QUERY_NONE)
                m->unit_scores[l->slots[k].unit] = true;
        if (child->role != ROLE_EXCLUDED)
            score_parts(m, child);
    }
}

bool
matcher_article_end(matcher *m, const bool **unit_scores_out)
{
    *unit_scores_out = m->unit_scores;
    memset(m->unit_scores, 0, m->nunits * sizeof *m->unit_scores);
    if (m->nnodes == 0 || !decide(m, &m->nodes[0]))
        return false;
    match_activate(m, &m->nodes[0], true);
    score_parts(m, &m->nodes[0]);
    for (uint32_t i = 0; i < m->nleaves; i++)
        m->leaves[i].is_in_article = m->leaves[i].is_active;
    return true;
}

void
matcher_article_assume(matcher *m)
{
    for (uint32_t i = 0; i < m->nnodes; i++)
        m->nodes[i].is_matched = m->nodes[i].is_in_article = m->nodes[i].role != ROLE_EXCLUDED;
    if (m->nnodes > 0)
        match_activate(m, &m->nodes[0], true);
    for (uint32_t i = 0; i < m->nleaves; i++)
        m->leaves[i].is_in_article = m->leaves[i].is_active;
}

bool
matcher_article_spans(matcher *m, const match_passage *at, match_result *out)
{
    if (!match_look(m, at))
        return false;
    *out = (match_result){
        .term_frequency = m->frequencies, .unit_scores = m->unit_scores, .spans = m->spans};
    for (uint32_t i = 0; i < m->nleaves; i++)
        m->leaves[i].is_active = m->leaves[i].is_active && m->leaves[i].is_in_article;
    /* Lists are as the article has them, and so lead on to what is to be marked here. */
    for (uint32_t i = 0; i < m->nnodes; i++)
        if (!is_found_in_text(&m->nodes[i]))
            m->nodes[i].is_matched = m->nodes[i].is_in_article;
    out->matched = true;
    out->nspans = match_find_spans(m);
    return !m->is_failed;
}
