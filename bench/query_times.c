/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query_times - times queries within one process, the way the peers' programs time theirs.
 *
 *   query_times [OPTION...] INDEX QUERIES.txt or|and
 *
 *   --after DATE, --before DATE, --source NAME
 *                 filters, as quire-search has them; each may be given several times, and the
 *                 queries take them in turn; an empty one is none
 *   --threads N   not query by query, but as a batch that N threads answer
 *   --parts WHAT  "complete": text, marks, records, copies folded and named; or
 *                 "ranked": scores and numbers, which is what the peers' programs give; or
 *                 "named": those and the ids of articles, which is what --format trec gives
 *
 * Every line is a query, answered with the ten best passages; "and" requires all of its words.
 * What is left out with "ranked" and "named" is not read: of copies, nothing is folded then, as the
 * peers fold nothing.  One round warms up.  Then a round is timed, query by
 * query, or three batches, of which the median counts. */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include <quire.h>

#define MAX_VALUES 64
#define MAX_THREADS 1024
#define BATCHES 3
#define NAMED 5 /* copies of a result */

/* Values of one kind of filter, taken in turn. */
typedef struct {
    const char *values[MAX_VALUES];
    size_t n;
} rotation;

typedef struct {
    const char *operator; /* "or" or "and" */
    rotation after;
    rotation before;
    rotation source;
    unsigned threads; /* 0: query by query */
    quire_parts parts;
} settings;

typedef struct {
    char **items;
    size_t n;
} query_list;

static double
now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static _Noreturn void
die(const char *what, const char *why)
{
    fprintf(stderr, "query_times: %s: %s\n", what, why);
    exit(2);
}

static query_list
read_queries(const char *file)
{
    FILE *lines = fopen(file, "r");
    query_list list = {0};
    size_t room = 0;
    char *line = NULL;
    size_t line_room = 0;
    ssize_t length;

    if (lines == NULL)
        die(file, strerror(errno));
    while ((length = getline(&line, &line_room, lines)) > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (list.n == room) {
            room = room == 0 ? 1024 : room * 2;
            char **grown = realloc(list.items, room * sizeof *grown);
            if (grown == NULL)
                die(file, "out of memory");
            list.items = grown;
        }
        list.items[list.n] = strdup(line);
        if (list.items[list.n++] == NULL)
            die(file, "out of memory");
    }
    free(line);
    fclose(lines);
    if (list.n == 0)
        die(file, "no queries");
    return list;
}

static const char *
take_turn(const rotation *r, size_t i)
{
    const char *value = r->n > 0 ? r->values[i % r->n] : "";

    return value[0] != '\0' ? value : NULL;
}

/* Answer query number i. */
static void
answer(quire_index *index, const settings *s, const query_list *queries, size_t i)
{
    const char *query = queries->items[i];
    quire_search_options options;
    quire_results *results;
    quire_error err;

    quire_search_options_init(&options);
    options.named_copies = NAMED; /* as quire-search does */
    options.parts = s->parts;
    options.show_copies = s->parts != QUIRE_PARTS_ALL;
    options.require_all = strcmp(s->operator, "and") == 0;
    options.after = take_turn(&s->after, i);
    options.before = take_turn(&s->before, i);
    options.source = take_turn(&s->source, i);
    if (quire_search(index, query, strlen(query), &options, &results, &err) != QUIRE_OK)
        die(query, err.message);
    quire_results_free(results);
}

/* ---- Query by query ---- */

static void
time_queries(quire_index *index, const settings *s, const query_list *queries)
{
    double *ms = calloc(queries->n, sizeof *ms);
    size_t n = queries->n;
    double sum = 0;

    if (ms == NULL)
        die("queries", "out of memory");
    for (size_t i = 0; i < n; i++)
        answer(index, s, queries, i);
    for (size_t i = 0; i < n; i++) {
        double start = now_ms();
        answer(index, s, queries, i);
        ms[i] = now_ms() - start;
        sum += ms[i];
    }
    qsort(ms, n, sizeof *ms, compare_doubles);
    printf("quire time %s p50 %.3f p95 %.3f p99 %.3f slowest %.3f mean %.3f ms\n", s->operator,
           ms[n / 2], ms[n * 95 / 100], ms[n * 99 / 100], ms[n - 1], sum / (double)n);
    free(ms);
}

/* ---- Batches ---- */

typedef struct {
    const settings *settings;
    const query_list *queries;
    atomic_size_t *next; /* query, of all threads */
    quire_index *index;
    pthread_t thread;
} worker;

static void *
work(void *closure)
{
    worker *w = closure;
    size_t i;

    while ((i = atomic_fetch_add(w->next, 1)) < w->queries->n)
        answer(w->index, w->settings, w->queries, i);
    return NULL;
}

/* Seconds that one batch takes. */
static double
run_batch(worker *workers, unsigned nworkers)
{
    atomic_size_t next = 0;
    double start = now_ms();

    for (unsigned i = 0; i < nworkers; i++) {
        workers[i].next = &next;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            die("threads", "cannot be started");
    }
    for (unsigned i = 0; i < nworkers; i++)
        pthread_join(workers[i].thread, NULL);
    return (now_ms() - start) / 1e3;
}

static void
time_batches(quire_index *index, const settings *s, const query_list *queries)
{
    worker *workers = calloc(s->threads, sizeof *workers);
    double seconds[BATCHES];
    quire_error err;

    if (workers == NULL)
        die("threads", "out of memory");
    for (unsigned i = 0; i < s->threads; i++) {
        workers[i] = (worker){.settings = s, .queries = queries};
        if (quire_index_share(index, &workers[i].index, &err) != QUIRE_OK)
            die("threads", err.message);
    }
    run_batch(workers, s->threads);
    for (size_t i = 0; i < BATCHES; i++)
        seconds[i] = run_batch(workers, s->threads);
    qsort(seconds, BATCHES, sizeof *seconds, compare_doubles);
    printf("quire batch %s threads %u queries %zu seconds %.3f queries_per_second %.0f\n",
           s->operator, s->threads, queries->n, seconds[BATCHES / 2],
           (double)queries->n / seconds[BATCHES / 2]);
    for (unsigned i = 0; i < s->threads; i++)
        quire_index_close(workers[i].index);
    free(workers);
}

/* ---- The command line ---- */

static _Noreturn void
usage(void)
{
    fprintf(stderr, "usage: query_times [--after DATE]... [--before DATE]... [--source NAME]... "
                    "[--threads N] [--parts complete|ranked|named] INDEX QUERIES.txt or|and\n");
    exit(2);
}

static void
add_value(rotation *r, const char *value)
{
    if (r->n == MAX_VALUES)
        die(value, "too many filters of a kind");
    r->values[r->n++] = value;
}

static unsigned
read_threads(const char *text)
{
    char *end;
    unsigned long threads = strtoul(text, &end, 10);

    if (*end != '\0' || threads == 0 || threads > MAX_THREADS)
        die(text, "no number of threads");
    return (unsigned)threads;
}

static quire_parts
read_parts(const char *text)
{
    static const char *const names[] = {[QUIRE_PARTS_ALL] = "complete",
                                        [QUIRE_PARTS_RANKING] = "named",
                                        [QUIRE_PARTS_SCORES] = "ranked"};

    for (int i = QUIRE_PARTS_ALL; i <= QUIRE_PARTS_SCORES; i++)
        if (strcmp(text, names[i]) == 0)
            return (quire_parts)i;
    usage();
}

static void
read_options(int argc, char **argv, settings *s)
{
    static const struct option options[] = {
        {"after", required_argument, NULL, 'a'},  {"before", required_argument, NULL, 'b'},
        {"source", required_argument, NULL, 's'}, {"threads", required_argument, NULL, 't'},
        {"parts", required_argument, NULL, 'p'},  {0}};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'a')
            add_value(&s->after, optarg);
        else if (option == 'b')
            add_value(&s->before, optarg);
        else if (option == 's')
            add_value(&s->source, optarg);
        else if (option == 't')
            s->threads = read_threads(optarg);
        else if (option == 'p')
            s->parts = read_parts(optarg);
        else
            usage();
    }
    if (argc - optind != 3)
        usage();
    s->operator= argv[optind + 2];
    if (strcmp(s->operator, "or") != 0 && strcmp(s->operator, "and") != 0)
        usage();
}

int
main(int argc, char **argv)
{
    settings s = {0};
    quire_index *index;
    quire_error err;

    read_options(argc, argv, &s);
    query_list queries = read_queries(argv[optind + 1]);
    if (quire_index_open(argv[optind], &index, &err) != QUIRE_OK)
        die(argv[optind], err.message);
    if (s.threads > 0)
        time_batches(index, &s, &queries);
    else
        time_queries(index, &s, &queries);
    quire_index_close(index);
    for (size_t i = 0; i < queries.n; i++)
        free(queries.items[i]);
    free(queries.items);
    return 0;
}
