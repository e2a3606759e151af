# SPDX-License-Identifier: GPL-3.0-or-later
# A few short articles, one passage each, and an index of them, for tests of quire-search.
#
#   id       date         words  with the title's
#   talks    2025-11-16   17     a text file: Board of Peace, ceasefire
#   harbour  2025-11-15   16     board and peace apart, Syria
#   syria    none         10     ceasefire twice, Syria twice
#   w1       2025-11-14   11     Harbour Wire, all keys
#   "w 2"    2025-10-31   12     Northern Ledger; US and us; no title
make_search_index()
{
    mkdir -p articles || exit 99
    printf '%s\n' 'Board of Peace meets' '' '16 November 2025' '' \
        'The Board of Peace met in Geneva. Its members said the ceasefire holds.' \
        >articles/talks.txt
    printf '%s\n' 'Harbour board votes' '' '15 November 2025' '' \
        'The harbour board voted for peace at the docks. Syria was not discussed.' \
        >articles/harbour.txt
    printf '%s\n' 'Ceasefire near Syria' '' 'The ceasefire near Syria broke at dawn.' \
        >articles/syria.txt
    cat >articles/wire.jsonl <<'RECORDS'
{"id":"w1","title":"Strike ends","text":"The port strike ended. Dockers went back to work.","date":"2025-11-14T09:30:00Z","source":"Harbour Wire","author":"A. Writer","url":"https://wire.example/w1","language":"en","section":"ports"}
{"id":"w 2","text":"Nothing about the strike was said to us by the US envoy.","date":"2025-10-31","source":"Northern Ledger"}
RECORDS
    quire_index -q -d index articles || exit 99
    QUIRE_INDEX=$PWD/index
    export QUIRE_INDEX
}
