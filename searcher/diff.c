/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.c - two articles sentence by sentence.  For people:
 *
 *   --- first article, +++ second article
 *     a sentence of both
 *   < one that only the first has
 *   > one that only the second has
 *   = one that both have, each in another place
 *
 * A sentence that was changed is a line < and a line >.  As JSON Lines: an object "diff" with both
 * articles, then an object "sentence" for each. */
#include "diff.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "output.h"
#include "show.h"

#define INDENT 2

/* ---- For people ---- */

static void
print_article(output *out, const char *sign, const quire_diff_article *of)
{
    output_string(out, sign);
    output_char(out, ' ');
    show_string(out, of->article);
    if (of->title_bytes > 0) {
        output_string(out, ": ");
        show_text(out, of->title, of->title_bytes);
    }
    if (of->source != NULL) {
        output_string(out, ", ");
        show_string(out, of->source);
    }
    if (of->date != NULL) {
        output_string(out, ", ");
        show_string(out, of->date);
    }
    output_char(out, '\n');
}

static void
print_sentence(output *out, const options *o, char sign, const char *color,
               const quire_diff_sentence *s)
{
    static const show_style none = {"", "", 0};

    if (s->text == NULL)
        return;
    if (o->color && color != NULL)
        output_string(out, color);
    output_char(out, sign);
    output_char(out, ' ');
    show_wrapped(out, s->text, s->text_bytes, NULL, 0, &none, INDENT, o->width);
    if (o->color && color != NULL)
        output_string(out, "\033[0m");
    output_char(out, '\n');
}

static void
print_part(output *out, const options *o, const quire_diff_part *part)
{
    switch (part->kind) {
    case QUIRE_DIFF_SAME:
        print_sentence(out, o, ' ', NULL, &part->first);
        break;
    case QUIRE_DIFF_MOVED:
        print_sentence(out, o, '=', "\033[36m", &part->first);
        break;
    default:
        print_sentence(out, o, '<', "\033[31m", &part->first);
        print_sentence(out, o, '>', "\033[32m", &part->second);
    }
}

static void
print_human(output *out, const options *o, const quire_diff *diff)
{
    print_article(out, "---", quire_diff_of(diff, 0));
    print_article(out, "+++", quire_diff_of(diff, 1));
    for (size_t i = 0; i < quire_diff_size(diff); i++)
        print_part(out, o, quire_diff_get(diff, i));
}

/* ---- For programs ---- */

static void
put_text(output *out, const char *key, const char *text)
{
    output_string(out, key);
    if (text == NULL)
        output_string(out, "null");
    else
        format_json_string(out, text, strlen(text));
}

static void
put_article(output *out, const char *key, const quire_diff_article *of)
{
    output_string(out, key);
    put_text(out, "{\"article\":", of->article);
    output_string(out, ",\"title\":");
    format_json_string(out, of->title, of->title_bytes);
    put_text(out, ",\"date\":", of->date);
    put_text(out, ",\"source\":", of->source);
    put_text(out, ",\"path\":", of->path);
    output_char(out, '}');
}

static void
put_sentence(output *out, const char *key, const quire_diff_sentence *s)
{
    output_string(out, key);
    if (s->text == NULL) {
        output_string(out, "null");
        return;
    }
    output_printf(out, "{\"number\":%" PRIu32 ",\"text\":", s->number);
    format_json_string(out, s->text, s->text_bytes);
    output_char(out, '}');
}

static const char *
name_of(quire_diff_kind kind)
{
    switch (kind) {
    case QUIRE_DIFF_SAME:
        return "same";
    case QUIRE_DIFF_CHANGED:
        return "changed";
    case QUIRE_DIFF_MOVED:
        return "moved";
    case QUIRE_DIFF_ONLY_FIRST:
        return "only-first";
    case QUIRE_DIFF_ONLY_SECOND:
        return "only-second";
    }
    return "unknown";
}

static void
print_jsonl(output *out, const quire_diff *diff)
{
    put_article(out, "{\"v\":1,\"type\":\"diff\",\"first\":", quire_diff_of(diff, 0));
    put_article(out, ",\"second\":", quire_diff_of(diff, 1));
    output_string(out, "}\n");
    for (size_t i = 0; i < quire_diff_size(diff); i++) {
        const quire_diff_part *part = quire_diff_get(diff, i);

        put_text(out, "{\"type\":\"sentence\",\"kind\":", name_of(part->kind));
        put_sentence(out, ",\"first\":", &part->first);
        put_sentence(out, ",\"second\":", &part->second);
        output_string(out, "}\n");
    }
}

/* ---- Both ---- */

static bool
has_common(const quire_diff *diff)
{
    for (size_t i = 0; i < quire_diff_size(diff); i++) {
        const quire_diff_kind kind = quire_diff_get(diff, i)->kind;

        if (kind != QUIRE_DIFF_ONLY_FIRST && kind != QUIRE_DIFF_ONLY_SECOND)
            return true;
    }
    return false;
}

int
diff_run(const options *o, quire_index *index)
{
    quire_error err = {0};
    quire_diff *diff = NULL;
    output out = {0};
    int exit_status = 2;

    if (quire_diff_articles(index, o->diff, o->query, &diff, &err) != QUIRE_OK) {
        show_message("%s", err.message);
        return 2;
    }
    if (!o->quiet && o->format == &format_jsonl)
        print_jsonl(&out, diff);
    else if (!o->quiet)
        print_human(&out, o, diff);
    if (out.has_failed)
        show_message("out of memory");
    else if (!output_write(&out, STDOUT_FILENO))
        show_message("standard output: %s", strerror(errno));
    else
        exit_status = has_common(diff) ? 0 : 1;
    output_free(&out);
    quire_diff_free(diff);
    return exit_status;
}
