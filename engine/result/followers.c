/* SPDX-License-Identifier: GPL-3.0-or-later */
/* followers.c - counting what follows, in a sample: the passages that a search for the words finds
 * first. */
#include "result/followers.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "query/parse.h"
#include "text/passage_words.h"

#define SAMPLE_PASSAGES 50

typedef struct {
    const followed_word *words;
    size_t nwords;
    const char *prefix;
    size_t prefix_bytes;
    arena *a;
    followers *out;
    size_t room;
} counting;

static bool
is_word(const passage_words *in, size_t i, const followed_word *word)
{
    const token *t = &in->list.tokens[i];

    return t->surface_bytes == word->nbytes &&
           memcmp(token_surface(&in->list, t), word->surface, word->nbytes) == 0;
}

static bool
count_follower(counting *c, const char *surface, size_t nbytes)
{
    followers *out = c->out;

    for (size_t i = 0; i < out->nitems; i++)
        if (out->items[i].nbytes == nbytes && memcmp(out->items[i].surface, surface, nbytes) == 0) {
            out->items[i].count++;
            return true;
        }
    if (!ARRAY_GROW(out->items, out->nitems, &c->room))
        return false;
    out->items[out->nitems] =
        (follower){.surface = arena_copy(c->a, surface, nbytes), .nbytes = nbytes, .count = 1};
    return out->items[out->nitems++].surface != NULL;
}

/* The words stand in one sentence with what follows them. */
static bool
count_passage(counting *c, const passage_words *in)
{
    for (size_t i = 0; i + c->nwords < in->list.ntokens; i++) {
        const size_t next = i + c->nwords;
        const token *t = &in->list.tokens[next];
        const char *surface = token_surface(&in->list, t);
        size_t n = 0;

        while (n < c->nwords && is_word(in, i + n, &c->words[n]))
            n++;
        if (n < c->nwords || in->places[next].sentence != in->places[i].sentence)
            continue;
        c->out->nplaces++;
        if (t->surface_bytes < c->prefix_bytes ||
            memcmp(surface, c->prefix, c->prefix_bytes) != 0 ||
            (c->prefix_bytes == 0 && words_is_function_word(surface, t->surface_bytes)))
            continue;
        if (!count_follower(c, surface, t->surface_bytes))
            return false;
    }
    return true;
}

static quire_status
read_passages(counting *c, store *st, stemmer *stem, const store_hit *hits, uint32_t nhits,
              quire_error *err)
{
    const stem_filter none = {0}; /* words are compared as they are */
    passage_words words = {0};
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < nhits && status == QUIRE_OK; i++) {
        passage_record record = {0};
        article_record of = {0};

        status = store_passage(st, hits[i].handle, c->a, &record, &of, err);
        if (status == QUIRE_OK &&
            (!passage_words_read_some(&words, stem, &none, record.title, record.text,
                                      record.sentences, record.nsentences) ||
             !count_passage(c, &words)))
            status = error_nomem(err);
    }
    passage_words_free(&words);
    return status;
}

static int
compare_followers(const void *x, const void *y)
{
    const follower *a = x;
    const follower *b = y;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->surface, b->surface);
}

/* The words as a phrase. */
static quire_status
make_tree(const followed_word *words, size_t nwords, stemmer *stem, arena *a, query_tree *tree,
          quire_error *err)
{
    const query_options options = {0};
    query_notes notes = {0};
    const char *text = nwords == 1
                           ? arena_printf(a, "\"%.*s\"", (int)words[0].nbytes, words[0].surface)
                           : arena_printf(a, "\"%.*s %.*s\"", (int)words[0].nbytes,
                                          words[0].surface, (int)words[1].nbytes, words[1].surface);

    return text == NULL ? error_nomem(err)
                        : query_parse(text, strlen(text), &options, stem, a, tree, &notes, err);
}

quire_status
followers_find(store *st, stemmer *stem, const followed_word *words, size_t nwords,
               const char *prefix, size_t prefix_bytes, arena *a, followers *out, quire_error *err)
{
    counting c = {.words = words,
                  .nwords = nwords,
                  .prefix = prefix,
                  .prefix_bytes = prefix_bytes,
                  .a = a,
                  .out = out};
    query_tree tree = {0};
    store_hit hits[SAMPLE_PASSAGES];
    store_request request = {
        .tree = &tree, .k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B, .max_hits = SAMPLE_PASSAGES};
    bm25_collection collection = {0};
    uint32_t nhits = 0;
    uint64_t count = 0;
    follower *items = NULL;
    quire_status status = make_tree(words, nwords, stem, a, &tree, err);

    *out = (followers){0};
    if (status != QUIRE_OK || tree.root == NULL)
        return status;
    status = store_collection(st, false, &collection, err);
    if (collection.npassages < request.max_hits)
        request.max_hits = (uint32_t)collection.npassages;
    if (status == QUIRE_OK)
        status = store_search(st, &request, hits, &nhits, &count, err);
    if (status == QUIRE_OK)
        status = read_passages(&c, st, stem, hits, nhits, err);
    if (status == QUIRE_OK && out->nitems > 0) {
        qsort(out->items, out->nitems, sizeof *out->items, compare_followers);
        items = arena_array(a, out->nitems, sizeof *items);
        if (items == NULL)
            status = error_nomem(err);
        else
            memcpy(items, out->items, out->nitems * sizeof *items);
    }
    free(out->items);
    out->items = items;
    if (status != QUIRE_OK)
        out->nitems = 0;
    return status;
}
