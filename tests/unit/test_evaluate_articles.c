/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evaluator of articles: each answer is held against one that was made by matching and scoring
 * every article.  Some articles are made so that bounds promise far more of them than they score,
 * and what is guessed from bounds is too high. */
#include "postings/evaluate_article.h"
#include "query/expand.h"
#include "query/match.h"
#include "query/parse.h"

#include "evaluate_corpus.h"
#include "rounds.h"

/* Those of queries of 6 to 14 words; bounds must hold with any. */
#define ARTICLE_DEFAULT_K1 1.3
#define ARTICLE_DEFAULT_B 0.6

/* ---- What is asked ---- */

/* What is known of an article by looking at it. */
typedef struct {
    uint32_t article; /* from 0 */
    bool matched;
    int64_t score;
    int64_t loose; /* what it may, of each term's best passage and whether it matches or not */
} looked_at;

typedef struct {
    const corpus *corpus;
    arena *a;
    query_tree tree;
    matcher *matcher;
    article_scoring scoring;
    segment_articles *articles;
} question;

static void
add_to_matcher(const question *q, uint32_t number)
{
    const corpus *c = q->corpus;
    const match_passage at = {.words = &c->passages[number],
                              .title = c->titles[number],
                              .text = c->texts[number],
                              .article = c->articles[number]};

    assert_true(matcher_article_add(q->matcher, &at));
}

static quire_status
verify(void *closure, uint32_t first, uint32_t end, bool *matched_out, const bool **unit_scores_out,
       quire_error *err)
{
    const question *q = closure;

    (void)err;
    matcher_article_begin(q->matcher);
    for (uint32_t p = first; p < end; p++)
        add_to_matcher(q, p);
    *matched_out = matcher_article_end(q->matcher, unit_scores_out);
    return QUIRE_OK;
}

/* In how many articles each term is, as counted here; what the segment says is the same. */
static void
count_articles(const question *q, uint64_t *frequencies)
{
    const corpus *c = q->corpus;
    uint32_t *counts = arena_array(q->a, (size_t)q->tree.nterms + 1, sizeof *counts);
    bool *is_in = arena_array(q->a, (size_t)q->tree.nterms + 1, sizeof *is_in);

    assert_true(counts != NULL && is_in != NULL);
    for (uint32_t i = 0; i < c->narticles; i++) {
        memset(is_in, 0, q->tree.nterms * sizeof *is_in);
        matcher_article_begin(q->matcher);
        for (uint32_t p = c->first_passages[i]; p < c->first_passages[i + 1]; p++) {
            add_to_matcher(q, p);
            matcher_article_count(q->matcher, counts);
            for (uint32_t k = 0; k < q->tree.nterms; k++)
                is_in[k] = is_in[k] || counts[k] > 0;
        }
        for (uint32_t k = 0; k < q->tree.nterms; k++)
            frequencies[k] += is_in[k];
    }
    for (uint32_t k = 0; k < q->tree.nterms; k++) {
        const query_term *t = &q->tree.terms[k];
        uint32_t n = 0;

        assert_int_equal(segment_articles_frequency(q->articles, t->stem, t->stem_bytes, &n, NULL),
                         QUIRE_OK);
        assert_int_equal(n, frequencies[k]);
    }
}

static void
question_make(const corpus *c, segment_articles *articles, const char *text, double b, question *q)
{
    const query_options options = {0};
    const vocabulary words = {.self = (void *)(uintptr_t)c,
                              .with_prefix = with_prefix,
                              .near = near_word,
                              .of_stem = of_stem};
    const article_collection collection = {
        .narticles = c->narticles, .npassages = c->npassages, .total_length = c->nwords};
    uint64_t *frequencies = NULL;
    query_notes notes = {0};

    *q = (question){.corpus = c, .a = arena_new(), .articles = articles};
    assert_non_null(q->a);
    assert_int_equal(
        query_parse(text, strlen(text), &options, c->stemmer, q->a, &q->tree, &notes, NULL),
        QUIRE_OK);
    assert_int_equal(query_expand(&q->tree, &words, c->stemmer, q->a, &notes, NULL), QUIRE_OK);
    q->matcher = matcher_new(&q->tree);
    frequencies = arena_array(q->a, (size_t)q->tree.nterms + 1, sizeof *frequencies);
    assert_true(q->matcher != NULL && frequencies != NULL);
    count_articles(q, frequencies);
    assert_true(article_scoring_init(&q->scoring, &q->tree, ARTICLE_DEFAULT_K1, b, &collection,
                                     frequencies, q->a));
}

static void
question_free(question *q)
{
    matcher_free(q->matcher);
    arena_free(q->a);
}

/* ---- The slow answer ---- */

/* The sum of the best that any passage has of each term alone. */
static int64_t
sum_of_bests(const question *q, const bool *unit_scores, const uint32_t *counts, uint32_t first,
             uint32_t end)
{
    const size_t nterms = q->tree.nterms;
    uint32_t *alone = arena_array(q->a, nterms + 1, sizeof *alone);
    int64_t sum = 0;

    assert_non_null(alone);
    for (uint32_t k = 0; k < nterms; k++) {
        int64_t best = 0;

        for (uint32_t p = first; p < end; p++) {
            int64_t part = 0;

            alone[k] = counts[(p - first) * nterms + k];
            part =
                article_scoring_sum(&q->scoring.parts, unit_scores, alone, q->corpus->lengths[p]);
            best = part > best ? part : best;
        }
        alone[k] = 0;
        sum += best;
    }
    return sum;
}

static looked_at
look_at(const question *q, uint32_t article)
{
    const corpus *c = q->corpus;
    const size_t nterms = q->tree.nterms;
    const uint32_t first = c->first_passages[article];
    const uint32_t end = c->first_passages[article + 1];
    uint32_t *counts = arena_array(q->a, (end - first) * nterms + 1, sizeof *counts);
    uint32_t *total = arena_array(q->a, nterms + 1, sizeof *total);
    bool *all = arena_array(q->a, (size_t)q->tree.nunits + 1, sizeof *all);
    looked_at is = {.article = article};
    const bool *unit_scores = NULL;
    uint32_t length = 0;
    int64_t best = 0;

    assert_true(counts != NULL && total != NULL && all != NULL);
    memset(all, true, q->tree.nunits * sizeof *all);
    matcher_article_begin(q->matcher);
    for (uint32_t p = first; p < end; p++) {
        add_to_matcher(q, p);
        matcher_article_count(q->matcher, counts + (p - first) * nterms);
        for (size_t k = 0; k < nterms; k++)
            total[k] += counts[(p - first) * nterms + k];
        length += c->lengths[p];
    }
    is.matched = matcher_article_end(q->matcher, &unit_scores);
    for (uint32_t p = first; p < end; p++) {
        const int64_t part = article_scoring_sum(&q->scoring.parts, unit_scores,
                                                 counts + (p - first) * nterms, c->lengths[p]);

        best = part > best ? part : best;
    }
    is.score = article_scoring_score(
        article_scoring_sum(&q->scoring.whole, unit_scores, total, length), best);
    is.loose = article_scoring_score(article_scoring_sum(&q->scoring.whole, all, total, length),
                                     sum_of_bests(q, all, counts, first, end));
    return is;
}

/* Those that match first, and of them the best. */
static int
compare_looked_at(const void *a, const void *b)
{
    const looked_at *first = a;
    const looked_at *second = b;

    if (first->matched != second->matched)
        return first->matched ? -1 : 1;
    if (first->score != second->score)
        return first->score > second->score ? -1 : 1;
    return first->article < second->article ? -1 : 1;
}

/* All articles in order; the caller frees them. */
static looked_at *
look_at_all(const question *q, uint32_t *nmatched_out)
{
    looked_at *all = calloc((size_t)q->corpus->narticles + 1, sizeof *all);

    assert_non_null(all);
    *nmatched_out = 0;
    for (uint32_t i = 0; i < q->corpus->narticles; i++) {
        all[i] = look_at(q, i);
        *nmatched_out += all[i].matched;
    }
    qsort(all, q->corpus->narticles, sizeof *all, compare_looked_at);
    return all;
}

static void
compare(const question *q, const char *text, const looked_at *all, uint32_t nmatched,
        uint32_t max_hits, bool count)
{
    const evaluate_article_request request = {.tree = &q->tree,
                                              .scoring = &q->scoring,
                                              .articles = q->articles,
                                              .max_hits = max_hits,
                                              .count = count,
                                              .verify = verify,
                                              .closure = (void *)(uintptr_t)q};
    const uint32_t nexpected = nmatched < max_hits ? nmatched : max_hits;
    evaluate_article_hit *hits = calloc((size_t)max_hits + 1, sizeof *hits);
    uint32_t nhits = 0;
    uint64_t counted = 0;

    assert_non_null(hits);
    assert_int_equal(evaluate_articles(q->corpus->segment, &request, hits, &nhits, &counted, NULL),
                     QUIRE_OK);
    assert_int_equal(counted, count ? nmatched : 0);
    if (nhits != nexpected)
        fail_msg("%s: %u of %u expected, found %u", text, nexpected, max_hits, nhits);
    for (uint32_t i = 0; i < nhits; i++)
        if (hits[i].article != all[i].article + 1 || hits[i].score != all[i].score)
            fail_msg("%s: hit %u of %u is article %u, score %lld; found %u, score %lld", text, i,
                     max_hits, all[i].article + 1, (long long)all[i].score, hits[i].article,
                     (long long)hits[i].score);
    free(hits);
}

/* ---- Guesses that are too high ---- */

/* While up to MOST_WANTED are wanted, fewer articles wait than promise more than they hold. */
#define MOST_WANTED 10
#define NPROMISING 220
#define NARTICLES 900
#define PASSAGES 3 /* of each */

typedef enum { ARTICLE_PROMISES, ARTICLE_HOLDS, ARTICLE_HAS_ONE, ARTICLE_HAS_NONE } article_sort;

static void
add_fillers(dice *d, uint32_t n, buffer *out)
{
    for (; n > 0; n--)
        assert_true(buffer_printf(out, " filler%u", (unsigned)(next_random(d) % 90)));
}

/* Three passages.  An article that promises has both words as often as one that holds, and in
 * shorter passages, but apart; and it has a word that may be excluded.  Lengths differ, so that
 * some promise more than others. */
static void
make_texts(dice *d, article_sort sort, buffer texts[PASSAGES])
{
    static const struct {
        const char *start;
        uint32_t nfillers;
        uint32_t most_more;
    } passages[][PASSAGES] = {
        {{"alpha alpha gamma alpha", 1, 2}, {"beta beta beta", 1, 2}, {"", 23, 7}},
        {{"alpha beta alpha beta alpha beta", 16, 0}, {"", 8, 0}, {"", 4, 0}},
        {{"alpha", 8, 4}, {"", 8, 4}, {"", 8, 4}},
        {{"", 8, 4}, {"", 8, 4}, {"", 8, 4}},
    };

    for (uint32_t i = 0; i < PASSAGES; i++) {
        const uint32_t more = next_random(d) % (passages[sort][i].most_more + 1);

        assert_true(buffer_add_string(&texts[i], passages[sort][i].start));
        add_fillers(d, passages[sort][i].nfillers + more, &texts[i]);
    }
}

static article_sort
choose_sort(dice *d)
{
    const uint32_t n = next_random(d) % 100;

    if (n < 40)
        return ARTICLE_PROMISES;
    if (n < 45)
        return ARTICLE_HOLDS;
    return n < 50 ? ARTICLE_HAS_ONE : ARTICLE_HAS_NONE;
}

static void
make_promising(dice *d, corpus *c)
{
    const corpus_kind kind = {.npassages = PASSAGES * NARTICLES};

    corpus_begin(&kind, c);
    for (uint32_t i = 0; i < NARTICLES; i++) {
        buffer texts[PASSAGES] = {{0}};

        c->first_passages[c->narticles++] = PASSAGES * i;
        make_texts(d, choose_sort(d), texts);
        for (uint32_t k = 0; k < PASSAGES; k++) {
            const uint32_t number = PASSAGES * i + k;

            c->articles[number] = c->narticles;
            c->titles[number] = strdup("");
            c->texts[number] = buffer_detach(&texts[k]);
            assert_true(c->titles[number] != NULL && c->texts[number] != NULL);
            take_words(c, number);
        }
    }
    c->has_columns = true;
    corpus_finish(d, c);
}

/* Does enough look better than the best that matches, and is not? */
static void
assert_promises(const char *text, const looked_at *all, uint32_t narticles)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < narticles; i++)
        n += all[i].loose > all[0].score && (!all[i].matched || all[i].score < all[0].score);
    if (n < NPROMISING)
        fail_msg("%s: only %u articles promise more than they hold", text, n);
}

static void
test_a_guess_that_is_too_high_leaves_nothing_out(void **state)
{
    /* Fewer than are wanted reach what was guessed: they score less, or do not match. */
    static const char *const queries[] = {"alpha beta", "+alpha +beta", "alpha beta -gamma",
                                          "\"alpha beta\" OR \"beta alpha\""};
    dice d = {11};

    (void)state;
    for (unsigned round = 0; round < test_rounds(6); round++) {
        segment_articles *articles = NULL;
        corpus c;

        make_promising(&d, &c);
        assert_int_equal(segment_articles_new(c.segment, NULL, &articles, NULL), QUIRE_OK);
        for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
            uint32_t nmatched = 0;
            looked_at *all = NULL;
            question q;

            question_make(&c, articles, queries[i], ARTICLE_DEFAULT_B, &q);
            all = look_at_all(&q, &nmatched);
            assert_true(nmatched >= MOST_WANTED);
            assert_promises(queries[i], all, c.narticles);
            for (uint32_t wanted = 1; wanted <= MOST_WANTED; wanted++)
                compare(&q, queries[i], all, nmatched, wanted, false);
            free(all);
            question_free(&q);
        }
        segment_articles_free(articles);
        corpus_free(&c);
    }
}

/* ---- Articles of chance ---- */

static void
make_query(dice *d, const corpus_kind *kind, buffer *out)
{
    static const char *const starts[] = {"", "", "", "", "+", "-", "\""};

    buffer_clear(out);
    add_word(d, kind, out);
    for (uint32_t n = skewed(d, 7); n > 0; n--) {
        const char *start = starts[next_random(d) % 7];

        assert_true(buffer_printf(out, " %s", start));
        add_word(d, kind, out);
        if (start[0] == '"') {
            assert_true(buffer_add_string(out, " "));
            add_word(d, kind, out);
            assert_true(buffer_add_string(out, "\""));
        }
    }
}

/* Mostly one, as where queries are of a length, and now and then so many others that those asked
 * for longest ago are forgotten. */
static double
choose_b(dice *d)
{
    const uint32_t n = next_random(d) % 16;

    if (n == 0)
        return 0;
    return n < 8 ? ARTICLE_DEFAULT_B : n / 16.0;
}

static void
check_corpus(dice *d, const corpus_kind *kind, unsigned nqueries)
{
    segment_articles *articles = NULL;
    buffer text = {0};
    corpus c;

    corpus_begin(kind, &c);
    make_passages(d, &c);
    c.has_columns = true;
    corpus_finish(d, &c);
    assert_int_equal(segment_articles_new(c.segment, NULL, &articles, NULL), QUIRE_OK);
    for (unsigned i = 0; i < nqueries; i++) {
        uint32_t nmatched = 0;
        looked_at *all = NULL;
        question q;

        make_query(d, kind, &text);
        question_make(&c, articles, text.bytes, choose_b(d), &q);
        all = look_at_all(&q, &nmatched);
        for (unsigned k = 0; k < 3; k++)
            compare(&q, text.bytes, all, nmatched, 1 + next_random(d) % 30, k == 2);
        free(all);
        question_free(&q);
    }
    segment_articles_free(articles);
    corpus_free(&c);
    buffer_free(&text);
}

static void
test_articles_of_chance(void **state)
{
    dice d = {12};

    (void)state;
    for (unsigned i = 0; i < test_rounds(8); i++) {
        const corpus_kind kind = {.npassages = 500 + next_random(&d) % 2500,
                                  .vocabulary = 50 + next_random(&d) % 300,
                                  .max_words = 12,
                                  .has_long = true};

        check_corpus(&d, &kind, 40);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_guess_that_is_too_high_leaves_nothing_out),
        cmocka_unit_test(test_articles_of_chance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
