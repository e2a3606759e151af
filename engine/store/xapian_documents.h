/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_documents.h - whose each document of a Xapian segment's passages is, and how long, read
 * once and kept. */
#ifndef QUIRE_STORE_XAPIAN_DOCUMENTS_H
#define QUIRE_STORE_XAPIAN_DOCUMENTS_H

#include "store/xapian_store.h"

typedef struct {
    uint32_t article; /* from 1 in the index; 0: the document is gone */
    uint32_t length;  /* words */
} xapian_document;

/* Of a segment; an article's documents follow one another, and the dead leave gaps. */
struct xapian_documents {
    xapian_document *of; /* by document, from 1 */
    uint32_t last;       /* document */
    uint32_t narticles;  /* different ones */
};

/* Have those of all segments in s->documents.  A document that is damaged may be anybody's: then
 * nothing can be said by article.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status xapian_documents_get(xapian_store *s, quire_error *err);

void xapian_documents_free(xapian_documents *d); /* NULL is fine */

/* The document behind the last one of an article, of which first is the first. */
uint32_t xapian_documents_behind(const xapian_documents *d, uint32_t first);

#endif
