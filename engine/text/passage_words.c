/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_words.c - the words of one passage: its sentences, tokenized and stemmed. */
#include "text/passage_words.h"

#include <stdlib.h>

#include "base/array.h"

/* Say of the words from number first on, all of one sentence, where they stand. */
static bool
place_words(passage_words *words, stemmer *s, size_t first, const sentence *from, uint32_t number)
{
    for (size_t i = first; i < words->list.ntokens; i++) {
        const token *t = &words->list.tokens[i];
        size_t stem_bytes;
        const char *stem = stemmer_stem(s, token_surface(&words->list, t), t->surface_bytes,
                                        t->flags, &stem_bytes);
        if (stem == NULL || words->stems.size > UINT32_MAX ||
            !ARRAY_GROW(words->places, i, &words->places_room))
            return false;
        words->places[i] = (word_place){.sentence = number,
                                        .block = from->block,
                                        .stem = (uint32_t)words->stems.size,
                                        .stem_bytes = (uint8_t)stem_bytes,
                                        .in_title = from->in_title};
        if (!buffer_add(&words->stems, stem, stem_bytes))
            return false;
    }
    return true;
}

bool
passage_words_read(passage_words *words, stemmer *s, const char *title, const char *text,
                   const sentence *sentences, size_t nsentences)
{
    token_list_clear(&words->list);
    buffer_clear(&words->stems);
    for (size_t i = 0; i < nsentences; i++) {
        const sentence *from = &sentences[i];
        size_t first = words->list.ntokens;
        if (!words_split(from->in_title ? title : text, from->start, from->end, from->shouting,
                         &words->list) ||
            !place_words(words, s, first, from, (uint32_t)i))
            return false;
    }
    return true;
}

void
passage_words_free(passage_words *words)
{
    token_list_free(&words->list);
    free(words->places);
    buffer_free(&words->stems);
    *words = (passage_words){0};
}
