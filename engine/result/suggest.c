/* SPDX-License-Identifier: GPL-3.0-or-later */
/* suggest.c - "did you mean". */
#include "result/suggest.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "query/spelling.h"
#include "text/words.h"

#define RARE_PASSAGES 1 /* a word in more of them is taken to be right */
#define SURE_PASSAGES 5 /* in how many a word stands that is taken for right instead */
#define SURE_RATIO 20

typedef struct {
    store *store;
    bool furniture;
    vocabulary words;
    const char *text;
    size_t text_bytes;
    arena *a;
    query_notes *notes;
    suggestions *out;
    unsigned nlooked_at;
} suggesting;

static quire_status
count_passages(suggesting *s, const query_word *word, uint64_t *out, quire_error *err)
{
    bool occurs = true;
    quire_status status = store_document_frequency(s->store, s->furniture, word->stem,
                                                   word->stem_bytes, false, out, err);

    if (status == QUIRE_OK && *out > 0 && word->match != MATCH_STEM) {
        status = store_occurs(s->store, s->furniture, word, true, &occurs, err);
        if (!occurs)
            *out = 0;
    }
    return status;
}

/* The best candidate that is common enough; NULL where there is none, or where that is a function
 * word, which nobody looks for. */
static quire_status
find_word(suggesting *s, const query_word *word, uint64_t npassages, const char **out,
          quire_error *err)
{
    spelling_candidate candidates[SPELLING_MAX_CANDIDATES];
    size_t n = 0;
    quire_status status = spelling_find(&s->words, word, npassages > 0 ? SURE_RATIO : 1,
                                        npassages > 0, s->a, candidates, &n, err);

    *out = NULL;
    for (size_t i = 0; i < n && status == QUIRE_OK && *out == NULL; i++) {
        uint64_t its_passages = SURE_PASSAGES;

        if (npassages > 0)
            status = store_document_frequency(s->store, s->furniture, candidates[i].stem,
                                              candidates[i].stem_bytes, false, &its_passages, err);
        if (its_passages >= SURE_PASSAGES)
            *out = candidates[i].surface;
    }
    if (*out != NULL && words_is_function_word(*out, strlen(*out)))
        *out = NULL;
    return status;
}

static bool
add(suggesting *s, size_t start, size_t end, const char *word)
{
    suggestions *out = s->out;

    if (!query_note(s->notes, s->a, "did-you-mean", start, end, "did you mean \"%s\"?", word))
        return false;
    if (out->nitems < SUGGEST_MAX && (out->nitems == 0 || out->items[out->nitems - 1].end <= start))
        out->items[out->nitems++] = (suggestion){start, end, word};
    return true;
}

/* Suggest a word in each place of the leaf where the other stands. */
static quire_status
add_places(suggesting *s, const query_node *leaf, const query_word *word, const char *meant,
           quire_error *err)
{
    token_list list = {0};
    const size_t nbytes = leaf->end - leaf->start;
    bool is_done = true;

    if (utf8_valid_prefix(s->text + leaf->start, nbytes) != nbytes)
        return QUIRE_OK;
    if (words_split(s->text, leaf->start, leaf->end, true, &list)) {
        for (size_t i = 0; i < list.ntokens && is_done; i++) {
            const token *t = &list.tokens[i];

            if (t->surface_bytes == word->surface_bytes &&
                memcmp(token_surface(&list, t), word->surface, word->surface_bytes) == 0)
                is_done = add(s, t->start, t->end, meant);
        }
    } else {
        is_done = false;
    }
    token_list_free(&list);
    return is_done ? QUIRE_OK : error_nomem(err);
}

static bool
was_before(const query_node *leaf, uint32_t slot)
{
    const query_word *word = leaf->slots[slot].words;

    for (uint32_t i = 0; i < slot; i++) {
        const query_word *other = leaf->slots[i].words;

        if (leaf->slots[i].nwords > 0 && other->surface_bytes == word->surface_bytes &&
            memcmp(other->surface, word->surface, word->surface_bytes) == 0)
            return true;
    }
    return false;
}

static quire_status
look_at(suggesting *s, const query_node *leaf, uint32_t slot, quire_error *err)
{
    const query_word *word = leaf->slots[slot].words;
    const char *meant = NULL;
    uint64_t npassages = 0;
    quire_status status = count_passages(s, word, &npassages, err);

    if (status != QUIRE_OK || npassages > RARE_PASSAGES || was_before(leaf, slot))
        return status;
    if (s->nlooked_at++ == 0)
        status = store_words(s->store, s->furniture, &s->words, err);
    if (status == QUIRE_OK)
        status = find_word(s, word, npassages, &meant, err);
    return status == QUIRE_OK && meant != NULL ? add_places(s, leaf, word, meant, err) : status;
}

quire_status
suggest_find(store *st, bool furniture, const query_tree *tree, const char *text, size_t text_bytes,
             arena *a, query_notes *notes, suggestions *out, quire_error *err)
{
    suggesting s = {.store = st,
                    .furniture = furniture,
                    .text = text,
                    .text_bytes = text_bytes,
                    .a = a,
                    .notes = notes,
                    .out = out};
    quire_status status = QUIRE_OK;

    out->nitems = 0;
    for (uint32_t i = 0; i < tree->nleaves; i++) {
        const query_node *leaf = tree->leaves[i];

        if (leaf->excluded || leaf->role == ROLE_SUPPORTING || leaf->end > text_bytes)
            continue;
        for (uint32_t j = 0; j < leaf->nslots; j++) {
            const query_slot *slot = &leaf->slots[j];

            if (slot->kind != SLOT_WORDS || slot->nwords == 0 || !spelling_may_err(slot->words))
                continue;
            status = look_at(&s, leaf, j, err);
            if (status != QUIRE_OK || s.nlooked_at == SUGGEST_MAX)
                return status;
        }
    }
    return status;
}

char *
suggest_apply(const suggestions *s, const char *text, size_t text_bytes, arena *a,
              size_t *nbytes_out)
{
    size_t nbytes = text_bytes;
    size_t from = 0;
    size_t to = 0;
    char *made;

    for (size_t i = 0; i < s->nitems; i++)
        nbytes = nbytes - (s->items[i].end - s->items[i].start) + strlen(s->items[i].word);
    made = arena_alloc(a, nbytes + 1);
    if (made == NULL)
        return NULL;
    for (size_t i = 0; i < s->nitems; i++) {
        const suggestion *item = &s->items[i];
        const size_t word_bytes = strlen(item->word);

        memcpy(made + to, text + from, item->start - from);
        to += item->start - from;
        memcpy(made + to, item->word, word_bytes);
        to += word_bytes;
        from = item->end;
    }
    memcpy(made + to, text + from, text_bytes - from);
    made[nbytes] = '\0';
    *nbytes_out = nbytes;
    return made;
}
