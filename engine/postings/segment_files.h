/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_files.h - the files of a segment's directory, for those who write and those who open
 * them. */
#ifndef QUIRE_POSTINGS_SEGMENT_FILES_H
#define QUIRE_POSTINGS_SEGMENT_FILES_H

#define SEGMENT_STEMS "stems"
#define SEGMENT_SURFACES "surfaces"
#define SEGMENT_POSTINGS "postings"
#define SEGMENT_POSITIONS "positions"
#define SEGMENT_PASSAGES "passages"
#define SEGMENT_ARTICLES "articles"
#define SEGMENT_TEXT "text"
#define SEGMENT_PAIRS "pairs"
#define SEGMENT_PAIR_LISTS "pairlists"
#define SEGMENT_SORTING "sorting" /* there during the merge only */

/* Of the file of passages. */
enum {
    SEGMENT_LENGTH_BYTES = 2,
    SEGMENT_MAX_LENGTH = 65535,
    SEGMENT_FIRST_BYTES = 4,
    SEGMENT_FIRST_GROUP = 16, /* articles */
    SEGMENT_FOOTER_BYTES = 20 /* u32 passages, u32 articles, u64 words, u32 bytes of a difference */
};

/* Of the dictionaries: numbers of a key; those of a stem are posting_info_read's offsets. */
enum { SEGMENT_STEM_POSTINGS, SEGMENT_STEM_POSITIONS, SEGMENT_STEM_NUMBERS };
enum { SEGMENT_SURFACE_STEM, SEGMENT_SURFACE_NUMBERS };

/* "DIRECTORY/NAME", for free(); NULL: memory. */
char *segment_path(const char *directory, const char *name);

#endif
