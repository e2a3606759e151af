/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_record.h - what came of the files of a build, kept while it goes on: where the articles
 * will be is not known before the last one is read. */
#ifndef QUIRE_BUILD_SOURCE_RECORD_H
#define QUIRE_BUILD_SOURCE_RECORD_H

#include "build/article_order.h"
#include "build/source_state.h"

typedef struct {
    source_state_file is; /* names are the caller's; offset is into events */
    bool is_same;         /* all came of it that did before */
    source_span before;   /* then: in what is known of the live generation */
} recorded_file;

/* A zeroed record is an empty one. */
typedef struct {
    recorded_file *files;
    size_t nfiles;
    size_t room;
    buffer events;
    size_t file_start; /* of the events of the file at hand */
    uint64_t nevents;
    uint64_t narticles; /* of it that are placed */
    uint64_t line;
} source_record;

/* What came of the file at hand; false: memory.  id_offset: into the order, of an article. */
bool source_record_article(source_record *r, const source_event *event, uint64_t id_offset);
bool source_record_problem(source_record *r, const char *where, const char *what, bool skipped);

/* End the file at hand: this is it.  before: where the events are the same in what is known of the
 * live generation, or NULL. */
bool source_record_end_file(source_record *r, const source_state_file *file,
                            const source_span *before);

uint64_t source_record_bytes(const source_record *r); /* of memory that it holds */

/* Write it all to path, places from the order; before is that of the live generation, or NULL: as
 * source_state_writer_reuse.  are_moved: articles are not where they were there. */
quire_status source_record_write(const source_record *r, const article_order *o, const char *path,
                                 const char *basis, source_state *before, bool are_moved,
                                 quire_error *err);

void source_record_free(source_record *r);

#endif
