/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_variants.c - British and American spellings against the word lists of Debian's scowl, where
 * that is installed: words of both lists that differ by a rule of spelling only have one stem, and
 * no words of one list are made one that the stemmer keeps apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/stem.h"
#include "text/variants.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define LISTS "/usr/share/dict/scowl/"

enum { STEM_ROOM = VARIANTS_MAX_BYTES + 1, MAX_WORDS = 200000 };

/* Words in small letters of lists; the higher the level, the rarer they are. */
typedef struct {
    char **words;
    size_t nwords;
} word_list;

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_lower(const char *word)
{
    return word[0] != '\0' && word[strspn(word, "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

static void
read_list(word_list *list, const char *name, int max_level)
{
    static const int levels[] = {10, 20, 35, 40, 50, 55, 60, 70};

    for (size_t i = 0; i < COUNT(levels) && levels[i] <= max_level; i++) {
        char path[100], line[100];
        snprintf(path, sizeof path, LISTS "%s-words.%d", name, levels[i]);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        while (fgets(line, sizeof line, file) != NULL) {
            line[strcspn(line, "\n")] = '\0';
            if (!is_lower(line))
                continue;
            assert_true(list->nwords < MAX_WORDS);
            list->words[list->nwords++] = strdup(line);
        }
        fclose(file);
    }
    qsort(list->words, list->nwords, sizeof *list->words, compare_words);
}

static word_list
make_list(const char *first, const char *second, int max_level)
{
    word_list list = {.words = calloc(MAX_WORDS, sizeof *list.words)};

    assert_non_null(list.words);
    read_list(&list, first, max_level);
    if (second != NULL)
        read_list(&list, second, max_level);
    return list;
}

static void
free_list(word_list *list)
{
    for (size_t i = 0; i < list->nwords; i++)
        free(list->words[i]);
    free(list->words);
}

static bool
holds(const word_list *list, const char *word)
{
    return bsearch(&word, list->words, list->nwords, sizeof *list->words, compare_words) != NULL;
}

static bool
is_there(void)
{
    FILE *file = fopen(LISTS "british-words.10", "r");

    if (file == NULL)
        return false;
    fclose(file);
    return true;
}

static void
skip_aloud(void)
{
    print_message("skipped: there is no " LISTS "; it comes with Debian's scowl\n");
    skip();
}

/* The stem, ended by a NUL. */
static const char *
stem_of(stemmer *s, const char *word, bool as_spelled, char out[STEM_ROOM])
{
    size_t nbytes = 0;
    const char *stem = as_spelled ? stemmer_stem_as_spelled(s, word, strlen(word), &nbytes)
                                  : stemmer_stem(s, word, strlen(word), 0, &nbytes);

    assert_non_null(stem);
    assert_true(nbytes < STEM_ROOM);
    memcpy(out, stem, nbytes);
    out[nbytes] = '\0';
    return out;
}

/* How British spelling becomes American, at one place of a word; "$": at its end. */
static const char *const rules[][2] = {
    {"is", "iz"},   {"ys", "yz"},     {"our", "or"},     {"enc", "ens"}, {"ll", "l"},
    {"l", "ll"},    {"ae", "e"},      {"oe", "e"},       {"ogue", "og"}, {"ph", "f"},
    {"re$", "er$"}, {"res$", "ers$"}, {"red$", "ered$"},
};

/* Counts the American words that a rule makes of a British one, and those with the same stem. */
static void
try_rule(stemmer *s, const word_list *american, const char *word, const char *const rule[2],
         size_t *npairs, size_t *nfound)
{
    char closed[110], made[120], one[STEM_ROOM], other[STEM_ROOM];

    snprintf(closed, sizeof closed, "%s$", word);
    for (char *at = strstr(closed, rule[0]); at != NULL; at = strstr(at + 1, rule[0])) {
        snprintf(made, sizeof made, "%.*s%s%s", (int)(at - closed), closed, rule[1],
                 at + strlen(rule[0]));
        made[strcspn(made, "$")] = '\0';
        if (!holds(american, made))
            continue;
        (*npairs)++;
        *nfound += strcmp(stem_of(s, word, false, one), stem_of(s, made, false, other)) == 0;
    }
}

static void
test_pairs_have_one_stem(void **state)
{
    (void)state;
    size_t npairs = 0, nfound = 0;
    if (!is_there())
        skip_aloud();
    stemmer *s = stemmer_new();
    word_list american = make_list("american", NULL, 60), british = make_list("british", NULL, 60);
    assert_non_null(s);
    for (size_t i = 0; i < british.nwords; i++)
        for (size_t k = 0; k < COUNT(rules); k++)
            try_rule(s, &american, british.words[i], rules[k], &npairs, &nfound);
    print_message("%zu of %zu pairs of spellings have one stem\n", nfound, npairs);
    assert_true(npairs > 2000);
    assert_true(nfound * 100 >= npairs * 97);
    free_list(&american);
    free_list(&british);
    stemmer_free(s);
}

typedef struct {
    char *stem;
    char *as_spelled;
    const char *word;
} stemmed_word;

static int
compare_stems(const void *a, const void *b)
{
    const stemmed_word *one = a, *other = b;
    int order = strcmp(one->stem, other->stem);

    return order != 0 ? order : strcmp(one->as_spelled, other->as_spelled);
}

/* Variants that the lists have both, as words of either spelling. */
static bool
is_variant(const char *word)
{
    static const char *const words[] = {
        "analogue", "artefactual", "ax",        "burnt",  "centreing", "dialog",
        "enquire",  "enquirer",    "enquirers", "leapt",  "whilst",    "whiskey",
        "whiskeys", "ploughings",  "flier",     "fliers", "aeon",      "aeons",
    };
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(words[i], word) == 0)
            return true;
    /* What the lists count as English, and is British by a rule all the same. */
    return strstr(word, "ae") != NULL || strstr(word, "sulph") != NULL ||
           strstr(word, "plough") != NULL || strstr(word, "oe") != NULL;
}

/* No words of American English are made one that the stemmer keeps apart. */
static void
test_no_words_are_merged(void **state)
{
    (void)state;
    char room[STEM_ROOM];
    size_t nmerged = 0;
    if (!is_there())
        skip_aloud();
    stemmer *s = stemmer_new();
    word_list words = make_list("american", "english", 70);
    stemmed_word *stems = calloc(words.nwords, sizeof *stems);
    size_t n = 0;
    assert_non_null(s);
    assert_non_null(stems);
    for (size_t i = 0; i < words.nwords; i++) {
        if (is_variant(words.words[i]))
            continue;
        stems[n].word = words.words[i];
        stems[n].stem = strdup(stem_of(s, words.words[i], false, room));
        stems[n++].as_spelled = strdup(stem_of(s, words.words[i], true, room));
    }
    qsort(stems, n, sizeof *stems, compare_stems);
    for (size_t i = 1; i < n; i++)
        if (strcmp(stems[i - 1].stem, stems[i].stem) == 0 &&
            strcmp(stems[i - 1].as_spelled, stems[i].as_spelled) != 0) {
            print_message("%s and %s are made one\n", stems[i - 1].word, stems[i].word);
            nmerged++;
        }
    assert_int_equal(nmerged, 0);
    for (size_t i = 0; i < n; i++) {
        free(stems[i].stem);
        free(stems[i].as_spelled);
    }
    free(stems);
    free_list(&words);
    stemmer_free(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_have_one_stem),
        cmocka_unit_test(test_no_words_are_merged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
