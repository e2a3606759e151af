/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_articles.c - passages as parts of articles.
 *
 * Document frequencies of articles are not stored: a walk over the passages of a list costs less
 * than a search that reads it, and what was found is remembered.  So are the bounds of a list's
 * blocks, with which later searches pass over most of it: four bytes for 128 postings. */
#include "postings/segment_articles.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"

#define PAIRS_REMEMBERED 4096 /* of stems; a power of two */

typedef struct {
    char *stem; /* NULL: none yet */
    size_t stem_bytes;
    uint32_t narticles;
    bool was_asked; /* for its bounds */
    float most;
    float *blocks; /* bounds by block; NULL: not known */
} remembered;

struct segment_articles {
    const segment *segment;
    const uint64_t *alive;
    uint32_t *of_passages;
    uint32_t *lengths;
    uint32_t *firsts;
    uint32_t *windows;
    uint32_t nwindows;
    article_code *codes; /* by passage */
    uint64_t narticles;
    uint64_t npassages;
    uint64_t nwords;
    article_norms norms; /* of the bounds that are remembered */
    remembered stems[PAIRS_REMEMBERED][2];
};

static bool
is_alive(const segment_articles *a, uint32_t number)
{
    return a->alive == NULL || (a->alive[number / 64] >> (number % 64) & 1) != 0;
}

/* Those of an article, whose length is given. */
static void
set_codes(segment_articles *a, uint32_t article_length, uint32_t first, uint32_t end)
{
    const uint8_t whole = article_norms_code(article_length);

    for (uint32_t i = first; i < end; i++) {
        const uint32_t offset = i - first;
        const uint32_t length = segment_length(a->segment, i);

        a->codes[i] = (article_code){.offset = offset < ARTICLE_NORMS_FAR ? (uint16_t)offset
                                                                          : ARTICLE_NORMS_FAR,
                                     .whole = whole,
                                     .part = length < UINT8_MAX ? (uint8_t)length : UINT8_MAX};
    }
}

static void
add_article(segment_articles *a, uint32_t article, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        a->of_passages[i] = article;
        a->lengths[article] += segment_length(a->segment, i);
    }
    set_codes(a, a->lengths[article], first, end);
    if (first == end || !is_alive(a, first))
        return;
    a->narticles++;
    a->npassages += end - first;
    a->nwords += a->lengths[article];
}

/* A window ends where the next article would make it too long. */
static void
cut_windows(segment_articles *a)
{
    const uint32_t narticles = a->segment->narticles;
    uint32_t base = 0;
    uint32_t end = 0; /* of what is in the window */

    for (uint32_t i = 0; i < narticles; i++) {
        if (a->firsts[i + 1] <= end)
            continue;
        if (end > base && a->firsts[i + 1] - base > ARTICLE_WINDOW) {
            a->windows[a->nwindows++] = end;
            base = end;
        }
        end = a->firsts[i + 1];
    }
    if (end > base)
        a->windows[a->nwindows++] = end;
}

quire_status
segment_articles_new(const segment *s, const uint64_t *alive, segment_articles **out,
                     quire_error *err)
{
    segment_articles *a = calloc(1, sizeof *a);

    if (a == NULL)
        return error_nomem(err);
    a->segment = s;
    a->alive = alive;
    a->of_passages = calloc((size_t)s->npassages + 1, sizeof *a->of_passages);
    a->lengths = calloc((size_t)s->narticles + 1, sizeof *a->lengths);
    a->firsts = calloc((size_t)s->narticles + 1, sizeof *a->firsts);
    a->windows = calloc((size_t)s->narticles + 1, sizeof *a->windows);
    a->codes = calloc((size_t)s->npassages + 1, sizeof *a->codes);
    if (a->of_passages == NULL || a->lengths == NULL || a->firsts == NULL || a->windows == NULL ||
        a->codes == NULL) {
        segment_articles_free(a);
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < s->narticles; i++) {
        uint32_t first = 0;
        uint32_t end = 0;

        segment_articles_passages(s, i + 1, i + 1, &first, &end);
        add_article(a, i, first, end);
        a->firsts[i] = first;
        a->firsts[i + 1] = end;
    }
    cut_windows(a);
    *out = a;
    return QUIRE_OK;
}

static void
forget(remembered *r)
{
    free(r->stem);
    free(r->blocks);
    *r = (remembered){0};
}

void
segment_articles_free(segment_articles *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < PAIRS_REMEMBERED; i++)
        for (size_t k = 0; k < 2; k++)
            forget(&a->stems[i][k]);
    free(a->of_passages);
    free(a->lengths);
    free(a->firsts);
    free(a->windows);
    free(a->codes);
    free(a);
}

void
segment_articles_count(const segment_articles *a, uint64_t *narticles_out, uint64_t *npassages_out,
                       uint64_t *nwords_out)
{
    *narticles_out = a->narticles;
    *npassages_out = a->npassages;
    *nwords_out = a->nwords;
}

const uint32_t *
segment_articles_lengths(const segment_articles *a)
{
    return a->lengths;
}

const uint32_t *
segment_articles_of_passages(const segment_articles *a)
{
    return a->of_passages;
}

const uint32_t *
segment_articles_firsts(const segment_articles *a)
{
    return a->firsts;
}

const article_code *
segment_articles_codes(const segment_articles *a)
{
    return a->codes;
}

const uint32_t *
segment_articles_windows(const segment_articles *a, uint32_t *n_out)
{
    *n_out = a->nwindows;
    return a->windows;
}

/* ---- What is remembered ---- */

/* The place of a stem: its own, or where another makes room for it, which is the one of fewer
 * articles. */
static remembered *
find_place(segment_articles *a, const char *stem, size_t stem_bytes, bool *found_out)
{
    remembered *pair = a->stems[hash_bytes(stem, stem_bytes) & (PAIRS_REMEMBERED - 1)];

    *found_out = true;
    for (size_t k = 0; k < 2; k++)
        if (pair[k].stem != NULL && pair[k].stem_bytes == stem_bytes &&
            memcmp(pair[k].stem, stem, stem_bytes) == 0)
            return &pair[k];
    *found_out = false;
    return pair[0].stem == NULL || pair[0].narticles < pair[1].narticles ? &pair[0] : &pair[1];
}

/* ---- Frequencies ---- */

/* Count the articles of a block of passages behind article *last, which is brought up to date. */
static quire_status
count_block(const segment_articles *a, const posting_list *l, uint32_t *last, uint32_t *n,
            quire_error *err)
{
    if (l->passages[l->npostings - 1] >= a->segment->npassages)
        return error_set(err, QUIRE_ECORRUPT,
                         "a posting list is damaged: it names passages that do not exist");
    for (uint32_t i = 0; i < l->npostings; i++) {
        const uint32_t article = a->of_passages[l->passages[i]];

        *n += article != *last && is_alive(a, l->passages[i]);
        *last = article;
    }
    return QUIRE_OK;
}

static quire_status
walk(const segment_articles *a, const posting_info *info, uint32_t *out, quire_error *err)
{
    posting_list l;
    uint32_t last = POSTING_NONE;
    quire_status status =
        posting_list_open(&a->segment->postings, &a->segment->positions, info, &l, err);

    while (status == QUIRE_OK && l.block < l.nblocks) {
        status = posting_list_decode(&l, err);
        if (status == QUIRE_OK)
            status = count_block(a, &l, &last, out, err);
        if (status == QUIRE_OK)
            posting_list_skip_to(&l, l.passages[l.npostings - 1] + 1);
    }
    return status;
}

static void
remember(remembered *r, const char *stem, size_t stem_bytes, uint32_t narticles)
{
    char *copy = malloc(stem_bytes + 1);

    if (copy == NULL)
        return; /* it will be counted again */
    if (stem_bytes > 0)
        memcpy(copy, stem, stem_bytes);
    forget(r);
    *r = (remembered){.stem = copy, .stem_bytes = stem_bytes, .narticles = narticles};
}

quire_status
segment_articles_frequency(segment_articles *a, const char *stem, size_t stem_bytes, uint32_t *out,
                           quire_error *err)
{
    bool is_found = false;
    remembered *r = find_place(a, stem, stem_bytes, &is_found);
    posting_info info;
    quire_status status = QUIRE_OK;

    *out = 0;
    if (is_found) {
        *out = r->narticles;
        return QUIRE_OK;
    }
    status = segment_find_stem(a->segment, stem, stem_bytes, &info, err);
    if (status == QUIRE_OK && info.df > 0)
        status = walk(a, &info, out, err);
    if (status == QUIRE_OK)
        remember(r, stem, stem_bytes, *out);
    return status;
}

/* ---- Bounds ---- */

/* Other norms make other bounds. */
static void
expect_norms(segment_articles *a, const article_norms *n)
{
    if (article_norms_equal(&a->norms, n))
        return;
    a->norms = *n;
    for (size_t i = 0; i < PAIRS_REMEMBERED; i++)
        for (size_t k = 0; k < 2; k++) {
            free(a->stems[i][k].blocks);
            a->stems[i][k].blocks = NULL;
        }
}

/* The article at hand of a walk. */
typedef struct {
    const segment_articles *of;
    float *blocks;
    float most;
    uint32_t first; /* passage of the article; POSTING_NONE: none yet */
    uint32_t block; /* where it begins */
    uint8_t whole;  /* code of its length */
    float frequency;
    float best_part;
} bound_walk;

static void
end_article(bound_walk *w, uint32_t last_block)
{
    float bound = 0;

    if (w->first == POSTING_NONE)
        return;
    bound = article_norms_sum(w->frequency, w->of->norms.wholes[w->whole], w->best_part);
    for (uint32_t i = w->block; i <= last_block; i++)
        w->blocks[i] = bound > w->blocks[i] ? bound : w->blocks[i];
    w->most = bound > w->most ? bound : w->most;
}

/* Go through a block; the article at hand may go on in the next. */
static quire_status
bound_block(bound_walk *w, const posting_list *l, quire_error *err)
{
    const segment_articles *a = w->of;

    if (l->passages[l->npostings - 1] >= a->segment->npassages)
        return error_set(err, QUIRE_ECORRUPT,
                         "a posting list is damaged: it names passages that do not exist");
    for (uint32_t i = 0; i < l->npostings; i++) {
        const uint32_t number = l->passages[i];
        const uint32_t first = segment_articles_first(a, a->codes, number);
        const float frequency =
            (float)l->frequencies[i] * (number == first ? (float)ARTICLE_TITLE_WEIGHT : 1);
        const float part = article_norms_saturate(frequency, a->norms.parts[a->codes[number].part]);

        if (first != w->first) {
            /* It ended in the block before where this one begins with another. */
            end_article(w, i == 0 && l->block > w->block ? l->block - 1 : l->block);
            w->first = first;
            w->block = l->block;
            w->whole = a->codes[number].whole;
            w->frequency = 0;
            w->best_part = 0;
        }
        w->frequency += frequency;
        w->best_part = part > w->best_part ? part : w->best_part;
    }
    return QUIRE_OK;
}

static quire_status
bound_list(const segment_articles *a, const posting_info *info, remembered *r, quire_error *err)
{
    posting_list l;
    bound_walk w = {.of = a, .first = POSTING_NONE};
    quire_status status =
        posting_list_open(&a->segment->postings, &a->segment->positions, info, &l, err);

    if (status != QUIRE_OK)
        return status;
    w.blocks = calloc(l.nblocks, sizeof *w.blocks);
    if (w.blocks == NULL)
        return error_nomem(err);
    while (status == QUIRE_OK && l.block < l.nblocks) {
        status = posting_list_decode(&l, err);
        if (status == QUIRE_OK)
            status = posting_list_decode_frequencies(&l, err);
        if (status == QUIRE_OK)
            status = bound_block(&w, &l, err);
        if (status == QUIRE_OK)
            posting_list_skip_to(&l, l.passages[l.npostings - 1] + 1);
    }
    if (status != QUIRE_OK) {
        free(w.blocks);
        return status;
    }
    end_article(&w, l.nblocks - 1);
    r->blocks = w.blocks;
    r->most = w.most;
    return QUIRE_OK;
}

quire_status
segment_articles_bound(segment_articles *a, const article_norms *n, const char *stem,
                       size_t stem_bytes, bool is_read, segment_articles_bounds *out,
                       quire_error *err)
{
    bool is_found = false;
    remembered *r = find_place(a, stem, stem_bytes, &is_found);
    posting_info info;
    quire_status status = QUIRE_OK;

    *out = (segment_articles_bounds){.most = ARTICLE_NORMS_MOST};
    expect_norms(a, n);
    if (!is_found)
        return QUIRE_OK; /* another has its place by now */
    if (r->blocks == NULL && (is_read || r->was_asked)) {
        status = segment_find_stem(a->segment, stem, stem_bytes, &info, err);
        if (status == QUIRE_OK && info.df > 0)
            status = bound_list(a, &info, r, err);
    }
    r->was_asked = true;
    if (status == QUIRE_OK && r->blocks != NULL)
        *out = (segment_articles_bounds){.most = r->most, .blocks = r->blocks};
    return status;
}
