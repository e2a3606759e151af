/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The span matcher: what it says of a passage, rule by rule, and beside a slow one that goes by the
 * wording of the rules, on random passages and queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "query/match.h"
#include "query/parse.h"

#include "../reference/random.h"

/* ---- A query and a passage ---- */

typedef struct {
    arena *a;
    stemmer *s;
    query_tree tree;
    passage_words words;
    match_passage passage;
} fixture;

static void
start(fixture *f, const char *query, bool require_all)
{
    const query_options options = {.require_all = require_all};
    query_notes notes = {0};

    memset(f, 0, sizeof *f);
    f->a = arena_new();
    f->s = stemmer_new();
    assert_non_null(f->a);
    assert_non_null(f->s);
    assert_int_equal(
        query_parse(query, strlen(query), &options, f->s, f->a, &f->tree, &notes, NULL), QUIRE_OK);
}

/* The words of a passage: sentences are separated by |, and each is a block of its own. */
static void
read_passage(fixture *f, const char *text)
{
    sentence sentences[64];
    size_t nsentences = 0;
    const char *at = text;

    while (nsentences < 64) {
        size_t nbytes = strcspn(at, "|");

        sentences[nsentences] = (sentence){.start = (uint32_t)(at - text),
                                           .end = (uint32_t)((size_t)(at - text) + nbytes),
                                           .block = (uint32_t)nsentences};
        nsentences++;
        at += nbytes;
        if (*at == '\0')
            break;
        at++;
    }
    assert_true(passage_words_read(&f->words, f->s, "", text, sentences, nsentences));
    f->passage = (match_passage){.words = &f->words, .title = "", .text = text, .article = 1};
}

static void
end(fixture *f)
{
    passage_words_free(&f->words);
    stemmer_free(f->s);
    arena_free(f->a);
}

/* Does a unit with this term score? */
static bool
term_scores(const query_tree *tree, const match_result *result, uint32_t term)
{
    for (uint32_t i = 0; i < tree->nunits; i++)
        for (uint32_t k = 0; k < tree->units[i].nchoices && result->unit_scores[i]; k++)
            if (tree->units[i].choices[k].term == term)
                return true;
    return false;
}

/* "no", or the marks as CLAUSE:FIRST-LAST (one number for one word) and, behind a slash, the stems
 * that score with their frequencies. */
static void
print_result(const query_tree *tree, const match_result *result, buffer *out)
{
    buffer_clear(out);
    if (!result->matched) {
        assert_true(buffer_add_string(out, "no"));
        assert_int_equal(result->nspans, 0);
    }
    for (size_t i = 0; i < result->nspans; i++) {
        const match_span *span = &result->spans[i];

        assert_true(buffer_printf(out, "%s%u:%u", i > 0 ? " " : "", span->clause, span->first));
        if (span->last != span->first)
            assert_true(buffer_printf(out, "-%u", span->last));
    }
    if (result->matched)
        assert_true(buffer_add_string(out, " /"));
    for (uint32_t i = 0; i < tree->nterms; i++) {
        if (term_scores(tree, result, i)) {
            assert_true(result->matched);
            assert_true(
                buffer_printf(out, " %s %u", tree->terms[i].stem, result->term_frequency[i]));
        }
    }
}

/* ---- Rule by rule ---- */

typedef struct {
    const char *query;
    const char *passage;
    const char *expected;
} match_case;

static void
check_cases(const match_case *cases, size_t ncases, bool require_all)
{
    buffer out = {0};

    for (size_t i = 0; i < ncases; i++) {
        fixture f;
        matcher *m;
        match_result result;

        start(&f, cases[i].query, require_all);
        read_passage(&f, cases[i].passage);
        m = matcher_new(&f.tree);
        assert_non_null(m);
        assert_true(matcher_run(m, &f.passage, true, &result));
        print_result(&f.tree, &result, &out);
        if (strcmp(out.bytes, cases[i].expected) != 0)
            fail_msg("%s in \"%s\":\ngot      %s\nexpected %s", cases[i].query, cases[i].passage,
                     out.bytes, cases[i].expected);

        /* The same without marks, by the same matcher. */
        assert_true(matcher_run(m, &f.passage, false, &result));
        assert_int_equal(result.matched, strcmp(cases[i].expected, "no") != 0);
        assert_int_equal(result.nspans, 0);
        matcher_free(m);
        end(&f);
    }
    buffer_free(&out);
}

#define CHECK(...)                                                                                 \
    do {                                                                                           \
        const match_case cases[] = {__VA_ARGS__};                                                  \
        (void)state;                                                                               \
        check_cases(cases, sizeof cases / sizeof cases[0], false);                                 \
    } while (0)

static void
test_words_match_by_stem(void **state)
{
    CHECK({"gaza", "Talks on Gaza", "1:2 / gaza 1"}, {"gaza", "Talks on Syria", "no"},
          {"programme", "Programs and a program", "1:0 1:3 / program 2"},
          {"gaza", "Gaza and | gaza", "1:0 1:2 / gaza 2"}, {"gaza", "", "no"},
          {"$4.5", "It costs 4.5 or $4.5", "1:4 / 4.5 2"},
          {"4.5", "It costs 4.5 or $4.5", "1:2 1:4 / 4.5 2"}, {"76%", "76 percent of 76", "no"});
}

static void
test_acronyms_are_words_of_their_own(void **state)
{
    CHECK({"US", "The US told us", "1:1 / US 1"}, {"us", "The US told us", "1:3 / us 1"},
          {"\"us\"", "The U.S. told us", "1:3 / us 1"}, {"-US us", "Told us", "2:1 / us 1"},
          {"\"US draft\"", "The US draft", "1:1-2 / US 1 draft 1"},
          {"\"US draft\"", "let us draft", "no"});
}

static void
test_phrases_stay_in_their_sentence(void **state)
{
    CHECK({"\"board of peace\"", "The Board of Peace met", "1:1-3 / board 1 of 1 peac 1"},
          {"\"board of peace\"", "The board | of peace", "no"},
          {"\"board of peace\"", "The boards of peace", "no"},
          {"\"board of peace\"", "Peace of board of", "no"},
          {"\"a b a\"", "a b a b a b a", "1:0-2 1:4-6 / a 4 b 3"},
          {"\"peace\"", "Peace and peaces", "1:0 / peac 2"},
          {"\"paid $4.5\"", "paid 4.5 then paid $4.5", "1:3-4 / paid 2 4.5 2"});
}

static void
test_compounds_stand_together_by_stem(void **state)
{
    CHECK({"hostage-release", "A hostages released deal", "1:1-2 / hostag 1 releas 1"},
          {"hostage-release", "A hostage-release deal", "1:1-2 / hostag 1 releas 1"},
          {"hostage-release", "release of a hostage", "no"},
          {"hostage-release", "a hostage | release", "no"},
          {"$4.5bn", "$4.5 billion or 4.5bn", "1:0-1 / 4.5 2 billion 2"});
}

static void
test_lists_match_by_the_roles_of_their_children(void **state)
{
    CHECK({"gaza syria", "in syria", "2:1 / syria 1"}, {"+gaza syria", "in syria", "no"},
          {"+gaza syria", "in gaza", "1:1 / gaza 1"}, {"gaza -syria", "gaza and syria", "no"},
          {"gaza -syria", "gaza", "1:0 / gaza 1"}, {"-syria", "gaza", " /"},
          {"-syria", "syria", "no"}, {"-syria", "", " /"}, {"gaza AND syria", "gaza", "no"},
          {"gaza OR NOT syria", "iran", " /"}, {"gaza OR NOT syria", "syria", "no"},
          {"gaza OR NOT syria", "gaza syria", "1:0 / gaza 1"}, {"NOT (NOT gaza)", "gaza", " /"},
          {"NOT (NOT gaza)", "iran", "no"},
          {"gaza -\"board of peace\"", "gaza peace board of", "1:0 / gaza 1"});
}

static void
test_marks_come_from_what_took_part(void **state)
{
    CHECK({"(+gaza +syria) iran", "gaza and iran", "3:2 / iran 1"},
          {"(+gaza syria) iran", "syria in iran", "3:2 / iran 1"},
          {"iran (gaza -syria)", "iran gaza syria", "1:0 / iran 1"},
          {"gaza -(syria +iran)", "gaza iran peace", "no"},
          {"gaza -(syria AND iran)", "gaza iran peace", "1:0 / gaza 1"},
          {"gaza gaza", "gaza", "1:0 / gaza 1"},
          {"iran OR NOT (gaza syria)", "iran", "1:0 / iran 1"});
}

static void
test_function_words_only_support(void **state)
{
    CHECK({"board of peace", "of the of", "no"},
          {"board of peace", "board and of", "1:0 / board 1 of 1"},
          {"board of peace", "the board of trade", "1:1-2 / board 1 of 1"},
          {"of the", "part of it", "1:1 / of 1"}, {"of the", "of the", "1:0-1 / of 1 the 1"},
          {"+of board", "of", "1:0 / of 1"}, {"\"of\" board", "of", "1:0 / of 1"},
          {"gaza of the", "of the gaza", "1:2 / gaza 1 of 1 the 1"});
}

static void
test_neighbours_in_query_and_text_are_one_mark(void **state)
{
    CHECK({"board of peace", "The Board of Peace met", "1:1-3 / board 1 of 1 peac 1"},
          {"peace of board", "The Board of Peace met", "3:1 1:3 / peac 1 of 1 board 1"},
          {"board of peace", "a board | of peace", "1:1 2:2-3 / board 1 of 1 peac 1"},
          {"gaza -iran syria", "gaza syria", "1:0 3:1 / gaza 1 syria 1"},
          {"gaza \"iran\" syria", "gaza syria", "1:0 3:1 / gaza 1 syria 1"},
          {"gaza (syria iran)", "gaza syria iran", "1:0 2:1-2 / gaza 1 syria 1 iran 1"},
          {"+gaza OR syria", "gaza syria", "1:0-1 / gaza 1 syria 1"},
          {"gaza AND syria", "gaza syria", "1:0-1 / gaza 1 syria 1"},
          {"gaza hostage-release deal", "gaza hostage releases deal",
           "1:0-3 / gaza 1 hostag 1 releas 1 deal 1"},
          {"(gaza) syria", "gaza syria", "1:0-1 / gaza 1 syria 1"});
}

static void
test_marks_do_not_overlap(void **state)
{
    CHECK({"gaza \"gaza strip\"", "gaza strip", "2:0-1 / gaza 1 strip 1"},
          {"\"gaza strip\" \"strip talks\"", "gaza strip talks", "1:0-1 / gaza 1 strip 1 talk 1"},
          {"strip \"gaza strip\" gaza strip", "gaza strip", "2:0-1 / strip 1 gaza 1"},
          {"a b c \"c d\"", "a b c d", "1:0-2 / a 1 b 1 c 1 d 1"},
          {"\"x a\" a b c", "x a b c", "1:0-1 3:2-3 / x 1 a 1 b 1 c 1"},
          {"\"gaza\" gaza", "gaza", "1:0 / gaza 1"}, {"gaza \"gaza\"", "gaza", "1:0 / gaza 1"});
}

static void
test_with_all_everything_is_required(void **state)
{
    static const match_case cases[] = {
        {"gaza syria", "gaza", "no"},
        {"gaza syria", "syria or gaza", "2:0 1:2 / gaza 1 syria 1"},
        {"the gaza", "gaza", "no"},
        {"gaza OR syria iran", "syria and iran", "2:0 3:2 / syria 1 iran 1"},
        {"gaza OR syria iran", "gaza and syria", "no"},
    };

    (void)state;
    check_cases(cases, sizeof cases / sizeof cases[0], true);
}

static void
test_windows_say_how_near_two_things_stand(void **state)
{
    static const match_case cases[] = {
        {"ox NEAR/2 bee", "ox cat bee", "1:0 2:2 / ox 1 bee 1"},
        {"ox NEAR/2 bee", "bee cat ox", "2:0 1:2 / ox 1 bee 1"},
        {"ox NEAR/2 bee", "ox cat cat bee", "no"},
        {"ox NEAR/1 bee", "ox bee", "1:0 2:1 / ox 1 bee 1"},
        {"ox ADJ bee", "ox bee", "1:0 2:1 / ox 1 bee 1"},
        {"ox ADJ bee", "bee ox", "no"},
        {"ox ADJ/3 bee", "bee ox cat cat bee", "1:1 2:4 / ox 1 bee 2"},
        {"ox NEAR/5 bee", "ox|bee", "no"},
        {"ox NEAR ox", "ox", "no"},
        {"ox NEAR ox", "ox cat ox", "1:0 2:2 / ox 2"},
        /* The nearest pairs are marked; all that occurs scores. */
        {"ox NEAR/9 bee", "ox cat ox cat bee cat cat", "1:2 2:4 / ox 2 bee 1"},
        {"ox NEAR/2 bee", "ox cat cat bee ox", "2:3 1:4 / ox 2 bee 1"},
        {"\"ox bee\" NEAR/2 cat", "ox bee dog cat", "1:0-1 2:3 / ox 1 bee 1 cat 1"},
        {"\"ox bee\" NEAR/2 bee", "ox bee", "no"},
        {"(ox OR dog) NEAR/2 bee", "dog bee cat cat cat ox", "2:0 3:1 / ox 1 dog 1 bee 1"},
        {"ox NEAR/2 bee NEAR/2 cat", "ox bee cat", "1:0 2:1 3:2 / ox 1 bee 1 cat 1"},
        {"ox NEAR/2 bee NEAR/1 cat", "cat dog ox bee dog", "no"},
        {"ox SENTENCE bee", "ox cat bee", "1:0 2:2 / ox 1 bee 1"},
        {"bee SENTENCE ox", "ox cat bee", "2:0 1:2 / bee 1 ox 1"},
        {"ox SENTENCE bee", "ox|bee", "no"},
        {"ox PARAGRAPH bee", "ox cat cat cat bee|ox", "1:0 2:4 / ox 2 bee 1"},
        {"ox PARAGRAPH bee", "ox|bee", "no"},
        {"dog OR ox NEAR/2 bee", "dog ox", "1:0 / dog 1"},
        {"dog -(ox NEAR/2 bee)", "dog ox cat bee", "no"},
        {"dog -(ox NEAR/2 bee)", "dog ox cat cat bee", "1:0 / dog 1"},
        {"ox -(bee NEAR cat)", "ox bee", "1:0 / ox 1"},
    };

    (void)state;
    check_cases(cases, sizeof cases / sizeof cases[0], false);
}

static void
test_phrases_have_gaps_alternatives_and_slop(void **state)
{
    static const match_case cases[] = {
        {"\"ox * bee\"", "ox cat bee", "1:0-2 / ox 1 bee 1"},
        {"\"ox * bee\"", "ox bee", "no"},
        {"\"ox * bee\"", "ox|bee", "no"},
        {"\"ox * * bee\"", "ox cat dog bee", "1:0-3 / ox 1 bee 1"},
        {"\"(ox|dog) bee\"", "dog bee", "1:0-1 / ox 0 dog 1 bee 1"},
        {"\"(ox|dog) bee\"", "cat bee", "no"},
        {"\"(ox cat|dog) bee\"", "ox cat bee dog bee", "1:0-2 2:3-4 / ox 1 cat 1 bee 2 dog 1"},
        {"stem:\"axe bees\"", "axes bee", "1:0-1 / axe 1 bee 1"},
        {"\"axe bees\"", "axes bee", "no"},
        {"\"ox bee\"~1", "ox cat bee", "1:0-2 / ox 1 bee 1"},
        {"\"ox bee\"~1", "bee ox", "no"},
        {"\"ox bee\"~2", "bee ox", "1:0-1 / ox 1 bee 1"},
        {"\"ox bee\"~2", "ox cat cat cat bee", "no"},
        {"\"ox bee cat\"~2", "ox dog bee dog cat", "1:0-4 / ox 1 bee 1 cat 1"},
        {"\"ox ox\"~2", "ox", "no"},
        {"\"ox ox\"~1", "ox cat ox", "1:0-2 / ox 2"},
        {"\"ox bee\"~3", "ox dog ox bee", "1:2-3 / ox 2 bee 1"},
        {"\"ox bee\"~3", "ox|bee", "no"},
        {"=Ox", "ox Ox OX", "1:1 / ox 3"},
        {"=ox", "ox Ox OX", "1:0 1:1 1:2 / ox 3"},
        {"=\"Ox bee\"", "ox bee Ox bee", "1:2-3 / ox 2 bee 2"},
        {"title:ox", "ox", "no"},
    };

    (void)state;
    check_cases(cases, sizeof cases / sizeof cases[0], false);
}

static void
test_a_query_without_a_word_matches_nothing(void **state)
{
    CHECK({"", "gaza", "no"}, {"()", "", "no"});
}

/* ---- Beside a slow matcher ----
 *
 * It knows the tree, and nothing of tables, runs that are carried on or what a word begins. */

static bool
same_bytes(const char *x, size_t nx, const char *y, size_t ny)
{
    return nx == ny && memcmp(x, y, nx) == 0;
}

static bool
word_stands_at(const query_word *wanted, bool by_surface, const passage_words *w, size_t at)
{
    const token *t = &w->list.tokens[at];
    const word_place *place = &w->places[at];

    if (((wanted->flags ^ t->flags) & TOKEN_ACRONYM) != 0)
        return false;
    if (wanted->extra != NULL &&
        !same_bytes(wanted->extra, wanted->extra_bytes, token_extra(&w->list, t), t->extra_bytes))
        return false;
    if (by_surface)
        return same_bytes(wanted->surface, wanted->surface_bytes, token_surface(&w->list, t),
                          t->surface_bytes);
    return same_bytes(wanted->stem, wanted->stem_bytes, passage_words_stem(w, place),
                      place->stem_bytes);
}

static bool
leaf_stands_at(const query_node *leaf, const passage_words *w, size_t at)
{
    for (uint32_t i = 0; i < leaf->nslots; i++)
        if (at + i >= w->list.ntokens || w->places[at + i].sentence != w->places[at].sentence ||
            !word_stands_at(&leaf->slots[i].words[0], leaf->kind == QUERY_PHRASE, w, at + i))
            return false;
    return true;
}

static bool
slow_match(const query_node *n, const passage_words *w)
{
    bool has_required = false;
    bool has_optional = false;
    bool any_optional = false;

    if (n->kind != QUERY_LIST) {
        for (size_t at = 0; at < w->list.ntokens; at++)
            if (leaf_stands_at(n, w, at))
                return true;
        return false;
    }
    for (uint32_t i = 0; i < n->nchildren; i++) {
        bool is_matched = slow_match(n->children[i], w);

        if (n->children[i]->role == ROLE_REQUIRED && !is_matched)
            return false;
        if (n->children[i]->role == ROLE_EXCLUDED && is_matched)
            return false;
        has_required = has_required || n->children[i]->role == ROLE_REQUIRED;
        has_optional = has_optional || n->children[i]->role == ROLE_OPTIONAL;
        any_optional = any_optional || (n->children[i]->role == ROLE_OPTIONAL && is_matched);
    }
    return has_required || !has_optional || any_optional;
}

static bool
is_bare(const query_node *n)
{
    return (n->kind == QUERY_WORD || n->kind == QUERY_COMPOUND) && n->role != ROLE_EXCLUDED;
}

/* Do children first..last of a list, bare words all, stand side by side in words at..end-1, and is
 * there one that does not only support? */
static bool
is_run(const query_node *list, uint32_t first, uint32_t last, const passage_words *w, size_t at,
       size_t end)
{
    size_t start_at = at;
    bool is_worth_it = false;

    for (uint32_t i = first; i <= last; i++) {
        const query_node *child = list->children[i];

        if (!is_bare(child) || !leaf_stands_at(child, w, at) ||
            w->places[at].sentence != w->places[start_at].sentence)
            return false;
        is_worth_it = is_worth_it || child->role != ROLE_SUPPORTING;
        at += child->nslots;
        if (at > end)
            return false;
    }
    return at == end && is_worth_it;
}

/* The lowest clause that marks exactly words at..end-1, or 0. */
static uint32_t
slow_clause(const query_node *n, const passage_words *w, size_t at, size_t end)
{
    uint32_t lowest = 0;

    if (n->excluded || !slow_match(n, w))
        return 0;
    if (n->kind != QUERY_LIST)
        return n->role != ROLE_SUPPORTING && leaf_stands_at(n, w, at) && at + n->nslots == end
                   ? n->clause
                   : 0;
    for (uint32_t i = 0; i < n->nchildren; i++) {
        uint32_t clause = slow_clause(n->children[i], w, at, end);

        for (uint32_t j = i + 1; j < n->nchildren && clause == 0; j++)
            if (is_run(n, i, j, w, at, end))
                clause = n->children[i]->clause;
        if (clause != 0 && (lowest == 0 || clause < lowest))
            lowest = clause;
    }
    return lowest;
}

static void
slow_scores(const query_node *n, const passage_words *w, bool *scores)
{
    if (n->excluded || !slow_match(n, w))
        return;
    for (uint32_t i = 0; i < n->nslots; i++)
        scores[n->slots[i].words[0].term] = true;
    for (uint32_t i = 0; i < n->nchildren; i++)
        slow_scores(n->children[i], w, scores);
}

static void
compare(const query_tree *tree, const passage_words *w, const match_result *result)
{
    bool scores[256] = {false};
    size_t nspans = 0;

    assert_true(tree->nterms <= 256);
    assert_int_equal(result->matched, slow_match(tree->root, w));
    slow_scores(tree->root, w, scores);
    for (uint32_t i = 0; i < tree->nterms; i++) {
        uint32_t frequency = 0;

        assert_int_equal(term_scores(tree, result, i), scores[i]);
        for (size_t at = 0; at < w->list.ntokens; at++)
            frequency +=
                ((w->list.tokens[at].flags & TOKEN_ACRONYM) != 0) == tree->terms[i].acronym &&
                same_bytes(tree->terms[i].stem, tree->terms[i].stem_bytes,
                           passage_words_stem(w, &w->places[at]), w->places[at].stem_bytes);
        assert_int_equal(result->term_frequency[i], frequency);
    }
    for (size_t at = 0; at < w->list.ntokens;) {
        size_t stop = w->list.ntokens;
        uint32_t clause = 0;

        while (stop > at && (clause = slow_clause(tree->root, w, at, stop)) == 0)
            stop--;
        if (clause != 0) {
            assert_true(nspans < result->nspans);
            assert_int_equal(result->spans[nspans].first, at);
            assert_int_equal(result->spans[nspans].last, stop - 1);
            assert_int_equal(result->spans[nspans].clause, clause);
            nspans++;
        }
        at = clause != 0 ? stop : at + 1;
    }
    assert_int_equal(result->nspans, nspans);
}

static uint32_t
next_random(dice *d)
{
    return (uint32_t)dice_next(d);
}

static const char *
pick(dice *d, const char *const *from, size_t nfrom)
{
    return from[next_random(d) % nfrom];
}

static void
make_query(dice *d, unsigned depth, buffer *out)
{
    static const char *const words[] = {"ax", "bee", "cat",    "of",   "the",       "US",  "us",
                                        "$7", "7",   "ax-bee", "$7bn", "cat-of-ax", "cats"};
    static const char *const phrases[] = {"\"ax bee\"", "\"of the\"", "\"cat\"",       "\"us\"",
                                          "\"US ax\"",  "\"$7\"",     "\"bee bee ax\""};
    static const char *const before[] = {"", "", "", "", "", "", "+", "-"};
    static const char *const between[] = {" ",     " ",     " ",         " ",       " OR ",
                                          " AND ", " NOT ", " AND NOT ", " OR NOT "};
    uint32_t nclauses = 1 + next_random(d) % 5;

    for (uint32_t i = 0; i < nclauses; i++) {
        uint32_t kind = next_random(d) % 8;

        if (i > 0)
            assert_true(buffer_add_string(out, pick(d, between, 9)));
        assert_true(buffer_add_string(out, pick(d, before, 8)));
        if (kind == 0 && depth < 3) {
            assert_true(buffer_add_string(out, "("));
            make_query(d, depth + 1, out);
            assert_true(buffer_add_string(out, ")"));
        } else if (kind == 1) {
            assert_true(buffer_add_string(out, pick(d, phrases, 7)));
        } else {
            assert_true(buffer_add_string(out, pick(d, words, 13)));
        }
    }
}

static void
make_passage(dice *d, buffer *out)
{
    static const char *const words[] = {"ax", "bee", "cat", "of",   "the", "US", "us",
                                        "$7", "7",   "bn",  "cats", "zoo", "|"};
    uint32_t nwords = next_random(d) % 30;

    for (uint32_t i = 0; i < nwords; i++)
        assert_true(buffer_printf(out, "%s ", pick(d, words, 13)));
}

static void
test_random_passages_match_as_by_the_rules(void **state)
{
    dice d = {20251116};
    unsigned nmatched = 0;
    buffer query = {0};
    buffer text = {0};

    (void)state;
    for (unsigned i = 0; i < 1500; i++) {
        fixture f;
        matcher *m;

        buffer_clear(&query);
        make_query(&d, 0, &query);
        start(&f, query.bytes, next_random(&d) % 4 == 0);
        m = matcher_new(&f.tree);
        assert_non_null(m);
        for (unsigned j = 0; j < 4; j++) {
            match_result result;

            buffer_clear(&text);
            assert_true(buffer_add_string(&text, ""));
            make_passage(&d, &text);
            read_passage(&f, text.bytes);
            assert_true(matcher_run(m, &f.passage, true, &result));
            nmatched += result.matched;
            compare(&f.tree, &f.words, &result);
        }
        matcher_free(m);
        end(&f);
    }
    assert_in_range(nmatched, 1500, 4500);
    buffer_free(&text);
    buffer_free(&query);
}

static void
test_long_passages_and_queries_are_no_matter(void **state)
{
    buffer text = {0};
    fixture f;
    matcher *m;
    match_result result;

    (void)state;
    for (unsigned i = 0; i < QUERY_MAX_CLAUSES; i++)
        assert_true(buffer_add_string(&text, "bee "));
    start(&f, text.bytes, false);
    m = matcher_new(&f.tree);
    assert_non_null(m);
    assert_true(buffer_add_string(&text, "ax bee bee"));
    read_passage(&f, text.bytes);
    assert_true(matcher_run(m, &f.passage, true, &result));
    assert_int_equal(result.nspans, 2);
    assert_int_equal(result.spans[0].last, QUERY_MAX_CLAUSES - 1);
    assert_int_equal(result.spans[1].last, QUERY_MAX_CLAUSES + 2);
    assert_int_equal(result.spans[1].clause, 1);
    matcher_free(m);
    end(&f);
    buffer_free(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_match_by_stem),
        cmocka_unit_test(test_acronyms_are_words_of_their_own),
        cmocka_unit_test(test_phrases_stay_in_their_sentence),
        cmocka_unit_test(test_compounds_stand_together_by_stem),
        cmocka_unit_test(test_lists_match_by_the_roles_of_their_children),
        cmocka_unit_test(test_marks_come_from_what_took_part),
        cmocka_unit_test(test_function_words_only_support),
        cmocka_unit_test(test_neighbours_in_query_and_text_are_one_mark),
        cmocka_unit_test(test_marks_do_not_overlap),
        cmocka_unit_test(test_with_all_everything_is_required),
        cmocka_unit_test(test_windows_say_how_near_two_things_stand),
        cmocka_unit_test(test_phrases_have_gaps_alternatives_and_slop),
        cmocka_unit_test(test_a_query_without_a_word_matches_nothing),
        cmocka_unit_test(test_random_passages_match_as_by_the_rules),
        cmocka_unit_test(test_long_passages_and_queries_are_no_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
