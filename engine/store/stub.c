/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stub.c - reading and replacing the stub of an index. */
#include "store/stub.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "store/survey.h"

#define STUB_MAX_BYTES 65536
#define STUB_VERSION 1
#define NEWEST "\n# newest "

static quire_status
fail_stub(const char *index_path, quire_error *err)
{
    return error_set(
        err, QUIRE_ECORRUPT,
        "%s/XAPIANDB: not a stub that quire-index wrote, or damaged; rebuild the index "
        "with quire-index",
        index_path);
}

/* Read "# quire 1 gen-00000042 0123456789abcdef". */
static quire_status
parse_stub(const char *index_path, const buffer *text, stub *out, quire_error *err)
{
    int version = 0;
    char name[SURVEY_NAME_BYTES];
    char hex[HASH_HEX_BYTES];
    char same[HASH_HEX_BYTES];

    if (text->size == 0 || sscanf(text->bytes, "# quire %9d ", &version) != 1)
        return fail_stub(index_path, err);
    if (version != STUB_VERSION)
        return error_set(err, QUIRE_EVERSION,
                         "%s: written by another version of Quire (index format %d, this one reads "
                         "%d); rebuild it with quire-index",
                         index_path, version, STUB_VERSION);
    if (sscanf(text->bytes, "# quire %*d %31s %16s", name, hex) != 2 ||
        !survey_read_name(name, "gen", &out->number))
        return fail_stub(index_path, err);
    out->hash = strtoull(hex, NULL, 16);
    hash_to_hex(out->hash, same);
    if (strcmp(same, hex) != 0)
        return fail_stub(index_path, err);
    out->newest = out->number;
    const char *newest = strstr(text->bytes, NEWEST);

    if (newest != NULL && (sscanf(newest + strlen(NEWEST), "%31s", name) != 1 ||
                           !survey_read_name(name, "gen", &out->newest)))
        return fail_stub(index_path, err);
    return QUIRE_OK;
}

quire_status
stub_fail_no_index(const char *index_path, const char *why, quire_error *err)
{
    return error_set(err, QUIRE_ENOINDEX, "%s: %s; quire-index -d %s SOURCE... makes one",
                     index_path, why, index_path);
}

quire_status
stub_read(int index_fd, const char *index_path, stub *out, quire_error *err)
{
    buffer text = {0};
    int reason = 0;
    quire_status status = file_read(index_fd, "XAPIANDB", STUB_MAX_BYTES, &text, &reason, err);

    if (status == QUIRE_EIO && reason == ENOENT)
        status = stub_fail_no_index(index_path, "there is no index here", err);
    else if (status == QUIRE_EIO)
        status = error_set(err, QUIRE_EIO, "%s/XAPIANDB: %s", index_path, strerror(reason));
    else if (status == QUIRE_EINPUT)
        status = fail_stub(index_path, err);
    if (status == QUIRE_OK)
        status = parse_stub(index_path, &text, out, err);
    buffer_free(&text);
    return status;
}

bool
stub_is_ours(int index_fd)
{
    buffer text = {0};
    const bool is =
        file_read(index_fd, "XAPIANDB", STUB_MAX_BYTES, &text, NULL, NULL) == QUIRE_OK &&
        text.size > 8 && memcmp(text.bytes, "# quire ", 8) == 0;

    buffer_free(&text);
    return is;
}

quire_status
stub_replace(int index_fd, const char *name, const manifest *m, uint64_t manifest_hash,
             uint32_t newest, quire_error *err)
{
    const char *kind = strcmp(m->store, "xapian") == 0 ? "passages" : "catalogue";
    buffer text = {0};
    char hex[HASH_HEX_BYTES];
    char newest_name[SURVEY_NAME_BYTES];
    quire_status status;
    bool ok;

    hash_to_hex(manifest_hash, hex);
    survey_name(newest_name, "gen", newest);
    ok = buffer_printf(&text, "# quire %d %s %s", STUB_VERSION, name, hex) &&
         (newest == 0 || buffer_printf(&text, NEWEST "%s", newest_name)) &&
         buffer_add_char(&text, '\n');
    for (size_t i = 0; ok && i < m->nsegments; i++)
        ok = buffer_printf(&text, "auto %s/%s/%s\n", name, m->segments[i].name, kind);
    if (ok && m->nsegments == 0)
        ok = buffer_printf(&text, "auto %s/seg-0/%s\n", name, kind);
    status = ok ? file_replace(index_fd, "XAPIANDB", text.bytes, text.size, err) : error_nomem(err);
    buffer_free(&text);
    return status;
}
