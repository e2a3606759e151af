/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_shim.cc - the one place that is C++: libxapian behind a C interface.
 *
 * Functions are thin: translate, call, copy out.  Each is noexcept around a try that covers its
 * whole body, and what is thrown ends in status_of_exception, which alone knows Xapian's classes:
 * an exception must never unwind into C. */
#include <xapian.h>

#include <cxxabi.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "store/xapian_shim.h"

extern "C" {
#include "base/error.h"
}

#define DOCUMENTS_LOOKED_AT 3
#define ROOM_BYTES (1 << 20) /* more than a usual answer takes */

struct xap_db {
    Xapian::Database db;
    std::string name; /* for messages */
};

struct xap_query {
    std::vector<Xapian::Query> stack;
};

struct xap_document {
    Xapian::Document document;
};

struct xap_writer {
    Xapian::WritableDatabase db;
    std::string name;
    bool is_changed; /* since the last commit */
};

/* Which way the database went wrong: a reader of an immutable index blames the index, a writer the
 * disk. */
enum class role { reader, writer };

/* The status and message for the exception that is being handled. */
static quire_status
status_of_exception(role r, const char *name, quire_error *err) noexcept
{
    const char *const advice = "rebuild the index with quire-index";
    const int system_error = errno;

    try {
        throw;
    } catch (const std::bad_alloc &) {
        return error_nomem(err);
    } catch (const Xapian::DatabaseVersionError &e) {
        return error_set(err, QUIRE_EVERSION, "%s: %s; %s", name, e.get_msg().c_str(), advice);
    } catch (const Xapian::FeatureUnavailableError &e) {
        return error_set(err, QUIRE_EVERSION, "%s: %s; %s", name, e.get_msg().c_str(), advice);
    } catch (const Xapian::DatabaseLockError &e) {
        return error_set(err, QUIRE_EIO, "%s: %s", name, e.get_msg().c_str());
    } catch (const Xapian::Error &e) {
        const char *reason = e.get_error_string();
        const bool is_missing =
            reason != nullptr && std::strcmp(reason, std::strerror(ENOENT)) == 0;

        /* A writer that finds the disk full, or no memory, tries to cancel what it began, which
         * DB_DANGEROUS forbids; that is all that it throws then, but what the system said is still
         * there. */
        if (r == role::writer && reason == nullptr && system_error != 0 &&
            std::strcmp(e.get_type(), "InvalidOperationError") == 0)
            reason = std::strerror(system_error);
        if (reason != nullptr && std::strcmp(reason, std::strerror(ENOMEM)) == 0)
            return error_nomem(err);
        /* Where the system gave a reason, such as EACCES, EMFILE or ENOSPC, the index may be fine;
         * but what a manifest promises and is not there is damage. */
        if (r == role::writer || (reason != nullptr && !is_missing))
            return error_set(err, QUIRE_EIO, "%s: %s%s%s", name, e.get_msg().c_str(),
                             reason != nullptr ? ": " : "", reason != nullptr ? reason : "");
        return error_set(err, QUIRE_ECORRUPT, "%s: the database is damaged (%s: %s); %s", name,
                         e.get_type(), e.get_msg().c_str(), advice);
    } catch (const std::exception &e) {
        /* Such as std::length_error, from sizes read from a damaged file. */
        return error_set(err, r == role::reader ? QUIRE_ECORRUPT : QUIRE_EINTERNAL, "%s: %s; %s",
                         name, e.what(), advice);
    } catch (...) {
        return error_set(err, QUIRE_EINTERNAL, "%s: unknown exception", name);
    }
}

/* Is there memory to begin with?  Then have the C++ runtime keep what it needs in this thread to
 * throw.  Where it is loaded late, the C library makes room for that only when it is first used,
 * and ends the process where there is none: an exception that says so could not be thrown.  And
 * libxapian 1.4 crashes when memory ends while it puts a phrase together. */
static bool
has_room(quire_error *err) noexcept
{
    void *volatile room = std::malloc(ROOM_BYTES); /* volatile, or compilers leave it out */

    if (room == nullptr) {
        error_nomem(err);
        return false;
    }
    std::free(room);
    room = abi::__cxa_get_globals();
    return true;
}

/* The runtime asks for it when the process ends, too, though nothing was thrown. */
[[gnu::constructor]] static void
prepare_loader() noexcept
{
    (void)has_room(nullptr);
}

extern "C" const char *
xap_version(void) noexcept
{
    return Xapian::version_string();
}

/* ---- Opening ---- */

static bool
has_table(const std::string &path, const char *name)
{
    struct stat is;

    return stat((path + "/" + name + ".glass").c_str(), &is) == 0 ? is.st_size > 0
                                                                  : errno != ENOENT;
}

static bool
has_term_list(const Xapian::Database &db, Xapian::docid document)
{
    try {
        (void)db.termlist_begin(document);
        return true;
    } catch (const Xapian::FeatureUnavailableError &) {
        return false;
    }
}

/* Has one of the first documents data?  Where one has, all have. */
static bool
has_data(const Xapian::Database &db)
{
    const Xapian::PostingIterator end = db.postlist_end(std::string());
    unsigned n = 0;

    for (auto it = db.postlist_begin(std::string()); it != end && n < DOCUMENTS_LOOKED_AT;
         ++it, n++)
        if (!db.get_document(*it).get_data().empty())
            return true;
    return n == 0;
}

[[noreturn]] static void
fail_opening(const std::string &path, const char *name)
{
    const std::string file = path + "/" + name + ".glass";
    const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const int reason = fd < 0 ? errno : EAGAIN; /* it may be that it was gone a moment later */

    if (fd >= 0)
        close(fd);
    throw Xapian::DatabaseOpeningError("couldn't open " + file, reason);
}

/* Open a database with all of its tables.  To libxapian a table that it cannot open for reading is
 * one that was never made, whatever the reason, such as too many open files: documents had no data
 * then, or no positions. */
static Xapian::Database
open_whole(const std::string &path)
{
    Xapian::Database db(path);

    if (db.get_doccount() == 0)
        return db;
    if (has_table(path, "docdata") && !has_data(db))
        fail_opening(path, "docdata");
    if (has_table(path, "position") && !db.has_positions())
        fail_opening(path, "position");
    if (has_table(path, "termlist") && !has_term_list(db, *db.postlist_begin(std::string())))
        fail_opening(path, "termlist");
    return db;
}

/* ---- Reading ---- */

extern "C" quire_status
xap_db_open(const char *const *paths, size_t npaths, xap_db **db_out, quire_error *err) noexcept
{
    const char *name = npaths > 0 ? paths[0] : "";

    if (!has_room(err))
        return QUIRE_ENOMEM;
    try {
        xap_db *made = new xap_db;

        try {
            made->name = name;
            for (size_t i = 0; i < npaths; i++) {
                name = paths[i];
                made->db.add_database(open_whole(paths[i]));
            }
        } catch (...) {
            delete made;
            throw;
        }
        *db_out = made;
        return QUIRE_OK;
    } catch (...) {
        return status_of_exception(role::reader, name, err);
    }
}

extern "C" quire_status
xap_db_check(const char *path, quire_error *err) noexcept
try {
    const size_t nfaults = Xapian::Database::check(path, 0, nullptr);

    return nfaults == 0 ? QUIRE_OK
                        : error_set(err, QUIRE_ECORRUPT, "%s: Xapian's check found %zu fault%s",
                                    path, nfaults, nfaults == 1 ? "" : "s");
} catch (...) {
    return status_of_exception(role::reader, path, err);
}

extern "C" void
xap_db_close(xap_db *db) noexcept
{
    delete db;
}

extern "C" quire_status
xap_db_statistics(xap_db *db, uint64_t *ndocuments_out, uint64_t *total_length_out,
                  quire_error *err) noexcept
try {
    const uint64_t ndocuments = db->db.get_doccount();
    const uint64_t total_length = db->db.get_total_length();

    *ndocuments_out = ndocuments;
    *total_length_out = total_length;
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_term_frequency(xap_db *db, const char *term, size_t nbytes, uint64_t *out,
                      quire_error *err) noexcept
try {
    *out = nbytes == 0 ? 0 : db->db.get_termfreq(std::string(term, nbytes));
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_terms(xap_db *db, const char *prefix, xap_visitor visit, void *closure,
             quire_error *err) noexcept
try {
    const Xapian::TermIterator end = db->db.allterms_end(prefix);

    for (Xapian::TermIterator it = db->db.allterms_begin(prefix); it != end; ++it) {
        const std::string term = *it;

        if (!visit(closure, term.data(), term.size()))
            break;
    }
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_terms_from(xap_db *db, const char *from, size_t nbytes, xap_skipper visit, void *closure,
                  quire_error *err) noexcept
try {
    const Xapian::TermIterator end = db->db.allterms_end();
    Xapian::TermIterator it = db->db.allterms_begin();
    char skip_to[XAP_MAX_TERM];

    if (it != end && nbytes > 0)
        it.skip_to(std::string(from, nbytes));
    while (it != end) {
        const std::string term = *it;
        size_t skip_bytes = 0;

        if (!visit(closure, term.data(), term.size(), skip_to, &skip_bytes))
            break;
        if (skip_bytes > 0)
            it.skip_to(std::string(skip_to, skip_bytes));
        else
            ++it;
    }
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_collection_frequency(xap_db *db, const char *term, size_t nbytes, uint64_t *out,
                            quire_error *err) noexcept
try {
    *out = nbytes == 0 ? 0 : db->db.get_collection_freq(std::string(term, nbytes));
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_documents(xap_db *db, const char *term, size_t nbytes, xap_document_visitor visit,
                 void *closure, quire_error *err) noexcept
try {
    const std::string name(term, nbytes);

    if (name.empty())
        return QUIRE_OK;
    const Xapian::PostingIterator end = db->db.postlist_end(name);

    for (Xapian::PostingIterator it = db->db.postlist_begin(name); it != end; ++it)
        if (!visit(closure, *it, it.get_wdf()))
            break;
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_lengths(xap_db *db, xap_length_visitor visit, void *closure, quire_error *err) noexcept
try {
    const Xapian::PostingIterator end = db->db.postlist_end(std::string());

    for (Xapian::PostingIterator it = db->db.postlist_begin(std::string()); it != end; ++it)
        if (!visit(closure, *it, it.get_doclength()))
            break;
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_next_document(xap_db *db, uint32_t from, uint32_t *document_out, quire_error *err) noexcept
try {
    Xapian::PostingIterator it = db->db.postlist_begin(std::string());
    const Xapian::PostingIterator end = db->db.postlist_end(std::string());

    if (it != end)
        it.skip_to(from);
    *document_out = it != end ? *it : 0;
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_last_document(xap_db *db, uint32_t *document_out, quire_error *err) noexcept
try {
    *document_out = db->db.get_lastdocid();
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

extern "C" quire_status
xap_db_data(xap_db *db, uint32_t document, buffer *out, quire_error *err) noexcept
try {
    const std::string data = db->db.get_document(document).get_data();

    return buffer_add(out, data.data(), data.size()) ? QUIRE_OK : error_nomem(err);
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

/* ---- Queries ---- */

extern "C" quire_status
xap_query_new(xap_query **query_out, quire_error *err) noexcept
try {
    if (!has_room(err)) /* the thread may be another than the one that opened */
        return QUIRE_ENOMEM;
    *query_out = new xap_query;
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, "query", err);
}

extern "C" void
xap_query_free(xap_query *query) noexcept
{
    delete query;
}

extern "C" quire_status
xap_query_term(xap_query *query, const char *term, size_t nbytes, quire_error *err) noexcept
try {
    query->stack.emplace_back(std::string(term, nbytes));
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, "query", err);
}

extern "C" quire_status
xap_query_weighted_term(xap_query *query, const char *term, size_t nbytes, double factor,
                        quire_error *err) noexcept
try {
    const Xapian::Query made{std::string(term, nbytes)};

    query->stack.push_back(
        factor == 1 ? made : Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, made, factor));
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, "query", err);
}

extern "C" quire_status
xap_query_all(xap_query *query, quire_error *err) noexcept
try {
    query->stack.push_back(Xapian::Query::MatchAll);
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, "query", err);
}

extern "C" quire_status
xap_query_nothing(xap_query *query, quire_error *err) noexcept
try {
    query->stack.push_back(Xapian::Query::MatchNothing);
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, "query", err);
}

static Xapian::Query::op
xapian_operator(xap_operator op)
{
    switch (op) {
    case XAP_AND:
        return Xapian::Query::OP_AND;
    case XAP_OR:
        return Xapian::Query::OP_OR;
    case XAP_AND_MAYBE:
        return Xapian::Query::OP_AND_MAYBE;
    case XAP_FILTER:
        return Xapian::Query::OP_FILTER;
    case XAP_AND_NOT:
        return Xapian::Query::OP_AND_NOT;
    }
    return Xapian::Query::OP_INVALID;
}

/* Replace the last n operands by made. */
static void
replace_operands(xap_query *query, size_t n, const Xapian::Query &made)
{
    query->stack.resize(query->stack.size() - n);
    query->stack.push_back(made);
}

extern "C" quire_status
xap_query_combine(xap_query *query, xap_operator op, size_t noperands, quire_error *err) noexcept
try {
    if (noperands == 1)
        return QUIRE_OK;
    if (noperands == 0) {
        query->stack.push_back(op == XAP_AND ? Xapian::Query::MatchAll
                                             : Xapian::Query::MatchNothing);
        return QUIRE_OK;
    }
    const auto from = query->stack.end() - static_cast<std::ptrdiff_t>(noperands);
    replace_operands(query, noperands,
                     Xapian::Query(xapian_operator(op), from, query->stack.end()));
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, "query", err);
}

extern "C" quire_status
xap_query_phrase(xap_query *query, size_t noperands, quire_error *err) noexcept
try {
    const auto from = query->stack.end() - static_cast<std::ptrdiff_t>(noperands);
    replace_operands(query, noperands,
                     Xapian::Query(Xapian::Query::OP_PHRASE, from, query->stack.end(),
                                   static_cast<Xapian::termcount>(noperands)));
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, "query", err);
}

extern "C" quire_status
xap_query_describe(const xap_query *query, buffer *out, quire_error *err) noexcept
try {
    const std::string text = query->stack.back().get_description();

    return buffer_add(out, text.data(), text.size()) ? QUIRE_OK : error_nomem(err);
} catch (...) {
    return status_of_exception(role::reader, "query", err);
}

/* ---- Searching ---- */

/* How many matches Xapian is to look at before it leaves out what it takes to be too light.  Of
 * several shards, all: Xapian 1.4.22 may leave out of a later shard, in which a term is rare, what
 * weighs as much as what it keeps of the first. */
static Xapian::doccount
least_checked(const Xapian::Database &db, const xap_request *request)
{
    return request->exact_count || db.size() > 1 ? db.get_doccount() : 0;
}

extern "C" quire_status
xap_search(xap_db *db, const xap_query *query, const xap_request *request, xap_hit *hits,
           uint32_t *nhits_out, uint64_t *count_out, quire_error *err) noexcept
try {
    Xapian::Enquire enquire(db->db);

    if (request->unweighted)
        enquire.set_weighting_scheme(Xapian::BoolWeight());
    else
        enquire.set_weighting_scheme(Xapian::BM25Weight(request->k1, 0, 0, request->b, 0));
    enquire.set_query(query->stack.back());
    const Xapian::MSet found =
        enquire.get_mset(request->first, request->max_hits, least_checked(db->db, request));
    uint32_t n = 0;

    for (auto it = found.begin(); it != found.end() && n < request->max_hits; ++it, ++n) {
        hits[n].document = *it;
        hits[n].weight = it.get_weight();
    }
    *nhits_out = n;
    *count_out = found.get_matches_lower_bound();
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::reader, db->name.c_str(), err);
}

/* ---- Writing ---- */

extern "C" quire_status
xap_document_new(xap_document **document_out, quire_error *err) noexcept
try {
    *document_out = new xap_document;
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, "document", err);
}

extern "C" void
xap_document_free(xap_document *document) noexcept
{
    delete document;
}

extern "C" quire_status
xap_document_clear(xap_document *document, quire_error *err) noexcept
try {
    document->document = Xapian::Document();
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, "document", err);
}

extern "C" quire_status
xap_document_posting(xap_document *document, const char *term, size_t nbytes, uint32_t position,
                     uint32_t wdf, quire_error *err) noexcept
try {
    document->document.add_posting(std::string(term, nbytes), position, wdf);
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, "document", err);
}

extern "C" quire_status
xap_document_term(xap_document *document, const char *term, size_t nbytes, uint32_t wdf,
                  quire_error *err) noexcept
try {
    document->document.add_term(std::string(term, nbytes), wdf);
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, "document", err);
}

extern "C" quire_status
xap_document_number(xap_document *document, uint32_t slot, double value, quire_error *err) noexcept
try {
    document->document.add_value(slot, Xapian::sortable_serialise(value));
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, "document", err);
}

extern "C" quire_status
xap_document_data(xap_document *document, const char *bytes, size_t nbytes,
                  quire_error *err) noexcept
try {
    document->document.set_data(std::string(bytes, nbytes));
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, "document", err);
}

extern "C" quire_status
xap_writer_open(const char *path, bool with_term_lists, xap_writer **writer_out,
                quire_error *err) noexcept
try {
    const int flags = Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC |
                      Xapian::DB_DANGEROUS | (with_term_lists ? 0 : Xapian::DB_NO_TERMLIST);

    *writer_out = new xap_writer{Xapian::WritableDatabase(path, flags), path, false};
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, path, err);
}

extern "C" quire_status
xap_writer_edit(const char *path, xap_writer **writer_out, quire_error *err) noexcept
try {
    const int flags = Xapian::DB_OPEN | Xapian::DB_NO_SYNC;

    *writer_out = new xap_writer{Xapian::WritableDatabase(path, flags), path, false};
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, path, err);
}

extern "C" quire_status
xap_writer_delete(xap_writer *writer, uint32_t document, quire_error *err) noexcept
try {
    writer->is_changed = true;
    writer->db.delete_document(document);
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, writer->name.c_str(), err);
}

extern "C" quire_status
xap_writer_add(xap_writer *writer, const xap_document *document, quire_error *err) noexcept
try {
    writer->is_changed = true;
    writer->db.add_document(document->document);
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, writer->name.c_str(), err);
}

extern "C" quire_status
xap_writer_commit(xap_writer *writer, quire_error *err) noexcept
try {
    writer->db.commit();
    writer->is_changed = false;
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, writer->name.c_str(), err);
}

extern "C" void
xap_writer_close(xap_writer *writer) noexcept
{
    /* The end of a database commits, which takes seconds where much is pending, and whoever gives
     * up waits for it; but the end of a transaction does not. */
    try {
        if (writer != nullptr && writer->is_changed)
            writer->db.begin_transaction(false);
    } catch (...) {
    }
    delete writer;
}

extern "C" quire_status
xap_merge(const char *const *paths, size_t npaths, const char *path, bool full,
          quire_error *err) noexcept
try {
    Xapian::Database from;

    for (size_t i = 0; i < npaths; i++)
        from.add_database(open_whole(paths[i]));
    from.compact(path, full ? static_cast<unsigned>(Xapian::Compactor::FULL) : 0u);
    return QUIRE_OK;
} catch (...) {
    return status_of_exception(role::writer, path, err);
}
