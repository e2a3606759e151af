/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_power_loss.c - an index when the power is lost at any moment of an operation.
 *
 * An operation is run once, and all that it does to files and directories is written to a log.  The
 * log is replayed up to each of its entries, and the index made as a disk may have it then: without
 * anything that was not synced, with the names that were not, with the bytes, or with some of both.
 *
 * Each time the index before or the one after is there, whole, and once the program has ended the
 * one after; the next run comes to its end, and nothing is left behind.
 *
 *     QUIRE_FAULTS=all   every moment, and both stores
 *     QUIRE_FAULTS=10    ten times as many as without
 *     QUIRE_FAULTS_ONLY="update, power lost after 7 deeds, nothing was kept (0)"   that one */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "quire.h"
#include "replay.h"
#include "world.h"

#define EVERY_DAY 12 /* moments of an operation */
#define MIXES 3      /* of what was not synced */

typedef struct {
    uint64_t ncrashes;
    uint64_t nafter; /* the index after was there */
} tally;

static const char *
crash_name(replay_crash how)
{
    static const char *const names[] = {
        [REPLAY_LOSES_ALL] = "nothing was kept",
        [REPLAY_KEEPS_NAMES] = "names were kept",
        [REPLAY_KEEPS_BYTES] = "bytes were kept",
        [REPLAY_KEEPS_SOME] = "some was kept",
    };

    return names[how];
}

static void
judge_crash(const char *title, const world_operation *o, bool has_ended, tally *t)
{
    quire_error err = {0};
    const bool is_after = world_is_state(WORLD_INDEX, o->after);
    const bool is_before = !is_after && world_is_state(WORLD_INDEX, o->before);

    t->ncrashes++;
    t->nafter += is_after;
    if (has_ended && !is_after)
        world_complain("%s: what was published is lost", title);
    else if (!is_after && !is_before)
        world_complain("%s: another index", title);
    if ((is_after || o->before != NULL) &&
        quire_build_verify(WORLD_INDEX, NULL, NULL, &err) != QUIRE_OK)
        world_complain("%s: %s", title, err.message);
    world_judge_next_run(title);
}

static void
crash_at(replay *r, const world_operation *o, size_t moment, bool has_ended, tally *t)
{
    for (int how = 0; how < REPLAY_CRASHES; how++) {
        const unsigned nmixes = how == REPLAY_KEEPS_SOME ? MIXES : 1;

        for (unsigned mix = 0; mix < nmixes; mix++) {
            char title[200];

            snprintf(title, sizeof title, "%s, power lost after %zu deeds, %s (%u)", o->name,
                     moment, crash_name((replay_crash)how), mix);
            if (!world_is_wanted(title))
                continue;
            replay_crash_now(r, (replay_crash)how, moment * MIXES + mix);
            judge_crash(title, o, has_ended, t);
        }
    }
}

static void
try_operation(const world_operation *o)
{
    world_result result = {0};
    tally t = {0};
    replay *r;
    size_t nentries;
    uint64_t share;
    uint64_t k = 0;

    world_restore(o->start);
    r = replay_new("index");
    unlink("log");
    world_run(o->command, NULL, "log", &result);
    assert_int_equal(result.status, 0);
    nentries = replay_read_log(r, "log");
    share = world_share(nentries, EVERY_DAY);
    for (size_t i = 0; i < nentries; i++) {
        replay_do(r, i);
        if (world_pick(k, share, nentries) != i + 1)
            continue;
        crash_at(r, o, i + 1, i + 1 == nentries, &t);
        k++;
    }
    print_message("# %s: %" PRIu64 " of %zu moments, %" PRIu64 " crashes; the index after was "
                  "there in %" PRIu64 "\n",
                  o->name, k, nentries, t.ncrashes, t.nafter);
    if (t.ncrashes > 0 && (t.nafter == 0 || (world_is_long() && t.nafter == t.ncrashes)))
        world_complain("%s: the log does not tell what happened", o->name);
    replay_free(r);
    world_free_result(&result);
}

static void
try_store(const char *store)
{
    (void)world_need_library();
    world_make_states(store);
    for (const world_operation *o = world_operations(); o->name != NULL; o++)
        try_operation(o);
    world_judge();
}

static void
an_index_outlives_power_cuts(void **state)
{
    (void)state;
    if (!world_is_store_wanted("quire"))
        skip();
    try_store("quire");
}

static void
so_does_one_of_the_other_store(void **state)
{
    (void)state;
    if (!world_is_long() || !world_is_store_wanted("xapian"))
        skip();
    try_store("xapian");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_index_outlives_power_cuts),
        cmocka_unit_test(so_does_one_of_the_other_store),
    };
    return cmocka_run_group_tests_name("power_loss", tests, world_begin, world_end);
}
