/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_words.c - walking the words of a segment. */
#include "postings/segment_words.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "postings/segment_files.h"
#include "postings/segment_forms.h"

/* How many words are passed over one by one before the dictionary is searched. */
#define SKIP_STEPS 3

static quire_status
fail_damaged(const segment *s, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", s->stems.file.path);
}

static int
compare(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    const size_t shorter = a_bytes < b_bytes ? a_bytes : b_bytes;
    int order;

    /* Mostly they differ here: words are compared with numbers. */
    if (shorter > 0 && a[0] != b[0])
        return (uint8_t)a[0] < (uint8_t)b[0] ? -1 : 1;
    order = shorter == 0 ? 0 : memcmp(a, b, shorter);
    return order != 0 ? order : (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

/* ---- Payloads ---- */

/* The forms of the stem that a cursor is at. */
static quire_status
begin_forms(const segment *s, const dictionary_cursor *c, segment_forms *f, quire_error *err)
{
    const uint8_t *end = c->payload + c->payload_bytes;
    posting_info info;
    const uint8_t *at = posting_info_read(c->payload, end, c->numbers, &info);

    if (at == NULL || !segment_forms_begin(f, c->key, c->key_bytes, info.cf, at, end))
        return fail_damaged(s, err);
    return QUIRE_OK;
}

/* Of the form that was read last, the occurrences that count. */
static uint64_t
count_form(const segment_forms *f, const segment_taken *taken, uint64_t ordinal, uint32_t rank)
{
    const uint64_t dead = taken->count == NULL ? 0 : taken->count(taken->closure, ordinal, rank);

    return dead < f->occurrences ? f->occurrences - dead : 0;
}

/* How often a word of the stem that a cursor is at occurs, with signs or without; *plain_out, which
 * may be NULL: is it in the dictionary without? */
static quire_status
count_word(const segment *s, const segment_taken *taken, const dictionary_cursor *c,
           const char *surface, size_t nbytes, uint64_t *count_out, bool *plain_out,
           quire_error *err)
{
    segment_forms f;
    quire_status status = begin_forms(s, c, &f, err);
    bool is_plain = false;

    *count_out = 0;
    for (uint32_t i = 0; status == QUIRE_OK && i < f.nforms; i++) {
        bool is_same;

        if (!segment_forms_next(&f))
            return fail_damaged(s, err);
        is_same = f.form_bytes == nbytes && memcmp(f.form, surface, nbytes) == 0;
        if (is_same || segment_forms_is_signed_of(f.form, f.form_bytes, surface, nbytes))
            *count_out += count_form(&f, taken, c->ordinal, i);
        is_plain = is_plain || is_same;
    }
    if (plain_out != NULL)
        *plain_out = is_plain;
    return status;
}

/* ---- The two dictionaries ---- */

/* From where the cursor is on, the first surface that has no sign. */
static quire_status
settle_surfaces(segment_words *w, quire_error *err)
{
    quire_status status = QUIRE_OK;

    while (status == QUIRE_OK && !w->surfaces.at_end &&
           segment_forms_is_signed(w->surfaces.key, w->surfaces.key_bytes))
        status = dictionary_next(&w->surfaces, err);
    return status;
}

/* Is the number at hand not behind the surface at hand? */
static bool
is_due(const segment_words *w)
{
    return !w->numbers.at_end &&
           (w->surfaces.at_end || compare(w->numbers.key, w->numbers.key_bytes, w->surfaces.key,
                                          w->surfaces.key_bytes) <= 0);
}

/* From where the cursor is on, the first number that occurs with signs only; or any that the
 * surfaces come before: those that a walk passes over are not looked at.  Numbers begin with a
 * digit, of ASCII or not. */
static quire_status
settle_numbers(segment_words *w, quire_error *err)
{
    static const segment_taken nothing = {0};
    dictionary_cursor *c = &w->numbers;
    quire_status status = QUIRE_OK;

    while (status == QUIRE_OK && !w->has_number && is_due(w)) {
        const uint8_t first = c->key_bytes > 0 ? (uint8_t)c->key[0] : 0;
        bool is_plain = true;
        uint64_t count = 0;

        if (first > '9' && first < 0x80) {
            status = dictionary_seek(c->dictionary, "\x80", 1, c, err);
            continue;
        }
        if (first >= '0')
            status =
                count_word(w->segment, &nothing, c, c->key, c->key_bytes, &count, &is_plain, err);
        w->has_number = status == QUIRE_OK && count > 0 && !is_plain;
        if (status == QUIRE_OK && !w->has_number)
            status = dictionary_next(c, err);
    }
    return status;
}

/* The word at hand is the lesser of the two; a number that is a surface too is that. */
static quire_status
choose(segment_words *w, quire_error *err)
{
    const dictionary_cursor *c = &w->surfaces;
    quire_status status = settle_numbers(w, err);

    if (status != QUIRE_OK)
        return status;
    w->is_number = is_due(w);
    if (w->is_number && !w->surfaces.at_end &&
        compare(w->numbers.key, w->numbers.key_bytes, c->key, c->key_bytes) == 0) {
        w->is_number = w->has_number = false;
        status = dictionary_next(&w->numbers, err);
    }
    w->at_end = c->at_end && !w->is_number;
    if (status != QUIRE_OK || w->at_end)
        return status;
    if (w->is_number)
        c = &w->numbers;
    w->surface = c->key;
    w->surface_bytes = c->key_bytes;
    return c->key_bytes > 0 && utf8_valid_prefix(c->key, c->key_bytes) == c->key_bytes
               ? QUIRE_OK
               : fail_damaged(w->segment, err);
}

static quire_status
seek_surfaces(segment_words *w, const char *from, size_t nbytes, quire_error *err)
{
    quire_status status = dictionary_seek(&w->segment->surfaces, from, nbytes, &w->surfaces, err);

    return status == QUIRE_OK ? settle_surfaces(w, err) : status;
}

static quire_status
seek_numbers(segment_words *w, const char *from, size_t nbytes, quire_error *err)
{
    w->has_number = false;
    return dictionary_seek(&w->segment->stems, from, nbytes, &w->numbers, err);
}

quire_status
segment_words_seek(const segment *s, const segment_taken *taken, const char *from, size_t nbytes,
                   segment_words *w, quire_error *err)
{
    quire_status status;

    w->segment = s;
    w->taken = taken != NULL ? *taken : (segment_taken){0};
    w->has_stem = false;
    status = seek_surfaces(w, from, nbytes, err);
    if (status == QUIRE_OK)
        status = seek_numbers(w, from, nbytes, err);
    return status == QUIRE_OK ? choose(w, err) : status;
}

quire_status
segment_words_next(segment_words *w, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (w->at_end)
        return QUIRE_OK;
    if (w->is_number) {
        w->has_number = false;
        status = dictionary_next(&w->numbers, err);
    } else {
        status = dictionary_next(&w->surfaces, err);
        if (status == QUIRE_OK)
            status = settle_surfaces(w, err);
    }
    return status == QUIRE_OK ? choose(w, err) : status;
}

quire_status
segment_words_skip_to(segment_words *w, const char *from, size_t nbytes, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (int i = 0; i < SKIP_STEPS && status == QUIRE_OK && !w->at_end; i++) {
        if (compare(w->surface, w->surface_bytes, from, nbytes) >= 0)
            return QUIRE_OK;
        status = segment_words_next(w, err);
    }
    if (status != QUIRE_OK || w->at_end)
        return status;
    if (!w->surfaces.at_end && compare(w->surfaces.key, w->surfaces.key_bytes, from, nbytes) < 0)
        status = seek_surfaces(w, from, nbytes, err);
    if (status == QUIRE_OK && !w->numbers.at_end &&
        compare(w->numbers.key, w->numbers.key_bytes, from, nbytes) < 0)
        status = seek_numbers(w, from, nbytes, err);
    return status == QUIRE_OK ? choose(w, err) : status;
}

/* ---- One word ---- */

/* Bring the cursor of stems to number ordinal: words that follow one another have stems that often
 * do, too. */
static quire_status
find_stem(segment_words *w, uint64_t ordinal, quire_error *err)
{
    dictionary_cursor *c = &w->stem;
    quire_status status = QUIRE_OK;

    if (ordinal >= w->segment->stems.nkeys)
        return fail_damaged(w->segment, err);
    if (!w->has_stem || c->at_end || c->ordinal > ordinal ||
        c->ordinal / DICTIONARY_GROUP != ordinal / DICTIONARY_GROUP)
        status = dictionary_at(&w->segment->stems, ordinal, c, err);
    while (status == QUIRE_OK && c->ordinal < ordinal)
        status = dictionary_next(c, err);
    w->has_stem = status == QUIRE_OK;
    return status;
}

static void
fill_word(segment_word *out, const dictionary_cursor *stem, const char *surface, size_t nbytes)
{
    out->surface = surface;
    out->surface_bytes = nbytes;
    out->stem = stem->key;
    out->stem_bytes = stem->key_bytes;
    out->is_acronym = stem->key_bytes > 0 && stem->key[0] >= 'A' && stem->key[0] <= 'Z';
}

quire_status
segment_words_read(segment_words *w, segment_word *out, quire_error *err)
{
    const dictionary_cursor *from = &w->numbers;
    quire_status status = QUIRE_OK;

    if (!w->is_number) {
        status = find_stem(w, w->surfaces.numbers[SEGMENT_SURFACE_STEM], err);
        from = &w->stem;
    }
    if (status != QUIRE_OK)
        return status;
    fill_word(out, from, w->surface, w->surface_bytes);
    status = count_word(w->segment, &w->taken, from, w->surface, w->surface_bytes,
                        &out->occurrences, NULL, err);
    return status == QUIRE_OK && out->occurrences == 0 && w->taken.count == NULL
               ? fail_damaged(w->segment, err)
               : status;
}

/* ---- The words of one stem ---- */

/* The word at hand of a stem that a cursor is at. */
static quire_status
visit_word(const segment *s, const segment_taken *taken, const dictionary_cursor *c,
           bool (*visit)(void *closure, const segment_word *word), void *closure,
           const char *surface, size_t nbytes, bool *goes_on, quire_error *err)
{
    segment_word word;
    quire_status status = QUIRE_OK;

    fill_word(&word, c, surface, nbytes);
    status = count_word(s, taken, c, surface, nbytes, &word.occurrences, NULL, err);
    if (status == QUIRE_OK && word.occurrences > 0)
        *goes_on = visit(closure, &word);
    return status;
}

quire_status
segment_words_of_stem(const segment *s, const segment_taken *taken, const char *key,
                      size_t key_bytes, bool (*visit)(void *closure, const segment_word *word),
                      void *closure, quire_error *err)
{
    static const segment_taken nothing = {0};
    dictionary_cursor c;
    segment_forms f;
    bool is_plain = false;
    bool goes_on = true;
    quire_status status = dictionary_seek(&s->stems, key, key_bytes, &c, err);

    if (status != QUIRE_OK || c.at_end || compare(c.key, c.key_bytes, key, key_bytes) != 0)
        return status;
    if (taken == NULL)
        taken = &nothing;
    status = begin_forms(s, &c, &f, err);
    for (uint32_t i = 0; status == QUIRE_OK && goes_on && i < f.nforms; i++) {
        if (!segment_forms_next(&f))
            return fail_damaged(s, err);
        if (segment_forms_is_signed(f.form, f.form_bytes))
            continue;
        is_plain = is_plain || compare(f.form, f.form_bytes, key, key_bytes) == 0;
        status = visit_word(s, taken, &c, visit, closure, f.form, f.form_bytes, &goes_on, err);
    }
    if (status != QUIRE_OK || !goes_on || is_plain)
        return status;

    /* A number that only occurs with signs. */
    return visit_word(s, taken, &c, visit, closure, key, key_bytes, &goes_on, err);
}
