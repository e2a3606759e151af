/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue_fields.c - fields of a query as terms of the catalogue.
 *
 * A value that is too long for a term was cut when it was indexed.  The whole of one leads to its
 * term all the same, by its hash; a beginning that is longer than what a cut term keeps does not,
 * so the articles that may be meant are then left in doubt. */
#include "store/catalogue_fields.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "store/filter_dates.h"
#include "store/terms.h"

/* A term that is cut ends in ~ and a hash, and keeps at least so much: a character may have ended
 * its value sooner than the limit. */
#define CUT_END_BYTES HASH_HEX_BYTES
#define CUT_LEAST_BYTES (TERM_KEPT_BYTES - 3)

/* One search for articles. */
typedef struct {
    xap_db *db;
    article_set *set;
    const char *value;
    size_t nbytes;
    uint64_t *bits; /* where the documents of the term at hand go */
    quire_status status;
    quire_error *err;
} finding;

static const char *
prefix_of(query_field field)
{
    switch (field) {
    case FIELD_SOURCE:
        return "H";
    case FIELD_AUTHOR:
        return "A";
    case FIELD_URL:
        return "U";
    case FIELD_LANGUAGE:
        return "L";
    default:
        return "Q";
    }
}

size_t
catalogue_fields_value(const query_node *leaf, bool *is_prefix_out)
{
    const size_t nbytes = strlen(leaf->value);
    const bool has_star = nbytes > 0 && leaf->value[nbytes - 1] == '*';

    *is_prefix_out = has_star || leaf->field == FIELD_URL;
    return nbytes - has_star;
}

/* ---- Documents ---- */

static bool
visit_document(void *closure, uint32_t document, uint32_t wdf)
{
    finding *f = closure;

    (void)wdf;
    if (document == 0 || document > f->set->narticles) {
        f->status = error_set(f->err, QUIRE_ECORRUPT,
                              "the catalogue has an article %" PRIu32 " of %" PRIu32
                              "; rebuild the index with quire-index",
                              document, f->set->narticles);
        return false;
    }
    f->bits[(document - 1) / 64] |= UINT64_C(1) << (document - 1) % 64;
    return true;
}

static bool
add_documents(finding *f, const char *name, size_t nbytes, uint64_t *bits)
{
    quire_status status;

    f->bits = bits;
    status = xap_db_documents(f->db, name, nbytes, visit_document, f, f->err);
    if (f->status == QUIRE_OK)
        f->status = status;
    return f->status == QUIRE_OK;
}

static bool
visit_term(void *closure, const term *t)
{
    finding *f = closure;

    return add_documents(f, t->bytes, t->nbytes, f->set->found);
}

/* ---- Beginnings ---- */

static bool
is_cut(size_t value_bytes, const char *value)
{
    return value_bytes >= CUT_LEAST_BYTES + CUT_END_BYTES &&
           value_bytes <= TERM_KEPT_BYTES + CUT_END_BYTES &&
           value[value_bytes - CUT_END_BYTES] == '~';
}

/* A term that begins as the value does, as far as a cut one would. */
static bool
visit_beginning(void *closure, const char *name, size_t nbytes)
{
    finding *f = closure;
    const char *value = name + 1;
    const size_t value_bytes = nbytes - 1;

    if (f->nbytes <= CUT_LEAST_BYTES)
        return add_documents(f, name, nbytes, f->set->found);
    if (is_cut(value_bytes, value)) {
        f->set->has_doubt = true;
        return add_documents(f, name, nbytes, f->set->doubtful);
    }
    if (value_bytes < f->nbytes || memcmp(value, f->value, f->nbytes) != 0)
        return true;
    return add_documents(f, name, nbytes, f->set->found);
}

static quire_status
find_beginning(finding *f, const char *prefix)
{
    char start[1 + CUT_LEAST_BYTES + 1];
    const size_t kept = f->nbytes < CUT_LEAST_BYTES ? f->nbytes : CUT_LEAST_BYTES;
    quire_status status;

    start[0] = prefix[0];
    memcpy(start + 1, f->value, kept);
    start[1 + kept] = '\0';
    status = xap_db_terms(f->db, start, visit_beginning, f, f->err);
    return f->status != QUIRE_OK ? f->status : status;
}

/* A language's own regions and scripts: en-GB for en.  Longer than any tag is, a value is looked
 * for as it is only. */
static quire_status
find_regions(finding *f, const char *language)
{
    char beginning[CUT_LEAST_BYTES + 1];
    finding of_regions = *f;

    if (f->nbytes >= CUT_LEAST_BYTES)
        return QUIRE_OK;
    memcpy(beginning, language, f->nbytes);
    beginning[f->nbytes] = '-';
    of_regions.value = beginning;
    of_regions.nbytes = f->nbytes + 1;
    return find_beginning(&of_regions, "L");
}

/* ---- Leaves ---- */

static quire_status
find_dates(finding *f, const query_node *leaf)
{
    const store_filter days = {.first_day = leaf->first_day, .last_day = leaf->last_day};
    quire_status status = filter_dates_visit(&days, f->db, visit_term, f, f->err);

    return f->status != QUIRE_OK ? f->status : status;
}

quire_status
catalogue_fields_find(catalogue_db *c, const query_node *leaf, article_set *set, quire_error *err)
{
    finding f = {.set = set, .err = err};
    bool is_prefix = false;
    term t;
    quire_status status = catalogue_db_get(c, &f.db, err);

    if (status != QUIRE_OK)
        return status;
    if (leaf->field == FIELD_DATE)
        return find_dates(&f, leaf);
    f.value = leaf->value;
    f.nbytes = catalogue_fields_value(leaf, &is_prefix);
    if (is_prefix)
        return find_beginning(&f, prefix_of(leaf->field));
    if (leaf->field == FIELD_LANGUAGE)
        status = find_regions(&f, leaf->value);
    if (status != QUIRE_OK)
        return status;
    term_make(&t, prefix_of(leaf->field), f.value, f.nbytes);
    add_documents(&f, t.bytes, t.nbytes, set->found);
    return f.status;
}
