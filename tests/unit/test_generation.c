/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generations: published whole or not at all, kept while they are read, removed when they are not;
 * one writer at a time; nothing that is not an index is touched. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/generation.h"

#include "scratch.h"

static quire_status
begin(const char *path, generation_writer **w, bool *has_live, quire_error *err)
{
    static manifest live;
    arena *a = arena_new();
    const quire_status status = generation_begin(path, a, w, &live, has_live, err);

    arena_free(a);
    return status;
}

static void
put(const char *below, const char *name, const char *bytes)
{
    char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", below, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(bytes, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void
publish(const char *path, uint64_t narticles)
{
    generation_writer *w = NULL;
    manifest m = {.store = "xapian", .narticles = narticles};
    bool has_live;
    quire_error err = {0};

    if (begin(path, &w, &has_live, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    put(generation_writer_directory(w), "file", "contents");
    if (generation_publish(w, &m, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
}

static void
open_live(const char *path, uint64_t narticles, generation *g)
{
    quire_error err = {0};

    if (generation_open(path, g, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(g->manifest.narticles, narticles);
}

static bool
exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void
test_a_generation_is_published_and_opened(void **state)
{
    (void)state;
    generation g;
    buffer stub = {0};
    quire_error err;
    struct stat is;

    publish("parents/are/made", 7);
    open_live("parents/are/made", 7, &g);
    assert_string_equal(g.name, "gen-00000001");
    assert_int_equal(g.manifest.number, 1);
    assert_string_equal(g.directory, "parents/are/made/gen-00000001");
    assert_string_equal(g.manifest.files[0].path, "file");
    generation_close(&g);
    generation_close(&g);
    assert_int_equal(file_read(AT_FDCWD, "parents/are/made/XAPIANDB", 1000, &stub, NULL, &err),
                     QUIRE_OK);
    assert_int_equal(strncmp(stub.bytes, "# quire 1 gen-00000001 ", 23), 0);
    assert_string_equal(stub.bytes + 23 + 16, "\nauto gen-00000001/seg-0/passages\n");
    assert_int_equal(stat("parents/are/made", &is), 0);
    assert_int_equal(is.st_mode & 0777, 0755);
    buffer_free(&stub);
}

static void
test_old_generations_go_when_nobody_reads_them(void **state)
{
    (void)state;
    generation first;
    generation third;
    generation live;
    quire_error err;
    arena *a = arena_new();
    manifest m;

    publish("old", 1);
    open_live("old", 1, &first);
    publish("old", 2);
    publish("old", 3);
    open_live("old", 3, &third);
    publish("old", 4);
    publish("old", 5);
    assert_true(exists("old/gen-00000001"));  /* is read */
    assert_false(exists("old/gen-00000002")); /* is not */
    assert_true(exists("old/gen-00000003"));
    assert_true(exists("old/gen-00000004")); /* the one before */
    assert_true(exists("old/gen-00000005"));
    /* What a reader has open is whole. */
    assert_int_equal(manifest_read(first.directory, NULL, a, &m, &err), QUIRE_OK);
    generation_close(&first);
    generation_close(&third);
    open_live("old", 5, &live);
    generation_close(&live);
    publish("old", 6);
    assert_false(exists("old/gen-00000001"));
    assert_false(exists("old/gen-00000003"));
    assert_false(exists("old/gen-00000004"));
    assert_true(exists("old/gen-00000005"));
    assert_true(exists("old/gen-00000006"));
    arena_free(a);
}

static void
test_there_is_one_writer(void **state)
{
    (void)state;
    generation_writer *w = NULL;
    generation_writer *other = NULL;
    bool has_live;
    char pid[32];
    quire_error err = {0};

    assert_int_equal(begin("locked", &w, &has_live, &err), QUIRE_OK);
    assert_false(has_live);
    assert_int_equal(begin("locked", &other, &has_live, &err), QUIRE_ELOCKED);
    snprintf(pid, sizeof pid, "process %ld on ", (long)getpid());
    assert_non_null(strstr(err.message, pid));
    assert_non_null(strstr(err.message, "since 20"));
    generation_abandon(w);
    generation_abandon(NULL);
    assert_int_equal(begin("locked", &w, &has_live, &err), QUIRE_OK);
    generation_abandon(w);
    assert_true(exists("locked/lock"));
    assert_false(exists("locked/new-00000001"));
    assert_false(exists("locked/XAPIANDB"));
}

/* A writer that is killed leaves a lock file and half a generation, which are no obstacle. */
static void
test_a_killed_writer_is_cleared_away(void **state)
{
    (void)state;
    generation g;
    int status;
    pid_t child;

    publish("killed", 1);
    child = fork();
    if (child == 0) {
        generation_writer *w = NULL;
        bool has_live;

        if (begin("killed", &w, &has_live, NULL) == QUIRE_OK && has_live)
            _exit(0);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(exists("killed/new-00000002"));
    assert_int_equal(mkdir("killed/dead-00000009", 0777), 0);
    put("killed", "XAPIANDB.new", "half");
    assert_int_equal(mkdir("killed/gen-00000008", 0777), 0); /* never published */
    open_live("killed", 1, &g);
    generation_close(&g);
    publish("killed", 2);
    assert_false(exists("killed/new-00000002"));
    assert_false(exists("killed/dead-00000009"));
    assert_false(exists("killed/XAPIANDB.new"));
    assert_false(exists("killed/gen-00000008"));
    open_live("killed", 2, &g);
    generation_close(&g);
}

static void
test_a_failed_publication_leaves_the_old_index(void **state)
{
    (void)state;
    generation_writer *w = NULL;
    manifest m = {.store = "xapian", .narticles = 2};
    generation g;
    bool has_live;
    quire_error err = {0};

    publish("failing", 1);
    assert_int_equal(begin("failing", &w, &has_live, &err), QUIRE_OK);
    assert_true(has_live);
    assert_int_equal(generation_writer_number(w), 2);
    assert_string_equal(generation_writer_name(w), "gen-00000002");
    assert_int_equal(mkdir("failing/XAPIANDB.new", 0777), 0); /* in the way of the stub */
    assert_int_equal(generation_publish(w, &m, &err), QUIRE_EIO);
    assert_non_null(strstr(err.message, "XAPIANDB"));
    assert_false(exists("failing/gen-00000002"));
    assert_false(exists("failing/new-00000002"));
    open_live("failing", 1, &g);
    generation_close(&g);
    assert_int_equal(rmdir("failing/XAPIANDB.new"), 0);
    publish("failing", 3);
}

static void
test_what_is_no_index_is_refused(void **state)
{
    (void)state;
    generation_writer *w = NULL;
    generation g;
    bool has_live;
    quire_error err = {0};

    assert_int_equal(generation_open("nowhere", &g, &err), QUIRE_ENOINDEX);
    assert_non_null(strstr(err.message, "quire-index -d nowhere"));
    assert_int_equal(mkdir("papers", 0777), 0);
    assert_int_equal(generation_open("papers", &g, &err), QUIRE_ENOINDEX);
    put("papers", "letter.txt", "Dear");
    assert_int_equal(begin("papers", &w, &has_live, &err), QUIRE_EUSAGE);
    put("papers", "XAPIANDB", "auto elsewhere\n");
    assert_int_equal(begin("papers", &w, &has_live, &err), QUIRE_EUSAGE);
    assert_int_equal(generation_open("papers", &g, &err), QUIRE_ECORRUPT);
    assert_int_equal(begin("papers/letter.txt", &w, &has_live, &err), QUIRE_EUSAGE);
    assert_int_equal(generation_open("papers/letter.txt", &g, &err), QUIRE_ENOINDEX);
    assert_false(exists("papers/lock"));
    assert_int_equal(begin("papers/letter.txt/below", &w, &has_live, &err), QUIRE_EIO);
}

static void
test_a_damaged_stub_or_manifest_is_told(void **state)
{
    (void)state;
    generation g;
    generation_writer *w = NULL;
    bool has_live = true;
    quire_error err = {0};

    publish("damaged", 1);
    put("damaged", "XAPIANDB", "# quire 2 gen-00000001 0123456789abcdef\n");
    assert_int_equal(generation_open("damaged", &g, &err), QUIRE_EVERSION);
    put("damaged", "XAPIANDB", "# quire 1 gen-00000001 0123456789abcdef\n");
    assert_int_equal(generation_open("damaged", &g, &err), QUIRE_ECORRUPT);
    put("damaged", "XAPIANDB", "# quire 1 gen-1 0123456789abcdef\n");
    assert_int_equal(generation_open("damaged", &g, &err), QUIRE_ECORRUPT);
    put("damaged", "XAPIANDB", "# quire 1 gen-00000004 0123456789abcdef\n");
    assert_int_equal(generation_open("damaged", &g, &err), QUIRE_ECORRUPT);
    assert_non_null(strstr(err.message, "gen-00000004"));
    put("damaged", "XAPIANDB", "");
    assert_int_equal(generation_open("damaged", &g, &err), QUIRE_ECORRUPT);
    /* A new build mends it, and cannot say what was there. */
    assert_int_equal(begin("damaged", &w, &has_live, &err), QUIRE_OK);
    assert_false(has_live);
    generation_abandon(w);
    publish("damaged", 2);
    assert_int_equal(generation_open("damaged", &g, &err), QUIRE_OK);
    generation_close(&g);
}

/* The modes of files are asserted. */
static int
set_umask_and_enter(void **state)
{
    umask(022);
    return scratch_enter(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_generation_is_published_and_opened),
        cmocka_unit_test(test_old_generations_go_when_nobody_reads_them),
        cmocka_unit_test(test_there_is_one_writer),
        cmocka_unit_test(test_a_killed_writer_is_cleared_away),
        cmocka_unit_test(test_a_failed_publication_leaves_the_old_index),
        cmocka_unit_test(test_what_is_no_index_is_refused),
        cmocka_unit_test(test_a_damaged_stub_or_manifest_is_told),
    };

    return cmocka_run_group_tests(tests, set_umask_and_enter, scratch_leave);
}
