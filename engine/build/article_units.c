/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_units.c - units have so many articles, or so many that their texts reach a size. */
#include "build/article_units.h"

size_t
article_units_end(const article_order *o, size_t first)
{
    uint64_t nbytes = 0;
    size_t end = first;

    while (end < o->nkeys && end - first < UNIT_ARTICLES && nbytes < UNIT_TEXT_BYTES)
        nbytes += o->keys[end++].text_bytes;
    return end;
}
