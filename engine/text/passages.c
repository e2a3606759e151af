/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passages.c - an article's text as passages.
 *
 * Blocks are found and furniture is told apart; every block is cut into sentences ("pieces" here)
 * whose words are counted; runs of blocks that are alike, article or furniture, are cut into
 * passages.  A passage grows by whole blocks, or by sentences where a block is too long for one
 * passage, for as long as that brings it nearer to its best size.
 *
 * Only the pieces of a block that may still go into one passage are held; the rest are written down
 * as sentences right away, so that an article of very many short lines needs little more memory
 * than its list of sentences.  Words take many times the memory of their text, so only those of an
 * article of common length are kept for whoever wants them next. */
#include "text/passages.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "text/blanks.h"
#include "text/furniture.h"
#include "text/sentences.h"
#include "text/words.h"

enum {
    BEST_WORDS = 100,
    MAX_WORDS = 200, /* of a passage, and of a block that is not cut */
    MIN_LAST_WORDS = 25,
    KEPT_WORDS_BYTES = 256 * 1024 /* of an article's text whose words are kept: 20 MB at worst */
};

/* A sentence of the title or the text. */
typedef struct {
    uint32_t start;
    uint32_t end;
    uint32_t nwords;
} piece;

typedef struct {
    piece *pieces;
    size_t npieces;
    size_t room;
} piece_list;

/* A split in progress.  Until the end, sentences have their places in the whole text and the
 * numbers of the text's blocks. */
typedef struct {
    const char *text;
    passage_list *list;
    piece_list title;
    bool title_shouting;
    bool is_title_placed;
    piece_list held;      /* of the block, not in a passage yet */
    uint64_t nheld_words; /* their words */
    size_t block;         /* number of the block being cut */
    bool is_furniture;    /* that block's run is */
    bool starts_run;      /* nothing of the run is in a passage yet */
    size_t run;           /* the first passage of the run */
    size_t nplaced_words; /* of the title, and of all passages up to now */
    piece ahead;          /* the text's first sentence with words; of none once it was read */
} splitter;

/* Read the sentence at text[start..), which is of a block that ends at end. */
static bool
read_piece(splitter *s, const char *text, size_t start, size_t end, bool shouting, piece *out)
{
    token_list *words = &s->list->words;
    size_t stop = sentences_next(text, start, end);

    if (!s->list->has_words)
        token_list_clear(words);
    size_t first = words->ntokens;
    if (!words_split(text, start, stop, shouting, words))
        return false;
    *out = (piece){.start = (uint32_t)start,
                   .end = (uint32_t)stop,
                   .nwords = (uint32_t)(words->ntokens - first)};
    return true;
}

/* The same for a sentence of the text, the one that find_worded_block has read not again. */
static bool
read_text_piece(splitter *s, size_t start, const block *b, piece *out)
{
    if (s->ahead.nwords == 0 || s->ahead.start != start)
        return read_piece(s, s->text, start, b->end, b->shouting, out);
    *out = s->ahead;
    s->ahead.nwords = 0;
    return true;
}

static bool
add_piece(const piece *added, piece_list *to)
{
    if (!ARRAY_GROW(to->pieces, to->npieces, &to->room))
        return false;
    to->pieces[to->npieces++] = *added;
    return true;
}

static bool
cut_title(splitter *s, const char *title, size_t nbytes)
{
    piece now;

    s->title_shouting = words_is_shouting(title, nbytes);
    for (size_t at = blanks_skip(title, 0, nbytes); at < nbytes;
         at = blanks_skip(title, now.end, nbytes)) {
        if (!read_piece(s, title, at, nbytes, s->title_shouting, &now) ||
            !add_piece(&now, &s->title))
            return false;
        s->list->ntitle_words += now.nwords;
    }
    return true;
}

/* The first block with words, the number of blocks where there is none.  Its first sentence with
 * words is the one ahead. */
static bool
find_worded_block(splitter *s, size_t *number_out)
{
    const block_list *blocks = &s->list->blocks;
    piece *now = &s->ahead;
    size_t i = 0;

    for (; i < blocks->nblocks && now->nwords == 0; i++) {
        const block *b = &blocks->blocks[i];
        for (size_t at = b->start; at < b->end && now->nwords == 0;
             at = blanks_skip(s->text, now->end, b->end))
            if (!read_piece(s, s->text, at, b->end, b->shouting, now))
                return false;
    }
    *number_out = now->nwords > 0 ? i - 1 : i;
    return true;
}

static uint32_t
distance(uint64_t nwords)
{
    return (uint32_t)(nwords > BEST_WORDS ? nwords - BEST_WORDS : BEST_WORDS - nwords);
}

/* May the last passage be joined by what ends at end and has nwords words: is there room, and does
 * it bring the passage nearer to its best size (or is one of both without words)? */
static bool
is_joining(const splitter *s, size_t end, uint64_t nwords)
{
    const passage *last = &s->list->passages[s->list->npassages - 1];

    if (end - last->start > SENTENCES_MAX_BYTES)
        return false;
    return last->nwords == (last->has_title ? s->list->ntitle_words : 0) ||
           distance(last->nwords + nwords) <= distance(last->nwords);
}

static bool
add_sentence(passage_list *list, const sentence *added)
{
    if (!ARRAY_GROW(list->sentences, list->nsentences, &list->sentences_room))
        return false;
    list->sentences[list->nsentences++] = *added;
    return true;
}

/* Put the title's sentences in front of passage p's, which are among the last ones or all. */
static bool
give_title(splitter *s, passage *p)
{
    passage_list *list = s->list;
    const size_t n = s->title.npieces;
    sentence *at;

    for (size_t i = 0; i < n; i++)
        if (!add_sentence(list, &(sentence){0}))
            return false;
    at = list->sentences + p->first_sentence;
    memmove(at + n, at, (list->nsentences - n - p->first_sentence) * sizeof *at);
    for (size_t i = 0; i < n; i++)
        at[i] = (sentence){.start = s->title.pieces[i].start,
                           .end = s->title.pieces[i].end,
                           .shouting = s->title_shouting,
                           .in_title = true};
    for (passage *later = p + 1; later < list->passages + list->npassages; later++)
        later->first_sentence += n;
    p->has_title = true;
    p->nsentences += n;
    p->nwords += s->list->ntitle_words;
    s->is_title_placed = true;
    return true;
}

/* Add pieces of the block to the last passage, or to a new one.  The title belongs to the first
 * passage that is not furniture; its words count from the start. */
static bool
add_unit(splitter *s, const piece *pieces, size_t npieces, uint64_t nwords)
{
    passage_list *list = s->list;
    passage *p;

    if (s->starts_run || !is_joining(s, pieces[npieces - 1].end, nwords)) {
        if (!ARRAY_GROW(list->passages, list->npassages, &list->passages_room))
            return false;
        list->passages[list->npassages++] = (passage){.start = pieces[0].start,
                                                      .furniture = s->is_furniture,
                                                      .first_sentence = list->nsentences,
                                                      .first_word = s->nplaced_words};
        s->starts_run = false;
    }
    p = &list->passages[list->npassages - 1];
    for (size_t i = 0; i < npieces; i++) {
        sentence t = {.start = pieces[i].start,
                      .end = pieces[i].end,
                      .block = (uint32_t)s->block,
                      .shouting = list->blocks.blocks[s->block].shouting};
        if (!add_sentence(list, &t))
            return false;
    }
    p->end = pieces[npieces - 1].end;
    p->nsentences += npieces;
    p->nwords += (uint32_t)nwords;
    s->nplaced_words += (size_t)nwords;
    return s->is_title_placed || p->furniture || s->list->ntitle_words == 0 || give_title(s, p);
}

/* At the end of a run: a short last passage joins the one before it. */
static void
end_run(splitter *s)
{
    passage_list *list = s->list;
    passage *last = list->passages + list->npassages - 1;

    if (list->npassages - s->run >= 2 && last->nwords < MIN_LAST_WORDS &&
        last[-1].nwords + last->nwords <= MAX_WORDS &&
        last->end - last[-1].start <= SENTENCES_MAX_BYTES) {
        last[-1].end = last->end;
        last[-1].nsentences += last->nsentences;
        last[-1].nwords += last->nwords;
        list->npassages--;
    }
    s->run = list->npassages;
    s->starts_run = true;
}

/* Blocks of the other kind begin a run, blocks without words ("* * *") never do: they go with what
 * stands before them, or else behind. */
static void
begin_block(splitter *s, bool is_furniture)
{
    if (s->is_furniture != is_furniture)
        end_run(s);
    s->is_furniture = is_furniture;
}

/* Put the pieces that are held into passages one by one. */
static bool
add_held(splitter *s)
{
    for (size_t i = 0; i < s->held.npieces; i++)
        if (!add_unit(s, &s->held.pieces[i], 1, s->held.pieces[i].nwords))
            return false;
    s->held.npieces = 0;
    s->nheld_words = 0;
    return true;
}

/* Cut block number into passages: as a whole, unless it is too long. */
static bool
cut_block(splitter *s, size_t number)
{
    block *b = &s->list->blocks.blocks[number];
    bool is_cut = false;
    bool has_words = false;
    piece now;

    s->block = number;
    s->held.npieces = 0;
    s->nheld_words = 0;
    for (size_t at = b->start; at < b->end; at = blanks_skip(s->text, now.end, b->end)) {
        if (!read_text_piece(s, at, b, &now) || !add_piece(&now, &s->held))
            return false;
        if (now.nwords > 0 && !has_words) {
            begin_block(s, b->kind == BLOCK_FURNITURE);
            has_words = true;
        }
        s->nheld_words += now.nwords;
        is_cut |= s->nheld_words > MAX_WORDS || now.end - b->start > SENTENCES_MAX_BYTES;
        if (is_cut && has_words && !add_held(s))
            return false;
    }
    if (!has_words && s->is_furniture)
        b->kind = BLOCK_FURNITURE;
    else if (!has_words && b->kind == BLOCK_FURNITURE)
        b->kind = BLOCK_PARAGRAPH;
    if (is_cut)
        return add_held(s);
    return s->held.npieces == 0 || add_unit(s, s->held.pieces, s->held.npieces, s->nheld_words);
}

/* A passage of the title alone, where the text has no words. */
static bool
add_title_passage(splitter *s, size_t body_start)
{
    passage_list *list = s->list;

    if (!ARRAY_GROW(list->passages, list->npassages, &list->passages_room))
        return false;
    list->passages[list->npassages++] =
        (passage){.start = body_start, .end = body_start, .first_word = s->nplaced_words};
    return give_title(s, &list->passages[0]);
}

/* Sentences count from the start of their passage, and so do its blocks. */
static void
place_sentences(passage_list *list, const passage *p)
{
    const uint32_t start = (uint32_t)p->start;
    uint32_t nblocks = p->has_title ? 1 : 0;
    uint32_t before = 0;
    bool is_first = true;

    for (size_t i = 0; i < p->nsentences; i++) {
        sentence *t = &list->sentences[p->first_sentence + i];
        if (t->in_title)
            continue;
        nblocks += !is_first && t->block != before;
        is_first = false;
        before = t->block;
        t->block = nblocks;
        t->start -= start;
        t->end -= start;
    }
}

static bool
split(splitter *s, const char *title, size_t title_bytes, size_t text_bytes, size_t body_start)
{
    passage_list *list = s->list;
    block_list *blocks = &list->blocks;
    size_t first;

    if (!blocks_find(s->text, body_start, text_bytes, blocks))
        return false;
    furniture_mark(s->text, blocks);
    if (!cut_title(s, title, title_bytes) || !find_worded_block(s, &first))
        return false;
    s->nplaced_words = list->ntitle_words;
    if (first == blocks->nblocks)
        return s->list->ntitle_words == 0 || add_title_passage(s, body_start);
    s->is_furniture = blocks->blocks[first].kind == BLOCK_FURNITURE;
    s->starts_run = true;
    for (size_t i = 0; i < blocks->nblocks; i++)
        if (!cut_block(s, i))
            return false;
    end_run(s);
    if (!s->is_title_placed && s->list->ntitle_words > 0 && !give_title(s, &list->passages[0]))
        return false;
    for (size_t i = 0; i < list->npassages; i++)
        place_sentences(list, &list->passages[i]);
    return true;
}

bool
passages_split(const char *title, size_t title_bytes, const char *text, size_t text_bytes,
               size_t body_start, passage_list *list)
{
    splitter s = {.text = text != NULL ? text : "", .list = list};
    bool is_done;

    list->npassages = 0;
    list->nsentences = 0;
    block_list_clear(&list->blocks);
    token_list_clear(&list->words);
    list->ntitle_words = 0;
    list->has_words = title_bytes <= KEPT_WORDS_BYTES && text_bytes <= KEPT_WORDS_BYTES;
    is_done = split(&s, title != NULL ? title : "", title_bytes, text_bytes, body_start);
    if (!list->has_words)
        token_list_clear(&list->words);
    free(s.title.pieces);
    free(s.held.pieces);
    return is_done;
}

void
passage_list_free(passage_list *list)
{
    free(list->passages);
    free(list->sentences);
    block_list_free(&list->blocks);
    token_list_free(&list->words);
    *list = (passage_list){0};
}
