/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An index with one bit flipped, anywhere in its files: it answers as before, or it says that it is
 * damaged, or that one of the passages is, and gives all others as before.  It never answers
 * otherwise.  One of one segment, and one of several, with dead articles.
 *
 * The articles are those of a collection where $QUIRE_TESTDATA has it, else the project's own. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../helpers/flips.h"
#include "../helpers/split_index.h"
#include "base/buffer.h"
#include "quire.h"

#include "scratch.h"

#define NFLIPS 200

/* ---- Questions ---- */

typedef struct {
    const char *query;
    quire_search_options options;
} question;

static const char *const queries[] = {
    "peace",
    "the government of the country",
    "market",
    "\"prime minister\"",
    "\"of the\"",
    "+world +cup",
    "music -film",
    "election AND (vote OR votes)",
    "NOT the",
    "\"in the world\" OR \"at the end of\"",
    "US",
    "us",
    "China growth economy",
    "mobile phone",
    "\"mobile phone\" technology",
    "first second third",
    "said",
    "win wins winning",
    "+\"last year\" -market",
    "2004",
};
enum { NQUERIES = sizeof queries / sizeof *queries };

/* Each query comes twice: as it is, and with options that lead through other files. */
static question
question_of(size_t i)
{
    static const char *const sources[] = {"BBC News", "bbc", "Reuters", NULL};
    question q = {.query = queries[i / 2]};

    quire_search_options_init(&q.options);
    q.options.show_copies = i % 4 < 2;
    if (i % 2 == 0)
        return q;
    q.options.max_hits = 50;
    q.options.count = true;
    q.options.furniture = i % 3 == 0;
    q.options.require_all = i % 5 == 0;
    q.options.source = i % 4 == 1 ? sources[i / 4 % 4] : NULL;
    q.options.after = i % 7 == 0 ? "2004" : NULL;
    q.options.before = i % 11 == 0 ? "2026-01" : NULL;
    return q;
}

static const char *
or_none(const char *text)
{
    return text == NULL ? "(none)" : text;
}

/* What stands for a hit that is damaged; and behind each, and behind the count. */
#define DAMAGED '\1'
#define END_OF_HIT '\2'

static void
write_hit(const quire_hit *h, buffer *out)
{
    if (h->damage != NULL) {
        assert_string_equal(h->text, "");
        assert_string_equal(h->title, "");
        assert_string_equal(h->article, "");
        assert_true(buffer_add_char(out, DAMAGED));
        assert_true(buffer_add_char(out, END_OF_HIT));
        return;
    }
    assert_true(buffer_printf(out, "%s#%" PRIu32 " %a %d %" PRIu64 "-%" PRIu64, h->article,
                              h->passage, h->score, h->furniture, h->start, h->end));
    for (size_t i = 0; i < h->nmarks; i++)
        assert_true(buffer_printf(out, " %" PRIu32 "-%" PRIu32 ":%" PRIu32, h->marks[i].start,
                                  h->marks[i].end, h->marks[i].clause));
    for (size_t i = 0; i < h->ntitle_marks; i++)
        assert_true(buffer_printf(out, " t%" PRIu32 "-%" PRIu32, h->title_marks[i].start,
                                  h->title_marks[i].end));
    assert_true(buffer_printf(out, "|%s|%s|%s|%s|%s|%s|%s|", h->path, or_none(h->date),
                              or_none(h->source), or_none(h->author), or_none(h->url),
                              or_none(h->language), or_none(h->extra)));
    assert_true(buffer_add(out, h->title, h->title_bytes));
    assert_true(buffer_add_char(out, '|'));
    assert_true(buffer_add(out, h->text, h->text_bytes));
    assert_true(buffer_add_char(out, END_OF_HIT));
}

/* Put a question; its answer goes into out. */
static quire_status
ask(quire_index *index, const question *q, buffer *out, bool *has_damage_out, quire_error *err)
{
    quire_results *results = NULL;
    const quire_status status =
        quire_search(index, q->query, strlen(q->query), &q->options, &results, err);

    buffer_clear(out);
    if (status != QUIRE_OK)
        return status;
    *has_damage_out = quire_results_ndamaged(results) > 0;
    assert_true(buffer_printf(out, "%" PRIu64 "%c", quire_results_count(results), END_OF_HIT));
    for (size_t i = 0; i < quire_results_size(results); i++)
        write_hit(quire_results_hit(results, i), out);
    for (size_t i = 0; i < quire_results_nnotes(results); i++)
        assert_true(buffer_printf(out, "%s\n", quire_results_note(results, i)->text));
    quire_results_free(results);
    return QUIRE_OK;
}

/* ---- Flips ---- */

static void
expect_damage(const flip *f, quire_status status, const char *message)
{
    if (status != QUIRE_ECORRUPT && status != QUIRE_EVERSION && status != QUIRE_ENOINDEX)
        fail_msg("%s, byte %" PRIu64 ", bit %u: status %d, %s", f->path, f->byte, f->bit,
                 (int)status, message);
}

/* Is an answer the one that was wanted, hits that say that they are damaged apart?  *ndamaged_out
 * of these there are. */
static bool
is_same(const buffer *got, const buffer *wanted, size_t *ndamaged_out)
{
    const char *g = got->bytes;
    const char *w = wanted->bytes;
    const char *const g_end = g + got->size;
    const char *const w_end = w + wanted->size;

    *ndamaged_out = 0;
    while (g < g_end && w < w_end) {
        const char *g_hit = memchr(g, END_OF_HIT, (size_t)(g_end - g));
        const char *w_hit = memchr(w, END_OF_HIT, (size_t)(w_end - w));
        const bool is_damaged = g_hit != NULL && g_hit > g && g_hit[-1] == DAMAGED;

        if (g_hit == NULL)
            g_hit = g_end;
        if (w_hit == NULL)
            w_hit = w_end;
        *ndamaged_out += is_damaged;
        if (!is_damaged && (g_hit - g != w_hit - w || memcmp(g, w, (size_t)(g_hit - g)) != 0))
            return false;
        g = g_hit + (g_hit < g_end);
        w = w_hit + (w_hit < w_end);
    }
    return g == g_end && w == w_end;
}

/* Has wanted this hit, with its end? */
static bool
has_hit(const buffer *wanted, const char *hit, size_t nbytes)
{
    const char *const end = wanted->bytes + wanted->size;
    const char *next;

    for (const char *w = wanted->bytes; w < end; w = next + 1) {
        next = memchr(w, END_OF_HIT, (size_t)(end - w));
        if (next == NULL)
            return false;
        if ((size_t)(next - w) == nbytes && memcmp(w, hit, nbytes) == 0)
            return true;
    }
    return false;
}

/* Whose date is damaged is put behind others that score the same, whose order of segments it
 * tells: are the hits, in whatever order, those that were wanted, damaged ones apart? */
static bool
has_same_hits(const buffer *got, const buffer *wanted, size_t *ndamaged_out)
{
    const char *const end = got->bytes + got->size;
    const char *next;

    *ndamaged_out = 0;
    for (const char *g = got->bytes; g < end; g = next + 1) {
        next = memchr(g, END_OF_HIT, (size_t)(end - g));
        if (next == NULL)
            break;
        if (next > g && next[-1] == DAMAGED)
            ++*ndamaged_out;
        else if (!has_hit(wanted, g, (size_t)(next - g)))
            return false;
    }
    return *ndamaged_out > 0;
}

/* Put all questions to an index with a flipped bit; are some answered by an error? */
static bool
is_noticed(const char *path, const flip *f, const buffer *wanted)
{
    quire_index *index = NULL;
    quire_error err = {0};
    buffer got = {0};
    bool noticed = false;
    bool has_damage = false;
    size_t ndamaged = 0;
    quire_status status = quire_index_open(path, &index, &err);

    if (status != QUIRE_OK) {
        expect_damage(f, status, err.message);
        return true;
    }
    for (size_t i = 0; i < 2 * (size_t)NQUERIES; i++) {
        const question q = question_of(i);

        status = ask(index, &q, &got, &has_damage, &err);
        if (status != QUIRE_OK) {
            expect_damage(f, status, err.message);
            noticed = true;
        } else if (!q.options.show_copies && has_damage) {
            noticed = true; /* what was folded before stands by itself now, so others may move */
        } else if (is_same(&got, &wanted[i], &ndamaged) ||
                   (has_damage && has_same_hits(&got, &wanted[i], &ndamaged))) {
            noticed = noticed || ndamaged > 0;
        } else {
            fail_msg("%s, byte %" PRIu64 ", bit %u: another answer to %s", f->path, f->byte, f->bit,
                     q.query);
        }
    }
    buffer_free(&got);
    quire_index_close(index);
    return noticed;
}

/* Of the project's own articles. */
static void
name_own(char *source, size_t room)
{
    const char *own = getenv("QUIRE_SOURCE");

    snprintf(source, room, "%s/corpus/articles", own == NULL ? "../.." : own);
}

static void
build(const char *path)
{
    const char *data = getenv("QUIRE_TESTDATA");
    char source[4096];
    const char *sources[] = {source};
    quire_error err = {0};

    snprintf(source, sizeof source, "%s/collections/bbc/corpus.jsonl", data == NULL ? "" : data);
    if (access(source, R_OK) != 0)
        name_own(source, sizeof source);
    if (quire_build(path, sources, 1, NULL, NULL, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
}

static void
flip_bits(const char *path)
{
    quire_index *index = NULL;
    buffer wanted[2 * NQUERIES] = {0};
    flip_files files;
    uint64_t state = FLIPS_SEED;
    size_t nnoticed = 0;

    assert_int_equal(quire_index_open(path, &index, NULL), QUIRE_OK);
    for (size_t i = 0; i < 2 * (size_t)NQUERIES; i++) {
        const question q = question_of(i);

        bool has_damage = true;

        assert_int_equal(ask(index, &q, &wanted[i], &has_damage, NULL), QUIRE_OK);
        assert_false(has_damage);
    }
    quire_index_close(index);
    flips_list(path, &files);
    assert_true(files.nfiles > 8);
    for (size_t i = 0; i < NFLIPS; i++) {
        flip f = flips_choose(&files, i, &state);

        if (i % 4 == 1)
            f.byte %= 256; /* half of those that go through the files are near the beginning */
        flips_turn(&f);
        nnoticed += is_noticed(path, &f, wanted);
        flips_turn(&f);
    }
    print_message("%d bits flipped in %zu files: %zu were noticed, none changed an answer\n",
                  NFLIPS, files.nfiles, nnoticed);
    assert_true(nnoticed > 0);
    for (size_t i = 0; i < 2 * (size_t)NQUERIES; i++)
        buffer_free(&wanted[i]);
    flips_free(&files);
}

static void
a_flipped_bit_is_an_error_or_nothing(void **state)
{
    (void)state;
    build("index");
    flip_bits("index");
}

static void
it_is_so_in_several_segments(void **state)
{
    char source[4096];
    split_index_counts counts;

    (void)state;
    name_own(source, sizeof source);
    counts = split_index_write("split", source, 1);
    assert_true(counts.nsegments > 1 && counts.ndead > 0);
    flip_bits("split");
}

/* ---- The run, in a directory of its own ---- */

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_is_an_error_or_nothing),
        cmocka_unit_test(it_is_so_in_several_segments),
    };
    return cmocka_run_group_tests_name("bit_flips", tests, scratch_enter, scratch_leave);
}
