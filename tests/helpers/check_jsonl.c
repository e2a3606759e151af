/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_jsonl.c - do the results of a search say what is in the files?
 *
 *     quire-search --format jsonl QUERY | check-jsonl REGEX...
 *
 * Reads the lines of one query.  For each result whose text is its file's own bytes, bytes start up
 * to end of the file must be the text.  Marks must be in order, apart, within the text, and between
 * whole characters; and the bytes of a mark of clause N must match the Nth REGEX (POSIX extended,
 * the whole of the mark), after their white space is made single blanks, curly apostrophes straight
 * and soft hyphens nothing.  A REGEX without capitals matches letters of either case.  Prints how
 * many results and marks there were; no result is a failure, so that nothing passes by being empty.
 *
 * It knows nothing of the library. */
#include <ctype.h>
#include <jansson.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    regex_t *clauses;
    int nclauses;
    long nresults;
    long nmarks;
    long nranges;
    bool failed;
} checking;

static void
complain(checking *c, const json_t *result, const char *what, const char *detail)
{
    printf("%s#%lld: %s: %s\n", json_string_value(json_object_get(result, "article")),
           (long long)json_integer_value(json_object_get(result, "passage")), what, detail);
    c->failed = true;
}

/* Are bytes start up to end of the result's file its text? */
static void
check_range(checking *c, const json_t *result)
{
    const json_t *start = json_object_get(result, "start");
    const json_t *text = json_object_get(result, "text");
    const char *path = json_string_value(json_object_get(result, "path"));
    size_t nbytes = json_string_length(text);
    char *bytes = NULL;
    FILE *file = NULL;

    if (!json_is_integer(start))
        return;
    c->nranges++;
    if (json_integer_value(json_object_get(result, "end")) - json_integer_value(start) !=
        (json_int_t)nbytes) {
        complain(c, result, "start and end are not as far apart as the text is long", path);
        return;
    }
    file = fopen(path, "rb");
    bytes = malloc(nbytes + 1);
    if (file == NULL || bytes == NULL ||
        fseek(file, (long)json_integer_value(start), SEEK_SET) != 0)
        complain(c, result, "cannot be read", path);
    else if (fread(bytes, 1, nbytes, file) != nbytes ||
             memcmp(bytes, json_string_value(text), nbytes) != 0)
        complain(c, result, "the file has other bytes there", path);
    free(bytes);
    if (file != NULL)
        fclose(file);
}

/* A mark's bytes as they are compared; for free(). */
static char *
simplify(const char *text, size_t nbytes)
{
    char *out = malloc(nbytes + 1);
    size_t n = 0;

    for (size_t i = 0; out != NULL && i < nbytes; i++) {
        if (nbytes - i >= 3 && memcmp(text + i, "’", 3) == 0) {
            out[n++] = '\'';
            i += 2;
        } else if (nbytes - i >= 2 && memcmp(text + i, "\xC2\xAD", 2) == 0) {
            i += 1;
        } else if (isspace((unsigned char)text[i])) {
            if (n > 0 && out[n - 1] != ' ')
                out[n++] = ' ';
        } else {
            out[n++] = text[i];
        }
    }
    if (out != NULL)
        out[n] = '\0';
    return out;
}

static bool
is_inside_character(const char *text, size_t nbytes, json_int_t at)
{
    return (size_t)at < nbytes && ((unsigned char)text[at] & 0xC0) == 0x80;
}

static void
check_mark(checking *c, const json_t *result, const char *text, size_t nbytes, const json_t *mark,
           json_int_t *last_end)
{
    json_int_t start = json_integer_value(json_object_get(mark, "start"));
    json_int_t end = json_integer_value(json_object_get(mark, "end"));
    json_int_t clause = json_integer_value(json_object_get(mark, "clause"));
    char *marked = NULL;
    regmatch_t match = {0};

    c->nmarks++;
    if (start < *last_end || end <= start || (size_t)end > nbytes ||
        is_inside_character(text, nbytes, start) || is_inside_character(text, nbytes, end)) {
        complain(c, result, "a mark is out of place", text);
        return;
    }
    *last_end = end;
    marked = simplify(text + start, (size_t)(end - start));
    if (marked == NULL)
        complain(c, result, "out of memory", text);
    else if (clause < 1 || clause > c->nclauses)
        complain(c, result, "a mark is of no clause", marked);
    else if (regexec(&c->clauses[clause - 1], marked, 1, &match, 0) != 0)
        complain(c, result, "is marked, which its clause does not name", marked);
    free(marked);
}

static void
check_marks(checking *c, const json_t *result, const char *text_key, const char *marks_key)
{
    const json_t *text = json_object_get(result, text_key);
    const json_t *marks = json_object_get(result, marks_key);
    json_int_t last_end = 0;

    for (size_t i = 0; i < json_array_size(marks); i++)
        check_mark(c, result, json_string_value(text), json_string_length(text),
                   json_array_get(marks, i), &last_end);
}

static void
check_line(checking *c, const char *line)
{
    json_error_t error;
    json_t *object = json_loads(line, JSON_ALLOW_NUL, &error);

    if (object == NULL) {
        printf("not JSON: %s: %s\n", error.text, line);
        c->failed = true;
        return;
    }
    if (strcmp(json_string_value(json_object_get(object, "type")), "result") == 0) {
        c->nresults++;
        check_range(c, object);
        check_marks(c, object, "text", "marks");
        check_marks(c, object, "title", "title_marks");
    } else if (!json_is_null(json_object_get(object, "error"))) {
        printf("an error: %s\n", line);
        c->failed = true;
    }
    json_decref(object);
}

/* The regular expression for the whole of a mark. */
static bool
compile(regex_t *out, const char *pattern)
{
    char whole[1000];
    int flags = REG_EXTENDED;
    const char *capital = pattern;

    while (*capital != '\0' && !isupper((unsigned char)*capital))
        capital++;
    if (*capital == '\0')
        flags |= REG_ICASE;
    snprintf(whole, sizeof whole, "^(%s)$", pattern);
    return regcomp(out, whole, flags) == 0;
}

int
main(int argc, char **argv)
{
    checking c = {.clauses = calloc((size_t)argc, sizeof *c.clauses)};
    char *line = NULL;
    size_t room = 0;

    for (; c.clauses != NULL && c.nclauses < argc - 1; c.nclauses++) {
        if (!compile(&c.clauses[c.nclauses], argv[c.nclauses + 1])) {
            printf("no regular expression: %s\n", argv[c.nclauses + 1]);
            c.failed = true;
            break;
        }
    }
    while (c.clauses != NULL && getline(&line, &room, stdin) > 0)
        check_line(&c, line);
    printf("%ld results, %ld with a range of bytes, %ld marks\n", c.nresults, c.nranges, c.nmarks);
    for (int i = 0; i < c.nclauses; i++)
        regfree(&c.clauses[i]);
    free(c.clauses);
    free(line);
    return c.failed || c.nresults == 0 ? 1 : 0;
}
