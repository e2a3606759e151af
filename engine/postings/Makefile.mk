# Quire's own compressed inverted index and text store.  What only those who search need, and what
# only those who build, are libraries of their own.

noinst_LTLIBRARIES += engine/libpostings.la engine/libpostings-search.la engine/libpostings-writer.la
engine_libpostings_la_SOURCES = \
	engine/postings/article_columns.c \
	engine/postings/article_columns.h \
	engine/postings/article_columns_format.h \
	engine/postings/bitpack.c \
	engine/postings/bitpack.h \
	engine/postings/checked_file.c \
	engine/postings/checked_file.h \
	engine/postings/dictionary.c \
	engine/postings/dictionary.h \
	engine/postings/file_map.c \
	engine/postings/file_map.h \
	engine/postings/little_endian.h \
	engine/postings/pair_list.c \
	engine/postings/pair_list.h \
	engine/postings/patched.c \
	engine/postings/patched.h \
	engine/postings/posting_list.c \
	engine/postings/posting_list.h \
	engine/postings/segment.c \
	engine/postings/segment.h \
	engine/postings/segment_files.c \
	engine/postings/segment_files.h \
	engine/postings/segment_words.c \
	engine/postings/segment_words.h \
	engine/postings/segment_forms.c \
	engine/postings/segment_forms.h \
	engine/postings/text_format.h \
	engine/postings/text_store.c \
	engine/postings/text_store.h
engine_libpostings_search_la_SOURCES = \
	engine/postings/evaluate.c \
	engine/postings/evaluate.h \
	engine/postings/article_impacts.c \
	engine/postings/article_impacts.h \
	engine/postings/article_norms.c \
	engine/postings/article_norms.h \
	engine/postings/article_starts.h \
	engine/postings/evaluate_article.c \
	engine/postings/evaluate_article.h \
	engine/postings/evaluate_article_bounds.c \
	engine/postings/evaluate_article_bounds.h \
	engine/postings/evaluate_article_guess.c \
	engine/postings/evaluate_article_guess.h \
	engine/postings/evaluate_article_one.c \
	engine/postings/evaluate_article_one.h \
	engine/postings/evaluate_article_phrase.c \
	engine/postings/evaluate_article_phrase.h \
	engine/postings/evaluate_article_waiting.c \
	engine/postings/evaluate_article_waiting.h \
	engine/postings/evaluate_article_windows.c \
	engine/postings/evaluate_article_windows.h \
	engine/postings/evaluate_field.c \
	engine/postings/evaluate_field.h \
	engine/postings/evaluate_leaf.c \
	engine/postings/evaluate_leaf.h \
	engine/postings/evaluate_meet.c \
	engine/postings/evaluate_meet.h \
	engine/postings/evaluate_plan.c \
	engine/postings/evaluate_plan.h \
	engine/postings/evaluate_stem.c \
	engine/postings/evaluate_stem.h \
	engine/postings/evaluate_top.c \
	engine/postings/evaluate_top.h \
	engine/postings/evaluate_tree.c \
	engine/postings/evaluate_tree.h \
	engine/postings/even_search.h \
	engine/postings/evaluate_unit.c \
	engine/postings/evaluate_unit.h \
	engine/postings/evaluate_weight.c \
	engine/postings/evaluate_weight.h \
	engine/postings/evaluate_words.c \
	engine/postings/evaluate_words.h \
	engine/postings/intersect.c \
	engine/postings/intersect.h \
	engine/postings/segment_articles.c \
	engine/postings/segment_articles.h
engine_libpostings_writer_la_SOURCES = \
	engine/postings/article_columns_writer.c \
	engine/postings/merge_output.c \
	engine/postings/merge_output.h \
	engine/postings/merge_ranges.c \
	engine/postings/merge_ranges.h \
	engine/postings/pair_finder.c \
	engine/postings/pair_finder.h \
	engine/postings/pair_writer.c \
	engine/postings/posting_writer.c \
	engine/postings/run_file.c \
	engine/postings/run_file.h \
	engine/postings/run_heap.c \
	engine/postings/run_heap.h \
	engine/postings/run_slice.c \
	engine/postings/run_slice.h \
	engine/postings/run_source.c \
	engine/postings/run_source.h \
	engine/postings/segment_merge.c \
	engine/postings/segment_run.c \
	engine/postings/segment_run_internal.h \
	engine/postings/surface_sorter.c \
	engine/postings/surface_sorter.h \
	engine/postings/text_writer.c
