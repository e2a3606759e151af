/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader_internal.h - what the readers of the formats share. */
#ifndef QUIRE_ARTICLE_READER_INTERNAL_H
#define QUIRE_ARTICLE_READER_INTERNAL_H

#include "article/reader.h"
#include "article/stream.h"
#include "base/buffer.h"

/* JSON Lines being cut into parts. */
typedef struct {
    buffer rest;         /* the beginning of a line that is not whole yet */
    uint64_t line;       /* number of the line that comes next, from 1 */
    uint64_t text_start; /* where it starts */
    bool has_content;    /* more than blank lines stands before it */
    bool is_skipping;    /* in a line that is too long */
    bool is_done;
} line_cutter;

struct reader {
    reader_input input;
    stream *stream;
    bool is_jsonl;
    bool is_done;

    /* A text file. */
    buffer bytes; /* as it came */
    buffer valid; /* the same, repaired */
    bool is_used; /* it became an article */

    /* JSON Lines; what reads their parts is there where reader_next does. */
    line_cutter cutter;
    line_reader *lines;
    reader_part part;
    reader_totals totals;
};

/* The next article of each format, as reader_next; a is empty. */
quire_status reader_text_next(reader *r, article *a, bool *more_out, quire_error *err);
quire_status reader_jsonl_next(reader *r, article *a, bool *more_out, quire_error *err);

/* Tell the problem function about line (0: the whole file).  False when memory is out. */
bool reader_report(const reader_input *input, uint64_t line, bool skipped, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* QUIRE_OK where the stream has ended well or badly, or goes on; else why nothing more comes. */
quire_status reader_stream_status(const reader *r, quire_error *err);

/* Report that bytes were repaired.  False when memory is out. */
bool reader_report_repairs(const reader_input *input, uint64_t line, const utf8_repair *repairs,
                           size_t nrepairs);

#endif
