# quire-index: options, progress, report.

bin_PROGRAMS += quire-index
quire_index_SOURCES = \
	indexer/main.c \
	indexer/metrics.c \
	indexer/metrics.h \
	indexer/options.c \
	indexer/options.h \
	indexer/plain.c \
	indexer/plain.h \
	indexer/progress.c \
	indexer/progress.h \
	indexer/report.c \
	indexer/report.h \
	indexer/run_log.c \
	indexer/run_log.h \
	indexer/stopping.c \
	indexer/stopping.h
# Linked for the build tree as it is, so that it runs under its own name, and again by "make install".
quire_index_LDFLAGS = $(AM_LDFLAGS) -no-fast-install
quire_index_LDADD = libquire-build.la libquire.la
