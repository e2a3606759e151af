/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stems: spelling variants share one, possessives are dropped, exceptions hold, everything else is
 * as Snowball has it, and remembering changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libstemmer.h>

#include "text/stem.h"
#include "text/variants.h"

#include "rounds.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { STEM_ROOM = 256 };

static const char *
stem_flagged(stemmer *s, const char *word, uint8_t flags, char out[STEM_ROOM])
{
    size_t nbytes;
    const char *stem = stemmer_stem(s, word, strlen(word), flags, &nbytes);
    assert_non_null(stem);
    assert_true(nbytes > 0 && nbytes <= WORDS_MAX_SURFACE + 8);
    memcpy(out, stem, nbytes);
    out[nbytes] = '\0';
    return out;
}

static const char *
stem(stemmer *s, const char *word, char out[STEM_ROOM])
{
    return stem_flagged(s, word, 0, out);
}

static void
test_stems(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        uint8_t flags;
        const char *stem;
    } cases[] = {
        {"hostages", 0, "hostag"},
        {"hostage", 0, "hostag"},
        {"netanyahu's", 0, "netanyahu"},
        {"o'neill's", 0, "o'neil"},
        {"o'neill", 0, "o'neil"},
        {"s's", 0, "s"},
        {"programme", 0, "program"},
        {"programmes", 0, "program"},
        {"programme's", 0, "program"},
        {"organisation", 0, "organiz"},
        {"bn", 0, "billion"},
        {"US", TOKEN_ACRONYM, "US"},
        {"US", TOKEN_ACRONYM | TOKEN_JOINED, "US"},
        {"us", 0, "us"},
        {"news", 0, "news"},
        {"20000", TOKEN_NUMBER, "20000"},
        {"4.5", TOKEN_NUMBER, "4.5"},
        {"1990s", TOKEN_NUMBER, "1990s"},
        {"1980's", TOKEN_NUMBER, "1980"},
        {"16's", TOKEN_NUMBER | TOKEN_JOINED, "16"},
        {"mp3s", 0, "mp3s"},
        /* beyond the Latin letters there is no stemming */
        {"\u0433\u0430\u0437\u044b", 0, "\u0433\u0430\u0437\u044b"},
        {"\u5317", 0, "\u5317"},
        {"\u03b1\u03b8\u03b7\u03bd\u03b1", 0, "\u03b1\u03b8\u03b7\u03bd\u03b1"},
    };
    stemmer *s = stemmer_new();
    assert_non_null(s);
    char out[STEM_ROOM];
    for (int round = 0; round < 2; round++) /* the second time from memory */
        for (size_t i = 0; i < COUNT(cases); i++)
            assert_string_equal(stem_flagged(s, cases[i].word, cases[i].flags, out), cases[i].stem);
    stemmer_free(s);
    stemmer_free(NULL);
}

static void
test_variants_are_made_american(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"programme", "program"},
        {"programmes", "programs"},
        {"organisation", "organization"},
        {"organisations", "organizations"},
        {"organisational", "organizational"},
        {"demilitarisation", "demilitarization"},
        {"normalisation", "normalization"},
        {"organise", "organize"},
        {"organised", "organized"},
        {"organises", "organizes"},
        {"organising", "organizing"},
        {"organisers", "organizers"},
        {"disorganised", "disorganized"},
        {"recognise", "recognize"},
        {"unrecognisable", "unrecognizable"},
        {"realised", "realized"},
        {"authorising", "authorizing"},
        {"unauthorised", "unauthorized"},
        {"stabilise", "stabilize"},
        {"demilitarised", "demilitarized"},
        {"agonising", "agonizing"},
        {"criticised", "criticized"},
        {"emphasises", "emphasizes"},
        {"westernised", "westernized"},
        {"weaponise", "weaponize"},
        {"mobilised", "mobilized"},
        {"victimised", "victimized"},
        {"analysed", "analyzed"},
        {"paralysing", "paralyzing"},
        {"defence", "defense"},
        {"defences", "defenses"},
        {"offence", "offense"},
        {"licence", "license"},
        {"centre", "center"},
        {"centres", "centers"},
        {"centred", "centered"},
        {"theatre", "theater"},
        {"kilometre", "kilometer"},
        {"kilometres", "kilometers"},
        {"litres", "liters"},
        {"manoeuvres", "maneuvers"},
        {"labour", "labor"},
        {"labourers", "laborers"},
        {"colour", "color"},
        {"colourful", "colorful"},
        {"favour", "favor"},
        {"favourite", "favorite"},
        {"favouritism", "favoritism"},
        {"unfavourable", "unfavorable"},
        {"honoured", "honored"},
        {"neighbour", "neighbor"},
        {"neighbourhoods", "neighborhoods"},
        {"behaviour", "behavior"},
        {"behavioural", "behavioral"},
        {"harbouring", "harboring"},
        {"armoured", "armored"},
        {"rumours", "rumors"},
        {"vigour", "vigor"},
        {"travelled", "traveled"},
        {"travelling", "traveling"},
        {"travellers", "travelers"},
        {"cancelled", "canceled"},
        {"cancelling", "canceling"},
        {"counsellors", "counselors"},
        {"channelled", "channeled"},
        {"marvellous", "marvelous"},
        {"yodelling", "yodeling"},
        {"unravelled", "unraveled"},
        {"grey", "gray"},
        {"catalogue", "catalog"},
        {"fulfil", "fulfill"},
        {"ageing", "aging"},
        {"judgement", "judgment"},
        {"yoghurt", "yogurt"},
        {"whilst", "while"},
        {"acknowledgement", "acknowledgment"},
        {"bn", "billion"},
        {"mln", "million"},
        {"mn", "million"},
        {"tn", "trillion"},
        {"trn", "trillion"},
        {"pct", "percent"},
    };
    stemmer *s = stemmer_new();
    assert_non_null(s);
    for (size_t i = 0; i < COUNT(pairs); i++) {
        char out[VARIANTS_MAX_BYTES], one[STEM_ROOM], other[STEM_ROOM];
        size_t nbytes = strlen(pairs[i][0]);
        const char *canonical = variants_canonical(pairs[i][0], &nbytes, out);
        if (nbytes != strlen(pairs[i][1]) || memcmp(canonical, pairs[i][1], nbytes) != 0)
            fail_msg("'%s' becomes '%.*s'", pairs[i][0], (int)nbytes, canonical);
        nbytes = strlen(pairs[i][1]);
        assert_ptr_equal(variants_canonical(pairs[i][1], &nbytes, out), pairs[i][1]);
        assert_string_equal(stem(s, pairs[i][0], one), stem(s, pairs[i][1], other));
    }
    stemmer_free(s);
}

/* Words that look like variants and are none: nothing is done to them. */
static void
test_false_friends_are_left_alone(void **state)
{
    (void)state;
    static const char *const words[] = {
        "metre",
        "meter",
        "storey",
        "story",
        "tyre",
        "tire",
        "cheque",
        "check",
        "exercise",
        "advise",
        "promise",
        "promised",
        "rise",
        "rises",
        "arise",
        "otherwise",
        "surprise",
        "surprised",
        "compromise",
        "franchise",
        "advertise",
        "supervise",
        "televise",
        "improvise",
        "improvisation",
        "improvisations",
        "enterprise",
        "premises",
        "precise",
        "expertise",
        "demise",
        "despise",
        "disguise",
        "tour",
        "tours",
        "four",
        "hour",
        "hours",
        "pour",
        "contour",
        "detour",
        "glamour",
        "honorary",
        "humorous",
        "laborious",
        "programmer",
        "programmed",
        "programming",
        "controlled",
        "rebelled",
        "propelled",
        "expelled",
        "compelled",
        "called",
        "killed",
        "sellers",
        "enrolled",
        "fulfilled",
        "chancellor",
        "excellent",
        "analyses",
        "analysis",
        "isation",
        "is",
        "ises",
        "our",
        "i",
        "",
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        char out[VARIANTS_MAX_BYTES];
        size_t nbytes = strlen(words[i]);
        if (variants_canonical(words[i], &nbytes, out) != words[i])
            fail_msg("'%s' becomes another word", words[i]);
        assert_int_equal(nbytes, strlen(words[i]));
    }
}

/* Words that Snowball takes for relatives, and that news tells apart. */
static void
test_exceptions_keep_words_apart(void **state)
{
    (void)state;
    static const struct {
        const char *family[6];
        const char *others[6];
    } cases[] = {
        {{"organization", "organisations", "organize", "organizing", "organisers",
          "organizational"},
         {"organ", "organs", "organic", "organism"}},
        {{"authority", "authorities"}, {"author", "authors", "authorize", "authoritarian"}},
        {{"authorize", "authorisation", "authorised", "authorizing"}, {"author", "authors"}},
        {{"business", "businesses"}, {"busy", "busier"}},
        {{"customer", "customers"}, {"custom", "customs", "customary"}},
        {{"executive", "executives"}, {"execution", "executed", "executions"}},
        {{"experience", "experiences", "experienced", "experiencing"},
         {"experiment", "experiments", "experimental"}},
        {{"experiment", "experiments", "experimental"}, {"experience"}},
        {{"important", "importance", "importantly"}, {"import", "imports", "importer"}},
        {{"international", "internationally"}, {"intern", "interns", "internal"}},
        {{"rational", "rationally"}, {"ration", "rations", "rationing"}},
        {{"several"}, {"sever", "severe", "severely", "severed"}},
        {{"university", "universities"}, {"universe", "universal", "universes"}},
    };
    stemmer *s = stemmer_new();
    assert_non_null(s);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char first[STEM_ROOM], other[STEM_ROOM];
        stem(s, cases[i].family[0], first);
        for (size_t k = 0; k < 6 && cases[i].family[k] != NULL; k++)
            assert_string_equal(stem(s, cases[i].family[k], other), first);
        for (size_t k = 0; k < 6 && cases[i].others[k] != NULL; k++)
            assert_string_not_equal(stem(s, cases[i].others[k], other), first);
    }
    stemmer_free(s);
}

/* Made-up words, far more than the memory has places: each has Snowball's stem, whatever was asked
 * before it. */
static void
test_other_words_are_snowballs(void **state)
{
    (void)state;
    static const char *const starts[] = {"run",   "glad", "relat", "fish",
                                         "strok", "hop",  "tr",    "qu"};
    static const char *const middles[] = {"", "a", "ee", "o", "ian", "en", "ub", "ist"};
    static const char *const ends[] = {"", "s", "ing", "ed", "ly", "ness", "tion", "er", "y", "'"};
    stemmer *s = stemmer_new();
    struct sb_stemmer *snowball = sb_stemmer_new("english", "UTF_8");
    assert_non_null(s);
    assert_non_null(snowball);
    uint32_t seed = 7;
    for (unsigned i = 0; i < test_rounds(300000); i++) {
        char word[64], out[STEM_ROOM];
        seed = seed * 1664525u + 1013904223u;
        snprintf(word, sizeof word, "%s%s%c%c%c%s", starts[seed >> 8 & 7], middles[seed >> 11 & 7],
                 (char)('b' + (seed >> 14) % 20), (char)('a' + (seed >> 19) % 4),
                 (char)('b' + (seed >> 21) % 20), ends[(seed >> 26) % COUNT(ends)]);
        char canonical_room[VARIANTS_MAX_BYTES];
        size_t nbytes = strlen(word);
        if (variants_canonical(word, &nbytes, canonical_room) != word)
            continue;
        const char *expected =
            (const char *)sb_stemmer_stem(snowball, (const sb_symbol *)word, (int)strlen(word));
        assert_string_equal(stem(s, word, out), expected);
    }
    sb_stemmer_delete(snowball);
    stemmer_free(s);
}

/* Every surface the tokenizer can make has a stem: the longest, and those cut to a hash. */
static void
test_long_words(void **state)
{
    (void)state;
    stemmer *s = stemmer_new();
    assert_non_null(s);
    for (size_t length = 1; length <= WORDS_MAX_SURFACE; length++) {
        char word[WORDS_MAX_SURFACE + 1], out[STEM_ROOM], again[STEM_ROOM];
        memset(word, 'b', length);
        word[length] = '\0';
        stem(s, word, out);
        assert_string_equal(out, word);
        assert_string_equal(stem(s, word, again), out);
        if (length > 8) {
            memcpy(word + length - 8, "isations", 8);
            stem(s, word, out);
            assert_true(strlen(out) <= length);
        }
    }
    const char *cut = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa~0123456789abcdes";
    char out[STEM_ROOM];
    assert_string_equal(stem(s, cut, out), cut);
    stemmer_free(s);
}

static stemmed
look_up(stemmer *s, const char *word, unsigned flags)
{
    stemmed found;
    assert_true(stemmer_lookup(s, word, strlen(word), flags, &found));
    return found;
}

/* Entries count surfaces, told apart by the flags that their stems depend on, and by no others. */
static void
test_entries_are_dense(void **state)
{
    (void)state;
    stemmer *s = stemmer_new();
    assert_non_null(s);
    assert_int_equal(look_up(s, "hostages", 0).entry, 0);
    assert_int_equal(look_up(s, "hostage", 0).entry, 1);
    assert_int_equal(look_up(s, "hostages", TOKEN_JOINED).entry, 0);
    assert_int_equal(look_up(s, "US", TOKEN_ACRONYM).entry, 2);
    assert_int_equal(look_up(s, "us", 0).entry, 3);
    assert_int_equal(look_up(s, "1980's", 0).entry, 4);
    assert_int_equal(look_up(s, "1980's", TOKEN_NUMBER).entry, 5);
    assert_int_equal(look_up(s, "US", TOKEN_ACRONYM | TOKEN_JOINED).entry, 2);
    stemmer_free(s);
}

/* Word number i of a made-up language, of 4 to 63 bytes. */
static size_t
make_word(uint32_t i, char out[WORDS_MAX_SURFACE])
{
    size_t nbytes = 4 + i % 60;
    size_t at = i % 7;

    memset(out, 'q', nbytes);
    for (uint32_t rest = i / 60; rest > 0; rest /= 13)
        out[at++ % nbytes] = (char)('a' + rest % 13);
    return nbytes;
}

/* More words than are remembered: beyond those they have no entries, and their stems nevertheless.
 * What has an entry keeps it, and its stem stays where it is. */
static void
test_entries_last(void **state)
{
    (void)state;
    enum { ASKED = STEMMER_MAX_ENTRIES + 20000 };
    stemmer *s = stemmer_new();
    stemmed *first = calloc(ASKED, sizeof *first);
    assert_non_null(s);
    assert_non_null(first);
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < ASKED; i++) {
            char word[WORDS_MAX_SURFACE];
            size_t nbytes = make_word(i, word);
            stemmed found;
            assert_true(stemmer_lookup(s, word, nbytes, TOKEN_NUMBER, &found));
            assert_int_equal(found.stem_bytes, nbytes);
            assert_memory_equal(found.stem, word, nbytes);
            if (round == 0)
                first[i] = found;
            assert_int_equal(found.entry, first[i].entry);
            if (found.entry != STEMMED_NO_ENTRY)
                assert_ptr_equal(found.stem, first[i].stem);
        }
    assert_int_equal(first[0].entry, 0);
    assert_int_equal(first[ASKED - 1].entry, STEMMED_NO_ENTRY);
    free(first);
    stemmer_free(s);
}

/* Many words at once have the stems and the entries that they have one by one, whether there are
 * entries left or not; s_is_small: they have none in s. */
static void
compare_many_at_once(stemmer *s, bool s_is_small, uint32_t nasked)
{
    enum { LINE_WORDS = 50 };
    stemmer *other = stemmer_new();
    token_list list = {0};
    size_t nwithout = 0;
    assert_non_null(s);
    assert_non_null(other);
    for (uint32_t i = 0; i < nasked; i += LINE_WORDS) {
        buffer line = {0};
        for (uint32_t k = i; k < i + LINE_WORDS; k++) {
            char word[WORDS_MAX_SURFACE];
            assert_true(buffer_add(&line, word, make_word(k / 2, word)));
            assert_true(buffer_printf(&line, "%s %u's US ", k % 2 ? "ing" : "ed", k));
        }
        token_list_clear(&list);
        assert_true(words_split(line.bytes, 0, line.size, false, &list));
        assert_int_equal(list.ntokens, 3 * LINE_WORDS);
        if (i / LINE_WORDS % 2 == 0) { /* nothing is read behind the room that there is */
            list.forms.room = list.forms.size + 1;
            list.forms.bytes = realloc(list.forms.bytes, list.forms.room);
            assert_non_null(list.forms.bytes);
        }
        for (size_t at = 0; at < list.ntokens;) {
            size_t n = 1 + (i + at) % STEMMER_BATCH;
            n = n < list.ntokens - at ? n : list.ntokens - at;
            stemmed found[STEMMER_BATCH];
            assert_true(stemmer_lookup_all(s, &list, at, n, found));
            for (size_t k = 0; k < n; k++, at++) {
                const token *t = &list.tokens[at];
                stemmed one;
                assert_true(stemmer_lookup(other, token_surface(&list, t), t->surface_bytes,
                                           t->flags, &one));
                assert_int_equal(found[k].entry, s_is_small ? STEMMED_NO_ENTRY : one.entry);
                assert_int_equal(found[k].stem_bytes, one.stem_bytes);
                assert_memory_equal(found[k].stem, one.stem, one.stem_bytes);
                nwithout += found[k].entry == STEMMED_NO_ENTRY;
            }
        }
        buffer_free(&line);
    }
    assert_true(nwithout > 10000);
    token_list_free(&list);
    stemmer_free(s);
    stemmer_free(other);
}

static void
test_many_at_once(void **state)
{
    (void)state;
    compare_many_at_once(stemmer_new(), false, STEMMER_MAX_ENTRIES + 20000);
}

/* One that forgets has the same stems, before and after. */
static void
test_small(void **state)
{
    (void)state;
    compare_many_at_once(stemmer_new_small(NULL), true, 40000);
}

static void
check_filter(stemmer *s, const char *word, size_t nbytes)
{
    stem_filter filter = {0};
    size_t stem_bytes;
    const char *stem = stemmer_stem(s, word, nbytes, 0, &stem_bytes);

    assert_non_null(stem);
    stem_filter_add(&filter, s, stem, stem_bytes);
    if (!stem_filter_passes(&filter, word, nbytes))
        fail_msg("%.*s has the stem %.*s, whose filter does not let it through", (int)nbytes, word,
                 (int)stem_bytes, stem);
}

static void
check_beginning(stemmer *s, const char *beginning, size_t nbytes)
{
    static const char *const endings[] = {"",    "s",   "es",   "ed",  "ing", "ied",  "ies",
                                          "ly",  "'s",  "eed",  "y",   "e",   "edly", "ingly",
                                          "oed", "bly", "ness", "ion", "'"};
    char word[32];

    memcpy(word, beginning, nbytes);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        strcpy(word + nbytes, endings[i]);
        check_filter(s, word, strlen(word));
    }
}

/* All beginnings of up to three letters, and words of the tables. */
static void
test_filter_lets_words_of_a_stem_through(void **state)
{
    (void)state;
    static const char *const words[] = {
        "amongst",     "aeroplanes", "anaemia",    "bn",          "mln",       "mn",
        "pct",         "tn",         "trn",        "kmh",         "lbs",       "foetus",
        "pyjamas",     "sceptics",   "mediaeval",  "haemorrhage", "oestrogen", "paediatric",
        "paedophiles", "grey",       "dying",      "lying",       "tying",     "skis",
        "skies",       "idly",       "early",      "only",        "organise",  "universities",
        "travelled",   "labour",     "importance", "moustache",   "news",
    };
    stemmer *s = stemmer_new();
    char letters[3];

    assert_non_null(s);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        check_filter(s, words[i], strlen(words[i]));
    for (unsigned i = 0; i < 27 * 27 * 27; i++) {
        size_t n = 0;
        for (unsigned rest = i; rest > 0 && rest % 27 > 0; rest /= 27)
            letters[n++] = (char)('a' + rest % 27 - 1);
        if (n > 0)
            check_beginning(s, letters, n);
    }
    stemmer_free(s);
}

static void
test_filter_keeps_others_back(void **state)
{
    (void)state;
    stemmer *s = stemmer_new();
    stem_filter filter = {0};

    assert_non_null(s);
    assert_false(stem_filter_passes(&filter, "oil", 3));
    stem_filter_add(&filter, s, "oil", 3);
    stem_filter_add(&filter, s, "million", 7);
    assert_true(stem_filter_passes(&filter, "oils", 4));
    assert_true(stem_filter_passes(&filter, "mln", 3));
    assert_false(stem_filter_passes(&filter, "o", 1));
    assert_false(stem_filter_passes(&filter, "gas", 3));
    assert_false(stem_filter_passes(&filter, "of", 2));
    stemmer_free(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stems),
        cmocka_unit_test(test_variants_are_made_american),
        cmocka_unit_test(test_false_friends_are_left_alone),
        cmocka_unit_test(test_exceptions_keep_words_apart),
        cmocka_unit_test(test_other_words_are_snowballs),
        cmocka_unit_test(test_long_words),
        cmocka_unit_test(test_entries_are_dense),
        cmocka_unit_test(test_entries_last),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_filter_lets_words_of_a_stem_through),
        cmocka_unit_test(test_filter_keeps_others_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
