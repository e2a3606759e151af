# "make check": unit tests and command line tests, both speaking TAP, so that every case counts.

# ---- Unit tests: one program a file, with all of the engine inside, so that it can be looked into.
# A new test is its name in this list.
unit_programs = \
	tests/unit/test_article_columns \
	tests/unit/test_article_record \
	tests/unit/test_bit_flips \
	tests/unit/test_bitpack \
	tests/unit/test_blocks \
	tests/unit/test_bm25 \
	tests/unit/test_bm25_xapian \
	tests/unit/test_build \
	tests/unit/test_catalogue_writer \
	tests/unit/test_checked_file \
	tests/unit/test_copies \
	tests/unit/test_copies_files \
	tests/unit/test_date \
	tests/unit/test_dead_articles \
	tests/unit/test_demonyms \
	tests/unit/test_dictionary \
	tests/unit/test_even_search \
	tests/unit/test_evaluate \
	tests/unit/test_evaluate_articles \
	tests/unit/test_evaluate_top \
	tests/unit/test_evaluate_ways \
	tests/unit/test_files \
	tests/unit/test_fold \
	tests/unit/test_generation \
	tests/unit/test_grouping \
	tests/unit/test_manifest \
	tests/unit/test_match \
	tests/unit/test_memory \
	tests/unit/test_json_text \
	tests/unit/test_numbers \
	tests/unit/test_parse \
	tests/unit/test_parts \
	tests/unit/test_passage_record \
	tests/unit/test_passage_words \
	tests/unit/test_pair_lists \
	tests/unit/test_patched \
	tests/unit/test_passages \
	tests/unit/test_plain_json \
	tests/unit/test_posting_list \
	tests/unit/test_queries \
	tests/unit/test_quire_store \
	tests/unit/test_reader \
	tests/unit/test_search \
	tests/unit/test_segment \
	tests/unit/test_sentences \
	tests/unit/test_snippet \
	tests/unit/test_source_state \
	tests/unit/test_sources \
	tests/unit/test_several_segments \
	tests/unit/test_share \
	tests/unit/test_stem \
	tests/unit/test_store \
	tests/unit/test_store_damage \
	tests/unit/test_store_words \
	tests/unit/test_stories \
	tests/unit/test_suggest \
	tests/unit/test_text_code \
	tests/unit/test_text_store \
	tests/unit/test_update \
	tests/unit/test_unicode_sentences \
	tests/unit/test_unicode_words \
	tests/unit/test_utf8 \
	tests/unit/test_variants \
	tests/unit/test_words \
	tests/unit/test_xapian_files

tests_unit_test_evaluate_SOURCES = tests/unit/test_evaluate.c tests/unit/evaluate_corpus.h
tests_unit_test_evaluate_articles_SOURCES = tests/unit/test_evaluate_articles.c \
	tests/unit/evaluate_corpus.h
tests_unit_test_bit_flips_SOURCES = tests/unit/test_bit_flips.c \
	tests/helpers/flips.c tests/helpers/flips.h \
	tests/helpers/split_index.c tests/helpers/split_index.h
tests_unit_test_dead_articles_SOURCES = tests/unit/test_dead_articles.c tests/unit/store_fixture.h
tests_unit_test_json_text_SOURCES = tests/unit/test_json_text.c searcher/json_text.c searcher/json_text.h
tests_unit_test_json_text_LDADD = $(CMOCKA_LIBS) $(UNISTRING_LIBS) $(JANSSON_LIBS)
tests_unit_test_numbers_SOURCES = tests/unit/test_numbers.c searcher/output.c searcher/output.h
tests_unit_test_quire_store_SOURCES = tests/unit/test_quire_store.c tests/unit/store_fixture.h
tests_unit_test_segment_SOURCES = tests/unit/test_segment.c tests/unit/segment_corpus.h
tests_unit_test_several_segments_SOURCES = tests/unit/test_several_segments.c \
	tests/helpers/split_index.c tests/helpers/split_index.h
tests_unit_test_store_SOURCES = tests/unit/test_store.c tests/unit/store_fixture.h
tests_unit_test_store_damage_SOURCES = tests/unit/test_store_damage.c tests/unit/store_fixture.h
tests_unit_test_store_words_SOURCES = tests/unit/test_store_words.c tests/unit/store_fixture.h
tests_unit_test_suggest_SOURCES = tests/unit/test_suggest.c tests/unit/store_fixture.h
tests_unit_test_bm25_xapian_SOURCES = tests/unit/test_bm25_xapian.cc
EXTRA_DIST += tests/queries tests/unit/chance.h tests/unit/rounds.h tests/unit/scratch.h

# ---- Command line tests: add the script here.
cli_scripts = \
	tests/cli/t010-house.sh \
	tests/cli/t100-index.sh \
	tests/cli/t110-index-sources.sh \
	tests/cli/t120-index-problems.sh \
	tests/cli/t130-stems.sh \
	tests/cli/t140-update.sh \
	tests/cli/t145-guards.sh \
	tests/cli/t146-disks.sh \
	tests/cli/t147-log-and-metrics.sh \
	tests/cli/t148-contrib.sh \
	tests/cli/t149-operations.sh \
	tests/cli/t150-index-terminal.sh \
	tests/cli/t160-index-man.sh \
	tests/cli/t165-formats.sh \
	tests/cli/t170-threads.sh \
	tests/cli/t190-reuters.sh \
	tests/cli/t200-search.sh \
	tests/cli/t205-articles.sh \
	tests/cli/t207-ranking.sh \
	tests/cli/t208-worked-example.sh \
	tests/cli/t209-feedback.sh \
	tests/cli/t210-formats.sh \
	tests/cli/t220-options.sh \
	tests/cli/t230-batch.sh \
	tests/cli/t233-batch-input.sh \
	tests/cli/t235-batch-threads.sh \
	tests/cli/t237-batch-output.sh \
	tests/cli/t240-filters.sh \
	tests/cli/t245-strict.sh \
	tests/cli/t246-many-phrases.sh \
	tests/cli/t247-reading.sh \
	tests/cli/t248-grammar.sh \
	tests/cli/t250-terminal.sh \
	tests/cli/t270-output.sh \
	tests/cli/t280-articles.sh \
	tests/cli/t281-bytes.sh \
	tests/cli/t290-man-examples.sh \
	tests/cli/t295-example-program.sh \
	tests/cli/t300-copies.sh \
	tests/cli/t300-same-in-every-format.sh \
	tests/cli/t302-marks-of-random-queries.sh \
	tests/cli/t310-hostile.sh \
	tests/cli/t320-page.sh \
	tests/cli/t330-schema.sh \
	tests/cli/t340-damage.sh \
	tests/cli/t350-article.sh \
	tests/cli/t360-terminal.sh \
	tests/cli/t370-completion.sh \
	tests/cli/t380-by.sh \
	tests/cli/t390-matrix.sh \
	tests/cli/t400-like.sh \
	tests/faults/f100-damaged-input.sh \
	tests/faults/f110-stopped-build.sh

EXTRA_DIST += tests/golden tests/helpers/read_metrics.sh tests/fixtures
EXTRA_DIST += $(cli_scripts) tests/cli/lib.sh tests/run-cli tests/run-unit tests/check-layers tests/check-format \
	tests/check-exports tests/no-unit-tests.sh

# Reads what quire-search prints, for tests/cli/t281-bytes.sh; knows nothing of the engine.
check_PROGRAMS += tests/helpers/check-jsonl
tests_helpers_check_jsonl_SOURCES = tests/helpers/check_jsonl.c
tests_helpers_check_jsonl_LDADD = $(JANSSON_LIBS)
EXTRA_DIST += tests/cli/search-articles.sh examples/rank.c examples/search.c tests/helpers/full_disk.c tests/helpers/odd_disk.c

# What other formats are read with; they know nothing of the engine, either.
EXTRA_DIST += tests/cli/hostile-articles.sh tests/helpers/browse.py tests/helpers/count_by.py tests/helpers/naive_feedback.py \
	tests/helpers/formats.py tests/helpers/read_formats.py tests/helpers/read_shown.py tests/helpers/read_snippets.py \
	tests/helpers/read_hostile.py tests/helpers/validate.py

# ---- Faults: a library that is loaded before others, and programs that load it.
fault_programs = tests/faults/test_failing_calls tests/faults/test_flipped_bits \
	tests/faults/test_power_loss tests/faults/test_races
world_sources = tests/faults/world.c tests/faults/world.h tests/faults/fault.h
tests_faults_test_failing_calls_SOURCES = tests/faults/test_failing_calls.c $(world_sources)
tests_faults_test_flipped_bits_SOURCES = tests/faults/test_flipped_bits.c \
	tests/helpers/flips.c tests/helpers/flips.h $(world_sources)
tests_faults_test_races_SOURCES = tests/faults/test_races.c $(world_sources)
tests_faults_test_power_loss_SOURCES = tests/faults/test_power_loss.c \
	tests/faults/replay.c tests/faults/replay.h $(world_sources)

# It goes into programs of every kind, and into the shells that start them: so it has no sanitizer.
# That it is said to be installed somewhere makes libtool link it as a library that can be loaded.
check_LTLIBRARIES = tests/faults/fault.la
tests_faults_fault_la_SOURCES = tests/faults/fault.c tests/faults/fault.h
tests_faults_fault_la_CFLAGS = -std=c17 $(WARN_FLAGS) -fvisibility=hidden
tests_faults_fault_la_LDFLAGS = -module -shared -avoid-version -rpath /nowhere

# What takes longest begins first, so that no core idles in the end.
TESTS += $(slow_tests)
if UNIT_TESTS
check_PROGRAMS += $(unit_programs) $(fault_programs)
TESTS += $(fault_programs) $(unit_programs)
else
TESTS += tests/no-unit-tests.sh
endif
TESTS += $(cli_scripts)

LDADD = $(engine_everything) $(engine_build_libs) $(CMOCKA_LIBS)

TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/run-unit
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/run-cli

# Programs of unit tests find their data below QUIRE_SOURCE.
AM_TESTS_ENVIRONMENT = \
	QUIRE_SOURCE='$(abs_top_srcdir)'; export QUIRE_SOURCE; \
	QUIRE_BUILD='$(abs_top_builddir)'; export QUIRE_BUILD; \
	: "$${QUIRE_TESTDATA:=$$(cd '$(abs_top_srcdir)/..' && pwd)/shared}"; export QUIRE_TESTDATA; \
	QUIRE_CC='$(CC) $(SANITIZE_FLAGS)'; export QUIRE_CC;

# What takes too long for every day: updates compared with fresh builds, 12,000 of them; every call
# of every operation failing, in both stores.
check-long: $(check_PROGRAMS) $(check_LTLIBRARIES)
	QUIRE_ROUNDS=200 QUIRE_STEPS=60 tests/unit/test_update
	$(AM_TESTS_ENVIRONMENT) for test in $(fault_programs); do \
		QUIRE_FAULTS=$${QUIRE_FAULTS:-all} $$test || exit 1; done
.PHONY: check-long

# The same unit tests under valgrind, where each takes some 25 times as long.
check-valgrind: $(check_PROGRAMS)
	QUIRE_TEST_ROUNDS=$${QUIRE_TEST_ROUNDS:-0.1} $(MAKE) $(AM_MAKEFLAGS) check TESTS='$(unit_programs)' \
		LOG_COMPILER='$(LOG_COMPILER) valgrind --quiet --error-exitcode=99 \
		--leak-check=full --errors-for-leak-kinds=definite'
.PHONY: check-valgrind
