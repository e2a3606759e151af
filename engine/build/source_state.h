/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source_state.h - what a generation knows of the files it was built from, so that the next build
 * reads only what is new or changed: GENERATION/sources.
 *
 * It is a text store (postings/text_store.h), without codes, of these records, each a frame of
 * zstd's; numbers are in varints, strings each with their length before and a NUL behind:
 *
 *   events   what came of the files, in the order of the sources, in records of about
 *            SOURCE_STATE_RECORD_BYTES; an event is whole in one.  A byte of flags, then
 *              of an article: the line, less that of the article before in the file, zigzag; its
 *              hash, 8 bytes (SOURCE_EVENT_PLAIN); its segment's number and its number in it, from
 * 1 (SOURCE_EVENT_PLACED); its id of a problem (SOURCE_EVENT_PROBLEM): where, what files    in the
 * order of the sources, in records of the same size: see source_state_file head
 * SOURCE_STATE_VERSION, how many records of events and of files, how many files; what the articles'
 * words depend on beside their text */
#ifndef QUIRE_BUILD_SOURCE_STATE_H
#define QUIRE_BUILD_SOURCE_STATE_H

#include "base/buffer.h"
#include "quire.h"

#define SOURCE_STATE_NAME "sources"
#define SOURCE_STATE_VERSION 1
#define SOURCE_STATE_RECORD_BYTES (64u << 10)

typedef struct {
    const char *name; /* as source_file.name */
    const char *id;   /* as source_file.id */
    uint32_t source;  /* number of the SOURCE, from 0 */
    bool is_regular;
    bool has_hash;  /* it was read to its end */
    uint64_t bytes; /* these four as in source_file */
    int64_t modified_ns;
    int64_t changed_ns;
    uint64_t inode;
    uint64_t hash; /* XXH3 of its bytes */
    uint64_t file_bytes;
    uint64_t text_bytes; /* read, after decompression */
    uint64_t nevents;
    uint64_t narticles; /* of them, those that are placed */
    uint64_t record;    /* where its events begin */
    uint64_t offset;
} source_state_file;

enum {
    SOURCE_EVENT_PROBLEM = 1,
    SOURCE_EVENT_SKIPPED = 2, /* of a problem */
    SOURCE_EVENT_PLACED = 4,  /* the article is in the index; else another had its id */
    SOURCE_EVENT_PLAIN = 8    /* as reader_line_state.is_plain */
};

/* What came of a file, in the order in which it was met. */
typedef struct {
    unsigned flags;
    uint64_t line;    /* of an article; 0: the whole file */
    uint64_t hash;    /* of the line, of a plain article */
    uint32_t segment; /* number in its name, of a placed one */
    uint32_t number;
    const char *id;
    const char *where; /* of a problem */
    const char *what;
} source_event;

typedef struct source_state source_state;

/* Open GENERATION/sources, path.  QUIRE_ECORRUPT, QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status source_state_open(const char *path, source_state **state_out, quire_error *err);
void source_state_close(source_state *s); /* NULL is fine */

const char *source_state_basis(const source_state *s); /* what words depend on beside the text */
size_t source_state_nfiles(const source_state *s);
const source_state_file *source_state_get(const source_state *s, size_t i);

/* The number of the file of that name; SIZE_MAX where there is none. */
size_t source_state_find(const source_state *s, const char *name);

/* The events of a file, one after another; one file at a time. */
typedef struct {
    source_state *state;
    uint64_t record;
    uint64_t offset;
    uint64_t nleft;
    uint64_t line;
} source_events;

source_events source_events_of(source_state *s, size_t file);

/* The next event; *more_out is false at the end.  Strings live until the next call. */
quire_status source_events_next(source_events *e, source_event *event, bool *more_out,
                                quire_error *err);

/* The events of a file: where they begin and end, and how many there are. */
typedef struct {
    uint64_t record;
    uint64_t offset;
    uint64_t end_record;
    uint64_t end_offset;
    uint64_t nevents;
    uint64_t narticles;
} source_span;

/* Those of a file, of which events is at the end. */
source_span source_events_span(const source_events *events, size_t file);

/* Record number of the events, packed, if it is one of those that were full; else *packed_out is
 * NULL.  It lives until the next call.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status source_state_full_record(source_state *s, uint64_t number, const char **packed_out,
                                      size_t *packed_bytes_out, quire_error *err);

/* Bytes of record number of the events; they live until the next call.  QUIRE_ECORRUPT, QUIRE_EIO,
 * QUIRE_ENOMEM. */
quire_status source_state_record(source_state *s, uint64_t number, const char **bytes_out,
                                 size_t *nbytes_out, quire_error *err);

/* Record number of the events, packed, where it is these bytes; false where it is not, or cannot be
 * read.  *packed_out lives until the next call. */
bool source_state_find_packed(source_state *s, uint64_t number, const buffer *record,
                              const char **packed_out, size_t *packed_bytes_out);

/* ---- Writing ---- */

typedef struct source_state_writer source_state_writer;

source_state_writer *source_state_writer_new(const char *path,
                                             const char *basis); /* NULL: memory */
void source_state_writer_free(source_state_writer *w);           /* with the file; NULL is fine */

/* Take records of events that come out as those of another generation from there, packed as they
 * are; old lives until the end.  NULL: there is none. */
void source_state_writer_reuse(source_state_writer *w, source_state *old);

/* Add a file, and then its events; counts and place are filled in. */
quire_status source_state_writer_file(source_state_writer *w, const source_state_file *file,
                                      quire_error *err);
quire_status source_state_writer_event(source_state_writer *w, const source_event *event,
                                       quire_error *err);

/* Add the events of a file as another generation has them, if it can be done without a look at
 * each: where they begin at the same place of a record.  QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM.
 */
quire_status source_state_writer_span(source_state_writer *w, source_state *old,
                                      const source_span *span, bool *is_added_out,
                                      quire_error *err);

/* Finish and free w. */
quire_status source_state_writer_finish(source_state_writer *w, quire_error *err);

#endif
