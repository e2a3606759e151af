/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notes.h - the notes of one reading of a query: where they stand in the text as it was given, how
 * many there may be, and their order.  query_note, for everybody, is in parse.h. */
#ifndef QUIRE_QUERY_NOTES_H
#define QUIRE_QUERY_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "query/parse.h"

/* A hostile query could make half a million; nobody reads more than this many. */
#define NOTES_MAX 100

typedef struct {
    query_notes *notes;
    arena *a;
    const char *text; /* as given */
    size_t nbefore;   /* notes that were there before this reading */
    bool is_full;     /* NOTES_MAX were written, and one that says so */
    bool is_failed;   /* memory was out */

    /* How offsets in the repaired text lead back to the text as it was given. */
    const utf8_repair *repairs;
    size_t nrepairs;
    size_t *originals; /* byte of the given text behind each repair */
} note_writer;

/* The given text was repaired with repairs (of utf8_repair_text; both must outlive the writer);
 * says so in a note where there are any.  False when memory is out; end with notes_free in any
 * case. */
bool notes_start(note_writer *w, query_notes *notes, arena *a, const char *text,
                 const utf8_repair *repairs, size_t nrepairs);

/* The byte of the given text that a byte of the repaired one stands for. */
size_t notes_original(const note_writer *w, size_t at);

/* Add a note on bytes start..end of the repaired text.  Where the same was noted of the same words
 * already, the first of the two places stands for both. */
void notes_add(note_writer *w, const char *code, size_t start, size_t end, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Put this reading's notes into the order of the query; false when memory was out at any time. */
bool notes_finish(note_writer *w);

void notes_free(note_writer *w);

#endif
