/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of articles: which documents each of its terms names, with and without records,
 * whatever the memory; against articles that were made by a rule, so that what each term must list
 * is known. */
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
#include "store/article_record.h"
#include "store/catalogue_writer.h"
#include "store/seal.h"
#include "store/xapian_shim.h"

#include "scratch.h"

#define NARTICLES 3000

/* ---- Articles by rule: n from 1 ---- */

static char id_bytes[32];
static char source_bytes[32];

static article
make_article(unsigned n)
{
    static char author[] = "Caf\xc3\x89 Staff";
    static char language[] = "en";
    static char title[] = "Talks begin";
    article a = {.id = id_bytes, .title = title, .title_bytes = strlen(title)};
    char date[32];

    /* Neighbours are far apart in the order of their ids. */
    snprintf(id_bytes, sizeof id_bytes, "id-%u", n * 7919u % 100003u);
    snprintf(source_bytes, sizeof source_bytes, "%s %u", n % 2 == 0 ? "Wire" : "WIRE", n % 3);
    if (n % 5 != 0)
        a.source = source_bytes;
    if (n % 7 == 0)
        a.author = author;
    if (n % 11 == 0)
        a.language = language;
    if (n % 13 != 0) {
        snprintf(date, sizeof date, "%u-%02u-%02u", 2020 + n % 2, 1 + n % 12, 1 + n % 28);
        a.has_date = date_parse(date, strlen(date), &a.date);
        assert_true(a.has_date);
    }
    return a;
}

/* Write the articles in units, as a build does. */
static void
write_catalogue(const char *path, unsigned narticles, bool with_records, uint64_t memory_bytes)
{
    catalogue_writer *w = NULL;
    quire_error err = {0};

    assert_int_equal(catalogue_writer_new(path, with_records, memory_bytes, &w, &err), QUIRE_OK);
    for (unsigned n = 1; n <= narticles;) {
        catalogue_entries entries = {0};

        for (unsigned i = 0; i < 100 && n <= narticles; i++, n++) {
            const article a = make_article(n);

            assert_true(catalogue_entries_add(&entries, &a, with_records));
        }
        assert_int_equal(catalogue_writer_add(w, &entries, &err), QUIRE_OK);
        catalogue_entries_free(&entries);
    }
    assert_int_equal(catalogue_writer_finish(w, &err), QUIRE_OK);
    catalogue_writer_free(w);
}

static xap_db *
open_catalogue(const char *path)
{
    xap_db *db = NULL;
    quire_error err = {0};

    assert_int_equal(xap_db_open(&path, 1, &db, &err), QUIRE_OK);
    return db;
}

static bool
has_file(const char *path, const char *name)
{
    buffer whole = {0};

    assert_true(buffer_printf(&whole, "%s/%s", path, name));
    const bool has = access(whole.bytes, F_OK) == 0;

    buffer_free(&whole);
    return has;
}

/* ---- What terms list ---- */

static bool
print_document(void *closure, uint32_t document, uint32_t wdf)
{
    (void)wdf;
    return buffer_printf(closure, " %u", (unsigned)document);
}

static void
print_list(xap_db *db, const char *term, buffer *out)
{
    quire_error err = {0};

    assert_int_equal(xap_db_documents(db, term, strlen(term), print_document, out, &err), QUIRE_OK);
}

typedef bool (*condition)(unsigned n, const article *a);

/* Dates without records: Quire's own columns tell them. */
static bool
is_none(unsigned n, const article *a)
{
    (void)n;
    (void)a;
    return false;
}

static void
check_list(xap_db *db, const char *term, condition holds)
{
    buffer expected = {0};
    buffer found = {0};

    assert_true(buffer_printf(&expected, "%s:", term) && buffer_printf(&found, "%s:", term));
    for (unsigned n = 1; n <= NARTICLES; n++) {
        const article a = make_article(n);

        if (holds(n, &a))
            print_document(&expected, n, 0);
    }
    assert_true(holds == is_none || expected.size > strlen(term) + 1);
    print_list(db, term, &found);
    assert_string_equal(found.bytes, expected.bytes);
    buffer_free(&expected);
    buffer_free(&found);
}

static bool
is_of_wire_1(unsigned n, const article *a)
{
    return a->source != NULL && n % 3 == 1;
}

static bool
is_of_author(unsigned n, const article *a)
{
    (void)n;
    return a->author != NULL;
}

static bool
is_english(unsigned n, const article *a)
{
    (void)n;
    return a->language != NULL;
}

static bool
is_of_2021(unsigned n, const article *a)
{
    return a->has_date && n % 2 == 1;
}

static bool
is_of_february(unsigned n, const article *a)
{
    return a->has_date && n % 2 == 1 && n % 12 == 1;
}

static bool
is_of_a_day(unsigned n, const article *a)
{
    return is_of_february(n, a) && n % 28 == 1;
}

static void
check_terms(xap_db *db, bool with_records)
{
    uint64_t ndocuments = 0;
    uint64_t length = 0;
    quire_error err = {0};

    assert_int_equal(xap_db_statistics(db, &ndocuments, &length, &err), QUIRE_OK);
    assert_int_equal(ndocuments, NARTICLES);
    assert_int_equal(length, 0);
    check_list(db, "Hwire1", is_of_wire_1);
    check_list(db, "Acafestaff", is_of_author);
    check_list(db, "Len", is_english);
    check_list(db, "Y2021", with_records ? is_of_2021 : is_none);
    check_list(db, "M202102", with_records ? is_of_february : is_none);
    check_list(db, "D20210202", with_records ? is_of_a_day : is_none);
    for (unsigned n = 1; n <= NARTICLES; n++) {
        const article a = make_article(n);
        char term[40];
        char expected[16];
        buffer found = {0};

        snprintf(term, sizeof term, "Q%s", a.id);
        snprintf(expected, sizeof expected, " %u", n);
        print_list(db, term, &found);
        assert_non_null(found.bytes);
        assert_string_equal(found.bytes, expected);
        buffer_free(&found);
    }
}

/* ---- Tests ---- */

/* Little memory makes more runs than are merged at once. */
static const uint64_t memories[] = {50000, 1000000, (uint64_t)64 << 20};

static void
test_without_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
        write_catalogue("plain", NARTICLES, false, memories[i]);
        xap_db *db = open_catalogue("plain");

        check_terms(db, false);
        xap_db_close(db);
        assert_true(has_file("plain", "postlist.glass"));
        assert_false(has_file("plain", "termlist.glass"));
        assert_false(has_file("plain", "docdata.glass"));
        assert_false(has_file("plain", "position.glass"));
        assert_false(has_file(".", "plain.run-1"));
        assert_int_equal(file_remove_tree("plain", NULL), QUIRE_OK);
    }
}

static void
test_with_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
        write_catalogue("full", NARTICLES, true, memories[i]);
        xap_db *db = open_catalogue("full");

        check_terms(db, true);
        for (unsigned n = 1; n <= NARTICLES; n++) {
            const article a = make_article(n);
            buffer expected = {0};
            buffer found = {0};
            quire_error err = {0};

            assert_true(article_record_write(&a, &expected) && seal_add(&expected, 0));
            assert_int_equal(xap_db_data(db, n, &found, &err), QUIRE_OK);
            assert_int_equal(found.size, expected.size);
            assert_memory_equal(found.bytes, expected.bytes, found.size);
            buffer_free(&expected);
            buffer_free(&found);
        }
        xap_db_close(db);
        assert_true(has_file("full", "termlist.glass"));
        assert_int_equal(file_remove_tree("full", NULL), QUIRE_OK);
    }
}

static void
test_of_no_articles(void **state)
{
    (void)state;
    write_catalogue("empty", 0, false, memories[0]);
    xap_db *db = open_catalogue("empty");
    uint64_t ndocuments = 1;
    uint64_t length = 1;
    quire_error err = {0};

    assert_int_equal(xap_db_statistics(db, &ndocuments, &length, &err), QUIRE_OK);
    assert_int_equal(ndocuments, 0);
    xap_db_close(db);
}

static void
test_memory_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(catalogue_writer_memory(false, 1000), 1000);
    assert_int_equal(catalogue_writer_memory(true, 1000), 1000);
    assert_true(catalogue_writer_memory(false, UINT64_MAX) <= (uint64_t)64 << 20);
    assert_true(catalogue_writer_memory(true, UINT64_MAX) <= (uint64_t)64 << 20);
}

static void
check_command(const char *command)
{
    if (system(command) != 0)
        fail_msg("%s", command);
}

/* Without lists of each document's terms, too. */
static void
test_programs_of_xapian_read_it(void **state)
{
    (void)state;
    if (system("command -v quest xapian-delve xapian-check xapian-compact >xapian.out 2>&1") != 0)
        skip();
    write_catalogue("plain", NARTICLES, false, memories[1]);
    check_command("xapian-check plain >check.out");
    check_command("xapian-delve plain >delve.out && grep -q 'documents = 3000' delve.out");
    check_command("xapian-delve -t Qid-7919 plain >delve.out && grep -q 'termfreq 1' delve.out");
    check_command("quest -d plain -b language:L language:en >quest.out && grep -q 272 quest.out");
    check_command("xapian-compact plain again >compact.out && xapian-check again >check.out");
    check_command("xapian-delve -t Len again >delve.out && grep -q 'termfreq 272' delve.out");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_records),
        cmocka_unit_test(test_with_records),
        cmocka_unit_test(test_of_no_articles),
        cmocka_unit_test(test_memory_is_bounded),
        cmocka_unit_test(test_programs_of_xapian_read_it),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
