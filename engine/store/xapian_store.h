/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_store.h - what the files of the Xapian passage store share. */
#ifndef QUIRE_STORE_XAPIAN_STORE_H
#define QUIRE_STORE_XAPIAN_STORE_H

#include "store/catalogue_db.h"
#include "store/result_place.h"
#include "store/store_backend.h"
#include "store/xapian_records.h"
#include "store/xapian_shim.h"
#include "text/passage_words.h"
#include "text/stem.h"

typedef struct xapian_store xapian_store;
typedef struct xapian_documents xapian_documents;

/* What a vocabulary looks into. */
typedef struct {
    xapian_store *store;
    bool furniture;
} xapian_words;

typedef struct {
    const manifest_segment *described;
    char *directory;
    uint32_t first_article; /* numbers of the articles of segments before it */
    catalogue_db catalogue;
} xapian_segment;

/* A database of passages, or of furniture, of a segment. */
typedef struct {
    const xapian_segment *of;
    bool furniture;
    char *path;
    xap_db *db; /* NULL until it is asked for */
} xapian_shard;

struct xapian_store {
    const generation *generation;
    xapian_segment *segments;
    size_t nsegments;
    xapian_shard *shards; /* those of passages, of each segment, then those of furniture */
    size_t nshards;
    xap_db *passages;             /* all shards of passages as one; NULL until it is asked for */
    xap_db *both;                 /* all shards; the same */
    xapian_documents **documents; /* of each shard of passages; NULL until they are asked for */

    /* kept from passage to passage */
    stemmer *stemmer;
    passage_words words;
    xapian_record_memory memory;
    xapian_words words_of[2]; /* without furniture, and with */
};

/* A passage's handle: its number in its shard, and which that is.  The passages of an article
 * follow one another. */
static inline uint64_t
xapian_store_handle(size_t shard, uint32_t document)
{
    return (uint64_t)shard << 32 | document;
}

/* The database that a search with or without furniture looks into: that of the first
 * *nshards_out (which may be NULL) shards as one.  Its document d is document
 * (d - 1) / nshards + 1 of shard (d - 1) % nshards. */
quire_status xapian_store_database(xapian_store *s, bool furniture, xap_db **db_out,
                                   size_t *nshards_out, quire_error *err);

/* A shard by itself. */
quire_status xapian_store_shard(xapian_store *s, size_t shard, xap_db **db_out, quire_error *err);

/* Of how many words a set of articles is, see query_node.articles. */
size_t xapian_store_article_words(const xapian_store *s);

/* Read a passage, verified; record points into s and lives until the next call.  Only an article's
 * first passage has its title. */
quire_status xapian_store_read(xapian_store *s, uint64_t handle, passage_record *record,
                               quire_error *err);

/* Find the place of an article, numbered as in passage_record.article, unless it is known; its id
 * lives in arena a.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status xapian_store_place(xapian_store *s, uint32_t number, arena *a, result_place *place,
                                quire_error *err);

/* The segment that has an article. */
xapian_segment *xapian_store_segment(const xapian_store *s, uint32_t number);

quire_status xapian_store_collection(void *self, bool furniture, bm25_collection *out,
                                     quire_error *err);

quire_status xapian_store_document_frequency(void *self, bool furniture, const char *stem,
                                             size_t stem_bytes, bool acronym, uint64_t *out,
                                             quire_error *err);

/* xapian_words.c: see store_backend.h. */
quire_status xapian_store_words(void *self, bool furniture, vocabulary *out, quire_error *err);

/* xapian_search.c: as store_search. */
quire_status xapian_store_search(void *self, const store_request *request, store_hit *hits,
                                 uint32_t *nhits_out, uint64_t *count_out, quire_error *err);

#endif
