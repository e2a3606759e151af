/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_code.h - stored text as a sequence of codes of one or two bytes, each a string of up to 16.
 *
 * The strings are learned from a sample of the set: words with the blank before them, signs, pieces
 * of rarer words, and all bytes, so that any text can be written.  They are the same for all
 * records, and no code depends on those before it: a record is read alone, at a copy of 16 bytes
 * for each code.  Blocks of 1 KB under zstd took as many bytes, but all of a block had to be
 * unpacked for any record of it, which was a third of a warm query.
 *
 * Static dictionary coding in bytes is that of the dense codes of Brisaboa, Farina, Navarro and
 * Parama ("Lightweight natural language text compression", 2007); strings of bytes that are copied
 * whole and unconditionally are those of FSST (Boncz, Neumann and Leis, 2020), which has 255.
 *
 *   vocabulary   u16 number of codes of one byte, u16 number of strings, then each string: u8 bytes
 *                that it shares with the one before, times 16, plus its bytes less 1; those that it
 *                does not share.  An empty one: there are no codes, and what is stored is the text
 *   codes        string number n below ONE, the number of codes of one byte, is that byte; others
 *                are two: ONE + (n - ONE) / 256, (n - ONE) % 256.  Byte 255 is none of those: it,
 *                a byte of n - 1, and n bytes are these bytes, where codes would be longer */
#ifndef QUIRE_POSTINGS_TEXT_CODE_H
#define QUIRE_POSTINGS_TEXT_CODE_H

#include "base/buffer.h"
#include "quire.h"

#define TEXT_STRING_BYTES 16               /* at most */
#define TEXT_CODE_GROWTH TEXT_STRING_BYTES /* text of a byte of codes, at most */
#define TEXT_CODE_SLACK 16 /* bytes behind what is encoded, which do not matter but are set */
#define TEXT_VOCABULARY_STRINGS (65280) /* of two bytes, if all were */
#define TEXT_VOCABULARY_BYTES (4 + 17 * (size_t)TEXT_VOCABULARY_STRINGS)
#define TEXT_SAMPLE_BYTES (1u << 20) /* enough to learn from */

/* Make a vocabulary of samples (their bytes one after another in samples->bytes), which are best
 * drawn from all of the set.  An empty one where there is too little.  The same samples in the same
 * order give the same. QUIRE_ENOMEM */
quire_status text_code_learn(const buffer *samples, buffer *vocabulary_out, quire_error *err);

/* Never changed once made, so threads may share it. */
typedef struct text_code text_code;

/* QUIRE_ECORRUPT: the vocabulary makes no sense (no message is made); QUIRE_ENOMEM.  To encode
 * takes tables of its own. */
quire_status text_code_new(const void *vocabulary, size_t nbytes, bool encodes,
                           text_code **code_out);
void text_code_free(text_code *c); /* NULL is fine */

/* Append the codes of nbytes bytes, behind which TEXT_CODE_SLACK may be read, to out.  False:
 * memory. */
bool text_code_encode(const text_code *c, const void *bytes, size_t nbytes, buffer *out);

/* How many bytes these codes are, SIZE_MAX: they are none. */
size_t text_code_size(const text_code *c, const uint8_t *codes, size_t nbytes);

/* Decode into to, which has room for the text and TEXT_STRING_BYTES more; a text has at most
 * TEXT_CODE_GROWTH times as many bytes as its codes.  Two bytes behind codes may be read.  Returns
 * the bytes of text, SIZE_MAX: they are no codes. */
size_t text_code_decode(const text_code *c, const uint8_t *codes, size_t nbytes, char *to);

#endif
