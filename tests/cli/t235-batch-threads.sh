# SPDX-License-Identifier: GPL-3.0-or-later
# quire-search --batch --threads: however many threads answer, what is printed is the same, in the
# order of the lines.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

# Lines of every kind: answers of many sizes, notes, nothing found, errors, with an id and without.
awk 'BEGIN {
    word[0] = "dockers"; word[1] = "\"Board of Peace\""; word[2] = "zebra Geneva"; word[3] = ""
    word[4] = "US"; word[5] = "+strike -dockers"; word[6] = "the of port \"unclosed"
    word[7] = "(ceasefire OR strike) AND port"
    for (i = 1; i <= 700; i++) {
        if (i % 3 == 0)
            printf "q%d\t", i
        if (i % 97 == 0) {
            for (j = 0; j < 150; j++)
                printf "(a +"
            print ""
        } else {
            print word[i % 8]
        }
    }
}' >queries
{
    printf 'long\t'
    head -c 1100000 /dev/zero | tr '\0' x
    printf '\nlast\tdockers'
} >>queries

for format in human plain jsonl trec; do
    run quire_search --batch queries --format $format --threads 1
    cp "$kept/out" one.out
    cp "$kept/err" one.err
    status_is "$format: errors make the status 2, one thread" 2
    for threads in 2 5 64; do
        run quire_search --batch queries --format $format --threads $threads
        status_is "$format: and $threads threads" 2
        same_files "$format: $threads threads print what one does" one.out "$kept/out"
        same_files "$format: and complain of the same, in the same order" one.err "$kept/err"
    done
done
run quire_search --batch queries --format jsonl --threads 5
same_text "the answers stand in the order of the lines" "$(awk -F '\t' '{
        print ((NF > 1 && $1 != "") ? $1 : NR) }' queries | cksum)" \
    "$(sed -n 's/.*"type":"query","query_id":"\([^"]*\)".*/\1/p' "$kept/out" | cksum)"

cp "$kept/out" one.out
cat queries | quire_search --batch - --threads 3 --format jsonl >piped 2>piped.err
same_files "a pipe is answered alike" one.out piped

# What is said of an answer stands behind it, where both go to the same place.
printf 'zebra\ndockers\nzebra\n' >few
quire_search --batch few --format plain --threads 3 >mixed 2>&1
same_text "notes stand between the answers that they belong to" \
    "quire-search: query 1 2 quire-search: query 3 " \
    "$(sed 's/^\(quire-search: query [0-9]*\).*/\1/; s/^2	.*/2/' mixed | tr '\n' ' ')"

prints "quiet, nothing is printed" 0 quire_search --batch few -q --threads 2 </dev/null

# One line at a time: each answer comes before the next line is written, with threads to spare.
mkfifo asked answered
quire_search --batch asked --format jsonl -n 0 --threads 4 >answered &
searcher=$!
exec 9<answered 8>asked
got=
for word in dockers Geneva zebra US strike; do
    echo "$word" >&8
    read -r answer <&9
    got="$got $(printf '%s' "$answer" | sed 's/.*"query":"\([^"]*\)".*/\1/')"
done
exec 8>&- 9<&-
wait "$searcher"
same_text "every line of a pipe is answered before the next is there" \
    " dockers Geneva zebra US strike" "$got"

# Output that cannot be written ends the batch, also while a thread waits for input.
if [ -c /dev/full ]; then
    mkfifo endless
    quire_search --batch endless --threads 3 >/dev/full 2>full.err &
    searcher=$!
    exec 8>endless
    printf 'dockers\nGeneva\n' >&8
    wait "$searcher"
    same_text "a full disk ends a batch whose input goes on" 2 $?
    exec 8>&-
    same_text "and is told once" "quire-search: standard output: No space left on device" \
        "$(cat full.err)"
else
    skip "a full disk ends a batch" "no /dev/full"
fi

# A reader that goes away ends it by SIGPIPE, as ever.
{
    quire_search --batch queries --format jsonl --threads 3 2>pipe.err
    echo $? >pipe.status
} | head -n 1 >/dev/null
ok "a reader that goes away ends the batch" test "$(cat pipe.status)" -gt 1

# A signal ends it soon, with answers that are whole.
mkfifo slow
"$QUIRE_SEARCH_PROGRAM" --batch slow --format jsonl --threads 3 >stopped.out 2>stopped.err &
searcher=$!
exec 8>slow
cat queries >&8
while [ "$(wc -l <stopped.out)" -lt 100 ]; do
    sleep 0.05
done
kill -TERM $searcher
wait $searcher 2>/dev/null
same_text "SIGTERM ends a batch, by that signal" 143 $?
exec 8>&-
head -c "$(wc -c <stopped.out)" one.out >begun
same_files "what was written is the beginning of the whole" begun stopped.out
same_text "up to the end of an answer" '}' "$(tail -c 2 stopped.out)"

# Where nobody reads, it does not wait for ever.
mkfifo unread
"$QUIRE_SEARCH_PROGRAM" --batch queries --format jsonl --threads 3 >unread 2>unread.err &
searcher=$!
exec 9<unread
sleep 0.5
kill -TERM $searcher
wait $searcher 2>/dev/null
same_text "SIGTERM ends one whose output nobody reads, too" 143 $?
exec 9<&-

for wrong in 0 -1 1025 two 99999999999999999999; do
    run quire_search --batch few --threads "$wrong"
    status_is "--threads $wrong makes no sense" 2
    stderr_has "and says so" "is not a number from 1 to 1024"
done
run quire_search --threads 2 dockers
status_is "without a batch the option is idle" 0

finish
