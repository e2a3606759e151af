/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_build.c - the parts of a build, and a build stopped at every point where it asks. */
#include <dirent.h>
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

#include "base/error.h"
#include "build/article_order.h"
#include "build/problems.h"
#include "build/spool.h"

#include "scratch.h"

static char *
text(const char *string)
{
    char *copy = strdup(string);

    assert_non_null(copy);
    return copy;
}

/* ---- the spool ---- */

static void
spool_and_read(uint64_t memory_bytes)
{
    spool *s = NULL;
    spool_writer w = {0};
    article in[3] = {0};
    uint64_t offsets[3];
    article out = {0};
    buffer scratch = {0};

    in[0].id = text("one");
    in[0].text = text("");
    in[0].path = text("p");
    in[1].id = text("two");
    in[1].title = malloc(4);
    memcpy(in[1].title, "a\0b", 4);
    in[1].title_bytes = 3;
    in[1].text_bytes = 3000000; /* more than is held back, and more than is read at once */
    in[1].text = malloc(in[1].text_bytes + 1);
    memset(in[1].text, 'x', in[1].text_bytes);
    in[1].text[in[1].text_bytes] = '\0';
    in[1].body_start = 17;
    in[1].has_date = date_parse("2025-11-16", 10, &in[1].date);
    in[1].source = text("s");
    in[1].author = text("au");
    in[1].url = text("u");
    in[1].language = text("l");
    in[1].extra = text("{}");
    in[1].path = text("path");
    in[1].text_is_file = true;
    in[1].skipped_bytes = 3;
    in[1].nrepairs = 2;
    in[1].repairs = calloc(2, sizeof *in[1].repairs);
    in[1].repairs[1] = (utf8_repair){5, 1};
    in[2].id = text("three");
    in[2].text = text("short");
    in[2].text_bytes = 5;
    in[2].path = text("");

    assert_int_equal(spool_new(".", memory_bytes, &s, NULL), QUIRE_OK);
    w.spool = s;
    assert_int_not_equal(access("spool", F_OK), 0); /* it has no name */
    for (int i = 0; i < 3; i++)
        assert_int_equal(spool_add(&w, &in[i], &offsets[i], NULL), QUIRE_OK);
    assert_int_equal(spool_flush(&w, NULL), QUIRE_OK);
    spool_writer_free(&w);

    assert_int_equal(spool_get(s, offsets[2], &scratch, &out, NULL), QUIRE_OK);
    assert_string_equal(out.id, "three");
    assert_string_equal(out.text, "short");
    assert_null(out.title);
    assert_int_equal(spool_get(s, offsets[1], &scratch, &out, NULL), QUIRE_OK);
    assert_int_equal(out.title_bytes, 3);
    assert_memory_equal(out.title, "a\0b", 4);
    assert_int_equal(out.text_bytes, in[1].text_bytes);
    assert_memory_equal(out.text, in[1].text, in[1].text_bytes + 1);
    assert_int_equal(out.body_start, 17);
    assert_true(out.has_date && out.text_is_file);
    assert_string_equal(out.date.iso, "2025-11-16");
    assert_string_equal(out.author, "au");
    assert_string_equal(out.extra, "{}");
    assert_string_equal(out.path, "path");
    assert_int_equal(out.skipped_bytes, 3);
    assert_int_equal(out.nrepairs, 2);
    assert_int_equal(out.repairs[1].repaired_at, 5);
    assert_int_equal(spool_get(s, offsets[0], &scratch, &out, NULL), QUIRE_OK);
    assert_string_equal(out.id, "one");
    assert_null(out.source);
    assert_int_equal(out.nrepairs, 0);
    for (int i = 0; i < 3; i++)
        article_clear(&in[i]);
    article_clear(&out);
    buffer_free(&scratch);
    spool_free(s);
}

static void
articles_come_back_from_the_spool_as_they_went(void **state)
{
    (void)state;
    spool_and_read(0);
    spool_and_read(1 << 20); /* without the second */
    spool_and_read(16 << 20);
}

/* ---- the order ---- */

static uint32_t
hash_of(const char *id)
{
    char copy[32] = "";
    const article a = {.id = copy};

    strncat(copy, id, sizeof copy - 1);
    return article_key_of(&a, 0, 0, 0).hash;
}

static void
articles_are_ordered_by_date_then_id(void **state)
{
    static const struct {
        const char *id;
        const char *date;
    } articles[] = {
        {"b", "2025-11-16"}, {"undated-b", ""}, {"a", "2025-11-16"},   {"old", "1962-01-01"},
        {"B", "2025-11-16"}, {"undated-a", ""}, {"new", "2025-11-17"},
    };
    static const char *const wanted[] = {"new", "B", "a", "b", "old", "undated-a", "undated-b"};
    article_order o = {0};

    (void)state;
    assert_null(article_order_find(&o, "a", hash_of("a")));
    for (uint32_t i = 0; i < 7; i++) {
        article a = {.id = text(articles[i].id)};
        a.has_date = date_parse(articles[i].date, strlen(articles[i].date), &a.date);
        const article_key key = article_key_of(&a, i, i, 0);
        assert_true(article_order_add(&o, a.id, &key));
        article_clear(&a);
    }
    assert_int_equal(article_order_find(&o, "old", hash_of("old"))->file, 3);
    assert_null(article_order_find(&o, "OLD", hash_of("OLD")));
    article_order_sort(&o);
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(o.ids + o.keys[i].id_offset, wanted[i]);
    article_order_free(&o);
}

static void
every_id_is_found_again(void **state)
{
    article_order o = {0};
    char id[32];

    (void)state;
    for (uint32_t i = 0; i < 50000; i++) {
        article a = {.id = id};
        snprintf(id, sizeof id, "article-%u", i * 7);
        const article_key key = article_key_of(&a, i, i, 0);
        assert_null(article_order_find(&o, id, key.hash));
        assert_true(article_order_add(&o, id, &key));
    }
    for (uint32_t i = 0; i < 50000; i++) {
        snprintf(id, sizeof id, "article-%u", i * 7);
        assert_int_equal(article_order_find(&o, id, hash_of(id))->file, i);
    }
    assert_in_range(article_order_bytes(&o), 50000 * 32, 50000 * 120);
    article_order_free(&o);
}

/* ---- problems ---- */

static void
problems_beyond_those_kept_are_counted(void **state)
{
    arena *a = arena_new();
    problems first = {.arena = a};
    problems second = {.arena = a};
    manifest live = {0};
    char where[32];

    (void)state;
    for (int i = 0; i < PROBLEMS_KEPT + 5; i++) {
        snprintf(where, sizeof where, "f:%d", i);
        assert_true(problems_add(&first, where, "bad", true));
    }
    assert_int_equal(first.nskipped, PROBLEMS_KEPT + 5);
    assert_int_equal(problems_list(&first, &live.problems, &live.nproblems, NULL), QUIRE_OK);
    assert_int_equal(live.nproblems, PROBLEMS_KEPT + 1);
    assert_string_equal(live.problems[PROBLEMS_KEPT].what, "5 more inputs skipped or damaged");

    assert_int_equal(problems_know(&second, &live, NULL), QUIRE_OK);
    for (int i = 0; i < PROBLEMS_KEPT + 5; i++) {
        snprintf(where, sizeof where, "f:%d", i);
        assert_false(problems_add(&second, where, "bad", true));
    }
    assert_int_equal(second.nnew, 0);
    problems_free(&first);
    problems_free(&second);
    arena_free(a);
}

/* ---- whole builds ---- */

typedef struct {
    int calls_left; /* of the progress function, before it says stop */
    int nproblems;
    int nnew;
} caller;

static bool
on_progress(void *closure, const quire_build_progress *now)
{
    caller *c = closure;

    assert_non_null(now->stage);
    return c->calls_left-- > 0;
}

static void
on_problem(void *closure, const char *where, const char *what, bool skipped, bool is_new)
{
    caller *c = closure;

    assert_string_equal(where, "articles/b.jsonl:2");
    assert_true(skipped && *what != '\0');
    c->nproblems++;
    c->nnew += is_new;
}

static void
write_string(const char *path, const char *string)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(string, f);
    assert_int_equal(fclose(f), 0);
}

/* What begins with new- is a build that was not cleared away. */
static int
count_unfinished(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *entry;
    int n = 0;

    if (d == NULL)
        return 0;
    while ((entry = readdir(d)) != NULL)
        n += strncmp(entry->d_name, "new-", 4) == 0 || strncmp(entry->d_name, "gen-", 4) == 0;
    closedir(d);
    return n;
}

static void
a_build_can_be_stopped_wherever_it_asks(void **state)
{
    static const char *const sources[] = {"articles"};
    quire_build_options options;
    quire_build_report report;
    quire_error err;
    quire_status status = QUIRE_ECANCELED;
    int ncalls;

    (void)state;
    mkdir("articles", 0700);
    write_string("articles/a.txt", "Title\n\nText of an article.\n");
    write_string("articles/b.jsonl", "{\"id\":\"x\",\"text\":\"More text.\"}\nbad\n");
    quire_build_options_init(&options);
    options.progress = on_progress;
    options.problem = on_problem;
    for (ncalls = 0; status != QUIRE_OK; ncalls++) {
        caller c = {.calls_left = ncalls};
        options.closure = &c;
        status = quire_build("index", sources, 1, &options, &report, &err);
        if (status == QUIRE_OK)
            break;
        assert_int_equal(status, QUIRE_ECANCELED);
        assert_string_equal(report.generation, "");
        assert_int_equal(count_unfinished("index"), 0);
    }
    assert_in_range(ncalls, 3, 1000); /* each stage asks at least once */
    assert_string_equal(report.generation, "gen-00000001");
    assert_int_equal(report.narticles, 2);
    assert_int_equal(report.nskipped, 1);
    assert_int_equal(report.nnew_problems, 1);
}

static void
callbacks_and_the_report_may_be_left_out(void **state)
{
    static const char *const sources[] = {"articles"};
    quire_build_options options;
    caller c = {.calls_left = 1000};
    quire_error err;

    (void)state;
    assert_int_equal(quire_build("index", sources, 1, NULL, NULL, NULL), QUIRE_OK);
    quire_build_options_init(&options);
    options.problem = on_problem;
    options.closure = &c;
    assert_int_equal(quire_build("index", sources, 1, &options, NULL, NULL), QUIRE_OK);
    assert_int_equal(c.nproblems, 1);
    assert_int_equal(c.nnew, 0); /* the builds before had it too */
    assert_int_equal(quire_build("", sources, 1, NULL, NULL, &err), QUIRE_EUSAGE);
    assert_int_equal(quire_build("index", sources, 0, NULL, NULL, &err), QUIRE_EUSAGE);
    options.memory_bytes = 1;
    assert_int_equal(quire_build("index", sources, 1, &options, NULL, &err), QUIRE_EUSAGE);
    assert_non_null(strstr(err.message, "32 MiB"));
}

/* More articles than the memory allows to keep in order. */
static void
too_many_articles_are_an_error_that_says_so(void **state)
{
    static const char *const sources[] = {"many.jsonl"};
    quire_build_options options;
    quire_error err;
    FILE *f = fopen("many.jsonl", "w");

    (void)state;
    assert_non_null(f);
    for (int i = 0; i < 400000; i++)
        fprintf(f, "{\"id\":\"a rather long name of an article %d\"}\n", i);
    fclose(f);
    quire_build_options_init(&options);
    options.memory_bytes = 32u << 20;
    assert_int_equal(quire_build("many", sources, 1, &options, NULL, &err), QUIRE_ENOMEM);
    assert_non_null(strstr(err.message, "allow more"));
    assert_int_equal(count_unfinished("many"), 0);
}

/* ---- */

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(articles_come_back_from_the_spool_as_they_went),
        cmocka_unit_test(articles_are_ordered_by_date_then_id),
        cmocka_unit_test(every_id_is_found_again),
        cmocka_unit_test(problems_beyond_those_kept_are_counted),
        cmocka_unit_test(a_build_can_be_stopped_wherever_it_asks),
        cmocka_unit_test(callbacks_and_the_report_may_be_left_out),
        cmocka_unit_test(too_many_articles_are_an_error_that_says_so),
    };
    return cmocka_run_group_tests_name("build", tests, scratch_enter, scratch_leave);
}
