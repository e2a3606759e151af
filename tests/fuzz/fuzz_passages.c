/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_passages.c - any bytes as an article: a title, cut from the front, and a text.
 *
 * The first byte says how long the title is and where the body begins.  What must hold for every
 * text is checked: passages in order, whole sentences, nothing between them but blanks; and the
 * words that were kept are those of the passage by itself. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/blanks.h"
#include "text/passage_words.h"
#include "text/passages.h"
#include "text/sentences.h"

#include "fuzz.h"

/* The sentences of a passage; *at is where the text has been read to. */
static void
check_passage(const char *text, size_t nbytes, size_t title_bytes, const passage_list *list,
              const passage *p, size_t *at)
{
    uint32_t block_number = 0;

    for (size_t i = 0; i < p->nsentences; i++) {
        const sentence *s = &list->sentences[p->first_sentence + i];
        require(s->start < s->end && s->block >= block_number && s->block <= block_number + 1);
        require(s->end - s->start <= SENTENCES_MAX_BYTES);
        block_number = s->block;
        if (s->in_title) {
            require(p->has_title && s->end <= title_bytes && s->block == 0);
            continue;
        }
        *at = blanks_skip(text, *at, nbytes);
        require(*at == p->start + s->start);
        *at = p->start + s->end;
        require(*at <= p->end);
    }
    require(p->start == p->end || *at == p->end);
}

/* The words of a passage, which are the same either way; the title is the text's beginning. */
static void
check_words(const char *text, const passage_list *list, const passage *p)
{
    static stemmer *s;
    static passage_words taken;
    static passage_words again;

    if (s == NULL && (s = stemmer_new()) == NULL)
        return;
    if (!passage_words_take(&taken, s, text, text, list, p) ||
        !passage_words_read(&again, s, text, text + p->start, list->sentences + p->first_sentence,
                            p->nsentences))
        return;
    require(taken.list.ntokens == p->nwords && again.list.ntokens == p->nwords);
    for (size_t i = 0; i < p->nwords; i++) {
        const token *t = &taken.list.tokens[i];
        const token *u = &again.list.tokens[i];
        require(t->start == u->start && t->end == u->end && t->flags == u->flags);
        require(t->surface_bytes == u->surface_bytes && t->extra_bytes == u->extra_bytes);
        require(memcmp(token_surface(&taken.list, t), token_surface(&again.list, u),
                       t->surface_bytes) == 0);
        require(t->extra_bytes == 0 || memcmp(token_extra(&taken.list, t),
                                              token_extra(&again.list, u), t->extra_bytes) == 0);
        require(taken.places[i].sentence == again.places[i].sentence &&
                taken.places[i].in_title == again.places[i].in_title);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes)
{
    static passage_list list;
    static buffer text;
    utf8_repair *repairs = NULL;
    size_t nrepairs;

    if (nbytes == 0)
        return 0;
    buffer_clear(&text);
    if (!buffer_add_string(&text, "") ||
        !utf8_repair_text((const char *)data + 1, nbytes - 1, &text, &repairs, &nrepairs))
        return 0;
    free(repairs);

    size_t title_bytes = utf8_cut(text.bytes, text.size, data[0] & 0x7f);
    size_t body_start = data[0] & 0x80 ? title_bytes : 0;
    size_t at = body_start;
    size_t nsentences = 0;
    size_t ntitles = 0;
    bool has_text = false;
    if (!passages_split(text.bytes, title_bytes, text.bytes, text.size, body_start, &list))
        return 0;
    for (size_t i = 0; i < list.npassages; i++) {
        const passage *p = &list.passages[i];
        require(p->start <= p->end && p->end <= text.size && p->nsentences > 0);
        require(p->first_sentence == nsentences);
        check_passage(text.bytes, text.size, title_bytes, &list, p, &at);
        check_words(text.bytes, &list, p);
        nsentences += p->nsentences;
        ntitles += p->has_title;
        has_text |= p->start < p->end;
    }
    require(nsentences == list.nsentences && ntitles <= 1);
    require(!has_text || blanks_skip(text.bytes, at, text.size) == text.size);
    return 0;
}
