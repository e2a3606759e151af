/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_map.h - files mapped for reading, each once in a process, however often it is opened: the
 * handles of threads on one generation share what they touch, and what they know to be sound. */
#ifndef QUIRE_POSTINGS_FILE_MAP_H
#define QUIRE_POSTINGS_FILE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "quire.h"

typedef struct file_map file_map;

/* Map the file of a descriptor, or take the map that there is of it; path is for messages.
 * QUIRE_ECORRUPT where it is no file or has fewer than least_bytes, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status file_map_open(int fd, const char *path, size_t least_bytes, file_map **map_out,
                           quire_error *err);
void file_map_close(file_map *map); /* NULL is fine */

const uint8_t *file_map_bytes(const file_map *map);
size_t file_map_size(const file_map *map); /* bytes */

/* A bit for each CHECKED_PAGE_BYTES of it, none set at first; to be set and read atomically. */
uint64_t *file_map_verified(const file_map *map);

#endif
