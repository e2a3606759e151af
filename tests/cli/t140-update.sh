# SPDX-License-Identifier: GPL-3.0-or-later
# A run reads what is new, changed or gone since the last one, and no more.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# number NAME: of the report.
number()
{
    sed -n "s/^$1  *//p" "$kept/out"
}

# update WANTED...: added, changed and removed articles of an update of src.
update()
{
    run quire_index -d index --max-shrink=100 src
    same_text "$1" "$2" "$status $(number added) $(number changed) $(number removed)"
}

# found QUERY: the articles found, sorted.
found()
{
    quire_search -d index --format jsonl --copies show -n 100 "$1" 2>/dev/null |
        sed -n 's/.*"type":"result".*"article":"\([^"]*\)".*/\1/p' | sort | xargs
}

mkdir src
for i in 1 2 3 4 5 6; do
    echo "Article $i is about ceasefire talks." >src/t$i.txt
done
for i in 1 2 3 4 5 6 7 8; do
    printf '{"id":"j%s","text":"Record %s is about oil prices."}\n' $i $i
done >src/lines.jsonl

ok "the first run reads everything" quire_index -d index src
same_text "all articles are new" "14 0 0" "$(number added) $(number changed) $(number removed)"
cp index/XAPIANDB before
ok "a run with nothing new succeeds" quire_index -d index src
stdout_has "and says so" "none: nothing is new"
same_files "it publishes nothing" before index/XAPIANDB
ok "and leaves nothing" test ! -e index/new-00000002

touch src/t1.txt
update "a file that was only touched is no change" "0   "

echo "Article 7 mentions hostages." >src/t7.txt
update "a new file is added" "0 1 0 0"
stdout_matches "to a segment of its own" "^segments +2$"
same_text "it is found" "t7" "$(found hostages)"

echo "Article 7 mentions gold instead." >src/t7.txt
update "a changed file is read again" "0 0 1 0"
same_text "what it was is not found any more" "" "$(found hostages)"
same_text "what it is, is" "t7" "$(found gold)"
run quire_search -d index --format jsonl 'hostage*'
stdout_lacks "nobody knows the words of the dead" '"article"'
stdout_has "not even as a pattern" "no-such"

rm src/t2.txt
update "a file that is gone is removed" "0 0 0 1"
same_text "it is not found any more" "t1 t3 t4 t5 t6" "$(found ceasefire)"

mv src/t3.txt src/t8.txt
update "a renamed file is another article" "0 1 0 1"

# ---- files of many articles ----

printf '{"id":"j0","text":"Record 0 stands before."}\n' | cat - src/lines.jsonl >more
sed 's/Record 3 is/Record 3 was/; /"j5"/d' more >src/lines.jsonl
update "of a file of records only what changed is read" "0 1 1 1"
same_text "the line that came is found" "j0" "$(found before)"
same_text "the one that changed is" "j3" "$(found was)"

echo '{"id":"j1","text":"Another first record on tea."}' >src/a.jsonl
run quire_index -d index src
status_is "a record of the same id comes first now, which is a problem" 1
stderr_has "and is named" "second article with id j1; the first is in src/a.jsonl:1"
same_text "the first in the order of files counts" "j1" "$(found tea)"
same_text "the other one is gone" "" "$(found '"record 1"')"
rm src/a.jsonl
update "when it goes, the other comes in" "0 0 1 0"
same_text "and is found again" "j1" "$(found '"record 1"')"

# ---- the same as built anew ----

same_as_anew()
{
    quire_index -q -d anew src
    for query in ceasefire "oil prices" "record OR article" '"is about"' 'r*'; do
        quire_search -d index --format jsonl -n 100 --count "$query" >updated
        quire_search -d anew --format jsonl -n 100 --count "$query" >fresh
        same_files "$1: $query" fresh updated
    done
    rm -r anew
}

same_as_anew "an index that was updated answers as one built anew"
for i in 1 2 3 4 5 6 7 8 9 10; do
    echo "Later article $i about the ceasefire." >src/u$i.txt
    quire_index -q -d index src
done
run quire_index -d index --status
ok "segments are merged when there are many" test "$(number segments)" -le 8
same_as_anew "so does one of many segments"
ok "which is sound" quire_index -q -d index --verify
ok "all can be made anew" quire_index -d index --rebuild src
stdout_matches "in one segment" "^segments +1$"
ok "as at first" quire_index -q -d anew src
same_text "byte for byte" \
    "$(cd anew/gen-00000001/seg-0/passages && cksum ./*)" \
    "$(cd index/gen-*/seg-0/passages && cd ../../../"$(sed -n 's/^# quire 1 \([^ ]*\) .*/\1/p' ../../../XAPIANDB)"/seg-0/passages && cksum ./*)"

# ---- what makes an update a build ----

echo "talks = parley" >stems
echo "One more." >src/v.txt
run quire_index -d index --stems stems src
stdout_matches "with other stems everything is read" "^read +everything$"
run quire_index -d index --store xapian src
stdout_matches "as it is for another store" "^read +everything$"

# ---- Xapian's store ----

# live: the directory of the live generation.
live()
{
    sed -n 's/^# quire 1 \([^ ]*\) .*/index\/\1/p' index/XAPIANDB
}

# inode FILE: in the live generation.
inode()
{
    stat -c %i "$(live)/$1"
}

ok "Xapian's store has nothing to do where nothing changed" quire_index -d index src
stdout_has "either" "none: nothing is new"
catalogue=$(inode seg-0/catalogue/postlist.glass)
echo "And one more." >src/w.txt
update "what is new goes to a segment of its own" "0 1 0 0"
stdout_matches "without the rest being read" "^read +what is new or changed$"
same_text "and has it" "w" "$(found 'and one more' | xargs -n 1 | grep -x w)"
same_text "the old segment is shared" "$catalogue" "$(inode seg-0/catalogue/postlist.glass)"
rm src/t1.txt
update "what is gone is deleted" "0 0 0 1"
ok "from a copy of its segment" test "$catalogue" != "$(inode seg-0/catalogue/postlist.glass)"
ok "which is sound" quire_index -q -d index --verify
same_text "and does not have it" "" "$(found '+article +1 +ceasefire' | xargs -n 1 | grep -x t1)"
same_as_anew "it answers as one built anew"
ok "the generation before" quire_index -q -d index --rollback
ok "was left alone" quire_index -q -d index --verify
same_text "and still has it" "t1" "$(found '+article +1 +ceasefire' | xargs -n 1 | grep -x t1)"

# ---- old generations ----

rm -r index
for i in 1 2 3 4 5; do
    echo "Version $i." >src/v.txt
    quire_index -q -d index --keep 3 src
done
same_text "--keep says how many generations stay" "gen-00000003 gen-00000004 gen-00000005" \
    "$(cd index && echo gen-*)"
ok "one can go back" quire_index -d index --rollback
stdout_has "to the one before" "index: back from gen-00000005 to gen-00000004"
same_text "which answers" "v" "$(found '"version 4"')"
ok "and again" quire_index -d index --rollback
same_text "to the one before that" "v" "$(found '"version 3"')"
complains "but no further than there are generations" 2 quire_index -d index --rollback <<'END'
quire-index: index: no generation older than the live one is kept: nothing to go back to
END
ok "the next run finds what has changed since" quire_index -d index src
same_text "its number was never used" "gen-00000006" "$(number generation)"
same_text "it has it" "v" "$(found '"version 5"')"
same_text "those that were gone back from go" "gen-00000003 gen-00000006" "$(cd index && echo gen-*)"
text=index/gen-00000003/seg-0/passages/text
cp "$text" whole
printf 'x' | dd of="$text" bs=1 seek=100 conv=notrunc 2>/dev/null
run quire_index -d index --rollback
status_is "a damaged generation is none to go back to" 2
stderr_has "as the message says" "damaged: it does not fit its checksum"

# ---- readers ----

rm -r index
echo "Version 1." >src/v.txt
quire_index -q -d index src
echo "Version 2." >src/v.txt
quire_index -q -d index src
mkfifo queries
quire_search -d index --format jsonl --batch queries >answers &
reader=$!
exec 8>queries
echo '"version 2"' >&8
while [ ! -s answers ]; do sleep 0.1; done
ok "one goes back while somebody reads" quire_index -d index --rollback
same_text "who comes now reads what is live" "" "$(found '"version 2"')"
for i in 3 4 5; do
    echo "Version $i." >src/v.txt
    quire_index -q -d index --keep 1 src
done
ok "what is read stays" test -d index/gen-00000002
ok "what nobody reads does not" test ! -d index/gen-00000003
echo '"version 2"' >&8
exec 8>&-
ok "the reader goes on" wait "$reader"
same_text "and gets the same answers" 2 "$(grep -c '"type":"result".*Version 2' answers)"
echo "Version 6." >src/v.txt
ok "when it has ended" quire_index -q -d index --keep 1 src
same_text "its generation goes, too" "gen-00000006" "$(cd index && echo gen-*)"

# ---- names that are shown alike ----

# What is known of one is not taken for what is known of the other.
rm -rf index src
mkdir src
for name in "$(printf '\376')" "$(printf '\377')"; do
    for i in 1 2 3; do
        printf '{"id":"same%s","text":"Record %s is about herring."}\n' $i $i
    done >"src/$name.jsonl"
done
printf '{"id":"other","text":"This one goes."}\n' >src/a.jsonl
quire_index -q -d index src
rm src/a.jsonl
run quire_index -d index --max-shrink=100 src
same_text "of two files whose names are shown alike" "0 0 1" "$(number added) $(number changed) $(number removed)"
run quire_index -d index src
stdout_has "then nothing is new" "none: nothing is new"
ok "the index is sound" quire_index -q -d index --verify
same_text "and has each article once" "same1 same2 same3" "$(found herring)"

finish
