/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_file.c - the groups of copies of a generation: reading.
 *
 * An article's place in the order of members is searched for in the file, where each look is at two
 * places that are in no cache.  Who asks often gets a set of all members, a bit for each article,
 * and how many there are before each word of it: that tells the place, or that there is none, at
 * once. */
#include "store/copies_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/bits.h"
#include "base/error.h"
#include "postings/even_search.h"
#include "postings/little_endian.h"
#include "store/copies_file_format.h"

#define NO_PLACE UINT32_MAX
#define OFTEN 64 /* articles that are looked up one by one, before all are read */

struct copies_places {
    uint32_t nasked;
    uint64_t *members; /* a bit for each article that is one; NULL: not made yet */
    uint32_t *before;  /* by word of that: how many there are in those before it */
};

static quire_status
damaged(const copies_file *f, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT, "%s is damaged", f->file.path);
}

static uint64_t
groups_at(const copies_file *f)
{
    return (uint64_t)f->nmembers * COPIES_MEMBER_BYTES;
}

static uint64_t
articles_at(const copies_file *f)
{
    return groups_at(f) + (uint64_t)f->ngroups * COPIES_GROUP_BYTES;
}

static uint64_t
kinds_at(const copies_file *f)
{
    return articles_at(f) + (uint64_t)f->nmembers * COPIES_ARTICLE_BYTES;
}

static uint64_t
kinds_bytes(const copies_file *f)
{
    return ((uint64_t)f->nmembers + COPIES_KINDS_OF - 1) / COPIES_KINDS_OF * 4;
}

static uint64_t
sets_at(const copies_file *f)
{
    return kinds_at(f) + kinds_bytes(f);
}

static quire_status
read_footer(copies_file *f, uint32_t narticles, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const uint8_t *footer;

    if (f->file.size < COPIES_FOOTER_BYTES)
        return damaged(f, err);
    footer = checked_bytes(&f->file, f->file.size - COPIES_FOOTER_BYTES, COPIES_FOOTER_BYTES,
                           &status, err);
    if (status != QUIRE_OK)
        return status;
    f->narticles = load_u32(footer);
    f->ngroups = load_u32(footer + 4);
    f->nmembers = load_u32(footer + 8);
    f->nsets = load_u32(footer + 12);
    if (f->narticles != narticles)
        return error_set(err, QUIRE_ECORRUPT,
                         "%s is of %" PRIu32 " articles, but there are %" PRIu32, f->file.path,
                         f->narticles, narticles);
    return sets_at(f) + (uint64_t)f->nsets * COPIES_SET_BYTES + COPIES_FOOTER_BYTES == f->file.size
               ? QUIRE_OK
               : damaged(f, err);
}

quire_status
copies_file_open(const char *path, uint32_t narticles, copies_file *f, quire_error *err)
{
    quire_status status;

    *f = (copies_file){0};
    status = checked_open(path, CHECKED_COPIES, &f->file, err);
    if (status == QUIRE_OK) {
        status = read_footer(f, narticles, err);
        f->places = calloc(1, sizeof *f->places);
        if (status == QUIRE_OK && f->places == NULL)
            status = error_nomem(err);
        if (status != QUIRE_OK)
            copies_file_close(f);
    }
    return status;
}

void
copies_file_close(copies_file *f)
{
    checked_close(&f->file);
    if (f->places != NULL) {
        free(f->places->members);
        free(f->places->before);
        free(f->places);
    }
    *f = (copies_file){0};
}

/* The group of this number. */
static quire_status
read_group(const copies_file *f, uint32_t number, copy_group *out, quire_error *err)
{
    const bool is_last = number + 1 >= f->ngroups;
    const uint64_t nbytes = is_last ? COPIES_GROUP_BYTES : 2 * COPIES_GROUP_BYTES;
    const uint8_t *bytes;
    uint32_t end;
    quire_status status = QUIRE_OK;

    if (number >= f->ngroups)
        return damaged(f, err);
    bytes = checked_bytes(&f->file, groups_at(f) + (uint64_t)number * COPIES_GROUP_BYTES, nbytes,
                          &status, err);
    if (status != QUIRE_OK)
        return status;
    end = is_last ? f->nmembers : load_u32(bytes + COPIES_GROUP_BYTES);
    *out = (copy_group){
        .first = load_u32(bytes), .earliest = load_u32(bytes + 4), .longest = load_u32(bytes + 8)};
    if (out->first >= end || end > f->nmembers || out->earliest > f->narticles ||
        out->longest == 0 || out->longest > f->narticles)
        return damaged(f, err);
    out->nmembers = end - out->first;
    return QUIRE_OK;
}

static quire_status
read_u32(const copies_file *f, uint64_t at, uint32_t *out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const uint8_t *bytes = checked_bytes(&f->file, at, sizeof *out, &status, err);

    if (status == QUIRE_OK)
        *out = load_u32(bytes);
    return status;
}

/* The member that stands at this place in the order of articles: its index and its number. */
static quire_status
read_article(const copies_file *f, uint32_t place, uint32_t *index_out, uint32_t *number_out,
             quire_error *err)
{
    quire_status status =
        read_u32(f, articles_at(f) + (uint64_t)place * COPIES_ARTICLE_BYTES, index_out, err);

    if (status == QUIRE_OK && *index_out >= f->nmembers)
        status = damaged(f, err);
    return status == QUIRE_OK
               ? read_u32(f, (uint64_t)*index_out * COPIES_MEMBER_BYTES, number_out, err)
               : status;
}

/* A search among members or groups, and how it goes. */
typedef struct {
    const copies_file *f;
    quire_status status;
    quire_error *err;
} row_search;

/* The first member of a group. */
static uint64_t
first_of_group(void *closure, uint32_t group)
{
    row_search *search = closure;
    uint32_t first = 0;

    if (search->status == QUIRE_OK)
        search->status =
            read_u32(search->f, groups_at(search->f) + (uint64_t)group * COPIES_GROUP_BYTES, &first,
                     search->err);
    return first;
}

/* The group of the member with this index. */
static quire_status
find_group(const copies_file *f, uint32_t index, uint32_t *number_out, quire_error *err)
{
    row_search search = {.f = f, .err = err};

    if (f->ngroups == 0)
        return damaged(f, err);
    *number_out = even_search(f->ngroups, f->nmembers, index, first_of_group, &search);
    return search.status;
}

/* The number of the article at a place in their order. */
static uint64_t
number_of_article(void *closure, uint32_t place)
{
    row_search *search = closure;
    uint32_t index = 0;
    uint32_t number = 0;

    if (search->status == QUIRE_OK)
        search->status = read_article(search->f, place, &index, &number, search->err);
    return number;
}

/* Articles with copies are spread over all about evenly. */
static quire_status
search_place(const copies_file *f, uint32_t number, uint32_t *place_out, quire_error *err)
{
    row_search search = {.f = f, .err = err};

    *place_out =
        even_search(f->nmembers, (uint64_t)f->narticles + 1, number, number_of_article, &search);
    return search.status;
}

/* Take all members into the set; each may be there once. */
static quire_status
fill_places(const copies_file *f, uint64_t *members, uint32_t *before, quire_error *err)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < f->nmembers; i++) {
        uint32_t number = 0;
        quire_status status = read_u32(f, (uint64_t)i * COPIES_MEMBER_BYTES, &number, err);

        if (status == QUIRE_OK && (number == 0 || number > f->narticles))
            status = damaged(f, err);
        if (status != QUIRE_OK)
            return status;
        members[number / 64] |= UINT64_C(1) << number % 64;
    }
    for (uint32_t i = 0; i <= f->narticles / 64; i++) {
        before[i] = sum;
        sum += (uint32_t)__builtin_popcountll(members[i]);
    }
    return sum == f->nmembers ? QUIRE_OK : damaged(f, err);
}

static quire_status
make_places(const copies_file *f, quire_error *err)
{
    const size_t nwords = (size_t)f->narticles / 64 + 1;
    uint64_t *members = calloc(nwords, sizeof *members);
    uint32_t *before = calloc(nwords, sizeof *before);
    quire_status status =
        members != NULL && before != NULL ? fill_places(f, members, before, err) : error_nomem(err);

    if (status != QUIRE_OK) {
        free(members);
        free(before);
        return status;
    }
    f->places->members = members;
    f->places->before = before;
    return QUIRE_OK;
}

/* The place of an article, or where it would be about; NO_PLACE: it is no member. */
static quire_status
find_place(const copies_file *f, uint32_t number, uint32_t *place_out, quire_error *err)
{
    copies_places *p = f->places;
    quire_status status = QUIRE_OK;

    if (p->members == NULL && p->nasked++ < OFTEN)
        return search_place(f, number, place_out, err);
    if (p->members == NULL)
        status = make_places(f, err);
    *place_out = NO_PLACE;
    if (status == QUIRE_OK && number <= f->narticles && bits_is_set(p->members, number)) {
        const uint64_t below = p->members[number / 64] & ((UINT64_C(1) << number % 64) - 1);

        *place_out = p->before[number / 64] + (uint32_t)__builtin_popcountll(below);
    }
    return status;
}

quire_status
copies_file_find(const copies_file *f, uint32_t number, bool *found_out, uint32_t *number_out,
                 copy_group *out, quire_error *err)
{
    uint32_t place = 0;
    uint32_t index = 0;
    uint32_t found = 0;
    quire_status status;

    *found_out = false;
    if (f->nmembers == 0)
        return QUIRE_OK;
    status = find_place(f, number, &place, err);
    if (status != QUIRE_OK || place == NO_PLACE)
        return status;
    status = read_article(f, place, &index, &found, err);
    if (status != QUIRE_OK || found != number)
        return status == QUIRE_OK && f->places->members != NULL ? damaged(f, err) : status;
    *found_out = true;
    status = find_group(f, index, number_out, err);
    return status == QUIRE_OK ? read_group(f, *number_out, out, err) : status;
}

quire_status
copies_file_member(const copies_file *f, const copy_group *group, uint32_t i, uint32_t *out,
                   quire_error *err)
{
    quire_status status = QUIRE_OK;
    const uint8_t *at = checked_bytes(&f->file, ((uint64_t)group->first + i) * COPIES_MEMBER_BYTES,
                                      COPIES_MEMBER_BYTES, &status, err);

    if (status != QUIRE_OK)
        return status;
    *out = load_u32(at);
    return i<group->nmembers && * out> 0 && *out <= f->narticles ? QUIRE_OK : damaged(f, err);
}

/* ---- All of it ---- */

static quire_status
load_groups(const copies_file *f, grouping *out, quire_error *err)
{
    for (uint32_t i = 0; i < f->ngroups; i++) {
        copy_group *group = &out->groups[i];
        quire_status status = read_group(f, i, group, err);

        if (status == QUIRE_OK && group->first != out->nmembers)
            status = damaged(f, err);
        for (uint32_t j = 0; j < group->nmembers && status == QUIRE_OK; j++) {
            status = copies_file_member(f, group, j, &out->members[out->nmembers], err);
            out->sets[out->nmembers++] = group->first;
        }
        if (status != QUIRE_OK)
            return status;
        out->ngroups++;
    }
    return out->nmembers == f->nmembers ? QUIRE_OK : damaged(f, err);
}

/* The first member of the set of a member of kind 2, which is the next in sets. */
static quire_status
load_set(const copies_file *f, uint32_t member, uint32_t *nsets, uint32_t *out, quire_error *err)
{
    quire_status status =
        *nsets < f->nsets ? read_u32(f, sets_at(f) + (uint64_t)*nsets * COPIES_SET_BYTES, out, err)
                          : damaged(f, err);

    ++*nsets;
    return status == QUIRE_OK && *out > member ? damaged(f, err) : status;
}

static quire_status
load_sets(const copies_file *f, grouping *out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    const uint8_t *kinds = checked_bytes(&f->file, kinds_at(f), kinds_bytes(f), &status, err);
    uint32_t nsets = 0;

    for (uint32_t i = 0; i < f->nmembers && status == QUIRE_OK; i++) {
        const unsigned kind = kinds[i / 4] >> (i % 4 * 2) & 3U;

        if (kind == COPIES_IN_ITS_OWN)
            out->sets[i] = i;
        else if (kind == COPIES_IN_ANOTHER)
            status = load_set(f, i, &nsets, &out->sets[i], err);
        else if (kind != COPIES_IN_FIRST)
            status = damaged(f, err);
    }
    return status;
}

quire_status
copies_file_load(const copies_file *f, grouping *out, quire_error *err)
{
    quire_status status;

    *out = (grouping){.groups = calloc((size_t)f->ngroups + 1, sizeof *out->groups),
                      .members = calloc((size_t)f->nmembers + 1, sizeof *out->members),
                      .sets = calloc((size_t)f->nmembers + 1, sizeof *out->sets)};
    if (out->groups == NULL || out->members == NULL || out->sets == NULL)
        status = error_nomem(err);
    else
        status = load_groups(f, out, err);
    if (status == QUIRE_OK)
        status = load_sets(f, out, err);
    if (status != QUIRE_OK)
        grouping_free(out);
    return status;
}
