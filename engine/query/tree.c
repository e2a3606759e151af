/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.c - what all of a query tree looks for, and the tree as text.  What a line of it holds:
 *
 *   required phrase "board of peace" [board of peac] clause 2
 *
 * the role in the list, the kind, the words as they are looked for (of a compound with a hyphen
 * between them, of a phrase in quotes, a number with the sign that it demands, alternatives in
 * parentheses), the stems, and the number that marks carry; then what else was asked.  Words that
 * are only akin are told by their scale: israel|israeli*0.5.  The root has no role to show.  Tests
 * hold whole prints: do not change them lightly. */
#include "query/tree.h"

#include "base/buffer.h"
#include "query/fields.h"

void
query_tree_filter(const query_tree *tree, const stemmer *s, stem_filter *filter)
{
    for (uint32_t i = 0; i < tree->nterms; i++)
        stem_filter_add(filter, s, tree->terms[i].stem, tree->terms[i].stem_bytes);
    for (uint32_t i = 0; i < tree->nleaves; i++)
        for (uint32_t j = 0; j < tree->leaves[i]->nslots; j++)
            for (uint32_t k = 0; k < tree->leaves[i]->slots[j].nwords; k++) {
                const query_word *word = &tree->leaves[i]->slots[j].words[k];

                stem_filter_add(filter, s, word->stem, word->stem_bytes);
            }
}

static const char *
role_name(query_role role)
{
    static const char *const names[] = {
        [ROLE_REQUIRED] = "required",
        [ROLE_OPTIONAL] = "optional",
        [ROLE_SUPPORTING] = "supporting",
        [ROLE_EXCLUDED] = "excluded",
    };

    return names[role];
}

static const char *
kind_name(query_kind kind)
{
    static const char *const names[] = {
        [QUERY_WORD] = "word",   [QUERY_COMPOUND] = "compound", [QUERY_PHRASE] = "phrase",
        [QUERY_FIELD] = "field", [QUERY_LIST] = "list",
    };

    return names[kind];
}

/* Alternatives of more words than this are counted, not named. */
#define MAX_NAMED 16

static bool
print_form(const query_slot *slot, const query_word *word, bool by_stem, buffer *out)
{
    const char *form = word->surface;

    if (by_stem)
        form = word->stem;
    else if (word->match == MATCH_CASE)
        form = word->typed;
    else if (word->extra_bytes > 0)
        form = word->extra;
    return buffer_add_string(out, form) && (word->scale == 1 || slot->nwords == 1 ||
                                            buffer_printf(out, "*%g", (double)word->scale));
}

static bool
print_words(const query_slot *slot, bool by_stem, buffer *out)
{
    bool is_fine = true;

    if (slot->nwords > MAX_NAMED)
        return buffer_printf(out, "(%u words)", (unsigned)slot->nwords);
    if (slot->nwords != 1)
        is_fine = buffer_add_char(out, '(');
    for (uint32_t i = 0; i < slot->nwords && is_fine; i++)
        is_fine = (i == 0 || buffer_add_char(out, '|')) &&
                  print_form(slot, &slot->words[i], by_stem, out);
    return is_fine && (slot->nwords == 1 || buffer_add_char(out, ')'));
}

/* A slot as it was asked for. */
static bool
print_asked(const query_slot *slot, buffer *out)
{
    switch (slot->kind) {
    case SLOT_GAP:
        return buffer_add_char(out, '*');
    case SLOT_WILDCARD:
        return buffer_add_string(out, slot->pattern);
    case SLOT_FUZZY:
        return buffer_printf(out, "%s~%u", slot->pattern, (unsigned)slot->distance);
    case SLOT_WORDS:
    case SLOT_SPELLING:
        break;
    }
    return print_words(slot, false, out);
}

static bool
has_case(const query_node *leaf)
{
    for (uint32_t i = 0; i < leaf->nslots; i++)
        if (leaf->slots[i].nwords > 0 && leaf->slots[i].words[0].match == MATCH_CASE)
            return true;
    return false;
}

static bool
is_by_stem(const query_node *leaf)
{
    for (uint32_t i = 0; i < leaf->nslots; i++)
        if (leaf->slots[i].kind == SLOT_WORDS && leaf->slots[i].nwords > 0)
            return leaf->slots[i].words[0].match == MATCH_STEM;
    return false;
}

/* How its words match, where that is not what its kind says. */
static const char *
manner(const query_node *leaf)
{
    for (uint32_t i = 0; i < leaf->nslots && leaf->kind != QUERY_PHRASE; i++) {
        if (leaf->slots[i].kind == SLOT_SPELLING)
            return " as spelled";
        if (leaf->slots[i].kind == SLOT_WORDS && leaf->slots[i].words[0].match == MATCH_SURFACE)
            return " as it is";
    }
    return "";
}

static bool
print_leaf(const query_node *leaf, buffer *out)
{
    const bool is_phrase = leaf->kind == QUERY_PHRASE;
    const char *between = leaf->kind == QUERY_COMPOUND ? "-" : " ";
    const char *around = is_phrase ? "\"" : "";
    bool is_fine = buffer_add_string(out, " ");

    if (is_phrase && is_by_stem(leaf))
        is_fine = is_fine && buffer_add_string(out, "stem:");
    if (has_case(leaf))
        is_fine = is_fine && buffer_add_char(out, '=');
    is_fine = is_fine && buffer_add_string(out, around);
    for (uint32_t i = 0; i < leaf->nslots && is_fine; i++)
        is_fine = (i == 0 || buffer_add_string(out, between)) && print_asked(&leaf->slots[i], out);
    is_fine = is_fine && buffer_add_string(out, around) && buffer_add_string(out, " [");
    for (uint32_t i = 0; i < leaf->nslots && is_fine; i++) {
        const query_slot *slot = &leaf->slots[i];

        is_fine =
            (i == 0 || buffer_add_char(out, ' ')) &&
            (slot->kind == SLOT_GAP ? buffer_add_char(out, '*') : print_words(slot, true, out));
    }
    is_fine = is_fine && buffer_printf(out, "] clause %u", (unsigned)leaf->clause);
    is_fine = is_fine && buffer_add_string(out, manner(leaf));
    if (leaf->slop > 0)
        is_fine = is_fine && buffer_printf(out, " slop %u", (unsigned)leaf->slop);
    if (leaf->in_title)
        is_fine = is_fine && buffer_add_string(out, " in title");
    if (leaf->weight != 1)
        is_fine = is_fine && buffer_printf(out, " weight %g", leaf->weight);
    return is_fine;
}

static bool
print_field(const query_node *leaf, buffer *out)
{
    bool is_fine = buffer_printf(out, " %s ", fields_name(leaf->field));

    if (leaf->field == FIELD_DATE)
        is_fine = is_fine && buffer_printf(out, "%d..%d", leaf->first_day, leaf->last_day);
    else
        is_fine = is_fine && buffer_printf(out, "\"%s\"", leaf->value);
    return is_fine && buffer_printf(out, " clause %u", (unsigned)leaf->clause);
}

static bool
print_window(const query_node *window, buffer *out)
{
    static const char *const names[] = {[WINDOW_NEAR] = "near",
                                        [WINDOW_ADJ] = "adj",
                                        [WINDOW_SENTENCE] = "sentence",
                                        [WINDOW_PARAGRAPH] = "paragraph"};

    if (window->window == WINDOW_NEAR || window->window == WINDOW_ADJ)
        return buffer_printf(out, "%s/%u", names[window->window], (unsigned)window->distance);
    return buffer_add_string(out, names[window->window]);
}

/* As deep as the tree, which the parser bounds. */
static bool
print_node(const query_node *node, unsigned depth, buffer *out)
{
    bool is_fine = true;

    for (unsigned i = 0; i < depth && is_fine; i++)
        is_fine = buffer_add_string(out, "  ");
    if (depth > 0)
        is_fine = is_fine && buffer_printf(out, "%s ", role_name(node->role));
    if (node->kind == QUERY_WINDOW)
        is_fine = is_fine && print_window(node, out);
    else
        is_fine = is_fine && buffer_add_string(out, kind_name(node->kind));
    if (node->kind == QUERY_FIELD)
        is_fine = is_fine && print_field(node, out);
    else if (node->nslots > 0)
        is_fine = is_fine && print_leaf(node, out);
    is_fine = is_fine && buffer_add_string(out, "\n");
    for (uint32_t i = 0; i < node->nchildren && is_fine; i++)
        is_fine = print_node(node->children[i], depth + 1, out);
    return is_fine;
}

char *
query_tree_print(const query_tree *tree, arena *a)
{
    char *print = NULL;
    buffer out = {0};

    if (tree->root == NULL)
        print = arena_copy(a, "nothing\n", 8);
    else if (print_node(tree->root, 0, &out))
        print = arena_copy(a, out.bytes, out.size);
    buffer_free(&out);
    return print;
}
