/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_flipped_bits.c - a small index with one bit flipped, of which then everything is asked: each
 * word, by itself and in phrases, each article, each date, source, author and language,
 * completions, and corrections of misspelled words.
 *
 * A flipped bit is refused, or reported by what is asked, or it changes no answer, in either store.
 * Nothing hangs or crashes, --verify neither: each flip has a process of its own.
 *
 *     QUIRE_FAULTS=all   20,000 flips in each store
 *     QUIRE_FAULTS=10    ten times as many as without
 *     QUIRE_FAULTS_PART=3/8   the third of eight parts of them */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../helpers/flips.h"
#include "base/array.h"
#include "base/file.h"
#include "quire.h"
#include "world.h"

#define ALL_FLIPS 20000
#define EVERY_DAY 160
#define LONGEST_SECONDS 300
#define FIRST_STATUS 40 /* of the process that looks: no sanitizer ends it with these */

/* ---- Questions ---- */

typedef struct {
    char *text;
    bool by_article;
    bool furniture;
} question;

static question *questions;
static size_t nquestions;
static size_t questions_room;

static void
ask_later(const char *format, const char *first, const char *second)
{
    buffer text = {0};
    question q = {.by_article = nquestions % 5 == 4, .furniture = nquestions % 5 == 2};

    assert_true(buffer_printf(&text, format, first, second));
    q.text = buffer_detach(&text);
    assert_non_null(q.text);
    assert_true(ARRAY_GROW(questions, nquestions, &questions_room));
    questions[nquestions++] = q;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Each word of a text, once, and some of the pairs. */
static void
ask_words(const char *text)
{
    static char known[65536];
    char before[64] = "";
    char word[64];
    char marked[68];

    while (*text != '\0') {
        size_t n = 0;

        while (*text != '\0' && !is_letter(*text))
            text++;
        while (is_letter(text[n]) && n < sizeof word - 1)
            n++;
        snprintf(word, sizeof word, "%.*s", (int)n, text);
        snprintf(marked, sizeof marked, " %s ", word);
        text += n;
        if (n < 2 || strstr(known, marked) != NULL)
            continue;
        assert_true(strlen(known) + strlen(marked) < sizeof known);
        strcat(known, marked);
        ask_later("%s", word, NULL);
        if (before[0] != '\0' && nquestions % 3 == 0)
            ask_later("\"%s %s\"", before, word);
        memcpy(before, word, sizeof word);
    }
}

static void
make_questions(void)
{
    static const char *const others[] = {"date:2025-10",
                                         "date:2025-11-03",
                                         "after:2025-11-14",
                                         "before:2025-11-10",
                                         "source:\"Harbour Wire\"",
                                         "source:\"Commerce Feed\"",
                                         "author:\"Dana Whitcombe\"",
                                         "lang:en",
                                         "title:vote",
                                         "id:w*",
                                         "ceasfire",
                                         "harbuor",
                                         "cran*",
                                         "NOT the",
                                         "storm NEAR/9 night"};
    static const char *const files[] = {"src/wire.jsonl", "src/ferry.txt", "src/harbour.txt",
                                        "src/storm.txt"};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        buffer text = {0};

        assert_int_equal(file_read(AT_FDCWD, files[i], 1u << 20, &text, NULL, NULL), QUIRE_OK);
        ask_words(text.bytes);
        buffer_free(&text);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ask_later("%s", others[i], NULL);
}

/* ---- Answers ---- */

static const char *const articles[] = {"ferry", "harbour", "storm", "w1", "w2",
                                       "copy",  "w3",      "w4",    "w7", "strike"};
enum { NARTICLES = sizeof articles / sizeof *articles, NLETTERS = 26 };

typedef enum { ANSWERED, REPORTED, REFUSED, OTHERWISE, NOUTCOMES } outcome;

/* A hit as it must be in the answer of a sound index. */
static void
add_hit(buffer *out, const quire_hit *h)
{
    assert_true(buffer_printf(out, "\1%s#%" PRIu32 " %d", h->article, h->passage, h->furniture));
    assert_true(buffer_printf(out, " %a", h->score));
    assert_true(buffer_printf(out, " %" PRIu64 "-%" PRIu64, h->start, h->end));
    for (size_t i = 0; i < h->nmarks; i++)
        assert_true(
            buffer_printf(out, " %" PRIu32 "-%" PRIu32, h->marks[i].start, h->marks[i].end));
    world_add_texts(h, out);
    assert_true(buffer_add_char(out, '\2'));
}

static bool
is_among(const buffer *wanted, const quire_hit *h)
{
    buffer hit = {0};
    bool is;

    add_hit(&hit, h);
    is = wanted->size > 0 && strstr(wanted->bytes, hit.bytes) != NULL;
    buffer_free(&hit);
    return is;
}

/* Are all hits but damaged ones among those that are wanted? */
static bool
are_among(const buffer *wanted, const quire_results *results)
{
    for (size_t i = 0; i < quire_results_size(results); i++) {
        const quire_hit *h = quire_results_hit(results, i);

        if (h->damage == NULL && !is_among(wanted, h))
            return false;
    }
    return true;
}

/* What an index that may be damaged says, beside what a sound one said; the first time, it is
 * written down. */
typedef struct {
    buffer *wanted; /* of each question */
    bool is_first;
    quire_error err;
} asking;

static bool
is_told(quire_status status)
{
    return status == QUIRE_ECORRUPT || status == QUIRE_EVERSION || status == QUIRE_ENOINDEX ||
           status == QUIRE_EIO;
}

static outcome
judge_results(asking *a, size_t number, quire_status status, quire_results *results)
{
    buffer *wanted = &a->wanted[number];
    buffer got = {0};
    outcome result;

    if (status != QUIRE_OK)
        return is_told(status) && !a->is_first ? REPORTED : OTHERWISE;
    for (size_t i = 0; i < quire_results_size(results); i++)
        if (quire_results_hit(results, i)->damage == NULL)
            add_hit(&got, quire_results_hit(results, i));
    for (size_t i = 0; i < quire_results_nnotes(results); i++)
        world_add_string(quire_results_note(results, i)->text, &got);
    assert_true(buffer_printf(&got, "%" PRIu64, quire_results_count(results)));
    if (a->is_first)
        *wanted = got;
    if (a->is_first)
        result = quire_results_ndamaged(results) == 0 ? ANSWERED : OTHERWISE;
    else if (quire_results_ndamaged(results) > 0)
        result = are_among(wanted, results) ? REPORTED : OTHERWISE;
    else
        result = strcmp(got.bytes, wanted->bytes) == 0 ? ANSWERED : OTHERWISE;
    if (!a->is_first)
        buffer_free(&got);
    quire_results_free(results);
    return result;
}

static outcome
ask_query(asking *a, quire_index *index, size_t number)
{
    const question *q = &questions[number];
    quire_search_options o;
    quire_results *results = NULL;
    quire_status status;

    quire_search_options_init(&o);
    o.max_hits = 100;
    o.count = true;
    o.show_copies = true;
    o.furniture = q->furniture;
    o.unit = q->by_article ? QUIRE_UNIT_ARTICLE : QUIRE_UNIT_PASSAGE;
    status = quire_search(index, q->text, strlen(q->text), &o, &results, &a->err);
    return judge_results(a, number, status, results);
}

static outcome
ask_article(asking *a, quire_index *index, size_t number)
{
    quire_results *results = NULL;
    const quire_status status =
        quire_show(index, articles[number], NULL, 0, NULL, &results, &a->err);

    return judge_results(a, nquestions + number, status, results);
}

static outcome
ask_letter(asking *a, quire_index *index, size_t number)
{
    const char text[] = {(char)('a' + number), '\0'};
    buffer *wanted = &a->wanted[nquestions + NARTICLES + number];
    buffer got = {0};
    quire_completions *c = NULL;
    const quire_status status = quire_complete(index, text, 1, 50, &c, &a->err);
    bool is_same;

    if (status != QUIRE_OK)
        return is_told(status) && !a->is_first ? REPORTED : OTHERWISE;
    for (size_t i = 0; i < quire_completions_size(c); i++)
        world_add_string(quire_completions_text(c, i), &got);
    assert_true(buffer_add_char(&got, '\n'));
    quire_completions_free(c);
    if (a->is_first)
        *wanted = got;
    if (a->is_first)
        return ANSWERED;
    is_same = strcmp(got.bytes, wanted->bytes) == 0;
    buffer_free(&got);
    return is_same ? ANSWERED : OTHERWISE;
}

/* Ask everything; *number_out is the question that was answered otherwise. */
static outcome
ask_everything(asking *a, size_t *number_out)
{
    quire_index *index = NULL;
    outcome worst = ANSWERED;
    const quire_status status = quire_index_open(WORLD_INDEX, &index, &a->err);

    *number_out = 0;
    if (status != QUIRE_OK)
        return is_told(status) ? REFUSED : OTHERWISE;
    for (size_t i = 0; i < nquestions + NARTICLES + NLETTERS && worst != OTHERWISE; i++) {
        const outcome one = i < nquestions ? ask_query(a, index, i)
                            : i < nquestions + NARTICLES
                                ? ask_article(a, index, i - nquestions)
                                : ask_letter(a, index, i - nquestions - NARTICLES);

        *number_out = i;
        worst = one > worst ? one : worst;
    }
    quire_index_close(index);
    return worst;
}

/* ---- Flips ---- */

/* Only the live generation, without a sibling that shares files with it. */
static void
keep_live(void)
{
    const char *command[] = {"quire-index", "-q", "-d",  WORLD_INDEX, "--max-shrink=100",
                             "--keep",      "1",  "src", NULL};
    world_result r = {0};

    world_run(command, NULL, NULL, &r);
    assert_int_equal(r.status, 0);
    world_free_result(&r);
}

/* In a process of its own: what came of a flip. */
static outcome
look(asking *a, const flip *f)
{
    size_t number = 0;
    outcome result;
    quire_status verified;

    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL); /* not cmocka's, which would go on with the next test here */
    alarm(LONGEST_SECONDS);
    verified = quire_build_verify(WORLD_INDEX, NULL, NULL, &a->err);
    result = verified == QUIRE_OK || is_told(verified) ? ask_everything(a, &number) : OTHERWISE;
    if (result == OTHERWISE)
        print_message("# %s, byte %" PRIu64 ", bit %u: another answer to %s: %s\n", f->path,
                      f->byte, f->bit,
                      number < nquestions               ? questions[number].text
                      : number < nquestions + NARTICLES ? articles[number - nquestions]
                                                        : "a completion",
                      a->err.message);
    return result;
}

static void
try_flip(asking *a, const flip *f, uint64_t counts[NOUTCOMES])
{
    int status = 0;
    pid_t pid;

    flips_turn(f);
    fflush(stdout);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(FIRST_STATUS + (int)look(a, f));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    flips_turn(f);
    if (!WIFEXITED(status) || WEXITSTATUS(status) < FIRST_STATUS ||
        WEXITSTATUS(status) >= FIRST_STATUS + OTHERWISE)
        world_complain("%s, byte %" PRIu64 ", bit %u: %s %d", f->path, f->byte, f->bit,
                       WIFEXITED(status) ? "status" : "signal",
                       WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    else
        counts[WEXITSTATUS(status) - FIRST_STATUS]++;
}

static void
flip_bits(const char *title, asking *a, uint64_t every_day)
{
    flip_files files;
    uint64_t state = FLIPS_SEED;
    uint64_t counts[NOUTCOMES] = {0};
    const uint64_t n = world_share(ALL_FLIPS, every_day);

    flips_list(WORLD_INDEX, &files);
    for (uint64_t i = 0; i < n; i++) {
        const flip f = flips_choose(&files, i, &state);

        if (world_is_of_part(i))
            try_flip(a, &f, counts);
    }
    print_message("# %s: %" PRIu64 " of %" PRIu64 " bits in %zu files, %zu questions: %" PRIu64
                  " refused, %" PRIu64 " reported, %" PRIu64 " changed nothing\n",
                  title, counts[REFUSED] + counts[REPORTED] + counts[ANSWERED], 8 * files.all_bytes,
                  files.nfiles, nquestions + NARTICLES + NLETTERS, counts[REFUSED],
                  counts[REPORTED], counts[ANSWERED]);
    assert_true(counts[REFUSED] + counts[REPORTED] > 0);
    flips_free(&files);
}

/* Ask a sound index. */
static asking
begin_asking(void)
{
    asking a = {.is_first = true};
    size_t number;

    a.wanted = calloc(nquestions + NARTICLES + NLETTERS, sizeof *a.wanted);
    assert_non_null(a.wanted);
    if (ask_everything(&a, &number) != ANSWERED)
        fail_msg("%s", a.err.message);
    a.is_first = false;
    return a;
}

static void
end_asking(asking *a)
{
    for (size_t i = 0; i < nquestions + NARTICLES + NLETTERS; i++)
        buffer_free(&a->wanted[i]);
    free(a->wanted);
}

static void
begin_store(const char *store)
{
    world_make_states(store);
    world_restore("before");
    keep_live();
    if (nquestions == 0)
        make_questions();
}

static void
a_flipped_bit_changes_no_answer(void **state)
{
    asking a;

    (void)state;
    if (!world_is_store_wanted("quire"))
        skip();
    begin_store("quire");
    a = begin_asking();
    flip_bits("quire", &a, EVERY_DAY);
    end_asking(&a);
    world_judge();
}

static void
nor_one_in_the_other_store(void **state)
{
    asking a;

    (void)state;
    if (!world_is_store_wanted("xapian"))
        skip();
    begin_store("xapian");
    a = begin_asking();
    flip_bits("xapian", &a, EVERY_DAY / 2);
    end_asking(&a);
    world_judge();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_changes_no_answer),
        cmocka_unit_test(nor_one_in_the_other_store),
    };
    const int result = cmocka_run_group_tests_name("flipped_bits", tests, world_begin, world_end);

    for (size_t i = 0; i < nquestions; i++)
        free(questions[i].text);
    free(questions);
    return result;
}
