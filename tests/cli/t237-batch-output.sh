# SPDX-License-Identifier: GPL-3.0-or-later
# quire-search --batch --output DIR: a file for each query, and --resume after a break.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

# names DIR: the files of answers, on one line.
names()
{
    (cd "$1" && find . ! -name . ! -name .quire-batch | sed 's,^[.]/,,' | LC_ALL=C sort | tr '\n' ' ')
}

# ---- What the files are ----

printf 'a\tdockers\n"Board of Peace"\nzebra\nnone\t\n\tUS\n' >queries
for format in human plain jsonl tsv csv html trec; do
    case $format in
    human | plain) ending=txt ;;
    *) ending=$format ;;
    esac
    run quire_search --batch queries --format $format --output "in-$format" --threads 3
    status_is "$format: every line was answered" 0
    stdout_empty "$format: nothing is printed"
    same_text "$format: a file a query, called by its id" \
        "2.$ending 3.$ending 5.$ending a.$ending none.$ending " "$(names "in-$format")"
    printf 'a\tdockers\n' | quire_search --batch - --format $format >alone
    same_files "$format: it holds what a batch of that line prints" alone "in-$format/a.$ending"
    printf 'none\t\n' | quire_search --batch - --format $format >alone 2>/dev/null
    same_files "$format: whatever that is" alone "in-$format/none.$ending"
done
stderr_has "notes name the query" 'query 3: note: no passage has "zebra"'
quire_search --batch queries --output colored --color --width 30
ok "colour is for who asks for it" grep -q '\[1;31m' colored/a.txt

# ---- Names ----

# An id that is far too long, and another that begins as it does.
long=$(awk 'BEGIN { for (i = 0; i < 300; i++) printf "x" }')
printf '%s\tdockers\n' .. . / ../../evil '-rf' 'a b' 'x~1' '100%' "$long" "${long}y" \
    "$(printf '\303\274ber')" "$(printf '\033[31mred')" "$(printf '\377')" .quire-batch CON >odd
printf 'nu\0l\tdockers\n' >>odd
run quire_search --batch odd --format plain --output odd-out
status_is "ids of all kinds" 0
same_text "become names that are only names" \
    "%1B%5B31mred.txt %2D.txt" "$(names odd-out | tr ' ' '\n' | sed -n '1p;s/^%2Drf/%2D/p' | sort -u | tr '\n' ' ' | sed 's/ $//')"
for name in '%2E.' '%2E' '%2F' '%2E.%2F..%2Fevil' '%2Drf' 'a%20b' 'x%7E1' '100%25' '%C3%BCber' \
    '%FF' '%2Equire-batch' 'CON' 'nu%20l'; do
    ok "one of them is $name.txt" test -f "odd-out/$name.txt"
done
same_text "one for each line" "$(wc -l <odd)" "$(names odd-out | wc -w)"
same_text "none is longer than 160 bytes" 0 "$(names odd-out | tr ' ' '\n' | awk 'length > 160' | wc -l)"
same_text "and long ones stay apart" 2 "$(names odd-out | tr ' ' '\n' | grep -c '^xxxx.*~[0-9a-f]\{16\}[.]txt')"
same_text "nothing is written elsewhere" "" "$(find . .. -maxdepth 1 -name '*evil*')"

printf 'q\tdockers\nq\tGeneva\nQ\tUS\nq\tGeneva\n' >same
run quire_search --batch same --format plain --output same-out
status_is "ids that are the same" 0
same_text "are told apart by the lines" "Q.txt q.txt q~2.txt q~4.txt " "$(names same-out)"
stderr_has "which is said" "same-out/q~2.txt"
ok "each has the answer to its own query" grep -q '\[Dockers\]' same-out/q.txt
ok "the second one, too" grep -q '\[Geneva\]' same-out/q~2.txt

# ---- Where it may write ----

complains "a directory that is not empty is not touched" 2 \
    quire_search --batch queries --output articles <<'END'
quire-search: articles is not empty: name another directory, or go on with the batch that was broken off there by --resume
END
complains "nor is a file" 2 quire_search --batch queries --output queries <<'END'
quire-search: queries: Not a directory
END
complains "its parent must be there" 2 quire_search --batch queries --output no/where <<'END'
quire-search: no/where: No such file or directory
END
run quire_search --batch queries --output articles --resume
status_is "there is nothing to resume among other files" 2
stderr_has "which is said" "articles is not empty"
mkdir locked
chmod a-w locked
if ( : >locked/try ) 2>/dev/null; then
    skip "a directory that cannot be written" "this user may write all"
else
    run quire_search --batch queries --output locked
    status_is "a directory that cannot be written is an error" 2
    stderr_has "that names it" "locked/.quire-batch: Permission denied"
fi
run quire_search --batch missing --output never
status_is "without queries" 2
fails "no directory is made" test -e never
run quire_search --output out dockers
status_is "--output is for batches" 2
run quire_search --batch queries --resume
status_is "--resume needs --output" 2
stderr_has "and says so" "--output DIR"
run quire_search --batch queries --output out -q
status_is "--quiet would leave nothing to write" 2

mkfifo held
quire_search --batch held --output shared --format plain &
first=$!
exec 8>held
echo dockers >&8
while [ ! -e shared/1.txt ]; do
    sleep 0.1
done
complains "two batches do not write to one directory at a time" 2 \
    quire_search --batch queries --output shared --resume <<'END'
quire-search: shared: another batch is writing its answers there
END
exec 8>&-
wait $first
same_text "the first one does not notice" 0 $?

# ---- A break ----

awk 'BEGIN {
    word[0] = "dockers"; word[1] = "\"Board of Peace\""; word[2] = "zebra Geneva"; word[3] = ""
    word[4] = "US"; word[5] = "+strike -dockers"; word[6] = "port \"unclosed"
    for (i = 1; i <= 300; i++) {
        if (i % 3 == 0)
            printf "q%d\t", i % 120
        print word[i % 7]
    }
    for (j = 0; j < 150; j++)
        printf "(a +"
    print ""
}' >many
quire_search --batch many --format jsonl --output unbroken 2>/dev/null
same_text "one line is an error" 2 $?

# feed_and_stop SIGNAL DIR: break a batch off after about a hundred lines; $code is its status.
feed_and_stop()
{
    rm -f pipe
    mkfifo pipe
    "$QUIRE_SEARCH_PROGRAM" --batch pipe --format jsonl --output "$2" 2>"$kept/err" &
    searcher=$!
    exec 8>pipe
    head -n 100 many >&8
    while [ ! -e "$2/100.jsonl" ]; do # the hundredth line has no id
        sleep 0.05
    done
    kill "-$1" $searcher
    wait $searcher 2>/dev/null
    code=$?
    exec 8>&-
}

for signal in KILL TERM HUP; do
    feed_and_stop $signal "after-$signal"
    case $signal in
    KILL) wanted=137 ;;
    TERM) wanted=143 ;;
    HUP) wanted=129 ;;
    esac
    same_text "SIG$signal ends a batch, by that signal" $wanted $code
    [ $signal != TERM ] ||
        stderr_has "which says how to go on" "after-TERM: broken off; the same command with --resume"
    same_text "SIG$signal: what is there by then is whole" "" \
        "$(diff -r unbroken "after-$signal" | grep -v '^Only in unbroken' | grep -v '[.]quire-batch')"
    run quire_search --batch many --resume --output "after-$signal" --format jsonl --threads 3
    status_is "SIG$signal: going on has the status of the whole" 2
    ok "SIG$signal: and leaves what an unbroken batch does" diff -r unbroken "after-$signal"
done

# Nothing that is whole is answered again: its file stays the same one.
ls -i after-KILL >before
run quire_search --batch many --resume --output after-KILL --format jsonl --threads 3
ls -i after-KILL >after
same_text "what is whole is left alone, errors are tried again" "301.jsonl" \
    "$(diff before after | sed -n 's/^> *[0-9]* //p')"

# What is damaged or lost meanwhile.
rm unbroken/q3.jsonl
echo more >>unbroken/4.jsonl
printf x | dd of=unbroken/5.jsonl bs=1 seek=3 conv=notrunc 2>/dev/null
: >unbroken/7.jsonl
printf xxxx | dd of=unbroken/.quire-batch bs=1 seek=1000 conv=notrunc 2>/dev/null
run quire_search --batch many --resume --output unbroken --format jsonl
ok "files that were lost, cut or changed are made again" diff -r after-KILL unbroken
size=$(wc -c <unbroken/.quire-batch)
head -c $((size / 2)) unbroken/.quire-batch >cut
cat cut >unbroken/.quire-batch
run quire_search --batch many --resume --output unbroken --format jsonl
ok "also where what was known of them is lost" diff -r after-KILL unbroken

# Another batch.
run quire_search --batch many --resume --output unbroken --format csv
status_is "with another format nothing is resumed" 2
stderr_has "which is said" '"format jsonl", now "format csv"'
run quire_search --batch many --resume --output unbroken --format jsonl -n 3
stderr_has "nor with other options" 'now "option number=3"'
run quire_search --all -n 3 --batch queries --output two --format plain
run quire_search --number=3 --batch queries --form plain --resume --all --output two --threads 2
status_is "however they are written" 0
stderr_empty "and in whatever order, they are the same options"
sed '50s/.*/Geneva/' many >changed
run quire_search --batch changed --resume --output unbroken --format jsonl
status_is "nor with another query" 2
stderr_has "which is named" "unbroken: line 50 is not what was answered there"
ok "all stays as it is" diff -r after-KILL unbroken
head -n 10 many >fewer
run quire_search --batch fewer --resume --output unbroken --format jsonl
status_is "fewer queries are no error" 0
stderr_has "but noted" "unbroken has answers to more lines than fewer has"
echo garbage >after-TERM/.quire-batch
run quire_search --batch many --resume --output after-TERM --format jsonl
status_is "what is no state of a batch is none" 2
stderr_has "which is said" "after-TERM/.quire-batch is not what"
printf 'Later strike\n\nAnother strike began.\n' >articles/later.txt
quire_index -q -d index articles
run quire_search --batch many --resume --output unbroken --format jsonl
status_is "nor of another generation of the index" 2
stderr_has "which is said" '"index gen-00000001'

run quire_search --batch queries --resume --output fresh --format plain
status_is "--resume begins a batch where there is none" 0

# A file that cannot be written to its end.
limited()
(
    trap '' XFSZ
    ulimit -f 8
    "$@"
)
run limited quire_search --batch many --output full --format html --threads 3
status_is "a file that cannot be written is an error" 2
stderr_matches "that names it, once" '^quire-search: full/.*[.]html: File too large$'
same_text "nothing half-written is left" "$(find full -name '*.html' | wc -l)" \
    "$(cat full/*.html 2>/dev/null | grep -c '</html>')"
fails "under no name" test -e full/.quire-batch.part

finish
