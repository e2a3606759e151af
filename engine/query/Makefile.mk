# Grammar, tree, the span matcher and the score.

noinst_LTLIBRARIES += engine/libquery.la
engine_libquery_la_SOURCES = \
	engine/query/bm25.c \
	engine/query/bm25.h \
	engine/query/intern.c \
	engine/query/intern.h \
	engine/query/leaf.c \
	engine/query/leaf.h \
	engine/query/lex.c \
	engine/query/lex.h \
	engine/query/lists.c \
	engine/query/lists.h \
	engine/query/match.c \
	engine/query/match.h \
	engine/query/notes.c \
	engine/query/notes.h \
	engine/query/parse.c \
	engine/query/parse.h \
	engine/query/tree.c \
	engine/query/tree.h
