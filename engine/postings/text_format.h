/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_format.h - the file of stored passages as its writer and its reader see it:
 *
 *   vocabulary     of the codes (text_code.h), packed by zstd; or none: records are as they are
 *   groups         for each TEXT_GROUP records, or fewer in the last: where each one's codes end,
 *                  counted from where the first one's begin, bit-packed; then their codes
 *   group table    for each group u64: where it begins, times 64, plus the bits of an end
 *   footer         u64 each: bytes of the packed vocabulary, offset of the group table, number of
 *                  records */
#ifndef QUIRE_POSTINGS_TEXT_FORMAT_H
#define QUIRE_POSTINGS_TEXT_FORMAT_H

enum {
    TEXT_GROUP = 32, /* records */
    TEXT_GROUP_ENTRY = 8,
    TEXT_WIDTH_BITS = 6,

    TEXT_FOOTER_VOCABULARY = 0,
    TEXT_FOOTER_GROUPS_AT = 8,
    TEXT_FOOTER_NRECORDS = 16,
    TEXT_FOOTER_BYTES = 24
};

/* No record is larger: an article has at most a quarter as many bytes. */
#define TEXT_MAX_RECORD ((size_t)256 << 20)

#endif
