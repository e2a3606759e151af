/* SPDX-License-Identifier: GPL-3.0-or-later */
/* abbreviations.c - the words that sentences.c asks about, in sorted tables.
 *
 * Months, American states and streets stand among those that may end a sentence: "in Dec. The".
 * Dotted initials (U.S., a.m.) are found by their form and need no entry. */
#include "text/abbreviations.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    char word[ABBREVIATIONS_MAX_BYTES];
    abbreviation_kind kind;
    bool needs_capital; /* an ordinary word in lower case: mass, miss, wash */
} abbreviation;

/* Sorted by word. */
static const abbreviation abbreviations[] = {
    {"adm", ABBREVIATION_ALWAYS, false},    {"al", ABBREVIATION_OFTEN, false},
    {"ala", ABBREVIATION_OFTEN, false},     {"ald", ABBREVIATION_ALWAYS, false},
    {"amb", ABBREVIATION_ALWAYS, false},    {"approx", ABBREVIATION_ALWAYS, false},
    {"apr", ABBREVIATION_OFTEN, false},     {"ariz", ABBREVIATION_OFTEN, false},
    {"ark", ABBREVIATION_OFTEN, true},      {"art", ABBREVIATION_NUMBER, true},
    {"arts", ABBREVIATION_NUMBER, false},   {"assn", ABBREVIATION_ALWAYS, false},
    {"assoc", ABBREVIATION_OFTEN, false},   {"asst", ABBREVIATION_ALWAYS, false},
    {"atty", ABBREVIATION_ALWAYS, false},   {"aug", ABBREVIATION_OFTEN, false},
    {"ave", ABBREVIATION_OFTEN, false},     {"avg", ABBREVIATION_OFTEN, false},
    {"b.sc", ABBREVIATION_OFTEN, false},    {"blvd", ABBREVIATION_OFTEN, false},
    {"brig", ABBREVIATION_ALWAYS, false},   {"bros", ABBREVIATION_OFTEN, false},
    {"c", ABBREVIATION_NUMBER, false},      {"ca", ABBREVIATION_NUMBER, false},
    {"calif", ABBREVIATION_OFTEN, false},   {"capt", ABBREVIATION_ALWAYS, false},
    {"cdr", ABBREVIATION_ALWAYS, false},    {"cf", ABBREVIATION_ALWAYS, false},
    {"ch", ABBREVIATION_NUMBER, false},     {"chap", ABBREVIATION_NUMBER, false},
    {"cmdr", ABBREVIATION_ALWAYS, false},   {"cmndr", ABBREVIATION_ALWAYS, false},
    {"co", ABBREVIATION_OFTEN, false},      {"col", ABBREVIATION_ALWAYS, true},
    {"colo", ABBREVIATION_OFTEN, false},    {"conn", ABBREVIATION_OFTEN, false},
    {"corp", ABBREVIATION_OFTEN, false},    {"cos", ABBREVIATION_OFTEN, true},
    {"cpl", ABBREVIATION_ALWAYS, false},    {"dec", ABBREVIATION_OFTEN, true},
    {"del", ABBREVIATION_OFTEN, true},      {"dep't", ABBREVIATION_OFTEN, false},
    {"dept", ABBREVIATION_OFTEN, false},    {"depts", ABBREVIATION_OFTEN, false},
    {"det", ABBREVIATION_ALWAYS, false},    {"dist", ABBREVIATION_OFTEN, true},
    {"div", ABBREVIATION_OFTEN, false},     {"dr", ABBREVIATION_ALWAYS, false},
    {"eg", ABBREVIATION_ALWAYS, false},     {"ens", ABBREVIATION_ALWAYS, false},
    {"esq", ABBREVIATION_OFTEN, false},     {"est", ABBREVIATION_OFTEN, false},
    {"etc", ABBREVIATION_OFTEN, false},     {"feb", ABBREVIATION_OFTEN, false},
    {"fig", ABBREVIATION_NUMBER, false},    {"figs", ABBREVIATION_NUMBER, false},
    {"fla", ABBREVIATION_OFTEN, false},     {"fr", ABBREVIATION_ALWAYS, true},
    {"ft", ABBREVIATION_OFTEN, false},      {"ga", ABBREVIATION_OFTEN, false},
    {"gen", ABBREVIATION_ALWAYS, true},     {"gov", ABBREVIATION_ALWAYS, false},
    {"gov't", ABBREVIATION_OFTEN, false},   {"govs", ABBREVIATION_ALWAYS, false},
    {"govt", ABBREVIATION_OFTEN, false},    {"hon", ABBREVIATION_ALWAYS, true},
    {"hr", ABBREVIATION_ALWAYS, false},     {"hrs", ABBREVIATION_OFTEN, false},
    {"hwy", ABBREVIATION_OFTEN, false},     {"ie", ABBREVIATION_ALWAYS, false},
    {"ill", ABBREVIATION_OFTEN, true},      {"inc", ABBREVIATION_OFTEN, false},
    {"ind", ABBREVIATION_OFTEN, true},      {"insp", ABBREVIATION_ALWAYS, false},
    {"inst", ABBREVIATION_OFTEN, true},     {"int'l", ABBREVIATION_OFTEN, false},
    {"intl", ABBREVIATION_OFTEN, false},    {"jan", ABBREVIATION_OFTEN, false},
    {"jr", ABBREVIATION_OFTEN, false},      {"jul", ABBREVIATION_OFTEN, false},
    {"jun", ABBREVIATION_OFTEN, false},     {"kan", ABBREVIATION_OFTEN, false},
    {"ky", ABBREVIATION_OFTEN, false},      {"la", ABBREVIATION_OFTEN, true},
    {"lieut", ABBREVIATION_ALWAYS, false},  {"ll.b", ABBREVIATION_OFTEN, false},
    {"ll.m", ABBREVIATION_OFTEN, false},    {"lt", ABBREVIATION_ALWAYS, false},
    {"ltd", ABBREVIATION_OFTEN, false},     {"m.phil", ABBREVIATION_OFTEN, false},
    {"m.sc", ABBREVIATION_OFTEN, false},    {"maj", ABBREVIATION_ALWAYS, false},
    {"mar", ABBREVIATION_OFTEN, true},      {"mass", ABBREVIATION_OFTEN, true},
    {"max", ABBREVIATION_OFTEN, false},     {"md", ABBREVIATION_OFTEN, false},
    {"messrs", ABBREVIATION_ALWAYS, false}, {"mich", ABBREVIATION_OFTEN, false},
    {"min", ABBREVIATION_OFTEN, false},     {"minn", ABBREVIATION_OFTEN, false},
    {"mins", ABBREVIATION_OFTEN, false},    {"miss", ABBREVIATION_OFTEN, true},
    {"mlle", ABBREVIATION_ALWAYS, false},   {"mme", ABBREVIATION_ALWAYS, false},
    {"mo", ABBREVIATION_OFTEN, false},      {"mont", ABBREVIATION_OFTEN, false},
    {"mr", ABBREVIATION_ALWAYS, false},     {"mrs", ABBREVIATION_ALWAYS, false},
    {"ms", ABBREVIATION_ALWAYS, false},     {"msgr", ABBREVIATION_ALWAYS, false},
    {"mt", ABBREVIATION_OFTEN, false},      {"mx", ABBREVIATION_ALWAYS, false},
    {"nat'l", ABBREVIATION_OFTEN, false},   {"natl", ABBREVIATION_OFTEN, false},
    {"neb", ABBREVIATION_OFTEN, false},     {"nev", ABBREVIATION_OFTEN, false},
    {"no", ABBREVIATION_NUMBER, false},     {"nos", ABBREVIATION_NUMBER, false},
    {"nov", ABBREVIATION_OFTEN, false},     {"oct", ABBREVIATION_OFTEN, false},
    {"okla", ABBREVIATION_OFTEN, false},    {"ore", ABBREVIATION_OFTEN, true},
    {"p", ABBREVIATION_NUMBER, false},      {"pa", ABBREVIATION_OFTEN, true},
    {"para", ABBREVIATION_NUMBER, false},   {"paras", ABBREVIATION_NUMBER, false},
    {"penn", ABBREVIATION_OFTEN, false},    {"pfc", ABBREVIATION_ALWAYS, false},
    {"ph.d", ABBREVIATION_OFTEN, false},    {"plc", ABBREVIATION_OFTEN, false},
    {"pp", ABBREVIATION_NUMBER, false},     {"pres", ABBREVIATION_ALWAYS, true},
    {"prof", ABBREVIATION_ALWAYS, false},   {"pty", ABBREVIATION_OFTEN, false},
    {"pvt", ABBREVIATION_ALWAYS, false},    {"rd", ABBREVIATION_OFTEN, false},
    {"rep", ABBREVIATION_ALWAYS, true},     {"reps", ABBREVIATION_ALWAYS, false},
    {"ret", ABBREVIATION_OFTEN, true},      {"rev", ABBREVIATION_ALWAYS, true},
    {"rm", ABBREVIATION_NUMBER, false},     {"rs", ABBREVIATION_NUMBER, false},
    {"sec", ABBREVIATION_NUMBER, true},     {"sec'y", ABBREVIATION_ALWAYS, false},
    {"secs", ABBREVIATION_NUMBER, false},   {"sen", ABBREVIATION_ALWAYS, true},
    {"sens", ABBREVIATION_ALWAYS, false},   {"sep", ABBREVIATION_OFTEN, false},
    {"sept", ABBREVIATION_OFTEN, false},    {"sgt", ABBREVIATION_ALWAYS, false},
    {"sr", ABBREVIATION_OFTEN, false},      {"st", ABBREVIATION_OFTEN, false},
    {"ste", ABBREVIATION_OFTEN, true},      {"supt", ABBREVIATION_ALWAYS, false},
    {"tenn", ABBREVIATION_OFTEN, false},    {"tex", ABBREVIATION_OFTEN, false},
    {"thurs", ABBREVIATION_OFTEN, false},   {"tues", ABBREVIATION_OFTEN, false},
    {"univ", ABBREVIATION_OFTEN, false},    {"v", ABBREVIATION_ALWAYS, false},
    {"va", ABBREVIATION_OFTEN, false},      {"viz", ABBREVIATION_ALWAYS, false},
    {"vol", ABBREVIATION_NUMBER, false},    {"vols", ABBREVIATION_NUMBER, false},
    {"vs", ABBREVIATION_ALWAYS, false},     {"vt", ABBREVIATION_OFTEN, false},
    {"w.va", ABBREVIATION_OFTEN, false},    {"wash", ABBREVIATION_OFTEN, true},
    {"wis", ABBREVIATION_OFTEN, false},     {"wyo", ABBREVIATION_OFTEN, false},
};

typedef struct {
    char word[ABBREVIATIONS_MAX_BYTES];
    opener_kind kind;
} opener;

/* Sorted by word. */
static const opener openers[] = {
    {"a", OPENER_LETTER},     {"according", OPENER_WEAK}, {"after", OPENER_WEAK},
    {"also", OPENER_WEAK},    {"although", OPENER_WEAK},  {"among", OPENER_WEAK},
    {"and", OPENER_WEAK},     {"another", OPENER_WEAK},   {"as", OPENER_WEAK},
    {"at", OPENER_WEAK},      {"because", OPENER_WEAK},   {"before", OPENER_WEAK},
    {"both", OPENER_WEAK},    {"but", OPENER_WEAK},       {"by", OPENER_WEAK},
    {"despite", OPENER_WEAK}, {"during", OPENER_WEAK},    {"each", OPENER_WEAK},
    {"for", OPENER_WEAK},     {"from", OPENER_WEAK},      {"he", OPENER_STRONG},
    {"her", OPENER_WEAK},     {"his", OPENER_WEAK},       {"how", OPENER_WEAK},
    {"however", OPENER_WEAK}, {"i", OPENER_LETTER},       {"if", OPENER_WEAK},
    {"in", OPENER_WEAK},      {"it", OPENER_STRONG},      {"its", OPENER_WEAK},
    {"many", OPENER_WEAK},    {"meanwhile", OPENER_WEAK}, {"mr", OPENER_STRONG},
    {"mrs", OPENER_STRONG},   {"ms", OPENER_STRONG},      {"my", OPENER_WEAK},
    {"not", OPENER_WEAK},     {"on", OPENER_WEAK},        {"once", OPENER_WEAK},
    {"or", OPENER_WEAK},      {"our", OPENER_WEAK},       {"she", OPENER_STRONG},
    {"since", OPENER_WEAK},   {"so", OPENER_WEAK},        {"some", OPENER_WEAK},
    {"that", OPENER_WEAK},    {"the", OPENER_STRONG},     {"their", OPENER_WEAK},
    {"then", OPENER_WEAK},    {"there", OPENER_STRONG},   {"these", OPENER_STRONG},
    {"they", OPENER_STRONG},  {"this", OPENER_STRONG},    {"those", OPENER_STRONG},
    {"to", OPENER_WEAK},      {"under", OPENER_WEAK},     {"until", OPENER_WEAK},
    {"we", OPENER_STRONG},    {"what", OPENER_WEAK},      {"when", OPENER_WEAK},
    {"where", OPENER_WEAK},   {"while", OPENER_WEAK},     {"who", OPENER_WEAK},
    {"why", OPENER_WEAK},     {"with", OPENER_WEAK},      {"you", OPENER_STRONG},
    {"your", OPENER_WEAK},
};

/* Both tables begin their elements with the word. */
static int
compare_word(const void *key, const void *element)
{
    return strcmp(key, element);
}

/* Copy word, ASCII letters in lower case; false where it is longer than any of the tables. */
static bool
copy_lower(const char *word, size_t nbytes, char lower[ABBREVIATIONS_MAX_BYTES])
{
    if (nbytes == 0 || nbytes >= ABBREVIATIONS_MAX_BYTES)
        return false;
    for (size_t i = 0; i < nbytes; i++)
        lower[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] | 0x20 : word[i]);
    lower[nbytes] = '\0';
    return true;
}

abbreviation_kind
abbreviations_kind(const char *word, size_t nbytes)
{
    char lower[ABBREVIATIONS_MAX_BYTES];
    const abbreviation *found;

    if (!copy_lower(word, nbytes, lower))
        return ABBREVIATION_NONE;
    found = bsearch(lower, abbreviations, sizeof abbreviations / sizeof *abbreviations,
                    sizeof *abbreviations, compare_word);
    if (found == NULL || (found->needs_capital && *word == *lower))
        return ABBREVIATION_NONE;
    return found->kind;
}

opener_kind
abbreviations_opener(const char *word, size_t nbytes)
{
    char lower[ABBREVIATIONS_MAX_BYTES];
    const opener *found;

    if (!copy_lower(word, nbytes, lower))
        return OPENER_NONE;
    found =
        bsearch(lower, openers, sizeof openers / sizeof *openers, sizeof *openers, compare_word);
    return found == NULL ? OPENER_NONE : found->kind;
}

bool
abbreviations_is_name_with_mark(const char *word, size_t nbytes)
{
    char lower[ABBREVIATIONS_MAX_BYTES];

    return copy_lower(word, nbytes, lower) &&
           (strcmp(lower, "yahoo") == 0 || strcmp(lower, "jeopardy") == 0);
}
