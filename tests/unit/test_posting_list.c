/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Posting lists against plain arrays: block by block, by skipping, position by position; bounds of
 * blocks bound; damage under right checksums is an error at worst. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/file.h"
#include "postings/posting_list.h"

#include "chance.h"
#include "scratch.h"

#define NPASSAGES 200000

static const char postings_path[] = "postings";
static const char positions_path[] = "positions";
static uint32_t lengths[NPASSAGES];

/* ---- The model ---- */

typedef struct {
    uint32_t n;
    uint32_t *passages;
    uint32_t *frequencies;
    uint64_t *starts; /* of a posting's occurrences; n + 1 of them */
    uint32_t *positions;
    uint32_t *ranks;
} model;

typedef struct {
    uint32_t n;
    uint32_t most_gap;
    uint32_t most_frequency;
    uint32_t most_step; /* between positions */
    uint32_t nranks;
} kind;

static void *
array(size_t n)
{
    void *made = calloc(n + 1, 8);

    assert_non_null(made);
    return made;
}

static model
make_model(const kind *k)
{
    model m = {
        .n = k->n, .passages = array(k->n), .frequencies = array(k->n), .starts = array(k->n + 1)};
    uint32_t passage = random_below(k->most_gap);

    for (uint32_t i = 0; i < m.n; i++, passage += 1 + random_below(k->most_gap)) {
        m.passages[i] = passage;
        m.frequencies[i] = 1 + random_below(random_below(4) == 0 ? k->most_frequency
                                                                 : (k->most_frequency + 7) / 8);
        m.starts[i + 1] = m.starts[i] + m.frequencies[i];
    }
    m.positions = array(m.starts[m.n]);
    m.ranks = array(m.starts[m.n]);
    for (uint32_t i = 0; i < m.n; i++) {
        uint32_t position = random_below(k->most_step);

        for (uint64_t o = m.starts[i]; o < m.starts[i + 1]; o++) {
            m.positions[o] = position;
            m.ranks[o] = random_below(k->nranks);
            position += 1 + random_below(k->most_step);
        }
    }
    return m;
}

static void
free_model(model *m)
{
    free(m->passages);
    free(m->frequencies);
    free(m->starts);
    free(m->positions);
    free(m->ranks);
}

static void
write_file(const char *path, checked_kind as, buffer *bytes)
{
    checked_writer *file = checked_create(path, as);

    assert_non_null(file);
    checked_write(file, bytes->bytes, bytes->size);
    assert_int_equal(checked_finish(file, NULL), QUIRE_OK);
    buffer_free(bytes);
}

static void
write_models(const model *models, size_t nmodels, const uint32_t *all_lengths, posting_info *infos)
{
    buffer postings = {0};
    buffer positions = {0};
    posting_writer *w = posting_writer_new(&postings, &positions, all_lengths);

    assert_non_null(w);
    for (size_t k = 0; k < nmodels; k++) {
        const model *m = &models[k];

        for (uint32_t i = 0; i < m->n; i++)
            assert_true(posting_writer_add(w, m->passages[i], m->frequencies[i],
                                           m->positions + m->starts[i], m->ranks + m->starts[i]));
        assert_true(posting_writer_end(w, &infos[k]));
        assert_int_equal(infos[k].df, m->n);
        assert_int_equal(infos[k].cf, m->starts[m->n]);
    }
    posting_writer_free(w);
    write_file(postings_path, CHECKED_POSTINGS, &postings);
    write_file(positions_path, CHECKED_POSITIONS, &positions);
}

typedef struct {
    checked_file postings;
    checked_file positions;
} files;

static void
open_files(files *f)
{
    quire_error err;

    assert_int_equal(checked_open(postings_path, CHECKED_POSTINGS, &f->postings, &err), QUIRE_OK);
    assert_int_equal(checked_open(positions_path, CHECKED_POSITIONS, &f->positions, &err),
                     QUIRE_OK);
}

static void
close_files(files *f)
{
    checked_close(&f->postings);
    checked_close(&f->positions);
}

/* ---- Checks ---- */

static uint32_t
clipped(uint32_t number)
{
    return number < 255 ? number : 255;
}

/* Does pair come from a posting of the model's [first, end)? */
static bool
is_real(const model *m, uint32_t first, uint32_t end, posting_pair pair)
{
    for (uint32_t i = first; i < end; i++)
        if (clipped(m->frequencies[i]) == pair.frequency &&
            clipped(lengths[m->passages[i]]) == pair.length)
            return true;
    return false;
}

static void
check_pairs(const posting_list *l, const model *m, uint32_t block)
{
    const uint32_t first = block * POSTING_BLOCK;
    const uint32_t end = m->n - first < POSTING_BLOCK ? m->n : first + POSTING_BLOCK;
    posting_pair pairs[POSTING_PAIRS];
    const unsigned n = posting_list_pairs(l, block, pairs);

    if (l->nblocks == 1) {
        assert_int_equal(n, 0);
        return;
    }
    assert_true(n >= 1 && n <= POSTING_PAIRS);
    for (unsigned a = 1; a < n; a++)
        assert_true(pairs[a - 1].frequency > pairs[a].frequency &&
                    pairs[a - 1].length > pairs[a].length);
    for (uint32_t i = first; i < end; i++) {
        bool bounded = false;

        for (unsigned a = 0; a < n; a++)
            bounded = bounded || (clipped(m->frequencies[i]) <= pairs[a].frequency &&
                                  clipped(lengths[m->passages[i]]) >= pairs[a].length);
        assert_true(bounded);
    }
    for (unsigned a = 0; n < POSTING_PAIRS && a < n; a++)
        assert_true(is_real(m, first, end, pairs[a]));
}

static void
check_positions(posting_list *l, const model *m, uint32_t i)
{
    const uint32_t n = m->frequencies[i];
    uint32_t *positions = malloc(n * sizeof *positions);
    uint32_t *ranks = malloc(n * sizeof *ranks);
    quire_error err;

    assert_true(positions != NULL && ranks != NULL);
    assert_int_equal(posting_list_positions(l, i % POSTING_BLOCK, positions, NULL, &err), QUIRE_OK);
    assert_memory_equal(positions, m->positions + m->starts[i], n * sizeof *positions);
    memset(positions, 0xff, n * sizeof *positions);
    assert_int_equal(posting_list_positions(l, i % POSTING_BLOCK, positions, ranks, &err),
                     QUIRE_OK);
    assert_memory_equal(positions, m->positions + m->starts[i], n * sizeof *positions);
    assert_memory_equal(ranks, m->ranks + m->starts[i], n * sizeof *ranks);
    free(positions);
    free(ranks);
}

static void
check_block(posting_list *l, const model *m, bool in_order)
{
    const uint32_t first = l->block * POSTING_BLOCK;
    const uint32_t n = m->n - first < POSTING_BLOCK ? m->n - first : POSTING_BLOCK;
    quire_error err;

    assert_int_equal(l->npostings, n);
    if (in_order)
        assert_int_equal(posting_list_decode(l, &err), QUIRE_OK);
    assert_int_equal(posting_list_decode_frequencies(l, &err), QUIRE_OK);
    assert_int_equal(posting_list_decode(l, &err), QUIRE_OK);
    assert_memory_equal(l->passages, m->passages + first, n * sizeof *l->passages);
    assert_memory_equal(l->frequencies, m->frequencies + first, n * sizeof *l->frequencies);
    assert_int_equal(l->last, m->passages[first + n - 1]);
    for (uint32_t i = 0; i < n; i += 1 + random_below(40))
        check_positions(l, m, first + (in_order ? i : n - 1 - i));
}

static void
check_all_blocks(const files *f, const posting_info *info, const model *m)
{
    posting_list l;
    quire_error err;
    const uint32_t nblocks = (m->n + POSTING_BLOCK - 1) / POSTING_BLOCK;

    assert_int_equal(posting_list_open(&f->postings, &f->positions, info, &l, &err), QUIRE_OK);
    assert_int_equal(l.nblocks, nblocks);
    for (uint32_t b = 0; b < nblocks; b++) {
        const uint32_t last =
            b + 1 < nblocks ? m->passages[b * POSTING_BLOCK + 127] : POSTING_NONE - 1;

        assert_int_equal(l.block, b);
        assert_int_equal(l.last, last);
        assert_int_equal(posting_list_block_last(&l, b), last);
        check_pairs(&l, m, b);
        check_block(&l, m, true);
        posting_list_skip_to(&l, l.last);
        assert_int_equal(l.block, b);
        posting_list_skip_to(&l, l.last + 1);
    }
    assert_int_equal(l.block, nblocks);
    assert_true(l.last == POSTING_NONE);
    posting_list_skip_to(&l, 5);
    assert_int_equal(l.block, nblocks);
    assert_int_equal(posting_list_decode_frequencies(&l, &err), QUIRE_OK);
    assert_int_equal(l.npostings, 0);
}

static uint32_t
block_of(const model *m, uint32_t passage)
{
    uint32_t i = 0;

    while (i < m->n && m->passages[i] < passage)
        i++;
    return i / POSTING_BLOCK;
}

/* Skip ahead by steps of up to most passages; decode on the way, or not. */
static void
check_skips(const files *f, const posting_info *info, const model *m, uint32_t most)
{
    posting_list l;
    quire_error err;
    uint32_t nblocks = (m->n + POSTING_BLOCK - 1) / POSTING_BLOCK;
    uint32_t passage = 0;

    assert_int_equal(posting_list_open(&f->postings, &f->positions, info, &l, &err), QUIRE_OK);
    while (l.block < nblocks) {
        uint32_t wanted;

        passage += random_below(most) + 1;
        if (passage > m->passages[m->n - 1] + 10)
            passage = POSTING_NONE;
        wanted = passage > m->passages[m->n - 1] ? nblocks : block_of(m, passage);
        posting_list_skip_to(&l, passage);
        assert_true(l.last >= passage);
        /* That the last block ends before is not known until it is decoded. */
        if (wanted == nblocks && l.block == nblocks - 1 && passage != POSTING_NONE) {
            assert_false(l.is_decoded);
            check_block(&l, m, false);
            posting_list_skip_to(&l, passage);
        }
        assert_int_equal(l.block, wanted);
        if (l.block < nblocks && random_below(2) == 0)
            check_block(&l, m, false);
    }
}

static void
check_lists(const kind *kinds, size_t nkinds)
{
    model *models = array(nkinds * sizeof *models);
    posting_info *infos = array(nkinds * sizeof *infos);
    files f;

    for (size_t k = 0; k < nkinds; k++)
        models[k] = make_model(&kinds[k]);
    write_models(models, nkinds, lengths, infos);
    open_files(&f);
    for (size_t k = nkinds; k-- > 0;) {
        check_all_blocks(&f, &infos[k], &models[k]);
        for (uint32_t most = 1; models[k].n > 0 && most < NPASSAGES; most *= 7)
            if (most > 40 || models[k].passages[models[k].n - 1] < 20000)
                check_skips(&f, &infos[k], &models[k], most);
        free_model(&models[k]);
    }
    close_files(&f);
    free(models);
    free(infos);
}

static void
test_lists_of_every_length_up_to_300(void **state)
{
    (void)state;
    kind kinds[301];

    for (uint32_t n = 0; n <= 300; n++)
        kinds[n] = (kind){n, 1 + random_below(random_below(2) == 0 ? 10 : 600), 1 + random_below(9),
                          1 + random_below(100), 1 + random_below(5)};
    check_lists(kinds, sizeof kinds / sizeof *kinds);
}

static void
test_long_lists(void **state)
{
    (void)state;
    const kind kinds[] = {
        {5000, 1, 1, 1, 1},         {5000, 30, 1, 100, 1},    {20000, 9, 20, 30, 6},
        {1280, 100, 300, 3, 2},     {1281, 100, 3, 200, 1},   {3000, 60, 1000, 2, 9},
        {640, 300, 2, 1u << 30, 3}, {7, 20000, 3000, 9, 300}, {256, 700, 8, 60, 1u << 31},
    };

    check_lists(kinds, sizeof kinds / sizeof *kinds);
}

/* Passage numbers up to the last there can be: their lengths take 16 GiB that nobody touches. */
static void
test_the_widest_gaps(void **state)
{
    (void)state;
    const size_t nbytes = ((size_t)UINT32_MAX + 1) * sizeof(uint32_t);
    uint32_t *wide = mmap(NULL, nbytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    const kind ones = {300, 1, 1, 1, 1};
    model m = make_model(&ones);
    posting_info info;
    posting_list l;
    quire_error err;
    files f;

    if (wide == MAP_FAILED) {
        free_model(&m);
        skip();
    }
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < m.n; i++)
            m.passages[i] = round == 0   ? POSTING_NONE - 300 + i
                            : round == 1 ? i * 14000000 + 5
                            : i < 150    ? i
                                         : POSTING_NONE - 300 + i;
        write_models(&m, 1, wide, &info);
        open_files(&f);
        assert_int_equal(posting_list_open(&f.postings, &f.positions, &info, &l, &err), QUIRE_OK);
        for (uint32_t b = 0; b < 3; b++) {
            assert_int_equal(l.block, b);
            check_block(&l, &m, true);
            posting_list_skip_to(&l, l.last + 1);
        }
        assert_int_equal(l.block, 3);
        close_files(&f);
    }
    munmap(wide, nbytes);
    free_model(&m);
}

static void
test_the_same_lists_give_the_same_bytes(void **state)
{
    (void)state;
    const kind kinds[] = {{300, 20, 30, 30, 3}, {1, 5, 5, 5, 5}, {500, 9, 9, 9, 9}};
    model models[3];
    posting_info infos[2][3];
    buffer bytes[4] = {{0}, {0}, {0}, {0}};

    for (int k = 0; k < 3; k++)
        models[k] = make_model(&kinds[k]);
    for (int round = 0; round < 2; round++) {
        write_models(models, 3, lengths, infos[round]);
        assert_int_equal(
            file_read(AT_FDCWD, postings_path, SIZE_MAX / 4, &bytes[2 * round], NULL, NULL),
            QUIRE_OK);
        assert_int_equal(
            file_read(AT_FDCWD, positions_path, SIZE_MAX / 4, &bytes[2 * round + 1], NULL, NULL),
            QUIRE_OK);
    }
    for (int k = 0; k < 2; k++) {
        assert_int_equal(bytes[k].size, bytes[k + 2].size);
        assert_memory_equal(bytes[k].bytes, bytes[k + 2].bytes, bytes[k].size);
    }
    for (int k = 0; k < 4; k++)
        buffer_free(&bytes[k]);
    for (int k = 0; k < 3; k++)
        free_model(&models[k]);
}

/* ---- Damage ---- */

/* Read all of a list that may be damaged; what is read keeps its promises. */
static void
read_damaged(const files *f, const posting_info *info)
{
    posting_list l;
    uint64_t before = 0;
    uint32_t *positions = array(info->cf);
    uint32_t *ranks = array(info->cf);
    quire_error err;
    quire_status status = posting_list_open(&f->postings, &f->positions, info, &l, &err);

    while (status == QUIRE_OK && l.block < l.nblocks) {
        posting_pair pairs[POSTING_PAIRS];
        const uint32_t block = l.block;

        assert_true(posting_list_pairs(&l, block, pairs) <= POSTING_PAIRS);
        status = posting_list_decode_frequencies(&l, &err);
        for (uint32_t i = 0; i < l.npostings && status == QUIRE_OK; i++) {
            assert_true(l.passages[i] + (uint64_t)1 > before && l.passages[i] <= l.last);
            before = l.passages[i] + (uint64_t)1;
            assert_true(l.frequencies[i] > 0 && l.frequencies[i] <= info->cf);
            status = posting_list_positions(&l, i, positions, ranks, &err);
        }
        if (status == QUIRE_OK)
            posting_list_skip_to(&l, l.last + 1);
        assert_true(status != QUIRE_OK || l.block > block);
    }
    assert_true(status == QUIRE_OK || status == QUIRE_ECORRUPT);
    if (posting_list_open(&f->postings, &f->positions, info, &l, &err) == QUIRE_OK)
        for (uint32_t passage = 0; l.block < l.nblocks && passage < 100000; passage += 777) {
            posting_list_skip_to(&l, passage);
            assert_true(l.last >= passage);
        }
    free(positions);
    free(ranks);
}

static void
write_content(const char *path, checked_kind as, const buffer *bytes, size_t size)
{
    checked_writer *w;

    /* A new file: some file systems sync one that was cut to nothing before. */
    unlink(path);
    w = checked_create(path, as);
    assert_non_null(w);
    checked_write(w, bytes->bytes, size);
    assert_int_equal(checked_finish(w, NULL), QUIRE_OK);
}

static void
test_damage_under_right_checksums_is_an_error_at_worst(void **state)
{
    (void)state;
    const kind k = {600, 50, 12, 30, 3};
    model m = make_model(&k);
    posting_info info;
    buffer bytes[2] = {{0}, {0}};
    const char *const paths[2] = {postings_path, positions_path};
    files f;

    write_models(&m, 1, lengths, &info);
    for (int which = 0; which < 2; which++) {
        checked_kind as = which == 0 ? CHECKED_POSTINGS : CHECKED_POSITIONS;
        size_t size;

        open_files(&f);
        size = (size_t)(which == 0 ? f.postings.size : f.positions.size);
        close_files(&f);
        assert_int_equal(file_read(AT_FDCWD, paths[which], SIZE_MAX / 4, &bytes[which], NULL, NULL),
                         QUIRE_OK);
        for (size_t bit = 0; bit < 8 * size; bit += bit < 8 * 120 ? 1 : 1 + random_below(30)) {
            const char flip = (char)(1 << bit % 8);

            bytes[which].bytes[bit / 8] ^= flip;
            write_content(paths[which], as, &bytes[which], size);
            open_files(&f);
            read_damaged(&f, &info);
            close_files(&f);
            bytes[which].bytes[bit / 8] ^= flip;
        }
        for (size_t n = 0; n <= size; n += 1 + random_below(20)) {
            write_content(paths[which], as, &bytes[which], n);
            open_files(&f);
            read_damaged(&f, &info);
            close_files(&f);
        }
        write_content(paths[which], as, &bytes[which], size);
    }
    buffer_free(&bytes[0]);
    buffer_free(&bytes[1]);
    free_model(&m);
}

/* Payloads of stems that lie. */
static void
test_a_list_that_is_elsewhere_is_an_error(void **state)
{
    (void)state;
    const kind k = {600, 50, 12, 30, 3};
    model m = make_model(&k);
    posting_info info;
    posting_list l;
    files f;

    write_models(&m, 1, lengths, &info);
    open_files(&f);
    const posting_info lies[] = {
        {0, 0, 0, 0},
        {600, info.cf, 1, 0},
        {600, info.cf, 0, 1},
        {600, info.cf, UINT64_MAX, 0},
        {600, info.cf, 0, UINT64_MAX},
        {600, info.cf, f.postings.size, 0},
        {600, info.cf, 0, f.positions.size},
        {128, info.cf, f.postings.size - 1, 0},
        {UINT32_MAX, info.cf, 0, 0},
        {601, info.cf, 0, 0},
        {1, info.cf, 0, 0},
        {600, 1, 0, 0},
        {600, 700000, 0, 0},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        read_damaged(&f, &lies[i]);
    assert_int_equal(posting_list_open(&f.postings, &f.positions, &lies[3], &l, NULL),
                     QUIRE_ECORRUPT);
    assert_int_equal(posting_list_open(&f.postings, &f.positions, &lies[8], &l, NULL),
                     QUIRE_ECORRUPT);
    assert_int_equal(posting_list_open(&f.postings, &f.positions, &lies[0], &l, NULL), QUIRE_OK);
    assert_int_equal(l.nblocks, 0);
    assert_true(l.last == POSTING_NONE);
    assert_int_equal(posting_list_open(&f.postings, &f.positions, &lies[11], &l, NULL), QUIRE_OK);
    assert_int_equal(posting_list_decode(&l, NULL), QUIRE_OK);
    assert_int_equal(posting_list_decode_frequencies(&l, NULL), QUIRE_ECORRUPT);
    close_files(&f);
    free_model(&m);
}

static int
set_up(void **state)
{
    for (uint32_t i = 0; i < NPASSAGES; i++)
        lengths[i] = 1 + random_below(random_below(50) == 0 ? 70000 : 250);
    return scratch_enter(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_of_every_length_up_to_300),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_the_widest_gaps),
        cmocka_unit_test(test_the_same_lists_give_the_same_bytes),
        cmocka_unit_test(test_damage_under_right_checksums_is_an_error_at_worst),
        cmocka_unit_test(test_a_list_that_is_elsewhere_is_an_error),
    };

    return cmocka_run_group_tests(tests, set_up, scratch_leave);
}
