/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.c - messages are made where the failure happens, and made safe to print: they often hold
 * file names and bits of input. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

quire_status
error_set(quire_error *err, quire_status status, const char *format, ...)
{
    if (err == NULL)
        return status;

    int saved_errno = errno;
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    if (wanted < 0)
        err->message[0] = '\0';

    size_t length = 0;
    for (; err->message[length] != '\0'; length++) {
        unsigned char c = (unsigned char)err->message[length];
        if (c < 0x20 || c == 0x7f)
            err->message[length] = '?';
    }
    /* A message that was cut may end in half a character. */
    if (wanted >= (int)sizeof err->message)
        err->message[utf8_cut(err->message, length, length - 1)] = '\0';
    err->status = status;
    errno = saved_errno;
    return status;
}

quire_status
error_nomem(quire_error *err)
{
    return error_set(err, QUIRE_ENOMEM, "out of memory");
}
