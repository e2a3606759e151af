/* SPDX-License-Identifier: GPL-3.0-or-later */
/* topics.h - topics of test collections: files in TREC's format, and queries that are nothing but
 * words. */
#ifndef QUIRE_SEARCHER_TOPICS_H
#define QUIRE_SEARCHER_TOPICS_H

#include "lines.h"

/* Parts of a topic that its query is made of. */
enum { TOPIC_TITLE = 1, TOPIC_DESCRIPTION = 2, TOPIC_NARRATIVE = 4 };

/* "title", "title,desc" and so on; false where it is something else. */
bool topics_read_parts(const char *text, unsigned *parts_out);

/* Is this the line that a topic begins with? */
bool topics_is_begin(const line *l);

/* Does what is not blank at the beginning of a file begin a topic?  Of what cannot be read from its
 * beginning, a pipe, only the first line tells. */
bool topics_is_file(int fd);

/* Read the rest of a topic that has begun, into out as a line "number TAB query", whose number is
 * the caller's to set. */
void topics_read(lines *from, unsigned parts, line *out);

/* Make of a query one that is nothing but words: what could be a sign, a quote, an operator or a
 * pattern is blanked out or, where it is a word, put in small letters.  Bytes stay in their places.
 */
void topics_clean(char *text, size_t nbytes);

#endif
