/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokenizer, rule by rule.
 *
 * Tokens are written as their surfaces with blanks between; + before one that is joined to the one
 * before it, and the extra form, if there is one, in braces: "+4.5{$4.5}". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unictype.h>
#include <uniwbrk.h>

#include "base/hash.h"
#include "text/characters.h"
#include "text/word_window.h"
#include "text/words.h"

#include "rounds.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

typedef struct {
    const char *text;
    const char *tokens;
} words_case;

static void
describe(const token_list *list, buffer *out)
{
    buffer_clear(out);
    assert_true(buffer_reserve(out, 1));
    out->bytes[0] = '\0';
    for (size_t i = 0; i < list->ntokens; i++) {
        const token *t = &list->tokens[i];
        assert_true(t->surface_bytes > 0);
        assert_true(buffer_printf(out, "%s%s%.*s", i == 0 ? "" : " ",
                                  (t->flags & TOKEN_JOINED) != 0 ? "+" : "", (int)t->surface_bytes,
                                  token_surface(list, t)));
        if (t->extra_bytes > 0)
            assert_true(buffer_printf(out, "{%.*s}", (int)t->extra_bytes, token_extra(list, t)));
    }
}

static void
check(const words_case *cases, size_t ncases, bool shouting)
{
    token_list list = {0};
    buffer found = {0};
    for (size_t i = 0; i < ncases; i++) {
        const char *text = cases[i].text;
        token_list_clear(&list);
        assert_true(words_split(text, 0, strlen(text), shouting, &list));
        describe(&list, &found);
        if (strcmp(found.bytes, cases[i].tokens) != 0)
            fail_msg("'%s' gives '%s', not '%s'", text, found.bytes, cases[i].tokens);
        token_list_clear(&list);
        assert_true(words_split_by_rules(text, 0, strlen(text), shouting, &list));
        describe(&list, &found);
        assert_string_equal(found.bytes, cases[i].tokens);
    }
    token_list_free(&list);
    buffer_free(&found);
}

static void
test_words_are_letters_and_digits(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"", ""},
        {" \t.,;!?\u2014\u201c\u201d", ""},
        {"The vote, on Monday.", "the vote on monday"},
        {"5G G7 1990s 21st 3D H1N1 mp3", "5g g7 1990s 21st 3d h1n1 mp3"},
        {"caf\u00e9 cafe\u0301 \uff23\uff2e\uff2e \ufb01re", "cafe cafe cnn fire"},
        {"state\u00adment", "statement"},
        {"\ufeffGaza\u200f", "gaza"},
        {"H\u2082O km\u00b2 m\u00b3", "h2o km2 m3"},
        {"col\u00b7lecci\u00f3", "col\u00b7leccio"},
        {"\u05e6\u05d4\u05f4\u05dc \u0633\u0644\u0627\u0645", "\u05e6\u05d4\u05f4\u05dc "
                                                              "\u0633\u0644\u0627\u0645"},
        {"\u20ac \u00a9 \u2122 \U0001f600 \U0001f1fa\U0001f1f3", ""}, /* symbols are no words */
        {"\ufffd", ""},
    };
    check(cases, COUNT(cases), false);
}

static void
test_apostrophes_stay_inside(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"Netanyahu's", "netanyahu's"},
        {"Netanyahu\u2019s", "netanyahu's"},
        {"O'Neill O\u2019Neill O`Neill", "o'neill o'neill o'neill"},
        {"don't rock'n'roll", "don't rock'n'roll"},
        {"'quoted' \u2018quoted\u2019 workers' rights", "quoted quoted workers rights"},
        {"the '90s and 1980's", "the 90s and 1980's"},
        {"6'2 5'11\"", "6 2 5 11"},
        {"Qur\u02bean \u02bbOumuamua", "qur'an oumuamua"},
        {"''x'' x''y", "x x y"},
    };
    check(cases, COUNT(cases), false);
}

static void
test_parts_of_compounds_are_joined(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"hostage-release", "hostage +release"},
        {"20-point", "20 +point"},
        {"COVID-19", "covid +19"},
        {"and/or AT&T snake_case East.According", "and +or at +t snake +case east +according"},
        {"press@un.org", "press +un +org"},
        {"10:30 C++ Disney+Hulu", "10 +30 c disney +hulu"},
        {"2019\u20132025 non\u2010stop non\u2011stop", "2019 +2025 non +stop non +stop"},
        {"https://www.example.org/a-b", "https +www +example +org +a +b"},
        {"mother-in-law", "mother +in +law"},
        {"hostage\u00ad-release hostage-\u00adrelease", "hostage +release hostage +release"},
        /* not joined */
        {"a - b, c\u2014d; e--f g...h (i)j \"k\"l", "a b c d e f g h i j k l"},
        {"-lead trail- &x", "lead trail x"},
        {"a:/b a//b a:///b", "a b a b a b"},
        {"a\u200bb", "a b"},
    };
    check(cases, COUNT(cases), false);
}

static void
test_numbers(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"20,000 1,250,000.75 1,000th", "20000 1250000.75 1000th"},
        {"4.5 16.11.2025 192.168.0.1", "4.5 16.11.2025 192.168.0.1"},
        {"2,5 1,2345 1234,567 1,000,00 12,34", "2 5 1 2345 1234 567 1000 00 12 34"},
        {"100,000,5000", "100000 5000"},
        {"4. 5 7. .5", "4 5 7 5"},
        {"v1.2 1.2.3beta", "v1.2 1.2.3beta"},
        {"No.5 24.com", "no +5 24 +com"},
        {"\uff12\uff10\uff0c\uff10\uff10\uff10", "20000"},
        {"5\u00bd 10\u00b2 \u2460", "5 +1\u20442 10 +2 1"},
        {"\u0663\u0664", "\u0663\u0664"},
        {"911/9-11", "911 +9 +11"},
    };
    check(cases, COUNT(cases), false);
}

static void
test_units_stand_apart(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"4.5bn 20m 3,000km 9am 11:30pm 50p", "4.5 +bn 20 +m 3000 +km 9 +am 11 +30 +pm 50 +p"},
        {"300MW 2.4GHz 70KG 5K", "300 +mw 2.4 +ghz 70 +kg 5 +k"},
        {"4.5bn-a-year", "4.5 +bn +a +year"},
        {"4.5 bn", "4.5 bn"},
        {"5g 3x 1990s 20mx 20m2 bn4", "5g 3x 1990s 20mx 20m2 bn4"},
        {"\uff15\uff4b\uff4d", "5 +km"},
    };
    check(cases, COUNT(cases), false);
}

static void
test_signs_give_a_second_form(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"$4.5bn", "4.5{$4.5} +bn"},
        {"\u00a320,000 \u20ac5 \u00a5100", "20000{\u00a320000} 5{\u20ac5} 100{\u00a5100}"},
        {"\uff0450 \uffe150 \uffe550 50\uff05", "50{$50} 50{\u00a350} 50{\u00a550} 50{50%}"},
        {"76% 4.5%-6%", "76{76%} 4.5{4.5%} +6{6%}"},
        {"US$4 C$5", "US +4{$4} c +5{$5}"},
        {"$5-$10", "5{$5} +10{$10}"},
        {"$100% $1990s", "100{$100%} 1990s{$1990s}"},
        {"$ 5 5 % $x x% 5bn%", "5 5 x x 5 +bn"},
    };
    check(cases, COUNT(cases), false);
}

static void
test_acronyms_are_kept_apart(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"US us Us U.S. U.S U.N. UN W.H.O. WHO who", "US us us US US UN UN WHO WHO who"},
        {"u.s. u.n.", "us un"},
        {"US's US\u2019s U.S.'s UN's", "US US US UN"},
        {"IT'S It's IT'LL", "it's it's it'll"},
        {"US-brokered U.S.-led US/UK", "US +brokered US +led US +uk"},
        {"NATO Nato U.K. EU", "nato nato uk eu"},
        {"AIDS ICE COP NICE PEN CARE START SALT NUT IS IT", "AIDS ICE COP NICE PEN CARE START SALT "
                                                            "NUT IS IT"},
        {"USA U.S.A. USX COPs", "usa usa usx cops"},
        {"\uff35\uff33 U\u00adS \u0421\u0428\u0410", "US US \u0441\u0448\u0430"},
    };
    static const words_case shouting[] = {
        {"US VOTE U.S. TROOPS WHO AND THE UN", "us vote US troops who and the un"},
        {"U.N.'S MAN, IT'S THE U.S MAN", "UN man it's the US man"},
    };
    check(cases, COUNT(cases), false);
    check(shouting, COUNT(shouting), true);
}

static void
test_dotted_initials_are_one_word(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"U.K. a.m. p.m e.g. i.e., D.C.", "uk am pm eg ie dc"},
        {"J.R.R. Tolkien J.R.R.Tolkien J. R. R.", "jrr tolkien jrr +tolkien j r r"},
        {"U.S.Army U.K.-based U.K.'s", "US +army uk +based uk's"},
        {"Ph.D. Ph.D ph.d's Ph.Dx", "phd phd phd's ph +dx"},
        {"E.coli J.O'Neill A.1", "e +coli j +o'neill a +1"},
        {"\u0421.\u0428.\u0410. \uff35\uff0e\uff2b\uff0e", "\u0441\u0448\u0430 uk"},
        {"A. B", "a b"},
    };
    check(cases, COUNT(cases), false);
}

static void
test_scripts_without_blanks(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"\u5317\u4eac\u5e02", "\u5317 +\u4eac +\u5e02"},
        {"\u3072\u3089\u30ab\u30bf", "\u3072 +\u3089 +\u30ab +\u30bf"},
        {"\uff76\uff9e\uff71", "\u30ac +\u30a2"}, /* half-width, with its mark */
        {"\u0e44\u0e17\u0e22\u0e31", "\u0e44 +\u0e17 +\u0e22\u0e31"},
        {"\ud55c\uad6d \uc11c\uc6b8", "\ud55c\uad6d \uc11c\uc6b8"}, /* Korean has blanks */
        {"\u7f8e\u56fdUS\u653f\u5e9c2025\u5e74",
         "\u7f8e +\u56fd +US +\u653f +\u5e9c +2025 +\u5e74"},
        {"\u5317\u3001\u4eac", "\u5317 \u4eac"},
    };
    check(cases, COUNT(cases), false);
}

/* The bytes of the text that each token covers, a bar behind each. */
static void
test_ranges_are_the_words_own_bytes(void **state)
{
    (void)state;
    static const words_case cases[] = {
        {"the US's plan", "the|US's|plan|"},
        {"in the U.S. today", "in|the|U.S.|today|"},
        {"U.S and U.N.'s.", "U.S|and|U.N.'s|"},
        {"J.R.R.Tolkien", "J.R.R.|Tolkien|"},
        {"$4.5bn (76%)", "$4.5|bn|76%|"},
        {"US$20,000, -5", "US|$20,000|5|"},
        {"\u201cNetanyahu\u2019s\u201d", "Netanyahu\u2019s|"},
        {"cafe\u0301s, state\u00adment.", "cafe\u0301s|state\u00adment|"},
        {"caf\u00e9-owner", "caf\u00e9|owner|"},
        {"\u00a35m", "\u00a35|m|"},
    };
    token_list list = {0};
    buffer found = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *text = cases[i].text;
        token_list_clear(&list);
        buffer_clear(&found);
        assert_true(words_split(text, 0, strlen(text), false, &list));
        for (size_t k = 0; k < list.ntokens; k++) {
            const token *t = &list.tokens[k];
            assert_true(buffer_printf(&found, "%.*s|", (int)(t->end - t->start), text + t->start));
        }
        assert_string_equal(found.bytes, cases[i].tokens);
    }
    token_list_free(&list);
    buffer_free(&found);
}

/* Offsets count from text, words outside of the range do not matter, tokens are appended. */
static void
test_a_sentence_inside_a_text(void **state)
{
    (void)state;
    const char *text = "East.According to U.S. aides";
    token_list list = {0};
    buffer found = {0};
    assert_true(words_split(text, 5, 17, false, &list));
    assert_true(words_split(text, 18, 22, false, &list));
    describe(&list, &found);
    assert_string_equal(found.bytes, "according to US");
    assert_int_equal(list.tokens[0].start, 5);
    assert_int_equal(list.tokens[2].start, 18);
    assert_int_equal(list.tokens[2].end, 22);
    token_list_free(&list);
    buffer_free(&found);
}

static void
test_flags(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint8_t flags; /* of the last token */
    } cases[] = {
        {"word", 0},
        {"US", TOKEN_ACRONYM},
        {"the-US", TOKEN_ACRONYM | TOKEN_JOINED},
        {"4.5", TOKEN_NUMBER},
        {"1990s", TOKEN_NUMBER},
        {"g7", 0},
        {"4.5bn", TOKEN_JOINED},
        {"a-7", TOKEN_NUMBER | TOKEN_JOINED},
        {"\u0663", TOKEN_NUMBER},
        {"\u00bd", TOKEN_NUMBER},
        {"\u4e00", 0},
    };
    token_list list = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        token_list_clear(&list);
        assert_true(words_split(cases[i].text, 0, strlen(cases[i].text), false, &list));
        assert_true(list.ntokens > 0);
        assert_int_equal(list.tokens[list.ntokens - 1].flags, cases[i].flags);
    }
    token_list_free(&list);
}

/* A surface of more than WORDS_MAX_SURFACE bytes is cut at a character, and a hash of the whole
 * tells it from others that begin alike. */
static void
test_long_words_are_cut(void **state)
{
    (void)state;
    static const struct {
        const char *unit; /* what the word is made of */
        const char *folded;
        size_t count;
        size_t kept; /* bytes; 0: all */
    } cases[] = {
        {"Ab", "ab", 60, 0},          {"Ab", "ab", 61, 100},     {"7", "7", 121, 100},
        {"\u00c9", "e", 120, 0},      {"\u00c9", "e", 121, 100}, {"\u0431", "\u0431", 61, 100},
        {"\uac00", "\uac00", 41, 99}, {"A.", "a", 200, 100},
    };
    token_list list = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        buffer text = {0}, expected = {0};
        assert_true(buffer_add_string(&text, "$"));
        for (size_t k = 0; k < cases[i].count; k++)
            assert_true(buffer_add_string(&text, cases[i].unit) &&
                        buffer_add_string(&expected, cases[i].folded));
        if (cases[i].kept > 0) {
            char hex[HASH_HEX_BYTES];
            hash_to_hex(hash_bytes(expected.bytes, expected.size), hex);
            expected.size = cases[i].kept;
            assert_true(buffer_add_string(&expected, "~") && buffer_add_string(&expected, hex));
        }
        token_list_clear(&list);
        assert_true(buffer_add_string(&text, "%"));
        assert_true(words_split(text.bytes, 0, text.size, false, &list));
        assert_int_equal(list.ntokens, 1);
        const token *t = &list.tokens[0];
        assert_int_equal(t->surface_bytes, expected.size);
        assert_memory_equal(token_surface(&list, t), expected.bytes, expected.size);
        if (cases[i].unit[0] == '7') {
            assert_int_equal(t->extra_bytes, expected.size + 2);
            assert_memory_equal(token_extra(&list, t), "$7", 2);
            assert_int_equal(t->end - t->start, 123);
        }
        buffer_free(&text);
        buffer_free(&expected);
    }
    token_list_free(&list);
}

static void
test_shouting(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool shouting;
    } cases[] = {
        {"US DRAFT", true},
        {"UN CHIEF ARRIVES IN GAZA", true},
        {"\u00c9LYS\u00c9E SAYS NO", true},
        {"\u0413\u0410\u0417\u0410 \u0421\u0415\u0413\u041e\u0414\u041d\u042f", true},
        {"US", false},
        {"UN US WHO", false}, /* no long word */
        {"UNESCO", false},    /* one word */
        {"UN CHIEF aRRIVES", false},
        {"The US", false},
        {"2025 12345", false},
        {"\u7f8e\u56fdUS\u653f\u5e9c\u5317\u4eac\u5e02", false}, /* no case, which tells nothing */
        {"", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(words_is_shouting(cases[i].text, strlen(cases[i].text)),
                         cases[i].shouting);
}

static void
test_function_words(void **state)
{
    (void)state;
    static const char *const are[] = {"the", "of", "to",   "in",   "a",  "and",
                                      "is",  "it", "it's", "your", "for"};
    static const char *const are_not[] = {"not", "no", "nor",  "who", "will", "us", "may",
                                          "US",  "IT", "gaza", "th",  "thea", "",   "t\0e"};
    for (size_t i = 0; i < COUNT(are); i++)
        assert_true(words_is_function_word(are[i], strlen(are[i])));
    for (size_t i = 0; i < COUNT(are_not); i++)
        assert_false(words_is_function_word(are_not[i], strlen(are_not[i])));
    assert_false(words_is_function_word("the\0x", 5));
}

/* ---- The two paths ---- */

static uint32_t
next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void
assert_same_tokens(const char *text, size_t size, const token_list *fast, const token_list *slow)
{
    if (fast->ntokens != slow->ntokens)
        fail_msg("'%.*s': %zu and %zu tokens", (int)size, text, fast->ntokens, slow->ntokens);
    assert_int_equal(fast->forms.size, slow->forms.size);
    assert_int_equal(fast->forms.bytes[fast->forms.size], '\0');
    for (size_t i = 0; i < fast->ntokens; i++) {
        const token *f = &fast->tokens[i], *s = &slow->tokens[i];
        if (f->start != s->start || f->end != s->end || f->flags != s->flags ||
            f->surface_bytes != s->surface_bytes || f->extra_bytes != s->extra_bytes ||
            memcmp(token_surface(fast, f), token_surface(slow, s), f->surface_bytes) != 0 ||
            (f->extra_bytes > 0 &&
             memcmp(token_extra(fast, f), token_extra(slow, s), f->extra_bytes) != 0))
            fail_msg("'%.*s': token %zu is %u to %u and %u to %u", (int)size, text, i, f->start,
                     f->end, s->start, s->end);
    }
}

/* Texts made of these pieces, and of any ASCII, are read alike, from the start of the text or from
 * some way in. */
static void
compare_paths(const char *const *pieces, size_t npieces, uint32_t max_pieces)
{
    token_list fast = {0}, slow = {0};
    uint32_t seed = 1;

    for (unsigned round = 0; round < test_rounds(20000); round++) {
        buffer text = {0};
        size_t skipped = next_random(&seed) % 3 == 0 ? 3 : 0;
        assert_true(buffer_add_string(&text, "$a'"));
        for (uint32_t n = 1 + next_random(&seed) % max_pieces; n > 0; n--) {
            const char *piece = pieces[next_random(&seed) % npieces];
            char any[2] = {(char)(next_random(&seed) % 128), '\0'};
            if (next_random(&seed) % 16 == 0)
                piece = any;
            assert_true(buffer_add(&text, piece, piece == any ? 1 : strlen(piece)));
        }
        /* on its own, so that sanitizers see what is read beyond it */
        char *own = malloc(text.size);
        assert_non_null(own);
        memcpy(own, text.bytes, text.size);
        bool shouting = next_random(&seed) % 4 == 0;
        if (next_random(&seed) % 2 == 0) { /* appending works too */
            token_list_clear(&fast);
            token_list_clear(&slow);
        }
        assert_true(words_split(own, skipped, text.size, shouting, &fast));
        assert_true(words_split_by_rules(own, skipped, text.size, shouting, &slow));
        assert_same_tokens(own, text.size, &fast, &slow);
        free(own);
        buffer_free(&text);
    }
    token_list_free(&fast);
    token_list_free(&slow);
}

/* Made mostly of what the rules look at. */
static void
test_both_paths_agree(void **state)
{
    (void)state;
    static const char *const ascii[] = {
        "U",    "S",   "s",  "a",    "T",  ".",  ".", ",",  "'",   "`", "1",    "20",  "000", "345",
        "$",    "%",   "-",  "/",    "&",  "_",  "@", ":",  "://", "+", " ",    " ",   "bn",  "km",
        "word", "WHO", "US", "Ph.D", "'s", "\"", "(", "\n", "\t",  "~", "\x7f", "\x01"};
    static const char *const all[] = {
        "U",      "S",      "s",       "a",      "ph",     ".",       ".",      ",",      "'",
        "1",      "20",     "000",     "$",      "%",      "-",       ":",      "://",    "/",
        " ",      " ",      " ",       "bn",     "word",   "another", "WHO",    "US",     "Ph.D",
        "\u2019", "\u00e9", "e\u0301", "\u0301", "\u00ad", "\u00b2",  "\u00bd", "\u5317", "\u30ab",
        "\u00a3", "\u20ac", "\uff04",  "\uff0f", "\uff0e", "\uff33",  "\uff12", "\u0664", "\u2013",
        "\u201c", "\u201d", "\u00b7",  "\u05e6", "\u0437", "\u00df",  "\uff05", "\uff1a", "\u200d"};
    static const char *const capitals[] = {
        "AIDS",  "CARE", "COP", "ICE", "IS",  "IT",   "NICE", "NUT",    "PEN", "SALT",
        "START", "UN",   "US",  "WHO", "AID", "NUTS", "NATO", "STARTS", "Us",  "uS",
        "IBM",   "UN2",  " ",   " ",   " ",   " ",    ", ",   ". ",     ".",   "'",
        "'s",    "'S",   "-",   "$",   "(",   "word", "7",    "%",      "`",   "\n"};
    compare_paths(ascii, COUNT(ascii), 14);
    compare_paths(ascii, COUNT(ascii), 150);
    compare_paths(capitals, COUNT(capitals), 14);
    compare_paths(capitals, COUNT(capitals), 150);
    compare_paths(all, COUNT(all), 14);
    compare_paths(all, COUNT(all), 150);
}

/* Every byte in every place of a window, and windows of every length, are read alike by vectors and
 * byte by byte. */
static void
test_windows(void **state)
{
    (void)state;
    uint32_t seed = 5;
    for (size_t round = 0; round < test_rounds(20000); round++) {
        size_t nbytes = 1 + next_random(&seed) % WORD_WINDOW_BYTES;
        char *text = malloc(nbytes);
        assert_non_null(text);
        for (size_t i = 0; i < nbytes; i++)
            text[i] = (char)(round < 256 ? (round + i) % 256 : next_random(&seed) % 256);
        word_window w = word_window_read(text, nbytes);
        word_window plain = word_window_read_plainly(text, nbytes);
        assert_true(w.words == plain.words);
        assert_true(w.digits == plain.digits);
        assert_true(w.foreign == plain.foreign);
        assert_true(w.blanks == plain.blanks);
        assert_true(w.stops == plain.stops);
        assert_true(w.small == plain.small);
        free(text);
    }
}

/* Runs of digits, of letters and of capitals that end where a window does, or near it. */
static void
test_words_as_long_as_a_window(void **state)
{
    (void)state;
    static const char kinds[] = "9aZ";
    token_list fast = {0};
    token_list slow = {0};

    for (size_t nbytes = 1; nbytes <= 3 * (size_t)WORD_WINDOW_BYTES; nbytes++)
        for (size_t before = 0; before < 3; before++)
            for (const char *kind = kinds; *kind != '\0'; kind++) {
                char *text = malloc(nbytes);

                assert_non_null(text);
                memset(text, *kind, nbytes);
                memset(text, ' ', before < nbytes ? before : nbytes);
                token_list_clear(&fast);
                token_list_clear(&slow);
                assert_true(words_split(text, 0, nbytes, false, &fast));
                assert_true(words_split_by_rules(text, 0, nbytes, false, &slow));
                assert_same_tokens(text, nbytes, &fast, &slow);
                free(text);
            }
    token_list_free(&fast);
    token_list_free(&slow);
}

/* The table for ASCII says what Unicode's properties say, but for the marks that news sense adds.
 */
static void
test_the_ascii_table_is_unicodes(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 128; c++) {
        int property = uc_wordbreak_property(c);
        switch (characters_ascii[c]) {
        case CHARACTER_LETTER:
            assert_int_equal(property, WBP_ALETTER);
            break;
        case CHARACTER_DIGIT:
            assert_int_equal(property, WBP_NUMERIC);
            break;
        case CHARACTER_APOSTROPHE:
            assert_true(c == '\'' || c == '`');
            break;
        case CHARACTER_CURRENCY:
            assert_true(uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Sc));
            break;
        case CHARACTER_JOINER:
            assert_non_null(strchr("-/&_.@:+", (int)c));
            break;
        default:
            assert_int_equal(characters_ascii[c], CHARACTER_OTHER);
            assert_true(property != WBP_ALETTER && property != WBP_NUMERIC);
            assert_true(c == 0 || strchr("-/&_.@:+'`$", (int)c) == NULL);
        }
    }
}

/* ---- Hostile texts ---- */

/* Large texts of one kind are read in no time, and nothing is lost. */
static void
test_hostile_texts(void **state)
{
    (void)state;
    static const struct {
        const char *piece;
        size_t ntokens; /* for each 1,000 pieces */
    } cases[] = {
        {"a", 1},       {"a.", 1},      {"A.A' ", 1000}, {"1,", 1000},     {"1.", 1},
        {"123,", 1},    {"'", 0},       {"$", 0},        {"-", 0},         {"a-", 1000},
        {"://", 0},     {"a://", 1000}, {"\u0301", 0},   {"\u4e00", 1000}, {"1bn", 1},
        {"a\u0301", 1}, {"ph.", 1000},  {"\u00ad", 0},
    };
    enum { PIECES = 200000 };
    for (size_t i = 0; i < COUNT(cases); i++) {
        buffer text = {0};
        token_list list = {0};
        for (int k = 0; k < PIECES; k++)
            assert_true(buffer_add_string(&text, cases[i].piece));
        assert_true(words_split(text.bytes, 0, text.size, false, &list));
        size_t expected = cases[i].ntokens < 1000 ? cases[i].ntokens : PIECES;
        if (list.ntokens != expected)
            fail_msg("'%s': %zu tokens", cases[i].piece, list.ntokens);
        buffer_free(&text);
        token_list_free(&list);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_letters_and_digits),
        cmocka_unit_test(test_apostrophes_stay_inside),
        cmocka_unit_test(test_parts_of_compounds_are_joined),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_units_stand_apart),
        cmocka_unit_test(test_signs_give_a_second_form),
        cmocka_unit_test(test_acronyms_are_kept_apart),
        cmocka_unit_test(test_dotted_initials_are_one_word),
        cmocka_unit_test(test_scripts_without_blanks),
        cmocka_unit_test(test_ranges_are_the_words_own_bytes),
        cmocka_unit_test(test_a_sentence_inside_a_text),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_long_words_are_cut),
        cmocka_unit_test(test_shouting),
        cmocka_unit_test(test_function_words),
        cmocka_unit_test(test_both_paths_agree),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_words_as_long_as_a_window),
        cmocka_unit_test(test_the_ascii_table_is_unicodes),
        cmocka_unit_test(test_hostile_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
