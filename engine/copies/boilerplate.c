/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boilerplate.c - bunches of articles that are of many texts. */
#include "copies/boilerplate.h"

/* Are the members of more than BOILERPLATE_TEXTS texts? */
static bool
is_of_many(const bunches *b, const bunch *of)
{
    text_count texts = {.n = 0};

    if (of->nmembers <= BOILERPLATE_TEXTS)
        return false;
    for (uint32_t i = 0; i < of->nmembers; i++)
        if (text_count_add(&texts, grouped_root(b->articles, b->members[of->first + i])))
            return true;
    return false;
}

static void
note_telling(const bunches *b, bunched *article)
{
    const uint32_t end = article->first + article->nhashes;

    article->ntelling = 0;
    article->nlarge = 0;
    article->large = 0;
    for (uint32_t i = article->first; i < end; i++) {
        if (b->tells_nothing[i])
            continue;
        bunched_note(article, b->articles->hashes[i]);
        if (b->of[i] != BUNCH_NONE && bunch_is_large(&b->bunches[b->of[i]])) {
            article->nlarge++;
            article->large |= bunch_bit(b->articles->hashes[i]);
        }
    }
}

void
boilerplate_mark(bunches *b)
{
    const uint32_t nhashes = b->articles->firsts[b->articles->narticles];

    for (uint32_t i = 0; i < b->nbunches; i++)
        b->bunches[i].tells_nothing = is_of_many(b, &b->bunches[i]);
    for (uint32_t i = 0; i < nhashes; i++)
        b->tells_nothing[i] = b->of[i] != BUNCH_NONE && b->bunches[b->of[i]].tells_nothing;
    for (uint32_t i = 0; i < b->articles->narticles; i++)
        note_telling(b, &b->bunched[i]);
}

/* The hashes up to the bound that are no boilerplate. */
static uint32_t
count_telling(const bunches *b, uint32_t number, uint32_t bound)
{
    const bunched *const article = &b->bunched[number];
    const uint32_t *const hashes = b->articles->hashes + article->first;
    const bool *const tells_nothing = b->tells_nothing + article->first;
    uint32_t n = 0;

    if (article->bound <= bound)
        return article->ntelling;
    for (uint32_t i = 0; i < article->nhashes && hashes[i] <= bound; i++)
        n += !tells_nothing[i];
    return n;
}

uint32_t
boilerplate_count_telling(const bunches *b, uint32_t x, uint32_t y)
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

        n += of_x == of_y && !b->tells_nothing[i];
        i += of_x <= of_y;
        j += of_y <= of_x;
    }
    return n;
}

bool
boilerplate_is_passed(const bunches *b, uint32_t x, uint32_t y, uint32_t ncommon)
{
    const uint32_t bound_x = b->bunched[x].bound;
    const uint32_t bound_y = b->bunched[y].bound;
    const uint32_t bound = bound_x < bound_y ? bound_x : bound_y;

    return ncommon > 0 &&
           boilerplate_is_enough(ncommon, count_telling(b, x, bound), count_telling(b, y, bound));
}
