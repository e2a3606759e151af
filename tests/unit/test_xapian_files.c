/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Xapian's databases of which not all can be opened are refused.  Of several at once what is found
 * best is the best of all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../reference/random.h"
#include "base/buffer.h"
#include "rounds.h"
#include "scratch.h"
#include "store/xapian_shim.h"

#define NDOCUMENTS 20

static void
make_database(const char *path)
{
    xap_writer *writer = NULL;
    xap_document *document = NULL;
    quire_error err = {0};
    char data[32];

    assert_int_equal(xap_writer_open(path, true, &writer, &err), QUIRE_OK);
    assert_int_equal(xap_document_new(&document, &err), QUIRE_OK);
    for (unsigned i = 1; i <= NDOCUMENTS; i++) {
        snprintf(data, sizeof data, "record %u", i);
        assert_int_equal(xap_document_clear(document, &err), QUIRE_OK);
        assert_int_equal(xap_document_posting(document, "word", 4, i, 1, &err), QUIRE_OK);
        assert_int_equal(xap_document_data(document, data, strlen(data), &err), QUIRE_OK);
        assert_int_equal(xap_writer_add(writer, document, &err), QUIRE_OK);
    }
    assert_int_equal(xap_writer_commit(writer, &err), QUIRE_OK);
    xap_document_free(document);
    xap_writer_close(writer);
}

/* Has each document what it was made with? */
static void
check_whole(xap_db *db)
{
    buffer data = {0};
    quire_error err = {0};
    uint64_t frequency = 0;
    char wanted[32];

    for (unsigned i = 1; i <= NDOCUMENTS; i++) {
        snprintf(wanted, sizeof wanted, "record %u", i);
        buffer_clear(&data);
        assert_int_equal(xap_db_data(db, i, &data, &err), QUIRE_OK);
        assert_string_equal(data.bytes, wanted);
    }
    assert_int_equal(xap_db_collection_frequency(db, "word", 4, &frequency, &err), QUIRE_OK);
    assert_int_equal(frequency, NDOCUMENTS);
    buffer_free(&data);
}

/* Each table in turn cannot be opened, since the way to it leads in circles. */
static void
a_table_that_cannot_be_opened_is_told(void **state)
{
    static const char *const tables[] = {"postlist", "docdata", "position", "termlist"};
    const char *const paths[] = {"made"};
    xap_db *db = NULL;
    quire_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char path[64];

        snprintf(path, sizeof path, "made/%s.glass", tables[i]);
        assert_int_equal(rename(path, "kept"), 0);
        assert_int_equal(symlink(strrchr(path, '/') + 1, path), 0);
        assert_int_equal(xap_db_open(paths, 1, &db, &err), QUIRE_EIO);
        assert_int_equal(xap_merge(paths, 1, "merged", true, &err), QUIRE_EIO);
        assert_int_equal(rename("kept", path), 0);
    }
    assert_int_equal(xap_merge(paths, 1, "merged", true, &err), QUIRE_OK);
    assert_int_equal(xap_db_open((const char *const[]){"merged"}, 1, &db, &err), QUIRE_OK);
    check_whole(db);
    xap_db_close(db);
}

/* ---- Several at once ---- */

#define NSHARDS 4
#define SHARD_DOCUMENTS 400
#define NTERMS 6
#define NHITS 20

/* Term number t is in about one of 2^t documents, and rarer from shard to shard. */
static void
make_shard(const char *path, unsigned shard, dice *d)
{
    xap_writer *writer = NULL;
    xap_document *document = NULL;
    quire_error err = {0};

    assert_int_equal(xap_writer_open(path, false, &writer, &err), QUIRE_OK);
    assert_int_equal(xap_document_new(&document, &err), QUIRE_OK);
    for (unsigned i = 0; i < SHARD_DOCUMENTS; i++) {
        assert_int_equal(xap_document_clear(document, &err), QUIRE_OK);
        assert_int_equal(
            xap_document_term(document, "all", 3, (uint32_t)dice_between(d, 1, 40), &err),
            QUIRE_OK);
        for (unsigned t = 0; t < NTERMS; t++) {
            const char term[] = {(char)('a' + t)};

            if (dice_below(d, 2u << (t + 2 * shard * (t % 2))) == 0)
                assert_int_equal(
                    xap_document_term(document, term, 1, (uint32_t)dice_between(d, 1, 4), &err),
                    QUIRE_OK);
        }
        assert_int_equal(xap_writer_add(writer, document, &err), QUIRE_OK);
    }
    assert_int_equal(xap_writer_commit(writer, &err), QUIRE_OK);
    xap_document_free(document);
    xap_writer_close(writer);
}

static uint32_t
search(xap_db *db, unsigned terms, bool exact, xap_hit hits[NHITS])
{
    const xap_request request = {.k1 = 1.2, .b = 0.75, .max_hits = NHITS, .exact_count = exact};
    xap_query *query = NULL;
    quire_error err = {0};
    uint32_t nhits = 0;
    uint64_t count = 0;
    size_t n = 0;

    assert_int_equal(xap_query_new(&query, &err), QUIRE_OK);
    for (unsigned t = 0; t < NTERMS; t++)
        if ((terms >> t & 1) != 0) {
            const char term[] = {(char)('a' + t)};

            assert_int_equal(xap_query_term(query, term, 1, &err), QUIRE_OK);
            n++;
        }
    assert_int_equal(xap_query_combine(query, XAP_OR, n, &err), QUIRE_OK);
    assert_int_equal(xap_search(db, query, &request, hits, &nhits, &count, &err), QUIRE_OK);
    xap_query_free(query);
    return nhits;
}

static void
the_best_of_several_shards_are_found(void **state)
{
    dice d = {.state = 1};

    (void)state;
    for (unsigned round = 0; round < test_rounds(4); round++) {
        char names[NSHARDS][32];
        const char *paths[NSHARDS];
        xap_db *db = NULL;
        quire_error err = {0};

        for (unsigned i = 0; i < NSHARDS; i++) {
            snprintf(names[i], sizeof names[i], "shard-%u-%u", round, i);
            paths[i] = names[i];
            make_shard(names[i], i, &d);
        }
        assert_int_equal(xap_db_open(paths, NSHARDS, &db, &err), QUIRE_OK);
        for (unsigned terms = 1; terms < 1u << NTERMS; terms++) {
            xap_hit hits[NHITS];
            xap_hit wanted[NHITS];
            const uint32_t nwanted = search(db, terms, true, wanted);

            assert_int_equal(search(db, terms, false, hits), nwanted);
            for (uint32_t i = 0; i < nwanted; i++) {
                assert_int_equal(hits[i].document, wanted[i].document);
                assert_true(hits[i].weight == wanted[i].weight);
            }
        }
        xap_db_close(db);
    }
}

static int
begin(void **state)
{
    if (scratch_enter(state) != 0)
        return 1;
    make_database("made");
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_that_cannot_be_opened_is_told),
        cmocka_unit_test(the_best_of_several_shards_are_found),
    };
    return cmocka_run_group_tests_name("xapian_files", tests, begin, scratch_leave);
}
