/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_plain_json.c - the fast way to an article and the careful one come to the same: for lines
 * chosen, lines of real collections where they are there, and lines with bytes changed in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../reference/random.h"
#include "article/plain_json.h"
#include "article/reader.h"
#include "article/record.h"

#define NKEYS 3

/* What reading a line came to. */
typedef struct {
    buffer problems;
    article a;
    bool is_article;
} outcome;

static void
on_problem(void *closure, const char *where, const char *what, bool skipped)
{
    assert_true(buffer_printf(closure, "%s|%s|%d\n", where, what, skipped));
}

static void
free_outcome(outcome *o)
{
    article_clear(&o->a);
    buffer_free(&o->problems);
}

static bool
is_blank(const char *line, size_t nbytes)
{
    size_t n = 0;

    while (n < nbytes && line[n] != '\0' && strchr(" \t\r\f\v", line[n]) != NULL)
        n++;
    return n == nbytes;
}

static void
read_both(line_reader *l, const char *line, size_t nbytes, char behind, outcome *fast,
          outcome *careful)
{
    reader_input fast_input = {.name = "f", .problem = on_problem, .closure = &fast->problems};
    reader_input careful_input = {
        .name = "f", .problem = on_problem, .closure = &careful->problems};
    reader_totals totals = {0};
    reader_part part = {.line = 7, .has_content = true};
    buffer valid = {0};
    record_line r = {.bytes = line, .nbytes = nbytes, .valid = &valid};
    const record_place place = {&careful_input, 7, true, &totals};

    assert_true(buffer_add(&part.bytes, line, nbytes));
    assert_true(buffer_reserve(&part.bytes, PLAIN_JSON_PADDING));
    memset(part.bytes.bytes + nbytes, behind, PLAIN_JSON_PADDING);
    line_reader_begin(l, &fast_input, &part);
    assert_int_equal(line_reader_next(l, &fast->a, &fast->is_article, NULL), QUIRE_OK);
    if (!is_blank(line, nbytes))
        assert_int_equal(record_read(&place, &r, &careful->a, &careful->is_article, NULL),
                         QUIRE_OK);
    assert_int_equal(totals.nnameless, line_reader_totals(l)->nnameless);
    reader_totals_free(&totals);
    buffer_free(&valid);
    buffer_free(&part.bytes);
}

static bool
is_same_string(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
is_same_article(const article *a, const article *b)
{
    return is_same_string(a->id, b->id) && a->title_bytes == b->title_bytes &&
           (a->title == NULL) == (b->title == NULL) &&
           (a->title == NULL || memcmp(a->title, b->title, a->title_bytes + 1) == 0) &&
           a->text_bytes == b->text_bytes && memcmp(a->text, b->text, a->text_bytes + 1) == 0 &&
           a->has_date == b->has_date &&
           (!a->has_date ||
            (strcmp(a->date.iso, b->date.iso) == 0 && a->date.seconds == b->date.seconds)) &&
           is_same_string(a->source, b->source) && is_same_string(a->author, b->author) &&
           is_same_string(a->url, b->url) && is_same_string(a->language, b->language) &&
           is_same_string(a->extra, b->extra) && is_same_string(a->path, b->path) &&
           a->text_is_file == b->text_is_file && a->nrepairs == b->nrepairs;
}

static void
expect_same_before(line_reader *l, const char *line, size_t nbytes, char behind)
{
    outcome fast = {0};
    outcome careful = {0};

    read_both(l, line, nbytes, behind, &fast, &careful);
    if (fast.is_article != careful.is_article ||
        (fast.is_article && !is_same_article(&fast.a, &careful.a)) ||
        !is_same_string(fast.problems.bytes, careful.problems.bytes))
        fail_msg("the two do not agree on: %.*s\nfast: %d %s\ncareful: %d %s", (int)nbytes, line,
                 fast.is_article, fast.problems.bytes, careful.is_article, careful.problems.bytes);
    free_outcome(&fast);
    free_outcome(&careful);
}

/* What stands behind the line must not matter. */
static void
expect_same(line_reader *l, const char *line, size_t nbytes)
{
    expect_same_before(l, line, nbytes, '}');
    expect_same_before(l, line, nbytes, '\n');
}

/* ---- Lines chosen ---- */

static const char *const chosen[] = {
    "{\"id\":\"1\",\"title\":\"T\",\"date\":\"2025-11-16T10:00:00Z\",\"text\":\"a\\nb\\u00e9\"}",
    "{\"text\":\"x\"} ",
    "{ \"text\" : \"x\" , \"id\" : 12 }",
    "{\"text\":\"x\",\"id\":-0}",
    "{\"text\":\"x\",\"id\":9223372036854775807}",
    "{\"text\":\"x\",\"id\":9223372036854775808}",
    "{\"text\":\"x\",\"id\":1.0}",
    "{\"text\":\"x\",\"id\":01}",
    "{\"text\":\"x\",\"id\":null,\"title\":null,\"date\":null}",
    "{\"text\":\"x\",\"id\":nul}",
    "{\"text\":\"x\",\"id\":nulll}",
    "{\"text\":\"x\",\"id\":true}",
    "{\"text\":\"x\",\"id\":\"\",\"title\":\"\"}",
    "{\"text\":\"x\",\"id\":\"a\\u0000b\"}",
    "{\"text\":\"x\\u0000y\",\"title\":\"\\u0000\"}",
    "{\"text\":\"x\",\"date\":\"2025-11-16\\u0000\"}",
    "{\"text\":\"x\",\"date\":\"some day\"}",
    "{\"text\":\"x\",\"text\":\"y\"}",
    "{\"text\":\"x\",\"te\\u0078t\":\"y\"}",
    "{\"t\\\"ext\":\"x\",\"text\":\"y\"}",
    "{\"te\\\\xt\":\"x\",\"text\":\"y\"}",
    "{\"text\":\"\\ud83d\\ude00\"}",
    "{\"text\":\"\\ud83d\"}",
    "{\"text\":\"\\ude00\"}",
    "{\"text\":\"\\ud83d\\u0041\"}",
    "{\"text\":\"\\\\ud83d\"}",
    "{\"text\":\"\\uD83D x\",\"k\":\"\\ude00\"}",
    "{\"text\":\"\\u12\"}",
    "{\"text\":\"\\x\"}",
    "{\"text\":\"tab\there\"}",
    "{\"text\":\"\xff\"}",
    "{\"text\":\"\xc3\xa9\",\"k\":\"\xe2\x82\"}",
    "{\"text\":\"x\",\"b\":[1,2,{\"z\":1,\"a\":null}],\"a\":{\"y\":1.50,\"x\":\"\\u00e9\\/\"}}",
    "{\"text\":\"x\",\"a\":1,\"a\":2}",
    "{\"text\":\"x\",\"a\":[1}}",
    "{\"text\":\"x\",\"a\":[1]]}",
    "{\"text\":\"x\",\"a\":{1]}",
    "{\"text\":\"x\",\"a\":[1,]}",
    "{\"text\":\"x\",\"a\":1 2}",
    "{\"text\":\"x\",\"a\":}",
    "{\"text\":\"x\",\"a\"}",
    "{\"text\":\"x\",\"a\":\"b\"c}",
    "{\"text\":\"x\",\"a\":\"b\":1}}",
    "{\"text\":\"x\",\"a\":\"b\":[1,{\"c\":2}],\"d\":3}}",
    "{\"text\":\"x\":1}}",
    "{\"text\":\"x\",\"a\":1:2}}",
    "{\"text\":\"x\",\"a\":{\"b\":\"c\":1}}}",
    "{\"text\":\"x\",\"a\":[\"b\":1}]}",
    "{\"text\":\"x\"y,\"a\":1}",
    "{\"text\":\"x\" \"y\"}",
    "{\"text\":\"x\",}",
    "{,\"text\":\"x\"}",
    "{\"text\":\"x\"}}",
    "{\"text\":\"x\"",
    "{\"text\":\"x",
    "{\"text\":\"x\"} x",
    "{\"text\":\"x\"}{\"text\":\"y\"}",
    "{\"text\":\"x\"},",
    "{\"text\":\"x\",\"a\":123456789012345678901234567890}",
    "{\"text\":\"x\",\"a\":1e999}",
    "{\"text\":\"x\",\"a\":1E5,\"b\":-0,\"c\":-0.0,\"d\":0.1,\"e\":1e-7}",
    "{\"text\":\"x\",\"a\":+1}",
    "{\"text\":\"x\",\"a\":NaN}",
    "{\"text\":\"x\",\"a\":tru}",
    "{\"text\":\"x\",\"a\":\f1}",
    "{\"text\":\"x\"\v}",
    "{\"text\":[\"x\"],\"title\":{\"a\":1}}",
    "{\"body\":\"x\",\"headline\":\"y\"}",
    "{\"id\":\"1\"}",
    "{}",
    "[]",
    "[1]",
    "\"x\"",
    "{",
    "}",
    "null",
    "{\"text\":\"x\",\"\":1}",
    "{\"text\":\"x\",\"a\\u0000b\":1}",
    "{\"text\":\"x\",\"source\":\"s\",\"author\":\"a\",\"url\":\"u\",\"language\":\"en\"}",
    "{\"text\":\"x\",\"url\":[\"u\"],\"language\":false}",
};

static void
chosen_lines_are_read_the_same_both_ways(void **state)
{
    line_reader *l = line_reader_new();

    (void)state;
    assert_non_null(l);
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        expect_same(l, chosen[i], strlen(chosen[i]));
    line_reader_free(l);
}

/* ---- Lines with bytes changed ---- */

static void
change(char *line, size_t *nbytes, dice *d)
{
    static const char telling[] = "{}[]\",:\\u0dDtn \t\n\x01\xc3\xff-1e.";

    for (uint64_t n = dice_between(d, 1, 3); n > 0 && *nbytes > 1; n--) {
        const size_t at = dice_below(d, *nbytes);
        const char c = telling[dice_below(d, sizeof telling - 1)];

        switch (dice_below(d, 3)) {
        case 0:
            line[at] = c;
            break;
        case 1:
            memmove(line + at, line + at + 1, --*nbytes - at);
            break;
        default:
            memmove(line + at + 1, line + at, *nbytes - at);
            line[at] = c;
            ++*nbytes;
        }
        for (size_t i = 0; i < *nbytes; i++)
            if (line[i] == '\n')
                line[i] = ' ';
    }
}

static void
change_and_expect_same(line_reader *l, const char *line, size_t nbytes, int ntimes, dice *d)
{
    char *changed = malloc(nbytes + 4);

    assert_non_null(changed);
    for (int i = 0; i < ntimes; i++) {
        size_t changed_bytes = nbytes;

        memcpy(changed, line, nbytes);
        change(changed, &changed_bytes, d);
        expect_same_before(l, changed, changed_bytes, dice_chance(d, 50) ? '}' : '\n');
    }
    free(changed);
}

static void
changed_lines_are_read_the_same_both_ways(void **state)
{
    line_reader *l = line_reader_new();
    dice d = {.state = 1};

    (void)state;
    assert_non_null(l);
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        change_and_expect_same(l, chosen[i], strlen(chosen[i]), 400, &d);
    line_reader_free(l);
}

static bool
read_collection(line_reader *l, const char *name, dice *d)
{
    const char *data = getenv("QUIRE_TESTDATA");
    char *path = NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    FILE *f;

    assert_true(asprintf(&path, "%s/collections/%s/corpus.jsonl", data == NULL ? "" : data, name) >
                0);
    f = fopen(path, "r");
    free(path);
    if (f == NULL)
        return false;
    while ((n = getline(&line, &room, f)) > 1) {
        const size_t nbytes = (size_t)n - (line[n - 1] == '\n');

        expect_same_before(l, line, nbytes, '\n');
        change_and_expect_same(l, line, nbytes, 1, d);
    }
    free(line);
    fclose(f);
    return true;
}

static void
collections_are_read_the_same_both_ways(void **state)
{
    static const char *const names[] = {"bbc", "cranfield", "reuters21578", "time"};
    line_reader *l = line_reader_new();
    dice d = {.state = 2};
    bool is_there = true;

    (void)state;
    assert_non_null(l);
    for (size_t i = 0; i < sizeof names / sizeof *names && is_there; i++)
        is_there = read_collection(l, names[i], &d);
    line_reader_free(l);
    if (!is_there)
        skip();
}

/* ---- The fast way is taken ---- */

static void
values_and_the_rest_come_as_they_are_written(void **state)
{
    static const char *const keys[NKEYS] = {"id", "text", "none"};
    static const char written[] = "{\"id\": 7, \"b\" : [1, {\"c\":2} ] ,\"text\":\"a\\n\\u0000\","
                                  "\"d\":\"\\u00e9\"}";
    plain_json *p = plain_json_new();
    plain_value values[NKEYS];
    buffer rest = {0};
    char line[sizeof written + PLAIN_JSON_PADDING] = {0};

    (void)state;
    assert_non_null(p);
    memcpy(line, written, sizeof written);
    assert_true(plain_json_read(p, line, sizeof written - 1, keys, values, NKEYS, &rest));
    assert_true(values[0].is_number && values[0].is_there && values[0].number == 7);
    assert_int_equal(values[1].nbytes, 3);
    assert_memory_equal(values[1].string, "a\n\0", 3);
    assert_false(values[2].is_there);
    assert_string_equal(rest.bytes, "{\"b\":[1, {\"c\":2} ] ,\"d\":\"\\u00e9\"}");
    memcpy(line, "{\"id\":{}}", 9);
    assert_false(plain_json_read(p, line, 9, keys, values, NKEYS, &rest));
    buffer_free(&rest);
    plain_json_free(p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chosen_lines_are_read_the_same_both_ways),
        cmocka_unit_test(changed_lines_are_read_the_same_both_ways),
        cmocka_unit_test(collections_are_read_the_same_both_ways),
        cmocka_unit_test(values_and_the_rest_come_as_they_are_written),
    };
    return cmocka_run_group_tests_name("plain_json", tests, NULL, NULL);
}
