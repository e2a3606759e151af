# The Xapian shim, the catalogue, the passage store, and generations of an index.  What only those
# who search need, and what only those who build, are libraries of their own.

noinst_LTLIBRARIES += engine/libstore.la engine/libstore-search.la engine/libstore-writer.la
engine_libstore_la_SOURCES = \
	engine/store/article_record.c \
	engine/store/article_record.h \
	engine/store/article_set.h \
	engine/store/dead_articles.c \
	engine/store/dead_articles.h \
	engine/store/dead_format.h \
	engine/store/copies_file.c \
	engine/store/copies_file.h \
	engine/store/copies_file_format.h \
	engine/store/filter_terms.c \
	engine/store/filter_terms.h \
	engine/store/generation.c \
	engine/store/generation.h \
	engine/store/last_run.c \
	engine/store/last_run.h \
	engine/store/lock.c \
	engine/store/lock.h \
	engine/store/manifest.c \
	engine/store/manifest.h \
	engine/store/manifest_files.c \
	engine/store/manifest_files.h \
	engine/store/manifest_segments.c \
	engine/store/manifest_segments.h \
	engine/store/passage_record.c \
	engine/store/passage_record.h \
	engine/store/quire_records.c \
	engine/store/quire_records.h \
	engine/store/result_place.c \
	engine/store/result_place.h \
	engine/store/seal.c \
	engine/store/seal.h \
	engine/store/stub.c \
	engine/store/stub.h \
	engine/store/survey.c \
	engine/store/survey.h \
	engine/store/terms.c \
	engine/store/terms.h
engine_libstore_search_la_SOURCES = \
	engine/store/quire_articles.c \
	engine/store/quire_articles.h \
	engine/store/quire_fields.c \
	engine/store/quire_filter.c \
	engine/store/quire_filter.h \
	engine/store/quire_search.c \
	engine/store/quire_store.c \
	engine/store/quire_store.h \
	engine/store/quire_words.c \
	engine/store/result_merge.c \
	engine/store/result_merge.h \
	engine/store/store.c \
	engine/store/store.h \
	engine/store/store_backend.h
engine_libstore_writer_la_SOURCES = \
	engine/store/article_terms.c \
	engine/store/article_terms.h \
	engine/store/catalogue_writer.c \
	engine/store/catalogue_writer.h \
	engine/store/dead_writer.c \
	engine/store/copies_file_writer.c \
	engine/store/passage_source.c \
	engine/store/passage_source.h \
	engine/store/quire_set.c \
	engine/store/quire_set.h \
	engine/store/quire_unit.c \
	engine/store/quire_unit.h \
	engine/store/quire_writer.c \
	engine/store/runs.c \
	engine/store/runs.h \
	engine/store/sketch_file.c \
	engine/store/sketch_file.h \
	engine/store/sketch_file_writer.c \
	engine/store/sketch_writer.c \
	engine/store/sketch_writer.h \
	engine/store/source_names.c \
	engine/store/source_names.h \
	engine/store/store_writer.c \
	engine/store/store_writer.h \
	engine/store/stored_segment.c \
	engine/store/stored_segment.h \
	engine/store/writer_backend.h \
	engine/store/xapian_cost.h \
	engine/store/xapian_dead.c \
	engine/store/xapian_dead.h \
	engine/store/xapian_writer.c

# What is Xapian's: the shim with what reads records through it, and the reader of its store, which a search loads only when it is asked
# for, or has linked.
noinst_LTLIBRARIES += engine/libstore-shim.la engine/libstore-xapian.la engine/libstore-load.la \
	engine/libstore-linked.la
engine_libstore_shim_la_SOURCES = \
	engine/store/catalogue_db.c \
	engine/store/catalogue_db.h \
	engine/store/xapian_records.c \
	engine/store/xapian_records.h \
	engine/store/xapian_shim.cc \
	engine/store/xapian_shim.h
engine_libstore_xapian_la_SOURCES = \
	engine/store/catalogue_fields.c \
	engine/store/catalogue_fields.h \
	engine/store/filter_dates.c \
	engine/store/filter_dates.h \
	engine/store/xapian_articles.c \
	engine/store/xapian_articles.h \
	engine/store/xapian_candidates.c \
	engine/store/xapian_candidates.h \
	engine/store/xapian_documents.c \
	engine/store/xapian_documents.h \
	engine/store/xapian_plan.c \
	engine/store/xapian_plan.h \
	engine/store/xapian_search.c \
	engine/store/xapian_store.c \
	engine/store/xapian_store.h \
	engine/store/xapian_words.c
engine_libstore_load_la_SOURCES = \
	engine/store/xapian_module.h \
	engine/store/xapian_module_load.c
engine_libstore_linked_la_SOURCES = \
	engine/store/xapian_module_linked.c
