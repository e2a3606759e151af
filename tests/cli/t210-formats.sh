# SPDX-License-Identifier: GPL-3.0-or-later
# quire-search for programs: plain, jsonl and trec.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

# Scores have a test of their own.
without_scores()
{
    "$@" >"$kept/scored"
    code=$?
    sed -E 's/"score":[0-9.]+/"score":S/; s/	[0-9]+\.[0-9]{6}	/	S	/; s/ [0-9]+\.[0-9]{10} / S /' \
        "$kept/scored"
    return $code
}

prints "jsonl has an object for the query and one for each result" 0 \
    without_scores quire_search --format jsonl '+"the ceasefire" Geneva' <<'END'
{"v":1,"type":"query","query_id":"1","query":"+\"the ceasefire\" Geneva","notes":[],"error":null,"clauses":[{"number":1,"text":"the ceasefire","marks":true},{"number":2,"text":"Geneva","marks":true}]}
{"type":"result","query_id":"1","rank":1,"score":S,"article":"talks","passage":1,"title":"Board of Peace meets","date":"2025-11-16","source":null,"url":null,"path":"articles/talks.txt","start":40,"end":111,"text":"The Board of Peace met in Geneva. Its members said the ceasefire holds.","marks":[{"start":26,"end":32,"clause":2},{"start":51,"end":64,"clause":1}],"title_marks":[],"copies":[],"copies_total":0,"quotation":[],"author":null,"language":null,"furniture":false}
{"type":"result","query_id":"1","rank":2,"score":S,"article":"syria","passage":1,"title":"Ceasefire near Syria","date":null,"source":null,"url":null,"path":"articles/syria.txt","start":22,"end":61,"text":"The ceasefire near Syria broke at dawn.","marks":[{"start":0,"end":13,"clause":1}],"title_marks":[],"copies":[],"copies_total":0,"quotation":[],"author":null,"language":null,"furniture":false}
END

prints "jsonl has all that a record said, and no range of bytes for JSON's text" 0 \
    without_scores quire_search --format jsonl --count -n 1 '+strike dockers' <<'END'
{"v":1,"type":"query","query_id":"1","query":"+strike dockers","notes":[],"error":null,"clauses":[{"number":1,"text":"strike","marks":true},{"number":2,"text":"dockers","marks":true}],"count":2}
{"type":"result","query_id":"1","rank":1,"score":S,"article":"w1","passage":1,"title":"Strike ends","date":"2025-11-14T09:30:00Z","source":"Harbour Wire","url":"https://wire.example/w1","path":"articles/wire.jsonl","start":null,"end":null,"text":"The port strike ended. Dockers went back to work.","marks":[{"start":9,"end":15,"clause":1},{"start":23,"end":30,"clause":2}],"title_marks":[{"start":0,"end":6,"clause":1}],"copies":[],"copies_total":0,"quotation":[],"author":"A. Writer","language":"en","furniture":false,"extra":{"section":"ports"}}
END

prints "jsonl has notes in the query's object and nothing on standard error" 0 \
    without_scores quire_search --format jsonl -n 0 'zebra strike' <<'END'
{"v":1,"type":"query","query_id":"1","query":"zebra strike","notes":[{"code":"no-such-word","text":"no passage has \"zebra\"","start":0,"end":5}],"error":null,"clauses":[{"number":1,"text":"zebra","marks":true},{"number":2,"text":"strike","marks":true}]}
END

prints "plain has a line for each result" 0 \
    without_scores quire_search --format plain ceasefire <<'END'
1	S	syria#1		The [ceasefire] near Syria broke at dawn.
2	S	talks#1	2025-11-16	The Board of Peace met in Geneva. Its members said the [ceasefire] holds.
END

prints "trec has the columns of a run file, and blanks encoded" 0 \
    without_scores quire_search --format trec strike <<'END'
1 Q0 w1#1 1 S quire
1 Q0 w%202#1 2 S quire
END

prints "--count prints the number of passages after the results" 0 \
    without_scores quire_search --format plain --count -n 1 strike <<'END'
1	S	w1#1	2025-11-14T09:30:00Z	The port [strike] ended. Dockers went back to work.
2 passages
END

prints "and people see it below an empty line" 0 quire_search --count dockers <<'END'
1. Strike ends
   Harbour Wire, 2025-11-14T09:30:00Z, w1#1, articles/wire.jsonl
   The port strike ended. [Dockers] went back to work.

1 passage
END

prints "-n 0 --count prints the number alone" 0 quire_search -n 0 --count strike <<'END'
2
END

run quire_search --count -n 0 zebra
status_is "a count of nothing is status 1" 1
stdout_is "and prints 0" <<'END'
0
END

run quire_search --count -n 1 --format csv strike
stdout_lines "a table has results only" 2
stderr_is "the number goes to standard error" <<'END'
2 passages
END

prints "-q prints nothing" 0 quire_search -q zebra strike </dev/null
run quire_search -q zebra
status_is "-q without result is status 1" 1
stderr_empty "and says nothing either"

prints "-n 0 prints nothing, and its status tells" 0 quire_search -n 0 strike </dev/null

run quire_search --format yaml strike
status_is "an unknown format is refused" 2
stderr_is "with the list of those there are" <<'END'
quire-search: --format: "yaml" is not a format; there are human, plain, jsonl, tsv, csv, html or trec
END

run quire_search --explain --format jsonl strike
same_text "each result is explained" 2 "$(grep -c '"type":"result".*"explanation":"score ' "$kept/out")"
run quire_search --explain 'strike port -"Board of Peace"'
stdout_has "--explain shows the query as it was read" "query, as it was read:"
stdout_has "and what the store was asked" "asked of the store:"
# The terms of each result sum to its score.
awk '/^   score /{ if (seen) check(); score = $2 + 0; sum = 0; seen++ }
     /^     [0-9]/{ sum += $1 }
     function check() { if (score - sum > 1e-9 || sum - score > 1e-9) bad = 1 }
     END { check(); exit seen != 2 || bad }' "$kept/out"
same_text "the terms of each explanation sum to its score" 0 $?

# Strings of JSON: whatever stands where, each character as it must be.  The query is printed as it
# came, behind so many x that each character stands at each place of a machine word.
# special BYTES ESCAPED: bytes as printf(1)'s %b has them, and what is to stand in the line.
: >specials
: >wanted
special()
{
    padding=
    while [ ${#padding} -lt 17 ]; do
        printf '%s%bxxxxxxxxx%bx\n' "$padding" "$1" "$1" >>specials
        printf '%s\n' "\"query\":\"$padding$2xxxxxxxxx$2x\"" >>wanted
        padding=x$padding
    done
}
special '\0042' '\"'
special '\0134' '\\'
special '\0001' '\u0001'
special '\0010' '\b'
special '\0014' '\f'
special '\0033' '\u001B'
special '\0037' '\u001F'
special '\0177' '\u007F'
special '\0302\0205' '\u0085'
special '\0342\0200\0256' '\u202E'
special '\0363\0240\0201\0201' '\uDB40\uDC41'
special '\0303\0251' 'é'
special '\0360\0237\0222\0266' '💶'
special '\0377' '�'
special ' !#[]~/' ' !#[]~/'
run quire_search --batch specials --format jsonl
sed -n 's/.*\("query":".*x"\),"notes".*/\1/p' "$kept/out" >got
same_files "strings of JSON have each character as it must be" wanted got

cat >numbers.jsonl <<'END'
{"id":"n1","title":"Rates","text":"The rate is 0.1.","rate":0.1,"more":[1.10, 2.5e3, 9007199254740993]}
END
quire_index -q -d numbers numbers.jsonl
run quire_search -d numbers --format jsonl rate
stdout_has "jsonl has numbers in as few digits as tell them" \
    ',"extra":{"more":[1.1,2500.0,9007199254740993],"rate":0.1}}'

finish
