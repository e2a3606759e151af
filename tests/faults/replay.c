/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c - files and directories in memory, each twice: as it is, and as it was synced. */
#include "replay.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/buffer.h"
#include "base/file.h"
#include "fault.h"

#define BLOCK_BYTES 4096

typedef struct object object;

typedef struct {
    char *name;
    object *target;
} name;

typedef struct {
    name *names;
    size_t n;
    size_t room;
} name_list;

/* A file or a directory; one that has no name left stays, since a name of it may come back. */
struct object {
    uint64_t inode;
    bool is_directory;
    bool is_gone; /* its inode became another's */
    buffer bytes;
    buffer synced_bytes;
    name_list names;
    name_list synced_names;
    char written_as[512]; /* in the crash that is made */
};

typedef struct {
    fault_entry head;
    const char *name;
    const char *to_name;
    const char *bytes;
} entry;

struct replay {
    char root_path[256];
    object *root;
    object **objects;
    size_t nobjects;
    size_t objects_room;
    buffer log;
    entry *entries;
    size_t nentries;
    size_t entries_room;
};

/* ---- Names ---- */

static void
free_names(name_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->names[i].name);
    free(l->names);
    *l = (name_list){0};
}

static object *
find_name(const name_list *l, const char *wanted)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->names[i].name, wanted) == 0)
            return l->names[i].target;
    return NULL;
}

static void
take_name(name_list *l, const char *wanted)
{
    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->names[i].name, wanted) == 0) {
            free(l->names[i].name);
            l->names[i] = l->names[--l->n];
            return;
        }
    }
}

static void
put_name(name_list *l, const char *wanted, object *target)
{
    take_name(l, wanted);
    assert_true(ARRAY_GROW(l->names, l->n, &l->room));
    l->names[l->n].name = strdup(wanted);
    assert_non_null(l->names[l->n].name);
    l->names[l->n++].target = target;
}

static void
copy_names(const name_list *from, name_list *to)
{
    free_names(to);
    for (size_t i = 0; i < from->n; i++)
        put_name(to, from->names[i].name, from->names[i].target);
}

static void
copy_bytes(const buffer *from, buffer *to)
{
    buffer_clear(to);
    assert_true(buffer_add(to, from->size > 0 ? from->bytes : "", from->size));
}

/* ---- The beginning ---- */

static object *
find_object(const replay *r, uint64_t inode)
{
    for (size_t i = r->nobjects; i-- > 0;)
        if (r->objects[i]->inode == inode && !r->objects[i]->is_gone)
            return r->objects[i];
    return NULL;
}

/* A new object; what had that inode before is gone. */
static object *
add_object(replay *r, uint64_t inode, bool is_directory)
{
    object *before = find_object(r, inode);
    object *o = calloc(1, sizeof *o);

    assert_non_null(o);
    if (before != NULL)
        before->is_gone = true;
    o->inode = inode;
    o->is_directory = is_directory;
    assert_true(ARRAY_GROW(r->objects, r->nobjects, &r->objects_room));
    return r->objects[r->nobjects++] = o;
}

static object *read_object(replay *r, const char *path);

static void
read_directory(replay *r, const char *path, object *o)
{
    struct dirent **found = NULL;
    const int n = scandir(path, &found, NULL, alphasort);

    assert_true(n >= 0);
    for (int i = 0; i < n; i++) {
        char below[512];

        assert_true(snprintf(below, sizeof below, "%s/%s", path, found[i]->d_name) <
                    (int)sizeof below);
        if (found[i]->d_name[0] != '.')
            put_name(&o->names, found[i]->d_name, read_object(r, below));
        free(found[i]);
    }
    free(found);
    copy_names(&o->names, &o->synced_names);
}

static object *
read_object(replay *r, const char *path)
{
    struct stat st;
    object *o;

    assert_int_equal(lstat(path, &st), 0);
    o = find_object(r, st.st_ino);
    if (o != NULL)
        return o; /* another name of it */
    o = add_object(r, st.st_ino, S_ISDIR(st.st_mode));
    if (o->is_directory) {
        read_directory(r, path, o);
    } else {
        assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX, &o->bytes, NULL, NULL), QUIRE_OK);
        copy_bytes(&o->bytes, &o->synced_bytes);
    }
    return o;
}

replay *
replay_new(const char *root)
{
    replay *r = calloc(1, sizeof *r);

    assert_non_null(r);
    snprintf(r->root_path, sizeof r->root_path, "%s", root);
    r->root = read_object(r, root);
    return r;
}

void
replay_free(replay *r)
{
    for (size_t i = 0; i < r->nobjects; i++) {
        buffer_free(&r->objects[i]->bytes);
        buffer_free(&r->objects[i]->synced_bytes);
        free_names(&r->objects[i]->names);
        free_names(&r->objects[i]->synced_names);
        free(r->objects[i]);
    }
    for (size_t i = 0; i < r->nentries; i++) {
        free((char *)(uintptr_t)r->entries[i].name);
        free((char *)(uintptr_t)r->entries[i].to_name);
    }
    free(r->objects);
    free(r->entries);
    buffer_free(&r->log);
    free(r);
}

/* ---- The log ---- */

size_t
replay_read_log(replay *r, const char *path)
{
    const char *at;
    const char *end;

    assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX, &r->log, NULL, NULL), QUIRE_OK);
    at = r->log.bytes;
    end = at + r->log.size;
    while (at < end) {
        entry e;

        assert_true((size_t)(end - at) >= sizeof e.head);
        memcpy(&e.head, at, sizeof e.head);
        at += sizeof e.head;
        assert_true(e.head.name_bytes + e.head.to_name_bytes + e.head.nbytes <=
                    (uint64_t)(end - at));
        e.name = strndup(at, e.head.name_bytes);
        e.to_name = strndup(at + e.head.name_bytes, e.head.to_name_bytes);
        e.bytes = at + e.head.name_bytes + e.head.to_name_bytes;
        at = e.bytes + e.head.nbytes;
        assert_true(ARRAY_GROW(r->entries, r->nentries, &r->entries_room));
        r->entries[r->nentries++] = e;
    }
    return r->nentries;
}

bool
replay_is_change(const replay *r, size_t i)
{
    const fault_entry *e = &r->entries[i].head;

    return find_object(r, e->inode) != NULL || find_object(r, e->parent) != NULL;
}

/* Make a file so long; zeros where it grows. */
static void
set_size(buffer *b, uint64_t nbytes)
{
    while (b->size < nbytes)
        assert_true(buffer_add_char(b, '\0'));
    b->size = nbytes;
}

static void
write_bytes(object *o, const entry *e)
{
    const uint64_t end = e->head.offset + e->head.nbytes;

    if (o->bytes.size < end)
        set_size(&o->bytes, end);
    memcpy(o->bytes.bytes + e->head.offset, e->bytes, e->head.nbytes);
}

static void
sync_object(object *o)
{
    if (o->is_directory)
        copy_names(&o->names, &o->synced_names);
    else
        copy_bytes(&o->bytes, &o->synced_bytes);
}

static void
rename_object(replay *r, object *parent, const entry *e)
{
    object *to_parent = find_object(r, e->head.to_parent);
    object *target = find_name(&parent->names, e->name);

    assert_non_null(to_parent);
    assert_non_null(target);
    take_name(&parent->names, e->name);
    put_name(&to_parent->names, e->to_name, target);
}

static void
change_names(replay *r, object *parent, const entry *e)
{
    object *o;

    switch ((fault_deed)e->head.deed) {
    case FAULT_DID_CREATE:
    case FAULT_DID_MKDIR:
        o = add_object(r, e->head.inode, e->head.deed == FAULT_DID_MKDIR);
        put_name(&parent->names, e->name, o);
        break;
    case FAULT_DID_LINK:
        o = find_object(r, e->head.inode);
        assert_non_null(o);
        put_name(&parent->names, e->name, o);
        break;
    case FAULT_DID_UNLINK:
        assert_non_null(find_name(&parent->names, e->name));
        take_name(&parent->names, e->name);
        break;
    default:
        rename_object(r, parent, e);
        break;
    }
}

/* What happens to what lies elsewhere is left out. */
void
replay_do(replay *r, size_t i)
{
    const entry *e = &r->entries[i];
    object *parent = e->head.parent != 0 ? find_object(r, e->head.parent) : NULL;
    object *o = parent == NULL ? find_object(r, e->head.inode) : NULL;

    if (parent != NULL)
        change_names(r, parent, e);
    else if (o != NULL && e->head.deed == FAULT_DID_WRITE)
        write_bytes(o, e);
    else if (o != NULL && e->head.deed == FAULT_DID_TRUNCATE)
        set_size(&o->bytes, e->head.offset);
    else if (o != NULL && e->head.deed == FAULT_DID_SYNC)
        sync_object(o);
}

/* ---- The crash ---- */

typedef struct {
    replay_crash how;
    uint64_t random;
} crash;

static bool
toss(crash *c)
{
    c->random ^= c->random << 13;
    c->random ^= c->random >> 7;
    c->random ^= c->random << 17;
    return (c->random >> 20 & 1) != 0;
}

/* Some blocks as they are, others as they were synced or, behind that, zeros; and some length. */
static void
mix(const object *o, crash *c, buffer *out)
{
    const buffer *longer = o->bytes.size > o->synced_bytes.size ? &o->bytes : &o->synced_bytes;

    set_size(out, toss(c) ? o->bytes.size : o->synced_bytes.size);
    if (out->size == o->bytes.size && longer == &o->bytes && toss(c) &&
        out->size > o->synced_bytes.size)
        out->size -= (out->size - o->synced_bytes.size) / 2;
    for (size_t at = 0; at < out->size; at += BLOCK_BYTES) {
        const buffer *from = toss(c) ? &o->bytes : &o->synced_bytes;
        const size_t end = at + BLOCK_BYTES < out->size ? at + BLOCK_BYTES : out->size;

        if (at < from->size)
            memcpy(out->bytes + at, from->bytes + at, (end < from->size ? end : from->size) - at);
    }
}

static void
write_file(object *o, const char *path, crash *c)
{
    buffer mixed = {0};
    const buffer *bytes = &o->synced_bytes;
    FILE *f;

    if (o->written_as[0] != '\0') {
        assert_int_equal(link(o->written_as, path), 0);
        return;
    }
    if (c->how == REPLAY_KEEPS_SOME) {
        mix(o, c, &mixed);
        bytes = &mixed;
    } else if (c->how == REPLAY_KEEPS_BYTES) {
        bytes = &o->bytes;
    }
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes->size > 0 ? bytes->bytes : "", 1, bytes->size, f), bytes->size);
    assert_int_equal(fclose(f), 0);
    snprintf(o->written_as, sizeof o->written_as, "%s", path);
    buffer_free(&mixed);
}

static void write_object(object *o, const char *path, crash *c);

/* The names of a directory in one list, but for those of them that the other list also has when
 * that is to come; each is what the crash left of it. */
static void
write_names(object *o, const name_list *l, const name_list *other, bool is_second, const char *path,
            crash *c)
{
    for (size_t i = 0; i < l->n; i++) {
        object *target = l->names[i].target;
        object *rival = other != NULL ? find_name(other, l->names[i].name) : target;
        char below[512];

        if (is_second && rival != NULL)
            continue; /* was written with the others */
        if (rival != target && toss(c))
            target = rival;
        assert_true(snprintf(below, sizeof below, "%s/%s", path, l->names[i].name) <
                    (int)sizeof below);
        if (target != NULL && target != o)
            write_object(target, below, c);
    }
}

static void
write_object(object *o, const char *path, crash *c)
{
    if (!o->is_directory) {
        write_file(o, path, c);
        return;
    }
    assert_int_equal(mkdir(path, 0777), 0);
    if (c->how == REPLAY_KEEPS_SOME) {
        write_names(o, &o->names, &o->synced_names, false, path, c);
        write_names(o, &o->synced_names, &o->names, true, path, c);
    } else {
        write_names(o, c->how == REPLAY_KEEPS_NAMES ? &o->names : &o->synced_names, NULL, false,
                    path, c);
    }
}

static int
remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    return remove(path);
}

void
replay_crash_now(replay *r, replay_crash how, uint64_t seed)
{
    crash c = {.how = how, .random = seed * 0x9e3779b97f4a7c15u + 1};

    for (size_t i = 0; i < r->nobjects; i++)
        r->objects[i]->written_as[0] = '\0';
    nftw(r->root_path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    write_object(r->root, r->root_path, &c);
}
