/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_update.c - an index that was updated, again and again, answers as one that was built anew.
 *
 * Files come, change, go and are renamed at random; after each few changes the index is updated
 * (sometimes it is gone back before, or built anew), another is built of the same files, and what
 * both say is compared: counts, problems, results with all that belongs to them, completions.
 *
 *     QUIRE_SEED=N       the first of the seeds (1)
 *     QUIRE_ROUNDS=N     sequences (2)
 *     QUIRE_STEPS=N      updates in each (9) */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "quire.h"

#include "chance.h"
#include "scratch.h"

static uint64_t seed;     /* of this sequence */
static const char *store; /* the one that is tested */

/* ---- Articles ---- */

static const char *const words[] = {
    "ceasefire", "board",     "peace",   "hostages", "oil",   "price",   "minister", "talks",
    "US",        "us",        "U.S.",    "rivals",   "said",  "the",     "of",       "in",
    "programme", "organised", "Gaza's",  "$4.5bn",   "state", "central", "bank",     "rates",
    "cut",       "storm",     "rescued", "village",  "cup",   "final",   "score",    "won"};

static void
add_sentence(buffer *out)
{
    const uint32_t n = 3 + random_below(12);

    for (uint32_t i = 0; i < n; i++) {
        char rare[16];

        snprintf(rare, sizeof rare, "rare%u", random_below(400));
        buffer_add_string(out, dice_chance(&chance, 8)
                                   ? rare
                                   : words[random_below(sizeof words / sizeof *words)]);
        buffer_add_string(out, i + 1 < n ? " " : ". ");
    }
}

static void
add_text(buffer *out, const char *newline)
{
    const uint32_t nblocks = 1 + random_below(5);

    for (uint32_t b = 0; b < nblocks; b++) {
        const uint32_t n = 1 + random_below(6);

        for (uint32_t i = 0; i < n; i++)
            add_sentence(out);
        buffer_add_string(out, newline);
        if (dice_chance(&chance, 10))
            for (int i = 0; i < 6; i++)
                buffer_printf(out, "Read more: storm final%s", newline);
    }
}

/* A line of JSON, or sometimes something that is none. */
static void
add_record(buffer *out)
{
    if (dice_chance(&chance, 4)) {
        buffer_add_string(out, dice_chance(&chance, 50) ? "{\"id\": oops}\n" : "\n");
        return;
    }
    buffer_add_string(out, "{");
    if (!dice_chance(&chance, 10))
        buffer_printf(out, "\"id\": \"%u\", ", random_below(60));
    if (dice_chance(&chance, 70))
        buffer_printf(out, "\"title\": \"%s %s\", ", words[random_below(32)],
                      words[random_below(32)]);
    if (dice_chance(&chance, 60))
        buffer_printf(out, "\"date\": \"2025-%02u-%02u%s\", ", 1 + random_below(13),
                      1 + random_below(28), dice_chance(&chance, 30) ? "T10:00:00+02:00" : "");
    if (dice_chance(&chance, 50))
        buffer_printf(out, "\"source\": \"Source %u\", ", random_below(3));
    if (dice_chance(&chance, 20))
        buffer_printf(out, "\"section\": [\"%u\"], ", random_below(3));
    if (dice_chance(&chance, 3)) {
        buffer_add_string(out, "\"body\": \"unknown key\"}\n");
        return;
    }
    buffer_add_string(out, "\"text\": \"");
    if (!dice_chance(&chance, 5))
        add_text(out, "\\n");
    buffer_add_string(out, "\"}\n");
}

static void
add_text_file(buffer *out)
{
    if (dice_chance(&chance, 5))
        buffer_add_string(out, "\xef\xbb\xbf");
    if (dice_chance(&chance, 60)) {
        buffer_printf(out, "%s %s\n", words[random_below(32)], words[random_below(32)]);
        if (dice_chance(&chance, 50))
            buffer_printf(out, "%u November 2025\n", 1 + random_below(28));
        buffer_add_string(out, "\n");
    }
    if (dice_chance(&chance, 8))
        buffer_add_string(out, "not UTF-8: \xff\xfe here. ");
    add_text(out, "\n");
}

/* ---- Files ---- */

static const char *const text_names[] = {"src/a.txt",   "src/a.md",    "src/b.txt", "src/c",
                                         "src/d/e.txt", "src/d/f.txt", "src/z.txt"};
static const char *const line_names[] = {"src/n.jsonl", "src/d/m.jsonl", "src/q.json",
                                         "src/r.jsonl.gz"};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

static void
write_file(const char *name, const buffer *b)
{
    if (strcmp(name, "src/r.jsonl.gz") == 0) {
        gzFile f = gzopen(name, "wb");

        assert_non_null(f);
        assert_true(b->size == 0 || gzwrite(f, b->bytes, (unsigned)b->size) > 0);
        gzclose(f);
        return;
    }
    FILE *f = fopen(name, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(b->bytes != NULL ? b->bytes : "", 1, b->size, f), b->size);
    assert_int_equal(fclose(f), 0);
}

/* What a file of lines holds; nothing where it is not there. */
static void
read_lines(const char *name, buffer *out)
{
    char chunk[4096];
    int n;
    gzFile f = gzopen(name, "rb"); /* plain files, too */

    while (f != NULL && (n = gzread(f, chunk, sizeof chunk)) > 0)
        assert_true(buffer_add(out, chunk, (size_t)n));
    if (f != NULL)
        gzclose(f);
}

static void
change_lines(const char *name)
{
    buffer old = {0};
    buffer made = {0};
    const uint32_t dies = dice_chance(&chance, 50) ? 0 : 30;

    read_lines(name, &old);
    if (dice_chance(&chance, 30))
        add_record(&made);
    for (char *at = old.bytes; old.size > 0 && *at != '\0';) {
        char *end = strchr(at, '\n') + 1;

        if (dice_chance(&chance, 10))
            add_record(&made);
        if (!dice_chance(&chance, dies))
            buffer_add(&made, at, (size_t)(end - at));
        if (dice_chance(&chance, 3)) /* the same twice */
            buffer_add(&made, at, (size_t)(end - at));
        at = end;
    }
    for (uint32_t n = random_below(6); n > 0; n--)
        add_record(&made);
    write_file(name, &made);
    buffer_free(&old);
    buffer_free(&made);
}

static void
change_something(void)
{
    const char *name = text_names[random_below(COUNT(text_names))];
    const char *other = text_names[random_below(COUNT(text_names))];
    const char *lines = line_names[random_below(COUNT(line_names))];
    buffer b = {0};

    switch (random_below(10)) {
    case 0:
    case 1:
        add_text_file(&b);
        write_file(name, &b);
        break;
    case 2:
        unlink(name);
        break;
    case 3:
        rename(name, other);
        break;
    case 4:
        if (dice_chance(&chance, 15))
            unlink(lines);
        else if (dice_chance(&chance, 30))
            rename("src/n.jsonl", "src/d/m.jsonl");
        break;
    case 8:
    case 9: /* a copy, perhaps with another end */
        read_lines(name, &b);
        if (b.size > 0) {
            if (dice_chance(&chance, 50))
                add_sentence(&b);
            write_file(other, &b);
        }
        break;
    case 5: /* touched */
        if (access(name, F_OK) == 0) {
            chmod(name, 0600);
            chmod(name, 0644);
        }
        break;
    default:
        change_lines(lines);
    }
    buffer_free(&b);
}

/* ---- Building ---- */

static void
on_problem(void *closure, const char *where, const char *what, bool skipped, bool is_new)
{
    (void)is_new;
    assert_true(buffer_printf(closure, "%s: %s %d\n", where, what, skipped));
}

/* Build; false where there is no article at all. */
static bool
build(const char *index, bool rebuild, buffer *problems, quire_build_report *report)
{
    static const char *const sources[] = {"src"};
    quire_build_options o;
    quire_error err = {0};
    quire_status status;

    quire_build_options_init(&o);
    o.store = store;
    o.max_shrink = 100;
    o.rebuild = rebuild;
    o.problem = on_problem;
    o.closure = problems;
    o.threads = 1 + random_below(3);
    status = quire_build(index, sources, 1, &o, report, &err);
    if (status == QUIRE_EINPUT && strstr(err.message, "no article") != NULL)
        return false;
    if (status != QUIRE_OK)
        fail_msg("seed %" PRIu64 ": %s", seed, err.message);
    return true;
}

/* ---- What an index says ---- */

static void
print_string(buffer *out, const char *name, const char *string)
{
    buffer_printf(out, " %s=%s", name, string != NULL ? string : "-");
}

static void
print_hit(buffer *out, const quire_hit *h)
{
    buffer_printf(out, "%.17g %s#%u%s", h->score, h->article, h->passage, h->furniture ? "f" : "");
    print_string(out, "title", h->title);
    print_string(out, "date", h->date);
    print_string(out, "source", h->source);
    print_string(out, "url", h->url);
    print_string(out, "extra", h->extra);
    print_string(out, "path", h->path);
    buffer_printf(out, " %" PRIu64 "-%" PRIu64 " ", h->start, h->end);
    buffer_add(out, h->text, h->text_bytes);
    for (size_t i = 0; i < h->nmarks; i++)
        buffer_printf(out, " %u-%u/%u", h->marks[i].start, h->marks[i].end, h->marks[i].clause);
    for (size_t i = 0; i < h->ntitle_marks; i++)
        buffer_printf(out, " t%u-%u", h->title_marks[i].start, h->title_marks[i].end);
    for (size_t i = 0; i < h->ncopies; i++)
        buffer_printf(out, " copy=%s%s%s", h->copies[i].article,
                      h->copies[i].is_earliest ? ",earliest" : "",
                      h->copies[i].is_longest ? ",longest" : "");
    buffer_printf(out, " of %" PRIu64 "%s%s", h->copies_total, h->is_earliest ? " earliest" : "",
                  h->is_longest ? " longest" : "");
    print_string(out, "explained", h->explanation);
    buffer_add_string(out, "\n");
}

static void
print_search(buffer *out, quire_index *index, const char *query, quire_ranked unit, bool furniture)
{
    quire_search_options o;
    quire_results *r = NULL;
    quire_error err = {0};
    const char *explanation;
    const char *asked;

    quire_search_options_init(&o);
    o.max_hits = 200;
    o.count = true;
    o.explain = true;
    o.unit = unit;
    o.furniture = furniture;
    buffer_printf(out, "query %s\n", query);
    if (quire_search(index, query, strlen(query), &o, &r, &err) != QUIRE_OK)
        fail_msg("%s: %s", query, err.message);
    explanation = quire_results_explanation(r);
    asked = strstr(explanation, "asked of the store"); /* which has other segments */
    buffer_printf(out, "%" PRIu64 " %.*s\n", quire_results_count(r),
                  asked != NULL ? (int)(asked - explanation) : 10000, explanation);
    for (size_t i = 0; i < quire_results_nnotes(r); i++)
        buffer_printf(out, "note %s\n", quire_results_note(r, i)->text);
    for (size_t i = 0; i < quire_results_size(r); i++)
        print_hit(out, quire_results_hit(r, i));
    quire_results_free(r);
}

static void
print_completions(buffer *out, quire_index *index, const char *text)
{
    quire_completions *c = NULL;

    assert_int_equal(quire_complete(index, text, strlen(text), 20, &c, NULL), QUIRE_OK);
    for (size_t i = 0; i < quire_completions_size(c); i++)
        buffer_printf(out, "completion %s\n", quire_completions_text(c, i));
    quire_completions_free(c);
}

static void
print_index(buffer *out, const char *path)
{
    static const char *const queries[] = {"ceasefire",
                                          "board of peace",
                                          "\"oil price\"",
                                          "+US -us",
                                          "rare1*",
                                          "hostges",
                                          "storm source:\"Source 1\"",
                                          "rates NEAR/5 cut",
                                          "rare7 OR rare8",
                                          "=programme won",
                                          "date:2025-03 talks",
                                          "title:oil",
                                          "final after:2025-06"};
    static const char *const beginnings[] = {"r", "pea", "oil p", "rare1", "the "};
    quire_index *index = NULL;
    quire_error err = {0};
    const quire_index_info *info;

    if (quire_index_open(path, &index, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    info = quire_index_describe(index);
    buffer_printf(out,
                  "%" PRIu64 " articles %" PRIu64 " passages %" PRIu64 " furniture %" PRIu64
                  " words %" PRIu64 " bytes %" PRIu64 " skipped\n",
                  info->narticles, info->npassages, info->nfurniture_passages, info->nwords,
                  info->bytes, info->nskipped);
    for (size_t i = 0; i < COUNT(queries); i++) {
        print_search(out, index, queries[i], QUIRE_UNIT_PASSAGE, i % 4 == 0);
        print_search(out, index, queries[i], QUIRE_UNIT_ARTICLE, false);
    }
    for (size_t i = 0; i < COUNT(beginnings); i++)
        print_completions(out, index, beginnings[i]);
    quire_index_close(index);
}

/* ---- Comparing ---- */

/* Where two texts differ first, for the message. */
static void
assert_same(const buffer *wanted, const buffer *got, const char *what, uint32_t step)
{
    size_t at = 0;

    if (wanted->size == got->size &&
        (wanted->size == 0 || memcmp(wanted->bytes, got->bytes, wanted->size) == 0))
        return;
    while (at < wanted->size && at < got->size && wanted->bytes[at] == got->bytes[at])
        at++;
    at = at > 300 ? at - 300 : 0;
    fail_msg("step %u, %s:\nwanted: %.700s\ngot:    %.700s", step, what,
             wanted->bytes != NULL && at < wanted->size ? wanted->bytes + at : "",
             got->bytes != NULL && at < got->size ? got->bytes + at : "");
}

static uint64_t nmerged;
static uint64_t nmany; /* generations of several segments */

static void
compare_with_fresh(uint32_t step)
{
    buffer fresh_problems = {0};
    buffer problems = {0};
    buffer fresh = {0};
    buffer updated = {0};
    quire_build_report report;

    file_remove_tree("fresh", NULL);
    if (build("fresh", false, &fresh_problems, &report)) {
        build("index", dice_chance(&chance, 4), &problems, &report);
        nmerged += report.nmoved > 0;
        nmany += report.nsegments > 1;
        assert_same(&fresh_problems, &problems, "problems", step);
        print_index(&fresh, "fresh");
        print_index(&updated, "index");
        assert_same(&fresh, &updated, "answers", step);
    }
    buffer_free(&fresh_problems);
    buffer_free(&problems);
    buffer_free(&fresh);
    buffer_free(&updated);
}

static uint32_t
setting(const char *name, uint32_t otherwise)
{
    const char *value = getenv(name);

    return value != NULL ? (uint32_t)strtoul(value, NULL, 10) : otherwise;
}

static void
compare_updates(void)
{
    const uint32_t nrounds = setting("QUIRE_ROUNDS", 2);
    const uint32_t nsteps = setting("QUIRE_STEPS", 9);

    nmany = nmerged = 0;
    for (uint32_t round = 0; round < nrounds; round++) {
        seed = setting("QUIRE_SEED", 1) + round;
        chance = (dice){seed};
        file_remove_tree("src", NULL);
        file_remove_tree("index", NULL);
        assert_int_equal(mkdir("src", 0777), 0);
        assert_int_equal(mkdir("src/d", 0777), 0);
        for (int i = 0; i < 12; i++)
            change_something();
        for (uint32_t step = 0; step < nsteps; step++) {
            print_message("# round %u, step %u\n", round, step);
            if (dice_chance(&chance, 15))
                (void)quire_build_rollback("index", NULL, NULL, NULL);
            for (uint32_t n = random_below(4); n > 0; n--)
                change_something();
            compare_with_fresh(step);
        }
    }
    print_message("# %" PRIu64 " of several segments, %" PRIu64 " merges\n", nmany, nmerged);
    assert_true(nmany > 0);
}

static void
updates_equal_fresh_builds(void **state)
{
    (void)state;
    store = "quire";
    compare_updates();
}

static void
updates_of_xapian_equal_fresh_builds(void **state)
{
    (void)state;
    store = "xapian";
    compare_updates();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_equal_fresh_builds),
        cmocka_unit_test(updates_of_xapian_equal_fresh_builds),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
