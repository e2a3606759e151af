/* SPDX-License-Identifier: GPL-3.0-or-later */
/* like.c - the sample of --like: an article of the index, or the one that a file holds.
 *
 * A name is first looked for among the articles' ids.  A file is read as quire-index reads it, by
 * libquire-build, which is loaded for that: no other search needs it. */
#include "like.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "show.h"

#define LIBRARY "libquire-build.so.0"

/* ---- Files ---- */

typedef struct {
    __typeof__(quire_build_read_sample) *read;
    __typeof__(quire_build_free_sample) *free;
} sample_reader;

/* Libraries stay, as those that are linked do. */
static bool
load_reader(sample_reader *out)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    void *read_symbol = library != NULL ? dlsym(library, "quire_build_read_sample") : NULL;
    void *free_symbol = library != NULL ? dlsym(library, "quire_build_free_sample") : NULL;

    if (read_symbol == NULL || free_symbol == NULL) {
        show_message("a file is read by " LIBRARY ": %s", dlerror());
        /* cppcheck-suppress resourceLeak */
        return false;
    }
    memcpy(&out->read, &read_symbol, sizeof read_symbol);
    memcpy(&out->free, &free_symbol, sizeof free_symbol);
    /* cppcheck-suppress resourceLeak */
    return true;
}

static bool
answer_file(const options *o, quire_index *index, const question *q, answered *out)
{
    sample_reader reader;
    quire_sample sample = {0};
    quire_error err = {0};

    if (!load_reader(&reader))
        return false;
    if (reader.read(o->like, &sample, &err) != QUIRE_OK) {
        show_message("%s", err.message);
        return false;
    }
    answer_like(o, index, q, &sample, out);
    reader.free(&sample);
    return true;
}

/* ---- Both ---- */

static bool
is_file(const char *name)
{
    return strcmp(name, "-") == 0 || name[0] == '/' || strncmp(name, "./", 2) == 0 ||
           strncmp(name, "../", 3) == 0;
}

bool
like_answer(const options *o, quire_index *index, const question *q, answered *out)
{
    const quire_sample article = {.article = o->like};

    if (!is_file(o->like) &&
        (answer_like(o, index, q, &article, out) != QUIRE_EUSAGE || access(o->like, R_OK) != 0))
        return true;
    return answer_file(o, index, q, out);
}
