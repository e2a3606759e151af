/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dictionaries against a sorted array: every key is found, every walk is in order, and a damaged
 * file, its checksums right, is an error or a walk that ends. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "postings/dictionary.h"

#include "chance.h"
#include "scratch.h"

static const char path[] = "file";

/* The model: keys, sorted, and payloads that follow from them. */
typedef struct {
    uint8_t bytes[DICTIONARY_MAX_KEY];
    size_t nbytes;
} model_key;

static int
compare(const void *a, const void *b)
{
    const model_key *x = a;
    const model_key *y = b;
    const size_t shorter = x->nbytes < y->nbytes ? x->nbytes : y->nbytes;
    const int order = memcmp(x->bytes, y->bytes, shorter);

    return order != 0 ? order : (x->nbytes > y->nbytes) - (x->nbytes < y->nbytes);
}

/* Payload of key number i: some bytes, sometimes none, sometimes more than a page. */
static size_t
make_payload(size_t i, uint8_t payload[5000])
{
    const size_t nbytes = i % 101 == 50 ? 4999 : i % 7;

    memset(payload, (int)(i & 0xff), nbytes);
    return nbytes;
}

/* letters: how many different bytes keys have; few make long common beginnings. */
static model_key
random_key(uint32_t letters, uint32_t longest)
{
    model_key key = {.nbytes = random_below(longest + 1)};

    for (size_t i = 0; i < key.nbytes; i++)
        key.bytes[i] = (uint8_t)(letters == 256 ? random_below(256) : 'a' + random_below(letters));
    return key;
}

static size_t
make_keys(model_key *keys, size_t n, uint32_t letters, uint32_t longest)
{
    size_t nkeys = 0;

    for (size_t i = 0; i < n; i++)
        keys[i] = random_key(letters, longest);
    qsort(keys, n, sizeof *keys, compare);
    for (size_t i = 0; i < n; i++)
        if (nkeys == 0 || compare(&keys[nkeys - 1], &keys[i]) != 0)
            keys[nkeys++] = keys[i];
    return nkeys;
}

/* Numbers that grow, and numbers that jump. */
static void
make_numbers(size_t i, uint64_t numbers[DICTIONARY_MAX_NUMBERS])
{
    numbers[0] = i * 40;
    numbers[1] = (uint64_t)i * UINT64_C(0x9e3779b97f4a7c15) >> i % 64;
}

static void
write_keys(const model_key *keys, size_t nkeys, unsigned nnumbers)
{
    dictionary_writer *w = dictionary_create(path, CHECKED_STEMS, nnumbers);
    uint64_t numbers[DICTIONARY_MAX_NUMBERS];
    uint8_t payload[5000];
    quire_error err;

    assert_non_null(w);
    for (size_t i = 0; i < nkeys; i++) {
        make_numbers(i, numbers);
        dictionary_add(w, (const char *)keys[i].bytes, keys[i].nbytes, numbers, payload,
                       make_payload(i, payload));
    }
    assert_int_equal(dictionary_finish(w, &err), QUIRE_OK);
}

static void
check_at(const dictionary_cursor *c, const model_key *keys, size_t nkeys, size_t i)
{
    uint64_t numbers[DICTIONARY_MAX_NUMBERS];
    uint8_t payload[5000];

    assert_int_equal(c->at_end, i >= nkeys);
    if (i >= nkeys)
        return;
    make_numbers(i, numbers);
    for (unsigned k = 0; k < c->dictionary->nnumbers; k++)
        assert_true(c->numbers[k] == numbers[k]);
    assert_int_equal(c->ordinal, i);
    assert_int_equal(c->key_bytes, keys[i].nbytes);
    assert_memory_equal(c->key, keys[i].bytes, keys[i].nbytes);
    assert_int_equal(c->key[c->key_bytes], 0);
    assert_int_equal(c->payload_bytes, make_payload(i, payload));
    assert_memory_equal(c->payload, payload, c->payload_bytes);
}

static size_t
model_seek(const model_key *keys, size_t nkeys, const model_key *key)
{
    size_t i = 0;

    while (i < nkeys && compare(&keys[i], key) < 0)
        i++;
    return i;
}

static void
check_seek(const dictionary *d, const model_key *keys, size_t nkeys, const model_key *key)
{
    dictionary_cursor c;
    quire_error err;
    const size_t i = model_seek(keys, nkeys, key);

    assert_int_equal(dictionary_seek(d, (const char *)key->bytes, key->nbytes, &c, &err), QUIRE_OK);
    check_at(&c, keys, nkeys, i);
    for (size_t next = i + 1; next < i + 20; next++) {
        assert_int_equal(dictionary_next(&c, &err), QUIRE_OK);
        check_at(&c, keys, nkeys, next);
    }
}

static void
check_dictionary(const model_key *keys, size_t nkeys, unsigned nnumbers, uint32_t letters,
                 uint32_t longest)
{
    dictionary d;
    dictionary_cursor c;
    quire_error err;

    write_keys(keys, nkeys, nnumbers);
    assert_int_equal(dictionary_open(path, CHECKED_STEMS, nnumbers, &d, &err), QUIRE_OK);
    assert_int_equal(d.nkeys, nkeys);
    assert_int_equal(dictionary_seek(&d, NULL, 0, &c, &err), QUIRE_OK);
    for (size_t i = 0; i < nkeys + 2; i++) {
        check_at(&c, keys, nkeys, i);
        assert_int_equal(dictionary_next(&c, &err), QUIRE_OK);
    }
    for (size_t i = 0; i < nkeys + 2; i++) {
        assert_int_equal(dictionary_at(&d, i, &c, &err), QUIRE_OK);
        check_at(&c, keys, nkeys, i);
    }
    for (size_t i = 0; i < nkeys; i += 1 + nkeys / 500)
        check_seek(&d, keys, nkeys, &keys[i]);
    for (int i = 0; i < 300; i++) {
        const model_key key = random_key(letters, longest);

        check_seek(&d, keys, nkeys, &key);
    }
    assert_int_equal(dictionary_at(&d, UINT64_MAX, &c, &err), QUIRE_OK);
    assert_true(c.at_end);
    dictionary_close(&d);
}

static void
test_keys_are_found_and_walked(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 15, 16, 17, 31, 32, 33, 100, 1000, 6000};
    static const struct {
        uint32_t letters;
        uint32_t longest;
    } kinds[] = {{2, 12}, {26, 8}, {256, 3}, {1, 255}, {2, 255}, {256, 255}};
    model_key *keys = calloc(6000, sizeof *keys);

    assert_non_null(keys);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            const size_t nkeys = make_keys(keys, sizes[i], kinds[k].letters, kinds[k].longest);

            check_dictionary(keys, nkeys, (unsigned)((i + k) % 3), kinds[k].letters,
                             kinds[k].longest);
        }
    free(keys);
}

static void
test_keys_out_of_order_are_refused(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"b", "a"}, {"a", "a"}, {"ab", "a"}, {"", ""}};
    char too_long[DICTIONARY_MAX_KEY + 1] = {0};
    quire_error err;

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        dictionary_writer *w = dictionary_create(path, CHECKED_STEMS, 0);

        assert_non_null(w);
        for (int k = 0; k < 2; k++)
            dictionary_add(w, pairs[i][k], strlen(pairs[i][k]), NULL, NULL, 0);
        dictionary_add(w, "z", 1, NULL, NULL, 0);
        assert_int_equal(dictionary_finish(w, &err), QUIRE_EINTERNAL);
        assert_int_equal(access(path, F_OK), -1);
    }
    dictionary_writer *w = dictionary_create(path, CHECKED_STEMS, 0);
    assert_non_null(w);
    dictionary_add(w, too_long, sizeof too_long, NULL, NULL, 0);
    assert_int_equal(dictionary_finish(w, &err), QUIRE_EINTERNAL);
    w = dictionary_create(path, CHECKED_STEMS, 0);
    assert_non_null(w);
    dictionary_abandon(w);
    dictionary_abandon(NULL);
    w = dictionary_create("/nonexistent/file", CHECKED_STEMS, 0);
    assert_non_null(w);
    dictionary_add(w, "a", 1, NULL, NULL, 0);
    assert_int_equal(dictionary_finish(w, &err), QUIRE_EIO);
}

static void
test_numbers_come_back(void **state)
{
    (void)state;
    uint8_t bytes[VARINT_MAX_BYTES];
    uint8_t long_one[11];
    uint64_t number;

    for (unsigned bit = 0; bit < 64; bit++)
        for (int add = -1; add <= 1; add++) {
            const uint64_t wanted = ((uint64_t)1 << bit) + (uint64_t)add;
            const size_t n = varint_write(bytes, wanted);

            assert_true(n >= 1 && n <= VARINT_MAX_BYTES);
            assert_ptr_equal(varint_read(bytes, bytes + n, &number), bytes + n);
            assert_true(number == wanted);
            for (size_t cut = 0; cut < n; cut++)
                assert_null(varint_read(bytes, bytes + cut, &number));
        }
    memset(long_one, 0xff, sizeof long_one);
    assert_null(varint_read(long_one, long_one + 11, &number));
    long_one[9] = 2;
    assert_null(varint_read(long_one, long_one + 11, &number));
    long_one[9] = 1;
    assert_ptr_equal(varint_read(long_one, long_one + 11, &number), long_one + 10);
    assert_true(number == UINT64_MAX);
}

/* Walk all that is there; keys must ascend and payloads lie in the file. */
static void
walk(const dictionary *d)
{
    dictionary_cursor c;
    quire_error err;
    model_key before = {.nbytes = 0};
    quire_status status = dictionary_seek(d, "", 0, &c, &err);
    uint64_t n = 0;
    unsigned touched = 0;

    while (status == QUIRE_OK && !c.at_end) {
        model_key key = {.nbytes = c.key_bytes};

        memcpy(key.bytes, c.key, c.key_bytes);
        assert_true(n == 0 || compare(&before, &key) < 0);
        for (size_t i = 0; i < c.payload_bytes; i++)
            touched += c.payload[i];
        before = key;
        assert_true(n++ < d->nkeys);
        status = dictionary_next(&c, &err);
    }
    assert_true(status == QUIRE_OK || status == QUIRE_ECORRUPT);
    (void)touched;
    for (uint64_t i = 0; i < 40; i++) {
        const model_key key = random_key(2, 12);

        status = dictionary_seek(d, (const char *)key.bytes, key.nbytes, &c, &err);
        assert_true(status == QUIRE_OK || (status == QUIRE_ECORRUPT && c.at_end));
        status = dictionary_at(d, i, &c, &err);
        assert_true(status == QUIRE_OK || (status == QUIRE_ECORRUPT && c.at_end));
    }
}

static void
open_content(const uint8_t *content, size_t nbytes)
{
    checked_writer *w;
    dictionary d;
    quire_error err;
    quire_status status;

    /* A new file: some file systems sync one that was cut to nothing before. */
    unlink(path);
    w = checked_create(path, CHECKED_STEMS);
    assert_non_null(w);
    checked_write(w, content, nbytes);
    assert_int_equal(checked_finish(w, &err), QUIRE_OK);
    status = dictionary_open(path, CHECKED_STEMS, 2, &d, &err);
    assert_true(status == QUIRE_OK || status == QUIRE_ECORRUPT);
    if (status != QUIRE_OK)
        return;
    walk(&d);
    dictionary_close(&d);
}

static void
test_damage_under_right_checksums_is_an_error_at_worst(void **state)
{
    (void)state;
    model_key *keys = calloc(60, sizeof *keys);
    buffer bytes = {0};
    size_t size;

    assert_non_null(keys);
    write_keys(keys, make_keys(keys, 60, 2, 12), 2);
    assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX / 4, &bytes, NULL, NULL), QUIRE_OK);
    checked_file file;
    assert_int_equal(checked_open(path, CHECKED_STEMS, &file, NULL), QUIRE_OK);
    size = (size_t)file.size;
    checked_close(&file);
    for (size_t bit = 0; bit < 8 * size; bit += bit + 640 < 8 * size ? 5 : 1) {
        bytes.bytes[bit / 8] ^= (char)(1 << bit % 8);
        open_content((const uint8_t *)bytes.bytes, size);
        bytes.bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t n = 0; n <= size; n++)
        open_content((const uint8_t *)bytes.bytes, n);
    buffer_free(&bytes);
    free(keys);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_are_found_and_walked),
        cmocka_unit_test(test_keys_out_of_order_are_refused),
        cmocka_unit_test(test_numbers_come_back),
        cmocka_unit_test(test_damage_under_right_checksums_is_an_error_at_worst),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
