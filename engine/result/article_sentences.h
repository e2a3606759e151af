/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_sentences.h - the sentences of an article, read back from its passages. */
#ifndef QUIRE_RESULT_ARTICLE_SENTENCES_H
#define QUIRE_RESULT_ARTICLE_SENTENCES_H

#include "base/arena.h"
#include "quire.h"
#include "store/store.h"
#include "text/stem.h"

typedef struct {
    const char *text;
    uint32_t nbytes;
    uint32_t nwords;
    uint32_t *words; /* a hash each, ascending */
    uint64_t key;    /* of the words in their order */
} article_sentence;

typedef struct {
    article_record record;
    article_sentence *sentences; /* in reading order; the headline and furniture left out */
    size_t nsentences;
} article_sentences;

/* Read the article with this id; all lives in arena a.  QUIRE_EUSAGE where there is none; else as
 * for store_search. */
quire_status article_sentences_read(store *st, stemmer *stem, const char *id, arena *a,
                                    article_sentences *out, quire_error *err);

#endif
