/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.c - walking through the results of a search, and completions. */
#include "api/results.h"

#include <stdlib.h>

#include "result/snippet.h"

size_t
quire_results_size(const quire_results *results)
{
    return results->found.nhits;
}

const quire_hit *
quire_results_hit(const quire_results *results, size_t i)
{
    return i < results->found.nhits ? &results->found.hits[i] : NULL;
}

uint64_t
quire_results_count(const quire_results *results)
{
    return results->found.count;
}

size_t
quire_results_ndamaged(const quire_results *results)
{
    return results->found.ndamaged;
}

size_t
quire_results_nclauses(const quire_results *results)
{
    return results->found.nclauses;
}

const quire_clause *
quire_results_clause(const quire_results *results, size_t i)
{
    return i < results->found.nclauses ? &results->found.clauses[i] : NULL;
}

size_t
quire_snippet(const quire_hit *hit, uint32_t max_words, quire_range *parts)
{
    return snippet_choose(hit, max_words, parts);
}

size_t
quire_results_nnotes(const quire_results *results)
{
    return results->found.nnotes;
}

const quire_note *
quire_results_note(const quire_results *results, size_t i)
{
    return i < results->found.nnotes ? &results->found.notes[i] : NULL;
}

const char *
quire_results_explanation(const quire_results *results)
{
    return results->found.explanation;
}

void
quire_results_free(quire_results *results)
{
    if (results == NULL)
        return;
    search_results_clear(&results->found);
    free(results);
}

/* ---- Tallies ---- */

size_t
quire_tally_size(const quire_tally *counted)
{
    return counted->found.nrows;
}

const quire_tally_row *
quire_tally_get(const quire_tally *counted, size_t i)
{
    return i < counted->found.nrows ? &counted->found.rows[i] : NULL;
}

const quire_tally_row *
quire_tally_total(const quire_tally *counted)
{
    return &counted->found.total;
}

const quire_results *
quire_tally_results(const quire_tally *counted)
{
    return &counted->results;
}

void
quire_tally_free(quire_tally *counted)
{
    if (counted == NULL)
        return;
    search_results_clear(&counted->results.found);
    free(counted);
}

/* ---- Completions ---- */

size_t
quire_completions_size(const quire_completions *found)
{
    return found->found.ntexts;
}

const char *
quire_completions_text(const quire_completions *found, size_t i)
{
    return i < found->found.ntexts ? found->found.texts[i] : NULL;
}

void
quire_completions_free(quire_completions *found)
{
    if (found == NULL)
        return;
    complete_clear(&found->found);
    free(found);
}

/* ---- Comparisons ---- */

size_t
quire_diff_size(const quire_diff *diff)
{
    return diff->found.nparts;
}

const quire_diff_part *
quire_diff_get(const quire_diff *diff, size_t i)
{
    return i < diff->found.nparts ? &diff->found.parts[i] : NULL;
}

const quire_diff_article *
quire_diff_of(const quire_diff *diff, unsigned which)
{
    return which < 2 ? &diff->found.articles[which] : NULL;
}

void
quire_diff_free(quire_diff *diff)
{
    if (diff == NULL)
        return;
    sentence_diff_clear(&diff->found);
    free(diff);
}
