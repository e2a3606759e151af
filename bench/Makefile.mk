# Measurements are no part of "make check": "make bench-programs" builds what bench/speed needs.

bench_programs = bench/copies bench/query_times bench/run_timed bench/stages
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)
# The stages and the groups of copies are looked at from inside, as in tests.
bench_copies_LDADD = $(engine_everything) $(engine_build_libs)
bench_query_times_LDADD = libquire.la $(PTHREAD_LIBS)
bench_run_timed_LDADD =
bench_stages_LDADD = $(engine_everything) $(engine_build_libs)

bench-programs: $(bench_programs) quire-index quire-search
.PHONY: bench-programs

EXTRA_DIST += bench/README.md bench/prepare.py bench/report.py bench/speed bench/titles \
	bench/effectiveness bench/evaluate.py bench/known_items.py bench/peer_runs.py
