/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plain_json.cc - simdjson behind a C interface.
 *
 * simdjson finds where the parts of an object begin for many bytes at a time, and checks them as it
 * is asked for them.  So what was not asked for, the values that go to rest, nobody has checked;
 * and it takes lone halves of surrogate pairs, which must not become text.  It reports by codes and
 * throws nothing; what is left, the parser's own allocation, is caught.  Strings go to room of our
 * own: the parser would write to its own without looking whether it got any. */
#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

extern "C" {
#include "article/plain_json.h"
}

namespace od = simdjson::ondemand;

static_assert(PLAIN_JSON_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads further");

struct plain_json {
    od::parser parser;
    std::unique_ptr<std::uint8_t[]> strings; /* of the values that are asked for */
    std::size_t room{0};
};

/* What suits the processor is chosen when the library is loaded: simdjson would do it when it first
 * reads something, and ends the process where it gets no memory for that. */
[[maybe_unused]] static const bool is_chosen =
    !simdjson::get_active_implementation()->name().empty();

/* What one call works on. */
struct request {
    const od::parser &parser;
    std::uint8_t *strings; /* where the next one goes */
    const char *const *keys;
    plain_value *values;
    size_t nkeys;
    buffer *rest;
};

extern "C" plain_json *
plain_json_new(void)
{
    return new (std::nothrow) plain_json();
}

extern "C" void
plain_json_free(plain_json *p)
{
    delete p;
}

/* The written form of a string, from its first quote on: is there an escape that may be half of a
 * surrogate pair? */
static bool
may_have_surrogates(std::string_view written)
{
    const char *at = written.data();
    const char *end = at + written.size();

    while ((at = static_cast<const char *>(memchr(at, '\\', static_cast<size_t>(end - at))))) {
        if (end - at > 2 && at[1] == 'u' && (at[2] == 'd' || at[2] == 'D'))
            return true;
        at += 2;
        if (at >= end)
            break;
    }
    return false;
}

static bool
take_wanted(request &r, od::value value, bool may_be_number, plain_value *out)
{
    std::string_view written = value.raw_json_token();
    std::string_view string;
    od::raw_json_string raw;

    out->is_there = true;
    if (written[0] != '"') {
        bool is_null = false;

        if (value.is_null().get(is_null) == simdjson::SUCCESS && is_null)
            return true;
        out->is_number = may_be_number && value.get_int64().get(out->number) == simdjson::SUCCESS;
        return out->is_number;
    }
    if (may_have_surrogates(written) || value.get_raw_json_string().get(raw) != simdjson::SUCCESS ||
        r.parser.unescape(raw, r.strings).get(string) != simdjson::SUCCESS)
        return false;
    out->string = string.data();
    out->nbytes = string.size();
    return true;
}

/* A value as it is written.  simdjson passes over a string that a colon follows, to the end of the
 * object that it takes to have begun there; so what stands behind a single value, to which its
 * token reaches, is looked at. */
static bool
raw_value(od::value value, std::string_view *out)
{
    const std::string_view token = value.raw_json_token();
    const char behind = token.data()[token.size()];

    if (token[0] == '{') {
        od::object object;
        return value.get_object().get(object) == simdjson::SUCCESS &&
               object.raw_json().get(*out) == simdjson::SUCCESS;
    }
    if (token[0] == '[') {
        od::array array;
        return value.get_array().get(array) == simdjson::SUCCESS &&
               array.raw_json().get(*out) == simdjson::SUCCESS;
    }
    *out = token;
    return behind == ',' || behind == '}';
}

static bool
add_to_rest(buffer *rest, std::string_view key, std::string_view value)
{
    return buffer_add_string(rest, rest->size == 0 ? "{\"" : ",\"") &&
           buffer_add(rest, key.data(), key.size()) && buffer_add_string(rest, "\":") &&
           buffer_add(rest, value.data(), value.size());
}

static bool
read_field(request &r, od::field &field)
{
    /* A key with an escape might be one of those that are wanted; none has a quote in it. */
    const char *start = field.key().raw();
    const char *end = start;
    while (*end != '"' && *end != '\\')
        end++;
    if (*end == '\\')
        return false;

    const std::string_view key(start, static_cast<size_t>(end - start));
    for (size_t i = 0; i < r.nkeys; i++)
        if (key == r.keys[i])
            return !r.values[i].is_there && take_wanted(r, field.value(), i == 0, &r.values[i]);

    std::string_view value;
    return raw_value(field.value(), &value) && add_to_rest(r.rest, key, value);
}

static bool
read_object(od::document &document, request &r)
{
    od::object object;

    if (document.get_object().get(object) != simdjson::SUCCESS)
        return false;
    for (auto result : object) {
        od::field field;

        if (std::move(result).get(field) != simdjson::SUCCESS || !read_field(r, field))
            return false;
    }
    const char *behind;
    if (document.current_location().get(behind) != simdjson::OUT_OF_BOUNDS)
        return false;
    return r.rest->size == 0 || buffer_add_char(r.rest, '}');
}

/* Have room for the strings of so many bytes of JSON, which are not more. */
static bool
make_room(plain_json *p, std::size_t nbytes)
{
    const std::size_t wanted = nbytes + simdjson::SIMDJSON_PADDING;

    if (p->room >= wanted)
        return true;
    p->room = 0;
    p->strings.reset(new (std::nothrow) std::uint8_t[wanted + wanted / 2]);
    if (p->strings == nullptr)
        return false;
    p->room = wanted + wanted / 2;
    return true;
}

extern "C" bool
plain_json_read(plain_json *p, const char *line, size_t nbytes, const char *const *keys,
                plain_value *values, size_t nkeys, buffer *rest)
try {
    od::document document;

    buffer_clear(rest);
    memset(values, 0, nkeys * sizeof *values);
    if (!make_room(p, nbytes) ||
        p->parser.iterate(line, nbytes, nbytes + PLAIN_JSON_PADDING).get(document) !=
            simdjson::SUCCESS)
        return false;

    request r{p->parser, p->strings.get(), keys, values, nkeys, rest};
    return read_object(document, r);
} catch (...) {
    return false;
}
