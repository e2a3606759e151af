/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quire's own passage store beside Xapian's: the passages of a generation in Xapian's tables are
 * written again as Quire's segments, and both are asked the same. */
#include "store_fixture.h"

#include <sys/stat.h>

#include "postings/segment.h"

#include "rounds.h"

/* ---- The twin: the same generation, its passages in Quire's files ---- */

/* A segment while it is written. */
typedef struct {
    char path[256];
    segment_run *run;
    text_writer *text;
    buffer record;
    uint32_t lengths[MAX_PASSAGES];
    uint32_t npassages;
    uint32_t first_passages[MAX_ARTICLES + 1];
    uint64_t nwords;
} twin_segment;

static void
begin_segment(twin_segment *s, const char *parent, const char *name)
{
    char text[300];

    snprintf(s->path, sizeof s->path, "%s/%s", parent, name);
    assert_int_equal(mkdir(s->path, 0777), 0);
    snprintf(text, sizeof text, "%s/text", s->path);
    s->run = segment_run_new();
    s->text = text_writer_create(text, NULL, 0);
    assert_true(s->run != NULL && s->text != NULL);
}

static void
end_record(twin_segment *s)
{
    assert_true(text_writer_add(s->text, s->record.bytes, s->record.size));
    buffer_clear(&s->record);
}

static void
add_passage(twin_segment *s, const passage_record *record, const passage_words *words)
{
    assert_true(passage_record_write(record, &s->record));
    end_record(s);
    assert_true(segment_run_add(s->run, s->npassages, words));
    s->lengths[s->npassages++] = (uint32_t)words->list.ntokens;
    s->nwords += words->list.ntokens;
}

static void
end_segment(twin_segment *s, uint32_t narticles)
{
    char run[300];
    const char *const runs[] = {run};
    quire_error err = {0};

    snprintf(run, sizeof run, "%s.run", s->path);
    if (text_writer_finish(s->text, &err) != QUIRE_OK ||
        segment_run_spill(s->run, run, &err) != QUIRE_OK ||
        segment_merge(s->path, runs, 1, s->lengths, s->npassages, 1 << 20, &err) != QUIRE_OK ||
        segment_write_passages(s->path, s->lengths, s->npassages, s->first_passages, narticles,
                               s->nwords, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    segment_run_free(s->run);
    buffer_free(&s->record);
}

/* What to write wrongly. */
typedef enum { TWIN_RIGHT, TWIN_TEXTS_OF_OTHERS, TWIN_MISCOUNTED } twin_fault;

/* Begin articles up to number (exclusive), of which some may have no passages. */
static void
begin_articles(const fixture *f, twin_segment segments[2], uint32_t *narticles, uint32_t number)
{
    for (; *narticles < number; ++*narticles) {
        for (int j = 0; j < 2; j++)
            segments[j].first_passages[*narticles] = segments[j].npassages;
        assert_true(article_record_write(&f->articles[*narticles], &segments[0].record));
        end_record(&segments[0]);
    }
}

static void
add_passages(const fixture *f, twin_segment segments[2], twin_fault fault)
{
    uint32_t documents[2] = {0, 0};
    arena *a = arena_new();
    quire_error err = {0};
    uint32_t narticles = 0;

    for (size_t i = 0; i < f->npassages; i++) {
        const naive_passage *p = &f->passages[i];
        const uint64_t handle = ++documents[p->furniture] | (uint64_t)p->furniture << 32;
        passage_record record;
        article_record of;

        begin_articles(f, segments, &narticles, p->article_number);
        if (store_passage(f->store, handle, a, &record, &of, &err) != QUIRE_OK)
            fail_msg("%s", err.message);
        record.article = 0;
        record.title_bytes = 0;
        record.furniture = record.furniture != (fault == TWIN_TEXTS_OF_OTHERS);
        add_passage(&segments[p->furniture], &record, &p->words);
    }
    begin_articles(f, segments, &narticles, (uint32_t)f->narticles);
    for (int j = 0; j < 2; j++)
        segments[j].first_passages[narticles] = segments[j].npassages;
    arena_free(a);
}

/* Of the sources that articles of the fixture have, some twice, case apart. */
static void
write_columns(const fixture *f, const char *segment_path)
{
    static const article_source names[] = {{"Hcafenews", 9, 0}, {"Hexamplewire", 12, 0}};
    static const uint32_t places[] = {1, 0};
    article_column columns[MAX_ARTICLES];
    quire_error err = {0};

    for (size_t i = 0; i < f->narticles; i++) {
        const article *a = &f->articles[i];
        const article_date *d = &a->date;

        columns[i] = (article_column){.source = ARTICLE_NO_SOURCE};
        if (a->has_date)
            columns[i].day = (uint32_t)(d->year * 10000 + d->month * 100 + d->day);
        if (a->source != NULL)
            columns[i].source = a->source[0] == 'C';
    }
    if (article_columns_write(segment_path, columns, (uint32_t)f->narticles, names, places, 2,
                              &err) != QUIRE_OK)
        fail_msg("%s", err.message);
}

/* Publish the passages of f, whose index is open, as Quire's segments. */
static void
publish_twin(const fixture *f, const char *index_path, twin_fault fault)
{
    arena *a = arena_new();
    twin_segment *segments = calloc(2, sizeof *segments);
    generation_writer *g = NULL;
    manifest live;
    bool has_live;
    manifest m = f->generation.manifest;
    char parent[200];
    char command[600];
    quire_error err = {0};

    if (generation_begin(index_path, a, &g, &live, &has_live, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    snprintf(parent, sizeof parent, "%s/seg-0", generation_writer_directory(g));
    assert_int_equal(mkdir(parent, 0777), 0);
    snprintf(command, sizeof command, "cp -R '%s/seg-0/catalogue' '%s'", f->generation.directory,
             parent);
    assert_int_equal(system(command), 0);
    begin_segment(&segments[0], parent, "passages");
    begin_segment(&segments[1], parent, "furniture");
    add_passages(f, segments, fault);
    for (int j = 0; j < 2; j++)
        end_segment(&segments[j], (uint32_t)f->narticles);
    write_columns(f, segments[0].path);
    if (segments[1].npassages == 0)
        assert_int_equal(file_remove_tree(segments[1].path, &err), QUIRE_OK);
    m.store = "quire";
    m.files = NULL;
    m.nfiles = 0;
    m.segments = NULL;
    m.nsegments = 0;
    m.npassages += fault == TWIN_MISCOUNTED;
    if (generation_publish(g, &m, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    free(segments);
    arena_free(a);
}

/* ---- Asking both ---- */

typedef struct {
    fixture *xapian;
    generation generation;
    store *quire;
} pair;

static void
open_twin(pair *p, const char *index_path)
{
    quire_error err = {0};

    if (generation_open(index_path, &p->generation, &err) != QUIRE_OK ||
        store_open(&p->generation, &p->quire, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
}

static void
close_pair(pair *p)
{
    store_close(p->quire);
    generation_close(&p->generation);
    free_fixture(p->xapian);
}

/* The store keeps the generation's address: a pair stays where it was made. */
static void
make_pair(pair *p, const char *name, uint64_t seed, size_t narticles)
{
    char twin[64];

    *p = (pair){.xapian = new_fixture()};
    chance.state = seed;
    add_random_articles(p->xapian, narticles);
    publish(p->xapian, name, (uint64_t)64 << 20);
    open_index(p->xapian, name);
    snprintf(twin, sizeof twin, "%s-twin", name);
    publish_twin(p->xapian, twin, TWIN_RIGHT);
    open_twin(p, twin);
}

static char context[400];

static void
check_same_string(const char *x, const char *y)
{
    assert_int_equal(x == NULL, y == NULL);
    if (x != NULL)
        assert_string_equal(x, y);
}

static void
check_same_article(const article_record *x, const article_record *y)
{
    check_same_string(x->id, y->id);
    check_same_string(x->title, y->title);
    assert_int_equal(x->title_bytes, y->title_bytes);
    check_same_string(x->date, y->date);
    check_same_string(x->source, y->source);
    check_same_string(x->path, y->path);
    check_same_string(x->extra, y->extra);
}

static void
check_same_passage(const pair *p, uint32_t rank, const store_hit *mine, const store_hit *other)
{
    arena *a = arena_new();
    passage_record x;
    passage_record y;
    article_record of_x;
    article_record of_y;
    quire_error err = {0};

    if (store_passage(p->quire, mine->handle, a, &x, &of_x, &err) != QUIRE_OK ||
        store_passage(p->xapian->store, other->handle, a, &y, &of_y, &err) != QUIRE_OK)
        fail_msg("%s: %s", context, err.message);
    if (mine->score != other->score || x.article != y.article || x.number != y.number)
        fail_msg("%s: hit %u is %u#%u of %" PRId64 ", not %u#%u of %" PRId64, context, rank + 1,
                 x.article, x.number, mine->score, y.article, y.number, other->score);
    assert_int_equal(x.furniture, y.furniture);
    assert_int_equal(x.source_start, y.source_start);
    assert_int_equal(x.source_end, y.source_end);
    check_same_article(&of_x, &of_y);
    assert_int_equal(x.title_bytes, y.title_bytes);
    assert_memory_equal(x.title, y.title, x.title_bytes);
    assert_int_equal(x.text_bytes, y.text_bytes);
    assert_memory_equal(x.text, y.text, x.text_bytes);
    assert_int_equal(x.nsentences, y.nsentences);
    for (size_t i = 0; i < x.nsentences; i++)
        assert_true(x.sentences[i].start == y.sentences[i].start &&
                    x.sentences[i].end == y.sentences[i].end &&
                    x.sentences[i].block == y.sentences[i].block);
    arena_free(a);
}

/* Ask both, and compare; the number of hits. */
static uint32_t
check_request(const pair *p, const char *query, const store_request *r)
{
    static store_hit hits[2][MAX_PASSAGES + 1];
    store *const stores[] = {p->quire, p->xapian->store};
    uint32_t nhits[2] = {0, 0};
    uint64_t counts[2] = {0, 0};
    quire_error err = {0};

    snprintf(context, sizeof context, "%.150s (%u hits, count %d, furniture %d, days %d to %d, %s)",
             query, r->max_hits, r->count, r->filter.furniture, r->filter.first_day,
             r->filter.last_day, r->filter.source != NULL ? r->filter.source : "any source");
    for (int i = 0; i < 2; i++)
        if (store_search(stores[i], r, hits[i], &nhits[i], &counts[i], &err) != QUIRE_OK)
            fail_msg("%s: %s", context, err.message);
    if (nhits[0] != nhits[1] || counts[0] != counts[1])
        fail_msg("%s: %u hits of %" PRIu64 ", not %u of %" PRIu64, context, nhits[0], counts[0],
                 nhits[1], counts[1]);
    for (uint32_t i = 0; i < nhits[0]; i++)
        check_same_passage(p, i, &hits[0][i], &hits[1][i]);
    return nhits[0];
}

static const store_filter filters[] = {
    {0},
    {.furniture = true},
    {.first_day = 20240101, .last_day = 20241231},
    {.first_day = 20240215},
    {.last_day = 20250610, .furniture = true},
    {.first_day = 20240105, .last_day = 20240203, .furniture = true},
    {.first_day = 19990101, .last_day = 19991231},
    {.source = "example wire"},
    {.source = "CAFE NEWS", .first_day = 20230304},
    {.source = "CAFE NEWS", .first_day = 20230304, .furniture = true},
    {.source = "nobody", .furniture = true},
    {.source = "\xff\xf0"},
};

#define NFILTERS (sizeof filters / sizeof *filters)

/* The number of hits without a filter. */
static uint32_t
check_query(const pair *p, const char *query)
{
    static const uint32_t sizes[] = {MAX_PASSAGES, 10, 1, 3, 0};
    arena *a = arena_new();
    const query_tree tree = parse(p->xapian, query, a);
    store_request r = {.tree = &tree, .k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B};
    uint32_t nhits = 0;

    for (size_t i = 0; i < NFILTERS; i++) {
        r.filter = filters[i];
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            r.max_hits = sizes[j];
            r.count = (i + j) % 2 == 0;
            const uint32_t n = check_request(p, query, &r);

            if (i == 0 && j == 0)
                nhits = n;
        }
    }
    /* Many equal scores: what comes first is for articles and passages to say. */
    r = (store_request){.tree = &tree, .k1 = 0, .b = 0, .max_hits = 9, .filter = filters[1]};
    check_request(p, query, &r);
    r.max_hits = MAX_PASSAGES;
    check_request(p, query, &r);
    arena_free(a);
    return nhits;
}

static void
test_both_stores_give_the_same_answers(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "peace",
        "board of peace",
        "\"board of peace\"",
        "\"had had\"",
        "\"peace\"",
        "US draft",
        "+us -US",
        "hostage-release",
        "-hostage-release",
        "gaza -(+hostage-release +draft)",
        "talks OR NOT hostage-release",
        "$4.5bn",
        "\"4.5\"",
        "-$4.5",
        "\"$4.5 bn\"",
        "76% 20000",
        "+peace +draft vote",
        "peace AND draft AND NOT vote",
        "-Syria",
        "-(peace OR draft)",
        "(+gaza -us) OR \"of the\"",
        "programme organized",
        "the of",
        "the gaza",
        "votes",
        "peace peace draft \"peace draft\"",
        "peace nowhere",
    };
    pair p;

    make_pair(&p, "same", 7, 300);
    assert_true(p.generation.manifest.nfurniture_passages > 20);
    assert_string_equal(p.generation.manifest.store, "quire");
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        if (check_query(&p, queries[i]) == 0)
            fail_msg("no passage matches %s", queries[i]);
    close_pair(&p);
}

static void
test_random_queries_agree_too(void **state)
{
    (void)state;
    pair p;

    make_pair(&p, "random", 99, 120);
    for (unsigned i = 0; i < test_rounds(100); i++) {
        buffer query = {0};

        for (uint32_t n = 1 + random_below(4); n > 0; n--)
            add_clause(&query, 3);
        check_query(&p, query.bytes);
        buffer_free(&query);
    }
    close_pair(&p);
}

/* The segments of the store's own writer, beside those made here. */
static void
test_what_the_writer_wrote_answers_alike(void **state)
{
    (void)state;
    static const char *const queries[] = {"peace draft", "\"board of peace\"", "-gaza US",
                                          "+peace -(+draft vote)", "votes"};
    pair p = {0};
    fixture *written = new_fixture();

    make_pair(&p, "beside", 21, 150);
    store_close(p.quire);
    generation_close(&p.generation);
    chance.state = 21;
    add_random_articles(written, 150);
    publish_as(written, "quire", "written", (uint64_t)16 << 20);
    open_twin(&p, "written");
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        assert_true(check_query(&p, queries[i]) > 0);
    close_pair(&p);
    free_fixture(written);
}

/* ---- Articles ---- */

/* Articles with records of all sizes, among others whose text is empty. */
static void
add_odd_articles(fixture *f)
{
    static const size_t sizes[] = {10, 3000, 4090, 4096, 5000, 100000, 1};

    add_random_articles(f, 120);
    for (size_t i = 0; i < f->narticles; i++) {
        const size_t nbytes = sizes[i % (sizeof sizes / sizeof *sizes)];

        if (i % 3 == 0)
            continue;
        f->articles[i].extra = calloc(nbytes + 1, 1);
        assert_non_null(f->articles[i].extra);
        memset(f->articles[i].extra, 'a' + (int)(i % 26), nbytes);
    }
    for (int i = 0; i < 60; i++) {
        char id[20];

        snprintf(id, sizeof id, "empty-%d", i);
        add_article(f, id, i % 2 == 0 ? NULL : "Title only", "", i < 30 ? "2024-03-01" : NULL,
                    "Example Wire");
    }
}

static void
check_article(const fixture *f, uint32_t number)
{
    const article *a = &f->articles[number - 1];
    arena *memory = arena_new();
    article_record r;
    quire_error err = {0};

    if (store_article(f->store, number, memory, &r, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    assert_string_equal(r.id, a->id);
    assert_int_equal(r.title_bytes, a->title_bytes);
    check_same_string(r.title, a->title);
    check_same_string(r.date, a->has_date ? a->date.iso : NULL);
    check_same_string(r.extra, a->extra);
    arena_free(memory);
}

static void
test_every_article_is_read_whatever_its_size(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    article_record r;
    quire_error err = {0};

    chance.state = 11;
    add_odd_articles(f);
    publish_as(f, "quire", "odd", (uint64_t)16 << 20);
    open_index(f, "odd");
    for (uint32_t i = 0; i < f->narticles; i++)
        check_article(f, i * 53 % (uint32_t)f->narticles + 1);
    assert_int_equal(store_article(f->store, 0, NULL, &r, &err), QUIRE_ECORRUPT);
    assert_int_equal(store_article(f->store, (uint32_t)f->narticles + 1, NULL, &r, &err),
                     QUIRE_ECORRUPT);
    free_fixture(f);
}

/* Where words stand: each one behind the last, and a sentence one further on. */
static void
test_the_column_of_titles_parts_title_and_text(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    segment *s = NULL;
    char path[300];
    uint32_t ntitles = 0;
    quire_error err = {0};

    chance.state = 12;
    add_random_articles(f, 150);
    publish_as(f, "quire", "titles", (uint64_t)16 << 20);
    open_index(f, "titles");
    snprintf(path, sizeof path, "%s/seg-0/passages", f->generation.directory);
    assert_int_equal(segment_open(path, &s, &err), QUIRE_OK);
    for (size_t i = 0; i < f->npassages; i++) {
        const naive_passage *p = &f->passages[i];
        uint32_t end;

        assert_int_equal(article_columns_title(&s->articles, p->article_number - 1, &end, &err),
                         QUIRE_OK);
        for (uint32_t w = 0; w < p->words.list.ntokens; w++)
            if (p->words.places[w].in_title || (w > 0 && p->words.places[0].in_title))
                assert_int_equal(w + p->words.places[w].sentence < end,
                                 p->words.places[w].in_title);
        ntitles += p->words.list.ntokens > 0 && p->words.places[0].in_title;
        assert_true(p->article->title != NULL || end == 0);
    }
    assert_true(ntitles > 50);
    segment_close(s);
    free_fixture(f);
}

/* ---- Counting ---- */

static void
test_both_stores_count_alike(void **state)
{
    (void)state;
    static const char words[] = "peace US us talks nowhere \"talks\" \"talking\" \"organised\" "
                                "\"organized\" \"US\" \"4.5\" \"had\" votes \"votes\" also read";
    pair p;
    arena *a = arena_new();

    make_pair(&p, "counts", 5, 60);
    const query_tree tree = parse(p.xapian, words, a);
    store *const stores[] = {p.quire, p.xapian->store};
    quire_error err = {0};

    for (int furniture = 0; furniture < 2; furniture++) {
        bm25_collection collections[2];

        for (int i = 0; i < 2; i++)
            assert_int_equal(store_collection(stores[i], furniture, &collections[i], &err),
                             QUIRE_OK);
        assert_true(collections[0].npassages == collections[1].npassages &&
                    collections[0].total_length == collections[1].total_length);
        for (uint32_t t = 0; t < tree.nterms; t++) {
            const query_term *term = &tree.terms[t];
            uint64_t frequencies[2];

            for (int i = 0; i < 2; i++)
                assert_int_equal(store_document_frequency(stores[i], furniture, term->stem,
                                                          term->stem_bytes, term->acronym,
                                                          &frequencies[i], &err),
                                 QUIRE_OK);
            assert_int_equal(frequencies[0], frequencies[1]);
        }
        for (uint32_t t = 0; t < 2 * tree.nleaves; t++) {
            bool occurs[2];

            for (int i = 0; i < 2; i++)
                assert_int_equal(store_occurs(stores[i], furniture,
                                              tree.leaves[t / 2]->slots[0].words, t % 2 == 0,
                                              &occurs[i], &err),
                                 QUIRE_OK);
            assert_int_equal(occurs[0], occurs[1]);
        }
    }
    arena_free(a);
    close_pair(&p);
}

static void
test_an_explanation_says_where_and_how_it_looks(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        const char *expected;
    } table[] = {
        {"gaza talks", "passages: words,"},
        {"+gaza talks", "passages: the tree,"},
        {"gaza talks", "furniture: words,"},
        {"gaza talks", "\n  talk: 2 passages in 1 block\n"},
        {"US draft", "\n  US (acronym): 1 passage in 1 block\n"},
        {"US draft", "\n  draft: 0 passages in 0 blocks\n"},
        {"US draft", "\n  filter: 1 of 2 passages\n"},
    };
    pair p = {.xapian = new_fixture()};
    quire_error err = {0};
    arena *a = arena_new();

    add_article(p.xapian, "a", "Gaza talks", "The US met us.\n\nAlso Read: Gaza votes\n",
                "2025-11-16", "Example Wire");
    add_article(p.xapian, "b", NULL, "Talks, talking.", NULL, NULL);
    publish(p.xapian, "explain", 0);
    open_index(p.xapian, "explain");
    publish_twin(p.xapian, "explain-twin", TWIN_RIGHT);
    open_twin(&p, "explain-twin");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const query_tree tree = parse(p.xapian, table[i].query, a);
        const store_request r = {.tree = &tree,
                                 .filter = {.furniture = true, .source = "Example wire"}};
        const char *said = NULL;

        assert_int_equal(store_explain(p.quire, &r, a, &said, &err), QUIRE_OK);
        if (strstr(said, table[i].expected) == NULL)
            fail_msg("%s: %s", table[i].query, said);
    }
    arena_free(a);
    close_pair(&p);
}

/* ---- Few passages, or none ---- */

static void
test_an_index_without_passages_or_furniture_answers(void **state)
{
    (void)state;
    pair p;

    make_pair(&p, "empty", 1, 0);
    assert_int_equal(check_query(&p, "peace \"of the\" -gaza"), 0);
    assert_int_equal(check_query(&p, "-gaza"), 0);
    close_pair(&p);

    p = (pair){.xapian = new_fixture()};
    add_article(p.xapian, "a", "Title", "", NULL, NULL);
    add_article(p.xapian, "b", NULL, "", "2024-03-01", NULL);
    add_article(p.xapian, "c", NULL, "The talks.", "2024-03-02", "Example Wire");
    publish(p.xapian, "plain", 0);
    open_index(p.xapian, "plain");
    publish_twin(p.xapian, "plain-twin", TWIN_RIGHT);
    open_twin(&p, "plain-twin");
    assert_int_equal(check_query(&p, "talks"), 1);
    assert_int_equal(check_query(&p, "-gaza"), 2);
    close_pair(&p);
}

/* ---- Damage ---- */

/* Open, search, read everything with and without a filter; *answers_out stands for what was found.
 */
static quire_status
use_twin(const fixture *f, const char *index_path, uint64_t *answers_out, quire_error *err)
{
    static store_hit hits[MAX_PASSAGES + 1];
    pair p = {0};
    arena *a = arena_new();
    const query_tree tree = parse(f, "peace OR \"of the\" OR NOT nowhere", a);
    store_request r = {.tree = &tree, .k1 = 1.2, .b = 0.75, .max_hits = MAX_PASSAGES};
    uint32_t nhits = 0;
    uint64_t count;
    quire_status status = generation_open(index_path, &p.generation, err);
    const quire_status opened = status;

    *answers_out = 0;
    if (status == QUIRE_OK)
        status = store_open(&p.generation, &p.quire, err);
    for (size_t i = 0; i < NFILTERS && status == QUIRE_OK; i++) {
        r.filter = filters[i];
        status = store_search(p.quire, &r, hits, &nhits, &count, err);
        for (uint32_t j = 0; j < nhits && status == QUIRE_OK; j++) {
            passage_record record;
            article_record of;

            status = store_passage(p.quire, hits[j].handle, a, &record, &of, err);
            *answers_out = *answers_out * 31 + hits[j].handle + (uint64_t)hits[j].score;
        }
    }
    store_close(p.quire);
    if (opened == QUIRE_OK)
        generation_close(&p.generation);
    arena_free(a);
    return status;
}

static void
change_file(const char *path, const char *how)
{
    struct stat st;
    FILE *file;

    if (strcmp(how, "gone") == 0) {
        assert_int_equal(unlink(path), 0);
        return;
    }
    assert_int_equal(stat(path, &st), 0);
    if (strcmp(how, "cut") == 0) {
        assert_int_equal(truncate(path, st.st_size / 2), 0);
        return;
    }
    file = fopen(path, "r+b");
    assert_non_null(file);
    if (strcmp(how, "first byte") == 0)
        assert_int_equal(fseek(file, 0, SEEK_SET), 0);
    else
        assert_int_equal(fseek(file, -20, SEEK_END), 0);
    const int byte = fgetc(file);

    assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
    assert_int_equal(fputc(byte ^ 0x55, file), byte ^ 0x55);
    assert_int_equal(fclose(file), 0);
}

static void
test_damage_is_an_error_that_says_what_to_do(void **state)
{
    (void)state;
    static const char *const names[] = {"stems",    "surfaces", "postings", "positions",
                                        "passages", "text",     "articles"};
    static const char *const parts[] = {"passages", "furniture"};
    static const char *const ways[] = {"gone", "cut", "first byte", "near the end"};
    fixture *f = new_fixture();
    uint64_t answers;
    uint64_t expected;

    chance.state = 3;
    add_random_articles(f, 60);
    publish(f, "whole", 0);
    open_index(f, "whole");
    publish_twin(f, "twin", TWIN_RIGHT);
    for (size_t i = 0; i < 7 * 2 * 4 - 4; i++) { /* furniture has no columns of articles */
        const char *const how = ways[i % 4];
        const char *const name = names[i / 4 % 7];
        char path[200];
        quire_error err = {0};

        assert_int_equal(system("rm -rf damaged && cp -R twin damaged"), 0);
        assert_int_equal(use_twin(f, "damaged", &expected, &err), QUIRE_OK);
        snprintf(path, sizeof path, "damaged/gen-00000001/seg-0/%s/%s", parts[i / 28], name);
        change_file(path, how);
        const quire_status status = use_twin(f, "damaged", &answers, &err);

        /* Of these files a search reads only what it needs, which may be another page, or none. */
        if (status == QUIRE_OK && strcmp(how, "first byte") == 0 && answers == expected &&
            (strcmp(name, "surfaces") == 0 || strcmp(name, "positions") == 0))
            continue;
        if (status != QUIRE_ECORRUPT || strstr(err.message, "rebuild the index") == NULL ||
            strstr(err.message, name) == NULL)
            fail_msg("%s, %s: status %d, %s", path, how, (int)status, err.message);
    }
    free_fixture(f);
}

static void
test_what_contradicts_itself_is_damage(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    uint64_t answers;
    quire_error err = {0};

    chance.state = 3;
    add_random_articles(f, 20);
    publish(f, "sound", 0);
    open_index(f, "sound");
    publish_twin(f, "others", TWIN_TEXTS_OF_OTHERS);
    assert_int_equal(use_twin(f, "others", &answers, &err), QUIRE_ECORRUPT);
    assert_non_null(strstr(err.message, "the text of another; rebuild the index"));
    publish_twin(f, "miscounted", TWIN_MISCOUNTED);
    assert_int_equal(use_twin(f, "miscounted", &answers, &err), QUIRE_ECORRUPT);
    assert_non_null(strstr(err.message, "as its manifest says; rebuild the index"));
    free_fixture(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_stores_give_the_same_answers),
        cmocka_unit_test(test_random_queries_agree_too),
        cmocka_unit_test(test_what_the_writer_wrote_answers_alike),
        cmocka_unit_test(test_every_article_is_read_whatever_its_size),
        cmocka_unit_test(test_the_column_of_titles_parts_title_and_text),
        cmocka_unit_test(test_both_stores_count_alike),
        cmocka_unit_test(test_an_explanation_says_where_and_how_it_looks),
        cmocka_unit_test(test_an_index_without_passages_or_furniture_answers),
        cmocka_unit_test(test_damage_is_an_error_that_says_what_to_do),
        cmocka_unit_test(test_what_contradicts_itself_is_damage),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
