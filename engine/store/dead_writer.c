/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dead_writer.c - what the dead articles of a segment take from its statistics.
 *
 * The words of each passage that died since the generation before are counted anew, from its text,
 * and added to what the file of that generation says; so the work is that of what died, not of the
 * segment.  A word is looked up in the segment's dictionary when it is first met. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/little_endian.h"
#include "postings/segment_files.h"
#include "postings/segment_forms.h"
#include "store/dead_format.h"
#include "store/quire_records.h"
#include "store/source_names.h"
#include "text/passage_words.h"

/* A stem that dead passages have. */
typedef struct {
    uint32_t ordinal;
    uint32_t npassages;
    uint32_t last; /* passage that was counted last, plus 1 */
    uint32_t df;   /* passages of the segment that have it */
} dead_stem_count;

/* A surface of a stem that they have. */
typedef struct {
    uint32_t ordinal; /* of the stem */
    uint32_t rank;
    uint64_t occurrences;
    uint64_t most; /* occurrences in the segment */
} dead_form_count;

/* One set of passages. */
typedef struct {
    segment *segment; /* NULL: it has none */
    char *path;
    source_names stem_names; /* numbers, from 0, of the stems that were met */
    dead_stem_count *stems;  /* by number; behind them those of the file before */
    size_t nstems;
    size_t stems_room;
    source_names form_names; /* of surfaces, each behind the number of its stem */
    dead_form_count *forms;
    size_t nforms;
    size_t forms_room;
    uint64_t npassages;
    uint64_t nwords;
} set_counts;

typedef struct {
    set_counts sets[DEAD_SETS];
    dead_articles before; /* a zeroed one: none */
    uint64_t *articles;   /* all that are dead */
    uint32_t narticles;   /* of the segment */
    uint32_t ndead;
    uint32_t nwithout_text;
    stemmer *stemmer;
    passage_words words;
    sentence *sentences;
    size_t sentences_room;
} dead_writer;

static quire_status
damaged(const set_counts *c, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT,
                     "%s: a passage has words that the index does not; rebuild the index with "
                     "quire-index",
                     c->path);
}

/* ---- Words ---- */

/* Take in a stem that was not met before. */
static quire_status
add_stem(set_counts *c, const char *stem, size_t nbytes, quire_error *err)
{
    dictionary_cursor at;
    segment_forms forms;
    posting_info info;
    quire_status status = segment_forms_find(c->segment, stem, nbytes, &at, &info, &forms, err);

    if (status != QUIRE_OK)
        return status;
    if (info.df == 0)
        return damaged(c, err);
    if (!ARRAY_GROW(c->stems, c->nstems, &c->stems_room))
        return error_nomem(err);
    c->stems[c->nstems++] = (dead_stem_count){.ordinal = (uint32_t)at.ordinal, .df = info.df};
    return QUIRE_OK;
}

static quire_status
find_stem(set_counts *c, const char *stem, size_t nbytes, uint32_t *number_out, quire_error *err)
{
    if (!source_names_add(&c->stem_names, stem, nbytes, number_out))
        return error_nomem(err);
    return *number_out < c->nstems ? QUIRE_OK : add_stem(c, stem, nbytes, err);
}

/* Take in a surface that was not met before. */
static quire_status
add_form(set_counts *c, const char *stem, size_t stem_bytes, const char *form, size_t nbytes,
         quire_error *err)
{
    dictionary_cursor at;
    segment_forms forms;
    posting_info info;
    quire_status status = segment_forms_find(c->segment, stem, stem_bytes, &at, &info, &forms, err);

    if (status != QUIRE_OK)
        return status;
    if (!ARRAY_GROW(c->forms, c->nforms, &c->forms_room))
        return error_nomem(err);
    for (uint32_t rank = 0; rank < forms.nforms && segment_forms_next(&forms); rank++) {
        if (forms.form_bytes != nbytes || memcmp(forms.form, form, nbytes) != 0)
            continue;
        c->forms[c->nforms++] = (dead_form_count){
            .ordinal = (uint32_t)at.ordinal, .rank = rank, .most = forms.occurrences};
        return QUIRE_OK;
    }
    return damaged(c, err);
}

static quire_status
find_form(set_counts *c, const char *stem, size_t stem_bytes, uint32_t stem_number,
          const char *form, size_t nbytes, uint32_t *number_out, quire_error *err)
{
    char key[sizeof stem_number + UINT8_MAX];

    memcpy(key, &stem_number, sizeof stem_number);
    memcpy(key + sizeof stem_number, form, nbytes);
    if (!source_names_add(&c->form_names, key, sizeof stem_number + nbytes, number_out))
        return error_nomem(err);
    return *number_out < c->nforms ? QUIRE_OK : add_form(c, stem, stem_bytes, form, nbytes, err);
}

static quire_status
count_word(set_counts *c, const passage_words *words, size_t i, uint32_t at, quire_error *err)
{
    const token *t = &words->list.tokens[i];
    const char *stem = passage_words_stem(words, &words->places[i]);
    const size_t stem_bytes = words->places[i].stem_bytes;
    uint32_t number = 0;
    uint32_t form = 0;
    quire_status status = find_stem(c, stem, stem_bytes, &number, err);

    if (status == QUIRE_OK && t->extra_bytes > 0)
        status = find_form(c, stem, stem_bytes, number, token_extra(&words->list, t),
                           t->extra_bytes, &form, err);
    else if (status == QUIRE_OK)
        status = find_form(c, stem, stem_bytes, number, token_surface(&words->list, t),
                           t->surface_bytes, &form, err);
    if (status != QUIRE_OK)
        return status;
    if (c->stems[number].last != at + 1) {
        c->stems[number].last = at + 1;
        c->stems[number].npassages++;
    }
    c->forms[form].occurrences++;
    return c->stems[number].npassages <= c->stems[number].df &&
                   c->forms[form].occurrences <= c->forms[form].most
               ? QUIRE_OK
               : damaged(c, err);
}

/* ---- Passages ---- */

/* The words of a passage; those of its article's title too, where it begins with them. */
static quire_status
read_words(dead_writer *w, unsigned which, uint32_t number, arena *a, quire_error *err)
{
    const set_counts *c = &w->sets[which];
    const set_counts *main = &w->sets[DEAD_PASSAGES];
    passage_record record;
    article_record of;
    quire_status status =
        quire_records_passage(c->segment, c->path, which == DEAD_FURNITURE, number, &w->sentences,
                              &w->sentences_room, &record, err);

    if (status != QUIRE_OK)
        return status;
    if (record.nsentences > 0 && record.sentences[0].in_title) {
        record.text = arena_copy(a, record.text, record.text_bytes);
        status = record.text == NULL ? error_nomem(err)
                                     : quire_records_article(main->segment, main->path,
                                                             record.article, a, &of, err);
        if (status == QUIRE_OK)
            status = quire_records_set_title(&record, &of, main->path, err);
    }
    if (status != QUIRE_OK)
        return status;
    return passage_words_read(&w->words, w->stemmer, record.title, record.text, record.sentences,
                              record.nsentences)
               ? QUIRE_OK
               : error_nomem(err);
}

static quire_status
count_passage(dead_writer *w, unsigned which, uint32_t number, quire_error *err)
{
    set_counts *c = &w->sets[which];
    arena *a = arena_new();
    quire_status status = a == NULL ? error_nomem(err) : read_words(w, which, number, a, err);

    arena_free(a);
    for (size_t i = 0; i < w->words.list.ntokens && status == QUIRE_OK; i++)
        status = count_word(c, &w->words, i, number, err);
    c->npassages++;
    c->nwords += w->words.list.ntokens;
    return status;
}

/* Article n, from 1, has died. */
static quire_status
count_article(dead_writer *w, uint32_t n, quire_error *err)
{
    bool has_text = false;
    quire_status status = QUIRE_OK;

    for (unsigned which = 0; which < DEAD_SETS; which++) {
        const segment *s = w->sets[which].segment;
        uint32_t first = 0;
        uint32_t end = 0;

        if (s == NULL)
            continue;
        segment_articles_passages(s, n, n, &first, &end);
        has_text = has_text || first < end;
        for (; first < end && status == QUIRE_OK; first++)
            status = count_passage(w, which, first, err);
    }
    w->nwithout_text += !has_text;
    return status;
}

static quire_status
count_articles(dead_writer *w, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < dead_words_of(w->narticles) && status == QUIRE_OK; i++) {
        const uint64_t before = w->before.articles != NULL ? dead_articles_word(&w->before, i) : 0;
        uint64_t since = w->articles[i] & ~before;

        w->articles[i] |= before;
        w->ndead += (uint32_t)__builtin_popcountll(w->articles[i]);
        for (; since != 0 && status == QUIRE_OK; since &= since - 1)
            status = count_article(w, i * 64 + (uint32_t)__builtin_ctzll(since) + 1, err);
    }
    return status;
}

/* ---- What was dead before ---- */

/* Behind what was counted. */
static bool
add_before(set_counts *c, const dead_set *before)
{
    c->npassages += before->npassages;
    c->nwords += before->nwords;
    for (uint32_t i = 0; i < before->nstems; i++) {
        const uint8_t *at = before->stems + (size_t)i * DEAD_STEM_BYTES;
        const uint32_t end =
            i + 1 < before->nstems ? load_u32(at + DEAD_STEM_BYTES + 4) : before->nforms;

        if (!ARRAY_GROW(c->stems, c->nstems, &c->stems_room))
            return false;
        c->stems[c->nstems++] =
            (dead_stem_count){.ordinal = load_u32(at), .npassages = load_u32(at + 8)};
        for (uint32_t k = load_u32(at + 4); k < end && k < before->nforms; k++) {
            const uint8_t *form = before->forms + (size_t)k * DEAD_FORM_BYTES;

            if (!ARRAY_GROW(c->forms, c->nforms, &c->forms_room))
                return false;
            c->forms[c->nforms++] = (dead_form_count){
                .ordinal = load_u32(at), .rank = load_u32(form), .occurrences = load_u64(form + 4)};
        }
    }
    return true;
}

static quire_status
add_all_before(dead_writer *w, quire_error *err)
{
    w->nwithout_text += w->before.nwithout_text;
    for (unsigned i = 0; i < DEAD_SETS; i++)
        if (!add_before(&w->sets[i], &w->before.sets[i]))
            return error_nomem(err);
    return QUIRE_OK;
}

static int
compare_stems(const void *a, const void *b)
{
    const uint32_t x = ((const dead_stem_count *)a)->ordinal;
    const uint32_t y = ((const dead_stem_count *)b)->ordinal;

    return (x > y) - (x < y);
}

static int
compare_forms(const void *a, const void *b)
{
    const dead_form_count *x = a;
    const dead_form_count *y = b;

    if (x->ordinal != y->ordinal)
        return x->ordinal < y->ordinal ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Sort, and make one of what is of the same stem, or of the same surface. */
static void
unite(set_counts *c)
{
    size_t n = 0;

    if (c->nstems > 1)
        qsort(c->stems, c->nstems, sizeof *c->stems, compare_stems);
    for (size_t i = 0; i < c->nstems; i++) {
        if (n > 0 && compare_stems(&c->stems[n - 1], &c->stems[i]) == 0)
            c->stems[n - 1].npassages += c->stems[i].npassages;
        else
            c->stems[n++] = c->stems[i];
    }
    c->nstems = n;
    n = 0;
    if (c->nforms > 1)
        qsort(c->forms, c->nforms, sizeof *c->forms, compare_forms);
    for (size_t i = 0; i < c->nforms; i++) {
        if (n > 0 && compare_forms(&c->forms[n - 1], &c->forms[i]) == 0)
            c->forms[n - 1].occurrences += c->forms[i].occurrences;
        else
            c->forms[n++] = c->forms[i];
    }
    c->nforms = n;
}

/* ---- The file ---- */

static void
write_u32(checked_writer *out, uint32_t number)
{
    uint8_t bytes[4];

    store_u32(bytes, number);
    checked_write(out, bytes, sizeof bytes);
}

static void
write_u64(checked_writer *out, uint64_t number)
{
    uint8_t bytes[8];

    store_u64(bytes, number);
    checked_write(out, bytes, sizeof bytes);
}

static void
write_set(checked_writer *out, const set_counts *c)
{
    size_t form = 0;

    for (size_t i = 0; i < c->nstems; i++) {
        write_u32(out, c->stems[i].ordinal);
        write_u32(out, (uint32_t)form);
        write_u32(out, c->stems[i].npassages);
        while (form < c->nforms && c->forms[form].ordinal == c->stems[i].ordinal)
            form++;
    }
    for (size_t i = 0; i < c->nforms; i++) {
        write_u32(out, c->forms[i].rank);
        write_u64(out, c->forms[i].occurrences);
    }
}

static void
write_footer(checked_writer *out, const dead_writer *w)
{
    write_u32(out, w->narticles);
    write_u32(out, w->ndead);
    write_u32(out, w->nwithout_text);
    write_u32(out, 0);
    for (unsigned i = 0; i < DEAD_SETS; i++) {
        write_u32(out, (uint32_t)w->sets[i].nstems);
        write_u32(out, (uint32_t)w->sets[i].nforms);
        write_u32(out, (uint32_t)w->sets[i].npassages);
        write_u32(out, 0);
        write_u64(out, w->sets[i].nwords);
    }
}

static quire_status
write_file(dead_writer *w, const char *path, quire_error *err)
{
    checked_writer *out = checked_create(path, CHECKED_DEAD);

    if (out == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < dead_words_of(w->narticles); i++)
        write_u64(out, w->articles[i]);
    for (unsigned i = 0; i < DEAD_SETS; i++) {
        unite(&w->sets[i]);
        write_set(out, &w->sets[i]);
    }
    write_footer(out, w);
    return checked_finish(out, err);
}

/* ---- All ---- */

static quire_status
open_set(set_counts *c, const char *directory, const char *name, bool may_be_missing,
         quire_error *err)
{
    c->path = segment_path(directory, name);
    if (c->path == NULL)
        return error_nomem(err);
    if (may_be_missing && access(c->path, F_OK) != 0 && errno == ENOENT)
        return QUIRE_OK;
    return segment_open(c->path, &c->segment, err);
}

static quire_status
open_all(dead_writer *w, const char *directory, const char *before, const stem_table *stems,
         const uint64_t *articles, quire_error *err)
{
    quire_status status = open_set(&w->sets[DEAD_PASSAGES], directory, "passages", false, err);
    uint32_t nwords;

    if (status == QUIRE_OK)
        status = open_set(&w->sets[DEAD_FURNITURE], directory, "furniture", true, err);
    if (status != QUIRE_OK)
        return status;
    w->narticles = w->sets[DEAD_PASSAGES].segment->narticles;
    if (w->sets[DEAD_FURNITURE].segment != NULL &&
        w->sets[DEAD_FURNITURE].segment->narticles != w->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: of another number of articles",
                         w->sets[DEAD_FURNITURE].path);
    if (before != NULL)
        status = dead_articles_open(before, w->narticles, &w->before, err);
    if (status != QUIRE_OK)
        return status;
    nwords = dead_words_of(w->narticles);
    w->articles = calloc((size_t)nwords + 1, sizeof *w->articles);
    w->stemmer = stemmer_new_with(stems);
    if (w->articles == NULL || w->stemmer == NULL)
        return error_nomem(err);
    memcpy(w->articles, articles, nwords * sizeof *articles);
    return QUIRE_OK;
}

static void
close_all(dead_writer *w)
{
    for (unsigned i = 0; i < DEAD_SETS; i++) {
        set_counts *c = &w->sets[i];

        segment_close(c->segment);
        free(c->path);
        source_names_free(&c->stem_names);
        source_names_free(&c->form_names);
        free(c->stems);
        free(c->forms);
    }
    dead_articles_close(&w->before);
    free(w->articles);
    stemmer_free(w->stemmer);
    passage_words_free(&w->words);
    free(w->sentences);
}

quire_status
dead_articles_write(const char *directory, const uint64_t *articles, const char *before,
                    const stem_table *stems, const char *path, manifest_counts *dead_out,
                    quire_error *err)
{
    dead_writer w = {0};
    quire_status status = open_all(&w, directory, before, stems, articles, err);

    if (status == QUIRE_OK)
        status = count_articles(&w, err);
    if (status == QUIRE_OK)
        status = add_all_before(&w, err);
    if (status == QUIRE_OK)
        status = write_file(&w, path, err);
    if (status == QUIRE_OK)
        *dead_out = (manifest_counts){
            .narticles = w.ndead,
            .narticles_without_text = w.nwithout_text,
            .npassages = w.sets[DEAD_PASSAGES].npassages,
            .nfurniture_passages = w.sets[DEAD_FURNITURE].npassages,
            .nwords = w.sets[DEAD_PASSAGES].nwords,
            .nfurniture_words = w.sets[DEAD_FURNITURE].nwords,
        };
    close_all(&w);
    return status;
}
