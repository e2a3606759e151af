/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query_start.c - where on the command line the options end and the query begins.
 *
 * That is found before argp sees anything: it would take each word with a dash for an option. */
#include "query_start.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "option_table.h"
#include "option_values.h"
#include "show.h"

/* Call visit for every option, option_table and argp's own; the one for which it returns true. */
static const struct argp_option *
find_option(bool (*visit)(const struct argp_option *option, const void *closure),
            const void *closure)
{
    for (const struct argp_option *o = option_table; o->name != NULL; o++)
        if (visit(o, closure))
            return o;
    for (const struct argp_option *o = option_table_of_argp; o->name != NULL; o++)
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

bool
query_start_is_cluster(const char *word, bool *takes_next_out)
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
            return *takes_next_out || option->key != 'n' || option_values_is_number(letter + 1);
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

bool
query_start_is_letter(const char *word)
{
    const char letter = word[0] == '-' ? word[1] : '\0';

    return ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) &&
           word[2] == '\0';
}

_Noreturn void
query_start_refuse_letter(const char *word)
{
    show_message("there is no option %s; quire-search --help lists them", word);
    show_message("a query that only leaves out a word is typed after --");
    exit(OPTION_EXIT_USAGE);
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
    exit(OPTION_EXIT_USAGE);
}

void
query_start_find(int argc, char **argv, int *query_out, int *options_end_out)
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
        } else if (!query_start_is_cluster(argv[i], &takes_next)) {
            break;
        }
        i += takes_next ? 2 : 1;
    }
    *query_out = *options_end_out = i < argc ? i : argc;
}
