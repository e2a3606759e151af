/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searching through quire.h: what options mean, what results hold and how long, what is an error.
 */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "quire.h"

static char directory[] = "test-search-XXXXXX";
static quire_index *opened;

static const char records[] =
    "{\"id\":\"a\",\"title\":\"Ceasefire holds\",\"text\":\"The Board of Peace met. A ceasefire "
    "held.\",\"date\":\"2025-11-16\",\"source\":\"Wire\",\"beat\":7}\n"
    "{\"id\":\"b\",\"title\":\"Harbour\",\"text\":\"The board met at the harbour. Of peace nothing "
    "was said.\",\"date\":\"2025-11-15\"}\n"
    "{\"id\":\"c\",\"text\":\"Peace.\"}\n";

static int
make_index(void **state)
{
    static const char *const sources[] = {"articles.jsonl"};
    quire_build_options options;
    quire_build_report report;
    quire_error err = {0};

    (void)state;
    if (mkdtemp(directory) == NULL || chdir(directory) != 0 ||
        file_replace(AT_FDCWD, "articles.jsonl", records, sizeof records - 1, &err) != QUIRE_OK)
        return 1;
    quire_build_options_init(&options);
    if (quire_build("index", sources, 1, &options, &report, &err) != QUIRE_OK ||
        quire_index_open("index", &opened, &err) != QUIRE_OK) {
        print_error("%s\n", err.message);
        return 1;
    }
    return 0;
}

static int
remove_index(void **state)
{
    (void)state;
    quire_index_close(opened);
    return chdir("..") != 0 || file_remove_tree(directory, NULL) != QUIRE_OK;
}

static quire_results *
search(const char *query, const quire_search_options *options)
{
    quire_results *results = NULL;
    quire_error err = {0};

    if (quire_search(opened, query, strlen(query), options, &results, &err) != QUIRE_OK)
        fail_msg("%s: %s", query, err.message);
    return results;
}

static void
test_the_index_describes_itself(void **state)
{
    (void)state;
    const quire_index_info *info = quire_index_describe(opened);
    assert_int_equal(info->narticles, 3);
    assert_int_equal(info->npassages, 3);
    assert_int_equal(info->nfurniture_passages, 0);
    assert_int_equal(info->nwords, (2 + 8) + (1 + 11) + 1); /* titles and texts */
    assert_int_equal(info->nskipped, 0);
    assert_int_equal(info->nsources, 1);
    assert_string_equal(info->sources[0], "articles.jsonl");
    assert_string_equal(info->store, "quire");
    assert_int_equal(strncmp(info->generation, "gen-", 4), 0);
}

static void
test_a_hit_holds_all_of_its_article(void **state)
{
    (void)state;
    quire_results *results = search("\"board of peace\" ceasefire", NULL);
    const quire_hit *hit = quire_results_hit(results, 0);

    assert_int_equal(quire_results_size(results), 1);
    assert_null(quire_results_hit(results, 1));
    assert_null(quire_results_hit(results, SIZE_MAX));
    assert_string_equal(hit->article, "a");
    assert_int_equal(hit->passage, 1);
    assert_false(hit->furniture);
    assert_string_equal(hit->title, "Ceasefire holds");
    assert_int_equal(hit->title_bytes, 15);
    assert_string_equal(hit->date, "2025-11-16");
    assert_string_equal(hit->source, "Wire");
    assert_null(hit->author);
    assert_null(hit->url);
    assert_null(hit->language);
    assert_string_equal(hit->extra, "{\"beat\":7}");
    assert_string_equal(hit->path, "articles.jsonl");
    assert_true(hit->start == QUIRE_NO_OFFSET && hit->end == QUIRE_NO_OFFSET);
    assert_string_equal(hit->text, "The Board of Peace met. A ceasefire held.");
    assert_int_equal(hit->text_bytes, strlen(hit->text));
    assert_null(hit->explanation);

    /* The phrase and the word in the text, the word in the title. */
    assert_int_equal(hit->nmarks, 2);
    assert_int_equal(hit->marks[0].start, 4);
    assert_int_equal(hit->marks[0].end, 18);
    assert_int_equal(hit->marks[0].clause, 1);
    assert_int_equal(hit->marks[1].start, 26);
    assert_int_equal(hit->marks[1].end, 35);
    assert_int_equal(hit->marks[1].clause, 2);
    assert_int_equal(hit->ntitle_marks, 1);
    assert_int_equal(hit->title_marks[0].start, 0);
    assert_int_equal(hit->title_marks[0].end, 9);
    assert_int_equal(hit->title_marks[0].clause, 2);
    quire_results_free(results);
}

static void
test_options_count_and_limit(void **state)
{
    (void)state;
    quire_search_options options;
    quire_results *results = NULL;

    quire_search_options_init(&options);
    assert_int_equal(options.max_hits, 10);
    options.max_hits = UINT32_MAX;
    results = search("peace", &options);
    assert_int_equal(quire_results_size(results), 3);
    assert_int_equal(quire_results_count(results), 0); /* not asked for */
    quire_results_free(results);

    options.max_hits = 0;
    options.count = true;
    results = search("peace", &options);
    assert_int_equal(quire_results_size(results), 0);
    assert_int_equal(quire_results_count(results), 3);
    quire_results_free(results);

    options.max_hits = 1;
    results = search("peace", &options);
    assert_int_equal(quire_results_size(results), 1);
    assert_int_equal(quire_results_count(results), 3);
    assert_string_equal(quire_results_hit(results, 0)->article, "c"); /* the shortest */
    quire_results_free(results);

    options.require_all = true;
    results = search("peace harbour", &options);
    assert_int_equal(quire_results_count(results), 1);
    assert_string_equal(quire_results_hit(results, 0)->article, "b");
    quire_results_free(results);
}

static void
test_results_outlive_other_searches(void **state)
{
    (void)state;
    quire_results *first = search("harbour", NULL);
    quire_results *second = search("ceasefire", NULL);

    assert_string_equal(quire_results_hit(first, 0)->article, "b");
    assert_string_equal(quire_results_hit(second, 0)->article, "a");
    quire_results_free(second);
    assert_string_equal(quire_results_hit(first, 0)->text,
                        "The board met at the harbour. Of peace nothing was said.");
    quire_results_free(first);
    quire_results_free(NULL);
}

static void
test_notes_name_words_that_occur_nowhere(void **state)
{
    (void)state;
    quire_results *results = search("zebra peace zebra -quagga \"the zebra\"", NULL);
    const quire_note *note = quire_results_note(results, 0);

    /* By stem once, by surface once; what is left out is not missed. */
    assert_int_equal(quire_results_nnotes(results), 2);
    assert_string_equal(note->code, "no-such-word");
    assert_non_null(strstr(note->text, "zebra"));
    assert_int_equal(note->start, 0);
    assert_int_equal(note->end, 5);
    assert_null(quire_results_note(results, 2));
    assert_int_equal(quire_results_size(results), 3);
    quire_results_free(results);
}

static void
test_a_query_without_words_finds_nothing(void **state)
{
    (void)state;
    static const char *const queries[] = {"", " ", "\"\"", "()", "+", "...", "\xFF"};

    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        quire_results *results = search(queries[i], NULL);
        assert_int_equal(quire_results_size(results), 0);
        assert_true(quire_results_nnotes(results) > 0);
        assert_string_equal(quire_results_explanation(results), "");
        quire_results_free(results);
    }
}

static void
test_explanations(void **state)
{
    (void)state;
    quire_search_options options;
    quire_results *results = NULL;

    quire_search_options_init(&options);
    options.explain = true;
    results = search("peace -harbour", &options);
    assert_int_equal(quire_results_size(results), 2);
    assert_non_null(strstr(quire_results_explanation(results), "query, as it was read:\n"));
    assert_non_null(strstr(quire_results_explanation(results), "peac (peace): in 3 of 3 passages"));
    assert_non_null(strstr(quire_results_hit(results, 0)->explanation, "1 time in it"));
    quire_results_free(results);
}

static void
test_what_makes_no_sense_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *after;
        double k1;
        double b;
        const char *message;
    } cases[] = {{"13 November", 1.2, 0.75, "after: "},  {NULL, -1, 0.75, "k1"},
                 {NULL, (double)INFINITY, 0.75, "k1"},   {NULL, (double)NAN, 0.75, "k1"},
                 {NULL, 1.2, 1.5, "b is a number"},      {NULL, 1.2, (double)NAN, "b is a number"},
                 {"2025-02-29", 1.2, 0.75, "2025-02-29"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quire_search_options options;
        quire_error err = {0};
        quire_results *results = NULL;

        quire_search_options_init(&options);
        options.after = cases[i].after;
        options.bm25_k1 = cases[i].k1;
        options.bm25_b = cases[i].b;
        assert_int_equal(quire_search(opened, "peace", 5, &options, &results, &err), QUIRE_EUSAGE);
        assert_null(results);
        assert_non_null(strstr(err.message, cases[i].message));
        assert_int_equal(quire_search(opened, "peace", 5, &options, &results, NULL), QUIRE_EUSAGE);
    }
}

/* The same text again and again, then another; for free(). */
static char *
repeat(const char *text, size_t n, const char *last, size_t *nbytes_out)
{
    const size_t text_bytes = strlen(text);
    char *query = malloc(n * text_bytes + strlen(last) + 1);

    assert_non_null(query);
    for (size_t i = 0; i < n; i++)
        memcpy(query + i * text_bytes, text, text_bytes);
    strcpy(query + n * text_bytes, last);
    *nbytes_out = n * text_bytes + strlen(last);
    return query;
}

static void
test_a_query_may_be_too_much(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        const char *last, *says; /* says: NULL where it is answered */
    } cases[] = {
        {"x", (1u << 20) + 1, "", "longer than"},
        {"peace ", 10000000 / 6, "", "longer than"},
        {"peace ", 100000, "", "clauses"},
        {"peace OR ", 100000, "peace", "clauses"},
        {"(", 100000, "peace", "deep"},
        {"(peace AND ", 5000, "peace", "deep"},
        {"peace NEAR/3 ", 5000, "peace", "deep"},
        {"peace~ ", 101, "", "wildcards"},
        {"p*e ", 4000, "", "wildcards"},
        {")", 100000, "peace", NULL},
        {"NOT ", 100000, "peace", NULL},
        {"-", 100000, "peace", NULL},
        {"\"", 100001, "peace", NULL},
        {"title:", 100000, "peace", NULL},
        {"\xFF", 100000, " peace", NULL},
        {"peace^", 100, "2", NULL},
        {"\xC3\xA9", 400000, " peace", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        quire_error err = {0};
        quire_results *results = NULL;
        size_t nbytes = 0;
        char *query = repeat(cases[i].text, cases[i].n, cases[i].last, &nbytes);
        quire_status status = quire_search(opened, query, nbytes, NULL, &results, &err);

        free(query);
        if (cases[i].says == NULL) {
            if (status != QUIRE_OK)
                fail_msg("%s...: %s", cases[i].text, err.message);
            quire_results_free(results);
            continue;
        }
        if (status != QUIRE_EQUERY || err.status != status ||
            strstr(err.message, cases[i].says) == NULL)
            fail_msg("%s...: status %d, %s", cases[i].text, (int)status, err.message);
        assert_null(results);
    }
}

/* NULs separate words as blanks do. */
static void
test_a_query_may_hold_nuls(void **state)
{
    (void)state;
    static const char query[] = "\0ceasefire\0\0zebra";
    quire_results *results = NULL;

    assert_int_equal(quire_search(opened, query, sizeof query - 1, NULL, &results, NULL), QUIRE_OK);
    assert_int_equal(quire_results_size(results), 1);
    quire_results_free(results);
}

static void
test_where_there_is_no_index(void **state)
{
    (void)state;
    quire_index *index = NULL;
    quire_error err = {0};

    assert_int_equal(quire_index_open("nowhere", &index, &err), QUIRE_ENOINDEX);
    assert_null(index);
    assert_non_null(strstr(err.message, "nowhere"));
    assert_int_equal(quire_index_open("articles.jsonl", &index, NULL), QUIRE_ENOINDEX);
    quire_index_close(NULL);
}

static void
test_every_status_has_a_text(void **state)
{
    (void)state;
    for (int status = QUIRE_OK; status <= QUIRE_EREFUSED; status++) {
        assert_string_not_equal(quire_status_text((quire_status)status), "an unknown status");
        for (int other = QUIRE_OK; other < status; other++)
            assert_string_not_equal(quire_status_text((quire_status)status),
                                    quire_status_text((quire_status)other));
    }
    assert_string_equal(quire_status_text((quire_status)1000), "an unknown status");
    assert_true(quire_version()[0] != '\0');
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_index_describes_itself),
        cmocka_unit_test(test_a_hit_holds_all_of_its_article),
        cmocka_unit_test(test_options_count_and_limit),
        cmocka_unit_test(test_results_outlive_other_searches),
        cmocka_unit_test(test_notes_name_words_that_occur_nowhere),
        cmocka_unit_test(test_a_query_without_words_finds_nothing),
        cmocka_unit_test(test_explanations),
        cmocka_unit_test(test_what_makes_no_sense_is_an_error),
        cmocka_unit_test(test_a_query_may_be_too_much),
        cmocka_unit_test(test_a_query_may_hold_nuls),
        cmocka_unit_test(test_where_there_is_no_index),
        cmocka_unit_test(test_every_status_has_a_text),
    };

    return cmocka_run_group_tests(tests, make_index, remove_index);
}
