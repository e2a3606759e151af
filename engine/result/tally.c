/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.c - who says what, and when: the articles that match, sorted into rows.
 *
 * The store says how many passages of each article match.  An article's row is known by its day, or
 * by its source as the store tells sources apart, so that few articles are read: of each source the
 * first, which is the newest, for its name.  Authors, and whatever a store has no labels for, are
 * read from every article.
 *
 * Copies stand in groups; a group that has several articles in a row counts there once. */
#include "result/tally.h"

#include <stdlib.h>
#include <string.h>

#include "article/date.h"
#include "base/array.h"
#include "base/error.h"
#include "text/fold.h"

#define NO_ROW SIZE_MAX

/* A row in the making. */
typedef struct {
    char *name; /* NULL: that of articles without one */
    char *key;
    int64_t seconds; /* of the date of the article that the name is from; INT64_MIN: none */
    char *id;        /* that article's */
    uint64_t npassages;
    uint64_t narticles;
    uint64_t nstories;
} row;

/* A member of a group of copies, in a row. */
typedef struct {
    size_t row;
    uint32_t group;
} copy_of;

/* Where a row is found: by what the store calls a source, or by the number of a day. */
typedef struct {
    uint64_t label;
    size_t row; /* plus 1; 0: an empty place */
} label_place;

typedef struct {
    store *store;
    quire_by by;
    arena *arena; /* of names */
    row *rows;
    size_t nrows;
    size_t rows_room;
    size_t nameless; /* its number, or NO_ROW */

    label_place *labels; /* a hash table, at most half full */
    size_t labels_room;
    size_t nlabels;
    size_t *keys; /* another one, of rows by their keys: the row plus 1, or 0 */
    size_t keys_room;

    copy_of *copies;
    size_t ncopies;
    size_t copies_room;
    uint64_t nstories; /* articles without copies */
    buffer folded;
} tallying;

/* ---- Rows by label and by key ---- */

static size_t
place_of(const label_place *labels, size_t room, uint64_t label)
{
    size_t at = (size_t)(label * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (room - 1);

    while (labels[at].row != 0 && labels[at].label != label)
        at = (at + 1) & (room - 1);
    return at;
}

static bool
grow_labels(tallying *t)
{
    const size_t room = t->labels_room == 0 ? 256 : 2 * t->labels_room;
    label_place *grown = calloc(room, sizeof *grown);

    if (grown == NULL)
        return false;
    for (size_t i = 0; i < t->labels_room; i++)
        if (t->labels[i].row != 0)
            grown[place_of(grown, room, t->labels[i].label)] = t->labels[i];
    free(t->labels);
    t->labels = grown;
    t->labels_room = room;
    return true;
}

static size_t
find_label(const tallying *t, uint64_t label)
{
    const size_t at = t->labels_room > 0 ? place_of(t->labels, t->labels_room, label) : 0;

    return t->labels_room > 0 && t->labels[at].row != 0 ? t->labels[at].row - 1 : NO_ROW;
}

static bool
add_label(tallying *t, uint64_t label, size_t number)
{
    if (2 * (t->nlabels + 1) > t->labels_room && !grow_labels(t))
        return false;
    t->labels[place_of(t->labels, t->labels_room, label)] = (label_place){label, number + 1};
    t->nlabels++;
    return true;
}

static size_t
place_of_key(const tallying *t, const size_t *keys, size_t room, const char *key)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    size_t at;

    for (const char *c = key; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001B3);
    at = (size_t)(hash ^ hash >> 32) & (room - 1);
    while (keys[at] != 0 && strcmp(t->rows[keys[at] - 1].key, key) != 0)
        at = (at + 1) & (room - 1);
    return at;
}

static bool
grow_keys(tallying *t)
{
    const size_t room = t->keys_room == 0 ? 256 : 2 * t->keys_room;
    size_t *grown = calloc(room, sizeof *grown);

    if (grown == NULL)
        return false;
    for (size_t i = 0; i < t->keys_room; i++)
        if (t->keys[i] != 0)
            grown[place_of_key(t, grown, room, t->rows[t->keys[i] - 1].key)] = t->keys[i];
    free(t->keys);
    t->keys = grown;
    t->keys_room = room;
    return true;
}

static bool
add_row(tallying *t, size_t *number_out)
{
    if (!ARRAY_GROW(t->rows, t->nrows, &t->rows_room))
        return false;
    t->rows[t->nrows] = (row){.seconds = INT64_MIN};
    *number_out = t->nrows++;
    return true;
}

static bool
find_nameless(tallying *t, size_t *number_out)
{
    if (t->nameless == NO_ROW && !add_row(t, &t->nameless))
        return false;
    *number_out = t->nameless;
    return true;
}

/* The row of a key; a new one has no name yet. */
static bool
find_key(tallying *t, const char *key, size_t *number_out)
{
    size_t at;

    if (2 * (t->nrows + 1) > t->keys_room && !grow_keys(t))
        return false;
    at = place_of_key(t, t->keys, t->keys_room, key);
    if (t->keys[at] == 0) {
        char *copy = arena_copy(t->arena, key, strlen(key));

        if (copy == NULL || !add_row(t, number_out))
            return false;
        t->rows[*number_out].key = copy;
        t->keys[at] = *number_out + 1;
    }
    *number_out = t->keys[at] - 1;
    return true;
}

/* ---- Times ---- */

static uint32_t
period_of(quire_by by, uint32_t day)
{
    return by == QUIRE_BY_DAY ? day : by == QUIRE_BY_MONTH ? day / 100 : day / 10000;
}

static char *
name_period(quire_by by, uint32_t period, arena *a)
{
    switch (by) {
    case QUIRE_BY_DAY:
        return arena_printf(a, "%04u-%02u-%02u", period / 10000, period / 100 % 100, period % 100);
    case QUIRE_BY_MONTH:
        return arena_printf(a, "%04u-%02u", period / 100, period % 100);
    default:
        return arena_printf(a, "%04u", period);
    }
}

static quire_status
find_period(tallying *t, uint32_t day, size_t *number_out, quire_error *err)
{
    const uint32_t period = period_of(t->by, day);
    row *r;

    if (day == 0)
        return find_nameless(t, number_out) ? QUIRE_OK : error_nomem(err);
    *number_out = find_label(t, period);
    if (*number_out != NO_ROW)
        return QUIRE_OK;
    if (!add_row(t, number_out) || !add_label(t, period, *number_out))
        return error_nomem(err);
    r = &t->rows[*number_out];
    r->name = r->key = name_period(t->by, period, t->arena);
    return r->name != NULL ? QUIRE_OK : error_nomem(err);
}

/* ---- Names ---- */

/* Is the article newer than that which the row's name is from? */
static bool
is_newer(const row *r, int64_t seconds, const char *id)
{
    if (r->name == NULL || r->seconds != seconds)
        return r->name == NULL || seconds > r->seconds;
    return strcmp(id, r->id) < 0;
}

static int64_t
seconds_of(const article_record *of)
{
    article_date date;

    return of->date != NULL && date_parse(of->date, strlen(of->date), &date) ? date.seconds
                                                                             : INT64_MIN;
}

/* The row of an article by what its record says. */
static quire_status
find_name(tallying *t, const article_record *of, size_t *number_out, quire_error *err)
{
    const char *name = t->by == QUIRE_BY_AUTHOR ? of->author : of->source;
    const int64_t seconds = seconds_of(of);
    row *r;

    if (name == NULL || name[0] == '\0')
        return find_nameless(t, number_out) ? QUIRE_OK : error_nomem(err);
    buffer_clear(&t->folded);
    if (!fold_word(name, strlen(name), &t->folded) || !buffer_add_char(&t->folded, '\0') ||
        !find_key(t, t->folded.bytes, number_out))
        return error_nomem(err);
    r = &t->rows[*number_out];
    if (!is_newer(r, seconds, of->id))
        return QUIRE_OK;
    r->seconds = seconds;
    r->name = arena_copy(t->arena, name, strlen(name));
    r->id = arena_copy(t->arena, of->id, strlen(of->id));
    return r->name != NULL && r->id != NULL ? QUIRE_OK : error_nomem(err);
}

static quire_status
read_row(tallying *t, uint32_t number, size_t *row_out, quire_error *err)
{
    article_record of = {0};
    article_date date = {0};
    uint32_t day = 0;
    arena *a = arena_new();
    quire_status status =
        a != NULL ? store_article(t->store, number, a, &of, err) : error_nomem(err);

    if (status == QUIRE_OK && (t->by == QUIRE_BY_SOURCE || t->by == QUIRE_BY_AUTHOR)) {
        status = find_name(t, &of, row_out, err);
    } else if (status == QUIRE_OK) {
        if (of.date != NULL && date_parse(of.date, strlen(of.date), &date))
            day = (uint32_t)(date.year * 10000 + date.month * 100 + date.day);
        status = find_period(t, day, row_out, err);
    }
    arena_free(a);
    return status;
}

/* ---- Articles ---- */

static quire_status
find_row(tallying *t, uint32_t number, size_t *row_out, quire_error *err)
{
    store_labels labels = {0};
    bool found = false;
    quire_status status = QUIRE_OK;

    if (t->by != QUIRE_BY_AUTHOR)
        status = store_find_labels(t->store, number, &found, &labels, err);
    if (status != QUIRE_OK)
        return status;
    if (!found)
        return read_row(t, number, row_out, err);
    if (t->by != QUIRE_BY_SOURCE)
        return find_period(t, labels.day, row_out, err);
    if (labels.source == 0)
        return find_nameless(t, row_out) ? QUIRE_OK : error_nomem(err);
    *row_out = find_label(t, labels.source);
    if (*row_out != NO_ROW)
        return QUIRE_OK;
    status = read_row(t, number, row_out, err);
    if (status == QUIRE_OK && !add_label(t, labels.source, *row_out))
        status = error_nomem(err);
    return status;
}

static quire_status
add_article(tallying *t, const copies_file *groups, uint32_t number, uint32_t npassages,
            quire_error *err)
{
    bool has_group = false;
    uint32_t group = 0;
    copy_group members;
    size_t at = 0;
    quire_status status = find_row(t, number, &at, err);

    if (status == QUIRE_OK)
        status = copies_file_find(groups, number, &has_group, &group, &members, err);
    if (status != QUIRE_OK)
        return status;
    t->rows[at].npassages += npassages;
    t->rows[at].narticles++;
    t->rows[at].nstories += !has_group;
    t->nstories += !has_group;
    if (!has_group)
        return QUIRE_OK;
    if (!ARRAY_GROW(t->copies, t->ncopies, &t->copies_room))
        return error_nomem(err);
    t->copies[t->ncopies++] = (copy_of){at, group};
    return QUIRE_OK;
}

static int
compare_copies(const void *a, const void *b)
{
    const copy_of *first = a;
    const copy_of *second = b;

    if (first->group != second->group)
        return first->group < second->group ? -1 : 1;
    return (first->row > second->row) - (first->row < second->row);
}

/* Count groups, in each row and in all. */
static void
add_groups(tallying *t)
{
    if (t->ncopies > 0)
        qsort(t->copies, t->ncopies, sizeof *t->copies, compare_copies);
    for (size_t i = 0; i < t->ncopies; i++) {
        const copy_of *c = &t->copies[i];
        const bool is_new_group = i == 0 || c[-1].group != c->group;

        t->nstories += is_new_group;
        t->rows[c->row].nstories += is_new_group || c[-1].row != c->row;
    }
}

/* ---- All of it ---- */

static int
compare_names(const row *a, const row *b)
{
    const int order = strcmp(a->key, b->key);

    return order != 0 ? order : strcmp(a->name, b->name);
}

static int
compare_times(const void *a, const void *b)
{
    const row *first = a;
    const row *second = b;

    if (first->key == NULL || second->key == NULL)
        return (first->key == NULL) - (second->key == NULL);
    return compare_names(first, second); /* as many digits in each */
}

static int
compare_counts(const void *a, const void *b)
{
    const row *first = a;
    const row *second = b;

    if (first->key == NULL || second->key == NULL)
        return (first->key == NULL) - (second->key == NULL);
    if (first->narticles != second->narticles)
        return first->narticles > second->narticles ? -1 : 1;
    if (first->npassages != second->npassages)
        return first->npassages > second->npassages ? -1 : 1;
    return compare_names(first, second);
}

static bool
hand_over(tallying *t, bool by_article, tally *out)
{
    const bool is_by_time = t->by != QUIRE_BY_SOURCE && t->by != QUIRE_BY_AUTHOR;

    out->total = (quire_tally_row){.nstories = t->nstories};
    out->rows = arena_array(t->arena, t->nrows + 1, sizeof *out->rows);
    if (out->rows == NULL)
        return false;
    if (t->nrows > 0)
        qsort(t->rows, t->nrows, sizeof *t->rows, is_by_time ? compare_times : compare_counts);
    for (size_t i = 0; i < t->nrows; i++) {
        const row *r = &t->rows[i];

        out->rows[out->nrows++] = (quire_tally_row){.name = r->name,
                                                    .key = r->key,
                                                    .npassages = by_article ? 0 : r->npassages,
                                                    .narticles = r->narticles,
                                                    .nstories = r->nstories};
        out->total.npassages += by_article ? 0 : r->npassages;
        out->total.narticles += r->narticles;
    }
    return true;
}

static quire_status
add_articles(tallying *t, const uint32_t *counts, quire_error *err)
{
    const uint32_t narticles = store_narticles(t->store);
    const copies_file *groups = NULL;
    quire_status status = store_copies(t->store, &groups, err);

    for (uint32_t i = 1; i <= narticles && status == QUIRE_OK; i++)
        if (counts[i] > 0)
            status = add_article(t, groups, i, counts[i], err);
    return status;
}

quire_status
tally_run(store *st, stemmer *stem, const char *text, size_t text_bytes,
          const quire_search_options *options, quire_by by, search_results *results, tally *out,
          quire_error *err)
{
    tallying t = {.store = st, .by = by, .nameless = NO_ROW};
    uint32_t *counts = calloc((size_t)store_narticles(st) + 1, sizeof *counts);
    quire_status status = QUIRE_OK;

    *out = (tally){0};
    if (counts == NULL)
        return error_nomem(err);
    status = search_tally(st, stem, text, text_bytes, options, counts, results, err);
    if (status != QUIRE_OK)
        goto done;
    t.arena = results->arena;
    status = add_articles(&t, counts, err);
    if (status == QUIRE_OK) {
        add_groups(&t);
        if (!hand_over(&t, options->unit == QUIRE_UNIT_ARTICLE, out))
            status = error_nomem(err);
    }
    if (status != QUIRE_OK)
        search_results_clear(results);
done:
    buffer_free(&t.folded);
    free(t.copies);
    free(t.keys);
    free(t.labels);
    free(t.rows);
    free(counts);
    return status;
}
