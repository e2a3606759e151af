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

static void
note_telling(const bunches *b, bunched *article)
{
    const uint32_t end = article->first + article->nhashes;

    article->ntelling = 0;
    article->large = 0;
    for (uint32_t i = article->first; i < end; i++) {
        if ((b->tells[i] & TELLS_NOTHING) != 0)
            continue;
        article->ntelling++;
        if (b->of[i] != BUNCH_NONE && bunch_is_large(&b->bunches[b->of[i]]))
            article->large |= bunch_bit(b->articles->hashes[i]);
    }
}

void
boilerplate_mark(bunches *b)
{
    const uint32_t nhashes = b->articles->firsts[b->articles->narticles];

    for (uint32_t i = 0; i < b->nbunches; i++)
        b->bunches[i].tells = judge(b, &b->bunches[i]);
    for (uint32_t i = 0; i < nhashes; i++)
        b->tells[i] = b->of[i] != BUNCH_NONE ? b->bunches[b->of[i]].tells : 0;
    for (uint32_t i = 0; i < b->articles->narticles; i++)
        note_telling(b, &b->bunched[i]);
}

/* The hashes up to the bound that are no boilerplate. */
static uint32_t
count_telling(const bunches *b, uint32_t number, uint32_t bound, uint8_t nothing)
{
    const bunched *const article = &b->bunched[number];
    const uint32_t *const hashes = b->articles->hashes + article->first;
    const uint8_t *const tells = b->tells + article->first;
    uint32_t n = 0;

    if (article->bound <= bound && nothing == TELLS_NOTHING)
        return article->ntelling;
    for (uint32_t i = 0; i < article->nhashes && hashes[i] <= bound; i++)
        n += (tells[i] & nothing) == 0;
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

/* Is one in five of what tells in one of them in both? */
static bool
is_enough(const bunches *b, uint32_t x, uint32_t y, uint64_t ncommon, uint8_t nothing)
{
    const uint32_t bound_x = b->bunched[x].bound;
    const uint32_t bound_y = b->bunched[y].bound;
    const uint32_t bound = bound_x < bound_y ? bound_x : bound_y;

    return ncommon > 0 && (ncommon * 5 >= count_telling(b, x, bound, nothing) ||
                           ncommon * 5 >= count_telling(b, y, bound, nothing));
}

bool
boilerplate_leaves_copies(const bunches *b, uint32_t x, uint32_t y, bool before)
{
    const uint8_t nothing = before ? TOLD_NOTHING : TELLS_NOTHING;

    return is_enough(b, x, y, count_telling_common(b, x, y, nothing), nothing);
}

bool
boilerplate_is_passed(const bunches *b, uint32_t x, uint32_t y, uint32_t ncommon)
{
    return is_enough(b, x, y, ncommon, TELLS_NOTHING);
}
