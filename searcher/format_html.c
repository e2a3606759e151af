/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_html.c - one page that can be mailed: results with their marks coloured by clause, copies
 * folded, when and where they are from.
 *
 * No script, nothing that is loaded: the page's policy forbids both.  Boxes of the legend and
 * folding are the browser's own.  In a batch each query is a section of the page; ids of results
 * are numbered by query then. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "by.h"
#include "format.h"
#include "html.h"

#define PREFIX_BYTES 64
#define MAX_LEGEND 40 /* clauses that are named */
#define NTOGGLES 8    /* colours that can be taken away */

/* ---- The page ---- */

static void
put_query_text(output *out, const answer *a)
{
    if (a->query == NULL)
        PUT(out, "(a line that was too long)");
    else if (a->query_bytes > 300)
        html_short(out, a->query, 300);
    else
        html_text(out, a->query, a->query_bytes);
}

/* The title of the article that is shown, or the query. */
static void
put_name(output *out, const answer *a)
{
    const quire_hit *hit = a->article != NULL ? format_first_passage(a) : NULL;

    if (a->article == NULL)
        put_query_text(out, a);
    else if (hit != NULL && hit->title_bytes > 0)
        html_text(out, hit->title, hit->title_bytes);
    else
        html_string(out, a->article);
}

static void
begin_page(output *out, const answer *a, const presentation *p)
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
    if (p->batch)
        PUT(out, "Passages for a list of queries");
    else
        put_name(out, a);
    PUT(out, "</title>\n<style>");
    output_string(out, html_style);
    PUT(out, "</style>\n</head>\n<body>\n");
    if (p->batch)
        PUT(out, "<main>\n<h1>Passages for a list of queries</h1>\n");
    else if (a->article == NULL && format_nhits(a, p) > 0)
        PUT(out, "<a class=\"skip\" href=\"#r1\">Skip to the passages</a>\n<main>\n");
    else
        PUT(out, "<main>\n");
}

static const char end_page[] = "</main>\n<footer>Found and marked by Quire. Each text is as it was "
                               "indexed, verified against its "
                               "checksum.</footer>\n</body>\n</html>\n";

/* Begin a heading or, where attributes is NULL, end it.  Those of a batch are a level below that of
 * the page. */
static void
put_heading(output *out, const presentation *p, unsigned level, const char *attributes)
{
    output_printf(out, "<%sh%u%s>", attributes == NULL ? "/" : "", level + (p->batch ? 1 : 0),
                  attributes == NULL ? "" : attributes);
}

/* Lines as they are. */
static void
put_lines(output *out, const char *summary, const char *text)
{
    output_printf(out, "<details><summary>%s</summary>\n<pre>", summary);
    for (const char *line = text; *line != '\0';) {
        const size_t nbytes = strcspn(line, "\n");
        const size_t indent = strspn(line, " ");

        output_blanks(out, indent < nbytes ? indent : nbytes);
        if (indent < nbytes)
            html_text(out, line + indent, nbytes - indent);
        output_char(out, '\n');
        line += nbytes + (line[nbytes] == '\n');
    }
    PUT(out, "</pre></details>\n");
}

/* ---- Above the results ---- */

static void
put_notes(output *out, const answer *a)
{
    const quire_note *note = NULL;

    if (a->results == NULL) {
        PUT(out, "<div class=\"notes\"><p class=\"damage\">This query was not answered: ");
        html_string(out, a->error);
        PUT(out, "</p></div>\n");
    }
    if (format_note(a, 0) == NULL)
        return;
    PUT(out, "<div class=\"notes\"><p>How the query was read:</p>\n<ul>\n");
    for (size_t i = 0; (note = format_note(a, i)) != NULL; i++) {
        char *line = format_note_line(a, note);

        PUT(out, "<li>");
        html_string(out, line != NULL ? line : note->text);
        PUT(out, "</li>\n");
        free(line);
    }
    PUT(out, "</ul></div>\n");
}

static void
put_total(output *out, const answer *a, const presentation *p)
{
    const quire_tally_row *total = quire_tally_total(a->tally);

    output_printf(out, "<strong>%" PRIu64 "</strong> article%s, ", total->narticles,
                  total->narticles == 1 ? "" : "s");
    if (!p->by_article)
        output_printf(out, "%" PRIu64 " passage%s, ", total->npassages,
                      total->npassages == 1 ? "" : "s");
    output_printf(out, "%" PRIu64 " %s", total->nstories,
                  total->nstories == 1 ? "story" : "stories");
}

static void
put_summary(output *out, const answer *a, const presentation *p, size_t nhits)
{
    PUT(out, "<p class=\"meta\">");
    if (a->tally != NULL)
        put_total(out, a, p);
    else if (nhits == 0)
        PUT(out, "No passage found");
    else
        output_printf(out, "<strong>%zu</strong> %s", nhits, nhits == 1 ? "passage" : "passages");
    if (p->count && a->tally == NULL)
        output_printf(out, " of %" PRIu64 " that match", quire_results_count(a->results));
    if (nhits > 0)
        PUT(out, ", the best first");
    if (p->index != NULL)
        output_printf(out, "; searched: %" PRIu64 " articles, index of ", p->index->narticles);
    if (p->index != NULL)
        html_date(out, p->index->built);
    PUT(out, ".</p>\n");
    if (quire_results_ndamaged(a->results) > 0)
        PUT(out, "<div class=\"notes\"><p class=\"damage\">The index is damaged: what does not fit "
                 "its checksum is not shown.</p></div>\n");
}

/* Which colour is which clause; a box takes it away. */
static void
put_legend(output *out, const answer *a)
{
    const size_t nclauses = quire_results_nclauses(a->results);
    const bool has_boxes = nclauses <= NTOGGLES;
    size_t nnamed = 0;

    for (size_t i = 0; i < nclauses; i++) {
        const quire_clause *clause = quire_results_clause(a->results, i);

        if (!clause->marks || nnamed == MAX_LEGEND)
            continue;
        if (nnamed++ == 0)
            PUT(out, "<fieldset class=\"legend\"><legend>Marked is what matched, and nothing else"
                     "</legend>\n");
        PUT(out, "<label>");
        if (has_boxes)
            output_printf(out, "<input type=\"checkbox\" class=\"t%u\" checked>",
                          html_color(clause->number));
        output_printf(out, "<span class=\"key k%u\" data-clause=\"%" PRIu32 "\">",
                      html_color(clause->number), clause->number);
        html_short(out, clause->text, 80);
        PUT(out, "</span></label>\n");
    }
    if (nnamed > 0)
        PUT(out, "</fieldset>\n");
}

/* ---- A result ---- */

static void
put_origin(output *out, const quire_hit *hit, bool with_passage)
{
    PUT(out, "<p class=\"meta\">");
    if (hit->source != NULL && hit->source[0] != '\0') {
        PUT(out, "<strong><bdi>");
        html_string(out, hit->source);
        PUT(out, "</bdi></strong> · ");
    }
    if (hit->date != NULL && hit->date[0] != '\0') {
        html_date(out, hit->date);
        PUT(out, " · ");
    }
    if (hit->author != NULL && hit->author[0] != '\0') {
        PUT(out, "<bdi>");
        html_string(out, hit->author);
        PUT(out, "</bdi> · ");
    }
    PUT(out, "<bdi>");
    html_string(out, hit->article);
    PUT(out, "</bdi>");
    if (with_passage)
        output_printf(out, ", passage %" PRIu32, hit->passage);
    if (hit->furniture && with_passage)
        PUT(out, " (site furniture)");
    if (hit->path != NULL && hit->path[0] != '\0') {
        PUT(out, " · <bdi>");
        html_string(out, hit->path);
        PUT(out, "</bdi>");
        if (hit->start != QUIRE_NO_OFFSET && with_passage)
            output_printf(out, ", bytes %" PRIu64 "–%" PRIu64, hit->start, hit->end);
    }
    PUT(out, "</p>\n");
}

static void
open_link(output *out, const char *url)
{
    PUT(out, "<a href=\"");
    html_string(out, url);
    PUT(out, "\" rel=\"noopener noreferrer nofollow\">");
}

static void
put_title(output *out, const quire_hit *hit)
{
    const bool is_link = format_is_link(hit->url);

    if (is_link)
        open_link(out, hit->url);
    PUT(out, "<bdi>");
    if (hit->title_bytes > 0)
        html_marked(out, hit->title, 0, hit->title_bytes, hit->title_marks, hit->ntitle_marks);
    else
        html_string(out, hit->article);
    PUT(out, "</bdi>");
    if (is_link)
        PUT(out, "</a>");
}

/* A part of the text as paragraphs; dots say that something stands before it. */
static void
put_paragraphs(output *out, const quire_hit *hit, const quire_range *part, bool is_cut_before,
               bool is_cut_after)
{
    static const char dots[] = "<span class=\"cut\">[…]</span>";
    uint32_t end = part->start;

    for (uint32_t start = part->start; start < part->end; start = end) {
        end = format_paragraph_end(hit, start, part->end);
        PUT(out, "<p dir=\"auto\">");
        if (is_cut_before && start == part->start)
            output_printf(out, "%s ", dots);
        html_marked(out, hit->text, start, end, hit->marks, hit->nmarks);
        if (is_cut_after && end == part->end)
            output_printf(out, " %s", dots);
        PUT(out, "</p>\n");
    }
}

static void
put_all(output *out, const quire_hit *hit)
{
    const quire_range all = {0, (uint32_t)hit->text_bytes};

    PUT(out, "<blockquote>\n");
    put_paragraphs(out, hit, &all, false, false);
    PUT(out, "</blockquote>\n");
}

static void
put_text(output *out, const quire_hit *hit, const presentation *p)
{
    format_snippet snippet;
    const bool has_memory = format_choose(hit, p, &snippet);

    if (!has_memory) {
        out->has_failed = true;
        return;
    }
    PUT(out, "<blockquote>\n");
    for (size_t i = 0; i < snippet.nparts; i++)
        put_paragraphs(out, hit, &snippet.parts[i], i == 0 && snippet.is_cut_before,
                       i + 1 < snippet.nparts || snippet.is_cut_after);
    PUT(out, "</blockquote>\n");
    if (snippet.nparts > 1 || snippet.is_cut_before || snippet.is_cut_after) {
        PUT(out, "<details class=\"wholes\"><summary>The whole passage</summary>\n");
        put_all(out, hit);
        PUT(out, "</details>\n");
    }
    free(snippet.parts);
}

static void
put_copy(output *out, const quire_copy *copy)
{
    const bool is_link = format_is_link(copy->url);

    PUT(out, "<li>");
    if (is_link)
        open_link(out, copy->url);
    PUT(out, "<bdi>");
    if (copy->title_bytes > 0)
        html_text(out, copy->title, copy->title_bytes);
    else
        html_string(out, copy->article);
    PUT(out, "</bdi>");
    if (is_link)
        PUT(out, "</a>");
    if (copy->source != NULL && copy->source[0] != '\0') {
        PUT(out, ", <bdi>");
        html_string(out, copy->source);
        PUT(out, "</bdi>");
    }
    if (copy->date != NULL && copy->date[0] != '\0') {
        PUT(out, ", ");
        html_date(out, copy->date);
    }
    if (copy->is_earliest || copy->is_longest)
        output_printf(out, " (%s%s%s)", copy->is_earliest ? "the earliest" : "",
                      copy->is_earliest && copy->is_longest ? ", " : "",
                      copy->is_longest ? "the longest" : "");
    PUT(out, "</li>\n");
}

static void
put_copies(output *out, const quire_hit *hit)
{
    if (hit->copies_total == 0)
        return;
    output_printf(
        out, "<details class=\"copies\"><summary>Also in %" PRIu64 " other%s%s</summary>\n<ul>\n",
        hit->copies_total, hit->copies_total == 1 ? "" : "s",
        hit->is_earliest ? "; this is the earliest" : "");
    for (size_t i = 0; i < hit->ncopies; i++)
        put_copy(out, &hit->copies[i]);
    if (hit->ncopies < hit->copies_total)
        output_printf(out, "<li>and %" PRIu64 " more</li>\n",
                      hit->copies_total - (uint64_t)hit->ncopies);
    PUT(out, "</ul></details>\n");
}

/* The other results on the page that share words with this one, each once. */
static void
put_quotations(output *out, const answer *a, const quire_hit *hit, size_t nhits, const char *prefix)
{
    for (size_t i = 0; i < hit->nquotations; i++) {
        const size_t other = hit->quotations[i].hit;
        bool is_told = other >= nhits;

        for (size_t j = 0; j < i; j++)
            is_told = is_told || hit->quotations[j].hit == other;
        if (is_told)
            continue;
        output_printf(out, "<p class=\"meta\">Same quotation in <a href=\"#%s%zu\">%zu. <bdi>",
                      prefix, other + 1, other + 1);
        html_string(out, quire_results_hit(a->results, other)->article);
        PUT(out, "</bdi></a></p>\n");
    }
}

static void
put_result(output *out, const answer *a, const presentation *p, size_t i, size_t nhits,
           const char *prefix)
{
    const quire_hit *hit = quire_results_hit(a->results, i);

    output_printf(out, "<li id=\"%s%zu\" tabindex=\"-1\"><article>\n", prefix, i + 1);
    put_heading(out, p, 2, "");
    output_printf(out, "<span class=\"rank\">%zu.</span> ", i + 1);
    if (hit->damage != NULL) {
        PUT(out, "<span class=\"damage\">This passage is damaged</span>");
        put_heading(out, p, 2, NULL);
        PUT(out, "\n<p class=\"meta\">");
        html_string(out, hit->damage);
        PUT(out, "</p>\n</article></li>\n");
        return;
    }
    put_title(out, hit);
    put_heading(out, p, 2, NULL);
    output_char(out, '\n');
    put_origin(out, hit, true);
    if (hit->text_bytes > 0)
        put_text(out, hit, p);
    put_copies(out, hit);
    put_quotations(out, a, hit, nhits, prefix);
    if (hit->explanation != NULL)
        put_lines(out, "How its score came about", hit->explanation);
    PUT(out, "</article></li>\n");
}

/* ---- All of it ---- */

static void
put_header(output *out, const answer *a, const presentation *p, size_t nhits)
{
    PUT(out, "<header>\n<p class=\"by\">");
    if (p->batch) {
        PUT(out, "Query ");
        html_string(out, a->query_id);
    } else {
        PUT(out, "Passages of news articles");
    }
    PUT(out, "</p>\n");
    put_heading(out, p, 1, " class=\"query\"");
    put_query_text(out, a);
    put_heading(out, p, 1, NULL);
    output_char(out, '\n');
    put_notes(out, a);
    if (a->results != NULL) {
        put_summary(out, a, p, nhits);
        if (a->tally == NULL)
            put_legend(out, a);
        if (p->explain)
            put_lines(out, "How the query was read", quire_results_explanation(a->results));
    }
    PUT(out, "</header>\n");
}

static void
print_html(output *out, const answer *a, const presentation *p)
{
    const size_t nhits = format_nhits(a, p);
    char prefix[PREFIX_BYTES] = "r";

    if (a->first)
        begin_page(out, a, p);
    if (p->batch)
        snprintf(prefix, sizeof prefix, "q%" PRIu64 "-", a->number);
    PUT(out, "<section class=\"answer\">\n");
    put_header(out, a, p, nhits);
    if (a->tally != NULL)
        by_html(out, a, p);
    if (nhits > 0) {
        html_charts(out, a->results, nhits, prefix);
        PUT(out, "<ol class=\"results\">\n");
        for (size_t i = 0; i < nhits; i++)
            put_result(out, a, p, i, nhits, prefix);
        PUT(out, "</ol>\n");
    }
    PUT(out, "</section>\n");
}

/* ---- A whole article ---- */

static void
put_passage(output *out, const quire_hit *hit)
{
    const quire_range all = {0, (uint32_t)hit->text_bytes};

    output_printf(out, "<div id=\"p%" PRIu32 "\"%s>\n", hit->passage,
                  hit->furniture ? " class=\"furniture\"" : "");
    if (hit->furniture)
        PUT(out, "<p class=\"by\">Site furniture</p>\n");
    if (hit->damage != NULL) {
        PUT(out, "<p class=\"damage\">A passage is missing here: ");
        html_string(out, hit->damage);
        PUT(out, "</p>\n");
    } else {
        put_paragraphs(out, hit, &all, false, false);
    }
    PUT(out, "</div>\n");
}

static void
show_html(output *out, const answer *a, const presentation *p)
{
    const size_t nhits = a->results != NULL ? quire_results_size(a->results) : 0;
    const quire_hit *first = format_first_passage(a);

    begin_page(out, a, p);
    PUT(out, "<section class=\"answer\">\n<header>\n<p class=\"by\">Article</p>\n<h1>");
    if (first != NULL)
        put_title(out, first);
    else
        html_string(out, a->article);
    PUT(out, "</h1>\n");
    if (first != NULL)
        put_origin(out, first, false);
    put_notes(out, a);
    if (a->results != NULL && a->query_bytes > 0)
        put_legend(out, a);
    PUT(out, "</header>\n<article class=\"whole\">\n");
    for (size_t i = 0; i < nhits; i++)
        put_passage(out, quire_results_hit(a->results, i));
    PUT(out, "</article>\n</section>\n");
}

const format format_html = {.name = "html",
                            .print = print_html,
                            .show = show_html,
                            .named_copies = QUIRE_MAX_COPIES,
                            .end = end_page,
                            .without_memory = ""};
