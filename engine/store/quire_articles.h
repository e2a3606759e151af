/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_articles.h - searching Quire's own passage store by article. */
#ifndef QUIRE_STORE_QUIRE_ARTICLES_H
#define QUIRE_STORE_QUIRE_ARTICLES_H

#include "store/quire_store.h"

/* As store_search_articles, store_article_collection and store_article_frequency. */
quire_status quire_store_search_articles(void *self, const store_request *request,
                                         store_article_hit *hits, uint32_t *nhits_out,
                                         uint64_t *count_out, quire_error *err);
quire_status quire_store_article_collection(void *self, article_collection *out, quire_error *err);
quire_status quire_store_article_frequency(void *self, const char *stem, size_t stem_bytes,
                                           bool acronym, uint64_t *out, quire_error *err);

#endif
