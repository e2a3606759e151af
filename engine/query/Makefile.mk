# Grammar, tree, the span matcher and the score.

noinst_LTLIBRARIES += engine/libquery.la
engine_libquery_la_SOURCES = \
	engine/query/article_scoring.c \
	engine/query/article_scoring.h \
	engine/query/bm25.c \
	engine/query/bm25.h \
	engine/query/drivers.c \
	engine/query/drivers.h \
	engine/query/edits.c \
	engine/query/edits.h \
	engine/query/expand.c \
	engine/query/expand.h \
	engine/query/fields.c \
	engine/query/fields.h \
	engine/query/intern.c \
	engine/query/intern.h \
	engine/query/leaf.c \
	engine/query/leaf.h \
	engine/query/lex.c \
	engine/query/lex.h \
	engine/query/lex_marks.c \
	engine/query/lex_marks.h \
	engine/query/lists.c \
	engine/query/lists.h \
	engine/query/match.c \
	engine/query/match.h \
	engine/query/match_article.c \
	engine/query/match_internal.h \
	engine/query/match_spans.c \
	engine/query/match_windows.c \
	engine/query/near_walk.c \
	engine/query/near_walk.h \
	engine/query/notes.c \
	engine/query/notes.h \
	engine/query/parse.c \
	engine/query/parse.h \
	engine/query/pattern.c \
	engine/query/pattern.h \
	engine/query/phrase.c \
	engine/query/phrase.h \
	engine/query/possible.c \
	engine/query/possible.h \
	engine/query/scoring.c \
	engine/query/scoring.h \
	engine/query/slots.c \
	engine/query/slots.h \
	engine/query/spelling.c \
	engine/query/spelling.h \
	engine/query/tree.c \
	engine/query/tree.h \
	engine/query/units.c \
	engine/query/units.h \
	engine/query/vocabulary.h
