# SPDX-License-Identifier: GPL-3.0-or-later
# A collection of newswire: no article is lost, the counts are those of an independent count, and
# memory stays in bounds.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

set=collections/reuters21578/corpus.jsonl
testdata $set || skip_all "there is no \$QUIRE_TESTDATA/$set"
set=$QUIRE_TESTDATA/$set

# Peak memory, in KiB, as the kernel counts it, is the last line on standard error.
if command -v python3 >/dev/null; then
    cat >measured.py <<'END'
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
END
    measured="python3 measured.py"
else
    measured=
fi

# reported NAME: the number of the report.
reported()
{
    sed -n "s/^$1  *\([0-9]*\)\$/\1/p" report
}

# shellcheck disable=SC2086
run $measured "$QUIRE_INDEX_PROGRAM" -d index "$set"
status_is "it is indexed without a problem" 0
cp "$kept/out" report
stdout_matches "its 21,578 articles are all there" "^articles +21578$"
stdout_matches "one of them has neither title nor text" "^articles without text +1$"
stdout_matches "nothing is skipped" "^skipped +0$"
stdout_matches "nothing is damaged" "^damaged +0$"
same_text "as many articles as lines" "$(wc -l <"$set")" "$(reported articles)"
same_text "as many bytes as the file has" "$(wc -c <"$set")" \
    "$(reported 'bytes read')"
case $measured/${QUIRE_CC:-} in
/*) skip "peak memory is under 512 MB" "python3 is not there to measure it" ;;
*-fsanitize=*) skip "peak memory is under 512 MB" "a sanitizer needs more" ;;
*) ok "peak memory is under 512 MB" test "$(tail -n 1 "$kept/err")" -lt 524288 ;;
esac
if [ -n "$measured" ]; then
    cat >count.py <<'END'
import json, sys
articles = ids = without = 0
seen = set()
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    articles += 1
    seen.add(record["id"])
    if not any(c.isalnum() for c in record.get("title", "") + record.get("text", "")):
        without += 1
print(articles, len(seen), without)
END
    run python3 count.py "$set"
    same_text "an independent count of articles, ids and texts that are empty agrees with the report" \
        "$(cat "$kept/out")" "$(reported articles) $(reported articles) $(reported 'articles without text')"
else
    skip "an independent count agrees" "python3 is not there"
fi
if command -v xapian-delve >/dev/null; then
    run xapian-delve index/gen-00000001/seg-0/catalogue
    stdout_matches "Xapian finds as many articles in the catalogue" \
        "^number of documents = 21578$"
else
    skip "Xapian finds as many articles in the catalogue" "xapian-delve is not there"
fi

finish
