/* SPDX-License-Identifier: GPL-3.0-or-later */
/* days.c - arithmetic and reading of calendar days. */
#include "base/days.h"

#include <stddef.h>

int
days_of_month(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        return 29;
    return lengths[month - 1];
}

bool
days_exists(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_of_month(year, month);
}

static int
make_day(int year, int month, int day)
{
    return year * 10000 + month * 100 + day;
}

int
days_before(int day)
{
    const int year = day / 10000;
    const int month = day / 100 % 100;

    if (day % 100 > 1)
        return day - 1;
    if (month > 1)
        return make_day(year, month - 1, days_of_month(year, month - 1));
    return year > 1 ? make_day(year - 1, 12, 31) : day;
}

int
days_after(int day)
{
    const int year = day / 10000;
    const int month = day / 100 % 100;

    if (day % 100 < days_of_month(year, month))
        return day + 1;
    if (month < 12)
        return make_day(year, month + 1, 1);
    return year < 9999 ? make_day(year + 1, 1, 1) : day;
}

/* A number of just ndigits digits. */
static bool
take_digits(const char **at, int ndigits, int *out)
{
    *out = 0;
    for (int i = 0; i < ndigits; i++, ++*at) {
        if (**at < '0' || **at > '9')
            return false;
        *out = *out * 10 + (**at - '0');
    }
    return true;
}

static bool
take_dash(const char **at)
{
    if (**at != '-')
        return false;
    ++*at;
    return true;
}

bool
days_parse_range(const char *text, int *first_day_out, int *last_day_out)
{
    const char *at = text;
    int year = 0;
    int month = 0;
    int day = 0;

    if (!take_digits(&at, 4, &year))
        return false;
    if (*at == '\0') {
        *first_day_out = make_day(year, 1, 1);
        *last_day_out = make_day(year, 12, 31);
        return year >= 1;
    }
    if (!take_dash(&at) || !take_digits(&at, 2, &month))
        return false;
    if (*at == '\0') {
        if (!days_exists(year, month, 1))
            return false;
        *first_day_out = make_day(year, month, 1);
        *last_day_out = make_day(year, month, days_of_month(year, month));
        return true;
    }
    if (!take_dash(&at) || !take_digits(&at, 2, &day) || *at != '\0' ||
        !days_exists(year, month, day))
        return false;
    *first_day_out = *last_day_out = make_day(year, month, day);
    return true;
}
