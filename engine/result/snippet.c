/* SPDX-License-Identifier: GPL-3.0-or-later */
/* snippet.c - which sentences of a passage to show where there is no room for all.
 *
 * Sentences are never cut: half a sentence may say the opposite of the whole.  A mark that runs
 * over several, as that of NEAR may, takes all of them with it.
 *
 * While they are chosen, a sentence has its entry in the caller's array: its words, and whether it
 * is chosen.  In the end the entries become the parts, of which there are fewer. */
#include "result/snippet.h"

#include <stdbool.h>

/* Entry of a sentence. */
#define CHOSEN end
#define WORDS start

static bool
is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* What stands between blanks. */
static uint32_t
count_words(const char *text, const quire_sentence *in)
{
    uint32_t n = 0;
    bool was_blank = true;

    for (uint32_t i = in->start; i < in->end; i++) {
        n += was_blank && !is_blank(text[i]);
        was_blank = is_blank(text[i]);
    }
    return n;
}

/* The sentences, first to last, that a mark runs over; false where it stands in none. */
static bool
find_sentences(const quire_hit *hit, const quire_mark *mark, size_t *first_out, size_t *last_out)
{
    size_t first = 0;
    size_t last;

    while (first < hit->nsentences && hit->sentences[first].end <= mark->start)
        first++;
    if (first == hit->nsentences)
        return false;
    last = first;
    while (last + 1 < hit->nsentences && hit->sentences[last + 1].start < mark->end)
        last++;
    *first_out = first;
    *last_out = last;
    return true;
}

static uint64_t
bit_of(const quire_mark *mark)
{
    return UINT64_C(1) << (mark->clause - 1) % 64;
}

/* What choosing the sentences of a mark would bring. */
typedef struct {
    size_t first;
    size_t last;
    uint32_t words; /* that come with them */
    unsigned nnew;  /* clauses that nothing chosen has */
    unsigned nmarks;
} choice;

static choice
weigh(const quire_hit *hit, const quire_range *entries, const quire_mark *mark, uint64_t seen)
{
    choice c = {0};
    uint64_t clauses = 0;

    if (!find_sentences(hit, mark, &c.first, &c.last))
        return c;
    for (size_t i = c.first; i <= c.last; i++)
        c.words += entries[i].CHOSEN ? 0 : entries[i].WORDS;
    for (size_t i = 0; i < hit->nmarks; i++) {
        const quire_mark *other = &hit->marks[i];

        if (other->start >= hit->sentences[c.first].start &&
            other->end <= hit->sentences[c.last].end) {
            clauses |= bit_of(other);
            c.nmarks++;
        }
    }
    c.nnew = (unsigned)__builtin_popcountll(clauses & ~seen);
    return c;
}

/* Take the sentences of one mark more: the best that fit.  False where there is none. */
static bool
choose_marked(const quire_hit *hit, quire_range *entries, uint32_t max_words, uint32_t *words,
              uint64_t *seen)
{
    choice best = {0};

    for (size_t i = 0; i < hit->nmarks; i++) {
        const choice c = weigh(hit, entries, &hit->marks[i], *seen);

        if (c.words == 0 || (*words > 0 && c.words > max_words - *words))
            continue;
        if (best.words == 0 || c.nnew > best.nnew ||
            (c.nnew == best.nnew && c.nmarks > best.nmarks))
            best = c;
    }
    if (best.words == 0)
        return false;
    for (size_t i = best.first; i <= best.last; i++)
        entries[i].CHOSEN = 1;
    for (size_t i = 0; i < hit->nmarks; i++)
        if (hit->marks[i].start >= hit->sentences[best.first].start &&
            hit->marks[i].end <= hit->sentences[best.last].end)
            *seen |= bit_of(&hit->marks[i]);
    *words += best.words;
    return true;
}

/* Take a sentence, if it fits. */
static bool
take(quire_range *entry, uint32_t max_words, uint32_t *words)
{
    if (entry->CHOSEN || entry->WORDS > max_words - *words)
        return false;
    entry->CHOSEN = 1;
    *words += entry->WORDS;
    return true;
}

/* Take what stands next to what is chosen: what follows tells more than what went before. */
static void
choose_neighbours(quire_range *entries, size_t n, uint32_t max_words, uint32_t *words)
{
    bool has_grown = true;

    while (has_grown) {
        has_grown = false;
        for (size_t i = 1; i < n; i++)
            if (entries[i - 1].CHOSEN && take(&entries[i], max_words, words)) {
                has_grown = true;
                i++; /* one after each, then the next round */
            }
        for (size_t i = n - 1; i > 0; i--)
            if (entries[i].CHOSEN && take(&entries[i - 1], max_words, words)) {
                has_grown = true;
                i--;
                if (i == 0)
                    break;
            }
    }
}

/* Entries to parts: runs of sentences. */
static size_t
gather(const quire_hit *hit, quire_range *entries)
{
    size_t nparts = 0;
    bool was_chosen = false;

    for (size_t i = 0; i < hit->nsentences; i++) {
        const bool is_chosen = entries[i].CHOSEN != 0;

        if (is_chosen && was_chosen)
            entries[nparts - 1].end = hit->sentences[i].end;
        else if (is_chosen)
            entries[nparts++] = (quire_range){hit->sentences[i].start, hit->sentences[i].end};
        was_chosen = is_chosen;
    }
    return nparts;
}

size_t
snippet_choose(const quire_hit *hit, uint32_t max_words, quire_range *parts)
{
    uint64_t all = 0;
    uint64_t seen = 0;
    uint32_t words = 0;

    for (size_t i = 0; i < hit->nsentences; i++) {
        parts[i] = (quire_range){.WORDS = count_words(hit->text, &hit->sentences[i])};
        all += parts[i].WORDS;
    }
    for (size_t i = 0; all <= max_words && i < hit->nsentences; i++)
        parts[i].CHOSEN = 1;
    if (all > max_words) {
        while (choose_marked(hit, parts, max_words, &words, &seen) && words < max_words)
            ;
        if (words == 0) {
            parts[0].CHOSEN = 1;
            words = parts[0].WORDS;
        }
        if (words < max_words)
            choose_neighbours(parts, hit->nsentences, max_words, &words);
    }
    return gather(hit, parts);
}
