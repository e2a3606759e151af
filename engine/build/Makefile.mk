# The indexing pipeline: articles in, a published generation out.

noinst_LTLIBRARIES += engine/libbuild.la
engine_libbuild_la_SOURCES = \
	engine/build/article_order.c \
	engine/build/article_order.h \
	engine/build/article_units.c \
	engine/build/article_units.h \
	engine/build/build.c \
	engine/build/build.h \
	engine/build/build_internal.h \
	engine/build/copies_pass.c \
	engine/build/passage_maker.c \
	engine/build/passage_maker.h \
	engine/build/pipeline.c \
	engine/build/pipeline.h \
	engine/build/problems.c \
	engine/build/problems.h \
	engine/build/read_job.c \
	engine/build/read_job.h \
	engine/build/read_pass.c \
	engine/build/read_threads.c \
	engine/build/read_threads.h \
	engine/build/source_files.c \
	engine/build/source_set.c \
	engine/build/source_set.h \
	engine/build/spool.c \
	engine/build/spool.h \
	engine/build/threads.c \
	engine/build/threads.h \
	engine/build/unit_maker.c \
	engine/build/unit_maker.h \
	engine/build/write_pass.c
