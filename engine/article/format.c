/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.c - telling formats apart by the endings of names, and text from what is none. */
#include "article/format.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define UNPACK "an archive: unpack it first"
#define PICTURE "a picture, sound or film, not text"
#define OFFICE "an office document: save it as plain text first"

static const struct {
    const char *ending;
    format_kind kind;
    const char *advice;
} endings[] = {
    {".txt", FORMAT_TEXT, NULL},
    {".text", FORMAT_TEXT, NULL},
    {".md", FORMAT_TEXT, NULL},
    {".jsonl", FORMAT_JSONL, NULL},
    {".ndjson", FORMAT_JSONL, NULL},
    {".json", FORMAT_JSONL, NULL},
    {".html", FORMAT_FOREIGN, "HTML is not read: save the article as plain text or JSON Lines"},
    {".htm", FORMAT_FOREIGN, "HTML is not read: save the article as plain text or JSON Lines"},
    {".xhtml", FORMAT_FOREIGN, "HTML is not read: save the article as plain text or JSON Lines"},
    {".xml", FORMAT_FOREIGN, "XML is not read: convert it to plain text or JSON Lines"},
    {".sgm", FORMAT_FOREIGN, "SGML is not read: convert it to plain text or JSON Lines"},
    {".sgml", FORMAT_FOREIGN, "SGML is not read: convert it to plain text or JSON Lines"},
    {".csv", FORMAT_FOREIGN, "CSV is not read: convert it to JSON Lines"},
    {".tsv", FORMAT_FOREIGN, "TSV is not read: convert it to JSON Lines"},
    {".warc", FORMAT_FOREIGN, "WARC is not read: convert its pages to plain text or JSON Lines"},
    {".arc", FORMAT_FOREIGN, "ARC is not read: convert its pages to plain text or JSON Lines"},
    {".pdf", FORMAT_FOREIGN, "PDF is not read: convert it with pdftotext"},
    {".ps", FORMAT_FOREIGN, "PostScript is not read: convert it with ps2ascii"},
    {".doc", FORMAT_FOREIGN, OFFICE},
    {".docx", FORMAT_FOREIGN, OFFICE},
    {".odt", FORMAT_FOREIGN, OFFICE},
    {".rtf", FORMAT_FOREIGN, OFFICE},
    {".xls", FORMAT_FOREIGN, OFFICE},
    {".xlsx", FORMAT_FOREIGN, OFFICE},
    {".epub", FORMAT_FOREIGN, "EPUB is not read: convert it to plain text"},
    {".zip", FORMAT_FOREIGN, UNPACK},
    {".tar", FORMAT_FOREIGN, UNPACK},
    {".tgz", FORMAT_FOREIGN, UNPACK},
    {".7z", FORMAT_FOREIGN, UNPACK},
    {".rar", FORMAT_FOREIGN, UNPACK},
    {".bz2", FORMAT_FOREIGN, "bzip2 is not read: uncompress it, or compress it with gzip"},
    {".xz", FORMAT_FOREIGN, "xz is not read: uncompress it, or compress it with gzip"},
    {".zst", FORMAT_FOREIGN, "zstd is not read: uncompress it, or compress it with gzip"},
    {".png", FORMAT_FOREIGN, PICTURE},
    {".jpg", FORMAT_FOREIGN, PICTURE},
    {".jpeg", FORMAT_FOREIGN, PICTURE},
    {".gif", FORMAT_FOREIGN, PICTURE},
    {".webp", FORMAT_FOREIGN, PICTURE},
    {".svg", FORMAT_FOREIGN, PICTURE},
    {".mp3", FORMAT_FOREIGN, PICTURE},
    {".mp4", FORMAT_FOREIGN, PICTURE},
};

/* The ending of name[0..nbytes): its last dot and what follows, if that is short, of letters and
 * digits, with a letter, and not all of the file's name.  0 where there is none. */
static size_t
ending_bytes(const char *name, size_t nbytes)
{
    size_t n = 0;
    bool has_letter = false;

    while (n < nbytes && n < 8) {
        char c = name[nbytes - 1 - n];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9'))
            break;
        has_letter = has_letter || is_letter;
        n++;
    }
    if (!has_letter || n + 1 >= nbytes || name[nbytes - 1 - n] != '.' ||
        name[nbytes - 2 - n] == '/')
        return 0;
    return n + 1;
}

static bool
is_gzip_ending(const char *name, size_t nbytes)
{
    return ending_bytes(name, nbytes) == 3 && strncasecmp(name + nbytes - 3, ".gz", 3) == 0;
}

format_kind
format_of_name(const char *name, const char **advice_out)
{
    size_t nbytes = strlen(name);
    size_t ending;

    if (is_gzip_ending(name, nbytes))
        nbytes -= 3;
    ending = ending_bytes(name, nbytes);
    if (ending == 0)
        return FORMAT_UNKNOWN;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (strlen(endings[i].ending) != ending ||
            strncasecmp(name + nbytes - ending, endings[i].ending, ending) != 0)
            continue;
        if (advice_out != NULL)
            *advice_out = endings[i].advice;
        return endings[i].kind;
    }
    return FORMAT_UNKNOWN;
}

size_t
format_stem_bytes(const char *name)
{
    size_t nbytes = strlen(name);

    if (is_gzip_ending(name, nbytes))
        nbytes -= 3;
    return nbytes - ending_bytes(name, nbytes);
}

/* Text may hold a NUL here and there, and a text in Latin-1 has an invalid byte in every tenth
 * place or so: it is repaired, and said to be.  Programs, pictures and text in UTF-16 or in an
 * encoding of another alphabet are beyond these bounds. */
bool
format_is_binary(const char *bytes, size_t nbytes)
{
    size_t nnuls = 0;
    size_t ninvalid = 0;
    size_t at = 0;

    for (size_t i = 0; i < nbytes; i++)
        nnuls += bytes[i] == '\0';
    while ((at += utf8_valid_prefix(bytes + at, nbytes - at)) < nbytes) {
        ninvalid++;
        at++;
    }
    return (nnuls > 4 && nnuls > nbytes / 64) || (ninvalid > 4 && ninvalid > nbytes / 4);
}
