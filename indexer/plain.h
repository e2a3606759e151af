/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plain.h - what the files that quire-index writes for others have in common. */
#ifndef QUIRE_INDEXER_PLAIN_H
#define QUIRE_INDEXER_PLAIN_H

#include <stddef.h>

/* How many bytes a well-formed character of UTF-8 takes at text, which ends in a NUL; 0 where there
 * is none. */
size_t plain_character_bytes(const unsigned char *text);

/* Write all of bytes, in one go where the system does.  0, or errno. */
int plain_write(int fd, const char *bytes, size_t nbytes);

#endif
