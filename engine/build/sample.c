/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.c - the one article of a file, as a sample that others are to be like. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "article/reader.h"
#include "base/error.h"
#include "build/build.h"

/* What the reader says is wrong: the first thing for which something was left out. */
typedef struct {
    char what[sizeof((quire_error *)0)->message];
} complaint;

static void
hear(void *closure, const char *where, const char *what, bool skipped)
{
    complaint *c = closure;
    quire_error said = {0};

    if (!skipped || c->what[0] != '\0')
        return;
    (void)error_set(&said, QUIRE_EINPUT, "%s: %s", where, what);
    memcpy(c->what, said.message, sizeof c->what);
}

static bool
is_directory(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The first article into a, and whether there is another. */
static quire_status
read_articles(const reader_input *input, article *a, bool *found_out, bool *more_out,
              quire_error *err)
{
    reader *r = NULL;
    article second = {0};
    quire_status status = reader_open(input, &r, err);

    if (status == QUIRE_OK && r != NULL)
        status = reader_next(r, a, found_out, err);
    if (status == QUIRE_OK && *found_out)
        status = reader_next(r, &second, more_out, err);
    article_clear(&second);
    reader_close(r);
    return status;
}

/* A copy of some of an article's text, with a NUL. */
static char *
copy(const char *bytes, size_t nbytes)
{
    char *out = malloc(nbytes + 1);

    if (out == NULL)
        return NULL;
    if (nbytes > 0)
        memcpy(out, bytes, nbytes);
    out[nbytes] = '\0';
    return out;
}

static quire_status
make_sample(const article *a, quire_sample *out, quire_error *err)
{
    char *title = copy(a->title, a->title_bytes);
    char *text = copy(a->text + a->body_start, a->text_bytes - a->body_start);

    if (title == NULL || text == NULL) {
        free(title);
        free(text);
        return error_nomem(err);
    }
    *out = (quire_sample){.title = title,
                          .title_bytes = a->title_bytes,
                          .text = text,
                          .text_bytes = a->text_bytes - a->body_start};
    return QUIRE_OK;
}

quire_status
build_read_sample(const char *path, quire_sample *out, quire_error *err)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "standard input" : path;
    complaint wrong = {0};
    const reader_input input = {.path = path,
                                .name = name,
                                .id = "",
                                .fd = is_stdin ? STDIN_FILENO : -1,
                                .problem = hear,
                                .closure = &wrong};
    article a = {0};
    bool found = false;
    bool more = false;
    quire_status status;

    if (!is_stdin && is_directory(path))
        return error_set(err, QUIRE_EINPUT, "%s: %s", name, strerror(EISDIR));
    status = read_articles(&input, &a, &found, &more, err);
    if (status == QUIRE_EIO)
        status = error_set(err, QUIRE_EIO, "%s: it cannot be read now", name);
    else if (status == QUIRE_OK && wrong.what[0] != '\0')
        status = error_set(err, QUIRE_EINPUT, "%s", wrong.what);
    else if (status == QUIRE_OK && !found)
        status = error_set(err, QUIRE_EINPUT, "%s: there is no article in it", name);
    else if (status == QUIRE_OK && more)
        status =
            error_set(err, QUIRE_EINPUT, "%s: there are several articles in it; choose one", name);
    else if (status == QUIRE_OK)
        status = make_sample(&a, out, err);
    article_clear(&a);
    return status;
}

void
build_free_sample(quire_sample *sample)
{
    free((char *)sample->title);
    free((char *)sample->text);
    *sample = (quire_sample){0};
}
