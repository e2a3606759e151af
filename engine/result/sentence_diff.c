/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sentence_diff.c - two articles laid side by side. */
#include "result/sentence_diff.h"

#include <stdlib.h>

#include "base/error.h"
#include "result/article_sentences.h"

#define MAX_CELLS ((size_t)4 << 20) /* of a table of sentences by sentences */
#define MOVED_WORDS 4               /* of a sentence that is worth finding elsewhere */
#define NONE SIZE_MAX

typedef struct {
    article_sentences sides[2];
    size_t *beside[2]; /* for each sentence the one beside it, or NONE; or where it was moved to */
    bool *is_moved[2];
    sentence_diff *out;
} comparing;

/* ---- Side by side ---- */

static uint32_t
count_common(const article_sentence *a, const article_sentence *b)
{
    uint32_t i = 0;
    uint32_t j = 0;
    uint32_t n = 0;

    while (i < a->nwords && j < b->nwords) {
        const uint32_t x = a->words[i];
        const uint32_t y = b->words[j];

        n += x == y;
        i += x <= y;
        j += y <= x;
    }
    return n;
}

static bool
are_same(const article_sentence *a, const article_sentence *b)
{
    return a->key == b->key && a->nwords == b->nwords;
}

/* What it is worth to have these beside each other; 0: they may not be. */
static uint32_t
worth(const article_sentence *a, const article_sentence *b)
{
    uint32_t ncommon;

    if (are_same(a, b))
        return 2 * a->nwords + 1;
    ncommon = count_common(a, b);
    return ncommon > 0 && 4 * ncommon >= a->nwords + b->nwords ? 2 * ncommon : 0;
}

static void
lay_beside(comparing *c, size_t i, size_t j)
{
    c->beside[0][i] = j;
    c->beside[1][j] = i;
}

/* Lay sentences first up to ends, which are not the same at either end, beside each other, by the
 * best way through a table of all pairs. */
static bool
lay_middle(comparing *c, size_t first, size_t end_a, size_t end_b)
{
    const article_sentence *a = c->sides[0].sentences + first;
    const article_sentence *b = c->sides[1].sentences + first;
    const size_t na = end_a - first;
    const size_t nb = end_b - first;
    const size_t width = nb + 1;
    uint32_t *best;
    size_t i = 0;
    size_t j = 0;

    if (na == 0 || nb == 0 || (na + 1) > MAX_CELLS / width)
        return true;
    best = calloc((na + 1) * width, sizeof *best);
    if (best == NULL)
        return false;
    for (i = na; i-- > 0;)
        for (j = nb; j-- > 0;) {
            const uint32_t gain = worth(&a[i], &b[j]);
            const uint32_t both = gain > 0 ? best[(i + 1) * width + j + 1] + gain : 0;
            const uint32_t below = best[(i + 1) * width + j];
            const uint32_t right = best[i * width + j + 1];
            const uint32_t one = below > right ? below : right;

            best[i * width + j] = both > one ? both : one;
        }
    for (i = j = 0; i < na && j < nb;) {
        const uint32_t here = best[i * width + j];

        if (here == best[(i + 1) * width + j]) {
            i++;
        } else if (here == best[i * width + j + 1]) {
            j++;
        } else {
            lay_beside(c, first + i, first + j);
            i++, j++;
        }
    }
    free(best);
    return true;
}

/* The beginnings and the ends that are the same need no table. */
static bool
lay_all(comparing *c)
{
    const article_sentence *a = c->sides[0].sentences;
    const article_sentence *b = c->sides[1].sentences;
    size_t end_a = c->sides[0].nsentences;
    size_t end_b = c->sides[1].nsentences;
    size_t first = 0;

    for (; first < end_a && first < end_b && are_same(&a[first], &b[first]); first++)
        lay_beside(c, first, first);
    for (; first < end_a && first < end_b && are_same(&a[end_a - 1], &b[end_b - 1]);
         end_a--, end_b--)
        lay_beside(c, end_a - 1, end_b - 1);
    return lay_middle(c, first, end_a, end_b);
}

static void
find_moved(comparing *c)
{
    const article_sentence *a = c->sides[0].sentences;
    const article_sentence *b = c->sides[1].sentences;

    for (size_t i = 0; i < c->sides[0].nsentences; i++)
        for (size_t j = 0;
             c->beside[0][i] == NONE && a[i].nwords >= MOVED_WORDS && j < c->sides[1].nsentences;
             j++)
            if (c->beside[1][j] == NONE && are_same(&a[i], &b[j])) {
                lay_beside(c, i, j);
                c->is_moved[0][i] = c->is_moved[1][j] = true;
            }
}

/* ---- Parts ---- */

static quire_diff_sentence
sentence_of(const comparing *c, int side, size_t i)
{
    if (i == NONE)
        return (quire_diff_sentence){0};
    return (quire_diff_sentence){.number = (uint32_t)i + 1,
                                 .text = c->sides[side].sentences[i].text,
                                 .text_bytes = c->sides[side].sentences[i].nbytes};
}

static void
add_part(comparing *c, quire_diff_kind kind, size_t i, size_t j)
{
    c->out->parts[c->out->nparts++] = (quire_diff_part){
        .kind = kind, .first = sentence_of(c, 0, i), .second = sentence_of(c, 1, j)};
}

static void
add_pair(comparing *c, size_t i, size_t j)
{
    const bool same = are_same(&c->sides[0].sentences[i], &c->sides[1].sentences[j]);

    add_part(c, same ? QUIRE_DIFF_SAME : QUIRE_DIFF_CHANGED, i, j);
}

/* Both articles from beginning to end: what one has alone before what stands beside each other; of
 * what was moved, where the first has it. */
static void
add_parts(comparing *c)
{
    const size_t na = c->sides[0].nsentences;
    const size_t nb = c->sides[1].nsentences;
    size_t i = 0;
    size_t j = 0;

    while (i < na || j < nb) {
        if (i < na && c->is_moved[0][i]) {
            add_part(c, QUIRE_DIFF_MOVED, i, c->beside[0][i]);
            i++;
        } else if (i < na && c->beside[0][i] == NONE) {
            add_part(c, QUIRE_DIFF_ONLY_FIRST, i, NONE);
            i++;
        } else if (j < nb && c->is_moved[1][j]) {
            j++;
        } else if (j < nb && c->beside[1][j] == NONE) {
            add_part(c, QUIRE_DIFF_ONLY_SECOND, NONE, j);
            j++;
        } else {
            add_pair(c, i, j);
            i++, j++;
        }
    }
}

/* ---- All of it ---- */

static bool
prepare(comparing *c, arena *a)
{
    for (int side = 0; side < 2; side++) {
        const size_t n = c->sides[side].nsentences;

        c->beside[side] = arena_array(a, n + 1, sizeof *c->beside[side]);
        c->is_moved[side] = arena_array(a, n + 1, sizeof *c->is_moved[side]);
        if (c->beside[side] == NULL || c->is_moved[side] == NULL)
            return false;
        for (size_t i = 0; i < n; i++)
            c->beside[side][i] = NONE;
    }
    c->out->parts =
        arena_array(a, c->sides[0].nsentences + c->sides[1].nsentences + 1, sizeof *c->out->parts);
    return c->out->parts != NULL;
}

static quire_diff_article
article_of(const article_record *of)
{
    return (quire_diff_article){.article = of->id,
                                .title = of->title != NULL ? of->title : "",
                                .title_bytes = of->title != NULL ? of->title_bytes : 0,
                                .source = of->source,
                                .date = of->date,
                                .path = of->path};
}

quire_status
sentence_diff_run(store *st, stemmer *stem, const char *first, const char *second,
                  sentence_diff *out, quire_error *err)
{
    comparing c = {.out = out};
    const char *const ids[] = {first, second};
    quire_status status = QUIRE_OK;

    *out = (sentence_diff){.arena = arena_new()};
    if (out->arena == NULL)
        return error_nomem(err);
    for (int side = 0; side < 2 && status == QUIRE_OK; side++) {
        status = article_sentences_read(st, stem, ids[side], out->arena, &c.sides[side], err);
        if (status == QUIRE_OK)
            out->articles[side] = article_of(&c.sides[side].record);
    }
    if (status == QUIRE_OK && (!prepare(&c, out->arena) || !lay_all(&c)))
        status = error_nomem(err);
    if (status != QUIRE_OK) {
        sentence_diff_clear(out);
        return status;
    }
    find_moved(&c);
    add_parts(&c);
    return QUIRE_OK;
}

void
sentence_diff_clear(sentence_diff *d)
{
    arena_free(d->arena);
    *d = (sentence_diff){0};
}
