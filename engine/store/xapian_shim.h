/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_shim.h - what Quire needs of libxapian, in C.
 *
 * No exception comes through: every function turns what Xapian throws into a status and a message
 * that names the database.  Objects are made by a function whose name ends in _open or _new and
 * ended by one that ends in _close or _free, which take NULL.  One object, one thread at a time. */
#ifndef QUIRE_STORE_XAPIAN_SHIM_H
#define QUIRE_STORE_XAPIAN_SHIM_H

#include "quire.h"

#ifdef __cplusplus
#define XAP_NOEXCEPT noexcept
extern "C" {
#else
#define XAP_NOEXCEPT
#endif

#include "base/buffer.h" /* whose functions are C's */

/* The longest term that glass takes; a NUL in a term counts double. */
#define XAP_MAX_TERM 245 /* bytes */

const char *xap_version(void) XAP_NOEXCEPT; /* "1.4.22" */

/* ---- Reading ---- */

typedef struct xap_db xap_db;

/* Open npaths databases as one: document d of database number i (from 0) has number
 * (d - 1) * npaths + i + 1.  QUIRE_ECORRUPT (one that is not there, too: callers ask for what a
 * manifest lists), QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM; so for all functions below. */
quire_status xap_db_open(const char *const *paths, size_t npaths, xap_db **db_out,
                         quire_error *err) XAP_NOEXCEPT;
void xap_db_close(xap_db *db) XAP_NOEXCEPT;

/* Have Xapian check the structure of the database at path.  QUIRE_ECORRUPT (it found faults),
 * QUIRE_EVERSION, QUIRE_EIO, QUIRE_ENOMEM. */
quire_status xap_db_check(const char *path, quire_error *err) XAP_NOEXCEPT;

/* Documents, and the sum of their lengths. */
quire_status xap_db_statistics(xap_db *db, uint64_t *ndocuments_out, uint64_t *total_length_out,
                               quire_error *err) XAP_NOEXCEPT;

/* Documents that hold a term; an empty term is in none. */
quire_status xap_db_term_frequency(xap_db *db, const char *term, size_t nbytes, uint64_t *out,
                                   quire_error *err) XAP_NOEXCEPT;

/* Call visit for each term that begins with prefix, ascending, until it returns false. */
typedef bool (*xap_visitor)(void *closure, const char *term, size_t nbytes);
quire_status xap_db_terms(xap_db *db, const char *prefix, xap_visitor visit, void *closure,
                          quire_error *err) XAP_NOEXCEPT;

/* Call visit for each term from one on, ascending, until it returns false.  A visitor may name a
 * later term in skip_to (room for XAP_MAX_TERM bytes, *skip_bytes of them used) to leave out what
 * lies between. */
typedef bool (*xap_skipper)(void *closure, const char *term, size_t nbytes, char *skip_to,
                            size_t *skip_bytes);
quire_status xap_db_terms_from(xap_db *db, const char *from, size_t nbytes, xap_skipper visit,
                               void *closure, quire_error *err) XAP_NOEXCEPT;

/* How often a term occurs: the sum of its wdf. */
quire_status xap_db_collection_frequency(xap_db *db, const char *term, size_t nbytes, uint64_t *out,
                                         quire_error *err) XAP_NOEXCEPT;

/* Call visit for each document that holds a term, ascending, with the term's wdf there, until it
 * returns false; an empty term is in none. */
typedef bool (*xap_document_visitor)(void *closure, uint32_t document, uint32_t wdf);
quire_status xap_db_documents(xap_db *db, const char *term, size_t nbytes,
                              xap_document_visitor visit, void *closure,
                              quire_error *err) XAP_NOEXCEPT;

/* Call visit for each document there is, ascending, with its length, until it returns false. */
typedef bool (*xap_length_visitor)(void *closure, uint32_t document, uint32_t length);
quire_status xap_db_lengths(xap_db *db, xap_length_visitor visit, void *closure,
                            quire_error *err) XAP_NOEXCEPT;

/* The first document from one on; 0: there is none. */
quire_status xap_db_next_document(xap_db *db, uint32_t from, uint32_t *document_out,
                                  quire_error *err) XAP_NOEXCEPT;

/* The highest number that a document has, or had; 0: none ever. */
quire_status xap_db_last_document(xap_db *db, uint32_t *document_out,
                                  quire_error *err) XAP_NOEXCEPT;

/* Append a document's data to out. */
quire_status xap_db_data(xap_db *db, uint32_t document, buffer *out, quire_error *err) XAP_NOEXCEPT;

/* ---- Queries: a stack on which operators take the place of their operands ---- */

typedef struct xap_query xap_query;

typedef enum {
    XAP_AND,       /* any number of operands */
    XAP_OR,        /* any number */
    XAP_AND_MAYBE, /* two: the second only adds weight */
    XAP_FILTER,    /* two: the second has no weight */
    XAP_AND_NOT    /* two */
} xap_operator;

quire_status xap_query_new(xap_query **query_out, quire_error *err) XAP_NOEXCEPT;
void xap_query_free(xap_query *query) XAP_NOEXCEPT;

quire_status xap_query_term(xap_query *query, const char *term, size_t nbytes,
                            quire_error *err) XAP_NOEXCEPT;
/* The same with its weight multiplied by factor. */
quire_status xap_query_weighted_term(xap_query *query, const char *term, size_t nbytes,
                                     double factor, quire_error *err) XAP_NOEXCEPT;
quire_status xap_query_all(xap_query *query,
                           quire_error *err) XAP_NOEXCEPT; /* every document, weight 0 */
quire_status xap_query_nothing(xap_query *query, quire_error *err) XAP_NOEXCEPT; /* no document */

/* Put the operator over the last noperands operands; no operand gives no document, except XAP_AND,
 * which gives every one. */
quire_status xap_query_combine(xap_query *query, xap_operator op, size_t noperands,
                               quire_error *err) XAP_NOEXCEPT;

/* Put a phrase in place of the last noperands operands, which must be terms. */
quire_status xap_query_phrase(xap_query *query, size_t noperands, quire_error *err) XAP_NOEXCEPT;

/* Append Xapian's own description of the query, which must be one operand, to out. */
quire_status xap_query_describe(const xap_query *query, buffer *out, quire_error *err) XAP_NOEXCEPT;

/* ---- Searching ---- */

typedef struct {
    uint32_t document;
    double weight;
} xap_hit;

typedef struct {
    double k1;
    double b;
    bool unweighted; /* all weights are 0: document order, and an early end */
    uint32_t first;  /* hits to leave out at the start */
    uint32_t max_hits;
    bool exact_count; /* see *count_out */
} xap_request;

/* Find documents, best first, the lower number first where weights are equal.  hits has room for
 * max_hits.  *count_out is how many match: exactly where it was asked for, else at least so many.
 */
quire_status xap_search(xap_db *db, const xap_query *query, const xap_request *request,
                        xap_hit *hits, uint32_t *nhits_out, uint64_t *count_out,
                        quire_error *err) XAP_NOEXCEPT;

/* ---- Writing ---- */

typedef struct xap_document xap_document;

quire_status xap_document_new(xap_document **document_out, quire_error *err) XAP_NOEXCEPT;
void xap_document_free(xap_document *document) XAP_NOEXCEPT;
quire_status xap_document_clear(xap_document *document, quire_error *err) XAP_NOEXCEPT;

/* Terms are not empty and fit XAP_MAX_TERM. */
quire_status xap_document_posting(xap_document *document, const char *term, size_t nbytes,
                                  uint32_t position, uint32_t wdf, quire_error *err) XAP_NOEXCEPT;
quire_status xap_document_term(xap_document *document, const char *term, size_t nbytes,
                               uint32_t wdf, quire_error *err) XAP_NOEXCEPT;
quire_status xap_document_number(xap_document *document, uint32_t slot, double value,
                                 quire_error *err) XAP_NOEXCEPT;
quire_status xap_document_data(xap_document *document, const char *bytes, size_t nbytes,
                               quire_error *err) XAP_NOEXCEPT;

typedef struct xap_writer xap_writer;

/* Make a new database in the directory path, which must be empty or absent.  Nothing is synced.
 * Without term lists it is searched all the same, but cannot say which terms a document has.
 * QUIRE_EIO, QUIRE_ENOMEM. */
quire_status xap_writer_open(const char *path, bool with_term_lists, xap_writer **writer_out,
                             quire_error *err) XAP_NOEXCEPT;

/* Change the database at path, which nobody else may have open.  Nothing is synced.  QUIRE_EIO,
 * QUIRE_ENOMEM. */
quire_status xap_writer_edit(const char *path, xap_writer **writer_out,
                             quire_error *err) XAP_NOEXCEPT;

/* Take a document out, which is there; the others keep their numbers. */
quire_status xap_writer_delete(xap_writer *writer, uint32_t document,
                               quire_error *err) XAP_NOEXCEPT;

/* Add a document under the next number. */
quire_status xap_writer_add(xap_writer *writer, const xap_document *document,
                            quire_error *err) XAP_NOEXCEPT;

/* Write everything out; the writer must still be closed. */
quire_status xap_writer_commit(xap_writer *writer, quire_error *err) XAP_NOEXCEPT;
void xap_writer_close(xap_writer *writer) XAP_NOEXCEPT; /* what was not committed is lost */

/* Write the documents of npaths databases, one after the other and numbered anew, into a new
 * database in directory path.  Where full, blocks are filled to the brim, since nothing will ever
 * be added.  Nothing is synced. */
quire_status xap_merge(const char *const *paths, size_t npaths, const char *path, bool full,
                       quire_error *err) XAP_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
