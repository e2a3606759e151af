/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_pass.c - pass two of a build: from the spool, in order, to passages in the store. */
#include "base/error.h"
#include "build/build_internal.h"
#include "build/pipeline.h"
#include "build/threads.h"

#define LEAST_STORE_BYTES (16u << 20)

/* What is left for the store of the memory allowed: less the keys, and an eighth for the article
 * in hand. */
static uint64_t
store_memory(const build *b)
{
    uint64_t held = article_order_bytes(&b->order) + arena_bytes(b->list.arena) +
                    (uint64_t)b->list.room * sizeof *b->list.files + b->options.memory_bytes / 8;

    if (held + LEAST_STORE_BYTES > b->options.memory_bytes)
        return LEAST_STORE_BYTES;
    return b->options.memory_bytes - held;
}

/* The second pass, as the pipeline's caller. */
typedef struct {
    build *build;
    unit_plan plan;
} pass;

static bool
tell_progress(void *closure)
{
    pass *p = closure;
    build *b = p->build;
    const uint64_t ndone = atomic_load(&p->plan.narticles);
    const bool is_last = ndone == b->progress.articles_goal && b->progress.narticles < ndone;

    b->progress.narticles = ndone;
    b->progress.bytes = atomic_load(&p->plan.bytes);
    return build_tick(b, is_last);
}

static bool
is_stopped(void *closure)
{
    return !tell_progress(closure);
}

/* While the store is finished, which is nothing to count. */
static bool
is_canceled(void *closure)
{
    return !build_tick(((pass *)closure)->build, false);
}

static quire_status
begin_publishing(void *closure, quire_error *err)
{
    return build_stage(((pass *)closure)->build, "publishing", 0, 0, err);
}

static quire_status
write_all(build *b, quire_error *err)
{
    pass p = {
        .build = b,
        .plan = {.order = &b->order, .spool = b->spool, .store = b->store, .stems = &b->stems}};
    const pipeline_caller caller = {
        .tick = tell_progress, .finishing = begin_publishing, .closure = &p};
    quire_status status = unit_plan_sample(&p.plan, (unit_stop){is_stopped, &p}, err);

    store_writer_watch(b->store, is_canceled, &p);
    if (status == QUIRE_OK)
        status = pipeline_run(&p.plan, store_writer_nworkers(b->store), &caller, err);
    b->counts = p.plan.counts;
    if (status == QUIRE_OK)
        status = copies_pass_run(b, err);
    return status == QUIRE_ECANCELED ? build_canceled(err) : status;
}

quire_status
write_pass_run(build *b, quire_error *err)
{
    const char *directory = generation_writer_directory(b->writer);
    const char *segment = arena_printf(b->arena, "%s/seg-0", directory);
    quire_status status = build_stage(b, "writing", b->report->narticles, 0, err);

    if (segment == NULL)
        status = error_nomem(err);
    if (status != QUIRE_OK)
        return status;
    article_order_sort(&b->order);
    status = store_writer_new(b->options.store, segment, store_memory(b),
                              threads_wanted(b->options.threads), /* the store may want fewer */
                              &b->store, err);
    return status == QUIRE_OK ? write_all(b, err) : status;
}
