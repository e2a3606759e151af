/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flips.h - single bits of the files of an index, to be flipped and flipped back.
 *
 * Whatever fails here of itself ends the test. */
#ifndef QUIRE_TESTS_HELPERS_FLIPS_H
#define QUIRE_TESTS_HELPERS_FLIPS_H

#include <stddef.h>
#include <stdint.h>

/* The files of an index that are not empty. */
typedef struct {
    char **paths;
    uint64_t *bytes; /* of each */
    size_t nfiles;
    size_t paths_room;
    size_t bytes_room;
    uint64_t all_bytes;
} flip_files;

typedef struct {
    const char *path; /* one of the list's */
    uint64_t byte;
    unsigned bit;
} flip;

#define FLIPS_SEED 88172645463325252u

/* In the same order everywhere; flips_free ends it. */
void flips_list(const char *index, flip_files *files_out);
void flips_free(flip_files *files);

/* The next flip, by its number from 0 and a state that begins as FLIPS_SEED.  Every other one is
 * anywhere among all bytes, so mostly in large files; those between go through the files, so that
 * small ones have theirs. */
flip flips_choose(const flip_files *files, uint64_t number, uint64_t *state);

void flips_turn(const flip *f);

#endif
