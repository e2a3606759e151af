# SPDX-License-Identifier: GPL-3.0-or-later
# What runs that nobody watches leave behind: nothing on success, a message that can be mailed
# otherwise, lines in a log, and numbers for Prometheus.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

mkdir news
for i in 1 2 3 4 5 6 7 8 9 10; do
    echo "Article $i." >news/$i.txt
done

# line EVENT TEXT: how a line of the log looks.
stamp='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z quire-index\[[0-9]+\]'

# value NAME: what the metrics say.
value()
{
    "$QUIRE_SOURCE/tests/helpers/read_metrics.sh" <quire.prom | sed -n "s/^$1 //p"
}

# logged SENTENCE REGEX: the last line of the log.
logged()
{
    tail -n 1 log >"$kept/last"
    judge "$1" "wanted: $2" grep -qE "$stamp $2\$" "$kept/last"
}

# with STATUS SENTENCE WORDS...: a run from cron.
with()
{
    wanted=$1
    sentence=$2
    shift 2
    run quire_index -q -d index --log log --metrics quire.prom "$@"
    status_is "$sentence" "$wanted"
}

# ---- success ----

with 0 "a first build succeeds" news
stdout_empty "and says nothing"
stderr_empty "to nobody"
head -n 1 log >"$kept/out"
stdout_matches "its first line in the log says what was to be done" "$stamp begin: build of index from news\$"
logged "the last one how it went" "end: status 0: published gen-00000001: 10 articles, 10 added, 0 changed, 0 removed; 0 skipped, 0 damaged, 0 of them newly; [0-9]+\.[0-9] s"
same_text "there are no others" 2 "$(wc -l <log)"
ok "the metrics are of the format" "$QUIRE_SOURCE/tests/helpers/read_metrics.sh" <quire.prom
same_text "they have the status" 0 "$(value quire_run_exit_status)"
same_text "that something was published" 1 "$(value quire_run_published)"
same_text "the generation" 1 "$(value quire_index_generation)"
same_text "its articles" 10 "$(value quire_index_articles)"
same_text "and its size" "$(find index/gen-00000001 -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" \
    "$(value quire_index_size_bytes)"
ok "times are of now" test "$(value quire_run_timestamp_seconds)" -gt $(($(date +%s) - 100)) \
    -a "$(value quire_run_success_timestamp_seconds)" -gt $(($(date +%s) - 100))
ok "the index is named by its real path" grep -qF "quire_run_published{index=\"$(realpath index)\"} 1" quire.prom
if command -v promtool >/dev/null; then
    run promtool check metrics <quire.prom
    status_is "promtool has nothing to say against them" 0
    stdout_empty "nor for them"
else
    skip "promtool reads them" "promtool is not installed"
fi
same_text "nothing is left beside them" "" "$(ls quire.prom.* 2>/dev/null)"

with 0 "nothing new is success, too" news
logged "which is logged" "end: status 0: nothing is new: 10 articles, .*"
same_text "and told" 0 "$(value quire_run_published)"

(
    umask 077
    quire_index -q -d index --metrics closed.prom news
)
same_text "the collector can read them, whatever the umask" 644 "$(stat -c %a closed.prom)"

# ---- problems ----

echo '{"id":"a","text":"Good."}' >news/some.jsonl
i=0
while [ $((i += 1)) -le 60 ]; do echo "{$i"; done >>news/some.jsonl
with 1 "new problems give status 1" news
stderr_matches "some are named" "^quire-index: news/some.jsonl:2: bad JSON.* \(skipped\)$"
stderr_has "the others counted" "quire-index: 10 more were newly skipped or damaged; --log FILE names all"
tail -n 1 "$kept/err" >"$kept/out"
stdout_matches "and one line sums up" "^quire-index: index: up to date, but 60 inputs newly were skipped or damaged\$"
same_text "the log names all" 60 "$(grep -cE "$stamp problem: news/some.jsonl:[0-9]+: .* \(skipped\)\$" log)"
logged "and counts them" "end: status 1: published gen-00000002: 11 articles, .*; 60 skipped, 0 damaged, 60 of them newly; .*"
same_text "so do the metrics" "60 60 0" \
    "$(value quire_run_skipped) $(value quire_run_new_problems) $(value quire_run_damaged)"
succeeded=$(value quire_run_success_timestamp_seconds)
with 0 "the same again gives status 0" news
stderr_empty "in silence"

# ---- failures ----

# Long ago, as far as the metrics know.
sed "s/^\(quire_[a-z]*_success_timestamp_seconds{.*} \|quire_index_built[a-z_]*{.*} \).*/\11000000000/" quire.prom >old
cat old >quire.prom
rm news/1.txt news/2.txt news/3.txt
with 2 "a refused run" news
same_text "is one line" 1 "$(wc -l <"$kept/err")"
stderr_matches "that says what to do" "^quire-index: 8 articles, where the index has 11: .*nothing was published: .*--max-shrink=28$"
logged "and is logged as such" "end: status 2: 8 articles, where .*"
ok "the metrics are as they should be" "$QUIRE_SOURCE/tests/helpers/read_metrics.sh" <quire.prom
same_text "with its status" 2 "$(value quire_run_exit_status)"
same_text "and what is live" "2 11" "$(value quire_index_generation) $(value quire_index_articles)"
built=$(value quire_index_built_timestamp_seconds)
same_text "nobody succeeded since it was built, as far as is known" "$built" \
    "$(value quire_run_success_timestamp_seconds)"
sed "s/^\(quire_run_success_timestamp_seconds{.*} \).*/\1$((built + 1000000))/" quire.prom >later
cat later >quire.prom
mv news away
with 2 "a source that is gone fails" news
stderr_matches "in one line" "^quire-index: news: No such file or directory: is it mounted\? The index stands as it is"
logged "that is logged" "end: status 2: news: No such file .*"
same_text "when a run succeeded is kept" $((built + 1000000)) "$(value quire_run_success_timestamp_seconds)"
ok "it was at the time it says" test "$succeeded" -ge "$built"
mkdir news
with 2 "an empty one does, too" news
stderr_has "and asks what is the matter" "no article in news: is it mounted? Nothing was published, the index stands as it is"
rmdir news
mv away news
(
    exec 9>index/lock
    flock 9
    touch locked
    while [ ! -e let-go ]; do sleep 0.1; done
) &
while [ ! -e locked ]; do sleep 0.1; done
with 75 "being second in line is told" news
same_text "by its status" 75 "$(value quire_run_exit_status)"
touch let-go
wait
cp index/gen-00000002/manifest.json whole
echo x >>index/gen-00000002/manifest.json
quire_index -q -d index --replace --metrics quire.prom away 2>/dev/null
ok "an index that cannot be read" "$QUIRE_SOURCE/tests/helpers/read_metrics.sh" <quire.prom
same_text "is told" "0 " "$(value quire_index_readable) $(value quire_index_articles)"
cat whole >index/gen-00000002/manifest.json

# ---- a signal ----

mkfifo fifo
env --default-signal=TERM "$QUIRE_INDEX_PROGRAM" -q -d index --log log --metrics quire.prom --replace fifo \
    >"$kept/out" 2>"$kept/err" &
builder=$!
exec 9>fifo
sleep 0.3
kill "$builder"
wait "$builder"
status=$?
exec 9>&-
ran="a build that got SIGTERM"
status_is "a run that was stopped has the signal's status" 143
stderr_is "and says so" <<'END'
quire-index: stopped by SIGTERM: nothing was published; the next run clears up and begins again
END
logged "in the log" "end: status 143: stopped by SIGTERM: .*"
same_text "and in the metrics" 143 "$(value quire_run_exit_status)"
run quire_index -d index --status
stdout_matches "--status does not take it for a failure" "^last run +[^ ]+ stopped: nothing was published$"

# ---- --verify and --rollback ----

ok "a build goes on after all that" quire_index -q -d index --log log --max-shrink=100 news
run quire_index -q -d index --verify --log log --metrics quire.prom
status_is "--verify is told, too" 0
logged "in the log" "end: status 0: gen-00000003 is sound: [0-9]+ files, [0-9]+ bytes; .*"
ok "and in metrics" "$QUIRE_SOURCE/tests/helpers/read_metrics.sh" <quire.prom
same_text "with what was found" "0 0" "$(value quire_verify_exit_status) $(value quire_verify_faults)"
verified=$(value quire_verify_success_timestamp_seconds)
echo x >>index/gen-00000003/sources
run quire_index -q -d index --verify --log log --metrics quire.prom
status_is "damage is told" 2
ok "in the log" grep -qE "$stamp fault: sources: damaged: " log
same_text "and in numbers" "2 $verified" \
    "$(value quire_verify_exit_status) $(value quire_verify_success_timestamp_seconds)"
ok "of its faults, too" test "$(value quire_verify_faults)" -ge 1
ok "going back" quire_index -q -d index --rollback --log log
logged "is logged" "end: status 0: back from gen-00000003 to gen-00000002"

# ---- what is in names ----

odd=$(printf 'o"dd\\\nn\303\266t \377\033[1m')
mkdir "$odd"
cp news/4.txt "$odd/4.txt"
printf '{' >"$odd/b.jsonl"
quire_index -q -d "$odd.index" --log oddlog --metrics odd.prom "$odd" 2>/dev/null
same_text "a line stays a line" 3 "$(wc -l <oddlog)"
ok "with what is no UTF-8" grep -qF 'nöt \xff\x1b[1m.index from' oddlog
ok "with nothing in it that acts" grep -qF 'problem: o"dd\\\nnöt �\x1b[1m/b.jsonl:1: ' oddlog
ok "a label stays a label" "$QUIRE_SOURCE/tests/helpers/read_metrics.sh" <odd.prom
ok "with the name in UTF-8" grep -qF "o\\\"dd\\\\\\nnöt �$(printf '\033')[1m.index\"}" odd.prom

# ---- the log is rotated ----

rm news/some.jsonl
quire_index -q -d index --max-shrink=100 --log log news
mkfifo slow
"$QUIRE_INDEX_PROGRAM" -q -d index --log log --replace slow 2>/dev/null 9>&- &
builder=$!
exec 9>slow
mv log log.1
lines=$(wc -l <log.1)
echo '{"id":"x","text":"Article x."}' >&9
exec 9>&-
wait "$builder"
same_text "a run at work ends in the log it began" $((lines + 1)) "$(wc -l <log.1)"
ok "which ends as it should" sh -c 'tail -n 1 log.1 | grep -q " end: status 0: published "'
ok "the next one begins a new one" quire_index -q -d index --replace --log log news
same_text "with its own lines" 2 "$(wc -l <log)"
: >log
ok "one that was cut short" quire_index -q -d index --log log news
same_text "is filled from its start" 2 "$(wc -l <log)"

# ---- what cannot be written ----

cp index/XAPIANDB before
echo "Article 77." >news/77.txt
complains "a log that cannot be written is an error before anything is done" 2 \
    quire_index -q -d index --log nowhere/log news <<'END'
quire-index: --log nowhere/log: No such file or directory; nothing was done
END
complains "so are metrics" 2 quire_index -q -d index --log log --metrics nowhere/quire.prom news <<'END'
quire-index: --metrics nowhere/quire.prom: No such file or directory; nothing was done
END
logged "which the log tells" "end: status 2: --metrics nowhere/quire.prom cannot be written; nothing was done"
run quire_index -q -d index --log fifo news
status_is "a FIFO that nobody reads is not waited for" 2
run quire_index -q -d index --metrics news news
status_is "a directory is no place for metrics" 2
stderr_has "as is said" "--metrics news: Is a directory; nothing was done"
same_files "the index stands" before index/XAPIANDB
if [ -c /dev/full ]; then
    run quire_index -q -d index --log /dev/full news
    status_is "a log that is full in the end is an error" 2
    stderr_has "but not one of the index" "--log /dev/full: No space left on device; the index is published all the same"
    run quire_index -q -d index news
    status_is "which is up to date" 0
fi

# ---- usage ----

for words in "--log log --status" "--metrics m --status" "--metrics m --rollback" "--metrics m --dry-run news"; do
    # shellcheck disable=SC2086
    run quire_index -d index $words
    status_is "quire-index $words is an error" 2
done

finish
