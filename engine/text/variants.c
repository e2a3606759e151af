/* SPDX-License-Identifier: GPL-3.0-or-later */
/* variants.c - spelling variants of one word, by tables and by rules that know their exceptions.
 *
 * Left alone, though they look the part: words that are spelled alike everywhere (exercise,
 * promise, television, tour), and pairs that are two words for somebody (metre and meter, storey
 * and story, tyre and tire, cheque and check, kerb and curb, draught and draft, disc and disk). A
 * word that both spellings share but that means more than one thing (analyses) is left alone too.
 *
 * What a rule makes of a word need not be one: it need only be the same for all forms of the word,
 * and no other word. */
#include "text/variants.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "text/word_lists.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* ---- -ise, -yse ---- */

/* What stands before -ise in words that no spelling writes with a z, besides what is_kept_root
 * knows. */
static const char *const kept_roots[] = {
    "abat",     "advert",        "affranch",  "ambergr",     "anth",      "arr",        "brand",
    "cann",     "cellulit",      "chass",     "chast",       "chem",      "clitor",     "comprom",
    "coul",     "counteradvert", "desp",      "disenfranch", "disfranch", "enfranch",   "epiderm",
    "epiglott", "expert",        "franch",    "fren",        "galliard",  "glac",       "hybr",
    "hypoderm", "merchand",      "misadvert", "moonr",       "mort",      "overadvert", "overprom",
    "oxal",     "parad",         "prem",      "prom",        "readvert",  "sclerit",    "sunr",
    "surm",     "tenn",          "treat",     "trell",       "uncomprom", "unmerchand", "unprom",
    "vend",     "warrant",
};

/* Verbs in -ise that are shorter than others, or that is_kept_root would take for such a word. */
static const char *const ise_roots[] = {
    "archa", "ghetto", "iod", "ion", "ostrac", "soliloqu", "ventriloqu",
};

static const char *const ise_endings[] = {
    "ability", "able",  "ably",   "ation", "ational", "ationally", "ations", "e",     "ed",
    "edly",    "ement", "ements", "er",    "ers",     "es",        "ing",    "ingly", "ings",
};

/* Not -es: analyses are made by those who analyse, and by others. */
static const char *const yse_endings[] = {
    "able", "e", "ed", "er", "ers", "ing",
};

/* ---- -our ---- */

/* Words in -our that are -or in American English, wherever they stand in another: discoloured,
 * harbourside. */
static const char *const our_words[] = {
    "arbour",    "ardour",    "armour",    "behaviour", "belabour", "candour",   "clamour",
    "clangour",  "colour",    "demeanour", "dolour",    "enamour",  "endeavour", "favour",
    "fervour",   "flavour",   "harbour",   "honour",    "humour",   "labour",    "misdemeanour",
    "neighbour", "odour",     "parlour",   "rancour",   "rigour",   "rumour",    "saviour",
    "savour",    "splendour", "succour",   "tumour",    "valour",   "vapour",    "vigour",
};

/* ---- doubled l ---- */

/* Words in -l that double it before an ending only in British English. */
static const char *const l_words[] = {
    "apparel",  "backpedal", "barrel",   "bejewel", "bevel",  "bowel",   "cancel",  "carol",
    "cavil",    "channel",   "chisel",   "counsel", "cruel",  "cudgel",  "dial",    "disembowel",
    "dishevel", "drivel",    "duel",     "embowel", "enamel", "equal",   "evil",    "fuel",
    "funnel",   "gambol",    "gravel",   "grovel",  "gruel",  "hovel",   "imperil", "initial",
    "jewel",    "kennel",    "label",    "laurel",  "level",  "libel",   "marshal", "marvel",
    "medal",    "model",     "mongrel",  "panel",   "parcel", "pedal",   "pencil",  "peril",
    "pommel",   "pummel",    "quarrel",  "ravel",   "refuel", "relabel", "remodel", "revel",
    "rival",    "sequel",    "shovel",   "shrivel", "signal", "snivel",  "snorkel", "spiral",
    "squirrel", "stencil",   "subtotal", "swivel",  "tassel", "teasel",  "tinsel",  "total",
    "towel",    "trammel",   "travel",   "trial",   "trowel", "tunnel",  "unequal", "unravel",
    "unrival",  "victual",   "weasel",   "yodel",
};

static const char *const l_endings[] = {
    "ed", "er", "ers", "est", "ing", "ingly", "ings", "ist", "ists", "or", "ors", "ous", "ously",
};

/* ---- parts of words ---- */

/* Wherever they stand.  Where -re becomes -er, an e comes before a d behind it: centred. */
static const word_pair parts[] = {
    {"abridgement", "abridgment"},
    {"acknowledgement", "acknowledgment"},
    {"aemi", "emi"},
    {"aeroplane", "airplane"},
    {"aesthe", "esthe"},
    {"aetiolog", "etiolog"},
    {"aluminium", "aluminum"},
    {"amoeb", "ameb"},
    {"archaeo", "archeo"},
    {"artefact", "artifact"},
    {"caesarean", "cesarean"},
    {"caesium", "cesium"},
    {"calibre", "caliber"},
    {"carburett", "carburet"},
    {"centre", "center"},
    {"centring", "centering"},
    {"coeliac", "celiac"},
    {"cognisan", "cognizan"},
    {"councillor", "councilor"},
    {"counsellor", "counselor"},
    {"defence", "defense"},
    {"encyclopaed", "encycloped"},
    {"enrolment", "enrollment"},
    {"faec", "fec"},
    {"fibre", "fiber"},
    {"foetal", "fetal"},
    {"foetus", "fetus"},
    {"fulfilment", "fulfillment"},
    {"gaol", "jail"},
    {"goitre", "goiter"},
    {"gynaec", "gynec"},
    {"haem", "hem"},
    {"imetre", "imeter"},
    {"instalment", "installment"},
    {"jewellery", "jewelry"},
    {"judgement", "judgment"},
    {"licence", "license"},
    {"litre", "liter"},
    {"lodgement", "lodgment"},
    {"lustre", "luster"},
    {"manoeuvra", "maneuvera"},
    {"manoeuvre", "maneuver"},
    {"manoeuvri", "maneuveri"},
    {"meagre", "meager"},
    {"mediaev", "mediev"},
    {"mollusc", "mollusk"},
    {"mould", "mold"},
    {"moult", "molt"},
    {"moustach", "mustach"},
    {"oedem", "edem"},
    {"oesoph", "esoph"},
    {"oestr", "estr"},
    {"offence", "offense"},
    {"omelette", "omelet"},
    {"ometre", "ometer"},
    {"orthopaed", "orthoped"},
    {"paediatri", "pediatri"},
    {"paedophil", "pedophil"},
    {"palaeo", "paleo"},
    {"plough", "plow"},
    {"pnoea", "pnea"},
    {"pretence", "pretense"},
    {"primaev", "primev"},
    {"pyjama", "pajama"},
    {"reconnoitre", "reconnoiter"},
    {"rrhoe", "rrhe"},
    {"sabre", "saber"},
    {"saltpetre", "saltpeter"},
    {"sceptic", "skeptic"},
    {"sceptre", "scepter"},
    {"sepulchre", "sepulcher"},
    {"skilful", "skillful"},
    {"sombre", "somber"},
    {"spectre", "specter"},
    {"sulph", "sulf"},
    {"theatre", "theater"},
    {"tranquillis", "tranquilis"},
    {"tranquilliz", "tranquiliz"},
    {"wilful", "willful"},
    {"woollen", "woolen"},
    {"yoghurt", "yogurt"},
};

enum { SHORTEST_PART = 4 };

/* ---- words ---- */

/* The rest, word by word.  Of programme only these two forms: programmed and programmer are spelled
 * alike everywhere.  Written-out units stand beside what agencies make of them. */
static const word_pair spellings[] = {
    {"aeon", "eon"},
    {"aeons", "eons"},
    {"afterwards", "afterward"},
    {"ageing", "aging"},
    {"amongst", "among"},
    {"analogue", "analog"},
    {"analysable", "analyzable"},
    {"analyse", "analyze"},
    {"analysed", "analyzed"},
    {"analyser", "analyzer"},
    {"analysing", "analyzing"},
    {"annexe", "annex"},
    {"appal", "appall"},
    {"appals", "appalls"},
    {"ax", "axe"},
    {"backwards", "backward"},
    {"behove", "behoove"},
    {"behoves", "behooves"},
    {"blameable", "blamable"},
    {"bn", "billion"},
    {"burnt", "burned"},
    {"callisthenics", "calisthenics"},
    {"carcase", "carcass"},
    {"carcases", "carcasses"},
    {"catalogue", "catalog"},
    {"catalogued", "cataloged"},
    {"catalogues", "catalogs"},
    {"cataloguing", "cataloging"},
    {"catalyse", "catalyze"},
    {"catalysed", "catalyzed"},
    {"chequered", "checkered"},
    {"chilli", "chili"},
    {"chillies", "chilies"},
    {"clarinettist", "clarinetist"},
    {"clarinettists", "clarinetists"},
    {"connexion", "connection"},
    {"connexions", "connections"},
    {"cosier", "cozier"},
    {"cosiest", "coziest"},
    {"cosily", "cozily"},
    {"cosiness", "coziness"},
    {"cosy", "cozy"},
    {"cypher", "cipher"},
    {"cyphers", "ciphers"},
    {"dialog", "dialogue"},
    {"dialogs", "dialogues"},
    {"distil", "distill"},
    {"donut", "doughnut"},
    {"donuts", "doughnuts"},
    {"downwards", "downward"},
    {"dreamt", "dreamed"},
    {"drily", "dryly"},
    {"enquire", "inquire"},
    {"enquired", "inquired"},
    {"enquirer", "inquirer"},
    {"enquirers", "inquirers"},
    {"enquires", "inquires"},
    {"enquiries", "inquiries"},
    {"enquiring", "inquiring"},
    {"enquiry", "inquiry"},
    {"enrol", "enroll"},
    {"enrols", "enrolls"},
    {"enthral", "enthrall"},
    {"enthrals", "enthralls"},
    {"epaulette", "epaulet"},
    {"epaulettes", "epaulets"},
    {"flautist", "flutist"},
    {"flautists", "flutists"},
    {"flier", "flyer"},
    {"fliers", "flyers"},
    {"fogey", "fogy"},
    {"fogeys", "fogies"},
    {"fontanelle", "fontanel"},
    {"fontanelles", "fontanels"},
    {"fulfil", "fulfill"},
    {"fulfils", "fulfills"},
    {"furore", "furor"},
    {"furores", "furors"},
    {"gipsies", "gypsies"},
    {"gipsy", "gypsy"},
    {"gramme", "gram"},
    {"grammes", "grams"},
    {"grey", "gray"},
    {"greyed", "grayed"},
    {"greyer", "grayer"},
    {"greyest", "grayest"},
    {"greying", "graying"},
    {"greyish", "grayish"},
    {"greyness", "grayness"},
    {"greys", "grays"},
    {"inflexion", "inflection"},
    {"inflexions", "inflections"},
    {"instil", "instill"},
    {"instils", "instills"},
    {"inwards", "inward"},
    {"kilogramme", "kilogram"},
    {"kilogrammes", "kilograms"},
    {"kmh", "kph"},
    {"lbs", "lb"},
    {"leapt", "leaped"},
    {"learnt", "learned"},
    {"likeable", "likable"},
    {"liveable", "livable"},
    {"loveable", "lovable"},
    {"maths", "math"},
    {"milligramme", "milligram"},
    {"milligrammes", "milligrams"},
    {"mitre", "miter"},
    {"mitred", "mitered"},
    {"mitres", "miters"},
    {"mln", "million"},
    {"mn", "million"},
    {"ochre", "ocher"},
    {"ochres", "ochers"},
    {"onwards", "onward"},
    {"outwards", "outward"},
    {"paralyse", "paralyze"},
    {"paralysed", "paralyzed"},
    {"paralysing", "paralyzing"},
    {"pct", "percent"},
    {"pedlar", "peddler"},
    {"pedlars", "peddlers"},
    {"phoney", "phony"},
    {"practise", "practice"},
    {"practised", "practiced"},
    {"practises", "practices"},
    {"practising", "practicing"},
    {"programme", "program"},
    {"programmes", "programs"},
    {"rouble", "ruble"},
    {"roubles", "rubles"},
    {"saleable", "salable"},
    {"sizeable", "sizable"},
    {"spoilt", "spoiled"},
    {"tn", "trillion"},
    {"towards", "toward"},
    {"trn", "trillion"},
    {"tsar", "czar"},
    {"tsarist", "czarist"},
    {"tsars", "czars"},
    {"unlikeable", "unlikable"},
    {"upwards", "upward"},
    {"whilst", "while"},
    {"whiskey", "whisky"},
    {"whiskeys", "whiskies"},
};

/* ---- what may be in a table ---- */

/* Most words are in neither table, and have no part anywhere, which their first bytes mostly tell:
 * a bit each for the hashes of those that there are. */
enum { START_BYTES = 4, START_BITS = 12 };

_Static_assert((int)SHORTEST_PART >= (int)START_BYTES, "a part is known by its start");

typedef struct {
    uint64_t bits[(1 << START_BITS) / 64];
} start_set;

static start_set part_starts;
static start_set spelling_starts;
static pthread_once_t starts_once = PTHREAD_ONCE_INIT;

static inline unsigned
start_bit(const char *word, size_t nbytes)
{
    uint32_t start = 0;

    if (nbytes >= START_BYTES)
        memcpy(&start, word, START_BYTES);
    else
        memcpy(&start, word, nbytes);
    return (start * UINT32_C(0x9E3779B1)) >> (32 - START_BITS);
}

static void
add_starts(start_set *set, const word_pair *pairs, size_t npairs)
{
    for (size_t i = 0; i < npairs; i++) {
        const unsigned bit = start_bit(pairs[i].word, strlen(pairs[i].word));

        set->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
}

static void
fill_starts(void)
{
    add_starts(&part_starts, parts, COUNT(parts));
    add_starts(&spelling_starts, spellings, COUNT(spellings));
}

static inline bool
may_have(const start_set *set, const char *word, size_t nbytes)
{
    const unsigned bit = start_bit(word, nbytes);

    return (set->bits[bit / 64] >> (bit % 64) & 1) != 0;
}

/* ---- rules ---- */

static bool
ends_with(const char *word, size_t nbytes, const char *ending)
{
    size_t ending_bytes = strlen(ending);

    return nbytes >= ending_bytes &&
           memcmp(word + nbytes - ending_bytes, ending, ending_bytes) == 0;
}

/* Does -ise behind this stay as it is?  Otherwise, raise, revise (but not collectivise), enterprise
 * and precise (but not criticise) do. */
static bool
is_kept_root(const char *root, size_t nbytes)
{
    enum { SHORTEST_ROOT = 4 };

    if (word_lists_holds(ise_roots, COUNT(ise_roots), root, nbytes))
        return false;
    if (nbytes < SHORTEST_ROOT || strchr("aeouw", root[nbytes - 1]) != NULL)
        return true;
    if (ends_with(root, nbytes, "c") && !ends_with(root, nbytes, "ic"))
        return true;
    if (ends_with(root, nbytes, "v") && !ends_with(root, nbytes, "iv"))
        return true;
    return ends_with(root, nbytes, "pr") ||
           word_lists_holds(kept_roots, COUNT(kept_roots), root, nbytes);
}

/* Where is the s that is a z in American English?  0: there is none. */
static size_t
find_s(const char *word, size_t nbytes)
{
    for (size_t i = 3; i + 2 < nbytes; i++) {
        const char *rest = word + i + 2;
        const size_t rest_bytes = nbytes - i - 2;

        if (word[i + 1] != 's')
            continue;
        if (word[i] == 'i' && word_lists_holds(ise_endings, COUNT(ise_endings), rest, rest_bytes) &&
            !is_kept_root(word, i))
            return i + 1;
        if (word[i] == 'y' && word[i - 1] == 'l' &&
            word_lists_holds(yse_endings, COUNT(yse_endings), rest, rest_bytes))
            return i + 1;
    }
    return 0;
}

/* Where is the u of an -our word?  0: it is no such word. */
static size_t
find_u(const char *word, size_t nbytes)
{
    for (size_t i = 2; i + 3 <= nbytes; i++) {
        if (memcmp(word + i, "our", 3) != 0)
            continue;
        for (size_t start = 0; start < i; start++)
            if (word_lists_holds(our_words, COUNT(our_words), word + start, i + 3 - start))
                return i + 1;
    }
    return 0;
}

/* Where is the second l of a word such as travelled?  0: it is no such word. */
static size_t
find_doubled_l(const char *word, size_t nbytes)
{
    for (size_t i = 2; i + 2 < nbytes; i++)
        if (word[i - 1] == 'l' && word[i] == 'l' &&
            word_lists_holds(l_words, COUNT(l_words), word, i) &&
            word_lists_holds(l_endings, COUNT(l_endings), word + i + 1, nbytes - i - 1))
            return i;
    return 0;
}

/* The part that begins here, if any. */
static const word_pair *
find_part(const char *word, size_t nbytes)
{
    size_t low = 0;
    size_t high = COUNT(parts);

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const size_t part_bytes = strlen(parts[middle].word);
        const size_t compared = part_bytes < nbytes ? part_bytes : nbytes;
        const int order = memcmp(parts[middle].word, word, compared);

        if (order == 0 && part_bytes <= nbytes)
            return &parts[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Put the American form in the place of a part that begins at byte at; returns the new length. */
static size_t
replace_part(char *word, size_t nbytes, size_t at, const word_pair *part)
{
    const size_t old_bytes = strlen(part->word);
    const size_t new_bytes = strlen(part->meaning);
    const size_t rest = nbytes - at - old_bytes;
    const bool is_turned =
        ends_with(part->word, old_bytes, "re") && rest > 0 && word[at + old_bytes] == 'd';
    char *behind = word + at + new_bytes;

    memmove(behind + is_turned, word + at + old_bytes, rest);
    memcpy(word + at, part->meaning, new_bytes);
    if (is_turned)
        *behind = 'e';
    return at + new_bytes + is_turned + rest;
}

/* A word that a rule changes, in the making. */
typedef struct {
    const char *word; /* as given, or out */
    size_t nbytes;
    char *out;
} change;

static char *
writable(change *c)
{
    if (c->word != c->out)
        memcpy(c->out, c->word, c->nbytes);
    c->word = c->out;
    return c->out;
}

static void
leave_out(change *c, size_t at)
{
    char *out = writable(c);

    memmove(out + at, out + at + 1, c->nbytes - at - 1);
    c->nbytes--;
}

/* One part of a word at most: more would not fit. */
static void
change_part(change *c)
{
    for (size_t at = 0; at + SHORTEST_PART <= c->nbytes; at++) {
        const word_pair *part = NULL;

        if (may_have(&part_starts, c->word + at, c->nbytes - at))
            part = find_part(c->word + at, c->nbytes - at);
        if (part != NULL) {
            c->nbytes = replace_part(writable(c), c->nbytes, at, part);
            return;
        }
    }
}

const char *
variants_canonical(const char *word, size_t *nbytes, char out[VARIANTS_MAX_BYTES])
{
    change c = {.word = word, .nbytes = *nbytes, .out = out};
    size_t at = 0;

    if (*nbytes > WORDS_MAX_SURFACE)
        return word;
    pthread_once(&starts_once, fill_starts);
    const char *spelling = NULL;
    if (may_have(&spelling_starts, word, *nbytes))
        spelling = word_lists_find(spellings, COUNT(spellings), word, *nbytes);
    if (spelling != NULL) {
        *nbytes = strlen(spelling);
        return spelling;
    }
    change_part(&c);
    if ((at = find_s(c.word, c.nbytes)) > 0)
        writable(&c)[at] = 'z';
    if ((at = find_u(c.word, c.nbytes)) > 0 || (at = find_doubled_l(c.word, c.nbytes)) > 0)
        leave_out(&c, at);
    *nbytes = c.nbytes;
    return c.word;
}

/* Note that a word that begins with from may have a canonical spelling that begins with to. */
static void
add_beginning(variants_beginning out[VARIANTS_MAX_BEGINNINGS], size_t *n, const char from[2],
              const char to[2])
{
    for (size_t i = 0; i < *n; i++)
        if (memcmp(out[i].word, from, 2) == 0 && memcmp(out[i].canonical, to, 2) == 0)
            return;
    assert(*n < VARIANTS_MAX_BEGINNINGS);
    memcpy(out[*n].word, from, 2);
    memcpy(out[*n].canonical, to, 2);
    ++*n;
}

/* Of the rules only parts reach a word's first two bytes: where they stand first, or second. */
size_t
variants_beginnings(variants_beginning out[VARIANTS_MAX_BEGINNINGS])
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(spellings); i++)
        if (memcmp(spellings[i].word, spellings[i].meaning, 2) != 0)
            add_beginning(out, &n, spellings[i].word, spellings[i].meaning);
    for (size_t i = 0; i < COUNT(parts); i++) {
        const word_pair *part = &parts[i];

        if (memcmp(part->word, part->meaning, 2) != 0)
            add_beginning(out, &n, part->word, part->meaning);
        for (char c = 'a'; c <= 'z' && part->word[0] != part->meaning[0]; c++)
            add_beginning(out, &n, (char[2]){c, part->word[0]}, (char[2]){c, part->meaning[0]});
    }
    return n;
}
