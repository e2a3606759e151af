/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.c - how a query was read and how a score came about, as lines of text.
 *
 * Scores are computed afresh here, from the numbers that are shown, and compared with the store's:
 * an explanation that does not add up is never printed. */
#include "result/explain.h"

#include <inttypes.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"

quire_status
explain_prepare(store *st, const store_request *request, arena *a, explain_scores *scores_out,
                quire_error *err)
{
    const query_tree *tree = request->tree;
    bool furniture = request->filter.furniture;
    bm25_collection collection = {0};
    quire_status status = store_collection(st, furniture, &collection, err);

    if (status != QUIRE_OK)
        return status;
    bm25_init(&scores_out->model, request->k1, request->b, &collection);
    scores_out->frequencies = arena_array(a, tree->nterms + 1u, sizeof *scores_out->frequencies);
    if (scores_out->frequencies == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++) {
        const query_term *term = &tree->terms[i];
        status = store_document_frequency(st, furniture, term->stem, term->stem_bytes,
                                          term->acronym, &scores_out->frequencies[i], err);
    }
    if (status == QUIRE_OK &&
        !scoring_init(&scores_out->scoring, tree, &scores_out->model, scores_out->frequencies, a))
        status = error_nomem(err);
    return status;
}

/* Append text, each of its lines indented by two blanks and ended by a newline. */
static bool
add_indented(buffer *out, const char *text)
{
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");

        if (!buffer_add_string(out, "  ") || !buffer_add(out, text, n) ||
            !buffer_add_char(out, '\n'))
            return false;
        text += n;
        if (*text == '\n')
            text++;
    }
    return true;
}

/* ---- Stems ---- */

#define MAX_SURFACES 6 /* that are named of a stem: the commonest */
#define MAX_STEMS 50   /* of which surfaces are named */

typedef struct {
    arena *a;
    struct {
        const char *bytes;
        uint64_t occurrences;
    } best[MAX_SURFACES];
    size_t nbest;
    size_t nfound;
    bool is_failed;
} surfaces;

static bool
visit_surface(void *closure, const vocabulary_word *word)
{
    surfaces *s = closure;
    size_t at = s->nbest;
    const char *copy = NULL;

    s->nfound++;
    while (at > 0 && s->best[at - 1].occurrences < word->occurrences)
        at--;
    if (at == MAX_SURFACES)
        return true;
    copy = arena_copy(s->a, word->surface, word->surface_bytes);
    s->is_failed = copy == NULL;
    if (s->nbest < MAX_SURFACES)
        s->nbest++;
    memmove(&s->best[at + 1], &s->best[at], (s->nbest - at - 1) * sizeof s->best[0]);
    s->best[at].bytes = copy;
    s->best[at].occurrences = word->occurrences;
    return !s->is_failed;
}

/* As which words does a stem stand in the index, the commonest first? */
static quire_status
add_surfaces(buffer *out, const vocabulary *words, const query_term *term, arena *a,
             quire_error *err)
{
    surfaces found = {.a = a};
    quire_status status = words->of_stem(words->self, term->stem, term->stem_bytes, term->acronym,
                                         visit_surface, &found, err);
    bool ok = !found.is_failed;

    for (size_t i = 0; ok && i < found.nbest; i++)
        ok = buffer_printf(out, "%s%s", i == 0 ? " (" : ", ", found.best[i].bytes);
    if (ok && found.nbest > 0)
        ok = buffer_add_string(out, found.nfound > found.nbest ? ", ...)" : ")");
    return status == QUIRE_OK && !ok ? error_nomem(err) : status;
}

static quire_status
add_terms(buffer *out, store *st, const store_request *request, const explain_scores *scores,
          arena *a, quire_error *err)
{
    const query_tree *tree = request->tree;
    vocabulary words;
    quire_status status = store_words(st, request->filter.furniture, &words, err);

    for (uint32_t i = 0; i < tree->nterms && status == QUIRE_OK; i++) {
        const query_term *term = &tree->terms[i];
        const uint64_t frequency = scores->frequencies[i];

        if (!buffer_printf(out, "  %.*s%s", (int)term->stem_bytes, term->stem,
                           term->acronym ? " (acronym)" : ""))
            return error_nomem(err);
        if (i < MAX_STEMS && frequency > 0 && !term->acronym)
            status = add_surfaces(out, &words, term, a, err);
        if (status == QUIRE_OK &&
            !buffer_printf(out, ": in %" PRIu64 " of %" PRIu64 " passages, idf %.6f\n", frequency,
                           scores->model.npassages, bm25_idf(&scores->model, frequency)))
            status = error_nomem(err);
    }
    return status;
}

/* ---- Patterns ---- */

/* What a wildcard or fuzzy word became, the commonest first. */
#define MAX_NAMED_WORDS 50

static bool
add_expansion(buffer *out, const query_slot *slot)
{
    const uint32_t nnamed = slot->nwords < MAX_NAMED_WORDS ? slot->nwords : MAX_NAMED_WORDS;
    bool ok = buffer_add_string(out, "  ");

    if (slot->kind == SLOT_SPELLING)
        ok = ok && buffer_add_string(out, "as spelled");
    else
        ok = ok && buffer_add(out, slot->pattern, slot->pattern_bytes);
    if (slot->kind == SLOT_FUZZY)
        ok = ok && buffer_printf(out, "~%" PRIu32, slot->distance);
    ok = ok &&
         buffer_printf(out, ": %" PRIu32 " word%s", slot->nwords, slot->nwords == 1 ? "" : "s");
    for (uint32_t i = 0; ok && i < nnamed; i++)
        ok = buffer_add_string(out, i == 0 ? ": " : ", ") &&
             buffer_add(out, slot->words[i].surface, slot->words[i].surface_bytes);
    return ok && buffer_add_string(out, nnamed < slot->nwords ? ", ...\n" : "\n");
}

static bool
add_expansions(buffer *out, const query_tree *tree)
{
    bool ok = !tree->has_patterns || buffer_add_string(out, "words of the index:\n");

    for (uint32_t i = 0; i < tree->nleaves; i++)
        for (uint32_t k = 0; ok && k < tree->leaves[i]->nslots; k++)
            if (tree->leaves[i]->slots[k].kind > SLOT_GAP)
                ok = add_expansion(out, &tree->leaves[i]->slots[k]);
    return ok;
}

bool
explain_add_reading(buffer *out, const query_tree *tree, arena *a)
{
    const char *printed = query_tree_print(tree, a);

    return printed != NULL && buffer_add_string(out, "query, as it was read:\n") &&
           add_indented(out, printed) && add_expansions(out, tree) &&
           buffer_add_string(out, "stems that score:\n");
}

quire_status
explain_query(store *st, const store_request *request, const explain_scores *scores, arena *a,
              const char **out, quire_error *err)
{
    const query_tree *tree = request->tree;
    const bm25 *model = &scores->model;
    const char *asked = NULL;
    buffer lines = {0};
    quire_status status = store_explain(st, request, a, &asked, err);
    bool ok = true;

    if (status != QUIRE_OK)
        goto done;
    ok = explain_add_reading(&lines, tree, a);
    if (ok)
        status = add_terms(&lines, st, request, scores, a, err);
    if (status != QUIRE_OK)
        goto done;
    ok = ok &&
         buffer_printf(&lines,
                       "BM25:\n  %" PRIu64 " passages of %.3f words on average, k1 %g, b %g\n",
                       model->npassages, model->mean_length, model->k1, model->b) &&
         buffer_add_string(&lines, "asked of the store:\n") && add_indented(&lines, asked);
    if (ok)
        *out = arena_copy(a, lines.bytes, lines.size);
    if (!ok || *out == NULL)
        status = error_nomem(err);
done:
    buffer_free(&lines);
    return status;
}

static uint64_t
largest_frequency(const query_unit *unit, const explain_scores *scores)
{
    uint64_t largest = 0;

    for (uint32_t i = 0; i < unit->nchoices; i++)
        if (scores->frequencies[unit->choices[i].term] > largest)
            largest = scores->frequencies[unit->choices[i].term];
    return largest;
}

/* A unit's line; its weight is added to *sum. */
static bool
add_unit(buffer *out, const query_tree *tree, const explain_scores *scores,
         const match_result *match, uint32_t number, uint32_t length, int64_t *sum)
{
    const query_unit *unit = &tree->units[number];
    uint32_t best = QUERY_NONE;
    const int64_t weight =
        scoring_unit(&scores->scoring, number, match->term_frequency, length, &best);

    if (best == QUERY_NONE)
        return true;
    const query_choice *choice = &unit->choices[best];
    const query_term *term = &tree->terms[choice->term];
    const uint32_t times = match->term_frequency[choice->term];
    const uint64_t frequency = scores->frequencies[choice->term];
    const uint64_t counted = unit->shared_df ? largest_frequency(unit, scores) : frequency;
    bool ok = buffer_printf(
        out, "  %.10f  %.*s%s: %" PRIu32 " %s in it, in %" PRIu64 " passage%s, idf %.6f",
        bm25_score(weight), (int)term->stem_bytes, term->stem, term->acronym ? " (acronym)" : "",
        times, times == 1 ? "time" : "times", frequency, frequency == 1 ? "" : "s",
        bm25_idf(&scores->model, counted));
    *sum += weight;
    if (unit->shared_df && counted != frequency)
        ok = ok && buffer_add_string(out, ", that of the commonest of its like");
    if (choice->scale != 1)
        ok = ok && buffer_printf(out, ", times %g", choice->scale);
    if (unit->nchoices > 1)
        ok = ok && buffer_printf(out, ", the best of %" PRIu32, unit->nchoices);
    return ok && buffer_add_char(out, '\n');
}

quire_status
explain_hit(const query_tree *tree, const explain_scores *scores, const match_result *match,
            uint32_t length, int64_t score, arena *a, const char **out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    buffer lines = {0};
    int64_t sum = 0;
    bool ok = buffer_printf(&lines, "score %.10f, a passage of %" PRIu32 " words\n",
                            bm25_score(score), length);

    for (uint32_t i = 0; ok && i < tree->nunits; i++)
        ok = !match->unit_scores[i] || add_unit(&lines, tree, scores, match, i, length, &sum);
    if (!ok) {
        status = error_nomem(err);
        goto done;
    }
    if (sum != score) {
        status = error_set(err, QUIRE_ECORRUPT,
                           "the index is damaged: a passage's words score %.10f and its store says "
                           "%.10f; rebuild it with quire-index",
                           bm25_score(sum), bm25_score(score));
        goto done;
    }
    *out = arena_copy(a, lines.bytes, lines.size);
    if (*out == NULL)
        status = error_nomem(err);
done:
    buffer_free(&lines);
    return status;
}
