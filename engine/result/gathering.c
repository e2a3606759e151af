/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gathering.c - asking for as much as makes as many results as are wanted.
 *
 * A few hits more than results are asked for, since some will be folded; if that does not do, many
 * more are. */
#include "result/gathering.h"

#include "base/error.h"
#include "result/stories.h"

/* Every hit is a result. */
static quire_status
take_all(const gathering *g, search_results *out, quire_error *err)
{
    uint32_t nfound = 0;
    quire_status status = g->ask(g->closure, g->wanted, &nfound, err);

    if (status != QUIRE_OK)
        return status;
    out->hits = arena_array(g->arena, (size_t)nfound + 1, sizeof *out->hits);
    if (out->hits == NULL)
        return error_nomem(err);
    for (uint32_t i = 0; i < nfound && status == QUIRE_OK; i++) {
        uint32_t number = 0;

        status = g->fill(g->closure, i, &out->hits[i], &number, err);
        out->ndamaged += out->hits[i].damage != NULL;
    }
    out->nhits = nfound;
    return status;
}

/* Add hit number i to the stories. */
static quire_status
add_hit(const gathering *g, uint32_t i, story_list *stories, quire_error *err)
{
    quire_hit hit = {0};
    uint32_t number = 0;
    quire_status status = g->fill(g->closure, i, &hit, &number, err);

    if (status != QUIRE_OK)
        return status;
    if (hit.damage == NULL)
        return stories_add(stories, &hit, number, g->words, err);
    stories_add_damaged(stories, &hit);
    return QUIRE_OK;
}

/* How many hits are likely to do.  Articles are copies of each other more often than passages are,
 * and to ask again takes more. */
static uint64_t
first_number(const gathering *g)
{
    if (g->wanted <= 1)
        return g->wanted;
    return (uint64_t)g->wanted + (g->by_article ? g->wanted : g->wanted / 8) + 2;
}

/* Add hits until there are as many stories as are wanted, or no more hits. */
static quire_status
fill_stories(const gathering *g, story_list *stories, quire_error *err)
{
    uint64_t asked = first_number(g);
    uint32_t done = 0;
    bool is_complete = false;
    quire_status status = QUIRE_OK;

    while (status == QUIRE_OK && !is_complete) {
        const uint32_t max_hits = asked < g->nall ? (uint32_t)asked : g->nall;
        uint32_t nfound = 0;

        status = g->ask(g->closure, max_hits, &nfound, err);
        for (; done < nfound && stories->nstories < g->wanted && status == QUIRE_OK; done++)
            status = add_hit(g, done, stories, err);
        is_complete = stories->nstories == g->wanted || nfound < max_hits || max_hits == g->nall;
        asked = 3 * asked + 10;
    }
    return status;
}

/* A result for each story. */
static quire_status
take_stories(const gathering *g, search_results *out, quire_error *err)
{
    story_list stories = {0};
    quire_status status =
        stories_begin(&stories, g->store, g->arena, g->wanted, g->named_copies, err);

    stories.by_article = g->by_article;
    if (status == QUIRE_OK)
        status = fill_stories(g, &stories, err);
    if (status == QUIRE_OK && !g->ranks_only)
        status = stories_finish(&stories, err);
    out->hits = stories.hits;
    out->ndamaged = stories.ndamaged;
    out->nhits = stories.nstories;
    stories_free(&stories);
    return status;
}

quire_status
gathering_run(const gathering *g, search_results *out, quire_error *err)
{
    return g->show_copies ? take_all(g, out, err) : take_stories(g, out, err);
}
