/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quire.h - search sets of news articles by passage, and build the index that is searched.
 *
 * The only header a program needs.  Functions that search are in libquire, those whose names begin
 * with quire_build are in libquire-build.  All text is UTF-8; all offsets are in bytes; strings
 * that are handed out end in a NUL, but may hold others: use the length where one is given.
 *
 * Functions return a quire_status and put a message into *err when it is not QUIRE_OK; err may be
 * NULL.  The library never prints and never exits.  An object is used by one thread at a time;
 * different objects may be used by different threads. */
#ifndef QUIRE_H
#define QUIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define QUIRE_PUBLIC __attribute__((visibility("default")))
#else
#define QUIRE_PUBLIC
#endif

typedef enum {
    QUIRE_OK = 0,
    QUIRE_ENOMEM,    /* out of memory */
    QUIRE_EIO,       /* a file cannot be read or written; the message says which and why */
    QUIRE_ENOINDEX,  /* there is no index at this place, or it names no generation */
    QUIRE_ECORRUPT,  /* the index is damaged; only a rebuild helps */
    QUIRE_EVERSION,  /* the index was written by another version of this library */
    QUIRE_EQUERY,    /* the query cannot be answered: too long or too deep */
    QUIRE_EUSAGE,    /* an argument makes no sense; the message says which */
    QUIRE_ELOCKED,   /* another writer holds the lock; try later */
    QUIRE_ESOURCES,  /* the sources differ from those of the live index */
    QUIRE_EINPUT,    /* an input cannot be used; the message names file and record */
    QUIRE_ECANCELED, /* the caller's callback asked to stop */
    QUIRE_EINTERNAL, /* a defect of the library */
    QUIRE_EREFUSED   /* a guard keeps a build from being published; the message says what to do */
} quire_status;

#define QUIRE_ERROR_BYTES 512

/* Where a failing function leaves its message: one line, no newline at its end, always ended by a
 * NUL; cut at a character when it is too long. */
typedef struct {
    quire_status status;
    char message[QUIRE_ERROR_BYTES];
} quire_error;

/* A few words on a status, in English; never NULL, valid for ever. */
QUIRE_PUBLIC const char *quire_status_text(quire_status status);

/* The library's version, such as "0.1.0"; valid for ever. */
QUIRE_PUBLIC const char *quire_version(void);

/* ---- The index, for searching ---- */

typedef struct quire_index quire_index;

/* What an index holds; all counts are of the live generation. */
typedef struct {
    const char *generation; /* "gen-00000042" */
    const char *store;      /* "quire" or "xapian" */
    const char *built;      /* when, ISO 8601, UTC */
    uint64_t narticles;
    uint64_t npassages;           /* furniture passages apart */
    uint64_t nfurniture_passages; /* searched only when asked for */
    uint64_t nwords;              /* of the passages, headlines included, furniture apart */
    uint64_t bytes;               /* of text read, after decompression */
    uint64_t nskipped;            /* inputs that were skipped or damaged */
    const char *const *sources;   /* as named when it was built */
    size_t nsources;
    size_t nstems;    /* set by the user, see quire_build_options.stems */
    size_t nsegments; /* that the generation consists of */
    uint64_t ndead;   /* articles in them that are there no more, and take up space until merged */
    uint64_t
        fingerprint; /* of the generation: as good as never that of another, here or elsewhere */
} quire_index_info;

/* Open the live generation of the index at path.
 *
 * The index stays as it is while it is open, whatever writers publish meanwhile.  *index_out is the
 * caller's, to be ended by quire_index_close.  The tables of an index of --store xapian are read
 * through and compared with their hashes, which takes some 20 ms for each 100 MB of them.
 *
 * QUIRE_ENOINDEX  no index there
 * QUIRE_ECORRUPT  its files are damaged
 * QUIRE_EVERSION  written by another version: rebuild it
 * QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_index_open(const char *path, quire_index **index_out,
                                           quire_error *err);

/* The same without that: for who opens an index often and has it verified otherwise.  A flipped bit
 * of such a table may then change what matches, or end the process. */
QUIRE_PUBLIC quire_status quire_index_open_trusted(const char *path, quire_index **index_out,
                                                   quire_error *err);

/* Open another handle on the very generation that index has open, whatever was published since: for
 * another thread, which answers the same as this one.
 *
 * *index_out is the caller's, to be ended by quire_index_close; which of the two is ended first
 * does not matter.  index may be searched by its thread meanwhile, but not be closed.  Costs as
 * much as quire_index_open, the reading of the manifest apart; the index's files are in memory
 * once.
 *
 * QUIRE_ECORRUPT, QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_index_share(const quire_index *index, quire_index **index_out,
                                            quire_error *err);
QUIRE_PUBLIC void quire_index_close(quire_index *index); /* NULL is fine */

/* What the index holds; the strings live as long as the index. */
QUIRE_PUBLIC const quire_index_info *quire_index_describe(const quire_index *index);

/* ---- Searching ---- */

/* What is ranked. */
typedef enum {
    QUIRE_UNIT_PASSAGE,
    QUIRE_UNIT_ARTICLE /* operators then hold within the article, furniture apart */
} quire_ranked;

/* How many copies of a hit are named at most. */
#define QUIRE_MAX_COPIES 20

/* What is made of each hit: of a whole one the greater part of a search is reading its text. */
typedef enum {
    QUIRE_PARTS_ALL,
    QUIRE_PARTS_RANKING, /* score, number, article and passage */
    QUIRE_PARTS_SCORES   /* score and number */
} quire_parts;

/* The more words the query has, the larger. */
#define QUIRE_BY_WORDS (-1.0)

/* How to search.  quire_search_options_init gives every member its default, so a program goes on
 * working when members are added at the end. */
typedef struct {
    uint32_t max_hits;  /* results wanted: 10 */
    bool require_all;   /* every clause without a sign is required: false */
    bool furniture;     /* search site furniture too: false */
    bool count;         /* count all that match, which may take much longer: false */
    bool explain;       /* say how the query was read and scored: false */
    const char *after;  /* "2025", "2025-11" or "2025-11-13": that day or later; NULL: no limit */
    const char *before; /* that day, or the last of that month or year, or earlier; NULL */
    const char *source; /* only articles of this source, case apart; NULL: all */
    double bm25_k1;     /* of passages: 1.2; see quire-search(1) */
    double bm25_b;      /* 0.75 */
    bool surfaces;      /* words match as they are written, not by stem: false */
    bool no_variants;   /* British and American spellings are different words: false */
    bool correct;       /* answer the query that "did you mean" suggests, with a note: false */
    bool show_copies;   /* a copy is a result of its own, not folded into another: false */
    quire_ranked unit;  /* QUIRE_UNIT_PASSAGE */
    double article_k1;  /* bm25_k1 of articles: QUIRE_BY_WORDS, from 0.9 to 1.9 */
    double article_b;   /* QUIRE_BY_WORDS, from 0.4 to 0.8 */
    uint32_t expand;    /* so many words of the best results join the query, 200 at most: 0 */
    uint32_t named_copies; /* copies of a hit that are named at most, each of which costs about 2
                              µs: QUIRE_MAX_COPIES, which is the most */
    quire_parts parts;     /* of each hit: QUIRE_PARTS_ALL.  Which hits there are, their order and
                              scores do not depend on it.  What is left out is as in a hit that is
                              damaged; with QUIRE_PARTS_SCORES and show_copies, damage too is found
                              only when the passage is read (quire_read) */
} quire_search_options;

QUIRE_PUBLIC void quire_search_options_init(quire_search_options *options);

/* Bytes start up to end (exclusive) of a text, and the clause of the query, counted from 1 in the
 * order of the query, that made the mark. */
typedef struct {
    uint32_t start;
    uint32_t end;
    uint32_t clause;
} quire_mark;

#define QUIRE_NO_OFFSET UINT64_MAX

/* Bytes start up to end (exclusive) of a text. */
typedef struct {
    uint32_t start;
    uint32_t end;
} quire_range;

/* Bytes start up to end (exclusive) of a passage's text: a sentence, and in which paragraph, list
 * item or the like it stands, which are counted within the passage. */
typedef struct {
    uint32_t start;
    uint32_t end;
    uint32_t block;
} quire_sentence;

/* An article that is a copy of a hit's article, or that has a copy of its passage. */
typedef struct {
    const char *article;
    uint32_t passage;  /* that matched too and was folded into the hit; 0: none did */
    const char *title; /* "" where there is none */
    size_t title_bytes;
    const char *source; /* or NULL; so are date, url, path */
    const char *date;
    const char *url;
    const char *path;
    bool is_earliest; /* of all the copies, the hit's own article among them */
    bool is_longest;
} quire_copy;

/* Words of a hit that stand in another hit, too: a quotation of both, or text of an agency. */
typedef struct {
    uint32_t start; /* bytes of the hit's text */
    uint32_t end;
    size_t hit;           /* the number of the other, from 0, which is none of this hit's copies */
    uint32_t other_start; /* bytes of its text */
    uint32_t other_end;
} quire_quotation;

typedef struct quire_hit quire_hit;

/* One passage that matched; or an article, whose entries are then those of its best passage, but
 * for score and explanation. */
struct quire_hit {
    double score;        /* BM25 weight; compare within one query only */
    const char *article; /* the article's id */
    uint32_t passage;    /* its number within the article, from 1 */
    bool furniture;      /* a passage of site furniture */
    const char *title;   /* "" where there is none */
    size_t title_bytes;
    const char *date;   /* ISO 8601, or NULL */
    const char *source; /* or NULL; so are author, url, language */
    const char *author;
    const char *url;
    const char *language;
    const char *extra; /* the article's other keys, a JSON object; NULL where there are none */
    const char *path;  /* the file, as the source named it; "-" for standard input */
    uint64_t start;    /* bytes of the passage in path, or QUIRE_NO_OFFSET for both where */
    uint64_t end;      /* the text is not the file's own bytes (JSON, compressed, repaired) */
    const char *text;  /* the passage */
    size_t text_bytes;
    const quire_mark *marks; /* in text, ascending, without overlap */
    size_t nmarks;
    const quire_mark *title_marks; /* in title; only for the article's first passage */
    size_t ntitle_marks;
    const char *explanation; /* how the score came about, lines; NULL unless asked for */

    /* Not NULL: the stored passage does not fit its checksum, and nothing of it is handed out; this
     * says so.  Strings are "" or NULL then, and numbers 0, but for the score. */
    const char *damage;
    const quire_sentence *sentences; /* of text, ascending, without overlap */
    size_t nsentences;

    /* Copies; none with show_copies.  A hit stands for its copies: articles that were found to be
     * copies of its article when the index was built, whether they match or not, and those whose
     * passages match and have the same text.  Named are at most options->named_copies of them: the
     * earliest and the longest, if they are not the hit's own article, then those that match, then
     * the others. */
    const quire_copy *copies;
    size_t ncopies;
    uint64_t copies_total; /* of all of them, named or not; the hit's own article apart */
    bool is_earliest;      /* of it and its copies; false where there are none */
    bool is_longest;
    const quire_quotation *quotations; /* in the order of the text */
    size_t nquotations;

    const quire_hit *passages; /* of an article: its best, in reading order; their scores are what
                                  they weigh as parts of it.  Else NULL */
    size_t npassages;
    uint64_t number; /* of the passage, for quire_read; of an article: of its best passage.  The
                        same wherever this generation is open; 0 where it is damaged */
};

/* A clause of a query: a word, phrase or field. */
typedef struct {
    uint32_t number;  /* as in quire_mark */
    const char *text; /* what was typed of it */
    bool marks;       /* it can make marks: it is no field, and nothing that it stands in is
                         excluded */
} quire_clause;

/* Something the reader of the results should know: the query was read otherwise than it may have
 * been meant, or a word of it occurs nowhere. */
typedef struct {
    const char *code; /* for programs: "unbalanced-quote", "no-such-word", ... */
    const char *text; /* for people: one line */
    size_t start;     /* where in the query, bytes */
    size_t end;
} quire_note;

typedef struct quire_results quire_results;

/* Find the passages that best match a query.
 *
 *   text        the query, UTF-8, in the syntax of quire-query(7); may hold NULs and invalid bytes
 *   text_bytes  its length, in bytes
 *   options     NULL for the defaults
 *
 * *results_out is the caller's, to be ended by quire_results_free; it may outlive other searches
 * but not the index.
 *
 * A passage that is found but whose stored text is damaged is a hit that says so
 * (quire_hit.damage).
 *
 * QUIRE_EQUERY    the query is too long or nested too deep
 * QUIRE_EUSAGE    a date or a parameter in options makes no sense
 * QUIRE_ECORRUPT  the index is damaged where passages are looked for
 * QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_search(quire_index *index, const char *text, size_t text_bytes,
                                       const quire_search_options *options,
                                       quire_results **results_out, quire_error *err);

QUIRE_PUBLIC size_t quire_results_size(const quire_results *results);

/* Hit number i, from 0, best first; NULL where i is too large.  Lives as long as the results. */
QUIRE_PUBLIC const quire_hit *quire_results_hit(const quire_results *results, size_t i);

/* All passages that match, when options->count was set; else 0. */
QUIRE_PUBLIC uint64_t quire_results_count(const quire_results *results);

QUIRE_PUBLIC size_t quire_results_nnotes(const quire_results *results);
QUIRE_PUBLIC const quire_note *quire_results_note(const quire_results *results, size_t i);

/* The clauses of the query, in its order; NULL where i is too large. */
QUIRE_PUBLIC size_t quire_results_nclauses(const quire_results *results);
QUIRE_PUBLIC const quire_clause *quire_results_clause(const quire_results *results, size_t i);

/* How many of the hits are damaged, and of the copies that should be named. */
QUIRE_PUBLIC size_t quire_results_ndamaged(const quire_results *results);

/* The query as it was understood and what each word became, lines; "" unless options->explain. */
QUIRE_PUBLIC const char *quire_results_explanation(const quire_results *results);

QUIRE_PUBLIC void quire_results_free(quire_results *results); /* NULL is fine */

/* Read passages that a search named by their numbers only, as many as are to be shown.
 *
 *   numbers   quire_hit.number of hits of this generation
 *   nnumbers  how many they are
 *
 * *results_out is the caller's, to be ended by quire_results_free.  It has a hit for each number,
 * in their order, with text and all that is known of its article; there are no marks, scores and
 * copies.
 *
 * QUIRE_EUSAGE    there is no passage of such a number; the message says which
 * QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_read(quire_index *index, const uint64_t *numbers, size_t nnumbers,
                                     quire_results **results_out, quire_error *err);

/* Choose what to show of a hit's text where there is room for about max_words words: whole
 * sentences, those that have marks first, and of them those with clauses that the others do not
 * have; then their neighbours, as long as they fit.  Without marks, the first sentences.  One is
 * chosen even if it is longer than that.
 *
 *   parts  the caller's array, room for hit->nsentences; filled with runs of sentences that follow
 *          one another, ascending
 *
 * Returns how many parts there are; 0 where the text has no sentences. */
QUIRE_PUBLIC size_t quire_snippet(const quire_hit *hit, uint32_t max_words, quire_range *parts);

/* ---- More like this ---- */

/* What passages are to be like: an article of the index, or a text. */
typedef struct {
    const char *article; /* its id; NULL: title and text are it */
    const char *title;   /* or NULL */
    size_t title_bytes;
    const char *text; /* or NULL; at most 1 GiB, of which the first 200,000 words are read */
    size_t text_bytes;
} quire_sample;

/* Find the passages, or articles, that are on the same matter as a sample: those that score best by
 * its 25 most telling words.  An article of the index and its copies are none of the results.
 *
 *   text  a query as for quire_search that results must match, too; NULL: none
 *
 * Marks, clauses and explanation name the words behind what the query has.  All else is as with
 * quire_search; options->expand must be 0.
 *
 * QUIRE_EUSAGE  also: there is no such article */
QUIRE_PUBLIC quire_status quire_like(quire_index *index, const quire_sample *sample,
                                     const char *text, size_t text_bytes,
                                     const quire_search_options *options,
                                     quire_results **results_out, quire_error *err);

/* ---- Who says what ---- */

/* What articles that match are counted by. */
typedef enum {
    QUIRE_BY_SOURCE,
    QUIRE_BY_AUTHOR,
    QUIRE_BY_DAY,
    QUIRE_BY_MONTH,
    QUIRE_BY_YEAR
} quire_by;

/* All that match of one source, author, day, month or year. */
typedef struct {
    const char *name;   /* as the newest of the articles has it; "2025-11-13", "2025-11", "2025";
                           NULL: of all articles that have none */
    const char *key;    /* the name without regard to case: the same for the same source in each
                           query; NULL as name is */
    uint64_t npassages; /* 0 where articles are ranked */
    uint64_t narticles; /* with a passage that matches; or that match */
    uint64_t nstories;  /* the same, articles that are copies of one another counted once */
} quire_tally_row;

typedef struct quire_tally quire_tally;

/* Count all that match a query, exactly.
 *
 *   text     as for quire_search, or NULL: whatever options let through
 *   options  as for quire_search; those that say what is shown do not matter
 *
 * *tally_out is the caller's, to be ended by quire_tally_free; it may outlive other searches but
 * not the index.  Authors take reading each article that matches; so does all with --store xapian.
 *
 * QUIRE_ECORRUPT  the index is damaged where articles that match are looked for
 * Otherwise as for quire_search. */
QUIRE_PUBLIC quire_status quire_count_by(quire_index *index, const char *text, size_t text_bytes,
                                         const quire_search_options *options, quire_by by,
                                         quire_tally **tally_out, quire_error *err);

QUIRE_PUBLIC size_t quire_tally_size(const quire_tally *tally);

/* Row number i, from 0; NULL where i is too large.  Sources and authors: most articles first, then
 * most passages, then by name; days, months and years: the earliest first.  The row without a name
 * is the last one.  Rows with nothing to count are left out.  Lives as long as the tally. */
QUIRE_PUBLIC const quire_tally_row *quire_tally_get(const quire_tally *tally, size_t i);

/* All rows together, nameless; a story of several rows counts once. */
QUIRE_PUBLIC const quire_tally_row *quire_tally_total(const quire_tally *tally);

/* Results without hits: the notes and clauses of the query, and as their count that of what is
 * ranked.  They live as long as the tally, and are not to be freed. */
QUIRE_PUBLIC const quire_results *quire_tally_results(const quire_tally *tally);

QUIRE_PUBLIC void quire_tally_free(quire_tally *tally); /* NULL is fine */

/* ---- A whole article ---- */

/* All passages of an article, in reading order, site furniture among them, each with what of a
 * query stands in it.
 *
 *   id          the article's
 *   text        a query as for quire_search, or NULL: no marks; max_hits, count and the filters of
 *               options do not matter
 *
 * *results_out is the caller's, to be ended by quire_results_free.  It has no hit where there is no
 * such article; of one that has no text, one hit, of passage 0.
 *
 * Statuses as for quire_search. */
QUIRE_PUBLIC quire_status quire_show(quire_index *index, const char *id, const char *text,
                                     size_t text_bytes, const quire_search_options *options,
                                     quire_results **results_out, quire_error *err);

/* ---- Comparing articles ---- */

typedef struct quire_diff quire_diff;

typedef enum {
    QUIRE_DIFF_SAME,       /* the same words, in the same order */
    QUIRE_DIFF_CHANGED,    /* half of the words at least */
    QUIRE_DIFF_MOVED,      /* the same words, in another place */
    QUIRE_DIFF_ONLY_FIRST, /* only the first article has it */
    QUIRE_DIFF_ONLY_SECOND /* only the second */
} quire_diff_kind;

/* A sentence of an article's text. */
typedef struct {
    uint32_t number;  /* from 1; 0: there is none */
    const char *text; /* NULL then */
    size_t text_bytes;
} quire_diff_sentence;

typedef struct {
    quire_diff_kind kind;
    quire_diff_sentence first;
    quire_diff_sentence second;
} quire_diff_part;

/* One of the two. */
typedef struct {
    const char *article;
    const char *title; /* "" where there is none */
    size_t title_bytes;
    const char *source; /* or NULL; so are date and path */
    const char *date;
    const char *path;
} quire_diff_article;

/* Compare two articles, by their ids, sentence by sentence; headlines and site furniture are left
 * out.  *diff_out is the caller's, to be ended by quire_diff_free.
 *
 * QUIRE_EUSAGE    there is no such article; the message says which
 * QUIRE_ECORRUPT  the index is damaged
 * QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_diff_articles(quire_index *index, const char *first,
                                              const char *second, quire_diff **diff_out,
                                              quire_error *err);

QUIRE_PUBLIC size_t quire_diff_size(const quire_diff *diff);

/* Part number i, from 0, in the order of the texts; NULL where i is too large.  Lives as long as
 * the diff. */
QUIRE_PUBLIC const quire_diff_part *quire_diff_get(const quire_diff *diff, size_t i);

/* The article: 0, the first, or 1, the second; NULL for any other. */
QUIRE_PUBLIC const quire_diff_article *quire_diff_of(const quire_diff *diff, unsigned which);

QUIRE_PUBLIC void quire_diff_free(quire_diff *diff); /* NULL is fine */

/* ---- Completing what is being typed ---- */

typedef struct quire_completions quire_completions;

/* Find how a query may go on: texts that begin as this one does (its last word folded), and end in
 * one of the commonest words of the index that go on from it, or such a word and one that often
 * follows it; behind other words, in a word that follows them.  The commonest come first.
 *
 *   text        UTF-8; where its last word ends at its end, that may be part of a word
 *   text_bytes  its length, at most 4,096 bytes
 *   max         how many are wanted, at most 1,000
 *
 * *completions_out is the caller's, to be ended by quire_completions_free.
 *
 * QUIRE_EQUERY    the text is too long, or no UTF-8
 * QUIRE_ECORRUPT  the index is damaged
 * QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_complete(quire_index *index, const char *text, size_t text_bytes,
                                         uint32_t max, quire_completions **completions_out,
                                         quire_error *err);

QUIRE_PUBLIC size_t quire_completions_size(const quire_completions *completions);

/* Text number i, from 0, which ends in a NUL; NULL where i is too large.  Lives as long as the
 * completions. */
QUIRE_PUBLIC const char *quire_completions_text(const quire_completions *completions, size_t i);

QUIRE_PUBLIC void quire_completions_free(quire_completions *completions); /* NULL is fine */

/* ---- Building an index (libquire-build) ---- */

typedef enum {
    QUIRE_BUILD_SAME_SOURCES, /* refuse when the sources differ from the live index's */
    QUIRE_BUILD_ADD,          /* the live index's sources and these */
    QUIRE_BUILD_REPLACE       /* these instead of the live index's sources */
} quire_build_mode;

/* How far a build has come. */
typedef struct {
    const char *stage;      /* "reading", "writing", "publishing" */
    uint64_t narticles;     /* read or written so far in this stage */
    uint64_t articles_goal; /* how many there will be; 0: not known yet */
    uint64_t bytes;         /* of input read (reading) or of text written (writing) so far */
    uint64_t bytes_goal;    /* 0: not known */
} quire_build_progress;

typedef struct {
    quire_build_mode mode; /* QUIRE_BUILD_SAME_SOURCES */
    bool dry_run;          /* read and report, publish nothing: false */
    uint64_t memory_bytes; /* about how much memory to use at most: 512 MiB */
    int stdin_fd;          /* where the source "-" is read from: 0 */
    const char *store; /* "quire" or "xapian"; NULL, the default: the live index's, or "quire" */
    unsigned threads;  /* how many work at a time, about: 0, all cores */

    /* Called now and then from the building thread; return false to stop (QUIRE_ECANCELED).
     * May be NULL. */
    bool (*progress)(void *closure, const quire_build_progress *progress);

    /* Called for each input that was skipped or damaged: where is "FILE" or "FILE:LINE", what says
     * why and what to do; skipped is false where the input was used all the same.  is_new is false
     * where the live index already had the same problem.  May be NULL. */
    void (*problem)(void *closure, const char *where, const char *what, bool skipped, bool is_new);
    void *closure;

    /* A file of stems of words, see quire-index(1); NULL: those of the live index, if any. */
    const char *stems;

    bool rebuild;  /* read and write everything anew, not only what is new or changed: false */
    unsigned keep; /* how many generations stay, the live one among them: 2 */
    unsigned max_shrink; /* of 100 articles of the live index, how many may go at most: 10 */
    int64_t
        wait_seconds; /* how long to wait for another writer, negative: as long as it takes: 0 */

    /* Called for what whoever looks after the index should know, such as that it lies on a network
     * file system.  May be NULL. */
    void (*notice)(void *closure, const char *text);
} quire_build_options;

/* What a build did. */
typedef struct {
    char generation[32]; /* "" when nothing was published */
    uint64_t narticles;
    uint64_t narticles_without_text; /* of them: kept, but nothing to search */
    uint64_t npassages;
    uint64_t nfurniture_passages;
    uint64_t nwords;        /* of the passages, headlines included, furniture apart */
    uint64_t bytes;         /* of text read, after decompression */
    uint64_t nskipped;      /* inputs left out */
    uint64_t ndamaged;      /* inputs used, but repaired or in part */
    uint64_t nnew_problems; /* of those two: not so in the index before */
    uint64_t index_bytes;   /* of the generation on disk */
    double seconds;
    bool is_update;     /* only what is new or changed was read */
    uint64_t nadded;    /* articles that the index did not have */
    uint64_t nchanged;  /* that it had with other contents */
    uint64_t nremoved;  /* that it has no more */
    uint64_t nmoved;    /* that were written again though they did not change */
    uint64_t nsegments; /* that the generation consists of */
} quire_build_report;

QUIRE_PUBLIC void quire_build_options_init(quire_build_options *options);

/* Build an index from sources, and publish it at path.
 *
 *   sources  files, directories, or "-" for JSON Lines on standard input; the whole set
 *
 * Where there is an index, only what is new, changed or gone since is read and written, unless
 * options say otherwise; the answers are those of an index built anew.  Where nothing is, nothing
 * is published: QUIRE_OK, and no name of a generation in the report.
 *
 * On any status but QUIRE_OK nothing was published and the index that was there stands.
 *
 * QUIRE_ELOCKED   another writer is at work; the message names it
 * QUIRE_ESOURCES  the sources differ and options->mode does not say what to do
 * QUIRE_EINPUT    a source does not exist or cannot be read
 * QUIRE_EREFUSED  the index would shrink by more than options->max_shrink, a source has lost all of
 *                 its articles, or the disk has no room
 * QUIRE_ECANCELED the progress callback returned false
 * QUIRE_EIO, QUIRE_ENOMEM, QUIRE_EUSAGE */
QUIRE_PUBLIC quire_status quire_build(const char *path, const char *const *sources, size_t nsources,
                                      const quire_build_options *options,
                                      quire_build_report *report_out, quire_error *err);

typedef struct {
    char from[32]; /* name of the generation that was live */
    char to[32];   /* and of the one that is now */
} quire_rollback_report;

/* Make the newest generation that is older than the live one live again, once all of its files were
 * compared with their checksums.  The one that was live goes with the next build.
 *
 *   options  wait_seconds of it, and progress, which may stop it; NULL: do not wait
 *
 * QUIRE_ENOINDEX  no index there, or no older generation was kept
 * QUIRE_ECORRUPT  the older one is damaged
 * QUIRE_ELOCKED, QUIRE_ECANCELED, QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_build_rollback(const char *path, const quire_build_options *options,
                                               quire_rollback_report *report_out, quire_error *err);

/* What an update of an index would find. */
typedef struct {
    uint64_t nfiles; /* of the sources, now */
    uint64_t nnew;   /* of them */
    uint64_t nchanged;
    uint64_t ngone; /* that the index was built from */
    char
        last_run[1024]; /* when the last run ended, ISO 8601 in UTC, and after a blank how; or "" */
} quire_build_preview;

/* Compare the files of the sources, as the live generation names them, with what it knows of them;
 * of files whose times changed, but not their size, the bytes are compared.
 *
 * last_run is filled in whatever the status.
 *
 * QUIRE_EINPUT   a source is not there, or standard input
 * QUIRE_ENOINDEX, QUIRE_ECORRUPT, QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_build_look(const char *path, quire_build_preview *out,
                                           quire_error *err);

typedef struct {
    bool quick; /* only compare files with their checksums: false */

    /* Called for each fault: file is below the generation's directory.  May be NULL. */
    void (*fault)(void *closure, const char *file, const char *what);

    /* As in quire_build_options. */
    bool (*progress)(void *closure, const quire_build_progress *progress);
    void *closure;
} quire_verify_options;

typedef struct {
    char generation[32]; /* that was looked at */
    uint64_t nfiles;
    uint64_t bytes;
    uint64_t narticles; /* read, dead ones too; 0 where quick; so is the next */
    uint64_t npassages;
    uint64_t nfaults;
    double seconds;
} quire_verify_report;

/* Read every byte of the live generation of the index at path, and say whether it is sound.
 *
 *   options  zeroed for the defaults; NULL: those
 *
 * QUIRE_ECORRUPT  it is not: each fault was told
 * QUIRE_ENOINDEX, QUIRE_EVERSION, QUIRE_ECANCELED, QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_build_verify(const char *path, const quire_verify_options *options,
                                             quire_verify_report *report_out, quire_error *err);

/* Read a file that holds one article, in any format that quire_build takes, as a sample for
 * quire_like: its headline and its text, without the lines of title and date above it.
 *
 *   path  "-": standard input, whose format is told by what it holds
 *
 * On QUIRE_OK the sample's strings are the caller's, who gives them to quire_build_free_sample.
 *
 * QUIRE_EINPUT  it is not there, of no format that is read, or holds no article or several
 * QUIRE_EIO, QUIRE_ENOMEM */
QUIRE_PUBLIC quire_status quire_build_read_sample(const char *path, quire_sample *sample_out,
                                                  quire_error *err);
QUIRE_PUBLIC void quire_build_free_sample(quire_sample *sample);

#ifdef __cplusplus
}
#endif

#endif
