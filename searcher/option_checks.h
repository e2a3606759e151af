/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_checks.h - which options go together. */
#ifndef SEARCHER_OPTION_CHECKS_H
#define SEARCHER_OPTION_CHECKS_H

#include "options.h"

/* Does not return where the options, or they and the nwords words behind them, contradict each
 * other, or where there is nothing to do (exit 2). */
void option_checks_run(const options *o, int nwords);

#endif
