/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_pass.c - pass one of a build: files to articles, each id once, onto the spool.
 *
 * With one thread, and in a dry run, all is done here; else read_threads.c has articles read and
 * spooled by others, and they come here to be entered in the order, one after another as they stand
 * in the sources, so that it does not matter how many threads there are.
 *
 * What is held in memory of every article is its key and id; they may take half of the memory
 * allowed, which at 512 MiB is enough for two to three million articles. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "build/build_internal.h"
#include "build/guards.h"
#include "build/read_threads.h"
#include "base/threads.h"

#define SHOWN_ID_BYTES 200
#define EVENTS_A_TICK 64
#define SKETCHES_SHARE 8 /* of the memory allowed, for those that are read ahead */

static bool
is_stopped(void *closure)
{
    return !build_tick(closure, false);
}

static bool
is_too_much(const build *b)
{
    uint64_t held = article_order_bytes(&b->order) + arena_bytes(b->list.arena) +
                    source_record_bytes(&b->record) +
                    (uint64_t)b->list.room * sizeof *b->list.files;

    return held > b->options.memory_bytes / 2;
}

void
read_pass_problem(build *b, const char *where, const char *what, bool skipped)
{
    if (!b->options.dry_run && !source_record_problem(&b->record, where, what, skipped))
        b->problems.out_of_memory = true;
    build_problem(b, where, what, skipped);
}

/* As reader_problem, in the calling thread. */
static void
on_problem(void *closure, const char *where, const char *what, bool skipped)
{
    read_pass_problem(closure, where, what, skipped);
}

/* ---- Articles, each id once ---- */

/* Name an article whose id was there before. */
static quire_status
report_repeat(build *b, const char *id, uint32_t file, uint64_t line, const article_key *first,
              quire_error *err)
{
    const char *name = b->list.files[file].name;
    const char *first_name = b->list.files[first->file].name;
    int id_bytes = (int)utf8_cut(id, strlen(id), SHOWN_ID_BYTES);
    buffer where = {0};
    buffer what = {0};
    bool is_told = buffer_printf(&what, "second article with id %.*s; the first is in %s", id_bytes,
                                 id, first_name) &&
                   (first->line == 0 || buffer_printf(&what, ":%" PRIu32, first->line)) &&
                   (line == 0 ? buffer_add_string(&where, name)
                              : buffer_printf(&where, "%s:%" PRIu64, name, line));

    if (is_told)
        build_problem(b, where.bytes, what.bytes, true);
    buffer_free(&where);
    buffer_free(&what);
    return is_told ? QUIRE_OK : error_nomem(err);
}

/* Remember what came of an article; id_offset is that of the one that has its id. */
static quire_status
record_article(build *b, read_place place, bool is_placed, uint64_t id_offset, quire_error *err)
{
    const source_event event = {.flags = (is_placed ? SOURCE_EVENT_PLACED : 0) |
                                         (place.is.is_plain ? SOURCE_EVENT_PLAIN : 0),
                                .line = place.line,
                                .hash = place.is.hash};

    return b->options.dry_run || source_record_article(&b->record, &event, id_offset)
               ? QUIRE_OK
               : error_nomem(err);
}

quire_status
read_pass_enter(build *b, const char *id, const article_key *key, read_place place,
                quire_error *err)
{
    quire_status status;

    if (!article_order_add(&b->order, id, key))
        return error_nomem(err);
    status = record_article(b, place, true, b->order.keys[b->order.nkeys - 1].id_offset, err);
    if (status != QUIRE_OK)
        return status;
    if (is_too_much(b))
        return error_set(err, QUIRE_ENOMEM,
                         "%zu articles and more: their ids and dates take more than half of the "
                         "memory allowed; allow more",
                         b->order.nkeys);
    b->progress.narticles = ++b->report->narticles;
    return QUIRE_OK;
}

quire_status
read_pass_check(build *b, const char *id, const article_key *key, read_place place,
                bool *is_new_out, quire_error *err)
{
    const article_key *first = article_order_find(&b->order, id, key->hash);
    quire_status status;

    *is_new_out = first == NULL;
    if (first == NULL)
        return QUIRE_OK;
    status = record_article(b, place, false, first->id_offset, err);
    return status == QUIRE_OK ? report_repeat(b, id, key->file, place.line, first, err) : status;
}

/* An article that the live generation has: enter it where it is, if its id is new; is_new: that is
 * known. */
static quire_status
enter_stored(build *b, const char *id, article_place at, uint32_t file, read_place place,
             bool is_new, quire_error *err)
{
    const article_key key = article_key_of_stored(id, at, file, place.line);
    quire_status status = is_new ? QUIRE_OK : read_pass_check(b, id, &key, place, &is_new, err);

    return status == QUIRE_OK && is_new ? read_pass_enter(b, id, &key, place, err) : status;
}

quire_status
read_pass_enter_known(build *b, const known_lines *known, uint32_t file, read_place place,
                      bool *is_known_out, quire_error *err)
{
    const known_line *line = place.is.is_plain && known != NULL
                                 ? known_lines_find_next(known, place.is.hash, &b->known_hint)
                                 : NULL;

    *is_known_out = line != NULL;
    return line == NULL
               ? QUIRE_OK
               : enter_stored(b, known_lines_id(known, line), line->place, file, place, false, err);
}

quire_status
read_pass_known(build *b, uint32_t file, const known_lines **out, quire_error *err)
{
    const size_t old = update_old_file(&b->update, file);
    quire_status status = QUIRE_OK;

    *out = NULL;
    if (old == UPDATE_NEW_FILE)
        return QUIRE_OK;
    if (!b->has_known || b->known_file != file) {
        known_lines_free(&b->known);
        b->has_known = false;
        status = known_lines_read(b->update.state, old, &b->known, err);
    }
    if (status != QUIRE_OK)
        return status;
    b->has_known = true;
    b->known_file = file;
    *out = &b->known;
    return QUIRE_OK;
}

static quire_status
pass_over(void *closure, const article *a, const passage *p, uint32_t number, quire_error *err)
{
    (void)a;
    (void)p;
    (void)number;
    return build_tick(closure, false) ? QUIRE_OK : build_canceled(closure, err);
}

static quire_status
take_article(build *b, const article *a, uint32_t file, read_place place, quire_error *err)
{
    bool is_known = false;
    bool is_new = false;
    const known_lines *known = NULL;
    quire_status status = read_pass_known(b, file, &known, err);
    article_key key;

    if (status == QUIRE_OK)
        status = read_pass_enter_known(b, known, file, place, &is_known, err);
    if (status != QUIRE_OK || is_known)
        return status;
    key = article_key_of(a, 0, file, place.line);
    status = read_pass_check(b, a->id, &key, place, &is_new, err);
    if (status != QUIRE_OK || !is_new)
        return status;
    if (b->spool != NULL)
        status = spool_add(&b->spool_writer, a, &key.spool_offset, err);
    else
        status = passage_maker_run(&b->maker, a, pass_over, b, err);
    return status == QUIRE_OK ? read_pass_enter(b, a->id, &key, place, err) : status;
}

quire_status
read_pass_articles(build *b, reader *r, uint32_t file, quire_error *err)
{
    const uint64_t before = b->progress.bytes;
    quire_status status = QUIRE_OK;
    article a = {0};
    bool more = false;

    for (;;) {
        status = reader_next(r, &a, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        status = take_article(b, &a, file,
                              (read_place){.line = reader_line(r), .is = reader_line_is(r)}, err);
        if (status != QUIRE_OK)
            break;
        b->progress.bytes = before + reader_bytes(r);
        if (!build_tick(b, false)) {
            status = build_canceled(b, err);
            break;
        }
    }
    article_clear(&a);
    b->progress.bytes = before;
    return status;
}

reader_input
read_pass_input(const build *b, uint32_t file)
{
    const source_file *f = &b->list.files[file];

    return (reader_input){.path = f->path,
                          .name = f->name,
                          .id = f->id,
                          .fd = strcmp(f->path, "-") == 0 ? b->options.stdin_fd : -1};
}

/* ---- Files ---- */

read_end
read_pass_end_of(const reader *r)
{
    read_end end = {0};

    if (r == NULL)
        return end;
    end.file_bytes = reader_bytes(r);
    end.text_bytes = reader_text_bytes(r);
    end.has_hash = reader_hash(r, &end.hash);
    return end;
}

/* before: as source_record_end_file has it. */
static quire_status
end_file(build *b, uint32_t file, const read_end *end, const source_span *before, quire_error *err)
{
    const source_file *f = &b->list.files[file];
    const source_state_file ended = {
        .name = f->name,
        .id = f->id,
        .source = f->source,
        .is_regular = f->is_regular,
        .has_hash = end->has_hash,
        .bytes = f->bytes,
        .modified_ns = f->modified_ns,
        .changed_ns = f->changed_ns,
        .inode = f->inode,
        .hash = end->hash,
        .file_bytes = end->file_bytes,
        .text_bytes = end->text_bytes,
    };

    b->progress.bytes += f->bytes > 0 ? f->bytes : end->file_bytes;
    b->report->bytes += end->text_bytes;
    return b->options.dry_run || source_record_end_file(&b->record, &ended, before)
               ? QUIRE_OK
               : error_nomem(err);
}

quire_status
read_pass_end_file(build *b, uint32_t file, const read_end *end, quire_error *err)
{
    if (b->update.state != NULL)
        update_tell_read(&b->update, file, end->has_hash, end->hash, b->record.narticles > 0);
    return end_file(b, file, end, NULL, err);
}

static quire_status
read_file(build *b, uint32_t file, quire_error *err)
{
    reader *r = NULL;
    reader_input input = read_pass_input(b, file);
    const known_lines *known = NULL;
    quire_status status = read_pass_known(b, file, &known, err);

    if (status != QUIRE_OK)
        return status;
    input.problem = on_problem;
    input.is_stopped = is_stopped;
    input.closure = b;
    input.is_known = known != NULL ? known_lines_has : NULL;
    input.known = known;
    status = reader_open(&input, &r, err);
    if (status == QUIRE_OK && r != NULL)
        status = read_pass_articles(b, r, file, err);
    if (status == QUIRE_OK) {
        const read_end end = read_pass_end_of(r);

        status = read_pass_end_file(b, file, &end, err);
    }
    reader_close(r);
    return status;
}

/* ---- Files that are as they were ---- */

/* Is one of the file's articles that another's id kept out of the live generation to come in now?
 * ids: those of the file so far. */
static quire_status
find_missing(build *b, source_events events, article_order *ids, bool *out, quire_error *err)
{
    source_event event;
    bool more = true;
    quire_status status = QUIRE_OK;

    *out = false;
    while (status == QUIRE_OK && more && !*out) {
        article_key key;

        status = source_events_next(&events, &event, &more, err);
        if (status != QUIRE_OK || !more || (event.flags & SOURCE_EVENT_PROBLEM) != 0)
            continue;
        key = article_key_of_stored(event.id, (article_place){0, 0}, 0, 0);
        if (article_order_find(&b->order, event.id, key.hash) != NULL ||
            article_order_find(ids, event.id, key.hash) != NULL)
            continue;
        *out = (event.flags & SOURCE_EVENT_PLACED) == 0;
        if (!*out && !article_order_add(ids, event.id, &key))
            status = error_nomem(err);
    }
    return status;
}

/* Are there articles in it that are not in the live generation, since another had the id? */
static quire_status
has_repeats(source_events events, bool *out, quire_error *err)
{
    const unsigned is_either = SOURCE_EVENT_PROBLEM | SOURCE_EVENT_PLACED;
    source_event event = {0};
    bool more = true;
    quire_status status = QUIRE_OK;

    *out = false;
    while (status == QUIRE_OK && more && !*out) {
        status = source_events_next(&events, &event, &more, err);
        *out = status == QUIRE_OK && more && (event.flags & is_either) == 0;
    }
    return status;
}

static quire_status
must_read(build *b, uint32_t file, bool *out, quire_error *err)
{
    const size_t old = b->update.old[file];
    const source_state_file *known = source_state_get(b->update.state, old);
    const source_events events = source_events_of(b->update.state, old);
    article_order ids = {0};
    quire_status status;

    *out = false;
    if (known->nevents == known->narticles) /* which is how it is with nearly all */
        return QUIRE_OK;
    status = has_repeats(events, out, err);
    if (status == QUIRE_OK && *out)
        status = find_missing(b, events, &ids, out, err);
    article_order_free(&ids);
    return status;
}

/* *is_same_out: it came in again, or stayed out.  No two articles of the live generation have
 * one id, and no file of it is told again twice, so an id is not looked for where all are its. */
static quire_status
replay_event(build *b, uint32_t file, const source_event *event, bool *is_same_out,
             quire_error *err)
{
    const size_t nbefore = b->order.nkeys;
    const bool is_placed = (event->flags & SOURCE_EVENT_PLACED) != 0;
    quire_status status;
    const read_place place = {
        .line = event->line,
        .is = {.hash = event->hash, .is_plain = (event->flags & SOURCE_EVENT_PLAIN) != 0}};

    *is_same_out = true;
    if ((event->flags & SOURCE_EVENT_PROBLEM) == 0) {
        status = enter_stored(b, event->id, (article_place){event->segment, event->number}, file,
                              place, is_placed && b->order.nnew == 0, err);
        *is_same_out = b->order.nkeys - nbefore == (is_placed ? 1 : 0);
        return status;
    }
    read_pass_problem(b, event->where, event->what, (event->flags & SOURCE_EVENT_SKIPPED) != 0);
    return QUIRE_OK;
}

static quire_status
replay_file(build *b, uint32_t file, quire_error *err)
{
    const size_t old = b->update.old[file];
    const source_state_file *known = source_state_get(b->update.state, old);
    const read_end end = {.file_bytes = known->file_bytes,
                          .text_bytes = known->text_bytes,
                          .has_hash = known->has_hash,
                          .hash = known->hash};
    source_events events = source_events_of(b->update.state, old);
    source_event event;
    source_span span;
    bool more = true;
    bool are_same = true;
    unsigned n = 0;
    quire_status status;

    for (;;) {
        bool is_same = false;

        status = source_events_next(&events, &event, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        status = replay_event(b, file, &event, &is_same, err);
        are_same = are_same && is_same;
        if (status == QUIRE_OK && ++n % EVENTS_A_TICK == 0 && !build_tick(b, false))
            status = build_canceled(b, err);
        if (status != QUIRE_OK)
            break;
    }
    if (status != QUIRE_OK)
        return status;
    span = source_events_span(&events, old);
    return end_file(b, file, &end, are_same ? &span : NULL, err);
}

quire_status
read_pass_file(build *b, uint32_t file, quire_error *err)
{
    bool reads = !update_is_same(&b->update, file);
    quire_status status = reads ? QUIRE_OK : must_read(b, file, &reads, err);

    if (status != QUIRE_OK)
        return status;
    if (!reads)
        return replay_file(b, file, err);
    if (update_is_same(&b->update, file))
        update_forget(&b->update, file);
    return read_file(b, file, err);
}

static quire_status
read_files(build *b, quire_error *err)
{
    quire_status status = QUIRE_OK;

    for (size_t i = 0; i < b->list.nfiles && status == QUIRE_OK; i++) {
        status = read_pass_file(b, (uint32_t)i, err);
        if (status == QUIRE_OK && !build_tick(b, false))
            status = build_canceled(b, err);
    }
    return status;
}

/* There will be about as many articles as there were. */
static quire_status
expect_articles(build *b, quire_error *err)
{
    const uint64_t most = b->options.memory_bytes / 4 / sizeof *b->order.keys;

    if (b->update.state == NULL || b->live.narticles > most)
        return QUIRE_OK;
    return article_order_expect(&b->order, (size_t)b->live.narticles) ? QUIRE_OK : error_nomem(err);
}

quire_status
read_pass_run(build *b, quire_error *err)
{
    const unsigned nthreads = b->options.dry_run ? 1 : threads_wanted(b->options.threads);
    quire_status status = build_stage(b, "reading", 0, 0, err);

    b->begun = time(NULL);
    if (status == QUIRE_OK)
        status = source_files_list(b, err);
    if (status == QUIRE_OK)
        status = update_judge(&b->update, &b->list, b->live.begun, &b->stop, err);
    if (status == QUIRE_OK && nthreads > 1 && update_finds_new(&b->update, &b->list))
        b->sketches = known_sketches_begin(generation_writer_live(b->writer), &b->live,
                                           b->options.memory_bytes / SKETCHES_SHARE);
    if (status == QUIRE_OK)
        status = guards_check_room_to_read(b, err);
    if (status == QUIRE_OK)
        status = expect_articles(b, err);
    b->spool_writer.spool = b->spool;
    if (status == QUIRE_OK)
        status = nthreads > 1 ? read_threads_run(b, nthreads, err) : read_files(b, err);
    if (status == QUIRE_OK && b->spool != NULL)
        status = spool_flush(&b->spool_writer, err);
    spool_writer_free(&b->spool_writer);
    b->spool_writer = (spool_writer){0};
    if (status == QUIRE_OK && b->report->narticles == 0)
        status = error_set(err, QUIRE_EINPUT, "no article in %s%s%s", b->set.names[0],
                           b->set.nsources > 1 ? " or any other source" : "",
                           b->has_live ? ": is it mounted? Nothing was published, the index stands "
                                         "as it is"
                                       : "");
    if (status == QUIRE_OK)
        status = guards_check_articles(b, err);
    b->counts = b->maker.counts;
    return status;
}
