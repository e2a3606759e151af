/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guards.c - refusing to publish: an index that shrank, a source that went empty, a full disk.
 *
 * A directory that is not mounted is an empty one, and cron asks nobody.  So what takes away more
 * than everyday changes do is refused, and the message says how to have it all the same. */
#include "build/guards.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/error.h"

#define DISK_LOOK_MS 1000
#define LEAST_FREE_BYTES ((uint64_t)4 << 20) /* for everybody else's sake */
#define GZIP_FACTOR 3                        /* text is at least so much larger, most often */

/* ---- Articles ---- */

static quire_status
refuse_shrinking(const build *b, quire_error *err)
{
    const uint64_t before = b->live.narticles;
    const uint64_t now = b->order.nkeys;
    const uint64_t gone = before > now ? before - now : 0;

    if (gone == 0 || gone * 100 <= before * b->options.max_shrink)
        return QUIRE_OK;
    return error_set(err, QUIRE_EREFUSED,
                     "%" PRIu64 " articles, where the index has %" PRIu64 ": %" PRIu64
                     " in 100 would go, and at most %u may; nothing was published: see whether the "
                     "sources are whole, or allow it by --max-shrink=%" PRIu64,
                     now, before, (gone * 100 + before - 1) / before, b->options.max_shrink,
                     (gone * 100 + before - 1) / before);
}

/* Articles that a source of the live generation had. */
static uint64_t
count_before(const build *b, const char *path)
{
    uint64_t narticles = 0;
    size_t source = 0;

    while (source < b->live.nsources && strcmp(b->live.source_paths[source], path) != 0)
        source++;
    for (size_t i = 0; i < source_state_nfiles(b->known_sources); i++) {
        const source_state_file *f = source_state_get(b->known_sources, i);

        narticles += f->source == source ? f->narticles : 0;
    }
    return narticles;
}

static quire_status
refuse_empty_source(const build *b, quire_error *err)
{
    uint64_t *narticles = calloc(b->set.nsources + 1, sizeof *narticles);
    quire_status status = QUIRE_OK;

    if (narticles == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < b->record.nfiles; i++)
        narticles[b->record.files[i].is.source] += b->record.files[i].is.narticles;
    for (size_t i = 0; i < b->set.nsources && status == QUIRE_OK; i++) {
        const uint64_t before = narticles[i] == 0 ? count_before(b, b->set.paths[i]) : 0;

        if (before > 0)
            status = error_set(err, QUIRE_EREFUSED,
                               "no article in %s, where there were %" PRIu64
                               ": is it mounted? Nothing was published; --max-shrink=100 allows it",
                               b->set.names[i], before);
    }
    free(narticles);
    return status;
}

quire_status
guards_check_articles(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (!b->has_live || b->options.dry_run || b->options.max_shrink >= 100)
        return QUIRE_OK;
    if (b->known_sources != NULL)
        status = refuse_empty_source(b, err);
    if (status != QUIRE_OK || (b->options.mode == QUIRE_BUILD_REPLACE && !b->has_live_sources))
        return status;
    return refuse_shrinking(b, err);
}

/* ---- Room ---- */

static uint64_t
free_bytes(const build *b)
{
    struct statvfs st;

    if (statvfs(generation_writer_directory(b->writer), &st) != 0 || st.f_blocks == 0)
        return UINT64_MAX; /* some file systems do not tell */
    return (uint64_t)st.f_bavail * st.f_frsize;
}

static quire_status
check_room(const build *b, uint64_t wanted, quire_error *err)
{
    const uint64_t has = free_bytes(b);

    if (has >= wanted && has - wanted >= LEAST_FREE_BYTES)
        return QUIRE_OK;
    return error_set(
        err, QUIRE_EREFUSED,
        "%s: its disk has %.1f MB free, and this build needs about %.1f MB; nothing was "
        "published: make room, or build elsewhere",
        b->path, (double)has / 1e6, (double)(wanted + LEAST_FREE_BYTES) / 1e6);
}

static bool
is_gzip_name(const char *name)
{
    const size_t nbytes = strlen(name);

    return nbytes > 3 && strcmp(name + nbytes - 3, ".gz") == 0;
}

/* Text goes to the spool, and then to the index, which takes about as much while it is made. */
quire_status
guards_check_room_to_read(build *b, quire_error *err)
{
    uint64_t nbytes = 0;

    if (b->writer == NULL)
        return QUIRE_OK;
    for (size_t i = 0; i < b->list.nfiles; i++) {
        const source_file *f = &b->list.files[i];
        const size_t old = update_old_file(&b->update, (uint32_t)i);
        uint64_t known = 0;

        if (update_is_same(&b->update, (uint32_t)i))
            continue;
        if (old != UPDATE_NEW_FILE)
            known = source_state_get(b->update.state, old)->bytes;
        if (f->bytes > known)
            nbytes += (f->bytes - known) * (is_gzip_name(f->name) ? GZIP_FACTOR : 1);
    }
    return check_room(b, 2 * nbytes, err);
}

quire_status
guards_check_room_to_write(build *b, quire_error *err)
{
    uint64_t nbytes = 0;

    for (size_t i = 0; i < b->order.nkeys; i++)
        nbytes += b->order.keys[i].text_bytes;
    return check_room(b, nbytes, err);
}

bool
guards_is_disk_full(build *b, int64_t now_ms)
{
    if (b->writer == NULL || now_ms - b->looked_ms < DISK_LOOK_MS)
        return false;
    b->looked_ms = now_ms;
    return check_room(b, 0, &b->refusal) != QUIRE_OK;
}
