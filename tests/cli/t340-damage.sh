# SPDX-License-Identifier: GPL-3.0-or-later
# A passage is printed when its checksum holds.  Where one bit of the stored text is another, what it
# concerns says that the index is damaged, all the rest is answered as before, and the status is 2.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# flip FILE BYTE: turn the lowest bit round.
flip()
{
    value=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059  # the format is the byte
    printf "\\$(printf '%03o' $((value ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# search ARGUMENT...: in the index.  Xapian's tables have no checksums but the manifest's, by which they
# are refused as a whole, unless they are trusted.
search()
{
    case $store in
    quire) quire_search -d index "$@" ;;
    xapian) quire_search -d index --trust "$@" ;;
    esac
}

# flip_stored STORE QUERY: a bit of what is stored of some passage.  There is room between Xapian's
# records, and Quire's file begins with a dictionary, so places are tried.
flip_stored()
{
    case $1 in
    quire) file=$(echo index/gen-*/seg-*/passages/text) ;;
    xapian) file=$(echo index/gen-*/seg-*/passages/docdata.glass) ;;
    esac
    for ninth in 8 7 6 5 4 3 2 1; do
        place=$(($(wc -c <"$file") * ninth / 9))
        flip "$file" $place
        ! search --format jsonl -n 1000 --copies show -- "$2" 2>/dev/null |
            grep -q '"type":"damaged"' || return 0
        flip "$file" $place
    done
}

# results FILE: those that are whole.
results()
{
    grep '"type":"result"' "$1"
}

# others_are_as_before FILE: each result that is there was there before, and all ranks are there.
others_are_as_before()
{
    results "$1" | grep -vxF -f whole && return 1
    sed -n 's/.*"rank":\([0-9]*\).*/\1/p' "$1" >ranks
    seq "$(wc -l <ranks)" | cmp - ranks && [ "$(wc -l <ranks)" -eq "$(results whole | wc -l)" ]
}

# damaged_index STORE FILE-BELOW-SEGMENT
damaged_index()
{
    rm -rf index
    quire_index -q -d index --store "$1" "$QUIRE_SOURCE/corpus/articles" 2>/dev/null || exit 99
    quire_search -d index --format jsonl -n 1000 --copies show -- "$2" >whole 2>/dev/null
}

for store in quire xapian; do
    for query in 'the' '"of the"' 'the NEAR/20 of'; do
        damaged_index $store "$query"
        flip_stored $store "$query"
        run search --format jsonl -n 1000 --copies show -- "$query"
        status_is "$store, $query: the status is 2" 2
        stdout_has "$store, $query: a result says that it is damaged" '"type":"damaged"'
        stdout_has "$store, $query: the others are there" '"type":"result"'
        cp "$kept/out" damaged
        judge "$store, $query: as they were before" "results differ" others_are_as_before damaged
        stderr_has "$store, $query: and what to do about it" "rebuild"
        fails "$store, $query: once" grep -q 'quire-index.*quire-index$' "$kept/err"
        [ $store = quire ] && continue
        run quire_search -d index -- "$query"
        status_is "$store, $query: nothing is answered without trust" 2
        same_text "$store, $query: and nothing printed" "" "$(cat "$kept/out")"
        stderr_has "$store, $query: but what to do" "rebuild"
    done

    # What each format makes of it.
    rank=$(sed -n 's/.*"type":"damaged".*"rank":\([0-9]*\).*/\1/p' damaged | head -n 1)
    run search --format human --color=never -n 1000 --copies show -- "$query"
    status_is "$store: for people, too, the status is 2" 2
    stdout_matches "$store: they see which it is" "^$rank[.] This passage is damaged"
    run search --format plain -n 1000 --copies show -- "$query"
    stdout_matches "$store: plain has a line for it" "^$rank	error	.*rebuild"
    run search --format csv -n 1000 --copies show -- "$query"
    stdout_matches "$store: csv has a row for it" ",$rank,[0-9.]*,,,,.*rebuild"
    run search --format html -n 1000 --copies show -- "$query"
    stdout_has "$store: the page says so above" "The index is damaged"
    stdout_has "$store: and in its place" "<span class=\"damage\">This passage is damaged</span>"
    run search --format trec -n 1000 --copies show -- "$query"
    status_is "$store: trec has the status" 2
    same_text "$store: and the others" "$(results damaged | wc -l)" "$(wc -l <"$kept/out")"

    printf 'zebracrossing\n%s\nzebracrossing\n' "$query" >batch
    run search --format jsonl --batch batch -n 1000 --copies show
    status_is "$store: in a batch the status is 2" 2
    same_text "$store: and every line is answered" 3 "$(grep -c '"type":"query".*"error":null' "$kept/out")"

    rm -rf answers sound
    run search --format jsonl --batch batch -n 1000 --copies show --output answers
    status_is "$store: in files, too" 2
    same_text "$store: there is one for each line" 3 "$(find answers -name '*.jsonl' | wc -l)"
    ok "$store: the one that it concerns says so" grep -q '"type":"damaged"' answers/2.jsonl
    flip "$file" $place
    run search --format jsonl --batch batch -n 1000 --copies show --output answers --resume
    status_is "$store: resumed once the damage is mended, all is well" 0
    search --format jsonl --batch batch -n 1000 --copies show --output sound 2>/dev/null
    ok "$store: as if it had never been" diff -r sound answers
    flip "$file" $place

    # Articles: whatever could be read of them.
    some=0
    sed -n 's/.*"article":"\([^"]*\)","passage".*/\1/p' whole | sort -u >ids
    while IFS= read -r id; do
        search --format jsonl --show "$id" >shown 2>/dev/null
        code=$?
        n=$(grep -c '"type":"damaged"' shown)
        some=$((some + n))
        [ $((n > 0 ? 2 : 0)) -eq $code ] || fail "$store: $id is shown" "status $code"
    done <ids
    judge "$store: an article says where a passage of it is missing" "no damage was met" [ "$some" -gt 0 ]
done

# Articles by --unit article; Xapian's store reads every passage for whose it is, and needs them all.
store=quire
damaged_index quire the
quire_search -d index --unit article --format jsonl -n 1000 --copies show the >whole 2>/dev/null
flip_stored quire the
for copies in show fold; do
    run quire_search -d index --unit article --format jsonl -n 1000 --copies $copies the
    status_is "an article with a damaged passage, --copies $copies: the status is 2" 2
    stdout_has "--copies $copies: it says that it is damaged" '"type":"damaged"'
    stdout_has "--copies $copies: the others are there" '"type":"result"'
    [ $copies = fold ] || cp "$kept/out" damaged
done
judge "the others are as they were before" "results differ" others_are_as_before damaged
run quire_search -d index --unit article --format jsonl --expand --batch - <<END
$(sed -n 's/.*"article":"\([^"]*\)".*"title":"\([A-Za-z]*\) \([A-Za-z]*\).*/\2 \3 the/p' whole)
END
status_is "words are not taken from what is damaged" 2
stdout_has "a query that would is an error" '"error":{"status":"corrupt"'

# Where words are looked for, damage concerns all.
damaged_index quire the
file=$(echo index/gen-*/seg-*/passages/stems)
flip "$file" $(($(wc -c <"$file") / 3))
run quire_search -d index --batch - --format jsonl <<END
$(sed -n 's/.*"title":"\([A-Za-z]*\) .*/\1/p' whole | head -n 40)
END
status_is "a damaged dictionary is an error" 2
stdout_has "of the query that needs it" '"error":{"status":"corrupt"'

finish
