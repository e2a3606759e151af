# SPDX-License-Identifier: GPL-3.0-or-later
# quire-search --batch: one answer for each line, in order.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

printf 'a\tdockers\n"Board of Peace"\r\n\nzebra\n\tUS\nlast one\tGeneva' >queries
batch()
{
    quire_search --batch queries -n 1 "$@"
}

prints "each line has its heading, its notes and its results" 0 batch <<'END'
== a: dockers
1. Strike ends
   Harbour Wire, 2025-11-14T09:30:00Z, w1#1, articles/wire.jsonl
   The port strike ended. [Dockers] went back to work.

== 2: "Board of Peace"
1. [Board of Peace] meets
   2025-11-16, talks#1, articles/talks.txt:40-111
   The [Board of Peace] met in Geneva. Its members said the ceasefire holds.

== 3: 
note: the query has no word to look for
no passage found

== 4: zebra
note: no passage has "zebra"
no passage found

== 5: US
1. w 2
   Northern Ledger, 2025-10-31, w 2#1, articles/wire.jsonl
   Nothing about the strike was said to us by the [US] envoy.

== last one: Geneva
1. Board of Peace meets
   2025-11-16, talks#1, articles/talks.txt:40-111
   The Board of Peace met in [Geneva]. Its members said the ceasefire holds.
END

run batch --format plain
status_is "a batch without errors is status 0" 0
same_text "plain lines begin with the id" "a 2 5 last one " \
    "$(cut -f 1 "$kept/out" | tr '\n' ' ')"
stderr_has "notes name the query" 'quire-search: query 4: note: no passage has "zebra"'
run batch --format trec
same_text "trec lines begin with the id, encoded" "a 2 5 last%20one " \
    "$(cut -d ' ' -f 1 "$kept/out" | tr '\n' ' ')"
run batch --format jsonl
same_text "jsonl has an object for each line" 6 "$(grep -c '"type":"query"' "$kept/out")"
same_text "and ids" '"a" "2" "3" "4" "5" "last one" ' \
    "$(sed -n 's/.*"type":"query","query_id":\("[^"]*"\).*/\1/p' "$kept/out" | tr '\n' ' ')"
stderr_empty "and notes within"
run batch -n 0 --count --format plain
same_text "counts are per line" "a	1,2	1,3	0,4	0,5	1,last one	1," \
    "$(tr '\n' ',' <"$kept/out")"

# Lines that cannot be answered.
{
    printf 'first\tdockers\n'
    printf 'long\t'
    head -c 2000000 /dev/zero | tr '\0' x
    printf '\ndeep\t'
    i=0
    while [ $i -lt 150 ]; do
        printf '(a +'
        i=$((i + 1))
    done
    printf '\nafter\tdockers\n'
} >broken
run quire_search --batch broken --format plain
status_is "a line that is an error makes the status 2" 2
same_text "and the others are answered, in order" "first 1,long error,deep error,after 1," \
    "$(cut -f 1,2 "$kept/out" | tr '\t\n' ' ,')"
stderr_has "the error names the query" "quire-search: query long (line 2): the line is longer than 1 MiB"
run quire_search --batch broken --format jsonl
same_text "jsonl has the error in the query's object" 2 \
    "$(grep -c '"type":"query".*"error":{"status":"query","message":"' "$kept/out")"
run quire_search --batch broken
stdout_has "people read it below the heading" "error: the line is longer than 1 MiB"

printf 'dock\377ers\nda\0ta\n\303\nx\357\273\277\n' >bytes
run quire_search --batch bytes --format jsonl
status_is "bytes that are no text are no error" 0
same_text "and are answered" 4 "$(grep -c '"type":"query"' "$kept/out")"
printf '\357\273\277dockers\r\n' >marked
run quire_search --batch marked --format plain
stdout_has "a byte order mark before the first line is not part of it" "[Dockers]"
stderr_empty "nor is the end of a DOS line"

: >nothing
prints "an empty file is answered by nothing" 0 quire_search --batch nothing </dev/null
run quire_search --batch missing
status_is "a file of queries that is not there is an error" 2
stderr_is "that names it" <<'END'
quire-search: missing: No such file or directory
END
run quire_search --batch .
status_is "so is a directory" 2
stderr_has "that says so" "Is a directory"
run quire_search --batch queries --after never
status_is "an option that makes no sense is one error, not one for each line" 2
stdout_empty "before the first answer"

printf 'dockers\n' | quire_search --batch - --format plain >piped
same_text "- is standard input" "1 1" "$(cut -f 1,2 piped | tr '\t' ' ')"

# An answer does not wait for the next question.
mkfifo asked answered
quire_search --batch asked --format jsonl -n 0 >answered &
searcher=$!
exec 9<answered 8>asked
printf 'dockers\n' >&8
answer=
read -r answer <&9
exec 8>&- 9<&-
wait "$searcher"
same_text "an answer is written before the next line is read" '{"v":1' "$(printf %.6s "$answer")"

finish
