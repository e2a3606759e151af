/* SPDX-License-Identifier: GPL-3.0-or-later */
/* missing.c - notes on the words of a query that no passage has, and fields that mean no article.
 *
 * A misspelt word among several costs results and says nothing of itself, so each word that stands
 * nowhere is named.  Bare words are looked up by stem and the words of a phrase by surface, as they
 * are searched. */
#include "result/missing.h"

#include <string.h>

#include "base/error.h"
#include "query/fields.h"
#include "text/words.h"

/* One word of the query, as it is looked up. */
typedef struct {
    const query_word *word;
    bool by_surface;
} lookup;

static bool
same_bytes(const char *x, uint32_t x_bytes, const char *y, uint32_t y_bytes)
{
    return x_bytes == y_bytes && memcmp(x, y, x_bytes) == 0;
}

static bool
same_lookup(const lookup *x, const lookup *y)
{
    const query_word *a = x->word;
    const query_word *b = y->word;

    if (x->by_surface != y->by_surface || ((a->flags ^ b->flags) & TOKEN_ACRONYM) != 0)
        return false;
    return x->by_surface ? same_bytes(a->surface, a->surface_bytes, b->surface, b->surface_bytes)
                         : same_bytes(a->stem, a->stem_bytes, b->stem, b->stem_bytes);
}

/* Words noted so far; there are few, since most words of most queries occur. */
typedef struct {
    lookup *items;
    size_t nitems;
    size_t room;
} lookup_list;

/* A query of thousands of unknown words is no more readable for thousands of notes. */
#define MAX_NOTED 100

static bool
is_noted(const lookup_list *noted, const lookup *l)
{
    for (size_t i = 0; i < noted->nitems; i++)
        if (same_lookup(&noted->items[i], l))
            return true;
    return false;
}

static bool
add_note(bool in_furniture, const query_node *leaf, const query_word *word, arena *a,
         query_notes *notes)
{
    int nbytes = (int)word->surface_bytes;

    if (in_furniture)
        return query_note(notes, a, "only-in-furniture", leaf->start, leaf->end,
                          "\"%.*s\" stands only in site furniture (lists of headlines and the "
                          "like), which --furniture searches",
                          nbytes, word->surface);
    if ((word->flags & TOKEN_ACRONYM) != 0) {
        char lower[WORDS_MAX_SURFACE + 1];
        size_t n = word->surface_bytes < sizeof lower ? word->surface_bytes : sizeof lower - 1;

        for (size_t i = 0; i < n; i++) {
            char c = word->surface[i];
            lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        }
        return query_note(notes, a, "no-such-word", leaf->start, leaf->end,
                          "no passage has the acronym %.*s; the word is typed in small letters: "
                          "%.*s",
                          nbytes, word->surface, (int)n, lower);
    }
    return query_note(notes, a, "no-such-word", leaf->start, leaf->end, "no passage has \"%.*s\"",
                      nbytes, word->surface);
}

static quire_status
note_word(store *st, bool furniture, const query_node *leaf, const query_word *word,
          lookup_list *noted, arena *a, query_notes *notes, quire_error *err)
{
    const lookup l = {word, word->match != MATCH_STEM};
    bool occurs = false;
    quire_status status = store_occurs(st, furniture, word, l.by_surface, &occurs, err);

    if (status != QUIRE_OK || occurs || is_noted(noted, &l))
        return status;
    if (!furniture) {
        status = store_occurs(st, true, word, l.by_surface, &occurs, err);
        if (status != QUIRE_OK)
            return status;
    }
    noted->items[noted->nitems++] = l;
    return add_note(occurs, leaf, word, a, notes) ? QUIRE_OK : error_nomem(err);
}

/* The words of a slot that were asked for; what is only akin to them may be missing. */
static uint32_t
asked_words(const query_slot *slot)
{
    uint32_t n = 0;

    while (slot->kind == SLOT_WORDS && n < slot->nwords && slot->words[n].scale == 1)
        n++;
    return n;
}

static bool
note_field(const query_node *leaf, arena *a, query_notes *notes)
{
    if (leaf->field == FIELD_DATE)
        return query_note(notes, a, "no-such-article", leaf->start, leaf->end,
                          "no article is of these days");
    return query_note(notes, a, "no-such-article", leaf->start, leaf->end,
                      "no article has %s:\"%s\"", fields_name(leaf->field), leaf->value);
}

quire_status
missing_note(store *st, bool furniture, const query_tree *tree, arena *a, query_notes *notes,
             quire_error *err)
{
    lookup_list noted = {.room = MAX_NOTED};
    size_t nfields = 0;

    noted.items = arena_array(a, noted.room, sizeof *noted.items);
    if (noted.items == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        if (leaf->excluded || leaf->role == ROLE_SUPPORTING)
            continue;
        if (leaf->kind == QUERY_FIELD && leaf->narticles == 0 && nfields++ < MAX_NOTED &&
            !note_field(leaf, a, notes))
            return error_nomem(err);
        for (uint32_t j = 0; j < leaf->nslots; j++)
            for (uint32_t k = 0; k < asked_words(&leaf->slots[j]); k++) {
                quire_status status =
                    note_word(st, furniture, leaf, &leaf->slots[j].words[k], &noted, a, notes, err);
                if (status != QUIRE_OK || noted.nitems == noted.room)
                    return status;
            }
    }
    return QUIRE_OK;
}
