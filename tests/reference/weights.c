/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weights.c - patterns by comparing them with every word there is; units; BM25. */
#include "weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "need.h"

static bool
is_searched(const weights *w, const naive_passage *p)
{
    return w->furniture || !p->furniture;
}

/* ---- the words that there are ---- */

static int
compare_words(const void *left, const void *right)
{
    const known_word *a = left;
    const known_word *b = right;
    const int order = strcmp(a->word->surface, b->word->surface);

    return order != 0 ? order : (int)a->word->is_acronym - (int)b->word->is_acronym;
}

void
weights_list_words(const naive_passage *passages, size_t npassages, bool furniture,
                   known_words *all)
{
    size_t nkept = 0;

    for (size_t i = 0; i < npassages; i++)
        for (size_t k = 0; (furniture || !passages[i].furniture) && k < passages[i].nwords; k++) {
            NEED(ARRAY_GROW(all->words, all->nwords, &all->room));
            all->words[all->nwords++] =
                (known_word){.word = &passages[i].words[k], .noccurrences = 1};
        }
    if (all->nwords > 1)
        qsort(all->words, all->nwords, sizeof *all->words, compare_words);
    for (size_t i = 0; i < all->nwords; i++)
        if (nkept > 0 && compare_words(&all->words[nkept - 1], &all->words[i]) == 0)
            all->words[nkept - 1].noccurrences++;
        else
            all->words[nkept++] = all->words[i];
    all->nwords = nkept;
}

/* The commonest first; of words that are as common, in the order of their bytes. */
static int
compare_commonness(const void *left, const void *right)
{
    const known_word *a = left;
    const known_word *b = right;

    if (a->noccurrences != b->noccurrences)
        return a->noccurrences > b->noccurrences ? -1 : 1;
    return compare_words(left, right);
}

/* ---- what a pattern stands for ---- */

/* What of its weight a word has that the slot may stand for; 0: the slot does not stand for it. */
static double
scale_in(const wanted_slot *slot, const wanted_word *own, const naive_word *word)
{
    static const double scales[] = {1, 0.5, 0.25};

    if (slot->kind == SLOT_OF_PATTERN)
        return wording_fits(slot->pattern, word->surface) ? 1 : 0;
    if (slot->kind == SLOT_OF_EDITS) {
        const size_t n = wording_edits(slot->pattern, word->surface);

        return n <= slot->edits ? scales[n] : 0;
    }
    return !word->is_acronym && own->word.stem == word->stem && own->word.spelled == word->spelled
               ? 1
               : 0;
}

static void
expand_slot(const known_words *all, wanted_slot *slot, size_t *nleft, arena *a)
{
    const wanted_word *own = slot->words;
    known_words found = {0};
    size_t limit = *nleft < WEIGHTS_MAX_WORDS ? *nleft : WEIGHTS_MAX_WORDS;

    for (size_t i = 0; i < all->nwords; i++)
        if (scale_in(slot, own, all->words[i].word) > 0) {
            NEED(ARRAY_GROW(found.words, found.nwords, &found.room));
            found.words[found.nwords++] = all->words[i];
        }
    if (found.nwords > 1)
        qsort(found.words, found.nwords, sizeof *found.words, compare_commonness);
    if (found.nwords < limit)
        limit = found.nwords;
    slot->words = arena_array(a, limit + 1, sizeof *slot->words);
    NEED(slot->words != NULL);
    slot->nwords = limit;
    for (size_t i = 0; i < limit; i++) {
        slot->words[i] = (wanted_word){.word = *found.words[i].word, .by = BY_SURFACE};
        slot->words[i].word.extra = NULL;
        slot->words[i].scale = scale_in(slot, own, found.words[i].word);
    }
    *nleft -= limit;
    free(found.words);
}

static void
expand(const weights *w, meaning *m)
{
    size_t nleft = WEIGHTS_MAX_TOTAL;

    for (size_t i = 0; i < m->nleaves; i++)
        for (size_t k = 0; k < m->leaves[i]->nslots; k++) {
            wanted_slot *slot = &m->leaves[i]->slots[k];

            if (slot->kind != SLOT_OF_WORDS && slot->kind != SLOT_OF_ANY)
                expand_slot(w->known, slot, &nleft, m->arena);
        }
}

/* ---- units ---- */

static uint32_t
term_frequency(const naive_word *term, const naive_passage *p)
{
    uint32_t n = 0;

    for (size_t i = 0; i < p->nwords; i++)
        n += wording_same_term(term, &p->words[i]);
    return n;
}

static size_t
document_frequency(const weights *w, const naive_word *term)
{
    size_t n = 0;

    for (size_t i = 0; i < w->npassages; i++)
        if (is_searched(w, &w->passages[i]))
            n += term_frequency(term, &w->passages[i]) > 0;
    return n;
}

static unit_choice *
find_choice(const unit *u, const naive_word *term)
{
    for (size_t i = 0; i < u->nchoices; i++)
        if (wording_same_term(&u->choices[i].term, term))
            return &u->choices[i];
    return NULL;
}

/* Let a term weigh so much, or as much as it does already. */
static void
add_choice(unit *u, const naive_word *term, double scale, bool is_akin)
{
    unit_choice *known = find_choice(u, term);

    if (known == NULL)
        u->choices[u->nchoices++] =
            (unit_choice){.term = *term, .scale = scale, .is_akin = is_akin};
    else if (known->scale < scale)
        known->scale = scale;
    if (known != NULL)
        known->is_akin = known->is_akin && is_akin;
}

/* Does it ask for all that the other asks for?  Nobody asks for what is only akin. */
static bool
asks_for(const unit *a, const unit *b)
{
    for (size_t i = 0; i < b->nchoices; i++) {
        const unit_choice *same = find_choice(a, &b->choices[i].term);

        if (!b->choices[i].is_akin && (same == NULL || same->is_akin))
            return false;
    }
    return true;
}

static bool
is_same(const unit *a, const unit *b)
{
    return a->is_pattern == b->is_pattern && asks_for(a, b) && asks_for(b, a);
}

/* The number of a slot's unit. */
static size_t
add_unit(weights *w, const wanted_slot *slot, double weight, arena *a)
{
    unit made = {.choices = arena_array(a, slot->nwords + WEIGHTS_MAX_AKIN, sizeof *made.choices),
                 .is_pattern = slot->kind == SLOT_OF_PATTERN || slot->kind == SLOT_OF_EDITS};

    NEED(made.choices != NULL);
    for (size_t i = 0; i < slot->nwords; i++)
        add_choice(&made, &slot->words[i].word, weight * slot->words[i].scale,
                   slot->kind == SLOT_OF_WORDS && slot->words[i].scale < 1);
    made.is_pattern &= made.nchoices > 1; /* one that stands for one stem is that word */
    for (size_t i = 0; i < w->nunits; i++)
        if (is_same(&w->units[i], &made)) {
            for (size_t k = 0; k < made.nchoices; k++)
                add_choice(&w->units[i], &made.choices[k].term, made.choices[k].scale,
                           made.choices[k].is_akin);
            return i;
        }
    w->units[w->nunits] = made;
    return w->nunits++;
}

static void
make_units(weights *w, meaning *m)
{
    size_t nslots = 0;

    for (size_t i = 0; i < m->nleaves; i++)
        nslots += m->leaves[i]->nslots;
    w->nunits = 0;
    w->units = arena_array(m->arena, nslots + 1, sizeof *w->units);
    NEED(w->units != NULL);
    for (size_t i = 0; i < m->nleaves; i++) {
        const node *leaf = m->leaves[i];

        for (size_t k = 0; k < leaf->nslots; k++) {
            leaf->slots[k].unit = SIZE_MAX;
            if (!leaf->under_exclusion && leaf->slots[k].nwords > 0)
                leaf->slots[k].unit = add_unit(w, &leaf->slots[k], leaf->weight, m->arena);
        }
    }
}

static void
count_frequencies(weights *w)
{
    for (size_t i = 0; i < w->nunits; i++) {
        unit *u = &w->units[i];
        size_t largest = 0;

        for (size_t k = 0; k < u->nchoices; k++) {
            u->choices[k].frequency = document_frequency(w, &u->choices[k].term);
            if (u->choices[k].frequency > largest)
                largest = u->choices[k].frequency;
        }
        for (size_t k = 0; u->is_pattern && k < u->nchoices; k++)
            u->choices[k].frequency = largest;
    }
}

void
weights_prepare(weights *w, meaning *m)
{
    w->nsearched = 0;
    w->nwords = 0;
    for (size_t i = 0; i < w->npassages; i++)
        if (is_searched(w, &w->passages[i])) {
            w->nsearched++;
            w->nwords += w->passages[i].nwords;
        }
    expand(w, m);
    make_units(w, m);
    count_frequencies(w);
}

/* ---- scores ---- */

/* What a term adds to the score of a passage in which it stands: BM25, in units of 2^-32. */
static int64_t
term_score(const weights *w, const unit_choice *choice, uint32_t frequency, const naive_passage *p)
{
    double df = (double)choice->frequency;
    double count = (double)w->nsearched;
    double tf = (double)frequency;
    double mean = (double)w->nwords / count;
    double odds = (count - df + 0.5) / (df + 0.5);
    double normlen = (double)p->nwords / mean;
    double denominator = w->k1 * (normlen * w->b + (1 - w->b)) + tf;
    double idf = 0;

    if (odds < 2)
        odds = odds * 0.5 + 1;
    idf = choice->scale * log(odds);
    return llrint(idf * ((w->k1 + 1) * (tf / denominator)) * 4294967296.0);
}

int64_t
weights_score(weights *w, const meaning *m, const naive_passage *p)
{
    int64_t sum = 0;

    for (size_t i = 0; i < w->nunits; i++)
        w->units[i].scores = false;
    for (size_t i = 0; i < m->nleaves; i++)
        for (size_t k = 0; m->leaves[i]->takes_part && k < m->leaves[i]->nslots; k++)
            if (m->leaves[i]->slots[k].unit != SIZE_MAX)
                w->units[m->leaves[i]->slots[k].unit].scores = true;
    for (size_t i = 0; i < w->nunits; i++) {
        const unit *u = &w->units[i];
        int64_t best = 0;

        for (size_t k = 0; u->scores && k < u->nchoices; k++) {
            const uint32_t frequency = term_frequency(&u->choices[k].term, p);
            const int64_t weight = frequency == 0 ? 0 : term_score(w, &u->choices[k], frequency, p);

            best = weight > best ? weight : best;
        }
        sum += best;
    }
    return sum;
}
