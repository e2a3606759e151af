# SPDX-License-Identifier: GPL-3.0-or-later
# quire-search --strict: what is not read as it is written is an error, shown where it stands.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

run quire_search --strict '"Board of Peace"'
status_is "a query without notes is answered" 0
stdout_has "as it would be otherwise" "talks#1"
stderr_empty "and nothing is said"

run quire_search foo:bar ceasefire
status_is "an unknown field is read as a word" 0
stderr_has "with a note" "foo"
run quire_search --strict foo:bar ceasefire
status_is "with --strict it is an error" 2
stdout_empty "that has no results"
stderr_has "and shows the query" "  foo:bar ceasefire"
stderr_matches "with carets below the place" '^  \^+$'

complains "carets stand below the place" 2 quire_search --strict 'ceasefire "peace' <<'END'
quire-search: this quote is not closed; the phrase is read as going on to the end
  ceasefire "peace
            ^
END
complains "each note has its own" 2 quire_search --strict 'zebras ceasefire yaks "peace' <<'END'
quire-search: this quote is not closed; the phrase is read as going on to the end
  zebras ceasefire yaks "peace
                        ^
quire-search: no passage has "zebras"
  zebras ceasefire yaks "peace
  ^^^^^^
quire-search: no passage has "yaks"
  zebras ceasefire yaks "peace
                   ^^^^
END
complains "columns are those of a terminal" 2 quire_search --strict "$(printf '\303\251t\303\251 \346\227\245\t"peace\001')" <<'END'
quire-search: this quote is not closed; the phrase is read as going on to the end
  été 日 "peace␁
         ^
quire-search: no passage has "ete"
  été 日 "peace␁
  ^^^
quire-search: no passage has "日"
  été 日 "peace␁
      ^^
END
complains "a query without words has its place at the end" 2 quire_search --strict '' <<'END'
quire-search: the query has no word to look for
  
  ^
END
long=$(printf '%0300d' 0 | sed 's/0/peace /g')
run quire_search --strict "${long}zebras ${long}"
status_is "a long query is an error too" 2
stderr_has "of which a part is shown" "peace zebras peace"
stderr_matches "that is cut on both sides" '^  \.\.\..*\.\.\.$'
ok "and fits on a few lines" awk 'length($0) > 300 { exit 1 }' "$kept/err"

run quire_search --strict ceasefire -n 1
status_is "a word that looks like an option is an error" 2
stderr_has "that shows it" "  ceasefire -n 1"
run quire_search -q --strict zebras
status_is "-q changes nothing of that" 2
run quire_search --strict --format jsonl 'ceasefire "peace'
status_is "in JSON Lines" 2
stdout_lines "there is the query's object alone" 1
stdout_has "with its notes" '"code":"unbalanced-quote"'
stdout_has "and the error" '"error":{"status":"query","message":"--strict: '

printf '1\tceasefire\n2\tceasefire "peace\n3\tdockers\n' >queries
run quire_search --strict --batch queries --format plain -n 1
status_is "in a batch the line is an error" 2
stdout_matches "that stands in its place" '^2	error	--strict: '
stdout_lines "and the others are answered" 3
stderr_has "what is noted names its query" "quire-search: query 2: this quote is not closed"

for value in '' maybe ON; do
    run quire_search --stem="$value" ceasefire
    status_is "--stem \"$value\" is refused" 2
done

finish
