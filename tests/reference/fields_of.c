/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields_of.c - comparing what an article is with what a field says. */
#include "fields_of.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "need.h"
#include "text/fold.h"

/* An address without what every address has in front. */
static const char *
without_front(const char *url)
{
    static const char *const fronts[] = {"https://", "http://", "www."};

    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
        if (strncasecmp(url, fronts[i], strlen(fronts[i])) == 0)
            url += strlen(fronts[i]);
    return url;
}

static void
fold(const char *text, buffer *out)
{
    NEED(fold_word(text, strlen(text), out));
    NEED(buffer_add_char(out, '\0'));
}

/* Is the article's value the one asked for, or, where that is a beginning, does it begin so? */
static bool
is_asked(const char *has, const char *asked, bool is_beginning)
{
    return strncmp(has, asked, strlen(asked)) == 0 &&
           (is_beginning || strlen(has) == strlen(asked));
}

/* The same, case and accents apart. */
static bool
is_asked_folded(const char *has, const char *asked, bool is_beginning)
{
    buffer folded_has = {0};
    buffer folded_asked = {0};
    bool is = false;

    if (has == NULL)
        return false;
    fold(has, &folded_has);
    fold(asked, &folded_asked);
    is = is_asked(folded_has.bytes, folded_asked.bytes, is_beginning);
    buffer_free(&folded_has);
    buffer_free(&folded_asked);
    return is;
}

/* Is it that language, or a region's or script's way of writing it?  Some write en_GB for en-GB. */
static bool
is_of_language(const char *has, const char *asked, bool is_beginning)
{
    char tags[2][64] = {"", ""};
    const size_t nbytes = strlen(asked);

    if (has == NULL)
        return false;
    NEED(strlen(has) < sizeof tags[0] && nbytes < sizeof tags[1]);
    strcpy(tags[0], has);
    strcpy(tags[1], asked);
    for (size_t i = 0; i < sizeof tags[0]; i++) {
        tags[0][i] = tags[0][i] == '_' ? '-' : tags[0][i];
        tags[1][i] = tags[1][i] == '_' ? '-' : tags[1][i];
    }
    return strncasecmp(tags[0], tags[1], nbytes) == 0 &&
           (is_beginning || tags[0][nbytes] == '\0' || tags[0][nbytes] == '-');
}

bool
fields_of_hold(const said *field, const made_article *article)
{
    char asked[256] = "";
    const char *has = NULL;
    bool is_beginning = false;

    if (field->field == SAID_DATE)
        return article->has_date && (field->first_day == 0 || article->day >= field->first_day) &&
               (field->last_day == 0 || article->day <= field->last_day);
    NEED(strlen(field->text) < sizeof asked);
    strcpy(asked, field->text);
    is_beginning = asked[strlen(asked) - 1] == '*';
    if (is_beginning)
        asked[strlen(asked) - 1] = '\0';
    switch (field->field) {
    case SAID_ID:
        return is_asked(article->id, asked, is_beginning);
    case SAID_URL:
        has = article->url == NULL ? NULL : without_front(article->url);
        return is_asked_folded(has, without_front(asked), true);
    case SAID_SOURCE:
        has = article->source < 0 ? NULL : articles_sources[article->source][0];
        break;
    case SAID_AUTHOR:
        has = article->author < 0 ? NULL : articles_authors[article->author][0];
        break;
    case SAID_LANGUAGE:
        return is_of_language(article->language, asked, is_beginning);
    case SAID_DATE:
        break;
    }
    return is_asked_folded(has, asked, is_beginning);
}
