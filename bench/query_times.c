/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query_times - times queries within one process, the way the peers' programs time theirs.
 *
 *   query_times INDEX QUERIES.txt or|and
 *
 * Every line is a query, answered with the ten best passages, marks and all; "and" requires all of
 * its words.  One round warms up, a second is timed, query by query. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include <quire.h>

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

static void
die(const char *what, const char *why)
{
    fprintf(stderr, "query_times: %s: %s\n", what, why);
    exit(2);
}

/* Answer every query of file, noting the milliseconds each took in *ms_out (for free()). */
static size_t
run_queries(quire_index *index, const char *file, const quire_search_options *options,
            double **ms_out)
{
    FILE *queries = fopen(file, "r");
    char *line = NULL;
    size_t line_room = 0;
    size_t n = 0;
    size_t room = 0;
    ssize_t length;

    if (queries == NULL)
        die(file, strerror(errno));
    *ms_out = NULL;
    while ((length = getline(&line, &line_room, queries)) > 0) {
        quire_results *results;
        quire_error err;
        double start = now_ms();
        if (quire_search(index, line, (size_t)length, options, &results, &err) != QUIRE_OK)
            die(line, err.message);
        double taken = now_ms() - start;
        quire_results_free(results);
        if (n == room) {
            room = room == 0 ? 1024 : room * 2;
            *ms_out = realloc(*ms_out, room * sizeof **ms_out);
            if (*ms_out == NULL)
                die(file, "out of memory");
        }
        (*ms_out)[n++] = taken;
    }
    free(line);
    fclose(queries);
    return n;
}

int
main(int argc, char **argv)
{
    if (argc != 4 || (strcmp(argv[3], "or") != 0 && strcmp(argv[3], "and") != 0)) {
        fprintf(stderr, "usage: query_times INDEX QUERIES.txt or|and\n");
        return 2;
    }
    quire_search_options options;
    quire_search_options_init(&options);
    options.require_all = strcmp(argv[3], "and") == 0;

    quire_error err;
    quire_index *index;
    if (quire_index_open(argv[1], &index, &err) != QUIRE_OK)
        die(argv[1], err.message);

    double *ms;
    run_queries(index, argv[2], &options, &ms);
    free(ms);
    size_t n = run_queries(index, argv[2], &options, &ms);
    if (n == 0)
        die(argv[2], "no queries");

    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ms[i];
    qsort(ms, n, sizeof *ms, compare_doubles);
    printf("quire time %s mean %.3f p50 %.3f p95 %.3f p99 %.3f ms\n", argv[3], sum / (double)n,
           ms[n / 2], ms[n * 95 / 100], ms[n * 99 / 100]);
    free(ms);
    quire_index_close(index);
    return 0;
}
