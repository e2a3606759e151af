/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz.h - what the targets share: the call that each of them answers, what must hold whatever the
 * bytes are, and bytes as a file under checksums that hold. */
#ifndef QUIRE_TESTS_FUZZ_FUZZ_H
#define QUIRE_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "postings/checked_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
require(bool holds)
{
    if (!holds)
        abort();
}

/* The path of a file in memory; it is made where there is none yet. */
typedef char memory_path[64];

static inline void
make_memory_file(memory_path path)
{
    int fd;

    if (path[0] != '\0')
        return;
    fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0);
    snprintf(path, sizeof(memory_path), "/proc/self/fd/%d", fd);
}

/* Make these bytes what is in the file, under right checksums. */
static inline void
write_checked(memory_path path, checked_kind kind, const uint8_t *bytes, size_t nbytes)
{
    checked_writer *w;

    make_memory_file(path);
    w = checked_create(path, kind);
    require(w != NULL);
    checked_write(w, bytes, nbytes);
    require(checked_finish(w, NULL) == QUIRE_OK);
}

#endif
