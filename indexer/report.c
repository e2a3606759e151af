/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - the closing report and --status: a name and a number a line, for people and for
 * scripts. */
#include "report.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

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

uint64_t
report_generation_bytes(const char *path, const char *generation)
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

/* Seconds since a time in ISO 8601, UTC; negative where it is none. */
static int64_t
seconds_since(const char *iso)
{
    struct tm utc = {0};

    if (strptime(iso, "%Y-%m-%dT%H:%M:%SZ", &utc) == NULL)
        return -1;
    return (int64_t)(time(NULL) - timegm(&utc));
}

static void
print_preview(const quire_build_preview *p, quire_status status, const quire_error *err)
{
    if (*p->last_run != '\0')
        print_text("last run", p->last_run);
    if (status != QUIRE_OK)
        print_text("an update", err->message);
    else if (p->nnew + p->nchanged + p->ngone == 0)
        printf("%-22s would find nothing new in %llu files\n", "an update",
               (unsigned long long)p->nfiles);
    else
        printf("%-22s would find %llu new, %llu changed and %llu gone of %llu files\n", "an update",
               (unsigned long long)p->nnew, (unsigned long long)p->nchanged,
               (unsigned long long)p->ngone, (unsigned long long)p->nfiles);
}

static void
print_status(const char *path, const quire_index_info *info)
{
    const int64_t age = seconds_since(info->built);

    print_text("index", path);
    print_text("generation", info->generation);
    print_text("built", info->built);
    if (age >= 0)
        printf("%-22s %lldd %02lld:%02lld:%02lld\n", "age", (long long)age / 86400,
               (long long)age / 3600 % 24, (long long)age / 60 % 60, (long long)age % 60);
    print_text("store", info->store);
    print_number("articles", info->narticles);
    print_number("passages", info->npassages);
    print_number("furniture passages", info->nfurniture_passages);
    print_number("words", info->nwords);
    print_number("bytes read", info->bytes);
    print_number("problems", info->nskipped);
    print_number("segments", info->nsegments);
    print_number("dead articles", info->ndead);
    if (info->nstems > 0)
        print_number("stems set by hand", info->nstems);
    print_number("bytes of index", report_generation_bytes(path, info->generation));
    for (size_t i = 0; i < info->nsources; i++)
        print_text("source", info->sources[i]);
}

/* ---- --status --format json ---- */

static void
put_string(const char *string)
{
    putchar('"');
    for (const char *at = string; *at != '\0'; at++) {
        const unsigned char c = (unsigned char)*at;

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void
put_text(const char *key, const char *string)
{
    printf(", \"%s\": ", key);
    put_string(string);
}

static void
put_number(const char *key, uint64_t number)
{
    printf(", \"%s\": %llu", key, (unsigned long long)number);
}

/* Names of sources are in UTF-8: the manifest holds nothing else. */
static void
put_status(const char *path, const quire_index_info *info, const quire_build_preview *p,
           quire_status status, const quire_error *err)
{
    const int64_t age = seconds_since(info->built);

    fputs("{\"v\": 1, \"index\": ", stdout);
    put_string(path);
    put_text("generation", info->generation);
    put_text("built", info->built);
    put_number("age_seconds", age >= 0 ? (uint64_t)age : 0);
    put_text("store", info->store);
    put_number("articles", info->narticles);
    put_number("passages", info->npassages);
    put_number("furniture_passages", info->nfurniture_passages);
    put_number("words", info->nwords);
    put_number("bytes_read", info->bytes);
    put_number("problems", info->nskipped);
    put_number("segments", info->nsegments);
    put_number("dead_articles", info->ndead);
    put_number("stems", info->nstems);
    put_number("index_bytes", report_generation_bytes(path, info->generation));
    fputs(", \"sources\": [", stdout);
    for (size_t i = 0; i < info->nsources; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        put_string(info->sources[i]);
    }
    putchar(']');
    put_text("last_run", p->last_run);
    fputs(", \"update\": ", stdout);
    if (status != QUIRE_OK) {
        fputs("{\"error\": ", stdout);
        put_string(err->message);
    } else {
        printf("{\"files\": %llu", (unsigned long long)p->nfiles);
        put_number("new", p->nnew);
        put_number("changed", p->nchanged);
        put_number("gone", p->ngone);
    }
    puts("}}");
}

void
report_status(const char *path, const quire_index_info *info, bool as_json)
{
    quire_build_preview preview = {0};
    quire_error err = {0};
    const quire_status status = quire_build_look(path, &preview, &err);

    if (as_json) {
        put_status(path, info, &preview, status, &err);
        return;
    }
    print_status(path, info);
    print_preview(&preview, status, &err);
}

/* ---- --verify ---- */

void
report_verify(const char *path, const quire_verify_report *report, bool is_quick)
{
    print_text("index", path);
    print_text("generation", report->generation);
    print_text("sound", is_quick ? "its files fit their checksums" : "all of it was read");
    print_number("files", report->nfiles);
    print_number("bytes", report->bytes);
    if (!is_quick) {
        print_number("articles", report->narticles);
        print_number("passages", report->npassages);
    }
    printf("%-22s %.1f\n", "seconds", report->seconds);
}
