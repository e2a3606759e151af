# SPDX-License-Identifier: GPL-3.0-or-later
# --show prints a whole article with its marks; --snippet whole sentences of a passage.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
mkdir articles
cat >articles/a.txt <<'END'
Ceasefire holds in the south

16 November 2025

The ceasefire held for a third day. Officials counted the lorries.

"Nobody fired," said the mayor of the town. He did not name Syria.
Also read: Ten recipes for winter
END
for word in One Two Three Four Five Six Seven; do
    printf '%s of the observers saw nothing that night, and wrote it down with great care.\n' $word
done >sentences
{
    echo 'A long report'
    echo
    tr '\n' ' ' <sentences
    echo 'Then a shell fell on the harbour. '
    tr '\n' ' ' <sentences
    echo
} >articles/long.txt
printf '{"id":"empty","title":"","text":"","source":"S"}\n{"id":"a*","title":"Star","text":"Ceasefire with a star."}\n' >articles/b.jsonl
quire_index -q -d index articles
QUIRE_INDEX=$PWD/index
export QUIRE_INDEX

prints "an article, what matched in brackets, furniture set off by a bar" 0 \
    quire_search --show a --width 60 'ceasefire -Geneva' <<'END'
[Ceasefire] holds in the south
2025-11-16, a, articles/a.txt

The [ceasefire] held for a third day. Officials counted the
lorries.

"Nobody fired," said the mayor of the town. He did not name
Syria.

| Also read: Ten recipes for winter
END

prints "as plain, each paragraph has a line" 0 quire_search --format plain --show a ceasefire <<'END'
a#1	title	[Ceasefire] holds in the south
a#1	text	The [ceasefire] held for a third day. Officials counted the lorries.
a#1	text	"Nobody fired," said the mayor of the town. He did not name Syria.
a#2	furniture	Also read: Ten recipes for winter
END
prints "as JSON, what it is and its passages" 0 quire_search --format jsonl --show a Syria <<'END'
{"v":1,"type":"article","article":"a","query":"Syria","notes":[],"error":null,"clauses":[{"number":1,"text":"Syria","marks":true}],"title":"Ceasefire holds in the south","title_marks":[],"date":"2025-11-16","source":null,"author":null,"url":null,"language":null,"path":"articles/a.txt"}
{"type":"passage","article":"a","passage":1,"furniture":false,"start":48,"end":182,"text":"The ceasefire held for a third day. Officials counted the lorries.\n\n\"Nobody fired,\" said the mayor of the town. He did not name Syria.","marks":[{"start":128,"end":133,"clause":1}],"sentences":[{"start":0,"end":35,"block":1},{"start":36,"end":66,"block":1},{"start":68,"end":111,"block":2},{"start":112,"end":134,"block":2}]}
{"type":"passage","article":"a","passage":2,"furniture":true,"start":183,"end":216,"text":"Also read: Ten recipes for winter","marks":[],"sentences":[{"start":0,"end":33,"block":0}]}
END
prints "what a passage is left out for is not marked in it" 0 \
    quire_search --format plain --show a 'ceasefire -Syria' <<'END'
a#1	title	Ceasefire holds in the south
a#1	text	The ceasefire held for a third day. Officials counted the lorries.
a#1	text	"Nobody fired," said the mayor of the town. He did not name Syria.
a#2	furniture	Also read: Ten recipes for winter
END
prints "an id that ends in a star is that article's alone" 0 \
    quire_search --format plain --show 'a*' <<'END'
a*#1	title	Star
a*#1	text	Ceasefire with a star.
END
prints "an article without text is there" 0 quire_search --show empty <<'END'
empty
S, empty, articles/b.jsonl
END
complains "one that is not there has status 1" 1 quire_search --show nowhere ceasefire <<'END'
quire-search: no article has the id nowhere
END
run quire_search --show a zebra
status_is "a word that is nowhere is noted, the article shown" 0
stderr_has "with what there is to note" 'note: no passage has "zebra"'
run quire_search --strict --show a zebra
status_is "which --strict refuses" 2
run quire_search -q --show a
status_is "-q only tells that it is there" 0
stdout_empty "and prints nothing"
complains "some formats are of results alone" 2 quire_search --format csv --show a <<'END'
quire-search: --show prints in the formats human, plain, jsonl and html
END
complains "a batch and an article do not go together" 2 quire_search --show a --batch x <<'END'
quire-search: --show goes with neither --batch nor --complete
END
quire_index -q -d xapian --store xapian articles
quire_search --format jsonl --show a 'the AND Syria' >quire
quire_search -d xapian --format jsonl --show a 'the AND Syria' >got
same_files "the other store shows the same" quire got

# ---- snippets ----

prints "a snippet is whole sentences, with an ellipsis where something is left out" 0 \
    quire_search --snippet 20 harbour <<'END'
1. A long report
   long#1, articles/long.txt:15-614
   … Then a shell fell on the [harbour].
END
prints "as many as fit, before and behind" 0 quire_search --snippet 40 harbour <<'END'
1. A long report
   long#1, articles/long.txt:15-614
   … Six of the observers saw nothing that night, and wrote it down with great
   care. Seven of the observers saw nothing that night, and wrote it down with
   great care. Then a shell fell on the [harbour].
END
run quire_search --snippet full harbour
stdout_has "full is all of the passage" "One of the observers"
run quire_search harbour
stdout_has "as it is where there is no terminal" "One of the observers"
run quire_search --format html --snippet 20 harbour
stdout_has "a page folds the rest" "<summary>The whole passage</summary>"
complains "a number or full" 2 quire_search --snippet few harbour <<'END'
quire-search: --snippet: "few" is not a number of words, or "full"
END

finish
