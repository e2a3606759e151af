/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies_file_format.h - sizes in the file of groups of copies, which copies_file.h draws. */
#ifndef QUIRE_STORE_COPIES_FILE_FORMAT_H
#define QUIRE_STORE_COPIES_FILE_FORMAT_H

#define COPIES_MEMBER_BYTES 4
#define COPIES_GROUP_BYTES 12
#define COPIES_ARTICLE_BYTES 4
#define COPIES_KINDS_OF 16 /* members, in 4 bytes */
#define COPIES_SET_BYTES 4
#define COPIES_FOOTER_BYTES 16

/* Which set a member is of. */
enum { COPIES_IN_FIRST, COPIES_IN_ITS_OWN, COPIES_IN_ANOTHER };

#endif
