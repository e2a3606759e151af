/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge_matcher.c - the judge of the query language alone: random articles, random queries, and two
 * answers about each passage.
 *
 * As judge.c, but without an index: queries are read by query_parse, what their wildcards stand for
 * is found by looking at every word, and each passage is put before the span matcher and scored.
 * So it is quick, and a difference is one of engine/query.  The naive searcher must agree in what
 * matches, in scores to the last bit and in marks.
 *
 * Speaks TAP, a test for each set of articles.  Everything follows from the seed.
 * QUIRE_JUDGE_SECONDS in the environment asks for that long a run, from a seed never tried before.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "articles.h"
#include "base/buffer.h"
#include "base/file.h"
#include "naive.h"
#include "need.h"
#include "queries.h"
#include "query/expand.h"
#include "query/scoring.h"
#include "text/fold.h"
#include "weights.h"

/* A passage as the matcher is given it, and what the naive searcher says of it. */
typedef struct {
    const naive_passage *p;
    passage_words words;
    uint32_t article; /* from 1 */
    const naive_hit *wanted;
} judged_passage;

typedef struct {
    uint64_t seed;
    arena *arena;
    made_corpus corpus;
    naive *naive;
    stemmer *stemmer; /* keeps stems of their words */
    judged_passage *passages;
    size_t npassages;
    known_words words[2]; /* without and with furniture */
    size_t nqueries;      /* so far */
    size_t npairs;        /* of a query and a passage */
    size_t nmatches;
} bench;

#define NQUERIES 300 /* about each set of articles */

typedef struct {
    uint64_t seed;   /* of the first set of articles */
    size_t nsets;    /* how many are tried */
    size_t only;     /* ask only this query; SIZE_MAX: all */
    double seconds;  /* begin no set later than that; 0: no limit */
    bool keep_going; /* after a difference */
} settings;

typedef struct {
    size_t nqueries;
    size_t npairs;
    size_t nmatches;
    size_t nfailed;
} totals;

typedef struct {
    size_t number;
    said *query;
    buffer text;
    quire_search_options options;
    naive_reading reading;
    naive_answer wanted;
} trial;

/* ---- the vocabulary that queries are expanded with ---- */

static bool
show_word(const known_word *known, vocabulary_visitor visit, void *closure)
{
    const vocabulary_word word = {.surface = known->word->surface,
                                  .stem = known->word->stem,
                                  .surface_bytes = (uint32_t)strlen(known->word->surface),
                                  .stem_bytes = (uint32_t)strlen(known->word->stem),
                                  .is_acronym = known->word->is_acronym,
                                  .occurrences = known->noccurrences};

    return visit(closure, &word);
}

static quire_status
with_prefix(void *self, const char *prefix, size_t nbytes, vocabulary_visitor visit, void *closure,
            quire_error *err)
{
    const known_words *all = self;

    (void)err;
    for (size_t i = 0; i < all->nwords; i++)
        if (strncmp(all->words[i].word->surface, prefix, nbytes) == 0 &&
            !show_word(&all->words[i], visit, closure))
            break;
    return QUIRE_OK;
}

static quire_status
find_near(void *self, const char *surface, size_t nbytes, unsigned edits, size_t same_bytes,
          vocabulary_visitor visit, void *closure, quire_error *err)
{
    const known_words *all = self;
    char copy[256] = "";

    (void)err;
    NEED(nbytes < sizeof copy);
    memcpy(copy, surface, nbytes);
    for (size_t i = 0; i < all->nwords; i++)
        if (strncmp(all->words[i].word->surface, copy, same_bytes) == 0 &&
            wording_edits(copy, all->words[i].word->surface) <= edits &&
            !show_word(&all->words[i], visit, closure))
            break;
    return QUIRE_OK;
}

static quire_status
of_stem(void *self, const char *stem, size_t nbytes, bool is_acronym, vocabulary_visitor visit,
        void *closure, quire_error *err)
{
    const known_words *all = self;

    (void)err;
    for (size_t i = 0; i < all->nwords; i++) {
        const naive_word *word = all->words[i].word;

        if (word->is_acronym == is_acronym && strlen(word->stem) == nbytes &&
            memcmp(word->stem, stem, nbytes) == 0 && !show_word(&all->words[i], visit, closure))
            break;
    }
    return QUIRE_OK;
}

/* ---- what the stores would tell a tree ---- */

static bool
begins_with(const char *text, const char *beginning, bool is_all)
{
    return strncmp(text, beginning, strlen(beginning)) == 0 &&
           (!is_all || strlen(text) == strlen(beginning));
}

/* asked is folded, with hyphens. */
static bool
is_of_language(const char *has, const char *asked, bool is_prefix)
{
    size_t i = 0;

    for (; has != NULL && has[i] != '\0' && asked[i] != '\0'; i++)
        if ((has[i] == '_' ? '-' : tolower((unsigned char)has[i])) != asked[i])
            return false;
    return has != NULL && asked[i] == '\0' &&
           (is_prefix || has[i] == '\0' || has[i] == '-' || has[i] == '_');
}

/* Is the article one that a field of the tree asks for, by its folded value? */
static bool
is_of_field(const query_node *leaf, const made_article *article)
{
    static const char *const fronts[] = {"https://", "http://", "www."};
    const char *has = NULL;
    char asked[256] = "";
    buffer folded = {0};
    bool is_prefix = leaf->field == FIELD_URL;
    bool is = false;

    if (leaf->field == FIELD_DATE)
        return article->has_date && (leaf->first_day == 0 || article->day >= leaf->first_day) &&
               (leaf->last_day == 0 || article->day <= leaf->last_day);
    NEED(strlen(leaf->value) < sizeof asked);
    strcpy(asked, leaf->value);
    if (asked[strlen(asked) - 1] == '*') {
        asked[strlen(asked) - 1] = '\0';
        is_prefix = true;
    }
    if (leaf->field == FIELD_ID)
        return begins_with(article->id, asked, !is_prefix);
    if (leaf->field == FIELD_SOURCE && article->source >= 0)
        has = articles_sources[article->source][0];
    if (leaf->field == FIELD_AUTHOR && article->author >= 0)
        has = articles_authors[article->author][0];
    if (leaf->field == FIELD_LANGUAGE)
        return is_of_language(article->language, asked, is_prefix);
    if (leaf->field == FIELD_URL)
        has = article->url;
    if (has == NULL)
        return false;
    for (size_t i = 0; leaf->field == FIELD_URL && i < 3; i++)
        has += begins_with(has, fronts[i], false) ? strlen(fronts[i]) : 0;
    NEED(fold_word(has, strlen(has), &folded) && buffer_add_char(&folded, '\0'));
    is = begins_with(folded.bytes, asked, !is_prefix);
    buffer_free(&folded);
    return is;
}

static void
fill_fields(const bench *b, query_tree *tree, arena *a)
{
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        query_node *leaf = tree->leaves[i];
        uint64_t *bits = arena_array(a, b->corpus.narticles / 64 + 1, sizeof *bits);

        NEED(bits != NULL);
        memset(bits, 0, (b->corpus.narticles / 64 + 1) * sizeof *bits);
        for (size_t k = 0; leaf->kind == QUERY_FIELD && k < b->corpus.narticles; k++)
            if (is_of_field(leaf, &b->corpus.articles[k]))
                bits[k / 64] |= UINT64_C(1) << k % 64;
        leaf->articles = bits;
    }
}

static uint64_t *
count_terms(const bench *b, const query_tree *tree, bool furniture, arena *a)
{
    uint64_t *frequencies = arena_array(a, (size_t)tree->nterms + 1, sizeof *frequencies);

    NEED(frequencies != NULL);
    for (uint32_t t = 0; t < tree->nterms; t++) {
        const query_term *term = &tree->terms[t];

        frequencies[t] = 0;
        for (size_t i = 0; i < b->npassages; i++) {
            const naive_passage *p = b->passages[i].p;
            bool has = false;

            for (size_t k = 0; (furniture || !p->furniture) && k < p->nwords && !has; k++)
                has = p->words[k].is_acronym == term->acronym &&
                      strlen(p->words[k].stem) == term->stem_bytes &&
                      memcmp(p->words[k].stem, term->stem, term->stem_bytes) == 0;
            frequencies[t] += has;
        }
    }
    return frequencies;
}

static bm25
make_model(const bench *b, const quire_search_options *options)
{
    bm25_collection collection = {0};
    bm25 model;

    for (size_t i = 0; i < b->npassages; i++)
        if (options->furniture || !b->passages[i].p->furniture) {
            collection.npassages++;
            collection.total_length += b->passages[i].p->nwords;
        }
    bm25_init(&model, options->bm25_k1, options->bm25_b, &collection);
    return model;
}

/* ---- comparing ---- */

/* Are the spans the naive searcher's marks? */
static bool
same_marks(const judged_passage *judged, const match_result *result)
{
    const naive_hit *wanted = judged->wanted;
    size_t nmarks = 0;
    size_t ntitle_marks = 0;

    for (size_t i = 0; i < result->nspans; i++) {
        const match_span *span = &result->spans[i];
        const naive_word *first = &judged->p->words[span->first];
        const naive_word *last = &judged->p->words[span->last];
        const quire_mark *mark = NULL;

        if (first->in_title && ntitle_marks < wanted->ntitle_marks)
            mark = &wanted->title_marks[ntitle_marks++];
        else if (!first->in_title && nmarks < wanted->nmarks)
            mark = &wanted->marks[nmarks++];
        if (mark == NULL || mark->start != first->start || mark->end != last->end ||
            mark->clause != span->clause)
            return false;
    }
    return nmarks == wanted->nmarks && ntitle_marks == wanted->ntitle_marks;
}

static void
show_text(const char *text, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++)
        putchar(text[i] == '\n' || text[i] == '\t' ? ' ' : text[i]);
}

static void
show_difference(const bench *b, const trial *t, const judged_passage *judged,
                const match_result *result, int64_t score, const query_tree *tree, arena *a)
{
    const naive_passage *p = judged->p;
    const naive_hit *h = judged->wanted;

    printf("#   judge_matcher -n 1 -s %" PRIu64 " -q %zu\n#   query: ", b->seed, t->number);
    show_text(t->text.bytes, t->text.size);
    printf("\n#  %s%s%s%s%s k1=%g b=%g\n", t->options.require_all ? " all" : "",
           t->options.furniture ? " furniture" : "", t->reading.surfaces ? " surfaces" : "",
           t->reading.akin ? " akin" : "", t->reading.no_variants ? " no-variants" : "",
           t->options.bm25_k1, t->options.bm25_b);
    printf("%s", query_tree_print(tree, a));
    printf("#   passage of %s by %d in %s %s: ", p->article->id, p->article->author,
           p->article->language == NULL ? "?" : p->article->language,
           p->article->url == NULL ? "?" : p->article->url);
    if (p->nwords > 0 && p->words[0].in_title)
        printf("[%s] ", p->article->title);
    show_text(p->text, p->text_bytes);
    printf("\n#   wanted: %s", h == NULL ? "no" : "yes");
    if (h != NULL)
        printf(" %" PRId64, h->score);
    for (size_t i = 0; h != NULL && i < h->ntitle_marks; i++)
        printf(" title:%u-%u:%u", h->title_marks[i].start, h->title_marks[i].end,
               h->title_marks[i].clause);
    for (size_t i = 0; h != NULL && i < h->nmarks; i++)
        printf(" %u-%u:%u", h->marks[i].start, h->marks[i].end, h->marks[i].clause);
    printf("\n#   got:    %s", result->matched ? "yes" : "no");
    if (result->matched)
        printf(" %" PRId64, score);
    for (size_t i = 0; i < result->nspans; i++)
        printf(" %s%u-%u:%u", p->words[result->spans[i].first].in_title ? "title:" : "",
               p->words[result->spans[i].first].start, p->words[result->spans[i].last].end,
               result->spans[i].clause);
    printf("\n");
}

/* Put each passage that is searched before the matcher; false where one differs. */
static bool
compare_passages(bench *b, const trial *t, query_tree *tree, arena *a)
{
    const bm25 model = make_model(b, &t->options);
    matcher *m = matcher_new(tree);
    bool agreed = true;
    scoring s;

    NEED(m != NULL);
    NEED(scoring_init(&s, tree, &model, count_terms(b, tree, t->options.furniture, a), a));
    for (size_t i = 0; i < b->npassages && agreed; i++) {
        const judged_passage *judged = &b->passages[i];
        const match_passage at = {.words = &judged->words,
                                  .title = judged->p->article->title,
                                  .text = judged->p->text,
                                  .article = judged->article};
        match_result result;
        int64_t score = 0;

        if (judged->p->furniture && !t->options.furniture)
            continue;
        NEED(matcher_run(m, &at, true, &result));
        if (result.matched)
            score = scoring_sum(&s, &result, (uint32_t)judged->p->nwords);
        agreed =
            result.matched == (judged->wanted != NULL) &&
            (!result.matched || (score == judged->wanted->score && same_marks(judged, &result)));
        b->npairs++;
        b->nmatches += result.matched;
        if (!agreed)
            show_difference(b, t, judged, &result, score, tree, a);
    }
    matcher_free(m);
    return agreed;
}

/* ---- one query ---- */

static void
make_trial(dice *d, bench *b, arena *a, trial *t)
{
    static const double k1s[] = {0, 0.5, 0.9, 1.2, 2};
    static const double bs[] = {0, 0.3, 0.4, 0.75, 1};

    do {
        const size_t way = dice_below(d, 10);

        buffer_clear(&t->text);
        t->options = (quire_search_options){
            .max_hits = UINT32_MAX, .bm25_k1 = BM25_DEFAULT_K1, .bm25_b = BM25_DEFAULT_B};
        t->options.require_all = dice_chance(d, 20);
        t->options.furniture = dice_chance(d, 20);
        if (dice_chance(d, 40)) {
            t->options.bm25_k1 = k1s[dice_below(d, 5)];
            t->options.bm25_b = bs[dice_below(d, 5)];
        }
        t->reading = (naive_reading){
            .surfaces = way == 0, .no_variants = way == 1, .akin = way > 1 && way < 6};
        t->query = queries_make(d, &b->corpus, a);
        queries_write(d, t->query, &t->text);
    } while (!naive_search(b->naive, t->query, t->text.bytes, t->text.size, &t->options,
                           &t->reading, a, &t->wanted));
}

static void
give_wanted(bench *b, const trial *t)
{
    for (size_t i = 0; i < b->npassages; i++)
        b->passages[i].wanted = NULL;
    for (size_t i = 0; i < t->wanted.nhits; i++)
        b->passages[t->wanted.hits[i].passage - b->passages[0].p].wanted = &t->wanted.hits[i];
}

static bool
try_query(bench *b, size_t i)
{
    dice d = {.state = b->seed * UINT64_C(0x100000001b3) + i};
    arena *a = arena_new();
    stemmer *s = stemmer_new();
    trial t = {.number = i};
    query_options options = {0};
    query_notes notes = {0};
    query_tree tree;
    quire_error err = {0};
    vocabulary words = {NULL, with_prefix, find_near, of_stem};
    bool agreed = true;

    NEED(a != NULL && s != NULL);
    make_trial(&d, b, a, &t);
    give_wanted(b, &t);
    options = (query_options){.require_all = t.options.require_all,
                              .surfaces = t.reading.surfaces,
                              .akin = t.reading.akin,
                              .no_variants = t.reading.no_variants};
    words.self = &b->words[t.options.furniture];
    NEED(query_parse(t.text.bytes, t.text.size, &options, s, a, &tree, &notes, &err) == QUIRE_OK);
    NEED(query_expand(&tree, &words, s, a, &notes, &err) == QUIRE_OK);
    for (size_t k = 0; k < notes.nnotes; k++)
        if (!naive_expects_note(notes.notes[k].code)) {
            printf("#   judge_matcher -n 1 -s %" PRIu64 " -q %zu\n#   query: ", b->seed, i);
            show_text(t.text.bytes, t.text.size);
            printf("\n#   note %s: %s\n", notes.notes[k].code, notes.notes[k].text);
            agreed = false;
        }
    fill_fields(b, &tree, a);
    agreed = compare_passages(b, &t, &tree, a) && agreed;
    b->nqueries++;
    buffer_free(&t.text);
    stemmer_free(s);
    arena_free(a);
    return agreed;
}

/* ---- one set of articles ---- */

/* The words of each passage, in the naive searcher's order: by article. */
static void
read_passages(bench *b)
{
    const naive_passage *all = naive_passages(b->naive, &b->npassages);
    passage_list list = {0};
    size_t n = 0;

    b->passages = calloc(b->npassages + 1, sizeof *b->passages);
    b->stemmer = stemmer_new();
    NEED(b->stemmer != NULL && b->passages != NULL);
    for (size_t i = 0; i < b->corpus.narticles; i++) {
        const made_article *article = &b->corpus.articles[i];

        NEED(passages_split(article->title, strlen(article->title), article->text,
                            article->text_bytes, article->body_start, &list));
        for (size_t k = 0; k < list.npassages; k++) {
            const passage *from = &list.passages[k];
            judged_passage *to = &b->passages[n];

            to->p = &all[n++];
            to->article = (uint32_t)i + 1;
            NEED(passage_words_read(&to->words, b->stemmer, article->title, to->p->text,
                                    list.sentences + from->first_sentence, from->nsentences));
            NEED(to->words.list.ntokens == to->p->nwords);
        }
    }
    NEED(n == b->npassages);
    passage_list_free(&list);
}

static bool
try_corpus(const settings *set, uint64_t seed, totals *sum)
{
    bench b = {.seed = seed, .arena = arena_new()};
    dice d = {.state = seed};
    const char *tmp = getenv("TMPDIR");
    char *directory = NULL;
    bool agreed = true;

    NEED(b.arena != NULL);
    directory = arena_printf(b.arena, "%s/quire-judge.XXXXXX", tmp == NULL ? "/tmp" : tmp);
    NEED(directory != NULL && mkdtemp(directory) != NULL);
    articles_make(&d, directory, b.arena, &b.corpus);
    NEED(file_remove_tree(directory, NULL) == QUIRE_OK);
    b.naive = naive_new(&b.corpus);
    read_passages(&b);
    for (size_t i = 0; i < 2; i++)
        weights_list_words(naive_passages(b.naive, &b.npassages), b.npassages, i == 1, &b.words[i]);
    for (size_t i = 0; i < NQUERIES && b.npassages > 0 && (agreed || set->keep_going); i++)
        if (set->only == SIZE_MAX || set->only == i)
            agreed = try_query(&b, i) && agreed;
    for (size_t i = 0; i < b.npassages; i++)
        passage_words_free(&b.passages[i].words);
    free(b.passages);
    free(b.words[0].words);
    free(b.words[1].words);
    stemmer_free(b.stemmer);
    naive_free(b.naive);
    arena_free(b.arena);
    sum->nqueries += b.nqueries;
    sum->npairs += b.npairs;
    sum->nmatches += b.nmatches;
    return agreed;
}

/* The next set of articles is the first one with the next seed, until enough were tried or time is
 * up. */
static int
run(const settings *set)
{
    const time_t began = time(NULL);
    totals sum = {0};
    size_t n = 0;
    bool agreed = true;

    while (n < set->nsets && (agreed || set->keep_going) &&
           (n == 0 || set->seconds == 0 || difftime(time(NULL), began) < set->seconds)) {
        agreed = try_corpus(set, set->seed + n, &sum);
        sum.nfailed += !agreed;
        printf("%s %zu - articles of seed %" PRIu64 ": the matcher agrees\n",
               agreed ? "ok" : "not ok", n + 1, set->seed + n);
        fflush(stdout);
        n++;
    }
    printf("1..%zu\n# compared: %zu queries, %zu pairs of a query and a passage, %zu that match\n",
           n, sum.nqueries, sum.npairs, sum.nmatches);
    return sum.nfailed > 0 ? 1 : 0;
}

int
main(int argc, char **argv)
{
    settings set = {.seed = 6, .nsets = 15, .only = SIZE_MAX};
    const char *seconds = getenv("QUIRE_JUDGE_SECONDS");
    int option = 0;

    if (seconds != NULL && seconds[0] != '\0') {
        set.seconds = atof(seconds);
        set.seed = (uint64_t)time(NULL) * 1000;
        set.nsets = SIZE_MAX;
    }
    while ((option = getopt(argc, argv, "s:n:q:k")) != -1) {
        if (option == 's') {
            set.seed = strtoull(optarg, NULL, 10);
        } else if (option == 'n') {
            set.nsets = (size_t)strtoull(optarg, NULL, 10);
        } else if (option == 'q') {
            set.only = (size_t)strtoull(optarg, NULL, 10);
        } else if (option == 'k') {
            set.keep_going = true;
        } else {
            fputs("usage: judge_matcher [-s SEED] [-n SETS-OF-ARTICLES] [-q ONLY-QUERY] [-k]\n",
                  stderr);
            return 2;
        }
    }
    return run(&set);
}
