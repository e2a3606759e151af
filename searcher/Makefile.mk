# quire-search: options, batch, and one file for each output format.

bin_PROGRAMS += quire-search
quire_search_SOURCES = \
	searcher/answer.c \
	searcher/answer.h \
	searcher/batch.c \
	searcher/batch_files.c \
	searcher/batch_files.h \
	searcher/batch_state.c \
	searcher/batch_state.h \
	searcher/by.c \
	searcher/by.h \
	searcher/by_html.c \
	searcher/cells.c \
	searcher/cells.h \
	searcher/diff.c \
	searcher/diff.h \
	searcher/format.c \
	searcher/format.h \
	searcher/format_csv.c \
	searcher/format_html.c \
	searcher/format_human.c \
	searcher/format_jsonl.c \
	searcher/format_plain.c \
	searcher/format_trec.c \
	searcher/html.c \
	searcher/html.h \
	searcher/html_charts.c \
	searcher/html_style.c \
	searcher/json_text.c \
	searcher/json_text.h \
	searcher/like.c \
	searcher/like.h \
	searcher/lines.c \
	searcher/lines.h \
	searcher/main.c \
	searcher/matrix.c \
	searcher/matrix.h \
	searcher/matrix_formats.c \
	searcher/matrix_html.c \
	searcher/option_checks.c \
	searcher/option_checks.h \
	searcher/option_table.c \
	searcher/option_table.h \
	searcher/option_values.c \
	searcher/option_values.h \
	searcher/options.c \
	searcher/options.h \
	searcher/output.c \
	searcher/output.h \
	searcher/query_start.c \
	searcher/query_start.h \
	searcher/show.c \
	searcher/show.h \
	searcher/terminal.c \
	searcher/terminal.h \
	searcher/topics.c \
	searcher/topics.h
# As in indexer/Makefile.mk.
quire_search_LDFLAGS = $(AM_LDFLAGS) -no-fast-install
quire_search_LDADD = libquire.la $(UNISTRING_LIBS) $(PTHREAD_LIBS)
