/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey.c - looking through an index's directory. */
#include "store/survey.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "store/last_run.h"

void
survey_name(char name[SURVEY_NAME_BYTES], const char *kind, uint32_t number)
{
    snprintf(name, SURVEY_NAME_BYTES, "%s-%08" PRIu32, kind, number);
}

bool
survey_read_name(const char *name, const char *kind, uint32_t *number_out)
{
    const size_t kind_bytes = strlen(kind);
    char same[SURVEY_NAME_BYTES];
    char *end;

    if (strncmp(name, kind, kind_bytes) != 0 || name[kind_bytes] != '-')
        return false;
    const unsigned long long number = strtoull(name + kind_bytes + 1, &end, 10);
    if (*end != '\0' || number == 0 || number > UINT32_MAX)
        return false;
    survey_name(same, kind, (uint32_t)number);
    *number_out = (uint32_t)number;
    return strcmp(same, name) == 0;
}

void
survey_free(survey *s)
{
    free(s->live);
    free(s->waste);
}

static bool
add(survey *s, const char *name)
{
    uint32_t number;

    if (survey_read_name(name, "gen", &number)) {
        if (!ARRAY_GROW(s->live, s->nlive, &s->live_room))
            return false;
        s->live[s->nlive].number = number;
        survey_name(s->live[s->nlive++].name, "gen", number);
    } else if (survey_read_name(name, "new", &number) || survey_read_name(name, "dead", &number)) {
        if (!ARRAY_GROW(s->waste, s->nwaste, &s->waste_room))
            return false;
        s->waste[s->nwaste].number = number;
        survey_name(s->waste[s->nwaste++].name, name[0] == 'n' ? "new" : "dead", number);
    } else if (strcmp(name, "lock") == 0) {
        s->has_lock = true;
    } else if (strcmp(name, LAST_RUN_NAME) == 0 || strcmp(name, LAST_RUN_NAME ".new") == 0) {
        return true;
    } else if (strcmp(name, "XAPIANDB") == 0 || strcmp(name, "XAPIANDB.new") == 0) {
        s->has_stub = true;
    } else if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
        s->has_others = true;
    }
    return true;
}

static int
compare_entries(const void *a, const void *b)
{
    const uint32_t x = ((const survey_entry *)a)->number;
    const uint32_t y = ((const survey_entry *)b)->number;

    return (x > y) - (x < y);
}

quire_status
survey_take(int index_fd, const char *index_path, survey *s, quire_error *err)
{
    quire_status status = QUIRE_OK;
    int fd = openat(index_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *found;

    if (directory == NULL) {
        status = error_set(err, QUIRE_EIO, "%s: %s", index_path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return status;
    }
    errno = 0;
    while ((found = readdir(directory)) != NULL && add(s, found->d_name))
        errno = 0;
    if (found != NULL)
        status = error_nomem(err);
    else if (errno != 0)
        status = error_set(err, QUIRE_EIO, "%s: %s", index_path, strerror(errno));
    closedir(directory);
    if (s->nlive > 0)
        qsort(s->live, s->nlive, sizeof *s->live, compare_entries);
    return status;
}
