/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch.c - a file of queries, one a line, "id TAB query" or "query": each is answered, in order.
 *
 * The memory held is that of one line; one that is too long is answered by an error, skipped to its
 * end, and the next is read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "show.h"

#define LINE_MAX_BYTES (1u << 20)
#define TOO_LONG "the line is longer than 1 MiB; it was skipped"

typedef struct {
    FILE *file;
    char *bytes; /* room for LINE_MAX_BYTES and a NUL */
    size_t nbytes;
    bool is_too_long;
    unsigned long long number; /* from 1 */
} line;

/* Read the next line, its end cut off; false at the end of the file. */
static bool
read_line(line *l)
{
    int c = getc_unlocked(l->file);

    if (c == EOF)
        return false;
    l->nbytes = 0;
    l->is_too_long = false;
    for (; c != EOF && c != '\n'; c = getc_unlocked(l->file)) {
        if (l->nbytes < LINE_MAX_BYTES)
            l->bytes[l->nbytes++] = (char)c;
        else
            l->is_too_long = true;
    }
    if (l->nbytes > 0 && l->bytes[l->nbytes - 1] == '\r')
        l->nbytes--;
    if (l->number == 0 && l->nbytes >= 3 && memcmp(l->bytes, "\xEF\xBB\xBF", 3) == 0) {
        l->nbytes -= 3; /* a byte order mark, as some editors put it */
        memmove(l->bytes, l->bytes + 3, l->nbytes);
    }
    l->bytes[l->nbytes] = '\0';
    l->number++;
    return true;
}

static answer_outcome
answer_line(asking *a, line *l)
{
    char number[32];
    char *query = l->bytes;
    char *tab = memchr(l->bytes, '\t', l->nbytes);
    const char *id = number;

    snprintf(number, sizeof number, "%llu", l->number);
    if (tab != NULL) {
        *tab = '\0';
        if (tab > l->bytes)
            id = l->bytes;
        query = tab + 1;
    }
    if (l->is_too_long)
        return answer_query(a, id, NULL, 0, TOO_LONG);
    return answer_query(a, id, query, (size_t)(l->bytes + l->nbytes - query), NULL);
}

/* An option that makes no sense spoils every line; say so once. */
static bool
options_make_sense(asking *a)
{
    quire_error err = {0};
    quire_results *results = NULL;

    if (quire_search(a->index, "", 0, &a->options->search, &results, &err) == QUIRE_OK) {
        quire_results_free(results);
        return true;
    }
    show_message("%s", err.message);
    return false;
}

static int
answer_lines(asking *a, line *l)
{
    int exit_status = 0;

    while (read_line(l)) {
        answer_outcome outcome = answer_line(a, l);

        if (outcome == ANSWER_NOT_WRITTEN)
            return 2;
        if (outcome == ANSWER_ERROR)
            exit_status = 2;
    }
    if (ferror(l->file)) {
        show_message("%s: %s", a->options->batch, strerror(errno));
        exit_status = 2;
    }
    return exit_status;
}

int
batch_run(asking *a)
{
    const char *name = a->options->batch;
    bool is_stdin = strcmp(name, "-") == 0;
    int exit_status = 2;
    line l = {.file = is_stdin ? stdin : fopen(name, "re")};

    if (l.file == NULL) {
        show_message("%s: %s", name, strerror(errno));
        return 2;
    }
    l.bytes = malloc(LINE_MAX_BYTES + 1);
    if (l.bytes == NULL)
        show_message("out of memory");
    else if (options_make_sense(a))
        exit_status = answer_lines(a, &l);
    free(l.bytes);
    if (!is_stdin)
        fclose(l.file);
    return exit_status;
}
