# SPDX-License-Identifier: GPL-3.0-or-later
# Standard output that cannot be written, and one that nobody reads.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

into()
{
    place=$1
    shift
    "$@" >"$place"
}
if [ -c /dev/full ]; then
    for format in human plain jsonl trec; do
        run into /dev/full quire_search --format "$format" strike
        status_is "a full disk under $format is an error" 2
        stderr_has "which is said" "quire-search: standard output: No space left on device"
    done
    printf 'strike\nport\n' >queries
    run into /dev/full quire_search --batch queries
    status_is "also in a batch" 2
    same_text "which stops there" 1 "$(grep -c "standard output" "$kept/err")"
else
    skip "a full disk is an error" "/dev/full is not there"
fi

closed()
{
    "$@" >&-
}
run closed quire_search strike
status_is "a closed standard output is an error" 2

# The reader goes away after a line; the searcher has much more to say.
i=0
while [ $i -lt 20000 ]; do
    echo strike
    i=$((i + 1))
done >many
{
    quire_search --batch many 2>"$kept/err"
    echo $? >code
} | head -n 1 >/dev/null
same_text "a reader that goes away ends it by SIGPIPE" 141 "$(cat code)"
stderr_empty "quietly"
(
    trap '' PIPE
    {
        quire_search --batch many 2>"$kept/err"
        echo $? >code
    } | head -n 1 >/dev/null
)
same_text "also where whoever started it ignores the signal" 141 "$(cat code)"

finish
