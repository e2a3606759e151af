/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranked.c - hits of which no more is wanted than a ranking has.
 *
 * A score and a number are what the store gives; article and passage take reading what names the
 * passage.  Its text is read where copies are folded, and only cut into words then: whether one
 * passage is a copy of another does not depend on what is shown of them, so the hits are those of a
 * search for everything. */
#include "result/ranked.h"

#include "base/error.h"
#include "query/bm25.h"

/* A hit with nothing in it but what the store knows. */
static quire_hit
bare_hit(const store_hit *found)
{
    return (quire_hit){.score = bm25_score(found->score),
                       .number = found->handle + 1,
                       .article = "",
                       .title = "",
                       .text = "",
                       .start = QUIRE_NO_OFFSET,
                       .end = QUIRE_NO_OFFSET};
}

static quire_status
fill_name(const ranked_request *r, const store_hit *found, quire_hit *hit, uint32_t *article_out,
          quire_error *err)
{
    store_name name = {0};
    quire_status status = store_name_passage(r->store, found->handle, r->arena, &name, err);

    if (status != QUIRE_OK)
        return status;
    hit->article = name.id;
    hit->passage = name.passage;
    *article_out = name.article;
    return QUIRE_OK;
}

/* With the words, and whatever else copies are known by. */
static quire_status
fill_words(const ranked_request *r, const store_hit *found, quire_hit *hit, uint32_t *article_out,
           quire_error *err)
{
    const stem_filter none = {0}; /* words are compared as they are */
    passage_record record = {0};
    article_record of = {0};
    quire_status status = store_passage(r->store, found->handle, r->arena, &record, &of, err);

    if (status != QUIRE_OK)
        return status;
    if (!passage_words_read_some(r->words, r->stemmer, &none, record.title, record.text,
                                 record.sentences, record.nsentences))
        return error_nomem(err);
    hit->article = of.id;
    hit->passage = record.number;
    hit->furniture = record.furniture;
    hit->title = of.title != NULL ? of.title : "";
    hit->title_bytes = of.title != NULL ? of.title_bytes : 0;
    *article_out = record.article;
    return QUIRE_OK;
}

quire_status
ranked_fill(const ranked_request *r, const store_hit *found, quire_hit *hit, uint32_t *article_out,
            quire_error *err)
{
    *hit = bare_hit(found);
    *article_out = 0;
    if (r->folds)
        return fill_words(r, found, hit, article_out, err);
    return r->parts == QUIRE_PARTS_RANKING ? fill_name(r, found, hit, article_out, err) : QUIRE_OK;
}

void
ranked_strip(quire_parts parts, quire_hit *hits, size_t nhits)
{
    for (size_t i = 0; i < nhits; i++) {
        quire_hit *hit = &hits[i];

        if (hit->damage != NULL)
            continue;
        hit->furniture = false;
        hit->title = "";
        hit->title_bytes = 0;
        if (parts == QUIRE_PARTS_SCORES) {
            hit->article = "";
            hit->passage = 0;
        }
    }
}
