/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_order.h - which ids a build has seen, and the order in which the articles are written. */
#ifndef QUIRE_BUILD_ARTICLE_ORDER_H
#define QUIRE_BUILD_ARTICLE_ORDER_H

#include "article/article.h"

typedef struct {
    int64_t seconds;    /* of its date; INT64_MIN where it has none */
    uint64_t id_offset; /* into the ids */
    uint64_t
        spool_offset; /* of its record; or ARTICLE_STORED and its place in the live generation */
    uint32_t text_bytes;
    uint32_t line; /* where it was read; 0 where it is the whole file, or beyond 32 bits */
    uint32_t file; /* an index into the list of files */
    uint32_t hash; /* of the id: the low bits */
} article_key;

/* An article in a generation: the number in its segment's name, and its own there, from 1. */
typedef struct {
    uint32_t segment;
    uint32_t number;
} article_place;

#define ARTICLE_STORED ((uint64_t)1 << 63)

/* A zeroed order is an empty one. */
typedef struct {
    article_key *keys;
    size_t nkeys;
    size_t room;
    char *ids; /* of each its place, and it, ended by a NUL */
    size_t ids_bytes;
    size_t ids_room;
    uint32_t *slots; /* a table of keys by hash; a slot is 1 + the key's index, 0 is free */
    size_t nslots;   /* a power of two */
    size_t nindexed; /* keys that are in it: the rest comes when one is to be found */
    size_t nnew;     /* keys of articles that the live generation has not */
} article_order;

/* The key of an article that stands in file, at line where that is known. */
article_key article_key_of(const article *a, uint64_t spool_offset, uint32_t file, uint64_t line);

/* The key of an article that the live generation has. */
article_key article_key_of_stored(const char *id, article_place place, uint32_t file,
                                  uint64_t line);

bool article_key_is_stored(const article_key *key);
article_place
article_key_place(const article_key *key); /* of a stored one, in the live generation */

/* The key of an id, whose hash is that of a key; NULL where it was not added yet. */
const article_key *article_order_find(article_order *o, const char *id, uint32_t hash);

/* Have room for about so many articles.  False when memory is out. */
bool article_order_expect(article_order *o, size_t narticles);

/* Add an article whose id is not there yet.  False when memory is out, or there are 2^32 - 1. */
bool article_order_add(article_order *o, const char *id, const article_key *key);

const article_key *article_order_find_id(article_order *o, const char *id);

const char *article_order_id(const article_order *o, uint64_t id_offset);

/* Where the article of an id will be; of a stored one, until it is set, where it is. */
article_place article_order_place(const article_order *o, uint64_t id_offset);
void article_order_set_place(article_order *o, uint64_t id_offset, article_place place);

/* Keep only keys of which keeps says so; nothing can be found or added any more. */
void article_order_keep(article_order *o, bool (*keeps)(void *closure, const article_key *key),
                        void *closure);

/* Sort the keys as results that score alike are: newest first, undated last, then by id.  Nothing
 * can be found or added any more. */
void article_order_sort(article_order *o);

uint64_t article_order_bytes(const article_order *o); /* of memory that it holds */

void article_order_free(article_order *o);

#endif
