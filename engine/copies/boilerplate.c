/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boilerplate.c - bunches of articles that are of many texts. */
#include "copies/boilerplate.h"

/* The text that an article was in the generation before; sets and articles alone are apart. */
static uint64_t
text_before(const grouped *g, uint32_t article)
{
    const grouping_place *place = &g->before[article];

    return place->set != GROUPING_ALONE ? place->set : ((uint64_t)article + 1) << 32;
}

static bool
counts(const grouped *g, uint32_t article, bool before)
{
    return before ? g->states[article] != ARTICLE_NEW : g->states[article] != ARTICLE_GONE;
}

/* Are the members of more than BOILERPLATE_TEXTS texts? */
static bool
is_of_many(const bunches *b, const bunch *of, bool before)
{
    const grouped *g = b->articles;
    uint64_t texts[BOILERPLATE_TEXTS];
    size_t ntexts = 0;

    for (uint32_t i = 0; i < of->nall; i++) {
        const uint32_t article = b->members[of->first + i];
        size_t j = 0;
        uint64_t text;

        if (!counts(g, article, before))
            continue;
        text = before ? text_before(g, article) : grouped_root(g, article);
        while (j < ntexts && texts[j] != text)
            j++;
        if (j == BOILERPLATE_TEXTS)
            return true;
        if (j == ntexts)
            texts[ntexts++] = text;
    }
    return false;
}

void
boilerplate_mark(bunches *b)
{
    for (uint32_t i = 0; i < b->nbunches; i++) {
        bunch *const of = &b->bunches[i];

        if (of->nall <= BOILERPLATE_TEXTS)
            continue;
        of->is_boilerplate = is_of_many(b, of, false);
        of->was_boilerplate = b->articles->before != NULL && is_of_many(b, of, true);
    }
}

static bool
is_telling(const bunches *b, uint32_t number, bool before)
{
    const bunch *of = number != BUNCH_NONE ? &b->bunches[number] : NULL;

    return of == NULL || !(before ? of->was_boilerplate : of->is_boilerplate);
}

/* The hashes up to the bound that are no boilerplate. */
static uint32_t
count_telling(const bunches *b, uint32_t article, uint32_t bound, bool before)
{
    const grouped *g = b->articles;
    uint32_t n = 0;

    for (uint32_t i = g->firsts[article]; i < g->firsts[article + 1] && g->hashes[i] <= bound; i++)
        n += is_telling(b, b->of[i], before);
    return n;
}

/* Those of them that are in both. */
static uint32_t
count_telling_common(const bunches *b, uint32_t x, uint32_t y, bool before)
{
    const grouped *g = b->articles;
    uint32_t i = g->firsts[x];
    uint32_t j = g->firsts[y];
    uint32_t n = 0;

    while (i < g->firsts[x + 1] && j < g->firsts[y + 1]) {
        const uint32_t of_x = g->hashes[i];
        const uint32_t of_y = g->hashes[j];

        if (of_x == of_y)
            n += is_telling(b, b->of[i], before);
        i += of_x <= of_y;
        j += of_y <= of_x;
    }
    return n;
}

bool
boilerplate_leaves_copies(const bunches *b, uint32_t x, uint32_t y, bool before)
{
    const grouped *g = b->articles;
    const uint32_t bound = g->bounds[x] < g->bounds[y] ? g->bounds[x] : g->bounds[y];
    const uint64_t ncommon = count_telling_common(b, x, y, before);

    return ncommon > 0 && (ncommon * 5 >= count_telling(b, x, bound, before) ||
                           ncommon * 5 >= count_telling(b, y, bound, before));
}
