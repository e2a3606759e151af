# SPDX-License-Identifier: GPL-3.0-or-later
# Whatever a file of queries holds, each line has its answer or its error, with its id and its line,
# and the lines around it are answered as they would be alone.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

# ids: those of the queries that the last run has in jsonl, in order.
ids()
{
    sed -n 's/.*"type":"query","query_id":"\([^"]*\)".*/\1/p' "$kept/out" | tr '\n' ' '
}
# answer_of ID: "results", "nothing" or "error".
answer_of()
{
    if grep '"type":"query"' "$kept/out" | grep "\"query_id\":\"$1\"" | grep -qv '"error":null'; then
        echo error
    elif grep '"type":"result"' "$kept/out" | grep -q "\"query_id\":\"$1\""; then
        echo results
    else
        echo nothing
    fi
}
# many N CHARACTER: so many of them.
many()
{
    head -c "$1" /dev/zero | tr '\0' "$2"
}

{
    printf '\357\273\277bom\tdockers\r\n' # a byte order mark, and the end of a DOS line
    printf '\n\r\n\t\n   \n\t\t\n' # lines 2 to 6: empty, in some way
    printf 'ten\t'
    many 10000000 x
    printf '\nafter\tdockers\n'
    many 3000000 y # line 9: no TAB in the first megabyte
    printf '\tdockers\n'
    printf 'nul\tdock\0ers Geneva\n'
    printf 'nu\0l2\tdockers\n'
    printf 'latin\tpr\351sident Geneva\n'
    printf 'cut\tGeneva \303\n'
    printf 'long-surrogate\t\355\240\200 \300\200 \370\210\200\200\200 Geneva\n'
    printf 'two\ttabs\tGeneva\n'
    printf 'deep\t'
    i=0
    while [ $i -lt 200 ]; do
        printf '('
        i=$((i + 1))
    done
    printf 'x\n'
    printf 'signs\t" ( ) + - * ~ NEAR/ AND OR NOT : = \\ \n'
    printf 'cr\tdock\rers\n'
    printf 'control\t\033[31mdockers\007\n'
    printf 'last\tdockers'
} >queries

run quire_search --batch queries --format jsonl --threads 3
status_is "some lines are errors: the status is 2" 2
same_text "every line has its answer, in order" \
    "bom 2 3 4 5 6 ten after 9 nul nu l2 latin cut long-surrogate two deep signs cr control last " "$(ids)"
for id in bom after nul latin cut long-surrogate two 'nu l2' last; do
    same_text "$id has results" results "$(answer_of "$id")"
done
for id in 2 3 4 5 6; do
    same_text "line $id, which is empty, has none" nothing "$(answer_of $id)"
done
for id in ten 9 deep; do
    same_text "$id is an error" error "$(answer_of "$id")"
done
stderr_has "which names query and line" "quire-search: query ten (line 7): the line is longer than 1 MiB"
stderr_has "or the line alone, where it has no id" "quire-search: query 9: the line is longer than 1 MiB"
stderr_matches "each is one line" "^quire-search: query deep \(line 16\): .*deep"
same_text "and nothing else is said" 3 "$(wc -l <"$kept/err")"
same_text "errors that are printed are whole lines of JSON" 0 \
    "$(grep -cv '^{.*}$' "$kept/out")"

# The neighbours of what is broken are answered as they would be alone.
printf 'last\tdockers' | quire_search --batch - --format jsonl >alone
grep '"query_id":"last"' "$kept/out" >among
same_files "a line without an end is a line" alone among

# The same from a pipe, and with one thread.
cp "$kept/out" all
cat queries | quire_search --batch - --format jsonl --threads 1 >piped 2>/dev/null
same_files "from a pipe it is the same" all piped

# Every format goes on behind an error.
for format in human plain tsv csv html trec; do
    run quire_search --batch queries --format $format
    status_is "$format: the status is 2" 2
    stdout_matches "$format: the last line is answered" 'last.*|Strike ends'
    same_text "$format: no escape sequence gets through" 0 \
        "$(tr -d '\n\r\t[:print:]\200-\377' <"$kept/out" | wc -c)"
done

# A file of something else altogether.
head -c 300000 "$QUIRE_SEARCH_PROGRAM" >binary
n=$(($(tr -dc '\n' <binary | wc -c) + 1))
run quire_search --batch binary --format jsonl -n 1
judge "a binary file is lines, too, and ends nothing" "status 0 or 2 was wanted" [ "$status" -eq 0 -o "$status" -eq 2 ]
judge "each of them has its answer" "$n were wanted" [ $((n - $(grep -c '"type":"query"' "$kept/out"))) -le 1 ]

# TREC topics: the line of an error is that of the topic.
{
    printf '<top>\n<num> Number: 1\n<title> dockers\n</top>\n\n<top>\n<num> Number: 7\n<title> '
    many 1200000 x
    printf '\n</top>\n<top>\n<num> Number: 9\n<title> Geneva\n</top>\n'
} >topics
run quire_search --batch topics --format jsonl
status_is "a topic that is too long is an error" 2
same_text "the others are answered" "results error results" "$(answer_of 1) $(answer_of 7) $(answer_of 9)"
stderr_has "its line is named" "query 7 (line 6): the line is longer"

# Memory does not grow with the batch.
case ${QUIRE_CC:-} in
*sanitize*) measured= ;;
*) measured=$(command -v python3) ;;
esac
if [ -z "$measured" ]; then
    skip "memory" "no python3 to measure it, or a sanitizer would be measured"
else
    # peak FILE: kilobytes.
    peak()
    {
        python3 - "$QUIRE_SEARCH_PROGRAM" "$1" <<'PYTHON'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "--batch", sys.argv[2], "--format", "jsonl", "--threads", "2"],
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PYTHON
    }
    awk 'BEGIN { for (i = 0; i < 100; i++) print "dockers strike", i }' >hundred
    awk 'BEGIN { for (i = 0; i < 20000; i++) print "dockers strike", i }' >thousands
    : >huge
    i=0
    while [ $i -lt 150 ]; do
        { many 1000000 z; echo; } >>huge
        i=$((i + 1))
    done
    few=$(peak hundred)
    judge "20,000 queries need no more memory than 100" "$few and $(peak thousands) KB" \
        [ "$(peak thousands)" -le $((few + few / 8 + 2048)) ]
    judge "lines of a megabyte do not add up" "$few and $(peak huge) KB" \
        [ "$(peak huge)" -le $((few + 30000)) ]
fi

finish
