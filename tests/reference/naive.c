/* SPDX-License-Identifier: GPL-3.0-or-later */
/* naive.c - the naive searcher.
 *
 * A search goes: the query becomes a tree of leaves and lists with a role for each child;
 * every passage is matched against it, leaf by leaf, word by word; those that match are counted,
 * scored and sorted; those that are shown are marked.  Nothing is prepared, nothing is remembered:
 * it is to be checked by reading. */
#include "naive.h"

#include <string.h>

#include "base/array.h"
#include "fields_of.h"
#include "intervals.h"
#include "naive_article.h"
#include "naive_internal.h"
#include "need.h"
#include "text/passages.h"
#include "weights.h"

struct naive {
    wording wording;
    known_words known[2]; /* the words there are, without and with furniture; once asked for */
    naive_passage *passages;
    size_t npassages;
    size_t room;
};

static void
add_passage(naive *n, const made_article *article, const passage_list *list, const passage *p,
            uint32_t number)
{
    word_list words = {0};
    naive_passage *out = NULL;

    NEED(ARRAY_GROW(n->passages, n->npassages, &n->room));
    out = &n->passages[n->npassages++];
    memset(out, 0, sizeof *out);
    out->article = article;
    out->number = number;
    out->furniture = p->furniture;
    out->text = article->text + p->start;
    out->text_bytes = p->end - p->start;
    out->start = p->start;
    for (size_t i = 0; i < p->nsentences; i++) {
        const sentence *s = &list->sentences[p->first_sentence + i];

        size_t first = words.nwords;

        wording_read(&n->wording, s->in_title ? article->title : out->text, s->start, s->end,
                     s->shouting, (uint32_t)i, &words);
        for (size_t k = first; k < words.nwords; k++) {
            words.words[k].in_title = s->in_title;
            words.words[k].block = s->block;
        }
    }
    out->words = words.words;
    out->nwords = words.nwords;
}

naive *
naive_new(const made_corpus *corpus)
{
    naive *n = calloc(1, sizeof *n);
    passage_list list = {0};

    NEED(n != NULL);
    wording_start(&n->wording);
    for (size_t i = 0; i < corpus->narticles; i++) {
        const made_article *article = &corpus->articles[i];

        NEED(passages_split(article->title, strlen(article->title), article->text,
                            article->text_bytes, article->body_start, &list));
        for (size_t k = 0; k < list.npassages; k++)
            add_passage(n, article, &list, &list.passages[k], (uint32_t)k + 1);
    }
    passage_list_free(&list);
    return n;
}

void
naive_free(naive *n)
{
    if (n == NULL)
        return;
    for (size_t i = 0; i < n->npassages; i++)
        free(n->passages[i].words);
    free(n->passages);
    for (size_t i = 0; i < 2; i++)
        free(n->known[i].words);
    wording_end(&n->wording);
    free(n);
}

const naive_passage *
naive_passages(const naive *n, size_t *npassages_out)
{
    *npassages_out = n->npassages;
    return n->passages;
}

size_t
naive_npassages(const naive *n, bool furniture_too)
{
    size_t count = 0;

    for (size_t i = 0; i < n->npassages; i++)
        count += furniture_too || !n->passages[i].furniture;
    return count;
}

/* ---- matching one passage ---- */

/* A leaf or a window: does it stand anywhere?  What stands in a window matches wherever it stands:
 * that it is near is for the window to say. */
static bool
match_words(node *n, const naive_passage *p)
{
    for (size_t i = 0; i < n->nchildren; i++)
        naive_match(n->children[i], p);
    intervals_find(n, p);
    return n->intervals.nitems > 0;
}

bool
naive_match(node *n, const naive_passage *p)
{
    size_t nrequired = 0;
    size_t noptional = 0;
    size_t noptional_matched = 0;
    bool refused = false;

    n->takes_part = false;
    if (n->kind == NODE_FIELD)
        return n->matched = fields_of_hold(n->said, p->article);
    if (n->kind != NODE_LIST)
        return n->matched = match_words(n, p);
    for (size_t i = 0; i < n->nchildren; i++) {
        node *child = n->children[i];
        bool matched = naive_match(child, p);

        if (child->role == REQUIRED) {
            nrequired++;
            refused |= !matched;
        } else if (child->role == EXCLUDED) {
            refused |= matched;
        } else if (child->role == OPTIONAL) {
            noptional++;
            noptional_matched += matched;
        }
    }
    if (nrequired == 0 && noptional > 0 && noptional_matched == 0)
        refused = true;
    return n->matched = !refused;
}

void
naive_find_takers(node *n)
{
    n->takes_part = n->matched && !n->under_exclusion;
    if (!n->takes_part)
        return;
    for (size_t i = 0; i < n->nchildren; i++)
        naive_find_takers(n->children[i]);
}

/* ---- marks ---- */

/* Words first .. last of the passage. */
typedef struct {
    size_t first;
    size_t last;
    uint32_t clause;
} span;

typedef struct {
    span *spans;
    size_t nspans;
    size_t room;
} span_list;

static void
add_span(span_list *list, size_t first, size_t last, uint32_t clause)
{
    NEED(ARRAY_GROW(list->spans, list->nspans, &list->room));
    list->spans[list->nspans++] = (span){.first = first, .last = last, .clause = clause};
}

/* A leaf without quotes, which may be marked together with those beside it. */
static bool
is_bare(const node *n)
{
    return n->kind == NODE_WORDS && n->is_bare && n->takes_part;
}

/* Everything that begins at word number at with the list's child number i: that child alone, and
 * with one, two, ... children after it where the text has them in turn. */
static void
add_spans_at(const node *list, size_t i, const naive_passage *p, size_t at, span_list *spans)
{
    const node *first = list->children[i];
    size_t end = at;
    bool only_supporting = true;

    for (size_t k = i; k < list->nchildren; k++) {
        const node *child = list->children[k];

        /* What narrows the list to some articles stands between no words. */
        if (k > i && child->role == REQUIRED && meaning_is_filter(child))
            continue;
        if ((k > i && !(is_bare(child) && is_bare(first))) || end >= p->nwords ||
            p->words[end].sentence != p->words[at].sentence || !intervals_stands_at(child, p, end))
            return;
        end += child->nslots;
        only_supporting &= child->role == SUPPORTING;
        if (!only_supporting)
            add_span(spans, at, end - 1, first->clause);
    }
}

/* The leaves that an interval is made of. */
static void
add_made_of(const interval *made, span_list *spans)
{
    if (made->leaf != NULL) {
        add_span(spans, made->first, made->last, made->leaf->clause);
        return;
    }
    add_made_of(made->left, spans);
    add_made_of(made->right, spans);
}

static void
add_spans(const node *list, const naive_passage *p, span_list *spans)
{
    for (size_t i = 0; i < list->nchildren; i++) {
        const node *child = list->children[i];

        if (!child->takes_part || child->kind == NODE_FIELD)
            continue;
        if (child->kind == NODE_LIST)
            add_spans(child, p, spans);
        else if (child->kind == NODE_WINDOW || child->slop > 0)
            for (size_t k = 0; k < child->intervals.nitems; k++)
                add_made_of(&child->intervals.items[k], spans);
        else
            for (size_t at = 0; at < p->nwords; at++)
                add_spans_at(list, i, p, at, spans);
    }
}

/* Leftmost first, there the longest, of the same range that of the lower clause. */
static int
compare_spans(const void *left, const void *right)
{
    const span *a = left;
    const span *b = right;

    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->last != b->last)
        return a->last > b->last ? -1 : 1;
    return a->clause < b->clause ? -1 : a->clause > b->clause;
}

void
naive_mark(const node *root, naive_hit *hit, arena *a)
{
    const naive_passage *p = hit->passage;
    span_list list = {0};
    size_t free_from = 0;

    add_spans(root, p, &list);
    hit->marks = arena_array(a, list.nspans + 1, sizeof *hit->marks);
    hit->title_marks = arena_array(a, list.nspans + 1, sizeof *hit->title_marks);
    NEED(hit->marks != NULL && hit->title_marks != NULL);
    if (list.nspans > 0)
        qsort(list.spans, list.nspans, sizeof *list.spans, compare_spans);
    for (size_t i = 0; i < list.nspans; i++) {
        const span *s = &list.spans[i];
        quire_mark made = {
            .start = p->words[s->first].start, .end = p->words[s->last].end, .clause = s->clause};

        if (s->first < free_from)
            continue;
        if (p->words[s->first].in_title)
            hit->title_marks[hit->ntitle_marks++] = made;
        else
            hit->marks[hit->nmarks++] = made;
        free_from = s->last + 1;
    }
    free(list.spans);
}

/* ---- filters and order ---- */

/* A day as year * 10000 + month * 100 + day, of "2025", "2025-11" or "2025-11-13"; what is left out
 * is filled from last: the last day that could be. */
static int
day_of(const char *text, bool last)
{
    int year = 0;
    int month = last ? 12 : 1;
    int day = last ? 31 : 1;

    NEED(sscanf(text, "%d-%d-%d", &year, &month, &day) >= 1);
    return year * 10000 + month * 100 + day;
}

bool
naive_passes(const naive_passage *p, const quire_search_options *options)
{
    const made_article *article = p->article;
    bool is_of_source = false;

    if (p->furniture && !options->furniture)
        return false;
    if (options->after != NULL &&
        (!article->has_date || article->day < day_of(options->after, false)))
        return false;
    if (options->before != NULL &&
        (!article->has_date || article->day > day_of(options->before, true)))
        return false;
    if (options->source == NULL)
        return true;
    for (size_t i = 0; article->source >= 0 && i < ARTICLES_NSPELLINGS; i++)
        is_of_source |= strcmp(options->source, articles_sources[article->source][i]) == 0;
    return is_of_source;
}

/* Score, then date (newest first, undated last), id in bytes, passage. */
int
naive_compare_hits(const void *left, const void *right)
{
    const naive_hit *a = left;
    const naive_hit *b = right;
    const made_article *of_a = a->passage->article;
    const made_article *of_b = b->passage->article;
    int order = 0;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (of_a->has_date != of_b->has_date)
        return of_a->has_date ? -1 : 1;
    if (of_a->has_date && of_a->seconds != of_b->seconds)
        return of_a->seconds > of_b->seconds ? -1 : 1;
    order = strcmp(of_a->id, of_b->id);
    if (order != 0)
        return order;
    return a->passage->number < b->passage->number ? -1 : a->passage->number > b->passage->number;
}

/* ---- searching ---- */

static void
answer_query(const naive *n, meaning *m, const quire_search_options *options, arena *a,
             naive_answer *answer)
{
    weights w = {.passages = n->passages,
                 .npassages = n->npassages,
                 .known = &n->known[options->furniture],
                 .furniture = options->furniture,
                 .k1 = options->bm25_k1,
                 .b = options->bm25_b};

    weights_prepare(&w, m);
    answer->hits = arena_array(a, n->npassages + 1, sizeof *answer->hits);
    NEED(answer->hits != NULL);
    for (size_t i = 0; i < n->npassages; i++) {
        const naive_passage *p = &n->passages[i];
        naive_hit *hit = &answer->hits[answer->nhits];

        if (!naive_passes(p, options) || !naive_match(m->root, p))
            continue;
        naive_find_takers(m->root);
        hit->passage = p;
        hit->score = weights_score(&w, m, p);
        answer->nhits++;
    }
    answer->count = answer->nhits;
    qsort(answer->hits, answer->nhits, sizeof *answer->hits, naive_compare_hits);
    if (answer->nhits > options->max_hits)
        answer->nhits = options->max_hits;
    for (size_t i = 0; i < answer->nhits; i++) {
        (void)naive_match(m->root, answer->hits[i].passage);
        naive_find_takers(m->root);
        naive_mark(m->root, &answer->hits[i], a);
    }
}

bool
naive_search(naive *n, const said *query, const char *text, size_t text_bytes,
             const quire_search_options *options, const naive_reading *reading, arena *a,
             naive_answer *answer)
{
    meaning m = {.wording = &n->wording,
                 .arena = a,
                 .reading = *reading,
                 .require_all = options->require_all};
    known_words *known = &n->known[options->furniture];
    bool is_clear = false;

    memset(answer, 0, sizeof *answer);
    m.shouting = words_is_shouting(text, text_bytes);
    if (m.shouting && queries_has_operator(query))
        return false;
    meaning_read(&m, query);
    is_clear = !m.is_wordless;
    if (known->words == NULL)
        weights_list_words(n->passages, n->npassages, options->furniture, known);
    if (is_clear && options->unit == QUIRE_UNIT_ARTICLE) {
        answer->articles = arena_alloc(a, sizeof *answer->articles);
        NEED(answer->articles != NULL);
        naive_article_search(n->passages, n->npassages, known, &m, options, answer->articles);
    } else if (is_clear)
        answer_query(n, &m, options, a, answer);
    meaning_free(&m);
    return is_clear;
}

bool
naive_expects_note(const char *code)
{
    static const char *const codes[] = {"no-such-word",  "only-in-furniture", "acronym-as-word",
                                        "expansion-cut", "no-window",         "more-notes",
                                        "did-you-mean",  "no-such-article"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}
