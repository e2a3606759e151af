/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_file_format.h - sizes in the file of groups of copies, which copies_file.h draws. */
#ifndef QUIRE_STORE_COPIES_FILE_FORMAT_H
#define QUIRE_STORE_COPIES_FILE_FORMAT_H

#define COPIES_MEMBER_BYTES 4
#define COPIES_GROUP_BYTES 12
#define COPIES_ARTICLE_BYTES 8
#define COPIES_SET_BYTES 8
#define COPIES_FOOTER_BYTES 16

#endif
