/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_races.c - updates, rebuilds and goings back, one after another, beside four readers that
 * open the index again and again and a batch that is run again and again.
 *
 * All articles of an edition name it, and how many there are follows from its number.  So what a
 * reader sees must be one edition, whole; nobody may get an error; and when it is over no file is
 * left open and no generation left behind.
 *
 *     QUIRE_FAULTS=all   1,000 updates in each store
 *     QUIRE_FAULTS=10    ten times as many as without */
#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "quire.h"
#include "world.h"

#define ALL_UPDATES 1000
#define EVERY_DAY 14
#define NREADERS 4
#define NARTICLES 12 /* and up to four more */
#define GENERATIONS_KEPT 2
#define MOST_BYTES                                                                                 \
    (8u << 20) /* of the index, whoever reads it: some forty times one generation                  \
                */

static atomic_bool is_over;
static atomic_ullong nreads;
static atomic_ullong nbatches;
static atomic_uint nwrong;

/* ---- Editions ---- */

static unsigned
articles_of(unsigned edition)
{
    return NARTICLES + edition % 5;
}

/* Write edition number so and so; every other article changes in the file that all share. */
static void
write_edition(unsigned edition)
{
    FILE *all = fopen("src/all.jsonl", "w");
    char path[64];

    assert_non_null(all);
    for (unsigned i = 0; i < NARTICLES + 4; i++) {
        FILE *f = NULL;

        snprintf(path, sizeof path, "src/a%02u.txt", i);
        if (i >= articles_of(edition)) {
            unlink(path);
        } else if (i % 2 == 0) {
            fprintf(all, "{\"id\":\"j%u\",\"text\":\"Edition e%05u of the harbour news.\"}\n", i,
                    edition);
        } else {
            f = fopen(path, "w");
            assert_non_null(f);
            fprintf(f, "Edition e%05u of the harbour news.\n", edition);
            assert_int_equal(fclose(f), 0);
        }
    }
    assert_int_equal(fclose(all), 0);
}

/* ---- Readers: not in the thread that may end the test, so they count what is wrong ---- */

static void
complain(const char *what, const char *detail)
{
    print_message("# WRONG: %s: %.300s\n", what, detail);
    atomic_fetch_add(&nwrong, 1);
}

/* The edition that a text names; 0: none. */
static unsigned
edition_of(const char *text)
{
    const char *at = text != NULL ? strstr(text, "dition e") : NULL;
    unsigned edition = 0;

    return at != NULL && sscanf(at, "dition e%5u", &edition) == 1 ? edition : 0;
}

static void
look_at_hits(const quire_results *results, const char *query)
{
    const size_t n = quire_results_size(results);
    const unsigned edition = n > 0 ? edition_of(quire_results_hit(results, 0)->text) : 0;

    if (edition == 0 || n != articles_of(edition) || quire_results_count(results) != n ||
        quire_results_ndamaged(results) > 0) {
        complain(query, "another number of articles");
        return;
    }
    for (size_t i = 1; i < n; i++)
        if (edition_of(quire_results_hit(results, i)->text) != edition)
            complain(query, "two editions in one answer");
}

static bool
ask(quire_index *index, const char *query, const quire_search_options *o)
{
    quire_results *results = NULL;
    quire_error err = {0};

    if (quire_search(index, query, strlen(query), o, &results, &err) != QUIRE_OK) {
        complain(query, err.message);
        return false;
    }
    look_at_hits(results, query);
    quire_results_free(results);
    return true;
}

static void *
read_on(void *unused)
{
    quire_search_options o;

    quire_search_options_init(&o);
    o.max_hits = 100;
    o.count = true;
    o.show_copies = true;
    while (!atomic_load(&is_over)) {
        quire_index *index = NULL;
        quire_error err = {0};

        if (quire_index_open(WORLD_INDEX, &index, &err) != QUIRE_OK) {
            complain("opening", err.message);
            continue;
        }
        for (int i = 0; i < 4; i++) {
            (void)ask(index, "edition", &o);
            usleep(1000); /* so that it is read while the next is published */
            (void)ask(index, "\"harbour news\"", &o);
        }
        quire_index_close(index);
        atomic_fetch_add(&nreads, 1);
    }
    return unused;
}

/* Lines of the batch's answers, each of which names an edition: the same in all of a run. */
static unsigned
read_answers(FILE *f)
{
    static char line[65536];
    unsigned edition = 0;
    unsigned n = 0;

    while (fgets(line, sizeof line, f) != NULL) {
        const unsigned one = edition_of(line);

        if (strstr(line, "\"type\":\"result\"") == NULL && strstr(line, "\"error\":null") == NULL)
            complain("batch", line);
        if (one != 0 && edition != 0 && one != edition)
            complain("batch", "two editions in one run");
        edition = one != 0 ? one : edition;
        n += one != 0;
    }
    if (edition == 0 || n != 3 * articles_of(edition))
        complain("batch", "another number of articles");
    return edition;
}

static void *
batch_on(void *command)
{
    while (!atomic_load(&is_over)) {
        FILE *f = popen(command, "r");

        if (f == NULL) {
            complain("batch", "it cannot be begun");
            break;
        }
        (void)read_answers(f);
        if (pclose(f) != 0)
            complain("batch", "its status");
        atomic_fetch_add(&nbatches, 1);
    }
    return NULL;
}

/* ---- The writer ---- */

typedef struct {
    unsigned most_generations;
    uint64_t most_bytes;
} bounds;

static void
look_at_disk(bounds *b)
{
    struct dirent **entries = NULL;
    const int n = scandir(WORLD_INDEX, &entries, NULL, alphasort);
    unsigned ngenerations = 0;
    uint64_t nbytes = 0;

    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        char path[512];
        uint64_t one = 0;

        ngenerations += strncmp(entries[i]->d_name, "gen-", 4) == 0;
        snprintf(path, sizeof path, WORLD_INDEX "/%s", entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && file_tree_bytes(path, &one, NULL) == QUIRE_OK)
            nbytes += one;
        free(entries[i]);
    }
    free(entries);
    if (ngenerations > b->most_generations)
        b->most_generations = ngenerations;
    if (nbytes > b->most_bytes)
        b->most_bytes = nbytes;
}

/* Most are updates; some build everything anew, some go back first. */
static void
write_on(const char *store, unsigned edition)
{
    static const char *const back[] = {"quire-index", "-q", "-d", WORLD_INDEX, "--rollback", NULL};
    const char *command[] = {"quire-index",
                             "-q",
                             "-d",
                             WORLD_INDEX,
                             "--max-shrink=100",
                             "--store",
                             store,
                             "src",
                             edition % 5 == 0 ? "--rebuild" : NULL,
                             NULL};
    world_result r = {0};

    if (edition > 2 && edition % 7 == 0) {
        world_run(back, NULL, NULL, &r);
        if (r.status != 0)
            world_complain("edition %u, going back: status %d, %s", edition, r.status, r.err.bytes);
    }
    write_edition(edition);
    world_run(command, NULL, NULL, &r);
    if (r.status != 0)
        world_complain("edition %u: status %d, %s", edition, r.status, r.err.bytes);
    world_free_result(&r);
}

static unsigned
count_open_files(void)
{
    DIR *directory = opendir("/proc/self/fd");
    unsigned n = 0;

    assert_non_null(directory);
    while (readdir(directory) != NULL)
        n++;
    closedir(directory);
    return n;
}

static void
race(const char *store)
{
    const unsigned n = (unsigned)world_share(ALL_UPDATES, EVERY_DAY);
    const unsigned nopen = count_open_files();
    pthread_t readers[NREADERS + 1];
    char command[700];
    char program[512];
    bounds b = {0};
    buffer why = {0};

    world_restore(NULL);
    atomic_store(&is_over, false);
    atomic_store(&nreads, 0);
    atomic_store(&nbatches, 0);
    write_on(store, 1);
    world_find_program("quire-search", program);
    snprintf(command, sizeof command,
             "%s -d " WORLD_INDEX " --copies=show -n 100 --format=jsonl "
             "--threads=2 --batch queries 2>&1",
             program);
    for (size_t i = 0; i < NREADERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_on, NULL), 0);
    assert_int_equal(pthread_create(&readers[NREADERS], NULL, batch_on, command), 0);
    for (unsigned edition = 2; edition <= n; edition++) {
        write_on(store, edition);
        look_at_disk(&b);
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i <= NREADERS; i++)
        assert_int_equal(pthread_join(readers[i], NULL), 0);
    write_on(store, n + 1);
    if (!world_is_clean(WORLD_INDEX, &why))
        world_complain("when it is over: %s", why.bytes);
    if (b.most_generations > GENERATIONS_KEPT + NREADERS + 1 || b.most_bytes > MOST_BYTES)
        world_complain("%u generations, %" PRIu64 " bytes", b.most_generations, b.most_bytes);
    if (count_open_files() != nopen)
        world_complain("%u files are open, and %u were", count_open_files(), nopen);
    print_message("# %s: %u updates beside %llu readings of %u readers and %llu batches; at most "
                  "%u generations and %" PRIu64 " bytes\n",
                  store, n, atomic_load(&nreads), NREADERS, atomic_load(&nbatches),
                  b.most_generations, b.most_bytes);
    assert_int_equal(atomic_load(&nwrong), 0);
    world_judge();
    buffer_free(&why);
}

static void
readers_see_one_edition(void **state)
{
    (void)state;
    race("quire");
}

static void
so_do_those_of_the_other_store(void **state)
{
    (void)state;
    race("xapian");
}

static int
begin(void **state)
{
    FILE *f;

    if (world_begin(state) != 0 || mkdir("src", 0777) != 0 || (f = fopen("queries", "w")) == NULL)
        return 1;
    fputs("edition\n\"harbour news\"\nharbor\n", f);
    return fclose(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_see_one_edition),
        cmocka_unit_test(so_do_those_of_the_other_store),
    };
    return cmocka_run_group_tests_name("races", tests, begin, world_end);
}
