/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c - the command line of quire-search.
 *
 * Options end where the query begins, so that `quire-search ceasefire -Syria` leaves Syria out; and
 * a word that is no option begins the query too, so that `quire-search -Syria` does.  Where that is
 * is found first; argp sees only what stands before. */
#include "options.h"

#include <argp.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "show.h"
#include "terminal.h"
#include "topics.h"

enum {
    KEY_FORMAT = 0x100,
    KEY_BATCH,
    KEY_ALL,
    KEY_AFTER,
    KEY_BEFORE,
    KEY_SOURCE,
    KEY_COUNT,
    KEY_EXPLAIN,
    KEY_FURNITURE,
    KEY_BM25,
    KEY_EXPAND,
    KEY_COLOR,
    KEY_WIDTH,
    KEY_THREADS,
    KEY_STEM,
    KEY_NO_VARIANTS,
    KEY_CORRECT,
    KEY_STRICT,
    KEY_COMPLETE,
    KEY_COPIES,
    KEY_DIFF,
    KEY_SHOW,
    KEY_SNIPPET,
    KEY_HYPERLINK,
    KEY_NO_PAGER,
    KEY_UNIT,
    KEY_TOPIC,
    KEY_WORDS
};

#define MIN_WIDTH 20
#define MAX_WIDTH 1000
#define DEFAULT_WIDTH 80
#define MAX_THREADS 1024
#define EXIT_USAGE 2

static const struct argp_option known_options[] = {
    {"index", 'd', "INDEX", 0,
     "Search this index (default: $QUIRE_INDEX, else quire/default in $XDG_DATA_HOME or "
     "~/.local/share)",
     0},
    {"number", 'n', "N", 0, "Print at most N results (10)", 0},
    {"all", KEY_ALL, NULL, 0, "Every word must be in the passage, not just one", 0},
    {"stem", KEY_STEM, "on|off", 0,
     "Find other forms of a word, too (on), or each word only as it is written (off)", 0},
    {"no-variants", KEY_NO_VARIANTS, NULL, 0, "Keep British and American spellings of a word apart",
     0},
    {"correct", KEY_CORRECT, NULL, 0, "Answer the query that \"did you mean\" suggests", 0},
    {"strict", KEY_STRICT, NULL, 0,
     "Refuse a query that was not read as written: each note is an error", 0},
    {"after", KEY_AFTER, "DATE", 0, "Only articles of DATE (2025, 2025-11, 2025-11-13) or later",
     0},
    {"before", KEY_BEFORE, "DATE", 0, "Only articles of DATE or earlier", 0},
    {"source", KEY_SOURCE, "NAME", 0, "Only articles of this source", 0},
    {"furniture", KEY_FURNITURE, NULL, 0, "Search lists of headlines and the like, too", 0},
    {"copies", KEY_COPIES, "fold|show", 0,
     "Print copies of a text as one result (fold), or each as a result of its own (show)", 0},
    {"unit", KEY_UNIT, "UNIT", 0, "What is ranked: passage, or article with its best passages", 0},
    {"batch", KEY_BATCH, "FILE", 0,
     "Answer each line of FILE (- for standard input), \"id<TAB>query\" or \"query\"", 0},
    {"topic", KEY_TOPIC, "PARTS", 0,
     "In a batch of TREC topics, ask for these: title, desc, narr (title)", 0},
    {"words", KEY_WORDS, NULL, 0,
     "Lines of a batch are nothing but words: no signs, quotes, operators", 0},
    {"complete", KEY_COMPLETE, "TEXT", 0, "Print how a query that begins with TEXT may go on", 0},
    {"diff", KEY_DIFF, "A", 0,
     "Print two articles, A and the one named next, sentence by sentence: what one has and the "
     "other lacks",
     0},
    {"format", KEY_FORMAT, "FORMAT", 0, FORMAT_NAMES, 0},
    {"show", KEY_SHOW, "ARTICLE", 0,
     "Print all of the article with this id, with what the query would mark in it", 0},
    {"snippet", KEY_SNIPPET, "WORDS|full", 0,
     "Show of long passages whole sentences around the marks, about WORDS words; or all of them",
     0},
    {"count", KEY_COUNT, NULL, 0, "Print how many passages match", 0},
    {"explain", KEY_EXPLAIN, NULL, 0, "Print how the query was read and how scores came about", 0},
    {"threads", KEY_THREADS, "N", 0, "Let N threads answer a batch (all cores)", 0},
    {"bm25", KEY_BM25, "k1=X,b=Y", 0, "Parameters of the score", 0},
    {"expand", KEY_EXPAND, "N", OPTION_ARG_OPTIONAL,
     "N words of the best results join the query (20)", 0},
    {"quiet", 'q', NULL, 0, "Print nothing; the exit status says whether there is a result", 0},
    {"color", KEY_COLOR, "WHEN", OPTION_ARG_OPTIONAL, "Colour: auto, always or never", 0},
    {"width", KEY_WIDTH, "COLUMNS", 0, "Wrap passages to this width", 0},
    {"hyperlink", KEY_HYPERLINK, "WHEN", OPTION_ARG_OPTIONAL,
     "Make titles links, where the terminal has them: auto, always or never", 0},
    {"no-pager", KEY_NO_PAGER, NULL, 0, "Print long results to the terminal as they are", 0},
    {0},
};

static const struct argp_option help_options[] = {
    {"help", '?', NULL, 0, NULL, 0},
    {"usage", 0, NULL, 0, NULL, 0},
    {"version", 'V', NULL, 0, NULL, 0},
    {0},
};

/* ---- where the query begins ---- */

/* Call visit for every option, known_options and argp's own; the one for which it returns true. */
static const struct argp_option *
find_option(bool (*visit)(const struct argp_option *option, const void *closure),
            const void *closure)
{
    for (const struct argp_option *o = known_options; o->name != NULL; o++)
        if (visit(o, closure))
            return o;
    for (const struct argp_option *o = help_options; o->name != NULL; o++)
        if (visit(o, closure))
            return o;
    return NULL;
}

static bool
has_letter(const struct argp_option *option, const void *letter)
{
    return option->key == *(const char *)letter;
}

/* argp takes the beginning of a long option for the whole, and complains where it is several. */
static bool
begins_with(const struct argp_option *option, const void *name)
{
    const char *typed = (const char *)name;

    return strncmp(option->name, typed, strcspn(typed, "=")) == 0;
}

static bool
has_name(const struct argp_option *option, const void *name)
{
    const char *typed = (const char *)name;
    size_t n = strcspn(typed, "=");

    return strlen(option->name) == n && memcmp(option->name, typed, n) == 0;
}

static bool
is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* Is "-xyz" letters of options, the last perhaps with its argument?  *takes_next_out says whether
 * the next word is that. */
static bool
is_cluster(const char *word, bool *takes_next_out)
{
    *takes_next_out = false;
    if (word[1] == '\0')
        return false;
    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        const struct argp_option *option = find_option(has_letter, letter);

        if (option == NULL)
            return false;
        if (option->arg != NULL) {
            *takes_next_out = letter[1] == '\0';
            return *takes_next_out || option->key != 'n' || is_number(letter + 1);
        }
    }
    return true;
}

/* How many letters must be changed, put in or left out to make y of x; for short names. */
static size_t
edit_distance(const char *x, size_t nx, const char *y)
{
    size_t row[32];
    size_t ny = strlen(y);

    if (nx > 30 || ny > 30)
        return 99;
    for (size_t j = 0; j <= ny; j++)
        row[j] = j;
    for (size_t i = 1; i <= nx; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= ny; j++) {
            size_t best = corner + (x[i - 1] != y[j - 1]);

            corner = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[ny];
}

typedef struct {
    const char *typed;
    size_t nbytes;
    const char *name;
    size_t distance;
} nearest;

static bool
is_nearest(const struct argp_option *option, const void *closure)
{
    nearest *best = *(nearest *const *)closure;
    size_t distance = edit_distance(best->typed, best->nbytes, option->name);

    if (distance < best->distance) {
        best->distance = distance;
        best->name = option->name;
    }
    return false;
}

/* "-h" alone is no query: whoever types it asks for help. */
static bool
is_lone_letter(const char *word)
{
    const char letter = word[0] == '-' ? word[1] : '\0';

    return ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) &&
           word[2] == '\0';
}

static _Noreturn void
unknown_letter(const char *word)
{
    show_message("there is no option %s; quire-search --help lists them", word);
    show_message("a query that only leaves out a word is typed after --");
    exit(EXIT_USAGE);
}

static _Noreturn void
unknown_option(const char *word)
{
    nearest best = {.typed = word + 2, .nbytes = strcspn(word + 2, "="), .distance = 4};
    nearest *closure = &best;

    find_option(is_nearest, &closure);
    if (best.name != NULL && best.distance < best.nbytes)
        show_message("there is no option --%.*s; is --%s meant?", (int)best.nbytes, best.typed,
                     best.name);
    else
        show_message("there is no option --%.*s; quire-search --help lists them", (int)best.nbytes,
                     best.typed);
    show_message("a query that begins with dashes is typed after --");
    exit(EXIT_USAGE);
}

/* The index in argv of the first word of the query, and of the first word after the options, which
 * is the same unless -- stands between. */
static void
find_query(int argc, char **argv, int *query_out, int *options_end_out)
{
    int i = 1;

    while (i < argc && argv[i][0] == '-' && argv[i][1] != '\0') {
        bool takes_next = false;

        if (strcmp(argv[i], "--") == 0) {
            *options_end_out = i;
            *query_out = i + 1;
            return;
        }
        if (argv[i][1] == '-') {
            const struct argp_option *option = find_option(has_name, argv[i] + 2);

            if (option == NULL)
                option = find_option(begins_with, argv[i] + 2);
            if (option == NULL || argv[i][2] == '=')
                unknown_option(argv[i]);
            takes_next = option->arg != NULL && (option->flags & OPTION_ARG_OPTIONAL) == 0 &&
                         strchr(argv[i], '=') == NULL;
        } else if (!is_cluster(argv[i], &takes_next)) {
            break;
        }
        i += takes_next ? 2 : 1;
    }
    *query_out = *options_end_out = i < argc ? i : argc;
}

/* ---- values ---- */

static bool
read_number(const char *text, unsigned long max, unsigned long *out)
{
    errno = 0;
    if (!is_number(text))
        return false;
    *out = strtoul(text, NULL, 10);
    return errno == 0 && *out <= max;
}

/* "k1=1.2,b=0.75", either or both. */
static bool
read_bm25(const char *text, quire_search_options *search)
{
    while (*text != '\0') {
        double *parameter = NULL;
        double *of_articles = NULL;
        char *end = NULL;

        if (strncmp(text, "k1=", 3) == 0) {
            parameter = &search->bm25_k1;
            of_articles = &search->article_k1;
            text += 3;
        } else if (strncmp(text, "b=", 2) == 0) {
            parameter = &search->bm25_b;
            of_articles = &search->article_b;
            text += 2;
        } else {
            return false;
        }
        *parameter = *of_articles = strtod(text, &end);
        if (end == text || (*end != '\0' && *end != ','))
            return false;
        text = *end == ',' ? end + 1 : end;
    }
    return true;
}

static bool
read_expand(const char *text, uint32_t *out)
{
    unsigned long n = 20;

    if (text != NULL && !read_number(text, 200, &n))
        return false;
    *out = (uint32_t)n;
    return true;
}

static bool
read_unit(const char *text, quire_ranked *out)
{
    *out = strcmp(text, "article") == 0 ? QUIRE_UNIT_ARTICLE : QUIRE_UNIT_PASSAGE;
    return *out == QUIRE_UNIT_ARTICLE || strcmp(text, "passage") == 0;
}

static bool
read_switch(const char *text, bool *out)
{
    *out = strcmp(text, "on") == 0;
    return *out || strcmp(text, "off") == 0;
}

static bool
read_copies(const char *text, bool *shown_out)
{
    *shown_out = strcmp(text, "show") == 0;
    return *shown_out || strcmp(text, "fold") == 0;
}

static bool
color_by_default(void)
{
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && (none == NULL || none[0] == '\0') && terminal != NULL &&
           terminal[0] != '\0' && strcmp(terminal, "dumb") != 0;
}

static bool
read_color(const char *when, bool *out)
{
    if (when == NULL || strcmp(when, "always") == 0)
        *out = true;
    else if (strcmp(when, "never") == 0)
        *out = false;
    else if (strcmp(when, "auto") == 0)
        *out = color_by_default();
    else
        return false;
    return true;
}

static bool
read_hyperlink(const char *when, bool *out)
{
    if (when == NULL || strcmp(when, "always") == 0)
        *out = true;
    else if (strcmp(when, "never") == 0)
        *out = false;
    else if (strcmp(when, "auto") == 0)
        *out = terminal_has_links();
    else
        return false;
    return true;
}

/* "full", or a number of words. */
static bool
read_snippet(const char *text, uint32_t *words_out)
{
    unsigned long number = 0;

    if (strcmp(text, "full") == 0)
        *words_out = 0;
    else if (read_number(text, UINT32_MAX, &number) && number > 0)
        *words_out = (uint32_t)number;
    else
        return false;
    return true;
}

static int
terminal_width(void)
{
    struct winsize size = {0};
    unsigned long width = DEFAULT_WIDTH;
    const char *columns = getenv("COLUMNS");

    if (!isatty(STDOUT_FILENO))
        return DEFAULT_WIDTH;
    if (columns != NULL && read_number(columns, MAX_WIDTH, &width) && width > 0)
        ;
    else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col < MAX_WIDTH ? size.ws_col : MAX_WIDTH;
    return width < MIN_WIDTH ? MIN_WIDTH : (int)width;
}

/* The cores that this process may use. */
static unsigned
count_cores(void)
{
    cpu_set_t cores;

    if (sched_getaffinity(0, sizeof cores, &cores) != 0)
        return 1;
    return (unsigned)CPU_COUNT(&cores);
}

/* $QUIRE_INDEX, else where the user's data lies. */
static char *
default_index(void)
{
    const char *index = getenv("QUIRE_INDEX");
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int made = 0;

    if (index != NULL && index[0] != '\0')
        return strdup(index);
    if (data != NULL && data[0] == '/') /* a relative one is to be ignored, says its standard */
        made = asprintf(&path, "%s/quire/default", data);
    else
        made = asprintf(&path, "%s/.local/share/quire/default", home != NULL ? home : "");
    return made < 0 ? NULL : path;
}

/* ---- argp ---- */

static _Noreturn void
out_of_memory(void)
{
    show_message("out of memory");
    exit(EXIT_USAGE);
}

static _Noreturn void
bad_value(const char *option, const char *value, const char *wanted)
{
    show_message("%s: \"%s\" is not %s", option, value, wanted);
    exit(EXIT_USAGE);
}

static void
set_index(options *o, const char *path)
{
    free(o->index_path);
    o->index_path = strdup(path);
    if (o->index_path == NULL)
        out_of_memory();
}

/* Options without a value. */
static error_t
parse_flag(int key, options *o)
{
    switch (key) {
    case 'q':
        o->quiet = true;
        return 0;
    case KEY_ALL:
        o->search.require_all = true;
        return 0;
    case KEY_COUNT:
        o->search.count = true;
        return 0;
    case KEY_EXPLAIN:
        o->search.explain = true;
        return 0;
    case KEY_FURNITURE:
        o->search.furniture = true;
        return 0;
    case KEY_NO_VARIANTS:
        o->search.no_variants = true;
        return 0;
    case KEY_CORRECT:
        o->search.correct = true;
        return 0;
    case KEY_STRICT:
        o->strict = true;
        return 0;
    case KEY_NO_PAGER:
        o->pager = false;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t
parse_value(int key, char *arg, options *o)
{
    unsigned long number = 0;
    bool is_on = true;

    switch (key) {
    case 'n':
        if (!read_number(arg, UINT32_MAX, &number))
            bad_value("-n", arg, "a number of results");
        o->number = (uint32_t)number;
        return 0;
    case KEY_WIDTH:
        if (!read_number(arg, MAX_WIDTH, &number) || number < MIN_WIDTH)
            bad_value("--width", arg, "a number of columns from 20 to 1000");
        o->width = (int)number;
        return 0;
    case KEY_THREADS:
        if (!read_number(arg, MAX_THREADS, &number) || number == 0)
            bad_value("--threads", arg, "a number from 1 to 1024");
        o->threads = (unsigned)number;
        return 0;
    case KEY_FORMAT:
        o->format = format_find(arg);
        if (o->format == NULL)
            bad_value("--format", arg, "a format; there are " FORMAT_NAMES);
        return 0;
    case KEY_UNIT:
        if (!read_unit(arg, &o->search.unit))
            bad_value("--unit", arg, "passage or article");
        return 0;
    case KEY_TOPIC:
        if (!topics_read_parts(arg, &o->topic_parts))
            bad_value("--topic", arg, "some of title,desc,narr");
        return 0;
    case KEY_WORDS:
        o->words_only = true;
        return 0;
    case KEY_BM25:
        if (!read_bm25(arg, &o->search))
            bad_value("--bm25", arg, "like k1=1.2,b=0.75");
        return 0;
    case KEY_EXPAND:
        if (!read_expand(arg, &o->search.expand))
            bad_value("--expand", arg, "a number of words from 0 to 200");
        return 0;
    case KEY_COLOR:
        if (!read_color(arg, &o->color))
            bad_value("--color", arg, "auto, always or never");
        return 0;
    case KEY_HYPERLINK:
        if (!read_hyperlink(arg, &o->hyperlinks))
            bad_value("--hyperlink", arg, "auto, always or never");
        return 0;
    case KEY_SNIPPET:
        if (!read_snippet(arg, &o->snippet_words))
            bad_value("--snippet", arg, "a number of words, or \"full\"");
        o->has_snippet = true;
        return 0;
    case KEY_COPIES:
        if (!read_copies(arg, &o->search.show_copies))
            bad_value("--copies", arg, "fold or show");
        o->says_copies = true;
        return 0;
    case KEY_STEM:
        if (!read_switch(arg, &is_on))
            bad_value("--stem", arg, "on or off");
        o->search.surfaces = !is_on;
        return 0;
    default:
        return parse_flag(key, o);
    }
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;

    switch (key) {
    case 'd':
        set_index(o, arg);
        return 0;
    case KEY_BATCH:
        o->batch = arg;
        return 0;
    case KEY_COMPLETE:
        o->complete = arg;
        return 0;
    case KEY_SHOW:
        o->show = arg;
        return 0;
    case KEY_DIFF:
        o->diff = arg;
        return 0;
    case KEY_AFTER:
        o->search.after = arg;
        return 0;
    case KEY_BEFORE:
        o->search.before = arg;
        return 0;
    case KEY_SOURCE:
        o->search.source = arg;
        return 0;
    default:
        return parse_value(key, arg, o);
    }
}

static void
print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "quire-search %s\n", quire_version());
}

static const struct argp parser = {
    .options = known_options,
    .parser = parse_option,
    .args_doc =
        "[--] QUERY...\n--batch FILE\n--show ARTICLE [QUERY...]\n--complete TEXT\n--diff A B",
    .doc = "Find the passages of news articles that best match a query, and mark what matched.\v"
           "A query is words, \"phrases\", +required, -excluded, AND, OR, NOT and parentheses; see "
           "quire-query(7).  Options come before it.\n\n"
           "Exit status: 0 with results, 1 without, 2 on an error.",
};

/* ---- the query ---- */

/* A word after the first that has the look of one of our short options.  (Those with two dashes are
 * noted by whoever reads the query.) */
static bool
looks_like_option(const char *word)
{
    bool takes_next = false;

    if (word[0] != '-' || word[1] == '-' || !is_cluster(word, &takes_next))
        return false;
    return takes_next || strchr(word, 'd') == NULL; /* -death is a word */
}

static void
add_option_note(options *o, const char *word, size_t start)
{
    char *text = NULL;
    quire_note *notes = realloc(o->notes, (o->nnotes + 1) * sizeof *notes);

    if (notes == NULL)
        out_of_memory();
    o->notes = notes;
    if (asprintf(&text,
                 "%s stands after the first word of the query and was read as a part of it; "
                 "options come before",
                 word) < 0)
        out_of_memory();
    notes[o->nnotes++] = (quire_note){
        .code = "looks-like-option", .text = text, .start = start, .end = start + strlen(word)};
}

static void
join_query(options *o, char **words, int nwords)
{
    size_t nbytes = 1;
    size_t at = 0;

    for (int i = 0; i < nwords; i++)
        nbytes += strlen(words[i]) + 1;
    o->query = malloc(nbytes);
    if (o->query == NULL)
        out_of_memory();
    for (int i = 0; i < nwords; i++) {
        size_t n = strlen(words[i]);

        if (i > 0)
            o->query[at++] = ' ';
        memcpy(o->query + at, words[i], n);
        if (i > 0 && looks_like_option(words[i]))
            add_option_note(o, words[i], at);
        at += n;
    }
    o->query[at] = '\0';
    o->nquery_words = nwords;
}

static void
check(const options *o, int nwords)
{
    if (o->batch != NULL && nwords > 0) {
        show_message("a query and --batch do not go together; options come before the query");
        exit(EXIT_USAGE);
    }
    if (o->complete != NULL && (nwords > 0 || o->batch != NULL)) {
        show_message("--complete goes with no query and no --batch; its TEXT is one argument");
        exit(EXIT_USAGE);
    }
    if (o->show != NULL && (o->batch != NULL || o->complete != NULL)) {
        show_message("--show goes with neither --batch nor --complete");
        exit(EXIT_USAGE);
    }
    if (o->show != NULL && o->format->show == NULL) {
        show_message("--show prints in the formats human, plain, jsonl and html");
        exit(EXIT_USAGE);
    }
    if (o->diff != NULL &&
        (nwords != 1 || o->batch != NULL || o->complete != NULL || o->show != NULL)) {
        show_message("--diff goes with the ids of two articles, and no query: --diff A B");
        exit(EXIT_USAGE);
    }
    if (o->diff != NULL && o->format != &format_human && o->format != &format_jsonl) {
        show_message("--diff is printed as human or jsonl");
        exit(EXIT_USAGE);
    }
    if (o->batch == NULL && o->complete == NULL && o->show == NULL && nwords == 0) {
        fputs("Usage: quire-search [-d INDEX] [OPTION...] [--] QUERY...\n"
              "  or:  quire-search [-d INDEX] [OPTION...] --batch FILE\n"
              "  or:  quire-search [-d INDEX] [OPTION...] --show ARTICLE [QUERY...]\n"
              "quire-search --help says more.\n",
              stderr);
        if (o->index_joined)
            show_message("-d%s names an index; to leave out the word: quire-search -- -d%s",
                         o->index_path, o->index_path);
        exit(EXIT_USAGE);
    }
}

/* On a terminal passages get six lines, of words of six columns; a page has room for nearly all. */
static uint32_t
default_snippet(const options *o)
{
    if (o->format == &format_html)
        return 130;
    if (o->format == &format_human && isatty(STDOUT_FILENO))
        return (uint32_t)o->width;
    return 0;
}

void
options_read(int argc, char **argv, options *out)
{
    int query = 0;
    int options_end = 0;
    char *arguments_end = NULL;

    *out = (options){.number = 10,
                     .topic_parts = TOPIC_TITLE,
                     .format = &format_human,
                     .color = color_by_default(),
                     .hyperlinks = terminal_has_links(),
                     .pager = true};
    quire_search_options_init(&out->search);
    out->index_path = default_index();
    if (out->index_path == NULL)
        out_of_memory();
    out->width = terminal_width();
    out->threads = count_cores();
    argp_program_version_hook = print_version;
    argp_err_exit_status = EXIT_USAGE;

    find_query(argc, argv, &query, &options_end);
    if (argc - query == 1 && query == options_end && is_lone_letter(argv[query]))
        unknown_letter(argv[query]);
    for (int i = 1; i < options_end; i++)
        if (argv[i][0] == '-' && argv[i][1] == 'd' && argv[i][2] != '\0')
            out->index_joined = true;
    arguments_end = argv[options_end];
    argv[options_end] = NULL; /* argp looks no further */
    if (argp_parse(&parser, options_end, argv, 0, NULL, out) != 0)
        exit(EXIT_USAGE);
    argv[options_end] = arguments_end;

    check(out, argc - query);
    if (out->batch == NULL && out->complete == NULL && (out->show == NULL || argc > query))
        join_query(out, argv + query, argc - query);

    if (!out->has_snippet)
        out->snippet_words = default_snippet(out);
    /* Runs are judged by what they list. */
    if (!out->says_copies && out->format == &format_trec)
        out->search.show_copies = true;

    /* A single result tells whether there is one. */
    out->search.max_hits = out->number;
    if (out->quiet || (out->number == 0 && !out->search.count))
        out->search.max_hits = 1;
    if (out->quiet)
        out->search.count = out->search.explain = false;
}

void
options_free(options *o)
{
    for (size_t i = 0; i < o->nnotes; i++)
        free((char *)o->notes[i].text);
    free(o->notes);
    free(o->query);
    free(o->index_path);
}
