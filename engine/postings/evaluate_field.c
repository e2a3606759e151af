/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate_field.c - what a query says of articles, as sets of passages.  Articles of a field often
 * follow one another, as those of a range of dates do; so do their passages. */
#include "postings/evaluate_field.h"

#include <string.h>

#include "base/bits.h"
#include "base/error.h"

#define ALL_BITS UINT64_MAX

uint64_t *
evaluate_field_passages(evaluation *e, const query_node *field)
{
    const segment *s = e->segment;
    uint64_t *bits = arena_array(e->a, (size_t)s->npassages / 64 + 1, sizeof *bits);
    const uint64_t *articles =
        field->articles != NULL ? field->articles + e->request->first_article / 64 : NULL;
    uint32_t end = 0;

    if (bits == NULL) {
        evaluate_fail(e, error_nomem(e->err));
        return NULL;
    }
    while (articles != NULL && end < s->narticles) {
        const uint32_t first = bits_find(articles, end, s->narticles, true);
        uint32_t from = 0;
        uint32_t to = 0;

        if (first == s->narticles)
            break;
        end = bits_find(articles, first, s->narticles, false);
        segment_articles_passages(s, first + 1, end, &from, &to);
        bits_set_range(bits, from, to);
    }
    return bits;
}

uint32_t
evaluate_field_next(const uint64_t *passages, uint32_t end, uint32_t target)
{
    const uint32_t next = bits_find(passages, target, end, true);

    return next < end ? next : POSTING_NONE;
}

/* ---- The root ---- */

static bool
narrows(const query_node *child)
{
    return child->kind == QUERY_FIELD &&
           (child->role == ROLE_REQUIRED || child->role == ROLE_EXCLUDED);
}

/* What a root's list says beside the fields that narrow it.  Lists without a child that they
 * require need another one: they are their own rest. */
static const query_node *
rest_of(const query_node *root)
{
    const query_node *rest = NULL;
    uint32_t nrest = 0;

    if (root->kind != QUERY_LIST)
        return root;
    for (uint32_t i = 0; i < root->nchildren; i++)
        if (!narrows(root->children[i])) {
            rest = root->children[i];
            nrest++;
        }
    return nrest == 1 && rest->role == ROLE_REQUIRED ? rest : root;
}

const query_node *
evaluate_field_rest(const query_node *root)
{
    const query_node *rest = rest_of(root);

    while (rest != root) {
        root = rest;
        rest = rest_of(root);
    }
    return root;
}

/* Keep of e's passages those that are in a set, or not in it. */
static bool
keep(evaluation *e, uint64_t *allowed, const query_node *field)
{
    const size_t nwords = (size_t)e->segment->npassages / 64 + 1;
    const uint64_t *passages = evaluate_field_passages(e, field);
    const uint64_t flip = field->role == ROLE_EXCLUDED ? ALL_BITS : 0;

    for (size_t i = 0; passages != NULL && i < nwords; i++)
        allowed[i] &= passages[i] ^ flip;
    return passages != NULL;
}

static uint64_t *
copy_allowed(evaluation *e)
{
    const size_t nwords = (size_t)e->segment->npassages / 64 + 1;
    uint64_t *copy = arena_array(e->a, nwords, sizeof *copy);

    if (copy == NULL)
        evaluate_fail(e, error_nomem(e->err));
    else if (e->allowed != NULL)
        memcpy(copy, e->allowed, ((size_t)e->segment->npassages + 63) / 64 * sizeof *copy);
    else
        bits_set_range(copy, e->first, e->end);
    return copy;
}

/* Keep those that the fields of a list let through, if it has such; *allowed is the set then. */
static bool
narrow_list(evaluation *e, const query_node *list, uint64_t **allowed)
{
    for (uint32_t i = 0; list->kind == QUERY_LIST && i < list->nchildren; i++) {
        if (!narrows(list->children[i]))
            continue;
        if (*allowed == NULL)
            *allowed = copy_allowed(e);
        if (*allowed == NULL || !keep(e, *allowed, list->children[i]))
            return false;
        e->allowed = *allowed;
    }
    return true;
}

/* From the root down to its rest, the rest's own fields included. */
const query_node *
evaluate_field_narrow(evaluation *e, const query_node *root)
{
    uint64_t *allowed = NULL;
    const query_node *rest = root;

    do {
        root = rest;
        if (!narrow_list(e, root, &allowed))
            return NULL;
        rest = rest_of(root);
    } while (rest != root);
    if (allowed != NULL) {
        const uint32_t first = evaluate_field_next(allowed, e->end, e->first);

        e->first = first < e->end ? first : e->end;
    }
    return root;
}
