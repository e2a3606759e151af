/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_pass.c - which articles of the generation are copies: beside the end of the second pass of
 * a build, or behind it where there is one thread.
 *
 * Sketches of old segments came over with them; words are kept of the articles that were written,
 * and made anew of an old one that is compared.  Of an update, the groups of the live generation
 * say what need not be compared again; articles of its segments that are gone take part in that
 * only. */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/threads.h"
#include "build/build_internal.h"
#include "build/side_job.h"
#include "build/stored_articles.h"
#include "copies/grouping.h"
#include "store/copies_file.h"
#include "store/sketch_file.h"
#include "store/stored_segment.h"

#define MEMORY_PART 4 /* of the memory allowed, for pairs of articles and their words */

typedef struct {
    uint32_t number; /* in its name */
    sketch_file sketches;
    uint64_t *dead;               /* bitmap as in store/dead_articles.h */
    uint64_t *dead_before;        /* in the live generation; NULL: it is not there */
    bool is_gone;                 /* it is of the live generation only */
    bool was_there;               /* it is of both, or of that */
    size_t in_live;               /* its place among those of the live generation, or SIZE_MAX */
    uint32_t first_before;        /* its articles' numbers there are above this */
    const sketch_writer *written; /* NULL where the segment is an old one */
    struct copies_pass *pass;
} pass_segment;

typedef struct copies_pass {
    build *build;
    const char *directory;  /* of the generation */
    arena *arena;           /* the build's is for its own thread */
    manifest_segment *made; /* the segments of the generation */
    size_t nmade;
    stored_articles *stored;
    token_list scratch;
    pthread_mutex_t lock; /* on both */
    pass_segment *segments;
    size_t nsegments;
    grouping before;        /* of the live generation */
    uint32_t *places;       /* for each article of it, by number: its place in members, plus 1 */
    uint32_t *group_before; /* for each of these members */
    side_job job;
} pass;

/* ---- What grouping asks for ---- */

static quire_status
get_sketch(void *closure, uint32_t number, sketch *out, quire_error *err)
{
    pass_segment *s = closure;
    const known_sketches *known = s->pass->build->sketches;

    if (known != NULL && s->in_live != SIZE_MAX &&
        known_sketches_get(known, s->in_live, number, out))
        return QUIRE_OK;
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

/* The sketches of a segment that are read already, where none of its articles was dead. */
static sketch_table *
find_table(const pass_segment *s)
{
    known_sketches *known = s->pass->build->sketches;
    sketch_table *table = known != NULL && s->was_there && s->in_live != SIZE_MAX
                              ? known_sketches_table(known, s->in_live)
                              : NULL;

    if (table == NULL || table->narticles != s->sketches.narticles)
        return NULL;
    for (size_t i = 0; i <= s->sketches.narticles / 64; i++)
        if (s->dead_before[i] != 0)
            return NULL;
    return table;
}

static bool
has(const uint64_t *bitmap, uint32_t number)
{
    return bitmap != NULL && (bitmap[(number - 1) / 64] >> (number - 1) % 64 & 1) != 0;
}

static article_state
get_state(void *closure, uint32_t number)
{
    const pass_segment *s = closure;
    const bool was_dead = has(s->dead_before, number);

    if (number > s->sketches.narticles || was_dead)
        return ARTICLE_DEAD;
    if (s->is_gone || has(s->dead, number))
        return s->was_there ? ARTICLE_GONE : ARTICLE_DEAD;
    return s->was_there ? ARTICLE_KEPT : ARTICLE_NEW;
}

static quire_status
get_before(void *closure, uint32_t number, grouping_place *out, quire_error *err)
{
    const pass_segment *s = closure;
    const pass *p = s->pass;
    const uint32_t place = p->places[s->first_before + number];

    (void)err;
    *out = place > 0 ? (grouping_place){p->before.sets[place - 1], p->group_before[place - 1]}
                     : (grouping_place){GROUPING_ALONE, GROUPING_ALONE};
    return QUIRE_OK;
}

static quire_status
get_id(void *closure, uint32_t number, arena *a, const char **out, quire_error *err)
{
    const pass_segment *s = closure;
    const article_order *order = &s->pass->build->order;
    article stored = {0};
    quire_status status;

    if (s->written != NULL) {
        *out = article_order_id(order, order->keys[number - 1].id_offset);
        return QUIRE_OK;
    }
    status = stored_articles_get(s->pass->stored, (article_place){s->number, number}, &stored, err);
    if (status != QUIRE_OK)
        return status;
    *out = arena_copy(a, stored.id, strlen(stored.id));
    return *out != NULL ? QUIRE_OK : error_nomem(err);
}

static bool
is_stopped(void *closure)
{
    return side_job_is_stopped(&((pass *)closure)->job);
}

/* ---- The segments ---- */

/* Learn what is dead in a segment of a generation. */
static quire_status
read_dead(pass *p, const char *directory, const manifest_segment *from, uint64_t **out,
          quire_error *err)
{
    *out = arena_array(p->arena, (size_t)from->written.narticles / 64 + 1, sizeof **out);
    return *out == NULL ? error_nomem(err)
                        : stored_segment_dead(p->build->options.store, directory, from, *out, err);
}

static quire_status
open_sketches(pass *p, const char *directory, const manifest_segment *from, pass_segment *s,
              quire_error *err)
{
    const char *path = arena_printf(p->arena, "%s/%s/" SKETCH_FILE, directory, from->name);
    quire_status status =
        path != NULL ? sketch_file_open(path, &s->sketches, err) : error_nomem(err);

    if (status == QUIRE_OK && s->sketches.narticles != from->written.narticles)
        return error_set(err, QUIRE_ECORRUPT,
                         "%s: sketches of %" PRIu32 " articles, where the segment has %" PRIu64
                         "; the index is damaged: --rebuild makes it anew",
                         path, s->sketches.narticles, from->written.narticles);
    return status;
}

static size_t
find_live(const pass *p, uint32_t number)
{
    const manifest *live = &p->build->live;

    for (size_t i = 0; i < live->nsegments; i++)
        if (segment_plan_number(&live->segments[i]) == number)
            return i;
    return SIZE_MAX;
}

static quire_status
open_segment(pass *p, const manifest_segment *from, quire_error *err)
{
    pass_segment *s = &p->segments[p->nsegments++];
    quire_status status;

    *s = (pass_segment){.number = segment_plan_number(from), .pass = p};
    s->in_live = find_live(p, s->number);
    if (s->number == p->build->plan.next_number)
        s->written = store_writer_sketches(p->build->store);
    status = open_sketches(p, p->directory, from, s, err);
    return status == QUIRE_OK ? read_dead(p, p->directory, from, &s->dead, err) : status;
}

/* The segment with that number, of those that are open; NULL: none. */
static pass_segment *
find_segment(pass *p, uint32_t number)
{
    for (size_t i = 0; i < p->nsegments; i++)
        if (p->segments[i].number == number)
            return &p->segments[i];
    return NULL;
}

/* Open what else is needed of segment i of the live generation: all of it, where it did not come
 * over. */
static quire_status
open_live_segment(pass *p, size_t i, quire_error *err)
{
    const manifest *live = &p->build->live;
    const manifest_segment *from = &live->segments[i];
    const char *directory = generation_writer_live(p->build->writer);
    pass_segment *s = find_segment(p, segment_plan_number(from));
    quire_status status = QUIRE_OK;

    if (s == NULL) {
        s = &p->segments[p->nsegments++];
        *s = (pass_segment){
            .number = segment_plan_number(from), .is_gone = true, .in_live = i, .pass = p};
        status = open_sketches(p, directory, from, s, err);
    }
    s->was_there = true;
    s->first_before = manifest_first_article(live, i);
    return status == QUIRE_OK ? read_dead(p, directory, from, &s->dead_before, err) : status;
}

static quire_status
open_segments(pass *p, quire_error *err)
{
    const build *b = p->build;
    quire_status status = QUIRE_OK;

    p->segments = calloc(p->nmade + b->live.nsegments + 1, sizeof *p->segments);
    p->stored = stored_articles_new(
        &(stored_generation){b->options.store, p->directory, p->made, p->nmade});
    if (p->segments == NULL || p->stored == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < p->nmade && status == QUIRE_OK; i++)
        status = open_segment(p, &p->made[i], err);
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
    grouping_free(&p->before);
    free(p->places);
    free(p->group_before);
}

/* ---- The groups of the live generation ---- */

static quire_status
note_places(pass *p, uint32_t narticles, quire_error *err)
{
    const grouping *g = &p->before;

    p->places = calloc((size_t)narticles + 1, sizeof *p->places);
    p->group_before = calloc(g->nmembers + 1, sizeof *p->group_before);
    if (p->places == NULL || p->group_before == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < g->ngroups; i++)
        for (uint32_t j = g->groups[i].first; j < g->groups[i].first + g->groups[i].nmembers; j++) {
            p->places[g->members[j]] = j + 1;
            p->group_before[j] = (uint32_t)i;
        }
    return QUIRE_OK;
}

static quire_status
read_groups(pass *p, quire_error *err)
{
    const manifest *live = &p->build->live;
    const uint32_t narticles = manifest_first_article(live, live->nsegments);
    const char *path =
        arena_printf(p->arena, "%s/" COPIES_FILE, generation_writer_live(p->build->writer));
    copies_file file;
    quire_status status;

    if (path == NULL)
        return error_nomem(err);
    status = copies_file_open(path, narticles, &file, err);
    if (status != QUIRE_OK)
        return status;
    status = copies_file_load(&file, &p->before, err);
    copies_file_close(&file);
    return status == QUIRE_OK ? note_places(p, narticles, err) : status;
}

/* A segment that came over; NULL: there is none. */
static const pass_segment *
find_kept(const pass *p)
{
    for (size_t i = 0; i < p->nsegments; i++)
        if (p->segments[i].written == NULL)
            return &p->segments[i];
    return NULL;
}

/* Learn what is known of copies, where segments came over.  Of segments in Xapian's tables it is
 * not known who was alive: all is compared. */
static quire_status
open_live(pass *p, quire_error *err)
{
    const build *b = p->build;
    quire_status status;

    if (b->plan.nsegments == 0 || find_kept(p) == NULL || strcmp(b->options.store, "quire") != 0)
        return QUIRE_OK;
    status = read_groups(p, err);
    for (size_t i = 0; i < b->live.nsegments && status == QUIRE_OK; i++)
        status = open_live_segment(p, i, err);
    return status;
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
                               .table = find_table(&p->segments[i]),
                               .words = get_words,
                               .view = view_words,
                               .state = get_state,
                               .before = p->segments[i].was_there ? get_before : NULL,
                               .id = get_id,
                               .closure = &p->segments[i]};
        narticles += p->segments[i].is_gone ? 0 : segments[i].narticles;
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

static quire_status
run_pass(void *closure, quire_error *err)
{
    pass *p = closure;
    const char *path = arena_printf(p->arena, "%s/" COPIES_FILE, p->directory);
    quire_status status = path == NULL ? error_nomem(err) : open_segments(p, err);

    known_sketches_wait(p->build->sketches);
    if (status == QUIRE_OK)
        status = open_live(p, err);
    if (status == QUIRE_OK)
        status = write_groups(p, path, err);
    close_segments(p);
    return status;
}

static void
free_pass(pass *p)
{
    pthread_mutex_destroy(&p->lock);
    arena_free(p->arena);
    free(p->made);
    free(p);
}

/* ---- Beside the rest of the build ---- */

quire_status
copies_pass_begin(build *b, copies_pass **out, quire_error *err)
{
    pass *p = calloc(1, sizeof *p);

    if (p == NULL)
        return error_nomem(err);
    p->build = b;
    p->directory = generation_writer_directory(b->writer);
    p->arena = arena_new();
    p->nmade = b->nsegments;
    p->made = calloc(p->nmade + 1, sizeof *p->made);
    pthread_mutex_init(&p->lock, NULL);
    if (p->arena == NULL || p->made == NULL) {
        free_pass(p);
        return error_nomem(err);
    }
    for (size_t i = 0; i < p->nmade; i++)
        p->made[i] = b->segments[i];
    side_job_begin(&p->job, run_pass, p, threads_wanted(b->options.threads) > 1, &b->stop);
    *out = p;
    return QUIRE_OK;
}

quire_status
copies_pass_end(copies_pass *p, quire_status before, quire_error *err)
{
    quire_status status = before;

    if (p == NULL)
        return before;
    status = side_job_end(&p->job, before, err);
    if (before == QUIRE_OK && status == QUIRE_ECANCELED)
        status = build_canceled(p->build, err);
    free_pass(p);
    return status;
}
