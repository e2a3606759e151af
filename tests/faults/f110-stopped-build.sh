# SPDX-License-Identifier: GPL-3.0-or-later
# A build that is stopped, killed, out of disk or second in line leaves the live index as it is.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

printf 'The old article.\n' >old.txt
quire_index -q -d index old.txt
ls -lR index >before
cp index/XAPIANDB stub

# stands SENTENCE: the old index is live, whole and alone.
stands()
{
    cmp -s stub index/XAPIANDB && [ "$(ls -I last-run index | xargs)" = "XAPIANDB gen-00000001 lock" ] &&
        quire_search -q -d index old
    judge "$1" "the old index is not what it was" [ $? -eq 0 ]
}

mkfifo fifo

# begin_build: start a build that waits for more on a FIFO, whose writing end is descriptor 9.
begin_build()
{
    env --default-signal=INT,TERM,HUP "$QUIRE_INDEX_PROGRAM" -d index --replace fifo \
        >"$kept/out" 2>"$kept/err" 9>&- &
    builder=$!
    exec 9>fifo
    echo '{"id":"new","text":"The new article."}' >&9
    sleep 0.3
}

# end_build: its status.
end_build()
{
    ran="a build, with a signal sent"
    wait "$builder"
    status=$?
}

for signal in TERM:15 INT:2 HUP:1; do
    name=${signal%:*}
    begin_build
    kill -s "$name" "$builder"
    end_build
    exec 9>&-
    status_is "SIG$name ends a build with 128 and its number" $((128 + ${signal#*:}))
    stderr_has "and says so" "stopped"
    stands "and SIG$name leaves the old index"
done

begin_build
run quire_index -d index --replace old.txt
status_is "while a build is at work, another one gets status 75" 75
stderr_has "and the builder's process is named" "$builder"
run quire_search -q -d index old
status_is "and searches go on" 0
run quire_index -d index --status
status_is "and --status" 0
run quire_index --dry-run -d index old.txt
status_is "and dry runs" 0
kill -s KILL "$builder"
end_build
exec 9>&-
status_is "a killed build dies" 137
run quire_search -q -d index old
status_is "a killed build leaves the old index" 0
ok "and the next build goes ahead" quire_index -q -d index --rebuild old.txt
same_text "and clears away what the killed one left" \
    "XAPIANDB gen-00000001 gen-00000002 lock" "$(ls -I last-run index | xargs)"

# ---- killed anywhere ----

awk 'BEGIN {
    srand(7)
    for (i = 0; i < 3000; i++) {
        printf "{\"id\":\"k%d\",\"title\":\"Number %d\",\"text\":\"", i, i
        for (k = 0; k < 60; k++) printf "word%d ", int(rand() * 5000)
        print "\"}"
    }
}' >set.jsonl
quire_index -q -d killed set.jsonl
good=0
for delay in 0.02 0.05 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0 1.2 1.5 2; do
    timeout -s KILL $delay "$QUIRE_INDEX_PROGRAM" -q -d killed set.jsonl >/dev/null 2>&1
    articles=$(quire_index -d killed --status | sed -n 's/^articles  *\([0-9]*\)$/\1/p')
    if [ "$articles" = 3000 ] && quire_search -q -d killed word17; then
        good=$((good + 1))
    fi
done
same_text "killed at any moment, a build leaves a whole index" 15 $good
# What the last of them left goes with the next build that comes to its end.
quire_index -q -d killed set.jsonl
good=0
for delay in 0.05 0.2 0.4 0.7 1.0 1.5; do
    timeout -s TERM $delay "$QUIRE_INDEX_PROGRAM" -q -d killed set.jsonl >/dev/null 2>&1
    case $? in
    0 | 124 | 143) good=$((good + 1)) ;;
    esac
    [ -z "$(ls killed | grep new-)" ] || good=-100
done
same_text "stopped at any moment, a build leaves nothing unfinished" 6 $good

# ---- a full disk ----

quire_index -q -d full old.txt
cp full/XAPIANDB stub
for store in quire xapian; do
    (
        trap '' XFSZ
        ulimit -f 300
        quire_index -d full --store $store --replace set.jsonl >"$kept/out" 2>"$kept/err"
    )
    status=$?
    status_is "--store $store: a file that cannot grow is an error" 2
    stderr_has "the message says why" "File too large"
    same_files "and the old index stands" stub full/XAPIANDB
    same_text "with nothing beside it" "XAPIANDB gen-00000001 lock" "$(ls -I last-run full | xargs)"
    run quire_search -q -d full old
    status_is "which can be searched" 0
done

finish
