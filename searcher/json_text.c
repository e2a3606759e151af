/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_text.c - a look at an article's other keys before they are printed among ours.
 *
 * The library hands them out as they were stored: one object, compact.  That is read and not taken
 * for granted, since whoever reads what is printed trusts that a line is JSON; but it is not made
 * anew, which would take memory and write numbers in another way.  Every function takes what it
 * reads off *at, and stops at the NUL behind the text as at any byte that is not wanted. */
#include "json_text.h"

#include <string.h>
#include <unistr.h>

#define MAX_DEPTH 2048

static bool take_value(const char **at, unsigned depth);

static bool
take(const char **at, const char *literal)
{
    const size_t nbytes = strlen(literal);

    if (strncmp(*at, literal, nbytes) != 0)
        return false;
    *at += nbytes;
    return true;
}

/* What follows a backslash. */
static bool
take_escape(const char **at)
{
    if (**at != '\0' && strchr("\"\\/bfnrt", **at) != NULL) {
        ++*at;
        return true;
    }
    if (**at != 'u' || strspn(*at + 1, "0123456789ABCDEFabcdef") < 4)
        return false;
    *at += 5;
    return true;
}

static bool
take_string(const char **at)
{
    if (!take(at, "\""))
        return false;
    while (!take(at, "\"")) {
        if ((unsigned char)**at < 0x20)
            return false;
        if (*(*at)++ == '\\' && !take_escape(at))
            return false;
    }
    return true;
}

static bool
take_digits(const char **at)
{
    const size_t ndigits = strspn(*at, "0123456789");

    *at += ndigits;
    return ndigits > 0;
}

static bool
take_number(const char **at)
{
    (void)take(at, "-");
    if (!take(at, "0") && !take_digits(at))
        return false;
    if (take(at, ".") && !take_digits(at))
        return false;
    if (!take(at, "e") && !take(at, "E"))
        return true;
    if (!take(at, "+"))
        (void)take(at, "-");
    return take_digits(at);
}

/* Members or elements, up to and with the end. */
static bool
take_rest(const char **at, const char *end, bool has_keys, unsigned depth)
{
    if (depth > MAX_DEPTH)
        return false;
    if (take(at, end))
        return true;
    do {
        if (has_keys && (!take_string(at) || !take(at, ":")))
            return false;
        if (!take_value(at, depth))
            return false;
    } while (take(at, ","));
    return take(at, end);
}

/* depth: how many objects and arrays it stands in. */
static bool
take_value(const char **at, unsigned depth)
{
    if (**at == '"')
        return take_string(at);
    if (take(at, "{"))
        return take_rest(at, "}", true, depth + 1);
    if (take(at, "["))
        return take_rest(at, "]", false, depth + 1);
    return take(at, "true") || take(at, "false") || take(at, "null") || take_number(at);
}

bool
json_text_is_object(const char *text)
{
    const char *at = text;

    return *text == '{' && take_value(&at, 0) && *at == '\0' &&
           u8_check((const uint8_t *)text, strlen(text)) == NULL;
}
