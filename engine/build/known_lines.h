/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_lines.h - the lines of a file of JSON Lines whose articles the live generation has, so that
 * of a file that changed only the lines that did are read. */
#ifndef QUIRE_BUILD_KNOWN_LINES_H
#define QUIRE_BUILD_KNOWN_LINES_H

#include "build/article_order.h"
#include "build/source_state.h"

typedef struct {
    uint64_t hash;
    uint64_t id_offset;
    article_place place;
} known_line;

/* A zeroed one is empty. */
typedef struct {
    known_line *lines;
    size_t nlines;
    size_t room;
    buffer ids;
    uint32_t *slots; /* by hash: 1 + the line's index; 0 is free */
    size_t nslots;   /* a power of two; 0 where there is no line */
} known_lines;

/* Read those of a file.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status known_lines_read(source_state *state, size_t file, known_lines *out, quire_error *err);
void known_lines_free(known_lines *k);

const known_line *known_lines_find(const known_lines *k, uint64_t hash); /* or NULL */
/* The same where lines are looked for in the order of the file, most often: *hint is 0 at first. */
const known_line *known_lines_find_next(const known_lines *k, uint64_t hash, size_t *hint);
const char *known_lines_id(const known_lines *k, const known_line *line);

/* As reader_input.is_known, of a known_lines. */
bool known_lines_has(const void *known, uint64_t hash);

#endif
