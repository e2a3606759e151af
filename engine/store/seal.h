/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seal.h - a checksum behind a record, for records in Xapian's tables, which have none. */
#ifndef QUIRE_STORE_SEAL_H
#define QUIRE_STORE_SEAL_H

#include "base/buffer.h"

#define SEAL_BYTES 8 /* XXH3 of the record, little-endian */

/* Seal what was added to out from byte from on.  False: memory. */
bool seal_add(buffer *out, size_t from);

/* Is bytes[0..nbytes) a record and its seal?  *record_bytes_out: without it. */
bool seal_check(const char *bytes, size_t nbytes, size_t *record_bytes_out);

#endif
