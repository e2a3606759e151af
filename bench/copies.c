/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies - how well copies of articles are told from other articles, and at what cost.
 *
 *   copies ARTICLES.jsonl [PRINTED]
 *
 * Groups the articles as a build does, and says how many groups there are, how many pairs were
 * compared and what it took, and of the articles that have the very words of another one how many
 * are in its group; then prints the first PRINTED groups, their headlines.
 *
 * Then it makes copies of those that are in no group, in several ways, that keep 80 or 50 of 100
 * sentences: the end is cut off; sentences are left out; sentences are put in the place of others,
 * taken from other articles; words are put in the place of others; two articles become one;
 * sentences change places; the headline is another one.  And it makes reports out of articles with
 * numbers: the same words with other numbers, which are no copies.  All of these and the articles
 * are grouped together.  For each way: the copies made, those that are in a group with their
 * article (recall), and of those that share a group with any of them, the share of the right ones
 * (precision). Which articles are taken, and what is done to them, comes from a fixed seed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "article/reader.h"
#include "base/array.h"
#include "base/hash.h"
#include "copies/grouping.h"
#include "copies/overlap.h"

#define MEMORY_BYTES ((size_t)64 << 20)
#define MADE_OF_EACH 700    /* articles that a way is tried on */
#define LEAST_SENTENCES 5   /* of an article that copies are made of */
#define LEAST_WORDS 100     /* the same: half of them are no short text */
#define LEAST_NUMBERS 4     /* of one that becomes a report */
#define OTHER_NUMBERS 1000u /* that are put in place of a number */

/* An article: its words, and where its sentences end. */
typedef struct {
    article_words words;
    size_t *ends;
    size_t nends;
    size_t ends_room;
    char *title;
    sketch sketch;
    buffer hashes;      /* of the sketch */
    uint32_t origin[2]; /* of a copy: what it was made of, plus 1; 0: nothing */
    unsigned way;
} text;

typedef struct {
    text *texts;
    size_t ntexts;
    size_t room;
    text *givers; /* articles that are not in the set: of sentences */
    size_t ngivers;
} text_set;

static const char *const ways[] = {
    "itself",     "cut off",        "left out",       "other sentences", "other words",
    "two in one", "in other order", "other headline", "other numbers",
};
enum { ITSELF, CUT, LEFT_OUT, OTHERS, WORDS, MERGED, ORDER, HEADLINE, NUMBERS, NWAYS };

static void
need(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "copies: %s\n", what);
        exit(2);
    }
}

static uint64_t seed = 88172645463325252u;

static uint64_t
roll(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed >> 11) % below;
}

/* ---- Reading ---- */

static text *
add_text(text_set *set)
{
    need(ARRAY_GROW(set->texts, set->ntexts, &set->room), "out of memory");
    set->texts[set->ntexts] = (text){0};
    return &set->texts[set->ntexts++];
}

static void
end_sentence(text *t)
{
    if (t->words.nwords == (t->nends > 0 ? t->ends[t->nends - 1] : 0))
        return;
    need(ARRAY_GROW(t->ends, t->nends, &t->ends_room), "out of memory");
    t->ends[t->nends++] = t->words.nwords;
}

static void
take_article(text *t, const article *a, passage_list *list, token_list *tokens)
{
    const char *title = a->title != NULL ? a->title : "";

    need(passages_split(title, a->title_bytes, a->text, a->text_bytes, a->body_start, list),
         "out of memory");
    need(article_words_add_list(&t->words, title, a->text, list, tokens), "out of memory");
    t->words.nwords = 0;
    t->title = strdup(title);
    for (size_t i = 0; i < list->npassages; i++) {
        const passage *p = &list->passages[i];

        for (size_t j = 0; j < p->nsentences && !p->furniture; j++) {
            const sentence *s = &list->sentences[p->first_sentence + j];

            if (s->in_title)
                continue;
            token_list_clear(tokens);
            need(words_split(a->text + p->start, s->start, s->end, s->shouting, tokens) &&
                     article_words_add(&t->words, tokens, 0, tokens->ntokens),
                 "out of memory");
            end_sentence(t);
        }
    }
}

static void
read_all(const char *path, text_set *set)
{
    const reader_input input = {.path = path, .name = path, .id = "", .fd = -1};
    quire_error err = {0};
    passage_list list = {0};
    token_list tokens = {0};
    reader *r = NULL;
    article a = {0};
    bool more = true;

    need(reader_open(&input, &r, &err) == QUIRE_OK && r != NULL, path);
    while (more) {
        need(reader_next(r, &a, &more, &err) == QUIRE_OK, err.message);
        if (more)
            take_article(add_text(set), &a, &list, &tokens);
    }
    reader_close(r);
    article_clear(&a);
    passage_list_free(&list);
    token_list_free(&tokens);
}

/* ---- Grouping ---- */

static quire_status
give_sketch(void *closure, uint32_t number, sketch *out, quire_error *err)
{
    const text *t = &((const text_set *)closure)->texts[number - 1];

    (void)err;
    *out = t->sketch;
    return QUIRE_OK;
}

static quire_status
give_words(void *closure, uint32_t number, article_words *out, quire_error *err)
{
    const text *t = &((const text_set *)closure)->texts[number - 1];

    (void)err;
    out->nwords = 0;
    for (size_t i = 0; i < t->words.nwords; i++) {
        need(ARRAY_GROW(out->words, out->nwords, &out->room), "out of memory");
        out->words[out->nwords++] = t->words.words[i];
    }
    out->title = t->words.title;
    return QUIRE_OK;
}

static double
seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Group a set; group_of has for each text the number of its group, plus 1. */
static uint32_t *
group(text_set *set, grouping *out)
{
    uint32_t *group_of = calloc(set->ntexts, sizeof *group_of);
    const double start = seconds_now();
    int64_t seconds = 0;
    buffer packed = {0};

    for (size_t i = 0; i < set->ntexts; i++) {
        text *t = &set->texts[i];

        if (t->sketch.nhashes == 0)
            need(sketch_make(&t->words, INT64_MIN, &t->hashes, &t->sketch), "out of memory");
        need(sketch_pack(&t->sketch, &seconds, &packed), "out of memory");
    }
    const double sketched = seconds_now();
    const grouping_segment segment = {.narticles = (uint32_t)set->ntexts,
                                      .sketch = give_sketch,
                                      .words = give_words,
                                      .closure = set};
    need(grouping_run(&segment, 1, MEMORY_BYTES, 2, NULL, out, NULL) == QUIRE_OK &&
             group_of != NULL,
         "cannot group");
    printf("%zu articles: %zu in %zu groups; %" PRIu64 " pairs compared; %zu bytes of sketches; "
           "CPU: sketches %.3f s, groups %.3f s\n",
           set->ntexts, out->nmembers, out->ngroups, out->ncompared, packed.size, sketched - start,
           seconds_now() - sketched);
    buffer_free(&packed);
    for (size_t i = 0; i < out->ngroups; i++)
        for (uint32_t j = 0; j < out->groups[i].nmembers; j++)
            group_of[out->members[out->groups[i].first + j] - 1] = (uint32_t)i + 1;
    return group_of;
}

static void
print_groups(const text_set *set, const grouping *g, size_t most)
{
    for (size_t i = 0; i < g->ngroups && i < most; i++)
        for (uint32_t j = 0; j < g->groups[i].nmembers; j++) {
            const uint32_t number = g->members[g->groups[i].first + j];

            printf("%zu\t%u\t%zu words\t%s\n", i + 1, (unsigned)number,
                   set->texts[number - 1].words.nwords, set->texts[number - 1].title);
        }
}

/* ---- Texts that are the same, word for word ---- */

typedef struct {
    uint64_t key; /* of the words; of a short text, of those of the headline too */
    uint32_t group;
} body;

static int
compare_bodies(const void *x, const void *y)
{
    const body *a = x;
    const body *b = y;

    return (a->key > b->key) - (a->key < b->key);
}

/* How many articles have the very words of another one, and how many of them are in its group. */
static void
print_same(const text_set *set, const uint32_t *group_of)
{
    body *bodies = calloc(set->ntexts + 1, sizeof *bodies);
    size_t n = 0;
    size_t nsame = 0;
    size_t nfound = 0;

    need(bodies != NULL, "out of memory");
    for (size_t i = 0; i < set->ntexts; i++) {
        const article_words *w = &set->texts[i].words;

        if (w->nwords == 0)
            continue;
        bodies[n] = (body){hash_bytes(w->words, w->nwords * sizeof *w->words), group_of[i]};
        if (w->nwords < OVERLAP_SHORT)
            bodies[n].key ^= w->title;
        n++;
    }
    qsort(bodies, n, sizeof *bodies, compare_bodies);
    for (size_t i = 1; i < n; i++)
        if (bodies[i].key == bodies[i - 1].key) {
            nsame++;
            nfound += bodies[i].group != 0 && bodies[i].group == bodies[i - 1].group;
        }
    printf("%zu have the very words of another one, %zu of them are in its group\n", nsame, nfound);
    free(bodies);
}

/* ---- Making copies ---- */

static void
add_word(text *to, uint32_t word)
{
    need(ARRAY_GROW(to->words.words, to->words.nwords, &to->words.room), "out of memory");
    to->words.words[to->words.nwords++] = word;
}

static void
add_sentence(text *to, const text *from, size_t i)
{
    for (size_t j = i > 0 ? from->ends[i - 1] : 0; j < from->ends[i]; j++)
        add_word(to, from->words.words[j]);
    end_sentence(to);
}

/* The same, some of its words being those of other articles. */
static void
add_edited(text *to, const text *from, size_t i, const text *other)
{
    for (size_t j = i > 0 ? from->ends[i - 1] : 0; j < from->ends[i]; j++)
        add_word(to, roll(3) == 0 ? other->words.words[roll(other->words.nwords)]
                                  : from->words.words[j]);
    end_sentence(to);
}

static void
add_any_sentence(text *to, const text_set *set)
{
    const text *from = &set->givers[roll(set->ngivers)];

    if (from->nends > 0)
        add_sentence(to, from, roll(from->nends));
}

/* Choose which sentences are kept: exactly `of_100` of 100, rounded up. */
static bool *
choose(size_t n, unsigned of_100, bool first)
{
    const size_t nkept = (n * of_100 + 99) / 100;
    bool *kept = calloc(n, sizeof *kept);
    size_t left = nkept;

    need(kept != NULL, "out of memory");
    for (size_t i = 0; i < n; i++) {
        kept[i] = first ? i < nkept : roll(n - i) < left;
        left -= kept[i] && left > 0;
    }
    return kept;
}

static void
shuffle(size_t *order, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        const size_t j = roll(i);
        const size_t swap = order[i - 1];

        order[i - 1] = order[j];
        order[j] = swap;
    }
}

static void
fill_copy(text *copy, const text_set *set, const text *from, const text *other, unsigned way,
          unsigned of_100)
{
    bool *kept = choose(from->nends, of_100, way == CUT);
    size_t *order = calloc(from->nends, sizeof *order);

    need(order != NULL, "out of memory");
    for (size_t i = 0; i < from->nends; i++)
        order[i] = i;
    if (way == ORDER)
        shuffle(order, from->nends);
    for (size_t i = 0; i < from->nends; i++) {
        if (kept[order[i]])
            add_sentence(copy, from, order[i]);
        else if (way == OTHERS)
            add_any_sentence(copy, set);
        else if (way == WORDS)
            add_edited(copy, from, order[i], other);
    }
    for (size_t i = 0; way == MERGED && i < other->nends; i++)
        add_sentence(copy, other, i);
    copy->words.title = way == HEADLINE ? other->words.title : from->words.title;
    free(kept);
    free(order);
}

static void
fill_report(text *report, const text *from)
{
    size_t at = 0;

    for (size_t i = 0; i < from->words.nwords; i++) {
        const uint32_t word = from->words.words[i];

        add_word(report,
                 article_word_is_number(word) ? (uint32_t)roll(OTHER_NUMBERS) * 2 + 1 : word);
        if (i + 1 == from->ends[at]) {
            end_sentence(report);
            at++;
        }
    }
    report->words.title = from->words.title;
}

static size_t
count_numbers(const text *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->words.nwords; i++)
        n += article_word_is_number(t->words.words[i]);
    return n;
}

/* Make what there is to make of the article, one way after the other. */
static void
make_copy(text_set *set, const uint32_t *bases, size_t nbases, size_t n, unsigned of_100)
{
    const size_t from = bases[n % nbases];
    const unsigned way = 1 + (unsigned)(n % (NWAYS - 1));
    size_t other = from;
    text *made;

    if (way == NUMBERS && count_numbers(&set->texts[from]) < LEAST_NUMBERS)
        return;
    while (other == from)
        other = bases[roll(nbases)];
    made = add_text(set);
    made->way = way;
    made->origin[0] = (uint32_t)from + 1;
    if (way == NUMBERS)
        fill_report(made, &set->texts[from]);
    else
        fill_copy(made, set, &set->texts[from], &set->texts[other], way, of_100);
    if (way == MERGED)
        made->origin[1] = (uint32_t)other + 1;
}

/* ---- Judging ---- */

typedef struct {
    size_t nmade;
    size_t nfound;
    size_t nright; /* pairs in one group */
    size_t nwrong;
} score;

static uint32_t
find_kin(uint32_t *kin, uint32_t i)
{
    while (kin[i] != i)
        i = kin[i];
    return i;
}

/* Which texts should be together: connected by what was made of what. */
static uint32_t *
true_kin(const text_set *set)
{
    uint32_t *kin = calloc(set->ntexts, sizeof *kin);

    need(kin != NULL, "out of memory");
    for (uint32_t i = 0; i < set->ntexts; i++) {
        const text *t = &set->texts[i];

        kin[i] = i;
        for (int j = 0; j < 2 && t->way != NUMBERS; j++)
            if (t->origin[j] != 0)
                kin[find_kin(kin, t->origin[j] - 1)] = find_kin(kin, i);
    }
    for (uint32_t i = 0; i < set->ntexts; i++)
        kin[i] = find_kin(kin, i);
    return kin;
}

static void
judge(const text_set *set, const grouping *g, const uint32_t *group_of, unsigned of_100)
{
    uint32_t *kin = true_kin(set);
    score scores[NWAYS] = {0};
    score all = {0};

    for (uint32_t i = 0; i < set->ntexts; i++) {
        const text *t = &set->texts[i];
        score *s = &scores[t->way];
        const copy_group *in = group_of[i] > 0 ? &g->groups[group_of[i] - 1] : NULL;

        s->nmade++;
        s->nfound += in != NULL && t->origin[0] != 0 && group_of[t->origin[0] - 1] == group_of[i];
        for (uint32_t j = 0; in != NULL && j < in->nmembers; j++) {
            const uint32_t other = g->members[in->first + j] - 1;

            if (other == i)
                continue;
            if (kin[i] == kin[other])
                s->nright++;
            else
                s->nwrong++;
        }
    }
    for (unsigned way = CUT; way < NWAYS; way++) {
        const score *s = &scores[way];

        printf("%u of 100\t%-15s\t%zu made\t%.4f found\t%.4f right\n", of_100, ways[way], s->nmade,
               (double)s->nfound / (double)(s->nmade > 0 ? s->nmade : 1),
               (double)s->nright / (double)(s->nright + s->nwrong > 0 ? s->nright + s->nwrong : 1));
        if (way != NUMBERS) {
            all.nmade += s->nmade;
            all.nfound += s->nfound;
        }
        all.nright += s->nright;
        all.nwrong += s->nwrong;
    }
    printf("%u of 100\t%-15s\t%zu made\t%.4f found\t%.4f right\n", of_100, "all", all.nmade,
           (double)all.nfound / (double)all.nmade,
           (double)all.nright / (double)(all.nright + all.nwrong));
    free(kin);
}

static void
free_texts(text *texts, size_t ntexts)
{
    for (size_t i = 0; i < ntexts; i++) {
        article_words_free(&texts[i].words);
        free(texts[i].ends);
        free(texts[i].title);
        buffer_free(&texts[i].hashes);
    }
}

/* The articles of no group that are long enough, then only they are left, for what the others are
 * copies of is not known: they give sentences. */
static uint32_t *
choose_bases(text_set *set, const uint32_t *group_of, size_t *nbases_out)
{
    uint32_t *bases = calloc(set->ntexts, sizeof *bases);
    size_t nleft = 0;

    set->givers = calloc(set->ntexts, sizeof *set->givers);
    need(bases != NULL && set->givers != NULL, "out of memory");
    *nbases_out = 0;
    for (size_t i = 0; i < set->ntexts; i++) {
        const text t = set->texts[i];

        if (group_of[i] != 0) {
            set->givers[set->ngivers++] = t;
            continue;
        }
        if (t.nends >= LEAST_SENTENCES && t.words.nwords >= LEAST_WORDS)
            bases[(*nbases_out)++] = (uint32_t)nleft;
        set->texts[nleft++] = t;
    }
    set->ntexts = nleft;
    return bases;
}

static void
try_copies(text_set *set, const uint32_t *bases, size_t nbases, unsigned of_100)
{
    const size_t nbefore = set->ntexts;
    grouping found;
    uint32_t *group_of;

    for (size_t n = 0; n < (size_t)MADE_OF_EACH * (NWAYS - 1); n++)
        make_copy(set, bases, nbases, n, of_100);
    group_of = group(set, &found);
    judge(set, &found, group_of, of_100);
    grouping_free(&found);
    free(group_of);
    free_texts(set->texts + nbefore, set->ntexts - nbefore);
    set->ntexts = nbefore;
}

int
main(int argc, char **argv)
{
    static const unsigned kept[] = {100, 80, 50};
    text_set set = {0};
    grouping found;
    uint32_t *group_of;
    uint32_t *bases;
    size_t nbases;

    need(argc == 2 || argc == 3, "usage: copies ARTICLES.jsonl [PRINTED]");
    read_all(argv[1], &set);
    group_of = group(&set, &found);
    print_same(&set, group_of);
    print_groups(&set, &found, argc == 3 ? strtoul(argv[2], NULL, 10) : 0);
    bases = choose_bases(&set, group_of, &nbases);
    grouping_free(&found);
    free(group_of);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        try_copies(&set, bases, nbases, kept[i]);
    free(bases);
    free_texts(set.texts, set.ntexts);
    free_texts(set.givers, set.ngivers);
    free(set.texts);
    free(set.givers);
    return 0;
}
