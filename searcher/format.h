/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.h - what an output format is: a function that prints one answer. */
#ifndef SEARCHER_FORMAT_H
#define SEARCHER_FORMAT_H

#include "output.h"
#include "quire.h"

/* One query and what came of it. */
typedef struct {
    const char *query_id;
    const char *query; /* NULL where its line could not be taken in */
    size_t query_bytes;
    const quire_results *results; /* NULL where there was an error */
    const quire_tally *tally;     /* with --by: in place of hits; else NULL */
    const quire_results *refused; /* what a query had that --strict refuses, for its notes */
    quire_status status;
    const char *error;       /* its message */
    const quire_note *notes; /* on the command line; come before those of the results */
    size_t nnotes;
    uint64_t number;     /* of the line in a batch, from 1 */
    bool first;          /* of the answers that are printed */
    const char *article; /* its id, where the results are all passages of an article; else NULL */
} answer;

/* How the reader wants it. */
typedef struct {
    uint32_t number; /* results wanted; 0 with count: the number of results alone */
    bool count;
    bool explain;
    bool batch;
    bool by_article;
    bool color;
    bool hyperlinks; /* the terminal has them */
    int width;       /* columns of a line */
    bool has_by;     /* matches are counted, not shown */
    quire_by by;
    uint32_t number_of_rows; /* wanted then */
    uint32_t snippet_words;  /* of a passage, about; 0: all of it */
    const quire_index_info *index;
} presentation;

typedef struct {
    const char *name;
    bool holds_notes; /* notes are part of what it prints; otherwise they go to standard error */
    void (*print)(output *out, const answer *a, const presentation *p);
    void (*show)(output *out, const answer *a, const presentation *p); /* an article; or NULL */
    const char *extension;      /* of files; NULL: the name */
    uint32_t named_copies;      /* of a result's, it names so many */
    const char *end;            /* stands behind the last answer; or NULL */
    const char *without_memory; /* what stands for an answer that memory did not suffice for */
} format;

extern const format format_human;
extern const format format_plain;
extern const format format_jsonl;
extern const format format_tsv;
extern const format format_csv;
extern const format format_html;
extern const format format_trec;

/* The format of that name, or NULL. */
const format *format_find(const char *name);

/* "human, plain, ... or trec" */
#define FORMAT_NAMES "human, plain, jsonl, tsv, csv, html or trec"

/* Notes of an answer, those of the command line first; NULL where i is too large. */
const quire_note *format_note(const answer *a, size_t i);

/* A note for people: its text and, where that does not say it, which part of the query it is about;
 * for free(), NULL when memory is out. */
char *format_note_line(const answer *a, const quire_note *note);

/* The line of the query that a note is about, or a part of it, and below it carets under the place:
 * two lines, added to out. */
void format_place(output *out, const answer *a, const quire_note *note);

/* What is shown of a hit's text: as quire_snippet has it; all, as one part, where there is no limit
 * or no sentence. */
typedef struct {
    quire_range *parts; /* for free() */
    size_t nparts;
    bool is_cut_before; /* sentences before the first are left out */
    bool is_cut_after;
} format_snippet;

/* False when memory is out. */
bool format_choose(const quire_hit *hit, const presentation *p, format_snippet *out);

/* Where the paragraph ends that begins at byte start of a hit's text, at end at most. */
uint32_t format_paragraph_end(const quire_hit *hit, uint32_t start, uint32_t end);

/* The passage of a whole article that tells of it (its title, with marks); NULL where there is
 * none.
 */
const quire_hit *format_first_passage(const answer *a);

/* Is this an address that may become a link: http or https, without blanks and control characters?
 */
bool format_is_link(const char *url);

/* A string of JSON, quotes and all, as the format jsonl writes it. */
void format_json_string(output *out, const char *text, size_t nbytes);

/* How many results are to be printed. */
size_t format_nhits(const answer *a, const presentation *p);

/* "1 passage", "12 passages" or, where the number is all that was asked for, "12". */
void format_count(output *out, const answer *a, const presentation *p);

#endif
