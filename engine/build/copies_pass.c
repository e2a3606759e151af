/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_pass.c - what follows on the second pass of a build: which articles of the generation are
 * copies.
 *
 * Sketches of old segments came over with them; words are kept of the articles that were written,
 * and made anew of an old one that is compared. */
#include <stdlib.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/threads.h"
#include "build/build_internal.h"
#include "build/stored_articles.h"
#include "copies/grouping.h"
#include "store/copies_file.h"
#include "store/sketch_file.h"

#define MEMORY_PART 4 /* of the memory allowed, for pairs of articles and their words */

typedef struct {
    uint32_t number; /* in its name */
    sketch_file sketches;
    const uint64_t *dead;         /* bitmap as in store/dead_articles.h; NULL: none are */
    const sketch_writer *written; /* NULL where the segment is an old one */
    struct pass *pass;
} pass_segment;

typedef struct pass {
    build *build;
    const char *directory; /* of the generation */
    stored_articles *stored;
    token_list scratch;
    pthread_mutex_t lock; /* on both */
    pass_segment *segments;
    size_t nsegments;
} pass;

/* ---- What grouping asks for ---- */

static quire_status
get_sketch(void *closure, uint32_t number, sketch *out, quire_error *err)
{
    const pass_segment *s = closure;

    return sketch_file_get(&s->sketches, number, out, err);
}

static quire_status
make_words(const pass_segment *s, uint32_t number, article_words *out, quire_error *err)
{
    article a = {0};
    const passage_list *list;
    uint32_t number_in_article;
    bool more = true;
    quire_status status =
        stored_articles_get(s->pass->stored, (article_place){s->number, number}, &a, err);

    article_words_clear(out);
    while (status == QUIRE_OK) {
        status =
            stored_articles_passage(s->pass->stored, &a, &list, &number_in_article, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        if (!article_words_add_list(out, a.title != NULL ? a.title : "", a.text, list,
                                    &s->pass->scratch))
            status = error_nomem(err);
    }
    return status;
}

static quire_status
get_words(void *closure, uint32_t number, article_words *out, quire_error *err)
{
    const pass_segment *s = closure;

    quire_status status;

    if (s->written != NULL)
        return sketch_writer_words(s->written, number, out, err);
    pthread_mutex_lock(&s->pass->lock);
    status = make_words(s, number, out, err);
    pthread_mutex_unlock(&s->pass->lock);
    return status;
}

static bool
view_words(void *closure, uint32_t number, article_words *out)
{
    const pass_segment *s = closure;

    return s->written != NULL && sketch_writer_view(s->written, number, out);
}

static bool
is_alive(void *closure, uint32_t number)
{
    const pass_segment *s = closure;

    return number <= s->sketches.narticles &&
           (s->dead == NULL || (s->dead[(number - 1) / 64] >> (number - 1) % 64 & 1) == 0);
}

static bool
is_stopped(void *closure)
{
    return !build_tick(((pass *)closure)->build, false);
}

/* ---- The segments ---- */

static quire_status
open_segment(pass *p, const manifest_segment *from, quire_error *err)
{
    arena *a = p->build->arena;
    const segment_plan *plan = &p->build->plan;
    const uint32_t number = segment_plan_number(from);
    pass_segment *s = &p->segments[p->nsegments++];
    const char *sketches = arena_printf(a, "%s/%s/" SKETCH_FILE, p->directory, from->name);
    *s = (pass_segment){.number = number, .pass = p};
    if (number == p->build->plan.next_number)
        s->written = store_writer_sketches(p->build->store);
    for (size_t i = 0; i < plan->nsegments; i++)
        if (plan->segments[i].number == number)
            s->dead = plan->segments[i].dead;
    return sketches == NULL ? error_nomem(err) : sketch_file_open(sketches, &s->sketches, err);
}

static quire_status
open_segments(pass *p, quire_error *err)
{
    const build *b = p->build;
    quire_status status = QUIRE_OK;

    p->segments = calloc(b->nsegments + 1, sizeof *p->segments);
    p->stored = stored_articles_new(
        &(stored_generation){b->options.store, p->directory, b->segments, b->nsegments});
    if (p->segments == NULL || p->stored == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < b->nsegments && status == QUIRE_OK; i++)
        status = open_segment(p, &b->segments[i], err);
    return status;
}

static void
close_segments(pass *p)
{
    for (size_t i = 0; i < p->nsegments; i++)
        sketch_file_close(&p->segments[i].sketches);
    free(p->segments);
    stored_articles_free(p->stored);
    token_list_free(&p->scratch);
}

/* ---- The pass ---- */

static quire_status
write_groups(pass *p, const char *path, quire_error *err)
{
    const grouping_stop stop = {is_stopped, p};
    grouping groups;
    uint32_t narticles = 0;
    quire_status status;
    grouping_segment *segments = calloc(p->nsegments + 1, sizeof *segments);

    if (segments == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < p->nsegments; i++) {
        /* As manifest_first_article has it: a segment begins at a multiple of 64. */
        segments[i] =
            (grouping_segment){.narticles = (p->segments[i].sketches.narticles + 63) / 64 * 64,
                               .sketch = get_sketch,
                               .words = get_words,
                               .view = view_words,
                               .is_alive = is_alive,
                               .closure = &p->segments[i]};
        narticles += segments[i].narticles;
    }
    status = grouping_run(segments, p->nsegments, p->build->options.memory_bytes / MEMORY_PART,
                          threads_wanted(p->build->options.threads), &stop, &groups, err);
    free(segments);
    if (status != QUIRE_OK)
        return status;
    status = copies_file_write(path, &groups, narticles, err);
    grouping_free(&groups);
    return status;
}

quire_status
copies_pass_run(build *b, quire_error *err)
{
    pass p = {.build = b,
              .directory = generation_writer_directory(b->writer),
              .lock = PTHREAD_MUTEX_INITIALIZER};
    const char *path = arena_printf(b->arena, "%s/" COPIES_FILE, p.directory);
    quire_status status = path == NULL ? error_nomem(err) : open_segments(&p, err);

    if (status == QUIRE_OK)
        status = write_groups(&p, path, err);
    close_segments(&p);
    return status == QUIRE_ECANCELED ? build_canceled(b, err) : status;
}
