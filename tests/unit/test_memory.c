/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buffers, growing arrays, arenas, messages. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buffer.h"
#include "base/error.h"

static void
test_a_buffer_holds_what_was_added(void **state)
{
    (void)state;
    buffer b = {0};
    char expected[5000];
    for (size_t i = 0; i < sizeof expected; i++) {
        expected[i] = (char)('a' + i % 26);
        assert_true(buffer_add_char(&b, expected[i]));
        assert_int_equal(b.bytes[b.size], '\0');
    }
    assert_int_equal(b.size, sizeof expected);
    assert_memory_equal(b.bytes, expected, sizeof expected);

    buffer_clear(&b);
    assert_true(buffer_printf(&b, "%s-%d", "gen", 42));
    assert_true(buffer_add(&b, "\0z", 2));
    assert_int_equal(b.size, 8);
    char *taken = buffer_detach(&b);
    assert_memory_equal(taken, "gen-42\0z", 9);
    assert_null(b.bytes);
    free(taken);
}

static void
test_a_buffer_refuses_what_no_memory_holds(void **state)
{
    (void)state;
    buffer b = {0};
    assert_true(buffer_add_string(&b, "kept"));
    assert_false(buffer_reserve(&b, SIZE_MAX));
    assert_false(buffer_reserve(&b, SIZE_MAX / 2));
    assert_string_equal(b.bytes, "kept");
    buffer_free(&b);
}

static void
test_an_array_grows(void **state)
{
    (void)state;
    uint64_t *numbers = NULL;
    size_t room = 0;
    for (size_t n = 0; n < 10000; n++) {
        assert_true(ARRAY_GROW(numbers, n, &room));
        numbers[n] = n * n;
    }
    for (size_t n = 0; n < 10000; n++)
        assert_int_equal(numbers[n], n * n);
    free(numbers);
}

static void
test_arena_memory_is_aligned_zeroed_and_apart(void **state)
{
    (void)state;
    arena *a = arena_new();
    assert_non_null(a);
    enum { N = 2000 };
    unsigned char *parts[N];
    for (size_t i = 0; i < N; i++) {
        size_t size = i % 97 == 0 ? 20000 + i : i % 61;
        parts[i] = arena_alloc(a, size);
        assert_non_null(parts[i]);
        assert_int_equal((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(parts[i][k], 0);
        memset(parts[i], (int)(i % 251) + 1, size);
    }
    for (size_t i = 0; i < N; i++) {
        size_t size = i % 97 == 0 ? 20000 + i : i % 61;
        for (size_t k = 0; k < size; k++)
            assert_int_equal(parts[i][k], i % 251 + 1);
    }
    assert_null(arena_array(a, SIZE_MAX / 2, 3));
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_string_equal(arena_copy(a, "board of", 5), "board");
    assert_string_equal(arena_printf(a, "%d%%", 76), "76%");
    assert_true(arena_bytes(a) > 20000 * (N / 97));
    arena_free(a);
}

static void
test_a_message_is_one_line_of_whole_characters(void **state)
{
    (void)state;
    quire_error err;
    errno = ENOENT;
    assert_int_equal(error_set(&err, QUIRE_EIO, "a\nb\x1b[31m%s", strerror(errno)), QUIRE_EIO);
    assert_string_equal(err.message, "a?b?[31mNo such file or directory");
    assert_int_equal(err.status, QUIRE_EIO);
    assert_int_equal(errno, ENOENT);

    char name[2000];
    for (size_t i = 0; i + 1 < sizeof name; i += 2)
        memcpy(name + i, "\xc3\xa9", 2);
    name[sizeof name - 1] = '\0';
    name[sizeof name - 2] = '\0';
    error_set(&err, QUIRE_EIO, "x%s", name);
    size_t length = strlen(err.message);
    assert_true(length > QUIRE_ERROR_BYTES - 8);
    assert_int_equal(length % 2, 1); /* x and whole characters of two bytes */
    assert_int_equal(error_set(NULL, QUIRE_EIO, "nobody listens"), QUIRE_EIO);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_buffer_holds_what_was_added),
        cmocka_unit_test(test_a_buffer_refuses_what_no_memory_holds),
        cmocka_unit_test(test_an_array_grows),
        cmocka_unit_test(test_arena_memory_is_aligned_zeroed_and_apart),
        cmocka_unit_test(test_a_message_is_one_line_of_whole_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
