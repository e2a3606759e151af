/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter_terms.c - what term stands for a source. */
#include "store/filter_terms.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "text/fold.h"

bool
filter_has_dates(const store_filter *filter)
{
    return filter->first_day != 0 || filter->last_day != 0;
}

quire_status
filter_terms_source(const store_filter *filter, term *out, quire_error *err)
{
    const size_t nbytes = strlen(filter->source);
    buffer repaired = {0};
    buffer folded = {0};
    utf8_repair *repairs = NULL;
    size_t nrepairs = 0;
    quire_status status = QUIRE_OK;

    if (!utf8_repair_text(filter->source, nbytes, &repaired, &repairs, &nrepairs) ||
        !fold_word(repaired.size > 0 ? repaired.bytes : "", repaired.size, &folded))
        status = error_nomem(err);
    else
        term_make(out, "H", folded.size > 0 ? folded.bytes : "", folded.size);
    free(repairs);
    buffer_free(&repaired);
    buffer_free(&folded);
    return status;
}
