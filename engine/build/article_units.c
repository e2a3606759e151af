/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article_units.c - units have so many articles, or so many that their texts reach a size. */
#include "build/article_units.h"

uint64_t
article_units_bytes(const article_order *o)
{
    uint64_t wanted = 0;

    for (size_t i = 0; i < o->nkeys; i++)
        wanted += o->keys[i].text_bytes;
    wanted /= UNITS_WANTED;
    if (wanted < UNIT_LEAST_BYTES)
        return UNIT_LEAST_BYTES;
    return wanted < UNIT_MOST_BYTES ? wanted : UNIT_MOST_BYTES;
}

size_t
article_units_end(const article_order *o, uint64_t unit_bytes, size_t first)
{
    uint64_t nbytes = 0;
    size_t end = first;

    while (end < o->nkeys && end - first < UNIT_ARTICLES && nbytes < unit_bytes)
        nbytes += o->keys[end++].text_bytes;
    return end;
}
