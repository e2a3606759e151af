# SPDX-License-Identifier: GPL-3.0-or-later
# What a terminal is sent: lines of its width, colours, and nothing that an article could steer it by.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

prints "--width wraps the passage" 0 quire_search --width 40 '"Board of Peace"' <<'END'
1. [Board of Peace] meets
   2025-11-16, talks#1, articles/talks.txt:40-111
   The [Board of Peace] met in Geneva.
   Its members said the ceasefire holds.
END
esc=$(printf '\033')
prints "--color=always colours a mark, also where a line ends within it" 0 \
    quire_search --color=always --width 20 '"Its members said the ceasefire holds"' <<END
1. ${esc}[1mBoard of Peace meets${esc}[0m
   2025-11-16, talks#1, articles/talks.txt:40-111
   The Board of
   Peace met in
   Geneva. ${esc}[1;31mIts${esc}[0m
   ${esc}[1;31mmembers said the${esc}[0m
   ${esc}[1;31mceasefire holds${esc}[0m.
END
run quire_search '"Board of Peace"'
stdout_lacks "no colour goes into a pipe" "$esc"

# script(1) gives a terminal; it is in every Debian, but perhaps not elsewhere.
on_terminal()
{
    script -qec "$1" /dev/null </dev/null >"$kept/terminal" 2>&1
    tr -d '\r' <"$kept/terminal" >"$kept/out"
}
if command -v script >/dev/null; then
    search="'$QUIRE_SEARCH_PROGRAM'"
    on_terminal "TERM=xterm COLUMNS=40 $search '\"Board of Peace\"'"
    stdout_has "a terminal has colour" "${esc}[1;31mBoard of Peace"
    stdout_matches "and its width" "^   members said the ceasefire holds[.]"
    stdout_lacks "who asks for a phrase needs no hint" "for these words as a phrase"
    on_terminal "TERM=xterm NO_COLOR=1 $search ceasefire"
    stdout_lacks "not with NO_COLOR" "$esc"
    on_terminal "TERM=dumb $search ceasefire"
    stdout_lacks "not where the terminal is dumb" "$esc"
    on_terminal "TERM=xterm NO_COLOR=1 $search --color=always ceasefire"
    stdout_has "but where it is asked for" "$esc"
    on_terminal "TERM=dumb $search \"Board of Peace\""
    stdout_has "one argument of several bare words gets a hint" \
        "quire-search: for these words as a phrase: quire-search '\"Board of Peace\"'"
    on_terminal "TERM=dumb $search Board of Peace"
    stdout_lacks "several arguments get none" "for these words as a phrase"
    on_terminal "TERM=dumb $search 'board AND peace'"
    stdout_lacks "nor does somebody who knows operators" "for these words as a phrase"
else
    skip "a terminal has colour, its width and hints" "script(1) is not there"
fi

# No byte of the C0 set but the newline, no C1 control and no control of direction.
lacks_unsafe()
{
    ! tr -d '\n' <"$1" | LC_ALL=C grep -aE \
        "$(printf '[\001-\037\177]|\302[\200-\237]|\342\200[\216\217\252-\256]|\342\201[\246-\257]')"
}

# An article that would clear the screen, set a title, turn letters round and hide a column.
mkdir bad
printf '{"id":"x\\u001b[2Jy","title":"t\\u202e\\u009b31m","source":"s\\u0007","text":"bell\\u001b]0;gotcha\\u0007 end\\u2066 \\u0000 tab\\tline\\nbreak"}\n' \
    >bad/evil.jsonl
quire_index -q -d bad-index bad || exit 99
for format in human plain jsonl trec; do
    run quire_search -d bad-index --format "$format" --color=never bell
    status_is "an article of control characters is found in the format $format" 0
    tr -d '\n\t' <"$kept/out" >"$kept/flat"
    judge "and none of them is printed" "a control character was printed" \
        lacks_unsafe "$kept/flat"
done
run quire_search -d bad-index --color=never bell
stdout_has "they are shown as what they are" "[bell]␛]0;gotcha␇ end<U+2066>"
run quire_search -d bad-index "$(printf 'zeb\033[2Jra\342\200\256')"
judge "a query's control characters are not printed" "a control character was printed" \
    lacks_unsafe "$kept/err"

finish
