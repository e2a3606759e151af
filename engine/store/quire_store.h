/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_store.h - what the files of Quire's own passage store share. */
#ifndef QUIRE_STORE_QUIRE_STORE_H
#define QUIRE_STORE_QUIRE_STORE_H

#include "postings/evaluate.h"
#include "postings/segment.h"
#include "postings/segment_articles.h"
#include "store/passage_record.h"
#include "store/quire_filter.h"
#include "store/store_backend.h"
#include "store/xapian_module.h"

/* Passages of site furniture are a segment of their own: segments[0] or segments[1]. */
enum { SEGMENT_OF_PASSAGES, SEGMENT_OF_FURNITURE };

typedef struct quire_store quire_store;

/* What a vocabulary looks into: the first segments. */
typedef struct {
    const quire_store *store;
    unsigned nsegments;
} quire_words;

struct quire_store {
    const generation *generation;
    char *paths[2];
    segment *segments[2]; /* that of furniture: NULL until it is asked for */
    bool has_furniture;
    segment_articles *articles; /* of the passages; NULL until it is asked for */
    quire_filter filter;
    catalogue_db catalogue; /* of fields; opened and closed by module, NULL until it is asked for */
    const xapian_module *module;

    /* kept from query to query, from passage to passage */
    uint64_t *frequencies;
    size_t frequencies_room;
    evaluate_hit *hits[2];
    size_t hits_room[2];
    sentence *sentences;
    size_t sentences_room;

    /* for passages whose text is read to see whether they match */
    stemmer *stemmer; /* NULL until it is asked for */
    passage_words words;

    quire_words vocabularies[2]; /* without furniture, and with */
};

/* A passage's handle: its number in its segment, and which that is. */
#define HANDLE_FURNITURE ((uint64_t)1 << 32)

/* How many segments a search looks into, the first ones of s->segments, which are open then. */
quire_status quire_store_segments(quire_store *s, bool furniture, unsigned *nsegments_out,
                                  quire_error *err);

/* What those hold; they are open. */
bm25_collection quire_store_collection(const quire_store *s, unsigned nsegments);
quire_status quire_store_frequency(const quire_store *s, unsigned nsegments, const char *stem,
                                   size_t stem_bytes, uint64_t *out, quire_error *err);

/* Read a passage, verified, without its title; record points into s and lives until the next call.
 */
quire_status quire_store_read(quire_store *s, uint64_t handle, passage_record *record,
                              quire_error *err);

/* Add to the message of a damaged file, or one of another version, what to do about it; returns
 * status. */
quire_status quire_store_advise(quire_status status, quire_error *err);

/* quire_fields.c: see store_backend.h. */
quire_status quire_store_find_articles(void *self, const query_node *leaf, article_set *set,
                                       quire_error *err);

/* quire_words.c: the same. */
quire_status quire_store_words(void *self, bool furniture, vocabulary *out, quire_error *err);

/* quire_search.c: as store_search and store_explain. */
quire_status quire_store_search(void *self, const store_request *request, store_hit *hits,
                                uint32_t *nhits_out, uint64_t *count_out, quire_error *err);
quire_status quire_store_explain(void *self, const store_request *request, arena *a,
                                 const char **out, quire_error *err);

#endif
