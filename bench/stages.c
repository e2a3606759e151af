/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stages - what each stage of a build costs, one after another in one thread.
 *
 *   stages ARTICLES.jsonl DIRECTORY
 *
 * Articles go the way that a build sends them (docs/architecture.md), by the same functions, but
 * with a clock around each.  A line a stage goes to standard output, between tabs: its name,
 * nanoseconds for each word that it had, and the most memory that the process held meanwhile, in
 * 10^6 bytes ("-" where stages take turns article by article; the line of the phase has it).
 *
 * The first line is the limit: reading the file and writing it once.  The last one is a whole build
 * by one thread.  Of the lines between, those that begin with "split: " do again by themselves what
 * "passages" does in one, and "checksums" what is part of all writing, so they do not add up.
 *
 * DIRECTORY is there and empty; what is left in it is the caller's to remove. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "article/reader.h"
#include "base/array.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/hash.h"
#include "build/article_order.h"
#include "build/spool.h"
#include "postings/pair_list.h"
#include "postings/segment.h"
#include "quire.h"
#include "store/article_record.h"
#include "store/catalogue_writer.h"
#include "store/passage_source.h"
#include "store/quire_set.h"
#include "text/blanks.h"
#include "text/blocks.h"
#include "text/furniture.h"
#include "text/passage_words.h"
#include "text/passages.h"
#include "text/sentences.h"
#include "text/stem.h"

#define COPY_BYTES (1u << 20)
#define PART_BYTES (128u << 10)
#define CATALOGUE_ARTICLES 1024
#define MEMORY_BYTES ((uint64_t)256 << 20)

/* ---- Stages ---- */

typedef enum {
    LIMIT,
    CUTTING,
    JSON,
    SPOOLING,
    ENTERING,
    READING,
    SORTING_ARTICLES,
    LEARNING,
    UNSPOOLING,
    SPLIT_BLOCKS,
    SPLIT_FURNITURE,
    SPLIT_SENTENCES,
    SPLIT_WORDS,
    PASSAGES,
    STEMS,
    GATHERING,
    RECORDS,
    COMPRESSING,
    TEXT_FILE,
    ENTRIES,
    CATALOGUE,
    MAKING,
    SORTING_RUN,
    SPILLING_RUN,
    MERGING,
    PAIRS,
    COLUMNS,
    CATALOGUE_END,
    CHECKSUMS,
    HASHING,
    SYNCING,
    WHOLE,
    NSTAGES
} stage_number;

static const char *const names[NSTAGES] = {
    [LIMIT] = "limit: the text read and written once",
    [CUTTING] = "lines cut",
    [JSON] = "JSON to articles",
    [SPOOLING] = "spool written",
    [ENTERING] = "ids entered",
    [READING] = "phase: reading",
    [SORTING_ARTICLES] = "articles put in order",
    [LEARNING] = "compression learned",
    [UNSPOOLING] = "spool read",
    [SPLIT_BLOCKS] = "split: blocks",
    [SPLIT_FURNITURE] = "split: furniture",
    [SPLIT_SENTENCES] = "split: sentences",
    [SPLIT_WORDS] = "split: words",
    [PASSAGES] = "passages",
    [STEMS] = "stems",
    [GATHERING] = "words gathered",
    [RECORDS] = "stored forms",
    [COMPRESSING] = "text compressed",
    [TEXT_FILE] = "text written",
    [ENTRIES] = "catalogue's entries",
    [CATALOGUE] = "catalogue written",
    [MAKING] = "phase: making",
    [SORTING_RUN] = "a run sorted",
    [SPILLING_RUN] = "a run sorted and spilled",
    [MERGING] = "runs merged",
    [PAIRS] = "pairs of frequent words",
    [COLUMNS] = "columns and tables",
    [CATALOGUE_END] = "catalogue finished",
    [CHECKSUMS] = "checksums of all pages",
    [HASHING] = "files hashed",
    [SYNCING] = "files synced",
    [WHOLE] = "a whole build",
};

typedef struct {
    double seconds;
    double start;
    double peak_mb; /* 0: not measured */
    uint64_t words; /* that it had; 0: all */
} stage;

static stage stages[NSTAGES];

static _Noreturn void
die(const char *what, const char *why)
{
    fprintf(stderr, "stages: %s: %s\n", what, why);
    exit(2);
}

static void
check(quire_status status, const quire_error *err)
{
    if (status != QUIRE_OK)
        die("error", err->message);
}

static void
check_memory(bool has_memory)
{
    if (!has_memory)
        die("error", "out of memory");
}

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
begin(stage_number n)
{
    stages[n].start = now();
}

static void
end(stage_number n)
{
    stages[n].seconds += now() - stages[n].start;
}

/* The most memory held since the last call; 0 where the system does not tell. */
static double
take_peak_mb(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    FILE *clear;
    char line[256];
    double peak = 0;

    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmHWM: %lf", &peak) == 1)
            break;
    if (status != NULL)
        fclose(status);
    clear = fopen("/proc/self/clear_refs", "w");
    if (clear != NULL) {
        fputs("5", clear);
        fclose(clear);
    }
    return peak * 1024 / 1e6;
}

/* The same for stages that have the process to themselves. */
static void
begin_alone(stage_number n)
{
    take_peak_mb();
    begin(n);
}

static void
end_alone(stage_number n)
{
    end(n);
    stages[n].peak_mb = take_peak_mb();
}

/* ---- All that is made ---- */

typedef struct {
    size_t start;
    size_t end;
    bool shouting;
} range;

typedef struct {
    const char *directory;
    spool *spool;
    article_order order;
    quire_set set; /* for samples and what is learned from them */

    stemmer *stemmer;
    article article;
    buffer spooled;
    passage_list list;
    passage_words words;
    block_list blocks;
    range *ranges; /* sentences */
    size_t nranges;
    size_t ranges_room;
    token_list tokens;

    const text_code *code;
    text_writer *text;
    buffer record;
    buffer codes; /* of that */

    segment_run *runs[2]; /* the first is spilled */
    segment_piece pieces[2];
    uint32_t *lengths;
    size_t lengths_room;
    uint32_t npassages;
    uint32_t *firsts;
    size_t firsts_room;
    uint32_t narticles;
    uint64_t nwords;

    catalogue_writer *catalogue;
    catalogue_entries entries;
} making;

/* "DIRECTORY/NAME", for free(). */
static char *
path_of(const making *m, const char *name)
{
    buffer path = {0};

    check_memory(buffer_printf(&path, "%s/%s", m->directory, name));
    return buffer_detach(&path);
}

/* ---- The limit ---- */

static void
measure_limit(const making *m, const char *file)
{
    char *bytes = malloc(COPY_BYTES);
    char *copy = path_of(m, "copy");
    quire_error err;
    ssize_t n;
    int from = open(file, O_RDONLY | O_CLOEXEC);
    int to = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    check_memory(bytes != NULL);
    if (from < 0 || to < 0)
        die(from < 0 ? file : copy, strerror(errno));
    begin_alone(LIMIT);
    while ((n = read(from, bytes, COPY_BYTES)) > 0)
        check(file_write(to, copy, bytes, (size_t)n, &err), &err);
    end_alone(LIMIT);
    if (n < 0)
        die(file, strerror(errno));
    close(from);
    close(to);
    unlink(copy);
    free(copy);
    free(bytes);
}

/* ---- Reading ---- */

static void
tell_problem(void *closure, const char *where, const char *what, bool skipped)
{
    (void)closure;
    fprintf(stderr, "stages: %s: %s%s\n", where, what, skipped ? " (skipped)" : "");
}

static void
spool_article(making *m, spool_writer *w, const article *a, uint64_t line)
{
    article_key key = article_key_of(a, 0, 0, line);
    quire_error err;
    bool is_new;

    begin(ENTERING);
    is_new = article_order_find(&m->order, a->id, key.hash) == NULL;
    end(ENTERING);
    if (!is_new)
        return;
    begin(SPOOLING);
    check(spool_add(w, a, &key.spool_offset, &err), &err);
    end(SPOOLING);
    begin(ENTERING);
    check_memory(article_order_add(&m->order, a->id, &key));
    end(ENTERING);
}

static void
read_part(making *m, line_reader *lines, const reader_input *input, reader_part *part,
          spool_writer *w)
{
    article a = {0};
    quire_error err;
    bool more = true;

    line_reader_begin(lines, input, part);
    for (;;) {
        begin(JSON);
        check(line_reader_next(lines, &a, &more, &err), &err);
        end(JSON);
        if (!more)
            break;
        spool_article(m, w, &a, line_reader_line(lines));
    }
    article_clear(&a);
}

static void
read_articles(making *m, const char *file)
{
    const reader_input input = {.path = file, .name = file, .fd = -1, .problem = tell_problem};
    line_reader *lines = line_reader_new();
    spool_writer w = {0};
    reader_part part = {0};
    reader *r = NULL;
    quire_error err;
    bool more = true;

    check_memory(lines != NULL);
    check(spool_new(m->directory, MEMORY_BYTES / 8, &m->spool, &err), &err);
    w.spool = m->spool;
    begin_alone(READING);
    check(reader_open(&input, &r, &err), &err);
    if (r == NULL || !reader_has_parts(r))
        die(file, "no JSON Lines");
    for (;;) {
        begin(CUTTING);
        check(reader_cut(r, PART_BYTES, &part, &more, &err), &err);
        end(CUTTING);
        if (!more)
            break;
        read_part(m, lines, &input, &part, &w);
    }
    begin(SPOOLING);
    check(spool_flush(&w, &err), &err);
    end(SPOOLING);
    end_alone(READING);
    if (m->order.nkeys == 0)
        die(file, "no articles");
    buffer_free(&part.bytes);
    reader_close(r);
    line_reader_free(lines);
    spool_writer_free(&w);
    begin_alone(SORTING_ARTICLES);
    article_order_sort(&m->order);
    end_alone(SORTING_ARTICLES);
}

/* ---- Learning ---- */

static void
fetch_article(making *m, size_t i)
{
    quire_error err;

    check(spool_get(m->spool, m->order.keys[i].spool_offset, &m->spooled, &m->article, &err), &err);
}

static const char *
title_of(const article *a)
{
    return a->title == NULL ? "" : a->title;
}

static void
split_article(making *m)
{
    const article *a = &m->article;

    check_memory(passages_split(title_of(a), a->title_bytes, a->text, a->text_bytes, a->body_start,
                                &m->list));
}

static passage_source
source_of(const making *m, size_t i)
{
    return (passage_source){.article = &m->article,
                            .article_number = m->narticles,
                            .list = &m->list,
                            .passage = &m->list.passages[i],
                            .number = (uint32_t)i + 1,
                            .words = &m->words};
}

static void
learn(making *m)
{
    double total = 0;
    double seen = 0;
    double sampled = 0;
    quire_error err;

    begin_alone(LEARNING);
    for (size_t i = 0; i < m->order.nkeys; i++)
        total += (double)m->order.keys[i].text_bytes;
    for (size_t i = 0; i < m->order.nkeys; i++) {
        const bool is_due = sampled * total <= seen * TEXT_SAMPLE_BYTES;

        seen += (double)m->order.keys[i].text_bytes;
        if (!is_due)
            continue;
        fetch_article(m, i);
        split_article(m);
        for (size_t j = 0; j < m->list.npassages; j++) {
            const passage_source source = source_of(m, j);

            buffer_clear(&m->record);
            check_memory(passage_source_write(&source, false, &m->record) &&
                         quire_set_add_sample(&m->set, &m->record));
        }
        sampled += (double)m->article.text_bytes;
    }
    check(quire_set_learn(&m->set, &err), &err);
    end_alone(LEARNING);
}

/* ---- Splitting, piece by piece ---- */

static void
find_blocks(making *m)
{
    const article *a = &m->article;

    block_list_clear(&m->blocks);
    begin(SPLIT_BLOCKS);
    check_memory(blocks_find(a->text, a->body_start, a->text_bytes, &m->blocks));
    end(SPLIT_BLOCKS);
    begin(SPLIT_FURNITURE);
    furniture_mark(a->text, &m->blocks);
    end(SPLIT_FURNITURE);
}

static void
find_sentences(making *m)
{
    const char *text = m->article.text;
    size_t stop;

    m->nranges = 0;
    begin(SPLIT_SENTENCES);
    for (size_t i = 0; i < m->blocks.nblocks; i++) {
        const block *b = &m->blocks.blocks[i];

        for (size_t at = b->start; at < b->end; at = blanks_skip(text, stop, b->end)) {
            stop = sentences_next(text, at, b->end);
            check_memory(ARRAY_GROW(m->ranges, m->nranges, &m->ranges_room));
            m->ranges[m->nranges++] = (range){at, stop, b->shouting};
        }
    }
    end(SPLIT_SENTENCES);
}

static void
split_words(making *m)
{
    token_list_clear(&m->tokens);
    begin(SPLIT_WORDS);
    for (size_t i = 0; i < m->nranges; i++) {
        const range *r = &m->ranges[i];

        check_memory(words_split(m->article.text, r->start, r->end, r->shouting, &m->tokens));
    }
    end(SPLIT_WORDS);
}

/* ---- Making ---- */

static void
end_record(making *m)
{
    buffer_clear(&m->codes);
    begin(COMPRESSING);
    check_memory(text_code_encode(m->code, m->record.bytes, m->record.size, &m->codes));
    end(COMPRESSING);
    begin(TEXT_FILE);
    check_memory(text_writer_add(m->text, m->codes.bytes, m->codes.size));
    end(TEXT_FILE);
}

static void
make_article_record(making *m)
{
    begin(RECORDS);
    buffer_clear(&m->record);
    check_memory(article_record_write(&m->article, &m->record));
    end(RECORDS);
    end_record(m);
}

static void
make_passage(making *m, size_t i, unsigned run)
{
    const passage_source source = source_of(m, i);

    begin(STEMS);
    check_memory(passage_words_take(&m->words, m->stemmer, title_of(&m->article), m->article.text,
                                    &m->list, source.passage));
    end(STEMS);
    begin(GATHERING);
    check_memory(segment_run_add(m->runs[run], m->npassages - m->pieces[run].passage, &m->words));
    end(GATHERING);
    begin(RECORDS);
    buffer_clear(&m->record);
    check_memory(passage_source_write(&source, false, &m->record));
    end(RECORDS);
    end_record(m);
    check_memory(ARRAY_GROW(m->lengths, m->npassages, &m->lengths_room));
    m->lengths[m->npassages++] = (uint32_t)m->words.list.ntokens;
    m->nwords += m->words.list.ntokens;
}

static void
write_catalogue(making *m)
{
    quire_error err;

    begin(CATALOGUE);
    check(catalogue_writer_add(m->catalogue, &m->entries, &err), &err);
    end(CATALOGUE);
    catalogue_entries_free(&m->entries);
    m->entries = (catalogue_entries){0};
}

/* Furniture goes to a set of its own in a build; here it is left out. */
static void
make_article(making *m, size_t i, unsigned run)
{
    begin(UNSPOOLING);
    fetch_article(m, i);
    end(UNSPOOLING);
    find_blocks(m);
    find_sentences(m);
    split_words(m);
    begin(PASSAGES);
    split_article(m);
    end(PASSAGES);
    check_memory(ARRAY_GROW(m->firsts, m->narticles, &m->firsts_room));
    m->firsts[m->narticles++] = m->npassages;
    make_article_record(m);
    for (size_t j = 0; j < m->list.npassages; j++)
        if (!m->list.passages[j].furniture)
            make_passage(m, j, run);
    begin(ENTRIES);
    check_memory(catalogue_entries_add(&m->entries, &m->article, false));
    end(ENTRIES);
    if (m->narticles % CATALOGUE_ARTICLES == 0)
        write_catalogue(m);
}

/* Half of the articles make a run that is spilled, the others one that stays in memory. */
static void
make_all(making *m)
{
    const size_t half = m->order.nkeys / 2;
    char *run_path = path_of(m, "run-0");
    quire_error err;

    begin_alone(MAKING);
    for (size_t i = 0; i < half; i++)
        make_article(m, i, 0);
    begin(SPILLING_RUN);
    check(segment_run_spill(m->runs[0], run_path, &err), &err);
    end(SPILLING_RUN);
    stages[SPILLING_RUN].words = m->nwords;
    free(run_path);

    m->pieces[1].passage = m->npassages;
    for (size_t i = half; i < m->order.nkeys; i++)
        make_article(m, i, 1);
    begin(SORTING_RUN);
    check_memory(segment_run_sort(m->runs[1]));
    end(SORTING_RUN);
    stages[SORTING_RUN].words = m->nwords - stages[SPILLING_RUN].words;
    write_catalogue(m);
    end_alone(MAKING);
}

static void
merge_all(making *m)
{
    char *run_path = path_of(m, "run-0");
    const segment_placed_run runs[2] = {{run_path, NULL, &m->pieces[0], 1},
                                        {NULL, m->runs[1], &m->pieces[1], 1}};
    const segment_merge_options options = {.memory_bytes = MEMORY_BYTES, .nthreads = 1};
    const bool has_first = m->pieces[1].passage > 0;
    quire_error err;

    begin_alone(MERGING);
    check(segment_merge_placed(m->directory, has_first ? runs : runs + 1, has_first ? 2 : 1,
                               m->lengths, m->npassages, &options, &err),
          &err);
    end_alone(MERGING);
    free(run_path);
    if (m->npassages >= PAIR_FROM_PASSAGES) {
        begin_alone(PAIRS);
        check(pair_lists_write(m->directory, m->lengths, m->npassages, 1, &err), &err);
        end_alone(PAIRS);
    }

    begin_alone(COLUMNS);
    check(text_writer_finish(m->text, &err), &err);
    check_memory(ARRAY_GROW(m->firsts, m->narticles, &m->firsts_room));
    m->firsts[m->narticles] = m->npassages;
    check(segment_write_passages(m->directory, m->lengths, m->npassages, m->firsts, m->narticles,
                                 m->nwords, &err),
          &err);
    end_alone(COLUMNS);

    begin_alone(CATALOGUE_END);
    check(catalogue_writer_finish(m->catalogue, &err), &err);
    end_alone(CATALOGUE_END);
    catalogue_writer_free(m->catalogue);
}

/* ---- Publishing ---- */

static uint64_t all_hashes; /* so that none is left out */

static int
hash_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    uint64_t hash;
    quire_error err;

    (void)about;
    (void)where;
    if (kind != FTW_F)
        return 0;
    check(hash_file(path, NULL, &hash, NULL, &err), &err);
    all_hashes ^= hash;
    return 0;
}

static int
check_pages(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    buffer bytes = {0};
    quire_error err;

    (void)about;
    (void)where;
    if (kind != FTW_F)
        return 0;
    check(file_read(AT_FDCWD, path, SIZE_MAX, &bytes, NULL, &err), &err);
    begin(CHECKSUMS);
    for (size_t at = 0; at < bytes.size; at += CHECKED_PAGE_BYTES) {
        const size_t left = bytes.size - at;

        all_hashes ^=
            hash_bytes(bytes.bytes + at, left < CHECKED_PAGE_BYTES ? left : CHECKED_PAGE_BYTES);
    }
    end(CHECKSUMS);
    buffer_free(&bytes);
    return 0;
}

static void
publish(const making *m)
{
    quire_error err;

    begin_alone(SYNCING);
    check(file_sync_tree(m->directory, NULL, &err), &err);
    end_alone(SYNCING);
    begin_alone(HASHING);
    if (nftw(m->directory, hash_one, 16, FTW_PHYS) != 0)
        die(m->directory, strerror(errno));
    end_alone(HASHING);
    if (nftw(m->directory, check_pages, 16, FTW_PHYS) != 0)
        die(m->directory, strerror(errno));
}

static void
build_whole(const making *m, const char *file)
{
    char *path = path_of(m, "index");
    quire_build_options options;
    quire_build_report report;
    quire_error err;

    quire_build_options_init(&options);
    options.threads = 1;
    begin_alone(WHOLE);
    check(quire_build(path, &file, 1, &options, &report, &err), &err);
    end_alone(WHOLE);
    free(path);
}

/* ---- From end to end ---- */

static void
begin_making(making *m)
{
    char *catalogue = path_of(m, "catalogue");
    char *text = path_of(m, "text");
    quire_error err;

    learn(m);
    m->stemmer = stemmer_new();
    check(quire_set_prepare(&m->set, &err), &err);
    m->code = m->set.code;
    m->text = text_writer_create(text, m->set.vocabulary.bytes, m->set.vocabulary.size);
    m->runs[0] = segment_run_new();
    m->runs[1] = segment_run_new();
    check_memory(m->stemmer != NULL && m->text != NULL && m->runs[0] != NULL && m->runs[1] != NULL);
    check(catalogue_writer_new(catalogue, false, catalogue_writer_memory(false, MEMORY_BYTES),
                               &m->catalogue, &err),
          &err);
    free(catalogue);
    free(text);
}

static void
free_making(making *m)
{
    spool_free(m->spool);
    article_order_free(&m->order);
    quire_set_free(&m->set);
    stemmer_free(m->stemmer);
    article_clear(&m->article);
    buffer_free(&m->spooled);
    passage_list_free(&m->list);
    passage_words_free(&m->words);
    block_list_free(&m->blocks);
    free(m->ranges);
    token_list_free(&m->tokens);
    buffer_free(&m->record);
    buffer_free(&m->codes);
    segment_run_free(m->runs[0]);
    segment_run_free(m->runs[1]);
    free(m->lengths);
    free(m->firsts);
    catalogue_entries_free(&m->entries);
}

static void
print_stages(uint64_t nwords)
{
    for (size_t i = 0; i < NSTAGES; i++) {
        const stage *s = &stages[i];
        const uint64_t words = s->words > 0 ? s->words : nwords > 0 ? nwords : 1;

        printf("%s\t%.2f\t", names[i], s->seconds * 1e9 / (double)words);
        if (s->peak_mb > 0)
            printf("%.0f\n", s->peak_mb);
        else
            printf("-\n");
    }
}

int
main(int argc, char **argv)
{
    making m = {0};

    if (argc != 3) {
        fprintf(stderr, "usage: stages ARTICLES.jsonl DIRECTORY\n");
        return 2;
    }
    m.directory = argv[2];
    measure_limit(&m, argv[1]);
    read_articles(&m, argv[1]);
    begin_making(&m);
    make_all(&m);
    merge_all(&m);
    publish(&m);
    const uint64_t nwords = m.nwords;
    free_making(&m);
    build_whole(&(making){.directory = argv[2]}, argv[1]);
    print_stages(nwords);
    return all_hashes == 0; /* which no files come to */
}
