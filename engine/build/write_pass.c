/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_pass.c - pass two of a build: from the spool, in order, to passages in the store; and what
 * the new generation has of the one before. */
#include <string.h>

#include "base/error.h"
#include "build/build_internal.h"
#include "build/guards.h"
#include "build/pipeline.h"
#include "base/threads.h"

#define LEAST_STORE_BYTES (16u << 20)
#define SMALL_UPDATE_PART 16 /* it writes less than this part of all articles */

/* What is left for the store of the memory allowed: less the keys, and an eighth for the article
 * in hand. */
static uint64_t
store_memory(const build *b)
{
    uint64_t held = article_order_bytes(&b->order) + spool_held(b->spool) +
                    source_record_bytes(&b->record) + arena_bytes(b->list.arena) +
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

/* The end of writing a segment, and the look at it, are work for one thread: copies are found
 * beside that.  Where that cannot be begun it is tried again behind it. */
static void
begin_copies(void *closure)
{
    build *b = ((pass *)closure)->build;

    if (b->copies == NULL)
        (void)copies_pass_begin(b, &b->copies, NULL);
}

/* Is the segment done long before the copies are found?  Then those should not wait for it: they
 * need no more than its sketches. */
static bool
is_small_update(const build *b)
{
    return b->update.state != NULL && strcmp(b->options.store, "quire") == 0 &&
           b->order.nkeys < b->report->narticles / SMALL_UPDATE_PART;
}

/* All articles are in: nothing is read from the spool any more, whose many pages take a while to be
 * given back. */
static quire_status
begin_publishing(void *closure, quire_error *err)
{
    build *b = ((pass *)closure)->build;

    if (is_small_update(b))
        begin_copies(closure);
    spool_free(b->spool);
    b->spool = NULL;
    return build_stage(b, "publishing", 0, 0, err);
}

/* What is known of the sources, which of a small update is much of the work, is written when others
 * find the copies, where those were begun for a small update, and end the catalogue; before that
 * the segment takes all threads there are. */
static quire_status
write_sources(build *b, quire_error *err)
{
    const char *path =
        arena_printf(b->arena, "%s/" SOURCE_STATE_NAME, generation_writer_directory(b->writer));
    const char *basis = build_basis(b);

    return path == NULL || basis == NULL
               ? error_nomem(err)
               : source_record_write(&b->record, &b->order, path, basis, b->update.state,
                                     b->plan.nmoved > 0, err);
}

static quire_status
write_sources_meanwhile(void *closure, quire_error *err)
{
    return write_sources(((pass *)closure)->build, err);
}

static stored_generation
live_of(const build *b)
{
    return (stored_generation){b->live.store, generation_writer_live(b->writer), b->live.segments,
                               b->live.nsegments};
}

static quire_status
write_all(build *b, quire_error *err)
{
    const stored_generation live = live_of(b);
    pass p = {.build = b,
              .plan = {.order = &b->order,
                       .spool = b->spool,
                       .store = b->store,
                       .stems = &b->stems,
                       .live = b->plan.nmoved > 0 ? &live : NULL}};
    const pipeline_caller caller = {.tick = tell_progress,
                                    .finishing = begin_publishing,
                                    .meanwhile = write_sources_meanwhile,
                                    .closure = &p};
    quire_status status = unit_plan_sample(&p.plan, (unit_stop){is_stopped, &p}, err);

    store_writer_watch(b->store, &(store_watcher){is_canceled, begin_copies, &p});
    if (status == QUIRE_OK)
        status = pipeline_run(&p.plan, store_writer_nworkers(b->store), &caller, err);
    b->counts = p.plan.counts;
    return status == QUIRE_ECANCELED ? build_canceled(b, err) : status;
}

/* ---- What is to be written ---- */

static bool
is_written(void *closure, const article_key *key)
{
    return segment_plan_writes(closure, key);
}

/* Read what sorting needs of articles that are moved. */
static quire_status
complete_keys(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const stored_generation live = live_of(b);
    stored_articles *stored;

    if (b->plan.nmoved == 0)
        return QUIRE_OK;
    stored = stored_articles_new(&live);
    if (stored == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < b->order.nkeys && status == QUIRE_OK; i++)
        if (article_key_is_stored(&b->order.keys[i]))
            status = stored_articles_key(stored, &b->order.keys[i], err);
    stored_articles_free(stored);
    return status;
}

/* An article that changed is one that died and came anew. */
static quire_status
count_changes(build *b, quire_error *err)
{
    const segment_plan *plan = &b->plan;
    quire_status status = QUIRE_OK;
    uint64_t nchanged = 0;

    for (size_t i = 0; plan->ndied > 0 && i < source_state_nfiles(b->update.state); i++) {
        source_events events = source_events_of(b->update.state, i);
        source_event event;
        bool more = true;

        while (status == QUIRE_OK && more) {
            const article_key *key;

            status = source_events_next(&events, &event, &more, err);
            if (status != QUIRE_OK || !more || (event.flags & SOURCE_EVENT_PLACED) == 0)
                continue;
            key = article_order_find_id(&b->order, event.id);
            nchanged += key != NULL && !article_key_is_stored(key);
        }
    }
    b->report->nchanged = nchanged;
    b->report->nadded = plan->nnew - nchanged;
    b->report->nremoved = plan->ndied - nchanged;
    b->report->nmoved = plan->nmoved;
    return status;
}

/* Leave in the order what the new segment is to hold, as it is to hold it. */
static quire_status
plan_segments(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;

    b->report->nadded = b->order.nkeys;
    if (b->update.state != NULL) {
        status = segment_plan_make(&b->plan, &b->live, &b->order, err);
        if (status == QUIRE_OK)
            status = count_changes(b, err);
        if (status != QUIRE_OK)
            return status;
        article_order_keep(&b->order, is_written, &b->plan);
        status = complete_keys(b, err);
    }
    article_order_sort(&b->order);
    for (size_t i = 0; i < b->order.nkeys; i++)
        article_order_set_place(&b->order, b->order.keys[i].id_offset,
                                (article_place){b->plan.next_number, (uint32_t)i + 1});
    return status == QUIRE_OK ? guards_check_room_to_write(b, err) : status;
}

/* ---- Writing it ---- */

static quire_status
write_segment(build *b, quire_error *err)
{
    const char *name = arena_printf(b->arena, "seg-%u", (unsigned)b->plan.next_number);
    const char *segment =
        arena_printf(b->arena, "%s/%s", generation_writer_directory(b->writer), name);
    manifest_segment *made = &b->segments[b->nsegments];
    quire_status status = name == NULL || segment == NULL ? error_nomem(err) : QUIRE_OK;

    *made = (manifest_segment){.name = name, .written = {.narticles = b->order.nkeys}};
    b->nsegments++;
    if (status == QUIRE_OK)
        status = store_writer_new(b->options.store, segment, store_memory(b),
                                  threads_wanted(b->options.threads), /* it may want fewer */
                                  &b->store, err);
    if (status == QUIRE_OK)
        status = write_all(b, err);
    made->written = (manifest_counts){.narticles = b->order.nkeys,
                                      .narticles_without_text = b->counts.narticles_without_text,
                                      .npassages = b->counts.npassages,
                                      .nfurniture_passages = b->counts.nfurniture_passages,
                                      .nwords = b->counts.nwords,
                                      .nfurniture_words = b->counts.nfurniture_words};
    return status;
}

quire_status
write_pass_run(build *b, quire_error *err)
{
    quire_status status = plan_segments(b, err);

    if (status == QUIRE_OK)
        status = build_stage(b, "writing", b->order.nkeys, 0, err);
    if (status == QUIRE_OK)
        status = segment_plan_carry(&b->plan, b->options.store, generation_writer_live(b->writer),
                                    generation_writer_directory(b->writer), &b->stems, b->arena,
                                    &b->segments, &b->nsegments, err);
    if (status == QUIRE_OK && b->order.nkeys > 0)
        status = write_segment(b, err);
    if (status == QUIRE_OK && b->copies == NULL)
        status = copies_pass_begin(b, &b->copies, err);
    if (status == QUIRE_OK && b->order.nkeys == 0)
        status = write_sources(b, err);
    return status;
}
