/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files: whole reads and writes, replacement that leaves nothing behind, trees, hashes. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"

#include "scratch.h"

static void
test_a_file_is_replaced_whole(void **state)
{
    (void)state;
    quire_error err;
    buffer b = {0};
    assert_int_equal(file_replace(AT_FDCWD, "stub", "first", 5, &err), QUIRE_OK);
    assert_int_equal(file_replace(AT_FDCWD, "stub", "second one", 10, &err), QUIRE_OK);
    assert_int_equal(file_read(AT_FDCWD, "stub", 100, &b, NULL, &err), QUIRE_OK);
    assert_string_equal(b.bytes, "second one");
    assert_int_equal(access("stub.new", F_OK), -1);

    /* What cannot be replaced stays, and nothing is left beside it. */
    assert_int_equal(mkdir("full", 0777), 0);
    assert_int_equal(mkdir("full/inside", 0777), 0);
    assert_int_equal(file_replace(AT_FDCWD, "full", "x", 1, &err), QUIRE_EIO);
    assert_non_null(strstr(err.message, "full: "));
    assert_int_equal(access("full.new", F_OK), -1);
    buffer_free(&b);
}

static void
test_reading_says_what_is_wrong(void **state)
{
    (void)state;
    quire_error err;
    buffer b = {0};
    int number;
    assert_int_equal(file_read(AT_FDCWD, "nowhere", 100, &b, &number, &err), QUIRE_EIO);
    assert_int_equal(number, ENOENT);
    assert_string_equal(err.message, "nowhere: No such file or directory");

    assert_int_equal(file_replace(AT_FDCWD, "long", "0123456789", 10, &err), QUIRE_OK);
    assert_int_equal(file_read(AT_FDCWD, "long", 10, &b, &number, &err), QUIRE_OK);
    buffer_clear(&b);
    assert_int_equal(file_read(AT_FDCWD, "long", 9, &b, &number, &err), QUIRE_EINPUT);
    buffer_free(&b);

    int full = open("/dev/full", O_WRONLY);
    if (full >= 0) {
        assert_int_equal(file_write(full, "disk", "x", 1, &err), QUIRE_EIO);
        assert_string_equal(err.message, "disk: No space left on device");
        close(full);
    }
}

static void
test_a_tree_is_made_summed_and_removed(void **state)
{
    (void)state;
    quire_error err;
    uint64_t bytes;
    assert_int_equal(file_make_directories("a/b//c", &err), QUIRE_OK);
    assert_int_equal(file_make_directories("a/b", &err), QUIRE_OK);
    assert_int_equal(file_replace(AT_FDCWD, "outside", "kept", 4, &err), QUIRE_OK);
    assert_int_equal(symlink("../../outside", "a/b/link"), 0);
    int inside = open("a/b/c/file", O_WRONLY | O_CREAT, 0666);
    assert_int_equal(file_write(inside, "file", "12345", 5, &err), QUIRE_OK);
    close(inside);

    assert_int_equal(file_sync_tree("a", NULL, &err), QUIRE_OK);
    assert_int_equal(file_tree_bytes("a", &bytes, &err), QUIRE_OK);
    assert_int_equal(bytes, 5);
    assert_int_equal(file_remove_tree("a", &err), QUIRE_OK);
    assert_int_equal(access("a", F_OK), -1);
    assert_int_equal(access("outside", F_OK), 0);
    assert_int_equal(file_remove_tree("a", &err), QUIRE_OK);

    assert_int_equal(file_make_directories("outside/below", &err), QUIRE_EIO);
    assert_int_equal(file_make_directories("outside", &err), QUIRE_EIO);
}

static void
test_hashes_are_xxh3(void **state)
{
    (void)state;
    quire_error err;
    char hex[HASH_HEX_BYTES];
    /* From xxhash's own sanity checks: XXH3_64bits of no bytes, seed 0. */
    assert_true(hash_bytes("", 0) == UINT64_C(0x2d06800538d394c2));
    hash_to_hex(UINT64_C(0xab), hex);
    assert_string_equal(hex, "00000000000000ab");

    size_t size = 300001;
    char *bytes = malloc(size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 31 >> 3);
    assert_int_equal(file_replace(AT_FDCWD, "hashed", bytes, size, &err), QUIRE_OK);
    uint64_t hash;
    uint64_t counted;
    assert_int_equal(hash_file("hashed", NULL, &hash, &counted, &err), QUIRE_OK);
    assert_true(hash == hash_bytes(bytes, size));
    assert_int_equal(counted, size);
    assert_int_equal(hash_file("nowhere", NULL, &hash, NULL, &err), QUIRE_EIO);
    free(bytes);
}

/* Stops when it was asked so often. */
static bool
is_stopped(void *closure)
{
    int *left = closure;

    return (*left)-- == 0;
}

static void
test_long_work_can_be_stopped(void **state)
{
    const size_t size = 20u << 20; /* more than is synced or hashed in one go */
    char *bytes = calloc(1, size);
    int left = 0;
    const stop_wish stop = {is_stopped, &left};
    quire_error err = {0};
    uint64_t hash;

    (void)state;
    assert_int_equal(file_make_directories("tree", &err), QUIRE_OK);
    assert_int_equal(file_replace(AT_FDCWD, "large", bytes, size, &err), QUIRE_OK);
    assert_int_equal(rename("large", "tree/large"), 0);
    for (int when = 0; when < 2; when++) {
        left = when;
        assert_int_equal(hash_file("tree/large", &stop, &hash, NULL, &err), QUIRE_ECANCELED);
        left = when;
        assert_int_equal(file_sync_tree("tree", &stop, &err), QUIRE_ECANCELED);
    }
    left = 1000;
    assert_int_equal(hash_file("tree/large", &stop, &hash, NULL, &err), QUIRE_OK);
    assert_true(hash == hash_bytes(bytes, size));
    assert_int_equal(file_sync_tree("tree", &stop, &err), QUIRE_OK);
    assert_int_equal(file_remove_tree("tree", &err), QUIRE_OK);
    free(bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_is_replaced_whole),
        cmocka_unit_test(test_reading_says_what_is_wrong),
        cmocka_unit_test(test_a_tree_is_made_summed_and_removed),
        cmocka_unit_test(test_hashes_are_xxh3),
        cmocka_unit_test(test_long_work_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
