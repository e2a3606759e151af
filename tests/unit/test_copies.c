/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of articles: what two have in common, sketches, groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "copies/grouping.h"
#include "copies/overlap.h"
#include "copies/word_runs.h"

#include "chance.h"

static void
add_word(article_words *w, uint32_t word)
{
    assert_true(ARRAY_GROW(w->words, w->nwords, &w->room));
    w->words[w->nwords++] = word;
}

/* The words of a text, as the tokenizer gives them. */
static article_words
words_of(const char *title, const char *text)
{
    article_words w = {0};
    passage_list list = {0};
    token_list scratch = {0};

    assert_true(passages_split(title, strlen(title), text, strlen(text), 0, &list));
    assert_true(article_words_add_list(&w, title, text, &list, &scratch));
    passage_list_free(&list);
    token_list_free(&scratch);
    return w;
}

/* ---- Words ---- */

static void
test_words_are_those_of_the_text(void **state)
{
    article_words a = words_of("A Headline", "The Port, 4 ships wide, is SHUT.\n\nNobody minds.");
    article_words b = words_of("a  headline!", "the port - 4 ships wide is shut. nobody minds");
    article_words c = words_of("Another", "The port, 5 ships wide, is shut. Nobody minds.");
    article_words d = words_of("", "Nobody");
    size_t nnumbers = 0;

    (void)state;
    assert_int_equal(a.nwords, 9);
    assert_int_equal(b.nwords, 9);
    assert_memory_equal(a.words, b.words, a.nwords * sizeof *a.words);
    assert_true(a.title == b.title);
    assert_true(a.title != c.title);
    assert_int_equal(d.title, 0);
    for (size_t i = 0; i < a.nwords; i++) {
        nnumbers += article_word_is_number(a.words[i]);
        assert_true((a.words[i] == c.words[i]) == !article_word_is_number(a.words[i]));
    }
    assert_int_equal(nnumbers, 1);
    article_words_free(&a);
    article_words_free(&b);
    article_words_free(&c);
    article_words_free(&d);
}

/* ---- Overlap ---- */

static uint32_t
masked(uint32_t word, bool mask)
{
    return mask && (word & 1) != 0 ? 1 : word;
}

/* Does word i of a lie in a run that stands in b? */
static bool
lies_in_run(const article_words *a, size_t i, const article_words *b, bool mask)
{
    for (size_t start = i < WORD_RUN ? 0 : i - WORD_RUN + 1; start <= i; start++)
        for (size_t at = 0; start + WORD_RUN <= a->nwords && at + WORD_RUN <= b->nwords; at++) {
            size_t n = 0;

            while (n < WORD_RUN &&
                   masked(a->words[start + n], mask) == masked(b->words[at + n], mask))
                n++;
            if (n == WORD_RUN)
                return true;
        }
    return false;
}

/* Words of b that lie in runs of a; or only numbers of them. */
static size_t
naive_count(const article_words *b, const article_words *a, bool mask, bool only_numbers)
{
    size_t n = 0;

    for (size_t i = 0; i < b->nwords; i++)
        n += (!only_numbers || (b->words[i] & 1) != 0) && lies_in_run(b, i, a, mask);
    return n;
}

/* What of b is a's, from the first to the last row of OVERLAP_ROW words, and on where numbers do
 * not count. */
static article_words
naive_block(const article_words *a, const article_words *b)
{
    size_t first = 0;
    size_t end = 0;
    size_t nrow = 0;

    for (size_t i = 0; i < b->nwords; i++) {
        nrow = lies_in_run(b, i, a, false) ? nrow + 1 : 0;
        if (nrow < OVERLAP_ROW)
            continue;
        first = end == 0 ? i + 1 - nrow : first;
        end = i + 1;
    }
    while (end > 0 && first > 0 && lies_in_run(b, first - 1, a, true))
        first--;
    while (end > 0 && end < b->nwords && lies_in_run(b, end, a, true))
        end++;
    return (article_words){.words = b->words + first, .nwords = end - first};
}

/* Numbers that are changed, if only what b took over of a counts; or else all, as o has it. */
static size_t
naive_changed(const article_words *a, const article_words *b, const overlap *o)
{
    const size_t nform = naive_count(a, b, true, false) - o->nshared;
    const article_words part = naive_block(a, b);
    const size_t nbeside = b->nwords - part.nwords;
    const size_t nshared = naive_count(&part, a, false, false);
    const size_t nalike = naive_count(&part, a, true, false);

    if (o->nchanged < OVERLAP_NUMBERS || 2 * o->nchanged <= o->nagreed ||
        o->nshared * 100 < a->nwords * OVERLAP_PART ||
        nform * 100 >= (a->nwords - o->nshared) * OVERLAP_FORM ||
        nshared * 100 < a->nwords * OVERLAP_PART || nshared * 100 < part.nwords * OVERLAP_BLOCK ||
        nbeside < OVERLAP_SHORT ||
        (naive_count(b, a, true, false) - nalike) * 100 >= nbeside * OVERLAP_OTHER)
        return o->nchanged;
    return naive_count(&part, a, true, true) - naive_count(&part, a, false, true);
}

static overlap
naive_overlap(const article_words *a, const article_words *b)
{
    overlap o = {.nwords = a->nwords};

    for (size_t i = 0; i < a->nwords; i++) {
        const bool is_number = (a->words[i] & 1) != 0;
        const bool is_shared = lies_in_run(a, i, b, false);

        o.nshared += is_shared;
        o.nagreed += is_shared && is_number;
        o.nchanged += !is_shared && is_number && lies_in_run(a, i, b, true);
    }
    o.nchanged = naive_changed(a, b, &o);
    return o;
}

/* Words of a small vocabulary, a third of them numbers; part of them taken from another text. */
static article_words
random_words(size_t nwords, const article_words *from)
{
    article_words w = {0};

    while (w.nwords < nwords) {
        if (from != NULL && from->nwords > 0 && random_below(4) == 0) {
            const size_t start = random_below((uint32_t)from->nwords);

            for (size_t n = random_below(15);
                 n > 0 && start + n <= from->nwords && w.nwords < nwords; n--)
                add_word(&w, from->words[start + n - 1] == 7 ? 9 : from->words[from->nwords - n]);
        } else {
            add_word(&w, random_below(3) == 0 ? random_below(4) * 2 + 3 : random_below(12) * 2 + 2);
        }
    }
    return w;
}

/* One that has part of an article, then other words, and the form of a sentence with numbers that
 * both have by chance. */
static article_words
merged_words(const article_words *from)
{
    article_words w = {0};
    const size_t nkept = from->nwords / 3 + random_below((uint32_t)from->nwords / 2);
    const size_t nform = 6 + random_below(16);

    for (size_t i = 0; i < nkept; i++)
        add_word(&w, i > 0 && random_below(40) == 0 ? 12345 : from->words[i]);
    for (uint32_t n = 40 + random_below(260); n > 0; n--)
        add_word(&w, 1000 + 2 * random_below(100000));
    for (size_t i = from->nwords - nform; i < from->nwords; i++)
        add_word(&w, from->words[i] % 2 != 0 ? from->words[i] + 100 : from->words[i]);
    while (w.nwords < from->nwords)
        add_word(&w, 1000 + 2 * random_below(100000));
    return w;
}

static void
test_overlap_of_two_in_one(void **state)
{
    overlap_table table = {0};
    size_t nforgotten = 0;

    (void)state;
    for (int i = 0; i < 500; i++) {
        article_words a = {0};
        article_words b;
        overlap got;
        overlap wanted = {0};

        for (uint32_t n = 40 + random_below(80); n > 0; n--)
            add_word(&a,
                     random_below(5) == 0 ? 1 + 2 * random_below(40) : 2 * random_below(100000));
        b = merged_words(&a);
        wanted = naive_overlap(&a, &b);
        assert_true(overlap_find(&a, &b, &table, &got));
        if (wanted.nshared * 100 >= wanted.nwords * OVERLAP_WHOLE) {
            assert_int_equal(got.nshared, wanted.nshared);
            assert_int_equal(got.nagreed, wanted.nagreed);
            assert_int_equal(got.nchanged, wanted.nchanged);
            nforgotten += naive_count(&a, &b, true, true) - wanted.nagreed > wanted.nchanged;
        }
        article_words_free(&a);
        article_words_free(&b);
    }
    assert_in_range(nforgotten, 20, 400);
    overlap_table_free(&table);
}

static void
test_overlap_is_that_of_all_runs(void **state)
{
    overlap_table table = {0};
    size_t nshared = 0;
    size_t nchanged = 0;
    size_t nenough = 0;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        article_words a = random_words(WORD_RUN + random_below(60), NULL);
        article_words b = random_words(a.nwords + 1 + random_below(60), &a);
        overlap got;
        const overlap wanted = naive_overlap(&a, &b);

        assert_true(overlap_find(i % 2 == 0 ? &a : &b, i % 2 == 0 ? &b : &a, &table, &got));
        assert_int_equal(got.nwords, wanted.nwords);
        if (wanted.nshared * 100 >= wanted.nwords * OVERLAP_WHOLE) {
            assert_int_equal(got.nshared, wanted.nshared);
            assert_int_equal(got.nagreed, wanted.nagreed);
            assert_int_equal(got.nchanged, wanted.nchanged);
            nenough++;
        } else { /* it is not counted to the end */
            assert_true(got.nshared <= wanted.nshared && got.nagreed <= wanted.nagreed);
            assert_int_equal(got.nchanged, 0);
        }
        nshared += got.nshared;
        nchanged += got.nchanged;
        article_words_free(&a);
        article_words_free(&b);
    }
    assert_true(nshared > 1000 && nchanged > 100 && nenough > 100);
    overlap_table_free(&table);
}

#define LONG_TEXT                                                                                  \
    "The harbour board met on Tuesday to hear what the dockers had to say about the new cranes. "  \
    "It heard them for an hour and then closed the doors to the public and to the press. Nobody "  \
    "who was in the room would say afterwards what had been decided, but the cranes were "         \
    "unloaded the next morning."
#define OTHER_TEXT                                                                                 \
    "A bakery in the old town has won the prize for the best bread of the county once more, the "  \
    "fourth time in a row. Its owner said that the flour came from a mill down the road, and "     \
    "that there was no secret to it but time. The judges praised the crust above all else, and "   \
    "the smell."
#define MORE_TEXT " The board will meet once more before the summer, when the season begins."
#define EARNINGS(a, b) " Its shares earned " a " cents against " b " cents."
#define REPORT(a, b, c)                                                                            \
    "The central bank said it had provided the money market with a further " a                     \
    " million in assistance during the afternoon session. This brings the total help so far "      \
    "today to " b " million against a shortage that was first forecast at " c                      \
    " million and then left as it was until the close."

static void
test_degrees(void **state)
{
    static const struct {
        const char *title_a;
        const char *text_a;
        const char *title_b;
        const char *text_b;
        overlap_degree wanted;
    } table[] = {
        {"Cranes", LONG_TEXT, "Harbour", LONG_TEXT, OVERLAP_IN_THE_MAIN},
        {"Cranes", LONG_TEXT, "Cranes", OTHER_TEXT, OVERLAP_NONE},
        {"Cranes", LONG_TEXT, "Both", OTHER_TEXT " " LONG_TEXT, OVERLAP_IN_THE_MAIN},
        {"One", REPORT("37", "75", "350"), "Two", REPORT("37", "75", "350"), OVERLAP_IN_THE_MAIN},
        {"One", REPORT("37", "75", "350"), "Two", REPORT("24", "90", "400"), OVERLAP_NONE},
        {"One", REPORT("37", "75", "350"), "Two", REPORT("37", "90", "400"), OVERLAP_NONE},
        {"One", REPORT("37", "75", "350"), "Two", REPORT("37", "75", "351"), OVERLAP_IN_THE_MAIN},
        {"Blah", "Blah blah blah.", "Blah", "Blah blah blah!", OVERLAP_IN_THE_MAIN},
        {"Blah", "Blah blah blah.", "Bleh", "Blah blah blah.", OVERLAP_NONE},
        {"", "Blah blah blah.", "", "Blah blah.", OVERLAP_NONE},
        {"Short", "The harbour board met on Tuesday to hear what the dockers had to say.", "Short",
         LONG_TEXT, OVERLAP_IN_THE_MAIN},
        {"Short", "The harbour board met on Tuesday to hear what the dockers had to say.", "Long",
         LONG_TEXT, OVERLAP_NONE},
        {"One", LONG_TEXT EARNINGS("34", "22") MORE_TEXT, "Both",
         LONG_TEXT " " OTHER_TEXT EARNINGS("8", "5"), OVERLAP_IN_PART},
        {"One", LONG_TEXT EARNINGS("34", "22") MORE_TEXT, "Two", LONG_TEXT EARNINGS("8", "5"),
         OVERLAP_NONE},
        {"Nothing", "", "Nothing", "", OVERLAP_NONE},
    };
    overlap_table memory = {0};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        article_words a = words_of(table[i].title_a, table[i].text_a);
        article_words b = words_of(table[i].title_b, table[i].text_b);
        overlap o;

        assert_true(overlap_find(&a, &b, &memory, &o));
        if (overlap_judge(&o, &a, &b) != table[i].wanted)
            fail_msg("pair %zu: %d, %zu of %zu shared, %zu numbers agreed on, %zu changed", i,
                     overlap_judge(&o, &a, &b), o.nshared, o.nwords, o.nagreed, o.nchanged);
        assert_int_equal(overlap_judge(&o, &a, &b), overlap_judge(&o, &b, &a));
        article_words_free(&a);
        article_words_free(&b);
    }
    overlap_table_free(&memory);
}

/* ---- Sketches ---- */

static void
test_sketches_hold_a_sample(void **state)
{
    static const size_t sizes[] = {0, 1, 4, 5, 6, 39, 100, 128, 129, 1000, 4096, 20000};
    buffer scratch = {0};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        article_words w = {.title = (uint64_t)i << 48};
        sketch s;

        for (size_t j = 0; j < sizes[i]; j++)
            add_word(&w, random_below(1U << 30) * 2);
        assert_true(sketch_make(&w, -(int64_t)i, &scratch, &s));
        assert_int_equal(s.nwords, sizes[i]);
        assert_int_equal(s.title, sizes[i] < OVERLAP_SHORT ? i : 0);
        assert_int_equal(s.seconds, -(int64_t)i);
        assert_true((s.nhashes > 0) == (sizes[i] > 0));
        assert_true(s.nhashes < 2 * SKETCH_MOST);
        if (sizes[i] >= 39)
            assert_in_range(s.nhashes, 3, 2 * sizes[i] / SKETCH_PART + 3 * SKETCH_LEAST);
        for (uint32_t j = 0; j < s.nhashes; j++) {
            assert_true(s.hashes[j] <= sketch_bound(s.nwords));
            assert_true(j == 0 || s.hashes[j - 1] < s.hashes[j]);
        }
        article_words_free(&w);
    }
    buffer_free(&scratch);
}

/* Sketches are read as they were stored, one behind the other, and not where bytes are missing. */
static void
test_sketches_are_stored(void **state)
{
    enum { N = 400 };
    static uint32_t room[SKETCH_ROOM];
    sketch sketches[N];
    buffer hashes[N] = {0};
    buffer stored = {0};
    int64_t seconds = 0;
    const uint8_t *at;
    sketch s;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        const size_t nwords = i < 200 ? i : random_below(i < 390 ? 4000 : 100000);
        article_words w = {.title = (uint64_t)random_below(1U << 30) << 34};

        for (size_t j = 0; j < nwords; j++)
            add_word(&w, random_below(1U << 30) * 2);
        assert_true(sketch_make(&w,
                                i % 7 == 0   ? INT64_MIN
                                : i % 7 == 1 ? INT64_MAX - (int64_t)random_below(99)
                                             : -(int64_t)random_below(1U << 30),
                                &hashes[i], &sketches[i]));
        assert_true(sketch_pack(&sketches[i], &seconds, &stored));
        article_words_free(&w);
    }
    at = (const uint8_t *)stored.bytes;
    seconds = 0;
    for (size_t i = 0; i < N; i++) {
        const uint8_t *end = (const uint8_t *)stored.bytes + stored.size;
        int64_t before = seconds;
        const uint8_t *next = sketch_unpack(at, end, &seconds, room, &s);

        assert_non_null(next);
        assert_true(s.seconds == sketches[i].seconds);
        assert_int_equal(s.nwords, sketches[i].nwords);
        assert_int_equal(s.title, sketches[i].title);
        assert_int_equal(s.nhashes, sketches[i].nhashes);
        assert_memory_equal(s.hashes, sketches[i].hashes, s.nhashes * sizeof *s.hashes);
        for (end = at; end < next; end++)
            assert_null(sketch_unpack(at, end, &before, room, &s));
        at = next;
        buffer_free(&hashes[i]);
    }
    assert_ptr_equal(at, stored.bytes + stored.size);
    buffer_free(&stored);
}

/* ---- Groups ---- */

/* Articles, alive or not. */
typedef struct {
    article_words *articles;
    sketch *sketches;
    buffer *hashes;      /* of each sketch */
    const bool *is_dead; /* NULL: none */
    size_t narticles;
} set;

static quire_status
get_sketch(void *closure, uint32_t number, sketch *out, quire_error *err)
{
    (void)err;
    *out = ((const set *)closure)->sketches[number - 1];
    return QUIRE_OK;
}

static quire_status
get_words(void *closure, uint32_t number, article_words *out, quire_error *err)
{
    const article_words *from = &((const set *)closure)->articles[number - 1];

    (void)err;
    assert_int_equal(out->nwords, 0);
    for (size_t i = 0; i < from->nwords; i++)
        add_word(out, from->words[i]);
    out->title = from->title;
    return QUIRE_OK;
}

static article_state
get_state(void *closure, uint32_t number)
{
    const set *s = closure;

    return s->is_dead == NULL || !s->is_dead[number - 1] ? ARTICLE_NEW : ARTICLE_DEAD;
}

static void
make_sketches(set *s)
{
    s->sketches = calloc(s->narticles, sizeof *s->sketches);
    s->hashes = calloc(s->narticles, sizeof *s->hashes);
    assert_non_null(s->sketches);
    assert_non_null(s->hashes);
    for (size_t i = 0; i < s->narticles; i++)
        assert_true(sketch_make(&s->articles[i], (int64_t)i, &s->hashes[i], &s->sketches[i]));
}

static void
free_set(set *s)
{
    for (size_t i = 0; i < s->narticles; i++) {
        article_words_free(&s->articles[i]);
        buffer_free(&s->hashes[i]);
    }
    free(s->articles);
    free(s->hashes);
    free(s->sketches);
}

#define NTEXTS 60
#define NCOPIES 9 /* of each text, itself too */

/* Texts, and copies of each that miss up to a third of its words. */
static set
make_set(void)
{
    set s = {.articles = calloc(NTEXTS * NCOPIES, sizeof *s.articles),
             .narticles = NTEXTS * NCOPIES};

    assert_non_null(s.articles);
    for (size_t i = 0; i < NTEXTS; i++) {
        const size_t nwords = 60 + random_below(300);

        for (size_t j = 0; j < nwords; j++)
            add_word(&s.articles[i * NCOPIES], random_below(30000) * 2);
        for (size_t j = 1; j < NCOPIES; j++) {
            const size_t first = random_below((uint32_t)nwords / 6);
            const size_t end = nwords - random_below((uint32_t)nwords / 6);

            for (size_t k = first; k < end; k++)
                add_word(&s.articles[i * NCOPIES + j], s.articles[i * NCOPIES].words[k]);
        }
    }
    make_sketches(&s);
    return s;
}

static grouping
group(const grouping_segment *segments, size_t nsegments, size_t memory_bytes)
{
    grouping g;

    assert_int_equal(grouping_run(segments, nsegments, memory_bytes, 2, NULL, &g, NULL), QUIRE_OK);
    return g;
}

static grouping_segment
segment_of(set *s)
{
    return (grouping_segment){.narticles = (uint32_t)s->narticles,
                              .sketch = get_sketch,
                              .words = get_words,
                              .state = get_state,
                              .closure = s};
}

static void
test_groups_are_copies(void **state)
{
    set s = make_set();
    const grouping_segment segment = segment_of(&s);
    grouping g = group(&segment, 1, 64U << 20);

    (void)state;
    assert_int_equal(g.ngroups, NTEXTS);
    assert_int_equal(g.nmembers, NTEXTS * NCOPIES);
    for (uint32_t i = 0; i < NTEXTS; i++) {
        assert_int_equal(g.groups[i].first, i * NCOPIES);
        assert_int_equal(g.groups[i].nmembers, NCOPIES);
        assert_int_equal(g.groups[i].longest, i * NCOPIES + 1);
        assert_int_equal(g.groups[i].earliest, i * NCOPIES + 1);
        for (uint32_t j = 0; j < NCOPIES; j++)
            assert_int_equal(g.members[i * NCOPIES + j], i * NCOPIES + j + 1);
    }
    /* With hardly any memory, hashes are gone through in many ranges. */
    grouping again = group(&segment, 1, 1);

    assert_int_equal(again.ngroups, g.ngroups);
    assert_memory_equal(again.members, g.members, g.nmembers * sizeof *g.members);
    grouping_free(&again);
    grouping_free(&g);
    free_set(&s);
}

/* Groups by which articles they are of, whatever their numbers: the least of a group stands for it.
 */
static void
name_groups(const grouping *g, const uint32_t *article_of, size_t narticles, uint32_t *names)
{
    for (uint32_t i = 0; i < narticles; i++)
        names[i] = UINT32_MAX;
    for (size_t i = 0; i < g->ngroups; i++) {
        uint32_t least = UINT32_MAX;

        for (uint32_t j = 0; j < g->groups[i].nmembers; j++) {
            const uint32_t number = article_of[g->members[g->groups[i].first + j] - 1];

            least = number < least ? number : least;
        }
        for (uint32_t j = 0; j < g->groups[i].nmembers; j++)
            names[article_of[g->members[g->groups[i].first + j] - 1]] = least;
    }
}

/* The same articles in another order, over three segments, dead ones between: the same groups. */
static void
test_groups_do_not_depend_on_order(void **state)
{
    set s = make_set();
    uint32_t order[2 * NTEXTS * NCOPIES];
    bool is_dead[2 * NTEXTS * NCOPIES];
    uint32_t names[NTEXTS * NCOPIES];
    uint32_t names_again[NTEXTS * NCOPIES];
    uint32_t plain[NTEXTS * NCOPIES];
    const size_t n = s.narticles;
    const size_t starts[] = {0, n / 3, n, 2 * n};
    const grouping_segment whole = segment_of(&s);
    grouping g = group(&whole, 1, 1U << 20);

    (void)state;
    for (uint32_t i = 0; i < n; i++)
        plain[i] = i;
    name_groups(&g, plain, n, names);
    grouping_free(&g);
    for (int round = 0; round < 5; round++) {
        set mixed = {.articles = calloc(2 * n, sizeof *mixed.articles), .narticles = 2 * n};
        set parts[3];
        grouping_segment segments[3];

        for (uint32_t i = 0; i < 2 * n; i++)
            order[i] = i / 2;
        for (uint32_t i = (uint32_t)(2 * n); i > 1; i--) {
            const uint32_t j = random_below(i);
            const uint32_t swap = order[i - 1];

            order[i - 1] = order[j];
            order[j] = swap;
        }
        for (uint32_t i = 0; i < 2 * n; i++) {
            is_dead[i] = false;
            for (uint32_t j = 0; j < i; j++) /* it is there already */
                is_dead[i] = is_dead[i] || order[j] == order[i];
            for (size_t k = 0; k < s.articles[order[i]].nwords; k++)
                add_word(&mixed.articles[i], s.articles[order[i]].words[k]);
        }
        make_sketches(&mixed);
        for (int i = 0; i < 3; i++) {
            parts[i] = (set){.articles = mixed.articles + starts[i],
                             .sketches = mixed.sketches + starts[i],
                             .hashes = mixed.hashes + starts[i],
                             .is_dead = is_dead + starts[i],
                             .narticles = starts[i + 1] - starts[i]};
            segments[i] = segment_of(&parts[i]);
        }
        g = group(segments, 3, 1U << 20);
        name_groups(&g, order, n, names_again);
        assert_memory_equal(names, names_again, sizeof names);
        assert_int_equal(g.nmembers, n);
        grouping_free(&g);
        free_set(&mixed);
    }
    free_set(&s);
}

/* A form that is filled in by many articles makes no copies of them, and is no reason to keep
 * copies apart. */
static void
test_boilerplate_makes_no_copies(void **state)
{
    enum { NFORMS = 40 };
    set s = {.articles = calloc(2 * NFORMS, sizeof *s.articles), .narticles = 2 * NFORMS};
    uint32_t form[60];
    grouping g;

    (void)state;
    assert_non_null(s.articles);
    for (size_t i = 0; i < 60; i++)
        form[i] = random_below(30000) * 2;
    for (size_t i = 0; i < NFORMS; i++) {
        for (size_t j = 0; j < 60; j++)
            add_word(&s.articles[i], form[j]);
        for (size_t j = 0; j < 60; j++)
            add_word(&s.articles[i], random_below(30000) * 2);
        for (size_t j = 5; j < 120; j++) /* and a copy of each */
            add_word(&s.articles[NFORMS + i], s.articles[i].words[j]);
    }
    make_sketches(&s);
    const grouping_segment segment = segment_of(&s);

    g = group(&segment, 1, 1U << 20);
    assert_int_equal(g.ngroups, NFORMS);
    for (uint32_t i = 0; i < NFORMS; i++) {
        assert_int_equal(g.groups[i].nmembers, 2);
        assert_int_equal(g.members[2 * i], i + 1);
        assert_int_equal(g.members[2 * i + 1], NFORMS + i + 1);
    }
    grouping_free(&g);
    free_set(&s);
}

/* ---- Updates ---- */

/* Articles of a few texts: copies that miss words at either end, halves joined to something else,
 * forms that are filled in.  So there are large bunches, and runs that are boilerplate or nearly.
 */
static set
make_many(void)
{
    enum { NKINDS = 14, NEACH = 26, NWORDS = 120 };
    set s = {.articles = calloc(NKINDS * NEACH, sizeof *s.articles), .narticles = NKINDS * NEACH};
    uint32_t text[NWORDS];

    assert_non_null(s.articles);
    for (size_t i = 0; i < s.narticles; i++) {
        article_words *a = &s.articles[i];
        const size_t kind = i / NEACH;

        for (size_t j = 0; j < NWORDS && i % NEACH == 0; j++)
            text[j] = random_below(30000) * 2;
        /* Of half of the kinds copies in the main, of the others in part or less. */
        const size_t nkept = kind % 2 == 0 ? 90 + random_below(30) : 35 + random_below(40);
        const size_t first = random_below((uint32_t)(NWORDS - nkept) + 1);

        for (size_t j = first; j < first + nkept; j++)
            add_word(a, random_below(kind % 3 == 0 ? 15 : 1000) == 0 ? random_below(30000) * 2
                                                                     : text[j]);
        for (size_t j = nkept; j < 100; j++)
            add_word(a, random_below(30000) * 2);
    }
    make_sketches(&s);
    return s;
}

/* A set of which some articles are there. */
typedef struct {
    set *of;
    article_state states[400];
    grouping_place before[400];
    bool is_known;  /* the generation before */
    unsigned nread; /* articles that are kept */
} generation;

static quire_status
get_generation_sketch(void *closure, uint32_t number, sketch *out, quire_error *err)
{
    return get_sketch(((generation *)closure)->of, number, out, err);
}

static quire_status
get_generation_words(void *closure, uint32_t number, article_words *out, quire_error *err)
{
    generation *g = closure;

    g->nread += g->states[number - 1] == ARTICLE_KEPT;
    return get_words(g->of, number, out, err);
}

static article_state
get_generation_state(void *closure, uint32_t number)
{
    const generation *g = closure;
    const article_state state = g->states[number - 1];

    if (g->is_known)
        return state;
    return state == ARTICLE_NEW || state == ARTICLE_KEPT ? ARTICLE_NEW : ARTICLE_DEAD;
}

static quire_status
get_generation_before(void *closure, uint32_t number, grouping_place *out, quire_error *err)
{
    (void)err;
    *out = ((const generation *)closure)->before[number - 1];
    return QUIRE_OK;
}

static grouping
group_generation(generation *from, bool is_known)
{
    const grouping_segment segment = {.narticles = (uint32_t)from->of->narticles,
                                      .sketch = get_generation_sketch,
                                      .words = get_generation_words,
                                      .state = get_generation_state,
                                      .before = is_known ? get_generation_before : NULL,
                                      .closure = from};
    grouping g;

    from->is_known = is_known;
    from->nread = 0;
    assert_int_equal(grouping_run(&segment, 1, 1U << 20, 1, NULL, &g, NULL), QUIRE_OK);
    return g;
}

/* Let some articles come and go; all that is there was there, or is new. */
static void
change(generation *g, const grouping *groups)
{
    static const uint32_t parts[] = {3, 20, 60, 200};
    const uint32_t one_in = parts[random_below(4)];

    for (size_t i = 0; i < g->of->narticles; i++) {
        const bool was_alive = g->states[i] == ARTICLE_NEW || g->states[i] == ARTICLE_KEPT;

        g->before[i] = (grouping_place){GROUPING_ALONE, GROUPING_ALONE};
        if (random_below(one_in) == 0)
            g->states[i] = was_alive ? ARTICLE_GONE : ARTICLE_NEW;
        else
            g->states[i] = was_alive ? ARTICLE_KEPT : ARTICLE_DEAD;
    }
    for (uint32_t i = 0; i < groups->ngroups; i++)
        for (uint32_t j = 0; j < groups->groups[i].nmembers; j++) {
            const uint32_t at = groups->groups[i].first + j;

            g->before[groups->members[at] - 1] = (grouping_place){groups->sets[at], i};
        }
}

/* What is known from the generation before makes no difference but that less is read. */
static void
test_updates_are_as_new(void **state)
{
    unsigned nread = 0;
    unsigned nread_fresh = 0;

    (void)state;
    for (int round = 0; round < 6; round++) {
        set s = make_many();
        generation g = {.of = &s};
        grouping groups;

        for (size_t i = 0; i < s.narticles; i++)
            g.states[i] = random_below(2) == 0 ? ARTICLE_NEW : ARTICLE_DEAD;
        groups = group_generation(&g, false);
        for (int step = 0; step < 25; step++) {
            grouping updated;

            change(&g, &groups);
            grouping_free(&groups);
            updated = group_generation(&g, true);
            nread += g.nread;
            groups = group_generation(&g, false);
            nread_fresh += g.nread;
            assert_int_equal(updated.ngroups, groups.ngroups);
            assert_int_equal(updated.nmembers, groups.nmembers);
            assert_memory_equal(updated.members, groups.members,
                                groups.nmembers * sizeof *groups.members);
            assert_memory_equal(updated.sets, groups.sets, groups.nmembers * sizeof *groups.sets);
            assert_memory_equal(updated.groups, groups.groups,
                                groups.ngroups * sizeof *groups.groups);
            grouping_free(&updated);
        }
        grouping_free(&groups);
        free_set(&s);
    }
    assert_true(nread < nread_fresh);
    print_message("%u of %u\n", nread, nread_fresh);
}

static void
test_no_articles_have_no_groups(void **state)
{
    set s = {0};
    const grouping_segment segment = segment_of(&s);
    grouping g = group(&segment, 1, 1U << 20);

    (void)state;
    assert_int_equal(g.ngroups, 0);
    grouping_free(&g);
    g = group(NULL, 0, 1U << 20);
    assert_int_equal(g.nmembers, 0);
    grouping_free(&g);
}

static bool
stop_at_once(void *closure)
{
    (void)closure;
    return true;
}

static void
test_grouping_can_be_stopped(void **state)
{
    set s = make_set();
    const grouping_segment segment = segment_of(&s);
    const grouping_stop stop = {stop_at_once, NULL};
    grouping g;

    (void)state;
    assert_int_equal(grouping_run(&segment, 1, 1U << 20, 2, &stop, &g, NULL), QUIRE_ECANCELED);
    free_set(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_those_of_the_text),
        cmocka_unit_test(test_overlap_is_that_of_all_runs),
        cmocka_unit_test(test_overlap_of_two_in_one),
        cmocka_unit_test(test_degrees),
        cmocka_unit_test(test_sketches_hold_a_sample),
        cmocka_unit_test(test_sketches_are_stored),
        cmocka_unit_test(test_groups_are_copies),
        cmocka_unit_test(test_groups_do_not_depend_on_order),
        cmocka_unit_test(test_boilerplate_makes_no_copies),
        cmocka_unit_test(test_updates_are_as_new),
        cmocka_unit_test(test_no_articles_have_no_groups),
        cmocka_unit_test(test_grouping_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
