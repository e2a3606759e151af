/* SPDX-License-Identifier: GPL-3.0-or-later */
/* same_results.c - comparing the results of two stores, member by member. */
#include "same_results.h"

#include <string.h>

static bool
same_strings(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static bool
same_bytes(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    return a_bytes == b_bytes && (a_bytes == 0 || memcmp(a, b, a_bytes) == 0);
}

bool
same_results_marks(const quire_mark *a, size_t na, const quire_mark *b, size_t nb)
{
    for (size_t i = 0; na == nb && i < na; i++)
        if (a[i].start != b[i].start || a[i].end != b[i].end || a[i].clause != b[i].clause)
            return false;
    return na == nb;
}

static const char *
compare_passage(const quire_hit *a, const quire_hit *b)
{
    if (!same_strings(a->article, b->article) || a->passage != b->passage)
        return "another passage";
    if (a->score < b->score || a->score > b->score)
        return "another score";
    if (a->furniture != b->furniture || a->start != b->start || a->end != b->end ||
        !same_strings(a->path, b->path))
        return "another place in the file";
    if (!same_bytes(a->text, a->text_bytes, b->text, b->text_bytes))
        return "another text";
    if (!same_bytes(a->title, a->title_bytes, b->title, b->title_bytes))
        return "another title";
    if (!same_strings(a->date, b->date) || !same_strings(a->source, b->source) ||
        !same_strings(a->author, b->author) || !same_strings(a->url, b->url) ||
        !same_strings(a->language, b->language))
        return "another date, source, author, URL or language";
    if (!same_results_marks(a->marks, a->nmarks, b->marks, b->nmarks))
        return "other marks";
    if (!same_results_marks(a->title_marks, a->ntitle_marks, b->title_marks, b->ntitle_marks))
        return "other marks in the title";
    return a->npassages == b->npassages ? NULL : "another number of passages";
}

static const char *
compare_hits(const quire_results *wanted, const quire_results *got)
{
    const char *difference = NULL;

    for (size_t i = 0; i < quire_results_size(wanted) && difference == NULL; i++) {
        const quire_hit *a = quire_results_hit(wanted, i);
        const quire_hit *b = quire_results_hit(got, i);

        difference = compare_passage(a, b);
        for (size_t k = 0; k < a->npassages && difference == NULL; k++)
            difference = compare_passage(&a->passages[k], &b->passages[k]);
    }
    return difference;
}

static bool
same_notes(const quire_results *wanted, const quire_results *got)
{
    if (quire_results_nnotes(wanted) != quire_results_nnotes(got))
        return false;
    for (size_t i = 0; i < quire_results_nnotes(wanted); i++) {
        const quire_note *a = quire_results_note(wanted, i);
        const quire_note *b = quire_results_note(got, i);

        if (strcmp(a->code, b->code) != 0 || strcmp(a->text, b->text) != 0 ||
            a->start != b->start || a->end != b->end)
            return false;
    }
    return true;
}

static bool
same_clauses(const quire_results *wanted, const quire_results *got)
{
    if (quire_results_nclauses(wanted) != quire_results_nclauses(got))
        return false;
    for (size_t i = 0; i < quire_results_nclauses(wanted); i++) {
        const quire_clause *a = quire_results_clause(wanted, i);
        const quire_clause *b = quire_results_clause(got, i);

        if (a->number != b->number || a->marks != b->marks || strcmp(a->text, b->text) != 0)
            return false;
    }
    return true;
}

const char *
same_results(const quire_results *wanted, const quire_results *got)
{
    if (quire_results_size(wanted) != quire_results_size(got))
        return "another number of results";
    if (quire_results_count(wanted) != quire_results_count(got))
        return "another count";
    if (!same_notes(wanted, got))
        return "other notes";
    if (!same_clauses(wanted, got))
        return "other clauses";
    return compare_hits(wanted, got);
}

/* ---- marks ---- */

static bool
is_boundary(const char *text, size_t nbytes, size_t at)
{
    return at >= nbytes || ((unsigned char)text[at] & 0xc0) != 0x80;
}

static bool
marks_are_sound(const quire_results *results, const char *text, size_t nbytes,
                const quire_mark *marks, size_t nmarks)
{
    size_t behind = 0;

    for (size_t i = 0; i < nmarks; i++) {
        const quire_mark *m = &marks[i];
        const quire_clause *clause =
            m->clause == 0 ? NULL : quire_results_clause(results, m->clause - 1);

        if (m->start < behind || m->end <= m->start || m->end > nbytes || clause == NULL ||
            !clause->marks)
            return false;
        if (!is_boundary(text, nbytes, m->start) || !is_boundary(text, nbytes, m->end))
            return false;
        behind = m->end;
    }
    return true;
}

static bool
hit_is_sound(const quire_results *results, const quire_hit *hit)
{
    bool is_sound =
        marks_are_sound(results, hit->text, hit->text_bytes, hit->marks, hit->nmarks) &&
        marks_are_sound(results, hit->title, hit->title_bytes, hit->title_marks, hit->ntitle_marks);

    for (size_t i = 0; i < hit->npassages && is_sound; i++)
        is_sound = hit_is_sound(results, &hit->passages[i]);
    return is_sound;
}

const char *
same_results_check(const quire_results *results)
{
    for (size_t i = 0; i < quire_results_size(results); i++)
        if (!hit_is_sound(results, quire_results_hit(results, i)))
            return "a mark that cannot be one";
    return NULL;
}
