/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment_forms.c - reading the surfaces of a stem. */
#include "postings/segment_forms.h"

#include <string.h>

#include "base/utf8.h"
#include "text/characters.h"

/* Take a number of at most limit; false where it is damaged. */
static bool
take_number(segment_forms *f, uint64_t limit, uint64_t *out)
{
    f->at = varint_read(f->at, f->end, out);
    return f->at != NULL && *out <= limit;
}

bool
segment_forms_begin(segment_forms *f, const char *stem, size_t stem_bytes, const uint8_t *at,
                    const uint8_t *end)
{
    uint64_t nforms = 0;

    f->stem = stem;
    f->stem_bytes = stem_bytes;
    f->at = at;
    f->end = end;
    f->form_bytes = 0;
    f->occurrences = 0;
    if (!take_number(f, UINT32_MAX, &nforms) || nforms == 0 || nforms > (size_t)(end - f->at))
        return false;
    f->nforms = (uint32_t)nforms;
    return true;
}

bool
segment_forms_next(segment_forms *f)
{
    uint64_t shared = 0;
    uint64_t own = 0;

    if (!take_number(f, f->stem_bytes, &shared) ||
        !take_number(f, DICTIONARY_MAX_KEY - shared, &own) || own > (size_t)(f->end - f->at))
        return false;
    memcpy(f->form, f->stem, (size_t)shared);
    memcpy(f->form + shared, f->at, (size_t)own);
    f->at += own;
    f->form_bytes = (size_t)(shared + own);
    return take_number(f, UINT64_MAX, &f->occurrences);
}

/* The bytes of the sign of currency that a form begins with, or 0. */
static size_t
currency_bytes(const char *form, size_t nbytes)
{
    unsigned length = 0;
    uint32_t sign = 0;
    char plain;

    if (nbytes == 0)
        return 0;
    if ((unsigned char)form[0] < 0x80)
        return form[0] == '$';
    if (utf8_valid_prefix(form, nbytes) != nbytes)
        return 0;
    sign = utf8_decode(form, nbytes, &length);
    return characters_kind(sign, &plain) == CHARACTER_CURRENCY ? length : 0;
}

bool
segment_forms_is_signed(const char *form, size_t nbytes)
{
    return nbytes > 1 && (form[nbytes - 1] == '%' || currency_bytes(form, nbytes) > 0);
}

bool
segment_forms_is_signed_of(const char *form, size_t form_bytes, const char *number,
                           size_t number_bytes)
{
    size_t before = 0;

    if (form_bytes <= number_bytes)
        return false;
    if (form[form_bytes - 1] == '%')
        form_bytes--;
    if (form_bytes > number_bytes)
        before = currency_bytes(form, form_bytes);
    return form_bytes - before == number_bytes && memcmp(form + before, number, number_bytes) == 0;
}
