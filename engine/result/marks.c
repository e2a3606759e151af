/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marks.c - what the span matcher found, as byte ranges.
 *
 * The matcher speaks of words; a reader of results wants bytes.  A span's mark runs from the first
 * byte of its first word to the last byte of its last, with all that stands between them, so that a
 * phrase is one mark.  Words of the title count in the title, the others in the text; a span never
 * runs from one into the other, since both ends lie in one sentence. */
#include "result/marks.h"

static quire_mark
mark_of(const match_span *span, const passage_words *words)
{
    const token *first = &words->list.tokens[span->first];
    const token *last = &words->list.tokens[span->last];

    return (quire_mark){.start = first->start, .end = last->end, .clause = span->clause};
}

bool
marks_make(const match_result *match, const passage_words *words, arena *a,
           passage_marks *marks_out)
{
    quire_mark *marks = NULL;
    size_t ntitle = 0;

    *marks_out = (passage_marks){0};
    if (match->nspans == 0)
        return true;
    marks = arena_array(a, match->nspans, sizeof *marks);
    if (marks == NULL)
        return false;

    /* The title's words come first, and so do its spans. */
    for (size_t i = 0; i < match->nspans; i++) {
        marks[i] = mark_of(&match->spans[i], words);
        if (words->places[match->spans[i].first].in_title)
            ntitle++;
    }
    marks_out->title = marks;
    marks_out->ntitle = ntitle;
    marks_out->text = marks + ntitle;
    marks_out->ntext = match->nspans - ntitle;
    return true;
}
