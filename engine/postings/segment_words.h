/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_words.h - the words of a segment in the order of their bytes, each once.
 *
 * A word is a surface without its sign: "$4.5" is an occurrence of 4.5.  Where a number occurs with
 * signs only, the dictionary of surfaces does not have it; its stem, which is the same, does.  So
 * words are those of two dictionaries, which are walked side by side. */
#ifndef QUIRE_POSTINGS_SEGMENT_WORDS_H
#define QUIRE_POSTINGS_SEGMENT_WORDS_H

#include "postings/segment.h"

/* How many occurrences of a stem's surface, by the stem's ordinal in the dictionary and the
 * surface's rank, do not count: those in dead articles. */
typedef struct {
    uint64_t (*count)(const void *closure, uint64_t ordinal, uint32_t rank); /* NULL: none */
    const void *closure;
} segment_taken;

typedef struct {
    const char *surface;
    const char *stem;
    size_t surface_bytes;
    size_t stem_bytes;
    bool is_acronym;
    uint64_t occurrences; /* that count; perhaps 0 */
} segment_word;

typedef struct {
    const segment *segment;
    segment_taken taken;
    dictionary_cursor surfaces;
    dictionary_cursor numbers; /* stems that begin with a digit */
    dictionary_cursor stem;    /* of the word that was read last */
    bool is_number;            /* the word at hand is that of numbers */
    bool has_number;           /* numbers are at one that is a word */
    bool has_stem;

    /* The word at hand; valid UTF-8. */
    bool at_end;
    const char *surface;
    size_t surface_bytes;
} segment_words;

/* Go to the first word that is not less than from, to the next, or on to the first that is not less
 * than from.  taken: NULL where nothing is dead.  QUIRE_ECORRUPT. */
quire_status segment_words_seek(const segment *s, const segment_taken *taken, const char *from,
                                size_t nbytes, segment_words *w, quire_error *err);
quire_status segment_words_next(segment_words *w, quire_error *err);
quire_status segment_words_skip_to(segment_words *w, const char *from, size_t nbytes,
                                   quire_error *err);

/* What is known of the word at hand; it lives until the cursor moves or reads again. */
quire_status segment_words_read(segment_words *w, segment_word *out, quire_error *err);

/* Call visit for each word of a stem (key: the stem, or the acronym) whose occurrences count, in no
 * order, until it returns false. */
quire_status segment_words_of_stem(const segment *s, const segment_taken *taken, const char *key,
                                   size_t key_bytes,
                                   bool (*visit)(void *closure, const segment_word *word),
                                   void *closure, quire_error *err);

#endif
