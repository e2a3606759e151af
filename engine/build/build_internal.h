/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build_internal.h - one build, as its passes see it. */
#ifndef QUIRE_BUILD_BUILD_INTERNAL_H
#define QUIRE_BUILD_BUILD_INTERNAL_H

#include <time.h>

#include "article/sources.h"
#include "base/arena.h"
#include "base/stop.h"
#include "build/article_order.h"
#include "build/passage_maker.h"
#include "build/known_lines.h"
#include "build/known_sketches.h"
#include "build/problems.h"
#include "build/segment_plan.h"
#include "build/source_record.h"
#include "build/source_set.h"
#include "build/spool.h"
#include "build/update.h"
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

    source_state
        *known_sources;    /* of the live generation; NULL: there is none, or not to be read */
    bool has_live_sources; /* the sources are those of the live generation */
    update update;
    source_record record; /* of what is read; not in a dry run */
    time_t begun;         /* when, before the files were listed */
    known_lines known;    /* of file known_file, once has_known */
    uint32_t known_file;
    bool has_known;
    size_t known_hint;
    known_sketches *sketches; /* of the live generation; NULL: not read ahead */

    segment_plan plan;          /* of an update */
    manifest_segment *segments; /* of the generation that is made */
    size_t nsegments;
    manifest_file *hashed; /* files of the segment that was written */
    size_t nhashed;

    generation_writer *writer;  /* NULL in a dry run */
    spool *spool;               /* the same */
    spool_writer spool_writer;  /* of the calling thread, in pass one */
    store_writer *store;        /* from pass two on */
    struct copies_pass *copies; /* from near the end of pass two on */
    article_order order;
    passage_maker maker;   /* in a dry run */
    passage_counts counts; /* of all that was made */

    quire_build_progress progress;
    int64_t start_ms;
    int64_t told_ms;   /* when the progress function was last called */
    int64_t looked_ms; /* when the disk was last looked at */
    bool is_canceled;
    stop_wish stop;      /* is_canceled, asked of the caller anew */
    bool has_lock;       /* or had */
    quire_error refusal; /* why, where a guard did it; else zeroed */
} build;

/* Tell how far the build is, now and then, or always with is_due.  False where it shall stop. */
bool build_tick(build *b, bool is_due);

/* QUIRE_ECANCELED; or what the guard found that ended it */
quire_status build_canceled(const build *b, quire_error *err);

/* What words depend on beside the text: with another, all have to be made anew.  NULL: memory. */
const char *build_basis(build *b);

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

/* Pass two: write the articles that no segment holds, in the order of results that score alike, to
 * a new segment; bring those that stay over; and write what is known of the sources. */
quire_status write_pass_run(build *b, quire_error *err);

/* Find the copies among the articles of the segments that the build lists, whose sketches must all
 * be written, and write down their groups: beside what the calling thread does next, where there
 * may be several threads, else at the end.  b->store must be there until that.  QUIRE_ENOMEM. */
typedef struct copies_pass copies_pass;
quire_status copies_pass_begin(build *b, copies_pass **out, quire_error *err);
/* As side_job_end; NULL is allowed. */
quire_status copies_pass_end(copies_pass *p, quire_status before, quire_error *err);

/* ---- For the threads of pass one; the articles come in the order of the sources ---- */

/* Where an article was read. */
typedef struct {
    uint64_t line; /* 0: it is the whole file */
    reader_line_state is;
} read_place;

/* A problem of the file at hand. */
void read_pass_problem(build *b, const char *where, const char *what, bool skipped);

/* Is the id new?  If not, that is reported. */
quire_status read_pass_check(build *b, const char *id, const article_key *key, read_place place,
                             bool *is_new_out, quire_error *err);

/* Put a new article, which is in the spool or stored, into the order. */
quire_status read_pass_enter(build *b, const char *id, const article_key *key, read_place place,
                             quire_error *err);

/* The same, after read_pass_check, of an article whose line the live generation knows: id and key
 * are as it says.  *is_known_out is false where it does not. */
quire_status read_pass_enter_known(build *b, const known_lines *known, uint32_t file,
                                   read_place place, bool *is_known_out, quire_error *err);

/* The lines of a file that the live generation knows: they live until the next call. */
quire_status read_pass_known(build *b, uint32_t file, const known_lines **out, quire_error *err);

/* How a file is opened, but for whom to ask and tell. */
reader_input read_pass_input(const build *b, uint32_t file);

/* Read all of an open file, or of one to open, in the calling thread. */
quire_status read_pass_articles(build *b, reader *r, uint32_t file, quire_error *err);
/* One that is as it was is not read, but what is known of it told. */
quire_status read_pass_file(build *b, uint32_t file, quire_error *err);

/* How the reading of a file ended. */
typedef struct {
    uint64_t file_bytes;
    uint64_t text_bytes;
    bool has_hash;
    uint64_t hash;
} read_end;

/* Of an open file that was read; NULL: one that was not to be opened. */
read_end read_pass_end_of(const reader *r);

/* Count a file that was read, or that could not be. */
quire_status read_pass_end_file(build *b, uint32_t file, const read_end *end, quire_error *err);

#endif
