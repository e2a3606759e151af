/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_words.c - the words of the Xapian store, for query/vocabulary.h: terms without a prefix
 * and, for acronyms, those with XS: (store/terms.h).
 *
 * In the order of bytes acronyms, which are in capitals, stand between words that begin with digits
 * and those that begin with letters, as all prefixes do.  Stems are found by stemming. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "query/near_walk.h"
#include "store/terms.h"
#include "store/xapian_store.h"
#include "text/characters.h"

#define ACRONYM_PREFIX "XS:"
#define BEHIND_CAPITALS "["

/* One walk: which words are visited, and by whom. */
typedef struct {
    xap_db *db;
    stemmer *stemmer;
    const char *prefix; /* all begin with these bytes */
    size_t prefix_bytes;
    near_walk *near;  /* unless NULL: all are near this */
    const char *stem; /* unless NULL: all have it */
    size_t stem_bytes;
    bool of_acronym; /* that stem */

    bool in_acronyms;
    vocabulary_visitor visit;
    void *closure;
    bool goes_on;
    quire_status status;
    quire_error *err;
} walk;

static uint8_t
flags_of(const char *surface, size_t nbytes, bool is_acronym)
{
    unsigned length = 0;
    char plain;

    if (is_acronym)
        return TOKEN_ACRONYM;
    if (surface[0] >= '0' && surface[0] <= '9')
        return TOKEN_NUMBER;
    if ((unsigned char)surface[0] < 0x80)
        return 0;
    return characters_kind(utf8_decode(surface, nbytes, &length), &plain) == CHARACTER_DIGIT
               ? TOKEN_NUMBER
               : 0;
}

/* Visit a word that is among those asked for, as far as the stem does not say otherwise. */
static quire_status
visit_word(walk *w, const char *name, size_t name_bytes, const char *surface, size_t nbytes)
{
    vocabulary_word word = {
        .surface = surface, .surface_bytes = (uint32_t)nbytes, .is_acronym = w->in_acronyms};
    size_t stem_bytes = 0;
    quire_status status;

    word.stem = stemmer_stem(w->stemmer, surface, nbytes, flags_of(surface, nbytes, w->in_acronyms),
                             &stem_bytes);
    if (word.stem == NULL)
        return error_nomem(w->err);
    word.stem_bytes = (uint32_t)stem_bytes;
    if (w->stem != NULL && (w->of_acronym != w->in_acronyms || stem_bytes != w->stem_bytes ||
                            memcmp(word.stem, w->stem, stem_bytes) != 0))
        return QUIRE_OK;
    status = xap_db_collection_frequency(w->db, name, name_bytes, &word.occurrences, w->err);
    if (status == QUIRE_OK)
        w->goes_on = w->visit(w->closure, &word);
    return status;
}

/* The least bytes that are greater than all that begin with the first nbytes of the term; there
 * always are some, since UTF-8 has no byte 0xff. */
static void
skip_behind(const char *name, size_t nbytes, char *skip_to, size_t *skip_bytes)
{
    memcpy(skip_to, name, nbytes);
    skip_to[nbytes - 1] = (char)((uint8_t)skip_to[nbytes - 1] + 1);
    *skip_bytes = nbytes;
}

static bool
visit_term(void *closure, const char *name, size_t name_bytes, char *skip_to, size_t *skip_bytes)
{
    walk *w = closure;
    const size_t before = w->in_acronyms ? sizeof ACRONYM_PREFIX - 1 : 0;
    const char *surface = name + before;
    const size_t nbytes = name_bytes - before;
    size_t dead = 0;

    if (w->in_acronyms ? name_bytes <= before || memcmp(name, ACRONYM_PREFIX, before) != 0
                       : name[0] >= 'A' && name[0] <= 'Z')
        return false;
    if (nbytes < w->prefix_bytes || memcmp(surface, w->prefix, w->prefix_bytes) != 0)
        return false;
    if (utf8_valid_prefix(surface, nbytes) != nbytes) {
        w->status = error_set(w->err, QUIRE_ECORRUPT,
                              "the index is damaged: a word of it is no UTF-8; rebuild it with "
                              "quire-index");
        return false;
    }
    if (w->near == NULL || near_walk_next(w->near, surface, nbytes, &dead) <= w->near->limit)
        w->status = visit_word(w, name, name_bytes, surface, nbytes);
    if (dead > 0)
        skip_behind(name, before + dead, skip_to, skip_bytes);
    return w->status == QUIRE_OK && w->goes_on;
}

/* Walk through the terms from one on, as long as they are of its kind. */
static void
walk_from(walk *w, const char *start)
{
    char from[XAP_MAX_TERM];
    const size_t start_bytes = strlen(start);
    quire_status status;

    if (w->status != QUIRE_OK || !w->goes_on || w->prefix_bytes > TERM_MAX_BYTES)
        return;
    memcpy(from, start, start_bytes);
    memcpy(from + start_bytes, w->prefix, w->prefix_bytes);
    status = xap_db_terms_from(w->db, from, start_bytes + w->prefix_bytes, visit_term, w, w->err);
    if (w->status == QUIRE_OK)
        w->status = status;
}

static quire_status
run(walk *w)
{
    const char first = w->prefix_bytes > 0 ? w->prefix[0] : '\0';

    w->goes_on = true;
    if (w->prefix_bytes == 0 || first < 'A' || first > 'Z')
        walk_from(w, "");
    w->in_acronyms = true;
    if (w->prefix_bytes == 0 || (first >= 'A' && first <= 'Z'))
        walk_from(w, ACRONYM_PREFIX);
    w->in_acronyms = false;
    if (w->prefix_bytes == 0)
        walk_from(w, BEHIND_CAPITALS);
    return w->status;
}

/* ---- What a vocabulary does ---- */

static quire_status
begin(const xapian_words *words, walk *w, vocabulary_visitor visit, void *closure, quire_error *err)
{
    *w = (walk){.prefix = "",
                .stemmer = words->store->stemmer,
                .visit = visit,
                .closure = closure,
                .err = err};
    return xapian_store_database(words->store, words->furniture, &w->db, NULL, err);
}

static quire_status
with_prefix(void *self, const char *prefix, size_t nbytes, vocabulary_visitor visit, void *closure,
            quire_error *err)
{
    walk w;
    quire_status status = begin(self, &w, visit, closure, err);

    w.prefix = prefix;
    w.prefix_bytes = nbytes;
    return status == QUIRE_OK ? run(&w) : status;
}

static quire_status
near_words(void *self, const char *surface, size_t nbytes, unsigned edits, size_t same_bytes,
           vocabulary_visitor visit, void *closure, quire_error *err)
{
    near_walk *near = malloc(sizeof *near);
    walk w;
    quire_status status = QUIRE_OK;

    if (near == NULL)
        return error_nomem(err);
    if (near_walk_begin(near, surface, nbytes, edits)) {
        status = begin(self, &w, visit, closure, err);
        w.near = near;
        w.prefix = surface;
        w.prefix_bytes = same_bytes;
        if (status == QUIRE_OK)
            status = run(&w);
    }
    free(near);
    return status;
}

static quire_status
of_stem(void *self, const char *stem, size_t nbytes, bool is_acronym, vocabulary_visitor visit,
        void *closure, quire_error *err)
{
    walk w;
    quire_status status = begin(self, &w, visit, closure, err);

    w.stem = stem;
    w.stem_bytes = nbytes;
    w.of_acronym = is_acronym;
    return status == QUIRE_OK ? run(&w) : status;
}

quire_status
xapian_store_words(void *self, bool furniture, vocabulary *out, quire_error *err)
{
    xapian_store *s = self;
    xapian_words *words = &s->words_of[furniture];

    (void)err;
    *words = (xapian_words){.store = s, .furniture = furniture};
    *out = (vocabulary){
        .self = words, .with_prefix = with_prefix, .near = near_words, .of_stem = of_stem};
    return QUIRE_OK;
}
