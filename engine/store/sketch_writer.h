/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_writer.h - sketches of the articles that are written to a segment, and their words, which
 * are kept until the copies among them are found.
 *
 * As of all else, workers make what is to be stored of the articles of a unit, and the writer takes
 * the units in order. */
#ifndef QUIRE_STORE_SKETCH_WRITER_H
#define QUIRE_STORE_SKETCH_WRITER_H

#include "article/article.h"
#include "store/passage_source.h"
#include "store/sketch_file.h"

/* Of the articles of a unit.  A zeroed one is empty. */
typedef struct {
    buffer sketches; /* as one thread hands them to another: sketch_writer.c */
    buffer words;    /* u32 each, article by article */
} sketch_unit;

void sketch_unit_free(sketch_unit *u);

/* Makes units, one after the other, of words that one stemmer knows; a zeroed one is fine. */
typedef struct {
    article_words words; /* of the article that was begun */
    int64_t seconds;
    bool has_article;
    known_words known;
    buffer hashes;
} sketch_maker;

void sketch_maker_free(sketch_maker *m);

/* Begin an article; then give its passages; end the unit's last one.  Each is false when memory is
 * out. */
bool sketch_maker_begin(sketch_maker *m, const article *a, sketch_unit *u);
bool sketch_maker_take(sketch_maker *m, const passage_source *source);
bool sketch_maker_end(sketch_maker *m, sketch_unit *u);

typedef struct sketch_writer sketch_writer;

/* Write to directory/sketches; words that memory_bytes have no room for go to a file beside the
 * directory that has no name.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status sketch_writer_new(const char *directory, size_t memory_bytes,
                               sketch_writer **writer_out, quire_error *err);
void sketch_writer_free(sketch_writer *w); /* finished or not; NULL is fine */

quire_status sketch_writer_add(sketch_writer *w, const sketch_unit *u, quire_error *err);
quire_status sketch_writer_finish(sketch_writer *w, quire_error *err);

/* The words of article number, from 1, into out, which is empty: once it is finished, for as long
 * as it is not freed.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status sketch_writer_words(const sketch_writer *w, uint32_t number, article_words *out,
                                 quire_error *err);

/* The same without reading: out points to them, for as long as the writer lives.  False where that
 * cannot be.  Of both, several threads may ask at a time. */
bool sketch_writer_view(const sketch_writer *w, uint32_t number, article_words *out);

#endif
