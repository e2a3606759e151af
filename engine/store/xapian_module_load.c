/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_module_load.c - the Xapian store from libquire-xapian, which is where libquire is. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "store/xapian_module.h"

#define LIBRARY "libquire-xapian.so.0"
#define LIBRARY_BYTES 262144 /* more than libraries allocate while they are loaded */

/* The library by its path; by its name alone where it is not known where this one came from. */
static bool
add_path(buffer *path)
{
    static const char here; /* any address in libquire */
    Dl_info own;
    const char *slash = dladdr(&here, &own) != 0 ? strrchr(own.dli_fname, '/') : NULL;

    return (slash == NULL ||
            buffer_add(path, own.dli_fname, (size_t)(slash - own.dli_fname) + 1)) &&
           buffer_add_string(path, LIBRARY);
}

static quire_status
load(const char *path, const xapian_module **out, quire_error *err)
{
    /* Loaded twice it is there once; and it stays, as libraries that are linked do. */
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const xapian_module *module;

    if (library == NULL)
        return error_set(err, QUIRE_EIO, "this needs " LIBRARY ": %s", dlerror());
    module = dlsym(library, XAPIAN_MODULE_SYMBOL);
    if (module == NULL || strcmp(module->version, PACKAGE_VERSION) != 0) {
        dlclose(library);
        return error_set(err, QUIRE_EIO, "%s: not of Quire " PACKAGE_VERSION " as libquire is",
                         path);
    }
    *out = module;
    /* cppcheck-suppress resourceLeak */
    return QUIRE_OK;
}

/* Is there memory to load it with?  Libraries that find none when they begin end the process. */
static bool
has_room(void)
{
    void *volatile room = malloc(LIBRARY_BYTES); /* volatile, or compilers leave it out */

    free(room);
    return room != NULL;
}

quire_status
xapian_module_get(const xapian_module **out, quire_error *err)
{
    buffer path = {0};
    const quire_status status =
        has_room() && add_path(&path) ? load(path.bytes, out, err) : error_nomem(err);

    buffer_free(&path);
    return status;
}
