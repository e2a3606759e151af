# Search, marks, hits.

noinst_LTLIBRARIES += engine/libresult.la
engine_libresult_la_SOURCES = \
	engine/result/article_results.c \
	engine/result/article_results.h \
	engine/result/complete.c \
	engine/result/complete.h \
	engine/result/explain.c \
	engine/result/explain.h \
	engine/result/explain_article.c \
	engine/result/explain_article.h \
	engine/result/followers.c \
	engine/result/followers.h \
	engine/result/marks.c \
	engine/result/marks.h \
	engine/result/missing.c \
	engine/result/missing.h \
	engine/result/search.c \
	engine/result/search.h \
	engine/result/suggest.c \
	engine/result/suggest.h
