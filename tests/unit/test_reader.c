/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_reader.c - what the readers make of good, bad and hostile input. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>

#include "article/reader.h"

#include "scratch.h"

/* What reading an input came to: a line for each article and each problem, in order. */
typedef struct {
    buffer told;
    article last;
    size_t narticles;
    uint64_t text_bytes;
} reading;

static void
add_visible(buffer *b, const char *bytes, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++) {
        if (bytes[i] == '\n')
            assert_true(buffer_add_string(b, "\\n"));
        else if (bytes[i] == '\0')
            assert_true(buffer_add_string(b, "\\0"));
        else if (bytes[i] == '\r')
            assert_true(buffer_add_string(b, "\\r"));
        else
            assert_true(buffer_add_char(b, bytes[i]));
    }
}

static void
on_problem(void *closure, const char *where, const char *what, bool skipped)
{
    reading *r = closure;

    assert_true(buffer_printf(&r->told, "! %s: %s%s\n", where, what, skipped ? " (skipped)" : ""));
}

static void
tell_article(reading *r, const article *a)
{
    buffer *b = &r->told;

    assert_non_null(a->id);
    assert_non_null(a->text);
    assert_non_null(a->path);
    assert_true(strlen(a->text) <= a->text_bytes && a->text[a->text_bytes] == '\0');
    assert_int_equal(utf8_valid_prefix(a->text, a->text_bytes), a->text_bytes);
    assert_true(a->body_start <= a->text_bytes);
    assert_true(buffer_printf(b, "%s|", a->id));
    if (a->title != NULL)
        add_visible(b, a->title, a->title_bytes);
    assert_true(buffer_printf(b, "|%s|", a->has_date ? a->date.iso : ""));
    add_visible(b, a->text + a->body_start, a->text_bytes - a->body_start);
    if (a->source != NULL)
        assert_true(buffer_printf(b, "|source=%s", a->source));
    if (a->author != NULL)
        assert_true(buffer_printf(b, "|author=%s", a->author));
    if (a->url != NULL)
        assert_true(buffer_printf(b, "|url=%s", a->url));
    if (a->language != NULL)
        assert_true(buffer_printf(b, "|language=%s", a->language));
    if (a->extra != NULL)
        assert_true(buffer_printf(b, "|extra=%s", a->extra));
    assert_true(buffer_add_char(b, '\n'));
}

static void
write_file(const char *name, const void *bytes, size_t nbytes)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, nbytes), (ssize_t)nbytes);
    close(fd);
}

/* Read the file name; with fd >= 0 as standard input. */
static void
read_input(const char *name, int fd, reading *r)
{
    reader_input input = {
        .path = name, .name = name, .id = "id", .fd = fd, .problem = on_problem, .closure = r};
    reader *in = NULL;
    article a = {0};
    bool more = true;

    *r = (reading){0};
    assert_int_equal(reader_open(&input, &in, NULL), QUIRE_OK);
    while (in != NULL && more) {
        assert_int_equal(reader_next(in, &a, &more, NULL), QUIRE_OK);
        if (!more)
            break;
        tell_article(r, &a);
        r->narticles++;
        article_clear(&r->last);
        r->last = a;
        memset(&a, 0, sizeof a);
    }
    if (in != NULL) {
        r->text_bytes = reader_text_bytes(in);
        assert_int_equal(reader_next(in, &a, &more, NULL), QUIRE_OK);
        assert_false(more);
    }
    reader_close(in);
    if (r->told.bytes == NULL)
        assert_true(buffer_add_string(&r->told, ""));
}

static void
forget(reading *r)
{
    article_clear(&r->last);
    buffer_free(&r->told);
}

static void
expect_bytes(const char *name, const void *bytes, size_t nbytes, const char *wanted)
{
    reading r;

    write_file(name, bytes, nbytes);
    read_input(name, -1, &r);
    if (strcmp(r.told.bytes, wanted) != 0)
        fail_msg("%s holding <%.*s>\nwanted: %s\ngot:    %s", name, (int)nbytes,
                 (const char *)bytes, wanted, r.told.bytes);
    forget(&r);
    unlink(name);
}

#define EXPECT(name, literal, wanted) expect_bytes(name, literal, sizeof(literal) - 1, wanted)

static size_t
gzip(const void *bytes, size_t nbytes, unsigned char *out, size_t room)
{
    z_stream z = {0};
    size_t n;

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
    z.next_in = (unsigned char *)bytes;
    z.avail_in = (unsigned)nbytes;
    z.next_out = out;
    z.avail_out = (unsigned)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    n = room - z.avail_out;
    deflateEnd(&z);
    return n;
}

/* ---- text files ---- */

static void
a_text_file_has_a_title_and_a_date_where_they_stand_apart(void **state)
{
    (void)state;
    EXPECT("a.txt", "Title\n\nBody one.\nBody two.\n", "id|Title||Body one.\\nBody two.\\n\n");
    EXPECT("a.txt", "Title\n\nNov 16, 2025\n\nBody.\n", "id|Title|2025-11-16|Body.\\n\n");
    EXPECT("a.txt", "Title\r\n\r\n2025-11-16\r\nBody.\r\n", "id|Title|2025-11-16|Body.\\r\\n\n");
    EXPECT("a.txt", "Title\n16 November 2025\n\nBody.\n", "id|Title|2025-11-16|Body.\\n\n");
    EXPECT("a.txt", "2025-11-16\n\nTitle\n\nBody.\n", "id|Title|2025-11-16|Body.\\n\n");
    EXPECT("a.txt", "  Title  \n \t \nBody.\n", "id|Title||Body.\\n\n");
    EXPECT("a.txt", "\n\nTitle\n\nBody.\n", "id|Title||Body.\\n\n");
    EXPECT("a.txt", "Title\n\n", "id|Title||\n");
}

static void
what_does_not_stand_apart_is_body(void **state)
{
    (void)state;
    EXPECT("a.txt", "One.\nTwo.\n", "id|||One.\\nTwo.\\n\n");
    EXPECT("a.txt", "Only a line", "id|||Only a line\n");
    EXPECT("a.txt", "Only a line\n", "id|||Only a line\\n\n");
    EXPECT("a.txt", "Moscow, November 16, 2025 : News.\n\nMore.\n",
           "id|Moscow, November 16, 2025 : News.||More.\\n\n");
    EXPECT("a.txt", "Title\n\nBy One\n2025-11-16\nBody.\n",
           "id|Title|2025-11-16|By One\\n2025-11-16\\nBody.\\n\n");
    EXPECT("a.txt", "Title\n\nA.\nB.\nC.\n2025-11-16\n",
           "id|Title||A.\\nB.\\nC.\\n2025-11-16\\n\n");
    EXPECT("a.txt", "", "id|||\n");
}

static void
a_title_is_under_200_bytes(void **state)
{
    char text[256];
    reading r;

    (void)state;
    for (size_t n = 198; n <= 202; n++) {
        memset(text, 'x', n);
        memcpy(text + n, "\n\nBody.\n", 8);
        write_file("a.txt", text, n + 8);
        read_input("a.txt", -1, &r);
        assert_int_equal(r.last.title_bytes, n < 200 ? n : 0);
        assert_int_equal(r.last.body_start, n < 200 ? n + 2 : 0);
        forget(&r);
    }
}

static void
ranges_of_a_text_lead_back_to_its_file(void **state)
{
    static const char file[] = "\xef\xbb\xbfT\n\nA\xff z \xe2\x82. end";
    uint64_t start = 0;
    uint64_t end = 0;
    reading r;
    const char *z;

    (void)state;
    write_file("a.txt", file, sizeof file - 1);
    read_input("a.txt", -1, &r);
    assert_string_equal(r.told.bytes, "! a.txt: 3 invalid bytes repaired: not UTF-8\n"
                                      "id|T||A\xef\xbf\xbd z \xef\xbf\xbd. end\n");
    assert_int_equal(r.last.skipped_bytes, 3);

    z = strchr(r.last.text, 'z');
    assert_true(article_file_range(&r.last, (size_t)(z - r.last.text),
                                   (size_t)(z - r.last.text) + 1, &start, &end));
    assert_int_equal(end, start + 1);
    assert_int_equal(file[start], 'z');
    z = strstr(r.last.text, "end");
    assert_true(
        article_file_range(&r.last, (size_t)(z - r.last.text), r.last.text_bytes, &start, &end));
    assert_memory_equal(file + start, "end", 3);
    assert_int_equal(end, sizeof file - 1);
    assert_true(article_file_range(&r.last, 0, 1, &start, &end));
    assert_int_equal(start, 3);
    assert_false(article_file_range(&r.last, 3, 8, &start, &end)); /* a repair lies within */
    assert_false(article_file_range(&r.last, 4, 5, &start, &end));
    forget(&r);

    /* A range may lie between repairs, but not touch one. */
    write_file("b.txt",
               "\xff"
               "ab\xff",
               4);
    read_input("b.txt", -1, &r);
    assert_true(article_file_range(&r.last, 3, 5, &start, &end));
    assert_int_equal(start, 1);
    assert_int_equal(end, 3);
    assert_false(article_file_range(&r.last, 2, 5, &start, &end));
    assert_false(article_file_range(&r.last, 3, 6, &start, &end));
    forget(&r);
}

static void
what_is_no_text_is_named(void **state)
{
    static const char nuls[64] = "abc";

    (void)state;
    EXPECT("a.txt", "\xff\xfeT\0i\0",
           "! a.txt: UTF-16 is not read: convert it with iconv -f "
           "UTF-16 -t UTF-8 (skipped)\n");
    EXPECT("a", "\xfe\xff\0T\0i",
           "! a: UTF-16 is not read: convert it with iconv -f UTF-16 -t UTF-8 (skipped)\n");
    expect_bytes("a.txt", nuls, sizeof nuls,
                 "! a.txt: not text, or text in another encoding than UTF-8: see iconv(1) "
                 "(skipped)\n");
    EXPECT("a.html", "<p>Hello",
           "! a.html: HTML is not read: save the article as plain text or "
           "JSON Lines (skipped)\n");
    EXPECT("A.PDF", "x", "! A.PDF: PDF is not read: convert it with pdftotext (skipped)\n");
    EXPECT("a.tar.gz", "x", "! a.tar.gz: an archive: unpack it first (skipped)\n");
    EXPECT("a", "%PDF-1.7\n", "! a: PDF is not read: convert it with pdftotext (skipped)\n");
}

static void
a_nul_here_and_there_is_kept(void **state)
{
    (void)state;
    EXPECT("a.txt", "Title\n\nA\0B\n", "id|Title||A\\0B\\n\n");
    EXPECT("a.txt", "T\0itle\n\nB\n", "id|T\\0itle||B\\n\n");
}

static void
a_file_that_is_not_there_is_named(void **state)
{
    reading r;

    (void)state;
    read_input("nowhere.txt", -1, &r);
    assert_string_equal(r.told.bytes, "! nowhere.txt: No such file or directory (skipped)\n");
    forget(&r);
}

static void
a_file_without_an_ending_is_told_by_its_content(void **state)
{
    (void)state;
    EXPECT("a", "{\"id\": 1, \"text\": \"T\"}\n", "1|||T\n");
    EXPECT("a", "{ \"text\": \"T\"}\n", "a:1|||T\n");
    EXPECT("a", "{braces} begin this.\n", "id|||{braces} begin this.\\n\n");
    EXPECT("a.txt", "{\"id\": 1}\n", "id|||{\"id\": 1}\\n\n");
    EXPECT("a.v2", "Text.\n", "id|||Text.\\n\n");
}

/* ---- JSON Lines ---- */

static void
records_become_articles(void **state)
{
    (void)state;
    EXPECT("a.jsonl",
           "{\"id\":\"x\",\"title\":\"T\",\"text\":\"B\\n\\u0000C\",\"date\":\"16 Nov 2025\","
           "\"source\":\"S\",\"author\":\"A\",\"url\":\"U\",\"language\":\"en\"}\n",
           "x|T|2025-11-16|B\\n\\0C|source=S|author=A|url=U|language=en\n");
    EXPECT("a.jsonl", "{}\r\n\r\n  \n{\"id\":7}\n{\"id\":null,\"title\":\"T\"}",
           "a.jsonl:1|||\n7|||\na.jsonl:5|T||\n");
    EXPECT("a.jsonl", "\xef\xbb\xbf{\"id\":-9223372036854775808}", "-9223372036854775808|||\n");
    EXPECT("a.jsonl", "{\"text\":\"a\",\"text\":\"b\"}\n", "a.jsonl:1|||b\n");
    EXPECT("a.jsonl", "", "");
    EXPECT("a.jsonl", "\n\n", "");
}

static void
other_keys_are_kept(void **state)
{
    (void)state;
    EXPECT(
        "a.jsonl",
        "{\"id\":\"x\",\"z\":[1,null,{\"q\":true}],\"body\":\"B\",\"n\":0.1,\"k\":1e3}\n",
        "x||||extra={\"body\":\"B\",\"k\":1000.0,\"n\":0.1,\"z\":[1,null,{\"q\":true}]}\n"
        "! a.jsonl: no title and no text in 1 record; the keys of the first are: id, z, body, n, "
        "k\n");
    EXPECT("a.jsonl", "{\"id\":\"x\",\"text\":\"\",\"n\":0.12345678901234566}\n",
           "x||||extra={\"n\":0.12345678901234566}\n");
}

static void
records_without_title_and_text_are_named_once(void **state)
{
    buffer b = {0};
    reading r;

    (void)state;
    EXPECT("a.jsonl",
           "{\"id\":\"x\"}\n{\"headline\":\"H\",\"bo\\ndy\":\"B\"}\n"
           "{\"id\":\"y\",\"title\":null,\"p\":1}\n{\"body\":\"C\"}\n",
           "x|||\na.jsonl:2||||extra={\"bo\\ndy\":\"B\",\"headline\":\"H\"}\n"
           "y||||extra={\"p\":1}\na.jsonl:4||||extra={\"body\":\"C\"}\n"
           "! a.jsonl: no title and no text in 2 records; the keys of the first are: headline, "
           "bo?dy\n");

    /* Of many keys some are named, and none that is longer than a message should be. */
    assert_true(buffer_add_string(&b, "{\"id\":\"x\""));
    for (int i = 0; i < 500; i++)
        assert_true(buffer_printf(&b, ",\"key %d\":0", i));
    assert_true(buffer_add_string(&b, "}\n"));
    write_file("keys.jsonl", b.bytes, b.size);
    read_input("keys.jsonl", -1, &r);
    assert_non_null(strstr(r.told.bytes, "the keys of the first are: id, key 0, key 1, key 2, "));
    assert_non_null(strstr(r.told.bytes, ", key 15, ...\n"));
    assert_null(strstr(strstr(r.told.bytes, "! "), "key 30"));
    forget(&r);
    buffer_free(&b);
}

static void
fields_of_the_wrong_type_are_named_and_kept_apart(void **state)
{
    (void)state;
    EXPECT("a.jsonl", "{\"id\":1.5,\"title\":[\"T\"],\"text\":\"B\"}\n",
           "! a.jsonl:1: id is a number, not a string: kept only among other keys\n"
           "! a.jsonl:1: title is an array, not a string: kept only among other keys\n"
           "a.jsonl:1|||B|extra={\"id\":1.5,\"title\":[\"T\"]}\n");
    EXPECT("a.jsonl", "{\"id\":\"a\\u0000b\",\"date\":true}\n",
           "! a.jsonl:1: id is a string with a NUL, not a string: kept only among other keys\n"
           "! a.jsonl:1: date is true or false, not a string: kept only among other keys\n"
           "a.jsonl:1||||extra={\"date\":true,\"id\":\"a\\u0000b\"}\n");
    EXPECT("a.jsonl", "{\"id\":\"x\",\"date\":\"yesterday\\n\"}\n",
           "! a.jsonl:1: date \"yesterday?\" is not read: use ISO 8601\nx|||\n");
}

static void
bad_lines_are_named_and_the_rest_is_read(void **state)
{
    (void)state;
    EXPECT("a.jsonl", "{\"id\":\"x\"}\n{\"id\":\n[1]\n\"s\"\n3\n{\"id\":\"y\"}\n",
           "x|||\n"
           "! a.jsonl:2: bad JSON: unexpected token near end of file, at byte 6 (skipped)\n"
           "! a.jsonl:3: not a JSON object, but an array (skipped)\n"
           "! a.jsonl:4: bad JSON: '[' or '{' expected near '\"s\"', at byte 3 (skipped)\n"
           "! a.jsonl:5: bad JSON: '[' or '{' expected near '3', at byte 1 (skipped)\n"
           "y|||\n");
    EXPECT("a.json", "{\n",
           "! a.json:1: bad JSON: an article must stand whole on one line: see "
           "jq -c; the whole file is skipped (skipped)\n");
    EXPECT("a.json", "\xef\xbb\xbf\n [ \n{\"id\":\"x\"},\n{\"id\":\"y\"}\n]\n",
           "! a.json:2: bad JSON: an article must stand whole on one line: see "
           "jq -c; the whole file is skipped (skipped)\n");
    EXPECT("a.jsonl", "{\"id\":\"x\"}\n{\n{\"id\":\"y\"}\n",
           "x|||\n! a.jsonl:2: bad JSON: an article must stand whole on one line: see "
           "jq -c (skipped)\ny|||\n");
    EXPECT("a.jsonl", "{\"id\":\"x\"} trailing\n",
           "! a.jsonl:1: bad JSON: end of file expected near 'trailing', at byte 19 (skipped)\n");
    EXPECT("a.jsonl", "{\"text\":\"\\ud800\"}\n{\"id\":\"y\"}",
           "! a.jsonl:1: bad JSON: invalid Unicode '\\uD800' near '\"\\ud800\"', at byte 16 "
           "(skipped)\ny|||\n");
}

static void
invalid_bytes_of_a_line_are_repaired(void **state)
{
    (void)state;
    EXPECT("a.jsonl", "{\"id\":\"x\",\"text\":\"caf\xe9 \xff\"}\n{\"id\":\"y\"}\n",
           "! a.jsonl:1: 2 invalid bytes repaired: not UTF-8\n"
           "x|||caf\xef\xbf\xbd \xef\xbf\xbd\ny|||\n");
    EXPECT("a.jsonl", "{\"id\":\"x\",\"text\":\"\xe2\x82\"}\n",
           "! a.jsonl:1: 2 invalid bytes repaired: not UTF-8\nx|||\xef\xbf\xbd\n");
}

static void
a_number_beyond_64_bits_costs_no_article(void **state)
{
    (void)state;
    EXPECT("a.jsonl", "{\"id\":\"x\",\"n\":18446744073709551615}\n",
           "! a.jsonl:1: numbers beyond 64 bits: all of its numbers are rounded\n"
           "x||||extra={\"n\":1.8446744073709552e19}\n"
           "! a.jsonl: no title and no text in 1 record; the keys of the first are: id, n\n");
}

static void
deep_nesting_is_refused_and_survived(void **state)
{
    buffer b = {0};
    reading r;

    (void)state;
    assert_true(buffer_add_string(&b, "{\"x\":"));
    for (int i = 0; i < 1000000; i++)
        assert_true(buffer_add_char(&b, '['));
    assert_true(buffer_add_string(&b, "\n{\"id\":\"y\"}\n"));
    write_file("deep.jsonl", b.bytes, b.size);
    read_input("deep.jsonl", -1, &r);
    assert_non_null(strstr(r.told.bytes, "! deep.jsonl:1: bad JSON: maximum parsing depth"));
    assert_non_null(strstr(r.told.bytes, "y|||\n"));
    forget(&r);
    buffer_free(&b);
}

/* ---- compression ---- */

static void
members_of_gzip_are_read_as_one(void **state)
{
    static const char one[] = "{\"id\":\"x\"}\n{\"id\":";
    static const char two[] = "\"y\"}\n";
    unsigned char packed[512];
    size_t n = gzip(one, sizeof one - 1, packed, sizeof packed);

    (void)state;
    n += gzip(two, sizeof two - 1, packed + n, sizeof packed - n);
    expect_bytes("a.jsonl.gz", packed, n, "x|||\ny|||\n");
    expect_bytes("named-otherwise.jsonl", packed, n, "x|||\ny|||\n");
    memset(packed + n, 0, 100);
    expect_bytes("a.jsonl.gz", packed, n + 100, "x|||\ny|||\n");
    memcpy(packed + n, "garbage", 7);
    expect_bytes("a.jsonl.gz", packed, n + 7,
                 "x|||\ny|||\n! a.jsonl.gz: what follows the compressed data was left out\n");
}

static void
text_may_be_compressed(void **state)
{
    static const char text[] = "Title\n\nBody.\n";
    unsigned char packed[512];
    size_t n = gzip(text, sizeof text - 1, packed, sizeof packed);
    uint64_t start;
    uint64_t end;
    reading r;

    (void)state;
    expect_bytes("a.txt.gz", packed, n, "id|Title||Body.\\n\n");
    write_file("a.txt.gz", packed, n);
    read_input("a.txt.gz", -1, &r);
    assert_false(article_file_range(&r.last, 0, 5, &start, &end));
    assert_int_equal(r.text_bytes, sizeof text - 1);
    forget(&r);
    EXPECT("plain.txt.gz", "Not compressed.", "id|||Not compressed.\n");
    EXPECT("empty.jsonl.gz", "", "");
}

/* Cut at every byte, a compressed file gives some of its whole records, and says so. */
static void
cut_compressed_data_gives_whole_records_only(void **state)
{
    unsigned char packed[4096];
    buffer lines = {0};
    size_t n;
    reading r;

    (void)state;
    for (int i = 0; i < 50; i++)
        assert_true(buffer_printf(&lines, "{\"id\":\"%d\",\"text\":\"%d\"}\n", i, i * 7919));
    n = gzip(lines.bytes, lines.size, packed, sizeof packed);
    for (size_t cut = 3; cut < n; cut++) {
        write_file("cut.jsonl.gz", packed, cut);
        read_input("cut.jsonl.gz", -1, &r);
        assert_non_null(strstr(r.told.bytes, "! cut.jsonl.gz: the compressed data ends early: "));
        assert_null(strstr(r.told.bytes, "bad JSON"));
        for (size_t i = 0; i < r.narticles; i++) {
            char wanted[64];
            snprintf(wanted, sizeof wanted, "%zu|||%zu\n", i, i * 7919);
            assert_non_null(strstr(r.told.bytes, wanted));
        }
        if (cut == n - 8) /* all but the checksum and the length */
            assert_int_equal(r.narticles, 50);
        forget(&r);
    }
    write_file("cut.txt.gz", packed, n - 9);
    read_input("cut.txt.gz", -1, &r);
    assert_string_equal(r.told.bytes, "! cut.txt.gz: the compressed data ends early (skipped)\n");
    forget(&r);

    packed[n - 6] ^= 1; /* of the checksum */
    write_file("bad.txt.gz", packed, n);
    read_input("bad.txt.gz", -1, &r);
    assert_string_equal(r.told.bytes, "! bad.txt.gz: the compressed data is damaged (skipped)\n");
    forget(&r);
    buffer_free(&lines);
}

/* ---- size, pipes, stopping ---- */

static void
write_long_line(FILE *f, size_t nbytes)
{
    char block[65536];

    memset(block, 'x', sizeof block);
    for (size_t done = 0; done < nbytes; done += sizeof block)
        assert_int_equal(fwrite(block, 1, sizeof block, f), sizeof block);
}

static void
what_is_too_long_is_named_and_the_rest_is_read(void **state)
{
    FILE *f = fopen("long.jsonl", "w");
    reading r;

    (void)state;
    assert_non_null(f);
    fputs("{\"id\":\"x\"}\n{\"text\":\"", f);
    write_long_line(f, READER_MAX_ARTICLE_BYTES);
    fputs("\"}\n{\"id\":\"y\"}\n", f);
    fclose(f);
    read_input("long.jsonl", -1, &r);
    assert_string_equal(r.told.bytes, "x|||\n! long.jsonl:2: longer than 64 MiB (skipped)\ny|||\n");
    forget(&r);
    assert_int_equal(rename("long.jsonl", "long.txt"), 0);
    read_input("long.txt", -1, &r);
    assert_string_equal(r.told.bytes,
                        "! long.txt: longer than 64 MiB: split it into articles (skipped)\n");
    forget(&r);
    unlink("long.txt");
}

static void
standard_input_is_json_lines(void **state)
{
    int ends[2];
    reading r;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "{\"text\":\"T\"}\nplain\n", 19), 19);
    close(ends[1]);
    read_input("-", ends[0], &r);
    assert_string_equal(r.told.bytes, "-:1|||T\n! -:2: bad JSON: '[' or '{' expected near 'plain', "
                                      "at byte 5 (skipped)\n");
    forget(&r);
    assert_int_equal(close(ends[0]), 0); /* it was left open */
}

static bool
stop_soon(void *closure)
{
    int *left = closure;

    return --*left < 0;
}

/* Nobody ever writes to this FIFO. */
static void
waiting_can_be_stopped(void **state)
{
    int left = 3;
    reader_input input = {
        .path = "fifo", .name = "fifo", .fd = -1, .closure = &left, .is_stopped = stop_soon};
    reader *in = NULL;
    quire_error err;

    (void)state;
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(reader_open(&input, &in, &err), QUIRE_ECANCELED);
    assert_null(in);
}

/* ---- */

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_file_has_a_title_and_a_date_where_they_stand_apart),
        cmocka_unit_test(what_does_not_stand_apart_is_body),
        cmocka_unit_test(a_title_is_under_200_bytes),
        cmocka_unit_test(ranges_of_a_text_lead_back_to_its_file),
        cmocka_unit_test(what_is_no_text_is_named),
        cmocka_unit_test(a_nul_here_and_there_is_kept),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(a_file_without_an_ending_is_told_by_its_content),
        cmocka_unit_test(records_become_articles),
        cmocka_unit_test(other_keys_are_kept),
        cmocka_unit_test(records_without_title_and_text_are_named_once),
        cmocka_unit_test(fields_of_the_wrong_type_are_named_and_kept_apart),
        cmocka_unit_test(bad_lines_are_named_and_the_rest_is_read),
        cmocka_unit_test(invalid_bytes_of_a_line_are_repaired),
        cmocka_unit_test(a_number_beyond_64_bits_costs_no_article),
        cmocka_unit_test(deep_nesting_is_refused_and_survived),
        cmocka_unit_test(members_of_gzip_are_read_as_one),
        cmocka_unit_test(text_may_be_compressed),
        cmocka_unit_test(cut_compressed_data_gives_whole_records_only),
        cmocka_unit_test(what_is_too_long_is_named_and_the_rest_is_read),
        cmocka_unit_test(standard_input_is_json_lines),
        cmocka_unit_test(waiting_can_be_stopped),
    };
    return cmocka_run_group_tests_name("reader", tests, scratch_enter, scratch_leave);
}
