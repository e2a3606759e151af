/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build_internal.h - one build, as its passes see it. */
#ifndef QUIRE_BUILD_BUILD_INTERNAL_H
#define QUIRE_BUILD_BUILD_INTERNAL_H

#include "article/sources.h"
#include "base/arena.h"
#include "build/article_order.h"
#include "build/passage_maker.h"
#include "build/problems.h"
#include "build/source_set.h"
#include "build/spool.h"
#include "quire.h"
#include "store/generation.h"
#include "store/store_writer.h"

typedef struct {
    const char *path; /* of the index */
    quire_build_options options;
    quire_build_report *report;
    arena *arena;

    source_set set;
    source_list list;
    problems problems;
    manifest live;
    stem_table stems;
    bool has_live;

    generation_writer *writer; /* NULL in a dry run */
    spool *spool;              /* the same */
    spool_writer spool_writer; /* of the calling thread, in pass one */
    store_writer *store;       /* from pass two on */
    article_order order;
    passage_maker maker;   /* in a dry run */
    passage_counts counts; /* of all that was made */

    quire_build_progress progress;
    int64_t start_ms;
    int64_t told_ms; /* when the progress function was last called */
    bool is_canceled;
} build;

/* Tell how far the build is, now and then, or always with is_due.  False where it shall stop. */
bool build_tick(build *b, bool is_due);

/* QUIRE_ECANCELED */
quire_status build_canceled(quire_error *err);

/* Begin a stage: its name and goals are in progress. */
quire_status build_stage(build *b, const char *stage, uint64_t articles_goal, uint64_t bytes_goal,
                         quire_error *err);

/* Count an input that was skipped or damaged, and tell the caller; a reader_problem. */
void build_problem(void *closure, const char *where, const char *what, bool skipped);

/* List the files of the SOURCEs, each once; a SOURCE that cannot be read ends the build. */
quire_status source_files_list(build *b, quire_error *err);

/* Pass one: read every article, in the order of the sources, into the spool and the order; in a dry
 * run, only count. */
quire_status read_pass_run(build *b, quire_error *err);

/* Pass two: write the articles, in the order of results that score alike, to the store. */
quire_status write_pass_run(build *b, quire_error *err);

/* Behind it: find the copies among the articles, and write down their groups. */
quire_status copies_pass_run(build *b, quire_error *err);

/* ---- For the threads of pass one; the articles come in the order of the sources ---- */

/* Is the id new?  If not, that is reported. */
quire_status read_pass_check(build *b, const char *id, const article_key *key, uint64_t line,
                             bool *is_new_out, quire_error *err);

/* Put a new article, which is in the spool, into the order. */
quire_status read_pass_enter(build *b, const char *id, const article_key *key, quire_error *err);

/* How a file is opened, but for whom to ask and tell. */
reader_input read_pass_input(const build *b, uint32_t file);

/* Read all of an open file, or of one to open, in the calling thread. */
quire_status read_pass_articles(build *b, reader *r, uint32_t file, quire_error *err);
quire_status read_pass_file(build *b, uint32_t file, quire_error *err);

/* Count a file that was read, or that could not be. */
void read_pass_end_file(build *b, uint32_t file, uint64_t file_bytes, uint64_t text_bytes);

#endif
