# SPDX-License-Identifier: GPL-3.0-or-later
# Every format has the same results and the same bytes marked, read by programs that know the formats
# and nothing of Quire.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
command -v python3 >/dev/null || skip_all "there is no python3"

# print_all INDEX QUERY: in every format, whole passages, to files named after them.
print_all()
{
    mkdir -p formats
    for format in jsonl csv tsv plain human html trec; do
        quire_search -d "$1" -n 1000 --color=never --snippet full --copies show --format $format \
            -- "$2" >formats/$format 2>/dev/null
    done
    quire_search -d "$1" -n 1000 --color=always --copies show -- "$2" >formats/color 2>/dev/null
}
read_all()
{
    python3 -B "$QUIRE_SOURCE/tests/helpers/read_formats.py" formats
}

# Two parts that stand together, words that cross lines, wildcards, windows; titles, furniture left
# out; letters of several bytes.
queries()
{
    cat <<'END'
"Board of Peace"
Board of Peace
+ceasefire -Syria
nuclear programme OR "security council"
gaz* OR israel~1
ceasefire NEAR/10 Gaza
peace SENTENCE said
title:peace OR ceasefire
Netanyahu's
-Syria
the
20,000 OR $4.5bn OR O'Neill
END
}
quire_index -q -d corpus "$QUIRE_SOURCE/corpus/articles" 2>/dev/null
while read -r query; do
    print_all corpus "$query"
    ok "corpus: $query" read_all
done <<END
$(queries)
END

# What stands in the way of each format.
mkdir odd
cat >odd/odd.jsonl <<'END'
{"id":"=cmd|'/C calc'!A0","title":"<b>Zebra</b> & \"quotes\", commas","text":"=1+1 zebra\tand; \"zebra\", 'zebra' & <i>zebra</i>\nnext line zebra\n\nlast [zebra] line","source":"+Source","url":"https://a.example/?a=1&b=\"2\""}
{"id":"-2","title":"@zebra","text":"-zebra of 斑马 zebra\u00a0zebra e\u0301te\u0301 zebra.\nＺｅｂｒａ in full width, ze\u00adbra with a soft hyphen.","source":"日本"}
{"id":"x y","title":"","text":"A zebra zebra. A zebra","author":"O'Neill, \"Bob\""}
END
quire_index -q -d odd-index odd
print_all odd-index 'zebra'
ok "text that looks like markup, tables and formulas" read_all

# What took part in the match is marked, and nothing else.
mkdir pairs
cat >pairs/pair.txt <<'END'
A pair and others

The ceasefire in Gaza held. Much later, when nobody spoke of it any more and the harbour had long
been opened again, somebody mentioned the ceasefire, and at the very end of a long speech Gaza.
END
quire_index -q -d pair-index pairs
marked()
{
    quire_search -d pair-index --format jsonl -- "$1" | grep -o '"start":[0-9]*,"end":[0-9]*,"clause":[0-9]*' |
        tr -dc '0-9,\n' | tr '\n' ' '
}
same_text "NEAR marks the pair and no other" "4,13,1 17,21,2 " "$(marked 'ceasefire NEAR/3 Gaza')"
same_text "what is left out is not marked" "4,13,1 140,149,1 " "$(marked 'ceasefire -Syria')"
same_text "nor is a field" "4,13,1 140,149,1 " "$(marked 'ceasefire id:pair')"
same_text "nor a clause that does not match" "4,13,1 140,149,1 " "$(marked 'ceasefire OR title:gaza')"

if testdata collections/bbc/corpus.jsonl; then
    quire_index -q -d bbc "$QUIRE_TESTDATA/collections/bbc/corpus.jsonl"
    for query in 'market growth "last year"' 'gover* NEAR/5 tax' 'title:film OR +music -award'; do
        print_all bbc "$query"
        ok "bbc: $query" read_all
    done
else
    skip "the same for a collection" "no collection in $QUIRE_TESTDATA"
fi

finish
