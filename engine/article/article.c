/* SPDX-License-Identifier: GPL-3.0-or-later */
/* article.c - the life of an article, and the way back from its text to the bytes of its file. */
#include "article/article.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT_BYTES 3 /* U+FFFD in UTF-8 */

static void
free_apart(article *a)
{
    free(a->id);
    free(a->title);
    free(a->text);
    free(a->source);
    free(a->author);
    free(a->url);
    free(a->language);
    free(a->extra);
    free(a->path);
}

void
article_clear(article *a)
{
    if (a->memory == ARTICLE_APART)
        free_apart(a);
    else if (a->memory == ARTICLE_TOGETHER)
        free(a->id);
    if (a->memory != ARTICLE_BORROWED)
        free(a->repairs);
    memset(a, 0, sizeof *a);
}

/* The first repair that ends behind byte at of the text; nrepairs where there is none. */
static size_t
first_repair_behind(const article *a, size_t at)
{
    size_t low = 0;
    size_t high = a->nrepairs;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a->repairs[middle].repaired_at + REPLACEMENT_BYTES > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool
article_file_range(const article *a, size_t start, size_t end, uint64_t *start_out,
                   uint64_t *end_out)
{
    size_t behind = first_repair_behind(a, start);
    uint64_t offset = a->skipped_bytes + start;

    if (!a->text_is_file)
        return false;
    if (behind < a->nrepairs && a->repairs[behind].repaired_at < end)
        return false;

    /* Each repair put three bytes where the file has one to three. */
    for (size_t i = 0; i < behind; i++)
        offset -= REPLACEMENT_BYTES - a->repairs[i].replaced;
    *start_out = offset;
    *end_out = offset + (end - start);
    return true;
}
