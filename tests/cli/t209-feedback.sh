# SPDX-License-Identifier: GPL-3.0-or-later
# --expand beside feedback that is worked out from docs/ranking.md alone: which words join, with what
# weight, and what all results score by them, in both stores, of passages and of articles, some of which
# are copies.  And runs do not depend on how an index was built.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
command -v python3 >/dev/null || skip_all "there is no python3"

naive=$QUIRE_SOURCE/tests/helpers/naive_feedback.py

# run_queries INDEX OPTIONS...
run_queries()
{
    quire_search -d "$@" -n 1000 --copies show --format trec --batch queries.tsv 2>/dev/null
}

for seed in 1 2; do
    python3 "$naive" make $seed articles.jsonl queries.tsv
    for store in quire xapian; do
        rm -rf $store
        ok "articles are indexed ($store, seed $seed)" quire_index -q --store $store -d $store articles.jsonl
        quire_search -d $store -n 100000 --copies show --snippet full --format jsonl -- +the >passages.jsonl

        run_queries $store --expand >run
        ok "passages rank as they are to ($store, seed $seed)" python3 "$naive" judge articles.jsonl \
            queries.tsv passages.jsonl run passage 40 k1=1.2,b=0.75
        run_queries $store --unit article --expand >run
        ok "articles rank as they are to ($store, seed $seed)" python3 "$naive" judge articles.jsonl \
            queries.tsv passages.jsonl run article 40
        run_queries $store --unit article --expand=3 --bm25 k1=0.9,b=0.4 >run
        ok "by other parameters, too ($store, seed $seed)" python3 "$naive" judge articles.jsonl \
            queries.tsv passages.jsonl run article 3 k1=0.9,b=0.4
    done
done

# ---- Runs do not depend on how an index was built ----

sort -r articles.jsonl >backwards.jsonl
ok "articles are indexed by one thread" quire_index -q --threads 1 -d one articles.jsonl
ok "and in another order by three, in little memory" quire_index -q --threads 3 --memory 32M -d three backwards.jsonl
for unit in passage article; do
    for expand in 0 40; do
        run_queries one --unit $unit --expand=$expand >wanted
        run_queries three --unit $unit --expand=$expand --threads 3 >run
        same_files "a run by $unit is the same of any build, $expand words of feedback" wanted run
    done
done

finish
