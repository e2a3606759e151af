# SPDX-License-Identifier: GPL-3.0-or-later
# For every result of these queries: the bytes of its range in the file are the passage, and each
# mark's bytes are what its clause names.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
check=$QUIRE_BUILD/tests/helpers/check-jsonl
[ -x "$check" ] || skip_all "$check is not built"

# A query, and for each of its clauses a regular expression of what it may mark (that of a clause
# which may begin a run of words that stand together, for the run).
queries()
{
    cat <<'END'
"Board of Peace"	board,? of peace
Board of Peace	boards?('s)?(,? of( peace('s)?)?)?	of( peace)?	peace('s)?|ＰＥＡＣＥ
+nuclear +programme	nuclear( program(me)?s?)?	program(me)?s?
ceasefire -Syria	ceasefires?	none
-Syria	none
US	US|U[.]S[.]?
UN OR U.N.	UN|U[.]N[.]?|UN's|U[.]N[.]'s	UN|U[.]N[.]?
"said"	said
the ceasefire	(the )?ceasefires?	ceasefires?
according	accord(s|ed|ing|ingly)?
20-point	20(-|‑|–| )points?
20,000	20,?000
"security council"	security council
security AND council	security( councils?)?	councils?
Gaza (Israel OR Israeli)	gaza('s)?( israel.*)?	israel('s|is?)?( .*)?	israel('s|is?)?
Netanyahu's	netanyahu('s)?
weapons OR resolution	weapons?	resolutions?
END
}
corpus_queries()
{
    cat <<'END'
O'Neill	o'neill('s)?
organisation	organi[sz](ations?|ed?|ing|ers?)('s)?
us	us
who	who('s)?
WHO	WHO|W[.]H[.]O[.]?
COVID-19	covid-19
$4.5bn	\$4[.]5bn
4.5bn	.?4[.]5bn
a.m.	a[.]m[.]?
"said that"	said that
peace	(peace(ful)?|ＰＥＡＣＥ)('s)?
END
}

# check_all PLACE OPTION...: every query on standard input
check_all()
{
    place=$1
    shift
    while IFS='	' read -r query first second third; do
        quire_search -d index --format jsonl -n 1000 "$@" -- "$query" >"$kept/results"
        ok "$place: $query" checked
    done
}
checked()
{
    "$check" "${first:-none}" "${second:-none}" "${third:-none}" <"$kept/results"
}

quire_index -q -d index "$QUIRE_SOURCE/corpus/articles" 2>/dev/null
queries >list
corpus_queries >>list
check_all "corpus" <list
check_all "corpus with furniture" --furniture <<'END'
O'Neill	o'neill('s)?
board	boards?('s)?
END

if testdata articles; then
    rm -rf index
    quire_index -q -d index "$QUIRE_TESTDATA/articles"
    queries >list
    check_all "articles" <list
    check_all "articles with furniture" --furniture <<'END'
Jackman	jackman
-zebra	none
END
else
    skip "the same for articles from the web" "no articles in $QUIRE_TESTDATA"
fi

finish
