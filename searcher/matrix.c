/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix.c - who says what: the queries of a batch, each counted by source.
 *
 * Rows are all that the index has, as far as options let it through: a source that mentions none of
 * it has a row, too.  The batch is read first; then all threads do the same: take the next query
 * that nobody has, and count.  What is to be said of the queries is said in their order. */
#include "matrix.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "lines.h"
#include "show.h"
#include "topics.h"

/* A row by its key, for looking it up. */
typedef struct {
    const char *key; /* NULL: the nameless one */
    size_t row;
} keyed;

typedef struct {
    matrix matrix;
    quire_index *index; /* of the thread that began */
    keyed *keys;        /* in order */
    size_t nkeys;
    bool has_error;
    atomic_size_t next_column; /* to be asked */
} making;

const char *
matrix_head(const matrix_column *c, size_t *nbytes_out)
{
    *nbytes_out = c->has_id ? strlen(c->id) : c->nbytes;
    return c->has_id ? c->id : c->text;
}

bool
matrix_lacks(const matrix_column *c, size_t row)
{
    return c->counts != NULL && c->counts[row] == 0;
}

bool
matrix_has_format(const format *f)
{
    return f == &format_human || f == &format_csv || f == &format_tsv || f == &format_jsonl ||
           f == &format_html;
}

/* ---- Rows ---- */

static int
compare_keys(const void *a, const void *b)
{
    const keyed *first = a;
    const keyed *second = b;

    if (first->key == NULL || second->key == NULL)
        return (first->key == NULL) - (second->key == NULL);
    return strcmp(first->key, second->key);
}

static bool
report(making *k, const char *what)
{
    show_message("%s", what);
    k->has_error = true;
    return false;
}

static bool
find_rows(making *k)
{
    const options *o = k->matrix.options;
    quire_search_options search = o->search;
    quire_error err = {0};

    /* By article there are queries that match without a passage's being asked for; what there is,
     * is the same. */
    search.unit = QUIRE_UNIT_PASSAGE;
    search.expand = 0;
    if (quire_count_by(k->index, NULL, 0, &search, o->by, &k->matrix.all, &err) != QUIRE_OK)
        return report(k, err.message);
    k->nkeys = quire_tally_size(k->matrix.all);
    k->matrix.nrows = o->has_number && o->number < k->nkeys ? o->number : k->nkeys;
    k->keys = calloc(k->nkeys + 1, sizeof *k->keys);
    if (k->keys == NULL)
        return report(k, "out of memory");
    for (size_t i = 0; i < k->nkeys; i++)
        k->keys[i] = (keyed){quire_tally_get(k->matrix.all, i)->key, i};
    qsort(k->keys, k->nkeys, sizeof *k->keys, compare_keys);
    return true;
}

/* ---- Columns ---- */

/* Sort the rows of a query's tally into the table's. */
static bool
take_counts(const making *k, const quire_tally *tally, matrix_column *c)
{
    c->counts = calloc(k->nkeys + 1, sizeof *c->counts);
    if (c->counts == NULL)
        return false;
    for (size_t i = 0; i < quire_tally_size(tally); i++) {
        const quire_tally_row *row = quire_tally_get(tally, i);
        const keyed wanted = {.key = row->key};
        const keyed *found = bsearch(&wanted, k->keys, k->nkeys, sizeof *k->keys, compare_keys);

        if (found != NULL) /* else an article was found that is not there */
            c->counts[found->row] = row->narticles;
    }
    c->narticles = quire_tally_total(tally)->narticles;
    return true;
}

static void
fail(matrix_column *c, const char *why)
{
    show_message_in(&c->messages, "query %s: %s", c->id, why);
    free(c->error);
    c->error = strdup(why);
    c->has_failed = true;
    free(c->counts);
    c->counts = NULL;
}

/* Keep the notes for who prints them, or print them. */
static bool
take_notes(const making *k, const answer *found, matrix_column *c)
{
    const quire_note *note = NULL;

    if (k->matrix.options->format->holds_notes) {
        format_json_notes(&c->notes, found);
        return !c->notes.has_failed;
    }
    for (size_t i = 0; (note = format_note(found, i)) != NULL; i++) {
        char *said = format_note_line(found, note);

        show_message_in(&c->messages, "query %s: note: %s", c->id,
                        said != NULL ? said : note->text);
        free(said);
    }
    return !c->messages.has_failed;
}

static void
ask(const making *k, quire_index *index, matrix_column *c)
{
    const options *o = k->matrix.options;
    quire_tally *tally = NULL;
    quire_error err = {0};
    answer found = {.query_id = c->id, .query = c->text, .query_bytes = c->nbytes};

    if (c->has_failed)
        return;
    if (quire_count_by(index, c->text, c->nbytes, &o->search, o->by, &tally, &err) != QUIRE_OK) {
        fail(c, err.message);
        return;
    }
    found.results = quire_tally_results(tally);
    if (!take_notes(k, &found, c) || !take_counts(k, tally, c))
        fail(c, "out of memory");
    else if (o->strict && format_note(&found, 0) != NULL)
        fail(c, "--strict: the query was not answered because of what there is to note on it");
    quire_tally_free(tally);
    output_trim(&c->notes); /* a batch has many */
    output_trim(&c->messages);
}

static void
ask_columns(making *k, quire_index *index)
{
    const size_t ncolumns = k->matrix.ncolumns;
    size_t i;

    while ((i = atomic_fetch_add(&k->next_column, 1)) < ncolumns)
        ask(k, index, &k->matrix.columns[i]);
}

/* A thread that cannot have an index of its own leaves the work to the others. */
static void *
help(void *closure)
{
    making *k = closure;
    quire_index *index = NULL;

    if (quire_index_share(k->index, &index, NULL) == QUIRE_OK)
        ask_columns(k, index);
    quire_index_close(index);
    return NULL;
}

static void
ask_all(making *k)
{
    const matrix *m = &k->matrix;
    const unsigned wanted =
        m->ncolumns < m->options->threads ? (unsigned)m->ncolumns : m->options->threads;
    pthread_t *helpers = calloc(wanted + 1, sizeof *helpers);
    unsigned nhelpers = 0;

    while (helpers != NULL && nhelpers + 1 < wanted &&
           pthread_create(&helpers[nhelpers], NULL, help, k) == 0)
        nhelpers++;
    ask_columns(k, k->index);
    for (unsigned i = 0; i < nhelpers; i++)
        pthread_join(helpers[i], NULL);
    free(helpers);
    for (size_t i = 0; i < m->ncolumns; i++) {
        if (m->columns[i].messages.has_failed)
            show_message("out of memory");
        (void)output_write(&m->columns[i].messages, STDERR_FILENO);
        k->has_error = k->has_error || m->columns[i].has_failed;
    }
}

/* ---- The batch ---- */

static bool
copy_line(const line *l, const options *o, matrix_column *c)
{
    const char *bytes = l->bytes;
    size_t nbytes = l->nbytes;
    const char *tab = memchr(bytes, '\t', nbytes);

    *c = (matrix_column){.has_id = tab != NULL && tab > bytes};
    if (c->has_id)
        c->id = strndup(bytes, (size_t)(tab - bytes));
    else if (asprintf(&c->id, "%llu", l->number) < 0)
        c->id = NULL;
    if (tab != NULL) {
        nbytes -= (size_t)(tab + 1 - bytes);
        bytes = tab + 1;
    }
    c->text = calloc(nbytes + 1, 1);
    if (c->id == NULL || c->text == NULL)
        return false;
    memcpy(c->text, bytes, nbytes);
    c->nbytes = nbytes;
    if (o->words_only)
        topics_clean(c->text, c->nbytes);
    return true;
}

static bool
add_column(making *k, const line *l)
{
    static const line empty = {.bytes = (char *)""};
    matrix *m = &k->matrix;
    line shown_line = l->has_no_memory || l->is_too_long ? empty : *l;
    matrix_column *c = NULL;

    if (m->ncolumns == m->room) {
        const size_t room = m->room == 0 ? 16 : 2 * m->room;
        matrix_column *grown = reallocarray(m->columns, room, sizeof *grown);

        if (grown == NULL)
            return report(k, "out of memory");
        m->columns = grown;
        m->room = room;
    }
    c = &m->columns[m->ncolumns++];
    shown_line.number = l->number;
    if (!copy_line(&shown_line, m->options, c))
        return report(k, "out of memory");
    if (l->has_no_memory)
        fail(c, "out of memory");
    else if (l->is_too_long)
        fail(c, "the line is longer than 1 MiB; it was skipped");
    return true;
}

/* The next line or, in a file of topics, the next topic as a line; false at the end. */
static bool
next_line(lines *from, bool has_topics, const options *o, line *l, unsigned long long *ntopics)
{
    bool is_there = lines_next(from, l);

    if (!has_topics || !is_there)
        return is_there;
    while (!topics_is_begin(l))
        if (!lines_next(from, l))
            return false;
    topics_read(from, o->topic_parts, l);
    l->number = ++*ntopics;
    return true;
}

static bool
read_columns(making *k, int fd)
{
    const options *o = k->matrix.options;
    const bool has_topics = topics_is_file(fd);
    unsigned long long ntopics = 0;
    lines *from = lines_new(fd, -1);
    line l = {0};
    bool ok = true;

    if (from == NULL)
        return report(k, "out of memory");
    while (ok && next_line(from, has_topics, o, &l, &ntopics))
        ok = add_column(k, &l);
    if (lines_error(from) != 0) {
        show_message("%s: %s", o->batch, strerror(lines_error(from)));
        k->has_error = true;
    }
    free(l.bytes);
    lines_free(from);
    return ok;
}

/* ---- All of it ---- */

static bool
print(const matrix *m)
{
    const format *f = m->options->format;
    output out = {0};
    bool is_written = true;

    if (m->options->quiet)
        return true;
    if (f == &format_jsonl)
        matrix_json(&out, m);
    else if (f == &format_html)
        matrix_html(&out, m);
    else if (f == &format_human)
        matrix_human(&out, m);
    else
        matrix_cells(&out, m, f == &format_csv ? ',' : '\t');
    if (out.has_failed) {
        show_message("out of memory");
        is_written = false;
    } else {
        is_written = answer_page(m->options, &(answered){.text = out});
    }
    output_free(&out);
    return is_written;
}

static void
clean_up(making *k)
{
    for (size_t i = 0; i < k->matrix.ncolumns; i++) {
        matrix_column *c = &k->matrix.columns[i];

        free(c->id);
        free(c->text);
        free(c->error);
        free(c->counts);
        output_free(&c->notes);
        output_free(&c->messages);
    }
    free(k->matrix.columns);
    free(k->keys);
    quire_tally_free(k->matrix.all);
}

int
matrix_run(const options *o, quire_index *index)
{
    making k = {.matrix = {.options = o}, .index = index};
    const bool is_stdin = strcmp(o->batch, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(o->batch, O_RDONLY | O_CLOEXEC);
    bool ok = true;

    if (fd < 0) {
        show_message("%s: %s", o->batch, strerror(errno));
        return 2;
    }
    ok = find_rows(&k) && read_columns(&k, fd);
    if (ok) {
        ask_all(&k);
        ok = print(&k.matrix);
    }
    clean_up(&k);
    if (!is_stdin)
        close(fd);
    return ok && !k.has_error ? 0 : 2;
}
