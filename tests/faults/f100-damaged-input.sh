# SPDX-License-Identifier: GPL-3.0-or-later
# Input that is damaged, hostile or not to be had: it is named, and the rest is indexed.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# A directory with a good article, and whatever a test puts beside it.
fresh()
{
    rm -rf in index
    mkdir in
    printf 'The good article.\n' >in/good.txt
}

# indexed SENTENCE N: the last run indexed N articles, with new problems named.
indexed()
{
    status_is "$1: status 1" 1
    stdout_matches "$1: the rest is indexed" "^articles +$2\$"
}

# ---- bytes ----

fresh
printf 'Truncated \342\202' >in/cut.txt
run quire_index -d index in
indexed "truncated UTF-8 is repaired" 2
stderr_has "and named" "in/cut.txt: 2 invalid bytes repaired: not UTF-8"

fresh
printf 'A NUL \000 within.\n' >in/nul.txt
run quire_index -d index in
status_is "a NUL in a text is no problem" 0
same_text "and is kept in the passage" 1 \
    "$(quire_search -d index --format jsonl within | grep -c 'A NUL \\u0000 within')"

fresh
head -c 5000 /dev/zero >in/zeros.txt
run quire_index -d index in
indexed "a file of NULs is skipped" 1
stderr_has "and named" "in/zeros.txt: not text"

fresh
printf '\377\376T\000e\000x\000t\000' >in/wide.txt
run quire_index -d index in
indexed "UTF-16 is skipped" 1
stderr_has "with what to do" "in/wide.txt: UTF-16 is not read: convert it with iconv -f UTF-16 -t UTF-8"

fresh
: >in/empty.txt
: >in/empty.jsonl
: >in/empty.txt.gz
run quire_index -d index in
status_is "an empty file is no problem" 0
stdout_matches "it is an article" "^articles +3$"
stdout_matches "without text" "^articles without text +2$"

fresh
{
    echo '{"id":"before","text":"One."}'
    printf '{"id":"long","text":"'
    head -c 100000000 /dev/zero | tr '\0' x
    echo '"}'
    echo '{"id":"after","text":"Two."}'
} >in/long.jsonl
run quire_index -d index in
indexed "a line of 100 MB is skipped" 3
stderr_has "and named" "in/long.jsonl:2: longer than 64 MiB (skipped)"
case ${QUIRE_CC:-} in
*-fsanitize=*)
    skip "and takes less memory than that line four times" "a sanitizer needs more"
    ;;
*)
    (
        ulimit -v 400000
        quire_index -q -d index2 in 2>"$kept/err"
    )
    status=$?
    status_is "and takes less memory than that line four times" 1
    ;;
esac
rm -rf in

# ---- JSON Lines ----

fresh
printf '{"id":"a"}\n{"id":"b"\n{"id":"c"}\n' >in/bad.jsonl
run quire_index -d index in
indexed "bad JSON at line 2 is skipped" 3
stderr_has "and named by line" "in/bad.jsonl:2: bad JSON"

# ---- compressed ----

fresh
awk 'BEGIN { srand(1); for (i = 0; i < 2000; i++) printf "{\"id\":\"r%d\",\"text\":\"%f\"}\n", i, rand() }' |
    gzip -c >whole.gz
head -c 10000 whole.gz >in/cut.jsonl.gz
head -c 10000 whole.gz >in/cut.txt.gz
run quire_index -d index in
status_is "truncated gzip gives status 1" 1
stderr_has "its whole records are used" \
    "in/cut.jsonl.gz: the compressed data ends early: only the records before were used"
stderr_has "a text of it is not" "in/cut.txt.gz: the compressed data ends early (skipped)"
stderr_lacks "half a record is not read" "bad JSON"
articles=$(sed -n 's/^articles  *\([0-9]*\)$/\1/p' "$kept/out")
ok "there are some" test "$articles" -gt 100 -a "$articles" -lt 2000
whole=$(gzip -dc in/cut.jsonl.gz 2>/dev/null | tr -cd '\n' | wc -c)
same_text "as many as gzip has whole lines, and the good article" $((whole + 1)) "$articles"

fresh
gzip -c in/good.txt >in/more.txt.gz
printf 'garbage' >>in/more.txt.gz
run quire_index -d index in
indexed "what follows compressed data is left out" 2
stderr_has "and named" "in/more.txt.gz: what follows the compressed data was left out"

# ---- what a directory may hold ----

fresh
mkfifo in/fifo
ln -s ../in in/loop
ln -s self in/self
ln -s nowhere in/dangling
run quire_index -d index in
indexed "a FIFO and bad links are skipped" 1
stderr_has "a FIFO is named" "in/fifo: a FIFO below a directory"
stderr_has "a loop is named" "in/loop: leads back to a directory above it (skipped)"
stderr_has "a link to itself is named" "in/self: Too many levels of symbolic links (skipped)"
stderr_has "a link to nothing is named" "in/dangling: a link to nothing (skipped)"

fresh
name=$(printf 'caf\351\n2.txt')
printf 'Oddly named.\n' >"in/$name"
run quire_index -d index in
status_is "a name that is no UTF-8, with a newline in it, is no problem" 0
stdout_matches "and its article is indexed" "^articles +2$"

fresh
long=$(printf '%0250d' 0)
printf 'Long.\n' >"in/$long.txt" 2>/dev/null
run quire_index -d index in
status_is "a long name is no problem" 0
stdout_matches "and its article is indexed" "^articles +2$"

# ---- rights: root reads everything, so another user is needed ----

fresh
mkdir in/closed
printf 'Closed.\n' >in/closed/a.txt
printf 'Unreadable.\n' >in/unreadable.txt
chmod 000 in/closed in/unreadable.txt
if [ "$(id -u)" -ne 0 ]; then
    as_other=
elif setpriv --reuid=65534 --regid=65534 --clear-groups "$QUIRE_INDEX_PROGRAM" --version \
    >/dev/null 2>&1; then
    as_other="setpriv --reuid=65534 --regid=65534 --clear-groups"
    chmod 711 "$kept"
    chmod 777 .
else
    as_other=none
fi
if [ "$as_other" = none ]; then
    skip "a directory without rights is skipped and named" \
        "root reads all, and no other user can run the program"
else
    # shellcheck disable=SC2086
    run $as_other "$QUIRE_INDEX_PROGRAM" -d index in
    indexed "what may not be read is skipped" 1
    stderr_has "a directory without rights is named" "in/closed: Permission denied (skipped)"
    stderr_has "a file without rights is named" "in/unreadable.txt: Permission denied (skipped)"
    # shellcheck disable=SC2086
    run $as_other "$QUIRE_INDEX_PROGRAM" -d index3 in/closed
    status_is "as a SOURCE it is an error" 2
    stderr_has "that names it" "in/closed: Permission denied"
    # shellcheck disable=SC2086
    run $as_other "$QUIRE_INDEX_PROGRAM" -d index3 in/unreadable.txt
    status_is "so is a file" 2
    stderr_has "which is named" "in/unreadable.txt: Permission denied"
    mkdir shut
    chmod 555 shut
    # shellcheck disable=SC2086
    run $as_other "$QUIRE_INDEX_PROGRAM" -d shut/index in/good.txt
    status_is "a place where nothing may be written is an error" 2
    stderr_has "that names it" "Permission denied"
fi
chmod 755 in/closed

finish
