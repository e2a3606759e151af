/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_table.c - the options of quire-search: their names, letters and what --help says of them.
 */
#include "option_table.h"

#include <stddef.h>

#include "format.h"

const struct argp_option option_table[] = {
    {"index", 'd', "INDEX", 0,
     "Search this index (default: $QUIRE_INDEX, else quire/default in $XDG_DATA_HOME or "
     "~/.local/share)",
     0},
    {"number", 'n', "N", 0, "Print at most N results (10)", 0},
    {"all", KEY_ALL, NULL, 0, "Every word must be in the passage, not just one", 0},
    {"stem", KEY_STEM, "on|off", 0,
     "Find other forms of a word, too (on), or each word only as it is written (off)", 0},
    {"no-variants", KEY_NO_VARIANTS, NULL, 0, "Keep British and American spellings of a word apart",
     0},
    {"correct", KEY_CORRECT, NULL, 0, "Answer the query that \"did you mean\" suggests", 0},
    {"trust", KEY_TRUST, NULL, 0,
     "Believe the tables of --store xapian without comparing them with their checksums first", 0},
    {"strict", KEY_STRICT, NULL, 0,
     "Refuse a query that was not read as written: each note is an error", 0},
    {"after", KEY_AFTER, "DATE", 0, "Only articles of DATE (2025, 2025-11, 2025-11-13) or later",
     0},
    {"before", KEY_BEFORE, "DATE", 0, "Only articles of DATE or earlier", 0},
    {"source", KEY_SOURCE, "NAME", 0, "Only articles of this source", 0},
    {"furniture", KEY_FURNITURE, NULL, 0, "Search lists of headlines and the like, too", 0},
    {"copies", KEY_COPIES, "fold|show", 0,
     "Print copies of a text as one result (fold), or each as a result of its own (show)", 0},
    {"unit", KEY_UNIT, "UNIT", 0, "What is ranked: passage, or article with its best passages", 0},
    {"by", KEY_BY, "source|author|day|month|year", 0,
     "Print no passages, but how many articles match of each source, author, day, month or year",
     0},
    {"matrix", KEY_MATRIX, NULL, 0,
     "Print of a batch a table: how many articles of each source (or what --by says) match each "
     "query",
     0},
    {"like", KEY_LIKE, "ARTICLE|FILE", 0,
     "Find what is on the same matter as the article with this id, or the text in FILE (- for "
     "standard input), and matches the query, if there is one",
     0},
    {"batch", KEY_BATCH, "FILE", 0,
     "Answer each line of FILE (- for standard input), \"id<TAB>query\" or \"query\"", 0},
    {"output", KEY_OUTPUT, "DIR", 0,
     "Write the answers of a batch to this directory, a file for each query, named by its id", 0},
    {"resume", KEY_RESUME, NULL, 0,
     "With --output: go on with a batch that was broken off; answers that are whole stay", 0},
    {"topic", KEY_TOPIC, "PARTS", 0,
     "In a batch of TREC topics, ask for these: title, desc, narr (title)", 0},
    {"words", KEY_WORDS, NULL, 0,
     "Lines of a batch are nothing but words: no signs, quotes, operators", 0},
    {"complete", KEY_COMPLETE, "TEXT", 0, "Print how a query that begins with TEXT may go on", 0},
    {"diff", KEY_DIFF, "A", 0,
     "Print two articles, A and the one named next, sentence by sentence: what one has and the "
     "other lacks",
     0},
    {"format", KEY_FORMAT, "FORMAT", 0, FORMAT_NAMES, 0},
    {"show", KEY_SHOW, "ARTICLE", 0,
     "Print all of the article with this id, with what the query would mark in it", 0},
    {"snippet", KEY_SNIPPET, "WORDS|full", 0,
     "Show of long passages whole sentences around the marks, about WORDS words; or all of them",
     0},
    {"count", KEY_COUNT, NULL, 0, "Print how many passages match", 0},
    {"explain", KEY_EXPLAIN, NULL, 0, "Print how the query was read and how scores came about", 0},
    {"threads", KEY_THREADS, "N", 0, "Let N threads answer a batch (all cores)", 0},
    {"bm25", KEY_BM25, "k1=X,b=Y", 0, "Parameters of the score", 0},
    {"expand", KEY_EXPAND, "N", OPTION_ARG_OPTIONAL,
     "N words of the best results join the query (20)", 0},
    {"quiet", 'q', NULL, 0, "Print nothing; the exit status says whether there is a result", 0},
    {"color", KEY_COLOR, "WHEN", OPTION_ARG_OPTIONAL, "Colour: auto, always or never", 0},
    {"width", KEY_WIDTH, "COLUMNS", 0, "Wrap passages to this width", 0},
    {"hyperlink", KEY_HYPERLINK, "WHEN", OPTION_ARG_OPTIONAL,
     "Make titles links, where the terminal has them: auto, always or never", 0},
    {"no-pager", KEY_NO_PAGER, NULL, 0, "Print long results to the terminal as they are", 0},
    {0},
};

const struct argp_option option_table_of_argp[] = {
    {"help", '?', NULL, 0, NULL, 0},
    {"usage", 0, NULL, 0, NULL, 0},
    {"version", 'V', NULL, 0, NULL, 0},
    {0},
};
