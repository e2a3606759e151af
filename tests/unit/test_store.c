/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stores: small sets of articles, made here, are written and searched, and every answer is
 * compared with that of a loop over all passages that knows nothing of stores. */
#include "store_fixture.h"

#include "text/fold.h"

#include "rounds.h"

/* ---- The naive search ---- */

typedef struct {
    const naive_passage *passage;
    int64_t score;
} naive_hit;

static bool
has_stem(const naive_passage *p, const query_term *t)
{
    for (size_t i = 0; i < p->words.list.ntokens; i++) {
        const bool acronym = (p->words.list.tokens[i].flags & TOKEN_ACRONYM) != 0;

        if (acronym == t->acronym && p->words.places[i].stem_bytes == t->stem_bytes &&
            memcmp(passage_words_stem(&p->words, &p->words.places[i]), t->stem, t->stem_bytes) == 0)
            return true;
    }
    return false;
}

static bool
same_folded(const char *a, const char *b)
{
    buffer x = {0};
    buffer y = {0};

    assert_true(fold_word(a, strlen(a), &x) && fold_word(b, strlen(b), &y));
    const bool same = strcmp(x.bytes, y.bytes) == 0;

    buffer_free(&x);
    buffer_free(&y);
    return same;
}

static bool
passes(const naive_passage *p, const store_filter *filter)
{
    const article *a = p->article;
    const int day = a->date.year * 10000 + a->date.month * 100 + a->date.day;

    if (p->furniture && !filter->furniture)
        return false;
    if ((filter->first_day != 0 || filter->last_day != 0) && !a->has_date)
        return false;
    if ((filter->first_day != 0 && day < filter->first_day) ||
        (filter->last_day != 0 && day > filter->last_day))
        return false;
    return filter->source == NULL || (a->source != NULL && same_folded(a->source, filter->source));
}

static int
compare_hits(const void *x, const void *y)
{
    const naive_hit *a = x;
    const naive_hit *b = y;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->passage->article != b->passage->article)
        return compare_articles(a->passage->article, b->passage->article);
    return a->passage->number < b->passage->number ? -1 : 1;
}

/* The statistics and document frequencies of the passages that are searched. */
static void
weigh_naively(const fixture *f, const store_request *r, bm25 *model, double *idf)
{
    bm25_collection collection = {0};

    for (size_t i = 0; i < f->npassages; i++)
        if (!f->passages[i].furniture || r->filter.furniture) {
            collection.npassages++;
            collection.total_length += f->passages[i].words.list.ntokens;
        }
    bm25_init(model, r->k1, r->b, &collection);
    for (uint32_t t = 0; t < r->tree->nterms; t++) {
        uint64_t frequency = 0;

        for (size_t i = 0; i < f->npassages; i++)
            if (!f->passages[i].furniture || r->filter.furniture)
                frequency += has_stem(&f->passages[i], &r->tree->terms[t]);
        idf[t] = bm25_idf(model, frequency);
    }
}

static size_t
search_naively(const fixture *f, const store_request *r, naive_hit *hits)
{
    bm25 model;
    double *idf = calloc(r->tree->nterms + 1u, sizeof *idf);
    matcher *m = matcher_new(r->tree);
    size_t nhits = 0;

    weigh_naively(f, r, &model, idf);
    for (size_t i = 0; i < f->npassages; i++) {
        const naive_passage *p = &f->passages[i];
        match_result match;
        naive_hit *hit = &hits[nhits];

        assert_true(matcher_run(m, &(match_passage){.words = &p->words}, false, &match));
        if (!match.matched || !passes(p, &r->filter))
            continue;
        *hit = (naive_hit){.passage = p};
        for (uint32_t u = 0; u < r->tree->nunits; u++) {
            const uint32_t t = r->tree->units[u].choices[0].term; /* plain words: there is one */

            if (match.unit_scores[u])
                hit->score += bm25_weight(&model, idf[t], match.term_frequency[t],
                                          (uint32_t)p->words.list.ntokens);
        }
        nhits++;
    }
    qsort(hits, nhits, sizeof *hits, compare_hits);
    matcher_free(m);
    free(idf);
    return nhits;
}

/* ---- Comparing ---- */

/* What is being asked, for messages. */
static char context[400];

static void
set_context(const char *query, const store_request *r)
{
    snprintf(context, sizeof context,
             "%.100s (%u hits, count %d, k1 %g, b %g, furniture %d, days %d to %d, source %s)",
             query, r->max_hits, r->count, r->k1, r->b, r->filter.furniture, r->filter.first_day,
             r->filter.last_day, r->filter.source != NULL ? r->filter.source : "any");
}

static void
check_hit(const fixture *f, uint32_t rank, const store_hit *hit, const naive_hit *expected,
          arena *a)
{
    passage_record record;
    article_record record_of_article;
    quire_error err = {0};
    const naive_passage *p = expected->passage;

    if (store_passage(f->store, hit->handle, a, &record, &record_of_article, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    if (hit->score != expected->score || record.number != p->number ||
        strcmp(record_of_article.id, p->article->id) != 0)
        fail_msg("%s: hit %u is %s#%u of %" PRId64 ", not %s#%u of %" PRId64, context, rank + 1,
                 record_of_article.id, record.number, hit->score, p->article->id, p->number,
                 expected->score);
    assert_int_equal(record.article, p->article_number);
    assert_int_equal(record.furniture, p->furniture);
    assert_int_equal(record.source_start, p->source_start);
    assert_int_equal(record.text_bytes, strlen(p->text));
    assert_memory_equal(record.text, p->text, record.text_bytes);
}

/* Ask the store, and compare hits, scores, order and count. */
static void
check_request(const fixture *f, const char *query, const store_request *r,
              const naive_hit *expected, size_t nexpected)
{
    store_hit *hits = calloc(r->max_hits + 1u, sizeof *hits);
    uint32_t nhits = 0;
    uint64_t count = 0;
    quire_error err = {0};
    arena *a = arena_new();

    set_context(query, r);
    if (store_search(f->store, r, hits, &nhits, &count, &err) != QUIRE_OK)
        fail_msg("%s: %s", context, err.message);
    if (nhits != (nexpected < r->max_hits ? nexpected : r->max_hits))
        fail_msg("%s: %u hits, not %zu", context, nhits, nexpected);
    for (uint32_t i = 0; i < nhits; i++)
        check_hit(f, i, &hits[i], &expected[i], a);
    if (count != (r->count ? nexpected : 0))
        fail_msg("%s: count %" PRIu64 ", not %zu", context, count, nexpected);
    arena_free(a);
    free(hits);
}

/* Ask for the ten best without a filter; the number that match. */
static size_t
check_ten(const fixture *f, const char *query)
{
    query_options options = {0};
    query_notes notes = {0};
    query_tree tree;
    quire_error err = {0};
    arena *a = arena_new();
    naive_hit *expected = calloc(MAX_PASSAGES, sizeof *expected);

    assert_int_equal(
        query_parse(query, strlen(query), &options, f->stemmer, a, &tree, &notes, &err), QUIRE_OK);
    const store_request r = {.tree = &tree, .k1 = 1.2, .b = 0.75, .max_hits = 10, .count = true};
    const size_t nexpected = search_naively(f, &r, expected);

    check_request(f, query, &r, expected, nexpected);
    free(expected);
    arena_free(a);
    return nexpected;
}

/* Ask a query in several ways; the number that match without a filter. */
static size_t
check_query(const fixture *f, const char *query)
{
    static const uint32_t sizes[] = {0, 1, 3, 10, MAX_PASSAGES};
    static const store_filter filters[] = {
        {0},
        {.furniture = true},
        {.first_day = 20240101, .last_day = 20241231},
        {.first_day = 20240215},
        {.last_day = 20250610, .furniture = true},
        {.first_day = 20240105, .last_day = 20240203},
        {.source = "example wire"},
        {.source = "CAFE NEWS", .first_day = 20230304},
        {.source = "nobody"},
    };
    arena *a = arena_new();
    const query_tree tree = parse(f, query, a);
    naive_hit *expected = calloc(MAX_PASSAGES, sizeof *expected);
    size_t nexpected;
    store_request r = {.tree = &tree, .k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B};

    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        r.filter = filters[i];
        nexpected = search_naively(f, &r, expected);
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            r.max_hits = sizes[j];
            r.count = (i + j) % 2 == 0;
            check_request(f, query, &r, expected, nexpected);
        }
    }
    r.filter = (store_filter){0};
    r.b = 0; /* many equal scores */
    nexpected = search_naively(f, &r, expected);
    check_request(f, query, &r, expected, nexpected);
    r.k1 = 0;
    r.max_hits = 7;
    nexpected = search_naively(f, &r, expected);
    check_request(f, query, &r, expected, nexpected);
    free(expected);
    arena_free(a);
    return nexpected;
}

static void
test_answers_are_those_of_a_naive_search(void **state)
{
    static const char *const queries[] = {"peace",
                                          "board of peace",
                                          "\"board of peace\"",
                                          "\"had had\"",
                                          "\"the the\"",
                                          "\"peace\"",
                                          "US draft",
                                          "us",
                                          "\"US\"",
                                          "+us -US",
                                          "hostage-release",
                                          "-hostage-release",
                                          "gaza -hostage-release",
                                          "gaza -(hostage-release draft)",
                                          "gaza -(+hostage-release +draft)",
                                          "talks OR NOT hostage-release",
                                          "$4.5bn",
                                          "4.5",
                                          "-$4.5",
                                          "\"$4.5 bn\"",
                                          "+$4.5 talks",
                                          "76% 20000",
                                          "+peace +draft vote",
                                          "peace AND draft AND NOT vote",
                                          "-Syria",
                                          "-Syria -gaza",
                                          "-(peace OR draft)",
                                          "-(-peace)",
                                          "NOT (a OR \"board of\")",
                                          "ceasefire -Syria",
                                          "(+gaza -us) OR \"of the\"",
                                          "un.org press@un.org",
                                          "programme",
                                          "program organized",
                                          "Netanyahu's",
                                          "the of",
                                          "the gaza",
                                          "cafe WHO who",
                                          "peace peace peace draft \"peace draft\"",
                                          "nowhere",
                                          "+nowhere peace",
                                          "nowhere -peace",
                                          "-nowhere"};
    fixture *f = new_fixture();

    chance.state = 7;
    add_random_articles(f, 300);
    publish_as(f, *state, "naive", (uint64_t)4 << 20);
    open_index(f, "naive");
    assert_true(f->generation.manifest.nfurniture_passages > 20);
    assert_true(f->generation.manifest.npassages > 300);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const size_t nmatched = check_query(f, queries[i]);

        if (strstr(queries[i], "nowhere") == NULL && nmatched == 0)
            print_message("# no passage matches %s\n", queries[i]);
    }
    free_fixture(f);
}

static void
test_random_queries_agree_too(void **state)
{
    fixture *f = new_fixture();

    chance.state = 99;
    add_random_articles(f, 120);
    publish_as(f, *state, "random", (uint64_t)64 << 20);
    open_index(f, "random");
    for (unsigned i = 0; i < test_rounds(120); i++) {
        buffer query = {0};

        for (uint32_t n = 1 + random_below(4); n > 0; n--)
            add_clause(&query, 3);
        check_query(f, query.bytes);
        buffer_free(&query);
    }
    free_fixture(f);
}

/* ---- Counting, records ---- */

static void
check_occurrences(const fixture *f)
{
    static const struct {
        const char *surface;
        const char *stem;
        uint8_t flags;
        bool by_surface;
        bool furniture;
        bool expected;
    } table[] = {
        {"talking", "talk", 0, true, false, true},
        {"talked", "talk", 0, true, false, false},
        {"talked", "talk", 0, false, false, true},
        {"us", "us", 0, true, false, true},
        {"US", "US", TOKEN_ACRONYM, true, false, true},
        {"4.5", "4.5", TOKEN_NUMBER, true, false, true},
        {"votes", "vote", 0, true, false, false},
        {"votes", "vote", 0, true, true, true},
        {"nowhere", "nowher", 0, true, true, false},
    };
    bool occurs;
    quire_error err = {0};

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const query_word word = {
            .surface = table[i].surface,
            .surface_bytes = (uint32_t)strlen(table[i].surface),
            .stem = table[i].stem,
            .stem_bytes = (uint32_t)strlen(table[i].stem),
            .flags = table[i].flags,
        };

        assert_int_equal(
            store_occurs(f->store, table[i].furniture, &word, table[i].by_surface, &occurs, &err),
            QUIRE_OK);
        if (occurs != table[i].expected)
            fail_msg("%s: %d", table[i].surface, occurs);
    }
}

static void
test_statistics_are_those_of_the_passages_searched(void **state)
{
    fixture *f = new_fixture();
    bm25_collection without;
    bm25_collection with;
    uint64_t n;
    quire_error err = {0};

    add_article(f, "a", "Gaza talks",
                "The US met us. Gaza waits for $4.5bn.\n\nAlso Read: Gaza votes\n", "2025-11-16",
                "Example Wire");
    add_article(f, "b", NULL, "Talks, talking.", NULL, NULL);
    publish_as(f, *state, "statistics", 0);
    open_index(f, "statistics");
    assert_int_equal(store_collection(f->store, false, &without, &err), QUIRE_OK);
    assert_int_equal(store_collection(f->store, true, &with, &err), QUIRE_OK);
    assert_int_equal(without.npassages, 2);
    assert_int_equal(without.total_length, 13); /* 4.5 and bn are two */
    assert_int_equal(with.npassages, 3);
    assert_int_equal(with.total_length, 17);
    static const struct {
        const char *stem;
        bool acronym;
        bool furniture;
        uint64_t expected;
    } table[] = {
        {"gaza", false, false, 1}, {"gaza", false, true, 2}, {"talk", false, false, 2},
        {"US", true, false, 1},    {"", false, false, 0},    {"nowhere", false, true, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(store_document_frequency(f->store, table[i].furniture, table[i].stem,
                                                  strlen(table[i].stem), table[i].acronym, &n,
                                                  &err),
                         QUIRE_OK);
        if (n != table[i].expected)
            fail_msg("%s: %" PRIu64, table[i].stem, n);
    }
    check_occurrences(f);
    free_fixture(f);
}

static void
test_an_articles_record_comes_back(void **state)
{
    fixture *f = new_fixture();
    article_record r;
    quire_error err = {0};
    arena *a = arena_new();

    add_article(f, "2025/b c", "Two\nlines \xe2\x80\x9cquoted\xe2\x80\x9d", "Text.",
                "2025-11-16T10:00:00+02:00", "Example Wire");
    f->articles[0].extra = copy("{\"section\":[1,2.5,null],\"z\":\"\\u0000\"}");
    f->articles[0].author = copy("A. Writer");
    add_article(f, "plain", NULL, "", NULL, NULL);
    publish_as(f, *state, "records", 0);
    open_index(f, "records");
    assert_int_equal(store_article(f->store, 1, a, &r, &err), QUIRE_OK);
    assert_string_equal(r.id, "2025/b c");
    assert_int_equal(r.title_bytes, strlen(f->articles[0].title));
    assert_string_equal(r.title, f->articles[0].title);
    assert_string_equal(r.date, f->articles[0].date.iso);
    assert_string_equal(r.source, "Example Wire");
    assert_string_equal(r.author, "A. Writer");
    assert_string_equal(r.extra, f->articles[0].extra);
    assert_null(r.url);
    assert_int_equal(store_article(f->store, 2, a, &r, &err), QUIRE_OK);
    assert_string_equal(r.id, "plain");
    assert_null(r.title);
    assert_null(r.date);
    assert_null(r.extra);
    assert_int_equal(store_article(f->store, 3, a, &r, &err), QUIRE_ECORRUPT);
    arena_free(a);
    free_fixture(f);
}

static void
test_an_index_without_passages_answers(void **state)
{
    fixture *f = new_fixture();

    publish_as(f, *state, "empty", 0);
    open_index(f, "empty");
    assert_int_equal(check_query(f, "peace \"of the\" -gaza"), 0);
    assert_int_equal(check_query(f, "-gaza"), 0);
    free_fixture(f);
}

/* Words and ids too long for a term, and queries as large as they may be. */
static void
test_extremes_are_answered(void **state)
{
    fixture *f = new_fixture();
    char word[500];
    buffer query = {0};

    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    add_article(f, word, word, word, "2024-02-29", word);
    word[400] = 'y';
    add_article(f, word, word, word, "2024-03-01", word);
    add_article(f, "b", NULL, "One two three. Three two one.", NULL, NULL);
    publish_as(f, *state, "extremes", 0);
    open_index(f, "extremes");
    assert_int_equal(check_ten(f, word), 1);
    for (int i = 0; i < 4000; i++)
        assert_true(buffer_printf(&query, "w%d ", i % 3900));
    assert_true(buffer_add_string(&query, "three"));
    assert_int_equal(check_ten(f, query.bytes), 1);
    buffer_clear(&query);
    assert_true(buffer_add_string(&query, "one -\""));
    for (int i = 0; i < 16000; i++)
        assert_true(buffer_printf(&query, "%d ", i));
    assert_true(buffer_add_string(&query, "\""));
    assert_int_equal(check_ten(f, query.bytes), 1);
    buffer_free(&query);
    free_fixture(f);
}

/* A set of articles for each of very many fields would take gigabytes. */
static void
test_sets_of_fields_are_bounded(void **state)
{
    static const struct {
        uint32_t narticles;
        uint64_t npassages;
    } indexes[] = {{1, 1}, {1000000, 5000000}, {50000000, 200000000}, {UINT32_MAX, UINT32_MAX}};

    (void)state;
    assert_true(store_most_fields(100000, 900000) >= 4096);
    assert_true(store_most_fields(0, 0) >= 4096);
    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
        const uint64_t nbits = indexes[i].narticles + indexes[i].npassages;
        const uint64_t most = store_most_fields(indexes[i].narticles, indexes[i].npassages);

        assert_true(most * (nbits / 8) <= UINT64_C(512) << 20);
        assert_true((most + 1) * (nbits / 8 + 1) > UINT64_C(512) << 20 || most == UINT32_MAX);
    }
}

static char quire[] = "quire";
static char xapian[] = "xapian";

/* A test, run with the store of this name. */
#define WITH_STORE(store, test) ((struct CMUnitTest){#test ", " #store, test, NULL, NULL, store})

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(quire, test_answers_are_those_of_a_naive_search),
        WITH_STORE(xapian, test_answers_are_those_of_a_naive_search),
        WITH_STORE(quire, test_random_queries_agree_too),
        WITH_STORE(xapian, test_random_queries_agree_too),
        WITH_STORE(quire, test_statistics_are_those_of_the_passages_searched),
        WITH_STORE(xapian, test_statistics_are_those_of_the_passages_searched),
        WITH_STORE(quire, test_an_articles_record_comes_back),
        WITH_STORE(xapian, test_an_articles_record_comes_back),
        WITH_STORE(quire, test_an_index_without_passages_answers),
        WITH_STORE(xapian, test_an_index_without_passages_answers),
        WITH_STORE(quire, test_extremes_are_answered),
        WITH_STORE(xapian, test_extremes_are_answered),
        cmocka_unit_test(test_sets_of_fields_are_bounded),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
