/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.c - text from articles, queries and file names, made fit for a terminal and for one line. */
#include "show.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>
#include <uniwidth.h>
#include <unistd.h>

/* ---- single characters ---- */

bool
show_is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F)         /* controls, 8-bit ones too */
           || c == 0x061C || c == 0x200E || c == 0x200F /* direction marks */
           || (c >= 0x2028 && c <= 0x202E)    /* separators of lines, embeddings, overrides */
           || (c >= 0x2066 && c <= 0x206F)    /* isolates, old format characters */
           || (c >= 0xFFF9 && c <= 0xFFFB)    /* interlinear annotation */
           || (c >= 0xE0000 && c <= 0xE007F); /* tags: text that nobody sees */
}

/* A blank at which no line may end. */
static bool
holds_together(ucs4_t c)
{
    return c == 0x00A0 || c == 0x2007 || c == 0x202F;
}

static void
show_unsafe(ucs4_t c, shown *out)
{
    if (c < 0x20 || c == 0x7F) { /* Unicode has pictures of these */
        ucs4_t picture = c == 0x7F ? 0x2421 : 0x2400 + c;
        out->nbytes = (size_t)u8_uctomb((uint8_t *)out->bytes, picture, sizeof out->bytes);
        out->width = 1;
        return;
    }
    out->width = snprintf(out->bytes, sizeof out->bytes, "<U+%04X>", (unsigned)c);
    out->nbytes = (size_t)out->width;
}

size_t
show_next(const char *text, size_t nbytes, shown *out)
{
    ucs4_t c = (unsigned char)text[0];
    int length = 1;

    *out = (shown){0};
    if (c > 0x20 && c < 0x7F) { /* most of it */
        out->bytes[0] = text[0];
        out->nbytes = 1;
        out->width = 1;
        return 1;
    }
    if (c == ' ' || c == '\n' || c == '\t') { /* and most of the rest */
        *out = (shown){.bytes = " ", .nbytes = 1, .width = 1, .is_blank = true};
        return 1;
    }
    length = u8_mbtoucr(&c, (const uint8_t *)text, nbytes);
    if (length < 1) { /* not UTF-8 */
        memcpy(out->bytes, "\xEF\xBF\xBD", 3);
        out->nbytes = 3;
        out->width = 1;
        return 1;
    }
    if (uc_is_property_white_space(c) && !holds_together(c)) {
        out->is_blank = true;
        out->bytes[0] = ' ';
        out->nbytes = 1;
        out->width = 1;
    } else if (show_is_unsafe(c)) {
        show_unsafe(c, out);
    } else if (c != 0x00AD) {
        int width = uc_width(c, "UTF-8");
        memcpy(out->bytes, text, (size_t)length);
        out->nbytes = (size_t)length;
        out->width = width > 0 ? width : 0;
    }
    return (size_t)length;
}

size_t
show_plain_run(const char *text, size_t nbytes)
{
    size_t n = 0;

    while (n < nbytes && text[n] > 0x20 && text[n] < 0x7F)
        n++;
    return n;
}

/* ---- lines with marks ---- */

/* A word of a line is held back until it is known on which line it goes. */
typedef struct {
    output *out;
    const show_style *style;
    int indent;
    int width;  /* of a line; 0: there is one line only */
    int column; /* where the line stands, the word held back apart */
    bool line_has_words;
    bool blank_due;         /* white space came since the last word */
    bool mark_is_open;      /* at the start of the word held back */
    bool word_mark_is_open; /* at its end */
    int word_width;
    size_t word_bytes;
    char word[1024];
} line_writer;

static void
begin_line(line_writer *w)
{
    if (w->mark_is_open && w->style->width == 0)
        output_string(w->out, w->style->close);
    output_char(w->out, '\n');
    output_blanks(w->out, (size_t)w->indent);
    if (w->mark_is_open && w->style->width == 0)
        output_string(w->out, w->style->open);
    w->column = w->indent;
    w->line_has_words = false;
}

static void
put_word(line_writer *w)
{
    int blank = w->blank_due && w->line_has_words;

    if (w->word_bytes == 0)
        return;
    if (w->width > 0 && w->line_has_words && w->column + blank + w->word_width > w->width) {
        begin_line(w);
        blank = 0;
    }
    if (blank)
        output_char(w->out, ' ');
    output_bytes(w->out, w->word, w->word_bytes);
    w->column += blank + w->word_width;
    w->line_has_words = true;
    w->blank_due = false;
    w->mark_is_open = w->word_mark_is_open;
    w->word_width = 0;
    w->word_bytes = 0;
}

static void
add_to_word(line_writer *w, const char *bytes, size_t nbytes, int width)
{
    /* A word that fills a line, or the room here, is cut; so it needs no memory. */
    if (w->word_bytes + nbytes > sizeof w->word ||
        (w->width > 0 && w->word_width > 0 && w->indent + w->word_width + width > w->width))
        put_word(w);
    memcpy(w->word + w->word_bytes, bytes, nbytes);
    w->word_bytes += nbytes;
    w->word_width += width;
}

static void
open_mark(line_writer *w)
{
    add_to_word(w, w->style->open, strlen(w->style->open), w->style->width);
    w->word_mark_is_open = true;
}

static void
close_mark(line_writer *w)
{
    add_to_word(w, w->style->close, strlen(w->style->close), w->style->width);
    w->word_mark_is_open = false;
}

/* Add bytes that stand for themselves, a column each, all at once; false where the word would be
 * too long. */
static bool
add_run(line_writer *w, const char *text, size_t nbytes)
{
    if (nbytes > sizeof w->word - w->word_bytes ||
        (w->width > 0 && (size_t)(w->indent + w->word_width) + nbytes > (size_t)w->width))
        return false;
    memcpy(w->word + w->word_bytes, text, nbytes);
    w->word_bytes += nbytes;
    w->word_width += (int)nbytes;
    return true;
}

/* How many bytes there are from at to where the next mark begins or ends, or the text does. */
static size_t
until_boundary(const line_writer *w, size_t at, size_t end, const quire_mark *next)
{
    size_t boundary = end;

    if (next != NULL)
        boundary = w->word_mark_is_open ? next->end : next->start;
    if (boundary > end)
        boundary = end;
    return boundary > at ? boundary - at : 0;
}

static void
write_marked(line_writer *w, const char *text, size_t start, size_t end, const quire_mark *marks,
             size_t nmarks)
{
    size_t at = start;
    size_t mark = 0;

    while (mark < nmarks && marks[mark].end <= start)
        mark++;
    while (at < end) {
        shown c;
        size_t length = 0;

        if (w->word_mark_is_open && at >= marks[mark].end) {
            close_mark(w);
            mark++;
        }
        if (!w->word_mark_is_open && mark < nmarks && at >= marks[mark].start)
            open_mark(w);
        length = show_plain_run(text + at,
                                until_boundary(w, at, end, mark < nmarks ? &marks[mark] : NULL));
        if (length > 0 && add_run(w, text + at, length)) {
            at += length;
            continue;
        }
        length = show_next(text + at, end - at, &c);
        if (c.is_blank) {
            put_word(w);
            w->blank_due = true;
        } else {
            add_to_word(w, c.bytes, c.nbytes, c.width);
        }
        at += length;
    }
    if (w->word_mark_is_open)
        close_mark(w);
    put_word(w);
}

void
show_wrapped(output *out, const char *text, size_t nbytes, const quire_mark *marks, size_t nmarks,
             const show_style *style, int indent, int width)
{
    line_writer w = {
        .out = out, .style = style, .indent = indent, .width = width, .column = indent};

    write_marked(&w, text, 0, nbytes, marks, nmarks);
}

void
show_part(output *out, const char *text, size_t start, size_t end, const quire_mark *marks,
          size_t nmarks, const show_style *style, int indent, int width)
{
    line_writer w = {
        .out = out, .style = style, .indent = indent, .width = width, .column = indent};

    write_marked(&w, text, start, end, marks, nmarks);
}

void
show_parts(output *out, const char *text, const quire_range *parts, size_t nparts,
           bool is_cut_before, bool is_cut_after, const quire_mark *marks, size_t nmarks,
           const show_style *style, int indent, int width)
{
    static const char dots[] = "…";
    line_writer w = {
        .out = out, .style = style, .indent = indent, .width = width, .column = indent};

    for (size_t i = 0; i <= nparts; i++) {
        if ((i == 0 && is_cut_before) || (i > 0 && i < nparts) || (i == nparts && is_cut_after)) {
            w.blank_due = true;
            add_to_word(&w, dots, strlen(dots), 1);
            put_word(&w);
            w.blank_due = true;
        }
        if (i < nparts)
            write_marked(&w, text, parts[i].start, parts[i].end, marks, nmarks);
    }
}

void
show_address(output *out, const char *url)
{
    for (const char *c = url; *c != '\0'; c++) {
        if (*c > 0x20 && *c < 0x7F && strchr("\"<>\\^`{|}", *c) == NULL)
            output_char(out, *c);
        else
            output_printf(out, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

void
show_marked(output *out, const char *text, size_t nbytes, const quire_mark *marks, size_t nmarks,
            const show_style *style)
{
    show_wrapped(out, text, nbytes, marks, nmarks, style, 0, 0);
}

void
show_text(output *out, const char *text, size_t nbytes)
{
    const size_t nplain = show_plain_run(text, nbytes);

    if (nplain == nbytes)
        output_bytes(out, text, nbytes);
    else
        show_marked(out, text, nbytes, NULL, 0, NULL);
}

void
show_string(output *out, const char *text)
{
    show_text(out, text, strlen(text));
}

void
show_lines(output *out, const char *text, int indent)
{
    size_t nbytes = strlen(text);
    size_t at = 0;

    while (at < nbytes) {
        output_blanks(out, (size_t)indent);
        while (at < nbytes && text[at] != '\n') {
            shown c;
            at += show_next(text + at, nbytes - at, &c);
            output_bytes(out, c.bytes, c.nbytes);
        }
        output_char(out, '\n');
        at++;
    }
}

void
show_encoded(output *out, const char *name)
{
    size_t nbytes = strlen(name);
    size_t at = 0;

    while (at < nbytes) {
        ucs4_t c = 0;
        int valid = u8_mbtoucr(&c, (const uint8_t *)name + at, nbytes - at);
        size_t length = valid < 1 ? 1 : (size_t)valid;

        if (valid < 1 || c == '%' || show_is_unsafe(c) || uc_is_property_white_space(c)) {
            for (size_t i = 0; i < length; i++)
                output_printf(out, "%%%02X", (unsigned)(unsigned char)name[at + i]);
        } else {
            output_bytes(out, name + at, length);
        }
        at += length;
    }
}

static void
add_message(output *out, const char *format, va_list args)
{
    output text = {0};

    output_vprintf(&text, format, args);
    output_string(out, "quire-search: ");
    if (text.has_failed)
        output_string(out, "out of memory");
    else
        show_text(out, text.bytes, text.size);
    output_char(out, '\n');
    output_free(&text);
}

void
show_message(const char *format, ...)
{
    output line = {0};
    va_list args;

    va_start(args, format);
    add_message(&line, format, args);
    va_end(args);
    if (line.has_failed)
        fputs("quire-search: out of memory\n", stderr);
    else
        (void)output_write(&line, STDERR_FILENO); /* there is nowhere else to complain */
    output_free(&line);
}

void
show_message_in(output *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_message(out, format, args);
    va_end(args);
}
