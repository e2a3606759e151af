/* SPDX-License-Identifier: GPL-3.0-or-later */
/* date.h - dates of articles: read strictly, kept as written and as seconds. */
#ifndef QUIRE_ARTICLE_DATE_H
#define QUIRE_ARTICLE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A calendar date, and perhaps a time, of the proleptic Gregorian calendar, years 1 to 9999. */
typedef struct {
    int year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
    bool has_time;
    bool has_zone;
    int64_t seconds; /* since 1970-01-01T00:00:00Z; day precision and no zone count as UTC */
    char iso[40];    /* ISO 8601: "2025-11-16", "2025-11-16T10:00:00Z", "...+02:00" */
} article_date;

/* Read a date: ISO 8601 (also with a blank for T, seconds or their fraction left out, +0200 or
 * +02:00 or Z), RFC 5322 ("Sun, 16 Nov 2025 10:00:00 GMT"), "16 November 2025", "November 16,
 * 2025", "Nov. 16, 2025", "20251116".  The whole of text, blanks around it apart; the locale plays
 * no part. False where it is none of these or no such day exists. */
bool date_parse(const char *text, size_t nbytes, article_date *date_out);

#endif
