/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stub.h - INDEX/XAPIANDB, which names the live generation (drawn in generation.h). */
#ifndef QUIRE_STORE_STUB_H
#define QUIRE_STORE_STUB_H

#include <stdbool.h>
#include <stdint.h>

#include "quire.h"
#include "store/manifest.h"

typedef struct {
    uint32_t number;
    uint32_t newest; /* that was live before */
    uint64_t hash;   /* of the manifest */
} stub;

/* QUIRE_ENOINDEX (the message says which command makes one), QUIRE_ECORRUPT, QUIRE_EVERSION,
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status stub_read(int index_fd, const char *index_path, stub *out, quire_error *err);

/* QUIRE_ENOINDEX, with why and the command that makes one. */
quire_status stub_fail_no_index(const char *index_path, const char *why, quire_error *err);

/* Is there a stub, and did quire-index write it, be it of another version? */
bool stub_is_ours(int index_fd);

/* Put a generation live: the one step that publishes.  newest: the newest that ever was, where that
 * is another; or 0.  QUIRE_EIO, QUIRE_ENOMEM. */
quire_status stub_replace(int index_fd, const char *name, const manifest *m, uint64_t manifest_hash,
                          uint32_t newest, quire_error *err);

#endif
