/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_timed - runs a command, and says what it took, from its start to its end.
 *
 *   run_timed [-n TIMES] [-o FILE] COMMAND [ARGUMENT...]
 *
 * Prints one line, of medians over TIMES runs (1), one after another:
 *
 *   seconds 0.004321 cpu 0.003900 peak_mb 9.1
 *
 * seconds go by the wall, cpu is what the command and its own children used, peak_mb the most
 * memory that any of them held at a time, 10^6 bytes.  What the command prints goes to FILE, or
 * nowhere.  A status above 1 ends all: 1 is that of a search without results and of a build with
 * inputs that were skipped.
 *
 * This program is small on purpose: what starts the command is part of its time, and a large one
 * would count as the command's memory. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_TIMES 10000

extern char **environ;

typedef struct {
    double seconds[MAX_TIMES];
    double cpu[MAX_TIMES];
    double peak_mb[MAX_TIMES];
} figures;

static _Noreturn void
die(const char *what, const char *why)
{
    fprintf(stderr, "run_timed: %s: %s\n", what, why);
    exit(2);
}

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds_of(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static void
run(char **command, const posix_spawn_file_actions_t *files, figures *f, size_t i)
{
    struct rusage used;
    pid_t child;
    int status;
    const double start = now();
    const int failure = posix_spawnp(&child, command[0], files, NULL, command, environ);

    if (failure != 0)
        die(command[0], strerror(failure));
    while (wait4(child, &status, 0, &used) < 0)
        if (errno != EINTR)
            die(command[0], strerror(errno));
    f->seconds[i] = now() - start;
    f->cpu[i] = seconds_of(&used.ru_utime) + seconds_of(&used.ru_stime);
    f->peak_mb[i] = (double)used.ru_maxrss * 1024 / 1e6;
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        die(command[0], "failed");
}

static int
compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double
median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare_doubles);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static _Noreturn void
usage(void)
{
    fprintf(stderr, "usage: run_timed [-n TIMES] [-o FILE] COMMAND [ARGUMENT...]\n");
    exit(2);
}

int
main(int argc, char **argv)
{
    static figures f;
    posix_spawn_file_actions_t files;
    const char *out = "/dev/null";
    unsigned long times = 1;
    int option;

    while ((option = getopt(argc, argv, "+n:o:")) != -1) {
        if (option == 'n')
            times = strtoul(optarg, NULL, 10);
        else if (option == 'o')
            out = optarg;
        else
            usage();
    }
    if (optind == argc || times == 0 || times > MAX_TIMES)
        usage();
    if (posix_spawn_file_actions_init(&files) != 0 ||
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out, O_WRONLY | O_CREAT | O_TRUNC,
                                         0666) != 0)
        die(out, "out of memory");
    for (size_t i = 0; i < times; i++)
        run(argv + optind, &files, &f, i);
    printf("seconds %.6f cpu %.6f peak_mb %.1f\n", median(f.seconds, times), median(f.cpu, times),
           median(f.peak_mb, times));
    posix_spawn_file_actions_destroy(&files);
    return 0;
}
