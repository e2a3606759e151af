/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a stored passage or a stored article: once as they are, and once with a checksum
 * that holds, so that what is behind the checksum is reached too.  A passage that is read makes
 * sense, and is written as the same bytes wherever its form has one way to say a thing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "store/catalogue.h"
#include "store/passage_record.h"

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
check_sentences(const passage_record *r)
{
    for (size_t i = 0; i < r->nsentences; i++) {
        const sentence *s = &r->sentences[i];

        require(s->start <= s->end && s->end <= (s->in_title ? r->title_bytes : r->text_bytes));
        require(i == 0 || s->block >= r->sentences[i - 1].block);
    }
}

static void
check_passage(const char *bytes, size_t nbytes)
{
    passage_record first;
    passage_record second;
    sentence *sentences = NULL;
    sentence *again = NULL;
    size_t room = 0;
    size_t more = 0;
    buffer written = {0};
    quire_error err;

    if (passage_record_read(bytes, nbytes, &first, &sentences, &room, &err) == QUIRE_OK) {
        check_sentences(&first);
        require(passage_record_write(&first, &written));
        require(passage_record_read(written.bytes, written.size, &second, &again, &more, &err) ==
                QUIRE_OK);
        require(first.article == second.article && first.text_bytes == second.text_bytes &&
                first.nsentences == second.nsentences && first.source_start == second.source_start);
        for (size_t i = 0; i < first.nsentences; i++)
            require(sentences[i].start == again[i].start && sentences[i].end == again[i].end &&
                    sentences[i].block == again[i].block);
    }
    free(sentences);
    free(again);
    buffer_free(&written);
}

static void
check_article(const char *bytes, size_t nbytes)
{
    article_record record;
    quire_error err;
    arena *a = arena_new();

    if (a != NULL && catalogue_record_read(bytes, nbytes, a, &record, &err) == QUIRE_OK)
        require(record.id != NULL);
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char hex[HASH_HEX_BYTES];
    buffer sealed = {0};

    check_passage((const char *)data, size);
    check_article((const char *)data, size);
    hash_to_hex(hash_bytes(data, size), hex);
    require(buffer_add(&sealed, data, size) && buffer_add_string(&sealed, hex));
    check_passage(sealed.bytes, sealed.size);
    check_article(sealed.bytes, sealed.size);
    buffer_free(&sealed);
    return 0;
}
