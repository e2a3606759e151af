/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Xapian store when its files are damaged or gone, and in the hands of Xapian's own programs.
 */
#include "store_fixture.h"

/* ---- Damage ---- */

static void
damage(const char *path, uint64_t from, uint64_t nbytes)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, (long)from, SEEK_SET), 0);
    for (uint64_t i = 0; i < nbytes; i++)
        assert_int_equal(fputc((int)(i * 37 % 251), file), (int)(i * 37 % 251));
    assert_int_equal(fclose(file), 0);
}

/* Open, search and read everything: what the first failure says. */
static quire_status
use_index(fixture *f, const char *index_path, quire_error *err)
{
    static const char everything[] = "peace OR \"of the\" OR NOT nowhere";
    store_hit hits[MAX_PASSAGES];
    uint32_t nhits = 0;
    uint64_t count;
    arena *a = arena_new();
    const query_tree tree = parse(f, everything, a);
    quire_status status = generation_open(index_path, &f->generation, err);
    store_request r = {.tree = &tree, .k1 = 1.2, .b = 0.75, .max_hits = MAX_PASSAGES};

    if (status == QUIRE_OK)
        status = store_open(&f->generation, &f->store, err);
    if (status == QUIRE_OK)
        status = store_search(f->store, &r, hits, &nhits, &count, err);
    for (uint32_t i = 0; i < nhits && status == QUIRE_OK; i++) {
        passage_record p;
        article_record record;

        status = store_passage(f->store, hits[i].handle, a, &p, &record, err);
    }
    arena_free(a);
    return status;
}

static void
test_damage_is_an_error_that_says_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        uint64_t from;
        uint64_t nbytes;
    } table[] = {
        {"passages/docdata.glass", 0, 8192},  {"passages/docdata.glass", 9000, 4000},
        {"passages/postlist.glass", 0, 8192}, {"passages/iamglass", 0, 100},
        {"catalogue/docdata.glass", 0, 8192}, {"catalogue/iamglass", 20, 60},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        fixture *f = new_fixture();
        fixture *reader = new_fixture();
        char path[256];
        quire_error err = {0};

        chance.state = 3;
        add_random_articles(f, 60);
        publish(f, "damaged", 0);
        open_index(f, "damaged");
        snprintf(path, sizeof path, "%s/seg-0/%s", f->generation.directory, table[i].file);
        damage(path, table[i].from, table[i].nbytes);
        const quire_status status = use_index(reader, "damaged", &err);

        if (status != QUIRE_ECORRUPT && status != QUIRE_EVERSION)
            fail_msg("%s: status %d, %s", table[i].file, (int)status, err.message);
        assert_non_null(strstr(err.message, "quire-index"));
        free_fixture(reader);
        free_fixture(f);
    }
}

static void
test_a_missing_database_is_damage(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    fixture *reader = new_fixture();
    quire_error err = {0};

    add_random_articles(f, 5);
    publish(f, "missing", 0);
    assert_int_equal(file_remove_tree("missing/gen-00000001/seg-0/passages", &err), QUIRE_OK);
    assert_int_equal(use_index(reader, "missing", &err), QUIRE_ECORRUPT);
    assert_non_null(strstr(err.message, "gen-00000001/seg-0/passages"));
    free_fixture(reader);
    free_fixture(f);
}

/* ---- Xapian's own programs ---- */

static void
check_command(const char *command)
{
    if (system(command) != 0)
        fail_msg("%s", command);
}

static void
test_programs_of_xapian_read_the_index(void **state)
{
    (void)state;
    fixture *f = new_fixture();

    if (system("command -v quest xapian-delve xapian-check >xapian.out 2>&1") != 0) {
        free_fixture(f);
        skip();
    }
    chance.state = 5;
    add_random_articles(f, 100);
    add_article(f, "zebra", "A zebra walks", "The zebra crosses the road.", NULL, NULL);
    publish(f, "xapian", 0);
    check_command("quest -d xapian zebra >quest.out && grep -q 'The zebra crosses' quest.out");
    check_command("xapian-delve xapian >delve.out && grep -q 'number of documents' delve.out");
    check_command("xapian-delve -t zebra xapian >delve.out && grep -q 'termfreq 1' delve.out");
    check_command("xapian-check xapian/XAPIANDB >check.out");
    check_command("for d in catalogue furniture; do "
                  "xapian-check xapian/gen-00000001/seg-0/$d >check.out || exit 1; done");
    check_command("xapian-delve -t Qzebra xapian/gen-00000001/seg-0/catalogue >delve.out && "
                  "grep -q 'termfreq 1' delve.out");
    check_command("xapian-delve -t ZSzebra xapian/gen-00000001/seg-0/catalogue >delve.out && "
                  "grep -q 'termfreq 1' delve.out");
    free_fixture(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damage_is_an_error_that_says_what_to_do),
        cmocka_unit_test(test_a_missing_database_is_damage),
        cmocka_unit_test(test_programs_of_xapian_read_the_index),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
