/* SPDX-License-Identifier: GPL-3.0-or-later */
/* missing.c - notes on the words of a query that no passage has.
 *
 * A misspelt word among several costs results and says nothing of itself, so each word that stands
 * nowhere is named.  Bare words are looked up by stem and the words of a phrase by surface, as they
 * are searched. */
#include "result/missing.h"

#include <string.h>

#include "base/error.h"
#include "text/words.h"

/* One word of the query, as it is looked up. */
typedef struct {
    const char *term;
    uint32_t nbytes;
    bool acronym;
    bool by_surface;
} lookup;

static lookup
lookup_of(const query_node *leaf, const query_word *word)
{
    lookup l = {.acronym = (word->flags & TOKEN_ACRONYM) != 0,
                .by_surface = leaf->kind == QUERY_PHRASE};

    l.term = l.by_surface ? word->surface : word->stem;
    l.nbytes = l.by_surface ? word->surface_bytes : word->stem_bytes;
    return l;
}

static bool
same_lookup(const lookup *x, const lookup *y)
{
    return x->acronym == y->acronym && x->by_surface == y->by_surface && x->nbytes == y->nbytes &&
           memcmp(x->term, y->term, x->nbytes) == 0;
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
    lookup l = lookup_of(leaf, word);
    uint64_t frequency = 0;
    quire_status status = store_document_frequency(st, furniture, l.term, l.nbytes, l.acronym,
                                                   l.by_surface, &frequency, err);

    if (status != QUIRE_OK || frequency > 0 || is_noted(noted, &l))
        return status;
    if (!furniture) {
        status = store_document_frequency(st, true, l.term, l.nbytes, l.acronym, l.by_surface,
                                          &frequency, err);
        if (status != QUIRE_OK)
            return status;
    }
    noted->items[noted->nitems++] = l;
    return add_note(frequency > 0, leaf, word, a, notes) ? QUIRE_OK : error_nomem(err);
}

quire_status
missing_note(store *st, bool furniture, const query_tree *tree, arena *a, query_notes *notes,
             quire_error *err)
{
    lookup_list noted = {.room = MAX_NOTED};

    noted.items = arena_array(a, noted.room, sizeof *noted.items);
    if (noted.items == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        if (leaf->excluded || leaf->role == ROLE_SUPPORTING)
            continue;
        for (uint32_t j = 0; j < leaf->nwords; j++) {
            quire_status status =
                note_word(st, furniture, leaf, &leaf->words[j], &noted, a, notes, err);
            if (status != QUIRE_OK || noted.nitems == noted.room)
                return status;
        }
    }
    return QUIRE_OK;
}
