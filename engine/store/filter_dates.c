/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter_dates.c - what terms stand for a range of days.
 *
 * A range is the union of whole years, of whole months at its ends, and of days at theirs: at most
 * some eighty terms besides a term for each year, where days alone could be thousands. */
#include "store/filter_dates.h"

typedef struct {
    int first_day;
    int last_day;
    filter_visitor visit;
    void *closure;
} date_range;

static int
days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool
visit_date(const date_range *r, int year, int month, int day)
{
    term t;

    term_make_date(&t, year, month, day);
    return r->visit(r->closure, &t);
}

static bool
visit_month(const date_range *r, int year, int month)
{
    const int first = year * 10000 + month * 100 + 1;
    const int ndays = days_in_month(year, month);

    if (r->first_day <= first && r->last_day >= first + ndays - 1)
        return visit_date(r, year, month, 0);
    for (int day = 1; day <= ndays; day++)
        if (r->first_day < first + day && r->last_day >= first + day - 1 &&
            !visit_date(r, year, month, day))
            return false;
    return true;
}

/* What of the range lies in a year that the index has: the year, or its months and days. */
static bool
visit_year(void *closure, const char *text, size_t nbytes)
{
    const date_range *r = closure;
    int year = 0;

    if (nbytes != 5)
        return true;
    for (size_t i = 1; i < nbytes; i++) {
        if (text[i] < '0' || text[i] > '9')
            return true;
        year = year * 10 + (text[i] - '0');
    }
    if (r->first_day > year * 10000 + 1231 || r->last_day < year * 10000 + 101)
        return true;
    if (r->first_day <= year * 10000 + 101 && r->last_day >= year * 10000 + 1231)
        return visit_date(r, year, 0, 0);
    for (int month = 1; month <= 12; month++)
        if (!visit_month(r, year, month))
            return false;
    return true;
}

quire_status
filter_dates_visit(const store_filter *filter, xap_db *db, filter_visitor visit, void *closure,
                   quire_error *err)
{
    date_range range = {
        .first_day = filter->first_day,
        .last_day = filter->last_day != 0 ? filter->last_day : 99991231,
        .visit = visit,
        .closure = closure,
    };

    return xap_db_terms(db, "Y", visit_year, &range, err);
}
