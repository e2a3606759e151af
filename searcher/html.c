/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html.c - text of articles as HTML in which nothing of theirs can act. */
#include "html.h"

#include <stdio.h>
#include <string.h>

#include "show.h"

#define NCOLORS 8 /* of marks, in html_style.c */

unsigned
html_color(uint32_t clause)
{
    return clause == 0 ? 1 : (clause - 1) % NCOLORS + 1;
}

/* ---- Text ---- */

/* What stands for a byte in HTML; NULL: itself. */
static const char *
entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void
put_bytes(output *out, const char *bytes, size_t nbytes)
{
    size_t from = 0;

    for (size_t at = 0; at < nbytes; at++) {
        const char *entity = entity_of(bytes[at]);

        if (entity == NULL)
            continue;
        output_bytes(out, bytes + from, at - from);
        output_string(out, entity);
        from = at + 1;
    }
    output_bytes(out, bytes + from, nbytes - from);
}

/* White space is held back until something follows it. */
typedef struct {
    output *out;
    bool blank_due;
} writer;

static void
put_blank(writer *w)
{
    if (w->blank_due)
        output_char(w->out, ' ');
    w->blank_due = false;
}

/* One character of text; returns the bytes that it takes. */
static size_t
put_next(writer *w, const char *text, size_t nbytes)
{
    shown c;
    const size_t length = show_next(text, nbytes, &c);

    if (c.is_blank) {
        w->blank_due = true;
    } else if (c.nbytes > 0) {
        put_blank(w);
        put_bytes(w->out, c.bytes, c.nbytes);
    }
    return length;
}

/* Bytes of text that stand for themselves, before byte until, or one character; returns how many
 * they are. */
static size_t
put_run(writer *w, const char *text, size_t nbytes, size_t until)
{
    const size_t nplain = show_plain_run(text, until < nbytes ? until : nbytes);

    if (nplain == 0)
        return put_next(w, text, nbytes);
    put_blank(w);
    put_bytes(w->out, text, nplain);
    return nplain;
}

void
html_text(output *out, const char *text, size_t nbytes)
{
    writer w = {.out = out};

    for (size_t at = 0; at < nbytes;)
        at += put_run(&w, text + at, nbytes - at, nbytes - at);
    put_blank(&w);
}

void
html_string(output *out, const char *text)
{
    html_text(out, text, strlen(text));
}

void
html_short(output *out, const char *text, size_t max_characters)
{
    const size_t nbytes = strlen(text);
    writer w = {.out = out};
    size_t at = 0;

    for (size_t n = 0; at < nbytes && n < max_characters; n++)
        at += put_next(&w, text + at, nbytes - at);
    if (at < nbytes)
        PUT(out, "…");
}

/* ---- Marks ---- */

static void
open_mark(writer *w, uint32_t clause)
{
    put_blank(w);
    output_printf(w->out, "<mark class=\"k%u\" data-clause=\"%u\">", html_color(clause),
                  (unsigned)clause);
}

void
html_marked(output *out, const char *text, size_t start, size_t end, const quire_mark *marks,
            size_t nmarks)
{
    writer w = {.out = out};
    bool is_open = false;
    size_t mark = 0;
    size_t until = 0; /* the next mark begins or ends */

    while (mark < nmarks && marks[mark].end <= start)
        mark++;
    for (size_t at = start; at < end;) {
        if (is_open && at >= marks[mark].end) {
            PUT(out, "</mark>");
            is_open = false;
            mark++;
        }
        if (!is_open && mark < nmarks && at >= marks[mark].start) {
            open_mark(&w, marks[mark].clause);
            is_open = true;
        }
        until = end;
        if (mark < nmarks)
            until = is_open ? marks[mark].end : marks[mark].start;
        at += put_run(&w, text + at, end - at, until - at);
    }
    if (is_open)
        PUT(out, "</mark>");
    put_blank(&w);
}

/* ---- Dates ---- */

static bool
are_digits(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

void
html_date(output *out, const char *date)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    const size_t nbytes = strlen(date);
    const bool has_day = nbytes >= 10 && are_digits(date, 4) && date[4] == '-' &&
                         are_digits(date + 5, 2) && date[7] == '-' && are_digits(date + 8, 2);
    const int month = has_day ? (date[5] - '0') * 10 + date[6] - '0' : 0;

    PUT(out, "<time datetime=\"");
    html_string(out, date);
    PUT(out, "\">");
    if (!has_day || month < 1 || month > 12) {
        html_string(out, date);
    } else {
        output_printf(out, "%d %s %.4s", (date[8] - '0') * 10 + date[9] - '0', months[month - 1],
                      date);
        if (nbytes >= 16 && date[10] == 'T' && are_digits(date + 11, 2) && date[13] == ':' &&
            are_digits(date + 14, 2)) {
            output_printf(out, ", %.5s", date + 11);
            const char *zone = date + 16 + strspn(date + 16, ":.0123456789");

            if (zone[0] == 'Z')
                PUT(out, " UTC");
            else if (zone[0] != '\0') {
                output_char(out, ' ');
                html_string(out, zone);
            }
        }
    }
    PUT(out, "</time>");
}

/* ---- The page ---- */

void
html_begin_page(output *out)
{
    PUT(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'sha256-");
    output_string(out, html_style_hash);
    PUT(out, "'; base-uri 'none'; form-action 'none'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"referrer\" content=\"no-referrer\">\n"
             "<meta name=\"generator\" content=\"quire-search ");
    html_string(out, quire_version());
    PUT(out, "\">\n<title>");
}

void
html_begin_body(output *out)
{
    PUT(out, "</title>\n<style>");
    output_string(out, html_style);
    PUT(out, "</style>\n</head>\n<body>\n");
}
