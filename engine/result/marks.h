/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marks.h - what the span matcher found, as byte ranges of a passage's text and of its title. */
#ifndef QUIRE_RESULT_MARKS_H
#define QUIRE_RESULT_MARKS_H

#include "base/arena.h"
#include "query/match.h"
#include "quire.h"
#include "text/passage_words.h"

/* The marks of one passage; both arrays live in an arena. */
typedef struct {
    const quire_mark *text;
    size_t ntext;
    const quire_mark *title;
    size_t ntitle;
} passage_marks;

/* Turn the spans of a match into marks.  False when memory is out. */
bool marks_make(const match_result *match, const passage_words *words, arena *a,
                passage_marks *marks_out);

#endif
