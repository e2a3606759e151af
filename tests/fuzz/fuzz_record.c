/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a stored passage or a stored article.  What is read makes sense, lies within the
 * bytes, and is the same when it is written and read again. */
#include <stdlib.h>
#include <string.h>

#include "store/article_record.h"
#include "store/passage_record.h"

#include "fuzz.h"

static void
check_sentences(const passage_record *r)
{
    const size_t title_bytes = r->title_bytes > 0 ? r->title_bytes : UINT32_MAX;

    for (size_t i = 0; i < r->nsentences; i++) {
        const sentence *s = &r->sentences[i];

        require(s->start <= s->end && s->end <= (s->in_title ? title_bytes : r->text_bytes));
        require(i == 0 || s->block >= r->sentences[i - 1].block);
        require(i == 0 || !s->in_title || r->sentences[i - 1].in_title);
    }
}

static void
check_same(const passage_record *a, const passage_record *b)
{
    require(a->article == b->article && a->number == b->number && a->furniture == b->furniture &&
            a->text_bytes == b->text_bytes && a->title_bytes == b->title_bytes &&
            a->source_start == b->source_start && a->source_end == b->source_end &&
            a->nsentences == b->nsentences);
    for (size_t i = 0; i < a->nsentences; i++) {
        const sentence *x = &a->sentences[i];
        const sentence *y = &b->sentences[i];

        require(x->start == y->start && x->end == y->end && x->block == y->block &&
                x->shouting == y->shouting && x->in_title == y->in_title);
    }
}

static void
check_passage(const char *bytes, size_t nbytes)
{
    passage_record first;
    passage_record second;
    sentence *sentences = NULL;
    sentence *again = NULL;
    size_t room = 0;
    size_t more = 0;
    buffer written = {0};
    quire_error err;

    if (passage_record_read(bytes, nbytes, &first, &sentences, &room, &err) == QUIRE_OK) {
        check_sentences(&first);
        require(passage_record_write(&first, &written));
        require(passage_record_read(written.bytes, written.size, &second, &again, &more, &err) ==
                QUIRE_OK);
        check_same(&first, &second);
        if (passage_record_set_title(&first, "", 0))
            require(first.nsentences == 0 || !sentences[0].in_title || sentences[0].end == 0);
    }
    free(sentences);
    free(again);
    buffer_free(&written);
}

static void
check_article(const char *bytes, size_t nbytes)
{
    article_record r;
    buffer written = {0};

    if (article_record_read(bytes, nbytes, &r)) {
        article a = {
            .id = (char *)r.id,
            .title = (char *)r.title,
            .title_bytes = r.title_bytes,
            .has_date = r.date != NULL && strlen(r.date) < sizeof a.date.iso,
            .source = (char *)r.source,
            .author = (char *)r.author,
            .url = (char *)r.url,
            .language = (char *)r.language,
            .path = (char *)r.path,
            .extra = (char *)r.extra,
        };
        if (a.has_date)
            strcpy(a.date.iso, r.date);
        require(article_record_write(&a, &written));
        require(written.size <= nbytes);
        require(article_record_read(written.bytes, written.size, &r));
    }
    buffer_free(&written);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_passage((const char *)data, size);
    check_article((const char *)data, size);
    return 0;
}
