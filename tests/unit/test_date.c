/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_date.c - which strings are dates, and which instant they name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "article/date.h"
#include "base/days.h"

/* The seconds were computed by date(1). */
static const struct {
    const char *text;
    const char *iso;
    int64_t seconds;
} dates[] = {
    {"2025-11-16", "2025-11-16", 1763251200},
    {"  2025-11-16\r\n", "2025-11-16", 1763251200},
    {"20251116", "2025-11-16", 1763251200},
    {"2025-11-16T10:00:00Z", "2025-11-16T10:00:00Z", 1763287200},
    {"2025-11-16T10:00Z", "2025-11-16T10:00:00Z", 1763287200},
    {"2025-11-16 10:00", "2025-11-16T10:00:00", 1763287200},
    {"2025-11-16 10:00:00.123", "2025-11-16T10:00:00", 1763287200},
    {"2025-11-16T10:00:00,5+02:00", "2025-11-16T10:00:00+02:00", 1763280000},
    {"2025-11-16T10:00:00+0200", "2025-11-16T10:00:00+02:00", 1763280000},
    {"2025-11-16T10:00:00 +02", "2025-11-16T10:00:00+02:00", 1763280000},
    {"2025-11-16T10:00:00-05:30", "2025-11-16T10:00:00-05:30", 1763307000},
    {"Sun, 16 Nov 2025 10:00:00 GMT", "2025-11-16T10:00:00Z", 1763287200},
    {"Sun, 16 Nov 2025 10:00:00 -0500", "2025-11-16T10:00:00-05:00", 1763305200},
    {"16 Nov 2025 10:00 EST", "2025-11-16T10:00:00-05:00", 1763305200},
    {"16 November 2025", "2025-11-16", 1763251200},
    {"1 Sept. 2025", "2025-09-01", 1756684800},
    {"16-Nov-2025", "2025-11-16", 1763251200},
    {"November 16, 2025", "2025-11-16", 1763251200},
    {"Nov. 16, 2025", "2025-11-16", 1763251200},
    {"Nov 16, 2025", "2025-11-16", 1763251200},
    {"NOVEMBER 16 2025", "2025-11-16", 1763251200},
    {"Sunday, November 16, 2025", "2025-11-16", 1763251200},
    {"26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01", 541350061},
    {"1970-01-01", "1970-01-01", 0},
    {"1969-12-31", "1969-12-31", -86400},
    {"0001-01-01", "0001-01-01", -62135596800},
    {"9999-12-31", "9999-12-31", 253402214400},
    {"2000-02-29", "2000-02-29", 951782400},
    {"2024-02-29", "2024-02-29", 1709164800},
};

static const char *const no_dates[] = {
    "",
    "   ",
    "2025",
    "2025-11",
    "2025-11-31",
    "2025-02-29",
    "1900-02-29",
    "2025-13-01",
    "2025-00-10",
    "2025-11-00",
    "0000-01-01",
    "2025-11-16x",
    "2025-11-16T",
    "2025-11-16T25:00:00",
    "2025-11-16T10:60",
    "2025-11-16T10:00:00+24:00",
    "2025-11-16T10:00:00 Mars",
    "2025-11-161",
    "202511166",
    "16/11/2025",
    "16 Novembre 2025",
    "Nov 16",
    "November 2025",
    "16 Nov 25",
    "32 Nov 2025",
    "Moscow, November 16, 2025",
    "November 16, 2025 in Moscow",
    "The 16 November 2025",
    "-2025-11-16",
    "2025-1-1",
};

static void
dates_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        article_date d;
        if (!date_parse(dates[i].text, strlen(dates[i].text), &d))
            fail_msg("not read: %s", dates[i].text);
        if (strcmp(d.iso, dates[i].iso) != 0 || d.seconds != dates[i].seconds)
            fail_msg("%s: got %s, %lld", dates[i].text, d.iso, (long long)d.seconds);
    }
}

static void
what_is_no_date_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof no_dates / sizeof *no_dates; i++) {
        article_date d;
        if (date_parse(no_dates[i], strlen(no_dates[i]), &d))
            fail_msg("read as %s: %s", d.iso, no_dates[i]);
    }
}

/* Every day from 1896 to 2104, against the C library's calendar. */
static void
every_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -27028; day < 49308; day++) {
        time_t seconds = (time_t)(day * 86400);
        struct tm utc;
        char text[32];
        article_date d;

        gmtime_r(&seconds, &utc);
        strftime(text, sizeof text, "%d %B %Y", &utc);
        assert_true(date_parse(text, strlen(text), &d));
        assert_true(d.seconds == (int64_t)seconds);
        strftime(text, sizeof text, "%Y-%m-%d", &utc);
        assert_string_equal(d.iso, text);
    }
}

static void
the_iso_form_reads_as_the_same_date(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        article_date d;
        article_date again;
        assert_true(date_parse(dates[i].text, strlen(dates[i].text), &d));
        assert_true(date_parse(d.iso, strlen(d.iso), &again));
        assert_string_equal(d.iso, again.iso);
        assert_true(d.seconds == again.seconds);
    }
}

static void
bytes_behind_the_length_are_not_read(void **state)
{
    article_date d;

    (void)state;
    assert_true(date_parse("2025-11-169", 10, &d));
    assert_string_equal(d.iso, "2025-11-16");
    assert_false(date_parse("2025-11-16", 9, &d));
    assert_false(date_parse("2025-11-16\0x", 12, &d));
}

static void
ranges_have_a_first_and_a_last_day(void **state)
{
    static const struct {
        const char *text;
        int first;
        int last;
    } ranges[] = {
        {"2025", 20250101, 20251231},       {"2025-11", 20251101, 20251130},
        {"2024-02", 20240201, 20240229},    {"1900-02", 19000201, 19000228},
        {"2025-11-13", 20251113, 20251113}, {"0001", 10101, 11231},
    };
    static const char *const wrong[] = {
        "",           "25",        "2025-", "2025-13",  "2025-00",  "2025-1", "2025-11-",
        "2025-11-31", "2025-11-1", "0000",  "2025-11x", "20251113", "2025 ",  "-2025"};

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        int first = 0;
        int last = 0;
        if (!days_parse_range(ranges[i].text, &first, &last) || first != ranges[i].first ||
            last != ranges[i].last)
            fail_msg("%s: %d to %d", ranges[i].text, first, last);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int first;
        int last;
        if (days_parse_range(wrong[i], &first, &last))
            fail_msg("read: %s", wrong[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(the_iso_form_reads_as_the_same_date),
        cmocka_unit_test(bytes_behind_the_length_are_not_read),
        cmocka_unit_test(ranges_have_a_first_and_a_last_day),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
