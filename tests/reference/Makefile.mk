# The independent judge: random articles and queries, answered by Quire and by a naive searcher, and
# a test that it notices bugs.  See tests/reference/README.md.

check_PROGRAMS += tests/reference/judge tests/reference/judge_matcher tests/reference/judge-collection
slow_tests = tests/reference/planted.sh tests/reference/judge tests/reference/judge_matcher
TESTS += tests/reference/judge-collection
EXTRA_DIST += tests/reference/planted.sh tests/reference/README.md

reference_sources = \
	tests/reference/articles.c \
	tests/reference/articles.h \
	tests/reference/fields_of.c \
	tests/reference/fields_of.h \
	tests/reference/intervals.c \
	tests/reference/intervals.h \
	tests/reference/leaves.c \
	tests/reference/leaves.h \
	tests/reference/meaning.c \
	tests/reference/meaning.h \
	tests/reference/naive.c \
	tests/reference/naive.h \
	tests/reference/naive_article.c \
	tests/reference/naive_article.h \
	tests/reference/naive_internal.h \
	tests/reference/need.h \
	tests/reference/queries.c \
	tests/reference/queries.h \
	tests/reference/random.h \
	tests/reference/said_leaves.c \
	tests/reference/said_leaves.h \
	tests/reference/same_results.c \
	tests/reference/same_results.h \
	tests/reference/weights.c \
	tests/reference/weights.h \
	tests/reference/wording.c \
	tests/reference/wording.h

# An index of several segments.
split_sources = tests/helpers/split_index.c tests/helpers/split_index.h

tests_reference_judge_SOURCES = \
	tests/reference/judge.c \
	tests/reference/judge_tally.c \
	tests/reference/judge_tally.h \
	tests/reference/soup.c \
	tests/reference/soup.h \
	$(reference_sources) $(split_sources)
tests_reference_judge_LDADD = $(engine_everything) $(engine_build_libs)

# The span matcher and the score alone, without an index.
tests_reference_judge_matcher_SOURCES = tests/reference/judge_matcher.c $(reference_sources)
tests_reference_judge_matcher_LDADD = $(engine_everything) $(engine_build_libs)

# The same as the first for real sets of articles.
tests_reference_judge_collection_SOURCES = \
	tests/reference/collection.c \
	tests/reference/collection.h \
	tests/reference/judge_collection.c \
	$(reference_sources) $(split_sources)
tests_reference_judge_collection_LDADD = $(engine_everything) $(engine_build_libs)

# How planted.sh makes a judge of its own, in the build directory.
AM_TESTS_ENVIRONMENT += \
	QUIRE_COMPILE='$(CC) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS)'; \
	export QUIRE_COMPILE; \
	QUIRE_LINK='$(LIBTOOL) --quiet --tag=CXX --mode=link $(CXX) $(AM_CXXFLAGS) $(CXXFLAGS) $(AM_LDFLAGS) $(LDFLAGS)'; \
	export QUIRE_LINK; \
	QUIRE_LINK_JUDGE='$(tests_reference_judge_matcher_OBJECTS)'; export QUIRE_LINK_JUDGE; \
	QUIRE_LINK_LIBS='$(tests_reference_judge_matcher_LDADD) $(LIBS)'; export QUIRE_LINK_LIBS;

# A long run, from seeds never tried before: make check-long QUIRE_JUDGE_SECONDS=3600
check-long: judge-long judge-collections-long
judge-long: tests/reference/judge$(EXEEXT) tests/reference/judge_matcher$(EXEEXT)
	QUIRE_JUDGE_SECONDS=$${QUIRE_JUDGE_SECONDS:-600} tests/reference/judge$(EXEEXT)
	QUIRE_JUDGE_SECONDS=$${QUIRE_JUDGE_SECONDS:-600} tests/reference/judge$(EXEEXT) --small \
		--queries 5000
	QUIRE_JUDGE_SECONDS=$${QUIRE_JUDGE_SECONDS:-600} tests/reference/judge_matcher$(EXEEXT)
judge-collections-long: tests/reference/judge-collection$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) QUIRE_JUDGE_SECONDS=$${QUIRE_JUDGE_SECONDS:-600} \
		tests/reference/judge-collection$(EXEEXT)
.PHONY: check-long judge-long judge-collections-long
