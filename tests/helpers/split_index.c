/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split_index.c - articles dealt out to segments, each written by the store's own writers, beside a
 * list of its dead ones. */
#include "split_index.h"

#include <string.h>
#include <unistd.h>

#include "../reference/need.h"
#include "../reference/random.h"
#include "article/reader.h"
#include "article/sources.h"
#include "base/array.h"
#include "build/passage_maker.h"
#include "store/dead_articles.h"
#include "store/generation.h"
#include "store/store_writer.h"

#define MOST_SEGMENTS 6
#define UNIT_ARTICLES 50

/* An article in a segment. */
typedef struct {
    article a;
    size_t segment;
    bool is_dead;
} dealt;

typedef struct {
    dice d;
    arena *arena;
    article *articles; /* those of the source */
    size_t narticles;
    size_t room;
    dealt *all;
    size_t nall;
    size_t all_room;
    size_t nsegments;
    generation_writer *writer;
    manifest_segment segments[MOST_SEGMENTS];
} splitter;

/* ---- The articles of the source ---- */

static char *
keep(splitter *s, const char *bytes, size_t nbytes)
{
    char *copy = bytes == NULL ? NULL : arena_copy(s->arena, bytes, nbytes);

    NEED(bytes == NULL || copy != NULL);
    return copy;
}

static char *
keep_string(splitter *s, const char *string)
{
    return keep(s, string, string == NULL ? 0 : strlen(string));
}

static void
keep_article(splitter *s, const article *from)
{
    article *to;

    NEED(ARRAY_GROW(s->articles, s->narticles, &s->room));
    to = &s->articles[s->narticles++];
    *to = *from;
    to->memory = ARTICLE_BORROWED;
    to->id = keep_string(s, from->id);
    to->title = keep(s, from->title, from->title_bytes);
    to->text = keep(s, from->text, from->text_bytes);
    to->source = keep_string(s, from->source);
    to->author = keep_string(s, from->author);
    to->url = keep_string(s, from->url);
    to->language = keep_string(s, from->language);
    to->extra = keep_string(s, from->extra);
    to->path = keep_string(s, from->path);
    if (from->nrepairs > 0) {
        to->repairs = arena_array(s->arena, from->nrepairs, sizeof *to->repairs);
        NEED(to->repairs != NULL);
        memcpy(to->repairs, from->repairs, from->nrepairs * sizeof *to->repairs);
    }
}

static void
on_problem(void *closure, const char *where, const char *what, bool skipped)
{
    (void)closure;
    (void)skipped;
    printf("Bail out! %s: %s\n", where, what);
    exit(99);
}

static void
read_articles(splitter *s, const char *source)
{
    source_list files = {0};

    NEED(sources_list(source, on_problem, NULL, &files, NULL) == QUIRE_OK);
    NEED(sources_name(&files, NULL) == QUIRE_OK);
    for (size_t i = 0; i < files.nfiles; i++) {
        const source_file *file = &files.files[i];
        const reader_input input = {.path = file->path,
                                    .name = file->name,
                                    .id = file->id,
                                    .fd = -1,
                                    .problem = on_problem};
        article a = {0};
        reader *in = NULL;
        bool more = true;

        NEED(reader_open(&input, &in, NULL) == QUIRE_OK && in != NULL);
        while (reader_next(in, &a, &more, NULL) == QUIRE_OK && more)
            keep_article(s, &a);
        NEED(!more);
        article_clear(&a);
        reader_close(in);
    }
    source_list_free(&files);
}

/* ---- Dealing them out ---- */

static void
deal(splitter *s, const article *a, size_t segment, bool is_dead)
{
    NEED(ARRAY_GROW(s->all, s->nall, &s->all_room));
    s->all[s->nall++] = (dealt){.a = *a, .segment = segment, .is_dead = is_dead};
}

/* An article with the text of any other and words of its own. */
static article
make_dead(splitter *s, const char *id)
{
    const article *of_text = &s->articles[dice_below(&s->d, s->narticles)];
    article made = s->articles[dice_below(&s->d, s->narticles)];

    made.id = keep_string(s, id);
    made.text = arena_printf(s->arena, "%.*s\n\n%s%zu died of %s words, $%zu of them.\n",
                             (int)of_text->text_bytes, of_text->text_bytes > 0 ? of_text->text : "",
                             SPLIT_DEAD_WORD, dice_below(&s->d, 20), SPLIT_DEAD_WORD,
                             dice_below(&s->d, 9999));
    NEED(made.text != NULL);
    made.text_bytes = strlen(made.text); /* less, where it holds NULs */
    made.text_is_file = false;
    made.nrepairs = 0;
    made.body_start = 0;
    if (dice_chance(&s->d, 10)) {
        made.text_bytes = 0;
        made.title_bytes = 0;
    }
    if (dice_chance(&s->d, 30))
        made.author = keep_string(s, SPLIT_DEAD_AUTHOR "died");
    if (dice_chance(&s->d, 30))
        made.source = keep_string(s, SPLIT_DEAD_WORD " press");
    return made;
}

/* Those of one text in another segment: versions of one article before the one that is alive. */
static void
deal_versions(splitter *s, const char *id, size_t segment)
{
    for (size_t i = 1; i < s->nsegments && dice_chance(&s->d, 30); i++) {
        const article dead = make_dead(s, id);

        deal(s, &dead, (segment + i) % s->nsegments, true);
    }
}

static void
deal_all(splitter *s)
{
    s->nsegments = dice_between(&s->d, 1, MOST_SEGMENTS);
    for (size_t i = 0; i < s->narticles; i++) {
        const size_t segment = dice_below(&s->d, s->nsegments);

        deal(s, &s->articles[i], segment, false);
        deal_versions(s, s->articles[i].id, segment);
    }
    for (size_t i = dice_below(&s->d, s->narticles / 3 + 2); i > 0; i--) {
        const char *id = arena_printf(s->arena, "gone-%zu", i);
        article dead;

        NEED(id != NULL);
        dead = make_dead(s, id);
        deal(s, &dead, dice_below(&s->d, s->nsegments), true);
    }
}

/* By segment, and in each as results that score alike. */
static int
compare_dealt(const void *left, const void *right)
{
    const dealt *x = left;
    const dealt *y = right;

    if (x->segment != y->segment)
        return x->segment < y->segment ? -1 : 1;
    if (x->a.has_date != y->a.has_date)
        return x->a.has_date ? -1 : 1;
    if (x->a.has_date && x->a.date.seconds != y->a.date.seconds)
        return x->a.date.seconds > y->a.date.seconds ? -1 : 1;
    return strcmp(x->a.id, y->a.id);
}

/* ---- Writing ---- */

typedef struct {
    store_worker *worker;
    passage_maker maker;
    uint32_t article;
} writing;

static quire_status
add_passage(void *closure, const article *a, const passage *p, uint32_t number, quire_error *err)
{
    writing *w = closure;
    const passage_source source = {.article = a,
                                   .article_number = w->article,
                                   .list = &w->maker.passages,
                                   .passage = p,
                                   .number = number,
                                   .words = &w->maker.words};

    return store_worker_add_passage(w->worker, &source, err);
}

static void
write_unit(store_writer *to, writing *w, const dealt *from, size_t n, size_t first)
{
    store_unit *unit = NULL;
    quire_error err = {0};

    NEED(store_worker_begin(w->worker, (uint32_t)first + 1, &err) == QUIRE_OK);
    for (size_t i = 0; i < n; i++) {
        NEED(store_worker_add_article(w->worker, &from[i].a, &w->article, &err) == QUIRE_OK);
        NEED(passage_maker_run(&w->maker, &from[i].a, add_passage, w, &err) == QUIRE_OK);
    }
    NEED(store_worker_end(w->worker, &unit, &err) == QUIRE_OK);
    NEED(store_writer_take(to, unit, &err) == QUIRE_OK);
    NEED(store_writer_catalogue(to, unit, &err) == QUIRE_OK);
    store_unit_free(unit);
}

static manifest_counts
write_segment(const char *directory, const dealt *from, size_t n)
{
    static const stem_table none = {0};
    store_writer *to = NULL;
    writing w = {0};
    manifest_counts counts = {.narticles = n};
    quire_error err = {0};

    NEED(store_writer_new("quire", directory, 0, 1, &to, &err) == QUIRE_OK);
    NEED(store_writer_add_worker(to, &w.worker, &err) == QUIRE_OK);
    NEED(passage_maker_init(&w.maker, &none));
    for (size_t i = 0; i < n; i += UNIT_ARTICLES)
        write_unit(to, &w, from + i, n - i < UNIT_ARTICLES ? n - i : UNIT_ARTICLES, i);
    NEED(store_worker_finish(w.worker, &err) == QUIRE_OK);
    store_worker_free(w.worker);
    NEED(store_writer_finish_sketches(to, &err) == QUIRE_OK);
    NEED(store_writer_finish(to, &err) == QUIRE_OK);
    NEED(store_writer_finish_catalogue(to, &err) == QUIRE_OK);
    store_writer_free(to);
    counts.narticles_without_text = w.maker.counts.narticles_without_text;
    counts.npassages = w.maker.counts.npassages;
    counts.nfurniture_passages = w.maker.counts.nfurniture_passages;
    counts.nwords = w.maker.counts.nwords;
    counts.nfurniture_words = w.maker.counts.nfurniture_words;
    passage_maker_free(&w.maker);
    return counts;
}

/* All at once, or some of them by a generation before. */
static manifest_counts
write_dead(splitter *s, const char *directory, const dealt *from, size_t n)
{
    static const stem_table none = {0};
    const char *path = arena_printf(s->arena, "%s/" DEAD_FILE, directory);
    const char *before = arena_printf(s->arena, "%s/before", directory);
    uint64_t *bits = arena_array(s->arena, n / 64 + 1, sizeof *bits);
    uint64_t *first = arena_array(s->arena, n / 64 + 1, sizeof *first);
    manifest_counts counts = {0};
    size_t ndead = 0;
    quire_error err = {0};

    NEED(path != NULL && before != NULL && bits != NULL && first != NULL);
    for (size_t i = 0; i < n; i++) {
        bits[i / 64] |= (uint64_t)from[i].is_dead << i % 64;
        first[i / 64] |= (uint64_t)(from[i].is_dead && dice_chance(&s->d, 50)) << i % 64;
        ndead += from[i].is_dead;
    }
    if (ndead == 0)
        return counts;
    if (dice_chance(&s->d, 50)) {
        NEED(dead_articles_write(directory, first, NULL, &none, before, &counts, &err) == QUIRE_OK);
        NEED(dead_articles_write(directory, bits, before, &none, path, &counts, &err) == QUIRE_OK);
        NEED(unlink(before) == 0);
    } else {
        NEED(dead_articles_write(directory, bits, NULL, &none, path, &counts, &err) == QUIRE_OK);
    }
    return counts;
}

/* A segment of the n articles from first on. */
static void
add_segment(splitter *s, size_t number, size_t first, size_t n)
{
    manifest_segment *to = &s->segments[number];
    const char *directory = NULL;

    to->name = arena_printf(s->arena, "seg-%zu", 3 * number);
    NEED(to->name != NULL);
    directory = arena_printf(s->arena, "%s/%s", generation_writer_directory(s->writer), to->name);
    NEED(directory != NULL);
    to->written = write_segment(directory, s->all + first, n);
    to->dead = write_dead(s, directory, s->all + first, n);
}

static void
add_live(manifest *m, const manifest_segment *segment)
{
    const manifest_counts *w = &segment->written;
    const manifest_counts *d = &segment->dead;

    m->narticles += w->narticles - d->narticles;
    m->narticles_without_text += w->narticles_without_text - d->narticles_without_text;
    m->npassages += w->npassages - d->npassages;
    m->nfurniture_passages += w->nfurniture_passages - d->nfurniture_passages;
    m->nwords += w->nwords - d->nwords;
    m->nfurniture_words += w->nfurniture_words - d->nfurniture_words;
}

split_index_counts
split_index_write(const char *path, const char *source, uint64_t seed)
{
    splitter s = {.d = {.state = seed}, .arena = arena_new()};
    manifest m = {.store = "quire", .built = "2025-11-16T10:00:00Z", .quire_version = "0"};
    split_index_counts counts = {0};
    bool has_live = false;
    quire_error err = {0};

    NEED(s.arena != NULL);
    read_articles(&s, source);
    deal_all(&s);
    qsort(s.all, s.nall, sizeof *s.all, compare_dealt);
    NEED(generation_begin(path, s.arena, &s.writer, NULL, &has_live, &err) == QUIRE_OK);
    for (size_t first = 0, end = 0; first < s.nall; first = end) {
        while (end < s.nall && s.all[end].segment == s.all[first].segment)
            end++;
        add_segment(&s, counts.nsegments, first, end - first);
        add_live(&m, &s.segments[counts.nsegments]);
        counts.ndead += s.segments[counts.nsegments].dead.narticles;
        counts.nsegments++;
    }
    counts.nlive = s.narticles;
    NEED(m.narticles == counts.nlive);
    m.segments = s.segments;
    m.nsegments = counts.nsegments;
    NEED(generation_publish(s.writer, &m, &err) == QUIRE_OK);
    free(s.articles);
    free(s.all);
    arena_free(s.arena);
    return counts;
}
