/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_source_state.c - what a generation knows of its sources comes back as it went, and what an
 * update makes of it: known lines, files that are the same, segments to merge. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <zstd.h>

#include "base/file.h"
#include "base/hash.h"
#include "build/known_lines.h"
#include "build/segment_plan.h"
#include "build/source_state.h"
#include "build/update.h"
#include "postings/text_store.h"

#include "scratch.h"

#define NFILES 5
#define NEVENTS 3000 /* of a file: more than a record holds */

static source_state_file
file_of(unsigned i, char name[32])
{
    snprintf(name, 32, "src/%u.jsonl", i);
    return (source_state_file){.name = name,
                               .id = name + 4,
                               .source = i / 2,
                               .is_regular = i != 3,
                               .has_hash = i != 2,
                               .bytes = 1000000007u * i,
                               .modified_ns = i == 1 ? -5 : INT64_MAX / (i + 1),
                               .changed_ns = 1700000000000000000 + i,
                               .inode = 77 + i,
                               .hash = hash_bytes(name, strlen(name)),
                               .file_bytes = i,
                               .text_bytes = 10 * i};
}

static source_event
event_of(unsigned file, unsigned i, char id[32])
{
    source_event e = {.flags = i % 7 == 0 ? SOURCE_EVENT_PROBLEM : 0};

    snprintf(id, 32, "%u-%u", file, i);
    if (e.flags != 0) {
        e.flags |= i % 2 == 0 ? SOURCE_EVENT_SKIPPED : 0;
        e.where = id;
        e.what = "oops";
        return e;
    }
    e.id = id;
    e.line = i % 5 == 0 ? 0 : (uint64_t)i * i;
    e.flags |= i % 3 != 0 ? SOURCE_EVENT_PLACED : 0;
    e.flags |= i % 4 != 0 ? SOURCE_EVENT_PLAIN : 0;
    if ((e.flags & SOURCE_EVENT_PLACED) != 0) {
        e.segment = i % 3;
        e.number = i + 1;
    }
    if ((e.flags & SOURCE_EVENT_PLAIN) != 0)
        e.hash = hash_bytes(id, strlen(id));
    return e;
}

/* File 4 has no events. */
static unsigned
nevents_of(unsigned file)
{
    return file == 4 ? 0 : NEVENTS;
}

#define NOT_CHANGED NFILES
#define MOST_BYTES ((size_t)1 << 24)

/* With an event of a file changed; old may be NULL. */
static void
write_state_to(const char *path, source_state *old, unsigned changed)
{
    source_state_writer *w = source_state_writer_new(path, "these words");

    assert_non_null(w);
    source_state_writer_reuse(w, old);
    for (unsigned i = 0; i < NFILES; i++) {
        char name[32];
        const source_state_file f = file_of(i, name);

        assert_int_equal(source_state_writer_file(w, &f, NULL), QUIRE_OK);
        for (unsigned k = 0; k < nevents_of(i); k++) {
            char id[32];
            source_event e = event_of(i, k, id);

            e.line += i == changed && k == NEVENTS / 2;
            assert_int_equal(source_state_writer_event(w, &e, NULL), QUIRE_OK);
        }
    }
    assert_int_equal(source_state_writer_finish(w, NULL), QUIRE_OK);
}

static void
write_state(void)
{
    write_state_to("sources", NULL, NOT_CHANGED);
}

static source_state *
open_state(void)
{
    source_state *s = NULL;
    quire_error err = {0};

    if (source_state_open("sources", &s, &err) != QUIRE_OK)
        fail_msg("%s", err.message);
    return s;
}

static void
check_events(source_state *s, unsigned file)
{
    source_events events = source_events_of(s, file);
    source_event got;
    bool more = true;
    unsigned n = 0;

    for (;; n++) {
        char id[32];
        const source_event e = event_of(file, n, id);

        assert_int_equal(source_events_next(&events, &got, &more, NULL), QUIRE_OK);
        if (!more)
            break;
        assert_int_equal(got.flags, e.flags);
        assert_true(got.line == e.line && got.hash == e.hash);
        assert_true(got.segment == e.segment && got.number == e.number);
        if ((e.flags & SOURCE_EVENT_PROBLEM) == 0) {
            assert_string_equal(got.id, e.id);
        } else {
            assert_string_equal(got.where, e.where);
            assert_string_equal(got.what, e.what);
        }
    }
    assert_int_equal(n, nevents_of(file));
}

static void
what_is_known_comes_back(void **state)
{
    source_state *s;

    (void)state;
    write_state();
    s = open_state();
    assert_string_equal(source_state_basis(s), "these words");
    assert_int_equal(source_state_nfiles(s), NFILES);
    for (unsigned i = NFILES; i-- > 0;) { /* in any order */
        char name[32];
        const source_state_file f = file_of(i, name);
        const source_state_file *got = source_state_get(s, i);

        assert_string_equal(got->name, f.name);
        assert_string_equal(got->id, f.id);
        assert_int_equal(got->source, f.source);
        assert_true(got->is_regular == f.is_regular && got->has_hash == f.has_hash);
        assert_true(got->bytes == f.bytes && got->modified_ns == f.modified_ns);
        assert_true(got->changed_ns == f.changed_ns && got->inode == f.inode);
        assert_true(got->hash == f.hash && got->file_bytes == f.file_bytes);
        assert_true(got->text_bytes == f.text_bytes && got->nevents == nevents_of(i));
        assert_int_equal(source_state_find(s, name), i);
        check_events(s, i);
    }
    assert_true(source_state_find(s, "src/5.jsonl") == SIZE_MAX);
    source_state_close(s);
}

static void
assert_same_bytes(const char *a, const char *b)
{
    buffer x = {0};
    buffer y = {0};

    assert_int_equal(file_read(AT_FDCWD, a, MOST_BYTES, &x, NULL, NULL), QUIRE_OK);
    assert_int_equal(file_read(AT_FDCWD, b, MOST_BYTES, &y, NULL, NULL), QUIRE_OK);
    assert_int_equal(x.size, y.size);
    assert_memory_equal(x.bytes, y.bytes, x.size);
    buffer_free(&x);
    buffer_free(&y);
}

static void
records_taken_from_another_state_are_as_those_packed_anew(void **state)
{
    source_state *s;

    (void)state;
    write_state();
    s = open_state();
    for (unsigned changed = 0; changed <= NOT_CHANGED; changed++) {
        write_state_to("anew", NULL, changed);
        write_state_to("taken", s, changed);
        assert_same_bytes("anew", "taken");
    }
    source_state_close(s);
}

static source_span
span_of(source_state *s, unsigned file)
{
    source_events events = source_events_of(s, file);
    source_event event;
    bool more = true;

    while (more)
        assert_int_equal(source_events_next(&events, &event, &more, NULL), QUIRE_OK);
    return source_events_span(&events, file);
}

static void
write_events(source_state_writer *w, unsigned file)
{
    for (unsigned k = 0; k < nevents_of(file); k++) {
        char id[32];
        const source_event e = event_of(file, k, id);

        assert_int_equal(source_state_writer_event(w, &e, NULL), QUIRE_OK);
    }
}

/* All files but one, and the first once more; as old has them, where they begin at the same place:
 * old may be NULL.  How many could be taken so. */
static unsigned
write_without(const char *path, source_state *old, unsigned left_out)
{
    source_state_writer *w = source_state_writer_new(path, "these words");
    unsigned ntaken = 0;

    assert_non_null(w);
    for (unsigned i = 0; i <= NFILES; i++) {
        const unsigned file = i % NFILES;
        char name[32];
        const source_state_file f = file_of(file, name);
        bool is_taken = false;

        if (i == left_out)
            continue;
        assert_int_equal(source_state_writer_file(w, &f, NULL), QUIRE_OK);
        if (old != NULL) {
            const source_span span = span_of(old, file);

            assert_int_equal(source_state_writer_span(w, old, &span, &is_taken, NULL), QUIRE_OK);
            ntaken += is_taken;
        }
        if (!is_taken)
            write_events(w, file);
    }
    assert_int_equal(source_state_writer_finish(w, NULL), QUIRE_OK);
    return ntaken;
}

static void
files_taken_from_another_state_are_as_those_told_anew(void **state)
{
    source_state *s;

    (void)state;
    write_state();
    s = open_state();
    for (unsigned left_out = 0; left_out <= NFILES; left_out++) {
        write_without("anew", NULL, left_out);
        assert_true(write_without("taken", s, left_out) >= left_out);
        assert_same_bytes("anew", "taken");
    }
    source_state_close(s);
}

static void
unpack_first(buffer *out)
{
    text_store *text = NULL;
    const char *packed = NULL;
    size_t packed_bytes = 0;

    assert_int_equal(text_store_open("sources", &text, NULL), QUIRE_OK);
    assert_int_equal(text_store_get(text, 0, &packed, &packed_bytes, NULL), QUIRE_OK);
    assert_true(buffer_reserve(out, 2 * SOURCE_STATE_RECORD_BYTES));
    out->size = ZSTD_decompress(out->bytes, 2 * SOURCE_STATE_RECORD_BYTES, packed, packed_bytes);
    assert_true(out->size >= SOURCE_STATE_RECORD_BYTES);
    text_store_close(text);
}

static void
only_the_same_bytes_are_found_packed(void **state)
{
    const char *packed = NULL;
    size_t packed_bytes = 0;
    buffer record = {0};
    source_state *s;

    (void)state;
    write_state();
    s = open_state();
    unpack_first(&record);
    assert_true(source_state_find_packed(s, 0, &record, &packed, &packed_bytes));
    assert_false(source_state_find_packed(s, 1, &record, &packed, &packed_bytes));
    assert_false(source_state_find_packed(s, UINT32_MAX, &record, &packed, &packed_bytes));
    record.bytes[record.size - 2] ^= 1;
    assert_false(source_state_find_packed(s, 0, &record, &packed, &packed_bytes));
    record.size--;
    assert_false(source_state_find_packed(s, 0, &record, &packed, &packed_bytes));
    buffer_free(&record);
    source_state_close(s);
}

static void
known_lines_are_those_that_are_plain_and_placed(void **state)
{
    known_lines k;
    source_state *s;
    size_t hint = 0;

    (void)state;
    write_state();
    s = open_state();
    assert_int_equal(known_lines_read(s, 1, &k, NULL), QUIRE_OK);
    for (unsigned i = 0; i < NEVENTS; i++) {
        const unsigned wanted = SOURCE_EVENT_PLAIN | SOURCE_EVENT_PLACED;
        char id[32];
        const source_event e = event_of(1, i, id);
        const known_line *line = known_lines_find(&k, e.hash);

        assert_ptr_equal(line, known_lines_find_next(&k, e.hash, &hint));
        assert_int_equal(known_lines_has(&k, e.hash), line != NULL);
        if ((e.flags & SOURCE_EVENT_PROBLEM) != 0 || (e.flags & wanted) != wanted) {
            assert_null(line);
            continue;
        }
        assert_non_null(line);
        assert_string_equal(known_lines_id(&k, line), id);
        assert_int_equal(line->place.number, e.number);
    }
    known_lines_free(&k);
    assert_int_equal(known_lines_read(s, 4, &k, NULL), QUIRE_OK);
    assert_null(known_lines_find(&k, 0));
    known_lines_free(&k);
    source_state_close(s);
}

static void
a_state_that_is_none_is_refused(void **state)
{
    source_state *s = NULL;
    FILE *f = fopen("nonsense", "wb");

    (void)state;
    assert_non_null(f);
    fputs("nonsense", f);
    fclose(f);
    assert_int_equal(source_state_open("nonsense", &s, NULL), QUIRE_ECORRUPT);
    assert_int_equal(source_state_open("nowhere", &s, NULL), QUIRE_EIO);
    assert_null(s);
}

/* ---- Files ---- */

static void
files_are_the_same_by_times_or_by_bytes(void **state)
{
    static const struct {
        const char *what;
        uint64_t begun; /* seconds after the file's last change */
        int64_t modified;
        const char *written; /* over it, before it is judged */
        bool is_same;
    } cases[] = {
        {"times have settled and are the same", 10, 0, NULL, true},
        {"which is believed", 10, 0, "hash of another", true},
        {"times had not settled, bytes are the same", 1, 0, NULL, true},
        {"times had not settled, bytes differ", 1, 0, "hash of another", false},
        {"times differ, bytes are the same", 10, 1, NULL, true},
        {"times and bytes differ", 10, 1, "hash of another", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[] = "some text, and not another";
        const char *known = cases[i].written != NULL ? cases[i].written : text;
        source_file file = {.path = "file", .name = "file", .id = "file", .is_regular = true};
        source_list list = {.files = &file, .nfiles = 1};
        source_state_file old = {
            .name = "file", .id = "file", .is_regular = true, .has_hash = true};
        source_state_writer *w = source_state_writer_new("one", "");
        update u = {0};
        FILE *f = fopen("file", "wb");

        assert_true(f != NULL && w != NULL);
        fputs(text, f);
        fclose(f);
        file.bytes = old.bytes = strlen(text);
        file.inode = old.inode = 5;
        file.changed_ns = old.changed_ns = file.modified_ns = 1700000000000000000;
        old.modified_ns = file.modified_ns + cases[i].modified;
        old.hash = hash_bytes(known, strlen(known));
        assert_int_equal(source_state_writer_file(w, &old, NULL), QUIRE_OK);
        assert_int_equal(source_state_writer_finish(w, NULL), QUIRE_OK);
        assert_int_equal(source_state_open("one", &u.state, NULL), QUIRE_OK);
        assert_int_equal(update_judge(&u, &list, 1700000000 + cases[i].begun, NULL, NULL),
                         QUIRE_OK);
        if (update_is_same(&u, 0) != cases[i].is_same)
            fail_msg("%s", cases[i].what);
        assert_false(u.is_changed);
        source_state_close(u.state);
        update_free(&u);
    }
}

/* ---- Merging ---- */

#define MOST 12

static void
segments_are_merged_when_there_are_many_or_they_are_dead(void **state)
{
    static const struct {
        const char *what;
        uint64_t sizes[MOST]; /* the first 0 ends them */
        uint64_t ndead[MOST];
        uint64_t nnew;
        const char *merged; /* a digit for each */
    } cases[] = {
        {"few segments stay", {1000, 10}, {0}, 5, "00"},
        {"eight with the new one stay", {1000, 1, 1, 1, 1, 1, 1}, {0}, 1, "0000000"},
        {"more do not, but a large one does", {1000, 1, 1, 1, 1, 1, 1, 1}, {0}, 1, "01111111"},
        {"if nothing is new, eight stay", {9, 1, 1, 1, 1, 1, 1, 1}, {0}, 0, "00000000"},
        {"only as many as are no larger",
         {1000, 800, 600, 400, 300, 200, 100, 50},
         {0},
         1,
         "00000001"},
        {"the next is larger than all before", {900, 90, 80, 70, 9, 8, 7, 1}, {0}, 1, "00000001"},
        {"a quarter may be dead", {75, 100}, {25}, 1, "00"},
        {"more may not", {74, 100}, {26}, 1, "10"},
        {"whatever there is besides", {74}, {26}, 0, "1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t all[MOST];
        bool is_merged[MOST];
        size_t n = 0;

        for (; n < MOST && cases[i].sizes[n] > 0; n++)
            all[n] = cases[i].sizes[n] + cases[i].ndead[n];
        segment_plan_choose(cases[i].sizes, all, n, cases[i].nnew, is_merged);
        for (size_t k = 0; k < n; k++)
            if (is_merged[k] != (cases[i].merged[k] == '1'))
                fail_msg("%s: segment %zu", cases[i].what, k);
    }
}

/* ---- Linked trees ---- */

static void
a_tree_is_linked_but_for_what_is_left_out(void **state)
{
    struct stat from;
    struct stat to;
    quire_error err = {0};

    (void)state;
    assert_int_equal(mkdir("tree", 0777), 0);
    assert_int_equal(mkdir("tree/below", 0777), 0);
    assert_int_equal(link("file", "tree/dead"), 0);
    assert_int_equal(link("file", "tree/below/dead"), 0);
    assert_int_equal(link("file", "tree/text"), 0);
    assert_int_equal(file_link_tree("tree", "other", "dead", &err), QUIRE_OK);
    assert_int_equal(access("other/dead", F_OK), -1);
    assert_int_equal(access("other/below/dead", F_OK), 0);
    assert_int_equal(stat("tree/text", &from), 0);
    assert_int_equal(stat("other/text", &to), 0);
    assert_true(from.st_ino == to.st_ino);
    assert_int_equal(file_link_tree("tree", "other", NULL, &err), QUIRE_EIO); /* it is there */
    assert_int_equal(file_link_tree("nowhere", "new", NULL, &err), QUIRE_EIO);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_comes_back),
        cmocka_unit_test(records_taken_from_another_state_are_as_those_packed_anew),
        cmocka_unit_test(files_taken_from_another_state_are_as_those_told_anew),
        cmocka_unit_test(only_the_same_bytes_are_found_packed),
        cmocka_unit_test(known_lines_are_those_that_are_plain_and_placed),
        cmocka_unit_test(a_state_that_is_none_is_refused),
        cmocka_unit_test(files_are_the_same_by_times_or_by_bytes),
        cmocka_unit_test(segments_are_merged_when_there_are_many_or_they_are_dead),
        cmocka_unit_test(a_tree_is_linked_but_for_what_is_left_out),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
