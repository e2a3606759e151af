/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_words.c - words of a text as words of a query. */
#include "result/text_words.h"

#include <string.h>

bool
text_words_may_ask(const passage_words *words, size_t i)
{
    const char first = *token_surface(&words->list, &words->list.tokens[i]);

    return words->places[i].stem_bytes >= 2 && !(first >= '0' && first <= '9');
}

bool
text_words_ask(const passage_words *words, size_t i, arena *a, query_word *out)
{
    const token *t = &words->list.tokens[i];
    const word_place *place = &words->places[i];

    *out = (query_word){
        .surface = arena_copy(a, token_surface(&words->list, t), t->surface_bytes),
        .surface_bytes = t->surface_bytes,
        .stem = arena_copy(a, passage_words_stem(words, place), place->stem_bytes),
        .stem_bytes = place->stem_bytes,
        .flags = t->flags & TOKEN_ACRONYM,
        .match = MATCH_STEM,
        .scale = 1,
        .term = QUERY_NONE,
    };
    return out->surface != NULL && out->stem != NULL;
}

int
text_words_compare_stems(const query_word *a, const query_word *b)
{
    const uint32_t n = a->stem_bytes < b->stem_bytes ? a->stem_bytes : b->stem_bytes;
    const int order = memcmp(a->stem, b->stem, n);

    return order != 0 ? order : (a->stem_bytes > b->stem_bytes) - (a->stem_bytes < b->stem_bytes);
}
