# SPDX-License-Identifier: GPL-3.0-or-later
# Hundreds of phrases in one query, or of words that a wildcard stands for: both stores say the same,
# and of phrases no more nor less than they find one by one.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
for store in quire xapian; do
    quire_index -q --store $store -d $store "$QUIRE_SOURCE/corpus/articles" || exit 99
done

# Neighbours of the corpus, many of which share a word; some stand nowhere.
tr -cs "[:alpha:]'" '[\n*]' <"$QUIRE_SOURCE/corpus/articles/mediators-week.txt" | tr '[:upper:]' '[:lower:]' |
    awk -v n=150 'length($0) > 1 && before != "" && !seen[before, $0]++ && n-- > 0 { print "\"" before " " $0 "\"" }
        { before = $0 }' >phrases
tr -cs "[:alpha:]'" '[\n*]' <"$QUIRE_SOURCE/corpus/articles/russia-draft.txt" | tr '[:upper:]' '[:lower:]' |
    awk -v n=50 'before != "" && !seen[$0]++ && n-- > 0 { print "\"" $0 " " before " board\"~9" } { before = $0 }' >>phrases
ok "the phrases are many" [ "$(sort -u phrases | wc -l)" -ge 180 ]
many=$(paste -sd ' ' phrases)

# found QUERY_FILE: articles and passages that any of its queries finds, each once.
found()
{
    quire_search -d quire -n 1000 --copies show --format trec --batch "$1" 2>/dev/null |
        cut -d ' ' -f 3 | sort -u
}

# compare SENTENCE QUERY: both stores, in all but what an index is called.
compare()
{
    printf '%s\n' "$2" >query
    for store in quire xapian; do
        quire_search -d $store -n 1000 --copies show --count --format jsonl --batch query >$store.out 2>/dev/null
    done
    ok "$1: something is found" [ "$(wc -l <quire.out)" -gt 2 ]
    same_files "$1: both stores say the same" quire.out xapian.out
    for store in quire xapian; do
        quire_search -d $store -n 3 --format jsonl --batch query 2>/dev/null | grep '"type":"result"' >$store.few
    done
    same_files "$1: the best are the same" quire.few xapian.few
}

compare "many phrases" "$many"
found phrases >one-by-one
found query >together
same_files "they find what they find one by one" one-by-one together

compare "many behind a required word" "+board $many"
quire_search -d quire -n 1000 --copies show --format trec board 2>/dev/null | cut -d ' ' -f 3 | sort -u >board
found query >together
same_files "what is found is what the word finds" board together

compare "many beside an excluded word" "($many) -board"
found query >together
comm -23 one-by-one board >wanted
same_files "what is found is what does not have the word" wanted together

compare "a word and any of many" "board AND ($many)"
found query >together
comm -12 one-by-one board >wanted
same_files "what is found has both" wanted together

compare "many excluded" "board $(sed 's/^/-/' phrases | paste -sd ' ' -)"
found query >together
comm -13 one-by-one board >wanted
same_files "what is found is what has none of them" wanted together

sed 's/^"\([^ "]*\) \([^ "]*\)".*/(\1 NEAR\/3 \2)/; /~/d' phrases >windows
compare "many windows" "$(paste -sd ' ' windows)"
found windows >one-by-one
found query >together
same_files "they find what they find one by one, too" one-by-one together

compare "a wildcard for hundreds of words" '*e*'
run quire_search -d quire -n 1 --explain '*e*'
stdout_matches "which they are" '[3-9][0-9][0-9] words|1000 words|[1-9][0-9]{3} words'
compare "several of those and others" '"board of *e*" OR (*a* AND board) OR ceasef* -*z*'

finish
