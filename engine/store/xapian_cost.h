/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xapian_cost.h - what Xapian holds in memory for a token (two nodes of trees, and now and then
 * those of a new term) and for a document, by measurement: 90 bytes and less, rounded up. */
#ifndef QUIRE_STORE_XAPIAN_COST_H
#define QUIRE_STORE_XAPIAN_COST_H

#define XAPIAN_TOKEN_COST ((uint64_t)128)
#define XAPIAN_DOCUMENT_COST ((uint64_t)512)

#endif
