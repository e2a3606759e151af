/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.c - the table of field names, and dates as values. */
#include "query/fields.h"

#include <string.h>

#include "base/days.h"
#include "query/edits.h"

#define MAX_NAME_BYTES 16
#define MAX_DATE_BYTES 10

static const struct {
    const char *name;
    field_name means;
} names[] = {
    {"title", {NAME_TITLE, FIELD_SOURCE}},      {"stem", {NAME_STEM, FIELD_SOURCE}},
    {"source", {NAME_ATTRIBUTE, FIELD_SOURCE}}, {"author", {NAME_ATTRIBUTE, FIELD_AUTHOR}},
    {"url", {NAME_ATTRIBUTE, FIELD_URL}},       {"lang", {NAME_ATTRIBUTE, FIELD_LANGUAGE}},
    {"id", {NAME_ATTRIBUTE, FIELD_ID}},         {"date", {NAME_ATTRIBUTE, FIELD_DATE}},
};

#define NNAMES (sizeof names / sizeof names[0])

/* The name in small letters; false where it is too long or holds anything but letters. */
static bool
lower(const char *name, size_t nbytes, char out[MAX_NAME_BYTES + 1])
{
    if (nbytes == 0 || nbytes > MAX_NAME_BYTES)
        return false;
    for (size_t i = 0; i < nbytes; i++) {
        const char c = name[i];

        if (c >= 'A' && c <= 'Z')
            out[i] = (char)(c - 'A' + 'a');
        else if (c >= 'a' && c <= 'z')
            out[i] = c;
        else
            return false;
    }
    out[nbytes] = '\0';
    return true;
}

field_name
fields_find(const char *name, size_t nbytes)
{
    char wanted[MAX_NAME_BYTES + 1];

    for (size_t i = 0; lower(name, nbytes, wanted) && i < NNAMES; i++)
        if (strcmp(names[i].name, wanted) == 0)
            return names[i].means;
    return (field_name){NAME_NONE, FIELD_SOURCE};
}

const char *
fields_nearest(const char *name, size_t nbytes)
{
    char wanted[MAX_NAME_BYTES + 1];
    const char *nearest = NULL;
    unsigned least = 3;

    for (size_t i = 0; lower(name, nbytes, wanted) && i < NNAMES; i++) {
        const size_t length = strlen(names[i].name);
        const unsigned edits = edits_between(wanted, nbytes, names[i].name, length, 2);

        /* Two edits make anything of a name of two letters. */
        if (edits < least && edits < length - 1) {
            least = edits;
            nearest = names[i].name;
        }
    }
    return nearest;
}

const char *
fields_name(query_field field)
{
    for (size_t i = 0; i < NNAMES; i++)
        if (names[i].means.kind == NAME_ATTRIBUTE && names[i].means.field == field)
            return names[i].name;
    return "";
}

/* ---- Dates ---- */

/* The first and last day of a year, month or day. */
static bool
read_days(const char *value, size_t nbytes, int *first_out, int *last_out)
{
    char text[MAX_DATE_BYTES + 1];

    if (nbytes == 0 || nbytes > MAX_DATE_BYTES || memchr(value, '\0', nbytes) != NULL)
        return false;
    memcpy(text, value, nbytes);
    text[nbytes] = '\0';
    return days_parse_range(text, first_out, last_out);
}

/* FIRST..LAST, one of which may be missing; at is where the dots are. */
static bool
read_range(const char *value, size_t nbytes, size_t at, int *first_out, int *last_out)
{
    const size_t behind = at + strlen("..");
    int ignored = 0;

    if (nbytes == behind - at || (at > 0 && !read_days(value, at, first_out, &ignored)))
        return false;
    return behind == nbytes || read_days(value + behind, nbytes - behind, &ignored, last_out);
}

bool
fields_read_dates(const char *value, size_t nbytes, int *first_day_out, int *last_day_out)
{
    const char *dots = memmem(value, nbytes, "..", 2);
    int first = 0;
    int last = 0;

    *first_day_out = *last_day_out = 0;
    if (dots != NULL) {
        if (!read_range(value, nbytes, (size_t)(dots - value), first_day_out, last_day_out))
            return false;
        return *last_day_out == 0 || *first_day_out <= *last_day_out;
    }
    if (nbytes > 0 && (value[0] == '<' || value[0] == '>')) {
        const size_t sign_bytes = nbytes > 1 && value[1] == '=' ? 2 : 1;

        if (!read_days(value + sign_bytes, nbytes - sign_bytes, &first, &last))
            return false;
        if (value[0] == '<')
            *last_day_out = sign_bytes == 2 ? last : days_before(first);
        else
            *first_day_out = sign_bytes == 2 ? first : days_after(last);
        return true;
    }
    return read_days(value, nbytes, first_day_out, last_day_out);
}
