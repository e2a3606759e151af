/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passage_maker.c - articles to passages with their words. */
#include "build/passage_maker.h"

#include "base/error.h"

void
passage_counts_add(passage_counts *to, const passage_counts *more)
{
    to->narticles_without_text += more->narticles_without_text;
    to->npassages += more->npassages;
    to->nfurniture_passages += more->nfurniture_passages;
    to->nwords += more->nwords;
    to->nfurniture_words += more->nfurniture_words;
}

bool
passage_maker_init(passage_maker *m, const stem_table *table)
{
    *m = (passage_maker){.stemmer = stemmer_new_with(table)};
    return m->stemmer != NULL;
}

void
passage_maker_free(passage_maker *m)
{
    passage_list_free(&m->passages);
    passage_words_free(&m->words);
    stemmer_free(m->stemmer);
}

static void
count(passage_counts *counts, const passage *p, uint64_t nwords)
{
    if (p->furniture) {
        counts->nfurniture_passages++;
        counts->nfurniture_words += nwords;
    } else {
        counts->npassages++;
        counts->nwords += nwords;
    }
}

quire_status
passage_maker_visit(passage_maker *m, const article *a, const passage_list *list, const passage *p,
                    uint32_t number, passage_visitor *visit, void *closure, quire_error *err)
{
    const char *title = a->title == NULL ? "" : a->title;

    if (!passage_words_take(&m->words, m->stemmer, title, a->text, list, p))
        return error_nomem(err);
    m->list = list;
    count(&m->counts, p, m->words.list.ntokens);
    return visit(closure, a, p, number, err);
}

quire_status
passage_maker_run(passage_maker *m, const article *a, passage_visitor *visit, void *closure,
                  quire_error *err)
{
    const char *title = a->title == NULL ? "" : a->title;
    const passage_list *list = &m->passages;
    quire_status status = QUIRE_OK;

    if (!passages_split(title, a->title_bytes, a->text, a->text_bytes, a->body_start, &m->passages))
        return error_nomem(err);
    if (list->npassages == 0)
        m->counts.narticles_without_text++;
    for (size_t i = 0; i < list->npassages && status == QUIRE_OK; i++)
        status = passage_maker_visit(m, a, list, &list->passages[i], (uint32_t)i + 1, visit,
                                     closure, err);
    return status;
}
