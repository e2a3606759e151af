/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.c - writing and reading manifest.json.
 *
 *   {
 *    "articles": 5,
 *    ...
 *    "xapian": "1.4.22",
 *   "xxh3": "0123456789abcdef"}
 *
 * One JSON object, sorted keys; the line that begins with "xxh3" is the last and holds the XXH3 of
 * all bytes before it.  Names of files are bytes to the system but characters to JSON: one that is
 * not UTF-8 is written as {"hex": "..."}. */
#include "store/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/safe_json.h"
#include "base/tree.h"
#include "base/utf8.h"
#include "store/manifest_segments.h"

/* A manifest lists every input that was skipped, so it may become large; this is beyond any. */
#define MANIFEST_MAX_BYTES ((size_t)1 << 30)

#define LAST_LINE "\"xxh3\": \""

/* ---- Writing ---- */

static json_t *
string_to_json(const char *string)
{
    const size_t nbytes = strlen(string);
    buffer hex = {0};
    json_t *object = NULL;

    if (utf8_valid_prefix(string, nbytes) == nbytes)
        return json_stringn(string, nbytes);
    for (size_t i = 0; i < nbytes; i++)
        if (!buffer_printf(&hex, "%02x", (unsigned)(unsigned char)string[i]))
            goto done;
    object = json_pack("{s:s}", "hex", hex.bytes);
done:
    buffer_free(&hex);
    return object;
}

static bool
add_strings(json_t *root, const char *key, const char *const *strings, size_t n)
{
    json_t *array = json_array();
    bool ok = array != NULL;

    for (size_t i = 0; ok && i < n; i++)
        ok = json_array_append_new(array, string_to_json(strings[i])) == 0;
    if (!ok) {
        json_decref(array);
        return false;
    }
    return json_object_set_new(root, key, array) == 0;
}

static bool
add_problems(json_t *root, const manifest *m)
{
    json_t *array = json_array();

    if (json_object_set_new(root, "problems", array) != 0)
        return false;
    for (size_t i = 0; i < m->nproblems; i++) {
        json_t *one = json_object();

        if (json_array_append_new(array, one) != 0 ||
            json_object_set_new(one, "where", string_to_json(m->problems[i].where)) != 0 ||
            json_object_set_new(one, "what", string_to_json(m->problems[i].what)) != 0 ||
            json_object_set_new(one, "skipped", json_boolean(m->problems[i].skipped)) != 0)
            return false;
    }
    return true;
}

static bool
add_files(json_t *root, const manifest_file *files, size_t nfiles)
{
    json_t *array = json_array();

    if (json_object_set_new(root, "files", array) != 0)
        return false;
    for (size_t i = 0; i < nfiles; i++) {
        json_t *one = json_object();
        char hex[HASH_HEX_BYTES];

        hash_to_hex(files[i].hash, hex);
        if (json_array_append_new(array, one) != 0 ||
            json_object_set_new(one, "path", string_to_json(files[i].path)) != 0 ||
            json_object_set_new(one, "bytes", json_integer((json_int_t)files[i].bytes)) != 0 ||
            json_object_set_new(one, "xxh3", json_string(hex)) != 0)
            return false;
    }
    return true;
}

static bool
add_number(json_t *root, const char *key, uint64_t number)
{
    return json_object_set_new(root, key, json_integer((json_int_t)number)) == 0;
}

static bool
add_string(json_t *root, const char *key, const char *string)
{
    return json_object_set_new(root, key, string_to_json(string != NULL ? string : "")) == 0;
}

static bool
fill_object(json_t *root, const manifest *m, const manifest_file *files, size_t nfiles)
{
    return root != NULL && add_number(root, "version", MANIFEST_VERSION) &&
           add_number(root, "number", m->number) && add_string(root, "store", m->store) &&
           add_string(root, "built", m->built) && add_number(root, "begun", m->begun) &&
           add_string(root, "quire", m->quire_version) &&
           add_string(root, "xapian", m->xapian_version) &&
           add_number(root, "articles", m->narticles) &&
           add_number(root, "articles_without_text", m->narticles_without_text) &&
           add_number(root, "passages", m->npassages) &&
           add_number(root, "furniture_passages", m->nfurniture_passages) &&
           add_number(root, "words", m->nwords) &&
           add_number(root, "furniture_words", m->nfurniture_words) &&
           add_number(root, "bytes", m->bytes) && manifest_segments_write(root, m) &&
           add_strings(root, "sources", m->sources, m->nsources) &&
           add_strings(root, "source_paths", m->source_paths, m->nsources) &&
           add_string(root, "stems", m->stems.text) && add_problems(root, m) &&
           add_files(root, files, nfiles);
}

/* The whole file, and its hash. */
static bool
print_manifest(const manifest *m, const manifest_file *files, size_t nfiles, buffer *out,
               uint64_t *hash_out)
{
    json_t *root = json_object();
    char *text = NULL;
    char hex[HASH_HEX_BYTES];
    bool ok = false;

    if (!fill_object(root, m, files, nfiles))
        goto done;
    text = safe_json_write(root, JSON_INDENT(1) | JSON_SORT_KEYS);
    if (text == NULL)
        goto done;
    /* The closing "\n}" makes way for the last line. */
    if (!buffer_add(out, text, strlen(text) - 2) || !buffer_add_string(out, ",\n"))
        goto done;
    *hash_out = hash_bytes(out->bytes, out->size);
    hash_to_hex(*hash_out, hex);
    ok = buffer_printf(out, LAST_LINE "%s\"}\n", hex);
done:
    free(text);
    json_decref(root);
    return ok;
}

typedef struct {
    manifest_file *files;
    size_t nfiles;
    size_t room;
} file_list;

static void
file_list_free(file_list *list)
{
    for (size_t i = 0; i < list->nfiles; i++)
        free((char *)list->files[i].path);
    free(list->files);
}

static int
compare_files(const void *a, const void *b)
{
    return strcmp(((const manifest_file *)a)->path, ((const manifest_file *)b)->path);
}

/* The file, if its hash is known. */
static const manifest_file *
find_known(const manifest *m, const char *below)
{
    for (size_t i = 0; i < m->nknown; i++)
        if (strcmp(m->known[i].path, below) == 0)
            return &m->known[i];
    return NULL;
}

/* Hash a file, unless that was done before: if it was damaged since, it must not pass for sound. */
static quire_status
hash_entry(const manifest *m, const tree_entry *entry, const char *below, manifest_file *out,
           quire_error *err)
{
    const manifest_file *known = find_known(m, below);

    if (known == NULL)
        return hash_file(entry->path, m->stop, &out->hash, &out->bytes, err);
    *out = *known;
    return known->bytes == (uint64_t)entry->st.st_size
               ? QUIRE_OK
               : error_set(err, QUIRE_ECORRUPT,
                           "%s: it is not as long as it was written; the index is damaged: "
                           "--rebuild makes it anew",
                           entry->path);
}

static quire_status
add_hashed_file(const manifest *m, file_list *list, const tree_entry *entry, const char *below,
                quire_error *err)
{
    manifest_file made = {0};

    if (!ARRAY_GROW(list->files, list->nfiles, &list->room))
        return error_nomem(err);
    quire_status status = hash_entry(m, entry, below, &made, err);
    if (status != QUIRE_OK)
        return status;
    made.path = strdup(below);
    if (made.path == NULL)
        return error_nomem(err);
    list->files[list->nfiles++] = made;
    return QUIRE_OK;
}

typedef struct {
    size_t directory_bytes;
    const manifest *m;
    file_list *list;
} hashing;

static quire_status
hash_one(const tree_entry *entry, void *closure, quire_error *err)
{
    const hashing *h = closure;
    const char *below = entry->path + h->directory_bytes;

    while (*below == '/')
        below++;
    if (entry->kind != TREE_FILE || strcmp(below, "manifest.json") == 0)
        return QUIRE_OK;
    return add_hashed_file(h->m, h->list, entry, below, err);
}

/* Hash every file below directory, but a manifest of its own. */
static quire_status
hash_files(const char *directory, const manifest *m, file_list *list, quire_error *err)
{
    hashing h = {.directory_bytes = strlen(directory), .m = m, .list = list};
    const quire_status status = tree_walk(directory, hash_one, &h, err);

    if (status == QUIRE_OK && list->nfiles > 0)
        qsort(list->files, list->nfiles, sizeof *list->files, compare_files);
    return status;
}

quire_status
manifest_hash_files(const char *generation_dir, const char *below, const stop_wish *stop, arena *a,
                    manifest_file **files_out, size_t *nfiles_out, quire_error *err)
{
    const manifest m = {.stop = stop};
    file_list list = {0};
    hashing h = {.directory_bytes = strlen(generation_dir), .m = &m, .list = &list};
    const char *directory = arena_printf(a, "%s/%s", generation_dir, below);
    manifest_file *files = NULL;
    quire_status status =
        directory == NULL ? error_nomem(err) : tree_walk(directory, hash_one, &h, err);

    if (status == QUIRE_OK) {
        files = arena_array(a, list.nfiles + 1, sizeof *files);
        status = files == NULL ? error_nomem(err) : QUIRE_OK;
    }
    for (size_t i = 0; i < list.nfiles && status == QUIRE_OK; i++) {
        files[i] = list.files[i];
        files[i].path = arena_copy(a, files[i].path, strlen(files[i].path));
        if (files[i].path == NULL)
            status = error_nomem(err);
    }
    *files_out = files;
    *nfiles_out = list.nfiles;
    file_list_free(&list);
    return status;
}

/* Files whose hashes are known must be there: they came from another generation, or were just
 * written. */
static quire_status
check_known(const char *directory, const manifest *m, const file_list *list, quire_error *err)
{
    for (size_t i = 0; i < m->nknown; i++)
        if (list->nfiles == 0 || bsearch(&m->known[i], list->files, list->nfiles,
                                         sizeof *list->files, compare_files) == NULL)
            return error_set(err, QUIRE_ECORRUPT,
                             "%s/%s: it is gone; the index is damaged: --rebuild makes it anew",
                             directory, m->known[i].path);
    return QUIRE_OK;
}

quire_status
manifest_write(const char *generation_dir, const manifest *m, uint64_t *hash_out, quire_error *err)
{
    file_list list = {0};
    buffer text = {0};
    quire_status status = QUIRE_OK;
    int dirfd = open(generation_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (dirfd < 0)
        return error_set(err, QUIRE_EIO, "%s: %s", generation_dir, strerror(errno));
    if (m->nfiles == 0)
        status = hash_files(generation_dir, m, &list, err);
    if (status == QUIRE_OK)
        status = check_known(generation_dir, m, &list, err);
    if (status != QUIRE_OK)
        goto done;
    if (!print_manifest(m, m->nfiles == 0 ? list.files : m->files,
                        m->nfiles == 0 ? list.nfiles : m->nfiles, &text, hash_out)) {
        status = error_nomem(err);
        goto done;
    }
    status = file_create(dirfd, "manifest.json", text.bytes, text.size, err);
done:
    buffer_free(&text);
    file_list_free(&list);
    close(dirfd);
    return status;
}

/* ---- Reading ---- */

static quire_status
fail_form(const char *path, const char *what, quire_error *err)
{
    return error_set(err, QUIRE_ECORRUPT,
                     "%s/manifest.json: %s; the index is damaged, rebuild it with quire-index",
                     path, what);
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
read_hash(const char *hex, size_t nbytes, uint64_t *out)
{
    uint64_t hash = 0;

    if (nbytes != HASH_HEX_BYTES - 1)
        return false;
    for (size_t i = 0; i < nbytes; i++) {
        const int digit = hex_digit(hex[i]);

        if (digit < 0)
            return false;
        hash = hash << 4 | (uint64_t)digit;
    }
    *out = hash;
    return true;
}

/* What follows reads fields; any that is missing, or of another type than it should be, makes the
 * reader's ok false, or nomem true. */
typedef struct {
    arena *arena;
    bool ok;
    bool nomem;
} field_reader;

static void *
keep(field_reader *r, void *made)
{
    if (made == NULL)
        r->ok = false, r->nomem = true;
    return made;
}

static uint64_t
get_number(field_reader *r, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        r->ok = false;
        return 0;
    }
    return (uint64_t)json_integer_value(value);
}

static const char *
unhex_string(field_reader *r, const json_t *value)
{
    const char *hex = json_string_value(json_object_get(value, "hex"));
    const size_t n = hex != NULL ? strlen(hex) / 2 : 0;
    char *bytes = keep(r, arena_alloc(r->arena, n + 1));

    if (hex == NULL)
        r->ok = false;
    for (size_t i = 0; r->ok && i < n; i++) {
        const int high = hex_digit(hex[2 * i]);
        const int low = hex_digit(hex[2 * i + 1]);

        if (high < 0 || low < 0)
            r->ok = false;
        else
            bytes[i] = (char)(high << 4 | low);
    }
    return bytes != NULL ? bytes : "";
}

static const char *
get_string_value(field_reader *r, const json_t *value)
{
    if (json_is_object(value))
        return unhex_string(r, value);
    if (!json_is_string(value)) {
        r->ok = false;
        return "";
    }
    const char *copy =
        keep(r, arena_copy(r->arena, json_string_value(value), json_string_length(value)));
    return copy != NULL ? copy : "";
}

static const char *
get_string(field_reader *r, const json_t *object, const char *key)
{
    return get_string_value(r, json_object_get(object, key));
}

static const json_t *
get_array(field_reader *r, const json_t *object, const char *key, size_t *n_out)
{
    const json_t *array = json_object_get(object, key);

    if (!json_is_array(array))
        r->ok = false;
    *n_out = json_array_size(array);
    return array;
}

static const char *const *
get_strings(field_reader *r, const json_t *object, const char *key, size_t *n_out)
{
    const json_t *array = get_array(r, object, key, n_out);
    const char **strings = keep(r, arena_array(r->arena, *n_out + 1, sizeof *strings));

    for (size_t i = 0; r->ok && i < *n_out; i++)
        strings[i] = get_string_value(r, json_array_get(array, i));
    return strings;
}

static void
get_problems(field_reader *r, const json_t *root, manifest *m)
{
    const json_t *array = get_array(r, root, "problems", &m->nproblems);
    manifest_problem *problems = keep(r, arena_array(r->arena, m->nproblems + 1, sizeof *problems));

    for (size_t i = 0; r->ok && i < m->nproblems; i++) {
        const json_t *one = json_array_get(array, i);

        problems[i].where = get_string(r, one, "where");
        problems[i].what = get_string(r, one, "what");
        problems[i].skipped = json_is_true(json_object_get(one, "skipped"));
    }
    m->problems = problems;
}

static void
get_files(field_reader *r, const json_t *root, manifest *m)
{
    const json_t *array = get_array(r, root, "files", &m->nfiles);
    manifest_file *files = keep(r, arena_array(r->arena, m->nfiles + 1, sizeof *files));

    for (size_t i = 0; r->ok && i < m->nfiles; i++) {
        const json_t *one = json_array_get(array, i);
        const char *hex = get_string(r, one, "xxh3");

        files[i].path = get_string(r, one, "path");
        files[i].bytes = get_number(r, one, "bytes");
        if (!read_hash(hex, strlen(hex), &files[i].hash))
            r->ok = false;
    }
    m->files = files;
}

static void
get_segments(field_reader *r, const json_t *root, manifest *m)
{
    bool ok = false;

    if (!manifest_segments_read(root, r->arena, m, &ok))
        r->nomem = true;
    if (!ok)
        r->ok = false;
}

static void
get_manifest(field_reader *r, const json_t *root, manifest *m)
{
    size_t nsource_paths = 0;
    const uint64_t number = get_number(r, root, "number");

    if (number > UINT32_MAX)
        r->ok = false;
    m->number = (uint32_t)number;
    m->store = get_string(r, root, "store");
    m->built = get_string(r, root, "built");
    m->begun = get_number(r, root, "begun");
    m->quire_version = get_string(r, root, "quire");
    m->xapian_version = get_string(r, root, "xapian");
    m->narticles = get_number(r, root, "articles");
    m->narticles_without_text = get_number(r, root, "articles_without_text");
    m->npassages = get_number(r, root, "passages");
    m->nfurniture_passages = get_number(r, root, "furniture_passages");
    m->nwords = get_number(r, root, "words");
    m->nfurniture_words = get_number(r, root, "furniture_words");
    m->bytes = get_number(r, root, "bytes");
    get_segments(r, root, m);
    m->sources = get_strings(r, root, "sources", &m->nsources);
    m->source_paths = get_strings(r, root, "source_paths", &nsource_paths);
    if (nsource_paths != m->nsources)
        r->ok = false;
    get_problems(r, root, m);
    get_files(r, root, m);
}

/* Does the last line hold the hash of all before it, and is that *expected (where not NULL)? */
static quire_status
check_hash(const char *path, const buffer *text, const uint64_t *expected, uint64_t *hash_out,
           quire_error *err)
{
    const size_t line_bytes = strlen(LAST_LINE) + HASH_HEX_BYTES - 1 + strlen("\"}\n");
    uint64_t written;

    if (text->size <= line_bytes)
        return fail_form(path, "it is cut short", err);
    const size_t before = text->size - line_bytes;
    const char *line = text->bytes + before;

    if (memcmp(line, LAST_LINE, strlen(LAST_LINE)) != 0 ||
        !read_hash(line + strlen(LAST_LINE), HASH_HEX_BYTES - 1, &written) ||
        written != hash_bytes(text->bytes, before) ||
        memcmp(text->bytes + text->size - 3, "\"}\n", 3) != 0)
        return fail_form(path, "it does not fit its checksum", err);
    if (expected != NULL && *expected != written)
        return fail_form(path, "it is not the one that XAPIANDB names", err);
    *hash_out = written;
    return QUIRE_OK;
}

static quire_status
parse_manifest(const char *path, const buffer *text, arena *a, manifest *m, quire_error *err)
{
    field_reader r = {.arena = a, .ok = true};
    quire_status status = QUIRE_OK;
    json_error_t error;
    json_t *root = safe_json_read(text->bytes, text->size, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL && json_error_code(&error) == json_error_out_of_memory)
        return error_nomem(err);
    if (!json_is_object(root)) {
        status = fail_form(path, "it is no JSON object", err);
        goto done;
    }
    const uint64_t version = get_number(&r, root, "version");
    if (r.ok && version != MANIFEST_VERSION) {
        status = error_set(err, QUIRE_EVERSION,
                           "%s/manifest.json: written by another version of Quire (format %llu, "
                           "this one reads %d); rebuild the index with quire-index",
                           path, (unsigned long long)version, MANIFEST_VERSION);
        goto done;
    }
    *m = (manifest){0};
    get_manifest(&r, root, m);
    const char *stems = get_string(&r, root, "stems");
    if (r.ok && stem_table_read(stems, strlen(stems), path, a, &m->stems, err) == QUIRE_EINPUT)
        r.ok = false;
    r.nomem = r.nomem || (r.ok && m->stems.entries == NULL);
    if (r.nomem)
        status = error_nomem(err);
    else if (!r.ok)
        status = fail_form(path, "a field is missing or makes no sense", err);
done:
    json_decref(root);
    return status;
}

/* Read the file, whose hash is right. */
static quire_status
read_text(const char *generation_dir, const uint64_t *expected_hash, buffer *text,
          uint64_t *hash_out, quire_error *err)
{
    quire_status status;
    int reason = 0;
    int dirfd = open(generation_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (dirfd < 0)
        return error_set(err, errno == ENOENT ? QUIRE_ENOINDEX : QUIRE_EIO, "%s: %s",
                         generation_dir, strerror(errno));
    status = file_read(dirfd, "manifest.json", MANIFEST_MAX_BYTES, text, &reason, err);
    if (status == QUIRE_EIO)
        status = error_set(err, reason == ENOENT ? QUIRE_ENOINDEX : QUIRE_EIO,
                           "%s/manifest.json: %s", generation_dir, strerror(reason));
    if (status == QUIRE_EINPUT)
        status = fail_form(generation_dir, "it is far too large", err);
    if (status == QUIRE_OK)
        status = check_hash(generation_dir, text, expected_hash, hash_out, err);
    close(dirfd);
    return status;
}

quire_status
manifest_read(const char *generation_dir, const uint64_t *expected_hash, arena *a, manifest *m,
              quire_error *err)
{
    buffer text = {0};
    uint64_t hash;
    quire_status status = read_text(generation_dir, expected_hash, &text, &hash, err);

    if (status == QUIRE_OK)
        status = parse_manifest(generation_dir, &text, a, m, err);
    if (status == QUIRE_OK)
        m->hash = hash;
    buffer_free(&text);
    return status;
}

quire_status
manifest_hash(const char *generation_dir, uint64_t *hash_out, quire_error *err)
{
    buffer text = {0};
    quire_status status = read_text(generation_dir, NULL, &text, hash_out, err);

    buffer_free(&text);
    return status;
}
