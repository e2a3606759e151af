/* SPDX-License-Identifier: GPL-3.0-or-later */
/* full_disk.c - a library to load before others: every disk has one megabyte left. */
#include <string.h>
#include <sys/statvfs.h>

int
statvfs(const char *restrict path, struct statvfs *restrict st)
{
    (void)path;
    memset(st, 0, sizeof *st);
    st->f_frsize = 1000;
    st->f_bsize = 1000;
    st->f_blocks = 1000000;
    st->f_bavail = 1000;
    return 0;
}
