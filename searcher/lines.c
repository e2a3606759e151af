/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.c - the lines of a batch, as they come in.
 *
 * A line is handed out as soon as its end was read, whatever may follow: who writes to a pipe may
 * wait for the answer before he writes on.  Of a line that is too long the rest is skipped. */
#include "lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES 65536
#define KEPT_BYTES 4096 /* of a line's memory, for the next one */

struct lines {
    int fd;
    int stop_fd;
    int error;
    bool is_at_end;
    unsigned long long nread;
    size_t at;
    size_t end;
    char chunk[CHUNK_BYTES];
};

lines *
lines_new(int fd, int stop_fd)
{
    lines *l = malloc(sizeof *l);

    if (l == NULL)
        return NULL;
    l->fd = fd;
    l->stop_fd = stop_fd;
    l->error = 0;
    l->is_at_end = false;
    l->nread = 0;
    l->at = l->end = 0;
    return l;
}

void
lines_free(lines *l)
{
    free(l);
}

int
lines_error(const lines *l)
{
    return l->error;
}

/* Wait until there is something to read; false where it is to stop. */
static bool
wait_for_input(const lines *l)
{
    struct pollfd polled[2] = {{.fd = l->fd, .events = POLLIN},
                               {.fd = l->stop_fd, .events = POLLIN}};

    while (poll(polled, 2, -1) < 0 && errno == EINTR)
        ;
    return polled[1].revents == 0;
}

/* Get more bytes; false at the end. */
static bool
fill(lines *l)
{
    ssize_t n = -1;

    if (l->is_at_end)
        return false;
    if (wait_for_input(l)) {
        do
            n = read(l->fd, l->chunk, sizeof l->chunk);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            l->error = errno;
    }
    l->is_at_end = n <= 0;
    l->at = 0;
    l->end = n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* Add to a line what it has room for. */
static void
add(line *out, const char *bytes, size_t nbytes)
{
    if (out->has_no_memory)
        return;
    if (nbytes > LINES_MAX_BYTES - out->nbytes) {
        nbytes = LINES_MAX_BYTES - out->nbytes;
        out->is_too_long = true;
    }
    if (out->nbytes + nbytes >= out->room) {
        size_t room = 2 * (out->nbytes + nbytes) + 256;
        char *grown = realloc(out->bytes, room);
        if (grown == NULL) {
            out->has_no_memory = true;
            return;
        }
        out->bytes = grown;
        out->room = room;
    }
    memcpy(out->bytes + out->nbytes, bytes, nbytes);
    out->nbytes += nbytes;
}

void
lines_forget(line *l)
{
    if (l->room <= KEPT_BYTES)
        return;
    free(l->bytes);
    l->bytes = NULL;
    l->nbytes = l->room = 0;
}

static void
clear(line *out)
{
    lines_forget(out);
    out->nbytes = 0;
    out->is_too_long = out->has_no_memory = false;
}

/* Take off what is not the query's: the rest of a DOS line's end, and a byte order mark, which some
 * editors put before the first line. */
static void
trim(line *out)
{
    if (out->nbytes > 0 && out->bytes[out->nbytes - 1] == '\r')
        out->nbytes--;
    if (out->number == 1 && out->nbytes >= 3 && memcmp(out->bytes, "\xEF\xBB\xBF", 3) == 0) {
        out->nbytes -= 3;
        memmove(out->bytes, out->bytes + 3, out->nbytes);
    }
    if (out->bytes != NULL)
        out->bytes[out->nbytes] = '\0';
}

bool
lines_next(lines *l, line *out)
{
    const char *newline = NULL;

    if (l->at == l->end && !fill(l))
        return false;
    clear(out);
    out->number = ++l->nread;
    do {
        newline = memchr(l->chunk + l->at, '\n', l->end - l->at);
        const size_t nbytes =
            newline != NULL ? (size_t)(newline - (l->chunk + l->at)) : l->end - l->at;

        add(out, l->chunk + l->at, nbytes);
        l->at += nbytes + (newline != NULL);
    } while (newline == NULL && fill(l));
    trim(out);
    return true;
}
