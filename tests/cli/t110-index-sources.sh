# SPDX-License-Identifier: GPL-3.0-or-later
# The SOURCEs of a run are the whole set; another set wants --add or --replace.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

mkdir a b
printf 'First article.\n' >a/one.txt
printf 'Second article.\n' >b/two.txt
printf '{"id":"three","text":"Third article."}\n' >three.jsonl

# sources: what the live index was built from.
sources()
{
    quire_index -d index --status | sed -n 's/^source  *//p' | xargs
}

quire_index -q -d index a b
ok "the same sources in another order and spelling are the same" \
    quire_index -q -d index ./b "$PWD/a/"
complains "one source more is refused" 2 quire_index -d index a b three.jsonl <<'END'
quire-index: the live index was not built from three.jsonl: say whether to add to its sources or to replace them (--add or --replace)
END
complains "one source less is refused" 2 quire_index -d index a <<END
quire-index: the live index was built from ./b too: name all of its sources, or say whether to add to them or to replace them (--add or --replace)
END
same_text "the old index stands" "./b $PWD/a/" "$(sources)"
run quire_index -d index --dry-run a
status_is "a dry run refuses the same" 2

ok "--add keeps the sources there were" quire_index -d index --add three.jsonl
stdout_matches "and reads all of them" "^articles +3$"
same_text "they are the index's sources now" "./b $PWD/a/ three.jsonl" "$(sources)"
ok "so they are the same the next time" quire_index -q -d index a b three.jsonl
ok "--add of what is there already adds nothing" quire_index -d index --add a
stdout_matches "and reads all of them again" "^articles +3$"

ok "--replace forgets the sources there were" quire_index -d index --replace three.jsonl
stdout_matches "and reads the new ones only" "^articles +1$"
same_text "they are the index's sources now" "three.jsonl" "$(sources)"

mkdir elsewhere
ok "--add finds the sources there were from another directory" \
    sh -c 'cd elsewhere && "$QUIRE_INDEX_PROGRAM" -d ../index --add ../a'
stdout_matches "all of them" "^articles +2$"
ok "and so they are the same from here" quire_index -q -d index three.jsonl a

ok "a source named twice is one" quire_index -q -d twice a a ./a
same_text "and stands once in the index's sources" "a" \
    "$(quire_index -d twice --status | sed -n 's/^source  *//p')"

# ---- a source that has gone ----

cp index/XAPIANDB before
mv a gone
complains "a source that has gone is an error" 2 quire_index -d index three.jsonl a <<'END'
quire-index: a: No such file or directory: is it mounted? The index stands as it is; --replace with the other sources leaves it out
END
run quire_index -d index --add b
status_is "so it is for --add" 2
stderr_has "which names it" "/a: No such file or directory"
same_files "the old index stands" before index/XAPIANDB
mv gone a

# ---- a source that has no file any more ----

mkdir full empty
printf 'A first article.\n' >full/one.txt
printf 'A second article.\n' >empty/two.txt
quire_index -q -d emptied full empty
cp emptied/XAPIANDB before
rm empty/two.txt
complains "a directory without a file is an error" 2 quire_index -d emptied full empty <<'END'
quire-index: no file in empty: is it mounted? --replace with the sources to read leaves it out
END
run quire_index -d emptied --add full
status_is "and for --add" 2
run quire_index -d emptied --dry-run full empty
status_is "and in a dry run" 2
same_files "the old index stands" before emptied/XAPIANDB
run quire_index -d emptied --replace full empty
status_is "--replace of the same sources is refused, too" 2
stderr_has "and the message says how to have it" "no article in empty, where there were 1: is it mounted? Nothing was published; --max-shrink=100 allows it"
ok "so it is taken as it is" quire_index -d emptied --max-shrink=100 --replace full empty
stdout_matches "with the articles of the others" "^articles +1$"

# ---- sources in one another ----

mkdir -p nest/sub
printf 'An outer article.\n' >nest/outer.txt
printf 'An inner article.\n' >nest/sub/inner.txt
printf '{"id":"r","text":"A record."}\n' >nest/sub/records.jsonl
ln nest/outer.txt nest/sub/linked.txt
run quire_index -d nested nest nest/sub "$PWD/nest/outer.txt"
status_is "a file that is in two sources is a problem" 1
stderr_is "which is named once for each file" <<END
quire-index: $PWD/nest/outer.txt: the same file is named twice; the first time as nest/outer.txt (skipped)
quire-index: nest/sub/inner.txt: the same file is named twice; the first time as nest/sub/inner.txt (skipped)
quire-index: nest/sub/linked.txt: the same file is named twice; the first time as nest/sub/linked.txt (skipped)
quire-index: nest/sub/records.jsonl: the same file is named twice; the first time as nest/sub/records.jsonl (skipped)
END
stdout_matches "each is read once, and a file of two names under both" "^articles +4$"
same_text "it keeps the id that it has in the first source" "sub/inner" \
    "$(quire_search -d nested --format plain inner | cut -f 3 | sed 's/#.*//')"
run quire_index -d backwards nest/sub nest
stderr_has "it is the second that is left out, in whatever order" \
    "nest/sub/inner.txt: the same file is named twice"
same_text "so the id is that of the first" "inner" \
    "$(quire_search -d backwards --format plain inner | cut -f 3 | sed 's/#.*//')"
mkdir nestling
printf 'Another article.\n' >nestling/other.txt
ok "a name that only begins alike is another directory" quire_index -d alike nest nestling

# ---- standard input ----

echo '{"id":"four","text":"Fourth article."}' >four.jsonl
run quire_index -d stdin - <four.jsonl
status_is "- is JSON Lines on standard input" 0
stdout_matches "its article is indexed" "^articles +1$"
run quire_index -d stdin - <four.jsonl
status_is "with an index there, standard input needs --add or --replace" 2
stderr_has "as the message says" "--add or --replace"
run quire_index -d stdin --replace - <four.jsonl
status_is "--replace - succeeds" 0
run quire_index -d stdin --add a
status_is "standard input cannot be read again, so --add is refused" 2
stderr_has "as the message says" "standard input, which cannot be read again"
run quire_index -d stdin --replace a - <four.jsonl
status_is "standard input stands beside other sources" 0
stdout_matches "all are read" "^articles +2$"
run sh -c 'gzip -c four.jsonl | "$QUIRE_INDEX_PROGRAM" -d stdin --replace -'
status_is "standard input may be compressed" 0
stdout_matches "its article is indexed" "^articles +1$"

# ---- a FIFO ----

mkfifo fifo
(cat four.jsonl >fifo) &
run quire_index -d fifoindex fifo
wait
status_is "a FIFO named as SOURCE is read" 0
stdout_matches "its article is indexed" "^articles +1$"

# ---- an index in its own source ----

mkdir own
cp a/one.txt own
ok "an index may lie in its source" sh -c 'cd own && "$QUIRE_INDEX_PROGRAM" -d index . || [ $? -eq 1 ]'
stdout_matches "and is not read" "^articles +1$"
stderr_has "but named" "./index: an index, not articles (skipped)"
run sh -c 'cd own && "$QUIRE_INDEX_PROGRAM" -d index .'
status_is "the next time that is nothing new" 0
stdout_matches "and it still is not read" "^articles +1$"

finish
