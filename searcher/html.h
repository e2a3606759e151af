/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html.h - what the files that make the HTML page share.
 *
 * The page has no script and loads nothing; its policy allows its own style sheet and nothing else.
 * All that comes from articles, queries and indexes goes through the functions here: & < > and
 * quotes are escaped, control characters and those that steer the direction of writing are shown as
 * what they are, and only http and https addresses become links. */
#ifndef SEARCHER_HTML_H
#define SEARCHER_HTML_H

#include "format.h"
#include "output.h"
#include "quire.h"

/* A literal, its length known. */
#define PUT(out, literal) output_bytes(out, "" literal, sizeof literal - 1)

/* The style sheet, and the hash of it that the page's policy names: base64 of its SHA-256. */
extern const char html_style[];
extern const char html_style_hash[];

/* A page up to its title, and from there up to its text; html_end_page is its end. */
void html_begin_page(output *out);
void html_begin_body(output *out);
#define html_end_page                                                                              \
    "</main>\n<footer>Found and marked by Quire. Each text is as it was indexed, verified "        \
    "against "                                                                                     \
    "its checksum.</footer>\n</body>\n</html>\n"

/* Text, escaped; white space as one blank. */
void html_text(output *out, const char *text, size_t nbytes);
void html_string(output *out, const char *text);

/* Text of at most max_characters, with ... where it is cut. */
void html_short(output *out, const char *text, size_t max_characters);

/* Bytes start up to end of a text, with its marks (ascending, without overlap): those that begin or
 * end outside are cut. */
void html_marked(output *out, const char *text, size_t start, size_t end, const quire_mark *marks,
                 size_t nmarks);

/* A date of an article: "16 November 2025, 18:44 +02:00"; one that is no ISO 8601 as it is. */
void html_date(output *out, const char *date);

/* The class that has a clause's colour. */
unsigned html_color(uint32_t clause);

/* html_charts.c: when and where the results are from: a time line of days and sources, and a table
 * of which source mentions which clause.  Results are linked to as "#PREFIX" and their rank. */
void html_charts(output *out, const quire_results *results, size_t nhits, const char *prefix);

#endif
