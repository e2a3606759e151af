/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Manifests: written and read back; damage shows. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "store/manifest.h"

static char directory[] = "test-manifest-XXXXXX";

static const char *const sources[] = {"articles", "caf\xe9", "-"};
static const char *const source_paths[] = {"/srv/articles", "/srv/caf\xe9", "-"};
static const manifest_problem problems[] = {
    {"a.jsonl:7", "not JSON: \"quoted\"\ttab", true},
    {"bad\xff.txt", "repaired", false},
};

static const manifest example = {
    .number = 42,
    .store = "xapian",
    .built = "2025-11-16T10:00:00Z",
    .quire_version = "0.1.0",
    .xapian_version = "1.4.22",
    .narticles = 5,
    .narticles_without_text = 1,
    .npassages = 40,
    .nfurniture_passages = 3,
    .nwords = 4000,
    .nfurniture_words = 30,
    .bytes = (uint64_t)1 << 40,
    .sources = sources,
    .source_paths = source_paths,
    .nsources = 3,
    .problems = problems,
    .nproblems = 2,
};

static void
write_file(const char *path, const char *bytes)
{
    quire_error err;

    assert_int_equal(file_replace(AT_FDCWD, path, bytes, strlen(bytes), &err), QUIRE_OK);
}

static int
enter_fresh_directory(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL || chdir(directory) != 0 || mkdir("gen", 0777) != 0 ||
        mkdir("gen/seg-0", 0777) != 0 || mkdir("gen/seg-0/b", 0777) != 0)
        return 1;
    write_file("here", "first");
    return rename("here", "gen/seg-0/b/one") != 0 || symlink("one", "gen/seg-0/b/link") != 0 ||
           file_replace(AT_FDCWD, "two", "", 0, NULL) != QUIRE_OK ||
           rename("two", "gen/seg-0/a") != 0;
}

static int
leave_directory(void **state)
{
    (void)state;
    return chdir("..") != 0 || file_remove_tree(directory, NULL) != QUIRE_OK;
}

static void
test_it_comes_back_with_every_file_hashed(void **state)
{
    (void)state;
    uint64_t hash = 0;
    manifest m;
    quire_error err = {0};
    arena *a = arena_new();

    assert_int_equal(manifest_write("gen", &example, &hash, &err), QUIRE_OK);
    /* A manifest that is there already is not among the files. */
    assert_int_equal(manifest_write("gen", &example, &hash, &err), QUIRE_OK);
    if (manifest_read("gen", &hash, a, &m, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(m.number, 42);
    assert_string_equal(m.store, "xapian");
    assert_string_equal(m.built, example.built);
    assert_string_equal(m.quire_version, "0.1.0");
    assert_string_equal(m.xapian_version, "1.4.22");
    assert_int_equal(m.narticles, 5);
    assert_int_equal(m.narticles_without_text, 1);
    assert_int_equal(m.npassages, 40);
    assert_int_equal(m.nfurniture_passages, 3);
    assert_int_equal(m.nwords, 4000);
    assert_int_equal(m.nfurniture_words, 30);
    assert_true(m.bytes == example.bytes);
    assert_int_equal(m.nsources, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(m.sources[i], sources[i]);
        assert_string_equal(m.source_paths[i], source_paths[i]);
    }
    assert_int_equal(m.nproblems, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(m.problems[i].where, problems[i].where);
        assert_string_equal(m.problems[i].what, problems[i].what);
        assert_int_equal(m.problems[i].skipped, problems[i].skipped);
    }
    assert_int_equal(m.nfiles, 2);
    assert_string_equal(m.files[0].path, "seg-0/a");
    assert_int_equal(m.files[0].bytes, 0);
    assert_string_equal(m.files[1].path, "seg-0/b/one");
    assert_int_equal(m.files[1].bytes, 5);
    assert_true(m.files[1].hash == hash_bytes("first", 5));
    arena_free(a);
}

static void
test_segments_come_back(void **state)
{
    (void)state;
    static const manifest_segment segments[] = {
        {.name = "seg-0",
         .written = {.narticles = 65,
                     .npassages = 70,
                     .nfurniture_passages = 2,
                     .nwords = 7000,
                     .nfurniture_words = 20},
         .dead = {.narticles = 64, .npassages = 33, .nwords = 3300}},
        {.name = "seg-12",
         .written = {.narticles = 4,
                     .narticles_without_text = 1,
                     .npassages = 3,
                     .nfurniture_passages = 1,
                     .nwords = 300,
                     .nfurniture_words = 10}},
    };
    manifest m = example;
    uint64_t hash = 0;
    quire_error err = {0};
    arena *a = arena_new();

    m.segments = segments;
    m.nsegments = 2;
    m.nfurniture_passages = 3;
    assert_int_equal(manifest_write("gen", &m, &hash, &err), QUIRE_OK);
    if (manifest_read("gen", &hash, a, &m, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(m.nsegments, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(m.segments[i].name, segments[i].name);
        assert_memory_equal(&m.segments[i].written, &segments[i].written,
                            sizeof segments[i].written);
        assert_memory_equal(&m.segments[i].dead, &segments[i].dead, sizeof segments[i].dead);
    }
    assert_int_equal(manifest_first_article(&m, 0), 0);
    assert_int_equal(manifest_first_article(&m, 1), 128);
    assert_int_equal(manifest_first_article(&m, 2), 192);

    /* A manifest that names none has one that holds it all. */
    assert_int_equal(manifest_write("gen", &example, &hash, &err), QUIRE_OK);
    assert_int_equal(manifest_read("gen", &hash, a, &m, &err), QUIRE_OK);
    assert_int_equal(m.nsegments, 1);
    assert_string_equal(m.segments[0].name, "seg-0");
    assert_int_equal(m.segments[0].written.npassages, 40);
    assert_int_equal(m.segments[0].dead.npassages, 0);
    arena_free(a);
}

/* Write a manifest of these segments, which should not be read. */
static void
refuse(const manifest_segment *segments, size_t n)
{
    manifest m = example;
    uint64_t hash = 0;
    quire_error err = {0};
    arena *a = arena_new();

    m.segments = segments;
    m.nsegments = n;
    assert_int_equal(manifest_write("gen", &m, &hash, &err), QUIRE_OK);
    assert_int_equal(manifest_read("gen", &hash, a, &m, &err), QUIRE_ECORRUPT);
    arena_free(a);
}

static void
test_segments_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const manifest_counts all = {.narticles = 5,
                                        .narticles_without_text = 1,
                                        .npassages = 40,
                                        .nfurniture_passages = 3,
                                        .nwords = 4000,
                                        .nfurniture_words = 30};
    static const char *const names[] = {
        "", "seg-", "seg-00", "seg-01", "seg-0/x", "../seg-0", "gen-0", "seg-0 ", "seg-12345678901",
    };
    manifest_segment two[] = {{.name = "seg-0", .written = all}, {.name = "seg-0"}};
    manifest_segment many[] = {{.name = "seg-0", .written = all, .dead = all},
                               {.name = "seg-1", .written = all}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        refuse(&(manifest_segment){.name = names[i], .written = all}, 1);
    refuse(two, 2); /* of one name */
    two[0].written.nwords--;
    refuse(two, 1); /* not the sum */
    two[0].written.nwords++;
    two[0].dead.nwords = 4001;
    refuse(two, 1); /* more dead than there is */
    many[0].written.narticles = many[0].dead.narticles = UINT32_MAX - 70;
    refuse(many, 2); /* more than there are numbers */
}

static void
test_every_changed_byte_is_noticed(void **state)
{
    (void)state;
    uint64_t hash = 0;
    buffer text = {0};
    manifest m;
    quire_error err = {0};
    arena *a = arena_new();

    assert_int_equal(manifest_write("gen", &example, &hash, &err), QUIRE_OK);
    assert_int_equal(file_read(AT_FDCWD, "gen/manifest.json", 100000, &text, NULL, &err), QUIRE_OK);
    for (size_t i = 0; i < text.size; i++) {
        FILE *file = fopen("gen/manifest.json", "wb");

        text.bytes[i] ^= 1;
        assert_non_null(file);
        assert_int_equal(fwrite(text.bytes, 1, text.size, file), text.size);
        assert_int_equal(fclose(file), 0);
        text.bytes[i] ^= 1;
        assert_int_equal(manifest_read("gen", NULL, a, &m, &err), QUIRE_ECORRUPT);
        assert_non_null(strstr(err.message, "gen/manifest.json"));
    }
    for (size_t n = 0; n < text.size; n++) {
        FILE *file = fopen("gen/manifest.json", "wb");

        assert_non_null(file);
        assert_int_equal(fwrite(text.bytes, 1, n, file), n);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(manifest_read("gen", NULL, a, &m, &err), QUIRE_ECORRUPT);
    }
    buffer_free(&text);
    arena_free(a);
}

/* Put text, which ends in ",\n", with its hash into gen/manifest.json. */
static void
seal(const char *text)
{
    buffer sealed = {0};
    char hex[HASH_HEX_BYTES];
    FILE *file = fopen("gen/manifest.json", "wb");

    hash_to_hex(hash_bytes(text, strlen(text)), hex);
    assert_true(buffer_printf(&sealed, "%s\"xxh3\": \"%s\"}\n", text, hex));
    assert_non_null(file);
    assert_int_equal(fwrite(sealed.bytes, 1, sealed.size, file), sealed.size);
    assert_int_equal(fclose(file), 0);
    buffer_free(&sealed);
}

static void
test_statuses_say_what_is_wrong(void **state)
{
    (void)state;
    uint64_t hash = 0;
    manifest m;
    quire_error err = {0};
    arena *a = arena_new();

    assert_int_equal(manifest_write("gen", &example, &hash, &err), QUIRE_OK);
    hash++;
    assert_int_equal(manifest_read("gen", &hash, a, &m, &err), QUIRE_ECORRUPT);
    seal("{\"version\": 1,\n");
    assert_int_equal(manifest_read("gen", NULL, a, &m, &err), QUIRE_EVERSION);
    seal("{\"version\": 7,\n");
    assert_int_equal(manifest_read("gen", NULL, a, &m, &err), QUIRE_ECORRUPT);
    seal("[1,\n");
    assert_int_equal(manifest_read("gen", NULL, a, &m, &err), QUIRE_ECORRUPT);
    assert_int_equal(unlink("gen/manifest.json"), 0);
    assert_int_equal(manifest_read("gen", NULL, a, &m, &err), QUIRE_ENOINDEX);
    assert_int_equal(manifest_read("nowhere", NULL, a, &m, &err), QUIRE_ENOINDEX);
    assert_int_equal(manifest_write("nowhere", &example, &hash, &err), QUIRE_EIO);
    arena_free(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_comes_back_with_every_file_hashed),
        cmocka_unit_test(test_segments_come_back),
        cmocka_unit_test(test_segments_that_make_no_sense_are_refused),
        cmocka_unit_test(test_every_changed_byte_is_noticed),
        cmocka_unit_test(test_statuses_say_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, enter_fresh_directory, leave_directory);
}
