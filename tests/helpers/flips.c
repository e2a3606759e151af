/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flips.c - single bits of the files of an index. */
#include "flips.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/tree.h"

static quire_status
list_file(const tree_entry *entry, void *closure, quire_error *err)
{
    flip_files *files = closure;

    (void)err;
    if (entry->kind != TREE_FILE || entry->st.st_size == 0)
        return QUIRE_OK;
    assert_true(ARRAY_GROW(files->paths, files->nfiles, &files->paths_room));
    assert_true(ARRAY_GROW(files->bytes, files->nfiles, &files->bytes_room));
    files->paths[files->nfiles] = strdup(entry->path);
    files->bytes[files->nfiles++] = (uint64_t)entry->st.st_size;
    files->all_bytes += (uint64_t)entry->st.st_size;
    return QUIRE_OK;
}

void
flips_list(const char *index, flip_files *files_out)
{
    *files_out = (flip_files){0};
    assert_int_equal(tree_walk(index, list_file, files_out, NULL), QUIRE_OK);
}

void
flips_free(flip_files *files)
{
    for (size_t i = 0; i < files->nfiles; i++)
        free(files->paths[i]);
    free(files->paths);
    free(files->bytes);
}

static uint64_t
next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 11;
}

flip
flips_choose(const flip_files *files, uint64_t number, uint64_t *state)
{
    flip f = {.bit = (unsigned)(next_random(state) % 8)};
    size_t file = 0;

    if (number % 2 == 0) {
        f.byte = next_random(state) % files->all_bytes;
        while (f.byte >= files->bytes[file])
            f.byte -= files->bytes[file++];
    } else {
        file = number / 2 % files->nfiles;
        f.byte = next_random(state) % files->bytes[file];
    }
    f.path = files->paths[file];
    return f;
}

void
flips_turn(const flip *f)
{
    unsigned char byte = 0;
    const int fd = open(f->path, O_RDWR);

    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, (off_t)f->byte), 1);
    byte = (unsigned char)(byte ^ 1u << f->bit);
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)f->byte), 1);
    assert_int_equal(close(fd), 0);
}
