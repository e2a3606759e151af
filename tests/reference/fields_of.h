/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields_of.h - is an article one that a field of a query asks for? */
#ifndef QUIRE_TESTS_REFERENCE_FIELDS_OF_H
#define QUIRE_TESTS_REFERENCE_FIELDS_OF_H

#include "articles.h"
#include "queries.h"

bool fields_of_hold(const said *field, const made_article *article);

#endif
