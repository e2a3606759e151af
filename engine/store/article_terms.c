/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_terms.c - an article's source and date as terms: of its catalogue document and, in
 * Xapian's own store, of its passages too. */
#include "store/article_terms.h"

#include <string.h>

#include "text/address.h"
#include "text/fold.h"
#include "text/language.h"

bool
article_terms_fold(term *t, const char *prefix, const char *value, buffer *scratch)
{
    buffer_clear(scratch);
    if (!fold_word(value, strlen(value), scratch))
        return false;
    term_make(t, prefix, scratch->size > 0 ? scratch->bytes : "", scratch->size);
    return true;
}

bool
article_terms_address(term *t, const char *url, buffer *scratch)
{
    buffer_clear(scratch);
    if (!address_fold(url, strlen(url), scratch))
        return false;
    term_make(t, "U", scratch->size > 0 ? scratch->bytes : "", scratch->size);
    return true;
}

bool
article_terms_language(term *t, const char *language, buffer *scratch)
{
    buffer_clear(scratch);
    if (!language_fold(language, strlen(language), scratch))
        return false;
    term_make(t, "L", scratch->size > 0 ? scratch->bytes : "", scratch->size);
    return true;
}

bool
article_terms_make(article_terms *out, const article *a, buffer *scratch)
{
    out->nterms = 0;
    if (a->source != NULL &&
        !article_terms_fold(&out->terms[out->nterms++], "H", a->source, scratch))
        return false;
    if (a->has_date) {
        const article_date *d = &a->date;

        term_make_date(&out->terms[out->nterms++], d->year, d->month, d->day);
        term_make_date(&out->terms[out->nterms++], d->year, d->month, 0);
        term_make_date(&out->terms[out->nterms++], d->year, 0, 0);
    }
    return true;
}

bool
article_terms_is_date(const term *t)
{
    return t->nbytes > 0 && (t->bytes[0] == 'D' || t->bytes[0] == 'M' || t->bytes[0] == 'Y');
}
