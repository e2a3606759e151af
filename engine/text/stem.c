/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stem.c - the stem of a word.
 *
 * A text has few words and many occurrences of each, so stems are remembered (stem_memo.h). */
#include "text/stem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <libstemmer.h>

#include "text/stem_memo.h"
#include "text/variants.h"
#include "text/word_lists.h"

_Static_assert((int)STEMMER_MAX_ENTRIES == (int)MEMO_MAX_WORDS, "the memo is where entries are");
_Static_assert(STEMMED_NO_ENTRY == MEMO_NO_NUMBER, "what has no number has no entry");

enum { STEM_FLAGS = TOKEN_ACRONYM | TOKEN_NUMBER }; /* those that a stem depends on */

struct stemmer {
    const stem_table *table; /* NULL: none */
    struct sb_stemmer *snowball;
    stem_memo memo;
    variants_beginning beginnings[VARIANTS_MAX_BEGINNINGS];
    size_t nbeginnings;
    char out[VARIANTS_MAX_BYTES];
    char without_entry[STEMMER_BATCH][VARIANTS_MAX_BYTES]; /* of stemmer_lookup_all */
};

/* Words for which Snowball's stem is that of another word, which news tells apart.  A word here has
 * this stem; its relatives that keep Snowball's are not listed.  A new entry needs every form of
 * its word, in American spelling, and a stem that no other word has. */
static const word_pair exceptions[] = {
    {"authorities", "authorit"},
    {"authority", "authorit"}, /* author */
    {"authorization", "authoriz"},
    {"authorizations", "authoriz"}, /* author */
    {"authorize", "authoriz"},
    {"authorized", "authoriz"},
    {"authorizes", "authoriz"},
    {"authorizing", "authoriz"},
    {"business", "business"}, /* busy */
    {"businesses", "business"},
    {"customer", "customer"}, /* customs */
    {"customers", "customer"},
    {"executive", "executiv"}, /* execution */
    {"executives", "executiv"},
    {"experience", "experienc"}, /* experiment */
    {"experiences", "experienc"},
    {"experiencing", "experienc"},
    {"experiment", "experiment"},
    {"experimented", "experiment"},
    {"experimenting", "experiment"},
    {"experiments", "experiment"},
    {"importance", "important"}, /* import */
    {"important", "important"},
    {"importantly", "important"},
    {"international", "international"}, /* intern */
    {"internationally", "international"},
    {"organization", "organiz"}, /* organ */
    {"organizational", "organiz"},
    {"organizationally", "organiz"},
    {"organizations", "organiz"},
    {"organize", "organiz"},
    {"organized", "organiz"},
    {"organizer", "organiz"},
    {"organizers", "organiz"},
    {"organizes", "organiz"},
    {"organizing", "organiz"},
    {"rational", "rational"}, /* ration */
    {"rationally", "rational"},
    {"several", "several"},        /* sever */
    {"universities", "universit"}, /* universe */
    {"university", "universit"},
};

stemmer *
stemmer_new(void)
{
    return stemmer_new_with(NULL);
}

static stemmer *
make(const stem_table *table, bool is_small)
{
    stemmer *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    if (table != NULL && table->nentries > 0)
        s->table = table;
    s->snowball = sb_stemmer_new("english", "UTF_8");
    s->nbeginnings = variants_beginnings(s->beginnings);
    if (!stem_memo_init(&s->memo, is_small) || s->snowball == NULL) {
        stemmer_free(s);
        return NULL;
    }
    return s;
}

stemmer *
stemmer_new_with(const stem_table *table)
{
    return make(table, false);
}

stemmer *
stemmer_new_small(const stem_table *table)
{
    return make(table, true);
}

void
stemmer_free(stemmer *s)
{
    if (s == NULL)
        return;
    if (s->snowball != NULL)
        sb_stemmer_delete(s->snowball);
    stem_memo_free(&s->memo);
    free(s);
}

/* The word without a possessive 's, if anything is left then. */
static size_t
without_possessive(const char *word, size_t nbytes)
{
    return nbytes > 2 && word[nbytes - 2] == '\'' && word[nbytes - 1] == 's' ? nbytes - 2 : nbytes;
}

/* Snowball's English knows the letters of ASCII.  A surface that was cut is no word any more. */
static bool
is_for_snowball(const char *word, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++)
        if ((unsigned char)word[i] >= 0x80 || word[i] == '~')
            return false;
    return true;
}

/* The stem of a word in the spelling that it has. */
static const char *
find_spelled(stemmer *s, const char *word, size_t nbytes, size_t *stem_bytes_out)
{
    const char *stem =
        word_lists_find(exceptions, sizeof exceptions / sizeof exceptions[0], word, nbytes);

    if (stem != NULL) {
        *stem_bytes_out = strlen(stem);
        return stem;
    }
    stem = (const char *)sb_stemmer_stem(s->snowball, (const sb_symbol *)word, (int)nbytes);
    if (stem == NULL)
        return NULL;
    *stem_bytes_out = (size_t)sb_stemmer_length(s->snowball);
    if (*stem_bytes_out == 0) { /* an apostrophe alone */
        *stem_bytes_out = nbytes;
        return word;
    }
    return stem;
}

/* The stem of a word in any spelling, no table being minded. */
static const char *
find_built_in(stemmer *s, const char *word, size_t nbytes, size_t *stem_bytes_out)
{
    const char *canonical = variants_canonical(word, &nbytes, s->out);

    return find_spelled(s, canonical, nbytes, stem_bytes_out);
}

/* The stem that a user's table has for a word; NULL if it has none, or memory is out. */
static const char *
find_in_table(stemmer *s, const char *word, size_t nbytes, size_t *stem_bytes_out)
{
    const stem_entry *entry = stem_table_find(s->table, word, nbytes);
    const stem_entry *other = NULL;

    if (entry != NULL && entry->is_word)
        other = stem_table_find(s->table, entry->stem, strlen(entry->stem));
    if (entry == NULL)
        return NULL;
    if (entry->is_word && (other == NULL || other->is_word))
        return find_built_in(s, entry->stem, strlen(entry->stem), stem_bytes_out);
    if (other != NULL)
        entry = other;
    *stem_bytes_out = strlen(entry->stem);
    return entry->stem;
}

/* The stem of a word, which stays until Snowball is called again; NULL when memory is out. */
static const char *
find_stem(stemmer *s, const char *word, size_t nbytes, size_t *stem_bytes_out)
{
    const char *stem = NULL;

    nbytes = without_possessive(word, nbytes);
    *stem_bytes_out = nbytes;
    if (!is_for_snowball(word, nbytes))
        return word;
    if (s->table != NULL)
        stem = find_in_table(s, word, nbytes, stem_bytes_out);
    return stem != NULL ? stem : find_built_in(s, word, nbytes, stem_bytes_out);
}

/* The same for any token. */
static const char *
find_token_stem(stemmer *s, const char *surface, size_t nbytes, unsigned flags,
                size_t *stem_bytes_out)
{
    if ((flags & STEM_FLAGS) == 0)
        return find_stem(s, surface, nbytes, stem_bytes_out);
    *stem_bytes_out = (flags & TOKEN_ACRONYM) != 0 ? nbytes : without_possessive(surface, nbytes);
    return surface;
}

/* Find the stem of a word that was not seen before, and remember it if there is room. */
static bool
look_up_new(stemmer *s, const memo_key *key, const char *surface, size_t nbytes, unsigned flags,
            stemmed *out)
{
    const memo_slot *slot;
    size_t stem_bytes;
    const char *stem = find_token_stem(s, surface, nbytes, flags, &stem_bytes);

    if (stem == NULL || !stem_memo_add(&s->memo, key, surface, stem, stem_bytes, &slot))
        return false;
    *out = (stemmed){.stem = slot == NULL ? stem : slot->stem,
                     .stem_bytes = (uint8_t)stem_bytes,
                     .entry = slot == NULL ? STEMMED_NO_ENTRY : slot->number};
    return true;
}

/* The stem of a word that has this key. */
static inline bool
look_up(stemmer *s, const memo_key *key, const char *surface, size_t nbytes, unsigned flags,
        stemmed *out)
{
    const memo_slot *slot = stem_memo_find(&s->memo, key, surface);

    if (slot == NULL)
        return look_up_new(s, key, surface, nbytes, flags, out);
    *out = (stemmed){.stem = slot->stem, .stem_bytes = slot->stem_bytes, .entry = slot->number};
    return true;
}

bool
stemmer_lookup(stemmer *s, const char *surface, size_t nbytes, unsigned flags, stemmed *out)
{
    assert(nbytes > 0 && nbytes <= WORDS_MAX_SURFACE);
    memo_key key = stem_memo_key(surface, nbytes, flags & STEM_FLAGS);

    return look_up(s, &key, surface, nbytes, flags, out);
}

/* Ask for the slot of a token in the memo. */
static inline void
prefetch_slot(const stemmer *s, const token_list *list, const token *t, memo_key *key)
{
    const char *surface = token_surface(list, t);

    if (list->forms.room - t->surface >= MEMO_INLINE_BYTES) /* then they may be read */
        *key = stem_memo_key_padded(surface, t->surface_bytes, t->flags & STEM_FLAGS);
    else
        *key = stem_memo_key(surface, t->surface_bytes, t->flags & STEM_FLAGS);
    stem_memo_prefetch(&s->memo, key);
}

/* Look up token number i of a batch. */
static inline bool
look_up_token(stemmer *s, const token_list *list, const token *t, const memo_key *key, size_t i,
              stemmed *out)
{
    if (!look_up(s, key, token_surface(list, t), t->surface_bytes, t->flags, out))
        return false;
    if (out->entry == STEMMED_NO_ENTRY)
        out->stem = memcpy(s->without_entry[i], out->stem, out->stem_bytes);
    return true;
}

/* The memo is larger than caches that are near, so its slots are asked for some words ahead. */
bool
stemmer_lookup_all(stemmer *s, const token_list *list, size_t first, size_t ntokens, stemmed *out)
{
    memo_key keys[STEMMER_BATCH];

    assert(ntokens <= STEMMER_BATCH && first + ntokens <= list->ntokens);
    for (size_t i = 0; i < ntokens; i++)
        prefetch_slot(s, list, &list->tokens[first + i], &keys[i]);
    for (size_t i = 0; i < ntokens; i++)
        if (!look_up_token(s, list, &list->tokens[first + i], &keys[i], i, &out[i]))
            return false;
    return true;
}

bool
stemmer_lookup_some(stemmer *s, const token_list *list, const uint32_t *numbers, size_t ntokens,
                    stemmed *out)
{
    memo_key keys[STEMMER_BATCH];

    assert(ntokens <= STEMMER_BATCH);
    for (size_t i = 0; i < ntokens; i++)
        prefetch_slot(s, list, &list->tokens[numbers[i]], &keys[i]);
    for (size_t i = 0; i < ntokens; i++)
        if (!look_up_token(s, list, &list->tokens[numbers[i]], &keys[i], i, &out[i]))
            return false;
    return true;
}

const char *
stemmer_stem_as_spelled(stemmer *s, const char *surface, size_t nbytes, size_t *stem_bytes_out)
{
    const char *stem = NULL;

    nbytes = without_possessive(surface, nbytes);
    *stem_bytes_out = nbytes;
    if (!is_for_snowball(surface, nbytes))
        return surface;
    if (s->table != NULL)
        stem = find_in_table(s, surface, nbytes, stem_bytes_out);
    return stem != NULL ? stem : find_spelled(s, surface, nbytes, stem_bytes_out);
}

const char *
stemmer_stem(stemmer *s, const char *surface, size_t nbytes, uint8_t flags, size_t *stem_bytes_out)
{
    stemmed found;

    if (!stemmer_lookup(s, surface, nbytes, flags, &found))
        return NULL;
    *stem_bytes_out = found.stem_bytes;
    return found.stem;
}

/* ---- Words that may have a stem ---- */

static void
set_bit(stem_filter *f, const char bytes[2])
{
    const unsigned bit = stem_filter_bit((unsigned char)bytes[0], (unsigned char)bytes[1]);

    f->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* Snowball cuts words at their ends, not into their first two letters, unless one is all that it
 * leaves; and before that it takes away an apostrophe, which the filter lets through. */
void
stem_filter_add(stem_filter *f, const stemmer *s, const char *stem, size_t nbytes)
{
    /* Those that it has in a table: dying and die, lying and lie, tying and tie. */
    static const variants_beginning snowballs[] = {
        {"dy", "di"},
        {"ly", "li"},
        {"ty", "ti"},
    };

    if (s->table != NULL) { /* whose words may begin with anything */
        memset(f->bits, 0xff, sizeof f->bits);
        return;
    }
    if (nbytes < 2) {
        for (int second = 0; second < 32 && nbytes > 0; second++)
            set_bit(f, (char[2]){stem[0], (char)second});
        return;
    }
    set_bit(f, stem);
    for (size_t i = 0; i < sizeof snowballs / sizeof snowballs[0]; i++)
        if (memcmp(snowballs[i].canonical, stem, 2) == 0)
            set_bit(f, snowballs[i].word);
    for (size_t i = 0; i < s->nbeginnings; i++)
        if (memcmp(s->beginnings[i].canonical, stem, 2) == 0)
            set_bit(f, s->beginnings[i].word);
}
