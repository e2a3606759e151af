#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Does the judge notice a bug?  Each plant is one change to a copy of a file of engine/query; the judge
# of the span matcher is linked with that copy in place of the original, and must find a difference.
#
# Run by "make check", which says in QUIRE_COMPILE, QUIRE_LINK, QUIRE_LINK_JUDGE and
# QUIRE_LINK_LIBS how this is compiled and linked in the build directory.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

if [ -z "${QUIRE_LINK:-}" ]; then
    skip_all "run it by make check TESTS=tests/reference/planted.sh"
fi
# It notices the same in every build; one is enough for those who build several times.
if [ "${QUIRE_PLANTED:-yes}" = no ]; then
    skip_all "QUIRE_PLANTED says no"
fi
unset QUIRE_JUDGE_SECONDS
cd "$QUIRE_BUILD" || exit 99
work=$kept/work

# Sets of articles and queries that a bug may survive before it counts as unnoticed.
judge_options="-n 60"

# make_judge FILE: link a judge with this copy of a file of engine/query.
make_judge()
{
    eval "$QUIRE_COMPILE -w -c -o '$work/planted.o' '$1'" &&
        eval "$QUIRE_LINK -o '$work/judge' $QUIRE_LINK_JUDGE '$work/planted.o' $QUIRE_LINK_LIBS"
}

# plant SENTENCE FILE SED-COMMAND...: each command must change something.
plant()
{
    sentence=$1
    file=$2
    shift 2
    cp "$QUIRE_SOURCE/engine/query/$file" "$work/planted.c" || exit 99
    for change; do
        sed "$change" "$work/planted.c" >"$work/changed.c" || exit 99
        if cmp -s "$work/planted.c" "$work/changed.c"; then
            fail "$sentence" "there is nothing left in $file to change so; plant it anew: $change"
            return
        fi
        mv "$work/changed.c" "$work/planted.c" || exit 99
    done
    if ! make_judge "$work/planted.c" >"$work/log" 2>&1; then
        fail "$sentence" "the changed copy of $file does not compile"
        show "compiler" "$work/log"
        return
    fi
    # shellcheck disable=SC2086 # several words
    run "$work/judge" $judge_options
    if [ "$status" -eq 1 ] && grep -q '^not ok' "$kept/out"; then
        pass "$sentence"
        echo "# in set $(grep -c -E '^(not )?ok' "$kept/out")"
    else
        fail "$sentence" "the judge saw nothing; status $status"
        show "judge" "$kept/out"
    fi
}

# Without a change the same judge must agree, or what follows shows nothing.
cp "$QUIRE_SOURCE/engine/query/match.c" "$work/planted.c" || exit 99
if make_judge "$work/planted.c" >"$work/log" 2>&1 &&
    run "$work/judge" -n 2 && [ "$status" -eq 0 ]; then
    pass "the judge agrees with an unchanged copy of the span matcher"
else
    fail "the judge agrees with an unchanged copy of the span matcher"
    show "compiler" "$work/log"
    show "judge" "$kept/out"
fi

# ---- words and phrases
plant "a phrase that crosses the end of a sentence is noticed" match.c \
    's/m->places\[at + l->nslots - 1\]\.sentence != m->places\[at\]\.sentence/false/'
plant "a phrase that goes by stems is noticed" match.c \
    's/\.by_surface = word->match != MATCH_STEM/.by_surface = false/'
plant "a phrase by stem that goes by surfaces is noticed" phrase.c \
    's/return MATCH_STEM;/return MATCH_SURFACE;/'
plant "a sign of currency that is not demanded is noticed" match.c \
    's/(word->extra == INTERN_NONE || word->extra == m->meanings\[at\]\.extra)/true/'
plant "an exact word in another case is noticed" match.c \
    's/(word->typed == NULL || is_typed(m, word, at))/true/'
plant "an exact word that must be as it is typed, though in small letters, is noticed" phrase.c \
    's/^    return MATCH_SURFACE;/    return MATCH_CASE;/'
plant "a gap that no word fills is noticed" match.c \
    's/return slot->is_gap || /return /'
plant "a word of the headline that is found elsewhere is noticed" match.c \
    's/(l->in_title \&\& !m->places\[at\]\.in_title)/false/'
plant "a parenthesis whose title: is forgotten is noticed" parse.c \
    's/item->in_title || p->group\.in_title/item->in_title/'
plant "alternatives of one word that are phrases of their own are noticed" phrase.c \
    's/if (from->nrows < 2)/if (from->nrows < 99)/'
plant "a slop that is one too large is noticed" match_windows.c \
    's/high = low + p->l->slop;/high = low + p->l->slop + 1;/' \
    's/before - p->l->slop;/before - p->l->slop - 1;/'
plant "a slop that gives one word to two places is noticed" match_windows.c \
    's/if (p->slot_of\[i\] == 0 || place_slot(p, p->slot_of\[i\] - 1)) {/{/'

# ---- lists
plant "a function word that matches by itself is noticed" match.c \
    's/} else if (child->role == ROLE_OPTIONAL) {/} else if (child->role != ROLE_EXCLUDED) {/'
plant "a function word that supports nothing is noticed" lists.c \
    's/for (uint32_t i = 0; i < list->nchildren && has_other; i++)/for (uint32_t i = 0; i < list->nchildren; i++)/'
plant "a field beside which nothing need match is noticed" lists.c \
    's/children\[nfilters\]->role = ROLE_REQUIRED;/;/'
plant "a field that alternatives stand beside, not behind, is noticed" lists.c \
    's/if (nfilters > 0 && nfilters + 1 < nchildren) {/if (false) {/'
plant "a clause that counts though its group does not match is noticed" match.c \
    's/is_active = is_active && n->is_matched;/is_active = n->leaf == NO_LEAF || n->is_matched;/'
plant "a field that does not narrow is noticed" parse.c \
    's/read\.narrows = role == ROLE_OPTIONAL && is_filter(p, read\.first);/read.narrows = false;/'
plant "a field that narrows beside an OR is noticed" parse.c \
    's/i < o->end && o->narrows/i < o->end \&\& o->narrows \&\& false/'
plant "a date before a day that holds that day is noticed" fields.c \
    's/sign_bytes == 2 ? last : days_before(first)/last/'
plant "a date behind a day that holds that day is noticed" fields.c \
    's/days_after(last)/first/'
plant "an address that must begin with its front is noticed" leaf.c \
    's/address_fold(value, nbytes, out)/fold_word(value, nbytes, out)/'

# ---- windows
plant "a window that is one word too narrow is noticed" match_windows.c \
    's/second->first - first->last <= window->distance/second->first - first->last < window->distance/'
plant "an ADJ in either order is noticed" match_windows.c \
    's/if (window->window != WINDOW_ADJ)/if (window->window <= WINDOW_PARAGRAPH)/'
plant "sides that share a word are noticed" match_windows.c \
    's/second->first <= first->last/second->first < first->last/' \
    's/items\[middle\]\.first <= word/items[middle].first < word/'
plant "a NEAR that crosses the end of a paragraph is noticed" match_windows.c \
    's/if (\(.*\)from->block != \(.*\)to->block)/if (false)/' \
    's/if (to->block != from->block)/if (false)/'
plant "a SENTENCE that is a paragraph is noticed" match_windows.c \
    's/return from->sentence == to->sentence;/return from->block == to->block;/' \
    's/return to->sentence != from->sentence;/return to->block != from->block;/'
plant "a pair that holds another is noticed" match_windows.c \
    's/while (nkept > 0 && list->items\[nkept - 1\]\.last >= now->last)/while (false)/'
plant "a pair that is not the nearest is noticed" match_windows.c \
    's/to->items\[k\]\.last < to->items\[best\]\.last/to->items[k].last > to->items[best].last/'
plant "another of two equal pairs is noticed" match_windows.c \
    's/return first->left < second->left ? -1 : 1;/return first->left > second->left ? -1 : 1;/'

# ---- wildcards and fuzzy words

# The first set with more words than a wildcard stands for.
few_options=$judge_options
judge_options="-s 5 -n 1"
plant "the rarest words of a wildcard are noticed" expand.c \
    's/return a->occurrences < b->occurrences;/return a->occurrences > b->occurrences;/'
plant "words that are as common, in another order, are noticed" expand.c \
    's/return order != 0 ? order > 0 :/return order != 0 ? order < 0 :/'
plant "a wildcard with a word too many is noticed" expand.c \
    's/\*nleft : EXPAND_MAX_WORDS;/*nleft : EXPAND_MAX_WORDS + 1;/'
plant "wildcards without a limit in all are noticed" expand.c \
    's/\*nleft -= g\.nheap;//'
judge_options=$few_options
plant "a fuzzy word that weighs the same at two edits is noticed" expand.c \
    's/0\.25F/0.5F/'
plant "neighbours exchanged that are two edits are noticed" edits.c \
    's/from\[i - 1\] == to\[j - 2\]/false/'
plant "a question mark that is dropped is noticed" pattern.c \
    's/at < last && text\[at\]/at < start \&\& text[at]/'
plant "a spelling that is not kept apart is noticed" expand.c \
    's/nbytes == g->spelled_bytes && memcmp(stem, g->spelled, nbytes) == 0/nbytes > 0/'

# ---- marks
plant "a mark of an excluded clause is noticed" match.c \
    's/is_active = is_active && n->is_matched;/is_active = is_active \&\& (n->is_matched || n->role == ROLE_EXCLUDED);/'
plant "a mark on a function word alone is noticed" match_spans.c \
    's/is_worth_it = is_worth_it || !l->supports;/is_worth_it = true;/'
plant "neighbours that are merged in the wrong order are noticed" match.c \
    's/m->leaves\[child->clause - 1\]\.next = next->clause - 1;/m->leaves[next->clause - 1].next = child->clause - 1;/'
plant "neighbours that are merged across sentences are noticed" match_spans.c \
    's/m->places\[end\]\.sentence != m->places\[at\]\.sentence)/false)/'
plant "the shorter of two marks is noticed" match_spans.c \
    's/end - 1 > best->last ||/end - 1 < best->last ||/'
plant "the later of two clauses with the same mark is noticed" match_spans.c \
    's/end - 1 == best->last && clause < best->clause/end - 1 == best->last \&\& clause > best->clause/'

# ---- scores
plant "a frequency that stops at one is noticed" match.c \
    's/m->frequencies\[to->stem\]++;/m->frequencies[to->stem] = 1;/'
plant "an inverse document frequency that is off by a half is noticed" bm25.c \
    's|(n - df + 0\.5) / (df + 0\.5)|(n - df + 0.5) / (df + 1.0)|'
plant "a length that is ignored is noticed" bm25.c \
    's|(double)length / m->mean_length|1.0 + 0 * (double)length|'
plant "a weight that is cut instead of rounded is noticed" bm25.c \
    's/return llrint(weight \* FIXED_ONE);/return (int64_t)(weight * FIXED_ONE);/'
plant "a weight that is forgotten is noticed" scoring.c \
    's/\*idf++ = choice->scale \*/*idf++ = 1.0 */'
plant "the lesser of two alternatives is noticed" scoring.c \
    's/weight > largest/weight < largest/'
plant "a misprint that outweighs the word is noticed" units.c \
    's/unit->shared_df = shared_df && n > 1;/unit->shared_df = false;/'
plant "the lesser weight of a word asked for twice is noticed" units.c \
    's/known->scale > added->scale ? known/known->scale < added->scale ? known/'
plant "a place and its people that are one word are noticed" units.c \
    's/i < n && choices\[i\]\.is_akin/false/'
plant "people who weigh as much as their place are noticed" slots.c \
    's/\.scale = SLOTS_AKIN_SCALE,/.scale = 1,/'
plant "a group whose weight takes the place of what stands in it is noticed" parse.c \
    's/->weight \*= weight;/->weight = weight;/'

finish
