/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_checks.c - which options go together. */
#include "option_checks.h"

#include <stdio.h>
#include <stdlib.h>

#include "option_values.h"
#include "show.h"

void
option_checks_run(const options *o, int nwords)
{
    if (o->batch != NULL && nwords > 0) {
        show_message("a query and --batch do not go together; options come before the query");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->output != NULL && o->batch == NULL) {
        show_message("--output is for the answers of a --batch; those of one query: >FILE");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->output != NULL && o->quiet) {
        show_message("--output and --quiet do not go together: there is nothing to write");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->resume && o->output == NULL) {
        show_message("--resume goes with --batch and --output DIR: what stands in one file does "
                     "not tell where it ends");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->complete != NULL && (nwords > 0 || o->batch != NULL)) {
        show_message("--complete goes with no query and no --batch; its TEXT is one argument");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->show != NULL && (o->batch != NULL || o->complete != NULL)) {
        show_message("--show goes with neither --batch nor --complete");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->show != NULL && o->format->show == NULL) {
        show_message("--show prints in the formats human, plain, jsonl and html");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->diff != NULL &&
        (nwords != 1 || o->batch != NULL || o->complete != NULL || o->show != NULL)) {
        show_message("--diff goes with the ids of two articles, and no query: --diff A B");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->diff != NULL && o->format != &format_human && o->format != &format_jsonl) {
        show_message("--diff is printed as human or jsonl");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->has_by && (o->show != NULL || o->complete != NULL || o->diff != NULL)) {
        show_message("--by counts what a query or a batch finds; it goes with neither --show, "
                     "--complete nor --diff");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->has_by && (o->search.explain || o->format == &format_trec)) {
        show_message("--by has no scores: it goes with neither --explain nor the format trec");
        exit(OPTION_EXIT_USAGE);
    }
    if (o->batch == NULL && o->complete == NULL && o->show == NULL && nwords == 0) {
        fputs("Usage: quire-search [-d INDEX] [OPTION...] [--] QUERY...\n"
              "  or:  quire-search [-d INDEX] [OPTION...] --batch FILE\n"
              "  or:  quire-search [-d INDEX] [OPTION...] --show ARTICLE [QUERY...]\n"
              "quire-search --help says more.\n",
              stderr);
        if (o->index_joined)
            show_message("-d%s names an index; to leave out the word: quire-search -- -d%s",
                         o->index_path, o->index_path);
        exit(OPTION_EXIT_USAGE);
    }
}
