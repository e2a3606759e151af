/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the groups of copies and as sketches, under checksums that hold: what is found names
 * articles that there are, and lies within the bytes. */

#include "store/copies_file.h"
#include "store/sketch_file.h"

#include "fuzz.h"

#define NARTICLES 9

static memory_path path;

static void
load_groups(const copies_file *f)
{
    grouping g;

    if (copies_file_load(f, &g, NULL) != QUIRE_OK)
        return;
    for (size_t i = 0; i < g.nmembers; i++)
        require(g.members[i] > 0 && g.members[i] <= NARTICLES && g.sets[i] <= i);
    grouping_free(&g);
}

static void
read_groups(void)
{
    copies_file f;

    if (copies_file_open(path, NARTICLES, &f, NULL) != QUIRE_OK)
        return;
    load_groups(&f);
    for (uint32_t i = 0; i < NARTICLES + 2; i++) {
        bool is_found = false;
        uint32_t number;
        uint32_t member;
        copy_group g;

        if (copies_file_find(&f, i, &is_found, &number, &g, NULL) != QUIRE_OK || !is_found)
            continue;
        require(g.nmembers > 0 && g.earliest <= NARTICLES && g.longest > 0 &&
                g.longest <= NARTICLES);
        for (uint32_t j = 0; j < g.nmembers; j++)
            if (copies_file_member(&f, &g, j, &member, NULL) == QUIRE_OK)
                require(member > 0 && member <= NARTICLES);
    }
    copies_file_close(&f);
}

static void
read_sketches(void)
{
    sketch_file f;

    if (sketch_file_open(path, &f, NULL) != QUIRE_OK)
        return;
    for (uint32_t i = 0; i < f.narticles && i < 200; i++) {
        sketch s;

        if (sketch_file_get(&f, i + 1, &s, NULL) != QUIRE_OK)
            continue;
        require(s.nhashes <= SKETCH_ROOM && s.title >> SKETCH_TITLE_BITS == 0);
        for (uint32_t j = 0; j < s.nhashes; j++)
            require(s.hashes[j] >> SKETCH_BITS == 0 && (j == 0 || s.hashes[j - 1] < s.hashes[j]));
    }
    sketch_file_close(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    write_checked(path, CHECKED_COPIES, data, size);
    read_groups();
    write_checked(path, CHECKED_SKETCHES, data, size);
    read_sketches();
    return 0;
}
