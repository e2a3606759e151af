# SPDX-License-Identifier: GPL-3.0-or-later
# Articles that hold scripts, links that run something, escape sequences, controls of direction,
# formulas and NULs can do nothing, whatever the format.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/hostile-articles.sh"
command -v python3 >/dev/null || skip_all "there is no python3"
make_hostile_index
QUIRE_INDEX=$PWD/hostile-index
export QUIRE_INDEX

inert()
{
    python3 "$QUIRE_SOURCE/tests/helpers/read_hostile.py" "$1" "$kept/out"
}
for format in human plain jsonl tsv csv html trec; do
    run quire_search --format $format --color=never --explain -- "$hostile_query"
    judge "results are inert as $format" "what an article holds could act" inert $format
    run quire_search --format $format --color=never --snippet 1 --furniture -- "$hostile_query"
    judge "snippets are inert as $format" "what an article holds could act" inert $format
done
run quire_search --color=always --hyperlink=always -- "$hostile_query"
judge "results are inert in colour, with links" "what an article holds could act" inert color

for format in human plain jsonl html; do
    quire_search --format jsonl -n 100 zebra >all 2>/dev/null
    python3 -c '
import json, sys
for line in open("all"):
    record = json.loads(line)
    if record["type"] == "result" and "\0" not in record["article"]:
        sys.stdout.write(record["article"].replace("\n", "") + "\n")' >ids
    while IFS= read -r id; do
        run quire_search --format $format --color=never --show "$id" -- "$hostile_query"
        [ "$status" -eq 0 ] || fail "$id is shown as $format" "status $status"
        inert $format >"$kept/faults" || fail "$id is inert as $format" "$(cat "$kept/faults")"
    done <ids
    same_text "every article can be shown as $format" 7 "$(wc -l <ids)"
done

run quire_search --format html '</title><script>window.pwned=1</script>'
judge "a query without results is inert, too" "the query could act" inert html
run quire_search --format csv --batch - <<'END'
=cmd|'/C calc'!A0	zebra
@x	+zebra -horse
END
judge "so are ids of a batch" "the batch could act" inert csv

finish
