/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash.h - XXH3, for checksums and tables.  Not against adversaries. */
#ifndef QUIRE_BASE_HASH_H
#define QUIRE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/stop.h"
#include "quire.h"

uint64_t hash_bytes(const void *bytes, size_t nbytes); /* XXH3, 64 bits, seed 0 */

#define HASH_HEX_BYTES 17                                  /* 16 digits and a NUL */
void hash_to_hex(uint64_t hash, char hex[HASH_HEX_BYTES]); /* lower case, most significant first */

/* XXH3 of bytes that come in pieces. */
typedef struct hash_stream hash_stream;

hash_stream *hash_stream_new(void);    /* NULL: memory */
void hash_stream_free(hash_stream *s); /* NULL is fine */
void hash_stream_add(hash_stream *s, const void *bytes, size_t nbytes);
uint64_t hash_stream_value(const hash_stream *s); /* of all that was added */

/* XXH3 of a whole file; *bytes_out (may be NULL) is its size; stop may be NULL.  QUIRE_EIO,
 * QUIRE_ECANCELED, QUIRE_ENOMEM. */
quire_status hash_file(const char *path, const stop_wish *stop, uint64_t *hash_out,
                       uint64_t *bytes_out, quire_error *err);

#endif
