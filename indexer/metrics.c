/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metrics.c - --metrics FILE: how the last run went and what is live, in the text format of
 * Prometheus, for the collector "textfile" of its node exporter.
 *
 * The file is written beside its place, as FILE.new, and renamed, so whoever reads it has a whole
 * one.  It is not synced: after a power cut the next run makes it anew.  A run says only how it
 * went itself; when a run last succeeded is taken over from the file that is there, as far as it
 * says. */
#include "metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "plain.h"
#include "report.h"

#define MOST_BYTES 65536 /* of a file that is ours */

/* A file that is being written. */
typedef struct {
    const char *path;
    char *new_path;
    char *label; /* {index="..."}: whoever has several indexes has several files */
    FILE *text;
    char *bytes;
    size_t nbytes;
} metrics;

/* ---- The file ---- */

static bool
complain(const char *path, int reason, const char *consequence)
{
    fprintf(stderr, "quire-index: --metrics %s: %s%s\n", path, strerror(reason), consequence);
    return false;
}

static bool
is_in_place(const char *path, int fd)
{
    struct stat by_name;
    struct stat by_fd;

    return lstat(path, &by_name) == 0 && fstat(fd, &by_fd) == 0 && by_name.st_dev == by_fd.st_dev &&
           by_name.st_ino == by_fd.st_ino;
}

/* Open path, for this process alone: another run, refused since this one is at work, may be about
 * to write its own.  Negative: errno says why not. */
static int
open_alone(const char *path)
{
    for (;;) {
        const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);

        if (fd < 0)
            return -1;
        while (flock(fd, LOCK_EX) != 0 && errno == EINTR)
            continue;
        if (is_in_place(path, fd))
            return fd;
        close(fd); /* the other one has renamed it */
    }
}

/* Put bytes where the collector reads them, which is another user than ours most often, whatever
 * the umask.  0, or errno. */
static int
replace_file(const char *path, const char *new_path, const char *bytes, size_t nbytes)
{
    const int fd = open_alone(new_path);
    int reason = 0;

    if (fd < 0)
        return errno;
    if (ftruncate(fd, 0) != 0 || fchmod(fd, 0644) != 0)
        reason = errno;
    if (reason == 0)
        reason = plain_write(fd, bytes, nbytes);
    if (reason == 0 && rename(new_path, path) != 0)
        reason = errno;
    if (reason != 0)
        unlink(new_path);
    close(fd);
    return reason;
}

bool
metrics_can_write(const char *path)
{
    static const char consequence[] = "; nothing was done";
    struct stat is;
    char *new_path;
    int fd;
    int reason = 0;

    if (stat(path, &is) == 0 && !S_ISREG(is.st_mode))
        return complain(path, S_ISDIR(is.st_mode) ? EISDIR : EINVAL, consequence);
    if (asprintf(&new_path, "%s.new", path) < 0)
        return complain(path, ENOMEM, consequence);
    fd = open_alone(new_path);
    if (fd < 0) {
        reason = errno;
    } else {
        unlink(new_path);
        close(fd);
    }
    free(new_path);
    return reason == 0 || complain(path, reason, consequence);
}

/* ---- What stands in it ---- */

/* A label's value. */
static void
put_value(FILE *out, const char *value)
{
    for (const unsigned char *at = (const unsigned char *)value; *at != '\0';) {
        const size_t nbytes = plain_character_bytes(at);

        if (*at == '\n')
            fputs("\\n", out);
        else if (*at == '\\' || *at == '"')
            fprintf(out, "\\%c", *at);
        else if (nbytes == 0)
            fputs("\xef\xbf\xbd", out); /* U+FFFD: the format is in UTF-8 */
        else
            fwrite(at, 1, nbytes, out);
        at += nbytes > 0 ? nbytes : 1;
    }
}

/* The label that all numbers have: the index by its real path. */
static char *
make_label(const char *index)
{
    char *real = realpath(index, NULL);
    char *label = NULL;
    size_t nbytes = 0;
    FILE *out = open_memstream(&label, &nbytes);

    if (out != NULL) {
        fputs("{index=\"", out);
        put_value(out, real != NULL ? real : index);
        fputs("\"}", out);
        if (fclose(out) != 0) {
            free(label);
            label = NULL;
        }
    }
    free(real);
    return label;
}

/* The value that the file in place has for a name of this index; 0 where it has none. */
static uint64_t
read_before(const metrics *m, const char *name)
{
    FILE *file = fopen(m->path, "re");
    char *line = NULL;
    size_t room = 0;
    uint64_t value = 0;
    size_t nread = 0;
    const size_t name_bytes = strlen(name);
    const size_t label_bytes = strlen(m->label);

    while (file != NULL && nread < MOST_BYTES && getline(&line, &room, file) > 0) {
        nread += strlen(line);
        if (strncmp(line, name, name_bytes) == 0 &&
            strncmp(line + name_bytes, m->label, label_bytes) == 0)
            value = strtoull(line + name_bytes + label_bytes, NULL, 10);
    }
    if (file != NULL)
        fclose(file);
    free(line);
    return value;
}

static void
put_head(metrics *m, const char *name, const char *help)
{
    fprintf(m->text, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void
put_number(metrics *m, const char *name, const char *help, uint64_t value)
{
    put_head(m, name, help);
    fprintf(m->text, "%s%s %" PRIu64 "\n", name, m->label, value);
}

static void
put_seconds(metrics *m, const char *name, const char *help, double seconds)
{
    put_head(m, name, help);
    fprintf(m->text, "%s%s %.3f\n", name, m->label, seconds);
}

/* A time that is told only where it is known. */
static void
put_time(metrics *m, const char *name, const char *help, uint64_t seconds)
{
    if (seconds > 0)
        put_number(m, name, help, seconds);
}

static uint64_t
now_seconds(void)
{
    const time_t now = time(NULL);

    return now > 0 ? (uint64_t)now : 0;
}

/* "gen-00000042" is 42. */
static uint64_t
generation_number(const char *name)
{
    const char *digits = strrchr(name, '-');

    return digits != NULL ? strtoull(digits + 1, NULL, 10) : 0;
}

/* Seconds since 1970 of a time in ISO 8601, UTC; 0 where it is none. */
static uint64_t
seconds_of(const char *iso)
{
    struct tm utc = {0};
    const time_t seconds =
        strptime(iso, "%Y-%m-%dT%H:%M:%SZ", &utc) != NULL ? timegm(&utc) : (time_t)-1;

    return seconds > 0 ? (uint64_t)seconds : 0;
}

/* What searches find now, whatever became of the run; *built_out is 0 where there is none. */
static void
put_live(metrics *m, const char *path, uint64_t *built_out)
{
    quire_index *index = NULL;
    const quire_index_info *info;
    const quire_status status = quire_index_open(path, &index, NULL);

    *built_out = 0;
    put_number(m, "quire_index_readable", "Whether there is an index that can be opened.",
               status == QUIRE_OK);
    if (status != QUIRE_OK)
        return;
    info = quire_index_describe(index);
    *built_out = seconds_of(info->built);
    put_number(m, "quire_index_generation", "Number of the live generation.",
               generation_number(info->generation));
    put_time(m, "quire_index_built_timestamp_seconds", "When the live generation was built.",
             *built_out);
    put_number(m, "quire_index_articles", "Articles of the live generation.", info->narticles);
    put_number(m, "quire_index_passages", "Passages of the live generation.", info->npassages);
    put_number(m, "quire_index_words", "Words of the passages.", info->nwords);
    put_number(m, "quire_index_problems", "Inputs skipped or damaged in the live generation.",
               info->nskipped);
    put_number(m, "quire_index_segments", "Segments that the live generation consists of.",
               info->nsegments);
    put_number(m, "quire_index_dead_articles", "Articles that are gone, but still in a segment.",
               info->ndead);
    put_number(m, "quire_index_size_bytes", "Bytes on disk of the live generation.",
               report_generation_bytes(path, info->generation));
    quire_index_close(index);
}

static void
put_run(metrics *m, int exit_status, const quire_build_report *report)
{
    const bool is_published = *report->generation != '\0';

    put_head(m, "quire_info", "Version of quire-index.");
    fprintf(m->text, "quire_info%.*s,version=\"%s\"} 1\n", (int)strlen(m->label) - 1, m->label,
            quire_version());
    put_number(m, "quire_run_exit_status", "Exit status of the last run, as in quire-index(1).",
               (uint64_t)exit_status);
    put_number(m, "quire_run_timestamp_seconds", "When the last run ended.", now_seconds());
    put_seconds(m, "quire_run_duration_seconds", "How long the last run took.", report->seconds);
    put_number(m, "quire_run_published", "Whether the last run published a generation.",
               is_published);
    put_number(m, "quire_run_read_bytes", "Bytes of text that the last run had to do with.",
               report->bytes);
    put_number(m, "quire_run_articles_added", "Articles new in the last run.",
               is_published ? report->nadded : 0);
    put_number(m, "quire_run_articles_changed", "Articles changed in the last run.",
               is_published ? report->nchanged : 0);
    put_number(m, "quire_run_articles_removed", "Articles gone in the last run.",
               is_published ? report->nremoved : 0);
    put_number(m, "quire_run_skipped", "Inputs that the last run left out.", report->nskipped);
    put_number(m, "quire_run_damaged", "Inputs that the last run used in part or repaired.",
               report->ndamaged);
    put_number(m, "quire_run_new_problems", "Inputs newly skipped or damaged in the last run.",
               report->nnew_problems);
}

/* ---- The whole ---- */

static bool
begin(metrics *m, const char *path, const char *index)
{
    *m = (metrics){.path = path, .label = make_label(index)};
    if (asprintf(&m->new_path, "%s.new", path) < 0)
        m->new_path = NULL;
    m->text = open_memstream(&m->bytes, &m->nbytes);
    return m->label != NULL && m->new_path != NULL && m->text != NULL;
}

static bool
end(metrics *m, bool is_begun, const char *consequence)
{
    int reason = is_begun ? 0 : ENOMEM;

    if (m->text != NULL && fclose(m->text) != 0)
        reason = ENOMEM;
    if (reason == 0)
        reason = replace_file(m->path, m->new_path, m->bytes, m->nbytes);
    free(m->bytes);
    free(m->label);
    free(m->new_path);
    return reason == 0 || complain(m->path, reason, consequence);
}

bool
metrics_write_build(const char *path, const char *index, int exit_status,
                    const quire_build_report *report, const char *consequence)
{
    static const char success[] = "quire_run_success_timestamp_seconds";
    metrics m;
    uint64_t built;
    uint64_t succeeded;
    const bool is_begun = begin(&m, path, index);

    if (is_begun) {
        put_run(&m, exit_status, report);
        put_live(&m, index, &built);

        /* What is live was made by a run that succeeded, so much is known without another file. */
        succeeded = exit_status <= 1 ? now_seconds() : read_before(&m, success);
        put_time(&m, success, "When a run last left the index up to date.",
                 succeeded > built ? succeeded : built);
    }
    return end(&m, is_begun, consequence);
}

bool
metrics_write_verify(const char *path, const char *index, int exit_status,
                     const quire_verify_report *report, const char *consequence)
{
    static const char success[] = "quire_verify_success_timestamp_seconds";
    metrics m;
    const bool is_begun = begin(&m, path, index);

    if (is_begun) {
        put_number(&m, "quire_verify_exit_status", "Exit status of the last --verify.",
                   (uint64_t)exit_status);
        put_number(&m, "quire_verify_timestamp_seconds", "When the last --verify ended.",
                   now_seconds());
        put_seconds(&m, "quire_verify_duration_seconds", "How long the last --verify took.",
                    report->seconds);
        put_number(&m, "quire_verify_faults", "Faults that the last --verify found.",
                   report->nfaults);
        put_time(&m, success, "When --verify last found the index sound.",
                 exit_status == 0 ? now_seconds() : read_before(&m, success));
    }
    return end(&m, is_begun, consequence);
}
