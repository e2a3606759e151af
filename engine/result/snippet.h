/* SPDX-License-Identifier: GPL-3.0-or-later */
/* snippet.h - which sentences of a passage to show where there is no room for all. */
#ifndef QUIRE_RESULT_SNIPPET_H
#define QUIRE_RESULT_SNIPPET_H

#include "quire.h"

/* As quire_snippet. */
size_t snippet_choose(const quire_hit *hit, uint32_t max_words, quire_range *parts);

#endif
