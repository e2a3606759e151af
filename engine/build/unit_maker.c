/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_maker.c - articles of a unit: read from the spool and cut into passages, or
 * taken as they are stored, given to a worker of
 * the store. */
#include "build/unit_maker.h"

#include "base/error.h"

#define LEAST_TEXT_BYTES (1 << 17) /* of which to learn how to compress */

quire_status
unit_maker_init(unit_maker *m, unit_plan *plan, unit_stop stop, quire_error *err)
{
    *m = (unit_maker){.plan = plan, .stop = stop};
    if (!passage_maker_init(&m->maker, plan->stems))
        return error_nomem(err);
    if (plan->live != NULL && (m->stored = stored_articles_new(plan->live)) == NULL)
        return error_nomem(err);
    return store_writer_add_worker(plan->store, &m->worker, err);
}

void
unit_maker_free(unit_maker *m)
{
    if (m->plan != NULL)
        passage_counts_add(&m->plan->counts, &m->maker.counts);
    store_worker_free(m->worker);
    passage_maker_free(&m->maker);
    article_clear(&m->article);
    stored_articles_free(m->stored);
    buffer_free(&m->scratch);
}

static quire_status
check_stopped(unit_stop stop, quire_error *err)
{
    return stop.is_stopped(stop.closure) ? error_set(err, QUIRE_ECANCELED, "stopped") : QUIRE_OK;
}

static quire_status
add_passage(void *closure, const article *a, const passage *p, uint32_t number, quire_error *err)
{
    unit_maker *m = closure;
    const passage_source source = {
        .article = a,
        .article_number = m->number,
        .list = m->maker.list,
        .passage = p,
        .number = number,
        .words = &m->maker.words,
    };
    quire_status status = store_worker_add_passage(m->worker, &source, err);

    return status == QUIRE_OK ? check_stopped(m->stop, err) : status;
}

/* Add the passages of a stored article, which is at hand. */
static quire_status
add_stored_passages(unit_maker *m, uint64_t *text_bytes, quire_error *err)
{
    const passage_list *list;
    uint32_t number;
    bool more = true;
    quire_status status = QUIRE_OK;
    bool is_first = true;

    for (;;) {
        status = stored_articles_passage(m->stored, &m->article, &list, &number, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        is_first = false;
        *text_bytes += m->article.text_bytes;
        status = passage_maker_visit(&m->maker, &m->article, list, list->passages, number,
                                     add_passage, m, err);
        if (status != QUIRE_OK)
            break;
    }
    if (status == QUIRE_OK && is_first)
        m->maker.counts.narticles_without_text++;
    return status;
}

static quire_status
add_stored_article(unit_maker *m, const article_key *key, quire_error *err)
{
    uint64_t text_bytes = 0;
    quire_status status = stored_articles_get(m->stored, article_key_place(key), &m->article, err);

    if (status == QUIRE_OK)
        status = store_worker_add_article(m->worker, &m->article, &m->number, err);
    if (status == QUIRE_OK)
        status = add_stored_passages(m, &text_bytes, err);
    if (status != QUIRE_OK)
        return status;
    atomic_fetch_add(&m->plan->narticles, 1);
    atomic_fetch_add(&m->plan->bytes, text_bytes);
    return check_stopped(m->stop, err);
}

static quire_status
add_article(unit_maker *m, const article_key *key, quire_error *err)
{
    quire_status status =
        spool_get(m->plan->spool, key->spool_offset, &m->scratch, &m->article, err);

    if (status == QUIRE_OK)
        status = store_worker_add_article(m->worker, &m->article, &m->number, err);
    if (status == QUIRE_OK)
        status = passage_maker_run(&m->maker, &m->article, add_passage, m, err);
    if (status != QUIRE_OK)
        return status;
    atomic_fetch_add(&m->plan->narticles, 1);
    atomic_fetch_add(&m->plan->bytes, m->article.text_bytes);
    return check_stopped(m->stop, err);
}

quire_status
unit_maker_run(unit_maker *m, size_t first, size_t end, store_unit **unit_out, quire_error *err)
{
    quire_status status = store_worker_begin(m->worker, (uint32_t)first + 1, err);

    for (size_t i = first; i < end && status == QUIRE_OK; i++) {
        const article_key *key = &m->plan->order->keys[i];

        status =
            article_key_is_stored(key) ? add_stored_article(m, key, err) : add_article(m, key, err);
    }
    return status == QUIRE_OK ? store_worker_end(m->worker, unit_out, err) : status;
}

quire_status
unit_maker_finish(unit_maker *m, quire_error *err)
{
    return store_worker_finish(m->worker, err);
}

/* ---- Samples ---- */

/* Let the store see the passages of an article. */
static quire_status
sample_article(const unit_plan *plan, size_t i, article *a, passage_list *list, buffer *scratch,
               quire_error *err)
{
    quire_status status =
        spool_get(plan->spool, plan->order->keys[i].spool_offset, scratch, a, err);

    if (status != QUIRE_OK)
        return status;
    if (!passages_split(a->title == NULL ? "" : a->title, a->title_bytes, a->text, a->text_bytes,
                        a->body_start, list))
        return error_nomem(err);
    for (size_t j = 0; j < list->npassages && status == QUIRE_OK; j++) {
        const passage_source source = {
            .article = a,
            .article_number = (uint32_t)i + 1,
            .list = list,
            .passage = &list->passages[j],
            .number = (uint32_t)j + 1,
        };
        status = store_writer_add_sample(plan->store, &source, err);
    }
    return status;
}

/* The same of a stored one. */
static quire_status
sample_stored(const unit_plan *plan, size_t i, stored_articles *stored, article *a,
              quire_error *err)
{
    const passage_list *list;
    uint32_t number;
    bool more = true;
    quire_status status =
        stored_articles_get(stored, article_key_place(&plan->order->keys[i]), a, err);

    while (status == QUIRE_OK) {
        status = stored_articles_passage(stored, a, &list, &number, &more, err);
        if (status != QUIRE_OK || !more)
            break;
        const passage_source source = {
            .article = a,
            .article_number = (uint32_t)i + 1,
            .list = list,
            .passage = list->passages,
            .number = number,
        };
        status = store_writer_add_sample(plan->store, &source, err);
    }
    return status;
}

static double
count_text(const article_order *o)
{
    double total = 0;

    for (size_t i = 0; i < o->nkeys; i++)
        total += (double)o->keys[i].text_bytes;
    return total;
}

/* Articles are drawn evenly from all of the text.  Of little text nothing is learned: that makes
 * its segment a tenth smaller, but takes a seventh of the time of a small update. */
quire_status
unit_plan_sample(unit_plan *plan, unit_stop stop, quire_error *err)
{
    const size_t wanted = store_writer_sample_bytes(plan->store);
    const article_order *o = plan->order;
    quire_status status = QUIRE_OK;
    article a = {0};
    passage_list list = {0};
    buffer scratch = {0};
    const double total = count_text(o);
    double seen = 0;
    double sampled = 0;
    stored_articles *stored = NULL;

    if (wanted == 0 || total < LEAST_TEXT_BYTES)
        return QUIRE_OK;
    if (plan->live != NULL && (stored = stored_articles_new(plan->live)) == NULL)
        return error_nomem(err);
    for (size_t i = 0; i < o->nkeys && status == QUIRE_OK; i++) {
        if (sampled < (double)wanted && sampled * total <= seen * (double)wanted) {
            status = article_key_is_stored(&o->keys[i])
                         ? sample_stored(plan, i, stored, &a, err)
                         : sample_article(plan, i, &a, &list, &scratch, err);
            sampled += (double)o->keys[i].text_bytes;
            if (status == QUIRE_OK)
                status = check_stopped(stop, err);
        }
        seen += (double)o->keys[i].text_bytes;
    }
    article_clear(&a);
    stored_articles_free(stored);
    passage_list_free(&list);
    buffer_free(&scratch);
    return status == QUIRE_OK ? store_writer_learn(plan->store, err) : status;
}
