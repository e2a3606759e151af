/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.h - the bytes of one input, uncompressed as they come where it is in gzip's format.
 *
 * What goes wrong ends the stream early; stream_failure then says so.  Waiting for a pipe or a
 * terminal can be stopped. */
#ifndef QUIRE_ARTICLE_STREAM_H
#define QUIRE_ARTICLE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_PEEK_BYTES 8192

typedef struct stream stream;

typedef bool stream_stopper(void *closure); /* true: stop */

/* A stream of the bytes of fd, which it closes at its end if owns_fd.  is_stopped may be NULL.
 * NULL when memory is out; fd is then still the caller's. */
stream *stream_new(int fd, bool owns_fd, stream_stopper *is_stopped, void *closure);
void stream_free(stream *s); /* NULL is fine */

/* Unread bytes, at least 1; 0 at the end.  They stay at *bytes_out until the next call but
 * stream_take. */
size_t stream_read(stream *s, const char **bytes_out);
void stream_take(stream *s, size_t nbytes); /* of those: they are read */

/* The same with at least wanted unread bytes (at most STREAM_PEEK_BYTES), or all up to the end. */
size_t stream_peek(stream *s, size_t wanted, const char **bytes_out);

/* Would a read have to wait for somebody who writes? */
bool stream_must_wait(const stream *s);

bool stream_is_gzip(const stream *s);          /* known once anything was read */
const char *stream_failure(const stream *s);   /* why it ended early; NULL where it did not */
bool stream_is_out_of_memory(const stream *s); /* that was it */
bool stream_is_broken(const stream *s);        /* or that it cannot be read for now */
bool stream_is_stopped(const stream *s);       /* or that */
bool stream_has_garbage(const stream *s);      /* what follows the compressed data is not gzip's */
uint64_t stream_file_bytes(const stream *s);   /* read from fd so far */
uint64_t stream_text_bytes(const stream *s);   /* handed out so far, uncompressed */

/* XXH3 of all of the file's bytes; false where it was not read to its end. */
bool stream_hash(const stream *s, uint64_t *hash_out);

#endif
