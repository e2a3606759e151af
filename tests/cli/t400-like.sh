# SPDX-License-Identifier: GPL-3.0-or-later
# --like finds what is on the same matter as an article of the index, or a text.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# Twelve articles on each of three matters, a quarter of whose words are of 24 that are their
# matter's, drawn by a fixed rule; the first of each has a copy.
awk 'function draw(n) {
    seed = seed * 16807 % 2147483647
    return seed % n
}
function word(k) { # three syllables, the same for the same number
    return substr("bdfgklmnprtvz", 1 + k % 13, 1) substr("aeiou", 1 + k % 5, 1) \
        substr("kltnrmbp", 1 + k % 8, 1) substr("oaiue", 1 + k % 3, 1) substr("ndrst", 1 + k % 4, 1)
}
BEGIN {
    seed = 11
    split("ferry|drought|court", leads, "|")
    names[1] = "sea"; names[2] = "field"; names[3] = "court"
    for (m = 1; m <= 3; m++)
        for (i = 1; i <= 12; i++) {
            text = ""
            for (j = 0; j < 30; j++) {
                text = text (j % 4 ? "Some " : "The " leads[m] " ")
                for (k = 0; k < 9; k++)
                    text = text (k % 4 == 0 ? word(m * 24 + draw(24)) : word(100 + draw(1200))) (k < 8 ? " " : ". ")
            }
            for (n = 0; n <= (i == 1); n++)
                printf "{\"id\":\"%s%d%s\",\"title\":\"On the %s, part %d\",\"source\":\"S%d\",\"text\":\"%s\"}\n", names[m], i, n ? "copy" : "", leads[m], i, i % 2, text
        }
}' >set.jsonl
quire_index -q -d index set.jsonl
quire_index -q -d xapian --store xapian set.jsonl
QUIRE_INDEX=$PWD/index
export QUIRE_INDEX

articles()
{
    quire_search --format plain "$@" | cut -f 3 | sed 's/#.*//'
}

for matter in sea field court; do
    articles -n 8 --like ${matter}1 >found
    same_text "what is like an article is on its matter ($matter)" 8 "$(grep -c "^$matter" found)"
    fails "the article itself and its copy are left out" grep -q "^${matter}1\(copy\)\?\$" found
done
articles -n 11 --like sea4 >found
same_text "a copy stands for its group" 1 "$(grep -c '^sea1\(copy\)\?$' found)"
articles --unit article -n 8 --like court5 >found
same_text "articles, too" 8 "$(grep -c '^court' found)"

for unit in passage article; do
    quire_search --format jsonl --unit $unit -n 30 --like field3 >one
    quire_search -d xapian --format jsonl --unit $unit -n 30 --like field3 >two
    same_files "both stores find the same by $unit" one two
done
quire_search -d xapian --format jsonl --like field3 'drought source:s1' >two
quire_search --format jsonl --like field3 'drought source:s1' >one
same_files "also with a query" one two
ok "which all that is found matches" sh -c 'grep -q "\"source\":\"S1\"" one && ! grep -q "\"source\":\"S0\"" one'
same_text "filters hold" "" "$(articles --source S0 --like field3 | grep '[13579]$')"

run quire_search --explain --like sea2 -n 1
stdout_has "the words are explained, with their weights" "optional word"
stdout_has "as is what is left out" 'excluded field id "sea2"'
run quire_search --format jsonl -n 1 --like sea2
stdout_has "marks name words as their clauses" '"text":"ferry"'
stdout_has "and the query says what it is about" '"like":"sea2"'

# Texts.
printf 'Ferry\n\nA ferry left.\n' >text
articles -n 8 --like text >found
same_text "a text file" 8 "$(grep -c '^sea' found)"
printf '{"title":"Drought","text":"No end of the drought is in sight."}\n' >record.json
articles -n 8 --like ./record.json >found 2>note
same_text "a record of JSON" 8 "$(grep -c '^field' found)"
articles -n 8 --like - <record.json >piped
same_files "on standard input, too" found piped
printf '{"text":"court"}\n' | cat record.json - >several.jsonl
run quire_search --like several.jsonl
status_is "several articles are an error" 2
stderr_has "that names it" "several.jsonl: there are several articles in it"
printf 'Drought\n2025-11-03\n\nNo end of the drought is in sight.\n' >dated.txt
articles -n 8 --like dated.txt >same
same_files "a text below title and date is the same as its record" found same
gzip <dated.txt >dated.txt.gz
articles -n 8 --like dated.txt.gz >same
same_files "compressed, too" found same
gzip <record.json | articles -n 8 --like - >same
same_files "and on standard input" found same
articles -n 8 --like - <text >found
same_text "standard input" 8 "$(grep -c '^sea' found)"
printf '\300\377 ferry \300 tugs\033[31m' >bytes
articles -n 3 --like ./bytes >found
same_text "bytes that are no text do no harm" 3 "$(grep -c '^sea' found)"
printf 'text' >page.pdf
run quire_search --like ./page.pdf
status_is "a format that quire-index does not read is refused" 2
stderr_has "with what to do" "pdftotext"
: >empty.jsonl
run quire_search --like ./empty.jsonl
status_is "a file without an article is an error" 2
stderr_has "that says so" "no article in it"
printf '{"text":\n"ferry"}\n' >broken.json
run quire_search --like ./broken.json
status_is "a record that is broken is an error" 2
stderr_has "that says where" "broken.json:1: "
run quire_search --like ./
status_is "a directory is an error" 2
stderr_has "that says so" "directory"

run quire_search --like nosuch
status_is "what is neither an article nor a file is an error" 2
stderr_has "that says so" 'there is no article "nosuch"'
run quire_search --like ./nosuch
status_is "so is a file that is not there" 2
printf 'zebra of the the' >text
run quire_search --like ./text
status_is "a text without a word that tells finds nothing" 1
stderr_has "and there is a note" "no words that tell"
run quire_search --like sea1 --batch text
status_is "it is one search, not a batch" 2
run quire_search --like sea1 --expand --unit article
status_is "and is not expanded" 2

finish
