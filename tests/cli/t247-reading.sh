# SPDX-License-Identifier: GPL-3.0-or-later
# quire-search --stem, --no-variants, --correct and --complete: how words are read.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

mkdir articles
printf 'One\n\nThe programme of the talks, a labour programme.\n' >articles/a.txt
printf 'Two\n\nA program for one talk at the center.\n' >articles/b.txt
for i in 1 2 3 4 5 6 7 8; do
    printf 'Day %s\n\nThe ceasefire talks went on. The ceasefire holds, it holds. Ceasefire!\n' $i >articles/c$i.txt
done

found()
{
    quire_search -d index -n 20 --format plain "$@" 2>/dev/null | cut -f 3 | sort | tr '\n' ' '
}

for store in quire xapian; do
    quire_index -q -d index --store $store --replace articles || exit 99
    same_text "$store: a word finds both spellings" "a#1 b#1 " "$(found programme)"
    same_text "$store: with --no-variants one" "a#1 " "$(found --no-variants programme)"
    same_text "$store: or the other" "b#1 " "$(found --no-variants program)"
    same_text "$store: a word finds its other forms" "b#1 " "$(found talk NOT ceasefire NOT labour)"
    same_text "$store: --stem on changes nothing" "b#1 " "$(found --stem on talk NOT ceasefire NOT labour)"
    same_text "$store: with --stem off it does not" "b#1 " "$(found --stem=off talk)"
    same_text "$store: nor the other spelling" "b#1 " "$(found --stem=off center)"

    run quire_search -d index ceasfire
    status_is "$store: a misspelled word is found nowhere" 1
    stderr_has "$store: what may be meant is noted" '"ceasefire"'
    run quire_search -d index --correct -n 3 --format plain ceasfire
    status_is "$store: with --correct that is answered" 0
    stdout_lines "$store: as it would be itself" 3
    stderr_has "$store: and it is said" ceasefire
    run quire_search -d index --strict ceasfire
    status_is "$store: --strict refuses it" 2
    stderr_has "$store: with its place" "  ^^^^^^^^"

    run quire_search -d index --complete cease
    status_is "$store: what is being typed is completed" 0
    stdout_has "$store: by words" ceasefire
    run quire_search -d index -n 1 --complete prog
    stdout_lines "$store: as many as -n says" 1
    run quire_search -d index --complete zzz
    status_is "$store: nothing may go on" 1
    stdout_empty "$store: then nothing is printed"
done

run quire_search -d index --complete cease fire
status_is "--complete and a query do not go together" 2
run quire_search -d index --complete "$(printf 'cease\377')"
status_is "what is no UTF-8 is not completed" 2
run quire_search -d nowhere --complete cease
status_is "nor is anything without an index" 2

run quire_search --explain -n 1 'ceasefire strik*'
same_text "each part of --explain has one heading" "$(grep '^[a-z].*:$' "$kept/out" | sort -u)" \
    "$(grep '^[a-z].*:$' "$kept/out" | sort)"

finish
