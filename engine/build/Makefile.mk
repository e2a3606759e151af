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
	engine/build/guards.c \
	engine/build/guards.h \
	engine/build/known_lines.c \
	engine/build/known_lines.h \
	engine/build/known_sketches.c \
	engine/build/known_sketches.h \
	engine/build/passage_maker.c \
	engine/build/passage_maker.h \
	engine/build/pipeline.c \
	engine/build/pipeline.h \
	engine/build/preview.c \
	engine/build/problems.c \
	engine/build/problems.h \
	engine/build/read_job.c \
	engine/build/read_job.h \
	engine/build/read_pass.c \
	engine/build/read_threads.c \
	engine/build/read_threads.h \
	engine/build/rollback.c \
	engine/build/sample.c \
	engine/build/segment_plan.c \
	engine/build/segment_plan.h \
	engine/build/side_job.c \
	engine/build/side_job.h \
	engine/build/source_files.c \
	engine/build/source_record.c \
	engine/build/source_record.h \
	engine/build/source_set.c \
	engine/build/source_set.h \
	engine/build/source_state.c \
	engine/build/source_state.h \
	engine/build/source_state_writer.c \
	engine/build/spool.c \
	engine/build/spool.h \
	engine/build/stored_articles.c \
	engine/build/stored_articles.h \
	engine/build/unit_maker.c \
	engine/build/unit_maker.h \
	engine/build/update.c \
	engine/build/update.h \
	engine/build/verify.c \
	engine/build/verify.h \
	engine/build/write_pass.c
