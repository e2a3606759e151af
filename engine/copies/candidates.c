/* SPDX-License-Identifier: GPL-3.0-or-later */
/* candidates.c - pairs of articles whose sketches have hashes in common. */
#include "copies/candidates.h"

#include <stdlib.h>

#include "base/error.h"

/* An article of a large bunch. */
typedef struct {
    sketch sketch;
    uint32_t article;
    uint32_t from; /* the hash of its sketch behind the bunch's */
} member;

typedef struct {
    const bunches_source *source;
    candidate_visitor *visit;
    void *closure;
    member *members;
    size_t members_room;
} proposing;

/* Order by hashes from `from` on, all round. */
static int
compare_members(const void *x, const void *y)
{
    const member *a = x;
    const member *b = y;
    const uint32_t na = a->sketch.nhashes;
    const uint32_t nb = b->sketch.nhashes;
    const uint32_t n = na < nb ? na : nb;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t hash_a = sketch_hash(&a->sketch, (a->from + i) % na);
        const uint32_t hash_b = sketch_hash(&b->sketch, (b->from + i) % nb);

        if (hash_a != hash_b)
            return hash_a < hash_b ? -1 : 1;
    }
    if (na != nb)
        return na < nb ? -1 : 1;
    if (a->sketch.title != b->sketch.title)
        return a->sketch.title < b->sketch.title ? -1 : 1;
    return (a->article > b->article) - (a->article < b->article);
}

static uint32_t
place_behind(const sketch *s, uint32_t hash)
{
    uint32_t i = 0;

    while (i < s->nhashes && sketch_hash(s, i) <= hash)
        i++;
    return i < s->nhashes ? i : 0;
}

static quire_status
read_members(proposing *p, uint32_t hash, const uint32_t *articles, size_t n, quire_error *err)
{
    quire_status status = QUIRE_OK;

    if (n > p->members_room) {
        free(p->members);
        p->members = calloc(n, sizeof *p->members);
        p->members_room = p->members != NULL ? n : 0;
        if (p->members == NULL)
            return error_nomem(err);
    }
    for (size_t i = 0; i < n && status == QUIRE_OK; i++) {
        member *m = &p->members[i];
        bool is_there;

        m->article = articles[i];
        status = p->source->get(p->source->closure, m->article, &m->sketch, &is_there, err);
        m->from = status == QUIRE_OK ? place_behind(&m->sketch, hash) : 0;
    }
    return status;
}

static quire_status
propose(proposing *p, uint32_t a, uint32_t b, quire_error *err)
{
    return a < b ? p->visit(p->closure, a, b, err) : p->visit(p->closure, b, a, err);
}

static quire_status
propose_near(proposing *p, uint32_t hash, const uint32_t *articles, size_t n, quire_error *err)
{
    quire_status status = read_members(p, hash, articles, n, err);

    if (status != QUIRE_OK)
        return status;
    qsort(p->members, n, sizeof *p->members, compare_members);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n && j <= i + CANDIDATES_NEAR; j++) {
            status = propose(p, p->members[i].article, p->members[j].article, err);
            if (status != QUIRE_OK)
                return status;
        }
    return QUIRE_OK;
}

static quire_status
visit_bunch(void *closure, uint32_t hash, const uint32_t *articles, size_t n, quire_error *err)
{
    proposing *p = closure;

    if (n > CANDIDATES_ALL)
        return propose_near(p, hash, articles, n, err);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            quire_status status = propose(p, articles[i], articles[j], err);

            if (status != QUIRE_OK)
                return status;
        }
    return QUIRE_OK;
}

quire_status
candidates_visit(const bunches_source *source, size_t memory_bytes, candidate_visitor *visit,
                 void *closure, quire_error *err)
{
    proposing p = {.source = source, .visit = visit, .closure = closure};
    quire_status status = bunches_visit(source, memory_bytes, visit_bunch, &p, err);

    free(p.members);
    return status;
}
