# SPDX-License-Identifier: GPL-3.0-or-later
# On a terminal, quire-index shows a bar while it works, and takes it away at the end.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

command -v script >/dev/null || skip_all "script(1) is not there"

awk 'BEGIN { for (i = 0; i < 3000; i++) printf "{\"id\":\"n%d\",\"text\":\"Article %d.\"}\n", i, i }' \
    >set.jsonl
echo bad >>set.jsonl

# on_terminal COLUMNS OPTIONS...: what a terminal shows, carriage returns as newlines.
on_terminal()
{
    columns=$1
    shift
    TERM=xterm script -qec "stty cols $columns; '$QUIRE_INDEX_PROGRAM' $*" /dev/null </dev/null |
        tr '\r' '\n' >"$kept/out"
    ran="quire-index $* on a terminal of $columns columns"
}

escape=$(printf '\033')
on_terminal 120 -d index set.jsonl
stdout_has "reading is shown" "reading"
stdout_has "a bar shows how far the writing is" "writing ["
stdout_matches "with articles, MB and the goal" "writing .*[0-9,]+ articles, [0-9.]+ MB"
stdout_has "and is cleared at the end" "$escape[K"
stdout_has "problems are named in between" "set.jsonl:3001: bad JSON"
stdout_matches "the report follows" "^articles +3000$"
same_text "no line is wider than the terminal" "" \
    "$(sed -e "s/$escape\[K//" "$kept/out" | grep -v '^quire-index:' | awk 'length($0) >= 120')"

on_terminal 30 -d index set.jsonl
stdout_has "a narrow terminal gets the facts without a bar" "reading"
stdout_lacks "for which there is no room" "reading ["
same_text "and no line is wider than it" "" \
    "$(sed -e "s/$escape\[K//" "$kept/out" | grep -e '^reading' -e '^writing' |
        awk 'length($0) >= 30')"

on_terminal 120 -q -d index set.jsonl
stdout_empty "--quiet shows no bar"

awk 'BEGIN { for (i = 0; i < 200; i++) print "bad" }' >>set.jsonl
on_terminal 120 -d index set.jsonl
stdout_has "a person is shown the first fifty new problems, and how many more there are" \
    "quire-index: 150 more were newly skipped or damaged; 2>FILE names all"

finish
