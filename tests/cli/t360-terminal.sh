# SPDX-License-Identifier: GPL-3.0-or-later
# Links, a pager and widths on a terminal.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index
esc=$(printf '\033')
link_end="$esc]8;;$esc\\"

run quire_search --hyperlink=always --color=never 'strike +port'
stdout_has "a title is a link to its article" \
    "1. $esc]8;;https://wire.example/w1$esc\\[Strike] ends$link_end"
run quire_search --hyperlink=always --color=never '"Board of Peace"'
stdout_has "or to its file" "1. $esc]8;;file://"
stdout_has "by its whole path" "/articles/talks.txt$esc\\[Board of Peace] meets$link_end"
run quire_search strike
stdout_lacks "no link goes into a pipe" "$esc"
complains "--hyperlink has three values" 2 quire_search --hyperlink=perhaps strike <<'END'
quire-search: --hyperlink: "perhaps" is not auto, always or never
END

# Two columns for each of these; an accent that combines has none.
printf '{"id":"wide","title":"斑马的标题","text":"斑马斑马 斑马斑马 斑马斑马 斑马斑马 e\\u0301e\\u0301e\\u0301e\\u0301e\\u0301e\\u0301e\\u0301e\\u0301 zebra"}\n' >articles/wide.jsonl
quire_index -q -d wide articles/wide.jsonl
prints "a wide letter has two columns, an accent none" 0 \
    quire_search -d wide --width 24 zebra <<END
1. 斑马的标题
   wide#1, articles/wide.jsonl
   斑马斑马 斑马斑马
   斑马斑马 斑马斑马
   $(printf 'e\314\201e\314\201e\314\201e\314\201e\314\201e\314\201e\314\201e\314\201') [zebra]
END

if ! command -v script >/dev/null; then
    skip "a terminal has links and a pager" "script(1) is not there"
    finish
fi
on_terminal()
{
    script -qec "$1" /dev/null </dev/null >"$kept/terminal" 2>&1
    tr -d '\r' <"$kept/terminal" >"$kept/out"
}
search="'$QUIRE_SEARCH_PROGRAM' --no-pager"
on_terminal "TERM=xterm-kitty $search strike"
stdout_has "a terminal that is known has links" "]8;;https://wire.example/w1"
on_terminal "TERM=xterm VTE_VERSION=6003 $search strike"
stdout_has "by its own variable, too" "]8;;https://wire.example/w1"
on_terminal "TERM=xterm $search strike"
stdout_lacks "one that is not has none" "]8;;"
on_terminal "TERM=xterm-kitty TMUX=x $search strike"
stdout_lacks "nor where a multiplexer stands between" "]8;;"
on_terminal "TERM=xterm-kitty $search --hyperlink=never strike"
stdout_lacks "nor where they are not wanted" "]8;;"

search="'$QUIRE_SEARCH_PROGRAM'"
pager="sed s/^/paged:/"
on_terminal "TERM=xterm LINES=5 PAGER='$pager' $search --color=never strike"
stdout_has "what is longer than the terminal goes to the pager" "paged:1. "
on_terminal "TERM=xterm LINES=50 PAGER='$pager' $search --color=never strike"
stdout_lacks "what is not does not" "paged:"
stdout_has "but is printed" "[Strike] ends"
on_terminal "TERM=xterm LINES=5 PAGER='$pager' $search --color=never --no-pager strike"
stdout_lacks "nor with --no-pager" "paged:"
stdout_has "which prints it" "[Strike] ends"
on_terminal "TERM=dumb LINES=5 PAGER='$pager' $search strike"
stdout_lacks "nor on a terminal that is dumb" "paged:"
on_terminal "TERM=xterm LINES=5 PAGER='$pager' $search --format plain strike"
stdout_lacks "nor lines for programs" "paged:"
on_terminal "TERM=xterm LINES=5 PAGER=/nowhere/pager $search --color=never strike"
stdout_has "a pager that is not there does not hide the results" "[Strike] ends"
on_terminal "TERM=xterm LINES=5 PAGER='head -n 1' $search --color=never strike; echo status \$?"
stdout_has "who has seen enough is no error" "status 0"
on_terminal "TERM=xterm LINES=5 PAGER=cat $search --color=never --show talks ceasefire"
stdout_has "an article is shown the same way" "[ceasefire] holds"

finish
