/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse.c - the query language, by recursive descent over the lexer's items.
 *
 *   query    = { clauses }                          any text is a query
 *   clauses  = and { [ "OR" ] and }                 alternatives; a blank is an OR
 *   and      = operand { "AND" operand }            each is required
 *   operand  = { "NOT" } [ sign ] window            NOT excludes, + requires, - excludes
 *   window   = primary { near primary }             read from left to right
 *   near     = ( "NEAR" | "ADJ" ) [ "/" number ] | "SENTENCE" | "PARAGRAPH"
 *   primary  = { field } ( [ "=" ] chunk [ "~" [ number ] ] | [ "=" ] phrase [ "~" number ] |
 *              "(" clauses ")" ) [ "^" number ]
 *   field    = "title:" | "stem:" | "source:" | "author:" | "url:" | "lang:" | "id:" | "date:"
 *   sign     = "+" | "-" | U+2212 | U+2013          directly before what it is for
 *   phrase   = quote { piece } quote                read by phrase.c
 *   piece    = "*" | "(" words { "|" words } ")" | word
 *   chunk    = characters without a blank, quote or parenthesis; * and ? in it are wildcards
 *
 * Quotes are " and U+2033, and the curly, low and angled ones.
 *
 * Operators are chunks of their own, in capitals.  A chunk is cut into words as
 * articles are: joined words (hostage-release) are one leaf, words that are not joined (Gaza,Syria)
 * are leaves of their own, and a sign or operator holds for each of them.
 *
 * A NOT beside a blank excludes from the whole list, as the sign does (a NOT b is a -b); beside an
 * OR it is an alternative of its own: whatever has no b.  An AND whose operands are all excluded is
 * read in the same way.
 *
 * A clause that says what the article is (source:, date:) narrows the list that it stands in, as if
 * it had a +, unless it is an alternative of an OR.
 *
 * Whatever does not fit is left out, with a note, never an error: an error would tell a reader to
 * learn a grammar.  Only size and depth have limits, which bound this recursion too. */
#include "query/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "query/leaf.h"
#include "query/lex.h"
#include "query/lists.h"
#include "query/notes.h"

typedef struct {
    lexer lexer;
    lex_item ahead; /* the item that is to be read; a chunk or phrase has leaves */
    size_t first_leaf;
    leaf_reader leaves;
    note_writer notes;
    node_stack stack;
    unsigned depth;
    lex_item group; /* its fields hold for what stands in the group at hand */
    bool require_all;
    quire_status status; /* once it is not QUIRE_OK, ahead stays ITEM_END */
    quire_error *err;
} parser;

/* What was read on top of the stack, from first on. */
typedef struct {
    size_t first;
    size_t end;      /* == first where nothing was */
    bool is_negated; /* all of it excluded, by operators: beside an OR, an alternative */
    bool narrows;    /* required, by nothing but being a field: beside an OR, an alternative */
} operand;

static void
fail(parser *p, quire_status status)
{
    if (p->status == QUIRE_OK)
        p->status = status == QUIRE_ENOMEM ? error_nomem(p->err) : status;
    p->ahead = (lex_item){.kind = ITEM_END};
}

static void
note_wordless(parser *p, const lex_item *item)
{
    if (item->kind == ITEM_CHUNK)
        notes_add(&p->notes, "no-word", item->start, item->end,
                  "there is no letter or digit in this; it is ignored");
    else if (!item->is_unclosed)
        notes_add(&p->notes, "empty-phrase", item->start, item->end,
                  "there is no word between these quotes; they are ignored");
}

/* What stands before a group holds for all that stands in it. */
static void
inherit(const parser *p, lex_item *item)
{
    item->in_title = item->in_title || p->group.in_title;
    if (p->group.is_attribute && !item->is_attribute) {
        item->is_attribute = true;
        item->field = p->group.field;
    }
}

/* Go on to the next item; chunks and phrases without a word are passed over. */
static void
advance(parser *p)
{
    while (p->status == QUIRE_OK) {
        leaf_status status = LEAF_OK;

        p->ahead = lex_next(&p->lexer);
        if (p->ahead.kind != ITEM_CHUNK && p->ahead.kind != ITEM_PHRASE)
            return;
        p->first_leaf = p->leaves.nleaves;
        inherit(p, &p->ahead);
        status = leaf_read(&p->leaves, &p->ahead);
        if (status == LEAF_NOMEM) {
            fail(p, QUIRE_ENOMEM);
        } else if (status == LEAF_TOO_MANY) {
            fail(p, error_set(p->err, QUIRE_EQUERY, "the query has more than %d clauses",
                              QUERY_MAX_CLAUSES));
        } else if (status == LEAF_TOO_MANY_WORDS) {
            fail(p, error_set(p->err, QUIRE_EQUERY, "the query has more than %d words",
                              QUERY_MAX_WORDS));
        } else if (p->leaves.nleaves > p->first_leaf) {
            return;
        } else if (!p->ahead.is_attribute || p->ahead.field != FIELD_DATE) {
            note_wordless(p, &p->ahead);
        }
    }
}

static void
push(parser *p, query_node *node)
{
    if (p->status == QUIRE_OK && !lists_push(&p->stack, node))
        fail(p, QUIRE_ENOMEM);
}

/* One list of what lies on the stack from first up to end. */
static void
make_list(parser *p, size_t first, size_t end)
{
    if (p->status == QUIRE_OK && !lists_make(&p->stack, first, end, p->leaves.slots.a))
        fail(p, QUIRE_ENOMEM);
}

static void
note_operator(parser *p, const lex_item *item)
{
    notes_add(&p->notes, "operator-without-operand", item->start, item->end,
              "there is nothing for this %.*s to work on; it is ignored",
              (int)(item->text_end - item->text_start), p->lexer.text + item->text_start);
}

static void read_clauses(parser *p, bool is_group);

/* ^2 behind the group whose leaves are those from first on. */
static void
weigh_group(parser *p, size_t first, double weight)
{
    for (size_t i = first; i < p->leaves.nleaves && weight != 1; i++)
        p->leaves.leaves[i]->weight *= weight;
}

/* A parenthesis; leaves one node on the stack, or none where the group is empty. */
static void
read_group(parser *p)
{
    const lex_item open = p->ahead;
    const lex_item outer = p->group;
    const size_t first_leaf = p->leaves.nleaves;
    size_t first = p->stack.size;
    size_t end = 0;
    bool is_closed = false;

    if (p->depth == QUERY_MAX_DEPTH) {
        fail(p, error_set(p->err, QUIRE_EQUERY, "the query is nested more than %d deep",
                          QUERY_MAX_DEPTH));
        return;
    }
    p->depth++;
    inherit(p, &p->ahead);
    p->group = p->ahead;
    advance(p);
    read_clauses(p, true);
    p->depth--;
    p->group = outer;

    is_closed = p->ahead.kind == ITEM_CLOSE;
    end = p->ahead.end;
    if (!is_closed)
        notes_add(&p->notes, "unbalanced-parenthesis", open.start, open.end,
                  "this parenthesis is not closed; it is read as closed at the end");
    else if (p->stack.size == first)
        notes_add(&p->notes, "empty-group", open.start, end,
                  "there is no word between these parentheses; they are ignored");
    if (p->status == QUIRE_OK && p->stack.size > first &&
        p->stack.nodes[first]->kind == QUERY_LIST) {
        p->stack.nodes[first]->start = notes_original(&p->notes, open.end - 1);
        p->stack.nodes[first]->end = notes_original(&p->notes, end);
    }
    if (is_closed) {
        weigh_group(p, first_leaf, p->ahead.weight);
        advance(p);
    }
}

static void
read_primary(parser *p)
{
    size_t first = p->first_leaf;
    size_t end = p->leaves.nleaves;

    if (p->ahead.kind == ITEM_OPEN) {
        read_group(p);
        return;
    }
    for (size_t i = first; i < end; i++)
        push(p, p->leaves.leaves[i]);
    if (p->ahead.kind == ITEM_PHRASE && end > first + 1)
        make_list(p, p->stack.size - (end - first), p->stack.size);
    advance(p);
}

static bool
is_primary(item_kind kind)
{
    return kind == ITEM_CHUNK || kind == ITEM_PHRASE || kind == ITEM_OPEN;
}

static query_role
role_of_sign(char sign)
{
    if (sign == 0)
        return ROLE_OPTIONAL;
    return sign == '+' ? ROLE_REQUIRED : ROLE_EXCLUDED;
}

/* Both sides of a window are on the stack, as one node each: put the window, or what can be read
 * instead, in their place. */
static void
make_window(parser *p, size_t first, const lex_item *near)
{
    query_node *const *sides = p->stack.nodes + first;

    if (lists_is_side(sides[0]) && lists_is_side(sides[1])) {
        if (!lists_make_window(&p->stack, first, near->window, near->distance, p->leaves.slots.a))
            fail(p, QUIRE_ENOMEM);
    } else {
        notes_add(&p->notes, "no-window", near->start, near->end,
                  "only words, phrases and alternatives of those can stand near each other; this "
                  "is read as AND");
        sides[0]->role = sides[1]->role = ROLE_REQUIRED;
        make_list(p, first, p->stack.size);
    }
    if (p->status == QUIRE_OK && p->stack.nodes[first]->height > QUERY_MAX_HEIGHT)
        fail(p, error_set(p->err, QUIRE_EQUERY, "the query is nested more than %d deep",
                          QUERY_MAX_HEIGHT));
}

/* A primary, and others near it; what several words of a chunk leave on the stack becomes one node
 * if it is a side of a window. */
static void
read_window(parser *p)
{
    const size_t first = p->stack.size;

    read_primary(p);
    while (p->ahead.kind == ITEM_WINDOW && p->stack.size > first) {
        const lex_item near = p->ahead;
        size_t second = 0;

        advance(p);
        if (!is_primary(p->ahead.kind)) {
            note_operator(p, &near);
            return;
        }
        make_list(p, first, p->stack.size);
        if (p->ahead.sign != 0)
            notes_add(&p->notes, "stray-sign", p->ahead.start, p->ahead.end,
                      "a sign behind %.*s is ignored; it may stand before the first of the words",
                      (int)(near.text_end - near.text_start), p->lexer.text + near.text_start);
        second = p->stack.size;
        while (is_primary(p->ahead.kind) && p->stack.size == second)
            read_primary(p);
        if (p->stack.size == second) {
            note_operator(p, &near);
            return;
        }
        make_list(p, second, p->stack.size);
        if (p->status == QUIRE_OK)
            make_window(p, first, &near);
    }
}

/* Does all that was read from first on say only what the article is? */
static bool
is_filter(const parser *p, size_t first)
{
    bool is_one = p->stack.size > first && !p->group.is_attribute;

    for (size_t i = first; i < p->stack.size && is_one; i++)
        is_one = lists_is_filter(p->stack.nodes[i]);
    return is_one;
}

static operand
read_operand(parser *p)
{
    operand read = {.first = p->stack.size};
    bool has_not = false;
    lex_item last_not = {0};
    query_role role = ROLE_OPTIONAL;

    for (; p->ahead.kind == ITEM_NOT; advance(p)) {
        has_not = true;
        read.is_negated = !read.is_negated; /* what is not excluded is as good as any other */
        last_not = p->ahead;
    }
    /* An empty group is as if it were not there: the operators go on to what comes next. */
    while (is_primary(p->ahead.kind) && p->stack.size == read.first) {
        role = role_of_sign(p->ahead.sign);
        if (has_not && role != ROLE_OPTIONAL)
            notes_add(&p->notes, "stray-sign", p->ahead.start, p->ahead.end,
                      "the NOT before it decides; its sign is ignored");
        if (has_not)
            role = read.is_negated ? ROLE_EXCLUDED : ROLE_OPTIONAL;
        read_window(p);
    }
    read.end = p->stack.size;
    if (has_not && read.end == read.first)
        note_operator(p, &last_not);
    read.narrows = role == ROLE_OPTIONAL && is_filter(p, read.first);
    if (read.narrows)
        role = ROLE_REQUIRED;
    for (size_t i = read.first; i < read.end; i++)
        p->stack.nodes[i]->role = role;
    return read;
}

static bool
all_excluded(const parser *p, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (p->stack.nodes[i]->role != ROLE_EXCLUDED)
            return false;
    return true;
}

/* Operands with AND between them; one alone is left as it is. */
static operand
read_and(parser *p)
{
    operand read = read_operand(p);
    bool has_and = false;

    if (read.end == read.first)
        return read;
    while (p->ahead.kind == ITEM_AND) {
        lex_item conjunction = p->ahead;
        operand next = {0};

        advance(p);
        next = read_operand(p);
        if (next.end == next.first)
            note_operator(p, &conjunction);
        else
            has_and = true;
    }
    read.end = p->stack.size;
    if (!has_and)
        return read;
    read.narrows = false;

    read.is_negated = all_excluded(p, read.first, read.end);
    if (!read.is_negated) {
        for (size_t i = read.first; i < read.end; i++)
            if (p->stack.nodes[i]->role == ROLE_OPTIONAL)
                p->stack.nodes[i]->role = ROLE_REQUIRED;
        make_list(p, read.first, read.end);
        read.end = p->stack.size;
        read.narrows = is_filter(p, read.first);
        for (size_t i = read.first; i < read.end && read.narrows; i++)
            p->stack.nodes[i]->role = ROLE_REQUIRED;
    }
    return read;
}

/* A list of clauses that is being read. */
typedef struct {
    size_t first;
    size_t segment;   /* where the last run of clauses with OR between them begins */
    bool has_or;      /* that run has an OR */
    operand last;     /* the clause read last */
    lex_item pending; /* an OR that waits for what it joins; kind ITEM_OR */
} clause_list;

/* With --all, clauses with OR between them are one required clause. */
static void
end_segment(parser *p, clause_list *list, bool is_top)
{
    if (is_top && p->require_all && list->has_or) {
        make_list(p, list->segment, p->stack.size);
        list->last = (operand){.first = list->segment, .end = p->stack.size};
    }
    list->segment = p->stack.size;
    list->has_or = false;
}

static void
make_optional(parser *p, operand *o)
{
    for (size_t i = o->first; i < o->end && o->narrows && p->status == QUIRE_OK; i++)
        p->stack.nodes[i]->role = ROLE_OPTIONAL;
    o->narrows = false;
}

/* Both sides of an OR are on the stack: those that are negated, or narrow, become alternatives. */
static void
join_alternatives(parser *p, clause_list *list, operand *next)
{
    make_optional(p, &list->last);
    make_optional(p, next);
    if (next->is_negated) {
        make_list(p, next->first, next->end);
        next->is_negated = false;
    }
    if (list->last.is_negated) {
        make_list(p, list->last.first, list->last.end);
        next->first = list->last.first + 1;
    }
    next->end = p->stack.size;
    list->has_or = true;
}

static void
read_clause(parser *p, clause_list *list, bool is_top)
{
    const bool begins = list->pending.kind != ITEM_OR;
    operand next = {0};

    if (begins)
        end_segment(p, list, is_top);
    next = read_and(p);
    if (next.end == next.first || p->status != QUIRE_OK) {
        if (begins)
            list->segment = list->last.first; /* an OR may yet go on from there */
        return;
    }
    if (list->pending.kind == ITEM_OR)
        join_alternatives(p, list, &next);
    list->pending.kind = ITEM_END;
    list->last = next;
}

/* Clauses up to the end, or to the parenthesis that closes the group; leaves one node on the stack,
 * or none. */
static void
read_clauses(parser *p, bool is_group)
{
    const size_t first = p->stack.size;
    clause_list list = {.first = first, .segment = first, .last = {.first = first, .end = first}};

    while (p->ahead.kind != ITEM_END && !(is_group && p->ahead.kind == ITEM_CLOSE)) {
        if (p->ahead.kind == ITEM_CLOSE) {
            notes_add(&p->notes, "unbalanced-parenthesis", p->ahead.start, p->ahead.end,
                      "this parenthesis closes nothing and is ignored");
            advance(p);
        } else if (p->ahead.kind == ITEM_AND || p->ahead.kind == ITEM_OR ||
                   p->ahead.kind == ITEM_WINDOW) {
            if (p->ahead.kind == ITEM_OR && p->stack.size > list.first &&
                list.pending.kind != ITEM_OR)
                list.pending = p->ahead;
            else
                note_operator(p, &p->ahead);
            advance(p);
        } else {
            read_clause(p, &list, !is_group);
        }
    }
    if (list.pending.kind == ITEM_OR)
        note_operator(p, &list.pending);
    end_segment(p, &list, !is_group);
    if (p->status != QUIRE_OK || p->stack.size == list.first)
        return;
    for (size_t i = list.first; i < p->stack.size && !is_group && p->require_all; i++)
        if (p->stack.nodes[i]->role == ROLE_OPTIONAL)
            p->stack.nodes[i]->role = ROLE_REQUIRED;
    make_list(p, list.first, p->stack.size);
}

/* Weights of groups in groups multiply; beyond what one may have, scores would no longer be exact.
 */
static void
bound_weights(parser *p, size_t text_bytes)
{
    bool is_bounded = false;

    for (size_t i = 0; i < p->leaves.nleaves; i++)
        if (p->leaves.leaves[i]->weight > LEX_MAX_WEIGHT) {
            p->leaves.leaves[i]->weight = LEX_MAX_WEIGHT;
            is_bounded = true;
        }
    if (is_bounded)
        notes_add(&p->notes, "number-too-large", 0, text_bytes,
                  "weights that multiply to more are read as %g, the largest", LEX_MAX_WEIGHT);
}

static quire_status
parse(parser *p, arena *a, size_t text_bytes, query_tree *tree)
{
    memset(tree, 0, sizeof *tree);
    advance(p);
    read_clauses(p, false);
    if (p->status != QUIRE_OK)
        return p->status;
    bound_weights(p, text_bytes);
    if (p->stack.size > 0)
        tree->root = p->stack.nodes[0];
    else
        notes_add(&p->notes, "empty-query", 0, text_bytes, "the query has no word to look for");
    if (!lists_finish(tree, p->leaves.leaves, p->leaves.nleaves, a) || !notes_finish(&p->notes))
        return error_nomem(p->err);
    return QUIRE_OK;
}

quire_status
query_parse(const char *text, size_t text_bytes, const query_options *options, stemmer *s, arena *a,
            query_tree *tree_out, query_notes *notes, quire_error *err)
{
    quire_status status = QUIRE_OK;
    buffer repaired = {0};
    utf8_repair *repairs = NULL;
    size_t nrepairs = 0;
    parser p = {.require_all = options->require_all, .err = err};
    bool is_shouting = false;

    if (text_bytes > QUERY_MAX_BYTES)
        return error_set(err, QUIRE_EQUERY, "the query is longer than %u bytes", QUERY_MAX_BYTES);
    if (!utf8_repair_text(text_bytes > 0 ? text : "", text_bytes, &repaired, &repairs, &nrepairs) ||
        !notes_start(&p.notes, notes, a, text, repairs, nrepairs)) {
        status = error_nomem(err);
        goto done;
    }
    if (repaired.bytes != NULL)
        text = repaired.bytes;
    is_shouting = words_is_shouting(text, repaired.size);
    lex_start(&p.lexer, text, repaired.size, is_shouting, &p.notes);
    p.leaves.slots = (slot_reader){.text = text,
                                   .is_shouting = is_shouting,
                                   .options = options,
                                   .a = a,
                                   .stemmer = s,
                                   .notes = &p.notes};
    status = parse(&p, a, repaired.size, tree_out);
done:
    lists_free(&p.stack);
    leaf_free(&p.leaves);
    notes_free(&p.notes);
    free(repairs);
    buffer_free(&repaired);
    return status;
}
