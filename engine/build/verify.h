/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - is a segment that was just written what it should be? */
#ifndef QUIRE_BUILD_VERIFY_H
#define QUIRE_BUILD_VERIFY_H

#include "base/stop.h"
#include "quire.h"
#include "store/manifest.h"

/* Look through the pages and dictionaries of a segment in directory, and compare its counts.
 * stop may be NULL.  QUIRE_EREFUSED (it is not sound), QUIRE_ECANCELED, QUIRE_ENOMEM. */
quire_status verify_segment(char *directory, const char *store, const manifest_segment *of,
                            const stop_wish *stop, quire_error *err);

#endif
