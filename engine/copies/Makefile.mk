# Copies: which articles have the same text, or enough of it.

noinst_LTLIBRARIES += engine/libcopies.la
engine_libcopies_la_SOURCES = \
	engine/copies/article_pairs.c \
	engine/copies/article_pairs.h \
	engine/copies/article_words.c \
	engine/copies/article_words.h \
	engine/copies/boilerplate.c \
	engine/copies/boilerplate.h \
	engine/copies/boilerplate_hashes.c \
	engine/copies/boilerplate_hashes.h \
	engine/copies/bunches.c \
	engine/copies/bunches.h \
	engine/copies/candidates.c \
	engine/copies/candidates.h \
	engine/copies/comparing.c \
	engine/copies/comparing.h \
	engine/copies/grouped.c \
	engine/copies/grouped.h \
	engine/copies/grouping.c \
	engine/copies/grouping.h \
	engine/copies/member_order.c \
	engine/copies/member_order.h \
	engine/copies/overlap.c \
	engine/copies/overlap.h \
	engine/copies/regrouping.c \
	engine/copies/regrouping.h \
	engine/copies/sketch.c \
	engine/copies/sketch.h \
	engine/copies/sketch_code.c \
	engine/copies/sketch_table.c \
	engine/copies/sketch_table.h \
	engine/copies/some_bunches.c \
	engine/copies/some_bunches.h \
	engine/copies/word_runs.h
