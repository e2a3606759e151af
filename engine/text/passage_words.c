/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_words.c - the words of one passage: its sentences, tokenized and stemmed. */
#include "text/passage_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Say of the words from number first up to end, all of one sentence, where they stand. */
static bool
place_words(passage_words *words, size_t first, size_t end, const sentence *from, uint32_t number)
{
    const word_place place = {.sentence = number, .block = from->block, .in_title = from->in_title};

    while (words->places_room < end)
        if (!ARRAY_GROW(words->places, words->places_room, &words->places_room))
            return false;
    for (size_t i = first; i < end; i++)
        words->places[i] = place;
    return true;
}

/* Add the stem of word number i.  What the stemmer keeps is not copied: to look at each stem took
 * a fortieth of a build. */
static inline bool
add_stem(passage_words *words, size_t i, const stemmed *found)
{
    word_place *place = &words->places[i];

    place->stem_bytes = found->stem_bytes;
    place->entry = found->entry + 1; /* STEMMED_NO_ENTRY is the largest number */
    if (found->entry != STEMMED_NO_ENTRY) {
        place->kept = found->stem;
        return true;
    }
    if (words->stems.size > UINT32_MAX)
        return false;
    place->stem = (uint32_t)words->stems.size;
    return buffer_add(&words->stems, found->stem, found->stem_bytes);
}

/* Add the stems of all words, whose places are known. */
static bool
add_stems(passage_words *words, stemmer *s)
{
    stemmed stems[STEMMER_BATCH];
    const size_t ntokens = words->list.ntokens;
    size_t n;

    for (size_t first = 0; first < ntokens; first += n) {
        n = ntokens - first < STEMMER_BATCH ? ntokens - first : STEMMER_BATCH;
        if (!stemmer_lookup_all(s, &words->list, first, n, stems))
            return false;
        for (size_t i = 0; i < n; i++)
            if (!add_stem(words, first + i, &stems[i]))
                return false;
    }
    return true;
}

/* Add the stems of some words. */
static bool
add_batch(passage_words *words, stemmer *s, const uint32_t *numbers, size_t n)
{
    stemmed stems[STEMMER_BATCH];

    if (!stemmer_lookup_some(s, &words->list, numbers, n, stems))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!add_stem(words, numbers[i], &stems[i]))
            return false;
    return true;
}

/* Add the stems of those that the filter lets through. */
static bool
add_some_stems(passage_words *words, stemmer *s, const stem_filter *filter)
{
    uint32_t numbers[STEMMER_BATCH];
    size_t n = 0;

    for (size_t i = 0; i < words->list.ntokens; i++) {
        const token *t = &words->list.tokens[i];

        if (n == STEMMER_BATCH) {
            if (!add_batch(words, s, numbers, n))
                return false;
            n = 0;
        }
        numbers[n] = (uint32_t)i;
        n += stem_filter_passes(filter, token_surface(&words->list, t), t->surface_bytes);
    }
    return add_batch(words, s, numbers, n);
}

/* Add the words of all sentences, without their stems. */
static bool
add_words(passage_words *words, const char *title, const char *text, const sentence *sentences,
          size_t nsentences)
{
    token_list_clear(&words->list);
    buffer_clear(&words->stems);
    for (size_t i = 0; i < nsentences; i++) {
        const sentence *from = &sentences[i];
        size_t first = words->list.ntokens;
        if (!words_split(from->in_title ? title : text, from->start, from->end, from->shouting,
                         &words->list) ||
            !place_words(words, first, words->list.ntokens, from, (uint32_t)i))
            return false;
    }
    return true;
}

bool
passage_words_read(passage_words *words, stemmer *s, const char *title, const char *text,
                   const sentence *sentences, size_t nsentences)
{
    return add_words(words, title, text, sentences, nsentences) && add_stems(words, s);
}

bool
passage_words_read_some(passage_words *words, stemmer *s, const stem_filter *filter,
                        const char *title, const char *text, const sentence *sentences,
                        size_t nsentences)
{
    return add_words(words, title, text, sentences, nsentences) && add_some_stems(words, s, filter);
}

/* Append words first up to end of a text, as words of the passage that begins at its byte start. */
static bool
copy_words(token_list *to, const token_list *from, size_t first, size_t end, size_t start)
{
    if (first == end)
        return true;

    const size_t base = from->tokens[first].surface;
    const size_t forms_end = end < from->ntokens ? from->tokens[end].surface : from->forms.size;
    const size_t moved = to->forms.size - base; /* may wrap around: it is added to what is higher */
    if (!buffer_add(&to->forms, from->forms.bytes + base, forms_end - base))
        return false;
    for (size_t i = first; i < end; i++) {
        if (!ARRAY_GROW(to->tokens, to->ntokens, &to->room))
            return false;
        token *t = &to->tokens[to->ntokens++];
        *t = from->tokens[i];
        t->start -= (uint32_t)start;
        t->end -= (uint32_t)start;
        t->surface = (uint32_t)(t->surface + moved);
        if (t->extra_bytes > 0)
            t->extra = (uint32_t)(t->extra + moved);
    }
    return true;
}

bool
passage_words_take(passage_words *words, stemmer *s, const char *title, const char *text,
                   const passage_list *list, const passage *p)
{
    const sentence *sentences = list->sentences + p->first_sentence;
    const size_t ntitle_words = p->has_title ? list->ntitle_words : 0;
    token_list *to = &words->list;
    size_t at = 0;

    if (!list->has_words)
        return passage_words_read(words, s, title, text + p->start, sentences, p->nsentences);

    token_list_clear(to);
    buffer_clear(&words->stems);
    if (!copy_words(to, &list->words, 0, ntitle_words, 0) ||
        !copy_words(to, &list->words, p->first_word, p->first_word + p->nwords - ntitle_words,
                    p->start))
        return false;
    for (size_t i = 0; i < p->nsentences; i++) {
        const sentence *from = &sentences[i];
        const size_t stop = from->in_title ? ntitle_words : to->ntokens;
        const size_t first = at;
        while (at < stop && to->tokens[at].end <= from->end)
            at++;
        if (!place_words(words, first, at, from, (uint32_t)i))
            return false;
    }
    return add_stems(words, s);
}

void
passage_words_free(passage_words *words)
{
    token_list_free(&words->list);
    free(words->places);
    buffer_free(&words->stems);
    *words = (passage_words){0};
}
