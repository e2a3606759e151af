/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding: passages that are copies, by an independent reading of what result/fold.h says; results
 * of searches, by folding all hits that a search without folding finds; copies named, quotations.
 */
#include <fcntl.h>
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
#include "base/file.h"
#include "chance.h"
#include "quire.h"
#include "result/fold.h"

#define NSTORIES 30
#define NOUTLETS 7
#define MAX_WORDS 400

static char directory[] = "test-stories-XXXXXX";
static quire_index *opened[2]; /* of either store */
/* ---- In order ---- */

/* Longest common subsequence by the textbook. */
static uint32_t
naive_in_order(const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb)
{
    static uint32_t rows[2][MAX_WORDS + 1];

    memset(rows, 0, sizeof rows);
    for (uint32_t i = 1; i <= na; i++)
        for (uint32_t j = 1; j <= nb; j++) {
            const uint32_t *above = rows[(i - 1) % 2];
            uint32_t *row = rows[i % 2];

            row[j] = above[j] > row[j - 1] ? above[j] : row[j - 1];
            if (a[i - 1] == b[j - 1])
                row[j] = above[j - 1] + 1;
        }
    return rows[na % 2][nb];
}

static fold_passage
passage_of(uint32_t article, uint32_t *words, uint32_t nwords, uint32_t in_group)
{
    fold_passage p = {
        .article = article, .group = in_group, .title = "", .words = words, .nwords = nwords};

    for (uint32_t i = 0; i < nwords; i++)
        p.bits[words[i] >> 30] |= UINT64_C(1) << (words[i] >> 24 & 63);
    return p;
}

static void
test_passages_are_compared_in_order(void **state)
{
    fold_scratch scratch = {0};
    int ncopies = 0;

    (void)state;
    for (int i = 0; i < 4000; i++) {
        uint32_t words[2][MAX_WORDS];
        const uint32_t n = FOLD_SHORT + random_below(200);
        const uint32_t of_100 = random_below(60);
        const uint32_t in_group = random_below(2) == 0 ? FOLD_NO_GROUP : 3;
        uint32_t m = 0;
        bool got;

        for (uint32_t j = 0; j < n; j++)
            words[0][j] = random_below(UINT32_MAX) & ~1U;
        for (uint32_t j = 0; j < n; j++) { /* left out, put in, as it is */
            if (random_below(100) >= of_100 || j < FOLD_SHORT / 2)
                words[1][m++] = words[0][j];
            if (random_below(100) < of_100 / 2)
                words[1][m++] = random_below(3) == 0 ? words[0][random_below(n)]
                                                     : random_below(UINT32_MAX) & ~1U;
        }
        if (m < FOLD_SHORT)
            continue;
        const fold_passage a = passage_of(1, words[0], n, in_group);
        const fold_passage b = passage_of(2, words[1], m, in_group);
        const uint32_t shorter = n < m ? n : m;
        const bool wanted = naive_in_order(words[0], n, words[1], m) * 100 >=
                            shorter * (in_group == FOLD_NO_GROUP ? FOLD_APART : FOLD_IN_GROUP);

        assert_true(fold_compare(&a, &b, &scratch, &got));
        assert_true(got == wanted);
        assert_true(fold_compare(&b, &a, &scratch, &got));
        assert_true(got == wanted);
        ncopies += got;
    }
    assert_in_range(ncopies, 500, 3500);
    fold_scratch_free(&scratch);
}

static bool
are_copies(uint32_t *x, uint32_t nx, const char *title_x, uint32_t *y, uint32_t ny,
           const char *title_y)
{
    fold_passage a = passage_of(1, x, nx, FOLD_NO_GROUP);
    fold_passage b = passage_of(2, y, ny, FOLD_NO_GROUP);
    fold_scratch scratch = {0};
    bool found;

    a.title = title_x;
    a.title_bytes = strlen(title_x);
    b.title = title_y;
    b.title_bytes = strlen(title_y);
    assert_true(fold_compare(&a, &b, &scratch, &found));
    fold_scratch_free(&scratch);
    return found;
}

static void
test_what_is_not_folded(void **state)
{
    uint32_t x[60];
    uint32_t y[60];

    (void)state;
    for (uint32_t i = 0; i < 60; i++)
        x[i] = y[i] = random_below(UINT32_MAX) & ~1U;
    assert_true(are_copies(x, 60, "One", y, 60, "Two"));
    assert_false(are_copies(x, FOLD_SHORT - 1, "One", y, 60, "Two"));
    assert_true(are_copies(x, FOLD_SHORT - 1, "One", y, 60, "One"));
    assert_true(are_copies(x, 0, "One", y, 60, "One"));
    assert_false(are_copies(x, 0, "One", y, 60, "Two"));

    /* Another day's numbers in the same words. */
    for (uint32_t i = 10; i < 16; i++) {
        x[i] |= 1;
        y[i] = x[i];
    }
    assert_true(are_copies(x, 60, "One", y, 60, "Two"));
    y[10] ^= 2;
    y[11] ^= 2;
    assert_true(are_copies(x, 60, "One", y, 60, "Two"));
    y[12] ^= 2;
    assert_false(are_copies(x, 60, "One", y, 60, "Two"));
}

/* ---- A set of stories in several outlets ---- */

static const char *const names[NOUTLETS] = {"Wire",    "Herald", "Ledger", "Courier",
                                            "Tribune", "Echo",   "Mirror"};

static void
add_number(buffer *to, const char *format, uint32_t number)
{
    assert_true(buffer_printf(to, format, number));
}

/* A sentence of a story: the same for the same numbers. */
static void
add_sentence(buffer *to, uint32_t story, uint32_t number)
{
    dice d = {.state = story * UINT64_C(1000003) + number};

    assert_true(buffer_add_string(to, number % 3 == 0 ? "The harbour " : "Some "));
    for (int i = 0; i < 14; i++) {
        for (uint64_t word = dice_next(&d) >> 40; word > 0; word /= 19)
            assert_true(buffer_add(to, &"bcdfghklmnprstvwyza"[word % 19], 1));
        assert_true(buffer_add_string(to, number % 4 == 0 && i == 5 ? " cranes " : " "));
    }
    assert_true(buffer_add_string(to, "ended. "));
}

/* Outlets print a story of which each leaves out a little; every story has a quotation of story 0.
 */
static void
add_article(buffer *to, uint32_t story, uint32_t outlet)
{
    const uint32_t nsentences = 8 + story % 7;

    add_number(to, "{\"id\":\"s%02u", story);
    add_number(to, "-%u\",", outlet);
    add_number(to, "\"title\":\"Harbour story %u\",", story + 100 * outlet);
    add_number(to, "\"date\":\"2025-11-%02u", 1 + story % 20);
    add_number(to, "T%02u:00:00Z\",", 10 + outlet);
    assert_true(buffer_printf(to, "\"source\":\"%s\",\"text\":\"", names[outlet]));
    for (uint32_t i = 0; i < nsentences; i++) {
        if (outlet > 0 && (i == outlet || i == outlet + 5))
            continue;
        add_sentence(to, story, i);
    }
    if (outlet == 0 && story % 14 == 0)
        add_sentence(to, 1000, 3);
    assert_true(buffer_add_string(to, "\"}\n"));
}

static int
make_index(void **state)
{
    static const char *const sources[] = {"articles.jsonl"};
    static const char *const stores[] = {"quire", "xapian"};
    buffer records = {0};
    quire_error err = {0};

    (void)state;
    if (mkdtemp(directory) == NULL || chdir(directory) != 0)
        return 1;
    for (uint32_t story = 0; story < NSTORIES; story++)
        for (uint32_t outlet = 0; outlet < 1 + story % NOUTLETS; outlet++)
            add_article(&records, story, outlet);
    if (file_replace(AT_FDCWD, "articles.jsonl", records.bytes, records.size, &err) != QUIRE_OK)
        return 1;
    buffer_free(&records);
    for (int i = 0; i < 2; i++) {
        quire_build_options options;

        quire_build_options_init(&options);
        options.store = stores[i];
        if (quire_build(stores[i], sources, 1, &options, NULL, &err) != QUIRE_OK ||
            quire_index_open(stores[i], &opened[i], &err) != QUIRE_OK) {
            print_error("%s\n", err.message);
            return 1;
        }
    }
    return 0;
}

static int
remove_index(void **state)
{
    (void)state;
    quire_index_close(opened[0]);
    quire_index_close(opened[1]);
    return chdir("..") != 0 || file_remove_tree(directory, NULL) != QUIRE_OK;
}

static quire_results *
ask_with(int store, const char *query, const quire_search_options *options)
{
    quire_results *results = NULL;
    quire_error err = {0};

    if (quire_search(opened[store], query, strlen(query), options, &results, &err) != QUIRE_OK)
        fail_msg("%s: %s", query, err.message);
    return results;
}

static quire_results *
ask(int store, const char *query, uint32_t max_hits, bool show_copies)
{
    quire_search_options options;

    quire_search_options_init(&options);
    options.max_hits = max_hits;
    options.show_copies = show_copies;
    return ask_with(store, query, &options);
}

/* ---- Naive folding ---- */

/* The words of these texts are letters between blanks and full stops; equal ones get equal numbers.
 */
static uint32_t
split(const char *text, uint32_t *words)
{
    uint32_t n = 0;
    uint64_t hash = 0;

    for (const char *c = text;; c++) {
        if (*c != '\0' && *c != ' ' && *c != '.') {
            hash = (hash + (unsigned char)(*c | 0x20)) * UINT64_C(0x100000001B3) + 7;
        } else if (hash != 0) {
            assert_true(n < MAX_WORDS);
            words[n++] = (uint32_t)(hash >> 20);
            hash = 0;
        }
        if (*c == '\0')
            return n;
    }
}

/* Articles are of one group where they are of one story. */
static bool
is_copy(const quire_hit *a, const quire_hit *b)
{
    const bool in_group = strncmp(a->article, b->article, 3) == 0;
    uint32_t words[2][MAX_WORDS];
    const uint32_t na = split(a->text, words[0]);
    const uint32_t nb = split(b->text, words[1]);
    const uint32_t shorter = na < nb ? na : nb;

    if (strcmp(a->article, b->article) == 0 ||
        (!in_group && shorter < FOLD_SHORT && strcmp(a->title, b->title) != 0))
        return false;
    return naive_in_order(words[0], na, words[1], nb) * 100 >= shorter * (in_group ? 50 : 80);
}

static size_t
fold_naively(const quire_results *all, uint32_t wanted, const quire_hit **out)
{
    size_t n = 0;

    for (size_t i = 0; i < quire_results_size(all) && n < wanted; i++) {
        const quire_hit *hit = quire_results_hit(all, i);
        bool is_folded = false;

        for (size_t j = 0; j < n && !is_folded; j++)
            is_folded = is_copy(out[j], hit);
        if (!is_folded)
            out[n++] = hit;
    }
    return n;
}

static void
test_results_are_those_of_folding_all_hits(void **state)
{
    static const char *const queries[] = {"harbour",        "some harbour",   "cranes",
                                          "+harbour +some", "ended -harbour", "absent",
                                          "-cranes"};
    static const uint32_t wanted[] = {0, 1, 2, 3, 10, 25, 1000};
    const quire_hit *kept[1000];
    size_t nfolded = 0;

    (void)state;
    for (int store = 0; store < 2; store++)
        for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
            quire_results *all = ask(store, queries[i], UINT32_MAX, true);

            for (size_t j = 0; j < sizeof wanted / sizeof *wanted; j++) {
                quire_results *got = ask(store, queries[i], wanted[j], false);
                const size_t n = fold_naively(all, wanted[j], kept);

                assert_int_equal(quire_results_size(got), n);
                for (size_t k = 0; k < n; k++) {
                    const quire_hit *hit = quire_results_hit(got, k);

                    assert_string_equal(hit->article, kept[k]->article);
                    assert_int_equal(hit->passage, kept[k]->passage);
                    assert_true(hit->score == kept[k]->score);
                }
                if (wanted[j] == 1000)
                    nfolded += quire_results_size(all) - n;
                quire_results_free(got);
            }
            quire_results_free(all);
        }
    assert_true(nfolded > 200);
}

/* ---- Copies and quotations ---- */

static void
test_copies_are_those_of_the_group(void **state)
{
    (void)state;
    for (int store = 0; store < 2; store++) {
        quire_results *results = ask(store, "harbour", 50, false);

        assert_true(quire_results_size(results) > 10);
        for (size_t i = 0; i < quire_results_size(results); i++) {
            const quire_hit *hit = quire_results_hit(results, i);
            const uint32_t story = (uint32_t)strtoul(hit->article + 1, NULL, 10);
            const uint32_t noutlets = 1 + story % NOUTLETS;
            const uint32_t outlet = (uint32_t)strtoul(hit->article + 4, NULL, 10);
            uint32_t nearliest = hit->is_earliest;
            uint32_t nlongest = hit->is_longest;

            assert_int_equal(hit->copies_total, noutlets - 1);
            assert_int_equal(hit->ncopies, noutlets - 1);
            for (size_t j = 0; j < hit->ncopies; j++) {
                const quire_copy *copy = &hit->copies[j];

                assert_memory_equal(copy->article, hit->article, 4);
                assert_string_not_equal(copy->article, hit->article);
                assert_string_equal(copy->source, names[strtoul(copy->article + 4, NULL, 10)]);
                assert_true(copy->date != NULL && copy->title_bytes > 0 && copy->path != NULL);
                assert_true(!copy->is_earliest || strcmp(copy->article + 4, "0") == 0);
                nearliest += copy->is_earliest;
                nlongest += copy->is_longest;
                for (size_t k = 0; k < j; k++)
                    assert_string_not_equal(copy->article, hit->copies[k].article);
            }
            /* The first outlet's text is the whole story. */
            assert_int_equal(nearliest, noutlets > 1);
            assert_int_equal(nlongest, noutlets > 1);
            assert_true(hit->is_longest == (outlet == 0 && noutlets > 1));
            if (hit->ncopies > 0 && outlet != 0)
                assert_true(hit->copies[0].is_earliest);
        }
        quire_results_free(results);
    }
}

/* However many are named, the first of them are, and all are counted. */
static void
test_so_many_copies_are_named_as_are_asked_for(void **state)
{
    quire_results *all = ask(0, "harbour", 50, false);
    size_t nleft_out = 0;

    (void)state;
    for (uint32_t most = 0; most < 3; most++) {
        quire_search_options options;
        quire_results *some;

        quire_search_options_init(&options);
        options.max_hits = 50;
        options.named_copies = most;
        some = ask_with(0, "harbour", &options);
        assert_int_equal(quire_results_size(some), quire_results_size(all));
        for (size_t i = 0; i < quire_results_size(some); i++) {
            const quire_hit *hit = quire_results_hit(some, i);
            const quire_hit *whole = quire_results_hit(all, i);

            assert_string_equal(hit->article, whole->article);
            assert_int_equal(hit->copies_total, whole->copies_total);
            assert_int_equal(hit->ncopies, whole->ncopies < most ? whole->ncopies : most);
            assert_true(hit->is_earliest == whole->is_earliest);
            for (size_t k = 0; k < hit->ncopies; k++)
                assert_string_equal(hit->copies[k].article, whole->copies[k].article);
            nleft_out += whole->ncopies - hit->ncopies;
        }
        quire_results_free(some);
    }
    assert_true(nleft_out > 10);
    quire_results_free(all);
}

static void
test_shown_copies_are_results(void **state)
{
    quire_results *results = ask(0, "harbour", 1000, true);

    (void)state;
    for (size_t i = 0; i < quire_results_size(results); i++) {
        const quire_hit *hit = quire_results_hit(results, i);

        assert_int_equal(hit->copies_total, 0);
        assert_int_equal(hit->ncopies, 0);
        assert_int_equal(hit->nquotations, 0);
    }
    quire_results_free(results);
}

static void
test_quotations_are_the_same_words(void **state)
{
    buffer quoted = {0};
    quire_results *results;
    size_t nquotations = 0;

    (void)state;
    add_sentence(&quoted, 1000, 3);
    results = ask(0, "harbour", 1000, false);
    for (size_t i = 0; i < quire_results_size(results); i++) {
        const quire_hit *hit = quire_results_hit(results, i);

        for (size_t j = 0; j < hit->nquotations; j++) {
            const quire_quotation *q = &hit->quotations[j];
            const quire_hit *other = quire_results_hit(results, q->hit);

            assert_true(other != NULL && other != hit);
            assert_true(q->start < q->end && q->end <= hit->text_bytes);
            assert_int_equal(q->end - q->start, q->other_end - q->other_start);
            assert_memory_equal(hit->text + q->start, other->text + q->other_start,
                                q->end - q->start);
            assert_string_not_equal(hit->article, other->article);
            if (strstr(hit->text, "ended.") != NULL &&
                strncmp(hit->article, other->article, 3) != 0) {
                assert_memory_equal(hit->text + q->start, quoted.bytes, q->end - q->start);
                nquotations++;
            }
        }
    }
    assert_int_equal(nquotations, 4); /* three stories: the first with each, and back */
    quire_results_free(results);
    buffer_free(&quoted);
}

/* Without its groups an index is damaged, but for those who do not fold. */
static void
test_groups_must_be_there(void **state)
{
    char command[300];
    quire_index *index;
    quire_results *results = NULL;
    quire_search_options options;
    quire_error err = {0};

    (void)state;
    snprintf(command, sizeof command, "cp -R quire damaged && rm damaged/%s/copies",
             quire_index_describe(opened[0])->generation);
    assert_int_equal(system(command), 0);
    assert_int_equal(quire_index_open("damaged", &index, &err), QUIRE_OK);
    assert_int_equal(quire_search(index, "harbour", 7, NULL, &results, &err), QUIRE_ECORRUPT);
    assert_non_null(strstr(err.message, "copies"));
    quire_search_options_init(&options);
    options.show_copies = true;
    assert_int_equal(quire_search(index, "harbour", 7, &options, &results, &err), QUIRE_OK);
    quire_results_free(results);
    quire_index_close(index);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passages_are_compared_in_order),
        cmocka_unit_test(test_what_is_not_folded),
        cmocka_unit_test(test_results_are_those_of_folding_all_hits),
        cmocka_unit_test(test_copies_are_those_of_the_group),
        cmocka_unit_test(test_so_many_copies_are_named_as_are_asked_for),
        cmocka_unit_test(test_shown_copies_are_results),
        cmocka_unit_test(test_quotations_are_the_same_words),
        cmocka_unit_test(test_groups_must_be_there),
    };

    return cmocka_run_group_tests(tests, make_index, remove_index);
}
