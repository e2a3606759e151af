/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_place.c - see result_place.h. */
#include "store/result_place.h"

#include <string.h>

#include "article/date.h"

result_place
result_place_of(const article_record *record)
{
    const char *text = record != NULL ? record->date : NULL;
    article_date date;

    return (result_place){
        .is_known = true,
        .seconds = text != NULL && date_parse(text, strlen(text), &date) ? date.seconds : INT64_MIN,
        .id = record != NULL ? record->id : ""};
}

bool
result_place_is_before(const result_place *a, const result_place *b)
{
    return a->seconds != b->seconds ? a->seconds > b->seconds : strcmp(a->id, b->id) < 0;
}
