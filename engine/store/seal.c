/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seal.c - a checksum behind a record.  It tells damage; it is no proof against whoever makes a
 * record and its checksum, so what reads a record believes nothing all the same. */
#include "store/seal.h"

#include <string.h>

#include "base/hash.h"
#include "postings/little_endian.h"

bool
seal_add(buffer *out, size_t from)
{
    uint8_t seal[SEAL_BYTES];

    if (!buffer_reserve(out, SEAL_BYTES))
        return false;
    store_u64(seal, hash_bytes(out->bytes + from, out->size - from));
    return buffer_add(out, seal, sizeof seal);
}

bool
seal_check(const char *bytes, size_t nbytes, size_t *record_bytes_out)
{
    uint8_t seal[SEAL_BYTES];

    if (nbytes < SEAL_BYTES)
        return false;
    store_u64(seal, hash_bytes(bytes, nbytes - SEAL_BYTES));
    *record_bytes_out = nbytes - SEAL_BYTES;
    return memcmp(bytes + nbytes - SEAL_BYTES, seal, sizeof seal) == 0;
}
