/* SPDX-License-Identifier: GPL-3.0-or-later */
/* days.h - calendar days as numbers: year * 10000 + month * 100 + day, of the proleptic Gregorian
 * calendar, years 1 to 9999. */
#ifndef QUIRE_BASE_DAYS_H
#define QUIRE_BASE_DAYS_H

#include <stdbool.h>

int days_of_month(int year, int month);
bool days_exists(int year, int month, int day);

/* The day before and after a day that exists; 10101 and 99991231 are their own. */
int days_before(int day);
int days_after(int day);

/* First and last day of a year, month or day as people type it: "2025", "2025-11" or "2025-11-13".
 * False where it is none of these. */
bool days_parse_range(const char *text, int *first_day_out, int *last_day_out);

#endif
