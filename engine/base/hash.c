/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash.c - XXH3 through xxhash's header. */
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/error.h"

#define READ_BYTES ((size_t)1 << 17)

uint64_t
hash_bytes(const void *bytes, size_t nbytes)
{
    return XXH3_64bits(bytes, nbytes);
}

struct hash_stream {
    XXH3_state_t *state;
};

hash_stream *
hash_stream_new(void)
{
    hash_stream *s = malloc(sizeof *s);

    if (s == NULL)
        return NULL;
    s->state = XXH3_createState();
    if (s->state == NULL) {
        free(s);
        return NULL;
    }
    XXH3_64bits_reset(s->state);
    return s;
}

void
hash_stream_free(hash_stream *s)
{
    if (s == NULL)
        return;
    XXH3_freeState(s->state);
    free(s);
}

void
hash_stream_add(hash_stream *s, const void *bytes, size_t nbytes)
{
    XXH3_64bits_update(s->state, bytes, nbytes);
}

uint64_t
hash_stream_value(const hash_stream *s)
{
    return XXH3_64bits_digest(s->state);
}

void
hash_to_hex(uint64_t hash, char hex[HASH_HEX_BYTES])
{
    snprintf(hex, HASH_HEX_BYTES, "%016" PRIx64, hash);
}

quire_status
hash_file(const char *path, const stop_wish *stop, uint64_t *hash_out, uint64_t *bytes_out,
          quire_error *err)
{
    quire_status status = QUIRE_OK;
    hash_stream *state = hash_stream_new();
    char *chunk = malloc(READ_BYTES);
    uint64_t total = 0;
    int fd = -1;

    if (state == NULL || chunk == NULL) {
        status = error_nomem(err);
        goto done;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        status = error_set(err, QUIRE_EIO, "%s: %s", path, strerror(errno));
        goto done;
    }
    for (;;) {
        ssize_t got = read(fd, chunk, READ_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            status = error_set(err, QUIRE_EIO, "%s: %s", path, strerror(errno));
            goto done;
        }
        if (got == 0)
            break;
        hash_stream_add(state, chunk, (size_t)got);
        total += (uint64_t)got;
        if (stop_is_wanted(stop)) {
            status = error_set(err, QUIRE_ECANCELED, "stopped");
            goto done;
        }
    }
    *hash_out = hash_stream_value(state);
    if (bytes_out != NULL)
        *bytes_out = total;
done:
    if (fd >= 0)
        close(fd);
    free(chunk);
    hash_stream_free(state);
    return status;
}
