/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_words.c - the words of Quire's own store, for query/vocabulary.h: those of its sets of
 * passages side by side.  Words that only dead articles have are none. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/segment_words.h"
#include "query/near_walk.h"
#include "store/quire_store.h"

static int
compare(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    const size_t shorter = a_bytes < b_bytes ? a_bytes : b_bytes;
    const int order = shorter == 0 ? 0 : memcmp(a, b, shorter);

    return order != 0 ? order : (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

/* ---- Walking ---- */

typedef struct {
    segment_words words;
    bool is_at; /* the word at hand */
} walked_set;

/* A walk, and the word at hand. */
typedef struct {
    walked_set *sets;
    size_t nsets;
    const char *surface;
    size_t surface_bytes;
} walk;

/* Find the least word; false where there is none left. */
static bool
find_least(walk *w)
{
    const segment_words *best = NULL;

    for (size_t i = 0; i < w->nsets; i++) {
        const segment_words *s = &w->sets[i].words;

        if (!s->at_end && (best == NULL || compare(s->surface, s->surface_bytes, best->surface,
                                                   best->surface_bytes) < 0))
            best = s;
    }
    if (best == NULL)
        return false;
    for (size_t i = 0; i < w->nsets; i++) {
        const segment_words *s = &w->sets[i].words;

        w->sets[i].is_at =
            s == best || (!s->at_end && compare(s->surface, s->surface_bytes, best->surface,
                                                best->surface_bytes) == 0);
    }
    w->surface = best->surface;
    w->surface_bytes = best->surface_bytes;
    return true;
}

static quire_status
begin(const quire_words *words, const char *from, size_t nbytes, walk *w, quire_error *err)
{
    quire_status status = QUIRE_OK;

    w->nsets = words->nsets;
    w->sets = calloc(words->nsets, sizeof *w->sets);
    if (w->sets == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < w->nsets && status == QUIRE_OK; i++) {
        const quire_passages *set = words->store->sets[i];

        status =
            segment_words_seek(set->segment, &set->taken, from, nbytes, &w->sets[i].words, err);
    }
    return status;
}

/* Go past the word at hand. */
static quire_status
go_on(walk *w, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < w->nsets && status == QUIRE_OK; i++)
        if (w->sets[i].is_at)
            status = segment_words_next(&w->sets[i].words, err);
    return status;
}

/* Go on to the first word that is near, or to one before it. */
static quire_status
skip_far(walk *w, const near_walk *near, bool *goes_on, quire_error *err)
{
    char to[NEAR_WALK_MAX_BYTES + UTF8_MAX_BYTES];
    const size_t nbytes = near_walk_seek(near, to);
    quire_status status = QUIRE_OK;

    *goes_on = nbytes > 0;
    for (size_t i = 0; i < w->nsets && nbytes > 0 && status == QUIRE_OK; i++)
        status = segment_words_skip_to(&w->sets[i].words, to, nbytes, err);
    return status;
}

static quire_status
visit_word(walk *w, vocabulary_visitor visit, void *closure, bool *goes_on, quire_error *err)
{
    vocabulary_word out = {0};

    for (size_t i = 0; i < w->nsets; i++) {
        segment_word word;
        quire_status status;

        if (!w->sets[i].is_at)
            continue;
        status = segment_words_read(&w->sets[i].words, &word, err);
        if (status != QUIRE_OK)
            return status;
        out.surface = word.surface;
        out.surface_bytes = (uint32_t)word.surface_bytes;
        out.stem = word.stem;
        out.stem_bytes = (uint32_t)word.stem_bytes;
        out.is_acronym = word.is_acronym;
        out.occurrences += word.occurrences;
    }
    *goes_on = out.occurrences == 0 || visit(closure, &out);
    return QUIRE_OK;
}

static quire_status
with_prefix(void *self, const char *prefix, size_t nbytes, vocabulary_visitor visit, void *closure,
            quire_error *err)
{
    walk w;
    bool goes_on = true;
    quire_status status = begin(self, prefix, nbytes, &w, err);

    while (status == QUIRE_OK && goes_on && find_least(&w) && w.surface_bytes >= nbytes &&
           memcmp(w.surface, prefix, nbytes) == 0) {
        status = visit_word(&w, visit, closure, &goes_on, err);
        if (status == QUIRE_OK)
            status = go_on(&w, err);
    }
    free(w.sets);
    return quire_store_advise(status, err);
}

static quire_status
near_words(void *self, const char *surface, size_t nbytes, unsigned edits, size_t same_bytes,
           vocabulary_visitor visit, void *closure, quire_error *err)
{
    near_walk *near = malloc(sizeof *near);
    walk w;
    bool goes_on = true;
    quire_status status = QUIRE_OK;

    if (near == NULL)
        return error_nomem(err);
    if (!near_walk_begin(near, surface, nbytes, edits)) {
        free(near);
        return QUIRE_OK;
    }
    status = begin(self, surface, same_bytes, &w, err);
    while (status == QUIRE_OK && goes_on && find_least(&w) && w.surface_bytes >= same_bytes &&
           memcmp(w.surface, surface, same_bytes) == 0) {
        size_t dead = 0;

        if (near_walk_next(near, w.surface, w.surface_bytes, &dead) <= edits)
            status = visit_word(&w, visit, closure, &goes_on, err);
        if (status == QUIRE_OK)
            status = dead > 0 ? skip_far(&w, near, &goes_on, err) : go_on(&w, err);
    }
    free(w.sets);
    free(near);
    return quire_store_advise(status, err);
}

/* ---- The words of a stem ---- */

typedef struct {
    char surface[DICTIONARY_MAX_KEY];
    size_t nbytes;
    uint64_t occurrences;
} stem_word;

typedef struct {
    stem_word *words;
    size_t nwords;
    size_t room;
    bool is_failed;
} stem_words;

static bool
keep_word(void *closure, const segment_word *word)
{
    stem_words *s = closure;
    stem_word *kept;

    if (!ARRAY_GROW(s->words, s->nwords, &s->room)) {
        s->is_failed = true;
        return false;
    }
    kept = &s->words[s->nwords++];
    memcpy(kept->surface, word->surface, word->surface_bytes);
    kept->nbytes = word->surface_bytes;
    kept->occurrences = word->occurrences;
    return true;
}

static int
compare_words(const void *a, const void *b)
{
    const stem_word *x = a;
    const stem_word *y = b;

    return compare(x->surface, x->nbytes, y->surface, y->nbytes);
}

static void
visit_all(stem_words *s, vocabulary_word *word, vocabulary_visitor visit, void *closure)
{
    bool goes_on = true;
    size_t next = 0;

    if (s->nwords > 1)
        qsort(s->words, s->nwords, sizeof *s->words, compare_words);
    for (size_t i = 0; i < s->nwords && goes_on; i = next) {
        word->surface = s->words[i].surface;
        word->surface_bytes = (uint32_t)s->words[i].nbytes;
        word->occurrences = 0;
        for (next = i; next < s->nwords && compare_words(&s->words[i], &s->words[next]) == 0;
             next++)
            word->occurrences += s->words[next].occurrences;
        goes_on = visit(closure, word);
    }
}

static quire_status
of_stem(void *self, const char *stem, size_t nbytes, bool is_acronym, vocabulary_visitor visit,
        void *closure, quire_error *err)
{
    const quire_words *words = self;
    stem_words found = {0};
    vocabulary_word word = {.stem = stem, .stem_bytes = (uint32_t)nbytes, .is_acronym = is_acronym};
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < words->nsets && status == QUIRE_OK; i++) {
        const quire_passages *set = words->store->sets[i];

        status =
            segment_words_of_stem(set->segment, &set->taken, stem, nbytes, keep_word, &found, err);
    }
    if (status == QUIRE_OK && found.is_failed)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        visit_all(&found, &word, visit, closure);
    free(found.words);
    return quire_store_advise(status, err);
}

quire_status
quire_store_words(void *self, bool furniture, vocabulary *out, quire_error *err)
{
    quire_store *s = self;
    quire_words *words = &s->vocabularies[furniture];
    quire_status status = quire_store_sets(s, furniture, &words->nsets, err);

    words->store = s;
    *out = (vocabulary){
        .self = words, .with_prefix = with_prefix, .near = near_words, .of_stem = of_stem};
    return quire_store_advise(status, err);
}
