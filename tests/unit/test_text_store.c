/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store of passages: what goes in comes out, with and without a vocabulary, in any order. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "postings/text_store.h"

#include "chance.h"

enum { MAX_RECORDS = 20000 };

static char directory[] = "test-text-XXXXXX";
static char path[64];
/* Records, one behind the other: record i ends at ends[i]. */
typedef struct {
    buffer bytes;
    size_t ends[MAX_RECORDS];
    size_t sizes[MAX_RECORDS];
    uint32_t nrecords;
} record_set;

static record_set set;

/* Sentences of a made-up language with few words, so that there is something to learn. */
static void
add_record(size_t nwords)
{
    static const char *const parts[] = {"ba", "kedo", "lumi", "nar", "posti", "qui", "sev", "tro"};

    assert_true(set.nrecords < MAX_RECORDS);
    size_t before = set.bytes.size;
    for (size_t i = 0; i < nwords; i++) {
        uint32_t word = random_below(1 + random_below(2000));
        for (int k = 0; k < 3; k++, word /= 8)
            assert_true(buffer_add_string(&set.bytes, parts[word % 8]));
        assert_true(buffer_add_char(&set.bytes, random_below(12) == 0 ? '.' : ' '));
    }
    set.sizes[set.nrecords] = set.bytes.size - before;
    set.ends[set.nrecords++] = set.bytes.size;
}

static void
add_noise(size_t nbytes)
{
    size_t before = set.bytes.size;
    for (size_t i = 0; i < nbytes; i++)
        assert_true(buffer_add_char(&set.bytes, (char)random_below(256)));
    set.sizes[set.nrecords] = set.bytes.size - before;
    set.ends[set.nrecords++] = set.bytes.size;
}

/* Write the set in the codes of a vocabulary. */
static void
write_set(const buffer *vocabulary)
{
    text_code *code = NULL;
    text_writer *w = text_writer_create(path, vocabulary->bytes, vocabulary->size);
    buffer codes = {0};

    assert_non_null(w);
    assert_true(buffer_reserve(&set.bytes, TEXT_CODE_SLACK));
    memset(set.bytes.bytes + set.bytes.size, 0xff, TEXT_CODE_SLACK);
    assert_int_equal(text_code_new(vocabulary->bytes, vocabulary->size, true, &code), QUIRE_OK);
    for (uint32_t i = 0; i < set.nrecords; i++) {
        buffer_clear(&codes);
        assert_true(text_code_encode(code, set.bytes.bytes + set.ends[i] - set.sizes[i],
                                     set.sizes[i], &codes));
        assert_true(text_writer_add(w, codes.bytes, codes.size));
    }
    assert_int_equal(text_writer_finish(w, NULL), QUIRE_OK);
    text_code_free(code);
    buffer_free(&codes);
}

static void
check_record(text_store *s, uint32_t i)
{
    const char *bytes = NULL;
    size_t nbytes = 0;

    assert_int_equal(text_store_get(s, i, &bytes, &nbytes, NULL), QUIRE_OK);
    assert_int_equal(nbytes, set.sizes[i]);
    assert_memory_equal(bytes, set.bytes.bytes + set.ends[i] - set.sizes[i], nbytes);
}

static void
check_set(void)
{
    text_store *s = NULL;
    const char *bytes;
    size_t nbytes;

    assert_int_equal(text_store_open(path, &s, NULL), QUIRE_OK);
    assert_int_equal(text_store_size(s), set.nrecords);
    for (uint32_t i = 0; i < set.nrecords; i++)
        check_record(s, i);
    for (uint32_t i = 0; i < set.nrecords; i++)
        check_record(s, random_below(set.nrecords));
    assert_int_equal(text_store_get(s, set.nrecords, &bytes, &nbytes, NULL), QUIRE_ECORRUPT);
    text_store_close(s);
}

static int
set_up(void **state)
{
    (void)state;
    strcpy(directory + sizeof directory - 7, "XXXXXX");
    chance = (dice){1};
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/text", directory);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    buffer_free(&set.bytes);
    memset(&set, 0, sizeof set);
    return file_remove_tree(directory, NULL) == QUIRE_OK ? 0 : -1;
}

static void
read_file(buffer *out)
{
    assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX / 2, out, NULL, NULL), QUIRE_OK);
}

static void
test_no_records(void **state)
{
    buffer none = {0};

    (void)state;
    write_set(&none);
    check_set();
}

static void
test_without_vocabulary(void **state)
{
    buffer none = {0};

    (void)state;
    add_record(0);
    write_set(&none);
    check_set();
    add_record(100);
    add_record(0);
    write_set(&none);
    check_set();
    for (int i = 0; i < 300; i++)
        add_record(random_below(200));
    add_noise(300000); /* does not become smaller, and is larger than any other */
    add_noise(0);
    add_noise(5);
    write_set(&none);
    check_set();
}

static void
train(buffer *vocabulary)
{
    assert_int_equal(text_code_learn(&set.bytes, vocabulary, NULL), QUIRE_OK);
}

/* The same records give the same file, and a vocabulary makes it smaller. */
static void
test_with_vocabulary(void **state)
{
    buffer none = {0};
    buffer vocabulary = {0};
    buffer again = {0};
    buffer plain_file = {0};
    buffer file = {0};

    (void)state;
    for (int i = 0; i < 3000; i++)
        add_record(80);
    train(&vocabulary);
    train(&again);
    assert_true(vocabulary.size > 0 && vocabulary.size <= TEXT_VOCABULARY_BYTES);
    assert_int_equal(again.size, vocabulary.size);
    assert_memory_equal(again.bytes, vocabulary.bytes, vocabulary.size);

    write_set(&none);
    read_file(&plain_file);
    write_set(&vocabulary);
    read_file(&file);
    check_set();
    assert_true(file.size < plain_file.size / 2);
    buffer_free(&vocabulary);
    buffer_free(&again);
    buffer_free(&plain_file);
    buffer_free(&file);
}

/* Little text, or noise: no vocabulary, or a small one, no failure. */
static void
test_little_to_learn(void **state)
{
    buffer vocabulary = {0};

    (void)state;
    train(&vocabulary);
    assert_int_equal(vocabulary.size, 0);
    for (int i = 0; i < 5; i++)
        add_record(3);
    train(&vocabulary);
    assert_int_equal(vocabulary.size, 0);
    add_noise(1 << 20);
    train(&vocabulary);
    write_set(&vocabulary);
    check_set();
    for (int i = 0; i < 10000; i++)
        add_noise(3);
    train(&vocabulary);
    write_set(&vocabulary);
    check_set();
    buffer_free(&vocabulary);
}

/* Wherever the file is damaged, records come back as they were or not at all. */
static void
test_damage(void **state)
{
    buffer vocabulary = {0};
    buffer file = {0};
    size_t nfound = 0;

    (void)state;
    for (int i = 0; i < 60; i++)
        add_record(40);
    train(&vocabulary);
    write_set(&vocabulary);
    read_file(&file);
    for (size_t at = 0; at < file.size; at += 7) {
        text_store *s = NULL;
        bool is_found = false;
        file.bytes[at] = (char)(file.bytes[at] ^ (1 << random_below(8)));
        int fd = open(path, O_WRONLY);
        assert_true(fd >= 0);
        assert_int_equal(file_write(fd, path, file.bytes, file.size, NULL), QUIRE_OK);
        close(fd);
        quire_status status = text_store_open(path, &s, NULL);
        for (uint32_t i = 0; i < set.nrecords && status == QUIRE_OK; i++) {
            const char *bytes;
            size_t nbytes;
            if (text_store_get(s, i, &bytes, &nbytes, NULL) != QUIRE_OK)
                is_found = true;
            else
                check_record(s, i);
        }
        nfound += is_found || status != QUIRE_OK;
        text_store_close(s);
        buffer_clear(&file);
        write_set(&vocabulary);
        read_file(&file);
    }
    assert_int_equal(nfound, (file.size + 6) / 7);
    buffer_free(&file);
    buffer_free(&vocabulary);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_records, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_vocabulary, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_with_vocabulary, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_little_to_learn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damage, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
