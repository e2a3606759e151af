/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passages.c - an article's text as passages.
 *
 * Blocks are found and furniture is told apart; every block is cut into sentences ("pieces" here)
 * whose words are counted; runs of blocks that are alike, article or furniture, are cut into
 * passages; at last the sentences are written down passage by passage.
 *
 * A passage grows by whole blocks, or by sentences where a block is too long for one passage, for
 * as long as that brings it nearer to its best size. */
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
    MIN_LAST_WORDS = 25
};

/* A sentence of the title or the text. */
typedef struct {
    size_t start;
    size_t end;
    size_t block;
    uint32_t nwords;
} piece;

/* A split in progress. */
typedef struct {
    const char *text;
    passage_list *list;
    piece *pieces; /* the title's first */
    size_t npieces;
    size_t room;
    size_t ntitle_pieces;
    uint32_t ntitle_words;
    bool is_title_placed;
    token_list tokens;
} splitter;

/* Cut text[start..end), one block, into pieces and count their words; *nwords_out is the sum. */
static bool
add_pieces(splitter *s, const char *text, size_t start, size_t end, size_t block_number,
           bool shouting, uint32_t *nwords_out)
{
    uint32_t nwords = 0;

    for (start = blanks_skip(text, start, end); start < end;) {
        size_t stop = sentences_next(text, start, end);
        token_list_clear(&s->tokens);
        if (!words_split(text + start, 0, stop - start, shouting, &s->tokens) ||
            !ARRAY_GROW(s->pieces, s->npieces, &s->room))
            return false;
        s->pieces[s->npieces++] = (piece){.start = start,
                                          .end = stop,
                                          .block = block_number,
                                          .nwords = (uint32_t)s->tokens.ntokens};
        nwords += (uint32_t)s->tokens.ntokens;
        start = blanks_skip(text, stop, end);
    }
    *nwords_out = nwords;
    return true;
}

/* The pieces from first on that are of one block. */
static size_t
block_end(const splitter *s, size_t first, uint32_t *nwords_out)
{
    size_t end = first;

    *nwords_out = 0;
    for (; end < s->npieces && s->pieces[end].block == s->pieces[first].block; end++)
        *nwords_out += s->pieces[end].nwords;
    return end;
}

static bool
is_furniture(const splitter *s, size_t piece_number)
{
    return s->list->blocks.blocks[s->pieces[piece_number].block].kind == BLOCK_FURNITURE;
}

/* Blocks without words ("* * *") go with what stands before them, or else behind: so no run of
 * blocks, and no passage, is without words. */
static void
settle_wordless_blocks(splitter *s)
{
    block *blocks = s->list->blocks.blocks;
    bool is_known = false;
    bool before = false;
    uint32_t nwords;

    for (size_t i = s->ntitle_pieces, end; i < s->npieces; i = end) {
        size_t number = s->pieces[i].block;
        end = block_end(s, i, &nwords);
        if (nwords > 0) {
            bool is_now = blocks[number].kind == BLOCK_FURNITURE;
            for (size_t j = 0; !is_known && j < number; j++)
                blocks[j].kind = is_now ? BLOCK_FURNITURE : BLOCK_PARAGRAPH;
            before = is_now;
            is_known = true;
        } else if (is_known && before) {
            blocks[number].kind = BLOCK_FURNITURE;
        } else if (is_known && blocks[number].kind == BLOCK_FURNITURE) {
            blocks[number].kind = BLOCK_PARAGRAPH;
        }
    }
}

static uint32_t
distance(uint64_t nwords)
{
    return (uint32_t)(nwords > BEST_WORDS ? nwords - BEST_WORDS : BEST_WORDS - nwords);
}

/* Add pieces first..end to the last passage where that brings it nearer to its best size (or adds
 * nothing), else begin one.  Piece numbers stand in first_sentence and nsentences for now. */
static bool
add_unit(splitter *s, size_t first, size_t end, uint32_t nwords, bool starts_run)
{
    passage_list *list = s->list;

    if (!starts_run) {
        passage *last = &list->passages[list->npassages - 1];
        uint64_t sum = (uint64_t)last->nwords + nwords;
        bool is_wordless = last->nwords == (last->has_title ? s->ntitle_words : 0);
        if (is_wordless || distance(sum) <= distance(last->nwords)) {
            last->nsentences += end - first;
            last->nwords = (uint32_t)sum;
            return true;
        }
    }
    if (!ARRAY_GROW(list->passages, list->npassages, &list->passages_room))
        return false;
    list->passages[list->npassages++] = (passage){.furniture = is_furniture(s, first),
                                                  .first_sentence = first,
                                                  .nsentences = end - first,
                                                  .nwords = nwords};
    return true;
}

/* At the end of a run whose passages begin at number first: a short last one joins the one before
 * it. */
static void
join_short_last(passage_list *list, size_t first)
{
    passage *last;

    if (list->npassages - first < 2)
        return;
    last = &list->passages[list->npassages - 1];
    if (last->nwords >= MIN_LAST_WORDS || last[-1].nwords + last->nwords > MAX_WORDS)
        return;
    last[-1].nsentences += last->nsentences;
    last[-1].nwords += last->nwords;
    list->npassages--;
}

static void
give_title(splitter *s, passage *p)
{
    p->has_title = true;
    p->nwords += s->ntitle_words;
    s->is_title_placed = true;
}

/* The title belongs to the first passage that is not furniture; its words count from the start. */
static void
place_title(splitter *s)
{
    passage *p = &s->list->passages[s->list->npassages - 1];

    if (!s->is_title_placed && !p->furniture && s->ntitle_words > 0)
        give_title(s, p);
}

/* Cut all pieces of the text into passages. */
static bool
cut_passages(splitter *s)
{
    size_t run = 0; /* the first passage of the run */
    uint32_t nwords;

    for (size_t first = s->ntitle_pieces, end; first < s->npieces; first = end) {
        bool starts_run =
            first == s->ntitle_pieces || is_furniture(s, first) != is_furniture(s, first - 1);
        end = block_end(s, first, &nwords);
        if (starts_run) {
            join_short_last(s->list, run);
            run = s->list->npassages;
        }
        if (nwords <= MAX_WORDS) {
            if (!add_unit(s, first, end, nwords, starts_run))
                return false;
            place_title(s);
            continue;
        }
        for (size_t i = first; i < end; i++) {
            if (!add_unit(s, i, i + 1, s->pieces[i].nwords, starts_run && i == first))
                return false;
            place_title(s);
        }
    }
    join_short_last(s->list, run);
    if (!s->is_title_placed && s->ntitle_words > 0)
        give_title(s, &s->list->passages[0]);
    return true;
}

/* A passage of the title alone, where the text has no words. */
static bool
add_title_passage(splitter *s, size_t body_start)
{
    passage_list *list = s->list;

    if (!ARRAY_GROW(list->passages, list->npassages, &list->passages_room))
        return false;
    list->passages[list->npassages++] = (passage){
        .start = body_start, .end = body_start, .has_title = true, .nwords = s->ntitle_words};
    return true;
}

static bool
add_sentence(passage_list *list, const sentence *added)
{
    if (!ARRAY_GROW(list->sentences, list->nsentences, &list->sentences_room))
        return false;
    list->sentences[list->nsentences++] = *added;
    return true;
}

/* Write the sentences of passage p down, its pieces being known, and where its bytes are. */
static bool
write_sentences(splitter *s, passage *p, bool title_shouting)
{
    passage_list *list = s->list;
    const piece *pieces = s->pieces + p->first_sentence;
    size_t npieces = p->nsentences;
    uint32_t nblocks = p->has_title ? 1 : 0;

    p->first_sentence = list->nsentences;
    for (size_t i = 0; p->has_title && i < s->ntitle_pieces; i++) {
        sentence t = {.start = (uint32_t)s->pieces[i].start,
                      .end = (uint32_t)s->pieces[i].end,
                      .shouting = title_shouting,
                      .in_title = true};
        if (!add_sentence(list, &t))
            return false;
    }
    if (npieces > 0) {
        p->start = pieces[0].start;
        p->end = pieces[npieces - 1].end;
    }
    for (size_t i = 0; i < npieces; i++) {
        if (i > 0 && pieces[i].block != pieces[i - 1].block)
            nblocks++;
        sentence t = {.start = (uint32_t)(pieces[i].start - p->start),
                      .end = (uint32_t)(pieces[i].end - p->start),
                      .block = nblocks,
                      .shouting = list->blocks.blocks[pieces[i].block].shouting};
        if (!add_sentence(list, &t))
            return false;
    }
    p->nsentences = list->nsentences - p->first_sentence;
    return true;
}

static bool
split(splitter *s, const char *title, size_t title_bytes, size_t text_bytes, size_t body_start)
{
    passage_list *list = s->list;
    bool title_shouting = words_is_shouting(title, title_bytes);
    uint64_t nwords = 0;
    uint32_t nblock_words;

    if (!blocks_find(s->text, body_start, text_bytes, &list->blocks))
        return false;
    furniture_mark(s->text, &list->blocks);
    if (!add_pieces(s, title, 0, title_bytes, 0, title_shouting, &s->ntitle_words))
        return false;
    s->ntitle_pieces = s->npieces;
    for (size_t i = 0; i < list->blocks.nblocks; i++) {
        const block *b = &list->blocks.blocks[i];
        if (!add_pieces(s, s->text, b->start, b->end, i, b->shouting, &nblock_words))
            return false;
        nwords += nblock_words;
    }
    if (nwords > 0) {
        settle_wordless_blocks(s);
        if (!cut_passages(s))
            return false;
    } else if (s->ntitle_words > 0 && !add_title_passage(s, body_start)) {
        return false;
    }
    for (size_t i = 0; i < list->npassages; i++)
        if (!write_sentences(s, &list->passages[i], title_shouting))
            return false;
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
    is_done = split(&s, title != NULL ? title : "", title_bytes, text_bytes, body_start);
    free(s.pieces);
    token_list_free(&s.tokens);
    return is_done;
}

void
passage_list_free(passage_list *list)
{
    free(list->passages);
    free(list->sentences);
    block_list_free(&list->blocks);
    *list = (passage_list){0};
}
