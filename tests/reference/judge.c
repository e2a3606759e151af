/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge.c - the independent judge: random articles, random queries, and two answers to each.
 *
 * The articles are indexed by quire_build and searched by quire_search; the naive searcher answers
 * the same queries by looking at every word of every passage.  Both must agree in everything: which
 * passages, in which order, their scores to the last bit, and what is marked by which clause.
 *
 * Each set is indexed in every store that Quire has, with as many threads and as much memory as the
 * seed says, and once more in several segments, with dead articles among those of the set; and
 * every query is put to each.
 *
 * Speaks TAP, a test for each set of articles.  Everything follows from the seed, so a difference
 * comes with the command that shows it again.  QUIRE_JUDGE_SECONDS in the environment asks for that
 * long a run, from a seed never tried before. */
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../helpers/split_index.h"
#include "articles.h"
#include "base/buffer.h"
#include "base/file.h"
#include "naive.h"
#include "naive_article.h"
#include "need.h"
#include "queries.h"
#include "quire.h"
#include "same_results.h"
#include "soup.h"

#define ONLY_NONE SIZE_MAX

/* The last one is the first again, of several segments with dead articles. */
static const char *const stores[] = {"quire", "xapian", "segments"};
enum { NSTORES = sizeof stores / sizeof *stores, SEGMENTS = NSTORES - 1 };

typedef struct {
    uint64_t seed; /* of the first set; the next has the next */
    size_t ncorpora;
    size_t nqueries; /* for each set */
    size_t only;     /* ask only this query, from 0 */
    double seconds;  /* begin no set later than this; 0: no limit */
    bool small;      /* sets of a few short articles */
    const char
        *write_to; /* a directory for articles and queries, which are not put then; or NULL */
    bool verbose;
    bool keep_going;
} settings;

/* What was compared so far. */
typedef struct {
    size_t ncorpora;
    size_t nqueries;
    size_t nresults;
    size_t nmarks;
    size_t nempty; /* queries without a result */
    size_t nsoups; /* queries, of all, that only the stores answered */
    size_t nfailed;
} totals;

/* One set of articles, indexed and read by both. */
typedef struct {
    const settings *settings;
    totals *totals;
    uint64_t seed;
    arena *arena;
    char *directory;
    made_corpus corpus;
    naive *naive;
    quire_index *indexes[NSTORES];
} bench;

/* One query and its two answers. */
typedef struct {
    size_t number;
    said *query; /* NULL: soup, which the naive searcher cannot read */
    buffer text;
    quire_search_options options;
    naive_reading reading;
    naive_answer wanted;
    quire_results *got;
    quire_results *first; /* what the first store said */
    quire_status status;  /* of it */
} trial;

/* ---- showing ---- */

/* The beginning of the command that asks this set again. */
static void
show_command(const bench *b)
{
    printf("#   judge --seed %" PRIu64 " --corpora 1%s", b->seed,
           b->settings->small ? " --small" : "");
}

/* Text on one line. */
static void
show_text(const char *text, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++) {
        if (text[i] == '\n')
            printf("\\n");
        else if (text[i] == '\t')
            printf("\\t");
        else
            putchar(text[i]);
    }
}

static void
show_marks(const char *name, const quire_mark *marks, size_t nmarks)
{
    for (size_t i = 0; i < nmarks; i++)
        printf(" %s%" PRIu32 "-%" PRIu32 ":%" PRIu32, name, marks[i].start, marks[i].end,
               marks[i].clause);
}

static void
show_options(const quire_search_options *o)
{
    printf("#   -n %" PRIu32 "%s%s%s k1=%g b=%g", o->max_hits, o->require_all ? " --all" : "",
           o->furniture ? " --furniture" : "", o->count ? " --count" : "", o->bm25_k1, o->bm25_b);
    printf("%s%s%s%s%s%s\n", o->after == NULL ? "" : " --after ", o->after == NULL ? "" : o->after,
           o->before == NULL ? "" : " --before ", o->before == NULL ? "" : o->before,
           o->source == NULL ? "" : " --source ", o->source == NULL ? "" : o->source);
}

static void
show_counts(const trial *t)
{
    if (t->query != NULL)
        printf("#   wanted %zu results", t->wanted.nhits);
    if (t->query != NULL && t->options.count)
        printf(" of %" PRIu64, t->wanted.count);
    if (t->got != NULL)
        printf(", got %zu", quire_results_size(t->got));
    if (t->got != NULL && t->options.count)
        printf(" of %" PRIu64, quire_results_count(t->got));
    printf("\n");
}

static void
show_articles(const naive_articles *wanted)
{
    for (size_t i = 0; i < wanted->nhits; i++) {
        const naive_article_hit *h = &wanted->hits[i];

        printf("#   wanted %zu: %s %" PRId64 ", passages", i + 1,
               h->passages[0].passage->article->id, h->score);
        for (size_t k = 0; k < h->npassages; k++)
            printf(" %" PRIu32 ":%" PRId64, h->passages[k].passage->number, h->passages[k].score);
        printf("\n");
    }
}

static void
show_answers(const bench *b, const trial *t)
{
    printf("#   query: ");
    show_text(t->text.bytes, t->text.size);
    printf("\n");
    show_options(&t->options);
    show_counts(t);
    if (t->wanted.articles != NULL)
        show_articles(t->wanted.articles);
    for (size_t i = 0; i < t->wanted.nhits; i++) {
        const naive_hit *h = &t->wanted.hits[i];

        printf("#   wanted %zu: %s#%" PRIu32 " %" PRId64, i + 1, h->passage->article->id,
               h->passage->number, h->score);
        show_marks("title:", h->title_marks, h->ntitle_marks);
        show_marks("", h->marks, h->nmarks);
        printf("\n");
        if (b->settings->verbose) {
            printf("#     ");
            show_text(h->passage->text, h->passage->text_bytes);
            printf("\n");
        }
    }
    for (size_t i = 0; t->got != NULL && i < quire_results_size(t->got); i++) {
        const quire_hit *h = quire_results_hit(t->got, i);

        printf("#   got %zu: %s#%" PRIu32 " %.0f", i + 1, h->article, h->passage,
               h->score * 4294967296.0);
        show_marks("title:", h->title_marks, h->ntitle_marks);
        show_marks("", h->marks, h->nmarks);
        printf("\n");
    }
}

/* ---- comparing ---- */

static bool
same_bytes(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    return a_bytes == b_bytes && (a_bytes == 0 || memcmp(a, b, a_bytes) == 0);
}

static bool
same_marks(const quire_mark *a, size_t na, const quire_mark *b, size_t nb)
{
    if (na != nb)
        return false;
    for (size_t i = 0; i < na; i++)
        if (a[i].start != b[i].start || a[i].end != b[i].end || a[i].clause != b[i].clause)
            return false;
    return true;
}

/* The passage's bytes in its file: known for text files only. */
static bool
same_place(const naive_passage *p, const quire_hit *got)
{
    if (!p->article->is_file)
        return got->start == QUIRE_NO_OFFSET && got->end == QUIRE_NO_OFFSET;
    return got->start == p->start && got->end == p->start + p->text_bytes;
}

/* What is different about a hit; NULL: nothing. */
static const char *
compare_hit(const naive_hit *wanted, const quire_hit *got)
{
    const naive_passage *p = wanted->passage;
    const made_article *article = p->article;

    if (strcmp(article->id, got->article) != 0 || p->number != got->passage)
        return "another passage";
    if ((double)wanted->score != got->score * 4294967296.0)
        return "another score";
    if (p->furniture != got->furniture)
        return "another kind of passage";
    if (!same_bytes(p->text, p->text_bytes, got->text, got->text_bytes))
        return "another text";
    if (!same_bytes(article->title, strlen(article->title), got->title, got->title_bytes))
        return "another title";
    if (strcmp(article->path, got->path) != 0 || !same_place(p, got))
        return "another place in the file";
    if (article->has_date != (got->date != NULL) || (article->source >= 0) != (got->source != NULL))
        return "another date or source";
    if (!same_marks(wanted->marks, wanted->nmarks, got->marks, got->nmarks))
        return "other marks";
    if (!same_marks(wanted->title_marks, wanted->ntitle_marks, got->title_marks, got->ntitle_marks))
        return "other marks in the title";
    return NULL;
}

/* The queries are well-formed, so there is nothing to note but words that do not occur, or are too
 * many, and what cannot stand near anything. */
static const char *
compare_notes(const quire_results *got)
{
    for (size_t i = 0; i < quire_results_nnotes(got); i++) {
        const quire_note *note = quire_results_note(got, i);

        if (!naive_expects_note(note->code))
            return note->text;
    }
    return NULL;
}

static const char *
compare_articles(const trial *t, size_t *rank_out)
{
    const naive_articles *wanted = t->wanted.articles;
    const char *difference = NULL;

    for (size_t i = 0; i < wanted->nhits && i < quire_results_size(t->got); i++) {
        *rank_out = i + 1;
        difference = naive_article_compare(&wanted->hits[i], quire_results_hit(t->got, i));
        if (difference != NULL)
            return difference;
    }
    *rank_out = 0;
    if (wanted->nhits != quire_results_size(t->got))
        return "another number of articles";
    if (quire_results_count(t->got) != (t->options.count ? wanted->count : 0))
        return "another count";
    return compare_notes(t->got);
}

/* Compare the answers; on a difference *rank_out is where, from 1, or 0. */
static const char *
compare_answers(const trial *t, size_t *rank_out)
{
    const char *difference = NULL;

    if (t->wanted.articles != NULL)
        return compare_articles(t, rank_out);
    for (size_t i = 0; i < t->wanted.nhits && i < quire_results_size(t->got); i++) {
        *rank_out = i + 1;
        difference = compare_hit(&t->wanted.hits[i], quire_results_hit(t->got, i));
        if (difference != NULL)
            return difference;
    }
    *rank_out = 0;
    if (t->wanted.nhits != quire_results_size(t->got))
        return "another number of results";
    if (quire_results_count(t->got) != (t->options.count ? t->wanted.count : 0))
        return "another count";
    return compare_notes(t->got);
}

/* ---- one query ---- */

static void
choose_options(dice *d, quire_search_options *o)
{
    static const char *const days[] = {"2023",       "2024",       "2025",       "2025-11",
                                       "2024-11",    "2024-11-15", "2025-11-16", "2023-11-17",
                                       "2024-02-14", NULL};
    static const double k1s[] = {0, 0.5, 0.9, 1.2, 2};
    static const double bs[] = {0, 0.3, 0.4, 0.75, 1};

    quire_search_options_init(o);
    o->show_copies = true; /* folding has a test of its own, tests/unit/test_stories.c */
    o->max_hits = (uint32_t)dice_between(d, 1, 50);
    if (dice_chance(d, 2))
        o->max_hits = 0;
    o->require_all = dice_chance(d, 20);
    o->furniture = dice_chance(d, 20);
    o->count = dice_chance(d, 50);
    o->explain = dice_chance(d, 3);
    o->surfaces = dice_chance(d, 5);
    o->no_variants = dice_chance(d, 5);
    if (dice_chance(d, 10))
        o->after = dice_pick(d, days);
    if (dice_chance(d, 10))
        o->before = dice_pick(d, days);
    if (dice_chance(d, 10))
        o->source =
            articles_sources[dice_below(d, ARTICLES_NSOURCES)][dice_below(d, ARTICLES_NSPELLINGS)];
    if (dice_chance(d, 40)) {
        o->bm25_k1 = o->article_k1 = k1s[dice_below(d, 5)];
        o->bm25_b = o->article_b = bs[dice_below(d, 5)];
    }
    if (dice_chance(d, 30)) {
        o->unit = QUIRE_UNIT_ARTICLE;
        o->furniture = false;
    }
}

/* Make up queries until one has a meaning, and answer it. */
static void
make_meant(dice *d, bench *b, arena *a, trial *t)
{
    do {
        buffer_clear(&t->text);
        t->reading = (naive_reading){
            .surfaces = t->options.surfaces,
            .no_variants = t->options.no_variants,
            .akin = !t->options.surfaces && !t->options.no_variants,
        };
        t->query = queries_make(d, &b->corpus, a);
        queries_write(d, t->query, &t->text);
    } while (!naive_search(b->naive, t->query, t->text.bytes, t->text.size, &t->options,
                           &t->reading, a, &t->wanted));
}

#define SOUP_PERCENT 25

static void
make_trial(dice *d, bench *b, arena *a, trial *t)
{
    const bool is_soup = dice_chance(d, SOUP_PERCENT);

    choose_options(d, &t->options);
    if (!is_soup) {
        make_meant(d, b, a, t);
    } else if (dice_chance(d, 50)) {
        soup_write(d, &b->corpus, &t->text);
    } else {
        queries_write(d, queries_make(d, &b->corpus, a), &t->text);
        soup_stir(d, &t->text);
    }
}

static void
add_totals(const trial *t, totals *sum)
{
    sum->nqueries++;
    sum->nsoups += t->query == NULL;
    sum->nempty += t->query != NULL && t->wanted.count == 0;
    sum->nresults += t->wanted.nhits;
    for (size_t i = 0; i < t->wanted.nhits; i++)
        sum->nmarks += t->wanted.hits[i].nmarks + t->wanted.hits[i].ntitle_marks;
}

/* What is different about a store's answer: from the naive searcher's, and from the first store's;
 * NULL: nothing. */
static const char *
compare_store(const trial *t, quire_status status, const quire_error *err, size_t *rank_out)
{
    const char *difference = NULL;

    if (status != t->status)
        return err->message[0] == '\0' ? "no error" : err->message;
    if (status == QUIRE_EQUERY && t->query == NULL)
        return NULL;
    if (status != QUIRE_OK)
        return err->message;
    difference = t->query == NULL ? NULL : compare_answers(t, rank_out);
    if (difference == NULL)
        difference = same_results_check(t->got);
    return difference != NULL || t->got == t->first ? difference : same_results(t->first, t->got);
}

/* Put the query to a store; false where its answer differs. */
static bool
try_store(bench *b, trial *t, size_t store)
{
    quire_error err = {0};
    const char *difference = NULL;
    size_t rank = 0;
    quire_status status =
        quire_search(b->indexes[store], t->text.bytes, t->text.size, &t->options, &t->got, &err);

    if (store == 0) {
        t->status = status;
        t->first = t->got;
    }
    difference = compare_store(t, status, &err, &rank);
    if (difference != NULL) {
        show_command(b);
        printf(" --only %zu --verbose\n", t->number);
        printf("#   store %s, rank %zu: %s\n", stores[store], rank, difference);
    }
    if (difference != NULL || b->settings->verbose)
        show_answers(b, t);
    if (t->got != t->first)
        quire_results_free(t->got);
    t->got = NULL;
    return difference == NULL;
}

/* Ask query number i of this set; false where the answers differ. */
static bool
try_query(bench *b, size_t i)
{
    dice d = {.state = b->seed * UINT64_C(0x100000001b3) + i};
    arena *a = arena_new();
    trial t = {.number = i};
    bool agreed = true;

    NEED(a != NULL);
    make_trial(&d, b, a, &t);
    for (size_t store = 0; store < NSTORES; store++)
        agreed = try_store(b, &t, store) && agreed;
    add_totals(&t, b->totals);
    quire_results_free(t.first);
    buffer_free(&t.text);
    arena_free(a);
    return agreed;
}

/* ---- one set of articles ---- */

/* Did the builder read the same set as the naive searcher? */
static bool
compare_report(const bench *b, const quire_build_report *report)
{
    uint64_t npassages = naive_npassages(b->naive, false);
    uint64_t nfurniture = naive_npassages(b->naive, true) - npassages;

    if (report->narticles == b->corpus.narticles && report->npassages == npassages &&
        report->nfurniture_passages == nfurniture && report->nskipped == 0)
        return true;
    show_command(b);
    printf("\n#   articles, passages, of furniture, skipped: wanted %zu %" PRIu64 " %" PRIu64
           " 0, got %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
           b->corpus.narticles, npassages, nfurniture, report->narticles, report->npassages,
           report->nfurniture_passages, report->nskipped);
    return false;
}

static void
show_problem(void *closure, const char *where, const char *what, bool skipped, bool is_new)
{
    (void)closure;
    (void)is_new;
    printf("#   %s: %s%s\n", where, what, skipped ? " (skipped)" : "");
}

/* Index the set in a store and open the index; false where that goes wrong. */
static bool
build_index(bench *b, const char *articles, size_t store)
{
    const char *sources[] = {articles};
    const char *path = arena_printf(b->arena, "%s/%s", b->directory, stores[store]);
    quire_build_options options;
    quire_build_report report;
    quire_error err = {0};

    NEED(path != NULL);
    quire_build_options_init(&options);
    options.problem = show_problem;
    options.store = stores[store];
    options.threads = 1 + (unsigned)(b->seed % 3);
    if (b->seed % 4 == 0)
        options.memory_bytes = 32 << 20; /* the least there may be */
    if (quire_build(path, sources, 1, &options, &report, &err) != QUIRE_OK ||
        quire_index_open(path, &b->indexes[store], &err) != QUIRE_OK) {
        show_command(b);
        printf("\n#   store %s: %s\n", stores[store], err.message);
        return false;
    }
    return compare_report(b, &report);
}

/* The same of several segments. */
static bool
build_segments(bench *b, const char *articles)
{
    const char *path = arena_printf(b->arena, "%s/%s", b->directory, stores[SEGMENTS]);
    quire_error err = {0};

    NEED(path != NULL);
    split_index_write(path, articles, b->seed);
    if (quire_index_open(path, &b->indexes[SEGMENTS], &err) == QUIRE_OK)
        return true;
    show_command(b);
    printf("\n#   %s: %s\n", stores[SEGMENTS], err.message);
    return false;
}

static bool
build_indexes(bench *b, const char *articles)
{
    for (size_t store = 0; store < SEGMENTS; store++)
        if (!build_index(b, articles, store))
            return false;
    return build_segments(b, articles);
}

static bool
ask_queries(bench *b)
{
    bool agreed = true;

    if (b->settings->only != ONLY_NONE)
        return try_query(b, b->settings->only);
    for (size_t i = 0; i < b->settings->nqueries && (agreed || b->settings->keep_going); i++)
        agreed = try_query(b, i) && agreed;
    return agreed;
}

static bool
try_corpus(const settings *s, totals *sum, uint64_t seed)
{
    bench b = {.settings = s, .totals = sum, .seed = seed, .arena = arena_new()};
    dice d = {.state = seed};
    const char *tmp = getenv("TMPDIR");
    char *articles = NULL;
    bool agreed = false;

    NEED(b.arena != NULL);
    b.directory = arena_printf(b.arena, "%s/quire-judge.XXXXXX", tmp == NULL ? "/tmp" : tmp);
    NEED(b.directory != NULL && mkdtemp(b.directory) != NULL);
    articles = arena_printf(b.arena, "%s/articles", b.directory);
    NEED(articles != NULL && mkdir(articles, 0777) == 0);
    b.corpus.is_small = s->small;
    articles_make(&d, articles, b.arena, &b.corpus);
    b.naive = naive_new(&b.corpus);
    agreed =
        naive_npassages(b.naive, true) == 0 || (build_indexes(&b, articles) && ask_queries(&b));
    sum->ncorpora++;
    sum->nfailed += !agreed;
    for (size_t store = 0; store < NSTORES; store++)
        quire_index_close(b.indexes[store]);
    naive_free(b.naive);
    NEED(file_remove_tree(b.directory, NULL) == QUIRE_OK);
    arena_free(b.arena);
    return agreed;
}

/* ---- articles and queries for others ---- */

/* On one line; blanks are as good as one another. */
static void
write_line(const buffer *text, FILE *out)
{
    for (size_t i = 0; i < text->size; i++)
        putc(text->bytes[i] == '\n' || text->bytes[i] == '\t' ? ' ' : text->bytes[i], out);
    putc('\n', out);
}

/* Write the first set to the directory articles, and queries that find something in it to a file,
 * one a line. */
static void
write_set(const settings *s)
{
    bench b = {.settings = s, .seed = s->seed, .arena = arena_new()};
    dice d = {.state = s->seed};
    const char *articles = arena_printf(b.arena, "%s/articles", s->write_to);
    const char *queries = arena_printf(b.arena, "%s/queries", s->write_to);
    FILE *out = NULL;

    NEED(articles != NULL && queries != NULL && mkdir(articles, 0777) == 0);
    out = fopen(queries, "w");
    NEED(out != NULL);
    b.corpus.is_small = s->small;
    articles_make(&d, articles, b.arena, &b.corpus);
    b.naive = naive_new(&b.corpus);
    for (size_t i = 0; i < s->nqueries && naive_npassages(b.naive, false) > 0; i++) {
        trial t = {.number = i};

        quire_search_options_init(&t.options);
        make_meant(&d, &b, b.arena, &t);
        if (t.wanted.count > 0)
            write_line(&t.text, out);
        buffer_free(&t.text);
    }
    NEED(fclose(out) == 0);
    naive_free(b.naive);
    arena_free(b.arena);
}

/* ---- the run ---- */

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
run(const settings *s)
{
    totals sum = {0};
    double began = now();

    for (size_t i = 0; i < s->ncorpora; i++) {
        size_t before = sum.nqueries;
        bool agreed = false;

        if (i > 0 && s->seconds > 0 && now() - began >= s->seconds)
            break;
        agreed = try_corpus(s, &sum, s->seed + i);
        printf("%s %zu - articles of seed %" PRIu64 ", %zu queries: the answers are the same\n",
               agreed ? "ok" : "not ok", i + 1, s->seed + i, sum.nqueries - before);
        fflush(stdout);
        if (!agreed && !s->keep_going)
            break;
    }
    printf("1..%zu\n", sum.ncorpora);
    printf("# compared: %zu sets of articles, %zu queries (%zu without a result, %zu of the stores "
           "only), %zu results, %zu marks, in %.1f s\n",
           sum.ncorpora, sum.nqueries, sum.nempty, sum.nsoups, sum.nresults, sum.nmarks,
           now() - began);
    return sum.nfailed > 0 ? 1 : 0;
}

static const char usage[] =
    "usage: judge [--seed N] [--corpora N] [--queries N] [--only N] [--seconds N] [--keep-going]\n"
    "             [--small] [--verbose] [--write DIR]\n"
    "  --seed N      of the first set of articles; the next has the next\n"
    "  --corpora N   sets of articles\n"
    "  --queries N   asked of each\n"
    "  --only N      ask only query number N, from 0\n"
    "  --seconds N   begin no set later than that\n"
    "  --keep-going  after a difference\n"
    "  --small       sets of a few short articles\n"
    "  --write DIR   write the first set to DIR/articles, and queries that find something in it,\n"
    "                one a line, to DIR/queries; ask none\n"
    "  --verbose     show every query and its answers\n";

/* A number of the command line, or -1. */
static double
number_of(const char *text)
{
    char *end = NULL;
    double number = strtod(text, &end);

    return end == text || *end != '\0' || !(number >= 0 && number < 1e15) ? -1 : number;
}

static bool
read_options(int argc, char **argv, settings *s)
{
    static const struct option names[] = {
        {"seed", required_argument, NULL, 's'},    {"corpora", required_argument, NULL, 'c'},
        {"queries", required_argument, NULL, 'q'}, {"only", required_argument, NULL, 'o'},
        {"seconds", required_argument, NULL, 't'}, {"keep-going", no_argument, NULL, 'k'},
        {"small", no_argument, NULL, 'a'},         {"verbose", no_argument, NULL, 'v'},
        {"write", required_argument, NULL, 'w'},   {NULL, 0, NULL, 0},
    };
    int option = 0;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        double number = optarg == NULL || option == 'w' ? 0 : number_of(optarg);

        if (number < 0)
            return false;
        switch (option) {
        case 's':
            s->seed = (uint64_t)number;
            break;
        case 'c':
            s->ncorpora = (size_t)number;
            break;
        case 'q':
            s->nqueries = (size_t)number;
            break;
        case 'o':
            s->only = (size_t)number;
            break;
        case 't':
            s->seconds = number;
            break;
        case 'k':
            s->keep_going = true;
            break;
        case 'a':
            s->small = true;
            break;
        case 'w':
            s->write_to = optarg;
            break;
        case 'v':
            s->verbose = true;
            break;
        default:
            return false;
        }
    }
    return optind == argc;
}

int
main(int argc, char **argv)
{
    settings s = {.seed = 6, .ncorpora = 14, .nqueries = 500, .only = ONLY_NONE};
    const char *seconds = getenv("QUIRE_JUDGE_SECONDS");

    if (seconds != NULL && seconds[0] != '\0') {
        s.seconds = number_of(seconds);
        s.seed = (uint64_t)time(NULL) * 1000;
        s.ncorpora = SIZE_MAX;
    }
    if (!read_options(argc, argv, &s) || s.seconds < 0) {
        fputs(usage, stderr);
        return 2;
    }
    if (s.write_to == NULL)
        return run(&s);
    write_set(&s);
    return 0;
}
