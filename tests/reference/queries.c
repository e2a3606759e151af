/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queries.c - making up queries as trees, and writing them. */
#include "queries.h"

#include <string.h>

#include "need.h"
#include "said_leaves.h"

/* ---- trees ---- */

typedef struct {
    dice *d;
    const made_corpus *corpus;
    arena *a;
    size_t nleaves; /* made so far */
} making;

static said *make_node(making *m, unsigned depth);
static said *make_near(making *m, unsigned depth);

/* Say that the words of a group, or what else there is, weigh more or less. */
static void
choose_weight(making *m, said *node)
{
    static const struct {
        const char *text;
        double weight;
    } weights[] = {{"2", 2}, {"0.5", 0.5}, {"3", 3}, {"1.5", 1.5}, {"10", 10}, {"0", 0}};
    const size_t i = dice_below(m->d, sizeof weights / sizeof *weights);

    if (!dice_chance(m->d, 8))
        return;
    node->weight_text = weights[i].text;
    node->weight = weights[i].weight;
}

static said *
make_leaf(making *m)
{
    const size_t way = dice_below(m->d, 100);
    said *leaf = NULL;

    m->nleaves++;
    if (way < 7)
        return said_leaf_field(m->d, m->corpus, (said_field)dice_below(m->d, 6), m->a);
    if (way < 58)
        leaf = said_leaf_words(m->d, m->corpus, m->a);
    else if (way < 83)
        leaf = said_leaf_phrase(m->d, m->corpus, m->a);
    else if (way < 92)
        leaf = said_leaf_wildcard(m->d, m->corpus, m->a);
    else
        leaf = said_leaf_fuzzy(m->d, m->corpus, m->a);
    leaf->in_title = dice_chance(m->d, 8);
    choose_weight(m, leaf);
    leaf->in_parentheses = leaf->kind == SAID_PHRASE && leaf->weight_text == NULL &&
                           !leaf->in_title && dice_chance(m->d, 3);
    return leaf;
}

static void
new_parts(making *m, said *node, size_t nparts)
{
    node->parts = arena_array(m->a, nparts, sizeof *node->parts);
    node->nparts = nparts;
    NEED(node->parts != NULL);
}

/* Operands of AND; those with NOT or a minus are excluded. */
static said *
make_all(making *m, unsigned depth)
{
    said *node = said_new(SAID_ALL, m->a);

    new_parts(m, node, dice_between(m->d, 2, 3));
    for (size_t i = 0; i < node->nparts; i++) {
        said_part *part = &node->parts[i];

        part->node = dice_chance(m->d, 25) ? make_node(m, depth + 1) : make_leaf(m);
        if (part->node->parts != NULL && part->node->kind != SAID_NEAR)
            part->node->in_parentheses = true;
        part->negated = dice_chance(m->d, 15);
        if (i > 0 && !part->negated && !node->parts[0].negated) {
            part->plus = dice_chance(m->d, 5);
            part->minus = !part->plus && dice_chance(m->d, 5);
        }
    }
    return node;
}

/* Signs and operators before a part of a list. */
static void
choose_signs(making *m, said *node, size_t i, unsigned or_percent)
{
    said_part *part = &node->parts[i];

    part->or_before = i > 0 && dice_chance(m->d, or_percent);
    switch (dice_below(m->d, part->or_before ? 24 : 12)) {
    case 0:
    case 1:
        part->plus = true;
        break;
    case 2:
        part->minus = true;
        break;
    case 3:
    case 4:
        part->negated = true;
        break;
    default:
        break;
    }
}

static said *
make_any(making *m, unsigned depth)
{
    said *node = said_new(SAID_ANY, m->a);
    unsigned or_percent = dice_chance(m->d, 50) ? 0 : 40;

    new_parts(m, node, dice_between(m->d, 1, depth == 0 ? 6 : 3));
    for (size_t i = 0; i < node->nparts; i++) {
        said_part *part = &node->parts[i];

        choose_signs(m, node, i, or_percent);
        part->node = dice_chance(m->d, 20) ? make_node(m, depth + 1) : make_leaf(m);
        if (part->node->kind == SAID_ANY)
            part->node->in_parentheses = true;
        if (part->node->kind == SAID_ALL)
            part->node->in_parentheses =
                part->plus || part->minus || part->negated || dice_chance(m->d, 30);
    }
    return node;
}

/* A side of a window: most often a leaf, or a group of alternatives; now and then something that
 * cannot stand near anything. */
static said *
make_side(making *m, unsigned depth, bool is_left)
{
    said *side = NULL;

    if (depth >= 4 || m->nleaves >= 12 || dice_chance(m->d, 60))
        return make_leaf(m);
    if (dice_chance(m->d, 40)) {
        side = make_near(m, depth + 1);
        side->in_parentheses = !is_left || dice_chance(m->d, 40);
        return side;
    }
    if (dice_chance(m->d, 10)) {
        side = make_node(m, depth + 1);
        side->in_parentheses = side->parts != NULL;
        return side;
    }
    side = said_new(SAID_ANY, m->a);
    new_parts(m, side, dice_between(m->d, 1, 3));
    for (size_t i = 0; i < side->nparts; i++) {
        side->parts[i].node = dice_chance(m->d, 20) ? make_near(m, depth + 1) : make_leaf(m);
        side->parts[i].or_before = i > 0 && dice_chance(m->d, 50);
    }
    side->in_parentheses = true;
    return side;
}

static said *
make_near(making *m, unsigned depth)
{
    said *node = said_new(SAID_NEAR, m->a);

    new_parts(m, node, 2);
    node->parts[0].node = make_side(m, depth, true);
    node->parts[1].node = make_side(m, depth, false);
    node->nearness = (said_nearness)dice_below(m->d, 4);
    node->says_distance = node->nearness <= NEAR_ORDERED && dice_chance(m->d, 70);
    node->distance = node->nearness == NEAR_EITHER ? 10 : 1;
    if (node->says_distance)
        node->distance = (unsigned)dice_between(m->d, 1, dice_chance(m->d, 60) ? 5 : 40);
    return node;
}

/* source:(a OR b -c) */
static said *
make_values(making *m)
{
    said *node = said_new(SAID_ANY, m->a);
    const bool all_or = dice_chance(m->d, 50);

    new_parts(m, node, dice_between(m->d, 1, 3));
    node->names_values = true;
    node->in_parentheses = true;
    node->field = (said_field)dice_below(m->d, 6);
    for (size_t i = 0; i < node->nparts; i++) {
        said_part *part = &node->parts[i];

        part->node = said_leaf_field(m->d, m->corpus, node->field, m->a);
        part->node->is_inherited = true;
        part->or_before = i > 0 && all_or;
        part->minus = !part->or_before && dice_chance(m->d, 15);
        m->nleaves++;
    }
    return node;
}

/* Wildcards that stand for more words each, and together, than are looked for. */
static said *
make_greedy(making *m)
{
    static const char *const patterns[] = {"zq*", "z?*", "*q*", "zq?*", "?q*", NULL};
    said *node = said_new(SAID_ANY, m->a);

    new_parts(m, node, dice_between(m->d, 15, 19));
    for (size_t i = 0; i < node->nparts; i++) {
        node->parts[i].node = said_new(SAID_WILDCARD, m->a);
        node->parts[i].node->text = dice_pick(m->d, patterns);
        choose_weight(m, node->parts[i].node);
    }
    return node;
}

/* What has parts and stands among others. */
static said *
make_node(making *m, unsigned depth)
{
    const size_t way = dice_below(m->d, 100);

    if (depth >= 4 || m->nleaves >= 12)
        return make_leaf(m);
    if (way < 5)
        return make_values(m);
    if (way < 25)
        return make_near(m, depth);
    return way < 50 ? make_all(m, depth) : make_any(m, depth);
}

/* What may be said of a parenthesis as a whole. */
static void
choose_group(making *m, said *node)
{
    for (size_t i = 0; i < node->nparts; i++)
        choose_group(m, node->parts[i].node);
    if (node->parts == NULL || !node->in_parentheses || node->names_values)
        return;
    node->in_title = dice_chance(m->d, 6);
    choose_weight(m, node);
}

said *
queries_make(dice *d, const made_corpus *corpus, arena *a)
{
    making m = {.d = d, .corpus = corpus, .a = a};

    said *made = corpus->has_many && dice_chance(d, 5) ? make_greedy(&m) : make_node(&m, 0);

    choose_group(&m, made);
    return made;
}

bool
queries_has_operator(const said *query)
{
    if (query->kind == SAID_ALL || query->kind == SAID_NEAR)
        return true;
    for (size_t i = 0; i < query->nparts; i++)
        if (query->parts[i].or_before || query->parts[i].negated ||
            queries_has_operator(query->parts[i].node))
            return true;
    return false;
}

/* ---- writing ---- */

static void
write_blank(dice *d, buffer *out)
{
    static const char *const blanks[] = {"  ", "\t", "\n", " \t ", NULL};

    NEED(buffer_add_string(out, dice_chance(d, 90) ? " " : dice_pick(d, blanks)));
}

/* A field's name and colon, in any case. */
static void
write_field_name(dice *d, const char *name, buffer *out)
{
    const size_t way = dice_below(d, 10);
    const size_t nbytes = strlen(name);

    for (size_t i = 0; i < nbytes; i++)
        NEED(buffer_add_char(out, way == 0 || (way == 1 && i == 0) ? (char)(name[i] - 'a' + 'A')
                                                                   : name[i]));
    NEED(buffer_add_char(out, ':'));
}

static void
write_pieces(dice *d, const said *phrase, buffer *out)
{
    for (size_t i = 0; i < phrase->npieces; i++) {
        const said_piece *piece = &phrase->pieces[i];

        if (i > 0)
            write_blank(d, out);
        if (piece->kind == PIECE_GAP)
            NEED(buffer_add_char(out, '*'));
        else if (piece->kind != PIECE_CHOICE)
            NEED(buffer_add_string(out, piece->text));
        for (size_t k = 0; k < piece->nchoices; k++)
            NEED(buffer_printf(out, "%s%s%s", k == 0 ? "(" : "|", dice_chance(d, 5) ? " " : "",
                               piece->choices[k]));
        if (piece->kind == PIECE_CHOICE)
            NEED(buffer_add_char(out, ')'));
    }
}

static void
open_quote(dice *d, buffer *out, const char **closing)
{
    static const char *const quotes[][2] = {{"\"", "\""},
                                            {"\"", "\""},
                                            {"\u201c", "\u201d"},
                                            {"\u201e", "\u201c"},
                                            {"\u00ab", "\u00bb"}};
    const char *const *pair = quotes[dice_below(d, 5)];

    NEED(buffer_add_string(out, pair[0]));
    if (dice_chance(d, 4))
        NEED(buffer_add_char(out, ' '));
    *closing = pair[1];
}

static void
write_phrase(dice *d, const said *phrase, buffer *out)
{
    const char *closing = NULL;

    if (phrase->by_stem)
        write_field_name(d, "stem", out);
    if (phrase->is_exact)
        NEED(buffer_add_char(out, '='));
    open_quote(d, out, &closing);
    write_pieces(d, phrase, out);
    /* With a blank before and something behind, a closing quote may open as well. */
    NEED(buffer_printf(
        out, "%s%s",
        phrase->slop == 0 && phrase->weight_text == NULL && dice_chance(d, 4) ? " " : "", closing));
    if (phrase->slop > 0)
        NEED(buffer_printf(out, "~%u", phrase->slop));
}

static const char *
name_of_field(said_field field)
{
    static const char *const names[] = {"source", "author", "url", "lang", "id", "date"};

    return names[field];
}

static void
write_value(dice *d, const said *value, buffer *out)
{
    const char *closing = NULL;

    if (!value->is_inherited)
        write_field_name(d, name_of_field(value->field), out);
    if (strchr(value->text, ' ') == NULL && dice_chance(d, 80)) {
        NEED(buffer_add_string(out, value->text));
        return;
    }
    open_quote(d, out, &closing);
    NEED(buffer_printf(out, "%s%s", value->text, closing));
}

static void
write_leaf(dice *d, const said *leaf, buffer *out)
{
    if (leaf->kind == SAID_PHRASE) {
        write_phrase(d, leaf, out);
    } else if (leaf->kind == SAID_FIELD) {
        write_value(d, leaf, out);
    } else {
        NEED(buffer_printf(out, "%s%s", leaf->is_exact ? "=" : "", leaf->text));
        if (leaf->kind == SAID_FUZZY)
            NEED(buffer_add_char(out, '~'));
        if (leaf->says_edits)
            NEED(buffer_printf(out, "%u", leaf->edits));
    }
}

/* a NEAR/5 b */
static void
write_near(dice *d, const said *node, buffer *out)
{
    static const char *const names[] = {"NEAR", "ADJ", "SENTENCE", "PARAGRAPH"};

    queries_write(d, node->parts[0].node, out);
    write_blank(d, out);
    NEED(buffer_add_string(out, names[node->nearness]));
    if (node->says_distance)
        NEED(buffer_printf(out, "/%u", node->distance));
    write_blank(d, out);
    queries_write(d, node->parts[1].node, out);
}

static void
write_parts(dice *d, const said *node, buffer *out)
{
    for (size_t i = 0; i < node->nparts; i++) {
        const said_part *part = &node->parts[i];

        if (i > 0)
            write_blank(d, out);
        if (i > 0 && (part->or_before || node->kind == SAID_ALL)) {
            NEED(buffer_add_string(out, node->kind == SAID_ALL ? "AND" : "OR"));
            write_blank(d, out);
        }
        if (part->negated) {
            NEED(buffer_add_string(out, "NOT"));
            write_blank(d, out);
        }
        if (part->plus || part->minus)
            NEED(buffer_add_char(out, part->plus ? '+' : '-'));
        queries_write(d, part->node, out);
    }
}

void
queries_write(dice *d, const said *query, buffer *out)
{
    if (query->in_title)
        write_field_name(d, "title", out);
    if (query->names_values)
        write_field_name(d, name_of_field(query->field), out);
    if (query->in_parentheses)
        NEED(buffer_add_string(out, dice_chance(d, 10) ? "( " : "("));
    if (query->parts == NULL)
        write_leaf(d, query, out);
    else if (query->kind == SAID_NEAR)
        write_near(d, query, out);
    else
        write_parts(d, query, out);
    if (query->in_parentheses)
        NEED(buffer_add_string(out, dice_chance(d, 10) ? " )" : ")"));
    if (query->weight_text != NULL)
        NEED(buffer_printf(out, "^%s", query->weight_text));
}
