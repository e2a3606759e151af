/* SPDX-License-Identifier: GPL-3.0-or-later */
/* date.c - reading dates strictly: what is not wholly a date of a known form, and a day that does
 * not exist, is none.
 *
 * A cursor walks over the text; each small function takes one piece or leaves the cursor where it
 * was.  Month and day names are English whatever the locale. */
#include "article/date.h"

#include <string.h>

#include "base/days.h"

typedef struct {
    const char *at;
    const char *end;
} cursor;

typedef struct {
    int hour;
    int minute;
    int second;
    bool has_zone;
    int zone_minutes; /* east of Greenwich */
    bool is_utc;      /* written Z, GMT or UTC */
} day_time;

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
take_char(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* Is there at least one blank? All of them are taken. */
static bool
take_blanks(cursor *c)
{
    const char *start = c->at;

    while (c->at < c->end && is_blank(*c->at))
        c->at++;
    return c->at > start;
}

/* A number of min to max digits, and no more. */
static bool
take_number(cursor *c, int min, int max, int *out)
{
    const char *at = c->at;
    int value = 0;
    int n = 0;

    while (at < c->end && is_digit(*at) && n < max) {
        value = value * 10 + (*at - '0');
        at++;
        n++;
    }
    if (n < min || (at < c->end && is_digit(*at)))
        return false;
    c->at = at;
    *out = value;
    return true;
}

/* Exactly ndigits digits, whatever follows. */
static bool
take_digits(cursor *c, int ndigits, int *out)
{
    cursor part = {c->at, c->end};

    if (c->end - c->at > ndigits)
        part.end = c->at + ndigits;
    if (!take_number(&part, ndigits, ndigits, out))
        return false;
    c->at = part.at;
    return true;
}

/* One of the names, case apart: whole, or its first three letters ("Sept" too) with or without a
 * full stop. Which one, from 1; 0 where it is none. */
static int
take_name(cursor *c, const char *const *names, int nnames)
{
    char word[16] = "";
    size_t n = 0;
    cursor rest = *c;

    while (rest.at < rest.end && is_letter(*rest.at) && n + 1 < sizeof word)
        word[n++] = (char)(*rest.at++ | 0x20);
    if (n < 3 || (rest.at < rest.end && is_letter(*rest.at)))
        return 0;
    for (int i = 0; i < nnames; i++) {
        bool is_whole = strcmp(word, names[i]) == 0;
        if (!is_whole && !(n == 3 && strncmp(word, names[i], 3) == 0) &&
            !(strcmp(word, "sept") == 0 && strcmp(names[i], "september") == 0))
            continue;
        if (!is_whole || n == 3)
            take_char(&rest, '.');
        *c = rest;
        return i + 1;
    }
    return 0;
}

static int
take_month(cursor *c)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    return take_name(c, months, 12);
}

/* "Sun, " or "Sunday, " or "Sunday " before a date; nothing is fine.  It is not compared with the
 * date: newsrooms mistype it, and the date decides. */
static void
take_weekday(cursor *c)
{
    static const char *const days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};
    cursor rest = *c;

    if (take_name(&rest, days, 7) == 0)
        return;
    take_char(&rest, ',');
    if (take_blanks(&rest))
        *c = rest;
}

/* Days since 1970-01-01: whole years, their leap days, and the days of this one. */
static int64_t
days_since_1970(int year, int month, int day)
{
    int before = year - 1;
    int64_t days = 365 * (int64_t)before + before / 4 - before / 100 + before / 400;

    for (int m = 1; m < month; m++)
        days += days_of_month(year, m);
    return days + day - 1 - 719162; /* days from 0001-01-01 to 1970-01-01 */
}

/* "Z", "GMT", "UTC", "UT", "+0200", "+02:00", "+02", and the names of RFC 5322. */
static bool
take_zone(cursor *c, day_time *t)
{
    static const struct {
        const char *name;
        int minutes;
    } zones[] = {{"GMT", 0},    {"UTC", 0},    {"UT", 0},     {"EST", -300}, {"EDT", -240},
                 {"CST", -360}, {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480},
                 {"PDT", -420}, {"Z", 0},      {"z", 0}};
    bool is_west;
    int hours = 0;
    int minutes = 0;

    t->has_zone = true;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        size_t n = strlen(zones[i].name);
        if ((size_t)(c->end - c->at) < n || memcmp(c->at, zones[i].name, n) != 0)
            continue;
        c->at += n;
        t->zone_minutes = zones[i].minutes;
        t->is_utc = zones[i].minutes == 0;
        return true;
    }
    if (c->at == c->end || (*c->at != '+' && *c->at != '-'))
        return false;
    is_west = *c->at++ == '-';
    if (!take_digits(c, 2, &hours))
        return false;
    if (c->at < c->end) {
        take_char(c, ':');
        if (!take_digits(c, 2, &minutes))
            return false;
    }
    if (hours > 23 || minutes > 59)
        return false;
    t->zone_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
    return true;
}

/* "10:00", "10:00:00", "10:00:00.123", and perhaps a zone; to the end of the text. */
static bool
take_time(cursor *c, day_time *t)
{
    if (!take_number(c, 1, 2, &t->hour) || !take_char(c, ':') || !take_digits(c, 2, &t->minute))
        return false;
    if (take_char(c, ':') && !take_digits(c, 2, &t->second))
        return false;
    if (c->at + 1 < c->end && (*c->at == '.' || *c->at == ',') && is_digit(c->at[1])) {
        c->at++;
        while (c->at < c->end && is_digit(*c->at))
            c->at++;
    }
    if (t->hour > 23 || t->minute > 59 || t->second > 60)
        return false;
    take_blanks(c);
    if (c->at < c->end && !take_zone(c, t))
        return false;
    return c->at == c->end;
}

/* "2025-11-16", "20251116"; a time may follow behind T or a blank. */
static bool
take_iso_day(cursor *c, article_date *d)
{
    cursor rest = *c;

    if (!take_digits(&rest, 4, &d->year))
        return false;
    if (take_char(&rest, '-')) {
        if (!take_digits(&rest, 2, &d->month) || !take_char(&rest, '-') ||
            !take_number(&rest, 2, 2, &d->day))
            return false;
    } else if (!take_digits(&rest, 2, &d->month) || !take_number(&rest, 2, 2, &d->day)) {
        return false;
    }
    *c = rest;
    return true;
}

/* "16 November 2025", "16 Nov. 2025", "16-Nov-2025" */
static bool
take_day_month(cursor *c, article_date *d)
{
    cursor rest = *c;
    bool has_dashes;

    if (!take_number(&rest, 1, 2, &d->day))
        return false;
    has_dashes = take_char(&rest, '-');
    if (!has_dashes && !take_blanks(&rest))
        return false;
    d->month = take_month(&rest);
    if (d->month == 0)
        return false;
    if (has_dashes) {
        if (!take_char(&rest, '-'))
            return false;
    } else {
        take_char(&rest, ',');
        if (!take_blanks(&rest))
            return false;
    }
    if (!take_number(&rest, 4, 4, &d->year))
        return false;
    *c = rest;
    return true;
}

/* "November 16, 2025", "Nov. 16, 2025", "Nov 16 2025" */
static bool
take_month_day(cursor *c, article_date *d)
{
    cursor rest = *c;

    d->month = take_month(&rest);
    if (d->month == 0)
        return false;
    take_blanks(&rest);
    if (!take_number(&rest, 1, 2, &d->day))
        return false;
    if (take_char(&rest, ','))
        take_blanks(&rest);
    else if (!take_blanks(&rest))
        return false;
    if (!take_number(&rest, 4, 4, &d->year))
        return false;
    *c = rest;
    return true;
}

/* What stands between a day and its time: T, a blank, a comma. */
static bool
take_time_separator(cursor *c, bool is_iso)
{
    if (is_iso && (take_char(c, 'T') || take_char(c, 't')))
        return true;
    if (!is_iso)
        take_char(c, ',');
    return take_blanks(c);
}

/* Put value, of ndigits digits, at *at, which moves on, behind a character that is no NUL. */
static void
put_number(char **at, char before, int value, int ndigits)
{
    if (before != '\0')
        *(*at)++ = before;
    for (int i = ndigits - 1; i >= 0; i--) {
        (*at)[i] = (char)('0' + value % 10);
        value /= 10;
    }
    *at += ndigits;
}

static void
put_zone(char **at, const day_time *t)
{
    const int minutes = t->zone_minutes < 0 ? -t->zone_minutes : t->zone_minutes;

    if (t->is_utc) {
        *(*at)++ = 'Z';
    } else if (t->has_zone) {
        put_number(at, t->zone_minutes < 0 ? '-' : '+', minutes / 60, 2);
        put_number(at, ':', minutes % 60, 2);
    }
}

/* Seconds and the ISO form of what was read. */
static void
finish(article_date *d, const day_time *t)
{
    char *at = d->iso;

    d->seconds = days_since_1970(d->year, d->month, d->day) * 86400;
    put_number(&at, '\0', d->year, 4);
    put_number(&at, '-', d->month, 2);
    put_number(&at, '-', d->day, 2);
    if (d->has_time) {
        d->seconds += t->hour * 3600 + t->minute * 60 + t->second - t->zone_minutes * 60;
        put_number(&at, 'T', t->hour, 2);
        put_number(&at, ':', t->minute, 2);
        put_number(&at, ':', t->second, 2);
        put_zone(&at, t);
    }
    *at = '\0';
}

bool
date_parse(const char *text, size_t nbytes, article_date *date_out)
{
    cursor c = {text, text + nbytes};
    article_date d = {0};
    day_time t = {0};
    bool is_iso;

    if (nbytes == 0)
        return false;
    while (c.end > c.at && is_blank(c.end[-1]))
        c.end--;
    take_blanks(&c);

    is_iso = take_iso_day(&c, &d);
    if (!is_iso) {
        take_weekday(&c);
        if (!take_day_month(&c, &d) && !take_month_day(&c, &d))
            return false;
    }
    if (!days_exists(d.year, d.month, d.day))
        return false;
    if (c.at < c.end) {
        if (!take_time_separator(&c, is_iso) || !take_time(&c, &t))
            return false;
        d.has_time = true;
        d.has_zone = t.has_zone;
    }
    finish(&d, &t);
    *date_out = d;
    return true;
}
