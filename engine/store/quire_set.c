/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire_set.c - from units to a segment. */
#include "store/quire_set.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "postings/pair_list.h"
#include "postings/segment_files.h"

void
quire_set_free(quire_set *s)
{
    buffer_free(&s->samples);
    buffer_free(&s->vocabulary);
    text_code_free(s->code);
    text_writer_abandon(s->text);
    free(s->lengths);
    free(s->first_passages);
    for (size_t i = 0; i < s->nruns; i++)
        free(s->runs[i].pieces);
    free(s->runs);
    *s = (quire_set){0};
}

/* ---- Samples ---- */

bool
quire_set_add_sample(quire_set *s, const buffer *record)
{
    return buffer_add(&s->samples, record->bytes, record->size);
}

quire_status
quire_set_learn(quire_set *s, quire_error *err)
{
    quire_status status = text_code_learn(&s->samples, &s->vocabulary, err);

    buffer_free(&s->samples);
    return status;
}

quire_status
quire_set_prepare(quire_set *s, quire_error *err)
{
    if (s->code != NULL)
        return QUIRE_OK;
    const quire_status status =
        text_code_new(s->vocabulary.bytes, s->vocabulary.size, true, &s->code);

    if (status == QUIRE_OK)
        return QUIRE_OK;
    return status == QUIRE_ENOMEM
               ? error_nomem(err)
               : error_set(err, QUIRE_EINTERNAL, "what was learned of texts makes no sense");
}

/* ---- Units ---- */

/* Begin the file of text. */
static quire_status
begin_text(quire_set *s, const quire_plan *plan, unsigned set, quire_error *err)
{
    quire_status status;
    char *path;

    if (s->text != NULL)
        return QUIRE_OK;
    status = quire_plan_make_directory(plan, set, err);
    if (status != QUIRE_OK)
        return status;
    path = segment_path(plan->paths[set], SEGMENT_TEXT);
    if (path != NULL)
        s->text = text_writer_create(path, s->vocabulary.bytes, s->vocabulary.size);
    free(path);
    return s->text != NULL ? QUIRE_OK : error_nomem(err);
}

static bool
take_text(quire_set *s, const quire_part *part)
{
    const char *at = part->text.bytes;

    for (uint32_t i = 0; i < part->nrecords; i++) {
        if (!text_writer_add(s->text, at, part->sizes[i]))
            return false;
        at += part->sizes[i];
    }
    return true;
}

/* Remember where the unit's passages, which are in a run, stand in the segment. */
static bool
place_run(quire_set *s, const quire_part *part)
{
    quire_placed_run *run;

    while (s->nruns <= part->run) {
        if (!ARRAY_GROW(s->runs, s->nruns, &s->runs_room))
            return false;
        s->runs[s->nruns++] = (quire_placed_run){0};
    }
    run = &s->runs[part->run];
    if (!ARRAY_GROW(run->pieces, run->npieces, &run->room))
        return false;
    run->pieces[run->npieces++] =
        (segment_piece){.first = part->first_in_run, .passage = s->npassages};
    return true;
}

static bool
take_articles(quire_set *s, const quire_part *part, uint32_t narticles)
{
    for (uint32_t i = 0; i < narticles; i++) {
        if (!ARRAY_GROW(s->first_passages, s->narticles, &s->firsts_room))
            return false;
        s->first_passages[s->narticles++] = s->npassages + part->firsts[i];
    }
    return true;
}

static bool
take_lengths(quire_set *s, const quire_part *part)
{
    for (uint32_t i = 0; i < part->npassages; i++) {
        if (!ARRAY_GROW(s->lengths, s->npassages, &s->lengths_room))
            return false;
        s->lengths[s->npassages++] = part->lengths[i];
    }
    return true;
}

quire_status
quire_set_take(quire_set *s, const quire_plan *plan, unsigned set, const quire_part *part,
               uint32_t narticles, quire_error *err)
{
    quire_status status;

    s->nrecords += part->nrecords;
    if (s->nrecords >= UINT32_MAX)
        return error_set(err, QUIRE_EIO, "an index holds %u articles and passages at most",
                         UINT32_MAX - 1);
    if (!take_articles(s, part, narticles))
        return error_nomem(err);
    if (part->nrecords == 0)
        return QUIRE_OK;
    status = begin_text(s, plan, set, err);
    if (status == QUIRE_OK && !take_text(s, part))
        status = error_nomem(err);
    if (status != QUIRE_OK || part->npassages == 0)
        return status;
    s->nwords += part->nwords;
    return place_run(s, part) && take_lengths(s, part) ? QUIRE_OK : error_nomem(err);
}

/* ---- The end ---- */

/* Merge the runs that have passages of this set. */
static quire_status
merge_runs(const quire_set *s, const quire_plan *plan, unsigned set,
           const segment_merge_options *options, quire_error *err)
{
    segment_placed_run *placed = calloc(s->nruns + 1, sizeof *placed);
    quire_status status = placed == NULL ? error_nomem(err) : QUIRE_OK;
    size_t n = 0;

    for (size_t i = 0; i < s->nruns && status == QUIRE_OK; i++) {
        const quire_placed_run *run = &s->runs[i];
        char *path;

        if (run->npieces == 0)
            continue;
        path = quire_plan_run_path(plan, set, (uint32_t)i);
        placed[n++] = (segment_placed_run){.path = path,
                                           .run = quire_plan_kept_run(plan, set, (uint32_t)i),
                                           .pieces = run->pieces,
                                           .npieces = run->npieces};
        if (path == NULL)
            status = error_nomem(err);
    }
    if (status == QUIRE_OK)
        status = segment_merge_placed(plan->paths[set], placed, n, s->lengths, s->npassages,
                                      options, err);
    for (size_t i = 0; i < n; i++)
        free((char *)placed[i].path);
    free(placed);
    return status;
}

quire_status
quire_set_finish(quire_set *s, quire_plan *plan, unsigned set, const segment_merge_options *options,
                 quire_error *err)
{
    quire_status status = begin_text(s, plan, set, err);

    if (status == QUIRE_OK) {
        text_writer *text = s->text;

        s->text = NULL; /* finishing ends it */
        status = text_writer_finish(text, err);
    }
    if (status == QUIRE_OK)
        status = merge_runs(s, plan, set, options, err);
    quire_plan_free_kept(plan, set);
    if (status == QUIRE_OK && s->npassages >= PAIR_FROM_PASSAGES)
        status =
            pair_lists_write(plan->paths[set], s->lengths, s->npassages, options->nthreads, err);
    if (status == QUIRE_OK && !ARRAY_GROW(s->first_passages, s->narticles, &s->firsts_room))
        status = error_nomem(err);
    if (status != QUIRE_OK)
        return status;
    s->first_passages[s->narticles] = s->npassages;
    return segment_write_passages(plan->paths[set], s->lengths, s->npassages, s->first_passages,
                                  s->narticles, s->nwords, err);
}
