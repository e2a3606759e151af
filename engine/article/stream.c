/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.c - reading an input in pieces, plain or in gzip's format.
 *
 *   fd --read--> raw[] ----------------(plain)-------------> the reader
 *                raw[] --inflate--> text[] --(compressed)--> the reader
 *
 * Files in gzip's format may have several members one after another, as made by appending; zeros
 * behind the last are padding. */
#include "article/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "base/hash.h"

#define WINDOW_BYTES (64u << 10)
#define WAIT_MS 200 /* how long a stop may go unnoticed while no input comes */

/* A part of an array that is yet to be read. */
typedef struct {
    char *bytes; /* WINDOW_BYTES of them */
    size_t start;
    size_t end;
} window;

struct stream {
    int fd;
    bool owns_fd;
    stream_stopper *is_stopped;
    void *closure;

    window raw;
    window text;   /* only of a compressed stream */
    bool is_known; /* whether it is compressed */
    bool is_gzip;
    bool has_inflater;
    bool in_member; /* between a member's first byte and its last */
    bool at_file_end;
    bool at_end; /* nothing more comes into the window that is handed out */

    bool was_stopped;
    bool out_of_memory;
    bool is_broken; /* the file could not be read on */
    bool has_garbage;
    const char *failure;
    hash_stream *hash; /* of what was read from fd */
    uint64_t file_bytes;
    uint64_t text_bytes;
    z_stream inflater;
};

stream *
stream_new(int fd, bool owns_fd, stream_stopper *is_stopped, void *closure)
{
    stream *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->raw.bytes = malloc(WINDOW_BYTES);
    s->hash = hash_stream_new();
    if (s->raw.bytes == NULL || s->hash == NULL) {
        free(s->raw.bytes);
        hash_stream_free(s->hash);
        free(s);
        return NULL;
    }
    s->fd = fd;
    s->owns_fd = owns_fd;
    s->is_stopped = is_stopped;
    s->closure = closure;
    return s;
}

void
stream_free(stream *s)
{
    if (s == NULL)
        return;
    if (s->has_inflater)
        inflateEnd(&s->inflater);
    if (s->owns_fd)
        close(s->fd);
    free(s->raw.bytes);
    free(s->text.bytes);
    hash_stream_free(s->hash);
    free(s);
}

static void
fail(stream *s, const char *why)
{
    s->failure = why;
    s->at_file_end = true;
    s->at_end = true;
}

/* Wait until a read of fd gives bytes or the end; false where it was stopped.  A pipe that nobody
 * has opened for writing yet is waited for too. */
static bool
wait_for_input(stream *s)
{
    for (;;) {
        struct pollfd p = {.fd = s->fd, .events = POLLIN};
        int n;

        if (s->is_stopped != NULL && s->is_stopped(s->closure)) {
            s->was_stopped = true;
            fail(s, "stopped");
            return false;
        }
        n = poll(&p, 1, WAIT_MS);
        if (n > 0 || (n < 0 && errno != EINTR))
            return true;
    }
}

/* Room behind what is unread, which moves to the front. */
static size_t
make_room(window *w)
{
    memmove(w->bytes, w->bytes + w->start, w->end - w->start);
    w->end -= w->start;
    w->start = 0;
    return WINDOW_BYTES - w->end;
}

/* Read more of the file into raw; it must have room. */
static void
fill_raw(stream *s)
{
    size_t room = make_room(&s->raw);

    while (!s->at_file_end) {
        ssize_t n;

        if (!wait_for_input(s))
            return;
        n = read(s->fd, s->raw.bytes + s->raw.end, room);
        if (n > 0) {
            hash_stream_add(s->hash, s->raw.bytes + s->raw.end, (size_t)n);
            s->raw.end += (size_t)n;
            s->file_bytes += (uint64_t)n;
            return;
        }
        if (n == 0) {
            s->at_file_end = true;
        } else if (errno != EINTR && errno != EAGAIN) {
            s->is_broken = file_may_come_back(errno);
            fail(s, strerror(errno));
        }
    }
}

/* Bytes in raw, read on to have wanted of them if there are. */
static size_t
have_raw(stream *s, size_t wanted)
{
    while (s->raw.end - s->raw.start < wanted && !s->at_file_end)
        fill_raw(s);
    return s->raw.end - s->raw.start;
}

static bool
is_member_start(stream *s)
{
    const unsigned char *raw;

    if (have_raw(s, 3) < 3)
        return false;
    raw = (const unsigned char *)s->raw.bytes + s->raw.start;
    return raw[0] == 0x1f && raw[1] == 0x8b && raw[2] == 8;
}

static void
begin(stream *s)
{
    s->is_known = true;
    s->is_gzip = is_member_start(s);
    if (!s->is_gzip)
        return;
    s->text.bytes = malloc(WINDOW_BYTES);
    if (s->text.bytes != NULL && inflateInit2(&s->inflater, 16 + MAX_WBITS) == Z_OK)
        s->has_inflater = true;
    if (!s->has_inflater) {
        s->out_of_memory = true;
        fail(s, "out of memory");
    }
    s->in_member = true;
}

/* Between members: go on with the next, or end. */
static void
next_member(stream *s)
{
    if (is_member_start(s)) {
        inflateReset(&s->inflater);
        s->in_member = true;
        return;
    }
    while (have_raw(s, 1) > 0 && s->raw.bytes[s->raw.start] == '\0')
        s->raw.start++;
    if (have_raw(s, 1) > 0)
        s->has_garbage = true;
    s->at_end = true;
}

/* Inflate what raw has into text, which has room. */
static void
inflate_some(stream *s)
{
    size_t room = make_room(&s->text);
    size_t nraw = have_raw(s, 1);
    int result;

    if (s->at_end)
        return;
    if (nraw == 0) {
        fail(s, "the compressed data ends early");
        return;
    }
    s->inflater.next_in = (unsigned char *)s->raw.bytes + s->raw.start;
    s->inflater.avail_in = (unsigned)nraw;
    s->inflater.next_out = (unsigned char *)s->text.bytes + s->text.end;
    s->inflater.avail_out = (unsigned)room;
    result = inflate(&s->inflater, Z_NO_FLUSH);
    s->raw.start += nraw - s->inflater.avail_in;
    s->text.end += room - s->inflater.avail_out;
    if (result == Z_STREAM_END) {
        s->in_member = false;
    } else if (result == Z_MEM_ERROR) {
        s->out_of_memory = true;
        fail(s, "out of memory");
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        fail(s, "the compressed data is damaged");
    }
}

static window *
front(stream *s)
{
    return s->is_gzip ? &s->text : &s->raw;
}

size_t
stream_peek(stream *s, size_t wanted, const char **bytes_out)
{
    window *w;

    if (!s->is_known)
        begin(s);
    w = front(s);
    while (w->end - w->start < wanted && !s->at_end) {
        if (!s->is_gzip) {
            fill_raw(s);
            s->at_end = s->at_file_end;
        } else if (s->in_member) {
            inflate_some(s);
        } else {
            next_member(s);
        }
    }
    *bytes_out = w->bytes == NULL ? "" : w->bytes + w->start;
    return w->end - w->start;
}

size_t
stream_read(stream *s, const char **bytes_out)
{
    return stream_peek(s, 1, bytes_out);
}

void
stream_take(stream *s, size_t nbytes)
{
    front(s)->start += nbytes;
    s->text_bytes += nbytes;
}

bool
stream_must_wait(const stream *s)
{
    struct pollfd p = {.fd = s->fd, .events = POLLIN};

    return s->raw.start == s->raw.end && s->text.start == s->text.end && !s->at_file_end &&
           poll(&p, 1, 0) == 0;
}

bool
stream_is_gzip(const stream *s)
{
    return s->is_gzip;
}

const char *
stream_failure(const stream *s)
{
    return s->failure;
}

bool
stream_is_out_of_memory(const stream *s)
{
    return s->out_of_memory;
}

bool
stream_is_broken(const stream *s)
{
    return s->is_broken;
}

bool
stream_is_stopped(const stream *s)
{
    return s->was_stopped;
}

bool
stream_has_garbage(const stream *s)
{
    return s->has_garbage;
}

uint64_t
stream_file_bytes(const stream *s)
{
    return s->file_bytes;
}

uint64_t
stream_text_bytes(const stream *s)
{
    return s->text_bytes;
}

bool
stream_hash(const stream *s, uint64_t *hash_out)
{
    if (!s->at_file_end || s->failure != NULL)
        return false;
    *hash_out = hash_stream_value(s->hash);
    return true;
}
