/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_terms.h - the terms of an article that filters ask for: its source, its date. */
#ifndef QUIRE_STORE_ARTICLE_TERMS_H
#define QUIRE_STORE_ARTICLE_TERMS_H

#include "article/article.h"
#include "base/buffer.h"
#include "store/terms.h"

#define ARTICLE_TERMS_MAX 4 /* H, D, M, Y */

typedef struct {
    term terms[ARTICLE_TERMS_MAX];
    size_t nterms;
} article_terms;

/* False: memory.  scratch is the caller's; what it held is gone. */
bool article_terms_make(article_terms *out, const article *a, buffer *scratch);

/* Whether it is one of the date's. */
bool article_terms_is_date(const term *t);

/* The term of a value whose case does not count. */
bool article_terms_fold(term *t, const char *prefix, const char *value, buffer *scratch);

/* The term of a language, as text/language.h folds it. */
bool article_terms_language(term *t, const char *language, buffer *scratch);

/* The term of an address, as text/address.h folds it. */
bool article_terms_address(term *t, const char *url, buffer *scratch);

#endif
