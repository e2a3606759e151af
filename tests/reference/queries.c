/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queries.c - making up queries as trees, and writing them.
 *
 * Words and phrases are mostly cut out of the articles, so that they occur. */
#include "queries.h"

#include <string.h>

#include "need.h"

/* Things that look like operators, quotes or parentheses must come from the tree only. */
static const char *const special[] = {
    "\"", "\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb", "\u2033", "(", ")", NULL,
};

static bool
has_special(const char *text)
{
    for (size_t i = 0; special[i] != NULL; i++)
        if (strstr(text, special[i]) != NULL)
            return true;
    return false;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

static bool
is_operator(const char *text)
{
    return strcmp(text, "AND") == 0 || strcmp(text, "OR") == 0 || strcmp(text, "NOT") == 0;
}

/* ---- words ---- */

/* May a word begin so?  Letters, digits, signs of currency; no other mark. */
static bool
begins_well(const char *text)
{
    unsigned char c = (unsigned char)text[0];

    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '$' ||
           (c >= 0xc3 && c != 0xe2);
}

/* Characters between two blanks of an article, marks at their ends mostly left out. NULL where
 * there are none that can be typed. */
static char *
cut_word(dice *d, const made_corpus *corpus, arena *a)
{
    const made_article *article = &corpus->articles[dice_below(d, corpus->narticles)];
    size_t start = 0;
    size_t end = 0;
    char *word = NULL;

    if (article->text_bytes == 0)
        return NULL;
    start = dice_below(d, article->text_bytes);
    while (start > 0 && !is_blank(article->text[start - 1]))
        start--;
    while (start < article->text_bytes && !begins_well(article->text + start) &&
           !is_blank(article->text[start]))
        start++;
    end = start;
    while (end < article->text_bytes && !is_blank(article->text[end]))
        end++;
    while (end > start && strchr(",;:?!-", article->text[end - 1]) != NULL)
        end--;
    if (end > start && article->text[end - 1] == '.' && dice_chance(d, 80))
        end--;
    word = arena_copy(a, article->text + start, end - start);
    NEED(word != NULL);
    return word;
}

/* Type it as another might: other case, curly apostrophe. */
static void
retype(dice *d, char *word)
{
    size_t nbytes = strlen(word);
    size_t way = dice_below(d, 12);

    for (size_t i = 0; i < nbytes; i++) {
        bool is_lower = word[i] >= 'a' && word[i] <= 'z';
        bool is_upper = word[i] >= 'A' && word[i] <= 'Z';

        if (is_upper && (way == 0 || (way == 1 && i > 0)))
            word[i] = (char)(word[i] - 'A' + 'a');
        else if (is_lower && (way == 2 || (way == 1 && i == 0)))
            word[i] = (char)(word[i] - 'a' + 'A');
    }
}

static said *
new_node(said_kind kind, arena *a)
{
    said *node = arena_alloc(a, sizeof *node);

    NEED(node != NULL);
    node->kind = kind;
    return node;
}

static said *
make_words(dice *d, const made_corpus *corpus, arena *a)
{
    said *node = new_node(SAID_WORDS, a);

    do {
        char *word = NULL;

        if (dice_chance(d, 50))
            word = cut_word(d, corpus, a);
        else
            word = arena_printf(a, "%s", corpus->words[dice_below(d, corpus->nwords)]);
        if (word == NULL || strchr(word, ' ') != NULL || !begins_well(word) || has_special(word))
            continue;
        retype(d, word);
        if (dice_chance(d, 3))
            word = arena_printf(a, "%s%s", word, dice_chance(d, 50) ? "," : ";");
        NEED(word != NULL);
        if (!is_operator(word))
            node->text = word;
    } while (node->text == NULL);
    return node;
}

/* ---- phrases ---- */

/* Characters of an article from one blank to some other behind it. */
static char *
cut_phrase(dice *d, const made_corpus *corpus, arena *a)
{
    const made_article *article = &corpus->articles[dice_below(d, corpus->narticles)];
    const char *text = article->text;
    size_t start = 0;
    size_t end = 0;
    size_t nwords = dice_between(d, 1, 4);

    if (dice_chance(d, 15))
        text = article->title;
    end = text == article->title ? strlen(text) : article->text_bytes;
    if (end == 0)
        return NULL;
    start = dice_below(d, end);
    while (start > 0 && !is_blank(text[start - 1]))
        start--;
    for (size_t at = start; at < end; at++)
        if (is_blank(text[at]) && --nwords == 0)
            end = at;
    return arena_copy(a, text + start, end - start);
}

static char *
invent_phrase(dice *d, const made_corpus *corpus, arena *a)
{
    char *phrase = arena_printf(a, "%s", corpus->words[dice_below(d, corpus->nwords)]);
    size_t nwords = dice_below(d, 3);

    for (size_t i = 0; i < nwords; i++)
        phrase = arena_printf(a, "%s %s", phrase, corpus->words[dice_below(d, corpus->nwords)]);
    return phrase;
}

static bool
has_letter_or_digit(const char *text)
{
    for (; *text != '\0'; text++)
        if ((*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') ||
            (*text >= 'A' && *text <= 'Z'))
            return true;
    return false;
}

static said *
make_phrase(dice *d, const made_corpus *corpus, arena *a)
{
    said *node = new_node(SAID_PHRASE, a);

    do {
        char *phrase = dice_chance(d, 75) ? cut_phrase(d, corpus, a) : invent_phrase(d, corpus, a);

        if (phrase == NULL || has_special(phrase) || !has_letter_or_digit(phrase))
            continue;
        retype(d, phrase);
        node->text = phrase;
    } while (node->text == NULL);
    return node;
}

/* ---- trees ---- */

typedef struct {
    dice *d;
    const made_corpus *corpus;
    arena *a;
    size_t nleaves; /* made so far */
} making;

static said *make_node(making *m, unsigned depth);

static said *
make_leaf(making *m)
{
    said *leaf = dice_chance(m->d, 75) ? make_words(m->d, m->corpus, m->a)
                                       : make_phrase(m->d, m->corpus, m->a);

    m->nleaves++;
    leaf->in_parentheses = leaf->kind == SAID_PHRASE && dice_chance(m->d, 3);
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
    said *node = new_node(SAID_ALL, m->a);

    new_parts(m, node, dice_between(m->d, 2, 3));
    for (size_t i = 0; i < node->nparts; i++) {
        said_part *part = &node->parts[i];

        part->node = dice_chance(m->d, 25) ? make_node(m, depth + 1) : make_leaf(m);
        if (part->node->parts != NULL)
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
    said *node = new_node(SAID_ANY, m->a);
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

static said *
make_node(making *m, unsigned depth)
{
    if (depth >= 4 || m->nleaves >= 12)
        return make_leaf(m);
    return dice_chance(m->d, 30) ? make_all(m, depth) : make_any(m, depth);
}

said *
queries_make(dice *d, const made_corpus *corpus, arena *a)
{
    making m = {.d = d, .corpus = corpus, .a = a};

    return make_node(&m, 0);
}

bool
queries_has_operator(const said *query)
{
    if (query->kind == SAID_ALL)
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

static void
write_phrase(dice *d, const char *text, buffer *out)
{
    static const char *const quotes[][2] = {{"\"", "\""},
                                            {"\"", "\""},
                                            {"\u201c", "\u201d"},
                                            {"\u201e", "\u201c"},
                                            {"\u00ab", "\u00bb"}};
    const char *const *pair = quotes[dice_below(d, 5)];

    NEED(buffer_printf(out, "%s%s%s%s%s", pair[0], dice_chance(d, 4) ? " " : "", text,
                       dice_chance(d, 4) ? " " : "", pair[1]));
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
    if (query->in_parentheses)
        NEED(buffer_add_string(out, dice_chance(d, 10) ? "( " : "("));
    if (query->kind == SAID_WORDS)
        NEED(buffer_add_string(out, query->text));
    else if (query->kind == SAID_PHRASE)
        write_phrase(d, query->text, out);
    else
        write_parts(d, query, out);
    if (query->in_parentheses)
        NEED(buffer_add_string(out, dice_chance(d, 10) ? " )" : ")"));
}
