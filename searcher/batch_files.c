/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch_files.c - the answers of a batch as files of a directory, one for each line.
 *
 * A file is called by the id of its query, ID.jsonl: letters, digits, dots, hyphens and underscores
 * as they are, but for a dot or hyphen at the beginning, all else as %XX.  Of a long id the
 * beginning is taken, and ~ and a hash of it all.  Where that name is taken, by another line of the
 * same id, or one that differs in case only where the file system makes no difference, the line's
 * number is added, ID~12.jsonl.  No id has a ~ of its own there.
 *
 * Each is written aside, then renamed.  batch_state.c keeps what is known of them. */
#include "batch_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "show.h"

#define LONGEST_BASE 120 /* bytes of an id, encoded, that are taken as they are */
#define NAME_BYTES 256

struct batch_files {
    batch_state *state;
    const char *path;
    const char *extension;
};

batch_files *
batch_files_open(const options *o, const quire_index *index)
{
    batch_files *f = malloc(sizeof *f);

    if (f == NULL) {
        show_message("out of memory");
        return NULL;
    }
    *f = (batch_files){.path = o->output,
                       .extension =
                           o->format->extension != NULL ? o->format->extension : o->format->name};
    f->state = batch_state_open(o, quire_index_describe(index));
    if (f->state != NULL)
        return f;
    free(f);
    return NULL;
}

void
batch_files_close(batch_files *f)
{
    if (f == NULL)
        return;
    batch_state_close(f->state);
    free(f);
}

bool
batch_files_has_more(const batch_files *f, uint64_t nlines)
{
    batch_record record;

    return batch_state_get(f->state, nlines + 1, &record);
}

void
batch_files_break_off(const batch_files *f)
{
    unlinkat(batch_state_directory(f->state), BATCH_STATE_PART, 0);
    show_message("%s: broken off; the same command with --resume goes on", f->path);
}

/* ---- Names ---- */

static bool
is_safe(const char *id, size_t at)
{
    const char c = id[at];

    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           (at > 0 && (c == '.' || c == '-'));
}

static void
encode(const char *id, char base[160])
{
    size_t at = 0;
    size_t nbytes = 0;

    for (; id[at] != '\0' && nbytes + 3 <= LONGEST_BASE; at++) {
        if (is_safe(id, at))
            base[nbytes++] = id[at];
        else
            nbytes += (size_t)snprintf(base + nbytes, 4, "%%%02X", (unsigned char)id[at]);
    }
    base[nbytes] = '\0';
    if (id[at] != '\0')
        snprintf(base + nbytes, 18, "~%016" PRIx64, batch_state_hash(id, strlen(id)));
}

void
batch_files_name(batch_file *out, uint64_t number, const char *id, const char *query,
                 size_t query_bytes)
{
    uint64_t hashes[2] = {batch_state_hash(id, strlen(id)), batch_state_hash(query, query_bytes)};

    out->number = number;
    out->query_hash = batch_state_hash(hashes, sizeof hashes);
    encode(id, out->base);
}

static void
name_file(const batch_files *f, const batch_file *file, bool is_numbered, char name[NAME_BYTES])
{
    if (is_numbered)
        snprintf(name, NAME_BYTES, "%s~%" PRIu64 ".%s", file->base, file->number, f->extension);
    else
        snprintf(name, NAME_BYTES, "%s.%s", file->base, f->extension);
}

/* Of names that some file systems take for the same it is the same. */
static uint64_t
hash_name(const batch_file *file)
{
    char folded[sizeof file->base];
    size_t n = 0;

    for (; file->base[n] != '\0'; n++)
        folded[n] = file->base[n] >= 'A' && file->base[n] <= 'Z' ? (char)(file->base[n] | 0x20)
                                                                 : file->base[n];
    return batch_state_hash(folded, n);
}

/* ---- What is there ---- */

/* Are a file's bytes those that were written down? */
static bool
has_bytes(int fd, const batch_record *record)
{
    XXH3_state_t state;
    char bytes[16384];
    uint64_t nread = 0;
    ssize_t n = 0;

    XXH3_64bits_reset(&state);
    while ((n = read(fd, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)) {
        nread += n > 0 ? (uint64_t)n : 0;
        XXH3_64bits_update(&state, bytes, n > 0 ? (size_t)n : 0);
    }
    return n == 0 && nread == record->bytes && XXH3_64bits_digest(&state) == record->hash;
}

static bool
is_whole(const batch_files *f, const batch_file *file, const batch_record *record)
{
    char name[NAME_BYTES];
    struct stat st;
    bool is_same = false;
    int fd = -1;

    name_file(f, file, record->is_numbered, name);
    fd = openat(batch_state_directory(f->state), name,
                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    is_same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == record->bytes &&
              has_bytes(fd, record);
    close(fd);
    return is_same;
}

batch_file_state
batch_files_look(const batch_files *f, const batch_file *file)
{
    batch_record record;

    if (!batch_state_get(f->state, file->number, &record))
        return BATCH_FILE_TO_WRITE;
    if (record.query_hash != file->query_hash)
        return BATCH_FILE_OTHER;
    return !record.is_error && is_whole(f, file, &record) ? BATCH_FILE_WHOLE : BATCH_FILE_TO_WRITE;
}

/* ---- Writing ---- */

static bool
report(const batch_files *f, const char *name)
{
    show_message("%s/%s: %s", f->path, name, strerror(errno));
    return false;
}

/* Is the name that the id alone would make that of another line's answer? */
static bool
must_be_numbered(const batch_files *f, const batch_file *file)
{
    char name[NAME_BYTES];
    batch_record before;

    if (batch_state_get(f->state, file->number, &before))
        return before.is_numbered;
    name_file(f, file, false, name);
    if (faccessat(batch_state_directory(f->state), name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    /* A batch that was broken off may have left a file and, when the power went, no record. */
    return !batch_state_is_resumed(f->state) ||
           batch_state_has_name(f->state, file->number, hash_name(file));
}

static bool
write_aside(const batch_files *f, const output *text)
{
    const int directory = batch_state_directory(f->state);
    const int fd = openat(directory, BATCH_STATE_PART,
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    bool is_written = false;
    int reason = errno;

    if (fd < 0)
        return false;
    is_written = output_write(text, fd);
    reason = errno;
    if (close(fd) != 0 && is_written) { /* where disks are far away, it may say it only now */
        is_written = false;
        reason = errno;
    }
    if (!is_written)
        unlinkat(directory, BATCH_STATE_PART, 0);
    errno = reason;
    return is_written;
}

bool
batch_files_write(batch_files *f, const batch_file *file, const output *text, bool is_error)
{
    const int directory = batch_state_directory(f->state);
    const batch_record record = {.number = file->number,
                                 .name_hash = hash_name(file),
                                 .query_hash = file->query_hash,
                                 .bytes = text->size,
                                 .hash = batch_state_hash(text->bytes, text->size),
                                 .is_numbered = must_be_numbered(f, file),
                                 .is_error = is_error};
    char name[NAME_BYTES];

    name_file(f, file, record.is_numbered, name);
    if (!write_aside(f, text))
        return report(f, name);
    if (!batch_state_put(f->state, &record) ||
        renameat(directory, BATCH_STATE_PART, directory, name) != 0) {
        report(f, name);
        unlinkat(directory, BATCH_STATE_PART, 0);
        return false;
    }
    if (record.is_numbered)
        show_message("%s/%s: its number is in its name, since another line's answer has the name "
                     "of its id",
                     f->path, name);
    return true;
}
