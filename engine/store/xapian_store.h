/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_store.h - what the files of the Xapian passage store share. */
#ifndef QUIRE_STORE_XAPIAN_STORE_H
#define QUIRE_STORE_XAPIAN_STORE_H

#include "store/catalogue_db.h"
#include "store/passage_record.h"
#include "store/store_backend.h"
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

struct xapian_store {
    const generation *generation;
    char *directory; /* of the segment: there is one */
    char *passages_path;
    char *furniture_path;
    bool has_furniture;
    xap_db *passages;
    xap_db *furniture; /* NULL until it is asked for; so is both, passages and furniture as one */
    xap_db *both;
    catalogue_db catalogue;
    xapian_documents *documents; /* of passages; NULL until it is asked for */

    /* kept from passage to passage */
    stemmer *stemmer;
    passage_words words;
    buffer data;
    sentence *sentences;
    size_t sentences_room;
    xapian_words words_of[2]; /* without furniture, and with */
};

/* A passage's handle: its number in its database, and which that is. */
#define HANDLE_FURNITURE ((uint64_t)1 << 32)

/* The database that a search with or without furniture looks into. */
quire_status xapian_store_database(xapian_store *s, bool furniture, xap_db **db_out,
                                   quire_error *err);

/* Of how many words a set of articles is, see query_node.articles. */
size_t xapian_store_article_words(const xapian_store *s);

/* Read a passage, verified; record points into s and lives until the next call.  Only an article's
 * first passage has its title. */
quire_status xapian_store_read(xapian_store *s, uint64_t handle, passage_record *record,
                               quire_error *err);

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
