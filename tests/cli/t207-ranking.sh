# SPDX-License-Identifier: GPL-3.0-or-later
# How well articles and passages are ranked for the topics of corpus/judged: the measures of
# bench/evaluate.py are those of tests/golden/ranking, so that a change of ranking is seen.
#
# Where a change is meant, and the means at the end of the table do not fall, make it anew by
#
#     QUIRE_RENEW=yes tests/run-cli tests/cli/t207-ranking.sh
. "$QUIRE_SOURCE/tests/cli/lib.sh"
command -v python3 >/dev/null || skip_all "there is no python3"

judged=$QUIRE_SOURCE/corpus/judged
golden=$QUIRE_SOURCE/tests/golden/ranking

ok "the judged articles are indexed" quire_index -q -d judged "$judged/corpus.jsonl"
ok "in both stores" quire_index -q --store xapian -d xapian "$judged/corpus.jsonl"
mkdir together && cp -R "$QUIRE_SOURCE/corpus/articles" "$judged/corpus.jsonl" together
# The articles of the sample have lines that are worth a warning.
quire_index -q -d long together 2>/dev/null

# run_topics INDEX OPTIONS...: a passage stands for its article.
run_topics()
{
    quire_search -d "$@" --words -n 1000 --format trec --batch "$judged/queries.tsv" 2>/dev/null |
        awk '{ sub(/#[0-9]*$/, "", $3); print }'
}
run_topics judged --unit article >articles
run_topics judged >passages
run_topics long --unit article >among-longer-articles
run_topics long >among-their-passages
run_topics judged --unit article --copies fold >copies-folded

run_topics xapian --unit article >theirs
same_files "the stores rank articles alike" articles theirs
run_topics xapian >theirs
same_files "and passages" passages theirs
run_topics judged --unit article --expand >expanded
run_topics xapian --unit article --expand >theirs
same_files "and articles by feedback" expanded theirs
run_topics judged --expand >passages-expanded
run_topics xapian --expand >theirs
same_files "and passages by feedback" passages-expanded theirs
run_topics judged --unit article --expand=0 >theirs
same_files "no words of feedback are no feedback" articles theirs

{
    echo "# t207-ranking.sh says what this is, and how it is made anew."
    python3 "$QUIRE_SOURCE/bench/evaluate.py" -q "$judged/qrels.txt" articles
    python3 "$QUIRE_SOURCE/bench/evaluate.py" "$judged/qrels.txt" passages among-longer-articles \
        among-their-passages copies-folded expanded passages-expanded
} | sed 's/ p10 [0-9.]*\( mrr [0-9.]*\) recall.*/\1/' >measures
[ -z "${QUIRE_RENEW:-}" ] || cp measures "$golden"
same_text "all topics are judged" 40 "$(grep -c ': topic ' measures)"
same_files "all rank as they did" "$golden" measures

finish
