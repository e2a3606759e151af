/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files under checksums: what was written is read, and no flipped bit and no cut goes unnoticed. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "postings/bitpack.h"
#include "postings/checked_file.h"

#include "scratch.h"

static const char path[] = "file";

static uint8_t
byte_at(uint64_t i)
{
    return (uint8_t)((i * 2654435761u) >> 13);
}

/* size bytes, written in pieces of piece bytes. */
static void
write_file(uint64_t size, size_t piece)
{
    checked_writer *w = checked_create(path, CHECKED_TEST);
    uint8_t *bytes = malloc(size + 1);
    quire_error err;

    assert_non_null(w);
    assert_non_null(bytes);
    for (uint64_t i = 0; i < size; i++)
        bytes[i] = byte_at(i);
    for (uint64_t at = 0; at < size; at += piece) {
        assert_int_equal(checked_offset(w), at);
        checked_write(w, bytes + at, size - at < piece ? size - at : piece);
    }
    assert_int_equal(checked_offset(w), size);
    assert_int_equal(checked_finish(w, &err), QUIRE_OK);
    free(bytes);
}

/* Open and look at every byte; the first failure. */
static quire_status
read_all(uint64_t size, quire_error *err)
{
    checked_file file;
    quire_status status = checked_open(path, CHECKED_TEST, &file, err);
    const uint8_t *bytes;

    if (status != QUIRE_OK) {
        assert_null(file.path);
        return status;
    }
    bytes = checked_bytes(&file, 0, size, &status, err);
    if (bytes != NULL)
        for (uint64_t i = 0; i < size; i++)
            if (bytes[i] != byte_at(i))
                fail_msg("byte %llu is another", (unsigned long long)i);
    assert_true((bytes == NULL) == (status != QUIRE_OK));
    assert_int_equal(checked_verify(&file, NULL, err), status);
    checked_close(&file);
    return status;
}

static void
test_what_was_written_is_read(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0,    1,    31,     4095,   4096,   4097,
                                     8192, 8200, 131071, 131072, 131073, 1000003};
    static const size_t pieces[] = {1000, 4096, 300000};
    quire_error err;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
            struct stat st;

            write_file(sizes[i], pieces[k]);
            assert_int_equal(read_all(sizes[i], &err), QUIRE_OK);
            assert_int_equal(stat(path, &st), 0);
            assert_int_equal(st.st_size,
                             sizes[i] + BITPACK_SLACK + (sizes[i] + 4095) / 4096 * 4 + 32);
        }
}

static void
test_ranges_are_those_of_the_file(void **state)
{
    (void)state;
    checked_file file;
    quire_status status;
    quire_error err;

    write_file(10000, 777);
    assert_int_equal(checked_open(path, CHECKED_TEST, &file, &err), QUIRE_OK);
    assert_int_equal(file.size, 10000);
    for (int round = 0; round < 2; round++)
        for (uint64_t at = 0; at < 10000; at += 97)
            for (uint64_t n = 0; n <= 10000 - at; n += 501) {
                const uint8_t *bytes = checked_bytes(&file, at, n, &status, &err);

                assert_non_null(bytes);
                assert_int_equal(status, QUIRE_OK);
                for (uint64_t i = 0; i < n; i += 13)
                    assert_int_equal(bytes[i], byte_at(at + i));
            }
    assert_non_null(checked_bytes(&file, 10000, 0, &status, &err));
    assert_null(checked_bytes(&file, 10000, 1, &status, &err));
    assert_int_equal(status, QUIRE_ECORRUPT);
    assert_null(checked_bytes(&file, 9999, 2, &status, &err));
    assert_null(checked_bytes(&file, 10001, 0, &status, &err));
    assert_null(checked_bytes(&file, 1, UINT64_MAX, &status, &err));
    assert_null(checked_bytes(&file, UINT64_MAX, 2, &status, &err));
    assert_null(checked_bytes(&file, UINT64_MAX - 1, 1, &status, NULL));
    assert_int_equal(status, QUIRE_ECORRUPT);
    checked_close(&file);
    checked_close(&file);
}

static void
put_file(const buffer *bytes, size_t nbytes)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes->bytes, 1, nbytes, f), nbytes);
    assert_int_equal(fclose(f), 0);
}

/* Flipped bits, all of a file of size bytes where step is 1. */
static void
check_flips(uint64_t size, size_t step)
{
    struct stat st;
    quire_error err;
    int fd;

    write_file(size, 4096);
    fd = open(path, O_RDWR);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    for (size_t bit = 0; bit < 8 * (size_t)st.st_size; bit += step) {
        const off_t at = (off_t)(bit / 8);
        char good;
        char bad;
        quire_status status;

        assert_int_equal(pread(fd, &good, 1, at), 1);
        bad = (char)(good ^ 1 << bit % 8);
        assert_int_equal(pwrite(fd, &bad, 1, at), 1);
        status = read_all(size, &err);
        if (status != QUIRE_ECORRUPT && status != QUIRE_EVERSION)
            fail_msg("bit %zu of a file of %zu bytes: status %d", bit, (size_t)st.st_size,
                     (int)status);
        assert_non_null(strstr(err.message, "quire-index"));
        assert_int_equal(pwrite(fd, &good, 1, at), 1);
    }
    assert_int_equal(read_all(size, &err), QUIRE_OK);
    close(fd);
}

static void
test_every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    check_flips(0, 1);
    check_flips(300, 1);
    check_flips(4097, 7);
}

static void
test_every_cut_and_every_byte_too_many_is_noticed(void **state)
{
    (void)state;
    buffer good = {0};
    quire_error err;

    write_file(5000, 4096);
    assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX / 4, &good, NULL, &err), QUIRE_OK);
    assert_true(buffer_add_char(&good, '\0'));
    put_file(&good, good.size);
    for (size_t n = good.size; n > 0; n--) {
        assert_int_equal(read_all(5000, &err), n == good.size - 1 ? QUIRE_OK : QUIRE_ECORRUPT);
        assert_int_equal(truncate(path, (off_t)n - 1), 0);
    }
    assert_int_equal(read_all(5000, &err), QUIRE_ECORRUPT);
    buffer_free(&good);
}

static void
test_pages_that_change_places_are_noticed(void **state)
{
    (void)state;
    buffer good = {0};
    char page[4096];
    quire_error err;

    write_file(8192, 4096);
    assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX / 4, &good, NULL, &err), QUIRE_OK);
    memcpy(page, good.bytes, 4096);
    memcpy(good.bytes, good.bytes + 4096, 4096);
    memcpy(good.bytes + 4096, page, 4096);
    put_file(&good, good.size);
    assert_int_equal(read_all(8192, &err), QUIRE_ECORRUPT);
    buffer_free(&good);
}

/* A page that is not asked for may be damaged. */
static void
test_only_what_is_asked_for_is_verified(void **state)
{
    (void)state;
    buffer good = {0};
    checked_file file;
    quire_status status;
    quire_error err;

    write_file(3 * 4096, 4096);
    assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX / 4, &good, NULL, &err), QUIRE_OK);
    good.bytes[5000] ^= 4;
    put_file(&good, good.size);
    assert_int_equal(checked_open(path, CHECKED_TEST, &file, &err), QUIRE_OK);
    assert_non_null(checked_bytes(&file, 0, 4096, &status, &err));
    assert_non_null(checked_bytes(&file, 8192, 4096, &status, &err));
    assert_null(checked_bytes(&file, 4095, 2, &status, &err));
    assert_null(checked_bytes(&file, 4095, 4098, &status, &err));
    assert_null(checked_bytes(&file, 4096, 1, &status, &err));
    assert_int_equal(status, QUIRE_ECORRUPT);
    assert_int_equal(checked_verify(&file, NULL, &err), QUIRE_ECORRUPT);
    checked_close(&file);
    buffer_free(&good);
}

/* Opened again, a file is not mapped again, nor verified: but one that was changed, or replaced. */
static void
test_a_file_is_mapped_once(void **state)
{
    checked_file a;
    checked_file b;
    quire_status status;
    const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

    (void)state;
    write_file(3 * CHECKED_PAGE_BYTES, 4096);
    assert_int_equal(checked_open(path, CHECKED_TEST, &a, NULL), QUIRE_OK);
    assert_int_equal(checked_open(path, CHECKED_TEST, &b, NULL), QUIRE_OK);
    assert_ptr_equal(a.bytes, b.bytes);
    assert_false(checked_page_is_verified(&b, 1));
    assert_non_null(checked_bytes(&a, CHECKED_PAGE_BYTES, 1, &status, NULL));
    assert_true(checked_page_is_verified(&b, 1));
    assert_false(checked_page_is_verified(&b, 2));
    checked_close(&a); /* the other one keeps it */
    assert_int_equal(checked_verify(&b, NULL, NULL), QUIRE_OK);

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_int_equal(checked_open(path, CHECKED_TEST, &a, NULL), QUIRE_OK);
    assert_ptr_not_equal(a.bytes, b.bytes);
    assert_false(checked_page_is_verified(&a, 1));
    checked_close(&a);
    assert_int_equal(unlink(path), 0);
    write_file(3 * CHECKED_PAGE_BYTES, 4096);
    assert_int_equal(checked_open(path, CHECKED_TEST, &a, NULL), QUIRE_OK);
    assert_ptr_not_equal(a.bytes, b.bytes);
    checked_close(&b);
    checked_close(&a);
}

static void
test_another_file_cannot_stand_in(void **state)
{
    (void)state;
    checked_file file;
    quire_error err;

    write_file(100, 100);
    assert_int_equal(checked_open(path, CHECKED_STEMS, &file, &err), QUIRE_ECORRUPT);
    assert_int_equal(checked_open("/nonexistent/file", CHECKED_TEST, &file, &err), QUIRE_EIO);
    assert_non_null(strstr(err.message, "/nonexistent/file"));
    assert_int_equal(checked_open(".", CHECKED_TEST, &file, &err), QUIRE_ECORRUPT);
}

static void
test_writing_fails_once_and_says_why_at_the_end(void **state)
{
    (void)state;
    quire_error err;
    char bytes[5000] = {0};
    checked_writer *w = checked_create("/nonexistent/file", CHECKED_TEST);

    assert_non_null(w);
    checked_write(w, bytes, sizeof bytes);
    assert_int_equal(checked_finish(w, &err), QUIRE_EIO);
    assert_non_null(strstr(err.message, "/nonexistent/file"));

    checked_abandon(NULL);
}

static void
test_a_file_that_could_not_be_written_whole_is_gone(void **state)
{
    (void)state;
    static char bytes[100000];
    struct rlimit was;
    quire_error err;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (int npieces = 9; npieces <= 20; npieces++) {
        const struct rlimit limit = {1000000, was.rlim_max};
        checked_writer *w = checked_create(path, CHECKED_TEST);

        assert_non_null(w);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        for (int i = 0; i < npieces; i++)
            checked_write(w, bytes, sizeof bytes);
        assert_int_equal(checked_finish(w, &err), npieces < 10 ? QUIRE_OK : QUIRE_EIO);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
        assert_int_equal(access(path, F_OK), npieces < 10 ? 0 : -1);
    }
    signal(SIGXFSZ, SIG_DFL);
}

static void
test_what_is_abandoned_is_gone(void **state)
{
    (void)state;
    checked_writer *w = checked_create(path, CHECKED_TEST);

    assert_non_null(w);
    checked_write(w, "abc", 3);
    checked_abandon(w);
    assert_int_equal(access(path, F_OK), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_written_is_read),
        cmocka_unit_test(test_ranges_are_those_of_the_file),
        cmocka_unit_test(test_every_flipped_bit_is_noticed),
        cmocka_unit_test(test_every_cut_and_every_byte_too_many_is_noticed),
        cmocka_unit_test(test_pages_that_change_places_are_noticed),
        cmocka_unit_test(test_only_what_is_asked_for_is_verified),
        cmocka_unit_test(test_a_file_is_mapped_once),
        cmocka_unit_test(test_another_file_cannot_stand_in),
        cmocka_unit_test(test_writing_fails_once_and_says_why_at_the_end),
        cmocka_unit_test(test_a_file_that_could_not_be_written_whole_is_gone),
        cmocka_unit_test(test_what_is_abandoned_is_gone),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
