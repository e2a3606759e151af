/* SPDX-License-Identifier: GPL-3.0-or-later */
/* like.c - the sample of --like: an article of the index, a text file, or a record of JSON.
 *
 * A name is first looked for among the articles' ids.  Of a text file the first line is the
 * headline if an empty line follows, as quire-index has it; of JSON Lines the first record counts.
 */
#include "like.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show.h"

#define MAX_FILE_BYTES ((size_t)64 << 20)
#define MAX_TITLE_BYTES 200

/* A sample from a file, and what holds it. */
typedef struct {
    quire_sample sample;
    output bytes;
    json_t *record;
} file_sample;

/* ---- Files ---- */

static bool
read_file(const char *path, output *bytes)
{
    char part[65536];
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    size_t n = 0;
    bool ok = true;

    if (file == NULL) {
        show_message("%s: %s", path, strerror(errno));
        return false;
    }
    while (bytes->size <= MAX_FILE_BYTES && (n = fread(part, 1, sizeof part, file)) > 0)
        output_bytes(bytes, part, n);
    if (ferror(file)) {
        show_message("%s: %s", path, strerror(errno));
        ok = false;
    } else if (bytes->size > MAX_FILE_BYTES) {
        show_message("%s is larger than 64 MiB", path);
        ok = false;
    } else if (bytes->has_failed) {
        show_message("out of memory");
        ok = false;
    }
    if (file != stdin)
        fclose(file);
    return ok;
}

static void
set_text(quire_sample *sample, const char *text, size_t nbytes)
{
    const char *newline = memchr(text, '\n', nbytes);
    const size_t line = newline != NULL ? (size_t)(newline - text) : nbytes;
    const char *below = newline != NULL ? newline + 1 : NULL;
    const size_t rest = newline != NULL ? nbytes - line - 1 : 0;

    *sample = (quire_sample){.text = text, .text_bytes = nbytes};
    if (line == 0 || line >= MAX_TITLE_BYTES || rest == 0 || (below[0] != '\n' && below[0] != '\r'))
        return;
    sample->title = text;
    sample->title_bytes = line;
    sample->text = below;
    sample->text_bytes = rest;
}

static void
set_string(json_t *record, const char *key, const char **text, size_t *nbytes)
{
    json_t *value = json_object_get(record, key);

    if (json_is_string(value)) {
        *text = json_string_value(value);
        *nbytes = json_string_length(value);
    }
}

/* A record with a title or a text; false where it is none. */
static bool
set_record(file_sample *f, const char *path, const char *text, size_t nbytes)
{
    json_error_t where;

    f->record = json_loadb(text, nbytes, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &where);
    if (!json_is_object(f->record))
        return false;
    set_string(f->record, "title", &f->sample.title, &f->sample.title_bytes);
    set_string(f->record, "text", &f->sample.text, &f->sample.text_bytes);
    if (f->sample.title == NULL && f->sample.text == NULL)
        return false;
    for (size_t at = (size_t)where.position; at < nbytes; at++) {
        if (strchr(" \t\r\n", text[at]) == NULL || text[at] == '\0') {
            show_message("note: %s has more than one record; the first is what is compared", path);
            break;
        }
    }
    return true;
}

static bool
read_sample(const char *path, file_sample *f)
{
    const char *text = NULL;
    size_t nbytes = 0;
    size_t at = 0;

    if (!read_file(path, &f->bytes))
        return false;
    text = f->bytes.size > 0 ? f->bytes.bytes : "";
    nbytes = f->bytes.size;
    if (nbytes >= 2 && memcmp(text, "\x1F\x8B", 2) == 0) {
        show_message("%s is compressed; gzip -dc FILE | quire-search --like - reads it", path);
        return false;
    }
    if (nbytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        nbytes -= 3;
    }
    while (at < nbytes && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0')
        at++;
    if (at == nbytes || text[at] != '{' || !set_record(f, path, text + at, nbytes - at))
        set_text(&f->sample, text, nbytes);
    return true;
}

/* ---- Both ---- */

static bool
is_file(const char *name)
{
    return strcmp(name, "-") == 0 || name[0] == '/' || strncmp(name, "./", 2) == 0 ||
           strncmp(name, "../", 3) == 0;
}

bool
like_answer(const options *o, quire_index *index, const question *q, answered *out)
{
    const quire_sample article = {.article = o->like};
    file_sample f = {.sample = article};
    bool ok = true;

    if (is_file(o->like)) {
        f.sample = (quire_sample){0};
    } else if (answer_like(o, index, q, &article, out) != QUIRE_EUSAGE ||
               access(o->like, R_OK) != 0) {
        return true;
    }
    ok = read_sample(o->like, &f);
    if (ok) {
        f.sample.article = NULL;
        answer_like(o, index, q, &f.sample, out);
    }
    json_decref(f.record);
    output_free(&f.bytes);
    return ok;
}
