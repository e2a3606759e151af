/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fold.c - the folded form of a word.
 *
 * Nearly every word of news is ASCII, or Latin letters with accents and a curly apostrophe, or
 * letters of a script that folding leaves alone.  Those are done character by character, by table.
 * A word that holds anything else goes through Unicode's own algorithms, as a whole, because there
 * a character's form depends on its neighbours.  Both ways give the same result. */
#include "text/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/utf8.h"

/* ---- The quick way ---- */

enum { LATIN_FIRST = 0xC0, LATIN_LAST = 0x17F };

/* U+00C0 to U+017F; empty where the character is no letter or folds to something beyond ASCII. */
static const char latin_folds[LATIN_LAST - LATIN_FIRST + 1][3] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c",  "e", "e", "e", "e", /* U+00C0 */
    "i", "i", "i",  "i",  "d", "n", "o",  "o",  "o", "o", "o", "",  /* U+00CC */
    "o", "u", "u",  "u",  "u", "y", "th", "ss", "a", "a", "a", "a", /* U+00D8 */
    "a", "a", "ae", "c",  "e", "e", "e",  "e",  "i", "i", "i", "i", /* U+00E4 */
    "d", "n", "o",  "o",  "o", "o", "o",  "",   "o", "u", "u", "u", /* U+00F0 */
    "u", "y", "th", "y",  "a", "a", "a",  "a",  "a", "a", "c", "c", /* U+00FC */
    "c", "c", "c",  "c",  "c", "c", "d",  "d",  "d", "d", "e", "e", /* U+0108 */
    "e", "e", "e",  "e",  "e", "e", "e",  "e",  "g", "g", "g", "g", /* U+0114 */
    "g", "g", "g",  "g",  "h", "h", "h",  "h",  "i", "i", "i", "i", /* U+0120 */
    "i", "i", "i",  "i",  "i", "i", "ij", "ij", "j", "j", "k", "k", /* U+012C */
    "",  "l", "l",  "l",  "l", "l", "l",  "",   "",  "l", "l", "n", /* U+0138 */
    "n", "n", "n",  "n",  "n", "",  "n",  "n",  "o", "o", "o", "o", /* U+0144 */
    "o", "o", "oe", "oe", "r", "r", "r",  "r",  "r", "r", "s", "s", /* U+0150 */
    "s", "s", "s",  "s",  "s", "s", "t",  "t",  "t", "t", "t", "t", /* U+015C */
    "u", "u", "u",  "u",  "u", "u", "u",  "u",  "u", "u", "u", "u", /* U+0168 */
    "w", "w", "y",  "y",  "y", "z", "z",  "z",  "z", "z", "z", "s", /* U+0174 */
};

/* Marks that stand for an apostrophe, the modifier letters of transliterations among them. */
static bool
is_apostrophe(uint32_t c)
{
    switch (c) {
    case '\'':
    case '`':
    case 0x00B4: /* acute accent, standing alone */
    case 0x02B9: /* modifier prime */
    case 0x02BB: /* turned comma, okina */
    case 0x02BC:
    case 0x02BD:
    case 0x02BE: /* half rings: hamza and ayin */
    case 0x02BF:
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
    case 0xFF07:
        return true;
    default:
        return false;
    }
}

/* Letters that folding leaves as they are, and that nothing behind them in these ranges joins. */
static bool
folds_to_itself(uint32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFC) || /* Han */
           (c >= 0xAC00 && c <= 0xD7A3) || /* Hangul syllables */
           (c >= 0x0430 && c <= 0x045F) || /* Cyrillic, small */
           (c >= 0x05D0 && c <= 0x05EA) || /* Hebrew */
           (c >= 0x0621 && c <= 0x063A) || /* Arabic */
           (c >= 0x0641 && c <= 0x064A) || /* Arabic */
           (c >= 0x3041 && c <= 0x3096) || /* Hiragana */
           (c >= 0x30A1 && c <= 0x30FA) || /* Katakana */
           (c >= 0x0E01 && c <= 0x0E30);   /* Thai */
}

/* Append the folded form of the character c, whose bytes are at text; false if it has no place
 * among the quick ones.  There is room in out for as many bytes as the character has. */
static bool
fold_quickly(uint32_t c, const char *text, size_t length, buffer *out)
{
    char *to = out->bytes + out->size;

    if (c >= LATIN_FIRST && c <= LATIN_LAST && latin_folds[c - LATIN_FIRST][0] != '\0') {
        const char *fold = latin_folds[c - LATIN_FIRST];
        size_t nbytes = strlen(fold);
        memcpy(to, fold, nbytes);
        out->size += nbytes;
    } else if (is_apostrophe(c)) {
        *to = '\'';
        out->size++;
    } else if (folds_to_itself(c)) {
        memcpy(to, text, length);
        out->size += length;
    } else if (c >= 0x0410 && c <= 0x042F) { /* Cyrillic, capital */
        c += 0x20;
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        out->size += 2;
    } else if (c != 0x00AD) { /* a soft hyphen leaves nothing */
        return false;
    }
    return true;
}

/* ---- The whole way ---- */

/* Latin letters without a decomposition, as newsrooms write them that do not have them. */
static const struct {
    uint16_t letter;
    char fold[3];
} undecomposed[] = {
    {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"}, {0x00FE, "th"}, {0x0111, "d"}, {0x0127, "h"},
    {0x0131, "i"},  {0x0142, "l"}, {0x014B, "n"}, {0x0153, "oe"}, {0x0167, "t"}, {0x0180, "b"},
    {0x0192, "f"},  {0x0199, "k"}, {0x01B4, "y"}, {0x0253, "b"},  {0x0254, "o"}, {0x0256, "d"},
    {0x0257, "d"},  {0x0259, "a"}, {0x025B, "e"}, {0x0268, "i"},  {0x0289, "u"},
};

static const char *
undecomposed_fold(uint32_t c)
{
    for (size_t i = 0; i < sizeof undecomposed / sizeof undecomposed[0]; i++)
        if (undecomposed[i].letter == c)
            return undecomposed[i].fold;
    return NULL;
}

/* Soft hyphens, joiners, marks of direction, variation selectors; blanks and controls, which some
 * compatibility forms hide, too. */
static bool
is_dropped(uint32_t c)
{
    return c <= 0x20 || c == 0x7F ||
           uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cc |
                                                   UC_CATEGORY_MASK_Z) ||
           uc_is_property_default_ignorable_code_point(c);
}

/* Is a mark behind this character an accent that readers leave out? */
static bool
loses_accents(uint32_t base)
{
    const uc_script_t *script;

    if (base < 0x80)
        return base != 0;
    script = uc_script(base);
    return script != NULL &&
           (strcmp(script->name, "Latin") == 0 || strcmp(script->name, "Greek") == 0);
}

/* Filter decomposed, case-folded characters into out, which has room for twice as many. */
static size_t
drop_and_replace(const uint32_t *in, size_t n, uint32_t *out)
{
    uint32_t base = 0;
    size_t size = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t c = in[i];
        if (is_dropped(c))
            continue;
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Me)) {
            if (!loses_accents(base))
                out[size++] = c;
            continue;
        }
        base = c;
        const char *fold = c < 0x80 ? NULL : undecomposed_fold(c);
        if (fold == NULL)
            out[size++] = is_apostrophe(c) ? '\'' : c;
        else
            while (*fold != '\0')
                out[size++] = (uint32_t)*fold++;
    }
    return size;
}

/* One round of folding; the result is for free(), NULL when memory is out. */
static uint32_t *
fold_once(const uint32_t *in, size_t n, size_t *n_out)
{
    uint32_t *own = malloc((n + 1) * sizeof *own);
    uint32_t *decomposed = NULL, *cased = NULL, *filtered = NULL, *folded = NULL;
    size_t ncased, nfiltered, ndecomposed, nfolded;

    if (own == NULL)
        goto done;
    for (size_t i = 0; i < n; i++) /* first, since NFKC takes some of them apart */
        own[i] = is_apostrophe(in[i]) ? '\'' : in[i];
    decomposed = u32_normalize(UNINORM_NFKD, own, n, NULL, &ndecomposed);
    if (decomposed == NULL)
        goto done;
    cased = u32_casefold(decomposed, ndecomposed, NULL, UNINORM_NFKD, NULL, &ncased);
    if (cased == NULL)
        goto done;
    filtered = malloc((2 * ncased + 1) * sizeof *filtered);
    if (filtered == NULL)
        goto done;
    nfiltered = drop_and_replace(cased, ncased, filtered);
    folded = u32_normalize(UNINORM_NFC, filtered, nfiltered, NULL, &nfolded);
    if (folded != NULL)
        *n_out = nfolded;
done:
    free(own);
    free(decomposed);
    free(cased);
    free(filtered);
    return folded;
}

static uint32_t *
decode_all(const char *word, size_t nbytes, size_t *n_out)
{
    uint32_t *characters = nbytes < SIZE_MAX / 8 ? malloc((nbytes + 1) * sizeof *characters) : NULL;
    size_t n = 0;

    if (characters == NULL)
        return NULL;
    for (size_t at = 0; at < nbytes;) {
        unsigned length;
        characters[n++] = utf8_decode(word + at, nbytes - at, &length);
        at += length;
    }
    *n_out = n;
    return characters;
}

/* Folding is repeated until it changes nothing, because one step may make work for an earlier one
 * (a letter that loses its ligature may then be accented).  Two rounds are the rule, and the
 * second only confirms; the limit is there so that no text can make it more than a few. */
static bool
fold_wholly(const char *word, size_t nbytes, buffer *out)
{
    enum { MAX_ROUNDS = 8 };
    bool ok = false;
    size_t n = 0;
    uint32_t *now = decode_all(word, nbytes, &n);

    if (now == NULL)
        return false;
    for (int round = 0; round < MAX_ROUNDS; round++) {
        size_t nnext = 0;
        uint32_t *next = fold_once(now, n, &nnext);
        if (next == NULL)
            goto done;
        bool same = nnext == n && (n == 0 || memcmp(next, now, n * sizeof *now) == 0);
        free(now);
        now = next;
        n = nnext;
        if (same)
            break;
    }
    for (size_t i = 0; i < n; i++)
        if (!utf8_append(out, now[i]))
            goto done;
    ok = true;
done:
    free(now);
    return ok;
}

bool
fold_word(const char *word, size_t nbytes, buffer *out)
{
    size_t size_before = out->size;

    if (!buffer_reserve(out, nbytes))
        return false;
    for (size_t at = 0; at < nbytes;) {
        unsigned char byte = (unsigned char)word[at];
        unsigned length = 1;
        if (byte < 0x80) {
            if (byte > 0x20 && byte != 0x7F)
                out->bytes[out->size++] = byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20)
                                          : byte == '`'              ? '\''
                                                                     : (char)byte;
        } else {
            uint32_t c = utf8_decode(word + at, nbytes - at, &length);
            if (!fold_quickly(c, word + at, length, out)) {
                out->size = size_before;
                out->bytes[out->size] = '\0';
                return fold_wholly(word, nbytes, out);
            }
        }
        at += length;
    }
    out->bytes[out->size] = '\0';
    return true;
}
