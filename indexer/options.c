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
#define MOST_KEPT 1000
#define MOST_SECONDS (10 * 365 * 86400)

enum {
    KEY_ADD = 256,
    KEY_REPLACE,
    KEY_MEMORY,
    KEY_STORE,
    KEY_THREADS,
    KEY_DRY_RUN,
    KEY_STATUS,
    KEY_STEMS,
    KEY_REBUILD,
    KEY_KEEP,
    KEY_MAX_SHRINK,
    KEY_WAIT,
    KEY_ROLLBACK,
    KEY_VERIFY,
    KEY_QUICK,
    KEY_FORMAT,
    KEY_LOG,
    KEY_METRICS
};

static const struct argp_option table[] = {
    {"index", 'd', "INDEX", 0, "The index, a directory; made where it is not there", 0},
    {"add", KEY_ADD, NULL, 0, "Read the index's sources and these", 0},
    {"replace", KEY_REPLACE, NULL, 0, "Read these instead of the index's sources", 0},
    {"memory", KEY_MEMORY, "SIZE", 0, "Use about SIZE at most: 512M, 2G, ... (512M)", 0},
    {"threads", KEY_THREADS, "N", 0, "Let N threads work (all cores)", 0},
    {"store", KEY_STORE, "STORE", 0,
     "Write passages in this form: quire or xapian (that of the index before, else quire)", 0},
    {"stems", KEY_STEMS, "FILE", 0,
     "Give the words in FILE the stems that it says (those of the index before)", 0},
    {"rebuild", KEY_REBUILD, NULL, 0, "Read and write everything anew, not only what changed", 0},
    {"keep", KEY_KEEP, "N", 0, "Let N generations stay, the new one among them (2)", 0},
    {"max-shrink", KEY_MAX_SHRINK, "PERCENT", 0,
     "Refuse to publish where more of 100 articles would go (10)", 0},
    {"wait", KEY_WAIT, "SECONDS", OPTION_ARG_OPTIONAL,
     "Wait for another writer: so long, or as long as it takes", 0},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "Read and report, but write nothing", 0},
    {NULL, 0, NULL, 0, "Without a SOURCE:", 1},
    {"status", KEY_STATUS, NULL, 0, "Say what the index holds, and what an update would do", 1},
    {"format", KEY_FORMAT, "FORMAT", 0, "Of --status: plain or json (plain)", 1},
    {"verify", KEY_VERIFY, NULL, 0, "Read every byte of the index and say whether it is sound", 1},
    {"quick", KEY_QUICK, NULL, 0, "Of --verify: compare the files with their checksums only", 1},
    {"rollback", KEY_ROLLBACK, NULL, 0, "Go back to the generation before", 1},
    {NULL, 0, NULL, 0, "Everywhere:", 2},
    {"quiet", 'q', NULL, 0, "No progress and no report; name only what newly went wrong", 2},
    {"log", KEY_LOG, "FILE", 0, "Add a line to FILE for each event of the run", 2},
    {"metrics", KEY_METRICS, "FILE", 0,
     "Write FILE anew, for Prometheus: how the run went, and what is live", 2},
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
    "2 an error, the old index stands; 75 another writer is at work; 128+n signal n, the "
    "old index "
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

/* A whole number in digits. */
static bool
read_number(const char *text, unsigned least, unsigned most, unsigned *out)
{
    char *end;
    unsigned long value;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    value = strtoul(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < least || value > most)
        return false;
    *out = (unsigned)value;
    return true;
}

static void
take_wait(struct argp_state *state, const char *argument)
{
    options *o = state->input;
    unsigned seconds = 0;

    if (argument != NULL && !read_number(argument, 0, MOST_SECONDS, &seconds))
        argp_error(state, "--wait: %s is no number of seconds", argument);
    o->wait_seconds = argument != NULL ? (int64_t)seconds : -1;
}

/* What needs no SOURCE, and what goes with what. */
static void
check(struct argp_state *state, const options *o)
{
    const int nmodes = o->status + o->verify + o->rollback;
    const char *mode = o->status ? "--status" : o->verify ? "--verify" : "--rollback";

    if (nmodes > 1)
        argp_error(state, "--status, --verify or --rollback: one at a time");
    if (nmodes == 1 && o->nsources > 0)
        argp_error(state, "%s takes no SOURCE", mode);
    if (nmodes == 0 && o->nsources == 0)
        argp_error(state, "no SOURCE is given");
    if (o->quick && !o->verify)
        argp_error(state, "--quick goes with --verify");
    if (o->as_json && !o->status)
        argp_error(state, "--format goes with --status");
    if (o->log != NULL && o->status)
        argp_error(state, "--log does not go with --status");
    if (o->metrics != NULL && (o->status || o->rollback || o->dry_run))
        argp_error(state, "--metrics goes with SOURCEs or --verify");
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
        if (!read_number(argument, 1, MOST_THREADS, &o->threads))
            argp_error(state, "--threads: %s is no number from 1 to %d", argument, MOST_THREADS);
        return 0;
    case KEY_DRY_RUN:
        o->dry_run = true;
        return 0;
    case KEY_STEMS:
        o->stems = argument;
        return 0;
    case KEY_REBUILD:
        o->rebuild = true;
        return 0;
    case KEY_KEEP:
        if (!read_number(argument, 1, MOST_KEPT, &o->keep))
            argp_error(state, "--keep: %s is no number from 1 to %d", argument, MOST_KEPT);
        return 0;
    case KEY_MAX_SHRINK:
        if (!read_number(argument, 0, 100, &o->max_shrink))
            argp_error(state, "--max-shrink: %s is no number from 0 to 100", argument);
        return 0;
    case KEY_WAIT:
        take_wait(state, argument);
        return 0;
    case KEY_STATUS:
        o->status = true;
        return 0;
    case KEY_FORMAT:
        if (strcmp(argument, "plain") != 0 && strcmp(argument, "json") != 0)
            argp_error(state, "--format: %s is neither plain nor json", argument);
        o->as_json = strcmp(argument, "json") == 0;
        return 0;
    case KEY_VERIFY:
        o->verify = true;
        return 0;
    case KEY_QUICK:
        o->quick = true;
        return 0;
    case KEY_ROLLBACK:
        o->rollback = true;
        return 0;
    case KEY_LOG:
        o->log = argument;
        return 0;
    case KEY_METRICS:
        o->metrics = argument;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case ARGP_KEY_ARGS:
        o->sources = (const char *const *)(state->argv + state->next);
        o->nsources = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_SUCCESS:
        check(state, o);
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
    static const struct argp parser = {
        table, take, "SOURCE...\n--status\n--verify\n--rollback", doc, NULL, NULL, NULL};

    *o = (options){.mode = QUIRE_BUILD_SAME_SOURCES, .keep = 2, .max_shrink = 10};
    argp_program_version_hook = print_version;
    argp_err_exit_status = STATUS_USAGE;
    if (argp_parse(&parser, argc, argv, 0, NULL, o) != 0) {
        fputs("quire-index: out of memory\n", stderr); /* all else argp says itself */
        exit(STATUS_USAGE);
    }
    if (o->index == NULL)
        o->index = default_index();
    if (o->index == NULL || *o->index == '\0') {
        fputs("quire-index: no index is named: use -d INDEX\n", stderr);
        exit(STATUS_USAGE);
    }
}
