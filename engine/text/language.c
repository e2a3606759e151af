/* SPDX-License-Identifier: GPL-3.0-or-later */
/* language.c - folding tags of languages. */
#include "text/language.h"

#include "text/fold.h"

bool
language_fold(const char *tag, size_t nbytes, buffer *out)
{
    const size_t from = out->size;

    if (!fold_word(tag, nbytes, out))
        return false;
    for (size_t i = from; i < out->size; i++)
        if (out->bytes[i] == '_')
            out->bytes[i] = '-';
    return true;
}
