/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_forms.h - the surfaces of a stem, as its payload in the dictionary of stems has them (see
 * segment.h). */
#ifndef QUIRE_POSTINGS_SEGMENT_FORMS_H
#define QUIRE_POSTINGS_SEGMENT_FORMS_H

#include "postings/segment.h"

/* Where in a payload, and the form that was read last. */
typedef struct {
    const char *stem; /* not a copy */
    size_t stem_bytes;
    const uint8_t *at;
    const uint8_t *end;
    uint32_t nforms;
    char form[DICTIONARY_MAX_KEY];
    size_t form_bytes;
    uint64_t occurrences;
} segment_forms;

/* Begin at the number of surfaces of a payload; false where that is damaged. */
bool segment_forms_begin(segment_forms *f, const char *stem, size_t stem_bytes, const uint8_t *at,
                         const uint8_t *end);

/* Read the next of nforms; false where it is damaged. */
bool segment_forms_next(segment_forms *f);

/* Find a stem (key: the stem, or the acronym; segment.c does): c is at it, f begins with its forms,
 * both for as long as c is not moved; info_out->df == 0 where the segment does not have it. */
quire_status segment_forms_find(const segment *s, const char *key, size_t key_bytes,
                                dictionary_cursor *c, posting_info *info_out, segment_forms *f,
                                quire_error *err);

/* Is form a number with a sign of currency before it, a per cent sign behind it, or both? */
bool segment_forms_is_signed(const char *form, size_t nbytes);

/* Is it that form of this number? */
bool segment_forms_is_signed_of(const char *form, size_t form_bytes, const char *number,
                                size_t number_bytes);

#endif
