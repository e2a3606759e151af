/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_suggest.c - what may have been meant, and how a query may go on: the same from both stores;
 * and fields and patterns on the way from a query's text to its results. */
#include "result/complete.h"
#include "result/search.h"
#include "store_fixture.h"

static fixture *stores[2]; /* quire, xapian */

static void
add_articles(fixture *f)
{
    chance.state = 11;
    add_random_articles(f, 60);
    for (unsigned i = 0; i < 30; i++) {
        char id[32];

        snprintf(id, sizeof id, "harbour-%02u", i);
        add_article(f, id, NULL,
                    i % 3 == 0 ? "The harbour ferry sailed. A harbour master spoke.\n"
                               : "The harbour ferry sailed at night. Storms of their kind came.\n",
                    i < 10 ? "2025-11-16" : "2022-01-01", i % 2 == 0 ? "Ferry News" : "Wire");
    }
    add_article(f, "misprint", NULL, "A harbur was seen.\n", NULL, NULL);
    add_article(f, "name", NULL, "Narbour was seen.\n", NULL, NULL);
}

static int
make_stores(void **state)
{
    static const char *const names[] = {"quire", "xapian"};

    if (scratch_enter(state) != 0)
        return 1;
    for (size_t i = 0; i < 2; i++) {
        stores[i] = new_fixture();
        add_articles(stores[i]);
        publish_as(stores[i], names[i], names[i], 16 << 20);
        open_index(stores[i], names[i]);
    }
    return 0;
}

static int
end_stores(void **state)
{
    free_fixture(stores[0]);
    free_fixture(stores[1]);
    return scratch_leave(state);
}

static search_results
run(const fixture *f, const char *query, bool correct)
{
    quire_search_options options;
    search_results found;
    quire_error err = {0};

    quire_search_options_init(&options);
    options.max_hits = 200;
    options.correct = correct;
    options.show_copies = true; /* the fixture has no groups of copies */
    if (search_run(f->store, f->stemmer, query, strlen(query), &options, &found, &err) != QUIRE_OK)
        fail_msg("%s: %s", query, err.message);
    return found;
}

/* The note of this code, or NULL. */
static const quire_note *
find_note(const search_results *r, const char *code)
{
    for (size_t i = 0; i < r->nnotes; i++)
        if (strcmp(r->notes[i].code, code) == 0)
            return &r->notes[i];
    return NULL;
}

/* ---- Did you mean ---- */

typedef struct {
    const char *query;
    const char *word; /* in the query that is misspelt; NULL: nothing is suggested */
    const char *note;
} spelling_case;

static const spelling_case spelling_cases[] = {
    {"harbuor talks", "harbuor", "did you mean \"harbour\"?"},
    {"talks, Harbuor", "Harbuor", "did you mean \"harbour\"?"},
    {"\"harbour fery\"", "fery", "did you mean \"ferry\"?"},
    {"harbur", "harbur", "did you mean \"harbour\"?"},
    {"narbour", NULL, NULL}, /* a passage has it, and the first letter differs */
    {"marbour", "marbour", "did you mean \"harbour\"?"},
    {"harbour ferry", NULL, NULL},
    {"-harbuor ferry", NULL, NULL},
    {"4.6 20,001", NULL, NULL},
    {"fer tha", NULL, NULL},       /* of words so short anything may be meant */
    {"thier harbour", NULL, NULL}, /* their, which nobody looks for */
    {"hrbuor", NULL, NULL},        /* two edits in so few letters */
    {"hrbour", "hrbour", "did you mean \"harbour\"?"},
    {"sorms masetr", "sorms", "did you mean \"storms\"?"},
    {"xyzzyxyzzy", NULL, NULL},
    {"UZ", NULL, NULL},
};

static void
words_are_suggested(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spelling_cases / sizeof *spelling_cases; i++)
        for (size_t k = 0; k < 2; k++) {
            const spelling_case *c = &spelling_cases[i];
            search_results r = run(stores[k], c->query, false);
            const quire_note *note = find_note(&r, "did-you-mean");

            if ((note != NULL) != (c->word != NULL))
                fail_msg("%s: %s", c->query, note != NULL ? note->text : "no note");
            if (note != NULL) {
                const size_t start = (size_t)(strstr(c->query, c->word) - c->query);

                assert_string_equal(note->text, c->note);
                assert_int_equal(note->start, start);
                assert_int_equal(note->end, start + strlen(c->word));
                assert_null(find_note(&r, "corrected"));
            }
            search_results_clear(&r);
        }
}

static void
asked_for_they_are_answered(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        search_results wanted = run(stores[k], "+harbour +master", false);
        search_results found = run(stores[k], "+harbuor +mastre", true);

        assert_int_equal(wanted.nhits, 10);
        assert_int_equal(found.nhits, wanted.nhits);
        for (size_t i = 0; i < wanted.nhits; i++) {
            assert_string_equal(found.hits[i].article, wanted.hits[i].article);
            assert_true(found.hits[i].score == wanted.hits[i].score);
        }
        assert_non_null(find_note(&found, "corrected"));
        assert_string_equal(find_note(&found, "corrected")->text,
                            "this is the answer to: +harbour +master");
        search_results_clear(&wanted);
        search_results_clear(&found);
    }
}

/* ---- Fields and patterns in a search ---- */

typedef struct {
    const char *query;
    size_t nhits;
} search_case;

static const search_case search_cases[] = {
    {"harbour date:2025-11-16", 10},
    {"harb*r source:\"ferry news\"", 15},
    {"harbuor~ id:harbour-1*", 10},
    {"+id:harbour-07", 1},
    {"harbour -source:wire", 15},
    {"harbour source:ferry*", 15},
    {"harb?r", 1},
    {"master OR source:ferry*", 20},
    {"h*r AND m?ster", 10},
};

static void
fields_and_patterns_are_searched(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof search_cases / sizeof *search_cases; i++)
        for (size_t k = 0; k < 2; k++) {
            search_results r = run(stores[k], search_cases[i].query, false);

            if (r.nhits != search_cases[i].nhits)
                fail_msg("%s: %zu hits, not %zu", search_cases[i].query, r.nhits,
                         search_cases[i].nhits);
            search_results_clear(&r);
        }
}

static void
fields_without_articles_are_noted(void **state)
{
    static const char *const queries[] = {"harbour source:nobody", "harbour date:1999",
                                          "harbour id:harbour-99"};

    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        for (size_t k = 0; k < 2; k++) {
            search_results r = run(stores[k], queries[i], false);
            const quire_note *note = find_note(&r, "no-such-article");

            assert_int_equal(r.nhits, 0);
            assert_non_null(note);
            assert_int_equal(note->start, 8);
            assert_int_equal(note->end, strlen(queries[i]));
            search_results_clear(&r);
        }
}

/* ---- Completion ---- */

typedef struct {
    const char *text;
    uint32_t max;
    const char *wanted; /* texts, a newline behind each */
} completion_case;

static const completion_case completion_cases[] = {
    {"harb", 10, "harbour\nharbour ferry\nharbour master\nharbur\n"},
    {"Harb", 2, "harbour\nharbour ferry\n"},
    {"the harbour ", 10, "the harbour ferry\n"},
    {"a Harbour m", 10, "a Harbour master\n"},
    {"harbour ferry sai", 5, "harbour ferry sailed\n"},
    {"zzz", 10, ""},
    {"", 10, ""},
    {"harb", 0, ""},
};

static void
texts_are_completed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof completion_cases / sizeof *completion_cases; i++)
        for (size_t k = 0; k < 2; k++) {
            const completion_case *c = &completion_cases[i];
            completions found;
            buffer texts = {0};
            quire_error err = {0};

            if (complete_run(stores[k]->store, stores[k]->stemmer, c->text, strlen(c->text), c->max,
                             &found, &err) != QUIRE_OK)
                fail_msg("%s: %s", c->text, err.message);
            assert_true(buffer_add_string(&texts, ""));
            for (size_t n = 0; n < found.ntexts; n++)
                assert_true(buffer_printf(&texts, "%s\n", found.texts[n]));
            assert_string_equal(texts.bytes != NULL ? texts.bytes : "", c->wanted);
            buffer_free(&texts);
            complete_clear(&found);
        }
}

static void
what_is_no_text_is_refused(void **state)
{
    static char longer[5000];
    completions found;
    quire_error err = {0};

    (void)state;
    memset(longer, 'a', sizeof longer);
    assert_int_equal(
        complete_run(stores[0]->store, stores[0]->stemmer, longer, sizeof longer, 10, &found, &err),
        QUIRE_EQUERY);
    assert_int_equal(
        complete_run(stores[0]->store, stores[0]->stemmer, "a\xff", 2, 10, &found, &err),
        QUIRE_EQUERY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_suggested),
        cmocka_unit_test(asked_for_they_are_answered),
        cmocka_unit_test(fields_and_patterns_are_searched),
        cmocka_unit_test(fields_without_articles_are_noted),
        cmocka_unit_test(texts_are_completed),
        cmocka_unit_test(what_is_no_text_is_refused),
    };

    return cmocka_run_group_tests_name("suggest", tests, make_stores, end_stores);
}
