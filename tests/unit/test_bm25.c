/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BM25 by hand: the numbers were worked out from the formula of bm25.h in 60 decimal digits, not
 * with this code.  test_bm25_xapian.cc compares with Xapian's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/bm25.h"

static const struct {
    uint64_t npassages;
    uint64_t total_length;
    double k1;
    double b;
    uint64_t df;
    uint32_t tf;
    uint32_t length;
    double idf;
    int64_t weight; /* units of 2^-32 */
} cases[] = {
    {1000, 100000, 1.2, 0.75, 10, 1, 100, 4.54683460897512770060, INT64_C(19528505946)},
    {1000, 100000, 1.2, 0.75, 10, 3, 150, 4.54683460897512770060, INT64_C(27717879407)},
    {418994, 41000000, 1.2, 0.75, 1, 7, 42, 12.54014557754928915756, INT64_C(107911139733)},
    {418994, 41000000, 1.2, 0.75, 418994, 12, 199, 0.00000059666636535017, INT64_C(4788)},
    {2, 37, 1.2, 0.75, 1, 1, 17, 0.40546510810816438486, INT64_C(1801204491)},
    {2, 37, 1.2, 0.75, 2, 4, 20, 0.09531017980432486547, INT64_C(683166052)},
    {5, 555, 0.9, 0.4, 3, 2, 111, 0.30538164955118185517, INT64_C(1718653776)},
    {1000000000, 98765432101, 2, 1, 12345, 5, 3, 11.30220658918350729039, INT64_C(143879684849)},
    {1000, 100000, 0, 0.75, 500, 9, 80, 0.40546510810816438486, INT64_C(1741459379)},
    {1000, 100000, 1.2, 0, 333, 2, 1, 0.69389652491872622075, INT64_C(4097861462)},
};

static void
test_weights_are_those_worked_out_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const bm25_collection collection = {.npassages = cases[i].npassages,
                                            .total_length = cases[i].total_length};
        bm25 m;
        double idf;
        int64_t weight;

        bm25_init(&m, cases[i].k1, cases[i].b, &collection);
        idf = bm25_idf(&m, cases[i].df);
        assert_true(fabs(idf - cases[i].idf) <= 1e-15 * (1 + cases[i].idf));
        weight = bm25_weight(&m, idf, cases[i].tf, cases[i].length);
        /* The last of 53 bits may round either way on the way to a multiple of 2^-32. */
        assert_true(weight >= cases[i].weight - 1 && weight <= cases[i].weight + 1);
    }
}

static void
test_idf_is_never_negative(void **state)
{
    (void)state;
    const bm25_collection collection = {.npassages = 1000, .total_length = 100000};
    bm25 m;
    double before = INFINITY;

    bm25_init(&m, BM25_DEFAULT_K1, BM25_DEFAULT_B, &collection);
    for (uint64_t df = 0; df <= 1000; df++) {
        double idf = bm25_idf(&m, df);

        assert_true(idf > 0);
        assert_true(idf < before);
        before = idf;
    }
}

static void
test_more_of_a_term_weighs_more_and_more_words_less(void **state)
{
    (void)state;
    const bm25_collection collection = {.npassages = 1000, .total_length = 100000};
    bm25 m;
    double idf;

    bm25_init(&m, BM25_DEFAULT_K1, BM25_DEFAULT_B, &collection);
    idf = bm25_idf(&m, 10);
    for (uint32_t n = 1; n < 200; n++) {
        assert_true(bm25_weight(&m, idf, n + 1, 100) > bm25_weight(&m, idf, n, 100));
        assert_true(bm25_weight(&m, idf, 3, n + 1) < bm25_weight(&m, idf, 3, n));
    }
    bm25_init(&m, BM25_DEFAULT_K1, 0, &collection);
    assert_int_equal(bm25_weight(&m, idf, 3, 10), bm25_weight(&m, idf, 3, 1000));
    bm25_init(&m, 0, BM25_DEFAULT_B, &collection);
    assert_int_equal(bm25_weight(&m, idf, 1, 100), bm25_weight(&m, idf, 50, 100));
}

static void
test_an_empty_collection_has_a_mean_length(void **state)
{
    (void)state;
    const bm25_collection collection = {0};
    bm25 m;

    bm25_init(&m, BM25_DEFAULT_K1, BM25_DEFAULT_B, &collection);
    assert_true(fabs(m.mean_length - 1) <= 0);
    assert_true(isfinite(bm25_idf(&m, 0)));
    assert_true(bm25_weight(&m, bm25_idf(&m, 0), 1, 1) > 0);
}

static void
test_scores_for_people_are_the_fixed_point_ones(void **state)
{
    (void)state;
    assert_true(fabs(bm25_score(INT64_C(4294967296) * 3 / 2) - 1.5) <= 0);
    assert_true(fabs(bm25_score(0)) <= 0);
    assert_true(fabs(bm25_score(1) - 1.0 / 4294967296.0) <= 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_are_those_worked_out_by_hand),
        cmocka_unit_test(test_idf_is_never_negative),
        cmocka_unit_test(test_more_of_a_term_weighs_more_and_more_words_less),
        cmocka_unit_test(test_an_empty_collection_has_a_mean_length),
        cmocka_unit_test(test_scores_for_people_are_the_fixed_point_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
