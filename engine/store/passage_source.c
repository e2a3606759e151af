/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_source.c - from an article's passage to its stored form. */
#include "store/passage_source.h"

#include "store/passage_record.h"

bool
passage_source_write(const passage_source *s, bool alone, buffer *out)
{
    const article *a = s->article;
    const passage *p = s->passage;
    passage_record record = {
        .article = alone ? s->article_number : 0,
        .number = s->number,
        .furniture = p->furniture,
        .source_start = QUIRE_NO_OFFSET,
        .source_end = QUIRE_NO_OFFSET,
        .title = alone && p->has_title ? a->title : NULL,
        .title_bytes = alone && p->has_title ? a->title_bytes : 0,
        .text = a->text != NULL ? a->text + p->start : NULL,
        .text_bytes = p->end - p->start,
        .sentences = s->list->sentences + p->first_sentence,
        .nsentences = p->nsentences,
    };

    if (!article_file_range(a, p->start, p->end, &record.source_start, &record.source_end))
        record.source_start = record.source_end = QUIRE_NO_OFFSET;
    return passage_record_write(&record, out);
}
