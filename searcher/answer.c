/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.c - asking one query, printing the answer, and saying on standard error what a person at
 * the terminal should know. */
#include "answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"

/* "query 12: " in a batch, else nothing: the start of a message. */
static void
message_about(const asking *a, const char *query_id, const char *kind, const char *text)
{
    if (a->options->batch != NULL)
        show_message("query %s: %s%s", query_id, kind, text);
    else
        show_message("%s%s", kind, text);
}

static void
report_notes(const asking *a, const answer *found)
{
    const format *f = a->options->format;
    const quire_note *note = NULL;

    /* A batch for people has them under its headings. */
    if (a->options->quiet || f->holds_notes || (f == &format_human && a->options->batch != NULL))
        return;
    for (size_t i = 0; (note = format_note(found, i)) != NULL; i++) {
        char *line = format_note_line(found, note);

        message_about(a, found->query_id, "note: ", line != NULL ? line : note->text);
        free(line);
    }
}

static bool
has_note(const answer *found, const char *code)
{
    const quire_note *note = NULL;

    for (size_t i = 0; (note = format_note(found, i)) != NULL; i++)
        if (strcmp(note->code, code) == 0)
            return true;
    return false;
}

/* Nothing was found: say what to try. */
static void
suggest(const asking *a, const answer *found)
{
    const options *o = a->options;
    const quire_search_options *search = &o->search;
    const quire_index_info *info = quire_index_describe(a->index);
    bool has_quotes =
        memchr(found->query, '"', found->query_bytes) != NULL || strstr(found->query, "“") != NULL;
    bool has_signs = search->require_all || memchr(found->query, '+', found->query_bytes) != NULL ||
                     strstr(found->query, "AND") != NULL;

    if (info->npassages == 0 && info->nfurniture_passages == 0) {
        show_message("the index at %s holds no text; this makes a new one: quire-index -d %s "
                     "--replace SOURCE...",
                     o->index_path, o->index_path);
        return;
    }
    if (has_note(found, "empty-query"))
        return;
    show_message("nothing found; try other words%s%s%s%s", has_quotes ? ", or none in quotes" : "",
                 has_signs ? ", or fewer that are required" : "",
                 search->after != NULL || search->before != NULL || search->source != NULL
                     ? ", or no --after, --before and --source"
                     : "",
                 search->furniture ? "" : ", or --furniture");
}

/* Flush what was printed: a reader at the other end of a pipe waits for it, and a full disk must
 * not pass unnoticed. */
static bool
flush_output(void)
{
    bool had_error = ferror(stdout) != 0;

    errno = 0;
    if (fflush(stdout) == 0 && !had_error)
        return true;
    show_message("standard output: %s", errno != 0 ? strerror(errno) : "write error");
    return false;
}

static answer_outcome
outcome_of(const answer *found)
{
    if (found->results == NULL)
        return ANSWER_ERROR;
    return quire_results_size(found->results) > 0 || quire_results_count(found->results) > 0
               ? ANSWER_RESULTS
               : ANSWER_NOTHING;
}

/* Print the answer and what is to be said about it. */
static answer_outcome
print_answer(asking *a, answer *found)
{
    const options *o = a->options;
    const presentation how = {.number = o->number,
                              .count = o->search.count,
                              .explain = o->search.explain,
                              .batch = o->batch != NULL,
                              .color = o->color,
                              .width = o->width};
    answer_outcome outcome = outcome_of(found);

    if (!o->quiet) {
        o->format->print(stdout, found, &how);
        a->printed_one = true;
        if (!flush_output())
            return ANSWER_NOT_WRITTEN;
    }
    report_notes(a, found);
    if (o->search.explain && found->results != NULL && !o->quiet &&
        (o->format == &format_plain || o->format == &format_trec))
        show_lines(stderr, quire_results_explanation(found->results), 0);
    if (o->search.count && o->format == &format_trec && found->results != NULL && !o->quiet)
        format_count(stderr, found, &how);
    if (outcome == ANSWER_ERROR)
        message_about(a, found->query_id, "", found->error);
    else if (outcome == ANSWER_NOTHING && !how.batch && !o->quiet)
        suggest(a, found);
    return outcome;
}

answer_outcome
answer_query(asking *a, const char *query_id, const char *query, size_t query_bytes,
             const char *why)
{
    quire_error err = {0};
    quire_results *results = NULL;
    answer found = {.query_id = query_id,
                    .query = query,
                    .query_bytes = query_bytes,
                    .status = QUIRE_EQUERY,
                    .error = why,
                    .notes = a->options->notes,
                    .nnotes = a->options->nnotes,
                    .first = !a->printed_one};
    answer_outcome outcome = ANSWER_ERROR;

    if (query != NULL) {
        found.status =
            quire_search(a->index, query, query_bytes, &a->options->search, &results, &err);
        if (found.status != QUIRE_OK) {
            results = NULL;
            found.error = err.message;
        }
        found.results = results;
    }
    outcome = print_answer(a, &found);
    quire_results_free(results);
    return outcome;
}
