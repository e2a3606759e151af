# SPDX-License-Identifier: GPL-3.0-or-later
# The bytes of every mark, in every format: queries that the judge makes up over the whole grammar, about
# articles that it makes up, read by programs that know the formats and nothing of Quire.
#
# QUIRE_JUDGE_SECONDS in the environment asks for that long a run, from a seed never tried before.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
command -v python3 >/dev/null || skip_all "there is no python3"

# print_all QUERY: in every format, whole passages, to files named after them.
print_all()
{
    mkdir -p formats
    for format in jsonl csv tsv plain human html trec; do
        quire_search -d index -n 1000 --color=never --snippet full --copies show --format $format \
            -- "$1" >formats/$format 2>/dev/null
    done
    quire_search -d index -n 1000 --color=always --snippet full --copies show -- "$1" >formats/color 2>/dev/null
}

# show_best QUERY: the article of the best result, whole, says the same in every format.
show_best()
{
    article=$(python3 -c 'import json, sys
for record in map(json.loads, open("formats/jsonl", encoding="utf-8")):
    if record["type"] == "result":
        print(record["article"])
        break')
    [ -n "$article" ] || return 0
    mkdir -p shown
    for format in jsonl plain human html; do
        quire_search -d index --color=never --format $format --show "$article" -- "$1" >shown/$format 2>/dev/null
    done
    quire_search -d index --color=always --show "$article" -- "$1" >shown/color 2>/dev/null
    if ! python3 -B "$QUIRE_SOURCE/tests/helpers/read_shown.py" shown >said; then
        echo "query: $1, article: $article"
        cat said
        return 1
    fi
    nmarks=$((nmarks + $(sed -n 's/.* passages, \([0-9]*\) marks$/\1/p' said)))
}

# read_all QUERY: formats/ says the same in every format; how many marks it has is added up.
read_all()
{
    if ! python3 -B "$QUIRE_SOURCE/tests/helpers/read_formats.py" formats >said; then
        echo "query: $1"
        cat said
        return 1
    fi
    nmarks=$((nmarks + $(sed -n 's/.* results, \([0-9]*\) marks$/\1/p' said)))
    nqueries=$((nqueries + 1))
}

# cut_all QUERY: where there is no room for whole passages, all formats show the same parts of them.
cut_all()
{
    mkdir -p cut
    for words in 12 40; do
        for format in jsonl human html; do
            quire_search -d index -n 1000 --color=never --snippet $words --copies show --format $format \
                -- "$1" >cut/$format 2>/dev/null
        done
        quire_search -d index -n 1000 --color=always --snippet $words --copies show -- "$1" >cut/color 2>/dev/null
        if ! python3 -B "$QUIRE_SOURCE/tests/helpers/read_snippets.py" cut $words >said; then
            echo "query: $1, $words words"
            cat said
            return 1
        fi
        ncut=$((ncut + $(sed -n 's/.* results, \([0-9]*\) cut, .*/\1/p' said)))
        nmarks=$((nmarks + $(sed -n 's/.* cut, \([0-9]*\) marks$/\1/p' said)))
    done
}

# try_set SEED QUERIES: articles of that seed, and so many queries about them.
try_set()
{
    rm -rf set index
    mkdir set
    "$QUIRE_BUILD/tests/reference/judge" --small --seed "$1" --queries "$2" --write set || return 1
    quire_index -q -d index set/articles 2>/dev/null
    while read -r query; do
        print_all "$query" </dev/null
        read_all "$query" </dev/null || return 1
        show_best "$query" </dev/null || return 1
        cut_all "$query" </dev/null || return 1
    done <set/queries
}

nmarks=0
nqueries=0
ncut=0
seed=1
until=0
if [ -n "${QUIRE_JUDGE_SECONDS:-}" ]; then
    seed=$(date +%s)000
    until=$(($(date +%s) + QUIRE_JUDGE_SECONDS))
fi
for _ in 1 2 3; do
    ok "articles and queries of seed $seed" try_set "$seed" 12
    seed=$((seed + 1))
done
while [ "$(date +%s)" -lt "$until" ]; do
    ok "articles and queries of seed $seed" try_set "$seed" 60
    seed=$((seed + 1))
done
ok "there were marks to compare" [ "$nmarks" -gt 0 ]
ok "and passages that were cut" [ "$ncut" -gt 0 ]
echo "# $nqueries queries, $nmarks marks, $ncut passages cut"

finish
