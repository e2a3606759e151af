/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_values.h - what the values of options mean, and what holds where none is given. */
#ifndef SEARCHER_OPTION_VALUES_H
#define SEARCHER_OPTION_VALUES_H

#include "quire.h"

#define OPTION_MIN_WIDTH 20
#define OPTION_MAX_WIDTH 1000
#define OPTION_DEFAULT_WIDTH 80
#define OPTION_EXIT_USAGE 2

/* Digits and nothing else? */
bool option_values_is_number(const char *text);

/* Each returns false where text is no such value; *out is unspecified then. */
bool option_values_number(const char *text, unsigned long max, unsigned long *out);
bool option_values_bm25(const char *text, quire_search_options *search);
bool option_values_expand(const char *text, uint32_t *out); /* text may be NULL */
bool option_values_unit(const char *text, quire_ranked *out);
bool option_values_switch(const char *text, bool *out);
bool option_values_copies(const char *text, bool *shown_out);
bool option_values_color(const char *when, bool *out);     /* when may be NULL: always */
bool option_values_hyperlink(const char *when, bool *out); /* the same */
bool option_values_snippet(const char *text, uint32_t *words_out);

/* Where the option is not given. */
bool option_values_default_color(void);
int option_values_default_width(void);        /* columns */
unsigned option_values_default_threads(void); /* the cores that this process may use */
char *option_values_default_index(void);      /* the caller's to free; NULL: out of memory */

#endif
