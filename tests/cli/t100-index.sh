# SPDX-License-Identifier: GPL-3.0-or-later
# quire-index: a build, its report, its options and its exit statuses.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

mkdir articles
printf 'Harbour opens\n\n2025-11-16\n\nThe new harbour opened on Sunday. Ships came in.\n' \
    >articles/harbour.txt
printf 'A bridge was closed after the storm.\n' >articles/bridge.txt
cat >articles/more.jsonl <<'END'
{"id":"m1","title":"Trains late","text":"Trains were late again.","date":"2025-11-15","source":"Daily"}
{"id":"m2","title":"","text":""}
END

# report: the report that was kept, without what differs from run to run.
report()
{
    sed -e 's/^\(seconds  *\)[0-9][0-9]*\.[0-9]$/\1S/' -e 's/^\(bytes of index  *\)[1-9][0-9]*$/\1N/' \
        -e 's/^\(built  *\)20[0-9-]*T[0-9:]*Z$/\1T/' \
        -e 's/^\(last run  *\)20[0-9-]*T[0-9:]*Z /\1T /' -e '/^age  */d' "$kept/out"
}

run quire_index -d index articles
status_is "a build succeeds" 0
stderr_empty "elsewhere than on a terminal, a quick build says nothing on standard error"
report >got
cat >wanted <<'END'
index                  index
generation             gen-00000001
read                   everything
added                  4
changed                0
removed                0
written again          0
segments               1
articles               4
articles without text  1
passages               3
furniture passages     0
words                  24
bytes read             250
skipped                0
damaged                0
new problems           0
bytes of index         N
seconds                S
END
same_files "the report counts articles, passages, words, bytes, skipped and seconds" wanted got
same_text "bytes read are those of the files" \
    "$(cat articles/* | wc -c)" "$(sed -n 's/^bytes read  *//p' got)"
same_text "the size is that of the generation's files" \
    "$(find index/gen-00000001 -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" \
    "$(sed -n 's/^bytes of index  *//p' "$kept/out")"

run quire_index -d index --status
status_is "--status succeeds where there is an index" 0
report >got
cat >wanted <<'END'
index                  index
generation             gen-00000001
built                  T
store                  quire
articles               4
passages               3
furniture passages     0
words                  24
bytes read             250
problems               0
segments               1
dead articles          0
bytes of index         N
source                 articles
last run               T published gen-00000001
an update              would find nothing new in 3 files
END
same_files "--status says what the index holds" wanted got

ok "a second build of the same sources succeeds" quire_index -d index articles
stdout_has "it publishes nothing" "none: nothing is new"
ok "unless all is to be made anew" quire_index -d index --rebuild articles
stdout_has "which makes the next generation" "gen-00000002"
ok "--quiet builds too" quire_index -q -d index --rebuild articles
stdout_empty "--quiet prints no report"
stderr_empty "--quiet says nothing where nothing went wrong"
run quire_index -d index --status
stdout_has "what --quiet built is live" "gen-00000003"

# ---- dry runs ----

run quire_index --dry-run -d nowhere articles
status_is "a dry run succeeds" 0
report >got
cat >wanted <<'END'
index                  nowhere
generation             none: a dry run
articles               4
articles without text  1
passages               3
furniture passages     0
words                  24
bytes read             250
skipped                0
damaged                0
new problems           0
seconds                S
END
same_files "a dry run reports what a build would" wanted got
fails "a dry run makes no index" test -e nowhere
ls -lR index >before
ok "a dry run with an index succeeds" quire_index --dry-run -d index articles
ls -lR index >after
same_files "a dry run leaves the index as it is" before after

# ---- where the index is ----

ok "the index is \$QUIRE_INDEX" env QUIRE_INDEX=here "$QUIRE_INDEX_PROGRAM" articles
ok "it was made there" test -f here/XAPIANDB
ok "-d comes before it" env QUIRE_INDEX=here "$QUIRE_INDEX_PROGRAM" -d there articles
ok "it was made in the other place" test -f there/XAPIANDB
ok "else the index is \$XDG_DATA_HOME/quire/default" \
    env XDG_DATA_HOME="$PWD/data" "$QUIRE_INDEX_PROGRAM" articles
ok "it was made there, parents included" test -f data/quire/default/XAPIANDB
ok "else it is ~/.local/share/quire/default" quire_index articles
ok "it was made at home" test -f "$HOME/.local/share/quire/default/XAPIANDB"
complains "without a home and anything else, -d is asked for" 2 \
    env -u HOME "$QUIRE_INDEX_PROGRAM" articles <<'END'
quire-index: no index is named: use -d INDEX
END

# ---- errors ----

run quire_index -d index
status_is "no SOURCE is an error" 2
stderr_has "it is said" "no SOURCE is given"
complains "a SOURCE that is not there is an error" 2 quire_index -d other nowhere.txt <<'END'
quire-index: nowhere.txt: No such file or directory
END
fails "and makes no index" test -e other
mkdir empty
complains "a SOURCE without any article is an error" 2 quire_index -d other2 empty <<'END'
quire-index: no article in empty
END
fails "and publishes no index" test -e other2/XAPIANDB
complains "a device is no SOURCE" 2 quire_index -d other3 /dev/null <<'END'
quire-index: /dev/null: neither a file, a directory nor a FIFO
END
complains "--status without an index is an error that says what makes one" 2 \
    quire_index -d nowhere --status <<'END'
quire-index: nowhere: there is no index here; quire-index -d nowhere SOURCE... makes one
END
for words in "--status articles" "--add --replace articles" "--memory 0 articles" \
    "--memory 5X articles" "--memory -1M articles" "--memory 99999999999999999999 articles" \
    "--memory 1K articles" "--nonsense articles"; do
    # shellcheck disable=SC2086
    run quire_index -d index $words
    status_is "quire-index $words is an error" 2
done
ok "a size may have a unit" quire_index -d index --memory 64m articles
ok "--help succeeds" quire_index --help
stdout_has "--help tells the exit statuses" "75 another writer"
touch file
run quire_index -d file articles
status_is "a file is no place for an index" 2
run quire_index -d articles articles
status_is "nor is a directory of other things" 2
same_text "which stay as they were" "bridge.txt harbour.txt more.jsonl" "$(ls articles | xargs)"

# ---- standard output ----

if [ -w /dev/full ]; then
    generation=$(head -n 1 index/XAPIANDB)
    "$QUIRE_INDEX_PROGRAM" -d index --rebuild articles >/dev/full 2>"$kept/err"
    status=$?
    status_is "a full disk under standard output is an error" 2
    stderr_has "the message says that the index is published all the same" \
        "No space left on device; the index is published all the same"
    fails "and so it is" test "$generation" = "$(head -n 1 index/XAPIANDB)"
else
    skip "a full disk under standard output is an error" "there is no /dev/full"
fi
"$QUIRE_INDEX_PROGRAM" -d index articles 2>"$kept/err" | true
run quire_index -d index --status
status_is "a reader of the report that goes away leaves a good index" 0

finish
