/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the dead articles of a segment take from its statistics: as counted word by word from what
 * was indexed, whether they die at once or one generation after another. */
#include <fcntl.h>

#include "postings/segment_forms.h"
#include "store/dead_articles.h"
#include "store_fixture.h"

#define SEGMENT_NAME "seg"
#define WORDS (MAX_ARTICLES / 64 + 1)

static fixture *
new_segment(size_t narticles)
{
    fixture *f = new_fixture();

    assert_int_equal(file_remove_tree(SEGMENT_NAME, NULL), QUIRE_OK);
    add_random_articles(f, narticles);
    add_article(f, "empty", NULL, "", NULL, NULL);
    qsort(f->articles, f->narticles, sizeof *f->articles, compare_articles);
    write_segment(f, "quire", SEGMENT_NAME, 0, 64);
    return f;
}

static void
kill_some(const fixture *f, uint64_t *bits, uint32_t one_in)
{
    for (size_t i = 0; i < f->narticles; i++)
        if (random_below(one_in) == 0)
            bits[i / 64] |= UINT64_C(1) << i % 64;
}

static bool
is_dead(const uint64_t *bits, uint32_t n)
{
    return (bits[(n - 1) / 64] >> (n - 1) % 64 & 1) != 0;
}

static manifest_counts
write_dead(const uint64_t *bits, const char *before, const char *path)
{
    const stem_table none = {0};
    manifest_counts counts = {0};
    quire_error err = {0};

    if (dead_articles_write(SEGMENT_NAME, bits, before, &none, path, &counts, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    return counts;
}

/* ---- Counted word by word ---- */

static manifest_counts
count_dead(const fixture *f, const uint64_t *bits)
{
    manifest_counts c = {0};
    bool has_text[MAX_ARTICLES + 1] = {false};

    for (size_t i = 0; i < f->npassages; i++) {
        const naive_passage *p = &f->passages[i];

        has_text[p->article_number] = true;
        if (!is_dead(bits, p->article_number))
            continue;
        *(p->furniture ? &c.nfurniture_passages : &c.npassages) += 1;
        *(p->furniture ? &c.nfurniture_words : &c.nwords) += p->words.list.ntokens;
    }
    for (uint32_t i = 1; i <= f->narticles; i++)
        if (is_dead(bits, i)) {
            c.narticles++;
            c.narticles_without_text += !has_text[i];
        }
    return c;
}

typedef struct {
    const char *bytes;
    size_t nbytes;
} some_bytes;

static bool
is_same(some_bytes a, const char *bytes, size_t nbytes)
{
    return a.nbytes == nbytes && memcmp(a.bytes, bytes, nbytes) == 0;
}

/* Of a form of a stem, or where form.bytes is NULL passages that have the stem. */
static uint64_t
count_words(const fixture *f, const uint64_t *bits, bool furniture, some_bytes stem,
            some_bytes form)
{
    uint64_t count = 0;

    for (size_t i = 0; i < f->npassages; i++) {
        const naive_passage *p = &f->passages[i];
        bool is_in = false;

        for (size_t k = 0; k < p->words.list.ntokens; k++) {
            const token *t = &p->words.list.tokens[k];
            const word_place *place = &p->words.places[k];

            if (p->furniture != furniture || !is_dead(bits, p->article_number) ||
                !is_same(stem, passage_words_stem(&p->words, place), place->stem_bytes))
                continue;
            is_in = true;
            if (form.bytes != NULL)
                count += t->extra_bytes > 0
                             ? is_same(form, token_extra(&p->words.list, t), t->extra_bytes)
                             : is_same(form, token_surface(&p->words.list, t), t->surface_bytes);
        }
        count += form.bytes == NULL && is_in;
    }
    return count;
}

/* Every stem of the segment, and every surface of it. */
static void
check_set(const fixture *f, const uint64_t *bits, const dead_articles *d, unsigned set)
{
    dictionary_cursor c;
    segment *s = NULL;
    quire_error err = {0};

    assert_int_equal(
        segment_open(set == DEAD_FURNITURE ? SEGMENT_NAME "/furniture" : SEGMENT_NAME "/passages",
                     &s, &err),
        QUIRE_OK);
    assert_int_equal(dictionary_seek(&s->stems, "", 0, &c, &err), QUIRE_OK);
    for (; !c.at_end; assert_int_equal(dictionary_next(&c, &err), QUIRE_OK)) {
        const some_bytes stem = {c.key, c.key_bytes};
        const dead_stem dead = dead_articles_stem(d, set, c.ordinal);
        dictionary_cursor at;
        posting_info info;
        segment_forms forms;

        assert_int_equal(dead.npassages, count_words(f, bits, set, stem, (some_bytes){0}));
        assert_int_equal(segment_forms_find(s, c.key, c.key_bytes, &at, &info, &forms, &err),
                         QUIRE_OK);
        for (uint32_t i = 0; i < forms.nforms; i++) {
            assert_true(segment_forms_next(&forms));
            assert_int_equal(
                dead_stem_occurrences(&dead, i),
                count_words(f, bits, set, stem, (some_bytes){forms.form, forms.form_bytes}));
        }
    }
    segment_close(s);
}

static void
check_file(const fixture *f, const uint64_t *bits, const char *path, const manifest_counts *told)
{
    const manifest_counts counts = count_dead(f, bits);
    manifest_counts read;
    dead_articles d;
    quire_error err = {0};

    assert_memory_equal(told, &counts, sizeof counts);
    if (dead_articles_open(path, (uint32_t)f->narticles, &d, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    read = dead_articles_counts(&d);
    assert_memory_equal(&read, &counts, sizeof counts);
    for (uint32_t i = 1; i <= f->narticles; i++)
        assert_int_equal(dead_articles_has(&d, i), is_dead(bits, i));
    assert_false(dead_articles_has(&d, 0));
    assert_false(dead_articles_has(&d, (uint32_t)f->narticles + 1));
    check_set(f, bits, &d, DEAD_PASSAGES);
    check_set(f, bits, &d, DEAD_FURNITURE);
    assert_int_equal(dead_articles_stem(&d, DEAD_PASSAGES, UINT64_MAX).npassages, 0);
    dead_articles_close(&d);
}

static void
read_all(const char *path, buffer *out)
{
    quire_error err = {0};

    if (file_read(AT_FDCWD, path, (size_t)1 << 24, out, NULL, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
}

static void
test_the_dead_are_counted(void **state)
{
    (void)state;
    static const size_t sizes[] = {20, 62, 63, 64, 150};

    chance.state = 11;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t bits[WORDS] = {0};
        fixture *f = new_segment(sizes[i]);
        manifest_counts told;

        kill_some(f, bits, i % 2 == 0 ? 7 : 2);
        told = write_dead(bits, NULL, "dead");
        check_file(f, bits, "dead", &told);
        free_fixture(f);
    }
}

static void
test_all_may_be_dead(void **state)
{
    (void)state;
    fixture *f = new_segment(70);
    uint64_t bits[WORDS] = {0};
    manifest_counts told;

    kill_some(f, bits, 1);
    told = write_dead(bits, NULL, "dead");
    assert_int_equal(told.narticles_without_text, 1);
    check_file(f, bits, "dead", &told);
    free_fixture(f);
}

/* One generation after another: the same bytes as at once. */
static void
test_they_may_die_one_after_another(void **state)
{
    (void)state;
    fixture *f = new_segment(150);
    uint64_t bits[WORDS] = {0};
    buffer slowly = {0};
    buffer at_once = {0};
    manifest_counts told = {0};

    chance.state = 5;
    for (unsigned i = 0; i < 5; i++) {
        char before[16];
        char path[16];

        snprintf(before, sizeof before, "dead%u", i);
        snprintf(path, sizeof path, "dead%u", i + 1);
        kill_some(f, bits, 9);
        told = write_dead(bits, i > 0 ? before : NULL, path);
    }
    check_file(f, bits, "dead5", &told);
    write_dead(bits, NULL, "dead");
    read_all("dead5", &slowly);
    read_all("dead", &at_once);
    assert_int_equal(slowly.size, at_once.size);
    assert_memory_equal(slowly.bytes, at_once.bytes, slowly.size);
    buffer_free(&slowly);
    buffer_free(&at_once);
    free_fixture(f);
}

static void
put(const char *path, const buffer *bytes, size_t nbytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes->bytes, 1, nbytes, file), nbytes);
    assert_int_equal(fclose(file), 0);
}

static void
test_damage_is_noticed(void **state)
{
    (void)state;
    fixture *f = new_segment(20);
    uint64_t bits[WORDS] = {2};
    buffer bytes = {0};
    dead_articles d;
    quire_error err = {0};

    write_dead(bits, NULL, "dead");
    read_all("dead", &bytes);
    for (size_t i = 0; i < bytes.size; i++) {
        quire_status status;

        bytes.bytes[i] = (char)(bytes.bytes[i] ^ (1 << i % 8));
        put("dead", &bytes, bytes.size);
        bytes.bytes[i] = (char)(bytes.bytes[i] ^ (1 << i % 8));
        status = dead_articles_open("dead", 21, &d, &err);
        if (status != QUIRE_ECORRUPT && status != QUIRE_EVERSION)
            fail_msg("byte %zu: status %d", i, (int)status);
    }
    for (size_t i = 0; i < bytes.size; i++) {
        put("dead", &bytes, i);
        assert_int_equal(dead_articles_open("dead", 21, &d, &err), QUIRE_ECORRUPT);
    }
    put("dead", &bytes, bytes.size);
    assert_int_equal(dead_articles_open("dead", 22, &d, &err), QUIRE_ECORRUPT);
    assert_int_equal(dead_articles_open("nowhere", 21, &d, &err), QUIRE_EIO);
    assert_int_equal(dead_articles_open("dead", 21, &d, &err), QUIRE_OK);
    dead_articles_close(&d);
    buffer_free(&bytes);
    free_fixture(f);
}

/* Of a segment that was built with other stems its words cannot be found. */
static void
test_a_segment_of_other_stems_is_told(void **state)
{
    (void)state;
    static const char text[] = "ceasefire truce\n";
    fixture *f = new_segment(40);
    const stem_table none = {0};
    stem_table table = none;
    uint64_t bits[WORDS] = {~UINT64_C(0) >> 24};
    manifest_counts counts;
    quire_error err = {0};
    arena *a = arena_new();

    assert_int_equal(stem_table_read(text, strlen(text), "stems", a, &table, &err), QUIRE_OK);
    assert_int_equal(dead_articles_write(SEGMENT_NAME, bits, NULL, &table, "dead", &counts, &err),
                     QUIRE_ECORRUPT);
    assert_non_null(strstr(err.message, "quire-index"));
    assert_int_equal(dead_articles_write("nowhere", bits, NULL, &none, "dead", &counts, &err),
                     QUIRE_EIO);
    arena_free(a);
    free_fixture(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_dead_are_counted),
        cmocka_unit_test(test_all_may_be_dead),
        cmocka_unit_test(test_they_may_die_one_after_another),
        cmocka_unit_test(test_damage_is_noticed),
        cmocka_unit_test(test_a_segment_of_other_stems_is_told),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
