# SPDX-License-Identifier: GPL-3.0-or-later
# The grammar stands in quire-query(7) and at the head of the parser, the same in both, and each row of
# it is tried: by a pair of query and tree (tests/queries), by an example of the manual page, which
# t290 runs, and by the queries that the independent judge makes up.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# ---- One grammar ----

# Both tables as names and signs: what is only said to people, line breaks and markup left out.
words_of_grammar()
{
    sed 's/   *any text is a query$//; s/   *alternatives; a blank.*//; s/   *each is required$//
        s/   *NOT excludes.*//; s/   *read from left to right$//; s/   *directly before what.*//
        s/   *read by .*//' | tr -d ' \n'
}
sed -n '/^ \*   query    =/,/^ \*   chunk/{ s/^ \*//; p; }' "$QUIRE_SOURCE/engine/query/parse.c" |
    words_of_grammar >parser
sed -n '/^query    =/,/^\.fi/{ /^\.fi/d; s/\\-/-/g; p; }' "$QUIRE_SOURCE/man/quire-query.7" | words_of_grammar >page
ok "the parser's head has a grammar" [ "$(wc -c <parser)" -gt 300 ]
same_text "that of the manual page" "$(cat page)" "$(cat parser)"

# ---- Each row is tried ----

# The queries of the pairs: the first line of each.
for file in "$QUIRE_SOURCE"/tests/queries/*.test; do
    awk '/^#/ { next } /^$/ { inside = 0; next } !inside { print; inside = 1 }' "$file"
done >pairs
sed -n '/^\.EX/,/^\.EE/{ s/^\$ quire-search //; t found
    d
    :found
    s/\\(aq/'\''/g; s/\\(ti/~/g; s/\\(ha/^/g; s/\\-/-/g; s/'\''//g; p; }' "$QUIRE_SOURCE/man/quire-query.7" >examples
judge=$QUIRE_BUILD/tests/reference/judge
has_judge=
if [ -x "$judge" ]; then
    for seed in 1 2 3; do
        mkdir made$seed
        "$judge" --seed $seed --queries 500 --write made$seed >/dev/null 2>&1
        cat made$seed/queries
    done >judged
    [ ! -s judged ] || has_judge=yes
fi

# tried ROW REGEX [WHERE]: each of the places has a query that uses it; WHERE are letters of p(airs),
# e(xamples) and j(udged).
tried()
{
    for place in p e j; do
        case ${3:-pej}:$place in
        *p*:p) file=pairs ;;
        *e*:e) file=examples ;;
        *j*:j) file=judged ;;
        *) continue ;;
        esac
        if [ $file = judged ] && [ -z "$has_judge" ]; then
            skip "$1: $file" "the judge is not built"
        else
            ok "$1: $file" grep -qE -e "$2" $file
        fi
    done
}
tried "clauses: a blank" '^[a-z]+ [a-z]+'
tried "clauses: OR" ' OR '
tried "and: AND" ' AND '
tried "operand: NOT" '(^|[ (])NOT '
tried "operand: +" '(^|[ (])\+["(a-z]'
tried "operand: -" '(^|[ (])-["(a-z]'
tried "sign: U+2212" '(^|[ (])−' p
tried "sign: U+2013" '(^|[ (])–' p
for operator in NEAR ADJ; do
    tried "near: $operator" " $operator " pj
    tried "near: $operator/n" " $operator/[0-9]+ "
done
tried "near: SENTENCE" ' SENTENCE '
tried "near: PARAGRAPH" ' PARAGRAPH '
tried "window: read from left to right" '(NEAR|ADJ)[/0-9]* [^ ()]+ (NEAR|ADJ|SENTENCE|PARAGRAPH)' pj
tried "window: groups of alternatives" '(NEAR|ADJ|SENTENCE|PARAGRAPH)[/0-9]* \('
tried "window: phrases" '("[/~0-9^.]* (NEAR|ADJ|SENTENCE|PARAGRAPH))|((NEAR|ADJ|SENTENCE|PARAGRAPH)[/0-9]* ")'
tried "primary: = chunk" '(^|[ (+-])=[a-zA-Z]'
tried "primary: = phrase" '="' pj
tried "primary: chunk ~" '[a-z]~( |$|\))'
tried "primary: chunk ~ number" '[a-z]~[12]'
tried "primary: phrase ~ number" '"~[0-9]'
tried "primary: parentheses" '\([^)"]* [^)]*\)'
tried "primary: chunk ^ number" '[a-z]\^[0-9.]+'
tried "primary: phrase ^ number" '"(~[0-9]+)?\^[0-9.]+' pj
tried "primary: parentheses ^ number" '\)\^[0-9.]+'
for field in title source author url lang id date; do
    tried "field: $field:" "(^|[ (+-])$field:"
done
tried "field: stem:" 'stem:"'
tried "field: before a parenthesis" '(title|source|author|url|lang|id|date):\(' pj
tried "field: one behind the other" 'title:stem:"|stem:title:"' pj
tried "date: a range" 'date:[0-9-]+\.\.[0-9-]+'
tried "date: an open range" 'date:(\.\.[0-9-]+|[0-9-]+\.\.( |$|\)))' p
for sign in '>=' '>' '<=' '<'; do
    tried "date: $sign" "date:$sign[0-9]" p
done
tried "phrase: words" '"[a-z]+ [a-z]+'
tried "phrase: a gap" '"[^"]+ \* [^"]+"'
tried "phrase: alternatives" '"[^"]*\([^"]*\|[^"]*\)'
tried "phrase: a wildcard" '"[^"]*[a-z]\*[^"]*"' pj
tried "phrase: other quotes" '[“„«″]' p
tried "chunk: joined words" '(^|[ (+-])[a-z]+-[a-z]+'
tried "chunk: * at the end" '(^|[ (+-])[a-z]+\*'
tried "chunk: * at the beginning" '(^|[ (+-])\*[a-z]+'
tried "chunk: ?" '[a-z]\?[a-z]'

finish
