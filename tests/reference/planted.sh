#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Does the judge notice a bug?  Each plant is one change to a copy of the span matcher or the
# scorer; a judge is linked with that copy in place of the original, and must find a difference.
#
# Run by "make check", which says in QUIRE_COMPILE, QUIRE_LINK, QUIRE_LINK_JUDGE and
# QUIRE_LINK_LIBS how this is compiled and linked in the build directory.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

if [ -z "${QUIRE_LINK:-}" ]; then
    skip_all "run it by make check TESTS=tests/reference/planted.sh"
fi
unset QUIRE_JUDGE_SECONDS
cd "$QUIRE_BUILD" || exit 99
work=$kept/work

# Sets of articles and queries that a bug may survive before it counts as unnoticed.
judge_options="--corpora 40 --queries 300"

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
    else
        fail "$sentence" "the judge saw nothing; status $status"
        show "judge" "$kept/out"
    fi
}

# Without a change the same judge must agree, or what follows shows nothing.
cp "$QUIRE_SOURCE/engine/query/match.c" "$work/planted.c" || exit 99
if make_judge "$work/planted.c" >"$work/log" 2>&1 &&
    run "$work/judge" --corpora 2 --queries 100 && [ "$status" -eq 0 ]; then
    pass "the judge agrees with an unchanged copy of the span matcher"
else
    fail "the judge agrees with an unchanged copy of the span matcher"
    show "compiler" "$work/log"
    show "judge" "$kept/out"
fi

plant "a phrase that crosses the end of a sentence is noticed" match.c \
    's/m->places\[at + l->nwords - 1\]\.sentence != m->places\[at\]\.sentence/false/'
plant "a phrase that goes by stems is noticed" match.c \
    's/to->by_surface = from->kind == QUERY_PHRASE;/to->by_surface = false;/'
plant "a sign of currency that is not demanded is noticed" match.c \
    's/(wanted->extra != INTERN_NONE && wanted->extra != p->extra)/false/'
plant "a function word that matches by itself is noticed" match.c \
    's/} else if (child->role == ROLE_OPTIONAL) {/} else if (child->role != ROLE_EXCLUDED) {/'
plant "a clause that counts though its group does not match is noticed" match.c \
    's/is_active = is_active && n->is_matched;/is_active = n->leaf == NO_LEAF || n->is_matched;/' \
    's/^ *m->term_scores\[/if (m->leaves[n->leaf].words[i].term != QUERY_NO_TERM) &/'
plant "a mark of an excluded clause is noticed" match.c \
    's/is_active = is_active && n->is_matched;/is_active = is_active \&\& (n->is_matched || n->role == ROLE_EXCLUDED);/' \
    's/^ *m->term_scores\[/if (m->leaves[n->leaf].words[i].term != QUERY_NO_TERM) &/'
plant "a mark on a function word alone is noticed" match.c \
    's/is_worth_it = is_worth_it || !l->supports;/is_worth_it = true;/'
plant "neighbours that are merged in the wrong order are noticed" match.c \
    's/m->leaves\[child->clause - 1\]\.next = from->children\[i + 1\]->clause - 1;/m->leaves[from->children[i + 1]->clause - 1].next = child->clause - 1;/'
plant "neighbours that are merged across sentences are noticed" match.c \
    's/m->places\[end\]\.sentence != m->places\[at\]\.sentence)/false)/'
plant "the shorter of two marks is noticed" match.c \
    's/end - 1 > best->last ||/end - 1 < best->last ||/'
plant "the later of two clauses with the same mark is noticed" match.c \
    's/l->clause < best->clause)/l->clause > best->clause)/'
plant "a frequency that stops at one is noticed" match.c \
    's/m->frequencies\[to->stem\]++;/m->frequencies[to->stem] = 1;/'
plant "an inverse document frequency that is off by a half is noticed" bm25.c \
    's|(n - df + 0\.5) / (df + 0\.5)|(n - df + 0.5) / (df + 1.0)|'
plant "a length that is ignored is noticed" bm25.c \
    's|(double)length / m->mean_length|1.0 + 0 * (double)length|'
plant "a weight that is cut instead of rounded is noticed" bm25.c \
    's/return llrint(weight \* FIXED_ONE);/return (int64_t)(weight * FIXED_ONE);/'

finish
