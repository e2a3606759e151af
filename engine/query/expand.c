/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expand.c - asking a vocabulary.
 *
 * Of more words than a slot may have the commonest are kept, in a heap with the rarest on top; of
 * words that occur as often, those that come first by their bytes. */
#include "query/expand.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "query/edits.h"
#include "query/pattern.h"
#include "query/units.h"
#include "text/variants.h"

typedef struct {
    query_word word;
    uint64_t occurrences;
} candidate;

/* The words of one slot. */
typedef struct {
    const query_slot *slot;
    stemmer *stemmer;
    arena *a;
    const char *spelled; /* SLOT_SPELLING: the stem of the word as it is spelled */
    size_t spelled_bytes;
    candidate *heap; /* the rarest first */
    size_t nheap;
    size_t room;
    size_t limit;
    uint64_t nfound;
    bool is_failed; /* memory was out */
} gathering;

/* ---- The commonest ---- */

/* Is a to be dropped before b? */
static bool
is_rarer(const candidate *a, const candidate *b)
{
    const size_t n = a->word.surface_bytes < b->word.surface_bytes ? a->word.surface_bytes
                                                                   : b->word.surface_bytes;
    int order;

    if (a->occurrences != b->occurrences)
        return a->occurrences < b->occurrences;
    order = memcmp(a->word.surface, b->word.surface, n);
    return order != 0 ? order > 0 : a->word.surface_bytes > b->word.surface_bytes;
}

static void
sift_down(gathering *g, size_t at)
{
    for (;;) {
        size_t least = at;

        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < g->nheap; child++)
            if (is_rarer(&g->heap[child], &g->heap[least]))
                least = child;
        if (least == at)
            return;
        const candidate moved = g->heap[at];
        g->heap[at] = g->heap[least];
        g->heap[least] = moved;
        at = least;
    }
}

static void
sift_up(gathering *g, size_t at)
{
    while (at > 0 && is_rarer(&g->heap[at], &g->heap[(at - 1) / 2])) {
        const candidate moved = g->heap[at];

        g->heap[at] = g->heap[(at - 1) / 2];
        g->heap[(at - 1) / 2] = moved;
        at = (at - 1) / 2;
    }
}

static bool
copy_word(gathering *g, const vocabulary_word *from, float scale, candidate *to)
{
    *to = (candidate){.occurrences = from->occurrences};
    to->word = (query_word){.surface = arena_copy(g->a, from->surface, from->surface_bytes),
                            .stem = arena_copy(g->a, from->stem, from->stem_bytes),
                            .surface_bytes = from->surface_bytes,
                            .stem_bytes = from->stem_bytes,
                            .flags = from->is_acronym ? TOKEN_ACRONYM : 0,
                            .match = MATCH_SURFACE,
                            .scale = scale,
                            .term = QUERY_NONE};
    return to->word.surface != NULL && to->word.stem != NULL;
}

/* Take a word in, if it is among the commonest. */
static void
keep(gathering *g, const vocabulary_word *word, float scale)
{
    candidate added = {.occurrences = word->occurrences};

    g->nfound++;
    added.word.surface = word->surface;
    added.word.surface_bytes = word->surface_bytes;
    if (g->limit == 0 || (g->nheap == g->limit && is_rarer(&added, &g->heap[0])))
        return;
    if (!copy_word(g, word, scale, &added)) {
        g->is_failed = true;
    } else if (g->nheap == g->limit) {
        g->heap[0] = added;
        sift_down(g, 0);
    } else if (!ARRAY_GROW(g->heap, g->nheap, &g->room)) {
        g->is_failed = true;
    } else {
        g->heap[g->nheap++] = added;
        sift_up(g, g->nheap - 1);
    }
}

/* ---- Visitors ---- */

static bool
visit_wildcard(void *closure, const vocabulary_word *word)
{
    gathering *g = closure;

    if (pattern_fits(g->slot->pattern, g->slot->pattern_bytes, word->surface, word->surface_bytes))
        keep(g, word, 1);
    return !g->is_failed;
}

static bool
visit_fuzzy(void *closure, const vocabulary_word *word)
{
    gathering *g = closure;
    const unsigned edits = edits_between(g->slot->pattern, g->slot->pattern_bytes, word->surface,
                                         word->surface_bytes, g->slot->distance);

    if (edits <= g->slot->distance)
        keep(g, word, edits == 0 ? 1.0F : edits == 1 ? 0.5F : 0.25F);
    return !g->is_failed;
}

/* Has it the same stem before British and American spellings are made one? */
static bool
visit_spelling(void *closure, const vocabulary_word *word)
{
    gathering *g = closure;
    size_t nbytes = 0;
    const char *stem =
        stemmer_stem_as_spelled(g->stemmer, word->surface, word->surface_bytes, &nbytes);

    if (stem == NULL)
        g->is_failed = true;
    else if (nbytes == g->spelled_bytes && memcmp(stem, g->spelled, nbytes) == 0)
        keep(g, word, 1);
    return !g->is_failed;
}

/* ---- Slots ---- */

static quire_status
walk(gathering *g, const vocabulary *words, quire_error *err)
{
    const query_slot *slot = g->slot;
    const query_word *word = slot->words;
    const char *stem = NULL;

    if (slot->kind == SLOT_WILDCARD)
        return words->with_prefix(words->self, slot->pattern,
                                  pattern_prefix(slot->pattern, slot->pattern_bytes),
                                  visit_wildcard, g, err);
    if (slot->kind == SLOT_FUZZY)
        return words->near(words->self, slot->pattern, slot->pattern_bytes, slot->distance, 0,
                           visit_fuzzy, g, err);
    stem =
        stemmer_stem_as_spelled(g->stemmer, word->surface, word->surface_bytes, &g->spelled_bytes);
    g->spelled = stem == NULL ? NULL : arena_copy(g->a, stem, g->spelled_bytes);
    if (g->spelled == NULL)
        return error_nomem(err);
    return words->of_stem(words->self, word->stem, word->stem_bytes, false, visit_spelling, g, err);
}

static int
compare_candidates(const void *a, const void *b)
{
    return is_rarer(a, b) ? 1 : is_rarer(b, a) ? -1 : 0;
}

/* The commonest first. */
static bool
fill_slot(gathering *g, query_slot *slot)
{
    query_word *words = arena_array(g->a, g->nheap + 1, sizeof *words);

    if (words == NULL)
        return false;
    if (g->nheap > 1)
        qsort(g->heap, g->nheap, sizeof *g->heap, compare_candidates);
    for (size_t i = 0; i < g->nheap; i++)
        words[i] = g->heap[i].word;
    slot->words = words;
    slot->nwords = (uint32_t)g->nheap;
    return true;
}

static bool
note_slot(const gathering *g, const query_node *leaf, arena *a, query_notes *notes)
{
    const query_slot *slot = g->slot;
    const char *asked = slot->kind == SLOT_SPELLING ? slot->words[0].surface : slot->pattern;
    const char *edits = slot->kind != SLOT_FUZZY ? "" : slot->distance == 1 ? "~1" : "~2";

    if (g->nfound == 0)
        return query_note(notes, a, "no-such-word", leaf->start, leaf->end,
                          "no passage has a word like \"%s%s\"", asked, edits);
    if (g->limit == 0)
        return query_note(notes, a, "expansion-cut", leaf->start, leaf->end,
                          "\"%s%s\" is not looked for: what stands before it stands for %d words, "
                          "all that a query may have",
                          asked, edits, EXPAND_MAX_TOTAL);
    if (g->nfound > g->nheap)
        return query_note(notes, a, "expansion-cut", leaf->start, leaf->end,
                          "\"%s%s\" stands for %llu words; the %zu commonest are looked for", asked,
                          edits, (unsigned long long)g->nfound, g->nheap);
    return true;
}

static quire_status
expand_slot(query_slot *slot, const query_node *leaf, const vocabulary *words, stemmer *s,
            size_t *nleft, arena *a, query_notes *notes, quire_error *err)
{
    gathering g = {.slot = slot, .stemmer = s, .a = a};
    quire_status status;

    g.limit = *nleft < EXPAND_MAX_WORDS ? *nleft : EXPAND_MAX_WORDS;
    status = walk(&g, words, err);
    if (status == QUIRE_OK &&
        (g.is_failed || !note_slot(&g, leaf, a, notes) || !fill_slot(&g, slot)))
        status = error_nomem(err);
    *nleft -= g.nheap;
    free(g.heap);
    return status;
}

static size_t
count_patterns(const query_tree *tree)
{
    size_t n = 0;

    for (uint32_t i = 0; i < tree->nleaves; i++)
        for (uint32_t k = 0; k < tree->leaves[i]->nslots; k++)
            n += tree->leaves[i]->slots[k].kind == SLOT_WILDCARD ||
                 tree->leaves[i]->slots[k].kind == SLOT_FUZZY;
    return n;
}

quire_status
query_expand(query_tree *tree, const vocabulary *words, stemmer *s, arena *a, query_notes *notes,
             quire_error *err)
{
    size_t nleft = EXPAND_MAX_TOTAL;
    quire_status status = QUIRE_OK;

    if (!tree->has_patterns)
        return QUIRE_OK;
    if (count_patterns(tree) > EXPAND_MAX_PATTERNS)
        return error_set(err, QUIRE_EQUERY, "the query has more than %d wildcards and fuzzy words",
                         EXPAND_MAX_PATTERNS);
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        query_node *leaf = tree->leaves[i];

        for (uint32_t k = 0; k < leaf->nslots && status == QUIRE_OK; k++)
            if (leaf->slots[k].kind > SLOT_GAP)
                status = expand_slot(&leaf->slots[k], leaf, words, s, &nleft, a, notes, err);
    }
    if (status == QUIRE_OK && !units_make(tree, a))
        status = error_nomem(err);
    return status;
}
