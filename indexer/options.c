/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c - the command line of quire-index, by argp. */
#include "options.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_USAGE 2
#define MOST_THREADS 1024

enum {
    KEY_ADD = 256,
    KEY_REPLACE,
    KEY_MEMORY,
    KEY_STORE,
    KEY_THREADS,
    KEY_DRY_RUN,
    KEY_STATUS,
    KEY_STEMS
};

static const struct argp_option table[] = {
    {"index", 'd', "INDEX", 0, "The index, a directory; made where it is not there", 0},
    {"add", KEY_ADD, NULL, 0, "Read the index's sources and these", 0},
    {"replace", KEY_REPLACE, NULL, 0, "Read these instead of the index's sources", 0},
    {"memory", KEY_MEMORY, "SIZE", 0, "Use about SIZE at most: 512M, 2G, ... (512M)", 0},
    {"threads", KEY_THREADS, "N", 0, "Let N threads work (all cores)", 0},
    {"store", KEY_STORE, "STORE", 0, "Write passages in this form: quire or xapian (quire)", 0},
    {"stems", KEY_STEMS, "FILE", 0,
     "Give the words in FILE the stems that it says (those of the index before)", 0},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "Read and report, but write nothing", 0},
    {"status", KEY_STATUS, NULL, 0, "Say what the index holds; needs no SOURCE", 0},
    {"quiet", 'q', NULL, 0, "No progress and no report; name only what newly went wrong", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Index sets of news articles for quire-search."
    "\vSOURCE is a text file, a file of JSON Lines, a directory of such files, or - for JSON Lines "
    "on standard input; files may be compressed by gzip.  The SOURCEs of a run are the whole set.\n"
    "\n"
    "INDEX is that of -d, else $QUIRE_INDEX, else $XDG_DATA_HOME/quire/default.\n"
    "\n"
    "Exit status: 0 the index is up to date; 1 it is, but some input newly was skipped or damaged; "
    "2 an error, the old index stands; 75 another writer is at work; 128+n signal n, the old index "
    "stands.";

static void
print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "quire-index %s\n", quire_version());
}

/* A size in bytes: digits, and perhaps K, M, G or T, by 1,024. */
static bool
read_size(const char *text, uint64_t *bytes_out)
{
    static const char units[] = "KMGT";
    char *end;
    unsigned long long value;
    unsigned shift = 0;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (*end != '\0') {
        char unit = (char)(*end >= 'a' ? *end - ('a' - 'A') : *end);
        const char *found = strchr(units, unit);
        if (found == NULL || end[1] != '\0')
            return false;
        shift = 10 * ((unsigned)(found - units) + 1);
    }
    if (errno != 0 || value == 0 || value > UINT64_MAX >> shift)
        return false;
    *bytes_out = (uint64_t)value << shift;
    return true;
}

static bool
read_threads(const char *text, unsigned *threads_out)
{
    char *end;
    unsigned long value;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    value = strtoul(text, &end, 10);
    if (errno != 0 || *end != '\0' || value == 0 || value > MOST_THREADS)
        return false;
    *threads_out = (unsigned)value;
    return true;
}

static error_t
take(int key, char *argument, struct argp_state *state)
{
    options *o = state->input;

    switch (key) {
    case 'd':
        free(o->index);
        o->index = strdup(argument);
        if (o->index == NULL)
            argp_failure(state, STATUS_USAGE, ENOMEM, "the command line");
        return 0;
    case KEY_ADD:
    case KEY_REPLACE:
        if (o->mode != QUIRE_BUILD_SAME_SOURCES)
            argp_error(state, "--add or --replace, and once");
        o->mode = key == KEY_ADD ? QUIRE_BUILD_ADD : QUIRE_BUILD_REPLACE;
        return 0;
    case KEY_MEMORY:
        if (!read_size(argument, &o->memory_bytes))
            argp_error(state, "--memory: %s is no size such as 512M", argument);
        return 0;
    case KEY_STORE:
        if (strcmp(argument, "quire") != 0 && strcmp(argument, "xapian") != 0)
            argp_error(state, "--store: %s is neither quire nor xapian", argument);
        o->store = argument;
        return 0;
    case KEY_THREADS:
        if (!read_threads(argument, &o->threads))
            argp_error(state, "--threads: %s is no number from 1 to %d", argument, MOST_THREADS);
        return 0;
    case KEY_DRY_RUN:
        o->dry_run = true;
        return 0;
    case KEY_STEMS:
        o->stems = argument;
        return 0;
    case KEY_STATUS:
        o->status = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case ARGP_KEY_ARGS:
        o->sources = (const char *const *)(state->argv + state->next);
        o->nsources = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_SUCCESS:
        if (o->status && o->nsources > 0)
            argp_error(state, "--status takes no SOURCE");
        if (!o->status && o->nsources == 0)
            argp_error(state, "no SOURCE is given");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Where the index is when -d does not say; NULL where nothing does. */
static char *
default_index(void)
{
    const char *index = getenv("QUIRE_INDEX");
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int n = 0;

    if (index != NULL && *index != '\0')
        return strdup(index);
    if (data != NULL && *data == '/') /* by its standard, others are to be ignored */
        n = asprintf(&path, "%s/quire/default", data);
    else if (home != NULL && *home != '\0')
        n = asprintf(&path, "%s/.local/share/quire/default", home);
    return n < 0 ? NULL : path;
}

void
options_read(int argc, char **argv, options *o)
{
    static const struct argp parser = {table, take, "SOURCE...\n--status", doc, NULL, NULL, NULL};

    *o = (options){.mode = QUIRE_BUILD_SAME_SOURCES};
    argp_program_version_hook = print_version;
    argp_err_exit_status = STATUS_USAGE;
    argp_parse(&parser, argc, argv, 0, NULL, o);
    if (o->index == NULL)
        o->index = default_index();
    if (o->index == NULL || *o->index == '\0') {
        fputs("quire-index: no index is named: use -d INDEX\n", stderr);
        exit(STATUS_USAGE);
    }
}
