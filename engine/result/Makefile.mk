# Search, marks, hits.

noinst_LTLIBRARIES += engine/libresult.la
engine_libresult_la_SOURCES = \
	engine/result/article_results.c \
	engine/result/article_results.h \
	engine/result/article_sentences.c \
	engine/result/article_sentences.h \
	engine/result/by_id.c \
	engine/result/by_id.h \
	engine/result/clauses.c \
	engine/result/clauses.h \
	engine/result/complete.c \
	engine/result/complete.h \
	engine/result/explain.c \
	engine/result/explain.h \
	engine/result/explain_article.c \
	engine/result/explain_article.h \
	engine/result/feedback.c \
	engine/result/feedback.h \
	engine/result/filling.c \
	engine/result/filling.h \
	engine/result/fold.c \
	engine/result/fold.h \
	engine/result/followers.c \
	engine/result/followers.h \
	engine/result/gathering.c \
	engine/result/gathering.h \
	engine/result/like.c \
	engine/result/like.h \
	engine/result/marks.c \
	engine/result/marks.h \
	engine/result/missing.c \
	engine/result/missing.h \
	engine/result/quotations.c \
	engine/result/ranked.c \
	engine/result/ranked.h \
	engine/result/search.c \
	engine/result/search.h \
	engine/result/searching.c \
	engine/result/searching.h \
	engine/result/sentence_diff.c \
	engine/result/sentence_diff.h \
	engine/result/show.c \
	engine/result/show.h \
	engine/result/snippet.c \
	engine/result/snippet.h \
	engine/result/stories.c \
	engine/result/stories.h \
	engine/result/suggest.c \
	engine/result/suggest.h \
	engine/result/tally.c \
	engine/result/tally.h \
	engine/result/text_words.c \
	engine/result/text_words.h
