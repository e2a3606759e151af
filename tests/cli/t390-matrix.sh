# SPDX-License-Identifier: GPL-3.0-or-later
# --matrix lays the queries of a batch beside the sources: who mentions what, and who does not.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

cat >set.jsonl <<'RECORDS'
{"id":"1","title":"Ferry aground","date":"2025-11-03","source":"Wire","text":"A ferry ran aground. Two tugs pulled it free. A second ferry stood by."}
{"id":"2","title":"Tugs","date":"2025-11-01","source":"WIRE","text":"Tugs are tested each spring."}
{"id":"3","title":"Ferry line","date":"2025-10-09","source":"=Ledger\u001b[31m\u202e<b>","text":"The council approved a second ferry line."}
{"id":"4","title":"Weather","text":"Fog is expected in the morning."}
{"id":"5","title":"Fog","date":"2024-10-09","source":"Evening Post","text":"Fog stopped a ferry."}
RECORDS
quire_index -q -d index set.jsonl
quire_index -q -d xapian --store xapian set.jsonl
QUIRE_INDEX=$PWD/index
export QUIRE_INDEX
printf 'f\tferry\ntugs fog\nphrase\t"second ferry"\nnothing\tzebra\n' >batch

run quire_search --matrix --batch batch
status_is "a table of sources by queries" 0
stdout_is "in columns, with what is not mentioned" <<'END'
f: ferry (3 articles)
2: tugs fog (4 articles)
phrase: "second ferry" (2 articles)
nothing: zebra (0 articles)

Articles that match:

source                      all      f      2  phrase  nothing
Wire                          2      1      2       1        0
=Ledger␛[31m<U+202E><b>       1      1      0       1        0
Evening Post                  1      1      1       0        0
(no source)                   1      0      1       0        0

Not mentioned:
Wire: nothing
=Ledger␛[31m<U+202E><b>: 2, nothing
Evening Post: phrase, nothing
(no source): f, phrase, nothing
END
stderr_has "notes name their query" "query nothing: note: no passage has"
cp "$kept/out" human
quire_search -d xapian --matrix --batch batch >other 2>/dev/null
same_files "both stores give the same table" human other
quire_search --matrix --unit article --batch batch >other 2>/dev/null
same_files "by article the same here" human other

quire_search --matrix --format csv --batch batch 2>/dev/null | tr -d '\r' >rows
cat >wanted <<'END'
source,all,f,"tugs fog",phrase,nothing,"not mentioned"
Wire,2,1,2,1,0,nothing
"'=Ledger␛[31m<U+202E><b>",1,1,0,1,0,"tugs fog; nothing"
"Evening Post",1,1,1,0,0,"phrase; nothing"
"(no source)",1,0,1,0,0,"f; phrase; nothing"
END
same_files "for a spreadsheet, with names that are no formulas" wanted rows

# Each column is what --by says of its query.
quire_search --matrix --format tsv --batch batch 2>/dev/null | tail -n +2 >table
quire_search --by source --format tsv --batch batch 2>/dev/null | tail -n +2 >tallies
for query in 'f 3' '2 4' 'phrase 5' 'nothing 6'; do
    awk -F '\t' -v id="${query% *}" '$1 == id { print $4 "\t" $5 }' tallies | sort >by
    awk -F '\t' -v column="${query#* }" '$column > 0 { print $1 "\t" $column }' table | sort >column
    same_files "the column of ${query% *} is its tally" by column
done

run quire_search --matrix --by year --format tsv --batch batch
stdout_is "years, authors and the like may stand in place of sources" <<'END'
year	all	f	tugs fog	phrase	nothing	not mentioned
2024	1	1	1	0	0	phrase; nothing
2025	3	2	2	2	0	nothing
(no date)	1	0	1	0	0	f; phrase; nothing
END
run quire_search --matrix --source wire --format tsv --batch batch
stdout_lines "filters narrow the rows, too" 2
run quire_search --matrix -n 1 --batch batch
stdout_has "-n limits the rows, and says so" "3 more rows are left out"

run quire_search --matrix --format html --batch batch
status_is "a page" 0
stdout_has "whose text is escaped" "&lt;b&gt;"
stdout_lacks "and has no tags of its own" "<b>"
stdout_has "with what is not mentioned" "Not mentioned"
for form in human csv tsv jsonl html; do
    quire_search --matrix --color=never --format $form --batch batch >page 2>/dev/null
    fails "a hostile name steers no terminal as $form" grep -q -e "$(printf '\033')" -e "$(printf '\342\200\256')" page
done

# More queries than threads, with notes and an error among them.
for n in 1 2 3 4 5 6 7 8 9; do
    printf 'q%d\tferry zebra%d\nw%d\tfog NEAR/%d tugs\n' $n $n $n $n
done >many
printf '"tugs\n' >>many
for form in human jsonl html; do
    quire_search --matrix --threads 1 --format $form --batch many >one 2>one.err
    quire_search --matrix --threads 4 --format $form --batch many >four 2>four.err
    same_files "any number of threads makes the same table as $form" one four
    same_files "and says the same of it" one.err four.err
done

head -c 1100000 /dev/zero | tr '\0' 'x' >long
printf '\nb\tferry\n' >>long
run quire_search --matrix --format tsv --batch long
status_is "a query that cannot be asked is an error" 2
stdout_has "whose column is empty" "$(printf 'Wire\t2\t\t1\t')"
stderr_has "and which is named" "query 1: "
run quire_search --matrix --format tsv --strict --batch batch
status_is "a note is an error where that is wanted" 2
run quire_search --matrix ferry
status_is "one query makes no table" 2
run quire_search --matrix --batch batch --output files
status_is "nor is it a file for each query" 2
run quire_search --matrix --batch nowhere
status_is "a batch that is not there is an error" 2
run quire_search --matrix --batch - </dev/null
status_is "an empty batch makes an empty table" 0

finish
