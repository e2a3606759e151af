/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_articles.c - passages as parts of articles.
 *
 * Document frequencies of articles are not stored: a walk over the passages of a list costs less
 * than a search that reads it, and what was found is remembered.  So are the impacts of lists
 * (article_impacts.h), as long as they are not too many.  They are of one scoring; those of the
 * last five stay, so that queries which are scored by one in turns with others do not work them out
 * again and again. */
#include "postings/segment_articles.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "postings/article_columns_format.h"
#include "postings/little_endian.h"

#define PAIRS_REMEMBERED 4096 /* of stems; a power of two */

/* Bytes that all impacts may take: those of the most frequent stems of a small segment, and of a
 * large one those of most that are asked for. */
#define IMPACTS_LEAST ((size_t)1 << 20)
#define IMPACTS_A_PASSAGE 64

#define SCORINGS_REMEMBERED 5 /* as many as queries of different lengths have */

typedef struct {
    article_norms norms;
    article_impact_table table;
    uint64_t search; /* the last one that asked for it; 0: none did */
} remembered_scoring;

typedef struct {
    char *stem; /* NULL: none yet */
    size_t stem_bytes;
    uint32_t narticles;
    bool was_asked;                               /* for its impacts */
    uint64_t search;                              /* the last one that did */
    size_t impact_bytes;                          /* by one scoring */
    article_impacts impacts[SCORINGS_REMEMBERED]; /* without blocks: not known */
} remembered;

struct segment_articles {
    const segment *segment;
    const uint64_t *alive;
    uint32_t *of_passages;
    uint32_t *lengths;
    uint32_t *firsts;
    uint32_t *windows;
    uint32_t nwindows;
    article_starts *starts; /* by group of passages */
    article_code *codes;    /* by passage */
    uint64_t narticles;
    uint64_t npassages;
    uint64_t nwords;
    remembered_scoring scorings[SCORINGS_REMEMBERED];
    size_t scoring; /* the one at hand */
    size_t impact_bytes;
    uint64_t search; /* counts them */
    size_t hand;     /* of those remembered the next one whose impacts may go */
    remembered stems[PAIRS_REMEMBERED][2];
};

#define NREMEMBERED ((size_t)PAIRS_REMEMBERED * 2)

static remembered *
remembered_at(segment_articles *a, size_t i)
{
    return &a->stems[i / 2][i % 2];
}

static bool
is_alive(const segment_articles *a, uint32_t number)
{
    return a->alive == NULL || (a->alive[number / 64] >> (number % 64) & 1) != 0;
}

/* title: how far its headline reaches. */
static void
add_article(segment_articles *a, const article_norms_codes *codes, uint32_t article, uint16_t title,
            uint32_t first, uint32_t end)
{
    uint8_t whole = 0;

    if (first == end)
        return;
    for (uint32_t i = first; i < end; i++) {
        const uint32_t length = segment_length(a->segment, i);

        a->of_passages[i] = article;
        a->lengths[article] += length;
        a->codes[i] = (article_code){.part = length < UINT8_MAX ? (uint8_t)length : UINT8_MAX};
    }
    a->codes[first].title = title;
    whole = article_norms_code(codes, a->lengths[article]);
    for (uint32_t i = first; i < end; i++)
        a->codes[i].whole = whole;
    a->starts[first / ARTICLE_STARTS_GROUP].bits |= UINT64_C(1) << first % ARTICLE_STARTS_GROUP;
    if (!is_alive(a, first))
        return;
    a->narticles++;
    a->npassages += end - first;
    a->nwords += a->lengths[article];
}

/* Once all articles are added: in which each group begins. */
static void
link_starts(segment_articles *a)
{
    const uint32_t ngroups = a->segment->npassages / ARTICLE_STARTS_GROUP + 1;

    for (uint32_t i = 1; i < ngroups; i++)
        a->starts[i].before = article_starts_first(a->starts, i * ARTICLE_STARTS_GROUP - 1);
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
    const uint8_t *titles = NULL;
    article_norms_codes codes;
    quire_status status = QUIRE_OK;

    if (a == NULL)
        return error_nomem(err);
    a->segment = s;
    a->alive = alive;
    a->of_passages = calloc((size_t)s->npassages + 1, sizeof *a->of_passages);
    a->lengths = calloc((size_t)s->narticles + 1, sizeof *a->lengths);
    a->firsts = calloc((size_t)s->narticles + 2, sizeof *a->firsts); /* one even without articles */
    a->windows = calloc((size_t)s->narticles + 1, sizeof *a->windows);
    a->starts = calloc((size_t)s->npassages / ARTICLE_STARTS_GROUP + 1, sizeof *a->starts);
    a->codes = calloc((size_t)s->npassages + 1, sizeof *a->codes);
    if (a->of_passages == NULL || a->lengths == NULL || a->firsts == NULL || a->windows == NULL ||
        a->starts == NULL || a->codes == NULL) {
        segment_articles_free(a);
        return error_nomem(err);
    }
    status = article_columns_titles(&s->articles, s->narticles, &titles, err);
    if (status != QUIRE_OK) {
        segment_articles_free(a);
        return status;
    }
    article_norms_codes_init(&codes);
    for (uint32_t i = 0; i < s->narticles; i++) {
        uint32_t first = 0;
        uint32_t end = 0;

        segment_articles_passages(s, i + 1, i + 1, &first, &end);
        add_article(a, &codes, i, load_u16(titles + (size_t)i * ARTICLES_TITLE_BYTES), first, end);
        a->firsts[i] = first;
        a->firsts[i + 1] = end;
    }
    link_starts(a);
    cut_windows(a);
    *out = a;
    return QUIRE_OK;
}

static void
forget_impacts(segment_articles *a, remembered *r, size_t which)
{
    article_impacts *impacts = &r->impacts[which];

    if (impacts->blocks == NULL)
        return;
    free(impacts->blocks);
    *impacts = (article_impacts){0};
    a->impact_bytes -= r->impact_bytes;
}

static void
forget_all_impacts(segment_articles *a, remembered *r)
{
    for (size_t i = 0; i < SCORINGS_REMEMBERED; i++)
        forget_impacts(a, r, i);
}

static void
forget(segment_articles *a, remembered *r)
{
    forget_all_impacts(a, r);
    free(r->stem);
    *r = (remembered){0};
}

void
segment_articles_free(segment_articles *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < NREMEMBERED; i++)
        forget(a, remembered_at(a, i));
    free(a->of_passages);
    free(a->lengths);
    free(a->firsts);
    free(a->windows);
    free(a->starts);
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

const article_starts *
segment_articles_starts(const segment_articles *a)
{
    return a->starts;
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

/* Count the articles of a block of passages behind the one that begins with *last, which is brought
 * up to date. */
static quire_status
count_block(const segment_articles *a, const posting_list *l, uint32_t *last, uint32_t *n,
            quire_error *err)
{
    const bool are_all_alive = a->alive == NULL;
    uint32_t before = *last;
    uint32_t count = *n;

    if (l->passages[l->npostings - 1] >= a->segment->npassages)
        return error_set(err, QUIRE_ECORRUPT,
                         "a posting list is damaged: it names passages that do not exist");
    for (uint32_t i = 0; i < l->npostings; i++) {
        const uint32_t first = article_starts_first(a->starts, l->passages[i]);

        count += first != before && (are_all_alive || is_alive(a, first));
        before = first;
    }
    *last = before;
    *n = count;
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
remember(segment_articles *a, remembered *r, const char *stem, size_t stem_bytes,
         uint32_t narticles)
{
    char *copy = malloc(stem_bytes + 1);

    if (copy == NULL)
        return; /* it will be counted again */
    if (stem_bytes > 0)
        memcpy(copy, stem, stem_bytes);
    forget(a, r);
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
        remember(a, r, stem, stem_bytes, *out);
    return status;
}

/* ---- Impacts ---- */

/* A scoring that is remembered, or the one that was asked for longest ago, to make room for it. */
static size_t
find_scoring(const segment_articles *a, const article_scoring *s)
{
    size_t oldest = 0;

    for (size_t i = 0; i < SCORINGS_REMEMBERED; i++) {
        if (article_norms_are_of(&a->scorings[i].norms, s))
            return i;
        if (a->scorings[i].search < a->scorings[oldest].search)
            oldest = i;
    }
    return oldest;
}

const article_norms *
segment_articles_begin(segment_articles *a, const article_scoring *s)
{
    remembered_scoring *r = NULL;

    a->scoring = find_scoring(a, s);
    r = &a->scorings[a->scoring];
    r->search = ++a->search;
    if (article_norms_are_of(&r->norms, s))
        return &r->norms;
    article_norms_init(&r->norms, s);
    article_impacts_prepare(&r->table, &r->norms);
    for (size_t i = 0; i < NREMEMBERED; i++)
        forget_impacts(a, remembered_at(a, i), a->scoring);
    return &r->norms;
}

/* Make room for more impacts, of those that the search at hand did not ask for; false where these
 * leave none. */
static bool
make_room(segment_articles *a, size_t nbytes)
{
    const size_t most = IMPACTS_LEAST + (size_t)a->segment->npassages * IMPACTS_A_PASSAGE;

    for (size_t i = 0; i < NREMEMBERED && a->impact_bytes + nbytes > most; i++) {
        remembered *r = remembered_at(a, a->hand);

        a->hand = (a->hand + 1) % NREMEMBERED;
        if (r->search != a->search)
            forget_all_impacts(a, r);
    }
    return a->impact_bytes + nbytes <= most;
}

static quire_status
make_impacts(segment_articles *a, remembered *r, const posting_info *info, quire_error *err)
{
    const article_impacts_of of = {.segment = a->segment,
                                   .starts = a->starts,
                                   .codes = a->codes,
                                   .norms = &a->scorings[a->scoring].norms,
                                   .table = &a->scorings[a->scoring].table};
    const size_t nbytes = article_impacts_bytes(info);
    quire_status status = QUIRE_OK;

    if (!make_room(a, nbytes))
        return QUIRE_OK;
    status = article_impacts_make(&of, info, &r->impacts[a->scoring], err);
    if (status == QUIRE_OK) {
        r->impact_bytes = nbytes;
        a->impact_bytes += nbytes;
    }
    return status;
}

quire_status
segment_articles_impacts(segment_articles *a, const char *stem, size_t stem_bytes,
                         const posting_info *info, bool is_read, article_impacts *out,
                         quire_error *err)
{
    bool is_found = false;
    remembered *r = find_place(a, stem, stem_bytes, &is_found);
    quire_status status = QUIRE_OK;

    *out = (article_impacts){.most = UINT8_MAX};
    if (!is_found)
        return QUIRE_OK; /* another has its place by now */
    r->search = a->search;
    if (r->impacts[a->scoring].blocks == NULL && (is_read || r->was_asked))
        status = make_impacts(a, r, info, err);
    r->was_asked = true;
    if (status == QUIRE_OK && r->impacts[a->scoring].blocks != NULL)
        *out = r->impacts[a->scoring];
    return status;
}
