/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filling.c - hits filled with what is shown: the passage is read, cut into words again by the
 * tokenizer that indexed it, and given to the span matcher, which says what to mark.  So a mark is
 * made from the very bytes that are shown. */
#include "result/filling.h"

#include <inttypes.h>

#include "base/error.h"
#include "result/marks.h"
#include "result/ranked.h"

quire_status
filling_match(searching *s, const passage_record *record, match_result *match, quire_error *err)
{
    const match_passage at = {.words = &s->words,
                              .title = record->title,
                              .text = record->text,
                              .article = record->article};

    if (!passage_words_read_some(&s->words, s->stemmer, &s->filter, record->title, record->text,
                                 record->sentences, record->nsentences) ||
        !matcher_run(s->matcher, &at, true, match))
        return error_nomem(err);
    return QUIRE_OK;
}

static quire_status
fail_unmatched(const passage_record *record, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT,
                     "the index is damaged: passage %" PRIu32 " of article %" PRIu32
                     " was found by words that it does not have; rebuild it with quire-index",
                     record->number, record->article);
}

void
filling_article(quire_hit *hit, const article_record *from)
{
    hit->article = from->id;
    hit->title = from->title != NULL ? from->title : "";
    hit->title_bytes = from->title != NULL ? from->title_bytes : 0;
    hit->date = from->date;
    hit->source = from->source;
    hit->author = from->author;
    hit->url = from->url;
    hit->language = from->language;
    hit->extra = from->extra;
    hit->path = from->path;
}

/* The sentences of the passage's own text; those of the title, which come first, are left out. */
static bool
fill_sentences(quire_hit *hit, const passage_record *record, arena *a)
{
    size_t ntitle = 0;
    quire_sentence *sentences;

    while (ntitle < record->nsentences && record->sentences[ntitle].in_title)
        ntitle++;
    hit->nsentences = record->nsentences - ntitle;
    sentences = arena_array(a, hit->nsentences + 1, sizeof *sentences);
    if (sentences == NULL)
        return false;
    for (size_t i = 0; i < hit->nsentences; i++) {
        const sentence *from = &record->sentences[ntitle + i];

        sentences[i] = (quire_sentence){from->start, from->end, from->block};
    }
    hit->sentences = sentences;
    return true;
}

bool
filling_passage(quire_hit *hit, const passage_record *record, arena *a)
{
    hit->passage = record->number;
    hit->furniture = record->furniture;
    hit->start = record->source_start;
    hit->end = record->source_end;
    hit->text = record->text;
    hit->text_bytes = record->text_bytes;
    return fill_sentences(hit, record, a);
}

bool
filling_marks(searching *s, quire_hit *hit, const match_result *match)
{
    passage_marks marks = {0};

    if (!marks_make(match, &s->words, s->arena, &marks))
        return false;
    hit->marks = marks.text;
    hit->nmarks = marks.ntext;
    hit->title_marks = marks.title;
    hit->ntitle_marks = marks.ntitle;
    return true;
}

quire_status
filling_hit(searching *s, const store_hit *found, quire_hit *hit, uint32_t *number_out,
            quire_error *err)
{
    passage_record record = {0};
    article_record from = {0};
    match_result match = {0};
    quire_status status = store_passage(s->store, found->handle, s->arena, &record, &from, err);

    if (status == QUIRE_OK)
        status = filling_match(s, &record, &match, err);
    if (status == QUIRE_OK && !match.matched)
        status = fail_unmatched(&record, err);
    if (status != QUIRE_OK)
        return status;
    filling_article(hit, &from);
    if (!filling_passage(hit, &record, s->arena) || !filling_marks(s, hit, &match))
        return error_nomem(err);
    *number_out = record.article;
    hit->number = found->handle + 1;
    hit->score = bm25_score(found->score);
    if (s->explain)
        status = explain_hit(s->request.tree, &s->scores, &match, (uint32_t)s->words.list.ntokens,
                             found->score, s->arena, &hit->explanation, err);
    return status;
}

quire_status
filling_damaged(void *closure, double score, const quire_error *why, quire_hit *hit,
                quire_error *err)
{
    searching *s = closure;
    const char *said = arena_printf(s->arena, "%s", why->message);

    *hit = (quire_hit){.score = score,
                       .article = "",
                       .title = "",
                       .text = "",
                       .start = QUIRE_NO_OFFSET,
                       .end = QUIRE_NO_OFFSET,
                       .damage = said};
    return said != NULL ? QUIRE_OK : error_nomem(err);
}

quire_status
filling_ranked(void *closure, const store_hit *found, quire_hit *hit, uint32_t *number_out,
               quire_error *err)
{
    searching *s = closure;
    const ranked_request request = {.store = s->store,
                                    .stemmer = s->stemmer,
                                    .arena = s->arena,
                                    .parts = s->parts,
                                    .folds = !s->show_copies,
                                    .words = &s->words};

    return ranked_fill(&request, found, hit, number_out, err);
}

quire_status
filling_part(void *closure, const store_hit *found, quire_hit *hit, quire_error *err)
{
    searching *s = closure;
    passage_record record = {0};
    article_record from = {0};
    match_result match = {0};
    match_passage at;
    quire_status status = store_passage(s->store, found->handle, s->arena, &record, &from, err);

    if (status != QUIRE_OK)
        return status;
    at = (match_passage){
        .words = &s->words, .title = record.title, .text = record.text, .article = record.article};
    if (!passage_words_read_some(&s->words, s->stemmer, &s->filter, record.title, record.text,
                                 record.sentences, record.nsentences) ||
        !matcher_article_spans(s->matcher, &at, &match))
        return error_nomem(err);
    filling_article(hit, &from);
    if (!filling_passage(hit, &record, s->arena) || !filling_marks(s, hit, &match))
        return error_nomem(err);
    hit->number = found->handle + 1;
    hit->score = bm25_score(found->score);
    return QUIRE_OK;
}
