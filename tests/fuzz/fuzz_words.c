/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes, repaired, cut into sentences and words.  The tokens must lie in order inside their
 * sentence, have a form, and forms must be folded already.  The first byte says whether the text
 * shouts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/fold.h"
#include "text/sentences.h"
#include "text/stem.h"
#include "text/words.h"

#include "fuzz.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

/* A surface is its own folded form, valid UTF-8, and has a stem. */
static void
check_forms(const token_list *list, const token *t, stemmer *s, buffer *folded)
{
    const char *surface = token_surface(list, t);
    size_t stem_bytes;

    REQUIRE(t->surface_bytes > 0 && t->surface_bytes <= WORDS_MAX_SURFACE);
    REQUIRE(utf8_valid_prefix(surface, t->surface_bytes) == t->surface_bytes);
    REQUIRE(t->extra_bytes == 0 || t->extra_bytes > t->surface_bytes);
    REQUIRE(stemmer_stem(s, surface, t->surface_bytes, t->flags, &stem_bytes) != NULL);
    REQUIRE(stem_bytes > 0 && stem_bytes <= WORDS_MAX_SURFACE + 8);
    if ((t->flags & TOKEN_ACRONYM) != 0)
        return;
    buffer_clear(folded);
    REQUIRE(fold_word(surface, t->surface_bytes, folded));
    REQUIRE(folded->size == t->surface_bytes && memcmp(folded->bytes, surface, folded->size) == 0);
}

/* The words of text[start..end) and those found character by character are the same. */
static void
check_paths(const char *text, size_t start, size_t end, bool shouting, const token_list *list,
            token_list *other)
{
    token_list_clear(other);
    REQUIRE(words_split_by_rules(text, start, end, shouting, other));
    REQUIRE(other->ntokens == list->ntokens);
    for (size_t i = 0; i < list->ntokens; i++) {
        const token *one = &list->tokens[i], *two = &other->tokens[i];
        REQUIRE(one->start == two->start && one->end == two->end && one->flags == two->flags);
        REQUIRE(one->surface_bytes == two->surface_bytes && one->extra_bytes == two->extra_bytes);
        REQUIRE(memcmp(token_surface(list, one), token_surface(other, two), one->surface_bytes) ==
                0);
        REQUIRE(memcmp(token_extra(list, one), token_extra(other, two), one->extra_bytes) == 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static stemmer *s;
    buffer text = {0}, folded = {0};
    token_list list = {0}, other = {0};
    utf8_repair *repairs = NULL;
    size_t nrepairs;

    if (s == NULL)
        s = stemmer_new();
    if (s == NULL || size == 0)
        return 0;
    bool shouting = (data[0] & 1) != 0;
    REQUIRE(utf8_repair_text((const char *)data + 1, size - 1, &text, &repairs, &nrepairs));
    for (size_t at = 0; at < text.size;) {
        size_t end = sentences_next(text.bytes, at, text.size);
        size_t behind = at;
        if (end <= at)
            break;
        token_list_clear(&list);
        REQUIRE(words_split(text.bytes, at, end, shouting, &list));
        for (size_t i = 0; i < list.ntokens; i++) {
            const token *t = &list.tokens[i];
            REQUIRE(t->start >= behind && t->start < t->end && t->end <= end);
            behind = t->end;
            check_forms(&list, t, s, &folded);
        }
        check_paths(text.bytes, at, end, shouting, &list, &other);
        at = end;
    }
    words_is_shouting(text.bytes == NULL ? "" : text.bytes, text.size);
    buffer_free(&text);
    buffer_free(&folded);
    token_list_free(&list);
    token_list_free(&other);
    free(repairs);
    return 0;
}
