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
        has = article->language;
        break;
    case SAID_DATE:
        break;
    }
    return is_asked_folded(has, asked, is_beginning);
}
