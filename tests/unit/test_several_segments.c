/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An index of several segments with dead articles says the same of everything as one that was built
 * of the live ones alone: results, their explanations, counts, notes, what may have been meant,
 * completions. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../helpers/split_index.h"
#include "base/buffer.h"
#include "base/file.h"
#include "chance.h"
#include "quire.h"

#include "scratch.h"

/* ---- Articles ---- */

/* Longer than a term of the catalogue may be: what begins so is known by the records only. */
#define TEN "Nathaniel "
#define LONG_NAME                                                                                  \
    TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN    \
        TEN TEN TEN

static const char *
pick(const char *const *from, uint32_t n)
{
    return from[random_below(n)];
}

static const char *const words[] = {
    "peace",    "the",        "of",     "board",      "talks",       "Gaza",  "US",   "us",
    "draft",    "organised",  "vote",   "votes",      "voted",       "voter", "4.5",  "$4.5bn",
    "programs", "programme",  "$77",    "Netanyahu",  "Syrian",      "Syria", "WHO",  "minister",
    "76%",      "un.org",     "20,000", "organizing", "ministry",    "cease", "fire", "ceasefire",
    "hostage",  "hostages's", "colour", "color",      "caf\xc3\xa9", "Board", "77",   "76",
};

enum { NWORDS = sizeof words / sizeof *words };

static void
add_words(buffer *out, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        assert_true(buffer_printf(out, "%s%s", i > 0 ? " " : "",
                                  pick(words, random_below(3) > 0 ? 12 : NWORDS)));
}

static void
add_field(buffer *out, const char *name, const char *value)
{
    if (random_below(4) > 0)
        assert_true(buffer_printf(out, ", \"%s\": \"%s\"", name, value));
}

/* Sentences and a title, or one of a few texts without one, so that many score alike. */
static void
add_text(buffer *out)
{
    static const char *const texts[] = {"The board of peace had a vote.", "Peace talks of the US.",
                                        "Votes and talks. The vote is a draft."};

    if (random_below(3) == 0) {
        assert_true(buffer_printf(out, "%s\"", pick(texts, 3)));
        return;
    }
    for (uint32_t i = random_below(10); i > 0; i--) {
        add_words(out, 1 + random_below(20));
        assert_true(buffer_add_string(out, random_below(4) == 0 ? ".\\n" : ". "));
    }
    if (random_below(4) == 0)
        assert_true(buffer_printf(out, "\\n\\nAlso Read: %s %s votes\\n", pick(words, 12),
                                  pick(words, NWORDS)));
    assert_true(buffer_add_string(out, "\", \"title\": \""));
    add_words(out, random_below(6));
    assert_true(buffer_add_string(out, "\""));
}

/* Few days, so that many results score alike on one of them, some in other time zones. */
static void
add_article(buffer *out, uint32_t number)
{
    static const char *const dates[] = {
        "2024-02-28",           "2024-02-29", "2024-02-28T23:30:00-05:00",
        "2024-02-29T04:30:00Z", "2023-12-31", "2023-12-31T23:59:59+14:00"};
    static const char *const sources[] = {"Example Wire", "EXAMPLE WIRE", "Caf\xc3\xa9 News"};
    static const char *const authors[] = {"Ann Other", "B. Writer", "Ann Onymous", LONG_NAME "1",
                                          LONG_NAME "2"};
    static const char *const urls[] = {"https://example.org/a/1", "http://www.example.org/b",
                                       "https://example.com/x?y=z"};

    assert_true(
        buffer_printf(out, "{\"id\": \"a%03u-%u\", \"text\": \"", random_below(1000), number));
    add_text(out);
    add_field(out, "date", pick(dates, 6));
    add_field(out, "source", pick(sources, 3));
    add_field(out, "author", pick(authors, 5));
    add_field(out, "url", pick(urls, 3));
    add_field(out, "language", random_below(2) == 0 ? "en" : "en-GB");
    assert_true(buffer_add_string(out, "}\n"));
}

static void
write_articles(const char *path, uint32_t n)
{
    buffer lines = {0};
    FILE *file = fopen(path, "w");

    for (uint32_t i = 0; i < n; i++)
        add_article(&lines, i);
    assert_non_null(file);
    assert_int_equal(fwrite(lines.bytes, 1, lines.size, file), lines.size);
    assert_int_equal(fclose(file), 0);
    buffer_free(&lines);
}

/* ---- Two indexes of them ---- */

typedef struct {
    quire_index *fresh;
    quire_index *split;
    split_index_counts counts;
} two;

static void
open_two(two *t, uint64_t seed, uint32_t narticles)
{
    static const char *const sources[] = {"articles.jsonl"};
    quire_build_options options;
    quire_error err = {0};

    assert_int_equal(file_remove_tree("fresh", NULL), QUIRE_OK);
    assert_int_equal(file_remove_tree("split", NULL), QUIRE_OK);
    chance.state = seed;
    write_articles(sources[0], narticles);
    quire_build_options_init(&options);
    if (quire_build("fresh", sources, 1, &options, NULL, &err) != QUIRE_OK ||
        quire_index_open("fresh", &t->fresh, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    t->counts = split_index_write("split", sources[0], seed);
    if (quire_index_open("split", &t->split, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
}

static void
close_two(two *t)
{
    quire_index_close(t->fresh);
    quire_index_close(t->split);
}

/* ---- Answers as text ---- */

static void
print_marks(buffer *out, const quire_mark *marks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_true(buffer_printf(out, " %" PRIu32 "-%" PRIu32 ":%" PRIu32, marks[i].start,
                                  marks[i].end, marks[i].clause));
}

static const char *
or_none(const char *string)
{
    return string != NULL ? string : "(none)";
}

static void
print_hit(buffer *out, const quire_hit *h)
{
    assert_true(buffer_printf(out, "%s#%" PRIu32 " %a%s %s %s %s %s %s %s\n", h->article,
                              h->passage, h->score, h->furniture ? " furniture" : "",
                              or_none(h->date), or_none(h->source), or_none(h->author),
                              or_none(h->url), or_none(h->language), h->path));
    print_marks(out, h->title_marks, h->ntitle_marks);
    assert_true(buffer_printf(out, " [%s]\n", h->title));
    print_marks(out, h->marks, h->nmarks);
    assert_true(buffer_add(out, h->text, h->text_bytes) &&
                buffer_printf(out, "\n%s\n", or_none(h->explanation)));
}

/* Of the explanation of a query all but the last part, which says where the store looked. */
static void
print_results(buffer *out, const quire_results *r)
{
    const char *explanation = quire_results_explanation(r);
    const char *asked = strstr(explanation, "asked of the store:");

    assert_true(
        buffer_printf(out, "%zu of %" PRIu64 "\n", quire_results_size(r), quire_results_count(r)));
    assert_true(buffer_add(out, explanation,
                           asked != NULL ? (size_t)(asked - explanation) : strlen(explanation)));
    for (size_t i = 0; i < quire_results_nnotes(r); i++) {
        const quire_note *n = quire_results_note(r, i);

        assert_true(buffer_printf(out, "%s %zu-%zu %s\n", n->code, n->start, n->end, n->text));
    }
    for (size_t i = 0; i < quire_results_size(r); i++)
        print_hit(out, quire_results_hit(r, i));
}

static size_t
search(quire_index *index, const char *query, const quire_search_options *options, buffer *out)
{
    quire_results *r = NULL;
    quire_error err = {0};
    size_t n;

    if (quire_search(index, query, strlen(query), options, &r, &err) != QUIRE_OK)
        fail_msg("%s: %s", query, err.message);
    buffer_clear(out);
    print_results(out, r);
    n = quire_results_size(r);
    quire_results_free(r);
    return n;
}

static size_t
compare_answers(const two *t, const char *query, const quire_search_options *options)
{
    buffer fresh = {0};
    buffer split = {0};
    const size_t n = search(t->fresh, query, options, &fresh);

    search(t->split, query, options, &split);
    if (strcmp(fresh.bytes, split.bytes) != 0)
        fail_msg("%s: wanted\n%s\ngot, of %zu segments and %zu dead articles\n%s", query,
                 fresh.bytes, t->counts.nsegments, t->counts.ndead, split.bytes);
    buffer_free(&fresh);
    buffer_free(&split);
    return n;
}

/* ---- Queries ---- */

static const char *const queries[] = {
    "peace",
    "the of",
    "peace talks",
    "+board -peace",
    "\"board of peace\"",
    "\"peace\"",
    "=Board",
    "US",
    "us",
    "vot*",
    "*",
    "mini?try OR p*e",
    "v?te*",
    "vote~1",
    "colour~2",
    "\"vot* of\"",
    "=colour",
    "peace NEAR/3 talks",
    "vote ADJ/2 of",
    "board SENTENCE gaza",
    "board PARAGRAPH gaza",
    "title:peace",
    "title:\"peace talks\"",
    "source:\"example wire\" peace",
    "source:caf* vote",
    "source:undead* vote",
    "author:\"ann other\" peace",
    "author:ann* peace",
    "author:undead* peace",
    "author:\"" LONG_NAME "1\" vote",
    "author:\"" LONG_NAME "*\" vote",
    "author:\"" LONG_NAME "*\"",
    "author:\"" SPLIT_DEAD_AUTHOR "*\" vote",
    "url:example.org peace",
    "url:example.org/a vote",
    "language:en vote",
    "id:a1* vote",
    "id:gone* vote",
    "date:2024-02-28 peace",
    "date:2024 -date:2024-02 vote",
    "date:2023",
    "-peace",
    "NOT the",
    "4.5",
    "$4.5",
    "77",
    "$77",
    "76%",
    "un.org",
    "undead",
    "undead7",
    "undead*",
    "undead7~1",
    "undeed",
    "peacee tolks",
    "ministre",
    "nonesuch",
    "Netanyahu's cease-fire",
    "(peace OR vote) AND (gaza OR syria)",
    "\"the ... peace\"",
    "organising programme",
};

/* Two words in a form of the language. */
static void
make_query(buffer *out)
{
    static const struct {
        const char *before;
        const char *between;
        const char *behind;
    } forms[] = {
        {"", " ", ""},
        {"+", " ", ""},
        {"", " -", ""},
        {"\"", " ", "\""},
        {"", " AND ", ""},
        {"", "* ", ""},
        {"", " NEAR/4 ", ""},
        {"", "~1 ", ""},
        {"=", " ", ""},
        {"title:", " ", ""},
        {"", " ", "*"},
        {"(", " OR ", ") -the"},
        {"language:en ", " ", ""},
    };
    const uint32_t i = random_below(sizeof forms / sizeof *forms);

    buffer_clear(out);
    assert_true(buffer_printf(out, "%s%s%s%s%s", forms[i].before, pick(words, NWORDS),
                              forms[i].between, pick(words, NWORDS), forms[i].behind));
}

static void
choose_options(quire_search_options *o)
{
    static const uint32_t numbers[] = {1, 3, 10, 1000};
    static const char *const days[] = {NULL, NULL, "2024", "2024-02-29", "2023-12"};
    static const char *const sources[] = {NULL, NULL, NULL, "example wire", "undead press"};

    quire_search_options_init(o);
    o->max_hits = numbers[random_below(4)];
    o->require_all = random_below(5) == 0;
    o->furniture = random_below(3) == 0;
    o->count = random_below(2) == 0;
    o->explain = random_below(2) == 0;
    o->after = days[random_below(5)];
    o->before = days[random_below(5)];
    o->source = sources[random_below(5)];
    o->surfaces = random_below(8) == 0;
    o->no_variants = random_below(8) == 0;
    o->correct = random_below(4) == 0;
}

static void
test_every_answer_is_that_of_a_fresh_index(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 30, 60, 129, 90, 64, 70, 128};
    buffer query = {0};
    size_t nresults = 0;
    size_t ndead = 0;

    for (uint32_t seed = 0; seed < sizeof sizes / sizeof *sizes; seed++) {
        quire_search_options o;
        two t;

        open_two(&t, seed, sizes[seed]);
        ndead += t.counts.ndead;
        for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
            quire_search_options_init(&o);
            o.count = o.explain = true;
            nresults += compare_answers(&t, queries[i], &o);
            choose_options(&o);
            nresults += compare_answers(&t, queries[i], &o);
        }
        for (size_t i = 0; i < 60; i++) {
            make_query(&query);
            choose_options(&o);
            nresults += compare_answers(&t, query.bytes, &o);
        }
        close_two(&t);
    }
    assert_true(nresults > 2000 && ndead > 100);
    buffer_free(&query);
}

/* ---- The rest ---- */

static void
complete(quire_index *index, const char *text, buffer *out)
{
    quire_completions *c = NULL;
    quire_error err = {0};

    if (quire_complete(index, text, strlen(text), 20, &c, &err) != QUIRE_OK)
        fail_msg("%s: %s", text, err.message);
    for (size_t i = 0; i < quire_completions_size(c); i++)
        assert_true(buffer_printf(out, "%s\n", quire_completions_text(c, i)));
    quire_completions_free(c);
}

static void
test_completions_know_no_word_of_the_dead(void **state)
{
    (void)state;
    static const char *const texts[] = {"p",   "vo",       "undead",  "undead7 ",  "died", "the ",
                                        "t",   "board o",  "peace t", "4",         "7",    "u",
                                        "min", "of words", "colo",    "ceasefire "};

    for (uint32_t seed = 20; seed < 24; seed++) {
        two t;

        open_two(&t, seed, 80);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            buffer fresh = {0};
            buffer split = {0};

            assert_true(buffer_add_string(&fresh, "") && buffer_add_string(&split, ""));
            complete(t.fresh, texts[i], &fresh);
            complete(t.split, texts[i], &split);
            assert_string_equal(fresh.bytes, split.bytes);
            assert_null(strstr(split.bytes, SPLIT_DEAD_WORD));
            buffer_free(&fresh);
            buffer_free(&split);
        }
        close_two(&t);
    }
}

static void
test_an_index_tells_what_is_alive(void **state)
{
    (void)state;
    two t;

    open_two(&t, 40, 100);
    const quire_index_info *fresh = quire_index_describe(t.fresh);
    const quire_index_info *split = quire_index_describe(t.split);

    assert_true(t.counts.nsegments > 1 && t.counts.ndead > 0);
    assert_int_equal(split->narticles, fresh->narticles);
    assert_int_equal(split->npassages, fresh->npassages);
    assert_int_equal(split->nfurniture_passages, fresh->nfurniture_passages);
    assert_int_equal(split->nwords, fresh->nwords);
    close_two(&t);
}

static void
test_an_explanation_names_each_segment(void **state)
{
    (void)state;
    quire_search_options o;
    quire_results *r = NULL;
    quire_error err = {0};
    const char *explanation;
    two t;

    open_two(&t, 40, 100);
    quire_search_options_init(&o);
    o.explain = true;
    assert_int_equal(quire_search(t.split, "peace", 5, &o, &r, &err), QUIRE_OK);
    explanation = quire_results_explanation(r);
    for (size_t i = 0; i < t.counts.nsegments; i++) {
        char name[32];

        snprintf(name, sizeof name, "/seg-%zu/passages:", 3 * i);
        assert_non_null(strstr(explanation, name));
    }
    assert_non_null(strstr(explanation, "  alive: "));
    quire_results_free(r);
    close_two(&t);
}

/* ---- Damage ---- */

static quire_status
open_split(quire_error *err)
{
    quire_index *index = NULL;
    quire_status status = quire_index_open("split", &index, err);

    quire_index_close(index);
    return status;
}

/* The first segment that has dead articles. */
static void
find_dead(char path[64])
{
    for (unsigned i = 0; i < 6; i++) {
        snprintf(path, 64, "split/gen-00000001/seg-%u/dead", 3 * i);
        if (access(path, F_OK) == 0)
            return;
    }
    fail_msg("nothing is dead");
}

static void
test_dead_articles_that_are_damaged_or_gone_are_told(void **state)
{
    (void)state;
    quire_error err = {0};
    char path[64];
    FILE *file;
    two t;

    open_two(&t, 40, 100);
    find_dead(path);
    file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fputc(255, file), 255);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(open_split(&err), QUIRE_ECORRUPT);
    assert_non_null(strstr(err.message, "dead"));
    assert_non_null(strstr(err.message, "rebuild the index with quire-index"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(open_split(&err), QUIRE_ECORRUPT);
    assert_non_null(strstr(err.message, "dead"));
    close_two(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_answer_is_that_of_a_fresh_index),
        cmocka_unit_test(test_completions_know_no_word_of_the_dead),
        cmocka_unit_test(test_an_index_tells_what_is_alive),
        cmocka_unit_test(test_an_explanation_names_each_segment),
        cmocka_unit_test(test_dead_articles_that_are_damaged_or_gone_are_told),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
