/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch.c - a file of queries, one a line, "id TAB query" or "query", or TREC topics (topics.h):
 * each is answered, and the answers are written in the order of the lines.
 *
 * All threads do the same: take the next line, answer it with an index of their own, and hand the
 * answer in.  Who hands in the one whose turn it is writes it, and those behind it that are there.
 *
 *   lines --> taken by a thread --> slots, each a line and its answer --> written in order
 *
 * Only a thread that has nothing else to do waits for input, so an answer never waits for a line
 * that has not come.  The memory held is that of WINDOW answers, and where they are large, of
 * fewer. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "lines.h"
#include "show.h"
#include "topics.h"

#define WINDOW 64
#define MAX_HELD_BYTES (32u << 20) /* of answers that wait for their turn */
#define TOO_LONG "the line is longer than 1 MiB; it was skipped"

typedef struct {
    line line;
    answered answered;
    bool is_done; /* it waits for its turn */
} slot;

typedef struct {
    const options *options;
    quire_index *index; /* of the thread that began */

    pthread_mutex_t input; /* held while a line is read; taken before lock */
    lines *lines;
    bool has_topics;
    unsigned long long ntopics;
    unsigned max_helpers;
    pthread_t *helpers;
    unsigned nhelpers;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t room;  /* there may be a slot */
    slot *slots;          /* of line n, counted from 0: slots[n % WINDOW] */
    uint64_t nread;
    uint64_t nwritten;
    size_t held_bytes;
    bool is_writing; /* some thread is */
    bool is_stopped; /* output cannot be written */
    int stop_fds[2]; /* closing the second ends a wait for input */
    int exit_status;
} batch;

/* ---- Taking lines ---- */

static bool
has_room(const batch *b)
{
    return b->nread - b->nwritten < WINDOW && b->held_bytes <= MAX_HELD_BYTES;
}

/* Wait for a slot that is free; NULL where no more lines are wanted. */
static slot *
wait_for_slot(batch *b)
{
    slot *s = NULL;

    pthread_mutex_lock(&b->lock);
    while (!has_room(b) && !b->is_stopped)
        pthread_cond_wait(&b->room, &b->lock);
    if (!b->is_stopped)
        s = &b->slots[b->nread % WINDOW];
    pthread_mutex_unlock(&b->lock);
    return s;
}

static void *help(void *closure);

/* One thread more for each line after the first, as long as there may be more: a batch of few lines
 * is not worth many. */
static void
add_helper(batch *b)
{
    if (b->nhelpers == b->max_helpers)
        return;
    if (pthread_create(&b->helpers[b->nhelpers], NULL, help, b) == 0)
        b->nhelpers++;
    else
        b->max_helpers = b->nhelpers; /* those that there are will do */
}

/* The next line or, in a file of topics, the next topic as a line; false at the end. */
static bool
next_line(batch *b, line *l)
{
    if (!lines_next(b->lines, l))
        return false;
    b->has_topics = b->has_topics || (l->number == 1 && topics_is_begin(l));
    if (!b->has_topics)
        return true;
    while (!topics_is_begin(l))
        if (!lines_next(b->lines, l))
            return false;
    topics_read(b->lines, b->options->topic_parts, l);
    l->number = ++b->ntopics;
    return true;
}

/* The next line, in a slot that is the caller's until he hands it in; NULL when there are no more.
 */
static slot *
take_line(batch *b)
{
    slot *s = NULL;

    pthread_mutex_lock(&b->input);
    s = wait_for_slot(b);
    if (s != NULL && !next_line(b, &s->line))
        s = NULL;
    if (s != NULL) {
        pthread_mutex_lock(&b->lock);
        b->nread++;
        pthread_mutex_unlock(&b->lock);
        if (s->line.number > 1)
            add_helper(b);
    }
    pthread_mutex_unlock(&b->input);
    return s;
}

/* ---- Answering ---- */

static void
answer_line(const batch *b, quire_index *index, slot *s)
{
    char number[32];
    line *l = &s->line;
    char *tab = l->bytes != NULL ? memchr(l->bytes, '\t', l->nbytes) : NULL;
    question q = {.id = number,
                  .text = l->bytes,
                  .bytes = l->nbytes,
                  .number = l->number,
                  .is_first = l->number == 1};

    snprintf(number, sizeof number, "%llu", l->number);
    if (tab != NULL) {
        *tab = '\0';
        if (tab > l->bytes)
            q.id = l->bytes;
        q.text = tab + 1;
        q.bytes = (size_t)(l->bytes + l->nbytes - q.text);
    }
    if (b->options->words_only && q.text != NULL)
        topics_clean(l->bytes + (q.text - l->bytes), q.bytes);
    if (l->has_no_memory || l->is_too_long) {
        q.text = NULL;
        q.bytes = 0;
        q.status = l->has_no_memory ? QUIRE_ENOMEM : QUIRE_EQUERY;
        q.why = l->has_no_memory ? quire_status_text(QUIRE_ENOMEM) : TOO_LONG;
    }
    answer_query(b->options, index, &q, &s->answered);
}

/* ---- Writing ---- */

static size_t
size_of(const answered *a)
{
    return a->text.room + a->messages.room;
}

static void
stop(batch *b)
{
    b->exit_status = 2;
    b->is_stopped = true;
    close(b->stop_fds[1]);
    b->stop_fds[1] = -1;
}

/* Write the answer in a slot.  The lock is released meanwhile. */
static void
write_slot(batch *b, slot *s)
{
    bool is_written;

    pthread_mutex_unlock(&b->lock);
    is_written = answer_write(&s->answered);
    pthread_mutex_lock(&b->lock);
    if (s->answered.outcome == ANSWER_ERROR)
        b->exit_status = 2;
    if (!is_written)
        stop(b);
    s->is_done = false;
    b->held_bytes -= size_of(&s->answered);
    b->nwritten++;
    pthread_cond_broadcast(&b->room);
}

static void
hand_in(batch *b, slot *s)
{
    pthread_mutex_lock(&b->lock);
    s->is_done = true;
    b->held_bytes += size_of(&s->answered);
    if (!b->is_writing) {
        b->is_writing = true;
        while (b->slots[b->nwritten % WINDOW].is_done && !b->is_stopped)
            write_slot(b, &b->slots[b->nwritten % WINDOW]);
        b->is_writing = false;
    }
    pthread_mutex_unlock(&b->lock);
}

/* ---- All of it ---- */

static void
work(batch *b, quire_index *index)
{
    slot *s = NULL;

    while ((s = take_line(b)) != NULL) {
        answer_line(b, index, s);
        hand_in(b, s);
    }
}

/* A thread that cannot have an index of its own leaves the work to the others. */
static void *
help(void *closure)
{
    batch *b = closure;
    quire_index *index = NULL;

    if (quire_index_share(b->index, &index, NULL) == QUIRE_OK)
        work(b, index);
    quire_index_close(index);
    return NULL;
}

static void
join_helpers(batch *b)
{
    pthread_mutex_lock(&b->input);
    b->max_helpers = b->nhelpers; /* nobody adds one from now on */
    pthread_mutex_unlock(&b->input);
    for (unsigned i = 0; i < b->nhelpers; i++)
        pthread_join(b->helpers[i], NULL);
}

static void
answer_lines(batch *b)
{
    int reason = 0;

    work(b, b->index);
    join_helpers(b);
    if (b->nwritten > 0 && !b->is_stopped && !answer_end(b->options))
        b->exit_status = 2;
    reason = lines_error(b->lines);
    if (reason != 0 && !b->is_stopped) {
        show_message("%s: %s", b->options->batch, strerror(reason));
        b->exit_status = 2;
    }
}

/* An option that makes no sense spoils every line; say so once. */
static bool
options_make_sense(const batch *b)
{
    quire_error err = {0};
    quire_results *results = NULL;

    if (quire_search(b->index, "", 0, &b->options->search, &results, &err) == QUIRE_OK) {
        quire_results_free(results);
        return true;
    }
    show_message("%s", err.message);
    return false;
}

static bool
prepare(batch *b, int fd)
{
    if (pipe2(b->stop_fds, O_CLOEXEC) != 0) {
        show_message("%s", strerror(errno));
        return false;
    }
    b->lines = lines_new(fd, b->stop_fds[0]);
    b->slots = calloc(WINDOW, sizeof *b->slots);
    b->helpers = calloc(b->options->threads, sizeof *b->helpers);
    if (b->lines != NULL && b->slots != NULL && b->helpers != NULL)
        return true;
    show_message("out of memory");
    return false;
}

static void
clean_up(batch *b)
{
    for (size_t i = 0; b->slots != NULL && i < WINDOW; i++) {
        free(b->slots[i].line.bytes);
        answer_free(&b->slots[i].answered);
    }
    free(b->slots);
    free(b->helpers);
    lines_free(b->lines);
    for (size_t i = 0; i < 2; i++)
        if (b->stop_fds[i] >= 0)
            close(b->stop_fds[i]);
}

int
batch_run(const options *o, quire_index *index)
{
    bool is_stdin = strcmp(o->batch, "-") == 0;
    batch b = {.options = o,
               .index = index,
               .input = PTHREAD_MUTEX_INITIALIZER,
               .lock = PTHREAD_MUTEX_INITIALIZER,
               .room = PTHREAD_COND_INITIALIZER,
               .max_helpers = o->threads - 1,
               .stop_fds = {-1, -1},
               .exit_status = 2};
    int fd = is_stdin ? STDIN_FILENO : open(o->batch, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        show_message("%s: %s", o->batch, strerror(errno));
        return 2;
    }
    b.has_topics = topics_is_file(fd);
    if (prepare(&b, fd) && options_make_sense(&b)) {
        b.exit_status = 0;
        answer_lines(&b);
    }
    clean_up(&b);
    if (!is_stdin)
        close(fd);
    return b.exit_status;
}
