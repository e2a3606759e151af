/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plain.c - what the files that quire-index writes for others, its log and its metrics, have in
 * common: bytes that are well-formed, and that get out. */
#include "plain.h"

#include <errno.h>
#include <unistd.h>

size_t
plain_character_bytes(const unsigned char *text)
{
    const unsigned char c = *text;
    const size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : 4;
    const unsigned char least = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    const unsigned char most = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;

    if (n == 1)
        return 1;
    if (c < 0xc2 || c > 0xf4 || text[1] < least || text[1] > most)
        return 0;
    for (size_t i = 2; i < n; i++)
        if (text[i] < 0x80 || text[i] > 0xbf)
            return 0;
    return n;
}

int
plain_write(int fd, const char *bytes, size_t nbytes)
{
    while (nbytes > 0) {
        const ssize_t n = write(fd, bytes, nbytes);

        if (n == 0)
            return EIO;
        if (n < 0 && errno != EINTR)
            return errno;
        bytes += n > 0 ? n : 0;
        nbytes -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}
