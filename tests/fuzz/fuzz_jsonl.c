/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_jsonl.c - the readers on any bytes: JSON Lines, text, compressed or not.
 *
 * The first byte chooses the name the input goes by, and so its format; the rest is the input. What
 * comes out must be articles as article.h promises them, and every byte of a text must lead back to
 * its file. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "article/reader.h"

#include "fuzz.h"

static void
on_problem(void *closure, const char *where, const char *what, bool skipped)
{
    size_t *nproblems = closure;

    (void)skipped;
    ++*nproblems;
    require(*where != '\0' && *what != '\0');
    require(utf8_valid_prefix(what, strlen(what)) == strlen(what));
    require(strchr(what, '\n') == NULL);
}

static void
check_string(const char *string)
{
    require(string == NULL || utf8_valid_prefix(string, strlen(string)) == strlen(string));
}

static void
check_article(const article *a, const uint8_t *file, size_t file_bytes)
{
    uint64_t start = 0;
    uint64_t end = 0;

    require(a->id != NULL && *a->id != '\0' && a->path != NULL && a->text != NULL);
    require(utf8_valid_prefix(a->text, a->text_bytes) == a->text_bytes);
    require(a->text[a->text_bytes] == '\0' && a->body_start <= a->text_bytes);
    require(a->title_bytes == 0 || utf8_valid_prefix(a->title, a->title_bytes) == a->title_bytes);
    check_string(a->id);
    check_string(a->source);
    check_string(a->author);
    check_string(a->url);
    check_string(a->language);
    check_string(a->extra);
    for (size_t at = 0; at < a->text_bytes && a->text_is_file; at++) {
        if (!article_file_range(a, at, at + 1, &start, &end))
            continue;
        require(end == start + 1 && end <= file_bytes);
        require((uint8_t)a->text[at] == file[start]);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"a.jsonl", "a.txt", "a", "-"};
    size_t nproblems = 0;
    reader_input input = {.path = "", .id = "id", .problem = on_problem, .closure = &nproblems};
    reader *r = NULL;
    article a = {0};
    bool more = true;

    if (size == 0)
        return 0;
    input.name = names[data[0] % 4];
    data++;
    size--;
    input.fd = memfd_create("input", MFD_CLOEXEC);
    if (input.fd < 0)
        return 0;
    if (write(input.fd, data, size) == (ssize_t)size && lseek(input.fd, 0, SEEK_SET) == 0 &&
        reader_open(&input, &r, NULL) == QUIRE_OK) {
        require(r != NULL || nproblems == 1);
        while (r != NULL && more && reader_next(r, &a, &more, NULL) == QUIRE_OK)
            if (more)
                check_article(&a, data, size);
    }
    article_clear(&a);
    reader_close(r);
    close(input.fd);
    return 0;
}
