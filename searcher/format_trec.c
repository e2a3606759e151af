/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_trec.c - a run file as trec_eval reads it: query Q0 document rank score tag.
 *
 * A document is article#passage, or article where those are ranked; what would break the line is
 * percent-encoded. */
#include <inttypes.h>

#include "format.h"
#include "show.h"

static void
print_trec(output *out, const answer *a, const presentation *p)
{
    size_t nhits = format_nhits(a, p);

    for (size_t i = 0; i < nhits; i++) {
        const quire_hit *hit = quire_results_hit(a->results, i);

        if (hit->damage != NULL) /* nobody knows which it is; standard error has it */
            continue;
        show_encoded(out, a->query_id);
        output_string(out, " Q0 ");
        show_encoded(out, hit->article);
        if (!p->by_article)
            output_printf(out, "#%" PRIu32, hit->passage);
        output_char(out, ' ');
        output_number(out, i + 1);
        output_char(out, ' ');
        output_decimals(out, hit->score, 10);
        output_string(out, " quire\n");
    }
}

const format format_trec = {.name = "trec", .print = print_trec, .without_memory = ""};
