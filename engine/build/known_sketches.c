/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_sketches.c - see known_sketches.h. */
#include "build/known_sketches.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/threads.h"
#include "store/sketch_file.h"

#define BYTES_EACH 1024    /* of an article, more than nearly all take */
#define ARTICLES_A_LOOK 64 /* between looks at whether to end */

struct known_sketches {
    const char *directory;
    const manifest *live;
    sketch_table *segments; /* those without articles are not to be had */
    pthread_t thread;
    bool is_running;
    atomic_bool is_stopped;
};

static bool
read_sketches(known_sketches *k, sketch_file *f, sketch_table *t)
{
    if (!sketch_table_reserve(t, f->narticles))
        return false;
    for (uint32_t i = 0; i < f->narticles; i++) {
        sketch s;

        if ((i % ARTICLES_A_LOOK == 0 && atomic_load(&k->is_stopped)) ||
            sketch_file_get(f, i + 1, &s, NULL) != QUIRE_OK || !sketch_table_add(t, &s))
            return false;
    }
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
            sketch_table_free(&k->segments[i]);
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
    const sketch_table *t = &k->segments[segment];

    if (number == 0 || number > t->narticles)
        return false;
    *out = sketch_table_get(t, number - 1);
    return true;
}

sketch_table *
known_sketches_table(known_sketches *k, size_t segment)
{
    return k->segments[segment].narticles > 0 ? &k->segments[segment] : NULL;
}

void
known_sketches_free(known_sketches *k)
{
    if (k == NULL)
        return;
    atomic_store(&k->is_stopped, true);
    known_sketches_wait(k);
    for (size_t i = 0; i < k->live->nsegments && k->segments != NULL; i++)
        sketch_table_free(&k->segments[i]);
    free(k->segments);
    free(k);
}
