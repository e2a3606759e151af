/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_sentences.c - the sentences of an article, in the order of its passages. */
#include "result/article_sentences.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/hash.h"
#include "result/by_id.h"
#include "text/words.h"

/* A passage of the article. */
typedef struct {
    uint32_t number;
    const char *text;
    sentence *sentences;
    size_t nsentences;
} part;

typedef struct {
    store *store;
    stemmer *stemmer;
    const char *id;
    arena *arena;
    part *parts;
    size_t nparts;
    size_t room;
    size_t nsentences;
    token_list tokens;
    article_sentences *out;
} reading;

/* ---- Passages ---- */

static quire_status
add_part(reading *r, uint64_t handle, uint32_t number, quire_error *err)
{
    passage_record record = {0};
    article_record of = {0};
    part *p;
    quire_status status = store_passage(r->store, handle, r->arena, &record, &of, err);

    if (status != QUIRE_OK || record.article != number || record.furniture)
        return status;
    if (!ARRAY_GROW(r->parts, r->nparts, &r->room))
        return error_nomem(err);
    p = &r->parts[r->nparts++];
    *p = (part){.number = record.number, .text = record.text, .nsentences = record.nsentences};
    p->sentences = arena_array(r->arena, record.nsentences + 1, sizeof *p->sentences);
    if (p->sentences == NULL)
        return error_nomem(err);
    memcpy(p->sentences, record.sentences, record.nsentences * sizeof *p->sentences);
    r->nsentences += record.nsentences;
    return QUIRE_OK;
}

static int
compare_parts(const void *x, const void *y)
{
    const part *a = x;
    const part *b = y;

    return (a->number > b->number) - (a->number < b->number);
}

static quire_status
read_parts(reading *r, quire_error *err)
{
    by_id_article found;
    quire_status status = by_id_find(r->store, r->stemmer, r->id, r->arena, &found, err);

    if (status != QUIRE_OK)
        return status;
    r->out->record = found.record;
    for (uint32_t i = 0; i < found.nhits && status == QUIRE_OK; i++)
        status = add_part(r, found.hits[i].handle, found.number, err);
    if (r->nparts > 1)
        qsort(r->parts, r->nparts, sizeof *r->parts, compare_parts);
    return status;
}

/* ---- Sentences ---- */

static int
compare_words(const void *x, const void *y)
{
    const uint32_t a = *(const uint32_t *)x;
    const uint32_t b = *(const uint32_t *)y;

    return (a > b) - (a < b);
}

static bool
add_sentence(reading *r, const part *p, const sentence *from)
{
    article_sentence *s = &r->out->sentences[r->out->nsentences++];

    *s = (article_sentence){.text = p->text + from->start, .nbytes = from->end - from->start};
    token_list_clear(&r->tokens);
    if (!words_split(p->text, from->start, from->end, from->shouting, &r->tokens))
        return false;
    s->words = arena_array(r->arena, r->tokens.ntokens + 1, sizeof *s->words);
    if (s->words == NULL)
        return false;
    for (size_t i = 0; i < r->tokens.ntokens; i++) {
        const token *t = &r->tokens.tokens[i];
        const uint64_t hash = hash_bytes(token_surface(&r->tokens, t), t->surface_bytes);

        s->words[s->nwords++] = (uint32_t)hash;
        s->key = (s->key + hash + 1) * UINT64_C(0x9E3779B97F4A7C15);
    }
    if (s->nwords > 1)
        qsort(s->words, s->nwords, sizeof *s->words, compare_words);
    return true;
}

static quire_status
make_sentences(reading *r, quire_error *err)
{
    r->out->sentences = arena_array(r->arena, r->nsentences + 1, sizeof *r->out->sentences);
    if (r->out->sentences == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < r->nparts; i++)
        for (size_t j = 0; j < r->parts[i].nsentences; j++) {
            const sentence *from = &r->parts[i].sentences[j];

            if (!from->in_title && !add_sentence(r, &r->parts[i], from))
                return error_nomem(err);
        }
    return QUIRE_OK;
}

quire_status
article_sentences_read(store *st, stemmer *stem, const char *id, arena *a, article_sentences *out,
                       quire_error *err)
{
    reading r = {.store = st, .stemmer = stem, .id = id, .arena = a, .out = out};
    quire_status status;

    *out = (article_sentences){0};
    status = read_parts(&r, err);
    if (status == QUIRE_OK)
        status = make_sentences(&r, err);
    token_list_free(&r.tokens);
    free(r.parts);
    return status;
}
