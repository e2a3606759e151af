/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.h - manifest.json: what a generation holds, and a hash of each of its files.
 *
 * JSON, whose last line is the XXH3 of all bytes before it, so that damage shows. */
#ifndef QUIRE_STORE_MANIFEST_H
#define QUIRE_STORE_MANIFEST_H

#include "base/arena.h"
#include "base/stop.h"
#include "quire.h"
#include "text/stem_table.h"

#define MANIFEST_VERSION 7
#define MANIFEST_MAX_SEGMENTS 1024

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

/* What a segment holds, or what of it is dead. */
typedef struct {
    uint64_t narticles;
    uint64_t narticles_without_text;
    uint64_t npassages;
    uint64_t nfurniture_passages;
    uint64_t nwords;
    uint64_t nfurniture_words;
} manifest_counts;

/* A segment is a directory of the generation, written once; later generations have its files, too,
 * until it is merged away.  Only NAME/dead (dead_articles.h) is of one generation: it is there
 * where articles are dead. */
typedef struct {
    const char *name;        /* "seg-7" */
    manifest_counts written; /* with those that are dead */
    manifest_counts dead;
} manifest_segment;

typedef struct {
    uint32_t number;   /* of the generation */
    const char *store; /* "quire" or "xapian" */
    const char *built; /* ISO 8601, UTC */
    uint64_t begun;    /* seconds since 1970: the sources were looked at then, or later */
    const char *quire_version;
    const char *xapian_version;
    uint64_t narticles; /* these and what follows without the dead */
    uint64_t narticles_without_text;
    uint64_t npassages;
    uint64_t nfurniture_passages;
    uint64_t nwords;
    uint64_t nfurniture_words;
    uint64_t bytes;
    const manifest_segment *segments; /* 1 to MANIFEST_MAX_SEGMENTS, but in a manifest to write */
    size_t nsegments; /* 0, in a manifest to write: there is one, "seg-0", that has it all */
    const char *const *sources;      /* as named; each file or directory also by its real path */
    const char *const *source_paths; /* absolute; "-" for standard input */
    size_t nsources;
    const manifest_problem *problems;
    size_t nproblems;
    const manifest_file *files; /* ascending by path; the manifest itself is not among them */
    size_t nfiles;
    const manifest_file *known; /* in a manifest to write: files whose hashes were taken before */
    size_t nknown;
    const stop_wish *stop; /* the same: asked while files are hashed; or NULL */
    uint64_t hash;         /* its own, of one that was read */
    stem_table stems;      /* set by the user; a manifest to write needs its text only, or NULL */
} manifest;

/* What is alive in the whole. */
manifest_counts manifest_total(const manifest *m);

/* How many numbers the articles of the segments before this one take; of segment number nsegments:
 * of all.  Those of a segment begin at a multiple of 64, so that a bitmap of all articles has a
 * segment's own as a part: its article n, from 1, is number manifest_first_article(m, segment) + n
 * of the generation. */
uint32_t manifest_first_article(const manifest *m, size_t segment);

/* Write generation_dir/manifest.json, which is not synced yet; *hash_out is its hash, for the stub.
 * files may be empty: then every file below generation_dir is hashed and listed.  QUIRE_EIO,
 * QUIRE_ECANCELED, QUIRE_ENOMEM. */
quire_status manifest_write(const char *generation_dir, const manifest *m, uint64_t *hash_out,
                            quire_error *err);

/* Hash the files below generation_dir/below, for known of a manifest to write; in arena a.
 * QUIRE_EIO, QUIRE_ECANCELED, QUIRE_ENOMEM. */
quire_status manifest_hash_files(const char *generation_dir, const char *below,
                                 const stop_wish *stop, arena *a, manifest_file **files_out,
                                 size_t *nfiles_out, quire_error *err);

/* Read generation_dir/manifest.json into arena a, and check its hash against itself and, unless
 * expected_hash is NULL, against *expected_hash (the stub's).
 * QUIRE_ECORRUPT, QUIRE_EVERSION, QUIRE_ENOINDEX (no such file), QUIRE_EIO, QUIRE_ENOMEM. */
quire_status manifest_read(const char *generation_dir, const uint64_t *expected_hash, arena *a,
                           manifest *m, quire_error *err);

/* The hash of generation_dir/manifest.json, as in its last line, which is right.  QUIRE_ECORRUPT,
 * QUIRE_ENOINDEX, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status manifest_hash(const char *generation_dir, uint64_t *hash_out, quire_error *err);

#endif
