/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge_collection.c - the judge on real sets of articles: those of $QUIRE_TESTDATA, and corpus/.
 *
 * Where judge.c makes its articles up, so that words collide, these have the words, sizes and
 * numbers that news has: long posting lists, many blocks, equal texts, one stem in most passages.
 *
 * A slice of a set is put to the naive searcher and to every store that Quire has: passages, order,
 * scores to the last bit and marks are compared.  The whole of a set, for which the naive searcher
 * is too slow, is put to every store, and all that is known of each result is compared.
 *
 * Both answers are written as lines, and the lines compared, so that a difference shows itself.
 *
 * Speaks TAP, a test for each slice and each set.  QUIRE_JUDGE_SECONDS in the environment asks for
 * that long a run, of all sets in full, from a seed never tried before. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "collection.h"
#include "naive.h"
#include "need.h"
#include "queries.h"
#include "quire.h"

static const char *const stores[] = {"quire", "xapian"};
enum { NSTORES = sizeof stores / sizeof *stores };

/* below: the environment variable that names the folder of path */
static const struct {
    const char *name;
    const char *below;
    const char *path;
    size_t slice; /* articles; 0: all of them */
    bool is_large;
} sets[] = {
    {"corpus", "QUIRE_SOURCE", "corpus/articles", 0, false},
    {"articles", "QUIRE_TESTDATA", "articles", 0, false},
    {"time", "QUIRE_TESTDATA", "collections/time", 60, false},
    {"cranfield", "QUIRE_TESTDATA", "collections/cranfield", 200, false},
    {"bbc", "QUIRE_TESTDATA", "collections/bbc", 120, true},
    {"reuters21578", "QUIRE_TESTDATA", "collections/reuters21578", 250, true},
};
enum { NSETS = sizeof sets / sizeof *sets };

typedef struct {
    uint64_t seed;
    size_t nslices;   /* of each set, for the naive searcher */
    size_t narticles; /* of a slice; 0: what sets[] says */
    size_t nqueries;  /* put to the naive searcher, of each slice */
    size_t nwhole;    /* put to the stores only, of each whole set */
    bool large;       /* the whole of large sets too */
    const char *set;  /* only this; NULL: all */
    double seconds;   /* again with new seeds until then */
    size_t only;      /* ask only this query, from 0 */
} settings;

#define ONLY_NONE SIZE_MAX

typedef struct {
    size_t ntests;
    size_t nfailed;
    size_t nqueries;
    size_t nempty;
    size_t nresults;
} totals;

/* A slice of a set for the naive searcher, or a whole set. */
typedef struct {
    const char *name;
    const char *path;
    size_t narticles; /* 0: all */
    bool with_naive;
    size_t nqueries;
    size_t only;
    uint64_t seed;
} job;

/* One set, indexed and open. */
typedef struct {
    const job *job;
    arena *arena;
    const char *directory;
    collection set;
    naive *naive; /* NULL: not asked */
    quire_index *indexes[NSTORES];
    totals *totals;
} bench;

/* ---- answers as lines ---- */

static void
write_marks(buffer *out, const char *name, const quire_mark *marks, size_t nmarks)
{
    for (size_t i = 0; i < nmarks; i++)
        NEED(buffer_printf(out, " %s%" PRIu32 "-%" PRIu32 ":%" PRIu32, name, marks[i].start,
                           marks[i].end, marks[i].clause));
}

static void
write_naive(const naive_answer *answer, const quire_search_options *options, buffer *out)
{
    NEED(buffer_printf(out, "count %" PRIu64 "\n", options->count ? answer->count : 0));
    for (size_t i = 0; i < answer->nhits; i++) {
        const naive_hit *h = &answer->hits[i];
        const naive_passage *p = h->passage;

        NEED(buffer_printf(out, "%s#%" PRIu32 " %" PRId64 "%s %s", p->article->id, p->number,
                           h->score, p->furniture ? " furniture" : "", p->article->path));
        if (p->article->is_file)
            NEED(buffer_printf(out, " %zu-%zu", p->start, p->start + p->text_bytes));
        write_marks(out, "title:", h->title_marks, h->ntitle_marks);
        write_marks(out, "", h->marks, h->nmarks);
        NEED(buffer_add_string(out, "\n") && buffer_add(out, p->text, p->text_bytes) &&
             buffer_printf(out, "\n[%s]\n", p->article->title));
    }
}

static const char *
text_or_none(const char *text)
{
    return text == NULL ? "(none)" : text;
}

/* What the naive searcher does not know. */
static void
write_rest(const quire_hit *h, buffer *out)
{
    NEED(buffer_printf(out, "date %s, source %s, author %s, url %s, language %s, extra %s\n",
                       text_or_none(h->date), text_or_none(h->source), text_or_none(h->author),
                       text_or_none(h->url), text_or_none(h->language), text_or_none(h->extra)));
}

static void
write_notes(const quire_results *got, buffer *out)
{
    for (size_t i = 0; i < quire_results_nnotes(got); i++) {
        const quire_note *note = quire_results_note(got, i);

        NEED(buffer_printf(out, "note %s %zu-%zu %s\n", note->code, note->start, note->end,
                           note->text));
    }
}

static void
write_results(const quire_results *got, bool all, buffer *out)
{
    NEED(buffer_printf(out, "count %" PRIu64 "\n", quire_results_count(got)));
    for (size_t i = 0; i < quire_results_size(got); i++) {
        const quire_hit *h = quire_results_hit(got, i);

        NEED(buffer_printf(out, "%s#%" PRIu32 " %.0f%s %s", h->article, h->passage,
                           h->score * 4294967296.0, h->furniture ? " furniture" : "", h->path));
        if (h->start != QUIRE_NO_OFFSET)
            NEED(buffer_printf(out, " %" PRIu64 "-%" PRIu64, h->start, h->end));
        write_marks(out, "title:", h->title_marks, h->ntitle_marks);
        write_marks(out, "", h->marks, h->nmarks);
        NEED(buffer_add_string(out, "\n") && buffer_add(out, h->text, h->text_bytes) &&
             buffer_printf(out, "\n[%s]\n", h->title));
        if (all)
            write_rest(h, out);
    }
    if (all)
        write_notes(got, out);
}

/* ---- one query ---- */

typedef struct {
    size_t number;
    const said *query;
    buffer text;
    quire_search_options options;
} trial;

static void
choose_options(dice *d, const bench *b, quire_search_options *o)
{
    static const double k1s[] = {0, 0.5, 0.9, 2};
    static const double bs[] = {0, 0.3, 1};
    const collection *set = &b->set;

    quire_search_options_init(o);
    o->show_copies = true; /* folding has a test of its own, tests/unit/test_stories.c */
    o->max_hits = (uint32_t)(dice_chance(d, 70) ? 10 : dice_between(d, 1, 200));
    o->require_all = dice_chance(d, 20);
    o->furniture = dice_chance(d, 15);
    o->count = dice_chance(d, 30);
    if (set->ndays > 0 && dice_chance(d, 12))
        o->after = set->days[dice_below(d, set->ndays)];
    if (set->ndays > 0 && dice_chance(d, 12))
        o->before = set->days[dice_below(d, set->ndays)];
    /* The naive searcher knows other sources. */
    if (b->naive == NULL && set->nsources > 0 && dice_chance(d, 15))
        o->source = set->sources[dice_below(d, set->nsources)];
    if (dice_chance(d, 20)) {
        o->bm25_k1 = k1s[dice_below(d, 4)];
        o->bm25_b = bs[dice_below(d, 3)];
    }
}

static void
make_query(dice *d, const bench *b, arena *a, trial *t)
{
    t->query = dice_chance(d, 40) ? collection_ask(d, &b->set, a) : NULL;
    if (t->query == NULL)
        t->query = queries_make(d, &b->set.corpus, a);
    buffer_clear(&t->text);
    queries_write(d, t->query, &t->text);
}

static void
show_trial(const bench *b, const trial *t, const char *store)
{
    const quire_search_options *o = &t->options;
    const job *j = b->job;

    printf("#   judge-collection --set %s --seed %" PRIu64 " --only %zu ", j->name, j->seed,
           t->number);
    if (j->with_naive)
        printf("--slices 1 --articles %zu --whole 0\n", j->narticles);
    else
        printf("--slices 0 --large\n");
    printf("#   store %s: -n %" PRIu32 "%s%s%s, k1 %g, b %g", store, o->max_hits,
           o->require_all ? " --all" : "", o->furniture ? " --furniture" : "",
           o->count ? " --count" : "", o->bm25_k1, o->bm25_b);
    printf(", after %s, before %s, source %s\n#   query: %.*s\n", text_or_none(o->after),
           text_or_none(o->before), text_or_none(o->source), (int)t->text.size, t->text.bytes);
}

/* The line at from, up to 300 bytes of it. */
static void
show_line(const char *name, const buffer *lines, size_t from)
{
    const size_t nbytes = from < lines->size ? strcspn(lines->bytes + from, "\n") : 0;

    printf("#   %s: %.*s\n", name, (int)(nbytes > 300 ? 300 : nbytes),
           nbytes == 0 ? "" : lines->bytes + from);
}

/* Are the answers the same?  Else show the first line that is not. */
static bool
compare(const bench *b, const trial *t, const char *where, const buffer *wanted, const buffer *got)
{
    size_t line = 0;

    if (wanted->size == got->size && memcmp(wanted->bytes, got->bytes, got->size) == 0)
        return true;
    for (size_t i = 0; i < wanted->size && i < got->size && wanted->bytes[i] == got->bytes[i]; i++)
        if (got->bytes[i] == '\n')
            line = i + 1;
    show_trial(b, t, where);
    show_line("wanted", wanted, line);
    show_line("got", got, line);
    return false;
}

static bool
ask_store(const bench *b, const trial *t, size_t store, buffer *out)
{
    quire_results *got = NULL;
    quire_error err = {0};

    if (quire_search(b->indexes[store], t->text.bytes, t->text.size, &t->options, &got, &err) !=
        QUIRE_OK) {
        show_trial(b, t, stores[store]);
        printf("#   %s\n", err.message);
        return false;
    }
    buffer_clear(out);
    write_results(got, b->naive == NULL, out);
    b->totals->nempty += store == 0 && quire_results_size(got) == 0;
    b->totals->nresults += store == 0 ? quire_results_size(got) : 0;
    quire_results_free(got);
    return true;
}

/* Does it ask what the article is?  The naive searcher knows that of made-up articles only. */
static bool
has_field(const said *query)
{
    bool found = query->kind == SAID_FIELD || query->names_values;

    for (size_t i = 0; i < query->nparts && !found; i++)
        found = has_field(query->parts[i].node);
    return found;
}

/* What the naive searcher says; false where it says that the query has no clear meaning. */
static bool
ask_naive(const bench *b, const trial *t, arena *a, buffer *out)
{
    const naive_reading reading = {.akin = true};
    naive_answer answer;

    if (has_field(t->query) || !naive_search(b->naive, t->query, t->text.bytes, t->text.size,
                                             &t->options, &reading, a, &answer))
        return false;
    write_naive(&answer, &t->options, out);
    return true;
}

static bool
try_query(bench *b, size_t number)
{
    dice d = {.state = b->job->seed * UINT64_C(0x100000001b3) + number};
    arena *a = arena_new();
    trial t = {.number = number};
    buffer wanted = {0};
    buffer got = {0};
    bool is_wanted = false; /* there is something to compare with */
    bool agreed = true;

    NEED(a != NULL);
    choose_options(&d, b, &t.options);
    do
        make_query(&d, b, a, &t);
    while (b->naive != NULL && !(is_wanted = ask_naive(b, &t, a, &wanted)));
    for (size_t store = 0; store < NSTORES && agreed; store++) {
        agreed = ask_store(b, &t, store, is_wanted ? &got : &wanted);
        if (agreed && is_wanted)
            agreed = compare(b, &t, stores[store], &wanted, &got);
        is_wanted = true;
    }
    b->totals->nqueries++;
    buffer_free(&wanted);
    buffer_free(&got);
    buffer_free(&t.text);
    arena_free(a);
    return agreed;
}

/* ---- one set ---- */

static bool
build_index(bench *b, size_t store)
{
    const char *sources[] = {b->set.path};
    const char *path = arena_printf(b->arena, "%s/%s", b->directory, stores[store]);
    quire_build_options options;
    quire_build_report report;
    quire_error err = {0};

    NEED(path != NULL);
    quire_build_options_init(&options);
    options.store = stores[store];
    options.threads = 1 + (unsigned)(b->job->seed % 3);
    if (b->job->seed % 2 == 0)
        options.memory_bytes = 32 << 20; /* the least there may be */
    if (quire_build(path, sources, 1, &options, &report, &err) != QUIRE_OK ||
        quire_index_open(path, &b->indexes[store], &err) != QUIRE_OK) {
        printf("#   store %s: %s\n", stores[store], err.message);
        return false;
    }
    if (report.narticles == b->set.corpus.narticles)
        return true;
    printf("#   store %s: %zu articles wanted, got %" PRIu64 "\n", stores[store],
           b->set.corpus.narticles, report.narticles);
    return false;
}

static bool
ask_queries(bench *b)
{
    const job *j = b->job;

    if (j->only != ONLY_NONE)
        return try_query(b, j->only);
    for (size_t i = 0; i < j->nqueries; i++)
        if (!try_query(b, i))
            return false;
    return true;
}

static void
try_set(const job *j, totals *sum)
{
    bench b = {.job = j, .arena = arena_new(), .totals = sum};
    dice d = {.state = j->seed};
    const char *tmp = getenv("TMPDIR");
    char *directory = NULL;
    bool agreed = true;

    NEED(b.arena != NULL);
    directory = arena_printf(b.arena, "%s/quire-judge.XXXXXX", tmp == NULL ? "/tmp" : tmp);
    NEED(directory != NULL && mkdtemp(directory) != NULL);
    b.directory = directory;
    collection_read(&d, j->path, j->narticles, directory, b.arena, &b.set);
    b.naive = j->with_naive ? naive_new(&b.set.corpus) : NULL;
    for (size_t store = 0; store < NSTORES && agreed; store++)
        agreed = build_index(&b, store);
    agreed = agreed && ask_queries(&b);
    sum->nfailed += !agreed;
    printf("%s %zu - %zu articles of %s, seed %" PRIu64 ", %zu queries: %s agree\n",
           agreed ? "ok" : "not ok", ++sum->ntests, b.set.corpus.narticles, j->name, j->seed,
           j->only != ONLY_NONE ? 1 : j->nqueries,
           j->with_naive ? "stores and naive searcher" : "the stores");
    fflush(stdout);
    for (size_t store = 0; store < NSTORES; store++)
        quire_index_close(b.indexes[store]);
    naive_free(b.naive);
    collection_free(&b.set);
    NEED(file_remove_tree(directory, NULL) == QUIRE_OK);
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

/* Slices of set number i and the whole of it; false where it is not there. */
static bool
try_slices(const settings *s, totals *sum, size_t i, uint64_t seed)
{
    const char *below = getenv(sets[i].below);
    char path[4096];
    job j = {.name = sets[i].name, .path = path, .with_naive = true, .only = s->only};

    snprintf(path, sizeof path, "%s/%s", below == NULL ? "." : below, sets[i].path);
    if (access(path, R_OK) != 0)
        return false;
    j.narticles = sets[i].slice == 0 || s->narticles == 0 ? sets[i].slice : s->narticles;
    j.nqueries = s->nqueries;
    for (size_t k = 0; k < s->nslices; k++) {
        j.seed = seed + k;
        try_set(&j, sum);
    }
    if (s->nwhole == 0 || sets[i].slice == 0 || (sets[i].is_large && !s->large))
        return true;
    j.narticles = 0;
    j.with_naive = false;
    j.nqueries = s->nwhole;
    j.seed = seed;
    try_set(&j, sum);
    return true;
}

static int
run(const settings *s)
{
    const double began = now();
    totals sum = {0};
    uint64_t seed = s->seed;

    do {
        for (size_t i = 0; i < NSETS; i++)
            if ((s->set == NULL || strcmp(s->set, sets[i].name) == 0) &&
                !try_slices(s, &sum, i, seed))
                printf("ok %zu - %s # SKIP there is no $%s/%s\n", ++sum.ntests, sets[i].name,
                       sets[i].below, sets[i].path);
        seed += s->nslices;
    } while (s->seconds > 0 && sum.nfailed == 0 && sum.nqueries > 0 && now() - began < s->seconds);
    printf("1..%zu\n", sum.ntests);
    printf("# compared: %zu queries (%zu without a result), %zu results, in %.1f s\n", sum.nqueries,
           sum.nempty, sum.nresults, now() - began);
    return sum.nfailed > 0 ? 1 : 0;
}

static const char usage[] =
    "usage: judge-collection [--set NAME] [--seed N] [--slices N] [--articles N] [--queries N]\n"
    "                        [--whole N] [--large] [--seconds N] [--only N]\n"
    "  --set NAME    only this of the sets\n"
    "  --seed N      of the first slice; the next has the next\n"
    "  --slices N    of each set, for the naive searcher\n"
    "  --articles N  of a slice\n"
    "  --queries N   about each slice\n"
    "  --whole N     queries about the whole of each set, for the stores only\n"
    "  --large       the whole of large sets too\n"
    "  --seconds N   again, with new slices, until then\n"
    "  --only N      ask only query number N, from 0\n";

static bool
read_number(const char *text, uint64_t *number_out)
{
    char *end = NULL;

    *number_out = strtoull(text, &end, 10);
    return end != text && *end == '\0';
}

static bool
set_option(settings *s, int option, uint64_t number)
{
    switch (option) {
    case 's':
        s->seed = number;
        return true;
    case 'k':
        s->nslices = (size_t)number;
        return true;
    case 'a':
        s->narticles = (size_t)number;
        return true;
    case 'q':
        s->nqueries = (size_t)number;
        return true;
    case 'w':
        s->nwhole = (size_t)number;
        return true;
    case 'o':
        s->only = (size_t)number;
        return true;
    case 't':
        s->seconds = (double)number;
        return true;
    default:
        return false;
    }
}

static bool
read_options(int argc, char **argv, settings *s)
{
    static const struct option names[] = {
        {"set", required_argument, NULL, 'n'},     {"seed", required_argument, NULL, 's'},
        {"slices", required_argument, NULL, 'k'},  {"articles", required_argument, NULL, 'a'},
        {"queries", required_argument, NULL, 'q'}, {"whole", required_argument, NULL, 'w'},
        {"only", required_argument, NULL, 'o'},    {"large", no_argument, NULL, 'l'},
        {"seconds", required_argument, NULL, 't'}, {NULL, 0, NULL, 0},
    };
    int option = 0;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        uint64_t number = 0;

        if (option == 'l')
            s->large = true;
        else if (option == 'n')
            s->set = optarg;
        else if (optarg == NULL || !read_number(optarg, &number) || !set_option(s, option, number))
            return false;
    }
    return optind == argc;
}

int
main(int argc, char **argv)
{
    settings s = {.seed = 1, .nslices = 1, .nqueries = 60, .nwhole = 100, .only = ONLY_NONE};
    const char *seconds = getenv("QUIRE_JUDGE_SECONDS");
    uint64_t number = 0;

    if (seconds != NULL && seconds[0] != '\0' && read_number(seconds, &number)) {
        s = (settings){.seed = (uint64_t)time(NULL) * 1000,
                       .nslices = 3,
                       .narticles = 600,
                       .nqueries = 200,
                       .nwhole = 2000,
                       .large = true,
                       .only = ONLY_NONE,
                       .seconds = (double)number};
    }
    if (!read_options(argc, argv, &s)) {
        fputs(usage, stderr);
        return 2;
    }
    return run(&s);
}
