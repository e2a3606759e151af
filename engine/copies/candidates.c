/* SPDX-License-Identifier: GPL-3.0-or-later */
/* candidates.c - pairs of articles that stand next to each other in a large bunch. */
#include "copies/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"

/* An article of a large bunch. */
typedef struct {
    uint64_t key;   /* the two hashes of its sketch behind the bunch's */
    uint64_t whole; /* a hash of all of them: most that are the same are so wholly */
    const uint32_t *hashes;
    uint32_t nhashes;
    uint32_t from; /* the place of the first one behind the bunch's */
    uint32_t nwords;
    uint32_t title;
    uint32_t article;
} member;

typedef struct {
    const bunches *bunches;
    candidate_visitor *visit;
    void *closure;
    uint32_t *articles; /* of a bunch */
    size_t room;
} proposing;

/* Order by hashes from `from` on, all round. */
static int
compare_hashes(const member *a, const member *b)
{
    const uint32_t n = a->nhashes < b->nhashes ? a->nhashes : b->nhashes;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t hash_a = a->hashes[(a->from + i) % a->nhashes];
        const uint32_t hash_b = b->hashes[(b->from + i) % b->nhashes];

        if (hash_a != hash_b)
            return hash_a < hash_b ? -1 : 1;
    }
    return (a->nhashes > b->nhashes) - (a->nhashes < b->nhashes);
}

static int
compare_members(const void *x, const void *y)
{
    const member *a = x;
    const member *b = y;
    const int by_hashes = a->key != b->key       ? (a->key > b->key) - (a->key < b->key)
                          : a->whole != b->whole ? compare_hashes(a, b)
                                                 : 0;

    if (by_hashes != 0)
        return by_hashes;
    if (a->nwords != b->nwords)
        return a->nwords < b->nwords ? -1 : 1;
    if (a->title != b->title)
        return a->title < b->title ? -1 : 1;
    return (a->article > b->article) - (a->article < b->article);
}

static member
member_of(const grouped *g, uint32_t article, uint32_t hash)
{
    member m = {.hashes = g->hashes + g->firsts[article],
                .nhashes = g->firsts[article + 1] - g->firsts[article],
                .nwords = g->nwords[article],
                .title = g->titles[article],
                .article = article};

    while (m.from < m.nhashes && m.hashes[m.from] <= hash)
        m.from++;
    m.from = m.from < m.nhashes ? m.from : 0;
    m.key = (uint64_t)m.hashes[m.from] << 32 | m.hashes[(m.from + 1) % m.nhashes];
    m.whole = hash_bytes(m.hashes, m.nhashes * sizeof *m.hashes);
    return m;
}

/* The hash of a bunch: that of its first member that belongs to it. */
static uint32_t
hash_of(const bunches *b, uint32_t number)
{
    const grouped *g = b->articles;
    uint32_t i = g->firsts[b->members[b->bunches[number].first]];

    while (b->of[i] != number)
        i++;
    return g->hashes[i];
}

bool
candidates_order(const grouped *g, uint32_t hash, uint32_t *articles, size_t n)
{
    member *members = malloc((n + 1) * sizeof *members);

    if (members == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        members[i] = member_of(g, articles[i], hash);
    qsort(members, n, sizeof *members, compare_members);
    for (size_t i = 0; i < n; i++)
        articles[i] = members[i].article;
    free(members);
    return true;
}

static quire_status
propose_near(proposing *p, uint32_t number, quire_error *err)
{
    const bunch *of = &p->bunches->bunches[number];
    const size_t n = of->nmembers;

    if (n > p->room) {
        free(p->articles);
        p->articles = malloc(n * sizeof *p->articles);
        p->room = p->articles != NULL ? n : 0;
        if (p->articles == NULL)
            return error_nomem(err);
    }
    memcpy(p->articles, p->bunches->members + of->first, n * sizeof *p->articles);
    if (!candidates_order(p->bunches->articles, hash_of(p->bunches, number), p->articles, n))
        return error_nomem(err);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n && j <= i + CANDIDATES_NEAR; j++) {
            quire_status status = p->visit(p->closure, p->articles[i], p->articles[j], err);

            if (status != QUIRE_OK)
                return status;
        }
    return QUIRE_OK;
}

quire_status
candidates_visit(const bunches *b, candidate_visitor *visit, void *closure, quire_error *err)
{
    proposing p = {.bunches = b, .visit = visit, .closure = closure};
    quire_status status = QUIRE_OK;

    for (uint32_t i = 0; i < b->nbunches && status == QUIRE_OK; i++)
        if (bunch_is_large(&b->bunches[i]))
            status = propose_near(&p, i, err);
    free(p.articles);
    return status;
}
