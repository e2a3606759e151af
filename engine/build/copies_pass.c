/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_pass.c - what follows on the second pass of a build: which articles are copies. */
#include "base/buffer.h"
#include "base/error.h"
#include "build/build_internal.h"
#include "copies/grouping.h"
#include "store/copies_file.h"
#include "store/sketch_file.h"

#define MEMORY_PART 4 /* of the memory allowed, for pairs of articles and their words */

/* The segment that was written. */
typedef struct {
    build *build;
    const sketch_writer *written;
    sketch_file sketches;
} pass;

static quire_status
get_sketch(void *closure, uint32_t number, sketch *out, quire_error *err)
{
    return sketch_file_get(&((pass *)closure)->sketches, number, out, err);
}

static quire_status
get_words(void *closure, uint32_t number, article_words *out, quire_error *err)
{
    return sketch_writer_words(((pass *)closure)->written, number, out, err);
}

static bool
is_stopped(void *closure)
{
    return !build_tick(((pass *)closure)->build, false);
}

static quire_status
write_groups(pass *p, const char *path, quire_error *err)
{
    const grouping_segment segment = {
        .narticles = p->sketches.narticles, .sketch = get_sketch, .words = get_words, .closure = p};
    const grouping_stop stop = {is_stopped, p};
    grouping groups;
    quire_status status = grouping_run(&segment, 1, p->build->options.memory_bytes / MEMORY_PART,
                                       &stop, &groups, err);

    if (status != QUIRE_OK)
        return status;
    status = copies_file_write(path, &groups, segment.narticles, err);
    grouping_free(&groups);
    return status;
}

quire_status
copies_pass_run(build *b, quire_error *err)
{
    const char *directory = generation_writer_directory(b->writer);
    const char *sketches = arena_printf(b->arena, "%s/seg-0/%s", directory, SKETCH_FILE);
    const char *groups = arena_printf(b->arena, "%s/%s", directory, COPIES_FILE);
    pass p = {.build = b, .written = store_writer_sketches(b->store)};
    quire_status status;

    if (sketches == NULL || groups == NULL)
        return error_nomem(err);
    status = sketch_file_open(sketches, &p.sketches, err);
    if (status != QUIRE_OK)
        return status;
    status = write_groups(&p, groups, err);
    sketch_file_close(&p.sketches);
    return status;
}
