/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slots.h - text of a query as slots of a leaf: words by the tokenizer that read the articles, so
 * that what is searched is what was indexed. */
#ifndef QUIRE_QUERY_SLOTS_H
#define QUIRE_QUERY_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "query/notes.h"
#include "query/parse.h"
#include "query/tree.h"
#include "text/stem.h"
#include "text/words.h"

#define SLOTS_AKIN_SCALE 0.5F /* of a word that is only akin */

/* Slots in a row.  A zeroed one is empty. */
typedef struct {
    query_slot *slots;
    uint32_t nslots;
    size_t room;
} slot_row;

/* What it takes to read them. */
typedef struct {
    const char *text; /* valid UTF-8 */
    bool is_shouting;
    const query_options *options;
    arena *a;
    stemmer *stemmer;
    note_writer *notes; /* knows the offsets in the text as it was given */
    token_list tokens;  /* of the text read last */
    buffer scratch;
} slot_reader;

/* The tokens of text[start..end), cut into sentences first, as an article's text is. */
bool slots_read_tokens(slot_reader *r, size_t start, size_t end);

/* Append a slot for token number i of the list; false when memory is out, as in all that follow. */
bool slots_add_token(slot_reader *r, size_t i, query_match match, slot_row *row);

/* Give a slot of a word by stem what is akin to it (text/demonyms.h). */
bool slots_add_akin(slot_reader *r, query_slot *slot);

/* Append the words of text[start..end), which match so. */
bool slots_add_text(slot_reader *r, size_t start, size_t end, query_match match, slot_row *row);

/* Append the words of a piece of text without blanks that may hold wildcards, a slot each. */
bool slots_add_pattern(slot_reader *r, size_t start, size_t end, query_match match, slot_row *row);

/* Append a gap; or a slot of the kind for what is akin to the token's word. */
bool slots_add_gap(slot_row *row);
bool slots_add_fuzzy(slot_reader *r, size_t i, uint32_t edits, slot_row *row);

void slots_row_free(slot_row *row);
void slots_free(slot_reader *r);

#endif
