# SPDX-License-Identifier: GPL-3.0-or-later
# The examples of quire-index(1) work.  A command of an example is a line between .EX and .EE that
# begins with "$ ".
. "$QUIRE_SOURCE/tests/cli/lib.sh"

command -v jq >/dev/null || jq()
{
    # The one example that wants jq gets what jq would print.
    echo '{"id":"u","title":"H","text":"Body.","date":"2025-11-16"}'
}

mkdir "$kept/bin" articles
printf '#!/bin/sh\nexec "%s" "$@"\n' "$QUIRE_INDEX_PROGRAM" >"$kept/bin/quire-index"
chmod +x "$kept/bin/quire-index"
PATH=$kept/bin:$PATH
QUIRE_INDEX=$PWD/index
export PATH QUIRE_INDEX

printf 'One article.\n' >articles/one.txt
printf '{"id":"two","text":"Another article."}\n' | gzip -c >news.jsonl.gz
printf '{"url":"u","headline":"H","body":"Body.","published":"2025-11-16"}\n' >feed.json

sed -n '/^\.EX/,/^\.EE/{ s/^\$ //; t found
    d
    :found
    s/\\(aq/'\''/g; s/\\-/-/g; p }' "$QUIRE_SOURCE/man/quire-index.1" >"$kept/commands"
same_text "there are examples" 7 "$(wc -l <"$kept/commands")"
while IFS= read -r command; do
    run eval "$command"
    status_is "$command" 0
    stderr_empty "nothing is complained of"
    stdout_matches "and something was indexed" "^articles +[12]$"
done <"$kept/commands"

finish
