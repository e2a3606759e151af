/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dead_format.h - sizes in the file of dead_articles.h, for its writer and its reader. */
#ifndef QUIRE_STORE_DEAD_FORMAT_H
#define QUIRE_STORE_DEAD_FORMAT_H

#include "store/dead_articles.h"

enum {
    DEAD_WORD_BYTES = 8,  /* of the bitmap */
    DEAD_STEM_BYTES = 12, /* ordinal, first form, passages */
    DEAD_FORM_BYTES = 12, /* rank, occurrences */
    DEAD_SET_BYTES = 24,
    DEAD_FOOTER_BYTES = 16 + DEAD_SETS * DEAD_SET_BYTES
};

/* Words of the bitmap of so many articles. */
static inline uint32_t
dead_words_of(uint32_t narticles)
{
    return narticles / 64 + (narticles % 64 != 0);
}

#endif
