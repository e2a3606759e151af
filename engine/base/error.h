/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h - filling in the caller's quire_error. */
#ifndef QUIRE_BASE_ERROR_H
#define QUIRE_BASE_ERROR_H

#include "quire.h"

/* Set err (NULL is fine) to status and a message in the manner of printf, and return status.
 * errno survives, so "%s", strerror(errno) may stand among the arguments.  Control characters that
 * come in through the arguments become '?': a message is one line that a terminal can show. */
quire_status error_set(quire_error *err, quire_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for "out of memory". */
quire_status error_nomem(quire_error *err);

#endif
