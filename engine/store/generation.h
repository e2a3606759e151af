/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generation.h - an index as a directory of generations: opening the live one, publishing the next.
 *
 *   INDEX/XAPIANDB       stub: "# quire 1 gen-00000042 <hash of its manifest>"; where it was gone
 *                        back to, "# newest gen-00000043"; then, for Xapian's own programs, a line
 *                        for each segment: "auto gen-00000042/seg-0/passages", or where passages
 *                        are not Xapian's "auto gen-00000042/seg-0/catalogue"; replaced by rename
 *   INDEX/lock           flock of the one writer, and who it is; never deleted
 *   INDEX/last-run       how the last run of a writer ended (store/last_run.h)
 *   INDEX/gen-00000042/  immutable once the stub names it; readers hold a shared flock on its
 *                        manifest.json
 *   INDEX/new-00000043/  being built; whoever has the lock may delete what he finds
 */
#ifndef QUIRE_STORE_GENERATION_H
#define QUIRE_STORE_GENERATION_H

#include "base/arena.h"
#include "quire.h"
#include "store/lock.h"
#include "store/manifest.h"

/* The live generation, held open by a reader. */
typedef struct {
    char *directory; /* of the generation */
    char name[32];   /* "gen-00000042" */
    manifest manifest;
    arena *arena; /* the manifest's memory */
    int lock_fd;  /* holds the shared lock */
} generation;

/* Open the generation that the stub of index_path names, and keep it from being removed.
 * QUIRE_ENOINDEX (the message says which command makes one), QUIRE_ECORRUPT, QUIRE_EVERSION,
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status generation_open(const char *index_path, generation *g, quire_error *err);
void generation_close(generation *g);

/* A generation being written, by the holder of the index's lock. */
typedef struct generation_writer generation_writer;

/* Take the lock of index_path, made where it does not exist (its parents too), clear away what
 * earlier runs left unfinished, and make the directory of the next generation.  live_out (may be
 * NULL) is opened with the live generation's manifest in arena a when there is one: *has_live_out.
 * A directory that holds other things than an index is refused: QUIRE_EUSAGE.
 * QUIRE_ELOCKED (the message names pid, host and since when), QUIRE_EIO, QUIRE_ENOMEM; a live
 * generation that cannot be read is no error: has_live is then false. */
quire_status generation_begin(const char *index_path, arena *a, generation_writer **writer_out,
                              manifest *live_out, bool *has_live_out, quire_error *err);

/* The same, waiting for another writer's lock. */
quire_status generation_begin_waiting(const char *index_path, const lock_waiting *waiting, arena *a,
                                      generation_writer **writer_out, manifest *live_out,
                                      bool *has_live_out, quire_error *err);

/* The directory of the live generation, which stays as long as the writer; NULL: there is none. */
const char *generation_writer_live(const generation_writer *w);

/* As lock_network_name, of the index. */
const char *generation_writer_network(const generation_writer *w);

/* How many generations stay when it is published, the new one among them: at least 1; 2 unless this
 * is called. */
void generation_writer_keep(generation_writer *w, unsigned ngenerations);

const char *generation_writer_directory(const generation_writer *w); /* write the segments here */
uint32_t generation_writer_number(const generation_writer *w);
const char *generation_writer_name(const generation_writer *w); /* "gen-00000043" */

/* Sync the directories that are in that one, with all below them, and the file in it that is called
 * file (kept, not copied), which nothing is written to any more, nor are more of them made:
 * publishing leaves them out.  May be called or not, and beside a thread that writes other files
 * there.  QUIRE_EIO, QUIRE_ECANCELED, QUIRE_ENOMEM. */
quire_status generation_writer_sync_segments(generation_writer *w, const char *file,
                                             const stop_wish *stop, quire_error *err);

/* Sync and hash everything, write the manifest, rename the directory, rename the stub over the live
 * one and sync the index; then remove generations but the live one and the newest before it, unless
 * somebody reads them.  m->number is filled in; m->stop is asked until the stub is renamed.  The
 * writer is ended, whatever the status. */
quire_status generation_publish(generation_writer *w, manifest *m, quire_error *err);

/* There is nothing to publish: remove generations that a run before should have removed when it
 * published, and could not. */
void generation_writer_tidy(const generation_writer *w);

/* Give up: remove what was written, release the lock. NULL is fine. */
void generation_abandon(generation_writer *w);

/* Make the newest generation that is older than the live one live, if a check says that it is
 * sound; *from_out and *to_out are their names.  QUIRE_ENOINDEX (there is no older one, or no
 * index), QUIRE_ELOCKED, QUIRE_ECANCELED, QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM, and what the
 * check returns. */
typedef quire_status generation_check(void *closure, const char *directory, const manifest *m,
                                      quire_error *err);
quire_status generation_rollback(const char *index_path, const lock_waiting *waiting,
                                 generation_check *check, void *closure, char from_out[32],
                                 char to_out[32], quire_error *err);

#endif
