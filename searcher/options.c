/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c - the command line of quire-search.
 *
 * Options end where the query begins, so that `quire-search ceasefire -Syria` leaves Syria out; and
 * a word that is no option begins the query too, so that `quire-search -Syria` does.  Where that is
 * is found first (query_start.c); argp sees only what stands before. */
#include "options.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "by.h"
#include "option_checks.h"
#include "option_table.h"
#include "option_values.h"
#include "query_start.h"
#include "show.h"
#include "terminal.h"
#include "topics.h"

#define MAX_THREADS 1024

/* ---- argp ---- */

static _Noreturn void
out_of_memory(void)
{
    show_message("out of memory");
    exit(OPTION_EXIT_USAGE);
}

static _Noreturn void
bad_value(const char *option, const char *value, const char *wanted)
{
    show_message("%s: \"%s\" is not %s", option, value, wanted);
    exit(OPTION_EXIT_USAGE);
}

static void
set_index(options *o, const char *path)
{
    free(o->index_path);
    o->index_path = strdup(path);
    if (o->index_path == NULL)
        out_of_memory();
}

/* Does an option say nothing of what is answered, or of how? */
static bool
is_circumstance(int key)
{
    return key == 'd' || key == KEY_BATCH || key == KEY_OUTPUT || key == KEY_RESUME ||
           key == KEY_THREADS || key == KEY_NO_PAGER;
}

/* Remember an option as it was given. */
static void
keep_given(options *o, int key, const char *arg)
{
    const struct argp_option *option = option_table;
    char **given = NULL;

    while (option->name != NULL && option->key != key)
        option++;
    if (option->name == NULL || is_circumstance(key))
        return;
    given = realloc(o->given, (o->ngiven + 1) * sizeof *given);
    if (given == NULL)
        out_of_memory();
    o->given = given;
    if (asprintf(&given[o->ngiven], "%s%s%s", option->name, arg != NULL ? "=" : "",
                 arg != NULL ? arg : "") < 0)
        out_of_memory();
    o->ngiven++;
}

bool
options_has_given(const options *o, const char *name)
{
    const size_t n = strlen(name);

    for (size_t i = 0; i < o->ngiven; i++)
        if (strncmp(o->given[i], name, n) == 0 && (o->given[i][n] == '=' || o->given[i][n] == '\0'))
            return true;
    return false;
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
    case KEY_TRUST:
        o->trust = true;
        return 0;
    case KEY_MATRIX:
        o->matrix = true;
        return 0;
    case KEY_NO_PAGER:
        o->pager = false;
        return 0;
    case KEY_RESUME:
        o->resume = true;
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
        if (!option_values_number(arg, UINT32_MAX, &number))
            bad_value("-n", arg, "a number of results");
        o->number = (uint32_t)number;
        o->has_number = true;
        return 0;
    case KEY_WIDTH:
        if (!option_values_number(arg, OPTION_MAX_WIDTH, &number) || number < OPTION_MIN_WIDTH)
            bad_value("--width", arg, "a number of columns from 20 to 1000");
        o->width = (int)number;
        return 0;
    case KEY_THREADS:
        if (!option_values_number(arg, MAX_THREADS, &number) || number == 0)
            bad_value("--threads", arg, "a number from 1 to 1024");
        o->threads = (unsigned)number;
        return 0;
    case KEY_FORMAT:
        o->format = format_find(arg);
        if (o->format == NULL)
            bad_value("--format", arg, "a format; there are " FORMAT_NAMES);
        return 0;
    case KEY_UNIT:
        if (!option_values_unit(arg, &o->search.unit))
            bad_value("--unit", arg, "passage or article");
        return 0;
    case KEY_BY:
        if (!by_read(arg, &o->by))
            bad_value("--by", arg, "source, author, day, month or year");
        o->has_by = true;
        return 0;
    case KEY_TOPIC:
        if (!topics_read_parts(arg, &o->topic_parts))
            bad_value("--topic", arg, "some of title,desc,narr");
        return 0;
    case KEY_WORDS:
        o->words_only = true;
        return 0;
    case KEY_BM25:
        if (!option_values_bm25(arg, &o->search))
            bad_value("--bm25", arg, "like k1=1.2,b=0.75");
        return 0;
    case KEY_EXPAND:
        if (!option_values_expand(arg, &o->search.expand))
            bad_value("--expand", arg, "a number of words from 0 to 200");
        return 0;
    case KEY_COLOR:
        if (!option_values_color(arg, &o->color))
            bad_value("--color", arg, "auto, always or never");
        return 0;
    case KEY_HYPERLINK:
        if (!option_values_hyperlink(arg, &o->hyperlinks))
            bad_value("--hyperlink", arg, "auto, always or never");
        return 0;
    case KEY_SNIPPET:
        if (!option_values_snippet(arg, &o->snippet_words))
            bad_value("--snippet", arg, "a number of words, or \"full\"");
        o->has_snippet = true;
        return 0;
    case KEY_COPIES:
        if (!option_values_copies(arg, &o->search.show_copies))
            bad_value("--copies", arg, "fold or show");
        o->says_copies = true;
        return 0;
    case KEY_STEM:
        if (!option_values_switch(arg, &is_on))
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

    keep_given(o, key, arg);
    switch (key) {
    case 'd':
        set_index(o, arg);
        return 0;
    case KEY_BATCH:
        o->batch = arg;
        return 0;
    case KEY_OUTPUT:
        o->output = arg;
        return 0;
    case KEY_COMPLETE:
        o->complete = arg;
        return 0;
    case KEY_SHOW:
        o->show = arg;
        return 0;
    case KEY_LIKE:
        o->like = arg;
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
    .options = option_table,
    .parser = parse_option,
    .args_doc = "[--] QUERY...\n--batch FILE\n--show ARTICLE [QUERY...]\n--like ARTICLE|FILE "
                "[QUERY...]\n--complete TEXT\n--diff A B",
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

    if (word[0] != '-' || word[1] == '-' || !query_start_is_cluster(word, &takes_next))
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

/* Files are not read at the terminal that the batch was begun at. */
static void
suit_files(options *o)
{
    if (!options_has_given(o, "color"))
        o->color = false;
    if (!options_has_given(o, "hyperlink"))
        o->hyperlinks = false;
    if (!options_has_given(o, "width"))
        o->width = OPTION_DEFAULT_WIDTH;
}

/* On a terminal passages get six lines, of words of six columns; a page has room for nearly all. */
static uint32_t
default_snippet(const options *o)
{
    if (o->format == &format_html)
        return 130;
    if (o->format == &format_human && o->output == NULL && isatty(STDOUT_FILENO))
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
                     .color = option_values_default_color(),
                     .hyperlinks = terminal_has_links(),
                     .pager = true};
    quire_search_options_init(&out->search);
    out->index_path = option_values_default_index();
    if (out->index_path == NULL)
        out_of_memory();
    out->width = option_values_default_width();
    out->threads = option_values_default_threads();
    argp_program_version_hook = print_version;
    argp_err_exit_status = OPTION_EXIT_USAGE;

    query_start_find(argc, argv, &query, &options_end);
    if (argc - query == 1 && query == options_end && query_start_is_letter(argv[query]))
        query_start_refuse_letter(argv[query]);
    for (int i = 1; i < options_end; i++)
        if (argv[i][0] == '-' && argv[i][1] == 'd' && argv[i][2] != '\0')
            out->index_joined = true;
    arguments_end = argv[options_end];
    argv[options_end] = NULL; /* argp looks no further */
    if (argp_parse(&parser, options_end, argv, 0, NULL, out) != 0) {
        fputs("quire-search: out of memory\n", stderr); /* all else argp says itself */
        exit(OPTION_EXIT_USAGE);
    }
    argv[options_end] = arguments_end;

    option_checks_run(out, argc - query);
    if (out->output != NULL)
        suit_files(out);
    if (out->batch == NULL && out->complete == NULL &&
        ((out->show == NULL && out->like == NULL) || argc > query))
        join_query(out, argv + query, argc - query);

    if (!out->has_snippet)
        out->snippet_words = default_snippet(out);
    /* Runs are judged by what they list. */
    if (!out->says_copies && out->format == &format_trec)
        out->search.show_copies = true;
    if (out->format == &format_trec && out->show == NULL && !out->search.explain)
        out->search.parts = QUIRE_PARTS_RANKING;

    out->search.named_copies = out->quiet ? 0 : out->format->named_copies;

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
    for (size_t i = 0; i < o->ngiven; i++)
        free(o->given[i]);
    free(o->given);
    free(o->notes);
    free(o->query);
    free(o->index_path);
}
