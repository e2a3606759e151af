/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pairs of tests/queries: how a query is read, as its tree prints, and what is noted.
 *
 * A file holds pairs with an empty line between them: the query on one line, the lines of its tree,
 * and for each note a line "note CODE START..END" with the bytes of the query that it is about.
 * Lines that begin with # are comments.  In files whose names begin with "all", clauses without a
 * sign are required; with "akin", places find their people; with "spelled", British and American
 * spellings are kept apart; with "surfaces", bare words match as they are. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/buffer.h"
#include "query/parse.h"

typedef struct {
    buffer query;
    buffer expected;
    query_options options;
} query_pair;

typedef struct {
    struct CMUnitTest *tests;
    size_t ntests;
    size_t room;
} test_list;

static void
print_reading(const query_tree *tree, const query_notes *notes, arena *a, buffer *out)
{
    const char *print = query_tree_print(tree, a);

    assert_non_null(print);
    assert_true(buffer_add_string(out, print));
    for (size_t i = 0; i < notes->nnotes; i++)
        assert_true(buffer_printf(out, "note %s %zu..%zu\n", notes->notes[i].code,
                                  notes->notes[i].start, notes->notes[i].end));
}

static void
test_pair(void **state)
{
    const query_pair *pair = *state;
    arena *a = arena_new();
    stemmer *s = stemmer_new();
    query_tree tree;
    query_notes notes = {0};
    quire_error err = {0};
    buffer reading = {0};

    assert_non_null(a);
    assert_non_null(s);
    assert_int_equal(
        query_parse(pair->query.bytes, pair->query.size, &pair->options, s, a, &tree, &notes, &err),
        QUIRE_OK);
    print_reading(&tree, &notes, a, &reading);
    assert_string_equal(reading.bytes, pair->expected.bytes);
    buffer_free(&reading);
    stemmer_free(s);
    arena_free(a);
}

static void
add_test(test_list *list, query_pair *pair, const char *file)
{
    buffer name = {0};

    if (!buffer_printf(&name, "%s: %s", file, pair->query.bytes) ||
        !ARRAY_GROW(list->tests, list->ntests, &list->room))
        abort();
    list->tests[list->ntests++] = (struct CMUnitTest){
        .name = buffer_detach(&name), .test_func = test_pair, .initial_state = pair};
}

static query_options
options_of(const char *name)
{
    return (query_options){
        .require_all = strncmp(name, "all", 3) == 0,
        .akin = strncmp(name, "akin", 4) == 0,
        .no_variants = strncmp(name, "spelled", 7) == 0,
        .surfaces = strncmp(name, "surfaces", 8) == 0,
    };
}

/* The next pair of a file, or NULL at its end. */
static query_pair *
read_pair(FILE *in, const char *name)
{
    query_pair *pair = calloc(1, sizeof *pair);
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;

    if (pair == NULL)
        abort();
    pair->options = options_of(name);
    while ((length = getline(&line, &room, in)) > 0) {
        bool is_fine = true;

        if (line[0] == '#')
            continue;
        if (line[0] == '\n' && pair->query.bytes != NULL)
            break;
        if (line[0] == '\n')
            continue;
        if (pair->query.bytes != NULL)
            is_fine = buffer_add(&pair->expected, line, (size_t)length);
        else
            is_fine = buffer_add(&pair->query, line, (size_t)length - 1);
        if (!is_fine)
            abort();
    }
    free(line);
    if (pair->query.bytes != NULL)
        return pair;
    free(pair);
    return NULL;
}

static void
read_file(const char *directory, const char *name, test_list *list)
{
    buffer path = {0};
    FILE *in = NULL;
    query_pair *pair = NULL;

    if (!buffer_printf(&path, "%s/%s", directory, name))
        abort();
    in = fopen(path.bytes, "r");
    if (in == NULL) {
        perror(path.bytes);
        exit(99);
    }
    while ((pair = read_pair(in, name)) != NULL)
        add_test(list, pair, name);
    fclose(in);
    buffer_free(&path);
}

static void
free_tests(test_list *list)
{
    for (size_t i = 0; i < list->ntests; i++) {
        query_pair *pair = list->tests[i].initial_state;

        buffer_free(&pair->query);
        buffer_free(&pair->expected);
        free(pair);
        free((char *)(uintptr_t)list->tests[i].name);
    }
    free(list->tests);
}

static int
is_test_file(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 5 && strcmp(entry->d_name + length - 5, ".test") == 0;
}

int
main(void)
{
    const char *source = getenv("QUIRE_SOURCE");
    buffer directory = {0};
    struct dirent **entries = NULL;
    test_list list = {0};
    int nentries = 0;
    int status = 0;

    if (!buffer_printf(&directory, "%s/tests/queries", source != NULL ? source : "."))
        abort();
    nentries = scandir(directory.bytes, &entries, is_test_file, alphasort);
    if (nentries <= 0) {
        perror(directory.bytes);
        return 99;
    }
    for (int i = 0; i < nentries; i++) {
        read_file(directory.bytes, entries[i]->d_name, &list);
        free(entries[i]);
    }
    free(entries);
    /* The macro for groups counts an array; this one is counted already. */
    status = _cmocka_run_group_tests("queries", list.tests, list.ntests, NULL, NULL);
    free_tests(&list);
    buffer_free(&directory);
    return status;
}
