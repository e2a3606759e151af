# Search, marks, hits.

noinst_LTLIBRARIES += engine/libresult.la
engine_libresult_la_SOURCES = \
	engine/result/explain.c \
	engine/result/explain.h \
	engine/result/marks.c \
	engine/result/marks.h \
	engine/result/missing.c \
	engine/result/missing.h \
	engine/result/search.c \
	engine/result/search.h \
	engine/result/suggest.c \
	engine/result/suggest.h
