# SPDX-License-Identifier: GPL-3.0-or-later
# --by counts all that match, by source, author and time, in both stores and after updates.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# Articles of three sources, one of them in two spellings, some without source, author or date, in
# several time zones; each third is a copy of the one before.
write_articles()
{
    awk -v first="$1" -v end="$2" 'BEGIN {
        split("Harbour Wire|HARBOUR WIRE|Northern Ledger|Évening Post", sources, "|")
        split("A. Writer|B. Other", authors, "|")
        split("port strike ends|talks on the harbour|board of peace|envoy and ceasefire", topics, "|")
        for (i = first; i < end; i++) {
            n = i % 3 == 2 ? i - 1 : i
            text = ""
            for (j = 0; j < 1 + n % 4 * 60; j++)
                text = text "The " topics[1 + (n + j % 3) % 4] " was item " n * 1000 + j " of the day. "
            printf "{\"id\":\"a%03d\",\"title\":\"Report %d on the %s\",\"text\":\"%s\"", i, n, topics[1 + n % 4], text
            if (i % 5) printf ",\"source\":\"%s\"", sources[1 + i % 4]
            if (i % 4) printf ",\"author\":\"%s\"", authors[1 + i % 2]
            if (i % 7) printf ",\"date\":\"20%02d-%02d-%02dT23:30:00%s\"", 22 + i % 3, 1 + i % 12, 1 + i % 9, i % 2 ? "+03:00" : "-05:00"
            print "}"
        }
    }'
}
write_articles 0 90 >first.jsonl
write_articles 90 120 >second.jsonl
mkdir set
cp first.jsonl set/
quire_index -q -d index set
quire_index -q -d xapian --store xapian set

python=
for program in python3 /usr/bin/python3; do
    [ -n "$python" ] || ! "$program" -c 1 2>/dev/null || python=$program
done

cat >queries <<'QUERIES'
harbour
peace talks
+harbour +strike
"board of peace"
strike -talks
-ceasefire
NEAR/3(envoy item)
source:"harbour wire" talk*
title:harbour OR date:2023
zebra
QUERIES

# counts_fit INDEX: every tally of these queries is what counting all results by hand gives
counts_fit()
{
    fit=true
    for unit in passage article; do
        quire_search -d "$1" --unit $unit --format jsonl -n 100000 --copies show --batch queries >results
        for by in source author day month year; do
            quire_search -d "$1" --unit $unit --format jsonl --by $by --batch queries >by-$by
        done
        "$python" "$QUIRE_SOURCE/tests/helpers/count_by.py" results source by-source author by-author \
            day by-day month by-month year by-year || fit=false
    done
    $fit
}

if [ -n "$python" ]; then
    ok "counts are those of all results" counts_fit index
    ok "also in the other store" counts_fit xapian
    cp second.jsonl set/
    sed -i '3d;10,19d' set/first.jsonl
    for store in index xapian; do
        quire_index -q -d $store --max-shrink 50 set
        ok "and of several segments with dead articles ($store)" counts_fit $store
    done
else
    skip "counts are those of all results" "there is no python3"
fi

# What stories are.
cat >stories.jsonl <<'RECORDS'
{"id":"1","title":"Ferry runs aground","date":"2025-11-03","source":"Wire","text":"A ferry with forty passengers ran aground off the northern cape on Monday night, the coast guard said. Nobody was hurt. Two tugs pulled it free at dawn, and it sailed on to the harbour under its own power, where divers looked at its hull for damage."}
{"id":"2","title":"Ferry runs aground","date":"2025-11-03","source":"Ledger","text":"A ferry with forty passengers ran aground off the northern cape on Monday night, the coast guard said. Nobody was hurt. Two tugs pulled it free at dawn, and it sailed on to the harbour under its own power, where divers looked at its hull for damage."}
{"id":"3","title":"Ferry runs aground","date":"2025-11-04","source":"Wire","text":"A ferry with forty passengers ran aground off the northern cape on Monday night, the coast guard said. Nobody was hurt. Two tugs pulled it free at dawn, and it sailed on to the harbour under its own power, where divers looked at its hull for damage."}
{"id":"4","title":"New ferry line","date":"2025-11-09","source":"Wire","author":"Ann\u001b[31m\u202e Hostile <b>&","text":"The council approved a second ferry line between the two islands after a long debate on its costs, and asked for bids by the end of the year."}
{"id":"5","title":"Ferry fares rise","text":"Fares of all ferries rise by a tenth in spring."}
{"id":"6","title":"On ferries","date":"2025-12-01","source":"=1+1","text":"A reader writes on the smell of a ferry."}
RECORDS
quire_index -q -d stories stories.jsonl
QUIRE_INDEX=$PWD/stories
export QUIRE_INDEX
prints "copies are one story, in each row and in all" 0 \
    quire_search --by source ferry <<'END'
source        articles   stories  passages
Wire                 3         2         3  ████████████████████████████████████
=1+1                 1         1         1  ████████████
Ledger               1         1         1  ████████████
(no source)          1         1         1  ████████████
in all               6         4         6
END
prints "days without any are told" 0 quire_search --by day --width 40 ferry <<'END'
day           articles   stories  passages
2025-11-03           2         1         2
2025-11-04           1         1         1
  (4 days without)
2025-11-09           1         1         1
  (21 days without)
2025-12-01           1         1         1
(no date)            1         1         1
in all               6         4         6
END
prints "of times the last are printed, and what is left out is said" 0 \
    quire_search --by day -n 2 --width 40 ferry <<'END'
day           articles   stories  passages
2025-12-01           1         1         1
(no date)            1         1         1
in all               6         4         6
3 earlier days with 4 articles are left out
END
run quire_search --by source -n 1 --format csv ferry
stdout_lines "of sources the first" 2
stderr_has "and a table says so beside it" "3 sources with 3 articles are left out"
prints "by article there are no passages" 0 \
    quire_search --by source --unit article --format plain ferry <<'END'
Wire	3	2
=1+1	1	1
Ledger	1	1
(no source)	1	1
END
printf 'a\tferry\n\ttugs\n' >batch
run quire_search --by year --format plain --batch batch
stdout_is "a line of a batch for each row" <<'END'
a	2025	5	3	5
a	(no date)	1	1	1
2	2025	3	1	3
END
run quire_search --by source zebra
status_is "nothing found is status 1" 1
stdout_empty "and prints nothing"
run quire_search --by colour ferry
status_is "what there is no counting by is an error" 2
run quire_search --by source --explain ferry
status_is "there are no scores to explain" 2

for form in human plain csv tsv jsonl html; do
    quire_search --by author --color=never --format $form ferry >page
    fails "a hostile name steers no terminal as $form" grep -q -e "$(printf '\033')" -e "$(printf '\342\200\256')" page
done
run quire_search --by author --format html ferry
stdout_has "and is escaped on a page" "Hostile &lt;b&gt;&amp;"
stdout_lacks "where it is no tag" "<b>"
run quire_search --by source --format csv ferry
stdout_has "a source that is a formula is none in a spreadsheet" "\"'=1+1\""

# A source is spelled as its newest matching article has it.
cat >spelled.jsonl <<'RECORDS'
{"id":"d","date":"2025-01-01","source":"HARBOUR WIRE","text":"An old story of herring and tides."}
{"id":"b","date":"2025-03-01","source":"harbour wire","text":"Herring were landed again."}
{"id":"a","date":"2025-03-01T00:00:00Z","source":"Harbour Wire","text":"More herring were landed by noon."}
{"id":"e","source":"hArBoUr WiRe","text":"Herring without a date, and cod."}
{"id":"c","date":"2025-02-01","source":"Harbour WIRE","text":"Tides of winter."}
{"id":"f","date":"2025-02-01","source":"ÉVENING Post","text":"Herring in the evening."}
{"id":"g","date":"2025-02-02","source":"évening post","text":"Tides in the evening."}
RECORDS
cat >newer.jsonl <<'RECORDS'
{"id":"h","date":"2025-04-01","source":"HaRbOuR wire","text":"The herring are gone."}
{"id":"i","date":"2024-04-01","source":"Évening POST","text":"Herring of last year."}
RECORDS
# spells QUERY NAMES: all of these indexes count the query by sources that are spelled so
spells()
{
    for store in quire xapian; do
        for index in $indexes; do
            quire_search -d "$index-$store" --by source --format plain "$1" | cut -f1 | tr '\n' '/' >names
            [ "$(cat names)" = "$2" ] || { echo "$index-$store: $(cat names)"; return 1; }
        done
    done
}
tac spelled.jsonl >reversed.jsonl
for store in quire xapian; do
    quire_index -q --store $store -d there-$store spelled.jsonl
    quire_index -q --store $store -d back-$store reversed.jsonl
done
indexes="there back"
ok "of articles of one instant the first id names a source" spells herring "Harbour Wire/ÉVENING Post/"
ok "it is the newest of those that match" spells tides "Harbour WIRE/évening post/"
ok "one without a date is older than all" spells cod "hArBoUr WiRe/"
for store in quire xapian; do
    quire_index -q --add --store $store -d there-$store newer.jsonl
    quire_index -q --store $store -d new-$store newer.jsonl spelled.jsonl
done
indexes="there new"
ok "also where it came later, to a segment of its own" spells herring "HaRbOuR wire/ÉVENING Post/"

finish
