/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notes.c - notes on a query, kept in the arena of its tree. */
#include "query/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more note.  The array is the arena's, which frees nothing, so it doubles. */
static bool
make_room(query_notes *notes, arena *a)
{
    size_t room = notes->room == 0 ? 8 : 2 * notes->room;
    quire_note *larger = NULL;

    if (notes->nnotes < notes->room)
        return true;
    larger = arena_array(a, room, sizeof *larger);
    if (larger == NULL)
        return false;
    if (notes->nnotes > 0)
        memcpy(larger, notes->notes, notes->nnotes * sizeof *larger);
    notes->notes = larger;
    notes->room = room;
    return true;
}

static bool
add_note(query_notes *notes, arena *a, const char *code, size_t start, size_t end,
         const char *format, va_list arguments)
{
    va_list again;
    int length = 0;
    char *text = NULL;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0 || !make_room(notes, a))
        return false;
    text = arena_alloc(a, (size_t)length + 1);
    if (text == NULL)
        return false;
    vsnprintf(text, (size_t)length + 1, format, arguments);
    notes->notes[notes->nnotes++] =
        (quire_note){.code = code, .text = text, .start = start, .end = end};
    return true;
}

bool
query_note(query_notes *notes, arena *a, const char *code, size_t start, size_t end,
           const char *format, ...)
{
    bool is_added = false;
    va_list arguments;

    va_start(arguments, format);
    is_added = add_note(notes, a, code, start, end, format, arguments);
    va_end(arguments);
    return is_added;
}

bool
notes_start(note_writer *w, query_notes *notes, arena *a, const char *text,
            const utf8_repair *repairs, size_t nrepairs)
{
    size_t shrunk = 0; /* bytes that the given text is shorter than the repaired one */

    memset(w, 0, sizeof *w);
    w->notes = notes;
    w->a = a;
    w->text = text;
    w->nbefore = notes->nnotes;
    if (nrepairs == 0)
        return true;
    w->originals = calloc(nrepairs, sizeof *w->originals);
    if (w->originals == NULL)
        return false;
    w->repairs = repairs;
    w->nrepairs = nrepairs;
    for (size_t i = 0; i < nrepairs; i++) {
        shrunk += 3 - repairs[i].replaced; /* U+FFFD has 3 bytes, and stands for at most 3 */
        w->originals[i] = repairs[i].repaired_at + 3 - shrunk;
    }
    notes_add(w, "invalid-utf8", repairs[0].repaired_at, repairs[nrepairs - 1].repaired_at + 3,
              "the query is not valid UTF-8 in %zu place%s; what is not was left out", nrepairs,
              nrepairs == 1 ? "" : "s");
    return !w->is_failed;
}

size_t
notes_original(const note_writer *w, size_t at)
{
    size_t first = 0;
    size_t last = w->nrepairs;

    /* The number of repairs that end at or before the byte. */
    while (first < last) {
        size_t middle = first + (last - first) / 2;

        if (w->repairs[middle].repaired_at + 3 <= at)
            first = middle + 1;
        else
            last = middle;
    }
    if (first == 0)
        return at;
    return w->originals[first - 1] + (at - (w->repairs[first - 1].repaired_at + 3));
}

/* Was the same said already of the same bytes, elsewhere?  Then that note stands where the first of
 * the two would. */
static bool
is_repeat(note_writer *w, const char *code, size_t start, size_t end, const char *format,
          va_list arguments)
{
    char text[256]; /* more than any note has; one that had would be given twice */
    int length = vsnprintf(text, sizeof text, format, arguments);

    if (length < 0 || (size_t)length >= sizeof text)
        return false;
    for (size_t i = w->nbefore; i < w->notes->nnotes; i++) {
        quire_note *note = &w->notes->notes[i];

        if (note->end - note->start != end - start || strcmp(note->code, code) != 0 ||
            strcmp(note->text, text) != 0 ||
            memcmp(w->text + note->start, w->text + start, end - start) != 0)
            continue;
        if (start < note->start) {
            note->start = start;
            note->end = end;
        }
        return true;
    }
    return false;
}

void
notes_add(note_writer *w, const char *code, size_t start, size_t end, const char *format, ...)
{
    size_t original_start = notes_original(w, start);
    size_t original_end = notes_original(w, end);
    bool is_known = false;
    va_list arguments;

    if (w->is_full || w->is_failed)
        return;
    va_start(arguments, format);
    is_known = is_repeat(w, code, original_start, original_end, format, arguments);
    va_end(arguments);
    if (is_known)
        return;
    if (w->notes->nnotes - w->nbefore >= NOTES_MAX) {
        w->is_full = true;
        w->is_failed = !query_note(
            w->notes, w->a, "more-notes", original_start, original_end,
            "there is more to note from here on; the first %d notes are given", NOTES_MAX);
        return;
    }
    va_start(arguments, format);
    w->is_failed = !add_note(w->notes, w->a, code, original_start, original_end, format, arguments);
    va_end(arguments);
}

bool
notes_finish(note_writer *w)
{
    quire_note *notes = w->notes->notes;

    /* By insertion: there are few, nearly all of them in order, and equal ones stay in theirs. */
    for (size_t i = w->nbefore + 1; i < w->notes->nnotes; i++) {
        quire_note note = notes[i];
        size_t place = i;

        for (; place > w->nbefore && notes[place - 1].start > note.start; place--)
            notes[place] = notes[place - 1];
        notes[place] = note;
    }
    return !w->is_failed;
}

void
notes_free(note_writer *w)
{
    free(w->originals);
    w->originals = NULL;
}
