/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader_internal.h - what the readers of the formats share. */
#ifndef QUIRE_ARTICLE_READER_INTERNAL_H
#define QUIRE_ARTICLE_READER_INTERNAL_H

#include "article/reader.h"
#include "article/stream.h"
#include "base/buffer.h"

struct reader {
    reader_input input;
    stream *stream;
    bool is_jsonl;
    bool is_done;
    buffer where;
    buffer bytes; /* the file or the line as it came */
    buffer valid; /* the same, repaired */
    uint64_t line;
    uint64_t nused; /* records that became articles */

    /* JSON Lines: what came before a line, and records that name neither title nor text. */
    bool has_content;
    uint64_t nnameless;
    buffer nameless_keys; /* of the first of them */
};

/* The next article of each format, as reader_next; a is empty. */
quire_status reader_text_next(reader *r, article *a, bool *more_out, quire_error *err);
quire_status reader_jsonl_next(reader *r, article *a, bool *more_out, quire_error *err);

/* Tell the problem function about line (0: the whole file).  False when memory is out. */
bool reader_report(reader *r, uint64_t line, bool skipped, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* QUIRE_OK where the stream has ended well or badly, or goes on; else why nothing more comes. */
quire_status reader_stream_status(const reader *r, quire_error *err);

/* Report that bytes were repaired.  False when memory is out. */
bool reader_report_repairs(reader *r, uint64_t line, const utf8_repair *repairs, size_t nrepairs);

#endif
