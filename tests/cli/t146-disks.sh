# SPDX-License-Identifier: GPL-3.0-or-later
# Where an index lies: a network file system is warned about, a disk that fills up while an index is
# built ends the build, limits on memory end it with a message; and whose a lock is.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

mkdir src
for i in 1 2 3 4 5; do
    echo "Article $i on the river." >src/$i.txt
done
quire_index -q -d index src
cp index/XAPIANDB before

# stands SENTENCE: the index is as it was, with nothing beside it.
stands()
{
    cmp -s before index/XAPIANDB && [ "$(ls -I last-run index | xargs)" = "XAPIANDB gen-00000001 lock" ] &&
        quire_search -q -d index river
    judge "$1" "the index is not what it was" [ $? -eq 0 ]
}

# ---- a library that stands before the system's ----

# Can one be loaded before others here?  Not with every sanitizer.
loads()
{
    echo 'int main(void) { return 0; }' >plain.c
    # The library is loaded into the shell that starts the program, too, which has no sanitizer.
    # shellcheck disable=SC2086  # a compiler and its options
    $(printf '%s\n' $QUIRE_CC | grep -v -e -fsanitize | xargs) -shared -fPIC -D_GNU_SOURCE -o odd.so \
        "$QUIRE_SOURCE/tests/helpers/odd_disk.c" &&
        $QUIRE_CC -o plain plain.c && LD_PRELOAD=$PWD/odd.so ./plain
}

# odd WORDS...: quire-index on odd disks.
odd()
{
    env LD_PRELOAD="$PWD/odd.so" "$QUIRE_INDEX_PROGRAM" "$@"
}

if loads 2>/dev/null; then
    ODD_DISK_FULL=$PWD/full
    export ODD_DISK_FULL

    # Network file systems.
    for type in 0x6969:NFS 0xff534d42:CIFS 0x65735546:FUSE 0x01021997:9p; do
        ODD_DISK_TYPE=${type%:*}
        export ODD_DISK_TYPE
        run odd -d index --log log src
        status_is "an index on ${type#*:} is built" 0
        stderr_is "with a warning" <<END
quire-index: note: index is on a network file system (${type#*:}), where locks may not hold between machines: build on one machine only, or on a local disk and copy the index
END
        ok "that is in the log" grep -q "note: index is on a network file system (${type#*:})" log
    done
    run odd -q -d index --log log src
    status_is "a run of cron there succeeds" 0
    stderr_empty "without a mail every time"
    same_text "and the log has it" 5 "$(grep -c ' note: ' log)"
    ODD_DISK_TYPE=0xef53
    run odd -d index src
    stderr_empty "of ext4 nothing is said"
    unset ODD_DISK_TYPE

    # A disk that has no room, or has none any more.
    touch full
    run odd -q -d index --rebuild src
    status_is "where the disk has no room, nothing is begun" 2
    stderr_has "and it is said how much would be needed" \
        "index: its disk has 1.0 MB free, and this build needs about 4.2 MB; nothing was published: make room, or build elsewhere"
    stands "before: the index stands"
    rm full
    mkfifo fifo
    odd -q -d index --log log --replace fifo >"$kept/out" 2>"$kept/err" 9>&- &
    builder=$!
    exec 9>fifo
    echo '{"id":"a","text":"The first article."}' >&9
    sleep 0.5
    touch full
    # It looks every second, when it has something to do.
    i=0
    while kill -0 $builder 2>/dev/null && [ $i -lt 100 ]; do
        echo "{\"id\":\"b$i\",\"text\":\"One more article.\"}" >&9
        sleep 0.1
        i=$((i + 1))
    done 2>/dev/null
    exec 9>&-
    wait $builder
    status=$?
    ran="a build whose disk fills up"
    status_is "a disk that fills up ends a build" 2
    stderr_has "as it says" "index: its disk has 1.0 MB free"
    ok "in the log, too" grep -q "end: status 2: index: its disk has 1.0 MB free" log
    ok "soon" test $i -lt 50
    stands "during: the index stands"
    rm full
    ok "with room again, the next run succeeds" odd -q -d index --rebuild src
else
    skip "network file systems and full disks" "no library can be loaded before others here"
    quire_index -q -d index --rebuild src
fi
cp index/XAPIANDB before

# ---- memory ----

run quire_index -q -d index --memory=1M --rebuild src
status_is "less memory than a build needs is an error" 2
stderr_is "that says how much it is" <<'END'
quire-index: a build needs 32 MiB of memory at least
END
awk 'BEGIN { for (i = 0; i < 400000; i++) printf "{\"id\":\"an-id-of-some-length-%d\",\"text\":\"x\"}\n", i }' >many.jsonl
run quire_index -q -d small --memory=32M many.jsonl
status_is "so are more articles than go into it" 2
stderr_matches "and the message says so" "articles and more: their ids and dates take more than half of the memory allowed; allow more"
case ${QUIRE_CC:-} in
*-fsanitize=*) skip "a limit of the shell's on memory" "a sanitizer needs more" ;;
*)
    cp index/XAPIANDB before
    failed=0
    for limit in 40000 60000 80000 120000; do
        (
            ulimit -v $limit
            quire_index -q -d index --replace --threads 2 many.jsonl >"$kept/out" 2>"$kept/err"
        )
        status=$?
        ran="a build under ulimit -v $limit"
        if [ $status -ne 0 ]; then
            failed=$((failed + 1))
            cp "$kept/err" said
            ok "under ulimit -v $limit nothing is published" cmp before index/XAPIANDB
            ok "and it is said why" grep -qx "quire-index: out of memory: nothing was published; \
allow the run more, or --memory less" said
        fi
        quire_index -q -d index --replace src
        cp index/XAPIANDB before
    done
    ok "some of these limits were too low" test $failed -gt 0
    ;;
esac

# ---- nice ----

[ -p fifo ] || mkfifo fifo
nice -n 7 "$QUIRE_INDEX_PROGRAM" -q -d index --threads 2 --replace fifo 9>&- &
builder=$!
exec 9>fifo
echo '{"id":"a","text":"The first article."}' >&9
sleep 0.3
same_text "nice holds for every thread" "$(nice -n 7 nice)" \
    "$(cat /proc/$builder/task/*/stat | sed 's/.*) //' | cut -d ' ' -f 17 | sort -u | xargs)"
exec 9>&-
wait $builder
quire_index -q -d index --replace src

# ---- whose a lock is ----

sleep 100 &
gone=$!
kill -KILL $gone # the shell that is to become it may have a trap for others still
wait $gone 2>/dev/null
(
    exec 9>index/lock
    flock 9
    echo "$gone $(hostname) 2025-11-16T10:00:00Z" >&9
    touch locked
    while [ ! -e let-go ]; do sleep 0.1; done
) &
while [ ! -e locked ]; do sleep 0.1; done
run quire_index -q -d index src
status_is "a lock that was left to a child still holds" 75
stderr_is "and the message says how to find it" <<END
quire-index: index: another writer holds the lock (process $gone on $(hostname), since 2025-11-16T10:00:00Z; it is gone, but left one that holds it: see fuser(1))
END
touch let-go
wait
echo "$gone elsewhere 2025-11-16T10:00:00Z" >index/lock
ok "what a dead one wrote holds nobody up" quire_index -q -d index src
(
    exec 9>index/lock
    flock 9
    head -c 5000 /dev/urandom >&9
    rm -f let-go
    touch locked2
    while [ ! -e let-go ]; do sleep 0.1; done
) &
while [ ! -e locked2 ]; do sleep 0.1; done
run quire_index -q -d index src
status_is "a lock file that holds anything is a lock" 75
stderr_has "whose holder is not named" "index: another writer holds the lock"
touch let-go
wait

finish
