/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_failing_calls.c - an index when the Nth call of some kind fails, is done by half, or is
 * where the process is killed: for each operation on an index and each N.
 *
 * After each: the program ended by itself and said what it could not do; the index that was there
 * stands, or the new one does where the program said that it was published; both are sound; the
 * next run comes to its end, and nothing is left behind.  A search answers what it always does, or
 * says that it cannot.
 *
 *     QUIRE_FAULTS=all   every N, instead of some of each kind, and both stores
 *     QUIRE_FAULTS=10    ten times as many as without
 *     QUIRE_FAULTS_ONLY="update, malloc: no memory, N = 7"   that one
 *     QUIRE_FAULTS_ONLY="update, "   those of that operation
 *     QUIRE_FAULTS_PART=3/8          the third of eight parts of all that
 *     QUIRE_FAULTS_STORE=xapian      of that store only */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- What fails, and how ---- */

typedef struct {
    fault_kind kind;
    const char *name;
    int what;
    bool for_good;      /* it goes on failing */
    bool may_leave;     /* it may be the cleaning up that fails, which is left to the next run */
    unsigned every_day; /* how many N are tried when not all are */
} fault;

static const fault faults[] = {
    {FAULT_MEMORY, "malloc: no memory", ENOMEM, false, true, 14},
    {FAULT_MEMORY, "malloc: no memory from there on", ENOMEM, true, true, 6},
    {FAULT_THREAD, "pthread_create: none left", EAGAIN, false, false, 2},
    {FAULT_MAP, "mmap: no memory", ENOMEM, false, false, 3},
    {FAULT_OPEN, "open: EMFILE", EMFILE, false, true, 5},
    {FAULT_OPEN, "open: EMFILE from there on", EMFILE, true, true, 2},
    {FAULT_OPEN, "open: ENOSPC", ENOSPC, false, true, 2},
    {FAULT_READ, "read: EIO", EIO, false, true, 4},
    {FAULT_READ, "read: half", FAULT_SHORT, false, false, 3},
    {FAULT_WRITE, "write: ENOSPC", ENOSPC, false, false, 4},
    {FAULT_WRITE, "write: ENOSPC from there on", ENOSPC, true, false, 3},
    {FAULT_WRITE, "write: EDQUOT", EDQUOT, false, false, 2},
    {FAULT_WRITE, "write: EIO", EIO, false, false, 2},
    {FAULT_WRITE, "write: half", FAULT_SHORT, false, false, 3},
    {FAULT_SYNC, "fsync: EIO", EIO, false, false, 4},
    {FAULT_SYNC, "fsync: ENOSPC", ENOSPC, false, false, 2},
    {FAULT_SYNC, "fsync: EDQUOT", EDQUOT, false, false, 1},
    {FAULT_RENAME, "rename: ENOSPC", ENOSPC, false, true, 4},
    {FAULT_RENAME, "rename: EIO", EIO, false, true, 2},
    {FAULT_MKDIR, "mkdir: ENOSPC", ENOSPC, false, false, 3},
    {FAULT_MKDIR, "mkdir: EDQUOT", EDQUOT, false, false, 1},
    {FAULT_LINK, "link: EIO", EIO, false, false, 2},
    {FAULT_LINK, "link: ENOSPC", ENOSPC, false, false, 1},
    {FAULT_LINK, "link: EMLINK", EMLINK, false, false, 1},
    {FAULT_UNLINK, "unlink: EIO", EIO, false, true, 4},
    {FAULT_TRUNCATE, "ftruncate: EIO", EIO, false, false, 1},
    {FAULT_CLOSE, "close: EIO", EIO, false, true, 4},
    {FAULT_CHANGE, "killed", FAULT_KILL, false, true, 10},
    {FAULT_OPEN, "killed at an open", FAULT_KILL, false, true, 2},
};

typedef struct {
    uint64_t ncases;
    uint64_t nrefused; /* the program said that it could not */
    uint64_t ndone;    /* it went on in spite of it */
    uint64_t nkilled;
    uint64_t nended; /* by the loader or by libxapian, without memory */
    uint64_t nleft;  /* something was left to the next run */
} tally;

/* Few calls have no way out: of one search, and of one operation on an index. */
#define MOST_ENDED 64
#define MOST_ENDED_CHANGING 4

static bool has_memory;
static bool is_xapian;    /* the store */
static bool is_searching; /* not changing an index */

static void
name_fault(const fault *f, uint64_t n, char text_out[80])
{
    snprintf(text_out, 80, "%u %" PRIu64 " %" PRIu64 " %d", (unsigned)f->kind, n,
             f->for_good ? UINT64_MAX : n, f->what);
}

/* Is it what C++ says where memory ended and that cannot be told?  It has a name for it where there
 * is memory to make one. */
static bool
is_bad_alloc(const char *said)
{
    static const char thrown[] = "terminate called after throwing an instance of '";
    const char *name = said + strlen(thrown);

    return strncmp(said, thrown, strlen(thrown)) == 0 &&
           (strncmp(name, "std::bad_alloc'", 15) == 0 || strncmp(name, "St9bad_alloc'", 13) == 0);
}

/* Did it end where there is no other way, without memory?  In a search the loader has none, nor has
 * libxapian, which makes a query as it begins; and where it finds none as it puts the words of a
 * phrase together, it frees their lists twice.  Where an index is changed only libxapian's commit
 * may end: somewhere in it, it throws what may not be thrown there. */
static bool
is_no_way_out(const fault *f, const world_result *r)
{
    const char *said = r->err.size > 0 ? r->err.bytes : "";

    if (f->kind != FAULT_MEMORY)
        return false;
    if (!is_searching)
        return is_xapian && r->status == 134 && is_bad_alloc(said);
    if (r->status == 127)
        return strcmp(said, "out of memory\n") == 0 || strstr(said, "thread-local data") != NULL;
    if (r->status == 134 && is_bad_alloc(said))
        return true;
    return is_xapian && r->status == 139;
}

/* How the program ended: by itself, and with a message where it failed. */
static void
judge_end(const char *title, const fault *f, const world_result *r, tally *t)
{
    if (r->is_hung)
        world_complain("%s: it hangs", title);
    if (f->what == FAULT_KILL) {
        if (r->status != 137 && r->status != 0)
            world_complain("%s: status %d, %s", title, r->status, r->err.bytes);
        t->nkilled++;
    } else if (r->status == 0) {
        t->ndone++;
    } else if (is_no_way_out(f, r)) {
        print_message("# ended: %s: status %d, %.60s\n", title, r->status,
                      r->err.size > 0 ? r->err.bytes : "");
        if (++t->nended > (is_searching ? MOST_ENDED : MOST_ENDED_CHANGING))
            world_complain("%s: status %d, once more", title, r->status);
    } else if (f->kind == FAULT_WRITE && f->for_good && r->status == 2) {
        t->nrefused++; /* the message cannot be written, either */
    } else if (r->status > 2 || r->err.size == 0) {
        world_complain("%s: status %d, \"%s\"", title, r->status,
                       r->err.size > 0 ? r->err.bytes : "");
    } else {
        t->nrefused++;
    }
}

/* Which index is live now. */
static void
judge_index(const char *title, const world_operation *o, const fault *f, const world_result *r)
{
    const bool is_after = world_is_state(WORLD_INDEX, o->after);
    const bool is_before = !is_after && world_is_state(WORLD_INDEX, o->before);

    if (r->status == 0 && is_before)
        world_complain("%s: nothing was published, and nothing said", title);
    if (!is_after && !is_before)
        world_complain("%s: another index, status %d: %s", title, r->status,
                       r->err.size > 0 ? r->err.bytes : "");
    /* That a rename could not be synced does not undo it. */
    if (r->status != 0 && is_after && f->what != FAULT_KILL && f->kind != FAULT_SYNC)
        world_complain("%s: published, and said not to be: %s", title, r->err.bytes);
}

/* What is there beside the index, if the program had to clean up. */
static void
judge_leavings(const char *title, const fault *f, tally *t)
{
    buffer names = {0};

    world_list(WORLD_INDEX, &names);
    if (strstr(names.bytes, "new") != NULL || strstr(names.bytes, "dead") != NULL) {
        if (!f->may_leave)
            world_complain("%s: left behind:%s", title, names.bytes);
        t->nleft++;
    }
    buffer_free(&names);
}

/* One operation, in which one call fails. */
static void
try_call(const world_operation *o, const fault *f, uint64_t n, tally *t)
{
    char what[80];
    char title[200];
    world_result r = {0};

    snprintf(title, sizeof title, "%s, %s, N = %" PRIu64, o->name, f->name, n);
    if (!world_is_wanted(title))
        return;
    world_restore(o->start);
    name_fault(f, n, what);
    world_run(o->command, what, NULL, &r);
    t->ncases++;
    judge_end(title, f, &r, t);
    judge_index(title, o, f, &r);
    judge_leavings(title, f, t);
    world_judge_next_run(title);
    world_free_result(&r);
}

static void
try_operation(const world_operation *o)
{
    uint64_t counts[FAULT_KINDS] = {0};
    tally t = {0};

    is_searching = false;
    world_count(o, counts);
    for (size_t i = 0; i < COUNT(faults); i++) {
        const fault *f = &faults[i];
        const uint64_t n = counts[f->kind];
        const uint64_t share = world_share(n, f->every_day);
        const uint64_t before = t.ncases;

        if (f->kind == FAULT_MEMORY && !has_memory)
            continue;
        for (uint64_t k = 0; k < share; k++)
            try_call(o, f, world_pick(k, share, n), &t);
        if (t.ncases > before)
            print_message("# %s: %s: %" PRIu64 " of %" PRIu64 " N\n", o->name, f->name,
                          t.ncases - before, n);
    }
    print_message("# %s: %" PRIu64 " cases: %" PRIu64 " refused, %" PRIu64 " done all the same, "
                  "%" PRIu64 " killed, %" PRIu64 " ended otherwise; %" PRIu64
                  " left something to the next run\n",
                  o->name, t.ncases, t.nrefused, t.ndone, t.nkilled, t.nended, t.nleft);
}

/* ---- Searching ---- */

#define SEARCHING(...)                                                                             \
    {                                                                                              \
        "quire-search", "-d", WORLD_INDEX, "--format=jsonl", __VA_ARGS__, NULL                     \
    }

static const world_operation searches[] = {
    {"search", "now", SEARCHING("--count", "ceasefire", "cran*", "harbor"), "now", "now"},
    {"search of articles", "now", SEARCHING("--unit=article", "--explain", "board of peace"), "now",
     "now"},
    {"batch", "now", SEARCHING("--threads=1", "--batch=queries"), "now", "now"},
    {"batch by threads", "now", SEARCHING("--threads=3", "--batch=queries"), "now", "now"},
    {"show", "now", SEARCHING("--show=ferry", "storm"), "now", "now"},
    {.name = NULL},
};

/* Is each answer that is no error the one that was wanted?  A query's answer is its line and those
 * of its results behind it. */
static bool
is_right(const buffer *got, const buffer *wanted)
{
    const char *rest = got->size > 0 ? got->bytes : "";

    while (*rest != '\0') {
        const char *next = strstr(rest + 1, "{\"v\":1,\"type\":");
        const size_t nbytes = next != NULL ? (size_t)(next - rest) : strlen(rest);
        char *answer = strndup(rest, nbytes);
        const char *line_end = strchr(answer, '\n');
        const char *error = strstr(answer, "\"error\":");
        const bool is_error = error != NULL && strncmp(error + 8, "null", 4) != 0;
        const bool is_report = strncmp(answer, "{\"v\":1,\"type\":\"error\"", 21) == 0;
        const bool is_damaged = strstr(answer, "\"damage") != NULL;
        const bool is =
            is_error || is_report || is_damaged || strstr(wanted->bytes, answer) != NULL;

        assert_non_null(line_end);
        free(answer);
        if (!is)
            return false;
        rest += nbytes;
    }
    return true;
}

static void
try_search_call(const world_operation *o, const fault *f, uint64_t n, const world_result *wanted,
                tally *t)
{
    char what[80];
    char title[200];
    world_result r = {0};

    snprintf(title, sizeof title, "%s, %s, N = %" PRIu64, o->name, f->name, n);
    if (!world_is_wanted(title))
        return;
    name_fault(f, n, what);
    world_run(o->command, what, NULL, &r);
    t->ncases++;
    judge_end(title, f, &r, t);
    if (r.status == 0 &&
        (r.out.size != wanted->out.size || memcmp(r.out.bytes, wanted->out.bytes, r.out.size) != 0))
        world_complain("%s: another answer:\n%s\nwanted:\n%s", title, r.out.bytes,
                       wanted->out.bytes);
    if (r.status == 1)
        world_complain("%s: no answer, and nothing said", title);
    if (r.status == 2 && !is_right(&r.out, &wanted->out))
        world_complain("%s: another answer:\n%s", title, r.out.bytes);
    world_free_result(&r);
}

/* How many times it ended where there is no other way. */
static uint64_t
try_search(const world_operation *o, const fault *tried, size_t ntried)
{
    uint64_t counts[FAULT_KINDS] = {0};
    world_result wanted = {0};
    buffer why = {0};
    tally t = {0};

    is_searching = true;
    world_count(o, counts);
    world_run(o->command, NULL, NULL, &wanted);
    assert_int_equal(wanted.status, 0);
    for (size_t i = 0; i < ntried; i++) {
        const fault *f = &tried[i];
        const uint64_t n = counts[f->kind];
        const uint64_t share = world_share(n, f->every_day);

        if (f->kind == FAULT_MEMORY && !has_memory)
            continue;
        for (uint64_t k = 0; k < share; k++)
            try_search_call(o, f, world_pick(k, share, n), &wanted, &t);
    }
    if (!world_is_clean(WORLD_INDEX, &why))
        world_complain("%s", why.bytes);
    print_message("# %s: %" PRIu64 " cases (%" PRIu64 " calls of malloc, %" PRIu64 " of open, "
                  "%" PRIu64 " of read): %" PRIu64 " refused, %" PRIu64 " answered all the same, "
                  "%" PRIu64 " killed, %" PRIu64 " ended otherwise\n",
                  o->name, t.ncases, counts[FAULT_MEMORY], counts[FAULT_OPEN], counts[FAULT_READ],
                  t.nrefused, t.ndone, t.nkilled, t.nended);
    world_free_result(&wanted);
    buffer_free(&why);
    return t.nended;
}

/* ---- The tests ---- */

static void
try_store(const char *store)
{
    has_memory = world_need_library();
    if (!has_memory)
        print_message("# a sanitizer has its own malloc, which does not fail here\n");
    is_xapian = strcmp(store, "xapian") == 0;
    world_make_states(store);
    for (const world_operation *o = world_operations(); o->name != NULL; o++)
        try_operation(o);
    for (const world_operation *o = searches; o->name != NULL; o++)
        try_search(o, faults, COUNT(faults));
    world_judge();
}

static void
an_index_outlives_each_failing_call(void **state)
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

/* Exceptions find the room that they need where there is none any more, in each thread. */
static void
a_search_by_libxapian_says_that_there_is_no_memory(void **state)
{
    static const fault none[] = {
        {FAULT_MEMORY, "malloc: no memory from there on", ENOMEM, true, true, 24}};

    (void)state;
    if (!world_need_library() || !world_is_store_wanted("xapian"))
        skip();
    has_memory = is_xapian = true;
    world_make_states("xapian");
    for (const world_operation *o = searches; o->name != NULL; o++)
        assert_in_range(try_search(o, none, COUNT(none)), 0, world_is_long() ? MOST_ENDED : 3);
    world_judge();
}

static int
begin(void **state)
{
    FILE *f;

    if (world_begin(state) != 0 || (f = fopen("queries", "w")) == NULL)
        return 1;
    fputs("a\tstorm\nb\t\"prime minister\"\nc\tsource:\"Harbour Wire\" peace\nd\tnowhere\n", f);
    return fclose(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_index_outlives_each_failing_call),
        cmocka_unit_test(so_does_one_of_the_other_store),
        cmocka_unit_test(a_search_by_libxapian_says_that_there_is_no_memory),
    };
    return cmocka_run_group_tests_name("failing_calls", tests, begin, world_end);
}
