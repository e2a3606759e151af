# SPDX-License-Identifier: GPL-3.0-or-later
# Dates, sources, furniture and --all.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

found()
{
    quire_search --format plain "$@" 2>/dev/null | cut -f 3 | tr '\n' ' '
}

same_text "results that score alike come by date, newest first, undated last" \
    "talks#1 harbour#1 w1#1 w 2#1 syria#1 " "$(found -zebra)"
same_text "--after takes that day and later, and no article without date" \
    "talks#1 harbour#1 " "$(found --after 2025-11-15 -zebra)"
same_text "--before takes that day and earlier, whatever the hour" \
    "w1#1 w 2#1 " "$(found --before 2025-11-14 -zebra)"
same_text "--after a month begins with its first day" \
    "talks#1 harbour#1 w1#1 " "$(found --after 2025-11 -zebra)"
same_text "--before a month ends with its last day" "w 2#1 " "$(found --before 2025-10 -zebra)"
same_text "both together" "w1#1 " "$(found --after 2025-11-14 --before 2025-11-14 -zebra)"
same_text "a year" "talks#1 harbour#1 w1#1 w 2#1 " "$(found --after 2025 --before 2025 -zebra)"
same_text "from later to earlier is nothing" "" "$(found --after 2025-12 --before 2025-11 -zebra)"
same_text "--source takes one source, case apart" "w1#1 " "$(found --source 'harbour WIRE' -zebra)"
same_text "a source that is unknown has nothing" "" "$(found --source Nobody -zebra)"
same_text "a filter does not change a score" \
    "$(quire_search --format plain strike | sed -n 2p | cut -f 2)" \
    "$(quire_search --format plain --source 'Northern Ledger' strike | cut -f 2)"

same_text "--all wants every word" "syria#1 " "$(found --all ceasefire Syria)"
same_text "without it one is enough" "syria#1 harbour#1 talks#1 " "$(found ceasefire Syria)"

mkdir news
{
    printf 'Dock talks resume\n\nThe dockers met the port authority on Monday in the old town.\n'
    printf 'They agreed to meet again within a week, both sides said in the evening.\n'
    printf 'LATEST POSTS\nQuiet weekend for Jackman\nRain expected in the north\nCup draw made in Leeds\n'
} >news/port.txt
quire_index -q -d furnished news || exit 99
run quire_search -d furnished Jackman
status_is "site furniture is not searched" 1
stderr_has "and a word that only it has is named as such" "only in site furniture"
run quire_search -d furnished --furniture Jackman
status_is "--furniture searches it" 0
stdout_has "and results say what they are" "(site furniture)"
stdout_has "and mark it" "[Jackman]"

# Thousands of fields: each store has its own way to put up with them.
quire_index -q -d xapian --store xapian news || exit 99
quire_index -q -d own news || exit 99
many()
{
    i=0
    while [ $i -lt 1500 ]; do
        echo "$1$i$2"
        i=$((i + 1))
    done | tr '\n' ' '
}
for query in "port $(many id:p '*')" "port $(many 'OR id:p' '*')" "port $(many '-id:p' '*')" \
    "port $(many 'OR NOT id:p' '')" "id:port $(many 'OR date:19' '')"; do
    for index in own xapian; do
        quire_search -d $index --count --format plain -- "$query" >$index.found 2>/dev/null
        quire_search -d $index --unit article --count --format plain -- "$query" >>$index.found \
            2>/dev/null
    done
    same_files "$(echo "$query" | cut -c 1-20)... in both stores" own.found xapian.found
done
ok "and they found something" grep -q port own.found

finish
