/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.c - asking one query, and what is printed of it: the answer, and on standard error what a
 * person at the terminal should know.
 *
 * Both are made in memory, for several threads may answer the lines of a batch, whose answers are
 * written in the order of the lines. */
#include "answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "by.h"
#include "show.h"
#include "terminal.h"

#define KEPT_BYTES 65536 /* of an answer's memory, for the next one */

/* One answer in the making. */
typedef struct {
    const options *options;
    quire_index *index;
    output *messages;
    uint64_t line; /* of the batch */
} asking;

/* "query 12: " in a batch, or "query rice (line 12): ", else nothing: the start of a message. */
static void
message_about(const asking *a, const char *query_id, const char *kind, const char *text)
{
    char number[32];

    snprintf(number, sizeof number, "%" PRIu64, a->line);
    if (a->options->batch != NULL && strcmp(number, query_id) == 0)
        show_message_in(a->messages, "query %s: %s%s", query_id, kind, text);
    else if (a->options->batch != NULL)
        show_message_in(a->messages, "query %s (line %s): %s%s", query_id, number, kind, text);
    else
        show_message_in(a->messages, "%s%s", kind, text);
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

/* What --strict refuses a query for: each note, with its place. */
static void
report_refusal(const asking *a, const answer *found)
{
    const quire_note *note = NULL;

    for (size_t i = 0; (note = format_note(found, i)) != NULL; i++) {
        message_about(a, found->query_id, "", note->text);
        format_place(a->messages, found, note);
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
        show_message_in(a->messages,
                        "the index at %s holds no text; this makes a new one: quire-index -d %s "
                        "--replace SOURCE...",
                        o->index_path, o->index_path);
        return;
    }
    if (has_note(found, "empty-query") || has_note(found, "no-telling-words"))
        return;
    if (found->like != NULL) {
        show_message_in(a->messages, "nothing is like it");
        return;
    }
    show_message_in(a->messages, "nothing found; try other words%s%s%s%s",
                    has_quotes ? ", or none in quotes" : "",
                    has_signs ? ", or fewer that are required" : "",
                    search->after != NULL || search->before != NULL || search->source != NULL
                        ? ", or no --after, --before and --source"
                        : "",
                    search->furniture ? "" : ", or --furniture");
}

static answer_outcome
outcome_of(const answer *found)
{
    if (found->results == NULL || quire_results_ndamaged(found->results) > 0)
        return ANSWER_ERROR;
    return quire_results_size(found->results) > 0 || quire_results_count(found->results) > 0
               ? ANSWER_RESULTS
               : ANSWER_NOTHING;
}

/* Of damaged results the first says where the damage is; scripts may read no more than this. */
static void
report_damage(const asking *a, const answer *found)
{
    const quire_hit *hit = NULL;
    size_t i = 0;

    while ((hit = quire_results_hit(found->results, i)) != NULL && hit->damage == NULL)
        i++;
    if (hit != NULL)
        message_about(a, found->query_id, "a passage cannot be shown: ", hit->damage);
    else
        message_about(a, found->query_id, "",
                      "a copy cannot be named: the index is damaged; "
                      "rebuild it with quire-index");
}

/* No article was found. */
static void
report_no_article(const asking *a, const answer *found)
{
    message_about(a, found->query_id, "no article has the id ", found->article);
}

/* Formats whose every line is a result. */
static bool
is_table(const format *f)
{
    return f == &format_trec || f == &format_csv || f == &format_tsv;
}

/* The rows of a tally that are left out. */
static void
report_rest(const asking *a, const answer *found, const presentation *how)
{
    const by_rows rows = by_choose(found, how);
    output text = {0};

    by_put_rest(&text, &rows, how->by);
    output_char(&text, '\0');
    if (rows.nleft > 0 && !text.has_failed)
        message_about(a, found->query_id, "", text.bytes);
    output_free(&text);
}

/* What is to be said about an answer. */
static void
report(const asking *a, const answer *found, const presentation *how, answer_outcome outcome)
{
    const options *o = a->options;

    if (found->refused != NULL) {
        report_refusal(a, found);
        return;
    }
    report_notes(a, found);
    if (o->search.explain && found->results != NULL && !o->quiet &&
        (o->format == &format_plain || is_table(o->format)))
        show_lines(a->messages, quire_results_explanation(found->results), 0);
    if (o->search.count && found->tally == NULL && is_table(o->format) && found->results != NULL &&
        !o->quiet)
        format_count(a->messages, found, how);
    if (found->tally != NULL && (o->format == &format_plain || is_table(o->format)) && !o->quiet)
        report_rest(a, found, how);
    if (found->results == NULL)
        message_about(a, found->query_id, "", found->error);
    else if (outcome == ANSWER_ERROR)
        report_damage(a, found);
    else if (outcome == ANSWER_NOTHING && found->article != NULL)
        report_no_article(a, found);
    else if (outcome == ANSWER_NOTHING && !how->batch && !o->quiet)
        suggest(a, found);
}

/* With --strict a query that there is something to note on is an error. */
static void
refuse(answer *found)
{
    if (found->results == NULL || format_note(found, 0) == NULL)
        return;
    found->refused = found->results;
    found->results = NULL;
    found->tally = NULL;
    found->status = QUIRE_EQUERY;
    found->error = "--strict: the query was not answered because of what there is to note on it";
}

static void
make_answer(const asking *a, answer *found, answered *out)
{
    const options *o = a->options;
    const presentation how = {.number = o->number,
                              .count = o->search.count,
                              .explain = o->search.explain,
                              .batch = o->batch != NULL,
                              .by_article = o->search.unit == QUIRE_UNIT_ARTICLE,
                              .color = o->color,
                              .hyperlinks = o->hyperlinks,
                              .width = o->width,
                              .has_by = o->has_by,
                              .by = o->by,
                              .number_of_rows = o->has_number ? o->number : UINT32_MAX,
                              .snippet_words = o->snippet_words,
                              .index = quire_index_describe(a->index)};

    if (o->strict)
        refuse(found);
    out->outcome = outcome_of(found);
    if (!o->quiet && found->article == NULL)
        o->format->print(&out->text, found, &how);
    else if (!o->quiet && out->outcome != ANSWER_NOTHING)
        o->format->show(&out->text, found, &how);
    if (!o->quiet && (!how.batch || o->output != NULL) && o->format->end != NULL &&
        out->text.size > 0)
        output_string(&out->text, o->format->end);
    report(a, found, &how, out->outcome);
    if (out->text.has_failed || out->messages.has_failed) {
        output_clear(&out->text, 0);
        output_clear(&out->messages, 0);
        out->outcome = ANSWER_ERROR;
        if (!o->quiet)
            output_string(&out->text, o->format->without_memory);
        message_about(a, found->query_id, "", "out of memory");
    }
}

void
answer_query(const options *o, quire_index *index, const question *q, answered *out)
{
    const asking a = {.options = o, .index = index, .messages = &out->messages, .line = q->line};
    quire_error err = {0};
    quire_results *results = NULL;
    quire_tally *tally = NULL;
    answer found = {.query_id = q->id,
                    .query = q->text,
                    .query_bytes = q->bytes,
                    .status = q->status,
                    .error = q->why,
                    .notes = o->notes,
                    .nnotes = o->nnotes,
                    .number = q->number,
                    .first = q->is_first};

    output_clear(&out->text, KEPT_BYTES);
    output_clear(&out->messages, KEPT_BYTES);
    if (q->text != NULL && o->has_by)
        found.status = quire_count_by(index, q->text, q->bytes, &o->search, o->by, &tally, &err);
    else if (q->text != NULL)
        found.status = quire_search(index, q->text, q->bytes, &o->search, &results, &err);
    if (q->text != NULL && found.status != QUIRE_OK)
        found.error = err.message;
    found.results = tally != NULL ? quire_tally_results(tally) : results;
    found.tally = tally;
    make_answer(&a, &found, out);
    quire_results_free(results);
    quire_tally_free(tally);
}

quire_status
answer_like(const options *o, quire_index *index, const question *q, const quire_sample *sample,
            answered *out)
{
    const asking a = {.options = o, .index = index, .messages = &out->messages};
    quire_error err = {0};
    quire_results *results = NULL;
    answer found = {.query_id = q->id,
                    .query = q->text != NULL ? q->text : "",
                    .query_bytes = q->bytes,
                    .notes = o->notes,
                    .nnotes = o->nnotes,
                    .number = q->number,
                    .first = true,
                    .like = o->like};

    output_clear(&out->text, KEPT_BYTES);
    output_clear(&out->messages, KEPT_BYTES);
    found.status = quire_like(index, sample, q->text, q->bytes, &o->search, &results, &err);
    if (found.status != QUIRE_OK)
        found.error = err.message;
    found.results = results;
    make_answer(&a, &found, out);
    quire_results_free(results);
    return found.status;
}

void
answer_none(answered *out)
{
    output_clear(&out->text, KEPT_BYTES);
    output_clear(&out->messages, KEPT_BYTES);
    out->outcome = ANSWER_NOTHING;
}

void
answer_show(const options *o, quire_index *index, const question *q, answered *out)
{
    const asking a = {.options = o, .index = index, .messages = &out->messages};
    quire_error err = {0};
    quire_results *results = NULL;
    answer found = {.query_id = q->id,
                    .query = q->text != NULL ? q->text : "",
                    .query_bytes = q->bytes,
                    .notes = o->notes,
                    .nnotes = o->nnotes,
                    .first = true,
                    .article = o->show};

    found.status = quire_show(index, o->show, q->text, q->bytes, &o->search, &results, &err);
    if (found.status != QUIRE_OK)
        found.error = err.message;
    found.results = results;
    make_answer(&a, &found, out);
    quire_results_free(results);
}

bool
answer_page(const options *o, const answered *a)
{
    if (!o->pager || o->format != &format_human || !terminal_is_exceeded(&a->text) ||
        !terminal_page(&a->text))
        return answer_write(a);
    (void)output_write(&a->messages, STDERR_FILENO);
    return true;
}

/* A reader at the other end of a pipe waits for the answer, and a full disk must not pass
 * unnoticed. */
bool
answer_write(const answered *a)
{
    if (!output_write(&a->text, STDOUT_FILENO)) {
        show_message("standard output: %s", strerror(errno));
        return false;
    }
    if (a->messages.has_failed)
        show_message("out of memory");               /* which not even the message about it got */
    (void)output_write(&a->messages, STDERR_FILENO); /* there is nowhere else to complain */
    return true;
}

bool
answer_end(const options *o)
{
    output end = {0};
    answered last;
    bool is_written;

    if (o->quiet || o->format->end == NULL)
        return true;
    output_string(&end, o->format->end);
    last = (answered){.text = end};
    is_written = answer_write(&last);
    output_free(&end);
    return is_written;
}

void
answer_free(answered *a)
{
    output_free(&a->text);
    output_free(&a->messages);
}
