/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaves.c - from words, phrases and fields, as they were made up, to leaves. */
#include "leaves.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "need.h"
#include "text/demonyms.h"
#include "text/sentences.h"

/* Slots in a row; for free(). */
typedef struct {
    wanted_slot *slots;
    size_t nslots;
    size_t room;
} slot_row;

node *
leaves_new_node(meaning *m, node_kind kind, role as)
{
    node *made = arena_alloc(m->arena, sizeof *made);

    NEED(made != NULL);
    made->kind = kind;
    made->role = as;
    made->weight = 1;
    return made;
}

void
leaves_add_child(node *list, node *child)
{
    NEED(ARRAY_GROW(list->children, list->nchildren, &list->room));
    list->children[list->nchildren++] = child;
}

static node *
new_leaf(meaning *m, node_kind kind, role as, node *list)
{
    node *leaf = leaves_new_node(m, kind, as);

    NEED(ARRAY_GROW(m->leaves, m->nleaves, &m->room));
    m->leaves[m->nleaves++] = leaf;
    leaf->clause = (uint32_t)m->nleaves;
    leaves_add_child(list, leaf);
    return leaf;
}

static node *
add_leaf(meaning *m, const said *query, const surroundings *around, role as,
         const wanted_slot *slots, size_t nslots, node *list)
{
    node *leaf = new_leaf(m, NODE_WORDS, as, list);

    leaf->slots = arena_array(m->arena, nslots, sizeof *slots);
    NEED(leaf->slots != NULL);
    memcpy(leaf->slots, slots, nslots * sizeof *slots);
    leaf->nslots = nslots;
    leaf->in_title = query->in_title || around->in_title;
    leaf->weight = fmin(around->weight * (query->weight_text == NULL ? 1 : query->weight), 1000);
    if (query->kind == SAID_PHRASE && nslots > 1)
        leaf->slop = query->slop;
    return leaf;
}

/* ---- slots ---- */

static wanted_slot *
add_slot(slot_row *row, slot_kind kind)
{
    NEED(ARRAY_GROW(row->slots, row->nslots, &row->room));
    row->slots[row->nslots] = (wanted_slot){.kind = kind};
    return &row->slots[row->nslots++];
}

static void
add_word(meaning *m, const naive_word *word, comparison by, slot_row *row)
{
    wanted_slot *slot = add_slot(row, SLOT_OF_WORDS);

    slot->words = arena_alloc(m->arena, sizeof *slot->words);
    NEED(slot->words != NULL);
    slot->words[0] = (wanted_word){.word = *word, .by = by, .scale = 1};
    slot->nwords = 1;
}

/* The words of a piece of the query, sentence by sentence. */
static void
split_text(meaning *m, const char *text, word_list *list)
{
    size_t end = strlen(text);
    size_t at = strspn(text, " \t\n");

    for (uint32_t number = 0; at < end; number++) {
        size_t next = sentences_next(text, at, end);

        NEED(next > at && next <= end);
        wording_read(m->wording, text, at, next, m->shouting, number, list);
        at = next + strspn(text + next, " \t\n");
    }
}

static void
add_text(meaning *m, const char *text, comparison by, slot_row *row)
{
    word_list words = {0};

    split_text(m, text, &words);
    for (size_t i = 0; i < words.nwords; i++)
        add_word(m, &words.words[i], by, row);
    free(words.words);
}

/* A wildcard, or a word that may be misspelt; made up of letters of ASCII. */
static wanted_slot *
add_folded(meaning *m, slot_kind kind, const char *text, size_t nbytes, slot_row *row)
{
    wanted_slot *slot = add_slot(row, kind);
    char *folded = arena_copy(m->arena, text, nbytes);

    NEED(folded != NULL);
    for (size_t i = 0; i < nbytes; i++)
        if (folded[i] >= 'A' && folded[i] <= 'Z')
            folded[i] = (char)(folded[i] - 'A' + 'a');
    slot->pattern = folded;
    return slot;
}

/* ---- words ---- */

static comparison
bare_comparison(const meaning *m)
{
    return m->reading.surfaces ? BY_SURFACE : BY_STEM;
}

/* How many words, from the first on, are joined to it. */
static size_t
joined_words(const naive_word *words, size_t nwords)
{
    size_t n = 1;

    while (n < nwords && words[n].is_joined)
        n++;
    return n;
}

/* To a bare word, add the stems that are akin to its own, which weigh half. */
static void
add_akin(meaning *m, wanted_slot *slot)
{
    const naive_word *word = &slot->words[0].word;
    const char *akin[DEMONYMS_MAX];
    wanted_word *words = arena_array(m->arena, DEMONYMS_MAX + 1, sizeof *words);
    size_t nakin = 0;

    NEED(words != NULL);
    if (word->is_acronym || word->is_number)
        return;
    nakin = demonyms_of(word->stem, strlen(word->stem), akin);
    words[0] = slot->words[0];
    for (size_t i = 0; i < nakin; i++) {
        const char *stem = wording_keep(m->wording, akin[i], strlen(akin[i]));

        words[i + 1] =
            (wanted_word){.word = {.stem = stem, .surface = stem}, .by = BY_STEM, .scale = 0.5};
    }
    slot->words = words;
    slot->nwords = nakin + 1;
}

static void
read_bare(meaning *m, const said *query, const surroundings *around, role as, node *list)
{
    word_list words = {0};
    slot_row row = {0};

    split_text(m, query->text, &words);
    for (size_t i = 0; i < words.nwords; i++) {
        const naive_word *word = &words.words[i];

        add_word(m, word, bare_comparison(m), &row);
        if (m->reading.no_variants && !m->reading.surfaces && !word->is_acronym && !word->is_number)
            row.slots[i].kind = SLOT_OF_SPELLING;
    }
    for (size_t i = 0; i < words.nwords;) {
        const size_t n = joined_words(words.words + i, words.nwords - i);
        node *leaf = NULL;

        if (n == 1 && m->reading.akin && !m->reading.surfaces)
            add_akin(m, &row.slots[i]);
        leaf = add_leaf(m, query, around, as, row.slots + i, n, list);
        leaf->is_bare = !leaf->in_title;
        leaf->is_joined = n > 1 && !m->reading.surfaces;
        i += n;
    }
    m->is_wordless |= words.nwords == 0;
    free(words.words);
    free(row.slots);
}

/* =word matches in any case; written with a capital or beyond ASCII, just so. */
static comparison
exact_comparison(const char *text)
{
    for (; *text != '\0'; text++)
        if ((*text >= 'A' && *text <= 'Z') || (unsigned char)*text >= 0x80)
            return BY_BYTES;
    return BY_SURFACE;
}

static void
read_words(meaning *m, const said *query, const surroundings *around, role as, node *list)
{
    slot_row row = {0};

    if (!query->is_exact) {
        read_bare(m, query, around, as, list);
        return;
    }
    add_text(m, query->text, exact_comparison(query->text), &row);
    m->is_wordless |= row.nslots == 0;
    if (row.nslots > 0)
        add_leaf(m, query, around, as, row.slots, row.nslots, list);
    free(row.slots);
}

static void
read_fuzzy(meaning *m, const said *query, const surroundings *around, role as, node *list)
{
    slot_row row = {0};
    word_list words = {0};
    wanted_slot *slot = NULL;

    split_text(m, query->text, &words);
    NEED(words.nwords == 1);
    slot = add_slot(&row, SLOT_OF_EDITS);
    slot->pattern = words.words[0].surface;
    slot->edits = query->edits;
    add_leaf(m, query, around, as, row.slots, row.nslots, list);
    free(words.words);
    free(row.slots);
}

/* minist*, or with words joined to it by a hyphen. */
static void
read_wildcard(meaning *m, const said *query, const surroundings *around, role as, node *list)
{
    slot_row row = {0};

    for (const char *at = query->text; *at != '\0';) {
        const size_t nbytes = strcspn(at, "-");
        char *piece = arena_copy(m->arena, at, nbytes);

        NEED(piece != NULL);
        if (strpbrk(piece, "*?") != NULL)
            add_folded(m, SLOT_OF_PATTERN, at, nbytes, &row);
        else
            add_text(m, piece, bare_comparison(m), &row);
        at += nbytes + (at[nbytes] == '-');
    }
    add_leaf(m, query, around, as, row.slots, row.nslots, list);
    free(row.slots);
}

/* ---- phrases ---- */

/* A piece of a phrase as rows of slots that are alternatives. */
typedef struct {
    slot_row rows[4];
    size_t nrows;
} choice;

/* Alternatives of one word each are words of one slot. */
static void
unite_words(meaning *m, choice *c)
{
    wanted_slot *slot = &c->rows[0].slots[0];
    wanted_word *words = arena_array(m->arena, 4, sizeof *words);

    NEED(words != NULL);
    for (size_t i = 0; i < c->nrows; i++)
        if (c->rows[i].nslots != 1)
            return;
    for (size_t i = 0; i < c->nrows; i++) {
        words[i] = c->rows[i].slots[0].words[0];
        if (i > 0)
            free(c->rows[i].slots);
    }
    slot->words = words;
    slot->nwords = c->nrows;
    c->nrows = 1;
}

static void
read_piece(meaning *m, const said_piece *piece, comparison by, choice *c)
{
    c->nrows = 1;
    switch (piece->kind) {
    case PIECE_GAP:
        add_slot(&c->rows[0], SLOT_OF_ANY);
        break;
    case PIECE_TEXT:
        add_text(m, piece->text, by, &c->rows[0]);
        break;
    case PIECE_WILDCARD:
        add_folded(m, SLOT_OF_PATTERN, piece->text, strlen(piece->text), &c->rows[0]);
        break;
    case PIECE_CHOICE:
        NEED(piece->nchoices <= 4);
        c->nrows = piece->nchoices;
        for (size_t i = 0; i < c->nrows; i++) {
            add_text(m, piece->choices[i], by, &c->rows[i]);
            m->is_wordless |= c->rows[i].nslots == 0;
        }
        unite_words(m, c);
        break;
    }
}

static comparison
phrase_comparison(const said *query)
{
    comparison by = BY_SURFACE;

    if (query->by_stem)
        return BY_STEM;
    for (size_t i = 0; i < query->npieces && query->is_exact; i++) {
        const said_piece *piece = &query->pieces[i];

        if (piece->text != NULL && exact_comparison(piece->text) == BY_BYTES)
            by = BY_BYTES;
        for (size_t k = 0; k < piece->nchoices; k++)
            if (exact_comparison(piece->choices[k]) == BY_BYTES)
                by = BY_BYTES;
    }
    return by;
}

/* A leaf for each way to choose, the choices of the last piece changing fastest. */
static void
add_choices(meaning *m, const said *query, const surroundings *around, role as,
            const choice *pieces, size_t npieces, const slot_row *before, node *list)
{
    if (npieces == 0) {
        m->is_wordless |= before->nslots == 0;
        if (before->nslots > 0)
            add_leaf(m, query, around, as, before->slots, before->nslots, list);
        return;
    }
    for (size_t i = 0; i < pieces->nrows; i++) {
        const slot_row *more = &pieces->rows[i];
        slot_row row = {0};

        for (size_t k = 0; k < before->nslots; k++)
            *add_slot(&row, SLOT_OF_WORDS) = before->slots[k];
        for (size_t k = 0; k < more->nslots; k++)
            *add_slot(&row, SLOT_OF_WORDS) = more->slots[k];
        add_choices(m, query, around, as, pieces + 1, npieces - 1, &row, list);
        free(row.slots);
    }
}

static void
read_phrase(meaning *m, const said *query, const surroundings *around, role as, node *list)
{
    const slot_row none = {0};
    choice *pieces = calloc(query->npieces, sizeof *pieces);
    node *alternatives = leaves_new_node(m, NODE_LIST, as);

    NEED(pieces != NULL);
    for (size_t i = 0; i < query->npieces; i++)
        read_piece(m, &query->pieces[i], phrase_comparison(query), &pieces[i]);
    add_choices(m, query, around, OPTIONAL, pieces, query->npieces, &none, alternatives);
    if (alternatives->nchildren > 1) {
        leaves_add_child(list, alternatives);
    } else if (alternatives->nchildren == 1) {
        alternatives->children[0]->role = as;
        leaves_add_child(list, alternatives->children[0]);
        free(alternatives->children);
        alternatives->children = NULL;
    }
    for (size_t i = 0; i < query->npieces; i++)
        for (size_t k = 0; k < pieces[i].nrows; k++)
            free(pieces[i].rows[k].slots);
    free(pieces);
}

void
leaves_read(meaning *m, const said *query, const surroundings *around, role as, node *list)
{
    if (query->kind == SAID_WORDS)
        read_words(m, query, around, as, list);
    else if (query->kind == SAID_PHRASE)
        read_phrase(m, query, around, as, list);
    else if (query->kind == SAID_WILDCARD)
        read_wildcard(m, query, around, as, list);
    else if (query->kind == SAID_FUZZY)
        read_fuzzy(m, query, around, as, list);
    else
        new_leaf(m, NODE_FIELD, as, list)->said = query;
}
