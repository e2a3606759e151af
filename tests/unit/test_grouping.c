/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups of copies, made at once and by updates. */
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

#include "chance.h"

static void
add_word(article_words *w, uint32_t word)
{
    assert_true(ARRAY_GROW(w->words, w->nwords, &w->room));
    w->words[w->nwords++] = word;
}

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

/* Of two articles of as many words, all words of the one stand in the other, which has others, too:
 * in either order they are no copies, though they would be in one where the first was taken for the
 * longer. */
static void
test_which_is_first_of_as_many_words_does_not_matter(void **state)
{
    enum { NPART = 150, NTIMES = 4 };

    (void)state;
    for (unsigned first = 0; first < 2; first++) {
        set s = {.articles = calloc(2, sizeof *s.articles), .narticles = 2};
        const grouping_segment segment = segment_of(&s);
        grouping g;

        assert_non_null(s.articles);
        for (uint32_t i = 0; i < NPART * NTIMES; i++) {
            add_word(&s.articles[first], i % NPART * 2);
            add_word(&s.articles[!first], i * 2);
        }
        make_sketches(&s);
        g = group(&segment, 1, 1U << 20);
        assert_int_equal(g.ngroups, 0);
        grouping_free(&g);
        free_set(&s);
    }
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
        cmocka_unit_test(test_groups_are_copies),
        cmocka_unit_test(test_groups_do_not_depend_on_order),
        cmocka_unit_test(test_which_is_first_of_as_many_words_does_not_matter),
        cmocka_unit_test(test_boilerplate_makes_no_copies),
        cmocka_unit_test(test_updates_are_as_new),
        cmocka_unit_test(test_no_articles_have_no_groups),
        cmocka_unit_test(test_grouping_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
