/* SPDX-License-Identifier: GPL-3.0-or-later */
/* safe_json.h - JSON read and written by jansson, also where memory ends. */
#ifndef QUIRE_BASE_SAFE_JSON_H
#define QUIRE_BASE_SAFE_JSON_H

#include <jansson.h>

/* As json_loadb, to be ended by json_decref.  Where memory ends *error (which may be NULL) has
 * json_error_out_of_memory, and nothing is left of what was read. */
json_t *safe_json_read(const char *bytes, size_t nbytes, size_t flags, json_error_t *error);

/* As json_dumps: to be freed; NULL where memory ends, or where value is NULL. */
char *safe_json_write(const json_t *value, size_t flags);

#endif
