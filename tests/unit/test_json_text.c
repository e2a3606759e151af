/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An article's other keys, before they are printed: what passes for JSON is what jansson reads, and
 * what it writes passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "../../searcher/json_text.h"
#include "../reference/random.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void
known_texts(void **state)
{
    static const struct {
        const char *text;
        bool is;
    } table[] = {
        {"{}", true},
        {"{\"a\":1}", true},
        {"{\"a\":[1,-2.5,1e5,1E+5,0.1e-5,0,-0],\"b\":{\"c\":null,\"d\":[true,false]}}", true},
        {"{\"\\u00e9\\n\\\"\\\\\\/\":\"\\b\\f\\r\\t é\"}", true},
        {"", false},
        {"[]", false},
        {"1", false},
        {"{", false},
        {"{}}", false},
        {"{} ", false},
        {" {}", false},
        {"{\"a\": 1}", false},
        {"{\"a\":1,}", false},
        {"{\"a\"}", false},
        {"{\"a\":}", false},
        {"{a:1}", false},
        {"{\"a\":01}", false},
        {"{\"a\":1.}", false},
        {"{\"a\":.5}", false},
        {"{\"a\":+1}", false},
        {"{\"a\":1e}", false},
        {"{\"a\":-}", false},
        {"{\"a\":tru}", false},
        {"{\"a\":[1}", false},
        {"{\"a\":[1,]}", false},
        {"{\"a\":\"\\x\"}", false},
        {"{\"a\":\"\\u12g4\"}", false},
        {"{\"a\":\"\\", false},
        {"{\"a\":\"b", false},
        {"{\"a\":\"\n\"}", false},
        {"{\"a\":\"\xff\"}", false},
        {"{\"a\":\"\xed\xa0\x80\"}", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        if (json_text_is_object(table[i].text) != table[i].is)
            fail_msg("%s: taken for %s", table[i].text, table[i].is ? "no object" : "one");
}

static bool
is_object_of_depth(size_t depth)
{
    char *text = malloc(2 * depth + 10);
    bool is;

    assert_non_null(text);
    strcpy(text, "{\"a\":");
    memset(text + 5, '[', depth - 1);
    memset(text + 5 + depth - 1, ']', depth - 1);
    strcpy(text + 5 + 2 * (depth - 1), "}");
    is = json_text_is_object(text);
    free(text);
    return is;
}

static void
nesting_has_an_end(void **state)
{
    (void)state;
    assert_true(is_object_of_depth(JSON_PARSER_MAX_DEPTH));
    assert_false(is_object_of_depth(1000000));
}

/* Is it JSON to jansson, which allows white space, and so must not be shown any? */
static bool
is_read(const char *text)
{
    json_t *read = json_loads(text, JSON_ALLOW_NUL, NULL);
    const bool is = json_is_object(read);

    json_decref(read);
    return is;
}

/* Texts with characters changed, of letters that make no number too large. */
static void
changed_texts(void **state)
{
    static const char from[] = "{\"a\":[1,-2.5,{\"b\":\"\\u0041\\n\"},true],\"c\":null,\"d\":{}}";
    static const char letters[] = "{}[],:\"\\u0041-.eEtrfalsn";
    dice d = {.state = 7};
    size_t nobjects = 0;

    (void)state;
    for (int round = 0; round < 40000; round++) {
        char text[sizeof from];

        memcpy(text, from, sizeof from);
        for (size_t nchanges = dice_between(&d, 1, 3); nchanges > 0; nchanges--)
            text[dice_below(&d, sizeof from - 1)] = letters[dice_below(&d, sizeof letters - 1)];
        if (dice_chance(&d, 20))
            text[dice_below(&d, sizeof from)] = '\0';
        nobjects += is_read(text);
        if (json_text_is_object(text) != is_read(text))
            fail_msg("%s: jansson says otherwise", text);
    }
    assert_true(nobjects > 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(changed_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
