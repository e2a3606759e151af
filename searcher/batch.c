/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch.c - a file of queries, one a line, "id TAB query" or "query", or TREC topics (topics.h):
 * each is answered, and the answers are written in the order of the lines.
 *
 * All threads do the same: take the next line, answer it with an index of their own, and hand the
 * answer in.  Who hands in the one whose turn it is writes it, and those behind it that are there.
 *
 *   lines --> taken by a thread --> slots, each a line and its answer --> written in order
 *
 * With --output the answers are files (batch_files.h), and those that are whole are not made again.
 * A signal that would end the program does so once the answer that is being written is whole.
 *
 * Only a thread that has nothing else to do waits for input, so an answer never waits for a line
 * that has not come.  The memory held is that of WINDOW answers, and where they are large, of
 * fewer. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "batch_files.h"
#include "lines.h"
#include "show.h"
#include "topics.h"

#define WINDOW 64
#define MAX_HELD_BYTES (32u << 20) /* of answers that wait for their turn */
#define PATIENCE_SECONDS 2         /* for the answer that is being written when a signal comes */
#define TOO_LONG "the line is longer than 1 MiB; it was skipped"

typedef struct {
    line line;                /* or topic; its number is that of the question */
    unsigned long long place; /* the line that it begins in */
    answered answered;
    batch_file file;        /* with --output */
    batch_file_state found; /* there, before */
    bool is_done;           /* it waits for its turn */
} slot;

typedef struct {
    const options *options;
    quire_index *index; /* of the thread that began */
    batch_files *files; /* NULL: standard output */

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
    bool is_writing;     /* some thread is */
    pthread_cond_t idle; /* none is */
    bool is_stopped;     /* output cannot be written, or a signal came */
    bool is_over;        /* all is done */
    int stop_fds[2];     /* closing the second ends a wait for input */
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
next_line(batch *b, slot *s)
{
    line *l = &s->line;

    if (!lines_next(b->lines, l))
        return false;
    b->has_topics = b->has_topics || (l->number == 1 && topics_is_begin(l));
    while (b->has_topics && !topics_is_begin(l))
        if (!lines_next(b->lines, l))
            return false;
    s->place = l->number;
    if (!b->has_topics)
        return true;
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
    if (s != NULL && !next_line(b, s))
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

/* Is there a file already where the answer should go?  Then nothing is asked. */
static bool
is_answered(const batch *b, slot *s, const question *q)
{
    batch_files_name(&s->file, s->line.number, q->id, q->text, q->bytes);
    s->found = batch_files_look(b->files, &s->file);
    if (s->found == BATCH_FILE_TO_WRITE)
        return false;
    answer_none(&s->answered);
    return true;
}

/* An id is a string; a NUL would cut it off, and make ids the same that are not. */
static void
blank_nuls(char *id, size_t nbytes)
{
    char *nul = NULL;

    while ((nul = memchr(id, '\0', nbytes)) != NULL)
        *nul = ' ';
}

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
                  .line = s->place,
                  .is_first = b->files != NULL || l->number == 1};

    snprintf(number, sizeof number, "%llu", l->number);
    if (tab != NULL) {
        *tab = '\0';
        blank_nuls(l->bytes, (size_t)(tab - l->bytes));
        if (tab > l->bytes)
            q.id = l->bytes;
        q.text = tab + 1;
        q.bytes = (size_t)(l->bytes + l->nbytes - q.text);
    }
    if (b->options->words_only && q.text != NULL)
        topics_clean(l->bytes + (q.text - l->bytes), q.bytes);
    if (b->files != NULL && is_answered(b, s, &q))
        return;
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
    if (b->stop_fds[1] >= 0)
        close(b->stop_fds[1]);
    b->stop_fds[1] = -1;
}

static bool
write_file(const batch *b, const slot *s)
{
    if (s->found == BATCH_FILE_WHOLE)
        return true;
    if (s->found == BATCH_FILE_OTHER) {
        show_message("%s: line %llu is not what was answered there: the batch is another than the "
                     "one that was broken off; name another directory",
                     b->options->output, s->line.number);
        return false;
    }
    if (!batch_files_write(b->files, &s->file, &s->answered.text,
                           s->answered.outcome == ANSWER_ERROR))
        return false;
    (void)output_write(&s->answered.messages, STDERR_FILENO);
    return true;
}

/* Write the answer in a slot.  The lock is released meanwhile. */
static void
write_slot(batch *b, slot *s)
{
    const size_t nbytes = size_of(&s->answered);
    bool is_written;
    bool is_error;

    pthread_mutex_unlock(&b->lock);
    is_written = b->files != NULL ? write_file(b, s) : answer_write(&s->answered);
    is_error = s->answered.outcome == ANSWER_ERROR;
    answer_free(&s->answered); /* not held until the slot is needed again */
    pthread_mutex_lock(&b->lock);
    if (is_error)
        b->exit_status = 2;
    if (!is_written)
        stop(b);
    s->is_done = false;
    b->held_bytes -= nbytes;
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
        pthread_cond_broadcast(&b->idle);
    }
    pthread_mutex_unlock(&b->lock);
}

/* ---- Signals ---- */

/* Those that end a program, but for those that whoever started it wants ignored. */
static void
choose_signals(sigset_t *out)
{
    static const int ending[] = {SIGHUP, SIGINT, SIGTERM};
    struct sigaction action;

    sigemptyset(out);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        if (sigaction(ending[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(out, ending[i]);
}

/* End by a signal, once what is being written is whole; or it is not going to be, since whoever
 * reads it does not. */
static void
end_by(batch *b, int number)
{
    struct timespec end;
    sigset_t one;

    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += PATIENCE_SECONDS;
    stop(b);
    while (b->is_writing && pthread_cond_timedwait(&b->idle, &b->lock, &end) == 0)
        ;
    if (b->files != NULL)
        batch_files_break_off(b->files);
    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
}

static void *
watch_signals(void *closure)
{
    batch *b = closure;
    sigset_t signals;
    int number = 0;

    choose_signals(&signals);
    if (sigwait(&signals, &number) != 0)
        return NULL;
    pthread_mutex_lock(&b->lock);
    if (!b->is_over)
        end_by(b, number);
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

/* ---- All of it ---- */

static void
work(batch *b, quire_index *index)
{
    slot *s = NULL;

    while ((s = take_line(b)) != NULL) {
        answer_line(b, index, s);
        lines_forget(&s->line);
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

/* What is left to say when all lines were read. */
static void
finish(batch *b)
{
    const int reason = lines_error(b->lines);

    if (b->files == NULL && b->nwritten > 0 && !b->is_stopped && !answer_end(b->options))
        b->exit_status = 2;
    if (b->files != NULL && !b->is_stopped && batch_files_has_more(b->files, b->nwritten))
        show_message("note: %s has answers to more lines than %s has", b->options->output,
                     b->options->batch);
    if (reason != 0 && !b->is_stopped) {
        show_message("%s: %s", b->options->batch, strerror(reason));
        b->exit_status = 2;
    }
}

/* All threads inherit that signals are for the one that waits for them. */
static void
answer_lines(batch *b)
{
    sigset_t signals;
    sigset_t before;
    pthread_t watcher;
    bool is_watched = false;

    choose_signals(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    is_watched = sigismember(&signals, SIGTERM) == 1 &&
                 pthread_create(&watcher, NULL, watch_signals, b) == 0;
    if (!is_watched)
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    work(b, b->index);
    join_helpers(b);
    finish(b);
    if (!is_watched)
        return;
    pthread_mutex_lock(&b->lock);
    b->is_over = true;
    pthread_mutex_unlock(&b->lock);
    pthread_kill(watcher, SIGTERM);
    pthread_join(watcher, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
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

/* The directory is made last, when nothing else is wrong. */
static bool
open_files(batch *b)
{
    if (b->options->output == NULL)
        return true;
    b->files = batch_files_open(b->options, b->index);
    return b->files != NULL;
}

static void
clean_up(batch *b)
{
    batch_files_close(b->files);
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
               .idle = PTHREAD_COND_INITIALIZER,
               .max_helpers = o->threads - 1,
               .stop_fds = {-1, -1},
               .exit_status = 2};
    int fd = is_stdin ? STDIN_FILENO : open(o->batch, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        show_message("%s: %s", o->batch, strerror(errno));
        return 2;
    }
    b.has_topics = topics_is_file(fd);
    if (prepare(&b, fd) && options_make_sense(&b) && open_files(&b)) {
        b.exit_status = 0;
        answer_lines(&b);
    }
    clean_up(&b);
    if (!is_stdin)
        close(fd);
    return b.exit_status;
}
