/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge_tally.c - counts by source and by day, beside the naive searcher's results. */
#include "judge_tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "naive_article.h"
#include "need.h"

/* A passage or article that matches. */
typedef struct {
    const made_article *article;
    int label; /* of its row: a source, from 0, or a day; -1: none */
} match;

typedef struct {
    match *matches; /* by label, then by article */
    size_t nmatches;
    bool by_article;
} matches;

static int
label_of(const made_article *a, quire_by by)
{
    return by == QUIRE_BY_SOURCE ? a->source : a->has_date ? a->day : -1;
}

static int
compare_matches(const void *x, const void *y)
{
    const match *a = x;
    const match *b = y;

    if (a->label != b->label)
        return a->label < b->label ? -1 : 1;
    return (a->article > b->article) - (a->article < b->article);
}

/* All that match; false where the answer has only some of it. */
static bool
gather(const naive_answer *wanted, quire_by by, matches *out)
{
    const naive_articles *articles = wanted->articles;
    const size_t n = articles != NULL ? articles->nhits : wanted->nhits;

    if (n != (articles != NULL ? articles->count : wanted->count))
        return false;
    out->by_article = articles != NULL;
    out->matches = calloc(n + 1, sizeof *out->matches);
    NEED(out->matches != NULL);
    for (size_t i = 0; i < n; i++) {
        const naive_passage *p =
            articles != NULL ? articles->hits[i].passages[0].passage : wanted->hits[i].passage;

        out->matches[out->nmatches++] = (match){p->article, label_of(p->article, by)};
    }
    qsort(out->matches, n, sizeof *out->matches, compare_matches);
    return true;
}

/* The label of a row by its name; -2: there is no such source. */
static int
label_of_row(const quire_tally_row *row, quire_by by)
{
    int year = 0;
    int month = 0;
    int day = 0;

    if (row->name == NULL)
        return -1;
    if (by == QUIRE_BY_DAY)
        return sscanf(row->name, "%d-%d-%d", &year, &month, &day) == 3
                   ? year * 10000 + month * 100 + day
                   : -2;
    for (int i = 0; i < ARTICLES_NSOURCES; i++)
        for (int k = 0; k < ARTICLES_NSPELLINGS; k++)
            if (strcmp(articles_sources[i][k], row->name) == 0)
                return i;
    return -2;
}

static bool
is_right(const matches *m, const quire_tally_row *row, int label)
{
    uint64_t npassages = 0;
    uint64_t narticles = 0;

    for (size_t i = 0; i < m->nmatches; i++) {
        if (m->matches[i].label != label)
            continue;
        npassages++;
        narticles += i == 0 || m->matches[i - 1].article != m->matches[i].article;
    }
    return row->narticles == narticles && narticles > 0 &&
           row->npassages == (m->by_article ? 0 : npassages) && row->nstories <= narticles &&
           row->nstories > 0;
}

static const char *
compare_rows(const matches *m, const quire_tally *tally, quire_by by)
{
    const quire_tally_row *row = NULL;
    size_t nlabels = 0;

    for (size_t i = 0; i < m->nmatches; i++)
        nlabels += i == 0 || m->matches[i - 1].label != m->matches[i].label;
    if (quire_tally_size(tally) != nlabels)
        return "another number of rows in a tally";
    for (size_t i = 0; (row = quire_tally_get(tally, i)) != NULL; i++)
        if (!is_right(m, row, label_of_row(row, by)))
            return "other counts in a tally";
    return NULL;
}

const char *
judge_tally_compare(quire_index *index, const char *text, size_t text_bytes,
                    const quire_search_options *options, quire_by by, const naive_answer *wanted)
{
    matches m = {0};
    quire_tally *tally = NULL;
    const char *difference = NULL;

    if (!gather(wanted, by, &m))
        return NULL;
    if (quire_count_by(index, text, text_bytes, options, by, &tally, NULL) != QUIRE_OK)
        difference = "a tally failed";
    else
        difference = compare_rows(&m, tally, by);
    quire_tally_free(tally);
    free(m.matches);
    return difference;
}
