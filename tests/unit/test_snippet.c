/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sentences are shown of a passage: whole ones, those with marks, and what stands next to
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "quire.h"
#include "result/snippet.h"

#define MAX_SENTENCES 20
#define MAX_MARKS 20

/* A passage as it is drawn: "a b|c {1d e}| f" has three sentences, and a mark of clause 1. */
typedef struct {
    char text[500];
    quire_sentence sentences[MAX_SENTENCES];
    quire_mark marks[MAX_MARKS];
    quire_hit hit;
} drawn;

static void
draw(const char *from, drawn *out)
{
    uint32_t n = 0;

    *out = (drawn){0};
    out->hit.nsentences = 1;
    for (const char *c = from; *c != '\0'; c++) {
        quire_sentence *last = &out->sentences[out->hit.nsentences - 1];

        if (*c == '{') {
            out->marks[out->hit.nmarks] =
                (quire_mark){.start = n, .clause = (uint32_t)(c[1] - '0')};
            c++;
        } else if (*c == '}') {
            out->marks[out->hit.nmarks++].end = n;
        } else if (*c == '|') {
            last->end = n;
            out->text[n++] = ' ';
            last[1].start = n;
            out->hit.nsentences++;
        } else {
            out->text[n++] = *c;
        }
        out->sentences[out->hit.nsentences - 1].end = n;
    }
    if (n == 0)
        out->hit.nsentences = 0;
    out->hit.text = out->text;
    out->hit.text_bytes = n;
    out->hit.sentences = out->sentences;
    out->hit.marks = out->marks;
}

static void
check(const char *from, uint32_t max_words, const char *wanted)
{
    drawn d;
    quire_range parts[MAX_SENTENCES];
    char got[1000] = "";
    size_t n = 0;

    draw(from, &d);
    n = snippet_choose(&d.hit, max_words, parts);
    assert_true(n <= d.hit.nsentences);
    for (size_t i = 0; i < n; i++) {
        assert_true(parts[i].start < parts[i].end && parts[i].end <= d.hit.text_bytes);
        assert_true(i == 0 || parts[i].start > parts[i - 1].end);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s", i > 0 ? " / " : "",
                 (int)(parts[i].end - parts[i].start), d.text + parts[i].start);
    }
    if (strcmp(got, wanted) != 0)
        fail_msg("%s, %u words\n  wanted: %s\n  got: %s", from, max_words, wanted, got);
}

static void
whole_sentences_around_marks(void **state)
{
    static const struct {
        const char *from;
        uint32_t max_words;
        const char *wanted;
    } table[] = {
        {"", 10, ""},
        /* all that fits */
        {"a b c.|d e.", 5, "a b c. d e."},
        {"a b c.|{1d} e.", 5, "a b c. d e."},
        /* no marks: the beginning */
        {"a b c.|d e.|f.", 4, "a b c."},
        {"a b c.|d e.|f.", 5, "a b c. d e."},
        /* the sentence with the mark, though it is longer than there is room for */
        {"a b c.|d {1e} f g.|h.", 2, "d e f g."},
        {"a b c.|d {1e} f g.|h.", 4, "d e f g."},
        /* and what follows it before what goes before it */
        {"a b c.|d {1e} f g.|h.", 5, "d e f g. h."},
        {"a b c.|d {1e} f g.|h.", 7, "d e f g. h."},
        {"a b c.|d {1e} f g.|h i j k l.", 7, "a b c. d e f g."},
        /* a clause more is worth more than marks more */
        {"{1a} {1b} c.|{1d} {2e} f.|{1g} {1h} {1i}.", 3, "d e f."},
        {"{1a} b c.|d e f.|{2g} h i.", 6, "a b c. / g h i."},
        {"{1a} b c.|d e f.|{1g} {1h} i.", 3, "g h i."},
        /* marks of the same worth: the first */
        {"{1a} b c.|d e f.|{1g} h i.", 3, "a b c."},
        /* a mark over several sentences takes all of them */
        {"a b c.|d {1e.|f} g.|h i j.", 4, "d e. f g."},
        {"a b c.|d {1e.|f} g.|h i j.", 1, "d e. f g."},
        /* a second mark does not fit, its neighbours' place is filled */
        {"{1a} b.|c.|d e {1f} g h.", 4, "a b. c."},
        /* both ends */
        {"a.|{1b} c.|d.|e.|f.|{2g} h.|i.", 6, "b c. d. / g h. i."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        check(table[i].from, table[i].max_words, table[i].wanted);
}

/* Whatever is drawn: parts are runs of whole sentences, a sentence with a mark is among them where
 * there is one, and there are no more words than were asked for unless one choice alone has more.
 */
static void
any_passage(void **state)
{
    uint32_t random = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char from[400] = "";
        size_t n = 0;
        drawn d;
        quire_range parts[MAX_SENTENCES];
        size_t nparts = 0;
        uint32_t max_words = 0;
        bool has_mark = false;

        random = random * 1664525u + 1013904223u;
        max_words = 1 + (random >> 16) % 30;
        for (unsigned s = 0; s <= (random >> 24) % 8; s++) {
            uint32_t r = random = random * 1664525u + 1013904223u;

            if (s > 0)
                from[n++] = '|';
            for (uint32_t w = 0; w <= (r >> 8) % 6; w++) {
                r = random = random * 1664525u + 1013904223u;
                if (w > 0)
                    from[n++] = ' ';
                if ((r >> 20) % 4 == 0) {
                    memcpy(from + n, "{1x}", 4);
                    from[n + 1] = (char)('1' + (r >> 24) % 3);
                    n += 4;
                } else {
                    from[n++] = 'y';
                }
            }
        }
        draw(from, &d);
        nparts = snippet_choose(&d.hit, max_words, parts);
        assert_true(nparts > 0);
        for (size_t i = 0; i < nparts; i++) {
            size_t first = 0;
            size_t last = 0;

            while (first < d.hit.nsentences && d.sentences[first].start != parts[i].start)
                first++;
            while (last < d.hit.nsentences && d.sentences[last].end != parts[i].end)
                last++;
            if (first >= d.hit.nsentences || last >= d.hit.nsentences)
                fail_msg("a part of %s is no run of sentences", from);
            for (size_t j = 0; j < d.hit.nmarks; j++)
                has_mark = has_mark ||
                           (d.marks[j].start >= parts[i].start && d.marks[j].end <= parts[i].end);
        }
        if (d.hit.nmarks > 0 && !has_mark)
            fail_msg("no mark of %s is shown in %u words", from, max_words);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_sentences_around_marks),
        cmocka_unit_test(any_passage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
