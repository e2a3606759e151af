# Words, stems, sentences, blocks and passages.

noinst_LTLIBRARIES += engine/libtext.la
engine_libtext_la_SOURCES = \
	engine/text/abbreviations.c \
	engine/text/abbreviations.h \
	engine/text/address.c \
	engine/text/address.h \
	engine/text/blanks.h \
	engine/text/blocks.c \
	engine/text/blocks.h \
	engine/text/characters.c \
	engine/text/characters.h \
	engine/text/demonyms.c \
	engine/text/demonyms.h \
	engine/text/fold.c \
	engine/text/fold.h \
	engine/text/furniture.c \
	engine/text/furniture.h \
	engine/text/language.c \
	engine/text/language.h \
	engine/text/passage_words.c \
	engine/text/passage_words.h \
	engine/text/passages.c \
	engine/text/passages.h \
	engine/text/sentences.c \
	engine/text/sentences.h \
	engine/text/stem.c \
	engine/text/stem.h \
	engine/text/stem_memo.c \
	engine/text/stem_memo.h \
	engine/text/stem_table.c \
	engine/text/stem_table.h \
	engine/text/variants.c \
	engine/text/variants.h \
	engine/text/word_lists.c \
	engine/text/word_lists.h \
	engine/text/word_rules.h \
	engine/text/word_window.h \
	engine/text/words.c \
	engine/text/words.h
