# SPDX-License-Identifier: GPL-3.0-or-later
# What is refused rather than published, and what is said of it; --verify and --status.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

mkdir src other
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    echo "Article $i." >src/$i.txt
done
echo "Other article." >other/o.txt
quire_index -q -d index src other
cp index/XAPIANDB before

# ---- shrinking ----

rm src/1.txt src/2.txt
ok "a tenth may go" quire_index -q -d index src other
cp index/XAPIANDB before
rm src/3.txt src/4.txt
complains "more may not" 2 quire_index -q -d index src other <<'END'
quire-index: 17 articles, where the index has 19: 11 in 100 would go, and at most 10 may; nothing was published: see whether the sources are whole, or allow it by --max-shrink=11
END
same_files "the index stands" before index/XAPIANDB
ok "and nothing is left behind" sh -c '! ls -d index/new-*'
run quire_index -d index --status
stdout_matches "--status tells how the last run ended" "^last run .* failed: 17 articles, where"
stdout_matches "and what is to be done" "^an update +would find 0 new, 0 changed and 2 gone of 17 files$"
run quire_index -q -d index --rebuild src other
status_is "building anew is no way round it" 2
run quire_index -q -d index --replace src other
status_is "nor is replacing the sources by themselves" 2
ok "what the message says is" quire_index -q -d index --max-shrink=11 src other
ok "other sources may hold as little as they like" quire_index -q -d index --replace other

# ---- sources ----

quire_index -q -d index --replace src other
cp index/XAPIANDB before
mv other/o.txt elsewhere.txt
echo '{' >other/broken.jsonl
run quire_index -q -d index src other
status_is "a source that has lost all of its articles is refused" 2
stderr_has "as the message says" "no article in other, where there were 1: is it mounted? Nothing was published; --max-shrink=100 allows it"
rm other/broken.jsonl
run quire_index -q -d index src other
status_is "so is one that is empty" 2
stderr_has "as it says" "is it mounted?"
rmdir other
run quire_index -q -d index src other
status_is "so is one that is gone" 2
stderr_has "as it says, too" "other: No such file or directory"
same_files "the index stands" before index/XAPIANDB
run quire_index -d index --status
stdout_matches "--status sees it" "^an update .*other: No such file or directory"
stdout_matches "and that the last run failed for it" "^last run .* failed: other: No such file or directory: is it mounted"
mkdir stranger
touch stranger/file
run quire_index -q -d stranger nowhere
ok "of a directory that is no index nothing is told" test "$(ls stranger)" = file

# ---- locks ----

(
    exec 9>index/lock
    flock 9
    echo "$$ $(hostname) 2025-11-16T10:00:00Z" >&9
    touch locked
    while [ ! -e let-go ]; do sleep 0.1; done
) &
while [ ! -e locked ]; do sleep 0.1; done
run quire_index -d index src
status_is "while another writes, a run ends with 75" 75
stderr_has "and says who it is" "another writer holds the lock (process $$ on $(hostname), since 2025-11-16T10:00:00Z"
run quire_index -d index --wait=1 src
status_is "having waited as long as it was told" 75
run quire_index -d index --rollback
status_is "going back waits its turn, too" 75
ok "readers do not mind" quire_search -q -d index article
(
    sleep 1
    touch let-go
) &
ok "--wait waits" quire_index -d index --wait --replace src
wait

# ---- the disk ----

# Can a library be loaded before others here?  Not with every sanitizer.
loads()
{
    echo 'int main(void) { return 0; }' >plain.c
    # The library is loaded into the shell that starts the program, too, which has no sanitizer.
    # shellcheck disable=SC2086  # a compiler and its options
    $(printf '%s\n' $QUIRE_CC | grep -v -e -fsanitize | xargs) -shared -fPIC -o full.so \
        "$QUIRE_SOURCE/tests/helpers/full_disk.c" &&
        $QUIRE_CC -o plain plain.c && LD_PRELOAD=$PWD/full.so ./plain
}

if loads 2>/dev/null; then
    cp index/XAPIANDB before
    run env LD_PRELOAD="$PWD/full.so" "$QUIRE_INDEX_PROGRAM" -d index --rebuild src
    status_is "where the disk has no room, nothing is begun" 2
    stderr_has "and it is said how much would be needed" "its disk has 1.0 MB free, and this build needs about 4.2 MB"
    same_files "the index stands" before index/XAPIANDB
else
    skip "a full disk" "no library can be loaded before others here"
fi

# ---- --verify ----

quire_index -q -d index --rebuild src
ok "a sound index is verified" quire_index -d index --verify
stdout_has "as a whole" "all of it was read"
ok "or by its checksums" quire_index -d index --verify --quick
stdout_has "which is said" "its files fit their checksums"
generation=$(sed -n 's/^# quire 1 \([^ ]*\) .*/\1/p' index/XAPIANDB)
for file in seg-0/passages/text seg-0/passages/postings seg-0/catalogue/postlist.glass sources; do
    path=index/$generation/$file
    cp "$path" whole
    byte=$(od -An -tu1 -j 50 -N 1 "$path")
    printf "\\$(printf '%03o' $((byte ^ 4)))" | dd of="$path" bs=1 seek=50 conv=notrunc 2>/dev/null
    run quire_index -d index --verify --quick
    status_is "a bit that flipped in $file is found" 2
    stderr_has "and named" "$file: damaged: it does not fit its checksum"
    run quire_index -q -d index --verify
    status_is "--verify finds it, too" 2
    stderr_has "and says what to do" "--rollback goes back to the generation before, and --rebuild with its sources makes the index anew"
    cat whole >"$path"
done
mv "index/$generation/seg-0/passages/text" whole
echo "Article 99." >src/99.txt
run quire_index -q -d index src
status_is "an index of which a file is gone is not updated" 2
stderr_has "and it is said what to do" "seg-0/passages/text: it is gone; the index is damaged: --rebuild makes it anew"
mv whole "index/$generation/seg-0/passages/text"
rm src/99.txt
rm "index/$generation/sources"
run quire_index -d index --verify
status_is "a file that is missing is found" 2
stderr_matches "and named" "^quire-index: sources: .*No such file"
touch "index/$generation/stranger"
run quire_index -d index --verify
stderr_has "so is one that does not belong there" "stranger: no file of this generation"
ok "an index that does not know its sources is built anew" quire_index -d index src
stdout_matches "all of it" "^read +everything$"

# ---- --status ----

run quire_index -d index --status --format json
status_is "--status speaks JSON" 0
stdout_matches "of what is live" '^\{"v": 1, "index": "index", "generation": "gen-[0-9]+", "built": "20[^"]*Z", "age_seconds": [0-9]+, "store": "quire", "articles": 16,'
stdout_matches "and of what would come" '"last_run": "20[^"]*Z published gen-[0-9]+", "update": \{"files": 16, "new": 0, "changed": 0, "gone": 0\}\}$'

# ---- usage ----

for words in "--keep 0" "--max-shrink 101" "--max-shrink -1" "--wait=soon" "--quick src" "--format json src" \
    "--verify --status" "--verify src" "--rollback src"; do
    # shellcheck disable=SC2086
    run quire_index -d index $words
    status_is "quire-index $words is an error" 2
done

# ---- going back to what is damaged ----

quire_index -q -d back src
echo "Article 98." >src/98.txt
quire_index -q -d back src
cp back/XAPIANDB before
printf 'x' | dd of=back/gen-00000001/sources bs=1 seek=50 conv=notrunc 2>/dev/null
complains "a generation that is damaged is not gone back to" 2 quire_index -d back --rollback <<'END'
quire-index: back/gen-00000001/sources: damaged: it does not fit its checksum; nothing was changed: --rebuild with the sources makes the index anew
END
same_files "the live one stays" before back/XAPIANDB

finish
