/* SPDX-License-Identifier: GPL-3.0-or-later */
/* like.c - more like this.
 *
 * Of each stem of the sample, occurrences in the headline counting three times, its frequency times
 * its idf says how much it tells; the LIKE_WORDS that tell most become a query of alternatives,
 * each weighed by how often the sample has it, so that a passage scores by tf x idf on both sides.
 * Stems of more than a quarter of all passages tell nothing, nor do those that only the sample's
 * own article and its copies have.  Frequencies wear off: a text says again and again what it is
 * about, but the tenth time adds little to the fifth. */
#include "result/like.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/utf8.h"
#include "query/bm25.h"
#include "query/units.h"
#include "result/by_id.h"
#include "result/text_words.h"
#include "text/passage_words.h"

#define LIKE_WORDS 25
#define LIKE_MAX_READ 200000 /* words of the sample */
#define HEADLINE_TIMES 3
#define WEARS_OFF 10.0 /* so many occurrences have half of the weight that there is */

/* A word of the sample. */
typedef struct {
    query_word word;
    uint32_t passage; /* from 0 */
    uint32_t times;   /* it counts */
} occurrence;

typedef struct {
    const query_word *word;
    double weight; /* by its frequency, up to 1 */
    double score;
} candidate;

typedef struct {
    const like_request *request;
    passage_words words;
    occurrence *occurrences;
    size_t noccurrences;
    size_t room;
    uint32_t npassages; /* read so far */
    candidate *candidates;
    uint32_t ncandidates;
    bm25 model;

    uint64_t *own; /* articles that are left out; NULL: none is */
    uint32_t nown;
} liking;

/* ---- Words ---- */

static bool
add_word(liking *k, size_t i)
{
    const token *t = &k->words.list.tokens[i];
    occurrence *made;

    if (!text_words_may_ask(&k->words, i) || k->noccurrences >= LIKE_MAX_READ ||
        words_is_function_word(token_surface(&k->words.list, t), t->surface_bytes))
        return true;
    if (!ARRAY_GROW(k->occurrences, k->noccurrences, &k->room))
        return false;
    made = &k->occurrences[k->noccurrences++];
    *made = (occurrence){.passage = k->npassages,
                         .times = k->words.places[i].in_title ? HEADLINE_TIMES : 1};
    return text_words_ask(&k->words, i, k->request->arena, &made->word);
}

static bool
add_words(liking *k)
{
    bool ok = true;

    for (size_t i = 0; ok && i < k->words.list.ntokens; i++)
        ok = add_word(k, i);
    k->npassages++;
    return ok;
}

static quire_status
read_passage(liking *k, uint64_t handle, uint32_t number, quire_error *err)
{
    passage_record record = {0};
    article_record of = {0};
    bool ok = true;
    arena *a = arena_new();
    quire_status status = a != NULL ? store_passage(k->request->store, handle, a, &record, &of, err)
                                    : error_nomem(err);

    if (status == QUIRE_OK && record.article == number)
        ok = passage_words_read(&k->words, k->request->stemmer, record.title, record.text,
                                record.sentences, record.nsentences) &&
             add_words(k);
    arena_free(a);
    return ok ? status : error_nomem(err);
}

static void
leave_out(liking *k, uint32_t number)
{
    k->own[(number - 1) / 64] |= UINT64_C(1) << (number - 1) % 64;
    k->nown++;
}

/* The article and its copies are no answer. */
static quire_status
find_own(liking *k, uint32_t number, quire_error *err)
{
    const copies_file *groups = NULL;
    bool has_group = false;
    uint32_t group = 0;
    copy_group members = {0};
    quire_status status = store_copies(k->request->store, &groups, err);

    k->own = arena_array(k->request->arena, (size_t)store_narticles(k->request->store) / 64 + 1,
                         sizeof *k->own);
    if (k->own == NULL)
        return error_nomem(err);
    if (status == QUIRE_OK)
        status = copies_file_find(groups, number, &has_group, &group, &members, err);
    if (status == QUIRE_OK && !has_group)
        leave_out(k, number);
    for (uint32_t i = 0; has_group && i < members.nmembers && status == QUIRE_OK; i++) {
        uint32_t member = 0;

        status = copies_file_member(groups, &members, i, &member, err);
        if (status == QUIRE_OK)
            leave_out(k, member);
    }
    return status;
}

static quire_status
read_article(liking *k, quire_error *err)
{
    const like_request *r = k->request;
    by_id_article found;
    quire_status status =
        by_id_find(r->store, r->stemmer, r->sample->article, r->arena, &found, err);

    if (status == QUIRE_OK)
        status = find_own(k, found.number, err);
    for (uint32_t i = 0; i < found.nhits && status == QUIRE_OK; i++)
        status = read_passage(k, found.hits[i].handle, found.number, err);
    return status;
}

/* Text that may be no UTF-8; NULL when memory is out. */
static const char *
repair(const char *text, size_t *nbytes, arena *a)
{
    utf8_repair *repairs = NULL;
    size_t nrepairs = 0;
    buffer valid = {0};
    const char *copy = NULL;

    if (text == NULL || utf8_valid_prefix(text, *nbytes) == *nbytes)
        return text != NULL ? text : "";
    if (utf8_repair_text(text, *nbytes, &valid, &repairs, &nrepairs)) {
        *nbytes = valid.size;
        copy = arena_copy(a, valid.bytes, valid.size);
    }
    free(repairs);
    buffer_free(&valid);
    return copy;
}

static quire_status
read_text(liking *k, quire_error *err)
{
    const like_request *r = k->request;
    size_t title_bytes = r->sample->title_bytes;
    size_t text_bytes = r->sample->text_bytes;
    const char *title = repair(r->sample->title, &title_bytes, r->arena);
    const char *text = repair(r->sample->text, &text_bytes, r->arena);
    passage_list list = {0};
    bool ok = title != NULL && text != NULL &&
              passages_split(title, title_bytes, text, text_bytes, 0, &list);

    for (size_t i = 0; ok && i < list.npassages; i++)
        if (!list.passages[i].furniture)
            ok = passage_words_take(&k->words, r->stemmer, title, text, &list, &list.passages[i]) &&
                 add_words(k);
    passage_list_free(&list);
    return ok ? QUIRE_OK : error_nomem(err);
}

/* ---- The telling ones ---- */

static bool
is_acronym(const query_word *word)
{
    return (word->flags & TOKEN_ACRONYM) != 0;
}

/* By stem, then by passage; of the rest the surface, of which the first is shown. */
static int
compare_occurrences(const void *a, const void *b)
{
    const occurrence *first = a;
    const occurrence *second = b;
    const int order = text_words_compare_stems(&first->word, &second->word);

    if (order != 0)
        return order;
    if (is_acronym(&first->word) != is_acronym(&second->word))
        return is_acronym(&first->word) - is_acronym(&second->word);
    if (first->passage != second->passage)
        return first->passage < second->passage ? -1 : 1;
    return strcmp(first->word.surface, second->word.surface);
}

static bool
is_same(const query_word *a, const query_word *b)
{
    return text_words_compare_stems(a, b) == 0 && is_acronym(a) == is_acronym(b);
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

/* Occurrences [first, end) are of one stem. */
static quire_status
weigh_stem(liking *k, size_t first, size_t end, quire_error *err)
{
    const query_word *word = &k->occurrences[first].word;
    uint64_t frequency = 0;
    uint64_t npassages = 0; /* of the sample that have it */
    double times = 0;
    quire_status status =
        store_document_frequency(k->request->store, k->request->furniture, word->stem,
                                 word->stem_bytes, is_acronym(word), &frequency, err);

    for (size_t i = first; i < end; i++) {
        times += k->occurrences[i].times;
        npassages += i == first || k->occurrences[i].passage != k->occurrences[i - 1].passage;
    }
    if (status != QUIRE_OK || frequency == 0 || frequency <= npassages * k->nown)
        return status;
    candidate *c = &k->candidates[k->ncandidates++];

    *c = (candidate){.word = word, .weight = times / (times + WEARS_OFF)};
    c->score = c->weight * bm25_idf(&k->model, frequency);
    return QUIRE_OK;
}

static quire_status
choose_words(liking *k, quire_error *err)
{
    const like_request *r = k->request;
    bm25_collection collection = {0};
    quire_status status = store_collection(r->store, r->furniture, &collection, err);

    if (status != QUIRE_OK || k->noccurrences == 0)
        return status;
    bm25_init(&k->model, BM25_DEFAULT_K1, BM25_DEFAULT_B, &collection);
    k->candidates = arena_array(r->arena, k->noccurrences, sizeof *k->candidates);
    if (k->candidates == NULL)
        return error_nomem(err);
    qsort(k->occurrences, k->noccurrences, sizeof *k->occurrences, compare_occurrences);
    for (size_t i = 0, end; i < k->noccurrences && status == QUIRE_OK; i = end) {
        for (end = i + 1;
             end < k->noccurrences && is_same(&k->occurrences[i].word, &k->occurrences[end].word);)
            end++;
        status = weigh_stem(k, i, end, err);
    }
    if (k->ncandidates > 0)
        qsort(k->candidates, k->ncandidates, sizeof *k->candidates, compare_candidates);
    return status;
}

/* ---- The tree ---- */

/* The words behind the query; *starts_out: where each begins. */
static bool
make_text(const liking *k, uint32_t nwords, const char **text, size_t *text_bytes,
          size_t **starts_out)
{
    buffer all = {0};
    bool ok = *text_bytes == 0 || buffer_add(&all, *text, *text_bytes);
    char *copy = NULL;

    *starts_out = arena_array(k->request->arena, (size_t)nwords + 1, sizeof **starts_out);
    ok = ok && *starts_out != NULL;
    for (uint32_t i = 0; ok && i < nwords; i++) {
        const query_word *word = k->candidates[i].word;

        ok = all.size == 0 || buffer_add_char(&all, ' ');
        (*starts_out)[i] = all.size;
        ok = ok && buffer_add(&all, word->surface, word->surface_bytes);
    }
    copy = ok ? arena_copy(k->request->arena, all.size > 0 ? all.bytes : "", all.size) : NULL;
    if (copy != NULL) {
        *text = copy;
        *text_bytes = all.size;
    }
    buffer_free(&all);
    return copy != NULL;
}

static query_node *
add_leaf(query_tree *tree, query_node *list, const query_node *of, arena *a)
{
    query_node *leaf = arena_alloc(a, sizeof *leaf);

    if (leaf == NULL)
        return NULL;
    *leaf = *of;
    leaf->clause = tree->nleaves + 1;
    list->children[list->nchildren++] = leaf;
    tree->leaves[tree->nleaves++] = leaf;
    return leaf;
}

static bool
add_word_leaf(const liking *k, query_tree *tree, query_node *list, const candidate *c, size_t start)
{
    arena *a = k->request->arena;
    query_slot *slot = arena_alloc(a, sizeof *slot);
    query_word *own = arena_alloc(a, sizeof *own);

    if (slot == NULL || own == NULL)
        return false;
    *own = *c->word;
    *slot = (query_slot){.kind = SLOT_WORDS, .words = own, .nwords = 1, .unit = QUERY_NONE};
    return add_leaf(tree, list,
                    &(query_node){.kind = QUERY_WORD,
                                  .role = ROLE_OPTIONAL,
                                  .start = start,
                                  .end = start + own->surface_bytes,
                                  .slots = slot,
                                  .nslots = 1,
                                  .weight = c->weight},
                    a) != NULL;
}

static query_node *
make_list(arena *a, uint32_t nchildren, uint32_t height)
{
    query_node *list = arena_alloc(a, sizeof *list);

    if (list == NULL)
        return NULL;
    *list = (query_node){.kind = QUERY_LIST, .role = ROLE_REQUIRED, .height = height};
    list->children = arena_array(a, (size_t)nchildren + 1, sizeof(query_node *));
    return list->children != NULL ? list : NULL;
}

/* The articles that are left out, as a field that is excluded. */
static bool
add_own(const liking *k, query_tree *tree, query_node *list)
{
    const query_node field = {.kind = QUERY_FIELD,
                              .role = ROLE_EXCLUDED,
                              .excluded = true,
                              .weight = 1,
                              .field = FIELD_ID,
                              .value = k->request->sample->article,
                              .articles = k->own,
                              .narticles = k->nown};

    return k->own == NULL || add_leaf(tree, list, &field, k->request->arena) != NULL;
}

static bool
make_tree(const liking *k, query_tree *tree, uint32_t nwords, const size_t *starts)
{
    arena *a = k->request->arena;
    query_node *asked = tree->root;
    query_node *list = make_list(a, nwords + 1, 1);
    query_node *root = asked != NULL ? make_list(a, 3, asked->height + 2) : list;
    query_node **leaves = arena_array(a, (size_t)tree->nleaves + nwords + 2, sizeof *leaves);

    if (list == NULL || root == NULL || leaves == NULL)
        return false;
    if (tree->nleaves > 0)
        memcpy(leaves, tree->leaves, tree->nleaves * sizeof(query_node *));
    tree->leaves = leaves;
    tree->root = root;
    for (uint32_t i = 0; i < nwords; i++)
        if (!add_word_leaf(k, tree, list, &k->candidates[i], starts[i]))
            return false;
    if (asked != NULL) {
        root->children[root->nchildren++] = asked;
        root->children[root->nchildren++] = list;
    }
    return add_own(k, tree, root) && units_make(tree, a);
}

quire_status
like_add(const like_request *request, query_tree *tree, const char **text, size_t *text_bytes,
         quire_error *err)
{
    liking k = {.request = request};
    size_t *starts = NULL;
    uint32_t nwords = 0;
    quire_status status =
        request->sample->article != NULL ? read_article(&k, err) : read_text(&k, err);

    if (status == QUIRE_OK)
        status = choose_words(&k, err);
    nwords = k.ncandidates < LIKE_WORDS ? k.ncandidates : LIKE_WORDS;
    if (status == QUIRE_OK && nwords == 0)
        tree->root = NULL;
    else if (status == QUIRE_OK && (!make_text(&k, nwords, text, text_bytes, &starts) ||
                                    !make_tree(&k, tree, nwords, starts)))
        status = error_nomem(err);
    free(k.occurrences);
    passage_words_free(&k.words);
    return status;
}
