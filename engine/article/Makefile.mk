# What an article is, and a reader for each format.  What searching needs of it too (dates, and what
# the stores know of an article) is a library of its own, without the readers.

noinst_LTLIBRARIES += engine/libarticle-core.la engine/libarticle.la
engine_libarticle_core_la_SOURCES = \
	engine/article/article.c \
	engine/article/article.h \
	engine/article/date.c \
	engine/article/date.h
engine_libarticle_la_SOURCES = \
	engine/article/format.c \
	engine/article/format.h \
	engine/article/line_cutter.c \
	engine/article/plain_json.cc \
	engine/article/plain_json.h \
	engine/article/reader.c \
	engine/article/reader.h \
	engine/article/reader_internal.h \
	engine/article/reader_jsonl.c \
	engine/article/reader_text.c \
	engine/article/record.c \
	engine/article/record.h \
	engine/article/sources.c \
	engine/article/sources.h \
	engine/article/stream.c \
	engine/article/stream.h
