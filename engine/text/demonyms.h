/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demonyms.h - places and their people: Israel and Israeli, Russia and Russian.  Each finds the
 * other, at a lower weight than itself. */
#ifndef QUIRE_TEXT_DEMONYMS_H
#define QUIRE_TEXT_DEMONYMS_H

#include <stddef.h>

#define DEMONYMS_MAX 2 /* stems that are akin to one */

/* The stems that are akin to a stem, as stem.h makes them; returns how many. */
size_t demonyms_of(const char *stem, size_t nbytes, const char *akin[DEMONYMS_MAX]);

#endif
