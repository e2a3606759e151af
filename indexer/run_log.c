/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_log.c - --log FILE: what runs did, a line an event.
 *
 *     2026-11-16T03:00:05Z quire-index[4711] end: status 0: published gen-00000042, ...
 *
 * Each run opens the file for itself and writes each line at the end in one go, so lines of two
 * runs do not mix, and the file may be renamed or cut short by logrotate(8) at any time: a run that
 * is at work goes on in the renamed one, the next begins another. */
#include "run_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plain.h"

bool
run_log_open(run_log *log, const char *path)
{
    *log = (run_log){.path = path, .fd = -1};
    if (path == NULL)
        return true;

    /* A FIFO that nobody reads would hold the run up for ever: it is refused, not waited for. */
    log->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
    if (log->fd >= 0 && fcntl(log->fd, F_SETFL, O_APPEND) == 0)
        return true;
    fprintf(stderr, "quire-index: --log %s: %s; nothing was done\n", path, strerror(errno));
    if (log->fd >= 0)
        close(log->fd);
    log->path = NULL;
    return false;
}

/* Text on one line, with nothing in it that acts. */
static void
put_escaped(FILE *line, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        const size_t nbytes = plain_character_bytes(at);

        if (*at == '\n')
            fputs("\\n", line);
        else if (*at == '\\')
            fputs("\\\\", line);
        else if (nbytes == 0 || *at < 0x20 || *at == 0x7f)
            fprintf(line, "\\x%02x", *at);
        else if (nbytes == 2 && at[0] == 0xc2 && at[1] < 0xa0) /* a control beyond ASCII */
            fprintf(line, "\\x%02x\\x%02x", at[0], at[1]);
        else
            fwrite(at, 1, nbytes, line);
        at += nbytes > 0 ? nbytes : 1;
    }
}

void
run_log_add(run_log *log, const char *event, const char *format, ...)
{
    const time_t seconds = time(NULL);
    char now[40] = "?";
    char *text = NULL;
    char *bytes = NULL;
    size_t nbytes = 0;
    struct tm utc;
    va_list arguments;
    FILE *line;
    int reason = ENOMEM;

    if (log->path == NULL)
        return;
    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &utc);
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    line = text != NULL ? open_memstream(&bytes, &nbytes) : NULL;
    if (line != NULL) {
        fprintf(line, "%s quire-index[%ld] %s: ", now, (long)getpid(), event);
        put_escaped(line, text);
        putc('\n', line);
        reason = fclose(line) == 0 ? plain_write(log->fd, bytes, nbytes) : ENOMEM;
    }
    if (log->reason == 0)
        log->reason = reason;
    free(bytes);
    free(text);
}

bool
run_log_close(run_log *log, const char *consequence)
{
    if (log->path == NULL)
        return true;
    if (close(log->fd) != 0 && log->reason == 0)
        log->reason = errno;
    if (log->reason != 0)
        fprintf(stderr, "quire-index: --log %s: %s%s\n", log->path, strerror(log->reason),
                consequence);
    log->path = NULL;
    return log->reason == 0;
}
