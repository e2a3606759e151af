# SPDX-License-Identifier: GPL-3.0-or-later
# Copies: one result for them, told in each format; --copies; --diff.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

story="The harbour board met on Tuesday to hear what the dockers had to say about the new cranes. It heard them for an hour and then closed the doors to the public and to the press. Nobody who was in the room would say afterwards what had been decided, but the cranes were unloaded the next morning."
quoted="“We were told nothing at all about any cranes until the ship stood in the lock,” said a docker of the port."
cat >articles.jsonl <<END
{"id":"wire","title":"Cranes arrive","text":"$story","date":"2025-11-14","source":"Harbour Wire"}
{"id":"herald","title":"New cranes","text":"$story","date":"2025-11-15","source":"Herald"}
{"id":"ledger","title":"The port's cranes","text":"$story The ledger's reporter counted four of them on the quay, and a fifth on the ship.","date":"2025-11-16","source":"Ledger"}
{"id":"one","title":"Dockers angry","text":"The union called a meeting for Sunday. $quoted","source":"Echo"}
{"id":"two","title":"Mayor silent","text":"The mayor had no time for a question on the matter. $quoted","source":"Mirror"}
{"id":"blah1","title":"First","text":"Blah blah cranes."}
{"id":"blah2","title":"Second","text":"Blah blah cranes."}
END
ok "an index with copies is built" quire_index -q -d index articles.jsonl
QUIRE_INDEX=$PWD/index
export QUIRE_INDEX

ids()
{
    quire_search --format plain -n 50 "$@" 2>/dev/null | cut -f 3 | sed 's/#.*//' | LC_ALL=C sort | tr '\n' ' '
}
same_text "three copies are one result, and short texts under other headlines are not" \
    "blah1 blah2 ledger one two " "$(ids cranes | sed 's/herald\|wire/ledger/')"
same_text "--copies show lists them all" "blah1 blah2 herald ledger one two wire " \
    "$(ids --copies show cranes)"
same_text "--copies fold is what is done anyway" "$(ids cranes)" "$(ids --copies fold cranes)"
same_text "as many results as are wanted are as many stories" 3 \
    "$(quire_search --format plain -n 3 cranes | wc -l)"
same_text "a TREC run lists copies, unless it is told not to" "7 5" \
    "$(quire_search --format trec -n 50 cranes | wc -l) $(quire_search --copies fold --format trec -n 50 cranes | wc -l)"
run quire_search --copies some cranes
status_is "there is no third way" 2
stderr_has "which is said" "fold or show"

run quire_search -n 1 "closed doors press"
stdout_matches "people are told how many copies there are" "^   also in 2 others: "
cp "$kept/out" human
run quire_search -n 1 --format plain "closed doors press"
same_text "plain has what people are told, in a column of its own" \
    "$(sed -n 's/^   \(also in .*\)/\1/p' human)" "$(cut -f 6 "$kept/out")"
run quire_search -n 1 "closed doors press"
stdout_matches "which is the earliest" "Harbour Wire \(the earliest\)|^   Harbour Wire, 2025-11-14, wire#1"
stdout_matches "and which the longest" "Ledger \(the longest\)|^   Ledger, 2025-11-16, ledger#1"
run quire_search docker lock
stdout_has "a quotation is told" "same quotation in 2. two"
stdout_has "in both" "same quotation in 1. one"

run quire_search --format jsonl -n 1 --source herald "closed doors press"
stdout_matches "the number of copies is that of the index, whatever a search saw" '"copies_total":2,'
stdout_matches "the earliest comes first" \
    '"copies":\[[{]"article":"wire","passage":null,"source":"Harbour Wire","date":"2025-11-14","path":"articles.jsonl","earliest":true,"longest":false[}],[{]"article":"ledger","passage":null,"source":"Ledger","date":"2025-11-16","path":"articles.jsonl","earliest":false,"longest":true[}]\]'
run quire_search --format jsonl docker lock
stdout_matches "programs are told where the quotation is" \
    '"quotation":\[[{]"start":42,"end":[0-9]*,"rank":2,"article":"two","passage":1[}]\]'

quire_index -q -d xapians --store xapian articles.jsonl
quire_search -d index --format jsonl -n 50 cranes docker >own
quire_search -d xapians --format jsonl -n 50 cranes docker >theirs
same_files "both stores fold alike" own theirs

# ---- Articles ----

same_text "articles are folded as passages are" "blah1 blah2 ledger one two " \
    "$(ids --unit article cranes | sed 's/herald\|wire/ledger/')"
same_text "--copies show lists them all" "blah1 blah2 herald ledger one two wire " \
    "$(ids --unit article --copies show cranes)"
same_text "as many results as are wanted are as many stories" 4 \
    "$(quire_search --unit article --format plain -n 4 cranes | wc -l)"
same_text "a TREC run of articles lists copies, unless it is told not to" "7 5" \
    "$(quire_search --unit article --format trec -n 50 cranes | wc -l) $(quire_search --unit article --copies fold --format trec -n 50 cranes | wc -l)"
run quire_search --unit article -n 1 "closed doors press"
stdout_matches "the result says how many copies there are" "^   also in 2 others: "
run quire_search --unit article --format jsonl -n 1 "reporter counted cranes"
stdout_matches "of a group all are folded, whatever the passage that is shown" \
    '"article":"ledger",.*"copies_total":2,'
same_text "even if they are found by another passage of theirs" 1 \
    "$(quire_search --unit article --format plain '"counted four" OR "closed the doors"' | wc -l)"
quire_search -d index --unit article --format jsonl -n 50 cranes docker >own
quire_search -d xapians --unit article --format jsonl -n 50 cranes docker >theirs
same_files "both stores fold articles alike" own theirs

# ---- --diff ----

prints "two articles sentence by sentence" 0 quire_search --width 60 --diff one two <<'END'
--- one: Dockers angry, Echo
+++ two: Mayor silent, Mirror
< The union called a meeting for Sunday.
> The mayor had no time for a question on the matter.
  “We were told nothing at all about any cranes until the
  ship stood in the lock,” said a docker of the port.
END
prints "the same for programs" 0 quire_search --format jsonl --diff one two <<'END'
{"v":1,"type":"diff","first":{"article":"one","title":"Dockers angry","date":null,"source":"Echo","path":"articles.jsonl"},"second":{"article":"two","title":"Mayor silent","date":null,"source":"Mirror","path":"articles.jsonl"}}
{"type":"sentence","kind":"only-first","first":{"number":1,"text":"The union called a meeting for Sunday."},"second":null}
{"type":"sentence","kind":"only-second","first":null,"second":{"number":1,"text":"The mayor had no time for a question on the matter."}}
{"type":"sentence","kind":"same","first":{"number":2,"text":"“We were told nothing at all about any cranes until the ship stood in the lock,” said a docker of the port."},"second":{"number":2,"text":"“We were told nothing at all about any cranes until the ship stood in the lock,” said a docker of the port."}}
END
cat >moved.jsonl <<'END'
{"id":"a*","text":"The first sentence is here. The second one has five cranes in it. The third one goes away."}
{"id":"a\"b","text":"The third one goes away. The first sentence is here. The second one has six cranes in it. A fourth."}
END
quire_index -q -d moved moved.jsonl
prints "what was changed, and what was moved" 0 quire_search -d moved --diff 'a*' 'a"b' <<'END'
--- a*
+++ a"b
  The first sentence is here.
< The second one has five cranes in it.
> The second one has six cranes in it.
= The third one goes away.
> A fourth.
END
run quire_search --diff one blah1
status_is "nothing in common is status 1" 1
run quire_search --diff one nobody
status_is "an article that is not there is an error" 2
stderr_has "which names it" '"nobody"'
run quire_search --diff one
status_is "one article is no comparison" 2
run quire_search --diff one two three
status_is "three are none either" 2
run quire_search --format trec --diff one two
status_is "a comparison is no TREC run" 2

# ---- Articles as they came from the web ----

if testdata articles; then
    quire_index -q -d web "$QUIRE_TESTDATA/articles"
    run quire_search -d web --format plain -n 50 ceasefire
    same_text "000 and 001 are one result each time" "" \
        "$(cut -f 3 "$kept/out" | cut -c 1-3 | LC_ALL=C sort -u | grep -x '00[01]' | tail -n +2)"
    quire_search -d web --format jsonl -n 50 '"objective of our draft"' >quoting
    same_text "the quotation of 002 and 003 is told in both" 2 \
        "$(grep '"type":"result"' quoting | grep -vc '"quotation":\[\]')"
    same_text "and they are results of their own" 0 "$(grep '"type":"result"' quoting | grep -vc '"copies_total":0')"
else
    skip "articles from the web" "no articles in $QUIRE_TESTDATA"
fi

finish
