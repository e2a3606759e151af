# What quire.h declares: one library for searching, one for building.

noinst_LTLIBRARIES += engine/libapi-search.la engine/libapi-build.la
engine_libapi_search_la_SOURCES = \
	engine/api/index.c \
	engine/api/results.c \
	engine/api/results.h \
	engine/api/status.c
engine_libapi_build_la_SOURCES = \
	engine/api/build.c
