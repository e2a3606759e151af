/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stop.h - may work that takes long be given up?  Whoever has it done says so when asked, which is
 * every few megabytes; the work then ends with QUIRE_ECANCELED. */
#ifndef QUIRE_BASE_STOP_H
#define QUIRE_BASE_STOP_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool (*is_wanted)(void *closure);
    void *closure;
} stop_wish;

/* False where there is nobody to ask, too. */
static inline bool
stop_is_wanted(const stop_wish *s)
{
    return s != NULL && s->is_wanted != NULL && s->is_wanted(s->closure);
}

#endif
