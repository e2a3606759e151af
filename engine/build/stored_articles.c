/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored_articles.c - reading articles back from a segment.
 *
 * An article's passages and furniture passages lie in segments of their own; their numbers within
 * the article tell the reading order. */
#include "build/stored_articles.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/error.h"
#include "build/segment_plan.h"
#include "store/stored_segment.h"

typedef struct {
    uint32_t number; /* in its name */
    stored_segment *segment;
} opened_segment;

/* The passages of an article in one set. */
typedef struct {
    uint32_t next;
    uint32_t end;
    bool has_record; /* the next one's is read */
    passage_record record;
} set_cursor;

struct stored_articles {
    stored_generation generation;
    opened_segment *segments;
    size_t nsegments;
    size_t room;
    stored_segment *at; /* of the article got last */
    arena *arena;       /* its strings */
    article_record record;
    set_cursor cursors[STORED_SETS];
    passage passage; /* the one in list */
    passage_list list;
};

stored_articles *
stored_articles_new(const stored_generation *generation)
{
    stored_articles *s = calloc(1, sizeof *s);

    if (s != NULL)
        s->generation = *generation;
    return s;
}

void
stored_articles_free(stored_articles *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->nsegments; i++)
        stored_segment_close(s->segments[i].segment);
    free(s->segments);
    arena_free(s->arena);
    free(s);
}

/* ---- Segments ---- */

static const manifest_segment *
described(const stored_articles *s, uint32_t number)
{
    for (size_t i = 0; i < s->generation.nsegments; i++)
        if (segment_plan_number(&s->generation.segments[i]) == number)
            return &s->generation.segments[i];
    return NULL;
}

static quire_status
find_segment(stored_articles *s, uint32_t number, stored_segment **out, quire_error *err)
{
    const manifest_segment *of = described(s, number);
    stored_segment *made = NULL;
    quire_status status;

    for (size_t i = 0; i < s->nsegments; i++) {
        if (s->segments[i].number == number) {
            *out = s->segments[i].segment;
            return QUIRE_OK;
        }
    }
    if (of == NULL)
        return error_set(err, QUIRE_ECORRUPT, "%s: there is no seg-%u", s->generation.directory,
                         number);
    if (!ARRAY_GROW(s->segments, s->nsegments, &s->room))
        return error_nomem(err);
    status = stored_segment_open(s->generation.store, s->generation.directory, of, &made, err);
    if (status != QUIRE_OK)
        return status;
    s->segments[s->nsegments++] = (opened_segment){number, made};
    *out = made;
    return QUIRE_OK;
}

/* ---- Articles ---- */

/* Strings of a record end in NULs, and nothing writes to what an article borrows; nor to the
 * sentences of a list that is handed out. */
static char *
borrowed(const char *string)
{
    return (char *)(uintptr_t)string;
}

static bool
set_article(const article_record *r, article *a)
{
    *a = (article){
        .memory = ARTICLE_BORROWED,
        .id = borrowed(r->id),
        .title = borrowed(r->title),
        .title_bytes = r->title_bytes,
        .text = borrowed(""),
        .source = borrowed(r->source),
        .author = borrowed(r->author),
        .url = borrowed(r->url),
        .language = borrowed(r->language),
        .extra = borrowed(r->extra),
        .path = borrowed(r->path),
    };
    a->has_date = r->date != NULL;
    return r->date == NULL || date_parse(r->date, strlen(r->date), &a->date);
}

quire_status
stored_articles_get(stored_articles *s, article_place place, article *a, quire_error *err)
{
    quire_status status = find_segment(s, place.segment, &s->at, err);

    article_clear(a);
    arena_free(s->arena);
    s->arena = arena_new();
    if (status == QUIRE_OK && s->arena == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = stored_segment_article(s->at, place.number, s->arena, &s->record, err);
    if (status != QUIRE_OK)
        return status;
    if (!set_article(&s->record, a))
        return error_set(err, QUIRE_ECORRUPT, "%s/seg-%u: the date of article %u is damaged",
                         s->generation.directory, place.segment, place.number);
    for (unsigned set = 0; set < STORED_SETS && status == QUIRE_OK; set++) {
        set_cursor *c = &s->cursors[set];

        c->has_record = false;
        status = stored_segment_passages(s->at, set, place.number, &c->next, &c->end, err);
    }
    return status;
}

/* ---- Passages ---- */

static quire_status
read_next(stored_articles *s, unsigned set, quire_error *err)
{
    set_cursor *c = &s->cursors[set];
    quire_status status = QUIRE_OK;

    if (c->has_record || c->next == c->end)
        return QUIRE_OK;
    status = stored_segment_passage(s->at, set, c->next, &s->record, &c->record, err);
    c->has_record = status == QUIRE_OK;
    return status;
}

/* The set whose next passage comes first in the article; STORED_SETS: there is none. */
static unsigned
first_set(const stored_articles *s)
{
    const set_cursor *p = &s->cursors[STORED_PASSAGES];
    const set_cursor *f = &s->cursors[STORED_FURNITURE];

    if (!p->has_record)
        return f->has_record ? STORED_FURNITURE : STORED_SETS;
    return f->has_record && f->record.number < p->record.number ? STORED_FURNITURE
                                                                : STORED_PASSAGES;
}

quire_status
stored_articles_passage(stored_articles *s, article *a, const passage_list **list_out,
                        uint32_t *number_out, bool *more_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    unsigned set;

    for (unsigned i = 0; i < STORED_SETS && status == QUIRE_OK; i++)
        status = read_next(s, i, err);
    set = first_set(s);
    *more_out = status == QUIRE_OK && set != STORED_SETS;
    if (!*more_out)
        return status;
    set_cursor *c = &s->cursors[set];
    const passage_record *r = &c->record;

    a->text = borrowed(r->text);
    a->text_bytes = r->text_bytes;
    a->text_is_file = r->source_start != QUIRE_NO_OFFSET;
    a->skipped_bytes = a->text_is_file ? r->source_start : 0;
    s->passage = (passage){.end = r->text_bytes,
                           .has_title = r->nsentences > 0 && r->sentences[0].in_title,
                           .furniture = r->furniture,
                           .nsentences = r->nsentences};
    s->list = (passage_list){.passages = &s->passage,
                             .npassages = 1,
                             .sentences = (sentence *)(uintptr_t)r->sentences,
                             .nsentences = r->nsentences};
    *list_out = &s->list;
    *number_out = r->number;
    c->has_record = false;
    c->next++;
    return QUIRE_OK;
}

quire_status
stored_articles_key(stored_articles *s, article_key *key, quire_error *err)
{
    article a = {0};
    const passage_list *list;
    uint64_t nbytes = 0;
    uint32_t number;
    bool more = true;
    quire_status status = stored_articles_get(s, article_key_place(key), &a, err);

    while (status == QUIRE_OK) {
        status = stored_articles_passage(s, &a, &list, &number, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        nbytes += a.text_bytes;
    }
    if (status != QUIRE_OK)
        return status;
    key->seconds = a.has_date ? a.date.seconds : INT64_MIN;
    key->text_bytes = nbytes < UINT32_MAX ? (uint32_t)nbytes : UINT32_MAX;
    return QUIRE_OK;
}
