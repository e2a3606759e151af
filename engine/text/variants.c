/* SPDX-License-Identifier: GPL-3.0-or-later */
/* variants.c - spelling variants of one word, by tables and a few rules that work on tables.
 *
 * Left alone, though they look the part: words that are spelled alike everywhere (exercise,
 * promise, television, tour), and pairs that are two words for somebody (metre and meter, storey
 * and story, tyre and tire, cheque and check).  A word that both spellings share but that means
 * more than one thing (analyses) is left alone too. */
#include "text/variants.h"

#include <assert.h>
#include <string.h>

#include "text/word_lists.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Verbs in -ise, without it. */
static const char *const ise_roots[] = {
    "agon",        "american",   "anglic",        "antagon",   "apolog",        "arab",
    "author",      "bapt",       "bastard",       "bowdler",   "brutal",        "burglar",
    "cannibal",    "canon",      "capital",       "carbon",    "categor",       "cauter",
    "central",     "character",  "civil",         "collectiv", "colon",         "commercial",
    "computer",    "conceptual", "contextual",    "corporat",  "criminal",      "critic",
    "crystall",    "custom",     "decarbon",      "decentral", "decolon",       "decriminal",
    "dehuman",     "demilitar",  "demobil",       "democrat",  "demon",         "demonet",
    "demoral",     "denational", "depressur",     "deput",     "deradical",     "deregular",
    "desensit",    "destabil",   "digit",         "digital",   "disorgan",      "dramat",
    "econom",      "emphas",     "energ",         "epitom",    "equal",         "eternal",
    "eulog",       "euthan",     "evangel",       "external",  "factor",        "familiar",
    "fantas",      "fertil",     "final",         "formal",    "fossil",        "fratern",
    "galvan",      "general",    "glamor",        "global",    "harmon",        "homogen",
    "hospital",    "human",      "hybrid",        "hypnot",    "hypothes",      "ideal",
    "idol",        "immobil",    "immortal",      "immun",     "incentiv",      "individual",
    "industrial",  "initial",    "institutional", "internal",  "international", "islam",
    "italic",      "item",       "jeopard",       "legal",     "legitim",       "liberal",
    "lion",        "local",      "magnet",        "marginal",  "material",      "maxim",
    "mechan",      "memor",      "memorial",      "mesmer",    "militar",       "miniatur",
    "minim",       "mobil",      "modern",        "monet",     "monopol",       "moral",
    "motor",       "national",   "natural",       "neutral",   "normal",        "notar",
    "nuclear",     "optim",      "organ",         "ostrac",    "oxid",          "pasteur",
    "patron",      "pedestrian", "penal",         "personal",  "philosoph",     "plagiar",
    "polar",       "politic",    "polymer",       "popular",   "prior",         "privat",
    "proselyt",    "public",     "pulver",        "radical",   "random",        "rational",
    "real",        "reauthor",   "recapital",     "recogn",    "remilitar",     "reorgan",
    "reprior",     "revital",    "revolution",    "romantic",  "sanit",         "satir",
    "scandal",     "scrutin",    "secular",       "securit",   "sensational",   "sensit",
    "serial",      "sexual",     "social",        "special",   "stabil",        "standard",
    "steril",      "stigmat",    "strateg",       "subsid",    "summar",        "symbol",
    "sympath",     "synchron",   "synthes",       "systemat",  "tantal",        "tempor",
    "territorial", "terror",     "theor",         "token",     "total",         "tranquill",
    "traumat",     "trivial",    "tyrann",        "unauthor",  "underutil",     "union",
    "unorgan",     "unrecogn",   "urban",         "util",      "vandal",        "vapor",
    "verbal",      "victim",     "visual",        "vital",     "vocal",         "vulcan",
    "weapon",      "western",
};

static const char *const ise_endings[] = {
    "able", "ably", "e", "ed", "er", "ers", "es", "ing",
};

/* Nouns in -isation that no spelling writes with a z. */
static const char *const isation_exceptions[] = {
    "improvisation",
    "improvisational",
    "improvisations",
};

/* Words in -our that are -or in American English. */
static const char *const our_words[] = {
    "arbour",       "ardour",       "armour",    "behaviour",   "belabour",  "candour", "clamour",
    "colour",       "demeanour",    "discolour", "disfavour",   "dishonour", "enamour", "endeavour",
    "favour",       "fervour",      "flavour",   "harbour",     "honour",    "humour",  "labour",
    "misbehaviour", "misdemeanour", "neighbour", "odour",       "parlour",   "rancour", "rigour",
    "rumour",       "saviour",      "savour",    "splendour",   "succour",   "tumour",  "unfavour",
    "valour",       "vapour",       "vigour",    "watercolour",
};

static const char *const our_endings[] = {
    "",    "able", "ably", "al",  "ally", "ed",   "er",    "ers",  "ful", "fully", "hood", "hoods",
    "ing", "ings", "ism",  "ist", "ite",  "ites", "itism", "less", "ly",  "s",     "y",
};

/* Words in -l that double it before an ending only in British English. */
static const char *const l_words[] = {
    "barrel", "bevel",  "cancel",  "carol",   "channel", "chisel",  "counsel", "dial",
    "duel",   "enamel", "equal",   "fuel",    "funnel",  "gravel",  "grovel",  "initial",
    "jewel",  "label",  "level",   "libel",   "marshal", "marvel",  "model",   "panel",
    "parcel", "pedal",  "pencil",  "quarrel", "ravel",   "refuel",  "remodel", "revel",
    "rival",  "shovel", "shrivel", "signal",  "snivel",  "snorkel", "spiral",  "stencil",
    "swivel", "total",  "towel",   "travel",  "tunnel",  "unravel", "victual", "yodel",
};

static const char *const l_endings[] = {
    "ed", "er", "ers", "ing", "ings", "or", "ors", "ous", "ously",
};

/* The rest, word by word.  Of programme only these two forms: programmed and programmer are spelled
 * alike everywhere.  Written-out units stand beside what agencies make of them. */
static const word_pair spellings[] = {
    {"acknowledgement", "acknowledgment"},
    {"acknowledgements", "acknowledgments"},
    {"aeroplane", "airplane"},
    {"aeroplanes", "airplanes"},
    {"ageing", "aging"},
    {"aluminium", "aluminum"},
    {"amongst", "among"},
    {"amphitheatre", "amphitheater"},
    {"anaemia", "anemia"},
    {"anaesthetic", "anesthetic"},
    {"anaesthetics", "anesthetics"},
    {"analogue", "analog"},
    {"analyse", "analyze"},
    {"analysed", "analyzed"},
    {"analyser", "analyzer"},
    {"analysing", "analyzing"},
    {"artefact", "artifact"},
    {"artefacts", "artifacts"},
    {"bn", "billion"},
    {"calibre", "caliber"},
    {"catalogue", "catalog"},
    {"catalogued", "cataloged"},
    {"catalogues", "catalogs"},
    {"cataloguing", "cataloging"},
    {"catalyse", "catalyze"},
    {"catalysed", "catalyzed"},
    {"centimetre", "centimeter"},
    {"centimetres", "centimeters"},
    {"centre", "center"},
    {"centred", "centered"},
    {"centres", "centers"},
    {"centring", "centering"},
    {"cosy", "cozy"},
    {"councillor", "councilor"},
    {"councillors", "councilors"},
    {"defence", "defense"},
    {"defenceless", "defenseless"},
    {"defences", "defenses"},
    {"diarrhoea", "diarrhea"},
    {"distil", "distill"},
    {"encyclopaedia", "encyclopedia"},
    {"enrol", "enroll"},
    {"enrolment", "enrollment"},
    {"enrolments", "enrollments"},
    {"enrols", "enrolls"},
    {"epicentre", "epicenter"},
    {"epicentres", "epicenters"},
    {"fibre", "fiber"},
    {"fibres", "fibers"},
    {"foetal", "fetal"},
    {"foetus", "fetus"},
    {"foetuses", "fetuses"},
    {"fulfil", "fulfill"},
    {"fulfilment", "fulfillment"},
    {"fulfils", "fulfills"},
    {"grey", "gray"},
    {"greyer", "grayer"},
    {"greying", "graying"},
    {"greys", "grays"},
    {"haemorrhage", "hemorrhage"},
    {"haemorrhages", "hemorrhages"},
    {"instalment", "installment"},
    {"instalments", "installments"},
    {"instil", "instill"},
    {"instils", "instills"},
    {"jewellery", "jewelry"},
    {"judgement", "judgment"},
    {"judgements", "judgments"},
    {"kilometre", "kilometer"},
    {"kilometres", "kilometers"},
    {"kmh", "kph"},
    {"lbs", "lb"},
    {"leukaemia", "leukemia"},
    {"licence", "license"},
    {"licences", "licenses"},
    {"litre", "liter"},
    {"litres", "liters"},
    {"lustre", "luster"},
    {"manoeuvre", "maneuver"},
    {"manoeuvred", "maneuvered"},
    {"manoeuvres", "maneuvers"},
    {"manoeuvring", "maneuvering"},
    {"manoeuvrings", "maneuverings"},
    {"meagre", "meager"},
    {"mediaeval", "medieval"},
    {"millimetre", "millimeter"},
    {"millimetres", "millimeters"},
    {"mln", "million"},
    {"mn", "million"},
    {"mould", "mold"},
    {"moulds", "molds"},
    {"moustache", "mustache"},
    {"moustaches", "mustaches"},
    {"oestrogen", "estrogen"},
    {"offence", "offense"},
    {"offences", "offenses"},
    {"orthopaedic", "orthopedic"},
    {"paediatric", "pediatric"},
    {"paediatrician", "pediatrician"},
    {"paediatricians", "pediatricians"},
    {"paedophile", "pedophile"},
    {"paedophiles", "pedophiles"},
    {"paedophilia", "pedophilia"},
    {"paralyse", "paralyze"},
    {"paralysed", "paralyzed"},
    {"paralysing", "paralyzing"},
    {"pct", "percent"},
    {"plough", "plow"},
    {"ploughed", "plowed"},
    {"ploughing", "plowing"},
    {"ploughs", "plows"},
    {"practise", "practice"},
    {"practised", "practiced"},
    {"practises", "practices"},
    {"practising", "practicing"},
    {"pretence", "pretense"},
    {"pretences", "pretenses"},
    {"programme", "program"},
    {"programmes", "programs"},
    {"pyjamas", "pajamas"},
    {"sabre", "saber"},
    {"sabres", "sabers"},
    {"sceptic", "skeptic"},
    {"sceptical", "skeptical"},
    {"sceptically", "skeptically"},
    {"scepticism", "skepticism"},
    {"sceptics", "skeptics"},
    {"sceptre", "scepter"},
    {"skilful", "skillful"},
    {"skilfully", "skillfully"},
    {"smoulder", "smolder"},
    {"smouldered", "smoldered"},
    {"smouldering", "smoldering"},
    {"sombre", "somber"},
    {"spectre", "specter"},
    {"spectres", "specters"},
    {"sulphur", "sulfur"},
    {"theatre", "theater"},
    {"theatres", "theaters"},
    {"tn", "trillion"},
    {"towards", "toward"},
    {"trn", "trillion"},
    {"whilst", "while"},
    {"wilful", "willful"},
    {"wilfully", "willfully"},
    {"yoghurt", "yogurt"},
};

static bool
ends_with(const char *word, size_t nbytes, const char *ending)
{
    size_t ending_bytes = strlen(ending);

    return nbytes >= ending_bytes &&
           memcmp(word + nbytes - ending_bytes, ending, ending_bytes) == 0;
}

/* Where is the z of an -isation word, which is an s here?  0: it is no such word. */
static size_t
isation_s(const char *word, size_t nbytes)
{
    static const char *const forms[] = {"isation", "isations", "isational"};
    enum { SHORTEST_ROOT = 3, SHORTEST_FORM = 7 };

    if (nbytes < SHORTEST_ROOT + SHORTEST_FORM)
        return 0;
    for (size_t i = 0; i < COUNT(forms); i++) {
        size_t form_bytes = strlen(forms[i]);
        if (nbytes >= form_bytes + SHORTEST_ROOT && ends_with(word, nbytes, forms[i]) &&
            !word_lists_holds(isation_exceptions, COUNT(isation_exceptions), word, nbytes))
            return nbytes - form_bytes + 1;
    }
    return 0;
}

/* The same for the forms of verbs in -ise. */
static size_t
ise_s(const char *word, size_t nbytes)
{
    for (size_t i = 2; i + 2 < nbytes; i++)
        if (word[i] == 'i' && word[i + 1] == 's' &&
            word_lists_holds(ise_endings, COUNT(ise_endings), word + i + 2, nbytes - i - 2) &&
            word_lists_holds(ise_roots, COUNT(ise_roots), word, i))
            return i + 1;
    return 0;
}

/* Where is the u of an -our word?  0: it is no such word. */
static size_t
our_u(const char *word, size_t nbytes)
{
    for (size_t i = 1; i + 3 <= nbytes; i++)
        if (memcmp(word + i, "our", 3) == 0 &&
            word_lists_holds(our_words, COUNT(our_words), word, i + 3) &&
            word_lists_holds(our_endings, COUNT(our_endings), word + i + 3, nbytes - i - 3))
            return i + 1;
    return 0;
}

/* Where is the second l of a word such as travelled?  0: it is no such word. */
static size_t
doubled_l(const char *word, size_t nbytes)
{
    for (size_t i = 2; i + 2 < nbytes; i++)
        if (word[i - 1] == 'l' && word[i] == 'l' &&
            word_lists_holds(l_words, COUNT(l_words), word, i) &&
            word_lists_holds(l_endings, COUNT(l_endings), word + i + 1, nbytes - i - 1))
            return i;
    return 0;
}

static const char *
without_byte(const char *word, size_t *nbytes, size_t at, char *out)
{
    memcpy(out, word, at);
    memcpy(out + at, word + at + 1, *nbytes - at - 1);
    (*nbytes)--;
    return out;
}

const char *
variants_canonical(const char *word, size_t *nbytes, char out[VARIANTS_MAX_BYTES])
{
    size_t n = *nbytes;
    size_t at;

    if (n > WORDS_MAX_SURFACE)
        return word;
    const char *spelling = word_lists_find(spellings, COUNT(spellings), word, n);
    if (spelling != NULL) {
        *nbytes = strlen(spelling);
        return spelling;
    }
    if ((at = isation_s(word, n)) > 0 || (at = ise_s(word, n)) > 0) {
        memcpy(out, word, n);
        out[at] = 'z';
        return out;
    }
    if ((at = our_u(word, n)) > 0 || (at = doubled_l(word, n)) > 0)
        return without_byte(word, nbytes, at, out);
    return word;
}

/* The rules change no first two bytes: the table does. */
size_t
variants_beginnings(variants_beginning out[VARIANTS_MAX_BEGINNINGS])
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(spellings); i++) {
        const char *word = spellings[i].word;
        const char *canonical = spellings[i].meaning;

        if (memcmp(word, canonical, 2) == 0)
            continue;
        assert(n < VARIANTS_MAX_BEGINNINGS);
        memcpy(out[n].word, word, 2);
        memcpy(out[n].canonical, canonical, 2);
        n++;
    }
    return n;
}
