/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dead_articles.c - reading a segment's dead articles.  The file is small, as segments of which
 * much is dead are merged away, so all of it is verified when it is opened; what it says is checked
 * against what there is where it is asked for. */
#include "store/dead_articles.h"

#include <inttypes.h>

#include "base/error.h"
#include "postings/little_endian.h"
#include "store/dead_format.h"

static quire_status
damaged(const dead_articles *d, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s: damaged", d->file.path);
}

/* ---- Opening ---- */

static void
read_footer(dead_articles *d, const uint8_t *footer)
{
    d->narticles = load_u32(footer);
    d->ndead = load_u32(footer + 4);
    d->nwithout_text = load_u32(footer + 8);
    for (unsigned i = 0; i < DEAD_SETS; i++) {
        const uint8_t *at = footer + 16 + (size_t)i * DEAD_SET_BYTES;

        d->sets[i].nstems = load_u32(at);
        d->sets[i].nforms = load_u32(at + 4);
        d->sets[i].npassages = load_u32(at + 8);
        d->sets[i].nwords = load_u64(at + 16);
    }
}

/* Find where the parts are; false where they do not make up the file. */
static bool
place_parts(dead_articles *d, const uint8_t *bytes)
{
    uint64_t at = (uint64_t)dead_words_of(d->narticles) * DEAD_WORD_BYTES;

    d->articles = bytes;
    for (unsigned i = 0; i < DEAD_SETS; i++) {
        dead_set *set = &d->sets[i];
        const uint64_t forms_at = at + (uint64_t)set->nstems * DEAD_STEM_BYTES;
        const uint64_t end = forms_at + (uint64_t)set->nforms * DEAD_FORM_BYTES;

        if (end > d->file.size)
            return false;
        set->stems = bytes + at;
        set->forms = bytes + forms_at;
        at = end;
    }
    return at + DEAD_FOOTER_BYTES == d->file.size;
}

/* Are as many articles dead as it says, and none that does not exist? */
static bool
counts_hold(const dead_articles *d)
{
    const uint32_t nwords = dead_words_of(d->narticles);
    uint32_t ndead = 0;

    for (uint32_t i = 0; i < nwords; i++)
        ndead += (uint32_t)__builtin_popcountll(dead_articles_word(d, i));
    return ndead == d->ndead && d->nwithout_text <= ndead &&
           (d->narticles % 64 == 0 ||
            dead_articles_word(d, nwords - 1) >> (d->narticles % 64) == 0);
}

static quire_status
read_parts(dead_articles *d, uint32_t narticles, quire_error *err)
{
    const checked_file *file = &d->file;
    const uint8_t *bytes;
    quire_status status = QUIRE_OK;

    if (file->size < DEAD_FOOTER_BYTES)
        return damaged(d, err);
    bytes = checked_bytes(file, 0, file->size, &status, err);
    if (bytes == NULL)
        return status;
    read_footer(d, bytes + file->size - DEAD_FOOTER_BYTES);
    if (d->narticles != narticles)
        return error_set(err, QUIRE_ECORRUPT,
                         "%s: of a segment of %" PRIu32 " articles, not %" PRIu32, file->path,
                         d->narticles, narticles);
    return place_parts(d, bytes) && counts_hold(d) ? QUIRE_OK : damaged(d, err);
}

quire_status
dead_articles_open(const char *path, uint32_t narticles, dead_articles *d, quire_error *err)
{
    quire_status status;

    *d = (dead_articles){0};
    status = checked_open(path, CHECKED_DEAD, &d->file, err);
    if (status == QUIRE_OK)
        status = read_parts(d, narticles, err);
    if (status != QUIRE_OK)
        dead_articles_close(d);
    return status;
}

void
dead_articles_close(dead_articles *d)
{
    checked_close(&d->file);
    *d = (dead_articles){0};
}

/* ---- Articles ---- */

uint64_t
dead_articles_word(const dead_articles *d, uint32_t i)
{
    return load_u64(d->articles + (size_t)i * DEAD_WORD_BYTES);
}

bool
dead_articles_has(const dead_articles *d, uint32_t n)
{
    return n > 0 && n <= d->narticles &&
           (dead_articles_word(d, (n - 1) / 64) >> ((n - 1) % 64) & 1) != 0;
}

manifest_counts
dead_articles_counts(const dead_articles *d)
{
    return (manifest_counts){
        .narticles = d->ndead,
        .narticles_without_text = d->nwithout_text,
        .npassages = d->sets[DEAD_PASSAGES].npassages,
        .nfurniture_passages = d->sets[DEAD_FURNITURE].npassages,
        .nwords = d->sets[DEAD_PASSAGES].nwords,
        .nfurniture_words = d->sets[DEAD_FURNITURE].nwords,
    };
}

/* ---- Stems ---- */

static const uint8_t *
stem_at(const dead_set *set, uint32_t i)
{
    return set->stems + (size_t)i * DEAD_STEM_BYTES;
}

/* Where stem i's forms begin; of nstems, where the last one's end.  What a damaged file says is cut
 * to what there is. */
static uint32_t
first_form(const dead_set *set, uint32_t i)
{
    const uint32_t first = i < set->nstems ? load_u32(stem_at(set, i) + 4) : set->nforms;

    return first < set->nforms ? first : set->nforms;
}

dead_stem
dead_articles_stem(const dead_articles *d, unsigned number, uint64_t ordinal)
{
    const dead_set *set = &d->sets[number];
    uint32_t low = 0;
    uint32_t high = set->nstems;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (load_u32(stem_at(set, middle)) < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == set->nstems || load_u32(stem_at(set, low)) != ordinal)
        return (dead_stem){0};
    const uint32_t first = first_form(set, low);
    const uint32_t end = first_form(set, low + 1);

    return (dead_stem){.npassages = load_u32(stem_at(set, low) + 8),
                       .forms = set->forms + (size_t)first * DEAD_FORM_BYTES,
                       .nforms = end > first ? end - first : 0};
}

uint64_t
dead_stem_occurrences(const dead_stem *stem, uint32_t rank)
{
    for (uint32_t i = 0; i < stem->nforms; i++) {
        const uint8_t *form = stem->forms + (size_t)i * DEAD_FORM_BYTES;

        if (load_u32(form) == rank)
            return load_u64(form + 4);
    }
    return 0;
}
