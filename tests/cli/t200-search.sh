# SPDX-License-Identifier: GPL-3.0-or-later
# quire-search for people: what a result looks like, and what is said when there is none.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

prints "a result has title, date, passage, range of bytes and the passage, the phrase marked as one" 0 \
    quire_search '"Board of Peace"' <<'END'
1. [Board of Peace] meets
   2025-11-16, talks#1, articles/talks.txt:40-111
   The [Board of Peace] met in Geneva. Its members said the ceasefire holds.
END

prints "curly quotes make a phrase as straight ones do" 0 \
    quire_search '“Board of Peace”' <<'END'
1. [Board of Peace] meets
   2025-11-16, talks#1, articles/talks.txt:40-111
   The [Board of Peace] met in Geneva. Its members said the ceasefire holds.
END

prints "results stand apart by an empty line, the source first; an article without title goes by its id" 0 \
    quire_search strike <<'END'
1. [Strike] ends
   Harbour Wire, 2025-11-14T09:30:00Z, w1#1, articles/wire.jsonl
   The port [strike] ended. Dockers went back to work.

2. w 2
   Northern Ledger, 2025-10-31, w 2#1, articles/wire.jsonl
   Nothing about the [strike] was said to us by the US envoy.
END

prints "bare words are alternatives, and those that stand together are one mark" 0 \
    quire_search Board of Peace <<'END'
1. [Board of Peace] meets
   2025-11-16, talks#1, articles/talks.txt:40-111
   The [Board of Peace] met in Geneva. Its members said the ceasefire holds.

2. Harbour [board] votes
   2025-11-15, harbour#1, articles/harbour.txt:39-111
   The harbour [board] voted for [peace] at the docks. Syria was not discussed.
END

prints "a word in capitals is kept apart from the word" 0 quire_search US <<'END'
1. w 2
   Northern Ledger, 2025-10-31, w 2#1, articles/wire.jsonl
   Nothing about the strike was said to us by the [US] envoy.
END
prints "and the word from it" 0 quire_search us <<'END'
1. w 2
   Northern Ledger, 2025-10-31, w 2#1, articles/wire.jsonl
   Nothing about the strike was said to [us] by the US envoy.
END

# Scores by the formula, computed apart from Quire: N 5, mean length 66/5.
bm25()
{
    awk -v tf="$1" -v df="$2" -v len="$3" 'BEGIN {
        n = 5; tw = (n - df + 0.5) / (df + 0.5); if (tw < 2) tw = tw * 0.5 + 1
        denominator = 1.2 * (len / (66 / 5) * 0.75 + 0.25) + tf
        printf "%.6f\n", log(tw) * (2.2 * (tf / denominator)) }'
}
run quire_search --format plain ceasefire
same_text "the best score is BM25's" "$(bm25 2 2 10)" "$(sed -n 1p "$kept/out" | cut -f 2)"
same_text "so is the next" "$(bm25 1 2 17)" "$(sed -n 2p "$kept/out" | cut -f 2)"
stdout_lines "and there are no others" 2

run quire_search -n 1 zebra
status_is "no result is status 1" 1
stdout_empty "no result prints nothing"
stderr_is "a word that occurs nowhere is named, and there is advice" <<'END'
quire-search: note: no passage has "zebra"
quire-search: nothing found; try other words, or --furniture
END

run quire_search '"zebra crossing"' +board
status_is "a phrase of unknown words beside a known word finds nothing less" 0
stderr_has "and its words are named" 'no passage has "zebra"'

run quire_search --after 2026 '+"Board of Peace"'
status_is "what filters leave out is not found" 1
stderr_has "the advice names what stood in the way" "none in quotes, or fewer that are required, or no --after"

run quire_search +UN strike
status_is "an acronym that occurs nowhere is not found" 1
stderr_has "and the note says how the word is typed" "the word is typed in small letters: un"

run quire_search 'ceasefire and (harbour peace'
stderr_is "a note that speaks of a part of the query shows it" <<'END'
quire-search: note: this parenthesis is not closed; it is read as closed at the end: (harbour
END

run quire_search '   '
status_is "a query without a word has no result" 1
stderr_has "and a note" "quire-search: note: "
stderr_lacks "and no other advice" "nothing found"

finish
