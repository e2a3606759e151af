# Fuzz targets for libFuzzer, one a file.  Built by "make fuzz-programs", in a tree configured with
# CC=clang and CFLAGS that hold -fsanitize=fuzzer-no-link, as .ci/run does.
# A new target fuzz_NAME includes fuzz.h; it is its name in the first list, its seeds lie in
# corpus-NAME/, in the second; words that it may help to put in, in dict-NAME.

fuzz_programs = \
	tests/fuzz/fuzz_article_columns \
	tests/fuzz/fuzz_dead_articles \
	tests/fuzz/fuzz_copies_file \
	tests/fuzz/fuzz_dictionary \
	tests/fuzz/fuzz_jsonl \
	tests/fuzz/fuzz_passages \
	tests/fuzz/fuzz_posting_list \
	tests/fuzz/fuzz_query \
	tests/fuzz/fuzz_record \
	tests/fuzz/fuzz_segment \
	tests/fuzz/fuzz_show \
	tests/fuzz/fuzz_source_state \
	tests/fuzz/fuzz_text_code \
	tests/fuzz/fuzz_text_store \
	tests/fuzz/fuzz_vocabulary \
	tests/fuzz/fuzz_words

fuzz_seeds = \
	tests/fuzz/corpus-article_columns \
	tests/fuzz/corpus-dead_articles \
	tests/fuzz/corpus-copies_file \
	tests/fuzz/corpus-dictionary \
	tests/fuzz/corpus-jsonl \
	tests/fuzz/corpus-passages \
	tests/fuzz/corpus-posting_list \
	tests/fuzz/corpus-query \
	tests/fuzz/corpus-record \
	tests/fuzz/corpus-segment \
	tests/fuzz/corpus-show \
	tests/fuzz/corpus-source_state \
	tests/fuzz/corpus-text_code \
	tests/fuzz/corpus-text_store \
	tests/fuzz/corpus-vocabulary \
	tests/fuzz/corpus-words

# What searcher/ shows with is part of the program, so of no library.
tests_fuzz_fuzz_show_SOURCES = tests/fuzz/fuzz_show.c searcher/html.c searcher/html_style.c \
	searcher/output.c searcher/show.c

EXTRA_DIST += $(fuzz_seeds) tests/fuzz/dict-query tests/fuzz/fuzz.h
EXTRA_PROGRAMS += $(fuzz_programs)
CLEANFILES += $(fuzz_programs)

fuzz-programs: $(noinst_LTLIBRARIES)
	test -z '$(fuzz_programs)' || \
		$(MAKE) $(AM_MAKEFLAGS) LDFLAGS='$(LDFLAGS) -fsanitize=fuzzer' $(fuzz_programs)
list-fuzz-programs:
	@echo $(fuzz_programs)
.PHONY: fuzz-programs list-fuzz-programs
