/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clauses.c - the clauses of a query for those who show marks. */
#include "result/clauses.h"

bool
clauses_make(const query_tree *tree, const char *text, size_t text_bytes, arena *a,
             search_results *out)
{
    quire_clause *clauses = arena_array(a, (size_t)tree->nleaves + 1, sizeof *clauses);

    if (clauses == NULL)
        return false;
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];
        const size_t end = leaf->end < text_bytes ? leaf->end : text_bytes;
        const size_t start = leaf->start < end ? leaf->start : end;
        const char *typed = arena_copy(a, text + start, end - start);

        if (typed == NULL)
            return false;
        clauses[i] = (quire_clause){.number = leaf->clause,
                                    .text = typed,
                                    .marks = !leaf->excluded && leaf->kind != QUERY_FIELD};
    }
    out->clauses = clauses;
    out->nclauses = tree->nleaves;
    return true;
}
