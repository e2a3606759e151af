/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_pass.c - pass two of a build: from the spool, in order, to passages in the store. */
#include <string.h>

#include "base/error.h"
#include "build/build_internal.h"

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

static quire_status
write_passage(build *b, const article *a, const passage *p, uint32_t number, quire_error *err)
{
    return store_writer_add_passage(b->store, a, &b->passages, p, number, &b->words, err);
}

static quire_status
write_article(build *b, const article *a, quire_error *err)
{
    uint32_t number;
    quire_status status = store_writer_add_article(b->store, a, &number, err);

    return status != QUIRE_OK ? status : build_passages(b, a, write_passage, err);
}

static quire_status
write_all(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;
    article a = {0};

    for (size_t i = 0; i < b->order.nkeys && status == QUIRE_OK; i++) {
        status = spool_get(b->spool, b->order.keys[i].spool_offset, &a, err);
        if (status == QUIRE_OK)
            status = write_article(b, &a, err);
        b->progress.narticles++;
        b->progress.bytes += a.text_bytes;
        if (status == QUIRE_OK && !build_tick(b, i + 1 == b->order.nkeys))
            status = build_canceled(err);
    }
    article_clear(&a);
    return status;
}

quire_status
write_pass_run(build *b, quire_error *err)
{
    const char *directory = generation_writer_directory(b->writer);
    const char *segment = arena_printf(b->arena, "%s/seg-0", directory);
    quire_status status = build_stage(b, "writing", b->report->narticles, 0, err);

    if (segment == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = spool_flush(b->spool, err);
    if (status != QUIRE_OK)
        return status;
    article_order_sort(&b->order);
    status = store_writer_new(segment, store_memory(b), &b->store, err);
    if (status == QUIRE_OK)
        status = write_all(b, err);
    if (status == QUIRE_OK)
        status = build_stage(b, "publishing", 0, 0, err);
    if (status == QUIRE_OK)
        status = store_writer_finish(b->store, err);
    return status;
}
