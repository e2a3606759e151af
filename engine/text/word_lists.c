/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word_lists.c - the words that the tokenizer knows by name: acronyms, units, function words.
 *
 * Each table ascends by strcmp. */
#include "text/word_lists.h"

#include <stdint.h>

/* Only acronyms that become another, ordinary word when case is lost.  An acronym that does not
 * (NATO, UNSC, COVID) is better left a word, because newspapers disagree on its capitals. */
static const char *const acronyms[] = {
    "AIDS", "CARE", "COP",  "ICE",   "IS", "IT", "NICE",
    "NUT",  "PEN",  "SALT", "START", "UN", "US", "WHO",
};

/* Of each letter, bits of those that stand behind it in an acronym that it begins; test_words has
 * all acronyms, and would miss one here. */
#define BEHIND(letter) (UINT32_C(1) << ((letter) - 'A'))
static const uint32_t acronym_beginnings[26] = {
    ['A' - 'A'] = BEHIND('I'),
    ['C' - 'A'] = BEHIND('A') | BEHIND('O'),
    ['I' - 'A'] = BEHIND('C') | BEHIND('S') | BEHIND('T'),
    ['N' - 'A'] = BEHIND('I') | BEHIND('U'),
    ['P' - 'A'] = BEHIND('E'),
    ['S' - 'A'] = BEHIND('A') | BEHIND('T'),
    ['U' - 'A'] = BEHIND('N') | BEHIND('S'),
    ['W' - 'A'] = BEHIND('H'),
};

/* Units written without a blank.  Some mean two things (m: metres and millions, k: a thousand and
 * kelvin, p: pence and lines of a screen, c is left out); that does no harm, as the parts are found
 * alone and together whatever they mean.  g is no unit, because of 5G, and s none, because of the
 * 1990s. */
static const char *const units[] = {
    "am",  "b",   "bn", "bps", "cm",  "ft", "gb", "ghz", "gw", "hz", "k",   "kb",
    "kg",  "khz", "km", "kmh", "kph", "kw", "lb", "lbs", "m",  "mb", "mhz", "ml",
    "mln", "mm",  "mn", "mph", "mw",  "oz", "p",  "pm",  "tb", "tn", "trn",
};

/* Words that decide nothing when they stand among others.  Negations are left out, and so are
 * words that news queries are about (who, will, us, may, after, against). */
static const char *const function_words[] = {
    "a",   "an",    "and",  "are",   "as",    "at",    "be",   "been", "being", "by",
    "for", "from",  "had",  "has",   "have",  "he",    "her",  "hers", "him",   "his",
    "i",   "if",    "in",   "into",  "is",    "it",    "it's", "its",  "me",    "my",
    "of",  "on",    "or",   "our",   "ours",  "she",   "so",   "such", "than",  "that",
    "the", "their", "them", "then",  "there", "these", "they", "this", "those", "to",
    "was", "we",    "were", "which", "with",  "you",   "your",
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* entry beside word, as strcmp would have it if word ended in a NUL.  Most differ at once. */
static inline int
compare(const char *entry, const char *word, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++) {
        if (entry[i] == '\0')
            return -1;
        if (entry[i] != word[i])
            return (unsigned char)entry[i] < (unsigned char)word[i] ? -1 : 1;
    }
    return entry[nbytes] != '\0';
}

bool
word_lists_holds(const char *const *table, size_t nwords, const char *word, size_t nbytes)
{
    size_t low = 0, high = nwords;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(table[middle], word, nbytes);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

const char *
word_lists_find(const word_pair *table, size_t npairs, const char *word, size_t nbytes)
{
    size_t low = 0, high = npairs;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(table[middle].word, word, nbytes);
        if (order == 0)
            return table[middle].meaning;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool
word_lists_is_acronym(const char *word, size_t nbytes)
{
    return word_lists_holds(acronyms, COUNT(acronyms), word, nbytes);
}

bool
word_lists_begins_acronym(const char two[2])
{
    const unsigned first = (unsigned)(two[0] - 'A');
    const unsigned second = (unsigned)(two[1] - 'A');

    return first < 26 && second < 26 && (acronym_beginnings[first] >> second & 1) != 0;
}

bool
word_lists_is_unit(const char *word, size_t nbytes)
{
    return word_lists_holds(units, COUNT(units), word, nbytes);
}

bool
word_lists_is_function_word(const char *word, size_t nbytes)
{
    return word_lists_holds(function_words, COUNT(function_words), word, nbytes);
}
