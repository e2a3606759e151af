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
    const quire_results *refused; /* what a query had that --strict refuses, for its notes */
    quire_status status;
    const char *error;       /* its message */
    const quire_note *notes; /* on the command line; come before those of the results */
    size_t nnotes;
    bool first; /* of the answers that are printed */
} answer;

/* How the reader wants it. */
typedef struct {
    uint32_t number; /* results wanted; 0 with count: the number of results alone */
    bool count;
    bool explain;
    bool batch;
    bool by_article;
    bool color;
    int width; /* columns of a line */
} presentation;

typedef struct {
    const char *name;
    bool holds_notes; /* notes are part of what it prints; otherwise they go to standard error */
    void (*print)(output *out, const answer *a, const presentation *p);
    const char *without_memory; /* what stands for an answer that memory did not suffice for */
} format;

extern const format format_human;
extern const format format_plain;
extern const format format_jsonl;
extern const format format_trec;

/* The format of that name, or NULL. */
const format *format_find(const char *name);

/* "human, plain, jsonl or trec" */
#define FORMAT_NAMES "human, plain, jsonl or trec"

/* Notes of an answer, those of the command line first; NULL where i is too large. */
const quire_note *format_note(const answer *a, size_t i);

/* A note for people: its text and, where that does not say it, which part of the query it is about;
 * for free(), NULL when memory is out. */
char *format_note_line(const answer *a, const quire_note *note);

/* The line of the query that a note is about, or a part of it, and below it carets under the place:
 * two lines, added to out. */
void format_place(output *out, const answer *a, const quire_note *note);

/* How many results are to be printed. */
size_t format_nhits(const answer *a, const presentation *p);

/* "1 passage", "12 passages" or, where the number is all that was asked for, "12". */
void format_count(output *out, const answer *a, const presentation *p);

#endif
