/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scratch.h - a group of tests is run in a directory of its own, which is empty at its beginning
 * and gone after its end. Give scratch_enter and scratch_leave to cmocka_run_group_tests, or call
 * them from set-up and tear-down of your own. Paths in such tests are relative. */
#ifndef QUIRE_TESTS_UNIT_SCRATCH_H
#define QUIRE_TESTS_UNIT_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

static char scratch_directory[4096];

/* Makes the directory below $TMPDIR, or /tmp, and goes into it. Not 0 where that fails. */
static inline int
scratch_enter(void **state)
{
    const char *parent = getenv("TMPDIR");

    (void)state;
    snprintf(scratch_directory, sizeof scratch_directory, "%s/quire-test-XXXXXX",
             parent != NULL && *parent != '\0' ? parent : "/tmp");
    return mkdtemp(scratch_directory) == NULL || chdir(scratch_directory) != 0;
}

/* Leaves it and removes it with all that it holds. Not 0 where that fails. */
static inline int
scratch_leave(void **state)
{
    (void)state;
    return chdir("/") != 0 || file_remove_tree(scratch_directory, NULL) != QUIRE_OK;
}

#endif
