/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the text of a passage, with any marks and sentences, shown as quire-search shows it.
 *
 * On a terminal no byte of a control character may come out but what the program itself sends,
 * lines keep their width, and what is between them is the same whatever the width; in HTML there
 * are no tags but those of marks, which are balanced, and without them the text is what it is
 * without marks.  Snippets are runs of whole sentences.
 *
 * The first byte says how many marks there are, each of three bytes: how far on it begins, how long
 * it is, its clause. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "../../searcher/html.h"
#include "../../searcher/show.h"
#include "result/snippet.h"

#include "fuzz.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define MAX_MARKS 16
#define MAX_SENTENCES 200
#define OPEN "\x01" /* which no text can bring out */
#define CLOSE "\x02"
#define INDENT 3

typedef struct {
    quire_mark marks[MAX_MARKS];
    quire_sentence sentences[MAX_SENTENCES];
    quire_hit hit;
} passage;

static bool
is_inside_character(const char *text, size_t nbytes, size_t at)
{
    return at < nbytes && ((unsigned char)text[at] & 0xC0) == 0x80;
}

/* Does white space begin here? */
static bool
is_blank(const quire_hit *hit, size_t at)
{
    shown c = {0};

    if (at < hit->text_bytes)
        show_next(hit->text + at, hit->text_bytes - at, &c);
    return c.is_blank;
}

/* Marks as the matcher makes them: ascending, apart, of whole characters, of which the first is one
 * of a word. */
static void
read_marks(passage *p, const uint8_t *data, size_t n)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        size_t start = at + data[3 * i];
        size_t end;

        while (is_inside_character(p->hit.text, p->hit.text_bytes, start) ||
               is_blank(&p->hit, start))
            start++;
        end = start + 1 + data[3 * i + 1] % 40;
        while (is_inside_character(p->hit.text, p->hit.text_bytes, end))
            end++;
        if (end > p->hit.text_bytes)
            break;
        p->marks[p->hit.nmarks++] = (quire_mark){
            .start = (uint32_t)start, .end = (uint32_t)end, .clause = 1u + data[3 * i + 2] % 20};
        at = end;
    }
    p->hit.marks = p->marks;
}

/* A sentence ends at each full stop. */
static void
read_sentences(passage *p)
{
    uint32_t start = 0;

    for (uint32_t i = 0; i < p->hit.text_bytes && p->hit.nsentences < MAX_SENTENCES; i++) {
        if (p->hit.text[i] != '.' && i + 1 < p->hit.text_bytes)
            continue;
        p->sentences[p->hit.nsentences++] = (quire_sentence){.start = start, .end = i + 1};
        start = i + 1;
    }
    p->hit.sentences = p->sentences;
}

/* ---- A terminal ---- */

static bool
is_safe(const output *out)
{
    for (size_t at = 0; at < out->size;) {
        ucs4_t c = 0;
        const int n = u8_mbtoucr(&c, (const uint8_t *)out->bytes + at, out->size - at);

        if (n < 1 || (show_is_unsafe(c) && c != '\n' && c != OPEN[0] && c != CLOSE[0]))
            return false;
        at += (size_t)n;
    }
    return true;
}

/* Is no line wider?  Marks have no width. */
static bool
keeps_width(const output *out, int width)
{
    int column = INDENT;

    for (size_t at = 0; at < out->size;) {
        shown c;

        if (out->bytes[at] == '\n')
            column = 0;
        if (out->bytes[at] == '\n' || out->bytes[at] == OPEN[0] || out->bytes[at] == CLOSE[0]) {
            at++;
            continue;
        }
        at += show_next(out->bytes + at, out->size - at, &c);
        column += c.width;
        if (column > width)
            return false;
    }
    return true;
}

/* Without blanks, ends of lines and marks. */
static void
squeeze(output *out)
{
    size_t n = 0;

    for (size_t i = 0; i < out->size; i++)
        if (strchr(" \n" OPEN CLOSE, out->bytes[i]) == NULL)
            out->bytes[n++] = out->bytes[i];
    out->size = n;
}

static bool
are_same(const output *a, const output *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

static void
check_terminal(const quire_hit *hit, int width)
{
    static const show_style style = {OPEN, CLOSE, 0};
    output line = {0};
    output lines = {0};

    show_marked(&line, hit->text, hit->text_bytes, hit->marks, hit->nmarks, &style);
    show_wrapped(&lines, hit->text, hit->text_bytes, hit->marks, hit->nmarks, &style, INDENT,
                 width);
    REQUIRE(!line.has_failed && !lines.has_failed);
    REQUIRE(is_safe(&line) && is_safe(&lines));
    REQUIRE(line.size == 0 || memchr(line.bytes, '\n', line.size) == NULL);
    REQUIRE(keeps_width(&lines, width));
    squeeze(&line);
    squeeze(&lines);
    REQUIRE(are_same(&line, &lines));
    output_free(&line);
    output_free(&lines);
}

/* ---- HTML ---- */

/* Take the marks out; how many there were, and that nothing else is a tag. */
static size_t
strip(output *out)
{
    static const char begin[] = "<mark class=\"k";
    static const char end[] = "</mark>";
    bool is_open = false;
    size_t nmarks = 0;
    size_t n = 0;

    for (size_t i = 0; i < out->size;) {
        if (out->bytes[i] == '<' && !is_open) {
            const char *close = memchr(out->bytes + i, '>', out->size - i);

            REQUIRE(close != NULL && memcmp(out->bytes + i, begin, strlen(begin)) == 0);
            i = (size_t)(close + 1 - out->bytes);
            is_open = true;
            nmarks++;
        } else if (out->bytes[i] == '<') {
            REQUIRE(out->size - i >= strlen(end) && memcmp(out->bytes + i, end, strlen(end)) == 0);
            i += strlen(end);
            is_open = false;
        } else {
            REQUIRE(strchr(">\"'", out->bytes[i]) == NULL);
            out->bytes[n++] = out->bytes[i++];
        }
    }
    REQUIRE(!is_open);
    out->size = n;
    return nmarks;
}

static void
check_html(const quire_hit *hit)
{
    output plain = {0};
    output marked = {0};

    html_text(&plain, hit->text, hit->text_bytes);
    html_marked(&marked, hit->text, 0, hit->text_bytes, hit->marks, hit->nmarks);
    REQUIRE(is_safe(&plain) && is_safe(&marked));
    REQUIRE(strip(&plain) == 0);
    REQUIRE(strip(&marked) == hit->nmarks);
    REQUIRE(are_same(&plain, &marked));
    output_free(&plain);
    output_free(&marked);
}

/* ---- Snippets ---- */

static void
check_snippet(const quire_hit *hit, uint32_t max_words)
{
    quire_range parts[MAX_SENTENCES];
    const size_t nparts = snippet_choose(hit, max_words, parts);

    REQUIRE((nparts == 0) == (hit->nsentences == 0));
    for (size_t i = 0, s = 0; i < nparts; i++) {
        REQUIRE(i == 0 || parts[i].start >= parts[i - 1].end);
        while (s < hit->nsentences && hit->sentences[s].start != parts[i].start)
            s++;
        REQUIRE(s < hit->nsentences);
        while (s < hit->nsentences && hit->sentences[s].end != parts[i].end)
            s++;
        REQUIRE(s < hit->nsentences);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    passage p = {0};
    size_t nmarks = 0;
    size_t head = 0;

    if (size < 2 || size > 20000)
        return 0;
    nmarks = data[0] % MAX_MARKS;
    head = 2 + 3 * nmarks;
    if (size < head)
        return 0;
    p.hit.text = (const char *)data + head;
    p.hit.text_bytes = size - head;
    read_marks(&p, data + 2, nmarks);
    read_sentences(&p);
    check_terminal(&p.hit, 20 + data[1] % 100);
    check_html(&p.hit);
    check_snippet(&p.hit, 1u + data[1] % 60);
    return 0;
}
