# SPDX-License-Identifier: GPL-3.0-or-later
# quire-search --unit article: articles are ranked, and each has its best passages; TREC topics.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# Three articles; the long one has three passages, with harbour in the first and strike in the last.
filler()
{
    i=0
    while [ $i -lt 9 ]; do
        printf 'This sentence %s says nothing at all about the %s or the %s of anybody. ' \
            "$1" "$2" "$3"
        i=$((i + 1))
    done
}
{
    printf '{"id":"long","title":"Harbour closes","date":"2025-11-14","text":"%s\\n\\n%s\\n\\n%s"}\n' \
        "The harbour is closed. $(filler one weather trade)" "$(filler two music dance)" \
        "The strike goes on. $(filler three bread butter)"
    printf '{"id":"strike","title":"Strike","date":"2025-11-13","text":"A strike at the docks."}\n'
    printf '{"id":"docks","title":"","text":"Boat-builders left the docks."}\n'
} >articles.jsonl
ok "articles are indexed" quire_index -q -d quire articles.jsonl
ok "in both stores" quire_index -q --store xapian -d xapian articles.jsonl

run quire_search -d quire --unit article --format plain '+harbour +strike'
status_is "words of an article may stand in different passages" 0
same_text "of which it is found" "long" "$(cut -f 3 "$kept/out")"
run quire_search -d quire --format plain '+harbour +strike'
status_is "where a passage that has both is not" 1
run quire_search -d quire --unit article --format plain 'strike -harbour'
same_text "a word that is left out, is left out of the article" "strike" "$(cut -f 3 "$kept/out")"
run quire_search -d quire --unit article --format plain '"strike goes"'
same_text "a phrase lies in a passage" "long" "$(cut -f 3 "$kept/out")"
run quire_search -d quire --unit article --format plain -- -strike
same_text "what has none of it, is found without a score" "docks 0.000000" \
    "$(cut -f 3 "$kept/out") $(cut -f 2 "$kept/out")"
run quire_search -d quire --unit article --count -n 0 strike docks
same_text "articles are counted" 3 "$(cat "$kept/out")"
run quire_search -d quire --unit article --count strike
stdout_has "and said to be articles" "2 articles"

run quire_search -d quire --unit article --format jsonl '+harbour +strike'
stdout_has "a result has its passages" '"passages":[{"passage":1,'
stdout_has "with marks in their headline" '"title_marks":[{"start":0,"end":7,"clause":1}]'
stdout_has "and in their text" '"marks":[{"start":4,"end":11,"clause":1}]'
run quire_search -d quire --unit article '+harbour +strike'
stdout_has "people see the headline" "1. [Harbour] closes"
run quire_search -d quire --unit article '+trade +bread'
stdout_has "and the passages that weigh much" "2025-11-14, long#1"
stdout_has "in reading order" "2025-11-14, long#3"
stdout_lacks "but not the others" "long#2"
run quire_search -d quire --unit article boat-builders
stdout_has "a compound is found" "docks#1"

# Worked out by hand from docs/ranking.md: docks, three articles of 369, 6 and 5 words; strike is in
# two of 3 (odds 0.6, so log 1.3 = 0.262364), of the second three times for its headline and once
# for its text, 4 in all.  The mean lengths are 380 / 3 and 380 / 5.
run quire_search -d quire --unit article --explain strike
cp "$kept/out" explained
stdout_has "a score is explained" "strike: 4 times, weight of its idf 0.262364"
stdout_has "by the whole" "the whole, of 6 words:"
stdout_has "and the best passage" "and half of what its best passage, number 1 of 1"
same_text "and is what the formula gives" "$(awk 'BEGIN {
        whole = 0; total = '"$(sed -n 's/^ *\([0-9]*\) articles of \([0-9.]*\) words.*/\1 * \2/p' explained)"'
        whole = 4 / (4 + 0.9 * (0.6 + 0.4 * 6 / (total / 3)))
        part = 4 / (4 + 0.9 * (0.6 + 0.4 * 6 / (total / '"$(sed -n 's/.* average, \([0-9]*\) passages of .*/\1/p' explained)"')))
        printf "%.5f", log(1.3) * 1.9 * (whole + part / 2) }')" \
    "$(sed -n 's/^ *score \([0-9.]*\)$/\1/p' explained | head -n 1 |
        awk '{ printf "%.5f", $1 }')"
run quire_search -d quire --unit article --bm25 k1=2,b=0.1 --explain strike
stdout_has "its parameters are options" "k1 2, b 0.1"

# words_of N: so many words, one of which is there, and function words
words_of()
{
    echo "the strike and of $(awk -v n="$1" 'BEGIN { for (i = 1; i < n; i++) printf "q%c%cx ", 97 + i % 26, 97 + i / 26 }')"
}
while read -r nwords parameters; do
    run quire_search -d quire --unit article --explain -- "$(words_of "$nwords")"
    stdout_has "$nwords words have theirs" "$parameters;"
done <<'STEPS'
2 k1 0.9, b 0.4
3 k1 1.1, b 0.5
5 k1 1.1, b 0.5
6 k1 1.3, b 0.6
14 k1 1.3, b 0.6
15 k1 1.5, b 0.7
29 k1 1.5, b 0.7
30 k1 1.9, b 0.8
STEPS
run quire_search -d quire --unit article --bm25 b=0.1 --explain -- "$(words_of 30)"
stdout_has "each of which an option fixes by itself" "k1 1.9, b 0.1;"
run quire_search -d quire --unit article --expand --explain strike
stdout_has "words of feedback are none of the query's" "k1 0.9, b 0.4;"

for query in 'strike docks' '+harbour +strike' '-strike' '"the strike" OR boat-builders' \
    'title:harbour' 'strike NEAR/3 docks' 'str*'; do
    run quire_search -d quire --unit article --format jsonl -- "$query"
    cp "$kept/out" one
    run quire_search -d xapian --unit article --format jsonl -- "$query"
    same_files "both stores answer $query alike" one "$kept/out"
done

# Feedback: of "harbour" the best articles also say ships, which finds another; a copy counts once.
cat >fed.jsonl <<'JSON'
{"id":"a","title":"Harbour","text":"Ships lay in the harbour, ships and barges."}
{"id":"b","title":"Barges","text":"The harbour has room for ships and barges."}
{"id":"c","title":"Ships","text":"Ships were seen at sea."}
{"id":"d","title":"Weather","text":"It rained on the hills."}
{"id":"e","title":"Wheat","text":"Bread grew dearer in spring."}
{"id":"f","title":"Letters","text":"A postman fell asleep."}
{"id":"g","title":"Wind","text":"Trees fell over a wall."}
{"id":"h","title":"Chess","text":"White moved a pawn."}
{"id":"i","title":"Cattle","text":"Cows stood about all day."}
{"id":"j","title":"Clocks","text":"They stopped at noon."}
{"id":"k","title":"Snow","text":"Children built a fort."}
{"id":"l","title":"Glass","text":"A window broke at dusk."}
JSON
quire_index -q -d fed fed.jsonl
run quire_search -d fed --unit article --format plain harbour
same_text "a word finds the articles that have it" "a b" "$(cut -f 3 "$kept/out" | sort | tr '\n' ' ' | sed 's/ $//')"
run quire_search -d fed --unit article --format plain --expand=2 harbour
same_text "and by feedback others" "a b c" "$(cut -f 3 "$kept/out" | sort | tr '\n' ' ' | sed 's/ $//')"
run quire_search -d fed --unit article --format plain --expand=2 -- '+harbour -wheat'
same_text "but not where something is required" "a b" "$(cut -f 3 "$kept/out" | sort | tr '\n' ' ' | sed 's/ $//')"
run quire_search -d fed --unit article --format plain --expand=2 -- '-ships'
stdout_lacks "nor where there is nothing to learn from" "c	"
run quire_search -d fed --unit article --explain --expand=2 harbour
stdout_has "the words are explained" "optional word ships [ship]"
run quire_search -d fed --format plain --expand=3 harbour
same_text "by passages, too" "a b c" "$(cut -f 3 "$kept/out" | sort | tr '\n' ' ' | sed 's/ $//;s/#1//g')"
run quire_search -d fed --explain --expand=3 harbour
stdout_has "which is explained" "optional word ships [ship]"
stdout_has "with what the words weigh" "idf 1.435085, times 1.5"
complains "and are not too many" 2 quire_search -d fed --unit article --expand=201 harbour <<'END'
quire-search: --expand: "201" is not a number of words from 0 to 200
END

complains "furniture is no part of an article" 2 \
    quire_search -d quire --unit article --furniture strike <<'END'
quire-search: site furniture is searched by passage, it is no part of an article
END
complains "there are two units" 2 quire_search -d quire --unit sentence strike <<'END'
quire-search: --unit: "sentence" is not passage or article
END

# ---- TREC ----

cat >topics <<'END'

<top>
<num> Number: 051
<title> Topic: Strike AND "harbour" (closed?)

<desc> Description:
Who left the
docks?
</top>

<top>
<num>52</num>
<title>boat-builders</title>
</top>
END
run quire_search -d quire --unit article --format trec -n 2 --batch topics
same_text "TREC topics are read, and articles are its documents" \
    "051 Q0 long 1 051 Q0 strike 2 52 Q0 docks 1" \
    "$(cut -d ' ' -f 1-4 "$kept/out" | tr '\n' ' ' | sed 's/ $//')"
stderr_empty "as nothing but words"
run quire_search -d quire --unit article --format jsonl --topic title,desc --batch topics
stdout_has "by the parts that are asked for" 'Who left the docks'
complains "there are three parts" 2 quire_search -d quire --topic abstract --batch topics <<'END'
quire-search: --topic: "abstract" is not some of title,desc,narr
END
printf '7\tstrike? "docks AND\n' >lines
run quire_search -d quire --unit article --format jsonl --words --batch lines
stdout_has "lines may be nothing but words, too" '"notes":[]'
run quire_search -d quire --format jsonl --batch lines
stdout_lacks "which they are not by themselves" '"notes":[]'

finish
