/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment.h - Quire's own passage store of one segment, on disk:
 *
 *   DIRECTORY/stems      dictionary: stem (or acronym, in capitals) -> posting_info, surfaces
 *   DIRECTORY/surfaces   dictionary: surface -> ordinal of its stem, rank (and again, where other
 *                        stems have it, too; none of stem.h's does)
 *   DIRECTORY/postings   posting lists, in the order of stems
 *   DIRECTORY/positions  their positions
 *   DIRECTORY/passages   columns: u16 length of every passage in words (65535: that or more); the
 *                        first passage of every article and one behind the last: u32 for each first
 *                        of SEGMENT_FIRST_GROUP articles, then for every one how far it is from
 *                        there, in 1, 2 or 4 bytes; then u32 passages, u32 articles, u64 words, u32
 *                        bytes of such a difference
 *   DIRECTORY/articles   columns of articles (article_columns.h): days, sources, titles
 *   DIRECTORY/text       stored forms: of every article, and behind it of its passages
 *   DIRECTORY/pairs      where very frequent words stand next to each other, and
 *   DIRECTORY/pairlists  lists of these passages (pair_list.h)
 *
 * A set of passages without furniture and one of furniture alone are two segments, in directories
 * of their own; both number all articles, most of which have no furniture.  That of furniture has
 * neither the articles' columns nor their stored forms, so its text is of its passages alone.
 *
 * A stem's numbers are the offsets in postings and in positions.  Its payload: df and cf
 * (posting_info_write), number of surfaces (varint), then for each surface by rank: how many of the
 * stem's last bytes it has not, bytes of its own (two_write), those; and, but for the last one,
 * which has the rest, its cf (varint).  A number with a sign is a surface of its own: its form with
 * the sign ("$4.5").
 *
 * A surface's number is the ordinal of its first stem.  Its payload: the rank there, then of any
 * other stem ordinal and rank (varints); nothing where that is one rank 0. */
#ifndef QUIRE_POSTINGS_SEGMENT_H
#define QUIRE_POSTINGS_SEGMENT_H

#include "base/arena.h"
#include "postings/article_columns.h"
#include "postings/dictionary.h"
#include "postings/pair_list.h"
#include "postings/posting_list.h"
#include "postings/text_store.h"
#include "text/passage_words.h"

/* ---- Reading ---- */

typedef struct segment_recent segment_recent;

/* For one thread at a time. */
typedef struct {
    dictionary stems;
    dictionary surfaces;
    checked_file postings;
    checked_file positions;
    checked_file passages;
    article_columns articles;
    bool has_articles; /* those columns, and the articles' stored forms */
    pair_lists pairs;
    text_store *text;
    uint32_t npassages;
    uint32_t narticles;
    uint64_t nwords;
    const uint8_t *lengths;        /* u16 little-endian each; verified at open */
    const uint8_t *first_passages; /* of groups, u32 little-endian each; verified at open */
    const uint8_t *differences;    /* from those, by article */
    uint32_t difference_bytes;     /* of one */
    uint32_t difference_mask;
    segment_recent *recent; /* stems found last */
} segment;

quire_status segment_open(const char *directory, segment **segment_out, quire_error *err);
void segment_close(segment *s);

uint32_t segment_length(const segment *s, uint32_t passage);  /* words */
uint32_t segment_article(const segment *s, uint32_t passage); /* from 1, as catalogue */
/* Have the processor fetch where that looks first, and step by step where it looks next: each step
 * reads what the one before it fetched. */
#define SEGMENT_FETCH_STEPS 3
void segment_prefetch_article(const segment *s, uint32_t passage, unsigned step);
/* Passages [first, end) of articles first_article to last_article, from 1. */
void segment_articles_passages(const segment *s, uint32_t first_article, uint32_t last_article,
                               uint32_t *first_out, uint32_t *end_out);

/* The numbers in the text of stored forms: of a passage of that article, and, where the segment has
 * articles, of the article. */
uint64_t segment_record_of_passage(const segment *s, uint32_t passage, uint32_t article);
uint64_t segment_record_of_article(const segment *s, uint32_t article);

/* A stem's list; info_out->df == 0 where the stem does not occur. key: the stem, or the acronym. */
quire_status segment_find_stem(const segment *s, const char *key, size_t key_bytes,
                               posting_info *info_out, quire_error *err);

/* The same, and the stem's ordinal in the dictionary, where it occurs. */
quire_status segment_find_stem_at(const segment *s, const char *key, size_t key_bytes,
                                  posting_info *info_out, uint64_t *ordinal_out, quire_error *err);

/* The ranks of the stem's surfaces that a quoted word stands for: surface itself, and when extra is
 * NULL also its forms with a sign; else the form extra alone. *set_out is a bit set over ranks in
 * a, (nranks + 63) / 64 words; NULL, and no ranks, where the stem does not occur. */
quire_status segment_find_ranks(const segment *s, const char *stem, size_t stem_bytes,
                                const char *surface, size_t surface_bytes, const char *extra,
                                size_t extra_bytes, arena *a, uint64_t **set_out,
                                uint32_t *nranks_out, quire_error *err);

/* ---- Writing ---- */

/* Passages are gathered in runs, each of articles that follow one another; runs are sorted (by one
 * thread each) and, where memory ends, written out, then merged.  What is in which run leaves no
 * trace in the segment. */
typedef struct segment_run segment_run;

segment_run *segment_run_new(void); /* NULL: memory */
void segment_run_free(segment_run *r);

/* Memory held, about, with what sorting takes. */
size_t segment_run_bytes(const segment_run *r);

/* Add the next passage: number counts within the run's segment, ascending.  All words must have
 * gone through one stemmer as long as the run is not spilled. False: memory. */
bool segment_run_add(segment_run *r, uint32_t passage, const passage_words *words);

/* Sort, for a merge from memory: nothing can be added any more. False: memory. */
bool segment_run_sort(segment_run *r);

/* Sort, and write to path (a file of the builder's own, removed by the merge); r is then empty. */
quire_status segment_run_spill(segment_run *r, const char *path, quire_error *err);

/* Merge spilled runs, in order of their passages, into stems, surfaces, postings and positions of
 * directory; lengths[0..npassages) in words. memory_bytes bounds what is held. */
quire_status segment_merge(const char *directory, const char *const *run_paths, size_t nruns,
                           const uint32_t *lengths, uint32_t npassages, uint64_t memory_bytes,
                           quire_error *err);

/* The same for runs whose passages are numbered from 0 in each: passages of a run from number first
 * on, up to the next piece's, stand in the segment from passage on.  Pieces ascend in both, and the
 * first begins at 0.  Runs may come in any order, and their pieces take turns. */
typedef struct {
    uint32_t first;
    uint32_t passage;
} segment_piece;

typedef struct {
    const char *path;       /* of a spilled run */
    const segment_run *run; /* or one that is sorted and still in memory; else NULL */
    const segment_piece *pieces;
    size_t npieces;
} segment_placed_run;

typedef struct {
    uint64_t memory_bytes; /* may be held beside the runs */
    unsigned nthreads;     /* to share the work; fewer where memory is short; 0 is 1 */

    /* Asked now and then by the calling thread, unless NULL: end with QUIRE_ECANCELED? */
    bool (*is_stopped)(void *closure);
    /* Told by the calling thread, unless NULL, when there is nothing more for several threads. */
    void (*is_alone)(void *closure);
    void *closure;
} segment_merge_options;

quire_status segment_merge_placed(const char *directory, const segment_placed_run *runs,
                                  size_t nruns, const uint32_t *lengths, uint32_t npassages,
                                  const segment_merge_options *options, quire_error *err);

/* Write the file of passages: first_passages has narticles + 1 entries. */
quire_status segment_write_passages(const char *directory, const uint32_t *lengths,
                                    uint32_t npassages, const uint32_t *first_passages,
                                    uint32_t narticles, uint64_t nwords, quire_error *err);

#endif
