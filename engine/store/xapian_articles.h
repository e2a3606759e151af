/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_articles.h - searching the Xapian passage store by article. */
#ifndef QUIRE_STORE_XAPIAN_ARTICLES_H
#define QUIRE_STORE_XAPIAN_ARTICLES_H

#include "store/xapian_store.h"

/* As store_search_articles, store_article_collection and store_article_frequency. */
quire_status xapian_store_search_articles(void *self, const store_request *request,
                                          store_article_hit *hits, uint32_t *nhits_out,
                                          uint64_t *count_out, quire_error *err);
quire_status xapian_store_article_collection(void *self, article_collection *out, quire_error *err);
quire_status xapian_store_article_frequency(void *self, const char *stem, size_t stem_bytes,
                                            bool acronym, uint64_t *out, quire_error *err);

#endif
