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

static uint8_t
judge(const bunches *b, const bunch *of)
{
    uint8_t tells = 0;

    if (of->nall <= BOILERPLATE_TEXTS)
        return 0;
    tells |= is_of_many(b, of, false) ? TELLS_NOTHING : 0;
    tells |= b->articles->before != NULL && is_of_many(b, of, true) ? TOLD_NOTHING : 0;
    return tells;
}

void
boilerplate_mark(bunches *b)
{
    const uint32_t nhashes = b->articles->firsts[b->articles->narticles];

    for (uint32_t i = 0; i < b->nbunches; i++)
        b->bunches[i].tells = judge(b, &b->bunches[i]);
    for (uint32_t i = 0; i < nhashes; i++)
        b->tells[i] = b->of[i] != BUNCH_NONE ? b->bunches[b->of[i]].tells : 0;
}

/* The hashes up to the bound that are no boilerplate. */
static uint32_t
count_telling(const bunches *b, uint32_t article, uint32_t bound, uint8_t nothing)
{
    const uint32_t first = b->bunched[article].first;
    const uint32_t nhashes = grouped_count_within(b->articles, article, bound);
    uint32_t n = 0;

    for (uint32_t i = first; i < first + nhashes; i++)
        n += (b->tells[i] & nothing) == 0;
    return n;
}

/* Those of them that are in both. */
static uint32_t
count_telling_common(const bunches *b, uint32_t x, uint32_t y, uint8_t nothing)
{
    const uint32_t *hashes = b->articles->hashes;
    uint32_t i = b->bunched[x].first;
    uint32_t j = b->bunched[y].first;
    const uint32_t end_i = i + b->bunched[x].nhashes;
    const uint32_t end_j = j + b->bunched[y].nhashes;
    uint32_t n = 0;

    while (i < end_i && j < end_j) {
        const uint32_t of_x = hashes[i];
        const uint32_t of_y = hashes[j];

        n += of_x == of_y && (b->tells[i] & nothing) == 0;
        i += of_x <= of_y;
        j += of_y <= of_x;
    }
    return n;
}

bool
boilerplate_leaves_copies(const bunches *b, uint32_t x, uint32_t y, bool before)
{
    const uint8_t nothing = before ? TOLD_NOTHING : TELLS_NOTHING;
    const uint32_t bound_x = b->bunched[x].bound;
    const uint32_t bound_y = b->bunched[y].bound;
    const uint32_t bound = bound_x < bound_y ? bound_x : bound_y;
    const uint64_t ncommon = count_telling_common(b, x, y, nothing);

    return ncommon > 0 && (ncommon * 5 >= count_telling(b, x, bound, nothing) ||
                           ncommon * 5 >= count_telling(b, y, bound, nothing));
}
