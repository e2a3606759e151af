/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stories.c - folding hits into results, and naming the copies of each. */
#include "result/stories.h"

#include <string.h>

#include "base/error.h"

struct folded_hit {
    folded_hit *next;
    uint32_t article;
    bool in_group; /* of the result's article */
    quire_copy copy;
};

quire_status
stories_begin(story_list *list, store *st, arena *a, size_t max, size_t most_named,
              quire_error *err)
{
    quire_status status;

    *list =
        (story_list){.store = st,
                     .arena = a,
                     .most_named = most_named < QUIRE_MAX_COPIES ? most_named : QUIRE_MAX_COPIES,
                     .room = max};
    status = store_copies(st, &list->groups, err);
    if (status != QUIRE_OK)
        return status;
    list->stories = arena_array(a, max + 1, sizeof *list->stories);
    list->hits = arena_array(a, max + 1, sizeof *list->hits);
    return list->stories != NULL && list->hits != NULL ? QUIRE_OK : error_nomem(err);
}

void
stories_free(story_list *list)
{
    fold_scratch_free(&list->scratch);
}

/* ---- Folding ---- */

static quire_status
read_story(story_list *list, const quire_hit *hit, uint32_t number, const passage_words *words,
           story *out, quire_error *err)
{
    bool is_found = false;
    quire_status status = QUIRE_OK;

    *out = (story){.passage = {.article = number,
                               .group = FOLD_NO_GROUP,
                               .title = hit->title,
                               .title_bytes = hit->title_bytes}};
    if (!fold_passage_read(&out->passage, words, list->arena))
        return error_nomem(err);
    /* Furniture is no part of the text by which articles are copies. */
    if (!hit->furniture)
        status = copies_file_find(list->groups, number, &is_found, &out->passage.group, &out->group,
                                  err);
    if (!is_found)
        out->passage.group = FOLD_NO_GROUP;
    return status;
}

/* False when memory is out. */
static bool
compare(story_list *list, const story *a, const story *b, bool *are_copies_out)
{
    const uint32_t group = a->passage.group;

    if (list->by_article && group != FOLD_NO_GROUP && group == b->passage.group) {
        *are_copies_out = true;
        return true;
    }
    return fold_compare(&a->passage, &b->passage, &list->scratch, are_copies_out);
}

/* The first result that the story is a copy of; NULL: it is none. */
static quire_status
find_original(story_list *list, const story *s, story **out, quire_error *err)
{
    const size_t n = list->nstories;
    const size_t near = n > STORIES_NEAR ? n - STORIES_NEAR : 0;
    size_t i = s->passage.group != FOLD_NO_GROUP ? 0 : near;

    *out = NULL;
    for (; i < n && *out == NULL; i++) {
        story *at = &list->stories[i];
        bool are_copies;

        if (list->hits[i].damage != NULL || (i < near && at->passage.group != s->passage.group))
            continue;
        if (!compare(list, at, s, &are_copies))
            return error_nomem(err);
        if (are_copies)
            *out = at;
    }
    return QUIRE_OK;
}

static bool
fold_into(story_list *list, story *original, const story *s, const quire_hit *hit)
{
    folded_hit *folded;

    for (folded = original->first; folded != NULL; folded = folded->next)
        if (folded->article == s->passage.article)
            return true;
    folded = arena_alloc(list->arena, sizeof *folded);
    if (folded == NULL)
        return false;
    *folded = (folded_hit){.article = s->passage.article,
                           .in_group = s->passage.group != FOLD_NO_GROUP &&
                                       s->passage.group == original->passage.group,
                           .copy = {.article = hit->article,
                                    .passage = hit->passage,
                                    .title = hit->title,
                                    .title_bytes = hit->title_bytes,
                                    .source = hit->source,
                                    .date = hit->date,
                                    .url = hit->url,
                                    .path = hit->path}};
    *original->next_place = folded;
    original->next_place = &folded->next;
    return true;
}

quire_status
stories_add(story_list *list, const quire_hit *hit, uint32_t number, const passage_words *words,
            quire_error *err)
{
    story s;
    story *original;
    quire_status status = read_story(list, hit, number, words, &s, err);

    if (status == QUIRE_OK)
        status = find_original(list, &s, &original, err);
    if (status != QUIRE_OK)
        return status;
    if (original != NULL)
        return fold_into(list, original, &s, hit) ? QUIRE_OK : error_nomem(err);
    list->hits[list->nstories] = *hit;
    original = &list->stories[list->nstories++];
    *original = s;
    original->next_place = &original->first;
    return QUIRE_OK;
}

void
stories_add_damaged(story_list *list, const quire_hit *hit)
{
    list->hits[list->nstories] = *hit;
    list->stories[list->nstories++] = (story){.passage = {.group = FOLD_NO_GROUP}};
    list->ndamaged++;
}

/* ---- Naming ---- */

/* The copies of a result in the making. */
typedef struct {
    story_list *list;
    const story *story;
    quire_copy *copies; /* room for the most that are named */
    uint32_t articles[QUIRE_MAX_COPIES];
    size_t ncopies;
} naming;

static bool
is_named(const naming *n, uint32_t number)
{
    for (size_t i = 0; i < n->ncopies; i++)
        if (n->articles[i] == number)
            return true;
    return false;
}

static void
add_name(naming *n, uint32_t number, const quire_copy *copy)
{
    const bool has_group = n->story->passage.group != FOLD_NO_GROUP;
    quire_copy *to = &n->copies[n->ncopies];

    *to = *copy;
    to->is_earliest = has_group && number == n->story->group.earliest;
    to->is_longest = has_group && number == n->story->group.longest;
    n->articles[n->ncopies++] = number;
}

/* Name an article of the group, unless it is the result's own, named already or one too many. */
static quire_status
name_article(naming *n, uint32_t number, quire_error *err)
{
    article_record record = {0};
    quire_status status;

    if (number == 0 || number == n->story->passage.article || is_named(n, number) ||
        n->ncopies == n->list->most_named)
        return QUIRE_OK;
    for (const folded_hit *f = n->story->first; f != NULL; f = f->next)
        if (f->article == number) {
            add_name(n, number, &f->copy);
            return QUIRE_OK;
        }
    status = store_article(n->list->store, number, n->list->arena, &record, err);
    if (status == QUIRE_OK)
        add_name(n, number,
                 &(quire_copy){.article = record.id,
                               .title = record.title != NULL ? record.title : "",
                               .title_bytes = record.title != NULL ? record.title_bytes : 0,
                               .source = record.source,
                               .date = record.date,
                               .url = record.url,
                               .path = record.path});
    if (status == QUIRE_ECORRUPT) {
        n->list->ndamaged++;
        return QUIRE_OK;
    }
    return status;
}

static quire_status
name_members(naming *n, quire_error *err)
{
    const copy_group *group = &n->story->group;
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0;
         i < group->nmembers && n->ncopies < n->list->most_named && status == QUIRE_OK; i++) {
        uint32_t number = 0;

        status = copies_file_member(n->list->groups, group, i, &number, err);
        if (status == QUIRE_OK)
            status = name_article(n, number, err);
    }
    return status;
}

static quire_status
name_copies(story_list *list, const story *s, quire_hit *hit, quire_error *err)
{
    const bool has_group = s->passage.group != FOLD_NO_GROUP;
    naming n = {.list = list, .story = s};
    quire_status status = QUIRE_OK;

    if (!has_group && s->first == NULL)
        return QUIRE_OK;
    n.copies = arena_array(list->arena, list->most_named + 1, sizeof *n.copies);
    if (n.copies == NULL)
        return error_nomem(err);
    if (has_group) {
        hit->is_earliest = s->group.earliest == s->passage.article;
        hit->is_longest = s->group.longest == s->passage.article;
        hit->copies_total = s->group.nmembers - 1;
        status = name_article(&n, s->group.earliest, err);
        if (status == QUIRE_OK)
            status = name_article(&n, s->group.longest, err);
    }
    for (const folded_hit *f = s->first; f != NULL && status == QUIRE_OK; f = f->next) {
        hit->copies_total += !f->in_group;
        status = name_article(&n, f->article, err);
    }
    if (status == QUIRE_OK && has_group)
        status = name_members(&n, err);
    hit->copies = n.copies;
    hit->ncopies = n.ncopies;
    return status;
}

quire_status
stories_finish(story_list *list, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < list->nstories && status == QUIRE_OK; i++)
        status = name_copies(list, &list->stories[i], &list->hits[i], err);
    if (status == QUIRE_OK && !stories_find_quotations(list))
        status = error_nomem(err);
    return status;
}
