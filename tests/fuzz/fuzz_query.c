/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a query.  It must be read without an error but those of the limits,
 * print, and match a small passage with spans that ascend, do not overlap and lie in it.  The first
 * byte says whether unmarked clauses are required. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query/match.h"
#include "query/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes);

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static const char passage_text[] =
    "The US Board of Peace met. A hostage-release deal worth $4.5bn, 76% of it in Gaza! "
    "U.N. and WHO told us who it is: press@un.org, O'Neill and the programme's board of peace.";

static void
check_tree(const query_tree *tree, const query_notes *notes, size_t nbytes)
{
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        CHECK(leaf->clause == i + 1 && leaf->nwords > 0);
        CHECK(leaf->start < leaf->end && leaf->end <= nbytes);
        for (uint32_t j = 0; j < leaf->nwords; j++)
            CHECK(leaf->excluded || leaf->words[j].term < tree->nterms);
    }
    for (size_t i = 0; i < notes->nnotes; i++)
        CHECK(notes->notes[i].start <= notes->notes[i].end && notes->notes[i].end <= nbytes);
    CHECK((tree->root == NULL) == (tree->nleaves == 0));
    CHECK(tree->root != NULL || notes->nnotes > 0);
}

static void
check_match(const query_tree *tree, const passage_words *words)
{
    matcher *m = matcher_new(tree);
    match_result result;
    uint32_t behind = 0;

    CHECK(m != NULL && matcher_run(m, words, true, &result));
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
    for (uint32_t i = 0; i < tree->nterms; i++)
        CHECK(!result.term_scores[i] || (result.matched && result.term_frequency[i] > 0));
    matcher_free(m);
}

static void
read_passage(stemmer *s, passage_words *words)
{
    const sentence sentences[] = {{.start = 0, .end = 26},
                                  {.start = 27, .end = 83},
                                  {.start = 84, .end = sizeof passage_text - 1}};

    CHECK(passage_words_read(words, s, "", passage_text, sentences, 3));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes)
{
    static stemmer *s;
    static passage_words words;
    const query_options options = {.require_all = nbytes > 0 && data[0] % 2 == 1};
    arena *a = arena_new();
    query_tree tree;
    query_notes notes = {0};
    quire_error err;
    quire_status status = QUIRE_OK;

    if (s == NULL) {
        s = stemmer_new();
        CHECK(s != NULL);
        read_passage(s, &words);
    }
    CHECK(a != NULL);
    if (nbytes > 0) {
        data++;
        nbytes--;
    }
    status = query_parse((const char *)data, nbytes, &options, s, a, &tree, &notes, &err);
    CHECK(status == QUIRE_OK || status == QUIRE_EQUERY);
    if (status == QUIRE_OK) {
        CHECK(query_tree_print(&tree, a) != NULL);
        check_tree(&tree, &notes, nbytes);
        check_match(&tree, &words);
    }
    arena_free(a);
    return 0;
}
