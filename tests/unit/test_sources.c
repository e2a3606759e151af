/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_sources.c - which files stand behind a SOURCE, in which order, and with which ids; and when
 * the sources of two runs are the same. */
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

#include "article/format.h"
#include "article/sources.h"
#include "build/source_set.h"

#include "scratch.h"

static void
make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "x", 1), 1);
    close(fd);
}

static void
on_problem(void *closure, const char *where, const char *what, bool skipped)
{
    assert_true(skipped);
    assert_true(buffer_printf(closure, "! %s: %s\n", where, what));
}

/* List sources (ended by NULL) and compare "name id" lines, problems among them. */
static void
expect_list(const char *const *sources, const char *wanted)
{
    source_list list = {0};
    buffer told = {0};

    for (; *sources != NULL; sources++)
        assert_int_equal(sources_list(*sources, on_problem, &told, &list, NULL), QUIRE_OK);
    assert_int_equal(sources_name(&list, NULL), QUIRE_OK);
    for (size_t i = 0; i < list.nfiles; i++)
        assert_true(buffer_printf(&told, "%s %s\n", list.files[i].name, list.files[i].id));
    assert_string_equal(told.bytes == NULL ? "" : told.bytes, wanted);
    buffer_free(&told);
    source_list_free(&list);
}

#define SOURCES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
a_directory_is_read_in_byte_order_without_hidden_files(void **state)
{
    (void)state;
    mkdir("d", 0700);
    mkdir("d/sub", 0700);
    mkdir("d/.hidden", 0700);
    make_file("d/b.txt");
    make_file("d/a.txt");
    make_file("d/B.txt");
    make_file("d/\xc3\xa9.txt");
    make_file("d/sub/c.txt.gz");
    make_file("d/sub.txt");
    make_file("d/.hidden/x.txt");
    make_file("d/.x.txt");
    expect_list(SOURCES("d"), "d/B.txt B\nd/a.txt a\nd/b.txt b\nd/sub/c.txt.gz sub/c\n"
                              "d/sub.txt sub\nd/\xc3\xa9.txt \xc3\xa9\n");
    expect_list(SOURCES("d/"), "d/B.txt B\nd/a.txt a\nd/b.txt b\nd/sub/c.txt.gz sub/c\n"
                               "d/sub.txt sub\nd/\xc3\xa9.txt \xc3\xa9\n");
    expect_list(SOURCES("d/sub//"), "d/sub/c.txt.gz c\n");
    expect_list(SOURCES("./d/sub"), "./d/sub/c.txt.gz c\n");
}

static void
a_file_has_its_base_name_for_an_id(void **state)
{
    (void)state;
    expect_list(SOURCES("d/sub/c.txt.gz", "-", "d/a.txt"), "d/sub/c.txt.gz c\n- -\nd/a.txt a\n");
}

static void
endings_stay_where_ids_would_be_the_same(void **state)
{
    (void)state;
    mkdir("e", 0700);
    make_file("e/a.txt");
    make_file("e/a.md");
    make_file("e/a.jpg"); /* no article, and so no reason */
    make_file("e/b.txt");
    make_file("e/b.jsonl");
    make_file("e/c");
    make_file("e/c.txt");
    make_file("e/d.txt");
    make_file("e/d.md");
    make_file("e/d.txt.md"); /* d.txt, once the first one has its ending back */
    expect_list(SOURCES("e"), "e/a.jpg a.jpg\ne/a.md a.md\ne/a.txt a.txt\ne/b.jsonl b.jsonl\n"
                              "e/b.txt b\ne/c c\ne/c.txt c.txt\ne/d.md d.md\ne/d.txt d.txt\n"
                              "e/d.txt.md d.txt.md\n");
}

static void
what_is_an_ending(void **state)
{
    static const struct {
        const char *name;
        size_t nbytes;
    } names[] = {
        {"a.txt", 1},     {"a.TXT.GZ", 1}, {"a.gz", 1},     {"a", 1},
        {".txt", 4},      {"a/.txt", 6},   {"a.b/c", 5},    {"a.2025", 6},
        {"Mr. Smith", 9}, {"a.", 2},       {"a.tar.gz", 1}, {"1.2.txt", 3},
        {"x.y z", 5},     {"a.gz.gz", 1},  {".gz", 3},      {"a.longending", 12},
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (format_stem_bytes(names[i].name) != names[i].nbytes)
            fail_msg("%s: %zu", names[i].name, format_stem_bytes(names[i].name));
    assert_int_equal(format_of_name("x.TXT", NULL), FORMAT_TEXT);
    assert_int_equal(format_of_name("x.ndjson.gz", NULL), FORMAT_JSONL);
    assert_int_equal(format_of_name("x.warc.gz", NULL), FORMAT_FOREIGN);
    assert_int_equal(format_of_name("txt", NULL), FORMAT_UNKNOWN);
}

static void
links_are_followed_but_not_in_circles(void **state)
{
    (void)state;
    mkdir("l", 0700);
    mkdir("l/d", 0700);
    make_file("l/d/a.txt");
    assert_int_equal(symlink("..", "l/d/up"), 0);
    assert_int_equal(symlink(".", "l/d/self"), 0);
    assert_int_equal(symlink("d", "l/e"), 0);
    assert_int_equal(symlink("nowhere", "l/f"), 0);
    assert_int_equal(symlink("h", "l/g"), 0);
    assert_int_equal(symlink("g", "l/h"), 0);
    expect_list(SOURCES("l"), "! l/d/self: leads back to a directory above it\n"
                              "! l/d/up: leads back to a directory above it\n"
                              "! l/e/self: leads back to a directory above it\n"
                              "! l/e/up: leads back to a directory above it\n"
                              "! l/f: a link to nothing\n"
                              "! l/g: Too many levels of symbolic links\n"
                              "! l/h: Too many levels of symbolic links\n"
                              "l/d/a.txt d/a\nl/e/a.txt e/a\n");
}

static void
what_is_no_file_is_named(void **state)
{
    source_list list = {0};
    quire_error err;

    (void)state;
    mkdir("n", 0700);
    assert_int_equal(mkfifo("n/fifo", 0600), 0);
    expect_list(SOURCES("n"),
                "! n/fifo: a FIFO below a directory: name it as a source, or pipe it into -\n");
    expect_list(SOURCES("n/fifo"), "n/fifo fifo\n");
    assert_int_equal(sources_list("/dev/null", on_problem, NULL, &list, &err), QUIRE_EINPUT);
    assert_int_equal(sources_list("nowhere", on_problem, NULL, &list, &err), QUIRE_EINPUT);
    assert_string_equal(err.message, "nowhere: No such file or directory");
    assert_int_equal(sources_list("d/a.txt/", on_problem, NULL, &list, &err), QUIRE_OK);
    assert_int_equal(sources_list("", on_problem, NULL, &list, &err), QUIRE_EINPUT);
    source_list_free(&list);
}

static void
an_index_is_no_set_of_articles(void **state)
{
    (void)state;
    mkdir("i", 0700);
    mkdir("i/index", 0700);
    make_file("i/index/XAPIANDB");
    make_file("i/index/lock");
    make_file("i/lock"); /* alone it is any file */
    expect_list(SOURCES("i"), "! i/index: an index, not articles\ni/lock lock\n");
}

static void
names_that_are_no_utf8_are_shown_repaired(void **state)
{
    source_list list = {0};

    (void)state;
    mkdir("u", 0700);
    make_file("u/caf\xe9.txt");
    assert_int_equal(sources_list("u", on_problem, NULL, &list, NULL), QUIRE_OK);
    assert_int_equal(sources_name(&list, NULL), QUIRE_OK);
    assert_int_equal(list.nfiles, 1);
    assert_string_equal(list.files[0].path, "u/caf\xe9.txt");
    assert_string_equal(list.files[0].name, "u/caf\xef\xbf\xbd.txt");
    assert_string_equal(list.files[0].id, "caf\xef\xbf\xbd");
    source_list_free(&list);
}

/* ---- sets of sources ---- */

static quire_status
choose(const char *const *given, size_t ngiven, quire_build_mode mode, const manifest *live,
       arena *a, source_set *set, quire_error *err)
{
    quire_status status = source_set_resolve(given, ngiven, a, set, err);

    return status != QUIRE_OK ? status : source_set_choose(set, mode, live, a, err);
}

static void
sets_of_sources_are_compared_by_real_path(void **state)
{
    arena *a = arena_new();
    source_set old;
    source_set set;
    quire_error err;
    manifest live = {0};

    (void)state;
    assert_int_equal(source_set_resolve(SOURCES("d", "e/a.txt"), 2, a, &old, &err), QUIRE_OK);
    live.sources = old.names;
    live.source_paths = old.paths;
    live.nsources = old.nsources;

    assert_int_equal(choose(SOURCES("e/../e/a.txt", "./d/", "d"), 3, QUIRE_BUILD_SAME_SOURCES,
                            &live, a, &set, &err),
                     QUIRE_OK);
    assert_int_equal(set.nsources, 2);
    assert_string_equal(set.names[0], "e/../e/a.txt");
    assert_int_equal(choose(SOURCES("d"), 1, QUIRE_BUILD_SAME_SOURCES, &live, a, &set, &err),
                     QUIRE_ESOURCES);
    assert_non_null(strstr(err.message, "e/a.txt"));
    assert_int_equal(choose(SOURCES("d", "e"), 2, QUIRE_BUILD_SAME_SOURCES, &live, a, &set, &err),
                     QUIRE_ESOURCES);
    assert_int_equal(choose(SOURCES("-"), 1, QUIRE_BUILD_SAME_SOURCES, &live, a, &set, &err),
                     QUIRE_ESOURCES);
    assert_int_equal(choose(SOURCES("-"), 1, QUIRE_BUILD_SAME_SOURCES, NULL, a, &set, &err),
                     QUIRE_OK);
    assert_int_equal(choose(SOURCES("e"), 1, QUIRE_BUILD_REPLACE, &live, a, &set, &err), QUIRE_OK);
    assert_int_equal(set.nsources, 1);
    assert_int_equal(choose(SOURCES("l", "d"), 2, QUIRE_BUILD_ADD, &live, a, &set, &err), QUIRE_OK);
    assert_int_equal(set.nsources, 3);
    assert_string_equal(set.names[0], "d");
    assert_string_equal(set.names[1], "e/a.txt");
    assert_string_equal(set.names[2], "l");
    assert_int_equal(choose(SOURCES("nowhere"), 1, QUIRE_BUILD_ADD, &live, a, &set, &err),
                     QUIRE_EINPUT);
    assert_int_equal(choose(SOURCES("d"), 0, QUIRE_BUILD_ADD, &live, a, &set, &err), QUIRE_EUSAGE);

    /* From another directory, the old sources go by their real paths. */
    assert_int_equal(chdir("l"), 0);
    assert_int_equal(choose(SOURCES("d"), 1, QUIRE_BUILD_ADD, &live, a, &set, &err), QUIRE_OK);
    assert_int_equal(chdir(".."), 0);
    assert_int_equal(set.nsources, 3);
    assert_string_equal(set.names[0], old.paths[0]);

    /* What has gone, or cannot be read again, is an error. */
    live.source_paths = SOURCES("-", "/nowhere");
    live.sources = SOURCES("-", "/nowhere");
    assert_int_equal(choose(SOURCES("d"), 1, QUIRE_BUILD_ADD, &live, a, &set, &err),
                     QUIRE_ESOURCES);
    live.source_paths++;
    live.sources++;
    live.nsources = 1;
    assert_int_equal(choose(SOURCES("d"), 1, QUIRE_BUILD_ADD, &live, a, &set, &err), QUIRE_EINPUT);
    arena_free(a);
}

/* ---- */

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_is_read_in_byte_order_without_hidden_files),
        cmocka_unit_test(a_file_has_its_base_name_for_an_id),
        cmocka_unit_test(endings_stay_where_ids_would_be_the_same),
        cmocka_unit_test(what_is_an_ending),
        cmocka_unit_test(links_are_followed_but_not_in_circles),
        cmocka_unit_test(what_is_no_file_is_named),
        cmocka_unit_test(an_index_is_no_set_of_articles),
        cmocka_unit_test(names_that_are_no_utf8_are_shown_repaired),
        cmocka_unit_test(sets_of_sources_are_compared_by_real_path),
    };
    return cmocka_run_group_tests_name("sources", tests, scratch_enter, scratch_leave);
}
