/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pairs of tests/queries cannot say about reading queries: offsets, terms, limits, bytes
 * that are no text, and hostile sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "query/intern.h"
#include "query/parse.h"

#include "rounds.h"

/* A query read, with what it lives in. */
typedef struct {
    arena *a;
    stemmer *s;
    query_tree tree;
    query_notes notes;
    quire_error err;
    quire_status status;
} reading;

static reading
read_bytes(const char *text, size_t nbytes)
{
    const query_options options = {.require_all = false};
    reading r = {.a = arena_new(), .s = stemmer_new()};

    assert_non_null(r.a);
    assert_non_null(r.s);
    r.status = query_parse(text, nbytes, &options, r.s, r.a, &r.tree, &r.notes, &r.err);
    return r;
}

static reading
read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static void
end_reading(reading *r)
{
    stemmer_free(r->s);
    arena_free(r->a);
}

static void
assert_prints(const reading *r, const char *expected)
{
    assert_int_equal(r->status, QUIRE_OK);
    assert_string_equal(query_tree_print(&r->tree, r->a), expected);
}

static void
assert_note(const reading *r, size_t i, const char *code, size_t start, size_t end)
{
    assert_true(i < r->notes.nnotes);
    assert_string_equal(r->notes.notes[i].code, code);
    assert_int_equal(r->notes.notes[i].start, start);
    assert_int_equal(r->notes.notes[i].end, end);
    assert_true(strlen(r->notes.notes[i].text) > 10);
    assert_null(strchr(r->notes.notes[i].text, '\n'));
}

static void
test_a_query_without_a_word_has_no_root(void **state)
{
    static const char *const texts[] = {"",   " ",   "\t\n", "...",         "\"\"",
                                        "()", "AND", "-",    "\xef\xbb\xbf"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        reading r = read_text(texts[i]);
        bool is_said = false;

        assert_prints(&r, "nothing\n");
        assert_null(r.tree.root);
        assert_int_equal(r.tree.nleaves, 0);
        assert_int_equal(r.tree.nterms, 0);
        for (size_t j = 0; j < r.notes.nnotes; j++)
            is_said = is_said || strcmp(r.notes.notes[j].code, "empty-query") == 0;
        assert_true(is_said);
        end_reading(&r);
    }
}

static void
test_no_bytes_at_all_are_a_query(void **state)
{
    (void)state;
    reading r = read_bytes(NULL, 0);

    assert_prints(&r, "nothing\n");
    assert_int_equal(r.notes.nnotes, 1);
    assert_note(&r, 0, "empty-query", 0, 0);
    end_reading(&r);
}

static void
test_leaves_know_their_bytes(void **state)
{
    (void)state;
    const char *text = "+hostage-release -(\"Board of Peace\"  Gaza,Syria) caf\xc3\xa9";
    static const char *const expected[] = {"hostage-release", "Board of Peace", "Gaza", "Syria",
                                           "caf\xc3\xa9"};
    reading r = read_text(text);

    assert_int_equal(r.status, QUIRE_OK);
    assert_int_equal(r.tree.nleaves, 5);
    for (uint32_t i = 0; i < 5; i++) {
        const query_node *leaf = r.tree.leaves[i];

        assert_int_equal(leaf->clause, i + 1);
        assert_int_equal(leaf->end - leaf->start, strlen(expected[i]));
        assert_memory_equal(text + leaf->start, expected[i], strlen(expected[i]));
    }
    assert_int_equal(r.tree.root->nchildren, 3);
    assert_memory_equal(text + r.tree.root->children[1]->start - 1, "-(\"Board", 8);
    assert_int_equal(text[r.tree.root->children[1]->end - 1], ')');
    end_reading(&r);
}

static void
test_offsets_are_those_of_the_text_as_given(void **state)
{
    (void)state;
    /* Ill-formed parts of 1, 2 and 3 bytes, each of which becomes the 3 bytes of U+FFFD. */
    const char *text = "\xff a \xe2\x80 bb \xf0\x9f\x98 ccc \"";
    reading r = read_text(text);

    assert_prints(&r, "list\n"
                      "  supporting word a [a] clause 1\n"
                      "  optional word bb [bb] clause 2\n"
                      "  optional word ccc [ccc] clause 3\n");
    assert_memory_equal(text + r.tree.leaves[0]->start, "a", 1);
    assert_memory_equal(text + r.tree.leaves[1]->start, "bb", 2);
    assert_memory_equal(text + r.tree.leaves[2]->start, "ccc", 3);
    assert_int_equal(r.tree.leaves[2]->end - r.tree.leaves[2]->start, 3);
    assert_int_equal(r.notes.nnotes, 5);
    assert_note(&r, 0, "invalid-utf8", 0, 13);
    assert_note(&r, 1, "no-word", 0, 1);
    assert_note(&r, 2, "no-word", 4, 6);
    assert_note(&r, 3, "no-word", 10, 13);
    assert_note(&r, 4, "unbalanced-quote", 18, 19);
    end_reading(&r);
}

static void
test_a_nul_is_a_blank(void **state)
{
    (void)state;
    reading r = read_bytes("ab\0-cd\0\"ef\0gh\"", 14);

    assert_prints(&r, "list\n"
                      "  optional word ab [ab] clause 1\n"
                      "  excluded word cd [cd] clause 2\n"
                      "  optional phrase \"ef gh\" [ef gh] clause 3\n");
    assert_int_equal(r.notes.nnotes, 0);
    end_reading(&r);
}

static void
test_what_cannot_be_seen_does_not_hide_a_sign(void **state)
{
    (void)state;
    /* Byte order mark, left-to-right mark, zero-width space; no-break and ideographic space. */
    reading r =
        read_text("\xef\xbb\xbf-ab \xe2\x80\x8e-cd \xe2\x80\x8b+ef\xc2\xa0-gh\xe3\x80\x80ij");

    assert_prints(&r, "list\n"
                      "  excluded word ab [ab] clause 1\n"
                      "  excluded word cd [cd] clause 2\n"
                      "  required word ef [ef] clause 3\n"
                      "  excluded word gh [gh] clause 4\n"
                      "  optional word ij [ij] clause 5\n");
    end_reading(&r);
}

static void
test_terms_are_the_distinct_stems_that_may_score(void **state)
{
    (void)state;
    reading r =
        read_text("programme programs us US U.S. \"the program\" -(syria programme) a OR NOT b");
    static const struct {
        const char *stem;
        bool acronym;
    } expected[] = {{"program", false}, {"us", false}, {"US", true}, {"the", false}, {"a", false}};

    assert_int_equal(r.status, QUIRE_OK);
    assert_int_equal(r.tree.nterms, 5);
    for (uint32_t i = 0; i < r.tree.nterms; i++) {
        assert_string_equal(r.tree.terms[i].stem, expected[i].stem);
        assert_int_equal(r.tree.terms[i].stem_bytes, strlen(expected[i].stem));
        assert_int_equal(r.tree.terms[i].acronym, expected[i].acronym);
    }
    for (uint32_t i = 0; i < r.tree.nleaves; i++) {
        const query_node *leaf = r.tree.leaves[i];

        for (uint32_t j = 0; j < leaf->nslots; j++) {
            const query_word *word = &leaf->slots[j].words[0];

            if (word->term == QUERY_NONE) {
                assert_true(leaf->excluded);
                continue;
            }
            assert_string_equal(r.tree.terms[word->term].stem, word->stem);
            assert_int_equal(r.tree.terms[word->term].acronym, (word->flags & TOKEN_ACRONYM) != 0);
        }
    }
    /* syria and b are excluded and no term; programme within the same group is one all the same. */
    assert_int_equal(r.tree.leaves[6]->slots[0].words[0].term, QUERY_NONE);
    assert_int_equal(r.tree.leaves[7]->slots[0].words[0].term, 0);
    assert_true(r.tree.leaves[7]->excluded);
    assert_int_equal(r.tree.leaves[9]->slots[0].words[0].term, QUERY_NONE);
    end_reading(&r);
}

static void
test_numbers_keep_the_signs_they_demand(void **state)
{
    (void)state;
    reading r = read_text("$4.5bn \"76%\" 20,000");

    assert_int_equal(r.status, QUIRE_OK);
    assert_string_equal(r.tree.leaves[0]->slots[0].words[0].extra, "$4.5");
    assert_int_equal(r.tree.leaves[0]->slots[0].words[0].extra_bytes, 4);
    assert_string_equal(r.tree.leaves[0]->slots[0].words[0].surface, "4.5");
    assert_null(r.tree.leaves[0]->slots[1].words[0].extra);
    assert_string_equal(r.tree.leaves[1]->slots[0].words[0].extra, "76%");
    assert_null(r.tree.leaves[2]->slots[0].words[0].extra);
    assert_string_equal(r.tree.leaves[2]->slots[0].words[0].surface, "20000");
    end_reading(&r);
}

static void
test_notes_come_in_the_order_of_the_query_behind_those_before(void **state)
{
    (void)state;
    const query_options options = {.require_all = false};
    arena *a = arena_new();
    stemmer *s = stemmer_new();
    query_tree tree;
    query_notes notes = {0};

    assert_true(query_note(&notes, a, "before", 50, 60, "%s and %d", "said before", 7));
    assert_int_equal(query_parse("(ab - cd \"\"", 11, &options, s, a, &tree, &notes, NULL),
                     QUIRE_OK);
    assert_int_equal(notes.nnotes, 4);
    assert_string_equal(notes.notes[0].code, "before");
    assert_string_equal(notes.notes[0].text, "said before and 7");
    assert_string_equal(notes.notes[1].code, "unbalanced-parenthesis");
    assert_string_equal(notes.notes[2].code, "stray-sign");
    assert_string_equal(notes.notes[3].code, "empty-phrase");
    stemmer_free(s);
    arena_free(a);
}

/* ---- Limits ---- */

/* unit count times, and then the end. */
static reading
read_repeated(const char *unit, size_t count, const char *end)
{
    buffer text = {0};
    reading r;

    for (size_t i = 0; i < count; i++)
        assert_true(buffer_add_string(&text, unit));
    assert_true(buffer_add_string(&text, end));
    r = read_bytes(text.bytes, text.size);
    buffer_free(&text);
    return r;
}

static void
test_limits_are_what_they_say(void **state)
{
    (void)state;
    reading r = read_repeated("ab ", QUERY_MAX_CLAUSES, "");

    assert_int_equal(r.status, QUIRE_OK);
    assert_int_equal(r.tree.nleaves, QUERY_MAX_CLAUSES);
    end_reading(&r);
    r = read_repeated("ab ", QUERY_MAX_CLAUSES + 1, "");
    assert_int_equal(r.status, QUIRE_EQUERY);
    assert_non_null(strstr(r.err.message, "4096 clauses"));
    end_reading(&r);

    r = read_repeated("(", QUERY_MAX_DEPTH, "ab");
    assert_int_equal(r.status, QUIRE_OK);
    assert_int_equal(r.notes.nnotes, 1);
    assert_note(&r, 0, "unbalanced-parenthesis", 0, 1);
    end_reading(&r);
    r = read_repeated("(", QUERY_MAX_DEPTH + 1, "ab");
    assert_int_equal(r.status, QUIRE_EQUERY);
    assert_non_null(strstr(r.err.message, "100 deep"));
    end_reading(&r);

    r = read_repeated("a-", QUERY_MAX_WORDS - 1, "b");
    assert_int_equal(r.status, QUIRE_OK);
    assert_int_equal(r.tree.leaves[0]->nslots, QUERY_MAX_WORDS);
    end_reading(&r);
    r = read_repeated("a-", QUERY_MAX_WORDS, "b");
    assert_int_equal(r.status, QUIRE_EQUERY);
    assert_non_null(strstr(r.err.message, "16384 words"));
    end_reading(&r);
    r = read_repeated("a NEAR ", QUERY_MAX_HEIGHT, "b");
    assert_int_equal(r.status, QUIRE_OK);
    end_reading(&r);
    r = read_repeated("a NEAR ", QUERY_MAX_HEIGHT + 1, "b");
    assert_int_equal(r.status, QUIRE_EQUERY);
    assert_non_null(strstr(r.err.message, "250 deep"));
    end_reading(&r);

    r = read_repeated(" ", QUERY_MAX_BYTES - 2, "ab");
    assert_int_equal(r.status, QUIRE_OK);
    assert_int_equal(r.tree.nleaves, 1);
    end_reading(&r);
    r = read_repeated(" ", QUERY_MAX_BYTES - 1, "ab");
    assert_int_equal(r.status, QUIRE_EQUERY);
    assert_non_null(strstr(r.err.message, "1048576 bytes"));
    end_reading(&r);
}

static void
test_deepest_trees_print(void **state)
{
    (void)state;
    reading r = read_repeated("ab OR NOT (cd AND (", QUERY_MAX_DEPTH / 2, "ef gh");

    assert_int_equal(r.status, QUIRE_OK);
    assert_non_null(strstr(query_tree_print(&r.tree, r.a), "optional word gh [gh] clause 102\n"));
    end_reading(&r);
}

/* What takes quadratic time would not come back from this test. */
static void
test_a_megabyte_of_anything_is_answered(void **state)
{
    static const char *const units[] = {
        "(",
        ")",
        "()",
        "( ",
        "\"",
        "\" ",
        "-",
        "- ",
        "+-",
        "--",
        "-(",
        "-\"",
        "NOT ",
        "AND ",
        "OR ",
        "AND NOT ",
        "(AND) ",
        "\"\" OR ",
        "a-",
        "a.",
        "a,",
        "A.B ",
        "\xff",
        "\xe2\x80",
        "\xe2\x80\x9c",
        "\xe2\x80\x9d",
        "\xe2\x80\x9c a",
        "\xe2\x80\x93",
        "\"a ",
        "'",
        ". ",
        "...",
        "$",
        "1,000,",
        "://",
        "a@",
        "\xe4\xb8\x80",
        "\xc2\xad",
        "\xe2\x80\x8f",
        "\0",
    };

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t unit_bytes = units[i][0] == '\0' ? 1 : strlen(units[i]);
        const size_t nbytes = test_rounds(QUERY_MAX_BYTES);
        char *text = malloc(nbytes);
        reading r;

        assert_non_null(text);
        for (size_t at = 0; at < nbytes; at++)
            text[at] = units[i][at % unit_bytes];
        r = read_bytes(text, nbytes);
        assert_true(r.status == QUIRE_OK || r.status == QUIRE_EQUERY);
        assert_true(r.notes.nnotes <= 101);
        for (size_t j = 0; j < r.notes.nnotes; j++) {
            assert_true(r.notes.notes[j].start <= r.notes.notes[j].end);
            assert_true(r.notes.notes[j].end <= nbytes);
        }
        end_reading(&r);
        free(text);
    }
}

static void
test_more_notes_than_anyone_reads_are_cut(void **state)
{
    (void)state;
    buffer text = {0};
    reading r;

    /* Sign after sign without a word, each one longer than the one before. */
    for (size_t i = 1; i <= 1000; i++) {
        for (size_t k = 0; k < i; k++)
            assert_true(buffer_add_char(&text, '&'));
        assert_true(buffer_add_char(&text, ' '));
    }
    assert_true(buffer_add_string(&text, "ab"));
    r = read_bytes(text.bytes, text.size);
    assert_prints(&r, "word ab [ab] clause 1\n");
    assert_int_equal(r.notes.nnotes, 101);
    assert_note(&r, 99, "no-word", 5049, 5149);
    assert_note(&r, 100, "more-notes", 5150, 5251);
    end_reading(&r);
    buffer_free(&text);
}

static void
test_a_note_is_given_once_for_the_same_words(void **state)
{
    (void)state;
    reading r = read_repeated("- ", 1000, "ab + & ++ + & \xff\xff US & \xff");

    assert_prints(&r, "list\n"
                      "  optional word ab [ab] clause 1\n"
                      "  optional word US [US] clause 2\n");
    assert_int_equal(r.notes.nnotes, 7);
    assert_note(&r, 0, "stray-sign", 0, 1);
    end_reading(&r);
    r = read_text("US DRAFT US RESOLUTION");
    assert_int_equal(r.notes.nnotes, 1);
    assert_note(&r, 0, "acronym-as-word", 0, 2);
    end_reading(&r);
}

static void
test_interned_words_keep_their_numbers(void **state)
{
    (void)state;
    enum { NKEYS = 3000 };
    arena *a = arena_new();
    static char keys[NKEYS][8];
    intern_table t;

    assert_true(intern_init(&t, a, 2 * NKEYS));
    for (uint32_t i = 0; i < NKEYS; i++) {
        snprintf(keys[i], sizeof keys[i], "%x", (unsigned)i);
        assert_int_equal(intern_find(&t, keys[i], (uint32_t)strlen(keys[i]), false), INTERN_NONE);
        assert_int_equal(intern_add(&t, keys[i], (uint32_t)strlen(keys[i]), false), 2 * i);
        assert_int_equal(intern_add(&t, keys[i], (uint32_t)strlen(keys[i]), true), 2 * i + 1);
    }
    for (uint32_t i = 0; i < NKEYS; i++) {
        assert_int_equal(intern_add(&t, keys[i], (uint32_t)strlen(keys[i]), false), 2 * i);
        assert_int_equal(intern_find(&t, keys[i], (uint32_t)strlen(keys[i]), true), 2 * i + 1);
    }
    assert_int_equal(intern_find(&t, "", 0, false), INTERN_NONE);
    assert_int_equal(intern_find(&t, "zz", 2, false), INTERN_NONE);
    arena_free(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_query_without_a_word_has_no_root),
        cmocka_unit_test(test_no_bytes_at_all_are_a_query),
        cmocka_unit_test(test_leaves_know_their_bytes),
        cmocka_unit_test(test_offsets_are_those_of_the_text_as_given),
        cmocka_unit_test(test_a_nul_is_a_blank),
        cmocka_unit_test(test_what_cannot_be_seen_does_not_hide_a_sign),
        cmocka_unit_test(test_terms_are_the_distinct_stems_that_may_score),
        cmocka_unit_test(test_numbers_keep_the_signs_they_demand),
        cmocka_unit_test(test_notes_come_in_the_order_of_the_query_behind_those_before),
        cmocka_unit_test(test_limits_are_what_they_say),
        cmocka_unit_test(test_deepest_trees_print),
        cmocka_unit_test(test_a_megabyte_of_anything_is_answered),
        cmocka_unit_test(test_more_notes_than_anyone_reads_are_cut),
        cmocka_unit_test(test_a_note_is_given_once_for_the_same_words),
        cmocka_unit_test(test_interned_words_keep_their_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
