# The Xapian shim, the catalogue, the passage store, and generations of an index.  What only those
# who search need, and what only those who build, are libraries of their own.

noinst_LTLIBRARIES += engine/libstore.la engine/libstore-search.la engine/libstore-writer.la
engine_libstore_la_SOURCES = \
	engine/store/catalogue.c \
	engine/store/catalogue.h \
	engine/store/generation.c \
	engine/store/generation.h \
	engine/store/lock.c \
	engine/store/lock.h \
	engine/store/manifest.c \
	engine/store/manifest.h \
	engine/store/passage_record.c \
	engine/store/passage_record.h \
	engine/store/terms.c \
	engine/store/terms.h \
	engine/store/xapian_shim.cc \
	engine/store/xapian_shim.h
engine_libstore_search_la_SOURCES = \
	engine/store/store.c \
	engine/store/store.h \
	engine/store/store_backend.h \
	engine/store/xapian_plan.c \
	engine/store/xapian_plan.h \
	engine/store/xapian_search.c \
	engine/store/xapian_store.c \
	engine/store/xapian_store.h
engine_libstore_writer_la_SOURCES = \
	engine/store/runs.c \
	engine/store/runs.h \
	engine/store/store_writer.c \
	engine/store/store_writer.h
