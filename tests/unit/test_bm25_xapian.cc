/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BM25 beside Xapian's own: the weights that a search of an in-memory database gives are those that
 * bm25.c works out from the same numbers. */
#include <cmath>
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <xapian.h>

extern "C" {
#include <cmocka.h>

#include "query/bm25.h"
}

namespace
{

constexpr unsigned ndocuments = 400;
constexpr unsigned nterms = 12;

struct collection {
    Xapian::WritableDatabase db{std::string(), Xapian::DB_BACKEND_INMEMORY};
    std::vector<std::vector<uint32_t>> frequencies; /* of each term, by document */
    std::vector<uint32_t> lengths;
    std::vector<uint64_t> document_frequencies = std::vector<uint64_t>(nterms);
    bm25_collection sums{};
};

std::string
term_name(unsigned term)
{
    return "t" + std::to_string(term);
}

/* Term 0 is in nearly every document, the others ever more seldom; a filler makes up the length. */
collection
make_collection()
{
    collection c;
    std::mt19937 random(42);

    for (unsigned d = 0; d < ndocuments; d++) {
        Xapian::Document document;
        std::vector<uint32_t> counts(nterms);
        uint32_t length = static_cast<uint32_t>(random() % 300);

        document.add_term("filler", length);
        for (unsigned t = 0; t < nterms; t++) {
            if (random() % (t * t + 1) == 0 && random() % 20 != 0)
                counts[t] = static_cast<uint32_t>(1 + random() % 9);
            if (counts[t] > 0) {
                document.add_term(term_name(t), counts[t]);
                c.document_frequencies[t]++;
            }
            length += counts[t];
        }
        c.db.add_document(document);
        c.frequencies.push_back(counts);
        c.lengths.push_back(length);
        c.sums.npassages++;
        c.sums.total_length += length;
    }
    return c;
}

void
compare_term(const collection &c, unsigned term, double k1, double b)
{
    Xapian::Enquire enquire(c.db);
    Xapian::MSet found;
    bm25 m;

    enquire.set_weighting_scheme(Xapian::BM25Weight(k1, 0, 0, b, 0));
    enquire.set_query(Xapian::Query(term_name(term)));
    found = enquire.get_mset(0, ndocuments);
    assert_int_equal(found.size(), c.document_frequencies[term]);
    bm25_init(&m, k1, b, &c.sums);
    for (auto hit = found.begin(); hit != found.end(); ++hit) {
        unsigned d = *hit - 1;
        int64_t weight = bm25_weight(&m, bm25_idf(&m, c.document_frequencies[term]),
                                     c.frequencies[d][term], c.lengths[d]);

        assert_true(std::fabs(bm25_score(weight) - hit.get_weight()) < 1e-9);
    }
}

void
test_weights_are_xapians(void **)
{
    const double parameters[][2] = {{1.2, 0.75}, {0.9, 0.4}, {2.0, 1.0}, {1.0, 0.0}, {0.0, 0.5}};

    try {
        collection c = make_collection();

        for (const auto &p : parameters)
            for (unsigned term = 0; term < nterms; term++)
                compare_term(c, term, p[0], p[1]);
    } catch (const Xapian::Error &error) {
        fail_msg("%s", error.get_description().c_str());
    }
}

/* The example of docs/ranking.md: of 4 passages of 10 words on average, one of 8 words has a stem
 * twice, which stands in one other. */
void
test_worked_example(void **)
{
    const unsigned lengths[] = {8, 11, 10, 11};
    const unsigned times[] = {2, 1, 0, 0};
    const bm25_collection sums = {4, 40};
    Xapian::WritableDatabase db{std::string(), Xapian::DB_BACKEND_INMEMORY};
    Xapian::MSet found;
    bm25 m;

    bm25_init(&m, 1.2, 0.75, &sums);
    assert_true(std::fabs(bm25_idf(&m, 2) - 0.405465) < 5e-7);
    assert_true(std::fabs(bm25_score(bm25_weight(&m, bm25_idf(&m, 2), 2, 8)) - 0.590744) < 5e-7);
    for (unsigned i = 0; i < 4; i++) {
        Xapian::Document document;

        document.add_term("filler", lengths[i] - times[i]);
        if (times[i] > 0)
            document.add_term("stem", times[i]);
        db.add_document(document);
    }
    Xapian::Enquire enquire(db);
    enquire.set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 0, 0.75, 0));
    enquire.set_query(Xapian::Query("stem"));
    found = enquire.get_mset(0, 4);
    assert_int_equal(found.size(), 2);
    assert_int_equal(*found[0], 1);
    assert_true(std::fabs(found[0].get_weight() - 0.590744) < 5e-7);
}

} // namespace

int
main()
{
    const struct CMUnitTest tests[] = {
        {"test_weights_are_xapians", test_weights_are_xapians, nullptr, nullptr, nullptr},
        {"test_worked_example", test_worked_example, nullptr, nullptr, nullptr},
    };

    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
