/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a query.  It must be read without an error but those of the limits,
 * print, have its wildcards looked for among the words of a small passage, and match that passage
 * with spans that ascend, do not overlap and lie in it.  The bits of the first byte are options. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query/edits.h"
#include "query/expand.h"
#include "query/match.h"
#include "query/parse.h"

#include "fuzz.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static const char passage_text[] =
    "The US Board of Peace met. A hostage-release deal worth $4.5bn, 76% of it in Gaza! "
    "U.N. and WHO told us who it is: press@un.org, O'Neill and the programme's board of peace.";

static void
check_slot(const query_tree *tree, const query_node *leaf, const query_slot *slot)
{
    CHECK(slot->kind != SLOT_WORDS || slot->nwords > 0);
    CHECK(slot->kind == SLOT_WORDS || slot->kind == SLOT_SPELLING || slot->nwords == 0);
    CHECK(slot->unit == QUERY_NONE || slot->unit < tree->nunits);
    for (uint32_t i = 0; i < slot->nwords; i++)
        CHECK(leaf->excluded || slot->words[i].term < tree->nterms);
}

static void
check_tree(const query_tree *tree, const query_notes *notes, size_t nbytes)
{
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        CHECK(leaf->clause == i + 1);
        CHECK((leaf->kind == QUERY_FIELD) == (leaf->nslots == 0));
        CHECK(leaf->start < leaf->end && leaf->end <= nbytes);
        for (uint32_t j = 0; j < leaf->nslots; j++)
            check_slot(tree, leaf, &leaf->slots[j]);
    }
    for (size_t i = 0; i < notes->nnotes; i++)
        CHECK(notes->notes[i].start <= notes->notes[i].end && notes->notes[i].end <= nbytes);
    CHECK((tree->root == NULL) == (tree->nleaves == 0));
    CHECK(tree->root != NULL || notes->nnotes > 0);
}

static void
check_match(const query_tree *tree, const passage_words *words)
{
    const match_passage at = {.words = words, .title = "", .text = passage_text, .article = 1};
    matcher *m = matcher_new(tree);
    match_result result;
    uint32_t behind = 0;

    CHECK(m != NULL && matcher_run(m, &at, true, &result));
    CHECK(result.matched || result.nspans == 0);
    for (size_t i = 0; i < result.nspans; i++) {
        const match_span *span = &result.spans[i];

        CHECK(span->first >= behind && span->last >= span->first);
        CHECK(span->last < words->list.ntokens);
        CHECK(span->clause >= 1 && span->clause <= tree->nleaves);
        CHECK(words->places[span->first].sentence == words->places[span->last].sentence);
        CHECK(!tree->leaves[span->clause - 1]->excluded);
        behind = span->last + 1;
    }
    for (uint32_t i = 0; i < tree->nunits; i++)
        CHECK(!result.unit_scores[i] || result.matched);
    matcher_free(m);
}

/* ---- the words of the passage as a vocabulary ---- */

static bool
show_word(const passage_words *words, size_t i, vocabulary_visitor visit, void *closure)
{
    const token *t = &words->list.tokens[i];
    const vocabulary_word word = {.surface = token_surface(&words->list, t),
                                  .surface_bytes = t->surface_bytes,
                                  .stem = passage_words_stem(words, &words->places[i]),
                                  .stem_bytes = words->places[i].stem_bytes,
                                  .is_acronym = (t->flags & TOKEN_ACRONYM) != 0,
                                  .occurrences = 1};

    return visit(closure, &word);
}

static quire_status
with_prefix(void *self, const char *prefix, size_t nbytes, vocabulary_visitor visit, void *closure,
            quire_error *err)
{
    const passage_words *words = self;
    bool more = true;

    (void)err;
    for (size_t i = 0; i < words->list.ntokens && more; i++) {
        const token *t = &words->list.tokens[i];

        if (t->surface_bytes >= nbytes &&
            memcmp(token_surface(&words->list, t), prefix, nbytes) == 0)
            more = show_word(words, i, visit, closure);
    }
    return QUIRE_OK;
}

static quire_status
find_near(void *self, const char *surface, size_t nbytes, unsigned edits, size_t same_bytes,
          vocabulary_visitor visit, void *closure, quire_error *err)
{
    const passage_words *words = self;
    bool more = true;

    (void)err;
    for (size_t i = 0; i < words->list.ntokens && more; i++) {
        const token *t = &words->list.tokens[i];

        if (t->surface_bytes >= same_bytes &&
            memcmp(token_surface(&words->list, t), surface, same_bytes) == 0 &&
            edits_between(surface, nbytes, token_surface(&words->list, t), t->surface_bytes,
                          edits) <= edits)
            more = show_word(words, i, visit, closure);
    }
    return QUIRE_OK;
}

static quire_status
of_stem(void *self, const char *stem, size_t nbytes, bool is_acronym, vocabulary_visitor visit,
        void *closure, quire_error *err)
{
    const passage_words *words = self;
    bool more = true;

    (void)err;
    for (size_t i = 0; i < words->list.ntokens && more; i++) {
        const word_place *place = &words->places[i];

        if (((words->list.tokens[i].flags & TOKEN_ACRONYM) != 0) == is_acronym &&
            place->stem_bytes == nbytes &&
            memcmp(passage_words_stem(words, place), stem, nbytes) == 0)
            more = show_word(words, i, visit, closure);
    }
    return QUIRE_OK;
}

/* ---- one input ---- */

static void
read_passage(stemmer *s, passage_words *words)
{
    const sentence sentences[] = {{.start = 0, .end = 26},
                                  {.start = 27, .end = 83},
                                  {.start = 84, .end = sizeof passage_text - 1}};

    CHECK(passage_words_read(words, s, "", passage_text, sentences, 3));
}

static void
try_query(const char *text, size_t nbytes, const query_options *options, stemmer *s,
          passage_words *words)
{
    const vocabulary known = {
        .self = words, .with_prefix = with_prefix, .near = find_near, .of_stem = of_stem};
    arena *a = arena_new();
    query_tree tree;
    query_notes notes = {0};
    quire_error err;
    quire_status status = QUIRE_OK;

    CHECK(a != NULL);
    status = query_parse(text, nbytes, options, s, a, &tree, &notes, &err);
    CHECK(status == QUIRE_OK || status == QUIRE_EQUERY);
    if (status == QUIRE_OK) {
        CHECK(query_tree_print(&tree, a) != NULL);
        check_tree(&tree, &notes, nbytes);
        status = query_expand(&tree, &known, s, a, &notes, &err);
        CHECK(status == QUIRE_OK || status == QUIRE_EQUERY);
    }
    if (status == QUIRE_OK)
        check_match(&tree, words);
    arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes)
{
    static stemmer *s;
    static passage_words words;
    const uint8_t bits = nbytes > 0 ? data[0] : 0;
    const query_options options = {.require_all = (bits & 1) != 0,
                                   .surfaces = (bits & 2) != 0,
                                   .akin = (bits & 4) != 0,
                                   .no_variants = (bits & 8) != 0};

    if (s == NULL) {
        s = stemmer_new();
        CHECK(s != NULL);
        read_passage(s, &words);
    }
    if (nbytes > 0)
        try_query((const char *)data + 1, nbytes - 1, &options, s, &words);
    return 0;
}
