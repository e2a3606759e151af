/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_columns_format.h - sizes in the file of article_columns.h, for its writer and its reader.
 */
#ifndef QUIRE_POSTINGS_ARTICLE_COLUMNS_FORMAT_H
#define QUIRE_POSTINGS_ARTICLE_COLUMNS_FORMAT_H

#include <stdint.h>

enum {
    ARTICLES_DAY_BYTES = 8,
    ARTICLES_TITLE_BYTES = 2,
    ARTICLES_MAX_TITLE = 65535,
    ARTICLES_NAME_BYTES = 4,
    ARTICLES_FOOTER_BYTES = 12
};

/* Bytes of an article's source. */
static inline unsigned
articles_source_bytes(uint32_t nsources)
{
    return nsources == 0 ? 0 : nsources < 256 ? 1 : nsources < 65536 ? 2 : 4;
}

#endif
