/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - quire-search: one query or a batch of them, and an exit status. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "diff.h"
#include "like.h"
#include "matrix.h"
#include "options.h"
#include "show.h"

#define MOST_COMPLETIONS 1000 /* that quire_complete finds */

/* Where a standard stream was closed, the next file opened would take its place, and be written to.
 * What is put there instead cannot be used, so that using it is an error still. */
static void
occupy_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* Several bare words in one argument are perhaps meant as a phrase: AND, quotes and signs show
 * somebody who knows. */
static bool
may_mean_a_phrase(const options *o)
{
    static const char *const signs[] = {"\"", "“", "”", "„", "«", "»", "(", ")", "+"};
    const char *query = o->query;
    bool has_blank = false;

    if (o->nquery_words != 1)
        return false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strstr(query, signs[i]) != NULL)
            return false;
    for (const char *word = query; *word != '\0';) {
        size_t n = strcspn(word, " ");

        if (word[0] == '-' || (n == 3 && strncmp(word, "AND", 3) == 0) ||
            (n == 2 && strncmp(word, "OR", 2) == 0) || (n == 3 && strncmp(word, "NOT", 3) == 0))
            return false;
        word += n;
        if (n > 0 && word[0] == ' ' && word[strspn(word, " ")] != '\0')
            has_blank = true;
        word += strspn(word, " ");
    }
    return has_blank;
}

/* How to ask for the phrase, as it is typed to a shell. */
static void
hint_at_phrase(const options *o)
{
    output line = {0};

    if (o->quiet || o->format != &format_human || !isatty(STDOUT_FILENO) ||
        !isatty(STDERR_FILENO) || !may_mean_a_phrase(o))
        return;
    output_string(&line, "quire-search: for these words as a phrase: quire-search '\"");
    for (const char *c = o->query; *c != '\0';) {
        size_t n = strcspn(c, "'");

        show_text(&line, c, n);
        c += n;
        if (*c == '\'') {
            output_string(&line, "'\\''");
            c++;
        }
    }
    output_string(&line, "\"'\n");
    if (!line.has_failed)
        (void)output_write(&line, STDERR_FILENO);
    output_free(&line);
}

static void
report_open_error(const options *o, const quire_error *err)
{
    show_message("%s", err->message);
    if (err->status != QUIRE_ENOINDEX)
        return;
    if (o->index_joined)
        show_message("-d%s names an index; to leave out the word, type -- before it",
                     o->index_path);
    if (strstr(err->message, "quire-index") == NULL)
        show_message("this makes one: quire-index -d %s SOURCE...", o->index_path);
}

static int
search_once(const options *o, quire_index *index)
{
    const question q = {.id = "1",
                        .text = o->query,
                        .bytes = o->query != NULL ? strlen(o->query) : 0,
                        .number = 1,
                        .is_first = true};
    answered found = {0};
    int exit_status = 2;

    if (o->like != NULL && !like_answer(o, index, &q, &found))
        found.outcome = ANSWER_ERROR;
    else if (o->show != NULL)
        answer_show(o, index, &q, &found);
    else if (o->like == NULL)
        answer_query(o, index, &q, &found);
    if (answer_page(o, &found) && found.outcome != ANSWER_ERROR)
        exit_status = found.outcome == ANSWER_RESULTS ? 0 : 1;
    if (exit_status == 0 && o->show == NULL && o->like == NULL)
        hint_at_phrase(o);
    answer_free(&found);
    return exit_status;
}

/* How a query may go on, a line each. */
static int
complete(const options *o, quire_index *index)
{
    const uint32_t max = o->number < MOST_COMPLETIONS ? o->number : MOST_COMPLETIONS;
    quire_error err = {0};
    quire_completions *found = NULL;
    output lines = {0};
    size_t n = 0;
    int exit_status = 2;

    if (quire_complete(index, o->complete, strlen(o->complete), max, &found, &err) != QUIRE_OK) {
        show_message("%s", err.message);
        return 2;
    }
    n = quire_completions_size(found);
    for (size_t i = 0; i < n && !o->quiet; i++) {
        show_string(&lines, quire_completions_text(found, i));
        output_char(&lines, '\n');
    }
    if (lines.has_failed)
        show_message("out of memory");
    else if (!output_write(&lines, STDOUT_FILENO))
        show_message("standard output: %s", strerror(errno));
    else
        exit_status = n > 0 ? 0 : 1;
    output_free(&lines);
    quire_completions_free(found);
    return exit_status;
}

static int
answer_all(const options *o, quire_index *index)
{
    if (o->complete != NULL)
        return complete(o, index);
    if (o->diff != NULL)
        return diff_run(o, index);
    if (o->matrix)
        return matrix_run(o, index);
    return o->batch != NULL ? batch_run(o, index) : search_once(o, index);
}

static int
run(const options *o)
{
    quire_error err = {0};
    quire_index *index = NULL;
    int exit_status = 2;
    const quire_status status = o->trust ? quire_index_open_trusted(o->index_path, &index, &err)
                                         : quire_index_open(o->index_path, &index, &err);

    if (status != QUIRE_OK) {
        report_open_error(o, &err);
        return 2;
    }
    exit_status = answer_all(o, index);
    quire_index_close(index);
    return exit_status;
}

int
main(int argc, char **argv)
{
    options o;
    int exit_status = 2;

    occupy_standard_streams();
    signal(SIGPIPE, SIG_DFL); /* whoever started us may have ignored it */
    options_read(argc, argv, &o);
    exit_status = run(&o);
    options_free(&o);
    return exit_status;
}
