/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored_segment.c - see stored_segment.h. */
#include "store/stored_segment.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "store/catalogue_db.h"
#include "store/quire_records.h"
#include "store/xapian_records.h"

static const char *const set_names[STORED_SETS] = {"passages", "furniture"};

struct stored_segment {
    const manifest_segment *described;
    char *directory;
    char *paths[STORED_SETS];
    bool is_quire;

    /* Of Quire's own; NULL where there is no furniture. */
    segment *segments[STORED_SETS];
    sentence *sentences[STORED_SETS];
    size_t sentences_room[STORED_SETS];

    /* Of Xapian's; the same. */
    catalogue_db catalogue;
    xap_db *dbs[STORED_SETS];
    xapian_record_memory memory[STORED_SETS];
};

void
stored_segment_close(stored_segment *s)
{
    if (s == NULL)
        return;
    for (unsigned set = 0; set < STORED_SETS; set++) {
        segment_close(s->segments[set]);
        free(s->sentences[set]);
        xap_db_close(s->dbs[set]);
        xapian_record_memory_free(&s->memory[set]);
        free(s->paths[set]);
    }
    catalogue_db_close(&s->catalogue);
    free(s->directory);
    free(s);
}

static quire_status
make_paths(stored_segment *s, const char *directory, quire_error *err)
{
    buffer path = {0};

    for (unsigned set = 0; set < STORED_SETS; set++) {
        if (!buffer_printf(&path, "%s/%s/%s", directory, s->described->name, set_names[set]))
            return error_nomem(err);
        s->paths[set] = buffer_detach(&path);
    }
    if (!buffer_printf(&path, "%s/%s", directory, s->described->name))
        return error_nomem(err);
    s->directory = buffer_detach(&path);
    s->catalogue.directory = s->directory;
    return QUIRE_OK;
}

static quire_status
open_set(stored_segment *s, unsigned set, quire_error *err)
{
    const char *path = s->paths[set];
    struct stat st;

    if (set != STORED_PASSAGES && stat(path, &st) != 0)
        return QUIRE_OK;
    return s->is_quire ? segment_open(path, &s->segments[set], err)
                       : xap_db_open(&path, 1, &s->dbs[set], err);
}

quire_status
stored_segment_open(const char *store, const char *directory, const manifest_segment *described,
                    stored_segment **out, quire_error *err)
{
    stored_segment *s = calloc(1, sizeof *s);
    quire_status status;

    if (s == NULL)
        return error_nomem(err);
    s->described = described;
    s->is_quire = strcmp(store, "quire") == 0;
    status = make_paths(s, directory, err);
    for (unsigned set = 0; set < STORED_SETS && status == QUIRE_OK; set++)
        status = open_set(s, set, err);
    if (status == QUIRE_OK && s->is_quire && !s->segments[STORED_PASSAGES]->has_articles)
        status =
            error_set(err, QUIRE_ECORRUPT, "%s: it holds no articles", s->paths[STORED_PASSAGES]);
    if (status != QUIRE_OK) {
        stored_segment_close(s);
        return status;
    }
    *out = s;
    return QUIRE_OK;
}

quire_status
stored_segment_article(stored_segment *s, uint32_t number, arena *a, article_record *out,
                       quire_error *err)
{
    xap_db *catalogue = NULL;
    quire_status status;

    if (s->is_quire)
        return quire_records_article(s->segments[STORED_PASSAGES], s->paths[STORED_PASSAGES],
                                     number, a, out, err);
    status = catalogue_db_get(&s->catalogue, &catalogue, err);
    return status == QUIRE_OK ? xapian_records_article(catalogue, s->directory, number, a, out, err)
                              : status;
}

quire_status
stored_segment_passages(stored_segment *s, unsigned set, uint32_t number, uint32_t *first_out,
                        uint32_t *end_out, quire_error *err)
{
    *first_out = *end_out = 0;
    if (s->is_quire) {
        if (s->segments[set] != NULL && number <= s->segments[set]->narticles)
            segment_articles_passages(s->segments[set], number, number, first_out, end_out);
        return QUIRE_OK;
    }
    return s->dbs[set] == NULL ? QUIRE_OK
                               : xapian_records_find(s->dbs[set], s->paths[set], s->described,
                                                     set == STORED_FURNITURE, number,
                                                     &s->memory[set], first_out, end_out, err);
}

quire_status
stored_segment_passage(stored_segment *s, unsigned set, uint32_t number, const article_record *of,
                       passage_record *record, quire_error *err)
{
    const bool furniture = set == STORED_FURNITURE;
    quire_status status;

    if (!s->is_quire)
        return xapian_records_passage(s->dbs[set], s->paths[set], s->described, furniture, number,
                                      &s->memory[set], record, err);
    status = quire_records_passage(s->segments[set], s->paths[set], furniture, number,
                                   &s->sentences[set], &s->sentences_room[set], record, err);
    return status == QUIRE_OK ? quire_records_set_title(record, of, s->paths[STORED_PASSAGES], err)
                              : status;
}
