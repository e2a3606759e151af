# SPDX-License-Identifier: GPL-3.0-or-later
# Where options of quire-search end and the query begins, and what is wrong on a command line.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

found()
{
    quire_search --format plain "$@" | cut -f 3 | tr '\n' ' '
}

same_text "a word with a dash after the first is left out" "talks#1 " "$(found ceasefire -Syria)"
same_text "also in one argument" "talks#1 " "$(found 'ceasefire -Syria')"
same_text "also as the first word, which is no option" "talks#1 w1#1 w 2#1 " "$(found -Syria)"
same_text "also after --" "talks#1 w1#1 w 2#1 " "$(found -- -Syria)"
same_text "a first word that begins with an option's letter is still a word" \
    "talks#1 harbour#1 w1#1 w 2#1 syria#1 " "$(found -nuclear)"
same_text "options stand before the query" "syria#1 " "$(found -n 1 ceasefire)"
same_text "short options may be joined with their value" "syria#1 " "$(found -n1 ceasefire)"
same_text "long ones may be cut where they stay plain" "syria#1 " "$(found --num=1 ceasefire)"
same_text "-d names the index" "syria#1 " "$(QUIRE_INDEX=nowhere found -d index -n1 ceasefire)"

run quire_search ceasefire -n 1
status_is "an option after the query's first word is a word" 0
stderr_has "which gets a note" "-n stands after the first word of the query"
run quire_search ceasefire --count
stderr_has "so does a long one" "--count"
same_text "once" 1 "$(grep -c -e --count "$kept/err")"
stdout_lacks "and it counts nothing" "passages"
run quire_search ceasefire -Syria
stderr_empty "a word left out gets no note"

run quire_search
status_is "no query is a usage error" 2
stderr_has "which shows the usage" "Usage: quire-search"
run quire_search --format plain --
status_is "-- alone is no query" 2
run quire_search --colour=always ceasefire
status_is "an unknown option is an error" 2
stderr_is "that names the nearest" <<'END'
quire-search: there is no option --colour; is --color meant?
quire-search: a query that begins with dashes is typed after --
END
run quire_search --xyzzy ceasefire
stderr_has "and where none is near, says where they are listed" "quire-search --help"
for value in x -1 1.5 99999999999 ''; do
    run quire_search --number="$value" ceasefire
    status_is "-n \"$value\" is refused" 2
done
for value in 5 19 1001 x; do
    run quire_search --width="$value" ceasefire
    status_is "--width $value is refused" 2
done
for value in k1 k1=x b=2 k1=-1 k1=nan b=inf k1=1.2b=1; do
    run quire_search --bm25="$value" ceasefire
    status_is "--bm25 $value is refused" 2
done
for value in 2025-13 yesterday 2025-02-30 ''; do
    run quire_search --after="$value" ceasefire
    status_is "--after \"$value\" is refused" 2
    stderr_has "and how a date is written is said" "2025-11-13"
done
run quire_search --index
status_is "an option without its value is refused" 2
run quire_search --batch - ceasefire
status_is "--batch and a query do not go together" 2
run quire_search --help
status_is "--help succeeds" 0
stdout_has "and lists the options" "--before=DATE"

run env -u QUIRE_INDEX "$QUIRE_SEARCH_PROGRAM" ceasefire
status_is "no index is an error" 2
stderr_has "that names the default place" "$HOME/.local/share/quire/default"
stderr_has "and the command that makes one" "quire-index -d"
run env -u QUIRE_INDEX XDG_DATA_HOME="$PWD/data" "$QUIRE_SEARCH_PROGRAM" ceasefire
stderr_has "\$XDG_DATA_HOME is minded" "$PWD/data/quire/default"
run quire_search -death ceasefire
status_is "-dNAME is an index" 2
stderr_has "and where there is none, how to leave a word out is said" "to leave out the word"
run quire_search -death
status_is "so it is where there is no query" 2
stderr_has "which shows the usage" "Usage: quire-search"
stderr_has "and how to leave a word out" "quire-search -- -death"
same_text "which does so" "talks#1 harbour#1 w1#1 w 2#1 syria#1 " "$(found -- -death)"
run quire_search -h
status_is "a lone letter that is no option is no query either" 2
stderr_is "but says where the options are listed" <<'END'
quire-search: there is no option -h; quire-search --help lists them
quire-search: a query that only leaves out a word is typed after --
END
stdout_empty "and nothing is searched"
run quire_search -d index -h
status_is "so it is behind options" 2
same_text "after -- it is one" "talks#1 harbour#1 w1#1 w 2#1 syria#1 " "$(found -- -h)"
same_text "and so it is before other words" "syria#1 " "$(found -n1 -h ceasefire)"
mkdir empty
run quire_search -d empty ceasefire
status_is "an empty directory is no index" 2
stderr_has "which is said with the command that makes one" "quire-index -d"

finish
