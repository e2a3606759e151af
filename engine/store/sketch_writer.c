/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sketch_writer.c - sketches of the articles of a segment, and their words for a while: the first
 * ones in memory, from a unit that has no room there on in a file. */
#include "store/sketch_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"

/* Where an article's words are. */
typedef struct {
    uint64_t start; /* in words */
    uint64_t title;
} place;

struct sketch_writer {
    sketch_file_writer *sketches; /* NULL once it is finished */
    uint32_t *memory;             /* words; NULL: none */
    size_t memory_bytes;          /* touched only as far as they are needed */
    int fd;                       /* of the other words */
    uint64_t nwords;
    uint64_t nheld;   /* of them in memory; the rest follows in the file */
    uint32_t *mapped; /* that, once it is finished; NULL: it could not be mapped */
    place *places;
    size_t nplaces;
    size_t room;
};

/* ---- Making ---- */

/* Before each sketch's hashes, u32 each. */
typedef struct {
    sketch sketch; /* but for where the hashes are */
    uint64_t title;
} unit_head;

static bool
add_sketch(sketch_maker *m, buffer *to)
{
    unit_head head = {.title = m->words.title};

    if (!sketch_make(&m->words, m->seconds, &m->hashes, &head.sketch))
        return false;
    return buffer_add(to, &head, sizeof head) &&
           buffer_add(to, head.sketch.hashes, head.sketch.nhashes * sizeof *head.sketch.hashes);
}

void
sketch_unit_free(sketch_unit *u)
{
    buffer_free(&u->sketches);
    buffer_free(&u->words);
}

void
sketch_maker_free(sketch_maker *m)
{
    article_words_free(&m->words);
    known_words_free(&m->known);
    buffer_free(&m->hashes);
}

bool
sketch_maker_begin(sketch_maker *m, const article *a, sketch_unit *u)
{
    if (!sketch_maker_end(m, u))
        return false;
    m->seconds = a->has_date ? a->date.seconds : INT64_MIN;
    m->has_article = true;
    return true;
}

bool
sketch_maker_take(sketch_maker *m, const passage_source *source)
{
    return article_words_add_passage(&m->words, source->list, source->passage, source->words,
                                     &m->known);
}

bool
sketch_maker_end(sketch_maker *m, sketch_unit *u)
{
    const bool had_article = m->has_article;

    m->has_article = false;
    if (had_article &&
        (!add_sketch(m, &u->sketches) ||
         !buffer_add(&u->words, m->words.words, m->words.nwords * sizeof *m->words.words)))
        return false;
    article_words_clear(&m->words);
    return true;
}

/* ---- Writing ---- */

static quire_status
words_error(quire_error *err)
{
    return error_set(err, QUIRE_EIO, "the words of articles: %s", strerror(errno));
}

/* A file that goes with the process, however that ends.  Some file systems give it another name as
 * long as it is open, so it is not where the segment's files are: they are listed meanwhile. */
static quire_status
open_words(sketch_writer *w, const char *directory, quire_error *err)
{
    buffer path = {0};
    quire_status status = QUIRE_OK;

    if (!buffer_printf(&path, "%s/../words-XXXXXX", directory))
        return error_nomem(err);
    w->fd = mkostemp(path.bytes, O_CLOEXEC);
    if (w->fd < 0 || unlink(path.bytes) != 0)
        status = error_set(err, QUIRE_EIO, "%s: %s", path.bytes, strerror(errno));
    buffer_free(&path);
    return status;
}

/* Without that memory, all words go to the file. */
static void
get_memory(sketch_writer *w, size_t nbytes)
{
    w->memory = mmap(NULL, nbytes + 1, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (w->memory == MAP_FAILED)
        w->memory = NULL;
    else
        w->memory_bytes = nbytes;
}

quire_status
sketch_writer_new(const char *directory, size_t memory_bytes, sketch_writer **writer_out,
                  quire_error *err)
{
    buffer path = {0};
    sketch_writer *w = calloc(1, sizeof *w);
    quire_status status;

    if (w == NULL)
        return error_nomem(err);
    w->fd = -1;
    get_memory(w, memory_bytes);
    status = open_words(w, directory, err);
    if (status == QUIRE_OK && buffer_printf(&path, "%s/%s", directory, SKETCH_FILE))
        w->sketches = sketch_file_create(path.bytes);
    buffer_free(&path);
    if (status == QUIRE_OK && w->sketches == NULL)
        status = error_nomem(err);
    if (status != QUIRE_OK) {
        sketch_writer_free(w);
        return status;
    }
    *writer_out = w;
    return QUIRE_OK;
}

void
sketch_writer_free(sketch_writer *w)
{
    if (w == NULL)
        return;
    sketch_file_abandon(w->sketches);
    if (w->mapped != NULL)
        munmap(w->mapped, (size_t)(w->nwords - w->nheld) * sizeof *w->mapped);
    if (w->memory != NULL)
        munmap(w->memory, w->memory_bytes + 1);
    if (w->fd >= 0)
        close(w->fd); /* without a name it is gone: nothing is left to lose */
    free(w->places);
    free(w);
}

static quire_status
write_words(sketch_writer *w, const buffer *words, quire_error *err)
{
    const char *bytes = words->bytes;
    size_t nbytes = words->size;

    while (nbytes > 0) {
        const ssize_t n = write(w->fd, bytes, nbytes);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return words_error(err);
        bytes += n;
        nbytes -= (size_t)n;
    }
    return QUIRE_OK;
}

static quire_status
keep_words(sketch_writer *w, const buffer *words, uint64_t nbefore, quire_error *err)
{
    const size_t held = (size_t)w->nheld * sizeof *w->memory;

    if (w->nheld < nbefore || words->size > w->memory_bytes - held)
        return write_words(w, words, err);
    if (words->size > 0)
        memcpy((char *)w->memory + held, words->bytes, words->size);
    w->nheld = w->nwords;
    return QUIRE_OK;
}

/* Write an article's sketch, and note where its words are. */
static bool
take_sketch(sketch_writer *w, const unit_head *head)
{
    if (!ARRAY_GROW(w->places, w->nplaces, &w->room))
        return false;
    w->places[w->nplaces++] = (place){w->nwords, head->title};
    w->nwords += head->sketch.nwords;
    return sketch_file_add(w->sketches, &head->sketch);
}

quire_status
sketch_writer_add(sketch_writer *w, const sketch_unit *u, quire_error *err)
{
    const char *at = u->sketches.bytes;
    const char *const end = at + u->sketches.size;
    const uint64_t nbefore = w->nwords;

    while (at < end) {
        unit_head head;

        memcpy(&head, at, sizeof head);
        at += sizeof head;
        head.sketch.hashes = (const uint32_t *)(const void *)at;
        at += head.sketch.nhashes * sizeof *head.sketch.hashes;
        if (!take_sketch(w, &head))
            return error_nomem(err);
    }
    return keep_words(w, &u->words, nbefore, err);
}

/* Without a name the file is nobody else's to cut short. */
static void
map_words(sketch_writer *w)
{
    const uint64_t nwritten = w->nwords - w->nheld;

    if (nwritten == 0 || nwritten > SIZE_MAX / sizeof *w->mapped)
        return;
    w->mapped = mmap(NULL, (size_t)nwritten * sizeof *w->mapped, PROT_READ, MAP_SHARED, w->fd, 0);
    if (w->mapped == MAP_FAILED)
        w->mapped = NULL;
}

quire_status
sketch_writer_finish(sketch_writer *w, quire_error *err)
{
    sketch_file_writer *const sketches = w->sketches;

    w->sketches = NULL;
    map_words(w);
    return sketch_file_finish(sketches, err);
}

/* ---- Reading ---- */

/* Where the words of an article end. */
static uint64_t
end_of(const sketch_writer *w, uint32_t number)
{
    return number < w->nplaces ? w->places[number].start : w->nwords;
}

bool
sketch_writer_view(const sketch_writer *w, uint32_t number, article_words *out)
{
    const place *from = &w->places[number - 1];
    const bool is_held = from->start < w->nheld;

    if (!is_held && w->mapped == NULL)
        return false;
    *out = (article_words){.words = is_held ? w->memory + from->start
                                            : w->mapped + (from->start - w->nheld),
                           .nwords = (size_t)(end_of(w, number) - from->start),
                           .title = from->title};
    return true;
}

quire_status
sketch_writer_words(const sketch_writer *w, uint32_t number, article_words *out, quire_error *err)
{
    const place *from = &w->places[number - 1];
    const size_t nwords = (size_t)(end_of(w, number) - from->start);
    size_t nread = 0;
    article_words held;

    if (out->room < nwords) {
        article_words_free(out);
        out->words = malloc(nwords * sizeof *out->words);
        if (out->words == NULL)
            return error_nomem(err);
        out->room = nwords;
    }
    out->nwords = nwords;
    out->title = from->title;
    if (nwords > 0 && sketch_writer_view(w, number, &held)) {
        memcpy(out->words, held.words, nwords * sizeof *out->words);
        return QUIRE_OK;
    }
    while (nread < nwords * sizeof *out->words) {
        const ssize_t n =
            pread(w->fd, (char *)out->words + nread, nwords * sizeof *out->words - nread,
                  (off_t)((from->start - w->nheld) * sizeof *out->words + nread));

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = EIO;
        if (n <= 0)
            return words_error(err);
        nread += (size_t)n;
    }
    return QUIRE_OK;
}
