/* SPDX-License-Identifier: GPL-3.0-or-later */
/* last_run.c - a line for whoever asks how the last run went.  It is renamed into place, so that it
 * is whole, but not synced: after a power cut nobody needs it. */
#include "store/last_run.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"

void
last_run_write(const char *index_path, const char *words)
{
    char line[LAST_RUN_MAX_BYTES];
    char now[40] = "";
    struct tm utc;
    const time_t seconds = time(NULL);
    const int index_fd = open(index_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd;

    if (index_fd < 0)
        return;
    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &utc);
    snprintf(line, sizeof line, "%s %.900s\n", now, words);
    fd = openat(index_fd, LAST_RUN_NAME ".new",
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd >= 0) {
        const bool is_written = file_write(fd, LAST_RUN_NAME, line, strlen(line), NULL) == QUIRE_OK;

        if (close(fd) != 0 || !is_written ||
            renameat(index_fd, LAST_RUN_NAME ".new", index_fd, LAST_RUN_NAME) != 0)
            unlinkat(index_fd, LAST_RUN_NAME ".new", 0);
    }
    close(index_fd);
}

void
last_run_read(const char *index_path, char line_out[LAST_RUN_MAX_BYTES])
{
    buffer text = {0};
    const int index_fd = open(index_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    *line_out = '\0';
    if (index_fd < 0)
        return;
    if (file_read(index_fd, LAST_RUN_NAME, LAST_RUN_MAX_BYTES - 1, &text, NULL, NULL) == QUIRE_OK &&
        text.size > 0) {
        memcpy(line_out, text.bytes, text.size);
        line_out[text.size] = '\0';
        line_out[strcspn(line_out, "\n")] = '\0';
    }
    buffer_free(&text);
    close(index_fd);
}
