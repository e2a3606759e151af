# The libraries that are installed, put together from the folders' convenience libraries.

include_HEADERS = engine/quire.h

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = engine/quire.pc engine/quire-build.pc

# Every folder, the highest first: for tests, which see inside.
engine_everything = engine/libapi-build.la engine/libapi-search.la engine/libbuild.la \
	engine/libresult.la engine/libstore-search.la engine/libstore-linked.la engine/libstore-xapian.la \
	engine/libstore-writer.la engine/libstore-shim.la engine/libstore.la \
	engine/libpostings-search.la engine/libpostings-writer.la engine/libpostings.la \
	engine/libquery.la engine/libcopies.la engine/libarticle.la engine/libarticle-core.la engine/libtext.la \
	engine/libbase.la
engine_search_libs = $(STEMMER_LIBS) $(UNISTRING_LIBS) $(JANSSON_LIBS) $(XXHASH_LIBS) $(ZSTD_LIBS) $(LIBM)
engine_build_libs = $(XAPIAN_LIBS) $(engine_search_libs) $(SIMDJSON_LIBS) $(ZLIB_LIBS) $(PTHREAD_LIBS)

lib_LTLIBRARIES += libquire.la libquire-xapian.la libquire-build.la

# Sources are all in the convenience libraries.
libquire_la_SOURCES =
libquire_la_LDFLAGS = $(AM_LDFLAGS) $(COMPLETE_LDFLAGS) -no-undefined -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/engine/libquire.map
libquire_la_LIBADD = engine/libapi-search.la engine/libresult.la engine/libstore-search.la \
	engine/libstore-load.la engine/libstore.la \
	engine/libpostings-search.la engine/libpostings.la engine/libquery.la engine/libcopies.la engine/libarticle-core.la engine/libtext.la engine/libbase.la \
	$(engine_search_libs)
EXTRA_libquire_la_DEPENDENCIES = engine/libquire.map

# The Xapian store, which libquire loads when it is asked for.  Here and below the source that is never
# there makes automake link with the C++ compiler.
libquire_xapian_la_SOURCES = engine/store/xapian_module.c
nodist_EXTRA_libquire_xapian_la_SOURCES = engine/none.cc
libquire_xapian_la_LDFLAGS = $(AM_LDFLAGS) $(COMPLETE_LDFLAGS) -no-undefined -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/engine/libquire.map
libquire_xapian_la_LIBADD = engine/libstore-xapian.la engine/libstore-shim.la engine/libstore.la \
	engine/libpostings.la engine/libquery.la engine/libcopies.la engine/libarticle-core.la engine/libtext.la engine/libbase.la \
	$(XAPIAN_LIBS) $(engine_search_libs)
EXTRA_libquire_xapian_la_DEPENDENCIES = engine/libquire.map

libquire_build_la_SOURCES =
nodist_EXTRA_libquire_build_la_SOURCES = engine/none.cc
libquire_build_la_LDFLAGS = $(AM_LDFLAGS) $(COMPLETE_LDFLAGS) -no-undefined -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/engine/libquire-build.map
libquire_build_la_LIBADD = engine/libapi-build.la engine/libbuild.la engine/libstore-writer.la engine/libstore-shim.la \
	engine/libstore.la engine/libpostings-writer.la engine/libpostings.la engine/libcopies.la engine/libarticle.la engine/libarticle-core.la engine/libtext.la engine/libbase.la $(engine_build_libs)
EXTRA_libquire_build_la_DEPENDENCIES = engine/libquire-build.map
EXTRA_DIST += engine/libquire.map engine/libquire-build.map
