/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_backend.h - what a passage store is to store.c: one table of functions for each kind.
 *
 * They do what the functions of store.h of the same name do; self is what open made. */
#ifndef QUIRE_STORE_STORE_BACKEND_H
#define QUIRE_STORE_STORE_BACKEND_H

#include "store/article_set.h"
#include "store/store.h"

typedef struct {
    const char *name; /* as in a manifest */
    quire_status (*open)(const generation *g, void **self_out,
                         quire_error *err); /* g outlives it */
    void (*close)(void *self);
    quire_status (*search)(void *self, const store_request *request, store_hit *hits,
                           uint32_t *nhits_out, uint64_t *count_out, quire_error *err);
    quire_status (*search_articles)(void *self, const store_request *request,
                                    store_article_hit *hits, uint32_t *nhits_out,
                                    uint64_t *count_out, quire_error *err);
    quire_status (*article_collection)(void *self, article_collection *out, quire_error *err);
    quire_status (*article_frequency)(void *self, const char *stem, size_t stem_bytes, bool acronym,
                                      uint64_t *out, quire_error *err);
    quire_status (*collection)(void *self, bool furniture, bm25_collection *out, quire_error *err);
    quire_status (*document_frequency)(void *self, bool furniture, const char *stem,
                                       size_t stem_bytes, bool acronym, uint64_t *out,
                                       quire_error *err);
    quire_status (*occurs)(void *self, bool furniture, const query_word *word, bool by_surface,
                           bool *out, quire_error *err);
    /* The articles of one leaf that is QUERY_FIELD; set has no bits yet. */
    quire_status (*find_articles)(void *self, const query_node *leaf, article_set *set,
                                  quire_error *err);
    quire_status (*words)(void *self, bool furniture, vocabulary *out, quire_error *err);
    quire_status (*passage)(void *self, uint64_t handle, arena *a, passage_record *out,
                            article_record *of, quire_error *err);
    quire_status (*name_passage)(void *self, uint64_t handle, arena *a, store_name *out,
                                 quire_error *err); /* NULL: it is read whole */
    bool (*has_passage)(const void *self, uint64_t handle);
    quire_status (*article)(void *self, uint32_t number, arena *a, article_record *out,
                            quire_error *err);
    quire_status (*labels)(void *self, uint32_t number, store_labels *out,
                           quire_error *err); /* NULL: articles must be read */
    quire_status (*explain)(void *self, const store_request *request, arena *a, const char **out,
                            quire_error *err);
} store_backend;

extern const store_backend quire_store_backend;  /* --store quire */
extern const store_backend xapian_store_backend; /* --store xapian */

#endif
