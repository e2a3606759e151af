/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch_state.c - what is known of the answers of a batch that are files of a directory: the file
 * .quire-batch there.
 *
 *   quire-batch 1                            the header: what all answers have in common
 *   program 0.1.0
 *   index gen-00000042 0123456789abcdef      its name and fingerprint
 *   format jsonl
 *   shown color=0 hyperlinks=0 width=80 snippet=0
 *   option number=5                          each option that was given, in order of bytes
 *   end
 *   record of line 1, 2, 3...                RECORD_BYTES each, little-endian:
 *       number of the line 8, hash of the name 8, hash of id and query 8, bytes of the answer 8,
 * its hash 8, flags 8 (1: the name has the line's number, 2: an error), hash of those 48 bytes 8
 *
 * A record is written before the file that it tells of gets its name, so whatever stands under a
 * name is known; and a file counts as whole only where its bytes are those of its record, so it
 * does not matter which of the two reached the disk when the power went.  A record that is torn or
 * missing is none. */
#include "batch_state.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "show.h"

#define NAME ".quire-batch"
#define NNUMBERS 7 /* of a record */
#define RECORD_BYTES (NNUMBERS * sizeof(uint64_t))
#define FLAG_NUMBERED 1u
#define FLAG_ERROR 2u
#define SCANNED 64 /* records at a time */

struct batch_state {
    const char *path; /* as it was named */
    int directory;
    int fd;
    off_t header_bytes;
    bool is_resumed;
};

uint64_t
batch_state_hash(const void *bytes, size_t nbytes)
{
    return XXH3_64bits(bytes, nbytes);
}

/* ---- The header ---- */

static int
compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Each option on a line, in an order that does not depend on that of the command line. */
static void
add_options(output *header, const options *o)
{
    char **sorted = malloc((o->ngiven + 1) * sizeof *sorted);

    if (sorted == NULL) {
        header->has_failed = true;
        return;
    }
    for (size_t i = 0; i < o->ngiven; i++)
        sorted[i] = o->given[i];
    qsort(sorted, o->ngiven, sizeof *sorted, compare_strings);
    for (size_t i = 0; i < o->ngiven; i++) {
        output_string(header, "option ");
        show_encoded(header, sorted[i]);
        output_char(header, '\n');
    }
    free(sorted);
}

static void
make_header(output *header, const options *o, const quire_index_info *index)
{
    output_string(header, "quire-batch 1\n");
    output_printf(header, "program %s\n", quire_version());
    output_printf(header, "index %s %016" PRIx64 "\n", index->generation, index->fingerprint);
    output_printf(header, "format %s\n", o->format->name);
    output_printf(header, "shown color=%d hyperlinks=%d width=%d snippet=%" PRIu32 "\n", o->color,
                  o->hyperlinks, o->width, o->snippet_words);
    add_options(header, o);
    output_string(header, "end\n");
}

/* ---- The directory ---- */

static void
report(const batch_state *s, const char *name)
{
    show_message("%s%s%s: %s", s->path, name[0] != '\0' ? "/" : "", name, strerror(errno));
}

/* Does it hold nothing but what a batch left that was broken off before it began? */
static bool
is_empty(const batch_state *s)
{
    const int fd = openat(s->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry = NULL;
    bool is_clear = true;

    if (entries == NULL) {
        report(s, "");
        if (fd >= 0)
            close(fd);
        return false;
    }
    while (is_clear && (entry = readdir(entries)) != NULL)
        is_clear = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                   strcmp(entry->d_name, BATCH_STATE_PART) == 0;
    closedir(entries);
    if (!is_clear)
        show_message("%s is not empty: name another directory, or go on with the batch that was "
                     "broken off there by --resume",
                     s->path);
    return is_clear;
}

/* Two batches in one directory would each take the other's files for its own. */
static bool
take_directory(batch_state *s)
{
    if (mkdir(s->path, 0777) != 0 && errno != EEXIST) {
        report(s, "");
        return false;
    }
    s->directory = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->directory < 0) {
        report(s, "");
        return false;
    }
    if (flock(s->directory, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        show_message("%s: another batch is writing its answers there", s->path);
        return false;
    }
    if (unlinkat(s->directory, BATCH_STATE_PART, 0) != 0 && errno != ENOENT) {
        report(s, BATCH_STATE_PART);
        return false;
    }
    return true;
}

static bool
begin(batch_state *s, const output *header)
{
    if (!is_empty(s))
        return false;
    s->fd = openat(s->directory, BATCH_STATE_PART, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (s->fd < 0 || !output_write(header, s->fd) || fsync(s->fd) != 0 ||
        renameat(s->directory, BATCH_STATE_PART, s->directory, NAME) != 0 ||
        fsync(s->directory) != 0) {
        report(s, NAME);
        unlinkat(s->directory, BATCH_STATE_PART, 0);
        return false;
    }
    return true;
}

/* ---- Going on ---- */

/* Bytes of the file from at, nbytes of them; false where it ends before, or cannot be read. */
static bool
read_at(const batch_state *s, void *bytes, size_t nbytes, off_t at)
{
    for (size_t done = 0; done < nbytes;) {
        const ssize_t n = pread(s->fd, (char *)bytes + done, nbytes - done, at + (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* Say which line of the header is another one. */
static void
report_difference(const batch_state *s, const output *header, const char *found, size_t nfound)
{
    size_t at = 0;
    size_t line = 0;

    while (at < nfound && at < header->size && found[at] == header->bytes[at])
        if (header->bytes[at++] == '\n')
            line = at;
    if (line == 0) {
        show_message("%s/" NAME " is not what a batch of this program leaves; name another "
                     "directory",
                     s->path);
        return;
    }
    show_message(
        "%s: the answers that are there are of another index, format or options (\"%.*s\", "
        "now \"%.*s\"), so nothing can be added; name another directory",
        s->path, (int)strcspn(found + line, "\n"), found + line,
        (int)strcspn(header->bytes + line, "\n"), header->bytes + line);
}

/* Were the answers that are there made of the same index and options? */
static bool
is_of_same_batch(const batch_state *s, output *header)
{
    char *found = calloc(1, header->size + 1);
    ssize_t nfound = -1;
    bool is_same = false;

    output_char(header, '\0');
    if (found == NULL || header->has_failed) {
        show_message("out of memory");
        free(found);
        return false;
    }
    header->size--;
    nfound = pread(s->fd, found, header->size, 0);
    is_same = nfound == (ssize_t)header->size && memcmp(found, header->bytes, header->size) == 0;
    if (!is_same)
        report_difference(s, header, found, nfound > 0 ? (size_t)nfound : 0);
    free(found);
    return is_same;
}

/* Open what a batch left; false where there is none. */
static bool
open_state(batch_state *s)
{
    struct stat st;

    s->fd = openat(s->directory, NAME, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    return s->fd >= 0 && fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
begin_or_resume(batch_state *s, const options *o, output *header)
{
    if (!o->resume)
        return begin(s, header);
    if (open_state(s)) {
        s->is_resumed = true;
        return is_of_same_batch(s, header);
    }
    if (s->fd >= 0 || errno != ENOENT) {
        report(s, NAME);
        return false;
    }
    return begin(s, header);
}

batch_state *
batch_state_open(const options *o, const quire_index_info *index)
{
    batch_state *s = malloc(sizeof *s);
    output header = {0};
    bool is_open = false;

    if (s != NULL) {
        *s = (batch_state){.path = o->output, .directory = -1, .fd = -1};
        make_header(&header, o, index);
    }
    if (s == NULL || header.has_failed)
        show_message("out of memory");
    else
        is_open = take_directory(s) && begin_or_resume(s, o, &header);
    if (is_open)
        s->header_bytes = (off_t)header.size;
    output_free(&header);
    if (is_open)
        return s;
    batch_state_close(s);
    return NULL;
}

void
batch_state_close(batch_state *s)
{
    if (s == NULL)
        return;
    if (s->fd >= 0)
        close(s->fd);
    if (s->directory >= 0)
        close(s->directory);
    free(s);
}

int
batch_state_directory(const batch_state *s)
{
    return s->directory;
}

bool
batch_state_is_resumed(const batch_state *s)
{
    return s->is_resumed;
}

/* ---- Records ---- */

static off_t
place_of(const batch_state *s, uint64_t number)
{
    return s->header_bytes + (off_t)((number - 1) * RECORD_BYTES);
}

static bool
decode(const uint64_t numbers[NNUMBERS], batch_record *out)
{
    const uint64_t hash = batch_state_hash(numbers, (NNUMBERS - 1) * sizeof *numbers);
    const uint64_t flags = le64toh(numbers[5]);

    *out = (batch_record){.number = le64toh(numbers[0]),
                          .name_hash = le64toh(numbers[1]),
                          .query_hash = le64toh(numbers[2]),
                          .bytes = le64toh(numbers[3]),
                          .hash = le64toh(numbers[4]),
                          .is_numbered = (flags & FLAG_NUMBERED) != 0,
                          .is_error = (flags & FLAG_ERROR) != 0};
    return le64toh(numbers[6]) == hash;
}

bool
batch_state_get(const batch_state *s, uint64_t number, batch_record *out)
{
    uint64_t numbers[NNUMBERS];

    return s->is_resumed && read_at(s, numbers, sizeof numbers, place_of(s, number)) &&
           decode(numbers, out) && out->number == number;
}

bool
batch_state_has_name(const batch_state *s, uint64_t number, uint64_t name_hash)
{
    uint64_t numbers[SCANNED][NNUMBERS];
    bool is_found = false;

    for (uint64_t first = 1; !is_found && first < number; first += SCANNED) {
        const size_t n = number - first < SCANNED ? (size_t)(number - first) : SCANNED;
        batch_record record;

        if (!read_at(s, numbers, n * sizeof numbers[0], place_of(s, first)))
            break;
        for (size_t i = 0; i < n && !is_found; i++)
            is_found = decode(numbers[i], &record) && record.name_hash == name_hash;
    }
    return is_found;
}

bool
batch_state_put(batch_state *s, const batch_record *record)
{
    const uint64_t flags =
        (record->is_numbered ? FLAG_NUMBERED : 0) | (record->is_error ? FLAG_ERROR : 0);
    uint64_t numbers[NNUMBERS] = {htole64(record->number),
                                  htole64(record->name_hash),
                                  htole64(record->query_hash),
                                  htole64(record->bytes),
                                  htole64(record->hash),
                                  htole64(flags),
                                  0};
    const off_t place = place_of(s, record->number);

    numbers[6] = htole64(batch_state_hash(numbers, (NNUMBERS - 1) * sizeof *numbers));
    for (size_t done = 0; done < sizeof numbers;) {
        const ssize_t n =
            pwrite(s->fd, (char *)numbers + done, sizeof numbers - done, place + (off_t)done);

        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}
