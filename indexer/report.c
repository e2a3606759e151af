/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - the closing report and --status: a name and a number a line, for people and for
 * scripts. */
#include "report.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void
print_text(const char *name, const char *text)
{
    printf("%-22s %s\n", name, text);
}

static void
print_number(const char *name, uint64_t value)
{
    printf("%-22s %llu\n", name, (unsigned long long)value);
}

void
report_build(const char *index, const quire_build_report *report, bool dry_run)
{
    print_text("index", index);
    print_text("generation", dry_run                       ? "none: a dry run"
                             : *report->generation == '\0' ? "none: nothing is new"
                                                           : report->generation);
    if (!dry_run)
        print_text("read", report->is_update ? "what is new or changed" : "everything");
    if (*report->generation != '\0') {
        print_number("added", report->nadded);
        print_number("changed", report->nchanged);
        print_number("removed", report->nremoved);
        print_number("written again", report->nmoved);
        print_number("segments", report->nsegments);
    }
    print_number("articles", report->narticles);
    print_number("articles without text", report->narticles_without_text);
    print_number("passages", report->npassages);
    print_number("furniture passages", report->nfurniture_passages);
    print_number("words", report->nwords);
    print_number("bytes read", report->bytes);
    print_number("skipped", report->nskipped);
    print_number("damaged", report->ndamaged);
    print_number("new problems", report->nnew_problems);
    if (*report->generation != '\0')
        print_number("bytes of index", report->index_bytes);
    printf("%-22s %.1f\n", "seconds", report->seconds);
}

/* ---- --status ---- */

static uint64_t tree_bytes; /* nftw gives its function no closure */

static int
add_bytes(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)path;
    (void)place;
    if (kind == FTW_F)
        tree_bytes += (uint64_t)st->st_size;
    return 0;
}

/* The size of a generation; 0 where it cannot be told. */
static uint64_t
generation_bytes(const char *path, const char *generation)
{
    char *directory;

    tree_bytes = 0;
    if (asprintf(&directory, "%s/%s", path, generation) < 0)
        return 0;
    if (nftw(directory, add_bytes, 16, FTW_PHYS) != 0)
        tree_bytes = 0;
    free(directory);
    return tree_bytes;
}

void
report_status(const char *path, const quire_index_info *info)
{
    print_text("index", path);
    print_text("generation", info->generation);
    print_text("built", info->built);
    print_text("store", info->store);
    print_number("articles", info->narticles);
    print_number("passages", info->npassages);
    print_number("furniture passages", info->nfurniture_passages);
    print_number("words", info->nwords);
    print_number("bytes read", info->bytes);
    print_number("problems", info->nskipped);
    if (info->nstems > 0)
        print_number("stems set by hand", info->nstems);
    print_number("bytes of index", generation_bytes(path, info->generation));
    for (size_t i = 0; i < info->nsources; i++)
        print_text("source", info->sources[i]);
}
