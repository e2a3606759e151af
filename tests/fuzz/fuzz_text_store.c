/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_text_store.c - any bytes as a file of stored passages, under right checksums. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "postings/text_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[] = "/tmp/fuzz-text-XXXXXX";

static void
remove_file(void)
{
    unlink(path);
}

static void
check(bool holds)
{
    if (!holds)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_made = false;
    text_store *s = NULL;
    size_t sum = 0;

    if (!is_made) {
        int fd = mkstemp(path);
        check(fd >= 0);
        close(fd);
        atexit(remove_file);
        is_made = true;
    }
    checked_writer *w = checked_create(path, CHECKED_TEXT);
    check(w != NULL);
    checked_write(w, data, size);
    check(checked_finish(w, NULL) == QUIRE_OK);
    if (text_store_open(path, &s, NULL) != QUIRE_OK)
        return 0;
    for (uint64_t i = 0; i < text_store_size(s) && i < 100; i++) {
        const char *bytes;
        size_t nbytes;
        if (text_store_get(s, i, &bytes, &nbytes, NULL) == QUIRE_OK)
            for (size_t k = 0; k < nbytes; k++)
                sum += (unsigned char)bytes[k];
    }
    text_store_close(s);
    return sum == SIZE_MAX;
}
