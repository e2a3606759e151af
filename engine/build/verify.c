/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - is the live generation sound?
 *
 * First its files are compared with the hashes of the manifest, and with what it lists.  Then all
 * is read: pages under checksums, every article and passage, whose words are made anew and counted,
 * every word of the dictionaries, what is dead, what is known of the sources, Xapian's tables by
 * Xapian's own check; and what one place counts is compared with what another does. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/error.h"
#include "build/build.h"
#include "build/passage_maker.h"
#include "build/source_state.h"
#include "build/stored_articles.h"
#include "build/verify.h"
#include "postings/segment_words.h"
#include "store/dead_articles.h"
#include "store/generation.h"
#include "store/manifest_files.h"
#include "store/passage_record.h"
#include "store/seal.h"
#include "store/xapian_shim.h"

#define TICK_MS 50
#define WORDS_A_TICK 4096

typedef struct {
    const quire_verify_options *options;
    quire_verify_report report;
    generation generation;
    arena *arena;
    passage_maker maker;
    quire_build_progress progress;
    int64_t told_ms;
    stop_wish stop;       /* tick, for those who only ask */
    const char **damaged; /* files that do not fit their checksums */
    size_t ndamaged;
    size_t damaged_room;
    bool is_out; /* memory is: not all of them are there */
} verifier;

static int64_t
now_ms(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- Faults ---- */

static void
on_fault(void *closure, const char *file, const char *what)
{
    verifier *v = closure;

    v->report.nfaults++;
    if (v->options->fault != NULL)
        v->options->fault(v->options->closure, file, what);
}

/* A file is not as the manifest says. */
static void
on_file(void *closure, const char *file, const char *what)
{
    verifier *v = closure;
    const char *name = arena_copy(v->arena, file, strlen(file));

    on_fault(v, file, what);
    if (name != NULL && ARRAY_GROW(v->damaged, v->ndamaged, &v->damaged_room))
        v->damaged[v->ndamaged++] = name;
    else
        v->is_out = true;
}

/* Is a file below that path damaged? */
static bool
is_damaged_below(const verifier *v, const char *path)
{
    const size_t nbytes = strlen(path);

    for (size_t i = 0; i < v->ndamaged; i++)
        if (strncmp(v->damaged[i], path, nbytes) == 0 && v->damaged[i][nbytes] == '/')
            return true;
    return false;
}

/* What a reader said is a fault, unless memory was out. */
static quire_status
note(verifier *v, const char *where, quire_status status, const quire_error *inner,
     quire_error *err)
{
    if (status == QUIRE_OK)
        return QUIRE_OK;
    if (status == QUIRE_ENOMEM)
        return error_nomem(err);
    if (status == QUIRE_ECANCELED)
        return error_set(err, status, "%s", inner->message);
    on_fault(v, where, inner->message);
    return QUIRE_OK;
}

static quire_status
compare(verifier *v, const char *where, const char *what, uint64_t wanted, uint64_t got,
        quire_error *err)
{
    char *text;

    if (wanted == got)
        return QUIRE_OK;
    text = arena_printf(v->arena, "%s: %" PRIu64 ", where the manifest has %" PRIu64, what, got,
                        wanted);
    if (text == NULL)
        return error_nomem(err);
    on_fault(v, where, text);
    return QUIRE_OK;
}

static bool
is_stopped(void *closure)
{
    verifier *v = closure;
    const int64_t now = now_ms();

    if (v->options->progress == NULL || now - v->told_ms < TICK_MS)
        return false;
    v->told_ms = now;
    return !v->options->progress(v->options->closure, &v->progress);
}

static quire_status
tick(const verifier *v, quire_error *err)
{
    return stop_is_wanted(&v->stop) ? error_set(err, QUIRE_ECANCELED, "stopped") : QUIRE_OK;
}

/* ---- Segments of Quire's own store ---- */

/* Every word of the dictionaries: together they occur as often as the set has words. */
static quire_status
count_words(const verifier *v, const segment *s, uint64_t *out, quire_error *err)
{
    uint32_t nread = 0;
    segment_words w;
    segment_word word;
    quire_status status = segment_words_seek(s, NULL, "", 0, &w, err);

    *out = 0;
    while (status == QUIRE_OK && !w.at_end) {
        status = segment_words_read(&w, &word, err);
        *out += word.occurrences;
        if (status == QUIRE_OK)
            status = segment_words_next(&w, err);
        if (status == QUIRE_OK && ++nread % WORDS_A_TICK == 0)
            status = tick(v, err);
    }
    return status;
}

static quire_status
read_pages(const verifier *v, const segment *s, quire_error *err)
{
    const checked_file *files[] = {&s->stems.file, &s->surfaces.file, &s->postings, &s->positions,
                                   &s->passages};
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < sizeof files / sizeof *files && status == QUIRE_OK; i++)
        status = checked_verify(files[i], &v->stop, err);
    return status;
}

/* A set of passages by itself. */
static quire_status
check_set(verifier *v, const manifest_segment *of, const char *name, bool furniture,
          quire_error *err)
{
    const uint64_t npassages = furniture ? of->written.nfurniture_passages : of->written.npassages;
    const uint64_t nwords = furniture ? of->written.nfurniture_words : of->written.nwords;
    const char *where = arena_printf(v->arena, "%s/%s", of->name, name);
    const char *path = arena_printf(v->arena, "%s/%s", v->generation.directory, where);
    quire_error inner = {0};
    segment *s = NULL;
    uint64_t noccurrences = 0;
    quire_status status;

    if (where == NULL || path == NULL)
        return error_nomem(err);
    status = segment_open(path, &s, &inner);
    if (status == QUIRE_OK)
        status = read_pages(v, s, &inner);
    if (status == QUIRE_OK)
        status = count_words(v, s, &noccurrences, &inner);
    if (status != QUIRE_OK)
        status = note(v, where, status, &inner, err);
    else
        status = compare(v, where, "words in the dictionaries", nwords, noccurrences, err);
    if (status == QUIRE_OK && s != NULL)
        status = compare(v, where, "passages", npassages, s->npassages, err);
    if (status == QUIRE_OK && s != NULL)
        status = compare(v, where, "articles", of->written.narticles, s->narticles, err);
    if (status == QUIRE_OK && s != NULL)
        status = compare(v, where, "words", nwords, s->nwords, err);
    segment_close(s);
    return status;
}

static quire_status
pass_over(void *closure, const article *a, const passage *p, uint32_t number, quire_error *err)
{
    verifier *v = closure;

    (void)a;
    (void)p;
    (void)number;
    v->report.npassages++;
    return tick(v, err);
}

/* Read an article with its passages, which are numbered from 1 on. */
static quire_status
read_article(verifier *v, stored_articles *stored, article_place place, quire_error *err)
{
    article a = {0};
    const passage_list *list;
    uint32_t number = 0;
    uint32_t wanted = 1;
    bool more = true;
    quire_status status = stored_articles_get(stored, place, &a, err);

    while (status == QUIRE_OK) {
        status = stored_articles_passage(stored, &a, &list, &number, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        if (number != wanted++)
            return error_set(err, QUIRE_ECORRUPT, "article %" PRIu32 ": a passage is missing",
                             place.number);
        status =
            passage_maker_visit(&v->maker, &a, list, list->passages, number, pass_over, v, err);
    }
    v->maker.counts.narticles_without_text += status == QUIRE_OK && wanted == 1;
    v->report.narticles++;
    v->progress.narticles++;
    return status;
}

/* Every article, every passage, and their words made anew. */
static quire_status
read_articles(verifier *v, const manifest_segment *of, quire_error *err)
{
    const uint32_t number = (uint32_t)strtoul(strchr(of->name, '-') + 1, NULL, 10);
    const passage_counts *counts = &v->maker.counts;
    stored_articles *stored = stored_articles_new(
        &(stored_generation){v->generation.manifest.store, v->generation.directory, of, 1});
    quire_error inner = {0};
    quire_status status = stored == NULL ? error_nomem(err) : QUIRE_OK;

    v->maker.counts = (passage_counts){0};
    for (uint32_t i = 1; status == QUIRE_OK && i <= of->written.narticles; i++) {
        status = read_article(v, stored, (article_place){number, i}, &inner);
        if (status != QUIRE_OK)
            break;
    }
    stored_articles_free(stored);
    if (status != QUIRE_OK)
        return note(v, of->name, status, &inner, err);
    status = compare(v, of->name, "words in the texts", of->written.nwords, counts->nwords, err);
    if (status == QUIRE_OK)
        status = compare(v, of->name, "words in the texts of furniture",
                         of->written.nfurniture_words, counts->nfurniture_words, err);
    if (status == QUIRE_OK)
        status = compare(v, of->name, "articles without text", of->written.narticles_without_text,
                         counts->narticles_without_text, err);
    return status;
}

static quire_status
check_dead(verifier *v, const manifest_segment *of, quire_error *err)
{
    const char *where = arena_printf(v->arena, "%s/" DEAD_FILE, of->name);
    const char *path = arena_printf(v->arena, "%s/%s", v->generation.directory, where);
    dead_articles dead = {0};
    manifest_counts counts;
    quire_error inner = {0};
    quire_status status;

    if (of->dead.narticles == 0)
        return QUIRE_OK;
    if (where == NULL || path == NULL)
        return error_nomem(err);
    status = dead_articles_open(path, (uint32_t)of->written.narticles, &dead, &inner);
    if (status != QUIRE_OK)
        return note(v, where, status, &inner, err);
    counts = dead_articles_counts(&dead);
    dead_articles_close(&dead);
    status = compare(v, where, "dead articles", of->dead.narticles, counts.narticles, err);
    if (status == QUIRE_OK)
        status = compare(v, where, "dead words", of->dead.nwords, counts.nwords, err);
    return status == QUIRE_OK
               ? compare(v, where, "dead passages", of->dead.npassages, counts.npassages, err)
               : status;
}

static quire_status
check_sets(verifier *v, const manifest_segment *of, quire_error *err)
{
    quire_status status = check_set(v, of, "passages", false, err);

    return status == QUIRE_OK && of->written.nfurniture_passages > 0
               ? check_set(v, of, "furniture", true, err)
               : status;
}

static quire_status
check_quire_segment(verifier *v, const manifest_segment *of, quire_error *err)
{
    quire_status status = check_sets(v, of, err);

    if (status == QUIRE_OK)
        status = check_dead(v, of, err);
    return status == QUIRE_OK ? read_articles(v, of, err) : status;
}

/* ---- Databases of Xapian's ---- */

/* Read what each document holds: a record under its seal. */
static quire_status
read_documents(verifier *v, xap_db *db, bool are_passages, quire_error *err)
{
    buffer data = {0};
    sentence *sentences = NULL;
    size_t room = 0;
    uint32_t i = 0;
    quire_status status = xap_db_next_document(db, 1, &i, err);

    while (i != 0 && status == QUIRE_OK) {
        passage_record record;
        size_t nbytes = 0;

        buffer_clear(&data);
        status = xap_db_data(db, i, &data, err);
        if (status == QUIRE_OK && !seal_check(data.bytes, data.size, &nbytes))
            status = error_set(err, QUIRE_ECORRUPT,
                               "the record of document %" PRIu32 " does not fit its checksum", i);
        if (status == QUIRE_OK && are_passages)
            status = passage_record_read(data.bytes, nbytes, &record, &sentences, &room, err);
        if (status == QUIRE_OK)
            status = tick(v, err);
        if (status == QUIRE_OK)
            status = xap_db_next_document(db, i + 1, &i, err);
        v->report.npassages += are_passages;
        v->report.narticles += !are_passages;
    }
    buffer_free(&data);
    free(sentences);
    return status;
}

/* How far a database of Xapian's is looked into: how many documents there are; its tables too; the
 * records of the documents too. */
typedef enum { TO_COUNT, TO_TABLES, TO_RECORDS } database_depth;

static quire_status
check_database(verifier *v, const manifest_segment *of, const char *name, uint64_t ndocuments,
               database_depth depth, quire_error *err)
{
    const char *where = arena_printf(v->arena, "%s/%s", of->name, name);
    const char *path = arena_printf(v->arena, "%s/%s", v->generation.directory, where);
    quire_error inner = {0};
    xap_db *db = NULL;
    uint64_t got = 0;
    uint64_t length = 0;
    quire_status status;

    if (where == NULL || path == NULL)
        return error_nomem(err);
    if (is_damaged_below(v, where))
        return QUIRE_OK; /* it is reported, and libxapian might crash on it */
    status = depth >= TO_TABLES ? xap_db_check(path, &inner) : QUIRE_OK;
    if (status == QUIRE_OK)
        status = xap_db_open(&path, 1, &db, &inner);
    if (status == QUIRE_OK)
        status = xap_db_statistics(db, &got, &length, &inner);
    if (status == QUIRE_OK && got == ndocuments && depth >= TO_RECORDS)
        status = read_documents(v, db, strcmp(name, "catalogue") != 0, &inner);
    xap_db_close(db);
    return status == QUIRE_OK ? compare(v, where, "documents", ndocuments, got, err)
                              : note(v, where, status, &inner, err);
}

static quire_status
check_segment(verifier *v, const manifest_segment *of, quire_error *err)
{
    const manifest_counts *all = &of->written;
    const manifest_counts *dead = &of->dead; /* which are in no database of Xapian's own store */
    quire_status status;

    if (strcmp(v->generation.manifest.store, "quire") == 0) {
        status = check_database(v, of, "catalogue", all->narticles, TO_TABLES, err);
        return status == QUIRE_OK ? check_quire_segment(v, of, err) : status;
    }
    status = check_database(v, of, "catalogue", all->narticles - dead->narticles, TO_RECORDS, err);
    if (status == QUIRE_OK)
        status =
            check_database(v, of, "passages", all->npassages - dead->npassages, TO_RECORDS, err);
    if (status == QUIRE_OK && all->nfurniture_passages > 0)
        status =
            check_database(v, of, "furniture", all->nfurniture_passages - dead->nfurniture_passages,
                           TO_RECORDS, err);
    return status;
}

/* ---- What is known of the sources ---- */

static quire_status
read_events(verifier *v, source_state *state, uint64_t *nplaced, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < source_state_nfiles(state) && status == QUIRE_OK; i++) {
        source_events events = source_events_of(state, i);
        source_event event;
        bool more = true;

        while (status == QUIRE_OK && more) {
            status = source_events_next(&events, &event, &more, err);
            *nplaced += status == QUIRE_OK && more && (event.flags & SOURCE_EVENT_PLACED) != 0;
        }
        if (status == QUIRE_OK)
            status = tick(v, err);
    }
    return status;
}

static quire_status
check_sources(verifier *v, quire_error *err)
{
    const char *path = arena_printf(v->arena, "%s/" SOURCE_STATE_NAME, v->generation.directory);
    source_state *state = NULL;
    quire_error inner = {0};
    uint64_t nplaced = 0;
    quire_status status;

    if (path == NULL)
        return error_nomem(err);
    status = source_state_open(path, &state, &inner);
    if (status == QUIRE_OK)
        status = read_events(v, state, &nplaced, &inner);
    source_state_close(state);
    return status == QUIRE_OK ? compare(v, SOURCE_STATE_NAME, "articles",
                                        v->generation.manifest.narticles, nplaced, err)
                              : note(v, SOURCE_STATE_NAME, status, &inner, err);
}

/* ---- All of it ---- */

static quire_status
check_all(verifier *v, quire_error *err)
{
    const manifest *m = &v->generation.manifest;
    quire_status status;

    v->report.nfiles = m->nfiles;
    for (size_t i = 0; i < m->nfiles; i++)
        v->report.bytes += m->files[i].bytes;
    v->progress = (quire_build_progress){.stage = "comparing checksums"};
    status = manifest_check_files(v->generation.directory, m, &v->stop, on_file, v, err);
    if (status == QUIRE_OK && v->is_out)
        status = error_nomem(err);
    if (status != QUIRE_OK || v->options->quick)
        return status;
    v->progress = (quire_build_progress){.stage = "reading"};
    for (size_t i = 0; i < m->nsegments; i++)
        v->progress.articles_goal += m->segments[i].written.narticles;
    for (size_t i = 0; i < m->nsegments && status == QUIRE_OK; i++)
        status = check_segment(v, &m->segments[i], err);
    return status == QUIRE_OK ? check_sources(v, err) : status;
}

/* ---- A segment before it is published ---- */

static void
keep_first_fault(void *closure, const char *file, const char *what)
{
    quire_error *first = closure;

    if (first->status == QUIRE_OK)
        (void)error_set(first, QUIRE_ECORRUPT, "%s: %s", file, what);
}

quire_status
verify_segment(char *directory, const char *store, const manifest_segment *of,
               const stop_wish *stop, quire_error *err)
{
    quire_error first = {0};
    const quire_verify_options options = {.fault = keep_first_fault, .closure = &first};
    verifier v = {
        .options = &options, .arena = arena_new(), .stop = stop != NULL ? *stop : (stop_wish){0}};
    const bool is_quire = strcmp(store, "quire") == 0;
    quire_status status = v.arena == NULL ? error_nomem(err) : QUIRE_OK;

    v.generation.directory = directory;
    if (status == QUIRE_OK)
        status = check_database(&v, of, "catalogue", of->written.narticles, TO_COUNT, err);
    if (status == QUIRE_OK && is_quire)
        status = check_sets(&v, of, err);
    else if (status == QUIRE_OK)
        status = check_database(&v, of, "passages", of->written.npassages, TO_COUNT, err);
    arena_free(v.arena);
    if (status != QUIRE_OK || first.status == QUIRE_OK)
        return status;
    return error_set(err, QUIRE_EREFUSED,
                     "what was written is not sound (%s); nothing was published: run again, and if "
                     "it is so again, look to the disk and the memory of this machine",
                     first.message);
}

/* ---- From outside ---- */

quire_status
build_verify(const char *path, const quire_verify_options *options, quire_verify_report *report_out,
             quire_error *err)
{
    verifier v = {.options = options, .generation = {.lock_fd = -1}};
    const int64_t start = now_ms();
    quire_status status = generation_open(path, &v.generation, err);

    v.stop = (stop_wish){is_stopped, &v};
    if (status != QUIRE_OK)
        return status;
    memcpy(v.report.generation, v.generation.name, sizeof v.report.generation);
    v.arena = arena_new();
    if (v.arena == NULL || !passage_maker_init(&v.maker, &v.generation.manifest.stems))
        status = error_nomem(err);
    else
        status = check_all(&v, err);
    if (status == QUIRE_OK && v.report.nfaults > 0)
        status =
            error_set(err, QUIRE_ECORRUPT,
                      "%s/%s is damaged (%" PRIu64 " fault%s): --rollback goes back to the "
                      "generation before, and --rebuild with its sources makes the index anew",
                      path, v.generation.name, v.report.nfaults, v.report.nfaults == 1 ? "" : "s");
    v.report.seconds = (double)(now_ms() - start) / 1000.0;
    passage_maker_free(&v.maker);
    free(v.damaged);
    arena_free(v.arena);
    generation_close(&v.generation);
    if (report_out != NULL)
        *report_out = v.report;
    return status;
}
