/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spelling.c - choosing among the words that are near. */
#include "query/spelling.h"

#include <string.h>

#include "base/error.h"
#include "query/edits.h"
#include "text/words.h"

#define SHORTEST 4      /* letters of a word that may be misspelt */
#define SHORT_LETTERS 6 /* up to which there is one edit: two make anything of so few letters */
#define SURE_TIMES 5    /* how often a word occurs that is to be two edits away */
#define SECOND_EDIT 16  /* what that divides a word's frequency by */
#define FIRST_LETTER 8  /* the same where the first letters differ */

typedef struct {
    const query_word *word;
    uint64_t at_least;
    unsigned limit;
    arena *a;
    spelling_candidate *best; /* the best first */
    size_t nbest;
    bool is_failed;
} choosing;

static size_t
count_letters(const char *word, size_t nbytes)
{
    size_t n = 0;

    for (size_t i = 0; i < nbytes; i++)
        n += ((unsigned char)word[i] & 0xc0) != 0x80;
    return n;
}

bool
spelling_may_err(const query_word *word)
{
    if ((word->flags & (TOKEN_ACRONYM | TOKEN_NUMBER)) != 0 ||
        count_letters(word->surface, word->surface_bytes) < SHORTEST)
        return false;
    for (uint32_t i = 0; i < word->surface_bytes; i++)
        if (word->surface[i] >= '0' && word->surface[i] <= '9')
            return false;
    return true;
}

/* How much speaks for a candidate. */
static uint64_t
weight_of(const query_word *word, const spelling_candidate *c)
{
    const uint64_t most = UINT64_MAX / (SECOND_EDIT * FIRST_LETTER);
    uint64_t weight = c->occurrences < most ? c->occurrences : most;

    if (c->edits < 2)
        weight *= SECOND_EDIT;
    if (c->surface[0] == word->surface[0])
        weight *= FIRST_LETTER;
    return weight;
}

/* Words come in the order of their bytes, so of those that weigh the same the first stays first. */
static bool
visit(void *closure, const vocabulary_word *found)
{
    choosing *c = closure;
    spelling_candidate added = {.surface = found->surface,
                                .surface_bytes = found->surface_bytes,
                                .stem_bytes = found->stem_bytes,
                                .occurrences = found->occurrences};
    size_t at = c->nbest;

    if (found->is_acronym || found->occurrences < c->at_least ||
        (found->surface[0] >= '0' && found->surface[0] <= '9') ||
        (found->stem_bytes == c->word->stem_bytes &&
         memcmp(found->stem, c->word->stem, found->stem_bytes) == 0))
        return true;
    added.edits = edits_between(c->word->surface, c->word->surface_bytes, found->surface,
                                found->surface_bytes, c->limit);
    if (added.edits > 1 && added.occurrences < SURE_TIMES)
        return true;
    while (at > 0 && weight_of(c->word, &added) > weight_of(c->word, &c->best[at - 1]))
        at--;
    if (at == SPELLING_MAX_CANDIDATES)
        return true;
    added.surface = arena_copy(c->a, found->surface, found->surface_bytes);
    added.stem = arena_copy(c->a, found->stem, found->stem_bytes);
    if (added.surface == NULL || added.stem == NULL) {
        c->is_failed = true;
        return false;
    }
    if (c->nbest < SPELLING_MAX_CANDIDATES)
        c->nbest++;
    memmove(c->best + at + 1, c->best + at, (c->nbest - at - 1) * sizeof *c->best);
    c->best[at] = added;
    return true;
}

quire_status
spelling_find(const vocabulary *words, const query_word *word, uint64_t at_least, bool same_first,
              arena *a, spelling_candidate out[SPELLING_MAX_CANDIDATES], size_t *ncandidates_out,
              quire_error *err)
{
    choosing c = {.word = word, .at_least = at_least, .a = a, .best = out};
    size_t first_bytes = 1;
    quire_status status;

    while (first_bytes < word->surface_bytes && (word->surface[first_bytes] & 0xc0) == 0x80)
        first_bytes++;
    c.limit = count_letters(word->surface, word->surface_bytes) <= SHORT_LETTERS ? 1 : 2;
    status = words->near(words->self, word->surface, word->surface_bytes, c.limit,
                         same_first ? first_bytes : 0, visit, &c, err);
    *ncandidates_out = c.nbest;
    return status == QUIRE_OK && c.is_failed ? error_nomem(err) : status;
}
