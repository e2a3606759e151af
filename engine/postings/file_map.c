/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_map.c - maps of files, in a list by which file they are.
 *
 * A file of an index does not change once it is written, and a file that is mapped keeps its
 * number; one that changed all the same has other times, and is mapped anew. */
#include "postings/file_map.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/error.h"
#include "postings/checked_file.h"

struct file_map {
    file_map *next;
    struct stat st;
    size_t nusers;
    const uint8_t *bytes;
    uint64_t *verified;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list and what is in it */
static file_map *maps;

static bool
is_same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           is_same_time(&a->st_mtim, &b->st_mtim) && is_same_time(&a->st_ctim, &b->st_ctim);
}

static void
free_map(file_map *map)
{
    if (map->bytes != NULL)
        munmap((void *)(uintptr_t)map->bytes, file_map_size(map));
    free(map->verified);
    free(map);
}

static quire_status
make_map(int fd, const char *path, const struct stat *st, file_map **map_out, quire_error *err)
{
    const size_t npages = (size_t)st->st_size / CHECKED_PAGE_BYTES + 1;
    file_map *map = calloc(1, sizeof *map);
    void *mapped;

    if (map == NULL)
        return error_nomem(err);
    map->st = *st;
    map->verified = calloc(npages / 64 + 1, sizeof *map->verified);
    if (map->verified == NULL) {
        free_map(map);
        return error_nomem(err);
    }
    mapped = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) {
        const int reason = errno;

        free_map(map);
        return error_set(err, QUIRE_EIO, "%s: %s", path, strerror(reason));
    }
    map->bytes = mapped;
    map->next = maps;
    maps = map;
    *map_out = map;
    return QUIRE_OK;
}

quire_status
file_map_open(int fd, const char *path, size_t least_bytes, file_map **map_out, quire_error *err)
{
    struct stat st;
    file_map *map;
    quire_status status = QUIRE_OK;

    if (fstat(fd, &st) != 0)
        return error_set(err, QUIRE_EIO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < least_bytes)
        return error_set(err, QUIRE_ECORRUPT, "%s: %s: rebuild the index with quire-index", path,
                         S_ISREG(st.st_mode) ? "cut short" : "not a file");
    if ((uint64_t)st.st_size > SIZE_MAX)
        return error_set(err, QUIRE_EIO, "%s: too large for this machine", path);
    pthread_mutex_lock(&lock);
    for (map = maps; map != NULL && !is_same(&map->st, &st); map = map->next)
        ;
    if (map == NULL)
        status = make_map(fd, path, &st, &map, err);
    if (status == QUIRE_OK) {
        map->nusers++;
        *map_out = map;
    }
    pthread_mutex_unlock(&lock);
    return status;
}

void
file_map_close(file_map *map)
{
    file_map **at = &maps;

    if (map == NULL)
        return;
    pthread_mutex_lock(&lock);
    if (--map->nusers == 0) {
        while (*at != map)
            at = &(*at)->next;
        *at = map->next;
        free_map(map);
    }
    pthread_mutex_unlock(&lock);
}

const uint8_t *
file_map_bytes(const file_map *map)
{
    return map->bytes;
}

size_t
file_map_size(const file_map *map)
{
    return (size_t)map->st.st_size;
}

uint64_t *
file_map_verified(const file_map *map)
{
    return map->verified;
}
