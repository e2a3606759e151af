/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain_article.c - how the score of an article came about, as lines of text.
 *
 * Scores are computed afresh from the article's text and compared with the store's, as those of
 * passages are. */
#include "result/explain_article.h"

#include <inttypes.h>

#include "base/error.h"
#include "result/explain.h"

quire_status
explain_articles_prepare(store *st, const store_request *request, arena *a, explain_articles *out,
                         quire_error *err)
{
    const query_tree *tree = request->tree;
    quire_status status = store_article_collection(st, &out->collection, err);

    if (status != QUIRE_OK)
        return status;
    out->frequencies = arena_array(a, (size_t)tree->nterms + 1, sizeof *out->frequencies);
    if (out->frequencies == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++)
        status = store_article_frequency(st, tree->terms[i].stem, tree->terms[i].stem_bytes,
                                         tree->terms[i].acronym, &out->frequencies[i], err);
    if (status == QUIRE_OK && !article_scoring_init(&out->scoring, tree, request->k1, request->b,
                                                    &out->collection, out->frequencies, a))
        status = error_nomem(err);
    return status;
}

static bool
add_term(buffer *out, const query_term *term, const explain_articles *from, uint64_t frequency)
{
    return buffer_printf(out, "  %.*s%s: in %" PRIu64 " of %" PRIu64 " articles, idf %.6f\n",
                         (int)term->stem_bytes, term->stem, term->acronym ? " (acronym)" : "",
                         frequency, from->collection.narticles,
                         bm25_idf(&from->scoring.of_articles, frequency));
}

quire_status
explain_articles_query(const query_tree *tree, const explain_articles *from, arena *a,
                       const char **out, quire_error *err)
{
    const bm25 *whole = &from->scoring.of_articles;
    const bm25 *part = &from->scoring.of_passages;
    quire_status status = QUIRE_OK;
    buffer lines = {0};
    bool ok = explain_add_reading(&lines, tree, a);

    for (uint32_t i = 0; ok && i < tree->nterms; i++)
        ok = add_term(&lines, &tree->terms[i], from, from->frequencies[i]);
    ok = ok && buffer_printf(&lines,
                             "BM25:\n  %" PRIu64 " articles of %.3f words on average, %" PRIu64
                             " passages of %.3f, k1 %g, b %g; words of a headline count %d times\n",
                             whole->npassages, whole->mean_length, part->npassages,
                             part->mean_length, whole->k1, whole->b, ARTICLE_TITLE_WEIGHT);
    if (ok)
        *out = arena_copy(a, lines.bytes, lines.size);
    if (!ok || *out == NULL)
        status = error_nomem(err);
    buffer_free(&lines);
    return status;
}

/* A unit's line; its weight is added to *sum. */
static bool
add_unit(buffer *out, const scoring *s, const uint32_t *frequencies, uint32_t number,
         uint32_t length, int64_t *sum)
{
    uint32_t best = QUERY_NONE;
    const int64_t weight = scoring_unit(s, number, frequencies, length, &best);
    const query_choice *choice = NULL;
    const query_term *term = NULL;

    if (best == QUERY_NONE)
        return true;
    *sum += weight;
    choice = &s->tree->units[number].choices[best];
    term = &s->tree->terms[choice->term];
    return buffer_printf(out, "    %.10f  %.*s%s: %" PRIu32 " times, weight of its idf %.6f\n",
                         bm25_score(weight), (int)term->stem_bytes, term->stem,
                         term->acronym ? " (acronym)" : "", frequencies[choice->term],
                         s->idf[s->first_choice[number] + best]);
}

static bool
add_units(buffer *out, const scoring *s, const bool *unit_scores, const uint32_t *frequencies,
          uint32_t length, int64_t *sum)
{
    bool ok = true;

    for (uint32_t i = 0; ok && i < s->tree->nunits; i++)
        ok = !unit_scores[i] || add_unit(out, s, frequencies, i, length, sum);
    return ok;
}

/* The passage, from 0, that weighs most. */
static uint32_t
find_best(const explain_articles *from, const explain_article_counts *c, uint32_t nterms)
{
    uint32_t best = 0;
    int64_t largest = -1;

    for (uint32_t i = 0; i < c->npassages; i++) {
        const int64_t part =
            article_scoring_sum(&from->scoring.parts, c->unit_scores,
                                c->frequencies + (size_t)i * nterms, c->lengths[i]);

        if (part > largest) {
            largest = part;
            best = i;
        }
    }
    return best;
}

static bool
add_article(buffer *out, const query_tree *tree, const explain_articles *from,
            const explain_article_counts *c, int64_t *score_out)
{
    const article_scoring *s = &from->scoring;
    const uint32_t best = find_best(from, c, tree->nterms);
    int64_t whole = 0;
    int64_t part = 0;

    if (!buffer_printf(out, "  the whole, of %" PRIu32 " words:\n", c->length) ||
        !add_units(out, &s->whole, c->unit_scores, c->total, c->length, &whole) ||
        !buffer_printf(out,
                       "  and half of what its best passage, number %" PRIu32 " of %" PRIu32
                       ", of %" PRIu32 " words, weighs:\n",
                       best + 1, c->npassages, c->lengths[best]) ||
        !add_units(out, &s->parts, c->unit_scores, c->frequencies + (size_t)best * tree->nterms,
                   c->lengths[best], &part))
        return false;
    *score_out = article_scoring_score(whole, part);
    return true;
}

quire_status
explain_article(const query_tree *tree, const explain_articles *from,
                const explain_article_counts *counts, int64_t score, arena *a, const char **out,
                quire_error *err)
{
    quire_status status = QUIRE_OK;
    buffer lines = {0};
    int64_t sum = 0;
    bool ok = buffer_printf(&lines, "score %.10f\n", bm25_score(score)) &&
              add_article(&lines, tree, from, counts, &sum);

    if (!ok) {
        status = error_nomem(err);
    } else if (sum != score) {
        status = error_set(err, QUIRE_ECORRUPT,
                           "the index is damaged: an article's words score %.10f and its store "
                           "says %.10f; rebuild it with quire-index",
                           bm25_score(sum), bm25_score(score));
    } else {
        *out = arena_copy(a, lines.bytes, lines.size);
        if (*out == NULL)
            status = error_nomem(err);
    }
    buffer_free(&lines);
    return status;
}
