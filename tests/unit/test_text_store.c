/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store of passages: what goes in comes out, with and without a dictionary, in any order. */
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

enum { MAX_RECORDS = 20000 };

static char directory[] = "test-text-XXXXXX";
static char path[64];
static uint64_t random_state;

static uint32_t
random_below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

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

/* Write the set in blocks of about block_bytes; with fresh, each block by a compressor of its own.
 */
static void
write_set(const buffer *dictionary, size_t block_bytes, bool fresh)
{
    static uint32_t starts[MAX_RECORDS];
    text_compressor *shared = text_compressor_new(dictionary->bytes, dictionary->size);
    text_writer *w = text_writer_create(path, dictionary->bytes, dictionary->size);
    buffer packed = {0};
    size_t begin = 0;
    uint32_t n = 0;

    assert_true(shared != NULL && w != NULL && buffer_reserve(&set.bytes, 0));
    for (uint32_t i = 0; i < set.nrecords; i++) {
        starts[n++] = (uint32_t)(set.ends[i] - set.sizes[i] - begin);
        if (set.ends[i] - begin < block_bytes && i + 1 < set.nrecords)
            continue;
        text_compressor *own =
            fresh ? text_compressor_new(dictionary->bytes, dictionary->size) : NULL;
        buffer_clear(&packed);
        assert_int_equal(text_compress(fresh ? own : shared, set.bytes.bytes + begin,
                                       set.ends[i] - begin, &packed, NULL),
                         QUIRE_OK);
        assert_true(
            text_writer_add_block(w, packed.bytes, packed.size, set.ends[i] - begin, starts, n));
        text_compressor_free(own);
        begin = set.ends[i];
        n = 0;
    }
    assert_int_equal(text_writer_finish(w, NULL), QUIRE_OK);
    text_compressor_free(shared);
    buffer_free(&packed);
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
    random_state = 1;
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
    write_set(&none, TEXT_BLOCK_BYTES, false);
    check_set();
}

static void
test_without_dictionary(void **state)
{
    buffer none = {0};

    (void)state;
    add_record(0);
    write_set(&none, TEXT_BLOCK_BYTES, false);
    check_set();
    add_record(100);
    add_record(0);
    write_set(&none, TEXT_BLOCK_BYTES, false);
    check_set();
    for (int i = 0; i < 300; i++)
        add_record(random_below(200));
    add_noise(300000); /* does not become smaller, and is larger than any block */
    add_noise(0);
    add_noise(5);
    write_set(&none, TEXT_BLOCK_BYTES, false);
    check_set();
    write_set(&none, 1, false); /* a block for each record */
    check_set();
}

static void
train(buffer *dictionary)
{
    buffer samples = {0};
    assert_true(buffer_add(&samples, set.bytes.bytes, set.bytes.size));
    assert_int_equal(text_store_train(&samples, set.sizes, set.nrecords, dictionary, NULL),
                     QUIRE_OK);
    buffer_free(&samples);
}

/* The same records give the same file, and a dictionary makes it smaller. */
static void
test_with_dictionary(void **state)
{
    buffer none = {0};
    buffer dictionary = {0};
    buffer again = {0};
    buffer plain_file = {0};
    buffer file = {0};
    buffer fresh_file = {0};

    (void)state;
    for (int i = 0; i < 3000; i++)
        add_record(80);
    train(&dictionary);
    train(&again);
    assert_true(dictionary.size > 0 && dictionary.size <= TEXT_DICTIONARY_BYTES);
    assert_int_equal(again.size, dictionary.size);
    assert_memory_equal(again.bytes, dictionary.bytes, dictionary.size);

    write_set(&none, TEXT_BLOCK_BYTES, false);
    read_file(&plain_file);
    write_set(&dictionary, TEXT_BLOCK_BYTES, true);
    read_file(&fresh_file);
    write_set(&dictionary, TEXT_BLOCK_BYTES, false);
    read_file(&file);
    check_set();
    assert_int_equal(file.size, fresh_file.size);
    assert_memory_equal(file.bytes, fresh_file.bytes, file.size);
    assert_true(file.size < plain_file.size);
    buffer_free(&dictionary);
    buffer_free(&again);
    buffer_free(&plain_file);
    buffer_free(&file);
    buffer_free(&fresh_file);
}

/* Little text, few samples, or samples that are alike: no dictionary, or a small one, no failure.
 */
static void
test_little_to_learn(void **state)
{
    buffer dictionary = {0};

    (void)state;
    train(&dictionary);
    assert_int_equal(dictionary.size, 0);
    for (int i = 0; i < 5; i++)
        add_record(50);
    train(&dictionary);
    assert_int_equal(dictionary.size, 0);
    add_noise(1 << 20);
    train(&dictionary);
    assert_int_equal(dictionary.size, 0);
    for (int i = 0; i < 10000; i++)
        add_noise(3);
    train(&dictionary);
    write_set(&dictionary, TEXT_BLOCK_BYTES, false);
    check_set();
    buffer_free(&dictionary);
}

/* Wherever the file is damaged, records come back as they were or not at all. */
static void
test_damage(void **state)
{
    buffer none = {0};
    buffer file = {0};
    size_t nfound = 0;

    (void)state;
    for (int i = 0; i < 60; i++)
        add_record(40);
    write_set(&none, 500, false);
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
        write_set(&none, 500, false);
        read_file(&file);
    }
    assert_int_equal(nfound, (file.size + 6) / 7);
    buffer_free(&file);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_records, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_dictionary, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_with_dictionary, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_little_to_learn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damage, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
