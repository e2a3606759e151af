# Measurements are no part of "make check": "make bench-programs" builds what bench/speed needs.

EXTRA_PROGRAMS += bench/query_times
CLEANFILES += bench/query_times
bench_query_times_LDADD = libquire.la $(PTHREAD_LIBS)

bench-programs: bench/query_times quire-index quire-search
.PHONY: bench-programs

EXTRA_DIST += bench/speed bench/titles bench/README.md
