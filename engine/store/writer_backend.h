/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer_backend.h - what writing a kind of passage store is to store_writer.c: one table of
 * functions for each kind.
 *
 * They do what the functions of store_writer.h of the same name do, but for the catalogue. self is
 * what create made, worker what add_worker, unit what begin. */
#ifndef QUIRE_STORE_WRITER_BACKEND_H
#define QUIRE_STORE_WRITER_BACKEND_H

#include "quire.h"
#include "store/passage_source.h"
#include "store/store_writer.h"

typedef struct {
    const char *name;  /* as in a manifest */
    bool with_records; /* the articles' stored forms are for the catalogue to keep */

    /* memory_bytes without what the catalogue takes. */
    quire_status (*create)(const char *directory, uint64_t memory_bytes, unsigned nworkers,
                           void **self_out, quire_error *err);
    void (*free)(void *self);
    unsigned (*max_workers)(uint64_t memory_bytes);

    /* NULL where it learns from no samples. */
    quire_status (*add_sample)(void *self, const passage_source *source, quire_error *err);
    quire_status (*learn)(void *self, quire_error *err);
    size_t sample_bytes;

    quire_status (*add_worker)(void *self, void **worker_out, quire_error *err);
    void (*worker_free)(void *worker);
    quire_status (*begin)(void *worker, void **unit_out, quire_error *err);
    quire_status (*add_article)(void *worker, void *unit, const article *a, quire_error *err);
    quire_status (*add_passage)(void *worker, void *unit, const passage_source *source,
                                quire_error *err);
    quire_status (*end)(void *worker, void *unit, quire_error *err);
    void (*unit_free)(void *unit);
    quire_status (*worker_finish)(void *worker, quire_error *err);

    quire_status (*take)(void *self, void *unit, quire_error *err);
    quire_status (*finish)(void *self, quire_error *err);
    void (*watch)(void *self, const store_watcher *watcher); /* NULL: cannot */
} writer_backend;

extern const writer_backend quire_writer_backend;  /* --store quire */
extern const writer_backend xapian_writer_backend; /* --store xapian */

#endif
