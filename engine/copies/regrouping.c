/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regrouping.c - see regrouping.h. */
#include "copies/regrouping.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "copies/article_pairs.h"
#include "copies/boilerplate.h"
#include "copies/boilerplate_hashes.h"
#include "copies/bunches.h"
#include "copies/candidates.h"
#include "copies/comparing.h"
#include "copies/some_bunches.h"

#define WORTH_WHILE 4     /* of so many articles no more than one is new or gone */
#define BYTES_EACH 4096   /* of memory, for each that is */
#define MOST_TRIED 64     /* of the candidates of an article that lost one */
#define MOST_LOOKS 1e8    /* at candidates; beyond, groups are put together again unseen */
#define PAIRS_A_TICK 1024 /* between looks at whether to stop */

/* What an article is among. */
enum { OF_SET = 1, OF_GROUP = 2 };

typedef struct {
    grouped *articles;
    comparing *comparing;
    const grouping_stop *stop;
    uint32_t *set_of;
    some_bunches touched; /* by what is new or gone */
    bool *is_wanted;      /* of each article, for some_bunches_find */
    bool *is_retold;      /* of each article: what is boilerplate of it changed */
    bool *set_is_broken;  /* of each set, and group, of the generation before */
    bool *group_is_broken;
    uint32_t nnumbers;      /* of sets and groups, at most */
    article_pairs fresh;    /* that were no candidates before, or may not have been */
    article_pairs lost;     /* that were, and may be none any more */
    article_pairs proposed; /* of what is put together anew */
    article_pairs in_part;  /* that may be copies in part */
    uint32_t *row;          /* members of one bunch */
    size_t row_room;
} regrouping;

/* ---- Candidates of a bunch ---- */

static bool
is_kept(const regrouping *r, uint32_t article)
{
    return r->articles->states[article] == ARTICLE_KEPT;
}

/* Those of a row, as they are now or were before. */
static uint32_t
count_row(const regrouping *r, const uint32_t *row, uint32_t n, article_state without)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < n; i++)
        count += r->articles->states[row[i]] != without;
    return count;
}

/* Have a bunch's members in a row, in the order of candidates where they are many. */
static bool
make_row(regrouping *r, const some_bunch *of)
{
    if (r->row_room < of->nmembers) {
        free(r->row);
        r->row = malloc(of->nmembers * sizeof *r->row);
        r->row_room = r->row != NULL ? of->nmembers : 0;
        if (r->row == NULL)
            return false;
    }
    memcpy(r->row, of->members, of->nmembers * sizeof *r->row);
    return of->nmembers <= BUNCH_ALL ||
           candidates_order(r->articles, of->hash, r->row, of->nmembers);
}

/* Behind how many of a row an article may stand to make a pair with the first of them: all, or near
 * ones where there are many. */
static uint32_t
reach_of(uint32_t nmembers)
{
    return nmembers > BUNCH_ALL ? CANDIDATES_NEAR : nmembers;
}

/* How the pairs of a row are walked as they are now, or were before: who is left out, how far it
 * reaches, and how many of those behind the first of a pair were passed. */
typedef struct {
    article_state without;
    uint32_t reach;
    uint32_t nbehind;
} row_walk;

static row_walk
begin_walk(uint32_t nmembers, article_state without)
{
    return (row_walk){.without = without, .reach = reach_of(nmembers)};
}

/* Is the article of that state within reach, behind the first of a pair?  It is passed. */
static bool
pass(row_walk *w, article_state state)
{
    return state != w->without && w->nbehind++ < w->reach;
}

/* The pairs that the row's article i makes with those behind it that it did not make before, and
 * the other way. */
static bool
take_pairs(regrouping *r, uint32_t i, uint32_t n, row_walk now, row_walk before)
{
    const uint8_t *states = r->articles->states;
    const uint32_t x = r->row[i];

    for (uint32_t j = i + 1; j < n && (now.nbehind < now.reach || before.nbehind < before.reach);
         j++) {
        const uint32_t y = r->row[j];
        const bool is_now = pass(&now, states[y]) && states[x] != now.without;
        const bool was_before = pass(&before, states[y]) && states[x] != before.without;

        if (is_now != was_before &&
            !article_pairs_add(is_now ? &r->fresh : &r->lost, article_pairs_key(r->articles, x, y)))
            return false;
    }
    return true;
}

/* Learn which pairs a touched bunch proposes that it did not before, and the other way. */
static bool
take_touched(regrouping *r, const some_bunch *of)
{
    const uint32_t n = of->nmembers;
    const uint32_t nnow = count_row(r, of->members, n, ARTICLE_GONE);
    const uint32_t nbefore = count_row(r, of->members, n, ARTICLE_NEW);
    bool ok;

    if (n < 2 || (nnow == n && nbefore == n))
        return true;
    ok = make_row(r, of);
    for (uint32_t i = 0; i < n && ok; i++)
        ok = take_pairs(r, i, n, begin_walk(nnow, ARTICLE_GONE), begin_walk(nbefore, ARTICLE_NEW));
    return ok;
}

static bool
take_all_touched(regrouping *r)
{
    some_bunch of;

    for (size_t place = 0; some_bunches_next(&r->touched, &place, &of);)
        if (!take_touched(r, &of))
            return false;
    article_pairs_sort(&r->fresh);
    article_pairs_sort(&r->lost);
    return true;
}

/* ---- What is broken ---- */

static uint32_t
number_before(const regrouping *r, uint32_t article, int what)
{
    const grouping_place *place = &r->articles->before[article];

    return what == OF_SET ? place->set : place->group;
}

static bool
is_broken(const regrouping *r, uint32_t article, int what)
{
    const uint32_t number = number_before(r, article, what);

    return number != GROUPING_ALONE &&
           (what == OF_SET ? r->set_is_broken : r->group_is_broken)[number];
}

static void
break_up(regrouping *r, uint32_t article, int what)
{
    const grouping_place *place = &r->articles->before[article];

    if ((what & OF_SET) != 0 && place->set != GROUPING_ALONE)
        r->set_is_broken[place->set] = true;
    if (place->group != GROUPING_ALONE)
        r->group_is_broken[place->group] = true;
}

static bool
were_together(const regrouping *r, uint32_t x, uint32_t y, int what)
{
    const uint32_t number = number_before(r, x, what);

    return number != GROUPING_ALONE && number == number_before(r, y, what);
}

/* A set that lost a member, or a pair that may have held it together, is broken; so is a group that
 * lost a member. */
static void
break_sets(regrouping *r)
{
    const grouped *g = r->articles;

    for (uint32_t i = 0; i < g->narticles; i++)
        if (g->states[i] == ARTICLE_GONE)
            break_up(r, i, OF_SET | OF_GROUP);
    for (size_t i = 0; i < r->lost.n; i++) {
        const uint32_t x = (uint32_t)(r->lost.keys[i] >> 32);
        const uint32_t y = (uint32_t)r->lost.keys[i];

        if (is_kept(r, x) && is_kept(r, y) && were_together(r, x, y, OF_SET) &&
            comparing_share(g, x, y) >= SKETCH_SHARE_MAIN)
            r->set_is_broken[g->before[x].set] = true;
    }
}

/* Connect the members of what is not broken. */
static bool
connect_unbroken(regrouping *r, int what)
{
    uint32_t *firsts = array_zeroed((size_t)r->nnumbers + 1, sizeof *firsts);

    if (firsts == NULL)
        return false;
    for (uint32_t i = 0; i < r->articles->narticles; i++) {
        const uint32_t number = number_before(r, i, what);

        if (number == GROUPING_ALONE || !is_kept(r, i) || is_broken(r, i, what))
            continue;
        if (firsts[number] == 0)
            firsts[number] = i + 1;
        grouped_connect(r->articles, firsts[number] - 1, i);
    }
    free(firsts);
    return true;
}

/* Is a pair of articles that are kept to be looked at again, since what they were of is broken?  Of
 * groups also one of which an article's hashes tell something else than before. */
static bool
is_proposed(const regrouping *r, uint32_t x, uint32_t y, int what)
{
    if (!is_kept(r, x) || !is_kept(r, y))
        return false;
    return (what == OF_GROUP && (r->is_retold[x] || r->is_retold[y])) ||
           (is_broken(r, x, what) && were_together(r, x, y, what));
}

/* List the pairs of a row that are to be looked at again. */
static bool
propose_row(regrouping *r, uint32_t n, int what)
{
    const uint32_t nnow = count_row(r, r->row, n, ARTICLE_GONE);

    for (uint32_t i = 0; i < n; i++) {
        row_walk walk = begin_walk(nnow, ARTICLE_GONE);

        for (uint32_t j = i + 1; j < n && walk.nbehind < walk.reach; j++)
            if (pass(&walk, r->articles->states[r->row[j]]) &&
                is_proposed(r, r->row[i], r->row[j], what) &&
                !article_pairs_add(&r->proposed,
                                   article_pairs_key(r->articles, r->row[i], r->row[j])))
                return false;
    }
    return true;
}

/* List the candidates among what is broken. */
static quire_status
propose_broken(regrouping *r, int what, quire_error *err)
{
    const grouped *g = r->articles;
    some_bunches found;
    some_bunch of;
    quire_status status;
    bool ok = true;

    r->proposed.n = 0;
    for (uint32_t i = 0; i < g->narticles; i++)
        r->is_wanted[i] =
            is_kept(r, i) && (is_broken(r, i, what) || (what == OF_GROUP && r->is_retold[i]));
    status = some_bunches_find(g, r->is_wanted, &found, err);
    for (size_t place = 0; status == QUIRE_OK && ok && some_bunches_next(&found, &place, &of);)
        ok = make_row(r, &of) && propose_row(r, of.nmembers, what);
    some_bunches_free(&found);
    if (status == QUIRE_OK && !ok)
        return error_nomem(err);
    article_pairs_sort(&r->proposed);
    return status;
}

/* ---- Copies in the main ---- */

static quire_status
tick(const regrouping *r, size_t i, quire_error *err)
{
    if (i % PAIRS_A_TICK == 0 && r->stop != NULL && r->stop->is_stopped(r->stop->closure))
        return error_set(err, QUIRE_ECANCELED, "stopped");
    return QUIRE_OK;
}

static bool
are_connected(const regrouping *r, uint32_t x, uint32_t y)
{
    return grouped_root(r->articles, x) == grouped_root(r->articles, y);
}

/* Connect those that are copies in the main; put aside what may be some in part. */
static quire_status
connect_main(regrouping *r, const article_pairs *pairs, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < pairs->n && status == QUIRE_OK; i++) {
        const uint32_t x = (uint32_t)(pairs->keys[i] >> 32);
        const uint32_t y = (uint32_t)pairs->keys[i];
        overlap_degree degree = OVERLAP_IN_PART;
        uint32_t share;

        status = tick(r, i, err);
        if (status != QUIRE_OK || are_connected(r, x, y))
            continue;
        share = comparing_share(r->articles, x, y);
        if (share >= SKETCH_SHARE_MAIN)
            status = comparing_judge(r->comparing, x, y, &degree, err);
        if (status != QUIRE_OK || share == 0)
            continue;
        if (degree == OVERLAP_IN_THE_MAIN)
            grouped_connect(r->articles, x, y);
        if (degree == OVERLAP_IN_PART && !article_pairs_add(&r->in_part, pairs->keys[i]))
            status = error_nomem(err);
    }
    return status;
}

static quire_status
connect_sets(regrouping *r, quire_error *err)
{
    quire_status status;

    break_sets(r);
    if (!connect_unbroken(r, OF_SET))
        return error_nomem(err);
    status = connect_main(r, &r->fresh, err);
    if (status == QUIRE_OK)
        status = propose_broken(r, OF_SET, err);
    if (status == QUIRE_OK)
        status = connect_main(r, &r->proposed, err);
    for (uint32_t i = 0; i < r->articles->narticles; i++)
        r->set_of[i] = grouped_root(r->articles, i);
    return status;
}

/* ---- What is boilerplate ---- */

/* The text that an article was in the generation before; sets and articles alone are apart. */
static uint64_t
text_before(const regrouping *r, uint32_t article)
{
    const uint32_t set = r->articles->before[article].set;

    return set != GROUPING_ALONE ? set : ((uint64_t)article + 1) << 32;
}

/* Is a hash boilerplate, or was it? */
static bool
is_boilerplate(const regrouping *r, const some_bunch *of, bool before)
{
    const article_state without = before ? ARTICLE_NEW : ARTICLE_GONE;
    text_count texts = {.n = 0};

    for (uint32_t i = 0; i < of->nmembers; i++) {
        const uint32_t article = of->members[i];

        if (r->articles->states[article] != without &&
            text_count_add(&texts, before ? text_before(r, article) : r->set_of[article]))
            return true;
    }
    return false;
}

/* Of hashes that became boilerplate, or ceased to be: their articles are to be looked at again. */
static void
retell(regrouping *r, const some_bunches *found)
{
    some_bunch of;

    for (size_t place = 0; some_bunches_next(found, &place, &of);) {
        if (of.nmembers <= BOILERPLATE_TEXTS ||
            is_boilerplate(r, &of, false) == is_boilerplate(r, &of, true))
            continue;
        for (uint32_t i = 0; i < of.nmembers; i++)
            r->is_retold[of.members[i]] = is_kept(r, of.members[i]);
    }
}

/* Want the hashes of articles whose sets were joined, or taken apart: with those a hash may be of
 * more or fewer texts, though nothing that has it is new or gone. */
static bool
want_other_texts(regrouping *r)
{
    const grouped *g = r->articles;
    uint64_t *text_of =
        array_zeroed((size_t)g->narticles + 1, sizeof *text_of); /* of a root; 0: none */
    uint32_t *root_of =
        array_zeroed((size_t)r->nnumbers + 1, sizeof *root_of); /* of a set, plus 1 */
    bool *is_joined = array_zeroed((size_t)g->narticles + 1, sizeof *is_joined);
    bool *is_apart = array_zeroed((size_t)r->nnumbers + 1, sizeof *is_apart);
    const bool ok = text_of != NULL && root_of != NULL && is_joined != NULL && is_apart != NULL;

    for (uint32_t i = 0; i < g->narticles && ok; i++) {
        const uint32_t set = g->before != NULL ? g->before[i].set : GROUPING_ALONE;
        const uint32_t root = r->set_of[i];

        if (!is_kept(r, i))
            continue;
        is_joined[root] =
            is_joined[root] || (text_of[root] != 0 && text_of[root] != text_before(r, i) + 1);
        text_of[root] = text_before(r, i) + 1;
        if (set == GROUPING_ALONE)
            continue;
        is_apart[set] = is_apart[set] || (root_of[set] != 0 && root_of[set] != root + 1);
        root_of[set] = root + 1;
    }
    for (uint32_t i = 0; i < g->narticles && ok; i++)
        r->is_wanted[i] =
            is_kept(r, i) && (is_joined[r->set_of[i]] ||
                              (g->before[i].set != GROUPING_ALONE && is_apart[g->before[i].set]));
    free(text_of);
    free(root_of);
    free(is_joined);
    free(is_apart);
    return ok;
}

static quire_status
find_retold(regrouping *r, quire_error *err)
{
    some_bunches found;
    quire_status status;

    retell(r, &r->touched);
    if (!want_other_texts(r))
        return error_nomem(err);
    status = some_bunches_find(r->articles, r->is_wanted, &found, err);
    if (status == QUIRE_OK)
        retell(r, &found);
    some_bunches_free(&found);
    return status;
}

/* ---- Copies in part ---- */

/* Find the bunches that articles of pairs are in. */
static quire_status
find_bunches(regrouping *r, const article_pairs *pairs, some_bunches *found_out, quire_error *err)
{
    memset(r->is_wanted, 0, r->articles->narticles * sizeof *r->is_wanted);
    for (size_t i = 0; i < pairs->n; i++)
        r->is_wanted[pairs->keys[i] >> 32] = r->is_wanted[(uint32_t)pairs->keys[i]] = true;
    return some_bunches_find(r->articles, r->is_wanted, found_out, err);
}

/* Hashes of the articles of pairs that are boilerplate, and that were. */
static quire_status
list_boilerplate(regrouping *r, const article_pairs *pairs, boilerplate_hashes *now,
                 boilerplate_hashes *before, quire_error *err)
{
    some_bunches found;
    some_bunch of;
    quire_status status;
    bool ok = true;

    status = find_bunches(r, pairs, &found, err);
    for (size_t place = 0; status == QUIRE_OK && ok && some_bunches_next(&found, &place, &of);) {
        ok = !is_boilerplate(r, &of, false) || boilerplate_hashes_add(now, of.hash);
        ok = ok && (!is_boilerplate(r, &of, true) || boilerplate_hashes_add(before, of.hash));
    }
    some_bunches_free(&found);
    return status == QUIRE_OK && !ok ? error_nomem(err) : status;
}

/* ---- Which groups are broken ---- */

/* A group is broken where one of its sets came apart.  One that was taken apart and is whole again
 * holds it together as before. */
static bool
break_groups_of_sets(regrouping *r)
{
    const grouped *g = r->articles;
    uint32_t *root_of =
        array_zeroed((size_t)r->nnumbers + 1, sizeof *root_of); /* of a set, plus 1 */

    if (root_of == NULL)
        return false;
    for (uint32_t i = 0; i < g->narticles; i++) {
        const uint32_t set = g->before[i].set;

        if (!is_kept(r, i) || !is_broken(r, i, OF_SET))
            continue;
        if (root_of[set] != 0 && root_of[set] != r->set_of[i] + 1)
            break_up(r, i, OF_GROUP);
        root_of[set] = r->set_of[i] + 1;
    }
    free(root_of);
    return true;
}

/* List the pairs that are lost and may have held a group together that is not broken yet.  What is
 * one text by other pairs needs none of its own. */
static bool
list_missed(regrouping *r, article_pairs *missed)
{
    for (size_t i = 0; i < r->lost.n; i++) {
        const uint64_t key = r->lost.keys[i];
        const uint32_t x = (uint32_t)(key >> 32);
        const uint32_t y = (uint32_t)key;

        if (is_kept(r, x) && is_kept(r, y) && were_together(r, x, y, OF_GROUP) &&
            !is_broken(r, x, OF_GROUP) && !are_connected(r, x, y) &&
            comparing_share(r->articles, x, y) > 0 && !article_pairs_add(missed, key))
            return false;
    }
    return true;
}

/* List the pairs that a row proposes of what is wanted, where sketches have enough in common. */
static bool
find_near(const regrouping *r, uint32_t n, article_pairs *near)
{
    const uint8_t *states = r->articles->states;
    const uint32_t nnow = count_row(r, r->row, n, ARTICLE_GONE);

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t x = r->row[i];
        row_walk walk = begin_walk(nnow, ARTICLE_GONE);

        for (uint32_t j = i + 1; states[x] != ARTICLE_GONE && j < n && walk.nbehind < walk.reach;
             j++) {
            const uint32_t y = r->row[j];

            if (pass(&walk, states[y]) && (r->is_wanted[x] || r->is_wanted[y]) &&
                comparing_share(r->articles, x, y) > 0 &&
                !article_pairs_add(near, article_pairs_key(r->articles, x, y)))
                return false;
        }
    }
    return true;
}

/* List the candidates that the articles of pairs make with any. */
static quire_status
find_all_near(regrouping *r, const article_pairs *pairs, article_pairs *near, quire_error *err)
{
    some_bunches found;
    some_bunch of;
    quire_status status;
    bool ok = true;

    status = find_bunches(r, pairs, &found, err);
    for (size_t place = 0; status == QUIRE_OK && ok && some_bunches_next(&found, &place, &of);)
        ok = make_row(r, &of) && find_near(r, of.nmembers, near);
    some_bunches_free(&found);
    if (status == QUIRE_OK && !ok)
        return error_nomem(err);
    article_pairs_sort(near);
    return status;
}

/* What is known of pairs that are missed. */
typedef struct {
    article_pairs missed;
    article_pairs near; /* candidates of their articles */
    boilerplate_hashes now;
    boilerplate_hashes before;
} missing;

/* Connect an article with those near it, until it is connected with another one, or enough were
 * tried. */
static quire_status
connect_near(regrouping *r, const missing *m, uint32_t article, uint32_t other, quire_error *err)
{
    unsigned ntried = 0;

    for (size_t i = 0; i < m->near.n && ntried < MOST_TRIED; i++) {
        const uint32_t x = (uint32_t)(m->near.keys[i] >> 32);
        const uint32_t y = (uint32_t)m->near.keys[i];
        overlap_degree degree = OVERLAP_NONE;
        quire_status status;

        if ((x != article && y != article) || are_connected(r, x, y) ||
            !boilerplate_hashes_leave_copies(&m->now, r->articles, x, y))
            continue;
        status = comparing_judge(r->comparing, x, y, &degree, err);
        if (status != QUIRE_OK)
            return status;
        if (degree != OVERLAP_NONE)
            grouped_connect(r->articles, x, y);
        if (are_connected(r, article, other))
            break;
        ntried++;
    }
    return QUIRE_OK;
}

/* Break the group of a pair, if they were copies, are none now, and no others connect them. */
static quire_status
break_group(regrouping *r, const missing *m, uint64_t key, quire_error *err)
{
    const uint32_t x = (uint32_t)(key >> 32);
    const uint32_t y = (uint32_t)key;
    overlap_degree degree = OVERLAP_NONE;
    quire_status status;

    if (is_broken(r, x, OF_GROUP) || are_connected(r, x, y) ||
        (article_pairs_has(&m->near, key) &&
         boilerplate_hashes_leave_copies(&m->now, r->articles, x, y)) ||
        !boilerplate_hashes_leave_copies(&m->before, r->articles, x, y))
        return QUIRE_OK;
    status = comparing_judge(r->comparing, x, y, &degree, err);
    if (status != QUIRE_OK || degree == OVERLAP_NONE)
        return status;
    if ((double)m->missed.n * (double)m->near.n <= MOST_LOOKS) {
        status = connect_near(r, m, x, y, err);
        if (status == QUIRE_OK && !are_connected(r, x, y))
            status = connect_near(r, m, y, x, err);
    }
    if (status == QUIRE_OK && !are_connected(r, x, y))
        break_up(r, x, OF_GROUP);
    return status;
}

/* Break the groups of which a pair is missed, where it was one of copies that held them together:
 * a large group takes long to be put together again, so each pair is looked at.  Takes the pairs.
 */
static quire_status
break_missed(regrouping *r, article_pairs *missed, quire_error *err)
{
    missing m = {.missed = *missed};
    quire_status status = QUIRE_OK;

    *missed = (article_pairs){.n = 0};
    if (m.missed.n > 0)
        status = find_all_near(r, &m.missed, &m.near, err);
    if (status == QUIRE_OK && m.missed.n > 0)
        status = list_boilerplate(r, &m.missed, &m.now, &m.before, err);
    for (size_t i = 0; i < m.missed.n && status == QUIRE_OK; i++) {
        status = tick(r, i, err);
        if (status == QUIRE_OK)
            status = break_group(r, &m, m.missed.keys[i], err);
    }
    article_pairs_free(&m.missed);
    article_pairs_free(&m.near);
    boilerplate_hashes_free(&m.now);
    boilerplate_hashes_free(&m.before);
    return status;
}

/* Break the groups that lost a set, or a pair that no bunch proposes any more. */
static quire_status
break_groups(regrouping *r, quire_error *err)
{
    article_pairs missed = {.n = 0};

    if (break_groups_of_sets(r) && list_missed(r, &missed))
        return break_missed(r, &missed, err);
    article_pairs_free(&missed);
    return error_nomem(err);
}

/* Were two articles looked at in the generation before, and found to be no copies in part? */
static bool
was_apart(const regrouping *r, uint64_t key, const boilerplate_hashes *boilerplate_before)
{
    const uint32_t x = (uint32_t)(key >> 32);
    const uint32_t y = (uint32_t)key;

    return is_kept(r, x) && is_kept(r, y) && !article_pairs_has(&r->fresh, key) &&
           !were_together(r, x, y, OF_GROUP) &&
           boilerplate_hashes_leave_copies(boilerplate_before, r->articles, x, y);
}

static quire_status
connect_in_part(regrouping *r, const boilerplate_hashes *now, const boilerplate_hashes *before,
                quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < r->in_part.n && status == QUIRE_OK; i++) {
        const uint64_t key = r->in_part.keys[i];
        const uint32_t x = (uint32_t)(key >> 32);
        const uint32_t y = (uint32_t)key;
        overlap_degree degree = OVERLAP_NONE;

        status = tick(r, i, err);
        if (status != QUIRE_OK || are_connected(r, x, y) ||
            !boilerplate_hashes_leave_copies(now, r->articles, x, y) || was_apart(r, key, before))
            continue;
        status = comparing_judge(r->comparing, x, y, &degree, err);
        if (status == QUIRE_OK && degree != OVERLAP_NONE)
            grouped_connect(r->articles, x, y);
    }
    return status;
}

/* Add what is broken, or was told otherwise, to what may be copies in part. */
static quire_status
put_aside_proposed(regrouping *r, quire_error *err)
{
    quire_status status = propose_broken(r, OF_GROUP, err);

    for (size_t i = 0; i < r->proposed.n && status == QUIRE_OK; i++) {
        const uint64_t key = r->proposed.keys[i];
        const uint32_t x = (uint32_t)(key >> 32);
        const uint32_t y = (uint32_t)key;

        status = tick(r, i, err);
        if (status == QUIRE_OK && !are_connected(r, x, y) &&
            comparing_share(r->articles, x, y) > 0 && !article_pairs_add(&r->in_part, key))
            status = error_nomem(err);
    }
    return status;
}

static size_t
count_broken(const regrouping *r)
{
    size_t n = 0;

    for (uint32_t i = 0; i < r->nnumbers; i++)
        n += r->group_is_broken[i];
    return n;
}

/* Break groups of which a pair was one of copies in part, and is none now, since other hashes of
 * it are boilerplate; *any_out: there are some. */
static quire_status
break_retold(regrouping *r, const boilerplate_hashes *now, const boilerplate_hashes *before,
             bool *any_out, quire_error *err)
{
    const size_t nbroken = count_broken(r);
    article_pairs missed = {.n = 0};
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < r->in_part.n && status == QUIRE_OK; i++) {
        const uint64_t key = r->in_part.keys[i];
        const uint32_t x = (uint32_t)(key >> 32);
        const uint32_t y = (uint32_t)key;

        status = tick(r, i, err);
        if (status != QUIRE_OK || (!r->is_retold[x] && !r->is_retold[y]) || !is_kept(r, x) ||
            !is_kept(r, y) || !were_together(r, x, y, OF_GROUP) || is_broken(r, x, OF_GROUP) ||
            are_connected(r, x, y) || boilerplate_hashes_leave_copies(now, r->articles, x, y) ||
            !boilerplate_hashes_leave_copies(before, r->articles, x, y))
            continue;
        if (!article_pairs_add(&missed, key))
            status = error_nomem(err);
    }
    if (status == QUIRE_OK)
        status = break_missed(r, &missed, err);
    article_pairs_free(&missed);
    *any_out = count_broken(r) > nbroken;
    return status;
}

/* Propose what is broken so far, and learn what of it is boilerplate. */
static quire_status
prepare_groups(regrouping *r, boilerplate_hashes *now, boilerplate_hashes *before, quire_error *err)
{
    quire_status status = put_aside_proposed(r, err);

    now->n = before->n = 0;
    if (status != QUIRE_OK)
        return status;
    article_pairs_sort(&r->in_part);
    return list_boilerplate(r, &r->in_part, now, before, err);
}

static quire_status
connect_groups(regrouping *r, quire_error *err)
{
    boilerplate_hashes now = {.n = 0};
    boilerplate_hashes before = {.n = 0};
    bool any = false;
    quire_status status = find_retold(r, err);

    if (status == QUIRE_OK)
        status = prepare_groups(r, &now, &before, err);
    if (status == QUIRE_OK)
        status = break_retold(r, &now, &before, &any, err);
    if (status == QUIRE_OK && any)
        status = prepare_groups(r, &now, &before, err);
    if (status == QUIRE_OK && !connect_unbroken(r, OF_GROUP))
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = connect_in_part(r, &now, &before, err);
    boilerplate_hashes_free(&now);
    boilerplate_hashes_free(&before);
    return status;
}

/* ---- All of it ---- */

static uint64_t
count_changed(const grouped *g)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < g->narticles; i++)
        n += g->states[i] == ARTICLE_NEW || g->states[i] == ARTICLE_GONE;
    return n;
}

bool
regrouping_suits(const grouped *g, size_t memory_bytes)
{
    const uint64_t nchanged = g->before != NULL ? count_changed(g) : 0;

    return g->before != NULL && nchanged * WORTH_WHILE <= g->narticles &&
           nchanged * BYTES_EACH <= memory_bytes;
}

static bool
make_room(regrouping *r)
{
    const grouped *g = r->articles;
    const size_t n = (size_t)g->narticles + 1;

    for (uint32_t i = 0; i < g->narticles; i++) {
        const grouping_place *place = &g->before[i];

        if (place->set != GROUPING_ALONE && place->set >= r->nnumbers)
            r->nnumbers = place->set + 1;
        if (place->group != GROUPING_ALONE && place->group >= r->nnumbers)
            r->nnumbers = place->group + 1;
    }
    r->is_wanted = calloc(n, sizeof *r->is_wanted);
    r->is_retold = calloc(n, sizeof *r->is_retold);
    r->set_is_broken = calloc((size_t)r->nnumbers + 1, sizeof *r->set_is_broken);
    r->group_is_broken = calloc((size_t)r->nnumbers + 1, sizeof *r->group_is_broken);
    return r->is_wanted != NULL && r->is_retold != NULL && r->set_is_broken != NULL &&
           r->group_is_broken != NULL;
}

static void
end(regrouping *r)
{
    comparing_free(r->comparing);
    some_bunches_free(&r->touched);
    free(r->is_wanted);
    free(r->is_retold);
    free(r->set_is_broken);
    free(r->group_is_broken);
    article_pairs_free(&r->fresh);
    article_pairs_free(&r->lost);
    article_pairs_free(&r->proposed);
    article_pairs_free(&r->in_part);
    free(r->row);
}

quire_status
regrouping_connect(grouped *g, size_t memory_bytes, const grouping_stop *stop, uint32_t *set_of,
                   uint64_t *ncompared_out, quire_error *err)
{
    regrouping r = {.articles = g, .stop = stop, .set_of = set_of};
    quire_status status = make_room(&r) ? QUIRE_OK : error_nomem(err);

    for (uint32_t i = 0; i < g->narticles && status == QUIRE_OK; i++)
        r.is_wanted[i] = g->states[i] == ARTICLE_NEW || g->states[i] == ARTICLE_GONE;
    if (status == QUIRE_OK)
        status = comparing_new(g, NULL, memory_bytes, 1, stop, &r.comparing, err);
    if (status == QUIRE_OK)
        status = some_bunches_find(g, r.is_wanted, &r.touched, err);
    if (status == QUIRE_OK && !take_all_touched(&r))
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = connect_sets(&r, err);
    if (status == QUIRE_OK)
        status = break_groups(&r, err);
    if (status == QUIRE_OK)
        status = connect_groups(&r, err);
    *ncompared_out = r.comparing != NULL ? comparing_count(r.comparing) : 0;
    end(&r);
    return status;
}
