# SPDX-License-Identifier: GPL-3.0-or-later
# Questions to five articles as they came from the web.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
testdata articles || skip_all "no articles in $QUIRE_TESTDATA"
quire_index -q -d index "$QUIRE_TESTDATA/articles" || exit 99
QUIRE_INDEX=$PWD/index
export QUIRE_INDEX
check=$QUIRE_BUILD/tests/helpers/check-jsonl

# The articles of the results, by the first three characters of their ids: in order of the results,
# and each once.
ranked()
{
    quire_search --copies show --format plain -n 1000 "$@" 2>/dev/null | cut -f 3 | cut -c 1-3
}
articles()
{
    ranked "$@" | sort -u | tr '\n' ' '
}
nmarks()
{
    quire_search --format jsonl -n 1000 "$@" | grep -o '"clause":' | wc -l
}

same_text "a phrase is in three articles" "002 003 004 " "$(articles '"Board of Peace"')"
same_text "in a passage of each" 3 "$(ranked '"Board of Peace"' | wc -l)"
same_text "and is one mark in each" 3 "$(nmarks '"Board of Peace"')"
same_text "its words alone rank the passages with the phrase first" "002 003 004 " \
    "$(ranked Board of Peace | head -n 3 | sort | tr '\n' ' ')"
same_text "and mark it as one" 3 \
    "$(quire_search --format plain -n 3 Board of Peace | grep -c '\[Board of Peace\]')"

same_text "programme and program are one word" "000 001 002 003 004 " \
    "$(articles +nuclear +programme)"
same_text "the same, the other way round" "000 001 002 003 004 " "$(articles +nuclear +program)"

same_text "no phrase crosses a full stop without a blank" "" "$(articles '"East According"')"
same_text "nor a line's end" "" "$(articles '"Gaza It will"')"
same_text "the word after that full stop is found" "003 " "$(articles According | grep -o '003 ')"

same_text "headlines below an article are not the article" "" "$(articles Jackman)"
same_text "but are there" "002 " "$(articles --furniture Jackman)"

# Syria: what has it, what has not, and both together are all.
naming()
{
    quire_search --format plain -n 1000 "$@" | grep -ci syria
}
ok "ceasefire -Syria has results" quire_search -q ceasefire -Syria
same_text "none of which names Syria" 0 "$(naming ceasefire -Syria)"
same_text "also where a shell hands it over as one word" "$(ranked ceasefire -Syria)" \
    "$(ranked 'ceasefire -Syria')"
ok "-Syria alone has results" quire_search -q -Syria
same_text "none of which names Syria" 0 "$(naming -Syria)"
npassages=$(quire_index -d index --status | sed -n 's/^[ ]*passages[: ]*\([0-9][0-9]*\).*/\1/p')
same_text "and with those that do, they are all passages" "$npassages" \
    "$(($(quire_search -n 0 --count -- -Syria) + $(quire_search -n 0 --count Syria)))"

# marks_are REGEX QUERY
marks_are()
{
    quire_search --format jsonl -n 1000 "$2" >"$kept/results"
    "$check" "$1" <"$kept/results"
}
ok "\"US draft\" marks US draft" marks_are 'US draft' '"US draft"'
ok "US marks US and U.S., and never us" marks_are 'US|U[.]S[.]?' US
quire_search --format plain -n 1000 us 2>/dev/null >"$kept/us"
same_text "us does not mark US" 0 "$(grep -c '\[US\]' "$kept/us")"
quire_search --format plain -n 1000 "Netanyahu's" >straight
quire_search --format plain -n 1000 "Netanyahu’s" >curly
same_files "a curly apostrophe is as good as a straight one" straight curly
ok "and both find something" [ -s straight ]

# What people type by mistake.
while IFS= read -r query; do
    run quire_search "$query"
    judge "no error: $query" "status 0 or 1 was wanted" [ "$status" -le 1 ]
done <<'END'
"
"Board of Peace
Board of Peace"
()
(Gaza
Gaza)
AND
OR OR
NOT
Gaza AND
AND Gaza
Gaza NOT
+
-
+ Gaza
- Gaza
Gaza --Syria
+-Gaza
""
" "
“Board of Peace
'Board of Peace'
Gaza, Syria; Israel.
what did the UN say about Gaza?
U.N. & U.S.
http://www.example.com/?q=Gaza&x=1#y
press@un.org
20-point plan
$4.5bn
100%
*
Gaza*
title:Gaza
Gaza~2
Gaza^2
[Gaza TO Syria]
{Gaza}
Gaza/Israel
\Gaza\
<b>Gaza</b>
الغزة
加沙停火
🕊
é
GAZA CEASEFIRE PLAN
(((((((((((((((((((Gaza
"Board "of" Peace"
END

# Two of the five are one text; two others share a quotation.
folded=$(quire_search --format plain -n 1000 +nuclear +programme 2>/dev/null | cut -f 3 | cut -c 1-3 | sort -u | tr '\n' ' ')
same_text "the two that are copies are one result" "000 002 003 004 " "$folded"
quire_search --format jsonl -n 1000 '"the objective of our draft"' >"$kept/quoted"
same_text "a quotation of two is told of both" "002 003 " \
    "$(sed -n 's/.*"article":"\([0-9]*\)_.*"quotation":\[{.*/\1/p' "$kept/quoted" | sort | tr '\n' ' ')"

finish
