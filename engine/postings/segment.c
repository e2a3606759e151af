/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment.c - opening a segment, its columns, and what its dictionary says of a stem. */
#include "postings/segment.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "postings/even_search.h"
#include "postings/little_endian.h"
#include "postings/segment_files.h"
#include "postings/segment_forms.h"

enum { RECENT_STEMS = 16, RECENT_BYTES = 40 /* few stems are longer */ };

/* A stem and what was found of it: a query asks for each of its stems several times. */
typedef struct {
    size_t nbytes; /* 0: none */
    char bytes[RECENT_BYTES];
    posting_info info;
    uint64_t ordinal;
} recent_stem;

struct segment_recent {
    recent_stem stems[RECENT_STEMS]; /* by hash */
};

/* ---- The columns ---- */

static quire_status
read_passages(segment *s, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const checked_file *file = &s->passages;

    if (file->size < SEGMENT_FOOTER_BYTES)
        return error_set(err, QUIRE_ECORRUPT, "%s: damaged", file->path);
    const uint8_t *bytes = checked_bytes(file, 0, file->size, &status, err);
    if (bytes == NULL)
        return status;
    const uint8_t *footer = bytes + file->size - SEGMENT_FOOTER_BYTES;
    s->npassages = load_u32(footer);
    s->narticles = load_u32(footer + 4);
    s->nwords = load_u64(footer + 8);
    uint64_t lengths_bytes = (uint64_t)s->npassages * SEGMENT_LENGTH_BYTES;
    uint64_t group_bytes = ((uint64_t)s->narticles / SEGMENT_FIRST_GROUP + 1) * SEGMENT_FIRST_BYTES;
    s->difference_bytes = load_u32(footer + 16);
    s->difference_mask = (uint32_t)((UINT64_C(1) << 8 * (s->difference_bytes & 7)) - 1);
    if (s->difference_bytes < 1 || s->difference_bytes > 4 || s->npassages == POSTING_NONE ||
        file->size != lengths_bytes + group_bytes +
                          ((uint64_t)s->narticles + 1) * s->difference_bytes + SEGMENT_FOOTER_BYTES)
        return error_set(err, QUIRE_ECORRUPT, "%s: damaged", file->path);
    s->lengths = bytes;
    s->first_passages = bytes + lengths_bytes;
    s->differences = s->first_passages + group_bytes;
    return QUIRE_OK;
}

uint32_t
segment_length(const segment *s, uint32_t number)
{
    const uint8_t *at = s->lengths + (size_t)number * SEGMENT_LENGTH_BYTES;

    return at[0] | (uint32_t)at[1] << 8;
}

static uint32_t
first_passage(const segment *s, uint32_t article)
{
    const size_t group = article / SEGMENT_FIRST_GROUP;

    /* Behind the last difference stands the footer. */
    return load_u32(s->first_passages + group * SEGMENT_FIRST_BYTES) +
           (load_u32(s->differences + (size_t)article * s->difference_bytes) & s->difference_mask);
}

static uint64_t
first_passage_of(void *closure, uint32_t article)
{
    return first_passage(closure, article);
}

/* The last article that does not begin behind the passage; those before it that begin where it
 * does have no passages. */
uint32_t
segment_article(const segment *s, uint32_t number)
{
    if (s->narticles == 0)
        return 1;
    /* The search changes nothing. */
    return even_search(s->narticles, s->npassages, number, first_passage_of, (void *)(uintptr_t)s) +
           1;
}

void
segment_prefetch_article(const segment *s, uint32_t number, unsigned step)
{
    if (number >= s->npassages || s->narticles == 0)
        return;
    uint32_t at = (uint32_t)((uint64_t)number * s->narticles / s->npassages);

    for (unsigned i = 0; i < step; i++)
        at = even_search_correct(at, s->narticles, s->npassages, first_passage(s, at), number);
    __builtin_prefetch(s->differences + (size_t)at * s->difference_bytes);
    __builtin_prefetch(s->first_passages + at / SEGMENT_FIRST_GROUP * SEGMENT_FIRST_BYTES);
}

/* What a damaged file says is cut to what there is. */
void
segment_articles_passages(const segment *s, uint32_t first_article, uint32_t last_article,
                          uint32_t *first_out, uint32_t *end_out)
{
    uint32_t first = first_passage(s, first_article - 1);
    uint32_t end = first_passage(s, last_article);

    *end_out = end < s->npassages ? end : s->npassages;
    *first_out = first < *end_out ? first : *end_out;
}

/* Each article's stored form stands before those of its passages. */
uint64_t
segment_record_of_passage(const segment *s, uint32_t number, uint32_t article)
{
    return (uint64_t)number + (s->has_articles ? article : 0);
}

uint64_t
segment_record_of_article(const segment *s, uint32_t article)
{
    return (uint64_t)first_passage(s, article - 1) + article - 1;
}

/* ---- Opening ---- */

static quire_status
open_checked(const char *directory, const char *name, checked_kind kind, checked_file *file,
             quire_error *err)
{
    char *path = segment_path(directory, name);
    quire_status status = path == NULL ? error_nomem(err) : checked_open(path, kind, file, err);

    free(path);
    return status;
}

static quire_status
open_dictionary(const char *directory, const char *name, checked_kind kind, unsigned nnumbers,
                dictionary *d, quire_error *err)
{
    char *path = segment_path(directory, name);
    quire_status status =
        path == NULL ? error_nomem(err) : dictionary_open(path, kind, nnumbers, d, err);

    free(path);
    return status;
}

static quire_status
open_text(const char *directory, segment *s, quire_error *err)
{
    char *path = segment_path(directory, SEGMENT_TEXT);
    quire_status status = path == NULL ? error_nomem(err) : text_store_open(path, &s->text, err);

    free(path);
    if (status != QUIRE_OK)
        return status;
    const uint64_t nrecords = text_store_size(s->text);

    s->has_articles = s->narticles > 0 && nrecords == (uint64_t)s->npassages + s->narticles;
    if (nrecords != s->npassages && !s->has_articles)
        return error_set(err, QUIRE_ECORRUPT, "%s: %s is of another number of passages", directory,
                         SEGMENT_TEXT);
    return QUIRE_OK;
}

static quire_status
open_articles(const char *directory, segment *s, quire_error *err)
{
    char *path = segment_path(directory, SEGMENT_ARTICLES);
    quire_status status =
        path == NULL ? error_nomem(err) : article_columns_open(path, &s->articles, err);

    free(path);
    if (status == QUIRE_OK && s->articles.narticles != s->narticles)
        return error_set(err, QUIRE_ECORRUPT, "%s: %s is of another number of articles", directory,
                         SEGMENT_ARTICLES);
    return status;
}

quire_status
segment_open(const char *directory, segment **segment_out, quire_error *err)
{
    segment *s = calloc(1, sizeof *s);

    if (s == NULL)
        return error_nomem(err);
    s->recent = calloc(1, sizeof *s->recent);
    quire_status status = s->recent == NULL
                              ? error_nomem(err)
                              : open_dictionary(directory, SEGMENT_STEMS, CHECKED_STEMS,
                                                SEGMENT_STEM_NUMBERS, &s->stems, err);
    if (status == QUIRE_OK)
        status = open_dictionary(directory, SEGMENT_SURFACES, CHECKED_SURFACES,
                                 SEGMENT_SURFACE_NUMBERS, &s->surfaces, err);
    if (status == QUIRE_OK)
        status = open_checked(directory, SEGMENT_POSTINGS, CHECKED_POSTINGS, &s->postings, err);
    if (status == QUIRE_OK)
        status = open_checked(directory, SEGMENT_POSITIONS, CHECKED_POSITIONS, &s->positions, err);
    if (status == QUIRE_OK)
        status = open_checked(directory, SEGMENT_PASSAGES, CHECKED_PASSAGES, &s->passages, err);
    if (status == QUIRE_OK)
        status = read_passages(s, err);
    if (status == QUIRE_OK)
        status = pair_lists_open(directory, s->npassages, &s->pairs, err);
    if (status == QUIRE_OK)
        status = open_text(directory, s, err);
    if (status == QUIRE_OK && s->has_articles)
        status = open_articles(directory, s, err);
    if (status != QUIRE_OK) {
        segment_close(s);
        return status;
    }
    *segment_out = s;
    return QUIRE_OK;
}

void
segment_close(segment *s)
{
    if (s == NULL)
        return;
    dictionary_close(&s->stems);
    dictionary_close(&s->surfaces);
    checked_close(&s->postings);
    checked_close(&s->positions);
    checked_close(&s->passages);
    article_columns_close(&s->articles);
    pair_lists_close(&s->pairs);
    text_store_close(s->text);
    free(s->recent);
    free(s);
}

/* ---- Stems ---- */

static quire_status
damaged(const segment *s, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", s->stems.file.path);
}

/* What is known of a stem's list, and in *forms_out where in its payload its surfaces begin; df ==
 * 0 where there is no such stem. */
static quire_status
find_list(const segment *s, const char *key, size_t key_bytes, dictionary_cursor *c,
          posting_info *info_out, const uint8_t **forms_out, quire_error *err)
{
    *info_out = (posting_info){0};
    quire_status status = dictionary_seek(&s->stems, key, key_bytes, c, err);
    if (status != QUIRE_OK || c->at_end || c->key_bytes != key_bytes ||
        memcmp(c->key, key, key_bytes) != 0)
        return status;

    *forms_out = posting_info_read(c->payload, c->payload + c->payload_bytes, c->numbers, info_out);
    if (*forms_out == NULL || info_out->df > s->npassages ||
        info_out->postings > s->postings.size || info_out->positions > s->positions.size) {
        *info_out = (posting_info){0};
        return damaged(s, err);
    }
    return QUIRE_OK;
}

quire_status
segment_find_stem(const segment *s, const char *key, size_t key_bytes, posting_info *info_out,
                  quire_error *err)
{
    uint64_t ordinal;

    return segment_find_stem_at(s, key, key_bytes, info_out, &ordinal, err);
}

quire_status
segment_find_stem_at(const segment *s, const char *key, size_t key_bytes, posting_info *info_out,
                     uint64_t *ordinal_out, quire_error *err)
{
    recent_stem *recent = &s->recent->stems[hash_bytes(key, key_bytes) % RECENT_STEMS];
    const uint8_t *forms = NULL;
    dictionary_cursor c;
    quire_status status;

    if (key_bytes > 0 && recent->nbytes == key_bytes &&
        memcmp(recent->bytes, key, key_bytes) == 0) {
        *info_out = recent->info;
        *ordinal_out = recent->ordinal;
        return QUIRE_OK;
    }
    status = find_list(s, key, key_bytes, &c, info_out, &forms, err);
    *ordinal_out = info_out->df > 0 ? c.ordinal : 0;
    if (status == QUIRE_OK && key_bytes > 0 && key_bytes <= sizeof recent->bytes) {
        memcpy(recent->bytes, key, key_bytes);
        recent->nbytes = key_bytes;
        recent->info = *info_out;
        recent->ordinal = *ordinal_out;
    }
    return status;
}

/* ---- Surfaces of a stem ---- */

/* What a quoted word stands for. */
typedef struct {
    const char *surface;
    size_t surface_bytes;
    const char *extra; /* NULL: any */
    size_t extra_bytes;
} quoted_word;

static bool
is_meant(const quoted_word *quoted, const char *form, size_t form_bytes)
{
    if (quoted->extra != NULL)
        return form_bytes == quoted->extra_bytes && memcmp(form, quoted->extra, form_bytes) == 0;
    if (form_bytes == quoted->surface_bytes)
        return memcmp(form, quoted->surface, form_bytes) == 0;
    return segment_forms_is_signed_of(form, form_bytes, quoted->surface, quoted->surface_bytes);
}

quire_status
segment_find_ranks(const segment *s, const char *stem, size_t stem_bytes, const char *surface,
                   size_t surface_bytes, const char *extra, size_t extra_bytes, arena *a,
                   uint64_t **set_out, uint32_t *nranks_out, quire_error *err)
{
    const quoted_word quoted = {surface, surface_bytes, extra, extra_bytes};
    const uint8_t *at = NULL;
    segment_forms forms;
    dictionary_cursor c;
    posting_info info;

    *set_out = NULL;
    *nranks_out = 0;
    quire_status status = find_list(s, stem, stem_bytes, &c, &info, &at, err);
    if (status != QUIRE_OK || info.df == 0)
        return status;
    if (!segment_forms_begin(&forms, stem, stem_bytes, info.cf, at, c.payload + c.payload_bytes))
        return damaged(s, err);
    uint64_t *set = arena_array(a, ((size_t)forms.nforms + 63) / 64, sizeof *set);
    if (set == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < forms.nforms; i++) {
        if (!segment_forms_next(&forms))
            return damaged(s, err);
        if (is_meant(&quoted, forms.form, forms.form_bytes))
            set[i / 64] |= UINT64_C(1) << (i % 64);
    }
    *set_out = set;
    *nranks_out = forms.nforms;
    return QUIRE_OK;
}

quire_status
segment_forms_find(const segment *s, const char *key, size_t key_bytes, dictionary_cursor *c,
                   posting_info *info_out, segment_forms *f, quire_error *err)
{
    const uint8_t *at = NULL;
    quire_status status = find_list(s, key, key_bytes, c, info_out, &at, err);

    if (status != QUIRE_OK || info_out->df == 0)
        return status;
    return segment_forms_begin(f, c->key, c->key_bytes, info_out->cf, at,
                               c->payload + c->payload_bytes)
               ? QUIRE_OK
               : damaged(s, err);
}
