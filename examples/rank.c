/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rank.c - ranks many passages by their scores alone, then reads the few that are shown:
 *
 *     cc rank.c $(pkg-config --cflags --libs quire) -o rank
 *     ./rank INDEX '"Board of Peace"'
 */
#include <quire.h>

#include <stdio.h>
#include <string.h>

#define RANKED 1000
#define SHOWN 3

/* Read the first hits of a ranking, which have numbers and scores only, and print them. */
static quire_status
print_first(quire_index *index, const quire_results *ranking, quire_error *err)
{
    uint64_t numbers[SHOWN];
    quire_results *passages = NULL;
    quire_status status = QUIRE_OK;
    size_t n = 0;

    for (; n < SHOWN && n < quire_results_size(ranking); n++)
        numbers[n] = quire_results_hit(ranking, n)->number;
    status = quire_read(index, numbers, n, &passages, err);
    for (size_t i = 0; status == QUIRE_OK && i < n; i++) {
        const quire_hit *hit = quire_results_hit(passages, i);

        if (hit->damage != NULL)
            printf("%s\n", hit->damage);
        else
            printf("%.3f  %s#%u: %s\n", quire_results_hit(ranking, i)->score, hit->article,
                   (unsigned)hit->passage, hit->text);
    }
    quire_results_free(passages);
    return status;
}

int
main(int argc, char **argv)
{
    quire_search_options options;
    quire_error err;
    quire_index *index = NULL;
    quire_results *ranking = NULL;
    quire_status status = QUIRE_OK;

    if (argc != 3) {
        fprintf(stderr, "usage: rank INDEX QUERY\n");
        return 2;
    }
    quire_search_options_init(&options);
    options.max_hits = RANKED;
    options.parts = QUIRE_PARTS_SCORES;
    options.show_copies = true; /* to fold them takes reading them */
    status = quire_index_open(argv[1], &index, &err);
    if (status == QUIRE_OK)
        status = quire_search(index, argv[2], strlen(argv[2]), &options, &ranking, &err);
    if (status == QUIRE_OK)
        printf("%zu ranked\n", quire_results_size(ranking));
    if (status == QUIRE_OK)
        status = print_first(index, ranking, &err);
    if (status != QUIRE_OK)
        fprintf(stderr, "rank: %s\n", err.message);
    quire_results_free(ranking);
    quire_index_close(index);
    return status == QUIRE_OK ? 0 : 2;
}
