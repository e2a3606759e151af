/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_segment.c - files of a segment that are not what a writer writes, under right checksums.
 *
 * The first byte says which: the payload of a stem, the columns of passages, or the builder's own
 * run, which is merged.  The rest of the segment is sound and small. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "postings/run_file.h"
#include "postings/segment.h"
#include "postings/segment_files.h"

#include "fuzz.h"

enum { NPASSAGES = 300 };

static char directory[] = "/tmp/fuzz-segment-XXXXXX";

static const char *
path_of(const char *name)
{
    static char path[64];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static void
remove_directory(void)
{
    static const char *const names[] = {"stems", "surfaces",  "postings", "positions", "passages",
                                        "pairs", "pairlists", "text",     "run"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(path_of(names[i]));
    rmdir(directory);
}

/* A segment in which "word" stands once in each passage, twice in some. */
static void
make_words(const char *run_path, const uint32_t *lengths)
{
    segment_run *run = segment_run_new();
    passage_words words = {0};
    token tokens[2] = {{.surface_bytes = 4}, {.surface_bytes = 5}};
    word_place places[2] = {{.stem_bytes = 4}, {.stem_bytes = 4}};

    require(run != NULL && buffer_add_string(&words.list.forms, "words") &&
            buffer_add_string(&words.stems, "word"));
    words.list.tokens = tokens;
    words.places = places;
    for (uint32_t i = 0; i < NPASSAGES; i++) {
        words.list.ntokens = lengths[i];
        require(segment_run_add(run, i, &words));
    }
    require(segment_run_spill(run, run_path, NULL) == QUIRE_OK);
    segment_run_free(run);
    buffer_free(&words.list.forms);
    buffer_free(&words.stems);
    require(segment_merge(directory, &run_path, 1, lengths, NPASSAGES, 0, NULL) == QUIRE_OK);
}

static void
make_text(void)
{
    text_writer *w = text_writer_create(path_of("text"), NULL, 0);

    require(w != NULL);
    for (uint32_t i = 0; i < NPASSAGES; i++)
        require(text_writer_add(w, "", 0));
    require(text_writer_finish(w, NULL) == QUIRE_OK);
}

static void
make_segment(void)
{
    uint32_t lengths[NPASSAGES];
    uint32_t first_passages[] = {0, 10, 10, NPASSAGES};
    char run_path[64];

    require(mkdtemp(directory) != NULL);
    atexit(remove_directory);
    for (uint32_t i = 0; i < NPASSAGES; i++)
        lengths[i] = 1 + i % 2;
    snprintf(run_path, sizeof run_path, "%s", path_of("run"));
    make_words(run_path, lengths);
    make_text();
    require(segment_write_passages(directory, lengths, NPASSAGES, first_passages, 3, 450, NULL) ==
            QUIRE_OK);
}

/* ---- What is read ---- */

static void
read_list(const segment *s, const posting_info *info)
{
    static posting_list l;
    static uint32_t positions[1 << 16];
    static uint32_t ranks[1 << 16];

    if (posting_list_open(&s->postings, &s->positions, info, &l, NULL) != QUIRE_OK)
        return;
    while (l.block < l.nblocks && posting_list_decode(&l, NULL) == QUIRE_OK &&
           posting_list_decode_frequencies(&l, NULL) == QUIRE_OK) {
        for (uint32_t i = 0; i < l.npostings; i++)
            if (l.frequencies[i] <= sizeof ranks / sizeof ranks[0])
                posting_list_positions(&l, i, positions, ranks, NULL);
        posting_list_skip_to(&l, l.passages[l.npostings - 1] + 1);
    }
}

static void
read_bare_list(const segment *s, const posting_info *info)
{
    static posting_list l;

    if (posting_list_open(&s->pairs.lists, NULL, info, &l, NULL) != QUIRE_OK)
        return;
    while (l.block < l.nblocks && posting_list_decode(&l, NULL) == QUIRE_OK)
        posting_list_skip_to(&l, l.passages[l.npostings - 1] + 1);
}

static void
read_segment(void)
{
    segment *s = NULL;
    posting_info info;
    arena *a = arena_new();
    uint64_t *set;
    uint32_t nranks;

    require(a != NULL);
    if (segment_open(directory, &s, NULL) == QUIRE_OK) {
        for (uint32_t i = 0; i < s->npassages; i++) {
            require(segment_length(s, i) <= 65535);
            if (s->narticles > 0) {
                uint32_t article = segment_article(s, i);
                require(article >= 1 && article <= s->narticles);
            }
        }
        for (uint32_t i = 1; i <= s->narticles && i < 1000; i++) {
            uint32_t first;
            uint32_t end;
            segment_articles_passages(s, i, i, &first, &end);
            require(first <= end && end <= s->npassages);
        }
        if (segment_find_stem(s, "word", 4, &info, NULL) == QUIRE_OK && info.df > 0)
            read_list(s, &info);
        if (pair_lists_has(&s->pairs, NPASSAGES, 4) &&
            pair_lists_find(&s->pairs, "word", 4, "word", 4, &info, NULL) == QUIRE_OK &&
            info.df > 0)
            read_bare_list(s, &info);
        if (segment_find_ranks(s, "word", 4, "words", 5, NULL, 0, a, &set, &nranks, NULL) ==
                QUIRE_OK &&
            nranks > 0)
            require(set[(nranks - 1) / 64] >> ((nranks - 1) % 64) <= 1);
        segment_close(s);
    }
    arena_free(a);
}

/* ---- What is damaged ---- */

static void
fuzz_payload(const uint8_t *data, size_t size)
{
    dictionary_writer *w = dictionary_create(path_of("stems"), CHECKED_STEMS, SEGMENT_STEM_NUMBERS);
    uint64_t numbers[SEGMENT_STEM_NUMBERS] = {0};
    const uint8_t *at = data;

    /* The numbers come first, if they are there. */
    for (size_t i = 0; i < SEGMENT_STEM_NUMBERS && at != NULL; i++)
        at = varint_read(at, data + size, &numbers[i]);
    if (at == NULL)
        at = data;
    require(w != NULL);
    dictionary_add(w, "word", 4, numbers, at, size - (size_t)(at - data));
    require(dictionary_finish(w, NULL) == QUIRE_OK);
    read_segment();
}

static void
fuzz_passages(const uint8_t *data, size_t size)
{
    checked_writer *w = checked_create(path_of("passages"), CHECKED_PASSAGES);

    require(w != NULL);
    checked_write(w, data, size);
    require(checked_finish(w, NULL) == QUIRE_OK);
    read_segment();
}

static void
fuzz_pairs(const uint8_t *data, size_t size)
{
    dictionary_writer *keys = dictionary_create(path_of("pairs"), CHECKED_PAIRS, 0);
    checked_writer *lists = checked_create(path_of("pairlists"), CHECKED_PAIR_LISTS);
    const size_t least_bytes = size < 1 ? size : 1;

    require(keys != NULL && lists != NULL);
    dictionary_add(keys, "", 0, NULL, data, least_bytes);
    dictionary_add(keys, "word\0word", 9, NULL, data + least_bytes, size - least_bytes);
    require(dictionary_finish(keys, NULL) == QUIRE_OK);
    checked_write(lists, data, size);
    require(checked_finish(lists, NULL) == QUIRE_OK);
    read_segment();
}

static void
fuzz_run(const uint8_t *data, size_t size)
{
    uint32_t lengths[NPASSAGES] = {0};
    char path[64];
    const char *paths[1] = {path};

    /* With signs, so that it is read at all; of what they say, the first byte says whether it is
     * right. */
    snprintf(path, sizeof path, "%s", path_of("run"));
    run_writer w;
    run_writer_open(&w, path);
    run_writer_sign(&w, "a", 1);
    run_writer_add(&w, data, size);
    if (size > 0 && data[0] == 0)
        run_writer_sign(&w, "b", 1);
    run_writer_end_body(&w);
    require(run_writer_close(&w, NULL) == QUIRE_OK);
    if (segment_merge(directory, paths, 1, lengths, NPASSAGES, 0, NULL) == QUIRE_OK)
        read_segment();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (access(directory, F_OK) != 0)
        make_segment();
    switch (data[0] % 4) {
    case 0:
        fuzz_payload(data + 1, size - 1);
        break;
    case 1:
        fuzz_passages(data + 1, size - 1);
        break;
    case 2:
        fuzz_pairs(data + 1, size - 1);
        break;
    default:
        fuzz_run(data + 1, size - 1);
    }
    return 0;
}
