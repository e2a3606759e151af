/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_values.c - what the values of options mean, and what holds where none is given. */
#include "option_values.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"

bool
option_values_is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

bool
option_values_number(const char *text, unsigned long max, unsigned long *out)
{
    errno = 0;
    if (!option_values_is_number(text))
        return false;
    *out = strtoul(text, NULL, 10);
    return errno == 0 && *out <= max;
}

/* "k1=1.2,b=0.75", either or both. */
bool
option_values_bm25(const char *text, quire_search_options *search)
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
        if (end == text || *parameter < 0 || (*end != '\0' && *end != ','))
            return false;
        text = *end == ',' ? end + 1 : end;
    }
    return true;
}

bool
option_values_expand(const char *text, uint32_t *out)
{
    unsigned long n = 40;

    if (text != NULL && !option_values_number(text, 200, &n))
        return false;
    *out = (uint32_t)n;
    return true;
}

bool
option_values_unit(const char *text, quire_ranked *out)
{
    *out = strcmp(text, "article") == 0 ? QUIRE_UNIT_ARTICLE : QUIRE_UNIT_PASSAGE;
    return *out == QUIRE_UNIT_ARTICLE || strcmp(text, "passage") == 0;
}

bool
option_values_switch(const char *text, bool *out)
{
    *out = strcmp(text, "on") == 0;
    return *out || strcmp(text, "off") == 0;
}

bool
option_values_copies(const char *text, bool *shown_out)
{
    *shown_out = strcmp(text, "show") == 0;
    return *shown_out || strcmp(text, "fold") == 0;
}

bool
option_values_default_color(void)
{
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && (none == NULL || none[0] == '\0') && terminal != NULL &&
           terminal[0] != '\0' && strcmp(terminal, "dumb") != 0;
}

/* "always", also where nothing is said, "never", or "auto", which is as the terminal has it. */
static bool
read_when(const char *when, bool (*is_automatic)(void), bool *out)
{
    if (when == NULL || strcmp(when, "always") == 0)
        *out = true;
    else if (strcmp(when, "never") == 0)
        *out = false;
    else if (strcmp(when, "auto") == 0)
        *out = is_automatic();
    else
        return false;
    return true;
}

bool
option_values_color(const char *when, bool *out)
{
    return read_when(when, option_values_default_color, out);
}

bool
option_values_hyperlink(const char *when, bool *out)
{
    return read_when(when, terminal_has_links, out);
}

/* "full", or a number of words. */
bool
option_values_snippet(const char *text, uint32_t *words_out)
{
    unsigned long number = 0;

    if (strcmp(text, "full") == 0)
        *words_out = 0;
    else if (option_values_number(text, UINT32_MAX, &number) && number > 0)
        *words_out = (uint32_t)number;
    else
        return false;
    return true;
}

int
option_values_default_width(void)
{
    struct winsize size = {0};
    unsigned long width = OPTION_DEFAULT_WIDTH;
    const char *columns = getenv("COLUMNS");

    if (!isatty(STDOUT_FILENO))
        return OPTION_DEFAULT_WIDTH;
    if (columns != NULL && option_values_number(columns, OPTION_MAX_WIDTH, &width) && width > 0)
        ;
    else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col < OPTION_MAX_WIDTH ? size.ws_col : OPTION_MAX_WIDTH;
    return width < OPTION_MIN_WIDTH ? OPTION_MIN_WIDTH : (int)width;
}

/* The cores that this process may use. */
unsigned
option_values_default_threads(void)
{
    cpu_set_t cores;

    if (sched_getaffinity(0, sizeof cores, &cores) != 0)
        return 1;
    return (unsigned)CPU_COUNT(&cores);
}

/* $QUIRE_INDEX, else where the user's data lies. */
char *
option_values_default_index(void)
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
