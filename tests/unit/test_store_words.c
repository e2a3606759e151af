/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_store_words.c - the words that stores give, and the articles that fields mean, in both
 * stores: against the words and articles as they were given to the writer. */
#include "query/edits.h"
#include "store_fixture.h"

#define MAX_WORDS 2000

typedef struct {
    char surface[WORDS_MAX_SURFACE];
    char stem[WORDS_MAX_SURFACE + 8];
    size_t surface_bytes;
    size_t stem_bytes;
    bool is_acronym;
    uint64_t occurrences;
} counted_word;

typedef struct {
    counted_word words[MAX_WORDS];
    size_t nwords;
} word_list;

static int
compare_words(const void *x, const void *y)
{
    const counted_word *a = x;
    const counted_word *b = y;
    const size_t n = a->surface_bytes < b->surface_bytes ? a->surface_bytes : b->surface_bytes;
    const int order = memcmp(a->surface, b->surface, n);

    return order != 0
               ? order
               : (a->surface_bytes > b->surface_bytes) - (a->surface_bytes < b->surface_bytes);
}

static void
add_word(word_list *list, const char *surface, size_t surface_bytes, const char *stem,
         size_t stem_bytes, bool is_acronym, uint64_t occurrences)
{
    counted_word *w = &list->words[list->nwords++];

    assert_true(list->nwords <= MAX_WORDS);
    memset(w, 0, sizeof *w);
    memcpy(w->surface, surface, surface_bytes);
    w->surface_bytes = surface_bytes;
    memcpy(w->stem, stem, stem_bytes);
    w->stem_bytes = stem_bytes;
    w->is_acronym = is_acronym;
    w->occurrences = occurrences;
}

static void
count_passage(word_list *list, const naive_passage *p)
{
    for (size_t i = 0; i < p->words.list.ntokens; i++) {
        const token *t = &p->words.list.tokens[i];
        const char *surface = token_surface(&p->words.list, t);
        size_t k = 0;

        while (k < list->nwords && (list->words[k].surface_bytes != t->surface_bytes ||
                                    memcmp(list->words[k].surface, surface, t->surface_bytes) != 0))
            k++;
        if (k < list->nwords)
            list->words[k].occurrences++;
        else
            add_word(list, surface, t->surface_bytes,
                     passage_words_stem(&p->words, &p->words.places[i]),
                     p->words.places[i].stem_bytes, (t->flags & TOKEN_ACRONYM) != 0, 1);
    }
}

static bool
gather(void *closure, const vocabulary_word *word)
{
    add_word(closure, word->surface, word->surface_bytes, word->stem, word->stem_bytes,
             word->is_acronym, word->occurrences);
    return true;
}

static bool
stop_at_third(void *closure, const vocabulary_word *word)
{
    gather(closure, word);
    return ((word_list *)closure)->nwords < 3;
}

static void
assert_same(const char *what, const word_list *wanted, const word_list *found)
{
    for (size_t i = 0; i < wanted->nwords && i < found->nwords; i++) {
        const counted_word *a = &wanted->words[i];
        const counted_word *b = &found->words[i];

        if (compare_words(a, b) != 0 || a->stem_bytes != b->stem_bytes ||
            memcmp(a->stem, b->stem, a->stem_bytes) != 0 || a->is_acronym != b->is_acronym ||
            a->occurrences != b->occurrences)
            fail_msg("%s: %s (%s) %d %llu, not %s (%s) %d %llu", what, b->surface, b->stem,
                     b->is_acronym, (unsigned long long)b->occurrences, a->surface, a->stem,
                     a->is_acronym, (unsigned long long)a->occurrences);
    }
    if (wanted->nwords != found->nwords)
        fail_msg("%s: %zu words, not %zu", what, found->nwords, wanted->nwords);
}

/* ---- Words ---- */

static void
check_prefix(const vocabulary *v, const word_list *all, const char *prefix)
{
    const size_t n = strlen(prefix);
    word_list *wanted = calloc(1, sizeof *wanted);
    word_list *found = calloc(1, sizeof *found);
    quire_error err = {0};

    assert_true(wanted != NULL && found != NULL);
    for (size_t i = 0; i < all->nwords; i++)
        if (all->words[i].surface_bytes >= n && memcmp(all->words[i].surface, prefix, n) == 0)
            wanted->words[wanted->nwords++] = all->words[i];
    if (v->with_prefix(v->self, prefix, n, gather, found, &err) != QUIRE_OK)
        fail_msg("%s: %s", prefix, err.message);
    assert_same(prefix, wanted, found);
    if (wanted->nwords >= 3) {
        found->nwords = 0;
        assert_int_equal(v->with_prefix(v->self, prefix, n, stop_at_third, found, &err), QUIRE_OK);
        assert_int_equal(found->nwords, 3);
    }
    free(wanted);
    free(found);
}

static void
check_near_beginning(const vocabulary *v, const word_list *all, const char *word, unsigned edits,
                     size_t same_bytes)
{
    word_list *wanted = calloc(1, sizeof *wanted);
    word_list *found = calloc(1, sizeof *found);
    quire_error err = {0};

    assert_true(wanted != NULL && found != NULL);
    for (size_t i = 0; i < all->nwords; i++)
        if (all->words[i].surface_bytes >= same_bytes &&
            memcmp(all->words[i].surface, word, same_bytes) == 0 &&
            edits_between(word, strlen(word), all->words[i].surface, all->words[i].surface_bytes,
                          edits) <= edits)
            wanted->words[wanted->nwords++] = all->words[i];
    if (v->near(v->self, word, strlen(word), edits, same_bytes, gather, found, &err) != QUIRE_OK)
        fail_msg("%s: %s", word, err.message);
    assert_same(word, wanted, found);
    free(wanted);
    free(found);
}

/* Near words, all of them and those that begin alike. */
static void
check_near(const vocabulary *v, const word_list *all, const char *word, unsigned edits)
{
    check_near_beginning(v, all, word, edits, 0);
    for (size_t n = 1; n <= 2 && n <= strlen(word); n++)
        if (utf8_valid_prefix(word, n) == n)
            check_near_beginning(v, all, word, edits, n);
}

static void
check_stem(const vocabulary *v, const word_list *all, const counted_word *of)
{
    word_list *wanted = calloc(1, sizeof *wanted);
    word_list *found = calloc(1, sizeof *found);
    quire_error err = {0};

    assert_true(wanted != NULL && found != NULL);
    for (size_t i = 0; i < all->nwords; i++)
        if (all->words[i].stem_bytes == of->stem_bytes &&
            memcmp(all->words[i].stem, of->stem, of->stem_bytes) == 0)
            wanted->words[wanted->nwords++] = all->words[i];
    if (v->of_stem(v->self, of->stem, of->stem_bytes, of->is_acronym, gather, found, &err) !=
        QUIRE_OK)
        fail_msg("%s: %s", of->stem, err.message);
    assert_same(of->stem, wanted, found);
    free(wanted);
    free(found);
}

/* A word one or two edits away from one that there is. */
static void
check_misspelt(const vocabulary *v, const word_list *all)
{
    for (size_t i = 0; i < all->nwords; i++) {
        const counted_word *w = &all->words[i];
        const size_t at = random_below((uint32_t)w->surface_bytes);
        char misspelt[WORDS_MAX_SURFACE + 2];

        if (utf8_valid_prefix(w->surface, at) != at)
            continue;
        snprintf(misspelt, sizeof misspelt, "%.*sx%.*s", (int)at, w->surface,
                 (int)(w->surface_bytes - at), w->surface + at);
        check_near(v, all, misspelt, 1);
        check_near(v, all, misspelt, 2);
        check_near(v, all, w->surface, 1 + random_below(2));
        if (w->surface_bytes > 1 && (unsigned char)w->surface[0] < 0x80 &&
            (unsigned char)w->surface[1] < 0x80) {
            memcpy(misspelt, w->surface, w->surface_bytes);
            misspelt[w->surface_bytes] = '\0';
            misspelt[0] = w->surface[1];
            misspelt[1] = w->surface[0];
            check_near(v, all, misspelt, 1);
        }
    }
}

static void
check_words(const fixture *f, bool furniture)
{
    static const char *const prefixes[] = {"",  "p", "pe",  "peace", "peacex", "7", "77",
                                           "U", "u", "zzz", "\xc3",  "w",      "W", "$"};
    word_list *all = calloc(1, sizeof *all);
    vocabulary v;
    quire_error err = {0};

    assert_non_null(all);
    for (size_t i = 0; i < f->npassages; i++)
        if (furniture || !f->passages[i].furniture)
            count_passage(all, &f->passages[i]);
    qsort(all->words, all->nwords, sizeof *all->words, compare_words);
    assert_true(all->nwords > 40);
    if (store_words(f->store, furniture, &v, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        check_prefix(&v, all, prefixes[i]);
    for (size_t i = 0; i < all->nwords; i++)
        check_stem(&v, all, &all->words[i]);
    check_misspelt(&v, all);
    free(all);
}

/* ---- Fields ---- */

/* Is the article one that the query means?  kind: whose value, and how it is compared. */
typedef struct {
    const char *query;
    char kind; /* s source, a author, u url, l language, i id, d date */
    bool is_prefix;
    const char *value;
    int first_day;
    int last_day;
} field_case;

#define LONG_ADDRESS                                                                               \
    "example.org/2025/11/16/a-title-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on" \
    "-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on"

static const field_case field_cases[] = {
    {"source:\"example wire\"", 's', false, "example wire", 0, 0},
    {"source:EXAMPLE*", 's', true, "example", 0, 0},
    {"source:cafe*", 's', true, "cafe", 0, 0},
    {"source:*", 's', true, "", 0, 0},
    {"source:wire", 's', false, "wire", 0, 0},
    {"author:\"Jos\xc3\xa9 Marti\"", 'a', false, "jose marti", 0, 0},
    {"author:jo*", 'a', true, "jo", 0, 0},
    {"lang:EN", 'l', false, "en", 0, 0},
    {"lang:e*", 'l', true, "e", 0, 0},
    {"url:example.org", 'u', true, "example.org", 0, 0},
    {"url:https://www.example.org/2*", 'u', true, "example.org/2", 0, 0},
    {"url:http://other.example/", 'u', true, "other.example/", 0, 0},
    {"url:" LONG_ADDRESS, 'u', true, LONG_ADDRESS, 0, 0},
    {"url:" LONG_ADDRESS "-1", 'u', true, LONG_ADDRESS "-1", 0, 0},
    {"url:" LONG_ADDRESS "-16-and-on-and-on-and-on-and-on-and-on-and-on", 'u', true,
     LONG_ADDRESS "-16-and-on-and-on-and-on-and-on-and-on-and-on", 0, 0},
    {"id:field-3", 'i', false, "field-3", 0, 0},
    {"id:field-*", 'i', true, "field-", 0, 0},
    {"id:Field-3", 'i', false, "Field-3", 0, 0},
    {"date:2024", 'd', false, "", 20240101, 20241231},
    {"date:2024-05", 'd', false, "", 20240501, 20240531},
    {"date:2024-05-03..2025-02-11", 'd', false, "", 20240503, 20250211},
    {"date:>=2025-02-03", 'd', false, "", 20250203, 99991231},
    {"date:<2024-02", 'd', false, "", 1, 20240131},
    {"date:1999", 'd', false, "", 19990101, 19991231},
};

/* What the field's value is in the article, folded by hand: the fixture's are ASCII but for two. */
static const char *
value_of(const article *a, char kind)
{
    switch (kind) {
    case 's':
        return a->source == NULL                            ? NULL
               : strcasecmp(a->source, "example wire") == 0 ? "example wire"
                                                            : "cafe news";
    case 'a':
        return a->author == NULL ? NULL : a->author[0] == 'J' ? "jose marti" : "nobody";
    case 'l':
        return a->language == NULL ? NULL : strcasecmp(a->language, "en") == 0 ? "en" : "de";
    case 'u':
        return a->url == NULL                             ? NULL
               : strncmp(a->url, "https://www.", 12) == 0 ? a->url + 12
               : strncmp(a->url, "http://", 7) == 0       ? a->url + 7
                                                          : a->url;
    default:
        return a->id;
    }
}

static bool
is_meant(const field_case *c, const article *a)
{
    const char *value;

    if (c->kind == 'd') {
        const int day = a->date.year * 10000 + a->date.month * 100 + a->date.day;

        return a->has_date && day >= c->first_day && day <= c->last_day;
    }
    value = value_of(a, c->kind);
    if (value == NULL)
        return false;
    return c->is_prefix ? strncmp(value, c->value, strlen(c->value)) == 0
                        : strcmp(value, c->value) == 0;
}

static void
check_field(const fixture *f, const field_case *c)
{
    arena *a = arena_new();
    query_tree tree = parse(f, c->query, a);
    quire_error err = {0};
    size_t nfound = 0;

    if (store_find_articles(f->store, &tree, a, &err) != QUIRE_OK)
        fail_msg("%s: %s", c->query, err.message);
    assert_int_equal(tree.nleaves, 1);
    assert_int_equal(tree.leaves[0]->kind, QUERY_FIELD);
    for (size_t i = 0; i < f->narticles; i++) {
        const bool found = (tree.leaves[0]->articles[i / 64] >> i % 64 & 1) != 0;

        if (found != is_meant(c, &f->articles[i]))
            fail_msg("%s: article %zu, %s: %s", c->query, i + 1, f->articles[i].id,
                     found ? "found" : "not found");
        nfound += found;
    }
    print_message("# %s: %zu articles\n", c->query, nfound);
    arena_free(a);
}

static void
check_fields(const fixture *f)
{
    for (size_t i = 0; i < sizeof field_cases / sizeof *field_cases; i++)
        check_field(f, &field_cases[i]);
}

/* ---- Both stores ---- */

static void
add_field_articles(fixture *f)
{
    for (unsigned i = 0; i < 20; i++) {
        char id[32];
        char url[600];
        article *a;

        snprintf(id, sizeof id, "field-%u", i);
        add_article(f, id, "A price",
                    "It cost $77.5 or 55% of \xe2\x82\xac"
                    "31.\nThe na\xc3\xafve \xc3\xa9lan of 88.\n",
                    i % 2 == 0 ? "2024-05-03" : NULL, NULL);
        a = &f->articles[f->narticles - 1];
        if (i % 3 > 0)
            a->author = copy(i % 3 == 1 ? "Jos\xc3\xa9 Mart\xc3\xad" : "Nobody");
        if (i % 4 > 0)
            a->language = copy(i % 4 == 1 ? "EN" : i % 4 == 2 ? "en" : "de");
        if (i % 5 == 0)
            snprintf(url, sizeof url, "http://other.example/%u", i);
        else if (i % 5 == 1)
            snprintf(url, sizeof url,
                     "https://www." LONG_ADDRESS "-%u"
                     "-and-on-and-on-and-on-and-on-and-on-and-on",
                     i);
        else
            snprintf(url, sizeof url, "example.org/%u", i);
        if (i % 7 > 0)
            a->url = copy(url);
    }
}

static void
check_store(const char *name)
{
    fixture *f = new_fixture();

    chance.state = 7;
    add_random_articles(f, 150);
    add_field_articles(f);
    publish_as(f, name, name, 16 << 20);
    open_index(f, name);
    check_words(f, false);
    check_words(f, true);
    check_words(f, false);
    check_fields(f);
    free_fixture(f);
}

static void
quire_has_words_and_fields(void **state)
{
    (void)state;
    check_store("quire");
}

static void
xapian_has_words_and_fields(void **state)
{
    (void)state;
    check_store("xapian");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quire_has_words_and_fields),
        cmocka_unit_test(xapian_has_words_and_fields),
    };

    return cmocka_run_group_tests_name("store words", tests, scratch_enter, scratch_leave);
}
