/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored_articles.c - reading articles back from a segment.
 *
 * An article's passages and furniture passages lie in segments of their own; their numbers within
 * the article tell the reading order. */
#include "build/stored_articles.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buffer.h"
#include "base/error.h"
#include "store/quire_records.h"

enum { PASSAGES, FURNITURE, NSETS };

static const char *const set_names[NSETS] = {"passages", "furniture"};

typedef struct {
    uint32_t number;
    segment *sets[NSETS]; /* NULL where there is no furniture */
    char *paths[NSETS];
} opened_segment;

/* The passages of an article in one set. */
typedef struct {
    uint32_t next;
    uint32_t end;
    bool has_record; /* the next one's is read */
    passage_record record;
    sentence *sentences;
    size_t sentences_room;
} set_cursor;

struct stored_articles {
    const char *directory;
    opened_segment *segments;
    size_t nsegments;
    size_t room;
    opened_segment *at; /* of the article got last */
    arena *arena;       /* its strings */
    article_record record;
    set_cursor cursors[NSETS];
    passage passage; /* the one in list */
    passage_list list;
};

static void
close_segment(opened_segment *o)
{
    for (unsigned i = 0; i < NSETS; i++) {
        segment_close(o->sets[i]);
        free(o->paths[i]);
    }
}

stored_articles *
stored_articles_new(const char *directory)
{
    stored_articles *s = calloc(1, sizeof *s);

    if (s != NULL)
        s->directory = directory;
    return s;
}

void
stored_articles_free(stored_articles *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->nsegments; i++)
        close_segment(&s->segments[i]);
    for (unsigned i = 0; i < NSETS; i++)
        free(s->cursors[i].sentences);
    free(s->segments);
    arena_free(s->arena);
    free(s);
}

/* ---- Segments ---- */

static quire_status
open_set(const stored_articles *s, uint32_t number, unsigned set, opened_segment *o,
         quire_error *err)
{
    buffer path = {0};
    struct stat st;
    quire_status status = QUIRE_OK;

    if (!buffer_printf(&path, "%s/seg-%u/%s", s->directory, number, set_names[set]))
        status = error_nomem(err);
    else if (set == PASSAGES || stat(path.bytes, &st) == 0)
        status = segment_open(path.bytes, &o->sets[set], err);
    o->paths[set] = buffer_detach(&path);
    return status == QUIRE_OK && o->paths[set] == NULL ? error_nomem(err) : status;
}

static quire_status
find_segment(stored_articles *s, uint32_t number, opened_segment **out, quire_error *err)
{
    opened_segment o = {.number = number};
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < s->nsegments; i++) {
        if (s->segments[i].number == number) {
            *out = &s->segments[i];
            return QUIRE_OK;
        }
    }
    if (!ARRAY_GROW(s->segments, s->nsegments, &s->room))
        return error_nomem(err);
    for (unsigned set = 0; set < NSETS && status == QUIRE_OK; set++)
        status = open_set(s, number, set, &o, err);
    if (status == QUIRE_OK && !o.sets[PASSAGES]->has_articles)
        status = error_set(err, QUIRE_ECORRUPT, "%s: it holds no articles", o.paths[PASSAGES]);
    if (status != QUIRE_OK) {
        close_segment(&o);
        return status;
    }
    s->segments[s->nsegments] = o;
    *out = &s->segments[s->nsegments++];
    return QUIRE_OK;
}

/* ---- Articles ---- */

/* Strings of a record end in NULs, and nothing writes to what an article borrows. */
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
    opened_segment *o = NULL;
    quire_status status = find_segment(s, place.segment, &o, err);

    article_clear(a);
    arena_free(s->arena);
    s->arena = arena_new();
    if (status == QUIRE_OK && s->arena == NULL)
        status = error_nomem(err);
    if (status == QUIRE_OK)
        status = quire_records_article(o->sets[PASSAGES], o->paths[PASSAGES], place.number,
                                       s->arena, &s->record, err);
    if (status != QUIRE_OK)
        return status;
    if (!set_article(&s->record, a))
        return error_set(err, QUIRE_ECORRUPT, "%s: the date of article %u is damaged",
                         o->paths[PASSAGES], place.number);
    s->at = o;
    for (unsigned set = 0; set < NSETS; set++) {
        set_cursor *c = &s->cursors[set];

        c->next = c->end = 0;
        c->has_record = false;
        if (o->sets[set] != NULL && place.number <= o->sets[set]->narticles)
            segment_articles_passages(o->sets[set], place.number, place.number, &c->next, &c->end);
    }
    return QUIRE_OK;
}

/* ---- Passages ---- */

static quire_status
read_next(stored_articles *s, unsigned set, quire_error *err)
{
    set_cursor *c = &s->cursors[set];
    quire_status status = QUIRE_OK;

    if (c->has_record || c->next == c->end)
        return QUIRE_OK;
    status = quire_records_passage(s->at->sets[set], s->at->paths[set], set == FURNITURE, c->next,
                                   &c->sentences, &c->sentences_room, &c->record, err);
    if (status == QUIRE_OK)
        status = quire_records_set_title(&c->record, &s->record, s->at->paths[PASSAGES], err);
    c->has_record = status == QUIRE_OK;
    return status;
}

/* The set whose next passage comes first in the article; NSETS: there is none. */
static unsigned
first_set(const stored_articles *s)
{
    const set_cursor *p = &s->cursors[PASSAGES];
    const set_cursor *f = &s->cursors[FURNITURE];

    if (!p->has_record)
        return f->has_record ? FURNITURE : NSETS;
    return f->has_record && f->record.number < p->record.number ? FURNITURE : PASSAGES;
}

quire_status
stored_articles_passage(stored_articles *s, article *a, const passage_list **list_out,
                        uint32_t *number_out, bool *more_out, quire_error *err)
{
    quire_status status = QUIRE_OK;
    unsigned set;

    for (unsigned i = 0; i < NSETS && status == QUIRE_OK; i++)
        status = read_next(s, i, err);
    set = first_set(s);
    *more_out = status == QUIRE_OK && set != NSETS;
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
                             .sentences = c->sentences,
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
