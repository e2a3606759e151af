/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_store.h - what the files of Quire's own passage store share.
 *
 * A generation has segments, each with articles of its own, some of which may be dead; each segment
 * has a set of passages and, perhaps, one of furniture, which are segments of postings/segment.h.
 */
#ifndef QUIRE_STORE_QUIRE_STORE_H
#define QUIRE_STORE_QUIRE_STORE_H

#include "postings/evaluate.h"
#include "postings/segment.h"
#include "postings/segment_articles.h"
#include "postings/segment_words.h"
#include "store/dead_articles.h"
#include "store/passage_record.h"
#include "store/quire_filter.h"
#include "store/result_place.h"
#include "store/store_backend.h"
#include "store/xapian_module.h"

typedef struct quire_store quire_store;
typedef struct quire_segment quire_segment;

enum { SET_OF_PASSAGES, SET_OF_FURNITURE, SETS };

/* A set of passages. */
typedef struct {
    quire_segment *of;
    unsigned which;
    char *path;
    segment *segment;    /* that of furniture: NULL until it is asked for */
    segment_taken taken; /* by the dead */

    /* kept from query to query */
    evaluate_hit *hits;
    size_t hits_room;
} quire_passages;

struct quire_segment {
    const manifest_segment *described;
    char *directory;
    uint32_t first_article; /* numbers of the articles of segments before it */
    quire_passages sets[SETS];
    bool has_dead;
    dead_articles dead;
    quire_filter alive;         /* lets through what is not dead */
    segment_articles *articles; /* of the passages; NULL until it is asked for */
    quire_filter filter;
    catalogue_db catalogue; /* of fields; opened and closed by the store's module, NULL until it is
                               asked for */
};

/* What a vocabulary looks into: the first sets. */
typedef struct {
    const quire_store *store;
    size_t nsets;
} quire_words;

struct quire_store {
    const generation *generation;
    quire_segment *segments;
    size_t nsegments;
    quire_passages **sets; /* those of passages, then those of furniture that there are */
    size_t nsets;
    const xapian_module *module; /* NULL until it is asked for */

    /* kept from query to query, from passage to passage */
    uint64_t *frequencies;
    size_t frequencies_room;
    sentence *sentences;
    size_t sentences_room;

    /* for passages whose text is read to see whether they match */
    stemmer *stemmer; /* NULL until it is asked for */
    passage_words words;

    quire_words vocabularies[2]; /* without furniture, and with */
};

/* A passage's handle: its number in its set, and which of the store's sets that is. */
static inline uint64_t
quire_store_handle(size_t set, uint32_t number)
{
    return (uint64_t)set << 32 | number;
}

/* How many sets a search looks into, the first ones of s->sets, which are open then. */
quire_status quire_store_sets(quire_store *s, bool furniture, size_t *nsets_out, quire_error *err);

/* What is alive in those; they are open. */
bm25_collection quire_store_collection(const quire_store *s, size_t nsets);
quire_status quire_store_frequency(const quire_store *s, size_t nsets, const char *stem,
                                   size_t stem_bytes, uint64_t *out, quire_error *err);

/* The set's dead articles; NULL where it has none. */
static inline const dead_articles *
quire_store_dead(const quire_passages *set)
{
    return set->of->has_dead ? &set->of->dead : NULL;
}

/* What a filter lets through of a set, of what is alive; NULL: all of it. */
quire_status quire_store_filter(quire_passages *set, const store_filter *wanted,
                                const quire_filter_passages **out, quire_error *err);

/* Read a passage, verified, without its title; record points into s and lives until the next call.
 */
quire_status quire_store_read(quire_store *s, uint64_t handle, passage_record *record,
                              quire_error *err);

/* Have the first of some passages, which are read soon, fetched from memory; theirs are open. */
void quire_store_prefetch(const quire_store *s, const store_hit *hits, uint32_t nhits);

/* Find the place of an article, numbered as in passage_record.article, unless it is known; its id
 * lives in arena a.  One that is damaged stands last: who shows it says so.  QUIRE_EIO,
 * QUIRE_ENOMEM. */
quire_status quire_store_place(quire_store *s, uint32_t number, arena *a, result_place *place,
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
