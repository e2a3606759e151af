/* SPDX-License-Identifier: GPL-3.0-or-later */
/* naive_article.c - the naive searcher of articles.
 *
 * An article matches where the query does, leaves and windows being there if any of its passages
 * has them.  Its score is that of all its words together, and half of its best passage's. */
#include "naive_article.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "naive_internal.h"
#include "need.h"
#include "same_results.h"
#include "weights.h"

#define TITLE_TIMES 3 /* that a word of the headline counts */

/* Passages [first, first + n). */
typedef struct {
    const naive_passage *first;
    size_t n;
} whole;

typedef struct {
    const naive_passage *passages;
    size_t npassages;
    const quire_search_options *options;
    meaning *meaning;
    weights weights; /* for its units */
    double narticles;
    double nsearched; /* passages */
    double nwords;
    double k1;
    double b;
} searcher;

/* The article that begins with the passage at from, or behind it, without furniture; n is 0 at the
 * end.  Furniture passages may stand between. */
static whole
next_article(const searcher *s, size_t from)
{
    whole w = {.first = s->passages + from};

    while (from + w.n < s->npassages && s->passages[from + w.n].article == w.first->article)
        w.n++;
    return w;
}

/* ---- counting ---- */

static uint32_t
count_in_passage(const naive_word *term, const naive_passage *p)
{
    uint32_t n = 0;

    for (size_t i = 0; i < p->nwords; i++)
        if (wording_same_term(term, &p->words[i]))
            n += p->words[i].in_title ? TITLE_TIMES : 1;
    return n;
}

static uint32_t
count_in_article(const naive_word *term, const whole *w)
{
    uint32_t n = 0;

    for (size_t i = 0; i < w->n; i++)
        n += w->first[i].furniture ? 0 : count_in_passage(term, &w->first[i]);
    return n;
}

static size_t
words_of(const whole *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++)
        n += w->first[i].furniture ? 0 : w->first[i].nwords;
    return n;
}

static size_t
passages_of(const whole *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++)
        n += !w->first[i].furniture;
    return n;
}

static size_t
articles_with(const searcher *s, const naive_word *term)
{
    size_t n = 0;
    whole w = {0};

    for (size_t at = 0; at < s->npassages; at += w.n) {
        w = next_article(s, at);
        n += count_in_article(term, &w) > 0;
    }
    return n;
}

static void
prepare(searcher *s, const known_words *known)
{
    whole w = {0};

    s->weights = (weights){.passages = s->passages, .npassages = s->npassages, .known = known};
    weights_prepare(&s->weights, s->meaning);
    for (size_t at = 0; at < s->npassages; at += w.n) {
        w = next_article(s, at);
        s->narticles += passages_of(&w) > 0;
        s->nsearched += (double)passages_of(&w);
        s->nwords += (double)words_of(&w);
    }
    for (size_t i = 0; i < s->weights.nunits; i++) {
        unit *u = &s->weights.units[i];
        size_t largest = 0;

        for (size_t k = 0; k < u->nchoices; k++) {
            u->choices[k].frequency = articles_with(s, &u->choices[k].term);
            if (u->choices[k].frequency > largest)
                largest = u->choices[k].frequency;
        }
        for (size_t k = 0; u->is_pattern && k < u->nchoices; k++)
            u->choices[k].frequency = largest;
    }
}

/* ---- scores ---- */

/* What an article adds is multiplied by this: function words beside others weigh a quarter, what is
 * asked for again and again up to eight times as much. */
static double
emphasis(const unit *u)
{
    const double n = (double)u->nasked;

    if (u->supports)
        return 0.25;
    return n > 1 ? 8 * n / (7 + n) : 1;
}

/* Words of the query, but for those that only support. */
static size_t
asked_words(const searcher *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->weights.nunits; i++)
        n += !s->weights.units[i].supports;
    return n;
}

/* The parameters that the options leave to the number of words: step 0 to 4. */
static void
find_parameters(searcher *s)
{
    const size_t n = asked_words(s);
    const int step = (n > 2) + (n > 5) + (n > 14) + (n > 29);

    s->k1 = s->options->article_k1;
    s->b = s->options->article_b;
    if (s->k1 < 0)
        s->k1 = step == 4 ? 1.9 : (9 + 2 * step) / 10.0;
    if (s->b < 0)
        s->b = (4 + step) / 10.0;
}

/* BM25 of a term that counts so often among so many words; mean: words of such things. */
static int64_t
term_score(const searcher *s, const unit *u, const unit_choice *choice, uint32_t times,
           size_t nwords, double mean)
{
    const double k1 = s->k1;
    const double b = s->b;
    const double df = (double)choice->frequency;
    double odds = (s->narticles - df + 0.5) / (df + 0.5);
    double normlen = (double)nwords / mean;
    double denominator = k1 * (normlen * b + (1 - b)) + (double)times;
    double idf = 0;

    if (odds < 2)
        odds = odds * 0.5 + 1;
    idf = choice->scale * log(odds) * emphasis(u);
    return llrint(idf * ((k1 + 1) * ((double)times / denominator)) * 4294967296.0);
}

/* Of the article, or with p of one of its passages. */
static int64_t
score_units(const searcher *s, const whole *w, const naive_passage *p)
{
    const double mean = s->nwords / (p != NULL ? s->nsearched : s->narticles);
    const size_t nwords = p != NULL ? p->nwords : words_of(w);
    int64_t sum = 0;

    for (size_t i = 0; i < s->weights.nunits; i++) {
        const unit *u = &s->weights.units[i];
        int64_t best = 0;

        for (size_t k = 0; u->scores && k < u->nchoices; k++) {
            const naive_word *term = &u->choices[k].term;
            const uint32_t times =
                p != NULL ? count_in_passage(term, p) : count_in_article(term, w);
            const int64_t weight =
                times == 0 ? 0 : term_score(s, u, &u->choices[k], times, nwords, mean);

            best = weight > best ? weight : best;
        }
        sum += best;
    }
    return sum;
}

/* ---- matching ---- */

static void
forget(node *n)
{
    n->in_article = false;
    for (size_t i = 0; i < n->nchildren; i++)
        forget(n->children[i]);
}

static void
remember(node *n)
{
    n->in_article = n->in_article || (n->kind != NODE_LIST && n->matched);
    for (size_t i = 0; i < n->nchildren; i++)
        remember(n->children[i]);
}

/* From what was remembered to whether each node matches in the article. */
static bool
decide(node *n)
{
    bool refused = false;
    size_t nrequired = 0;
    size_t noptional = 0;
    size_t noptional_matched = 0;

    n->takes_part = false;
    for (size_t i = 0; i < n->nchildren; i++) {
        const node *child = n->children[i];
        const bool matched = decide(n->children[i]);

        nrequired += child->role == REQUIRED;
        noptional += child->role == OPTIONAL;
        noptional_matched += child->role == OPTIONAL && matched;
        refused |= (child->role == REQUIRED && !matched) || (child->role == EXCLUDED && matched);
    }
    if (n->kind != NODE_LIST)
        return n->matched = n->in_article;
    refused |= nrequired == 0 && noptional > 0 && noptional_matched == 0;
    return n->matched = !refused;
}

/* The units of what takes part, and of joined words that may be there in a list that does. */
static void
find_units(searcher *s, const node *n, const node *list)
{
    const bool are_parts = n->kind == NODE_WORDS && n->is_joined && !n->in_window &&
                           n->role == OPTIONAL && list != NULL && list->takes_part;

    for (size_t i = 0; i < n->nchildren; i++)
        find_units(s, n->children[i], n->kind == NODE_LIST ? n : NULL);
    for (size_t i = 0; (n->takes_part || are_parts) && i < n->nslots; i++)
        if (n->slots[i].unit != SIZE_MAX)
            s->weights.units[n->slots[i].unit].scores = true;
}

static bool
match_article(searcher *s, const whole *w)
{
    node *root = s->meaning->root;

    forget(root);
    for (size_t i = 0; i < w->n; i++)
        if (!w->first[i].furniture) {
            (void)naive_match(root, &w->first[i]);
            remember(root);
        }
    if (!decide(root))
        return false;
    naive_find_takers(root);
    for (size_t i = 0; i < s->weights.nunits; i++)
        s->weights.units[i].scores = false;
    find_units(s, root, NULL);
    return true;
}

/* ---- hits ---- */

static int
compare_parts(const void *left, const void *right)
{
    const naive_hit *a = left;
    const naive_hit *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->passage->number < b->passage->number ? -1 : 1;
}

static int
compare_numbers(const void *left, const void *right)
{
    const naive_hit *a = left;
    const naive_hit *b = right;

    return a->passage->number < b->passage->number ? -1 : 1;
}

static void
make_hit(const searcher *s, const whole *w, naive_article_hit *hit)
{
    naive_hit *parts = arena_array(s->meaning->arena, w->n + 1, sizeof *parts);
    size_t nparts = 0;
    size_t nkept = 1;

    NEED(parts != NULL);
    for (size_t i = 0; i < w->n; i++)
        if (!w->first[i].furniture)
            parts[nparts++] =
                (naive_hit){.passage = &w->first[i], .score = score_units(s, w, &w->first[i])};
    qsort(parts, nparts, sizeof *parts, compare_parts);
    hit->score = score_units(s, w, NULL) + parts[0].score / 2;
    while (nkept < nparts && nkept < NAIVE_BEST_PASSAGES && parts[0].score > 0 &&
           parts[nkept].score >= parts[0].score - parts[0].score / 2)
        nkept++;
    qsort(parts, nkept, sizeof *parts, compare_numbers);
    hit->npassages = nkept;
    memcpy(hit->passages, parts, nkept * sizeof *parts);
}

static int
compare_hits(const void *left, const void *right)
{
    const naive_article_hit *a = left;
    const naive_article_hit *b = right;
    naive_hit of_a = a->passages[0];
    naive_hit of_b = b->passages[0];

    of_a.score = a->score;
    of_b.score = b->score;
    return naive_compare_hits(&of_a, &of_b);
}

/* The article of a hit once more, for what is marked in its passages. */
static void
mark(searcher *s, naive_article_hit *hit)
{
    const naive_passage *p = hit->passages[0].passage;
    size_t at = (size_t)(p - s->passages);
    whole w = {0};

    while (at > 0 && s->passages[at - 1].article == p->article)
        at--;
    w = next_article(s, at);
    (void)match_article(s, &w);
    for (size_t i = 0; i < hit->npassages; i++) {
        (void)naive_match(s->meaning->root, hit->passages[i].passage);
        (void)decide(s->meaning->root);
        naive_find_takers(s->meaning->root);
        naive_mark(s->meaning->root, &hit->passages[i], s->meaning->arena);
    }
}

void
naive_article_search(const naive_passage *passages, size_t npassages, const known_words *known,
                     meaning *m, const quire_search_options *options, naive_articles *answer)
{
    searcher s = {.passages = passages, .npassages = npassages, .options = options, .meaning = m};
    whole w = {0};

    prepare(&s, known);
    find_parameters(&s);
    answer->hits = arena_array(m->arena, npassages + 1, sizeof *answer->hits);
    NEED(answer->hits != NULL);
    for (size_t at = 0; at < npassages; at += w.n) {
        size_t first = 0;

        w = next_article(&s, at);
        while (first < w.n && w.first[first].furniture)
            first++;
        if (first < w.n && naive_passes(&w.first[first], options) && match_article(&s, &w))
            make_hit(&s, &w, &answer->hits[answer->nhits++]);
    }
    answer->count = answer->nhits;
    qsort(answer->hits, answer->nhits, sizeof *answer->hits, compare_hits);
    if (answer->nhits > options->max_hits)
        answer->nhits = options->max_hits;
    for (size_t i = 0; i < answer->nhits; i++)
        mark(&s, &answer->hits[i]);
}

/* ---- comparing ---- */

static const char *
compare_passage(const naive_hit *wanted, const quire_hit *got)
{
    if (wanted->passage->number != got->passage)
        return "another passage of the article";
    if ((double)wanted->score != got->score * 4294967296.0)
        return "another weight of a passage";
    if (wanted->passage->text_bytes != got->text_bytes ||
        (got->text_bytes > 0 && memcmp(wanted->passage->text, got->text, got->text_bytes) != 0))
        return "another text";
    if (!same_results_marks(wanted->marks, wanted->nmarks, got->marks, got->nmarks))
        return "other marks";
    if (!same_results_marks(wanted->title_marks, wanted->ntitle_marks, got->title_marks,
                            got->ntitle_marks))
        return "other marks in the title";
    return NULL;
}

const char *
naive_article_compare(const naive_article_hit *wanted, const quire_hit *got)
{
    const char *difference = NULL;

    if (strcmp(wanted->passages[0].passage->article->id, got->article) != 0)
        return "another article";
    if ((double)wanted->score != got->score * 4294967296.0)
        return "another score";
    if (wanted->npassages != got->npassages)
        return "another number of passages";
    for (size_t i = 0; i < got->npassages && difference == NULL; i++)
        difference = compare_passage(&wanted->passages[i], &got->passages[i]);
    return difference;
}
