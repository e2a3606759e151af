/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_threads.c - threads that share the first pass of a build.
 *
 *   calling thread: files --cut--> jobs --slots, in order--> readers: articles to the spool
 *                   order, problems <--in order, by slot--/
 *
 * The calling thread alone opens and cuts files that are large or no regular ones, and hears of
 * everything in the order of the sources, as if there were one thread.  While somebody else is
 * waited for, who writes into a pipe, nothing that was read stays untold. */
#include "build/read_threads.h"

#include <stdlib.h>

#include "base/error.h"
#include "build/read_job.h"
#include "base/threads.h"

#define MOST_READERS 8 /* more would wait for the one that cuts */
#define SLOTS_PER_READER 3
#define MEMORY_SHARE 8               /* parts in memory may take this part of it */
#define MOST_PART_BYTES (224u << 10) /* then all of them lie near the processors */
#define LEAST_PART_BYTES (64u << 10)
#define SMALL_FILE_BYTES (512u << 10) /* larger ones are cut */
#define BATCH_FILES 256
#define MOST_BATCH_BYTES (896u << 10)

typedef struct {
    build *build;
    read_job *job; /* being made; NULL: tell the build */
    reader_input how;
    reader *reader; /* NULL where it was not to be opened */
    known_lines known;
    reader_totals totals;
    bool is_begun;         /* to be told of */
    uint64_t bytes_before; /* of the progress */
} large_file;

typedef enum { SLOT_FREE, SLOT_WAITING, SLOT_RUNNING, SLOT_DONE } slot_state;

typedef struct {
    slot_state state;
    read_job job;
    large_file *large; /* NULL: the job is of other files */
    bool is_last;      /* of the large file: it is read here, or was all cut */
} slot;

typedef struct pool pool;

typedef struct {
    pool *pool;
    job_reader reader;
    pthread_t thread;
    bool is_running;
} reader_thread;

struct pool {
    build *build;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    slot *slots; /* of job n: slots[n % nslots] */
    size_t nslots;
    uint64_t nmade; /* jobs */
    uint64_t nbegun;
    uint64_t ntold;
    bool is_over; /* no job will be made any more */
    atomic_bool is_stopped;

    size_t part_bytes;
    uint32_t next_file;
    large_file *large;  /* being cut */
    uint64_t long_jobs; /* jobs that are larger than usual end before this one; nothing is made */
    reader_thread *readers;
    unsigned nreaders;
};

/* ---- Readers ---- */

/* Wait for a job that is made; NULL at the end. */
static slot *
begin_job(pool *p)
{
    slot *s = NULL;

    pthread_mutex_lock(&p->lock);
    while (s == NULL && !atomic_load(&p->is_stopped)) {
        while (p->nbegun < p->nmade && p->slots[p->nbegun % p->nslots].state != SLOT_WAITING)
            p->nbegun++;
        if (p->nbegun < p->nmade) {
            s = &p->slots[p->nbegun++ % p->nslots];
            s->state = SLOT_RUNNING;
        } else if (p->is_over) {
            break;
        } else {
            pthread_cond_wait(&p->changed, &p->lock);
        }
    }
    pthread_mutex_unlock(&p->lock);
    return s;
}

static void *
read_jobs(void *closure)
{
    reader_thread *r = closure;
    slot *s;

    while ((s = begin_job(r->pool)) != NULL) {
        read_job_run(&s->job, &r->reader);
        pthread_mutex_lock(&r->pool->lock);
        s->state = SLOT_DONE;
        pthread_cond_broadcast(&r->pool->changed);
        pthread_mutex_unlock(&r->pool->lock);
    }
    return NULL;
}

/* ---- Making jobs ---- */

static bool
is_stopped(void *closure)
{
    return !build_tick(((large_file *)closure)->build, false);
}

/* A problem met in the calling thread: noted in the job that is made, or told where it is this
 * file's turn. */
static void
on_problem(void *closure, const char *where, const char *what, bool skipped)
{
    large_file *l = closure;

    if (l->job != NULL)
        read_job_problem(l->job, where, what, skipped);
    else
        read_pass_problem(l->build, where, what, skipped);
}

static void
large_file_free(large_file *l)
{
    if (l == NULL)
        return;
    reader_close(l->reader);
    known_lines_free(&l->known);
    reader_totals_free(&l->totals);
    free(l);
}

/* Open a file that is to be cut, or else read in its turn. */
static quire_status
open_large(pool *p, read_job *job, quire_error *err)
{
    const size_t old = update_old_file(&p->build->update, p->next_file);
    quire_status status = QUIRE_OK;
    large_file *l = calloc(1, sizeof *l);

    if (l == NULL)
        return error_nomem(err);
    l->build = p->build;
    l->job = job;
    l->how = read_pass_input(p->build, p->next_file);
    l->how.problem = on_problem;
    l->how.is_stopped = is_stopped;
    l->how.closure = l;
    p->large = l;
    if (old != UPDATE_NEW_FILE) {
        status = known_lines_read(p->build->update.state, old, &l->known, err);
        l->how.is_known = known_lines_has;
        l->how.known = &l->known;
    }
    if (status == QUIRE_OK)
        status = reader_open(&l->how, &l->reader, err);
    if (status == QUIRE_OK && job->out_of_memory)
        status = error_nomem(err);
    return status;
}

/* Some small files; false where the next is none. */
static bool
take_files(pool *p, slot *s)
{
    const source_list *list = &p->build->list;
    uint64_t nbytes = 0;

    while (p->next_file < list->nfiles && p->next_file - s->job.file < BATCH_FILES) {
        const uint64_t more = list->files[p->next_file].bytes;

        if (more == 0 || more > SMALL_FILE_BYTES || nbytes + more > MOST_BATCH_BYTES ||
            update_is_same(&p->build->update, p->next_file))
            break;
        nbytes += more;
        p->next_file++;
    }
    s->job.end_file = p->next_file;
    s->state = SLOT_WAITING;
    return s->job.end_file > s->job.file;
}

/* Files that are as they were: they are left to the calling thread, which tells what is known of
 * them.  False where the next is none. */
static bool
take_same_files(pool *p, slot *s)
{
    while (p->next_file < p->build->list.nfiles && p->next_file - s->job.file < BATCH_FILES &&
           update_is_same(&p->build->update, p->next_file))
        p->next_file++;
    s->job.rest = s->job.file;
    s->job.end_file = p->next_file;
    s->state = SLOT_DONE;
    return s->job.end_file > s->job.file;
}

/* The next part of the large file; or, where it has none, its end. */
static quire_status
cut_large(pool *p, slot *s, quire_error *err)
{
    large_file *l = p->large;
    quire_status status = QUIRE_OK;
    bool more = false;

    l->job = &s->job;
    if (l->reader != NULL && reader_has_parts(l->reader) && !l->totals.is_over)
        status = reader_cut(l->reader, p->part_bytes, &s->job.part, &more, err);
    l->job = NULL;
    if (status != QUIRE_OK)
        return status;
    s->large = l;
    s->job.input = &l->how;
    s->is_last = !more;
    s->state = more ? SLOT_WAITING : SLOT_DONE;
    if (s->is_last) {
        p->large = NULL;
        p->next_file++;
    }
    if (s->job.part.bytes.size > 4 * p->part_bytes)
        p->long_jobs = p->nmade + 1;
    return QUIRE_OK;
}

/* Make the next job.  The lock is not held: its slot is nobody else's yet. */
static quire_status
make_job(pool *p, quire_error *err)
{
    slot *s = &p->slots[p->nmade % p->nslots];
    quire_status status = QUIRE_OK;

    read_job_clear(&s->job);
    s->large = NULL;
    s->is_last = false;
    s->job.file = p->next_file;
    if (p->large != NULL || !(take_same_files(p, s) || take_files(p, s))) {
        if (p->large == NULL)
            status = open_large(p, &s->job, err);
        if (status == QUIRE_OK)
            status = cut_large(p, s, err);
        if (status != QUIRE_OK)
            return status;
    }
    pthread_mutex_lock(&p->lock);
    p->nmade++;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return QUIRE_OK;
}

static bool
all_made(const pool *p)
{
    return p->large == NULL && p->next_file == p->build->list.nfiles;
}

/* Is it time to make a job?  Not where others are still to be told of and this would have to
 * wait. */
static bool
can_make(const pool *p)
{
    if (all_made(p))
        return false;
    if (p->nmade == p->ntold)
        return true;
    if (p->nmade - p->ntold == p->nslots || p->ntold < p->long_jobs)
        return false;
    if (p->large != NULL)
        return p->large->reader == NULL || !reader_must_wait(p->large->reader);
    return p->build->list.files[p->next_file].bytes > 0;
}

/* ---- Telling what came of them ---- */

/* An article; known: the lines of a large file that are. */
static quire_status
tell_article(build *b, const read_job *job, const known_lines *known, const read_event *e,
             quire_error *err)
{
    const char *id;
    bool is_known = false;
    bool is_new = false;
    quire_status status = QUIRE_OK;

    if (known == NULL)
        status = read_pass_known(b, e->file, &known, err);
    if (status == QUIRE_OK)
        status = read_pass_enter_known(b, known, e->file, e->place, &is_known, err);
    if (status != QUIRE_OK || is_known)
        return status;
    id = job->strings.bytes + e->first_string;
    status = read_pass_check(b, id, &e->key, e->place, &is_new, err);
    return status == QUIRE_OK && is_new ? read_pass_enter(b, id, &e->key, e->place, err) : status;
}

static quire_status
tell_event(build *b, const read_job *job, const known_lines *known, const read_event *e,
           quire_error *err)
{
    quire_status status = QUIRE_OK;

    switch (e->kind) {
    case READ_PROBLEM:
        read_pass_problem(b, job->strings.bytes + e->first_string, job->strings.bytes + e->what,
                          e->is_skipped);
        return QUIRE_OK;
    case READ_FILE_END:
        status = read_pass_end_file(b, e->file, &e->end, err);
        break;
    case READ_ARTICLE:
        status = tell_article(b, job, known, e, err);
        break;
    }
    if (status != QUIRE_OK)
        return status;
    return build_tick(b, false) ? QUIRE_OK : build_canceled(b, err);
}

static quire_status
tell_events(build *b, const read_job *job, const known_lines *known, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < job->nevents && status == QUIRE_OK; i++)
        status = tell_event(b, job, known, &job->events[i], err);
    return status == QUIRE_OK ? job->status : status;
}

/* The end of a large file: the whole of it where it was not cut. */
static quire_status
end_large(pool *p, slot *s, quire_error *err)
{
    build *b = p->build;
    large_file *l = s->large;
    quire_status status = QUIRE_OK;
    read_end end;

    b->progress.bytes = l->bytes_before;
    if (l->reader != NULL && reader_has_parts(l->reader))
        status = reader_finish(l->reader, &l->totals, err);
    else if (l->reader != NULL)
        status = read_pass_articles(b, l->reader, s->job.file, err);
    end = read_pass_end_of(l->reader);
    if (l->totals.is_over)
        end.text_bytes = l->totals.text_end;
    if (status == QUIRE_OK)
        status = read_pass_end_file(b, s->job.file, &end, err);
    large_file_free(l);
    s->large = NULL;
    return status;
}

static quire_status
tell_large(pool *p, slot *s, quire_error *err)
{
    build *b = p->build;
    large_file *l = s->large;
    quire_status status = QUIRE_OK;

    if (!l->is_begun) {
        l->is_begun = true;
        l->bytes_before = b->progress.bytes;
    }
    if (!l->totals.is_over) {
        status = tell_events(b, &s->job, &l->known, err);
        if (status == QUIRE_OK && !reader_totals_add(&l->totals, &s->job.totals))
            status = error_nomem(err);
    }
    if (status != QUIRE_OK || s->is_last)
        return status == QUIRE_OK ? end_large(p, s, err) : status;
    b->progress.bytes = l->bytes_before + s->job.part.file_bytes;
    return QUIRE_OK;
}

/* Small files; those that were left to the calling thread are read here. */
static quire_status
tell_files(pool *p, const read_job *job, quire_error *err)
{
    quire_status status = tell_events(p->build, job, NULL, err);

    for (uint32_t i = job->rest; i < job->end_file && status == QUIRE_OK; i++)
        status = read_pass_file(p->build, i, err);
    return status;
}

/* Tell of the oldest job, which is done. */
static quire_status
tell_job(pool *p, slot *s, quire_error *err)
{
    quire_status status;

    if (s->job.status != QUIRE_OK && err != NULL)
        *err = s->job.error;
    if (s->large != NULL)
        status = tell_large(p, s, err);
    else
        status = tell_files(p, &s->job, err);
    pthread_mutex_lock(&p->lock);
    s->state = SLOT_FREE;
    p->ntold++;
    pthread_mutex_unlock(&p->lock);
    return status;
}

/* ---- The pass ---- */

/* Is it one of files that are left to this thread, as those are that are as they were?  That takes
 * a while, in which the others should have something to read. */
static bool
is_left(const slot *s)
{
    return s->large == NULL && s->job.rest == s->job.file;
}

/* The oldest job, if it is done; waits a little for it where there is nothing else to do. */
static slot *
find_done(pool *p, bool may_wait)
{
    slot *s = &p->slots[p->ntold % p->nslots];
    bool is_done;

    if (p->ntold == p->nmade)
        return NULL;
    pthread_mutex_lock(&p->lock);
    if (may_wait && s->state != SLOT_DONE)
        thread_wait_a_little(&p->changed, &p->lock);
    is_done = s->state == SLOT_DONE;
    pthread_mutex_unlock(&p->lock);
    return is_done ? s : NULL;
}

static quire_status
run_pass(pool *p, quire_error *err)
{
    quire_status status = QUIRE_OK;

    while (status == QUIRE_OK && !(all_made(p) && p->ntold == p->nmade)) {
        const bool makes = can_make(p);
        slot *s = find_done(p, !makes);

        if (s != NULL && !(makes && is_left(s)))
            status = tell_job(p, s, err);
        else if (makes)
            status = make_job(p, err);
        if (status == QUIRE_OK && !build_tick(p->build, false))
            status = build_canceled(p->build, err);
    }
    return status;
}

static quire_status
start_readers(pool *p, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (unsigned i = 0; i < p->nreaders && status == QUIRE_OK; i++) {
        reader_thread *r = &p->readers[i];

        r->pool = p;
        r->reader = (job_reader){.list = &p->build->list, .is_stopped = &p->is_stopped};
        r->reader.spool.spool = p->build->spool;
        r->reader.lines = line_reader_new();
        if (r->reader.lines == NULL)
            return error_nomem(err);
        status = thread_start(&r->thread, read_jobs, r, err);
        r->is_running = status == QUIRE_OK;
    }
    return status;
}

/* Let the readers end, and write out what they hold back if all went well. */
static quire_status
end_readers(pool *p, quire_status status, quire_error *err)
{
    pthread_mutex_lock(&p->lock);
    p->is_over = true;
    atomic_store(&p->is_stopped, status != QUIRE_OK);
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->nreaders; i++) {
        reader_thread *r = &p->readers[i];

        if (r->is_running)
            pthread_join(r->thread, NULL);
        if (status == QUIRE_OK)
            status = spool_flush(&r->reader.spool, err);
        spool_writer_free(&r->reader.spool);
        line_reader_free(r->reader.lines);
    }
    return status;
}

static void
free_slots(pool *p)
{
    for (size_t i = 0; i < p->nslots; i++) {
        if (p->slots[i].is_last)
            large_file_free(p->slots[i].large);
        read_job_free(&p->slots[i].job);
    }
    large_file_free(p->large);
    free(p->slots);
    free(p->readers);
}

static size_t
part_bytes(const build *b, size_t nslots)
{
    const uint64_t share = b->options.memory_bytes / MEMORY_SHARE / nslots;

    return share > MOST_PART_BYTES    ? MOST_PART_BYTES
           : share < LEAST_PART_BYTES ? LEAST_PART_BYTES
                                      : (size_t)share;
}

quire_status
read_threads_run(build *b, unsigned nthreads, quire_error *err)
{
    pool p = {.build = b, .nreaders = nthreads < MOST_READERS ? nthreads : MOST_READERS};
    quire_status status;

    p.nslots = (size_t)p.nreaders * SLOTS_PER_READER;
    p.part_bytes = part_bytes(b, p.nslots);
    p.slots = calloc(p.nslots, sizeof *p.slots);
    p.readers = calloc(p.nreaders, sizeof *p.readers);
    if (p.slots == NULL || p.readers == NULL) {
        free(p.slots);
        free(p.readers);
        return error_nomem(err);
    }
    pthread_mutex_init(&p.lock, NULL);
    thread_condition_init(&p.changed);
    status = start_readers(&p, err);
    if (status == QUIRE_OK)
        status = run_pass(&p, err);
    status = end_readers(&p, status, err);
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
    free_slots(&p);
    return status;
}
