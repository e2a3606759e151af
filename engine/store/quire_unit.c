/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_unit.c - what a worker does for Quire's own store.
 *
 * Words are gathered over as many units as memory allows, numbered from 0 in each run, and what is
 * gathered last is left in memory for the merge; where a unit's passages stand in the segment is
 * known only when the units before it are there.
 *
 * Stored forms are encoded many at a time: between two of them the making of passages would drive
 * the code's tables, half a megabyte, out of the caches. */
#include "store/quire_unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/error.h"
#include "store/article_record.h"
#include "store/article_terms.h"

#define ENCODED_AT_ONCE ((size_t)1 << 20) /* bytes, or what a unit has */

/* A worker's part of one set. */
typedef struct {
    segment_run *run;
    uint32_t run_number; /* of that with passages in it */
    uint32_t nin_run;    /* passages in it */
    const text_code *code;
    buffer records;    /* that wait to be encoded */
    uint32_t nwaiting; /* of them: the unit's last ones */
} worker_part;

struct quire_worker {
    quire_plan *plan;
    worker_part parts[QUIRE_NSETS];
    buffer scratch;
};

char *
quire_plan_run_path(const quire_plan *plan, unsigned set, uint32_t run)
{
    buffer path = {0};

    if (!buffer_printf(&path, "%s/run-%u", plan->paths[set], run)) {
        buffer_free(&path);
        return NULL;
    }
    return buffer_detach(&path);
}

const segment_run *
quire_plan_kept_run(const quire_plan *plan, unsigned set, uint32_t number)
{
    const quire_kept_runs *kept = &plan->kept[set];

    for (size_t i = 0; i < kept->nruns; i++)
        if (kept->runs[i].number == number)
            return kept->runs[i].run;
    return NULL;
}

void
quire_plan_free_kept(quire_plan *plan, unsigned set)
{
    quire_kept_runs *kept = &plan->kept[set];

    for (size_t i = 0; i < kept->nruns; i++)
        segment_run_free(kept->runs[i].run);
    free(kept->runs);
    *kept = (quire_kept_runs){0};
}

quire_status
quire_plan_make_directory(const quire_plan *plan, unsigned set, quire_error *err)
{
    if (mkdir(plan->paths[set], 0777) != 0 && errno != EEXIST)
        return error_set(err, QUIRE_EIO, "%s: %s", plan->paths[set], strerror(errno));
    return QUIRE_OK;
}

void
quire_unit_free(quire_unit *unit)
{
    if (unit == NULL)
        return;
    for (unsigned set = 0; set < QUIRE_NSETS; set++) {
        quire_part *p = &unit->parts[set];

        buffer_free(&p->text);
        free(p->sizes);
        free(p->lengths);
        free(p->firsts);
    }
    free(unit->articles);
    source_names_free(&unit->sources);
    free(unit);
}

/* ---- The worker ---- */

quire_worker *
quire_worker_new(quire_plan *plan)
{
    quire_worker *w = calloc(1, sizeof *w);

    if (w == NULL)
        return NULL;
    w->plan = plan;
    for (unsigned set = 0; set < QUIRE_NSETS; set++) {
        worker_part *p = &w->parts[set];

        p->run = segment_run_new();
        p->code = plan->codes[set];
        if (p->run == NULL) {
            quire_worker_free(w);
            return NULL;
        }
    }
    return w;
}

void
quire_worker_free(quire_worker *w)
{
    if (w == NULL)
        return;
    for (unsigned set = 0; set < QUIRE_NSETS; set++) {
        segment_run_free(w->parts[set].run);
        buffer_free(&w->parts[set].records);
    }
    buffer_free(&w->scratch);
    free(w);
}

quire_status
quire_worker_begin(quire_worker *w, quire_unit **unit_out, quire_error *err)
{
    quire_unit *unit = calloc(1, sizeof *unit);

    if (unit == NULL)
        return error_nomem(err);
    for (unsigned set = 0; set < QUIRE_NSETS; set++) {
        worker_part *p = &w->parts[set];

        if (p->nin_run == 0)
            p->run_number = atomic_fetch_add(&w->plan->nruns, 1);
        unit->parts[set].run = p->run_number;
        unit->parts[set].first_in_run = p->nin_run;
    }
    *unit_out = unit;
    return QUIRE_OK;
}

/* ---- Stored forms ---- */

/* Encode the stored forms that wait into the unit. */
static quire_status
encode(worker_part *from, quire_part *to, quire_error *err)
{
    const char *at;

    if (!buffer_reserve(&from->records, TEXT_CODE_SLACK))
        return error_nomem(err);
    memset(from->records.bytes + from->records.size, 0, TEXT_CODE_SLACK);
    at = from->records.bytes;
    for (uint32_t i = to->nrecords - from->nwaiting; i < to->nrecords; i++) {
        const size_t before = to->text.size;

        if (!text_code_encode(from->code, at, to->sizes[i], &to->text))
            return error_nomem(err);
        at += to->sizes[i];
        if (to->text.size - before > UINT32_MAX)
            return error_set(err, QUIRE_EIO, "an article is larger than an index can hold");
        to->sizes[i] = (uint32_t)(to->text.size - before);
    }
    buffer_clear(&from->records);
    from->nwaiting = 0;
    return QUIRE_OK;
}

/* A stored form was appended to those that wait, from start on. */
static quire_status
end_record(worker_part *from, quire_part *to, size_t start, quire_error *err)
{
    if (from->records.size - start > UINT32_MAX)
        return error_set(err, QUIRE_EIO, "an article is larger than an index can hold");
    if (!ARRAY_GROW(to->sizes, to->nrecords, &to->sizes_room))
        return error_nomem(err);
    to->sizes[to->nrecords++] = (uint32_t)(from->records.size - start);
    from->nwaiting++;
    return from->records.size >= ENCODED_AT_ONCE ? encode(from, to, err) : QUIRE_OK;
}

static quire_status
add_article_record(quire_worker *w, quire_unit *unit, const article *a, quire_error *err)
{
    worker_part *from = &w->parts[QUIRE_PASSAGES];
    const size_t start = from->records.size;

    if (!article_record_write(a, &from->records))
        return error_nomem(err);
    return end_record(from, &unit->parts[QUIRE_PASSAGES], start, err);
}

/* ---- Articles ---- */

static bool
add_column(quire_worker *w, quire_unit *unit, const article *a)
{
    const article_date *d = &a->date;
    article_column column = {.source = ARTICLE_NO_SOURCE};
    term t;

    if (a->has_date)
        column.day = (uint32_t)(d->year * 10000 + d->month * 100 + d->day);
    if (a->source != NULL && (!article_terms_fold(&t, "H", a->source, &w->scratch) ||
                              !source_names_add(&unit->sources, t.bytes, t.nbytes, &column.source)))
        return false;
    if (!ARRAY_GROW(unit->articles, unit->narticles, &unit->articles_room))
        return false;
    unit->articles[unit->narticles] = column;
    return true;
}

quire_status
quire_worker_add_article(quire_worker *w, quire_unit *unit, const article *a, quire_error *err)
{
    if (!add_column(w, unit, a))
        return error_nomem(err);
    for (unsigned set = 0; set < QUIRE_NSETS; set++) {
        quire_part *p = &unit->parts[set];

        if (!ARRAY_GROW(p->firsts, unit->narticles, &p->firsts_room))
            return error_nomem(err);
        p->firsts[unit->narticles] = p->npassages;
    }
    unit->narticles++;
    return add_article_record(w, unit, a, err);
}

/* ---- Passages ---- */

/* How far the title reaches in the positions of a passage: words, and a gap after each sentence. */
static uint32_t
title_end(const passage_source *source)
{
    const passage_words *words = source->words;
    const sentence *sentences = source->list->sentences + source->passage->first_sentence;
    uint32_t end = 0;

    while (end < words->list.ntokens && words->places[end].in_title)
        end++;
    if (end == 0)
        return 0;
    for (size_t i = 0; i < source->passage->nsentences && sentences[i].in_title; i++)
        end++;
    return end;
}

quire_status
quire_worker_add_passage(quire_worker *w, quire_unit *unit, const passage_source *source,
                         quire_error *err)
{
    const unsigned set = source->passage->furniture ? QUIRE_FURNITURE : QUIRE_PASSAGES;
    worker_part *from = &w->parts[set];
    quire_part *to = &unit->parts[set];
    const size_t start = from->records.size;

    if (!ARRAY_GROW(to->lengths, to->npassages, &to->lengths_room) ||
        !passage_source_write(source, false, &from->records) ||
        !segment_run_add(from->run, from->nin_run, source->words))
        return error_nomem(err);
    if (source->passage->has_title)
        unit->articles[unit->narticles - 1].title = title_end(source);
    to->lengths[to->npassages] = (uint32_t)source->words->list.ntokens;
    to->nwords += source->words->list.ntokens;
    to->npassages++;
    from->nin_run++;
    return end_record(from, to, start, err);
}

/* ---- Runs ---- */

static quire_status
spill(quire_worker *w, unsigned set, quire_error *err)
{
    worker_part *p = &w->parts[set];
    quire_status status;
    char *path;

    if (p->nin_run == 0)
        return QUIRE_OK;
    status = quire_plan_make_directory(w->plan, set, err);
    if (status != QUIRE_OK)
        return status;
    path = quire_plan_run_path(w->plan, set, p->run_number);
    status = path == NULL ? error_nomem(err) : segment_run_spill(p->run, path, err);
    free(path);
    p->nin_run = 0;
    return status;
}

/* Hand a run over as it is. */
static bool
keep(quire_worker *w, unsigned set)
{
    worker_part *p = &w->parts[set];
    quire_kept_runs *kept = &w->plan->kept[set];
    bool has_memory;

    if (p->nin_run == 0)
        return true;
    if (!segment_run_sort(p->run))
        return false;
    pthread_mutex_lock(&w->plan->lock);
    has_memory = ARRAY_GROW(kept->runs, kept->nruns, &kept->room);
    if (has_memory) {
        kept->runs[kept->nruns++] = (quire_kept_run){p->run, p->run_number};
        p->run = NULL;
        p->nin_run = 0;
    }
    pthread_mutex_unlock(&w->plan->lock);
    return has_memory;
}

quire_status
quire_worker_finish(quire_worker *w, quire_error *err)
{
    bool has_memory = true;

    for (unsigned set = 0; set < QUIRE_NSETS && has_memory; set++)
        has_memory = keep(w, set);
    return has_memory ? QUIRE_OK : error_nomem(err);
}

quire_status
quire_worker_end(quire_worker *w, quire_unit *unit, quire_error *err)
{
    quire_status status = QUIRE_OK;
    uint64_t held = 0;

    for (unsigned set = 0; set < QUIRE_NSETS && status == QUIRE_OK; set++) {
        status = encode(&w->parts[set], &unit->parts[set], err);
        held += segment_run_bytes(w->parts[set].run);
    }
    for (unsigned set = 0; set < QUIRE_NSETS && status == QUIRE_OK && held > w->plan->run_bytes;
         set++)
        status = spill(w, set, err);
    return status;
}
