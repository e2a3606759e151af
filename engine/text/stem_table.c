/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stem_table.c - reading a file of stems, line by line: any line that is not understood is an
 * error, for a table that is half read would make an index that is half right. */
#include "text/stem_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "text/words.h"

enum { MOST_FIELDS = 3 };

/* A line's fields; one more than there may be says that there are too many. */
typedef struct {
    const char *bytes[MOST_FIELDS + 1];
    size_t nbytes[MOST_FIELDS + 1];
    size_t nfields;
} fields;

typedef struct {
    const char *name;
    size_t line;
    arena *arena;
    stem_table *table;
} reading;

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static fields
split(const char *line, size_t nbytes)
{
    fields found = {0};

    for (size_t at = 0; at < nbytes && found.nfields <= MOST_FIELDS;) {
        size_t end = at;

        while (end < nbytes && !is_blank(line[end]))
            end++;
        if (end > at) {
            found.bytes[found.nfields] = line + at;
            found.nbytes[found.nfields++] = end - at;
        }
        at = end + 1;
    }
    return found;
}

static bool
is_word(const char *word, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++)
        if ((word[i] < 'a' || word[i] > 'z') && (word[i] != '\'' || i == 0))
            return false;
    return nbytes <= WORDS_MAX_SURFACE;
}

static quire_status
fail(const reading *r, const char *why, quire_error *err)
{
    return error_set(err, QUIRE_EINPUT, "%s:%zu: %s", r->name, r->line, why);
}

static quire_status
read_line(reading *r, const char *line, size_t nbytes, quire_error *err)
{
    const char *comment = memchr(line, '#', nbytes);
    const fields f = split(line, comment != NULL ? (size_t)(comment - line) : nbytes);
    const size_t last = f.nfields - 1;
    stem_entry *entry = &r->table->entries[r->table->nentries];

    if (f.nfields == 0)
        return QUIRE_OK;
    if (f.nfields != 2 && (f.nfields != 3 || f.nbytes[1] != 1 || f.bytes[1][0] != '='))
        return fail(r, "a line is \"word stem\" or \"word = otherword\"", err);
    if (!is_word(f.bytes[0], f.nbytes[0]) || !is_word(f.bytes[last], f.nbytes[last]))
        return fail(r, "a word is of the letters a to z, and of at most 64 bytes", err);
    entry->word = arena_copy(r->arena, f.bytes[0], f.nbytes[0]);
    entry->stem = arena_copy(r->arena, f.bytes[last], f.nbytes[last]);
    entry->is_word = f.nfields == 3;
    if (entry->word == NULL || entry->stem == NULL)
        return error_nomem(err);
    r->table->nentries++;
    return QUIRE_OK;
}

static int
compare_entries(const void *a, const void *b)
{
    return strcmp(((const stem_entry *)a)->word, ((const stem_entry *)b)->word);
}

static quire_status
sort(reading *r, quire_error *err)
{
    stem_table *table = r->table;

    if (table->nentries > 0)
        qsort(table->entries, table->nentries, sizeof *table->entries, compare_entries);
    for (size_t i = 1; i < table->nentries; i++)
        if (compare_entries(&table->entries[i - 1], &table->entries[i]) == 0)
            return error_set(err, QUIRE_EINPUT, "%s: \"%s\" has two stems", r->name,
                             table->entries[i].word);
    return QUIRE_OK;
}

static size_t
count_lines(const char *text, size_t nbytes)
{
    size_t n = 1;

    for (size_t i = 0; i < nbytes; i++)
        n += text[i] == '\n';
    return n;
}

quire_status
stem_table_read(const char *text, size_t nbytes, const char *name, arena *a, stem_table *out,
                quire_error *err)
{
    reading r = {.name = name, .arena = a, .table = out};
    quire_status status = QUIRE_OK;

    *out = (stem_table){.text = arena_copy(a, text, nbytes)};
    out->entries = arena_array(a, count_lines(text, nbytes), sizeof *out->entries);
    if (out->text == NULL || out->entries == NULL)
        return error_nomem(err);
    for (size_t at = 0; at < nbytes && status == QUIRE_OK;) {
        const char *newline = memchr(text + at, '\n', nbytes - at);
        const size_t end = newline != NULL ? (size_t)(newline - text) : nbytes;

        r.line++;
        status = read_line(&r, text + at, end - at, err);
        at = end + 1;
    }
    return status == QUIRE_OK ? sort(&r, err) : status;
}

const stem_entry *
stem_table_find(const stem_table *table, const char *word, size_t nbytes)
{
    size_t low = 0;
    size_t high = table->nentries;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const stem_entry *entry = &table->entries[middle];
        int order = strncmp(entry->word, word, nbytes);

        if (order == 0 && entry->word[nbytes] == '\0')
            return entry;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
