/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evaluator: random passages go into a segment, random queries are put to it, and each answer
 * is held against one that was made by looking at every passage with the span matcher. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "postings/evaluate.h"
#include "query/expand.h"
#include "query/match.h"
#include "query/parse.h"
#include "query/scoring.h"

#include "evaluate_corpus.h"
#include "rounds.h"

/* ---- Queries ---- */

static void add_clause(dice *d, const corpus_kind *kind, unsigned depth, buffer *out);

static void
add_clauses(dice *d, const corpus_kind *kind, unsigned depth, buffer *out)
{
    static const char *const between[] = {" ",     " ",     " ",         " ",       " OR ",
                                          " AND ", " NOT ", " AND NOT ", " OR NOT "};
    uint32_t nclauses = 1 + skewed(d, 8);

    for (uint32_t i = 0; i < nclauses; i++) {
        if (i > 0)
            assert_true(buffer_add_string(out, between[next_random(d) % 9]));
        add_clause(d, kind, depth, out);
    }
}

static void
add_quoted(dice *d, const corpus_kind *kind, buffer *out)
{
    assert_true(buffer_add_string(out, "\""));
    for (uint32_t n = 1 + skewed(d, 4); n > 0; n--) {
        if (one_in(d, 8)) {
            assert_true(buffer_add_string(out, "*"));
        } else if (one_in(d, 8)) {
            assert_true(buffer_add_string(out, "("));
            add_word(d, kind, out);
            assert_true(buffer_add_string(out, "|"));
            add_word(d, kind, out);
            assert_true(buffer_add_string(out, ")"));
        } else if (one_in(d, 12)) {
            assert_true(buffer_add_string(out, "tal*"));
        } else {
            add_word(d, kind, out);
        }
        assert_true(buffer_add_string(out, n > 1 ? " " : "\""));
    }
    if (one_in(d, 4))
        assert_true(buffer_printf(out, "~%u", (unsigned)(next_random(d) % 6)));
}

static void
add_pattern(dice *d, const corpus_kind *kind, buffer *out)
{
    static const char *const patterns[] = {"w*",  "t?lk*", "*ing",    "w1*",   "*s",
                                           "ca?", "isr*",  "progra*", "none*", "*e*",
                                           "$7*", "t*-c*", "76*"};

    if (one_in(d, 3)) {
        add_word(d, kind, out);
        assert_true(buffer_add_string(out, one_in(d, 2) ? "~" : "~2"));
    } else {
        assert_true(buffer_add_string(out, patterns[next_random(d) % 13]));
    }
}

static void
add_side(dice *d, const corpus_kind *kind, buffer *out)
{
    const uint32_t sort = next_random(d) % 8;

    if (sort == 0) {
        add_quoted(d, kind, out);
    } else if (sort == 1) {
        assert_true(buffer_add_string(out, "("));
        add_word(d, kind, out);
        assert_true(buffer_add_string(out, " OR "));
        add_side(d, kind, out);
        assert_true(buffer_add_string(out, ")"));
    } else if (sort == 2) {
        add_pattern(d, kind, out);
    } else {
        add_word(d, kind, out);
    }
}

static void
add_window(dice *d, const corpus_kind *kind, buffer *out)
{
    static const char *const windows[] = {" NEAR/3 ", " NEAR/1 ",   " ADJ ",      " ADJ/4 ",
                                          " NEAR ",   " SENTENCE ", " PARAGRAPH "};

    add_side(d, kind, out);
    for (uint32_t n = 1 + one_in(d, 4); n > 0; n--) {
        assert_true(buffer_add_string(out, windows[next_random(d) % 7]));
        add_side(d, kind, out);
    }
}

static void
add_single(dice *d, const corpus_kind *kind, buffer *out)
{
    static const char *const fields[] = {"date:2025", "source:bbc", "author:x*", "id:7"};

    switch (next_random(d) % 16) {
    case 0:
    case 1:
        add_quoted(d, kind, out);
        return;
    case 2:
        add_word(d, kind, out);
        assert_true(buffer_add_string(out, "-"));
        break;
    case 3:
        add_pattern(d, kind, out);
        return;
    case 4:
        assert_true(buffer_add_string(out, "="));
        break;
    case 5:
        assert_true(buffer_add_string(out, "title:"));
        if (!one_in(d, 3))
            break;
        add_quoted(d, kind, out);
        return;
    case 6:
        assert_true(buffer_add_string(out, fields[next_random(d) % 4]));
        return;
    case 7:
        assert_true(buffer_add_string(out, one_in(d, 2) ? "stem:" : "="));
        add_quoted(d, kind, out);
        return;
    default:
        break;
    }
    add_word(d, kind, out);
}

static void
add_clause(dice *d, const corpus_kind *kind, unsigned depth, buffer *out)
{
    static const char *const signs[] = {"", "", "", "", "", "", "+", "+", "-"};
    static const char *const weights[] = {"^2", "^0", "^0.5", "^30"};
    uint32_t sort = next_random(d) % 10;

    assert_true(buffer_add_string(out, signs[next_random(d) % 9]));
    if (sort == 0 && depth < 3) {
        assert_true(buffer_add_string(out, "("));
        add_clauses(d, kind, depth + 1, out);
        assert_true(buffer_add_string(out, ")"));
    } else if (sort == 1) {
        add_window(d, kind, out);
        return;
    } else {
        add_single(d, kind, out);
    }
    if (one_in(d, 10))
        assert_true(buffer_add_string(out, weights[next_random(d) % 4]));
}

/* Bare words alone, which are evaluated in a way of their own. */
static void
add_bare_words(dice *d, const corpus_kind *kind, buffer *out)
{
    for (uint32_t n = one_in(d, 20) ? 80 : 1 + skewed(d, 10); n > 0; n--) {
        add_word(d, kind, out);
        assert_true(buffer_add_string(out, " "));
    }
}

/* A name whose kin count where it stands alone, and not in what is asked for by its side. */
static void
add_name_twice(dice *d, const corpus_kind *kind, buffer *out)
{
    static const char *const names[] = {"Israel", "Israeli", "Iran", "Iranian"};
    const char *name = names[next_random(d) % 4];

    assert_true(buffer_printf(out, "%s%s %sstem:\"%s ", one_in(d, 2) ? "-" : "",
                              names[next_random(d) % 4], one_in(d, 2) ? "+" : "", name));
    add_word(d, kind, out);
    assert_true(buffer_printf(out, "\" %s", one_in(d, 2) ? name : "talks"));
}

static void
make_query(dice *d, const corpus_kind *kind, buffer *out)
{
    buffer_clear(out);
    if (one_in(d, 15))
        add_name_twice(d, kind, out);
    else if (one_in(d, 3))
        add_bare_words(d, kind, out);
    else
        add_clauses(d, kind, 0, out);
}

/* ---- What is asked ---- */

typedef struct {
    const corpus *corpus;
    query_tree tree;
    matcher *matcher;
    bm25 model;
    scoring scoring;
    uint64_t *document_frequencies;
    uint64_t *allowed;
    unsigned nverified;
    evaluate_request request;
} question;

static void
match(const question *q, uint32_t number, match_result *out)
{
    const corpus *c = q->corpus;
    const match_passage at = {.words = &c->passages[number],
                              .title = c->titles[number],
                              .text = c->texts[number],
                              .article = c->articles[number]};

    assert_true(matcher_run(q->matcher, &at, false, out));
}

static quire_status
verify(void *closure, uint32_t number, bool *matched_out, int64_t *score_out, quire_error *err)
{
    question *q = closure;
    match_result result;

    (void)err;
    match(q, number, &result);
    q->nverified++;
    *matched_out = result.matched;
    if (result.matched)
        *score_out = scoring_sum(&q->scoring, &result, q->corpus->lengths[number]);
    return QUIRE_OK;
}

static void
count_documents(question *q, arena *a)
{
    match_result result;

    q->document_frequencies =
        arena_array(a, (size_t)q->tree.nterms + 1, sizeof *q->document_frequencies);
    assert_non_null(q->document_frequencies);
    for (uint32_t i = 0; i < q->corpus->npassages; i++) {
        match(q, i, &result);
        for (uint32_t j = 0; j < q->tree.nterms; j++)
            q->document_frequencies[j] += result.term_frequency[j] > 0;
    }
}

/* Any articles, or some that follow one another. */
static void
make_articles(dice *d, const corpus *c, query_node *field, arena *a)
{
    uint64_t *bits = arena_array(a, (size_t)c->narticles / 64 + 1, sizeof *bits);
    const uint32_t first = next_random(d) % c->narticles;
    const uint32_t last = first + skewed(d, c->narticles - first);
    const bool is_range = one_in(d, 2);

    assert_non_null(bits);
    for (uint32_t i = 0; i < c->narticles; i++)
        if (is_range ? i >= first && i <= last : one_in(d, 3))
            bits[i / 64] |= UINT64_C(1) << (i % 64);
    field->articles = bits;
}

static void
make_tree(dice *d, const corpus *c, const char *text, arena *a, query_tree *tree)
{
    const query_options options = {.require_all = one_in(d, 5),
                                   .surfaces = one_in(d, 8),
                                   .akin = one_in(d, 2),
                                   .no_variants = one_in(d, 8)};
    const vocabulary words = {.self = (void *)(uintptr_t)c,
                              .with_prefix = with_prefix,
                              .near = near_word,
                              .of_stem = of_stem};
    query_notes notes = {0};

    assert_int_equal(query_parse(text, strlen(text), &options, c->stemmer, a, tree, &notes, NULL),
                     QUIRE_OK);
    assert_int_equal(query_expand(tree, &words, c->stemmer, a, &notes, NULL), QUIRE_OK);
    for (uint32_t i = 0; i < tree->nleaves; i++)
        if (tree->leaves[i]->kind == QUERY_FIELD)
            make_articles(d, c, tree->leaves[i], a);
}

/* Bits one by one, or whole stretches, or a single passage. */
static void
make_allowed(dice *d, uint32_t npassages, question *q, arena *a)
{
    uint32_t sort = next_random(d) % 3;
    uint32_t stretch = 1 + skewed(d, npassages);
    bool is_on = false;

    q->allowed = arena_array(a, (size_t)npassages / 64 + 1, sizeof *q->allowed);
    assert_non_null(q->allowed);
    for (uint32_t i = 0; i < npassages; i++) {
        if (sort == 0 || i % stretch == 0)
            is_on = one_in(d, 2);
        if (sort != 2 ? is_on : i == stretch)
            q->allowed[i / 64] |= UINT64_C(1) << (i % 64);
    }
}

/* Some of the passages that follow one another, often but a few; bits outside are not set. */
static void
make_range(dice *d, uint32_t npassages, question *q)
{
    const uint32_t first = (uint32_t)(next_random(d) % npassages);
    const uint32_t end = first + 1 + (uint32_t)(next_random(d) % (npassages - first));

    q->request.first = first;
    q->request.end = one_in(d, 4) && end - first > 10 ? first + 10 : end;
    for (uint32_t i = 0; q->allowed != NULL && i < npassages; i++)
        if (i < first || i >= q->request.end)
            q->allowed[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

static void
make_question(dice *d, const corpus *c, const char *text, arena *a, question *q)
{
    static const double k1s[] = {1.2, 1.2, 1.2, 0, 0.3, 3, 1000};
    static const double bs[] = {0.75, 0.75, 0.75, 0, 1, 0.4};
    bm25_collection collection = {.npassages = c->npassages, .total_length = c->nwords};

    memset(q, 0, sizeof *q);
    q->corpus = c;
    make_tree(d, c, text, a, &q->tree);
    q->matcher = matcher_new(&q->tree);
    assert_non_null(q->matcher);
    count_documents(q, a);
    if (one_in(d, 4)) { /* as where there are more segments than this one */
        collection.npassages += 1000;
        collection.total_length += 30000;
        for (uint32_t i = 0; i < q->tree.nterms; i++)
            q->document_frequencies[i] += next_random(d) % 1000;
    }
    bm25_init(&q->model, k1s[next_random(d) % 7], bs[next_random(d) % 6], &collection);
    assert_true(scoring_init(&q->scoring, &q->tree, &q->model, q->document_frequencies, a));
    if (one_in(d, 4))
        make_allowed(d, c->npassages, q, a);
    q->request =
        (evaluate_request){.tree = &q->tree,
                           .scoring = &q->scoring,
                           .verify = verify,
                           .closure = q,
                           .allowed = q->allowed,
                           .max_hits = one_in(d, 10) ? next_random(d) % 300 : next_random(d) % 15,
                           .count = one_in(d, 4)};
    if (c->npassages > 0 && one_in(d, 4))
        make_range(d, c->npassages, q);
}

/* ---- The slow answer ---- */

static int
compare_hits(const void *a, const void *b)
{
    const evaluate_hit *first = a;
    const evaluate_hit *second = b;

    if (first->score != second->score)
        return first->score > second->score ? -1 : 1;
    return first->passage < second->passage ? -1 : 1;
}

static uint32_t
look_at_all(const corpus *c, const question *q, evaluate_hit *hits)
{
    match_result result;
    uint32_t nhits = 0;

    for (uint32_t i = 0; i < c->npassages; i++) {
        if (i < q->request.first || (q->request.end != 0 && i >= q->request.end))
            continue;
        if (q->allowed != NULL && (q->allowed[i / 64] >> (i % 64) & 1) == 0)
            continue;
        match(q, i, &result);
        if (result.matched)
            hits[nhits++] = (evaluate_hit){
                .passage = i, .score = scoring_sum(&q->scoring, &result, c->lengths[i])};
    }
    qsort(hits, nhits, sizeof *hits, compare_hits);
    return nhits;
}

static void
compare(const corpus *c, const question *q, const char *text)
{
    evaluate_hit *expected = calloc((size_t)c->npassages + 1, sizeof *expected);
    evaluate_hit *hits = calloc((size_t)q->request.max_hits + 1, sizeof *hits);
    uint32_t nexpected = 0;
    uint32_t nhits = 0;
    uint64_t count = 0;

    assert_true(expected != NULL && hits != NULL);
    nexpected = look_at_all(c, q, expected);
    assert_int_equal(evaluate(c->segment, &q->request, hits, &nhits, &count, NULL), QUIRE_OK);
    if (count != (q->request.count ? nexpected : 0))
        fail_msg("%s: %u matches, counted %u", text, nexpected, (unsigned)count);
    nexpected = nexpected < q->request.max_hits ? nexpected : q->request.max_hits;
    if (nhits != nexpected)
        fail_msg("%s: %u hits, found %u", text, nexpected, nhits);
    for (uint32_t i = 0; i < nhits; i++)
        if (hits[i].passage != expected[i].passage || hits[i].score != expected[i].score)
            fail_msg("%s: k1 %g b %g: hit %u is passage %u, score %lld; found %u, score %lld", text,
                     q->model.k1, q->model.b, i, expected[i].passage, (long long)expected[i].score,
                     hits[i].passage, (long long)hits[i].score);
    free(expected);
    free(hits);
}

static void
corpus_make(dice *d, const corpus_kind *kind, corpus *c)
{
    corpus_begin(kind, c);
    make_passages(d, c);
    c->has_columns = one_in(d, 2);
    corpus_finish(d, c);
}

static void
check_corpus(dice *d, const corpus_kind *kind, unsigned nqueries)
{
    buffer text = {0};
    corpus c;

    corpus_make(d, kind, &c);
    for (unsigned i = 0; i < nqueries; i++) {
        arena *a = arena_new();
        question q;

        assert_non_null(a);
        make_query(d, kind, &text);
        make_question(d, &c, text.bytes, a, &q);
        compare(&c, &q, text.bytes);
        matcher_free(q.matcher);
        arena_free(a);
    }
    corpus_free(&c);
    buffer_free(&text);
}

static void
check_kind(uint64_t seed, corpus_kind kind, unsigned ncorpora, unsigned nqueries)
{
    dice d = {seed};

    for (unsigned i = 0; i < test_rounds(ncorpora); i++) {
        corpus_kind this = kind;

        this.npassages = 1 + kind.npassages / 2 + next_random(&d) % kind.npassages;
        check_corpus(&d, &this, nqueries);
    }
}

static void
test_small_sets(void **state)
{
    (void)state;
    check_kind(1, (corpus_kind){.npassages = 30, .vocabulary = 40, .max_words = 20}, 60, 300);
}

static void
test_sets_of_several_blocks(void **state)
{
    (void)state;
    check_kind(
        2, (corpus_kind){.npassages = 700, .vocabulary = 200, .max_words = 12, .has_long = true},
        12, 250);
}

static void
test_sets_of_several_windows(void **state)
{
    (void)state;
    check_kind(
        3, (corpus_kind){.npassages = 6000, .vocabulary = 600, .max_words = 8, .has_long = true}, 3,
        200);
}

/* ---- Damage that checksums do not show ---- */

static const struct {
    const char *name;
    checked_kind kind;
} files[] = {{"postings", CHECKED_POSTINGS}, {"positions", CHECKED_POSITIONS},
             {"stems", CHECKED_STEMS},       {"passages", CHECKED_PASSAGES},
             {"pairs", CHECKED_PAIRS},       {"pairlists", CHECKED_PAIR_LISTS}};

#define NFILES (sizeof files / sizeof files[0])

/* Write a file again with a few other bytes and right checksums. */
static void
damage(dice *d, const corpus *c, const char *name, checked_kind kind)
{
    char *path = path_of(c, name);
    checked_file file = {0};
    checked_writer *w = NULL;
    uint8_t *bytes = NULL;
    size_t nbytes = 0;

    assert_int_equal(checked_open(path, kind, &file, NULL), QUIRE_OK);
    nbytes = (size_t)file.size;
    bytes = malloc(nbytes + 1);
    assert_non_null(bytes);
    memcpy(bytes, file.bytes, nbytes);
    checked_close(&file);
    for (uint32_t n = 1 + next_random(d) % 8; n > 0 && nbytes > 0; n--)
        bytes[next_random(d) % nbytes] =
            (uint8_t)(one_in(d, 2) ? next_random(d) : next_random(d) % 33);
    assert_int_equal(unlink(path), 0);
    w = checked_create(path, kind);
    assert_non_null(w);
    checked_write(w, bytes, nbytes);
    assert_int_equal(checked_finish(w, NULL), QUIRE_OK);
    free(bytes);
    free(path);
}

/* Ask a damaged segment; how many of the questions it could not answer. */
static unsigned
ask_damaged(dice *d, const corpus *c, unsigned nqueries)
{
    buffer text = {0};
    evaluate_hit hits[300];
    unsigned nfailed = 0;

    for (unsigned i = 0; i < nqueries; i++) {
        arena *a = arena_new();
        question q;
        uint32_t nhits = 0;
        uint64_t count = 0;
        quire_status status = QUIRE_OK;

        assert_non_null(a);
        make_query(d, &c->kind, &text);
        make_question(d, c, text.bytes, a, &q);
        status = evaluate(c->segment, &q.request, hits, &nhits, &count, NULL);
        assert_true(status == QUIRE_OK || status == QUIRE_ECORRUPT || status == QUIRE_ENOMEM);
        for (uint32_t j = 0; j < nhits; j++)
            assert_true(hits[j].passage < c->segment->npassages);
        nfailed += status != QUIRE_OK;
        matcher_free(q.matcher);
        arena_free(a);
    }
    buffer_free(&text);
    return nfailed;
}

static void
test_damage_is_no_crash(void **state)
{
    const corpus_kind kind = {.npassages = 600, .vocabulary = 40, .max_words = 12};
    dice d = {4};
    unsigned nfailed = 0;

    (void)state;
    for (unsigned i = 0; i < test_rounds(60); i++) {
        segment *whole = NULL;
        corpus c;

        corpus_make(&d, &kind, &c);
        whole = c.segment;
        damage(&d, &c, files[i % NFILES].name, files[i % NFILES].kind);
        if (segment_open(c.directory, &c.segment, NULL) == QUIRE_OK) {
            if (c.segment->npassages == c.npassages)
                nfailed += ask_damaged(&d, &c, 30);
            segment_close(c.segment);
        }
        c.segment = whole;
        corpus_free(&c);
    }
    assert_true(nfailed > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_sets),
        cmocka_unit_test(test_sets_of_several_blocks),
        cmocka_unit_test(test_sets_of_several_windows),
        cmocka_unit_test(test_damage_is_no_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
