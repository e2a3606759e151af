# SPDX-License-Identifier: GPL-3.0-or-later
# The HTML page in a real browser: nothing on the console, nothing loaded, marks where they belong,
# folding and the legend by mouse and keyboard, in light and dark, on a desk and a phone; and what
# axe-core (npm's, at $QUIRE_AXE) has to say on who can use it.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/hostile-articles.sh"
command -v python3 >/dev/null || skip_all "there is no python3"

# The page allows its own style sheet by its hash, which stands in the source.
quire_index -q -d corpus "$QUIRE_SOURCE/corpus/articles" 2>/dev/null
quire_search -d corpus --format html peace >page.html
python3 - >hashes <<'END'
import base64, hashlib, re
page = open("page.html", "rb").read()
style = re.search(b"<style>(.*?)</style>", page, re.S).group(1)
print(re.search(b"sha256-([^']*)'", page).group(1).decode())
print(base64.b64encode(hashlib.sha256(style).digest()).decode())
END
same_text "html_style.c has the hash of the style sheet" "$(sed -n 2p hashes)" "$(sed -n 1p hashes)"

browser=
for program in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser=$(command -v $program)
done
if [ -z "$browser" ]; then
    skip "the page works in a browser" "there is no chromium"
    finish
fi
if [ -z "${QUIRE_AXE:-}" ]; then
    skip "axe-core finds nothing serious" "\$QUIRE_AXE is not set"
fi

# look SENTENCE BROWSE-OPTIONS -- SEARCH-ARGUMENT...
look()
{
    wish=$1
    options=
    shift
    while [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    shift
    quire_search --format html "$@" >page.html 2>/dev/null
    quire_search --format jsonl "$@" >answer.jsonl 2>/dev/null
    # shellcheck disable=SC2086  # a list of words
    run python3 "$QUIRE_SOURCE/tests/helpers/browse.py" page.html answer.jsonl $options \
        ${QUIRE_AXE:+--axe "$QUIRE_AXE"}
    judge "$wish" "the page is at fault" [ "$status" -eq 0 ]
    sed -n 's/^# shown/#   shown/p' "$kept/out" | head -n 1
}

look "results with phrases, words and notes" -- \
    -d corpus --explain --count --copies show 'ceasefire "Board of Peace" gaz* nowhereatall +"of the" -dinner'
look "long passages, cut" --once -- -d corpus --snippet 20 --furniture 'board OR peace'
look "no result" --once -- -d corpus nowhereatall
look "an article" -- -d corpus --show mediators-week 'ceasefire OR peace'
printf 'a\tceasefire\nb\t"Board of Peace"\n<b>\tnowhereatall\n' >queries
look "a batch" -- -d corpus --batch queries

# One text in four outlets.
words='Forty aid groups asked on Sunday for a permanent seat beside the zebra board, saying that
whoever holds the money for cement ought to hear from those who pour it. In a letter of two pages
they wrote that the ceasefire of October had let in more lorries than they feared and fewer than
they need. They count twenty thousand tonnes of food waiting in Egypt, and a harbour without cranes.'
for outlet in Wire Ledger Gazette Post; do
    printf '{"id":"%s","title":"Aid groups seek a seat, says the %s","source":"The %s","date":"2025-11-1%d","url":"https://%s.example/aid","text":"%s"}\n' \
        $outlet $outlet "$outlet" ${#outlet} $outlet "$(echo "$words" | tr '\n' ' ')"
done >four.jsonl
quire_index -q -d four four.jsonl
look "copies, folded" -- -d four 'zebra harbour'
same_text "one result stands for four" 1 "$(grep -c '<li id="r' page.html)"
same_text "which says so" 1 "$(grep -c '<summary>Also in 3 others' page.html)"
same_text "and names them" 3 "$(sed -n '/<details class="copies">/,/<\/details>/p' page.html | grep -c '<li>')"
same_text "with links to them" 3 \
    "$(sed -n '/<details class="copies">/,/<\/details>/p' page.html | grep -c '<a href="https://[A-Z][a-z]*.example/aid"')"
look "who says what" -- -d corpus --by source 'ceasefire OR market OR nowhereatall'
look "and when" --once -- -d corpus --by month 'ceasefire OR market'
look "queries beside sources" -- -d corpus --matrix --batch queries
make_hostile_index
look "hostile articles" -- -d hostile-index "$hostile_query"
printf '<b>x</b>\t%s\nnothing\tnowhereatall\n' "$hostile_query" >queries
look "hostile sources" --once -- -d hostile-index --by source "$hostile_query"
look "and beside queries" -- -d hostile-index --matrix --batch queries

if testdata collections/bbc/corpus.jsonl; then
    quire_index -q -d bbc "$QUIRE_TESTDATA/collections/bbc/corpus.jsonl"
    look "500 results" --once -- -d bbc -n 500 --copies show 'government market growth'
else
    skip "500 results" "no collection in $QUIRE_TESTDATA"
fi

finish
