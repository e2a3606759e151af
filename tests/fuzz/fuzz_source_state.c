/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what is known of sources, under checksums that hold: records, each with its length
 * before (u16), in a text store.  What is read ends, and no string goes beyond its record. */
#include <string.h>
#include <zstd.h>

#include "build/known_lines.h"
#include "build/source_state.h"
#include "postings/little_endian.h"
#include "postings/text_store.h"

#include "fuzz.h"

#define MOST_EVENTS 10000

static memory_path path;

static void
write_records(const uint8_t *data, size_t size)
{
    text_writer *w = text_writer_create(path, "", 0);
    buffer packed = {0};

    require(w != NULL);
    for (size_t at = 0; at + 2 < size;) {
        size_t nbytes = (size_t)data[at] | (size_t)data[at + 1] << 8;

        at += 2;
        if (nbytes > size - at)
            nbytes = size - at;
        buffer_clear(&packed);
        require(buffer_reserve(&packed, ZSTD_compressBound(nbytes)));
        packed.size = ZSTD_compress(packed.bytes, ZSTD_compressBound(nbytes), data + at, nbytes, 1);
        require(!ZSTD_isError(packed.size) && text_writer_add(w, packed.bytes, packed.size));
        at += nbytes;
    }
    buffer_free(&packed);
    require(text_writer_finish(w, NULL) == QUIRE_OK);
}

static void
read_events(source_state *s, size_t file)
{
    source_events events = source_events_of(s, file);
    source_event e;
    known_lines k;
    bool more = true;

    for (int i = 0; i < MOST_EVENTS; i++) {
        if (source_events_next(&events, &e, &more, NULL) != QUIRE_OK || !more)
            break;
        if ((e.flags & SOURCE_EVENT_PROBLEM) != 0)
            require(strlen(e.where) + strlen(e.what) < 65536);
        else
            require(strlen(e.id) < 65536);
    }
    if (known_lines_read(s, file, &k, NULL) == QUIRE_OK) {
        (void)known_lines_find(&k, 0);
        known_lines_free(&k);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source_state *s = NULL;

    make_memory_file(path);
    write_records(data, size);
    if (source_state_open(path, &s, NULL) != QUIRE_OK)
        return 0;
    require(strlen(source_state_basis(s)) < 65536);
    for (size_t i = 0; i < source_state_nfiles(s); i++) {
        require(source_state_find(s, source_state_get(s, i)->name) <= i);
        read_events(s, i);
    }
    source_state_close(s);
    return 0;
}
