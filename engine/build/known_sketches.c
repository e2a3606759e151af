/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_sketches.c - see known_sketches.h. */
#include "build/known_sketches.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/threads.h"
#include "store/sketch_file.h"

#define BYTES_EACH 1024    /* of an article, more than nearly all take */
#define ARTICLES_A_LOOK 64 /* between looks at whether to end */

typedef struct {
    sketch *sketches; /* whose hashes are NULL */
    size_t *firsts;   /* of their hashes */
    uint32_t *hashes;
    size_t hashes_room;
    uint32_t narticles; /* 0: not to be had */
} segment_sketches;

struct known_sketches {
    const char *directory;
    const manifest *live;
    segment_sketches *segments;
    pthread_t thread;
    bool is_running;
    atomic_bool is_stopped;
};

static void
free_segment(segment_sketches *s)
{
    free(s->sketches);
    free(s->firsts);
    free(s->hashes);
    *s = (segment_sketches){0};
}

static bool
keep_hashes(segment_sketches *s, size_t first, const sketch *of)
{
    const size_t end = first + of->nhashes;

    if (end > s->hashes_room) {
        const size_t room = end + end / 2 + 4096;
        uint32_t *hashes = reallocarray(s->hashes, room, sizeof *hashes);

        if (hashes == NULL)
            return false;
        s->hashes = hashes;
        s->hashes_room = room;
    }
    if (of->nhashes > 0)
        memcpy(s->hashes + first, of->hashes, of->nhashes * sizeof *of->hashes);
    return true;
}

static bool
read_sketches(known_sketches *k, sketch_file *f, segment_sketches *s)
{
    size_t nhashes = 0;

    s->sketches = calloc((size_t)f->narticles + 1, sizeof *s->sketches);
    s->firsts = calloc((size_t)f->narticles + 1, sizeof *s->firsts);
    if (s->sketches == NULL || s->firsts == NULL)
        return false;
    for (uint32_t i = 0; i < f->narticles; i++) {
        sketch *const to = &s->sketches[i];

        if ((i % ARTICLES_A_LOOK == 0 && atomic_load(&k->is_stopped)) ||
            sketch_file_get(f, i + 1, to, NULL) != QUIRE_OK || !keep_hashes(s, nhashes, to))
            return false;
        to->hashes = NULL;
        s->firsts[i] = nhashes;
        nhashes += to->nhashes;
    }
    s->narticles = f->narticles;
    return true;
}

static void
read_segment(known_sketches *k, size_t i)
{
    sketch_file f = {0};
    buffer path = {0};

    if (buffer_printf(&path, "%s/%s/" SKETCH_FILE, k->directory, k->live->segments[i].name) &&
        sketch_file_open(path.bytes, &f, NULL) == QUIRE_OK) {
        if (f.narticles != k->live->segments[i].written.narticles ||
            !read_sketches(k, &f, &k->segments[i]))
            free_segment(&k->segments[i]);
        sketch_file_close(&f);
    }
    buffer_free(&path);
}

static void *
read_all(void *closure)
{
    known_sketches *k = closure;

    for (size_t i = 0; i < k->live->nsegments && !atomic_load(&k->is_stopped); i++)
        read_segment(k, i);
    return NULL;
}

known_sketches *
known_sketches_begin(const char *directory, const manifest *live, uint64_t memory_bytes)
{
    uint64_t narticles = 0;
    known_sketches *k;

    for (size_t i = 0; i < live->nsegments; i++)
        narticles += live->segments[i].written.narticles;
    if (narticles > memory_bytes / BYTES_EACH || (k = calloc(1, sizeof *k)) == NULL)
        return NULL;
    k->directory = directory;
    k->live = live;
    k->segments = calloc(live->nsegments + 1, sizeof *k->segments);
    k->is_running = k->segments != NULL && thread_start(&k->thread, read_all, k, NULL) == QUIRE_OK;
    if (!k->is_running) {
        known_sketches_free(k);
        return NULL;
    }
    return k;
}

void
known_sketches_wait(known_sketches *k)
{
    if (k != NULL && k->is_running)
        pthread_join(k->thread, NULL);
    if (k != NULL)
        k->is_running = false;
}

bool
known_sketches_get(const known_sketches *k, size_t segment, uint32_t number, sketch *out)
{
    const segment_sketches *s = &k->segments[segment];

    if (number == 0 || number > s->narticles)
        return false;
    *out = s->sketches[number - 1];
    out->hashes = s->hashes + s->firsts[number - 1];
    return true;
}

void
known_sketches_free(known_sketches *k)
{
    if (k == NULL)
        return;
    atomic_store(&k->is_stopped, true);
    known_sketches_wait(k);
    for (size_t i = 0; i < k->live->nsegments && k->segments != NULL; i++)
        free_segment(&k->segments[i]);
    free(k->segments);
    free(k);
}
