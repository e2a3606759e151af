/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest_files.h - comparing the files of a generation with its manifest, byte for byte. */
#ifndef QUIRE_STORE_MANIFEST_FILES_H
#define QUIRE_STORE_MANIFEST_FILES_H

#include "base/stop.h"
#include "store/manifest.h"

/* What is wrong with a file, whose path is below the generation's directory. */
typedef void manifest_complaint(void *closure, const char *file, const char *what);

/* Read all files, and call complain (NULL: end with QUIRE_ECORRUPT) for each that is not as the
 * manifest says, or that it does not list; stop may be NULL.  QUIRE_ECANCELED, QUIRE_ENOMEM. */
quire_status manifest_check_files(const char *directory, const manifest *m, const stop_wish *stop,
                                  manifest_complaint *complain, void *closure, quire_error *err);

/* Read the files whose paths begin with start: QUIRE_ECORRUPT where one is not as the manifest
 * says. QUIRE_ENOMEM. */
quire_status manifest_check_below(const char *directory, const manifest *m, const char *start,
                                  quire_error *err);

#endif
