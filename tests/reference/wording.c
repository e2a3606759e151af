/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wording.c - words as the naive searcher compares them. */
#include "wording.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"
#include "need.h"

#define FIRST_SLOTS 1024

void
wording_start(wording *w)
{
    memset(w, 0, sizeof *w);
    w->stemmer = stemmer_new();
    w->arena = arena_new();
    w->nslots = FIRST_SLOTS;
    w->table = calloc(w->nslots, sizeof *w->table);
    NEED(w->stemmer != NULL && w->arena != NULL && w->table != NULL);
}

void
wording_end(wording *w)
{
    stemmer_free(w->stemmer);
    token_list_free(&w->tokens);
    arena_free(w->arena);
    free(w->table);
}

/* Where it is in the table, or would be. */
static size_t
find_slot(const wording *w, const char *bytes, size_t nbytes)
{
    size_t at = (size_t)hash_bytes(bytes, nbytes) & (w->nslots - 1);

    while (w->table[at] != NULL &&
           (strncmp(w->table[at], bytes, nbytes) != 0 || w->table[at][nbytes] != '\0'))
        at = (at + 1) & (w->nslots - 1);
    return at;
}

static void
grow_table(wording *w)
{
    const char **old = w->table;
    const size_t nold = w->nslots;

    w->nslots *= 2;
    w->table = calloc(w->nslots, sizeof *w->table);
    NEED(w->table != NULL);
    for (size_t i = 0; i < nold; i++)
        if (old[i] != NULL)
            w->table[find_slot(w, old[i], strlen(old[i]))] = old[i];
    free(old);
}

const char *
wording_keep(wording *w, const char *bytes, size_t nbytes)
{
    size_t at = find_slot(w, bytes, nbytes);

    if (w->table[at] != NULL)
        return w->table[at];
    if (w->nkept * 2 >= w->nslots) {
        grow_table(w);
        at = find_slot(w, bytes, nbytes);
    }
    w->nkept++;
    w->table[at] = arena_copy(w->arena, bytes, nbytes);
    NEED(w->table[at] != NULL);
    return w->table[at];
}

void
wording_read(wording *w, const char *text, size_t start, size_t end, bool shouting, uint32_t number,
             word_list *list)
{
    token_list_clear(&w->tokens);
    NEED(words_split(text, start, end, shouting, &w->tokens));
    for (size_t i = 0; i < w->tokens.ntokens; i++) {
        const token *t = &w->tokens.tokens[i];
        const char *surface = token_surface(&w->tokens, t);
        size_t stem_bytes = 0;
        const char *stem =
            stemmer_stem(w->stemmer, surface, t->surface_bytes, t->flags, &stem_bytes);
        naive_word *word = NULL;

        NEED(stem != NULL && ARRAY_GROW(list->words, list->nwords, &list->room));
        word = &list->words[list->nwords++];
        memset(word, 0, sizeof *word);
        word->surface = wording_keep(w, surface, t->surface_bytes);
        word->stem = wording_keep(w, stem, stem_bytes);
        if (t->extra_bytes > 0)
            word->extra = wording_keep(w, token_extra(&w->tokens, t), t->extra_bytes);
        word->typed = wording_keep(w, text + t->start, t->end - t->start);
        stem = stemmer_stem_as_spelled(w->stemmer, surface, t->surface_bytes, &stem_bytes);
        NEED(stem != NULL);
        word->spelled = wording_keep(w, stem, stem_bytes);
        word->is_number = (t->flags & TOKEN_NUMBER) != 0;
        word->is_acronym = (t->flags & TOKEN_ACRONYM) != 0;
        word->is_joined = i > 0 && (t->flags & TOKEN_JOINED) != 0;
        word->start = t->start;
        word->end = t->end;
        word->sentence = number;
    }
}

bool
wording_same_term(const naive_word *a, const naive_word *b)
{
    return a->is_acronym == b->is_acronym && a->stem == b->stem;
}

bool
wording_is(const naive_word *wanted, comparison by, const naive_word *word)
{
    if (wanted->is_acronym != word->is_acronym)
        return false;
    if (wanted->extra != NULL && wanted->extra != word->extra)
        return false;
    if (by == BY_BYTES && wanted->typed != word->typed)
        return false;
    return by == BY_STEM ? wanted->stem == word->stem : wanted->surface == word->surface;
}

/* The length of the character that stands here. */
static size_t
character_bytes(const char *text)
{
    size_t n = 1;

    while (((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

bool
wording_fits(const char *pattern, const char *word)
{
    if (*pattern == '\0')
        return *word == '\0';
    if (*pattern == '*')
        return wording_fits(pattern + 1, word) ||
               (*word != '\0' && wording_fits(pattern, word + character_bytes(word)));
    if (*word == '\0')
        return false;
    if (*pattern == '?')
        return wording_fits(pattern + 1, word + character_bytes(word));
    return *pattern == *word && wording_fits(pattern + 1, word + 1);
}

#define MAX_CHARACTERS 256

/* Where the characters of a word begin, and where it ends; returns how many. */
static size_t
find_characters(const char *word, const char *at[MAX_CHARACTERS + 1])
{
    size_t n = 0;

    for (at[0] = word; *at[n] != '\0'; n++) {
        NEED(n < MAX_CHARACTERS);
        at[n + 1] = at[n] + character_bytes(at[n]);
    }
    return n;
}

static bool
same_character(const char *a, const char *b)
{
    const size_t n = character_bytes(a);

    return n == character_bytes(b) && memcmp(a, b, n) == 0;
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t
wording_edits(const char *a, const char *b)
{
    static size_t edits[MAX_CHARACTERS + 1][MAX_CHARACTERS + 1];
    const char *from[MAX_CHARACTERS + 1];
    const char *to[MAX_CHARACTERS + 1];
    const size_t nfrom = find_characters(a, from);
    const size_t nto = find_characters(b, to);

    for (size_t i = 0; i <= nfrom; i++)
        for (size_t k = 0; k <= nto; k++) {
            size_t n = SIZE_MAX;

            if (i == 0 && k == 0)
                n = 0;
            if (i > 0)
                n = least(n, edits[i - 1][k] + 1);
            if (k > 0)
                n = least(n, edits[i][k - 1] + 1);
            if (i > 0 && k > 0)
                n = least(n, edits[i - 1][k - 1] + !same_character(from[i - 1], to[k - 1]));
            if (i > 1 && k > 1 && same_character(from[i - 1], to[k - 2]) &&
                same_character(from[i - 2], to[k - 1]))
                n = least(n, edits[i - 2][k - 2] + 1);
            edits[i][k] = n;
        }
    return edits[nfrom][nto];
}
