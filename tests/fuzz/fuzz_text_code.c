/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_text_code.c - any bytes as a vocabulary and codes, of which the first two bytes tell where
 * the vocabulary ends; and any bytes as a text, in the codes of what was learned of them. */
#include <string.h>

#include "postings/text_code.h"

#include "fuzz.h"

/* Measuring and decoding agree, and stay within what is promised. */
static size_t
decode(const text_code *c, const uint8_t *codes, size_t nbytes, char **text_out)
{
    const size_t size = text_code_size(c, codes, nbytes);

    *text_out = malloc(nbytes * TEXT_CODE_GROWTH + TEXT_STRING_BYTES);
    require(*text_out != NULL);
    require(size == SIZE_MAX || size <= nbytes * TEXT_CODE_GROWTH);
    require(text_code_decode(c, codes, nbytes, *text_out) == size);
    return size;
}

static void
read_codes(const uint8_t *data, size_t size)
{
    const uint8_t slack[2] = {0};
    const size_t most = size - 2;
    size_t vocabulary_bytes = (size_t)(data[0] | data[1] << 8);
    text_code *c = NULL;
    buffer codes = {0};
    char *text = NULL;

    if (vocabulary_bytes > most)
        vocabulary_bytes = most;
    data += 2;
    if (text_code_new(data, vocabulary_bytes, true, &c) != QUIRE_OK &&
        text_code_new(data, vocabulary_bytes, false, &c) != QUIRE_OK)
        return;
    require(buffer_add(&codes, data + vocabulary_bytes, most - vocabulary_bytes) &&
            buffer_add(&codes, slack, sizeof slack));
    (void)decode(c, (const uint8_t *)codes.bytes, codes.size - sizeof slack, &text);
    free(text);
    buffer_free(&codes);
    text_code_free(c);
}

static void
write_codes(const uint8_t *data, size_t size)
{
    const uint8_t slack[2] = {0};
    buffer samples = {0};
    buffer vocabulary = {0};
    buffer codes = {0};
    text_code *c = NULL;
    char *text = NULL;

    for (int i = 0; i < 3 && size > 0; i++)
        require(buffer_add(&samples, data, size));
    require(text_code_learn(&samples, &vocabulary, NULL) == QUIRE_OK);
    require(text_code_new(vocabulary.bytes, vocabulary.size, true, &c) == QUIRE_OK);
    require(buffer_reserve(&samples, TEXT_CODE_SLACK));
    memset(samples.bytes + samples.size, 0, TEXT_CODE_SLACK);
    require(text_code_encode(c, samples.bytes, size, &codes) &&
            buffer_add(&codes, slack, sizeof slack));
    require(decode(c, (const uint8_t *)codes.bytes, codes.size - sizeof slack, &text) == size);
    require(memcmp(text, data, size) == 0);
    free(text);
    text_code_free(c);
    buffer_free(&samples);
    buffer_free(&vocabulary);
    buffer_free(&codes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 2)
        read_codes(data, size);
    write_codes(data, size);
    return 0;
}
