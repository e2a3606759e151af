/* SPDX-License-Identifier: GPL-3.0-or-later */
/* topics.c - topics of test collections.
 *
 *   <top>
 *   <num> Number: 351
 *   <title> Falkland petroleum exploration
 *   <desc> Description:
 *   What information is available on ...
 *   <narr> Narrative:
 *   Any document ...
 *   </top>
 *
 * A part goes on until the next tag at the beginning of a line; closing tags, which some files
 * have, are passed over, and so are parts of other names. */
#include "topics.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PART_NUMBER 0x100u
#define PART_OTHER 0x200u

/* ---- Which parts ---- */

static const struct {
    const char *tag;
    const char *label; /* that may stand behind it */
    unsigned part;
} tags[] = {
    {"num", "Number:", PART_NUMBER},
    {"title", "Topic:", TOPIC_TITLE},
    {"desc", "Description:", TOPIC_DESCRIPTION},
    {"narr", "Narrative:", TOPIC_NARRATIVE},
};

#define NTAGS (sizeof tags / sizeof *tags)

bool
topics_read_parts(const char *text, unsigned *parts_out)
{
    *parts_out = 0;
    while (*text != '\0') {
        const size_t n = strcspn(text, ",");
        const unsigned before = *parts_out;

        for (size_t i = 1; i < NTAGS; i++)
            if (strlen(tags[i].tag) == n && memcmp(tags[i].tag, text, n) == 0)
                *parts_out |= tags[i].part;
        if (*parts_out == before)
            return false;
        text += n;
        if (*text == ',')
            text++;
    }
    return *parts_out != 0;
}

/* ---- Lines ---- */

static const char *
skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* Does text begin with a tag? */
static bool
is_tag(const char *text, const char *name)
{
    const size_t n = strlen(name);

    return text[0] == '<' && strncasecmp(text + 1, name, n) == 0 && text[n + 1] == '>';
}

bool
topics_is_begin(const line *l)
{
    return l->bytes != NULL && is_tag(skip_blanks(l->bytes), "top");
}

bool
topics_is_file(int fd)
{
    char bytes[4096];
    const ssize_t n = pread(fd, bytes, sizeof bytes - 1, 0);

    if (n <= 0)
        return false;
    bytes[n] = '\0';
    return is_tag(bytes + strspn(bytes, " \t\r\n"), "top");
}

/* Add text, a blank before it where there is some already; tags within are left out. */
static void
add_text(line *out, const char *text)
{
    const size_t nbytes = strlen(text);
    bool in_tag = false;

    if (out->has_no_memory)
        return;
    if (out->nbytes + nbytes + 1 > LINES_MAX_BYTES) {
        out->is_too_long = true;
        return;
    }
    if (out->nbytes + nbytes + 2 > out->room) {
        const size_t room = 2 * (out->nbytes + nbytes + 2);
        char *grown = realloc(out->bytes, room);

        if (grown == NULL) {
            out->has_no_memory = true;
            return;
        }
        out->bytes = grown;
        out->room = room;
    }
    if (out->nbytes > 0 && out->bytes[out->nbytes - 1] != '\t')
        out->bytes[out->nbytes++] = ' ';
    for (size_t i = 0; i < nbytes; i++) {
        in_tag = in_tag || text[i] == '<';
        if (!in_tag)
            out->bytes[out->nbytes++] = text[i] == '\t' ? ' ' : text[i];
        in_tag = in_tag && text[i] != '>';
    }
    out->bytes[out->nbytes] = '\0';
}

/* The part that begins in this line, and behind its tag and label the text; 0: it goes on. */
static unsigned
find_part(const char **text)
{
    const char *from = skip_blanks(*text);

    if (from[0] != '<' || from[1] == '/' || strchr(from, '>') == NULL)
        return 0;
    for (size_t i = 0; i < NTAGS; i++) {
        if (!is_tag(from, tags[i].tag))
            continue;
        from = skip_blanks(strchr(from, '>') + 1);
        if (strncasecmp(from, tags[i].label, strlen(tags[i].label)) == 0)
            from += strlen(tags[i].label);
        *text = from;
        return tags[i].part;
    }
    return PART_OTHER;
}

static void
end_number(line *out)
{
    while (out->nbytes > 0 && strchr(" \t", out->bytes[out->nbytes - 1]) != NULL)
        out->nbytes--;
    if (out->room > out->nbytes + 1) {
        out->bytes[out->nbytes++] = '\t';
        out->bytes[out->nbytes] = '\0';
    }
}

void
topics_read(lines *from, unsigned parts, line *out)
{
    line number = {0};
    line query = {0};
    line next = {0};
    unsigned part = PART_OTHER;
    bool is_cut = false;

    while (lines_next(from, &next) && next.bytes != NULL &&
           !is_tag(skip_blanks(next.bytes), "/top")) {
        const char *text = next.bytes;
        const unsigned begun = find_part(&text);

        part = begun != 0 ? begun : part;
        is_cut = is_cut || (next.is_too_long && (part & (parts | PART_NUMBER)) != 0);
        if (part == PART_NUMBER)
            add_text(&number, skip_blanks(text));
        else if ((part & parts) != 0)
            add_text(&query, text);
    }
    out->nbytes = 0;
    out->is_too_long = number.is_too_long || query.is_too_long || is_cut;
    out->has_no_memory = number.has_no_memory || query.has_no_memory || next.has_no_memory;
    add_text(out, number.bytes != NULL ? number.bytes : "");
    end_number(out);
    if (query.bytes != NULL) {
        topics_clean(query.bytes, query.nbytes);
        add_text(out, query.bytes);
    }
    free(number.bytes);
    free(query.bytes);
    free(next.bytes);
}

/* ---- Nothing but words ---- */

static bool
is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (unsigned char)c >= 0x80;
}

/* What joins the parts of a word when it stands between them. */
static bool
is_joint(char c)
{
    return c == '-' || c == '\'' || c == '.' || c == ',' || c == '&';
}

/* The dot behind a letter of an acronym, as the last one in "U.S." */
static bool
is_acronym_dot(const char *text, size_t at)
{
    return text[at] == '.' && at >= 3 && is_word_byte(text[at - 1]) && text[at - 2] == '.';
}

static bool
is_operator(const char *word, size_t nbytes)
{
    static const char *const operators[] = {"AND", "OR",       "NOT",      "NEAR",
                                            "ADJ", "SENTENCE", "PARAGRAPH"};

    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strlen(operators[i]) == nbytes && memcmp(operators[i], word, nbytes) == 0)
            return true;
    return false;
}

void
topics_clean(char *text, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++) {
        const bool joins = is_joint(text[i]) && i > 0 && is_word_byte(text[i - 1]) &&
                           i + 1 < nbytes && is_word_byte(text[i + 1]);

        if (!is_word_byte(text[i]) && !joins && !is_acronym_dot(text, i))
            text[i] = ' ';
    }
    for (size_t i = 0; i < nbytes;) {
        size_t end = i;

        while (end < nbytes && text[end] != ' ')
            end++;
        if (is_operator(text + i, end - i))
            for (size_t k = i; k < end; k++)
                text[k] = (char)(text[k] | 0x20);
        i = end + 1;
    }
}
