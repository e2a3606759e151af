/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_articles.c - passages as parts of articles.
 *
 * Document frequencies of articles are not stored: a walk over the passages of a list costs less
 * than a search that reads it, and what was found is remembered. */
#include "postings/segment_articles.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"

#define REMEMBERED 1024 /* stems; a power of two */

typedef struct {
    char *stem; /* NULL: none yet */
    size_t stem_bytes;
    uint32_t narticles;
} remembered;

struct segment_articles {
    const segment *segment;
    const uint64_t *alive;
    uint32_t *of_passages;
    uint32_t *lengths;
    float *bounds;
    uint64_t narticles;
    uint64_t npassages;
    uint64_t nwords;
    remembered stems[REMEMBERED];
};

static bool
is_alive(const segment_articles *a, uint32_t number)
{
    return a->alive == NULL || (a->alive[number / 64] >> (number % 64) & 1) != 0;
}

static void
add_article(segment_articles *a, uint32_t article, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        a->of_passages[i] = article;
        a->lengths[article] += segment_length(a->segment, i);
    }
    if (first == end || !is_alive(a, first))
        return;
    a->narticles++;
    a->npassages += end - first;
    a->nwords += a->lengths[article];
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
    a->bounds = calloc((size_t)s->narticles + 1, sizeof *a->bounds);
    if (a->of_passages == NULL || a->lengths == NULL || a->bounds == NULL) {
        segment_articles_free(a);
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < s->narticles; i++) {
        uint32_t first = 0;
        uint32_t end = 0;

        segment_articles_passages(s, i + 1, i + 1, &first, &end);
        add_article(a, i, first, end);
    }
    *out = a;
    return QUIRE_OK;
}

void
segment_articles_free(segment_articles *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < REMEMBERED; i++)
        free(a->stems[i].stem);
    free(a->of_passages);
    free(a->lengths);
    free(a->bounds);
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

float *
segment_articles_bounds(const segment_articles *a)
{
    return a->bounds;
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
    free(r->stem);
    *r = (remembered){.stem = copy, .stem_bytes = stem_bytes, .narticles = narticles};
}

quire_status
segment_articles_frequency(segment_articles *a, const char *stem, size_t stem_bytes, uint32_t *out,
                           quire_error *err)
{
    remembered *r = &a->stems[hash_bytes(stem, stem_bytes) & (REMEMBERED - 1)];
    posting_info info;
    quire_status status = QUIRE_OK;

    *out = 0;
    if (r->stem != NULL && r->stem_bytes == stem_bytes && memcmp(r->stem, stem, stem_bytes) == 0) {
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
