/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - passages that are asked for by name: what quire_show and quire_read call. */
#ifndef QUIRE_RESULT_SHOW_H
#define QUIRE_RESULT_SHOW_H

#include "result/search.h"

/* All passages of an article; statuses as for quire_show. */
quire_status show_article(store *st, stemmer *stem, const char *id, const char *text,
                          size_t text_bytes, const quire_search_options *options,
                          search_results *out, quire_error *err);

/* Passages by their numbers; statuses as for quire_read. */
quire_status show_numbered(store *st, const uint64_t *numbers, size_t nnumbers, search_results *out,
                           quire_error *err);

#endif
