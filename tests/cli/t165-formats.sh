# SPDX-License-Identifier: GPL-3.0-or-later
# Indexes of this version's format are read as they were written on another machine; those of older
# versions, and of versions to come, are refused with the command that builds them anew.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/fixtures/articles.sh"

cat >queries <<'END'
ceasefire
"held for a third day"
US
us
pigeon
"ships loaded with grain"
source:"Harbour Wire"
quartz mine
after:2025-11-17 ceasefire
END

# answers INDEX: all of what it says to the queries, into the file answers.
answers()
{
    quire_search -d "$1" --format jsonl --batch queries >answers 2>&1
}

make_articles
change_articles
quire_index -q -d fresh --stems stems news 2>/dev/null
answers fresh
mv answers wanted
ok "there are answers" test "$(wc -l <wanted)" -gt 15
current=$(sed -n 's/.*"version": \([0-9]*\).*/\1/p' fresh/gen-*/manifest.json)
ok "there is a fixture of this version's format, $current" test -e "$QUIRE_SOURCE/tests/fixtures/format-$current.tar.gz"

for fixture in "$QUIRE_SOURCE"/tests/fixtures/format-*.tar.gz; do
    version=${fixture##*/format-}
    version=${version%.tar.gz}
    rm -rf index
    gzip -dc "$fixture" | tar -xf -
    if [ "$version" = "$current" ]; then
        answers index
        same_files "an index of format $version gives the answers of a fresh one" wanted answers
        ok "it is sound" quire_index -d index --verify
        run quire_index -d index --status
        stdout_matches "it has what it had: two segments" "^segments +2$"
        stdout_matches "one dead article" "^dead articles +1$"
        stdout_matches "all that are alive" "^articles +7$"
        stdout_matches "a stem" "^stems set by hand +1$"
        run quire_search -d index -n 1 '"held for a third day"'
        stdout_has "and the mark where it was" "The ceasefire along the river [held for a third day], the U.S. envoy said."
        run quire_index -q -d index --replace news
        status_is "it can be brought up to date" 0
        answers index
        same_files "with the same answers" wanted answers
        continue
    fi
    cp index/XAPIANDB before
    run quire_search -d index ceasefire
    status_is "an index of format $version is refused by a search" 2
    stderr_matches "which says why" "^quire-search: index.*: (written by another version of Quire|of another version)"
    stderr_matches "and what to do" "rebuild (the index|it) with quire-index\$"
    for words in --status --verify; do
        # shellcheck disable=SC2086
        run quire_index -d index $words
        status_is "so it is by $words" 2
        stderr_has "with the same message" "another version"
    done
    run quire_index -q -d index --rollback
    status_is "it cannot be gone back from" 2
    same_files "and is left as it is" before index/XAPIANDB
    run quire_index -q -d index --stems stems news
    status_is "what the message says builds format $version anew" 1
    answers index
    same_files "as if it had not been there" wanted answers
done

# A stub from the future.
quire_index -q -d index --rebuild news 2>/dev/null
sed 's/^# quire 1 /# quire 2 /' index/XAPIANDB >stub
cat stub >index/XAPIANDB
run quire_search -d index ceasefire
status_is "a stub from the future is refused" 2
stderr_has "with what to do" "index: written by another version of Quire (index format 2, this one reads 1); rebuild it with quire-index"

finish
