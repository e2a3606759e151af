/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_impacts.c - see article_impacts.h. */
#include "postings/article_impacts.h"

#include <stdlib.h>

#include "base/error.h"
#include "postings/posting_list.h"

/* More than what single precision loses of an impact. */
#define ROUNDING 1e-5F

/* So many postings ahead codes are fetched, which most often no cache has. */
#define AHEAD 16

/* The article at hand of a walk. */
typedef struct {
    const article_impacts_of *of;
    article_impacts out;
    uint32_t first;   /* passage of the article; POSTING_NONE: none yet */
    uint32_t posting; /* its first one in the list */
    uint8_t whole;    /* code of its length */
    uint32_t frequency;
    float best_part; /* units */
} walk;

void
article_impacts_prepare(article_impact_table *table, const article_norms *norms)
{
    for (unsigned f = 0; f < ARTICLE_IMPACT_FREQUENCIES; f++)
        for (unsigned i = 0; i <= UINT8_MAX; i++) {
            table->wholes[f][i] =
                article_norms_saturate((float)f, norms->wholes[i]) / ARTICLE_IMPACT_UNIT;
            table->parts[f][i] =
                article_norms_saturate((float)f, norms->parts[i]) / (2 * ARTICLE_IMPACT_UNIT);
        }
}

/* Units that a frequency adds to the article, and that it adds in a passage. */
static inline float
units_of_whole(const walk *w)
{
    const article_impacts_of *of = w->of;

    return w->frequency < ARTICLE_IMPACT_FREQUENCIES
               ? of->table->wholes[w->frequency][w->whole]
               : article_norms_saturate((float)w->frequency, of->norms->wholes[w->whole]) /
                     ARTICLE_IMPACT_UNIT;
}

static inline float
units_of_part(const walk *w, uint32_t frequency, uint8_t part)
{
    const article_impacts_of *of = w->of;

    return frequency < ARTICLE_IMPACT_FREQUENCIES
               ? of->table->parts[frequency][part]
               : article_norms_saturate((float)frequency, of->norms->parts[part]) /
                     (2 * ARTICLE_IMPACT_UNIT);
}

static uint32_t
count_blocks(const posting_info *info)
{
    return info->df / POSTING_BLOCK + (info->df % POSTING_BLOCK != 0);
}

size_t
article_impacts_bytes(const posting_info *info)
{
    return (size_t)count_blocks(info) + info->df;
}

/* How often the stem stands in the headline, in a posting of an article's first passage. */
static uint32_t
count_in_headline(const walk *w, const posting_list *l, uint32_t at)
{
    const uint32_t end = w->of->codes[l->passages[at]].title;
    uint32_t n = 0;

    for (uint32_t k = l->occurrences[at]; k < l->occurrences[at + 1]; k++, n++)
        if (end < UINT16_MAX && posting_list_position(l, k) >= end)
            break;
    return n;
}

/* The article at hand has postings up to block last. */
static void
end_article(walk *w, uint32_t last)
{
    float units = 0;
    uint8_t impact = UINT8_MAX;

    if (w->first == POSTING_NONE)
        return;
    units = (units_of_whole(w) + w->best_part) * (1 + ROUNDING);
    if (units < UINT8_MAX - 1)
        impact = (uint8_t)(1 + (unsigned)units);
    w->out.postings[w->posting] = impact;
    w->out.most = impact > w->out.most ? impact : w->out.most;
    for (uint32_t i = w->posting / POSTING_BLOCK; i <= last; i++)
        w->out.blocks[i] = impact > w->out.blocks[i] ? impact : w->out.blocks[i];
}

static void
begin_article(walk *w, uint32_t first, uint32_t posting, uint8_t whole)
{
    w->first = first;
    w->posting = posting;
    w->whole = whole;
    w->frequency = 0;
    w->best_part = 0;
}

/* Go through a block; the article at hand may go on in the next. */
static void
walk_block(walk *w, const posting_list *l)
{
    const article_impacts_of *of = w->of;
    const uint32_t base = l->block * POSTING_BLOCK;

    for (uint32_t i = 0; i < l->npostings; i++) {
        const uint32_t number = l->passages[i];
        const uint32_t first = article_starts_first(of->starts, number);
        uint32_t frequency = l->frequencies[i];
        float part = 0;

        if (i + AHEAD < l->npostings)
            __builtin_prefetch(&of->codes[l->passages[i + AHEAD]]);
        if (first != w->first) {
            end_article(w, i > 0 || l->block == 0 ? l->block : l->block - 1);
            begin_article(w, first, base + i, of->codes[number].whole);
        }
        if (number == first)
            frequency += (ARTICLE_TITLE_WEIGHT - 1) * count_in_headline(w, l, i);
        part = units_of_part(w, frequency, of->codes[number].part);
        w->frequency += frequency;
        w->best_part = part > w->best_part ? part : w->best_part;
    }
}

static quire_status
walk_list(walk *w, const posting_info *info, quire_error *err)
{
    const segment *s = w->of->segment;
    posting_list l;
    quire_status status = posting_list_open(&s->postings, &s->positions, info, &l, err);

    while (status == QUIRE_OK && l.block < l.nblocks) {
        status = posting_list_decode_frequencies(&l, err);
        if (status == QUIRE_OK && l.passages[l.npostings - 1] >= s->npassages)
            status = error_set(err, QUIRE_ECORRUPT,
                               "a posting list is damaged: it names passages that do not exist");
        if (status == QUIRE_OK)
            status = posting_list_find_positions(&l, err);
        if (status != QUIRE_OK)
            return status;
        walk_block(w, &l);
        posting_list_skip_to(&l, l.passages[l.npostings - 1] + 1);
    }
    if (status == QUIRE_OK)
        end_article(w, l.nblocks - 1);
    return status;
}

quire_status
article_impacts_make(const article_impacts_of *of, const posting_info *info, article_impacts *out,
                     quire_error *err)
{
    walk w = {.of = of, .first = POSTING_NONE};
    quire_status status = QUIRE_OK;

    w.out.blocks = calloc(article_impacts_bytes(info), 1);
    if (w.out.blocks == NULL)
        return error_nomem(err);
    w.out.postings = w.out.blocks + count_blocks(info);
    status = walk_list(&w, info, err);
    if (status == QUIRE_OK)
        *out = w.out;
    else
        free(w.out.blocks);
    return status;
}
