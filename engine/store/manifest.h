/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.h - manifest.json: what a generation holds, and a hash of each of its files.
 *
 * JSON, whose last line is the XXH3 of all bytes before it, so that damage shows. */
#ifndef QUIRE_STORE_MANIFEST_H
#define QUIRE_STORE_MANIFEST_H

#include "base/arena.h"
#include "quire.h"
#include "text/stem_table.h"

#define MANIFEST_VERSION 3

typedef struct {
    const char *path; /* below the generation's directory */
    uint64_t bytes;
    uint64_t hash; /* XXH3 of its bytes */
} manifest_file;

/* An input that was skipped or damaged; kept so that the next run knows what is new. */
typedef struct {
    const char *where;
    const char *what;
    bool skipped;
} manifest_problem;

typedef struct {
    uint32_t number;   /* of the generation */
    const char *store; /* "quire" or "xapian" */
    const char *built; /* ISO 8601, UTC */
    const char *quire_version;
    const char *xapian_version;
    uint64_t narticles;
    uint64_t narticles_without_text;
    uint64_t npassages;
    uint64_t nfurniture_passages;
    uint64_t nwords;
    uint64_t nfurniture_words;
    uint64_t bytes;
    const char *const *sources;      /* as named; each file or directory also by its real path */
    const char *const *source_paths; /* absolute; "-" for standard input */
    size_t nsources;
    const manifest_problem *problems;
    size_t nproblems;
    const manifest_file *files; /* ascending by path; the manifest itself is not among them */
    size_t nfiles;
    stem_table stems; /* set by the user; a manifest to write needs its text only, or NULL */
} manifest;

/* Write generation_dir/manifest.json, synced; *hash_out is its hash, for the stub. files may be
 * empty: then every file below generation_dir is hashed and listed. QUIRE_EIO, QUIRE_ENOMEM. */
quire_status manifest_write(const char *generation_dir, const manifest *m, uint64_t *hash_out,
                            quire_error *err);

/* Read generation_dir/manifest.json into arena a, and check its hash against itself and, unless
 * expected_hash is NULL, against *expected_hash (the stub's).
 * QUIRE_ECORRUPT, QUIRE_EVERSION, QUIRE_ENOINDEX (no such file), QUIRE_EIO, QUIRE_ENOMEM. */
quire_status manifest_read(const char *generation_dir, const uint64_t *expected_hash, arena *a,
                           manifest *m, quire_error *err);

#endif
