/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.c - the smallest program that searches an index and shows what matched:
 *
 *     cc search.c $(pkg-config --cflags --libs quire) -o search
 *     ./search INDEX '"Board of Peace"'
 */
#include <quire.h>

#include <stdio.h>
#include <string.h>

/* The passage, what matched in brackets. */
static void
print_passage(const quire_hit *hit)
{
    size_t at = 0;

    for (size_t i = 0; i < hit->nmarks; i++) {
        const quire_mark *mark = &hit->marks[i];

        fwrite(hit->text + at, 1, mark->start - at, stdout);
        putchar('[');
        fwrite(hit->text + mark->start, 1, mark->end - mark->start, stdout);
        putchar(']');
        at = mark->end;
    }
    fwrite(hit->text + at, 1, hit->text_bytes - at, stdout);
    putchar('\n');
}

int
main(int argc, char **argv)
{
    quire_error err;
    quire_index *index = NULL;
    quire_results *results = NULL;
    quire_status status = QUIRE_OK;
    int exit_status = 0;

    if (argc != 3) {
        fprintf(stderr, "usage: search INDEX QUERY\n");
        return 2;
    }
    status = quire_index_open(argv[1], &index, &err);
    if (status == QUIRE_OK)
        status = quire_search(index, argv[2], strlen(argv[2]), NULL, &results, &err);
    if (status != QUIRE_OK) {
        fprintf(stderr, "search: %s\n", err.message);
        quire_index_close(index);
        return 2;
    }
    for (size_t i = 0; i < quire_results_size(results); i++) {
        const quire_hit *hit = quire_results_hit(results, i);

        if (hit->damage != NULL) {
            fprintf(stderr, "search: %s\n", hit->damage);
            exit_status = 2;
            continue;
        }
        printf("%zu. %s#%u  %.3f\n", i + 1, hit->article, (unsigned)hit->passage, hit->score);
        print_passage(hit);
    }
    quire_results_free(results);
    quire_index_close(index);
    return exit_status;
}
