/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stem.c - the stem of a word.
 *
 * A text has few words and many occurrences of each, so stems are remembered: in a table of fixed
 * size in which every word has one place, and a newcomer takes the place over. */
#include "text/stem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libstemmer.h>

#include "base/hash.h"
#include "text/variants.h"
#include "text/word_lists.h"

enum { MEMO_PLACES = 65536, MEMO_WORD_BYTES = 30, MEMO_STEM_BYTES = 32 };

typedef struct {
    uint8_t word_bytes; /* 0: nobody's place */
    uint8_t stem_bytes;
    char word[MEMO_WORD_BYTES];
    char stem[MEMO_STEM_BYTES];
} memo_place;

struct stemmer {
    struct sb_stemmer *snowball;
    memo_place *memo; /* MEMO_PLACES */
    char out[VARIANTS_MAX_BYTES];
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
    stemmer *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->snowball = sb_stemmer_new("english", "UTF_8");
    s->memo = calloc(MEMO_PLACES, sizeof *s->memo);
    if (s->snowball == NULL || s->memo == NULL) {
        stemmer_free(s);
        return NULL;
    }
    return s;
}

void
stemmer_free(stemmer *s)
{
    if (s == NULL)
        return;
    if (s->snowball != NULL)
        sb_stemmer_delete(s->snowball);
    free(s->memo);
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

/* The stem of a word, which stays until Snowball is called again; NULL when memory is out. */
static const char *
find_stem(stemmer *s, const char *word, size_t nbytes, bool as_spelled, size_t *stem_bytes_out)
{
    nbytes = without_possessive(word, nbytes);
    *stem_bytes_out = nbytes;
    if (!is_for_snowball(word, nbytes))
        return word;

    const char *canonical = as_spelled ? word : variants_canonical(word, &nbytes, s->out);
    const char *stem =
        word_lists_find(exceptions, sizeof exceptions / sizeof exceptions[0], canonical, nbytes);
    if (stem != NULL) {
        *stem_bytes_out = strlen(stem);
        return stem;
    }
    stem = (const char *)sb_stemmer_stem(s->snowball, (const sb_symbol *)canonical, (int)nbytes);
    if (stem == NULL)
        return NULL;
    *stem_bytes_out = (size_t)sb_stemmer_length(s->snowball);
    if (*stem_bytes_out == 0) { /* an apostrophe alone */
        *stem_bytes_out = nbytes;
        return canonical;
    }
    return stem;
}

const char *
stemmer_stem(stemmer *s, const char *surface, size_t nbytes, uint8_t flags, size_t *stem_bytes_out)
{
    if ((flags & TOKEN_ACRONYM) != 0) {
        *stem_bytes_out = nbytes;
        return surface;
    }
    if ((flags & TOKEN_NUMBER) != 0) {
        *stem_bytes_out = without_possessive(surface, nbytes);
        return surface;
    }
    if (nbytes > MEMO_WORD_BYTES || nbytes == 0)
        return find_stem(s, surface, nbytes, false, stem_bytes_out);

    memo_place *place = &s->memo[hash_bytes(surface, nbytes) % MEMO_PLACES];
    if (place->word_bytes == nbytes && memcmp(place->word, surface, nbytes) == 0) {
        *stem_bytes_out = place->stem_bytes;
        return place->stem;
    }
    const char *stem = find_stem(s, surface, nbytes, false, stem_bytes_out);
    if (stem == NULL || *stem_bytes_out > MEMO_STEM_BYTES)
        return stem;
    place->word_bytes = (uint8_t)nbytes;
    memcpy(place->word, surface, nbytes);
    place->stem_bytes = (uint8_t)*stem_bytes_out;
    memcpy(place->stem, stem, *stem_bytes_out);
    return place->stem;
}

const char *
stemmer_stem_as_spelled(stemmer *s, const char *surface, size_t nbytes, size_t *stem_bytes_out)
{
    return find_stem(s, surface, nbytes, true, stem_bytes_out);
}
