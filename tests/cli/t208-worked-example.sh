# SPDX-License-Identifier: GPL-3.0-or-later
# The worked examples of docs/ranking.md: the four passages are indexed, and what the page works out
# step by step is what --explain says.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

page=$QUIRE_SOURCE/docs/ranking.md

# page_has SENTENCE NUMBER
page_has()
{
    ok "the page has $1, $2" grep -q -F "$2" "$page"
}

# Passages of 8, 11, 10 and 11 words, 10 on average; the first has the stem twice, the second once.
cat >four.jsonl <<'JSON'
{"id":"a","text":"Strikes near barges kept harbours shut: strike ended."}
{"id":"b","text":"Melons and lanterns grew dearer while one long strike went on."}
{"id":"c","text":"Walruses slept upon quartz ridges under ochre clouds at dusk."}
{"id":"d","text":"Fables about pebbles were told and told again by old sailors."}
JSON

for store in quire xapian; do
    ok "the passages are indexed ($store)" quire_index -q --store $store -d $store four.jsonl

    run quire_search -d $store --explain strike
    stdout_has "they are of ten words on average" "4 passages of 10.000 words on average, k1 1.2, b 0.75"
    stdout_has "the stem is in two of them" "in 2 of 4 passages, idf 0.405465"
    stdout_has "one has it twice in eight words" "a passage of 8 words"
    same_text "and weighs as much as the page says" 0.590744 \
        "$(sed -n 's/^ *score \([0-9.]*\), a passage of 8 words/\1/p' "$kept/out" | awk '{ printf "%.6f", $1 }')"

    run quire_search -d $store --unit article --explain strike
    stdout_has "articles have the same idf" "in 2 of 4 articles, idf 0.405465"
    same_text "the whole weighs as much as the page says" 0.544826 \
        "$(sed -n '/the whole, of 8 words/{n;s/^ *\([0-9.]*\) .*/\1/p;}' "$kept/out" | awk '{ printf "%.6f", $1 }')"
    same_text "with half of its best passage" 0.817239 \
        "$(sed -n 's/^ *score \([0-9.]*\)$/\1/p' "$kept/out" | awk 'NR == 1 { printf "%.6f", $1 }')"

    run quire_search -d $store --unit article --explain strike strikes
    same_text "and more where it is asked for twice" 1.452869 \
        "$(sed -n 's/^ *score \([0-9.]*\)$/\1/p' "$kept/out" | awk 'NR == 1 { printf "%.6f", $1 }')"
    run quire_search -d $store --unit article --explain the strike
    same_text "a function word takes nothing away" 0.817239 \
        "$(sed -n 's/^ *score \([0-9.]*\)$/\1/p' "$kept/out" | awk 'NR == 1 { printf "%.6f", $1 }')"

    run quire_search -d $store --unit article --bm25 k1=2,b=0.1 --explain strike
    stdout_has "parameters are options" "k1 2, b 0.1"
    same_text "and mean what the page says" \
        "$(awk 'BEGIN { w = log(1.5) * 3 * 2 / (2 * (0.9 + 0.1 * 0.8) + 2); printf "%.6f", w + w / 2 }')" \
        "$(sed -n 's/^ *score \([0-9.]*\)$/\1/p' "$kept/out" | awk 'NR == 1 { printf "%.6f", $1 }')"
done

page_has "the idf" "log 1.5 = 0.405465"
page_has "the weight of the passage" "= 0.590744"
page_has "the weight of the whole" "= 0.544826"
page_has "the score of the article" "0.817239"
page_has "the score of what is asked for twice" "1.452869"

finish
