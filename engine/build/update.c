/* SPDX-License-Identifier: GPL-3.0-or-later */
/* update.c - comparing files with what a generation knows of them.
 *
 * A file whose size, inode and times are as they were is as it was, if the times had settled when
 * it was read: a write so soon after that it leaves the same times would go unseen.  The time of
 * the inode is among them, since nobody can set that back.  Where only times differ, the bytes'
 * hash decides. */
#include "build/update.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"

/* A change so soon after another may leave the same times, on the coarsest of file systems. */
#define SETTLED_NS ((int64_t)2500000000)

/* Were the times in the past when the file was looked at? */
static bool
has_settled(const source_state_file *old, uint64_t begun)
{
    int64_t then = 0;

    return begun <= INT64_MAX / 1000000000 &&
           !__builtin_sub_overflow((int64_t)begun * 1000000000, SETTLED_NS, &then) &&
           old->changed_ns < then && old->modified_ns < then;
}

static bool
has_same_times(const source_state_file *old, const source_file *now, uint64_t begun)
{
    return has_settled(old, begun) && old->bytes == now->bytes &&
           old->modified_ns == now->modified_ns && old->changed_ns == now->changed_ns &&
           old->inode == now->inode;
}

/* A file that cannot be read is another one: whoever reads it says why.  QUIRE_ECANCELED. */
static quire_status
compare_file(const source_state_file *old, const source_file *now, uint64_t begun,
             const stop_wish *stop, bool *is_same_out, quire_error *err)
{
    uint64_t hash = 0;
    quire_status status;

    *is_same_out = false;
    if (!old->is_regular || !now->is_regular || strcmp(old->id, now->id) != 0)
        return QUIRE_OK;
    *is_same_out = has_same_times(old, now, begun);
    if (*is_same_out || !old->has_hash || old->bytes != now->bytes)
        return QUIRE_OK;
    status = hash_file(now->path, stop, &hash, NULL, err);
    *is_same_out = status == QUIRE_OK && hash == old->hash;
    return status == QUIRE_ECANCELED ? status : QUIRE_OK;
}

/* The number in the state of file i of the list, those before being found. */
static size_t
find_file(const update *u, const source_list *list, size_t i)
{
    const char *name = list->files[i].name;
    size_t next;

    if (i == 0 || strcmp(list->files[i - 1].name, name) != 0)
        return source_state_find(u->state, name);
    if (u->old[i - 1] == UPDATE_NEW_FILE)
        return UPDATE_NEW_FILE;
    next = u->old[i - 1] + 1;
    return next < source_state_nfiles(u->state) &&
                   strcmp(source_state_get(u->state, next)->name, name) == 0
               ? next
               : UPDATE_NEW_FILE;
}

/* The number in the state of each file of the list.  Several files may be shown by the same name,
 * where that is not in UTF-8; they come one after another, and none is taken for two. */
static bool
find_old(update *u, const source_list *list)
{
    const size_t nold = source_state_nfiles(u->state);
    bool *is_taken = calloc(nold + 1, sizeof *is_taken);
    bool has_memory;

    u->old = malloc((list->nfiles + 1) * sizeof *u->old);
    has_memory = is_taken != NULL && u->old != NULL;
    for (size_t i = 0; has_memory && i < list->nfiles; i++) {
        const size_t old = find_file(u, list, i);
        const bool is_new = old == UPDATE_NEW_FILE || is_taken[old];

        u->old[i] = is_new ? UPDATE_NEW_FILE : old;
        if (!is_new)
            is_taken[old] = true;
    }
    free(is_taken);
    return has_memory;
}

quire_status
update_judge(update *u, const source_list *list, uint64_t begun, const stop_wish *stop,
             quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (u->state == NULL)
        return QUIRE_OK;
    u->is_same = calloc(list->nfiles + 1, sizeof *u->is_same);
    if (u->is_same == NULL || !find_old(u, list))
        return error_nomem(err);
    u->is_changed = list->nfiles != source_state_nfiles(u->state);
    for (size_t i = 0; i < list->nfiles && status == QUIRE_OK; i++) {
        const size_t old = u->old[i];

        u->is_changed = u->is_changed || old != i;
        if (old != UPDATE_NEW_FILE)
            status = compare_file(source_state_get(u->state, old), &list->files[i], begun, stop,
                                  &u->is_same[i], err);
    }
    return status;
}

bool
update_finds_new(const update *u, const source_list *list)
{
    return u->state != NULL &&
           (u->is_changed || memchr(u->is_same, 0, list->nfiles * sizeof *u->is_same) != NULL);
}

void
update_free(update *u)
{
    free(u->old);
    free(u->is_same);
    *u = (update){0};
}

size_t
update_old_file(const update *u, uint32_t file)
{
    return u->old != NULL ? u->old[file] : UPDATE_NEW_FILE;
}

bool
update_is_same(const update *u, uint32_t file)
{
    return u->is_same != NULL && u->is_same[file];
}

void
update_forget(update *u, uint32_t file)
{
    u->is_same[file] = false;
}

void
update_tell_read(update *u, uint32_t file, bool has_hash, uint64_t hash, bool has_articles)
{
    const size_t number = update_old_file(u, file);
    const source_state_file *old;

    if (number == UPDATE_NEW_FILE) {
        u->is_changed = true;
        return;
    }
    old = source_state_get(u->state, number);
    if (!has_articles && old->narticles == 0)
        return;
    u->is_changed = u->is_changed || !has_hash || !old->has_hash || hash != old->hash;
}
