/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address.c - folding addresses. */
#include "text/address.h"

#include <string.h>
#include <strings.h>

#include "text/fold.h"

bool
address_fold(const char *address, size_t nbytes, buffer *out)
{
    static const char *const prefixes[] = {"https://", "http://", "www."};

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const size_t n = strlen(prefixes[i]);

        if (nbytes >= n && strncasecmp(address, prefixes[i], n) == 0) {
            address += n;
            nbytes -= n;
        }
    }
    return fold_word(address, nbytes, out);
}
