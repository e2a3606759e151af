/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey.h - what lies in an index's directory, and what the generations in it are called. */
#ifndef QUIRE_STORE_SURVEY_H
#define QUIRE_STORE_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quire.h"

#define SURVEY_NAME_BYTES 32 /* room for "gen-" and a number */

typedef struct {
    char name[SURVEY_NAME_BYTES];
    uint32_t number;
} survey_entry;

typedef struct {
    survey_entry *live; /* gen-N, ascending */
    size_t nlive;
    size_t live_room;
    survey_entry *waste; /* new-N and dead-N */
    size_t nwaste;
    size_t waste_room;
    bool has_lock;
    bool has_stub;
    bool has_others;
} survey;

/* "KIND-00000042" */
void survey_name(char name[SURVEY_NAME_BYTES], const char *kind, uint32_t number);

/* The number of "KIND-00000042"; false for other names. */
bool survey_read_name(const char *name, const char *kind, uint32_t *number_out);

/* Look through a directory; s is empty before, and freed by survey_free whatever the status.
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status survey_take(int index_fd, const char *index_path, survey *s, quire_error *err);
void survey_free(survey *s);

#endif
