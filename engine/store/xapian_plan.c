/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_plan.c - translating a query tree for Xapian, which finds candidates for the span matcher.
 *
 * A query has two parts. The boolean one says which passages; it carries no weight.  The weighing
 * one is flat: the stems that score, each once, ANDed or ORed; so a document's weight is never less
 * than its score.  They are kept apart because Xapian 1.4.22 weighs wrongly where an OR that
 * carries weight holds anything but terms, or is held by an AND_MAYBE: the parts of an OR are asked
 * whether they hold a document (OrPostList::check), one that does not may answer with a later
 * document as its place, and weights are then added or lost, and documents with them.
 *
 * What Xapian cannot say is said wider: the parts of a compound need only be in the same passage.
 * But what is excluded must be said narrower, or passages that match would be lost.  So a node has
 * two translations that call each other at every exclusion: an upper one, which misses nothing, and
 * a lower one, which finds nothing that does not match.
 *
 *               upper                               lower
 *   slot        any of its words; a gap: nothing    the same
 *   word        its slot                            the same
 *   phrase      the phrase of its surfaces          the same
 *   (of at most MAX_PARTS words)
 *   all other   all their slots                     none
 *   leaves
 *   field       articles of that source, or date    the same
 *               others: every document              none
 *   window      both sides                          none
 *   list        required, or else optional          the same of lower ones, for each required
 *               but not: lower ones of excluded     but not: upper ones of excluded
 *
 * A form with a sign ("$4.5") says more than stem or surface, so it takes their place.
 *
 * Xapian walks the lists of each phrase and AND for itself: thousands that share their words would
 * take it minutes.  Of so many it is only said which stems there must be one of
 * (query/drivers.h), each once; a passage that has one is cut into words once for all of them.
 * All are, so such a query needs no weighing part, nor does one with wildcards for hundreds of
 * words, whose weights add up to far more than the best of them.
 *
 * Where a unit has several choices its score is the best of theirs, and the sum of them is no less;
 * a term that several units share weighs as often as they say. */
#include "store/xapian_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "query/drivers.h"
#include "store/filter_dates.h"
#include "store/filter_terms.h"
#include "store/terms.h"
#include "text/sentences.h"

/* So many parts narrow the search for a compound enough, whatever its length. */
#define MAX_PARTS 16

/* Of so many fields each is said by its terms; more of them together narrow the search well enough
 * by what articles they leave (query/possible.h), and Xapian would need seconds for their days. */
#define MAX_FIELDS 64

/* So many phrases, windows and lists in one another are said as they are. */
#define MAX_JOINTS 64

/* So many words that patterns stand for are weighed, each by itself. */
#define MAX_ALTERNATIVES 256

typedef struct {
    xap_db *db;
    xap_query *query;
    quire_error *err;
    bool exact;
    bool tells_fields;
} planner;

static quire_status upper(planner *p, const query_node *node);
static quire_status lower(planner *p, const query_node *node);

/* ---- Terms ---- */

static quire_status
push(planner *p, const term *t)
{
    /* Xapian takes an empty term for every document. */
    return t->nbytes == 0 ? xap_query_nothing(p->query, p->err)
                          : xap_query_term(p->query, t->bytes, t->nbytes, p->err);
}

static quire_status
push_word(planner *p, const query_word *w)
{
    const bool acronym = (w->flags & TOKEN_ACRONYM) != 0;
    term t;

    if (w->extra != NULL)
        term_make_extra(&t, w->extra, w->extra_bytes);
    else if (w->match == MATCH_STEM)
        term_make_stem(&t, w->stem, w->stem_bytes, acronym);
    else
        term_make_surface(&t, w->surface, w->surface_bytes, acronym);
    return push(p, &t);
}

/* Any of a slot's words. */
static quire_status
push_slot(planner *p, const query_slot *slot)
{
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < slot->nwords && status == QUIRE_OK; i++)
        status = push_word(p, &slot->words[i]);
    return status == QUIRE_OK ? xap_query_combine(p->query, XAP_OR, slot->nwords, p->err) : status;
}

/* ---- The boolean part: leaves ---- */

/* Xapian finds phrases of terms that stand next to each other.  It reads the positions of all of
 * them, so a long phrase is left to the matcher: few passages have all of its first words. */
static bool
is_plain_phrase(const query_node *leaf)
{
    if (leaf->kind != QUERY_PHRASE || leaf->slop > 0 || leaf->nslots > MAX_PARTS)
        return false;
    for (uint32_t i = 0; i < leaf->nslots; i++)
        if (leaf->slots[i].nwords != 1 || leaf->slots[i].words[0].match == MATCH_STEM)
            return false;
    return true;
}

/* Does Xapian's translation let through just what matches? */
static bool
is_exact(const query_node *leaf)
{
    if (leaf->in_title || leaf->nslots == 0)
        return false;
    for (uint32_t i = 0; i < leaf->nslots; i++)
        for (uint32_t k = 0; k < leaf->slots[i].nwords; k++)
            if (leaf->slots[i].words[k].match == MATCH_CASE)
                return false;
    return leaf->nslots == 1 || is_plain_phrase(leaf);
}

static quire_status
push_phrase(planner *p, const query_node *leaf)
{
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < leaf->nslots && status == QUIRE_OK; i++)
        status = push_word(p, &leaf->slots[i].words[0]);
    return status == QUIRE_OK ? xap_query_phrase(p->query, leaf->nslots, p->err) : status;
}

static quire_status
push_parts(planner *p, const query_node *leaf)
{
    uint32_t npushed = 0;
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < leaf->nslots && npushed < MAX_PARTS && status == QUIRE_OK; i++) {
        if (leaf->slots[i].kind == SLOT_GAP)
            continue;
        status = push_slot(p, &leaf->slots[i]);
        npushed++;
    }
    return status == QUIRE_OK ? xap_query_combine(p->query, XAP_AND, npushed, p->err) : status;
}

/* A sentence has fewer words than bytes, and what is longer than the longest matches nothing;
 * Xapian would need seconds to find out. */
static bool
is_endless(const query_node *leaf)
{
    return leaf->nslots > SENTENCES_MAX_BYTES;
}

static quire_status
push_words(planner *p, const query_node *leaf)
{
    if (is_endless(leaf))
        return xap_query_nothing(p->query, p->err);
    p->exact = p->exact && is_exact(leaf);
    return leaf->nslots > 1 && is_plain_phrase(leaf) ? push_phrase(p, leaf) : push_parts(p, leaf);
}

/* ---- The boolean part: fields ---- */

typedef struct {
    planner *plan;
    size_t npushed;
    quire_status status;
} date_terms;

static bool
push_date(void *closure, const term *t)
{
    date_terms *d = closure;

    d->status = push(d->plan, t);
    d->npushed += d->status == QUIRE_OK;
    return d->status == QUIRE_OK;
}

static quire_status
push_dates(planner *p, const store_filter *filter)
{
    date_terms dates = {.plan = p, .status = QUIRE_OK};
    quire_status status = filter_dates_visit(filter, p->db, push_date, &dates, p->err);

    if (status == QUIRE_OK)
        status = dates.status;
    return status == QUIRE_OK ? xap_query_combine(p->query, XAP_OR, dates.npushed, p->err) : status;
}

static quire_status
push_source(planner *p, const char *source)
{
    const store_filter filter = {.source = source};
    term t;
    quire_status status = filter_terms_source(&filter, &t, p->err);

    return status == QUIRE_OK ? push(p, &t) : status;
}

/* Do passages in Xapian's tables have terms for the field? */
static bool
has_terms(const planner *p, const query_node *field)
{
    if (field->field == FIELD_DATE)
        return p->tells_fields;
    return p->tells_fields && field->field == FIELD_SOURCE &&
           field->value[strlen(field->value) - 1] != '*';
}

static quire_status
push_field(planner *p, const query_node *field)
{
    if (!has_terms(p, field)) {
        p->exact = false;
        return xap_query_all(p->query, p->err);
    }
    return field->field == FIELD_DATE ? push_dates(p, &(store_filter){.first_day = field->first_day,
                                                                      .last_day = field->last_day})
                                      : push_source(p, field->value);
}

/* ---- The boolean part: windows ---- */

static quire_status
push_window(planner *p, const query_node *window)
{
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < window->nchildren && status == QUIRE_OK; i++)
        status = upper(p, window->children[i]);
    p->exact = false;
    return status == QUIRE_OK ? xap_query_combine(p->query, XAP_AND, window->nchildren, p->err)
                              : status;
}

/* ---- The boolean part: lists ---- */

static uint32_t
count_role(const query_node *list, query_role role)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < list->nchildren; i++)
        n += list->children[i]->role == role;
    return n;
}

/* The role of the children that decide what a list demands. */
static query_role
demanded_role(const query_node *list)
{
    return count_role(list, ROLE_REQUIRED) > 0 ? ROLE_REQUIRED : ROLE_OPTIONAL;
}

static bool
has_lower(const planner *p, const query_node *node)
{
    if (node->kind == QUERY_FIELD)
        return has_terms(p, node);
    if (node->kind == QUERY_WINDOW)
        return false;
    if (node->kind != QUERY_LIST)
        return is_exact(node);

    const query_role demanded = demanded_role(node);
    bool found_optional = false;

    for (uint32_t i = 0; i < node->nchildren; i++) {
        const query_node *child = node->children[i];

        if (child->role != demanded)
            continue;
        if (demanded == ROLE_REQUIRED && !has_lower(p, child))
            return false;
        found_optional = found_optional || has_lower(p, child);
    }
    return found_optional ||
           (count_role(node, demanded) == 0 && count_role(node, ROLE_EXCLUDED) > 0);
}

static bool
same_bytes(const char *a, uint32_t a_bytes, const char *b, uint32_t b_bytes)
{
    return a_bytes == b_bytes && (a_bytes == 0 || memcmp(a, b, a_bytes) == 0);
}

/* Are they the same terms? */
static bool
same_slot(const query_slot *a, const query_slot *b)
{
    if (a->unit != b->unit || a->kind != b->kind || a->nwords != b->nwords)
        return false;
    for (uint32_t i = 0; i < a->nwords; i++) {
        const query_word *v = &a->words[i];
        const query_word *w = &b->words[i];

        if (v->match != w->match || v->flags != w->flags ||
            !same_bytes(v->surface, v->surface_bytes, w->surface, w->surface_bytes) ||
            !same_bytes(v->stem, v->stem_bytes, w->stem, w->stem_bytes) ||
            !same_bytes(v->extra, v->extra_bytes, w->extra, w->extra_bytes))
            return false;
    }
    return true;
}

/* Is a leaf of words translated as one before it in its list and role?  A hundred wildcards that
 * are the same would take Xapian seconds, too. */
static bool
is_repeated(const query_node *list, uint32_t at)
{
    const query_node *leaf = list->children[at];

    for (uint32_t i = 0; i < at && leaf->nslots > 0; i++) {
        const query_node *before = list->children[i];
        bool is_same = before->role == leaf->role && before->kind == leaf->kind &&
                       before->nslots == leaf->nslots && before->in_title == leaf->in_title &&
                       (before->slop > 0) == (leaf->slop > 0);

        for (uint32_t k = 0; k < leaf->nslots && is_same; k++)
            is_same = same_slot(&before->slots[k], &leaf->slots[k]);
        if (is_same)
            return true;
    }
    return false;
}

/* Subtract the lower (where from_upper) or upper translations of the excluded children from the
 * operand on top. */
static quire_status
subtract_excluded(planner *p, const query_node *list, bool from_upper)
{
    size_t npushed = 0;
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < list->nchildren && status == QUIRE_OK; i++) {
        const query_node *child = list->children[i];

        if (child->role != ROLE_EXCLUDED || is_repeated(list, i))
            continue;
        if (from_upper && !has_lower(p, child)) {
            p->exact = false;
            continue;
        }
        status = from_upper ? lower(p, child) : upper(p, child);
        npushed++;
    }
    if (status != QUIRE_OK || npushed == 0)
        return status;
    status = xap_query_combine(p->query, XAP_OR, npushed, p->err);
    return status == QUIRE_OK ? xap_query_combine(p->query, XAP_AND_NOT, 2, p->err) : status;
}

/* A field that Xapian's tables say nothing of: for all they know, it holds for every document. */
static bool
is_untold(const planner *p, const query_node *node)
{
    return node->kind == QUERY_FIELD && !has_terms(p, node);
}

static bool
has_untold(const planner *p, const query_node *list, query_role role)
{
    for (uint32_t i = 0; i < list->nchildren; i++)
        if (list->children[i]->role == role && is_untold(p, list->children[i]))
            return true;
    return false;
}

/* An AND of nothing is every document: what a list of exclusions alone subtracts from.  Where it is
 * the upper translation, what is untold demands nothing of an AND, and makes all documents of an
 * OR; thousands of those would take Xapian seconds. */
static quire_status
push_list(planner *p, const query_node *list, bool is_upper)
{
    const query_role demanded = demanded_role(list);
    const bool is_vague = is_upper && has_untold(p, list, demanded);
    const bool is_all = is_vague && demanded == ROLE_OPTIONAL;
    size_t npushed = 0;
    quire_status status = QUIRE_OK;

    p->exact = p->exact && !is_vague;
    for (uint32_t i = 0; i < list->nchildren && status == QUIRE_OK && !is_all; i++) {
        const query_node *child = list->children[i];

        if (child->role != demanded || (is_vague && is_untold(p, child)) || is_repeated(list, i))
            continue;
        if (!is_upper && !has_lower(p, child)) {
            p->exact = false;
            continue;
        }
        status = is_upper ? upper(p, child) : lower(p, child);
        npushed++;
    }
    if (status == QUIRE_OK)
        status = xap_query_combine(p->query,
                                   demanded == ROLE_REQUIRED || npushed == 0 ? XAP_AND : XAP_OR,
                                   npushed, p->err);
    return status == QUIRE_OK ? subtract_excluded(p, list, is_upper) : status;
}

static quire_status
upper(planner *p, const query_node *node)
{
    if (node->kind == QUERY_LIST)
        return push_list(p, node, true);
    if (node->kind == QUERY_WINDOW)
        return push_window(p, node);
    return node->kind == QUERY_FIELD ? push_field(p, node) : push_words(p, node);
}

/* Only for nodes that has_lower is true of. */
static quire_status
lower(planner *p, const query_node *node)
{
    if (node->kind == QUERY_LIST)
        return push_list(p, node, false);
    return node->kind == QUERY_FIELD ? push_field(p, node) : push_words(p, node);
}

/* ---- The weighing part ---- */

/* Note the terms of leaves that every match has: those that a list requires, and both sides of a
 * window. */
static void
note_certain(const query_node *node, bool *is_certain)
{
    for (uint32_t i = 0; i < node->nslots; i++)
        if (node->slots[i].nwords == 1)
            is_certain[node->slots[i].words[0].term] = true;
    for (uint32_t i = 0; i < node->nchildren; i++)
        if (node->children[i]->role == ROLE_REQUIRED || node->kind == QUERY_WINDOW)
            note_certain(node->children[i], is_certain);
}

/* May a passage match that has none of the stems that score? */
static bool
may_score_nothing(const query_node *node)
{
    uint32_t nmay = 0;

    if (node->kind == QUERY_WINDOW) {
        for (uint32_t i = 0; i < node->nchildren; i++)
            nmay += may_score_nothing(node->children[i]);
        return nmay == node->nchildren;
    }
    if (node->kind != QUERY_LIST)
        return node->kind == QUERY_FIELD || node->weight == 0;

    const query_role demanded = demanded_role(node);

    for (uint32_t i = 0; i < node->nchildren; i++)
        nmay += node->children[i]->role == demanded && may_score_nothing(node->children[i]);
    return demanded == ROLE_REQUIRED ? nmay == count_role(node, demanded)
                                     : nmay > 0 || count_role(node, demanded) == 0;
}

/* Push a term that is to be ORed, unless it occurs nowhere: an OR of thousands of those takes
 * Xapian seconds. */
static quire_status
push_if_it_occurs(planner *p, const term *t, double factor, size_t *npushed)
{
    uint64_t frequency = 0;
    quire_status status = xap_db_term_frequency(p->db, t->bytes, t->nbytes, &frequency, p->err);

    if (status != QUIRE_OK || frequency == 0)
        return status;
    ++*npushed;
    return xap_query_weighted_term(p->query, t->bytes, t->nbytes, factor, p->err);
}

/* What each term's weight is multiplied by: the sum of what the units say. */
static void
sum_factors(const query_tree *tree, double *factors)
{
    for (uint32_t i = 0; i < tree->nunits; i++)
        for (uint32_t k = 0; k < tree->units[i].nchoices; k++)
            factors[tree->units[i].choices[k].term] += tree->units[i].choices[k].scale;
}

static bool
are_all_certain(const query_tree *tree, bool *is_certain)
{
    bool are_all = true;

    note_certain(tree->root, is_certain);
    for (uint32_t i = 0; i < tree->nterms; i++)
        are_all = are_all && is_certain[i];
    return are_all;
}

static quire_status
push_terms(planner *p, const query_tree *tree, const double *factors, bool demands_all)
{
    size_t npushed = 0;
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++) {
        const query_term *from = &tree->terms[i];
        term t;

        term_make_stem(&t, from->stem, from->stem_bytes, from->acronym);
        if (demands_all) {
            status = xap_query_weighted_term(p->query, t.bytes, t.nbytes, factors[i], p->err);
            npushed++;
        } else {
            status = push_if_it_occurs(p, &t, factors[i], &npushed);
        }
    }
    if (status == QUIRE_OK && !demands_all && may_score_nothing(tree->root)) {
        status = xap_query_all(p->query, p->err);
        npushed++;
    }
    return status == QUIRE_OK
               ? xap_query_combine(p->query, demands_all ? XAP_AND : XAP_OR, npushed, p->err)
               : status;
}

/* Terms that every match has are ANDed, if all are such; else all are ORed. */
static quire_status
push_weights(planner *p, const query_tree *tree)
{
    bool *is_certain = calloc((size_t)tree->nterms + 1, sizeof *is_certain);
    double *factors = calloc((size_t)tree->nterms + 1, sizeof *factors);
    quire_status status = QUIRE_OK;

    if (is_certain == NULL || factors == NULL) {
        status = error_nomem(p->err);
    } else {
        sum_factors(tree, factors);
        status = push_terms(p, tree, factors, are_all_certain(tree, is_certain));
    }
    free(is_certain);
    free(factors);
    return status;
}

static bool
is_plain_word(const query_node *node)
{
    return node->kind == QUERY_WORD && !node->in_title && node->slots[0].nwords == 1 &&
           node->slots[0].words[0].match == MATCH_STEM && node->slots[0].words[0].extra == NULL;
}

/* Does the weighing part alone let through just what matches? */
static bool
is_plain(const query_node *root)
{
    if (root->kind != QUERY_LIST)
        return is_plain_word(root);

    const query_role demanded = demanded_role(root);

    for (uint32_t i = 0; i < root->nchildren; i++)
        if (root->children[i]->role != demanded || !is_plain_word(root->children[i]))
            return false;
    return true;
}

/* ---- Very many phrases ---- */

/* Phrases, windows and lists: what has parts. */
static uint32_t
count_joints(const query_node *node)
{
    uint32_t n = node->nslots > 1 || node->nchildren > 0;

    for (uint32_t i = 0; i < node->nchildren; i++)
        n += count_joints(node->children[i]);
    return n;
}

/* Words of which only the best counts where several are in a passage. */
static uint32_t
count_alternatives(const query_tree *tree)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < tree->nunits; i++)
        n += tree->units[i].nchoices - (tree->units[i].nchoices > 0);
    return n;
}

bool
xapian_plan_is_wide(const query_tree *tree)
{
    return count_joints(tree->root) > MAX_JOINTS || count_alternatives(tree) > MAX_ALTERNATIVES;
}

static quire_status
push_stems(planner *p, const query_tree *tree, const bool *is_wanted)
{
    size_t npushed = 0;
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++) {
        const query_term *from = &tree->terms[i];
        term t;

        if (!is_wanted[i])
            continue;
        term_make_stem(&t, from->stem, from->stem_bytes, from->acronym);
        status = push_if_it_occurs(p, &t, 1, &npushed);
    }
    return status == QUIRE_OK ? xap_query_combine(p->query, XAP_OR, npushed, p->err) : status;
}

static quire_status
find_frequencies(planner *p, const query_tree *tree, uint64_t *frequencies)
{
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++) {
        const query_term *from = &tree->terms[i];
        term t;

        term_make_stem(&t, from->stem, from->stem_bytes, from->acronym);
        status = xap_db_term_frequency(p->db, t.bytes, t.nbytes, &frequencies[i], p->err);
    }
    return status;
}

/* Of a tree with very many joints, push the stems that every match has one of; *is_pushed_out is
 * false where there are none. */
static quire_status
push_drivers(planner *p, const query_tree *tree, bool *is_pushed_out)
{
    uint64_t *frequencies = calloc((size_t)tree->nterms + 1, sizeof *frequencies);
    bool *drivers = calloc((size_t)tree->nterms + 1, sizeof *drivers);
    quire_status status = frequencies == NULL || drivers == NULL
                              ? error_nomem(p->err)
                              : find_frequencies(p, tree, frequencies);

    *is_pushed_out = status == QUIRE_OK && drivers_find(tree, frequencies, drivers);
    if (*is_pushed_out) {
        p->exact = false;
        status = push_stems(p, tree, drivers);
    }
    free(frequencies);
    free(drivers);
    return status;
}

/* Push the boolean part. */
static quire_status
push_tree(planner *p, const query_tree *tree)
{
    bool is_pushed = false;
    quire_status status = QUIRE_OK;

    if (xapian_plan_is_wide(tree))
        status = push_drivers(p, tree, &is_pushed);
    return status == QUIRE_OK && !is_pushed ? upper(p, tree->root) : status;
}

/* ---- Filters ---- */

static quire_status
filter_dates(planner *p, const store_filter *filter)
{
    quire_status status = QUIRE_OK;

    if (!filter_has_dates(filter))
        return QUIRE_OK;
    status = push_dates(p, filter);
    return status == QUIRE_OK ? xap_query_combine(p->query, XAP_FILTER, 2, p->err) : status;
}

static quire_status
filter_source(planner *p, const store_filter *filter)
{
    quire_status status = QUIRE_OK;

    if (filter->source == NULL)
        return QUIRE_OK;
    status = push_source(p, filter->source);
    return status == QUIRE_OK ? xap_query_combine(p->query, XAP_FILTER, 2, p->err) : status;
}

static uint32_t
count_fields(const query_tree *tree)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < tree->nleaves; i++)
        n += tree->leaves[i]->kind == QUERY_FIELD;
    return n;
}

quire_status
xapian_plan_make(const query_tree *tree, const store_filter *filter, bool weighted, xap_db *db,
                 xap_query **query_out, bool *exact_out, quire_error *err)
{
    planner p = {
        .db = db, .err = err, .exact = true, .tells_fields = count_fields(tree) <= MAX_FIELDS};
    quire_status status = xap_query_new(&p.query, err);

    if (status != QUIRE_OK)
        return status;
    if (weighted)
        status = push_weights(&p, tree);
    if (status == QUIRE_OK && !(weighted && is_plain(tree->root))) {
        status = push_tree(&p, tree);
        if (status == QUIRE_OK && weighted)
            status = xap_query_combine(p.query, XAP_FILTER, 2, err);
    }
    if (status == QUIRE_OK)
        status = filter_dates(&p, filter);
    if (status == QUIRE_OK)
        status = filter_source(&p, filter);
    if (status != QUIRE_OK) {
        xap_query_free(p.query);
        return status;
    }
    *query_out = p.query;
    *exact_out = p.exact;
    return QUIRE_OK;
}
