# Ground floor: statuses, memory, UTF-8, files, hashes.

noinst_LTLIBRARIES += engine/libbase.la
engine_libbase_la_SOURCES = \
	engine/base/arena.c \
	engine/base/arena.h \
	engine/base/array.c \
	engine/base/array.h \
	engine/base/bits.c \
	engine/base/bits.h \
	engine/base/buffer.c \
	engine/base/buffer.h \
	engine/base/days.c \
	engine/base/days.h \
	engine/base/error.c \
	engine/base/error.h \
	engine/base/file.c \
	engine/base/file.h \
	engine/base/hash.c \
	engine/base/hash.h \
	engine/base/large.c \
	engine/base/large.h \
	engine/base/safe_json.c \
	engine/base/safe_json.h \
	engine/base/stop.h \
	engine/base/threads.c \
	engine/base/threads.h \
	engine/base/tree.c \
	engine/base/tree.h \
	engine/base/utf8.c \
	engine/base/utf8.h
