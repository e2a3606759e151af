/* SPDX-License-Identifier: GPL-3.0-or-later */
/* feedback.c - pseudo-relevance feedback.
 *
 * The model is RM1: of the FEEDBACK_DOCUMENTS best articles, or passages where those are ranked, a
 * stem has the mean of its shares in their words, each document weighed by exp(its score), and that
 * times the stem's idf.  Scores above FEEDBACK_SCORE are counted down to it, or of long queries,
 * whose scores lie far apart, the best document would be the only one.  Of articles that are copies
 * of one another one takes part.  The largest of these, of stems that stand in at least two
 * documents and in at most a quarter of them, join the query with up to FEEDBACK_WEIGHT of a word's
 * weight, or in a long query as much as makes them FEEDBACK_SHARE of its words together; words that
 * the query has gain as much.  docs/ranking.md says why. */
#include "result/feedback.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "query/article_scoring.h"
#include "query/units.h"
#include "result/text_words.h"
#include "text/passage_words.h"

#define FEEDBACK_DOCUMENTS 10
#define FEEDBACK_ASKED 40 /* copies among them count once */
#define FEEDBACK_SCORE 15.0
#define FEEDBACK_WEIGHT 0.5
#define FEEDBACK_SHARE 0.5

/* An article, or a passage where those are ranked. */
typedef struct {
    uint64_t first;     /* handle of its first passage; the others follow */
    uint32_t npassages; /* that it consists of */
    uint32_t article;
    uint32_t group; /* of copies, from 1; 0: none */
    int64_t score;
    double weight; /* of each of its words */
} document;

/* A word of a document. */
typedef struct {
    query_word word;
    uint32_t document; /* from 0, by rank */
} occurrence;

typedef struct {
    const query_word *word;
    double score;
} candidate;

typedef struct {
    const feedback_request *request;
    document found[FEEDBACK_DOCUMENTS];
    uint32_t nfound;
    passage_words words;
    occurrence *occurrences;
    size_t noccurrences;
    size_t room;
    candidate *candidates;
    uint32_t ncandidates;
    bm25 model; /* of documents */
} feedback;

/* ---- The best documents ---- */

/* Keep a document, unless its article is a copy of another one that is kept. */
static quire_status
keep(feedback *f, const copies_file *groups, const document *d, quire_error *err)
{
    bool has_group = false;
    uint32_t group = 0;
    copy_group members;
    quire_status status = copies_file_find(groups, d->article, &has_group, &group, &members, err);

    if (status != QUIRE_OK)
        return status;
    for (uint32_t i = 0; has_group && i < f->nfound; i++)
        if (f->found[i].group == group + 1 && f->found[i].article != d->article)
            return QUIRE_OK;
    f->found[f->nfound] = *d;
    f->found[f->nfound++].group = has_group ? group + 1 : 0;
    return QUIRE_OK;
}

static quire_status
find_articles(feedback *f, const store_request *request, const copies_file *groups,
              quire_error *err)
{
    store_article_hit hits[FEEDBACK_ASKED];
    uint32_t nhits = 0;
    uint64_t count = 0;
    quire_status status =
        store_search_articles(f->request->store, request, hits, &nhits, &count, err);

    for (uint32_t i = 0; i < nhits && f->nfound < FEEDBACK_DOCUMENTS && status == QUIRE_OK; i++) {
        const document d = {.first = hits[i].first,
                            .npassages = hits[i].nall,
                            .article = hits[i].article,
                            .score = hits[i].score};

        if (d.score > 0)
            status = keep(f, groups, &d, err);
    }
    return status;
}

/* Whose passage is it? */
static quire_status
find_article(const feedback *f, uint64_t handle, uint32_t *article_out, quire_error *err)
{
    passage_record record = {0};
    article_record of = {0};
    arena *a = arena_new();
    quire_status status = a != NULL ? store_passage(f->request->store, handle, a, &record, &of, err)
                                    : error_nomem(err);

    *article_out = record.article;
    arena_free(a);
    return status;
}

static quire_status
find_passages(feedback *f, const store_request *request, const copies_file *groups,
              quire_error *err)
{
    store_hit hits[FEEDBACK_ASKED];
    uint32_t nhits = 0;
    uint64_t count = 0;
    quire_status status = store_search(f->request->store, request, hits, &nhits, &count, err);

    for (uint32_t i = 0; i < nhits && f->nfound < FEEDBACK_DOCUMENTS && status == QUIRE_OK; i++) {
        document d = {.first = hits[i].handle, .npassages = 1, .score = hits[i].score};

        if (d.score <= 0)
            continue;
        status = find_article(f, hits[i].handle, &d.article, err);
        if (status == QUIRE_OK)
            status = keep(f, groups, &d, err);
    }
    return status;
}

static quire_status
find_documents(feedback *f, quire_error *err)
{
    const feedback_request *r = f->request;
    store_request request = *r->request;
    const copies_file *groups = NULL;
    quire_status status = store_copies(r->store, &groups, err);

    request.max_hits = FEEDBACK_ASKED;
    request.count = false;
    if (status != QUIRE_OK)
        return status;
    return r->by_article ? find_articles(f, &request, groups, err)
                         : find_passages(f, &request, groups, err);
}

/* ---- Their words ---- */

static bool
add_word(feedback *f, size_t i, uint32_t rank)
{
    occurrence *made;

    if (!text_words_may_ask(&f->words, i))
        return true;
    if (!ARRAY_GROW(f->occurrences, f->noccurrences, &f->room))
        return false;
    made = &f->occurrences[f->noccurrences++];
    *made = (occurrence){.document = rank};
    return text_words_ask(&f->words, i, f->request->arena, &made->word);
}

static quire_status
read_passage(feedback *f, uint32_t rank, uint64_t handle, size_t *nwords, quire_error *err)
{
    const feedback_request *r = f->request;
    passage_record record = {0};
    article_record of = {0};
    bool ok = true;
    arena *a = arena_new();
    quire_status status =
        a != NULL ? store_passage(r->store, handle, a, &record, &of, err) : error_nomem(err);

    if (status == QUIRE_OK) {
        ok = passage_words_read(&f->words, r->stemmer, record.title, record.text, record.sentences,
                                record.nsentences);
        for (size_t i = 0; ok && i < f->words.list.ntokens; i++)
            ok = add_word(f, i, rank);
        *nwords += f->words.list.ntokens;
    }
    arena_free(a);
    return ok ? status : error_nomem(err);
}

/* How much a document's score says of it, beside the best one's. */
static double
trust(const feedback *f, const document *d)
{
    const double best = bm25_score(f->found[0].score);
    const double scale = best > FEEDBACK_SCORE ? FEEDBACK_SCORE / best : 1;

    return exp(scale * bm25_score(d->score - f->found[0].score));
}

/* Without what is damaged the query would be another one, and nobody would see it. */
static quire_status
read_documents(feedback *f, quire_error *err)
{
    double sum = 0;
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < f->nfound; i++)
        sum += trust(f, &f->found[i]);
    for (uint32_t i = 0; i < f->nfound && status == QUIRE_OK; i++) {
        document *d = &f->found[i];
        const double share = trust(f, d) / sum;
        size_t nwords = 0;

        for (uint32_t k = 0; k < d->npassages && status == QUIRE_OK; k++)
            status = read_passage(f, i, d->first + k, &nwords, err);
        d->weight = nwords > 0 ? share / (double)nwords : 0;
    }
    return status;
}

/* ---- The best words ---- */

/* Of the same stem and document nothing but the surface differs, and it decides nothing. */
static int
compare_occurrences(const void *a, const void *b)
{
    const occurrence *first = a;
    const occurrence *second = b;
    const int order = text_words_compare_stems(&first->word, &second->word);

    return order != 0 ? order
                      : (first->document > second->document) - (first->document < second->document);
}

static int
compare_candidates(const void *a, const void *b)
{
    const candidate *first = a;
    const candidate *second = b;

    if (first->score != second->score)
        return first->score < second->score ? 1 : -1;
    return text_words_compare_stems(first->word, second->word);
}

static quire_status
count_documents(const feedback *f, const query_word *word, uint64_t *out, quire_error *err)
{
    const feedback_request *r = f->request;
    const bool is_acronym = (word->flags & TOKEN_ACRONYM) != 0;

    return r->by_article
               ? store_article_frequency(r->store, word->stem, word->stem_bytes, is_acronym, out,
                                         err)
               : store_document_frequency(r->store, r->request->filter.furniture, word->stem,
                                          word->stem_bytes, is_acronym, out, err);
}

/* Occurrences [first, end) are of one stem. */
static quire_status
weigh_stem(feedback *f, size_t first, size_t end, quire_error *err)
{
    const query_word *word = &f->occurrences[first].word;
    uint64_t frequency = 0;
    double share = 0;
    quire_status status = count_documents(f, word, &frequency, err);

    if (status != QUIRE_OK || frequency < 2 || frequency > f->model.npassages / 4)
        return status;
    for (size_t i = first; i < end; i++)
        share += f->found[f->occurrences[i].document].weight;
    f->candidates[f->ncandidates++] =
        (candidate){.word = word, .score = share * bm25_idf(&f->model, frequency)};
    return QUIRE_OK;
}

static quire_status
prepare_model(feedback *f, quire_error *err)
{
    const feedback_request *r = f->request;
    bm25_collection documents = {0};
    article_collection articles = {0};
    quire_status status =
        r->by_article ? store_article_collection(r->store, &articles, err)
                      : store_collection(r->store, r->request->filter.furniture, &documents, err);

    if (r->by_article)
        documents = (bm25_collection){articles.narticles, articles.total_length};
    bm25_init(&f->model, r->request->k1, r->request->b, &documents);
    return status;
}

static quire_status
choose_words(feedback *f, quire_error *err)
{
    const feedback_request *r = f->request;
    quire_status status = QUIRE_OK;

    if (f->noccurrences == 0)
        return QUIRE_OK;
    status = prepare_model(f, err);
    if (status != QUIRE_OK)
        return status;
    f->candidates = arena_array(r->arena, f->noccurrences, sizeof *f->candidates);
    if (f->candidates == NULL)
        return error_nomem(err);
    qsort(f->occurrences, f->noccurrences, sizeof *f->occurrences, compare_occurrences);
    for (size_t i = 0, end; i < f->noccurrences && status == QUIRE_OK; i = end) {
        for (end = i + 1;
             end < f->noccurrences &&
             text_words_compare_stems(&f->occurrences[i].word, &f->occurrences[end].word) == 0;)
            end++;
        status = weigh_stem(f, i, end, err);
    }
    qsort(f->candidates, f->ncandidates, sizeof *f->candidates, compare_candidates);
    return status;
}

/* ---- The tree ---- */

/* Raise the weight of the query's own bare words of this stem; false where it has none. */
static bool
raise_word(query_tree *tree, uint32_t nleaves, const query_word *word, double weight)
{
    bool found = false;

    for (uint32_t i = 0; i < nleaves; i++) {
        query_node *leaf = tree->leaves[i];

        if (leaf->kind != QUERY_WORD || leaf->slots[0].nwords == 0 ||
            text_words_compare_stems(&leaf->slots[0].words[0], word) != 0)
            continue;
        leaf->weight += weight;
        found = true;
    }
    return found;
}

static bool
is_bare_word(const query_node *node)
{
    return (node->kind == QUERY_WORD || node->kind == QUERY_COMPOUND) && !node->in_title;
}

/* Is the query nothing but words, none of which is required where there are several? */
static bool
is_bare(const query_node *root)
{
    bool bare = root->kind == QUERY_LIST;

    if (is_bare_word(root))
        return true;
    for (uint32_t i = 0; bare && i < root->nchildren; i++) {
        const query_node *child = root->children[i];

        bare =
            is_bare_word(child) && (child->role == ROLE_OPTIONAL || child->role == ROLE_SUPPORTING);
    }
    return bare;
}

/* A list that new leaves may be added to. */
static query_node *
make_root(query_node *root, uint32_t nwords, arena *a)
{
    const bool is_list = root->kind == QUERY_LIST;
    query_node *list = arena_alloc(a, sizeof *list);
    const uint32_t nold = is_list ? root->nchildren : 1;
    query_node **children = arena_array(a, (size_t)nold + nwords, sizeof *children);

    if (list == NULL || children == NULL)
        return NULL;
    *list =
        is_list
            ? *root
            : (query_node){.kind = QUERY_LIST, .role = ROLE_REQUIRED, .height = root->height + 1};
    if (is_list)
        memcpy(children, root->children, nold * sizeof *children);
    else
        children[0] = root;
    if (is_bare_word(root))
        root->role = ROLE_OPTIONAL;
    list->children = children;
    list->nchildren = nold;
    return list;
}

static bool
add_leaf(query_tree *tree, const query_word *word, query_role role, double weight, arena *a)
{
    query_node *leaf = arena_alloc(a, sizeof *leaf);
    query_slot *slot = arena_alloc(a, sizeof *slot);
    query_word *own = arena_alloc(a, sizeof *own);

    if (leaf == NULL || slot == NULL || own == NULL)
        return false;
    *own = *word;
    *slot = (query_slot){.kind = SLOT_WORDS, .words = own, .nwords = 1, .unit = QUERY_NONE};
    *leaf = (query_node){.kind = QUERY_WORD,
                         .role = role,
                         .clause = tree->nleaves + 1,
                         .slots = slot,
                         .nslots = 1,
                         .is_added = true,
                         .weight = weight};
    tree->root->children[tree->root->nchildren++] = leaf;
    tree->leaves[tree->nleaves++] = leaf;
    return true;
}

/* The weight of the best of n candidates; that of the others is in proportion. */
static double
best_weight(const feedback *f, const query_tree *tree, uint32_t n)
{
    double sum = 0; /* of all of them, if the best had 1 */
    double weight = 0;

    for (uint32_t i = 0; i < n; i++)
        sum += f->candidates[i].score / f->candidates[0].score;
    weight = FEEDBACK_SHARE * article_scoring_words(tree) / sum;
    if (weight < FEEDBACK_WEIGHT)
        return FEEDBACK_WEIGHT;
    return weight < 1 ? weight : 1;
}

static bool
add_words(const feedback *f, query_tree *tree, uint32_t nwords)
{
    arena *a = f->request->arena;
    const uint32_t n = f->ncandidates < nwords ? f->ncandidates : nwords;
    const uint32_t nown = tree->nleaves;
    const double best = best_weight(f, tree, n);
    const query_role role = is_bare(tree->root) ? ROLE_OPTIONAL : ROLE_SUPPORTING;
    query_node **leaves = arena_array(a, (size_t)nown + n + 1, sizeof *leaves);

    if (leaves == NULL)
        return false;
    memcpy(leaves, tree->leaves, nown * sizeof(query_node *));
    tree->leaves = leaves;
    tree->root = make_root(tree->root, n, a);
    if (tree->root == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const candidate *c = &f->candidates[i];
        const double weight = best * c->score / f->candidates[0].score;

        if (!raise_word(tree, nown, c->word, weight) && !add_leaf(tree, c->word, role, weight, a))
            return false;
    }
    return units_make(tree, a);
}

quire_status
feedback_add(const feedback_request *request, query_tree *tree, uint32_t nwords, quire_error *err)
{
    feedback f = {.request = request};
    quire_status status = find_documents(&f, err);

    if (status == QUIRE_OK)
        status = read_documents(&f, err);
    if (status == QUIRE_OK)
        status = choose_words(&f, err);
    if (status == QUIRE_OK && f.ncandidates > 0 && !add_words(&f, tree, nwords))
        status = error_nomem(err);
    free(f.occurrences);
    passage_words_free(&f.words);
    return status;
}
