/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pipeline.c - threads that share the second pass of a build.
 *
 *   makers --slots, by unit--> calling thread: passages, in order
 *                         \--> catalogue's thread: articles, in order
 *
 * A unit keeps its slot from the moment it is begun until both have had it, so as many units as
 * there are slots are in memory at most.  All that threads share is under one lock, but counters;
 * every change wakes everyone, for units are large and changes few. */
#include "build/pipeline.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/error.h"
#include "build/article_units.h"
#include "base/threads.h"

/* For so much text as that many of the largest units have, but not for ever more small ones: a
 * maker should not have to wait for who takes units. */
#define SLOTS_PER_MAKER 3
#define MOST_SLOTS_PER_MAKER 24

typedef struct {
    store_unit *unit; /* NULL while it is made */
    unsigned nusers;  /* that have not had it yet */
} slot;

typedef struct pipeline pipeline;

typedef struct {
    pipeline *pipeline;
    unit_maker maker;
    pthread_t thread;
    bool is_running;
} maker_thread;

struct pipeline {
    unit_plan *plan;
    const pipeline_caller *caller;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t unit_bytes;
    size_t next_article; /* where the next unit begins */
    uint64_t nbegun;     /* units */
    uint64_t ntaken;
    uint64_t ncatalogued;
    slot *slots; /* of unit n: slots[n % nslots] */
    size_t nslots;
    quire_status status; /* the first that is not QUIRE_OK */
    quire_error error;
    atomic_bool is_stopped; /* set with status */

    maker_thread *makers;
    unsigned nmakers;
    pthread_t catalogue;
    bool has_catalogue;
};

static bool
is_stopped(void *closure)
{
    return atomic_load(&((pipeline *)closure)->is_stopped);
}

/* End all, unless it ends already.  The lock is not held. */
static void
stop(pipeline *p, quire_status status, const quire_error *error)
{
    pthread_mutex_lock(&p->lock);
    if (p->status == QUIRE_OK) {
        p->status = status;
        p->error = *error;
        atomic_store(&p->is_stopped, true);
    }
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

/* Is every unit there is begun?  The lock is held. */
static bool
all_begun(const pipeline *p)
{
    return p->next_article == p->plan->order->nkeys;
}

/* ---- Makers ---- */

/* Begin the next unit when there is room for it; false where there is none. */
static bool
begin_unit(pipeline *p, uint64_t *unit_out, size_t *first_out, size_t *end_out)
{
    bool is_begun = false;

    pthread_mutex_lock(&p->lock);
    while (p->status == QUIRE_OK && !all_begun(p)) {
        slot *s = &p->slots[p->nbegun % p->nslots];

        if (s->nusers == 0) {
            *s = (slot){.nusers = 2};
            *unit_out = p->nbegun++;
            *first_out = p->next_article;
            *end_out = p->next_article =
                article_units_end(p->plan->order, p->unit_bytes, *first_out);
            is_begun = true;
            break;
        }
        pthread_cond_wait(&p->changed, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return is_begun;
}

static void
hand_over(pipeline *p, uint64_t number, store_unit *unit)
{
    pthread_mutex_lock(&p->lock);
    p->slots[number % p->nslots].unit = unit;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static void *
make_units(void *closure)
{
    maker_thread *m = closure;
    pipeline *p = m->pipeline;
    quire_error error = {0};
    quire_status status = QUIRE_OK;
    uint64_t number;
    size_t first;
    size_t end;

    while (status == QUIRE_OK && begin_unit(p, &number, &first, &end)) {
        store_unit *unit = NULL;

        status = unit_maker_run(&m->maker, first, end, &unit, &error);
        if (status == QUIRE_OK)
            hand_over(p, number, unit);
    }
    if (status == QUIRE_OK && !is_stopped(p))
        status = unit_maker_finish(&m->maker, &error);
    if (status != QUIRE_OK)
        stop(p, status, &error);
    return NULL;
}

/* ---- Those who take units ---- */

/* The slot of unit number, if that is made; else NULL.  The lock is held. */
static slot *
find_made(pipeline *p, uint64_t number)
{
    slot *s = &p->slots[number % p->nslots];

    return number < p->nbegun && s->unit != NULL ? s : NULL;
}

/* One of the two has had the unit.  The lock is held. */
static void
leave_slot(pipeline *p, slot *s)
{
    if (--s->nusers == 0) {
        store_unit_free(s->unit);
        s->unit = NULL;
    }
    pthread_cond_broadcast(&p->changed);
}

static void *
write_catalogue(void *closure)
{
    pipeline *p = closure;
    quire_error error = {0};
    quire_status status = QUIRE_OK;

    pthread_mutex_lock(&p->lock);
    while (status == QUIRE_OK && p->status == QUIRE_OK &&
           !(all_begun(p) && p->ncatalogued == p->nbegun)) {
        slot *s = find_made(p, p->ncatalogued);

        if (s == NULL) {
            pthread_cond_wait(&p->changed, &p->lock);
            continue;
        }
        pthread_mutex_unlock(&p->lock);
        status = store_writer_catalogue(p->plan->store, s->unit, &error);
        pthread_mutex_lock(&p->lock);
        p->ncatalogued++;
        leave_slot(p, s);
    }
    pthread_mutex_unlock(&p->lock);
    if (status == QUIRE_OK && !is_stopped(p))
        status = store_writer_finish_catalogue(p->plan->store, &error);
    if (status != QUIRE_OK)
        stop(p, status, &error);
    return NULL;
}

/* Tell the caller how far it is. */
static void
tick(pipeline *p)
{
    if (!p->caller->tick(p->caller->closure))
        stop(p, QUIRE_ECANCELED, &(quire_error){.status = QUIRE_ECANCELED, .message = "stopped"});
}

static void
take_units(pipeline *p)
{
    bool is_done = false;

    while (!is_done && !is_stopped(p)) {
        quire_error error = {0};
        quire_status status = QUIRE_OK;
        slot *s;

        pthread_mutex_lock(&p->lock);
        s = find_made(p, p->ntaken);
        is_done = all_begun(p) && p->ntaken == p->nbegun;
        if (s == NULL && !is_done)
            thread_wait_a_little(&p->changed, &p->lock);
        pthread_mutex_unlock(&p->lock);
        if (s != NULL) {
            status = store_writer_take(p->plan->store, s->unit, &error);
            pthread_mutex_lock(&p->lock);
            p->ntaken++;
            leave_slot(p, s);
            pthread_mutex_unlock(&p->lock);
        }
        if (status != QUIRE_OK)
            stop(p, status, &error);
        else
            tick(p);
    }
}

/* ---- Threads ---- */

static quire_status
start_all(pipeline *p, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (unsigned i = 0; i < p->nmakers && status == QUIRE_OK; i++) {
        maker_thread *m = &p->makers[i];

        m->pipeline = p;
        status = unit_maker_init(&m->maker, p->plan, (unit_stop){is_stopped, p}, err);
    }
    if (status == QUIRE_OK)
        status = thread_start(&p->catalogue, write_catalogue, p, err);
    p->has_catalogue = status == QUIRE_OK;
    for (unsigned i = 0; i < p->nmakers && status == QUIRE_OK; i++) {
        status = thread_start(&p->makers[i].thread, make_units, &p->makers[i], err);
        p->makers[i].is_running = status == QUIRE_OK;
    }
    return status;
}

/* Wait for the makers, and free what they have, which may be much. */
static void
end_makers(pipeline *p)
{
    for (unsigned i = 0; i < p->nmakers; i++) {
        if (p->makers[i].is_running)
            pthread_join(p->makers[i].thread, NULL);
        unit_maker_free(&p->makers[i].maker);
    }
    p->nmakers = 0;
}

/* The calling thread's part, once all threads are there. */
static void
finish(pipeline *p)
{
    quire_error error = {0};
    quire_status status;

    if (is_stopped(p))
        return;
    status = store_writer_finish_sketches(p->plan->store, &error);
    if (status == QUIRE_OK)
        status = p->caller->finishing(p->caller->closure, &error);
    if (status == QUIRE_OK)
        status = store_writer_finish(p->plan->store, &error);
    if (status == QUIRE_OK)
        status = p->caller->meanwhile(p->caller->closure, &error);
    if (status != QUIRE_OK)
        stop(p, status, &error);
}

static quire_status
run_threads(pipeline *p, quire_error *err)
{
    quire_error error = {0};
    quire_status status = start_all(p, &error);

    if (status != QUIRE_OK)
        stop(p, status, &error);
    else
        take_units(p);
    end_makers(p);
    finish(p);
    if (p->has_catalogue)
        pthread_join(p->catalogue, NULL);
    for (size_t i = 0; i < p->nslots; i++)
        store_unit_free(p->slots[i].unit);
    if (p->status != QUIRE_OK && err != NULL)
        *err = p->error;
    return p->status;
}

static size_t
count_slots(unsigned nmakers, uint64_t unit_bytes)
{
    const uint64_t wanted = SLOTS_PER_MAKER * UNIT_MOST_BYTES / unit_bytes;

    return nmakers * (size_t)(wanted < MOST_SLOTS_PER_MAKER ? wanted : MOST_SLOTS_PER_MAKER);
}

static quire_status
run_threaded(unit_plan *plan, unsigned nmakers, const pipeline_caller *caller, quire_error *err)
{
    pipeline p = {.plan = plan,
                  .caller = caller,
                  .unit_bytes = article_units_bytes(plan->order),
                  .nmakers = nmakers};
    quire_status status;

    p.nslots = count_slots(nmakers, p.unit_bytes);
    p.makers = calloc(nmakers, sizeof *p.makers);
    p.slots = calloc(p.nslots, sizeof *p.slots);
    pthread_mutex_init(&p.lock, NULL);
    thread_condition_init(&p.changed);
    if (p.makers == NULL || p.slots == NULL)
        status = error_nomem(err);
    else
        status = run_threads(&p, err);
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
    free(p.makers);
    free(p.slots);
    return status;
}

/* ---- Without threads ---- */

static bool
is_stopped_alone(void *closure)
{
    const pipeline_caller *caller = closure;

    return !caller->tick(caller->closure);
}

static quire_status
write_unit(unit_plan *plan, unit_maker *m, size_t first, size_t end, quire_error *err)
{
    store_unit *unit = NULL;
    quire_status status = unit_maker_run(m, first, end, &unit, err);

    if (status == QUIRE_OK)
        status = store_writer_take(plan->store, unit, err);
    if (status == QUIRE_OK)
        status = store_writer_catalogue(plan->store, unit, err);
    store_unit_free(unit);
    return status;
}

static quire_status
run_alone(unit_plan *plan, const pipeline_caller *caller, quire_error *err)
{
    const uint64_t unit_bytes = article_units_bytes(plan->order);
    unit_maker m;
    pipeline_caller own = *caller;
    size_t end = 0;
    quire_status status;

    status = unit_maker_init(&m, plan, (unit_stop){is_stopped_alone, &own}, err);
    for (size_t first = 0; first < plan->order->nkeys && status == QUIRE_OK; first = end) {
        end = article_units_end(plan->order, unit_bytes, first);
        status = write_unit(plan, &m, first, end, err);
    }
    if (status == QUIRE_OK)
        status = unit_maker_finish(&m, err);
    unit_maker_free(&m);
    if (status == QUIRE_OK)
        status = store_writer_finish_sketches(plan->store, err);
    if (status == QUIRE_OK)
        status = caller->finishing(caller->closure, err);
    if (status == QUIRE_OK)
        status = store_writer_finish(plan->store, err);
    if (status == QUIRE_OK)
        status = caller->meanwhile(caller->closure, err);
    return status == QUIRE_OK ? store_writer_finish_catalogue(plan->store, err) : status;
}

quire_status
pipeline_run(unit_plan *plan, unsigned nmakers, const pipeline_caller *caller, quire_error *err)
{
    return nmakers > 1 ? run_threaded(plan, nmakers, caller, err) : run_alone(plan, caller, err);
}
