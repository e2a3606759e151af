/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_text_store.c - any bytes as a file of stored passages, under right checksums. */

#include "postings/text_store.h"

#include "fuzz.h"

static memory_path path;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    text_store *s = NULL;
    size_t sum = 0;

    write_checked(path, CHECKED_TEXT, data, size);
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
