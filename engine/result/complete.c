/* SPDX-License-Identifier: GPL-3.0-or-later */
/* complete.c - what may be typed next.
 *
 * The text is cut into words by the tokenizer.  Where it ends in a word, that is a prefix: of the
 * commonest words that begin so, or, behind other words, of those that follow them most often.
 * Where it ends in a blank, what follows is any word.  The commonest words are also given with what
 * follows them: a pair counts by its share of the places where its first word stands, in a sample,
 * times how often that occurs. */
#include "result/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/utf8.h"
#include "query/vocabulary.h"
#include "result/followers.h"
#include "text/words.h"

#define LONGEST_TEXT 4096 /* bytes; nobody completes longer ones */
#define PAIRED_WORDS 2    /* words that are given with what follows them */
#define PAIR_LEAST 3      /* times that a pair must be in the sample */

typedef struct {
    const char *word;
    size_t nbytes;
    const char *second; /* of a pair, or NULL */
    uint64_t weight;
} completion;

typedef struct {
    store *store;
    stemmer *stemmer;
    arena *a;
    const char *text;
    size_t head_bytes; /* of text, which stay as they are typed */
    const char *prefix;
    size_t prefix_bytes;
    followed_word before[FOLLOWERS_MAX_WORDS];
    size_t nbefore;
    completion *found; /* the best first */
    size_t nfound;
    size_t max;
    size_t room;
    bool is_failed;
} completing;

static bool
is_better(const completion *a, const completion *b)
{
    int order;

    if (a->weight != b->weight)
        return a->weight > b->weight;
    order = memcmp(a->word, b->word, a->nbytes < b->nbytes ? a->nbytes : b->nbytes);
    if (order != 0 || a->nbytes != b->nbytes)
        return order != 0 ? order < 0 : a->nbytes < b->nbytes;
    if (a->second == NULL || b->second == NULL)
        return b->second != NULL;
    return strcmp(a->second, b->second) < 0;
}

/* Put one among the best, if it is; its word is copied only then. */
static bool
keep(completing *c, completion added)
{
    size_t at = c->nfound;

    if (c->nfound == c->max && (c->max == 0 || !is_better(&added, &c->found[at - 1])))
        return true;
    added.word = arena_copy(c->a, added.word, added.nbytes);
    if (added.word == NULL || !ARRAY_GROW(c->found, c->nfound, &c->room))
        return false;
    while (at > 0 && is_better(&added, &c->found[at - 1]))
        at--;
    if (c->nfound < c->max)
        c->nfound++;
    memmove(c->found + at + 1, c->found + at, (c->nfound - at - 1) * sizeof *c->found);
    c->found[at] = added;
    return true;
}

/* ---- What was typed ---- */

static bool
copy_before(completing *c, const token_list *list, size_t end)
{
    const size_t first = end < FOLLOWERS_MAX_WORDS ? 0 : end - FOLLOWERS_MAX_WORDS;

    for (size_t i = first; i < end; i++) {
        const token *t = &list->tokens[i];
        const char *surface = arena_copy(c->a, token_surface(list, t), t->surface_bytes);

        if (surface == NULL)
            return false;
        c->before[c->nbefore++] = (followed_word){surface, t->surface_bytes};
    }
    return true;
}

static bool
read_text(completing *c, size_t text_bytes)
{
    token_list list = {0};
    bool is_read = words_split(c->text, 0, text_bytes, true, &list);
    size_t end = list.ntokens;

    c->head_bytes = text_bytes;
    c->prefix = "";
    if (is_read && end > 0 && list.tokens[end - 1].end == text_bytes) {
        const token *t = &list.tokens[--end];

        c->head_bytes = t->start;
        c->prefix = arena_copy(c->a, token_surface(&list, t), t->surface_bytes);
        c->prefix_bytes = t->surface_bytes;
        is_read = c->prefix != NULL;
    }
    is_read = is_read && copy_before(c, &list, end);
    token_list_free(&list);
    return is_read;
}

/* ---- Words ---- */

static bool
visit_word(void *closure, const vocabulary_word *word)
{
    completing *c = closure;

    if (!keep(c, (completion){.word = word->surface,
                              .nbytes = word->surface_bytes,
                              .weight = word->occurrences}))
        c->is_failed = true;
    return !c->is_failed;
}

static quire_status
find_words(completing *c, quire_error *err)
{
    vocabulary words;
    quire_status status = store_words(c->store, false, &words, err);

    if (status == QUIRE_OK)
        status = words.with_prefix(words.self, c->prefix, c->prefix_bytes, visit_word, c, err);
    return status == QUIRE_OK && c->is_failed ? error_nomem(err) : status;
}

/* Add the pairs that a word begins. */
static quire_status
find_pairs(completing *c, const completion *first, quire_error *err)
{
    const followed_word word = {first->word, first->nbytes};
    followers after;
    quire_status status = followers_find(c->store, c->stemmer, &word, 1, "", 0, c->a, &after, err);

    for (size_t i = 0; i < after.nitems && status == QUIRE_OK; i++) {
        const uint64_t weight = first->weight * after.items[i].count / after.nplaces;

        if (after.items[i].count >= PAIR_LEAST &&
            !keep(c, (completion){.word = first->word,
                                  .nbytes = first->nbytes,
                                  .second = after.items[i].surface,
                                  .weight = weight}))
            status = error_nomem(err);
    }
    return status;
}

static quire_status
complete_word(completing *c, quire_error *err)
{
    completion best[PAIRED_WORDS];
    size_t nbest = 0;
    quire_status status = find_words(c, err);

    for (size_t i = 0; i < c->nfound && nbest < PAIRED_WORDS && status == QUIRE_OK; i++)
        if (!words_is_function_word(c->found[i].word, c->found[i].nbytes))
            best[nbest++] = c->found[i];
    for (size_t i = 0; i < nbest && status == QUIRE_OK; i++)
        status = find_pairs(c, &best[i], err);
    return status;
}

/* ---- Words behind others ---- */

/* By how often they follow all of the words before or, where nothing does, the last one. */
static quire_status
complete_phrase(completing *c, quire_error *err)
{
    followers after = {0};
    quire_status status = QUIRE_OK;

    for (size_t skipped = 0; skipped < c->nbefore && after.nitems == 0 && status == QUIRE_OK;
         skipped++)
        status = followers_find(c->store, c->stemmer, c->before + skipped, c->nbefore - skipped,
                                c->prefix, c->prefix_bytes, c->a, &after, err);
    for (size_t i = 0; i < after.nitems && status == QUIRE_OK; i++)
        if (!keep(c, (completion){.word = after.items[i].surface,
                                  .nbytes = after.items[i].nbytes,
                                  .weight = after.items[i].count}))
            status = error_nomem(err);
    return status == QUIRE_OK && c->nfound == 0 && c->prefix_bytes > 0 ? find_words(c, err)
                                                                       : status;
}

/* ---- All ---- */

static quire_status
print_texts(const completing *c, completions *out, quire_error *err)
{
    out->texts = arena_array(c->a, c->nfound + 1, sizeof *out->texts);
    if (out->texts == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < c->nfound; i++) {
        const completion *f = &c->found[i];

        out->texts[i] =
            arena_printf(c->a, "%.*s%.*s%s%s", (int)c->head_bytes, c->text, (int)f->nbytes, f->word,
                         f->second != NULL ? " " : "", f->second != NULL ? f->second : "");
        if (out->texts[i] == NULL)
            return error_nomem(err);
    }
    out->ntexts = c->nfound;
    return QUIRE_OK;
}

quire_status
complete_run(store *st, stemmer *stem, const char *text, size_t text_bytes, uint32_t max,
             completions *out, quire_error *err)
{
    completing c = {
        .store = st, .stemmer = stem, .text = text, .max = max < COMPLETE_MAX ? max : COMPLETE_MAX};
    quire_status status = QUIRE_OK;

    if (text_bytes > LONGEST_TEXT)
        return error_set(err, QUIRE_EQUERY, "a text of more than %d bytes cannot be completed",
                         LONGEST_TEXT);
    if (utf8_valid_prefix(text, text_bytes) != text_bytes)
        return error_set(err, QUIRE_EQUERY, "the text is not UTF-8");
    *out = (completions){.arena = arena_new()};
    c.a = out->arena;
    if (c.a == NULL || !read_text(&c, text_bytes))
        status = error_nomem(err);
    else if (c.nbefore > 0)
        status = complete_phrase(&c, err);
    else if (c.prefix_bytes > 0)
        status = complete_word(&c, err);
    if (status == QUIRE_OK)
        status = print_texts(&c, out, err);
    free(c.found);
    if (status != QUIRE_OK)
        complete_clear(out);
    return status;
}

void
complete_clear(completions *c)
{
    arena_free(c->arena);
    *c = (completions){0};
}
