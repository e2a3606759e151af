# The two libraries that are installed, put together from the folders' convenience libraries.

include_HEADERS = engine/quire.h

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = engine/quire.pc engine/quire-build.pc

# Every folder, the highest first: for tests, which see inside.
engine_everything = engine/libapi-build.la engine/libapi-search.la engine/libbuild.la \
	engine/libresult.la engine/libstore-search.la engine/libstore-writer.la engine/libstore.la \
	engine/libpostings-search.la engine/libpostings-writer.la engine/libpostings.la \
	engine/libquery.la engine/libarticle.la engine/libarticle-core.la engine/libtext.la \
	engine/libbase.la
engine_search_libs = $(XAPIAN_LIBS) $(STEMMER_LIBS) $(UNISTRING_LIBS) $(JANSSON_LIBS) $(XXHASH_LIBS) \
	$(ZSTD_LIBS)
engine_build_libs = $(engine_search_libs) $(SIMDJSON_LIBS) $(ZLIB_LIBS) $(PTHREAD_LIBS)

lib_LTLIBRARIES += libquire.la libquire-build.la

# Sources are all in the convenience libraries; the one that is never there makes automake link
# with the C++ compiler.
libquire_la_SOURCES =
nodist_EXTRA_libquire_la_SOURCES = engine/none.cc
libquire_la_LDFLAGS = $(AM_LDFLAGS) $(COMPLETE_LDFLAGS) -no-undefined -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/engine/libquire.map
libquire_la_LIBADD = engine/libapi-search.la engine/libresult.la engine/libstore-search.la engine/libstore.la \
	engine/libpostings-search.la engine/libpostings.la engine/libquery.la engine/libarticle-core.la engine/libtext.la engine/libbase.la \
	$(engine_search_libs)
EXTRA_libquire_la_DEPENDENCIES = engine/libquire.map

libquire_build_la_SOURCES =
nodist_EXTRA_libquire_build_la_SOURCES = engine/none.cc
libquire_build_la_LDFLAGS = $(AM_LDFLAGS) $(COMPLETE_LDFLAGS) -no-undefined -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/engine/libquire-build.map
libquire_build_la_LIBADD = engine/libapi-build.la engine/libbuild.la engine/libstore-writer.la engine/libstore.la \
	engine/libpostings-writer.la engine/libpostings.la engine/libarticle.la engine/libarticle-core.la engine/libtext.la engine/libbase.la $(engine_build_libs)
EXTRA_libquire_build_la_DEPENDENCIES = engine/libquire-build.map
EXTRA_DIST += engine/libquire.map engine/libquire-build.map
