/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview.c - what an update of an index would have to read, without reading it. */
#include <string.h>

#include "base/error.h"
#include "build/build.h"
#include "build/build_internal.h"
#include "store/last_run.h"

_Static_assert(sizeof((quire_build_preview *)0)->last_run == LAST_RUN_MAX_BYTES, "room");

/* Name the files as the build did, whatever directory it ran in. */
static quire_status
rename_files(build *b, quire_error *err)
{
    for (size_t i = 0; i < b->list.nfiles; i++) {
        source_file *f = &b->list.files[i];
        const char *name = b->live.sources[f->source];
        size_t nbytes = strlen(name);

        while (nbytes > 1 && name[nbytes - 1] == '/')
            nbytes--;
        f->name = arena_printf(b->arena, "%.*s%s", (int)nbytes, name,
                               f->name + strlen(b->set.names[f->source]));
        if (f->name == NULL)
            return error_nomem(err);
    }
    return QUIRE_OK;
}

/* List the sources of the live generation anew, by their real paths, and compare. */
static quire_status
compare(build *b, quire_build_preview *out, quire_error *err)
{
    const size_t nknown = source_state_nfiles(b->known_sources);
    size_t nstill = 0;
    quire_status status =
        source_set_resolve(b->live.source_paths, b->live.nsources, b->arena, &b->set, err);

    if (status == QUIRE_OK)
        status = source_files_list(b, err);
    if (status == QUIRE_OK)
        status = rename_files(b, err);
    if (status == QUIRE_OK)
        status = update_judge(&b->update, &b->list, b->live.begun, NULL, err);
    if (status != QUIRE_OK)
        return status;
    out->nfiles = b->list.nfiles;
    for (size_t i = 0; i < b->list.nfiles; i++) {
        const bool is_known = update_old_file(&b->update, (uint32_t)i) != UPDATE_NEW_FILE;

        nstill += is_known;
        out->nnew += !is_known;
        out->nchanged += is_known && !update_is_same(&b->update, (uint32_t)i);
    }
    out->ngone = nknown - nstill;
    return QUIRE_OK;
}

static quire_status
check_sources(const build *b, quire_error *err)
{
    for (size_t i = 0; i < b->live.nsources; i++)
        if (strcmp(b->live.source_paths[i], "-") == 0)
            return error_set(err, QUIRE_EINPUT, "standard input cannot be looked into");
    return QUIRE_OK;
}

quire_status
build_preview(const char *path, quire_build_preview *out, quire_error *err)
{
    generation g = {.lock_fd = -1};
    quire_build_report report = {0};
    build b = {.path = path, .report = &report};
    const char *file;
    quire_status status = generation_open(path, &g, err);

    *out = (quire_build_preview){0};
    last_run_read(path, out->last_run);
    if (status != QUIRE_OK)
        return status;
    b.options.dry_run = true;
    b.has_live = true;
    b.live = g.manifest;
    b.arena = arena_new();
    b.problems.arena = b.arena;
    file = b.arena == NULL ? NULL : arena_printf(b.arena, "%s/" SOURCE_STATE_NAME, g.directory);
    status = file == NULL ? error_nomem(err) : check_sources(&b, err);
    if (status == QUIRE_OK)
        status = source_state_open(file, &b.known_sources, err);
    b.update.state = b.known_sources;
    if (status == QUIRE_OK)
        status = compare(&b, out, err);
    update_free(&b.update);
    source_state_close(b.known_sources);
    source_list_free(&b.list);
    problems_free(&b.problems);
    arena_free(b.arena);
    generation_close(&g);
    return status;
}
