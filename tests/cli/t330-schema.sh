# SPDX-License-Identifier: GPL-3.0-or-later
# JSON Lines are what docs/results.schema.json says, as a validator that is not ours reads it.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
python=
for program in python3 /usr/bin/python3; do
    [ -n "$python" ] || ! "$program" -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null ||
        python=$program
done
[ -n "$python" ] || skip_all "there is no python3 with jsonschema"
make_search_index

fits()
{
    "$python" "$QUIRE_SOURCE/tests/helpers/validate.py" "$QUIRE_SOURCE/docs/results.schema.json" lines
}
# lines_fit SENTENCE SEARCH-ARGUMENT...
lines_fit()
{
    wish=$1
    shift
    quire_search --format jsonl "$@" >lines
    ok "$wish" fits
}
lines_fit "results" '+"the ceasefire" Geneva'
lines_fit "results with all keys, count and explanation" --count --explain strike
lines_fit "notes, fields and what is excluded" 'zebra "strike title:x source:Harbour -port'
lines_fit "no result" zebra
lines_fit "a query that is refused" --strict zebra
head -c 1100000 /dev/zero | tr '\0' 'x' >batch
printf '\nb\tstrike\n\n' >>batch
lines_fit "a batch with a line that is too long" --batch batch
quire_index -q -d corpus "$QUIRE_SOURCE/corpus/articles" 2>/dev/null
QUIRE_INDEX=$PWD/corpus
lines_fit "copies" -n 1000 --furniture ceasefire
lines_fit "each copy by itself" -n 1000 --copies show the
lines_fit "an article" --show mediators-week
lines_fit "an article and a query" --show mediators-week 'ceasefire -Syria'
lines_fit "counts by source" --by source -n 2 the
lines_fit "counts of articles by day" --by day --unit article the
lines_fit "a batch of counts, one of them an error" --by author --batch batch
lines_fit "two articles" --diff mediators-week russia-draft

# That a fault is found at all.
printf '{"v":1,"type":"query","query_id":"1","query":"x","notes":[],"error":null,"clauses":[],"new":1}\n' >lines
fails "a key that the schema does not name is a fault" fits
printf '{"v":1,"type":"query","query_id":"1","query":"x","notes":[],"error":null,"clauses":[{"number":0,"text":"","marks":true}]}\n' >lines
fails "so is a value that it does not allow" fits

finish
