/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_read.h - JSON read by jansson, also where memory ends. */
#ifndef QUIRE_BASE_JSON_READ_H
#define QUIRE_BASE_JSON_READ_H

#include <jansson.h>

/* As json_loadb, to be ended by json_decref.  Where memory ends *error (which may be NULL) has
 * json_error_out_of_memory, and nothing is left of what was read. */
json_t *json_read(const char *bytes, size_t nbytes, size_t flags, json_error_t *error);

#endif
