# SPDX-License-Identifier: GPL-3.0-or-later
# quire-index --threads and --memory: how many work, and with how much memory, is not seen in the
# index; and quire-index --store.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# Articles enough for several units of work, some with furniture, some long, some without text.
awk 'BEGIN {
    srand(7)
    nsyllables = split("ba ce do fu gi ha jo ke li mu na po qui ra so te vu wi xa ze", syllables, " ")
    for (i = 0; i < 4000; i++) {
        n = i % 500 == 0 ? 4000 : int(rand() * 150)
        text = ""
        for (j = 0; j < n; j++) {
            word = ""
            for (k = 1 + int(rand() * rand() * 5); k > 0; k--)
                word = word syllables[1 + int(rand() * nsyllables)]
            text = text (j % 12 == 0 ? "The " : "") word (j % 12 == 11 ? ". " : " ")
        }
        if (i % 5 == 0)
            text = text "\\n\\nAlso Read: " word " and the " word "\\n"
        printf "{\"id\":\"a%d\",\"title\":\"%s %d\",\"text\":\"%s\",\"date\":\"20%02d-01-%02d\"}\n",
            i, word, i, text, i % 26, 1 + i % 28
    }
}' >articles.jsonl

# files INDEX: names and hashes of the files that are Quire's own.
files()
{
    (cd "$1"/gen-00000001 &&
        find copies seg-0/sketches seg-0/passages seg-0/furniture -type f -print0 | sort -z | xargs -0 cksum)
}

# build INDEX OPTION...: and keep its report, but for the time that it took.
build()
{
    into=$1
    shift
    run quire_index -d "$into" "$@" articles.jsonl
    sed -e '/^index /d' -e '/^seconds /d' -e '/^bytes of index /d' "$kept/out" >"$into.report"
}

build one --threads 1
status_is "a build with one thread succeeds" 0
files one >one.files
ok "there are passages" grep -q passages/text one.files
ok "and furniture" grep -q furniture/text one.files
ok "nothing is left over" test "$(wc -l <one.files)" -eq 15
for options in "--threads 1 --memory 32M" "--threads 2" "--threads 2 --memory 32M" "--threads 3" \
    "--threads 3 --memory 80M" "--threads 16"; do
    rm -rf other
    # shellcheck disable=SC2086
    build other $options
    status_is "a build with $options succeeds" 0
    files other >other.files
    same_files "its files are the same, byte by byte" one.files other.files
    same_files "and its report" one.report other.report
done
rm -rf other
build other
files other >other.files
same_files "so are those of all cores" one.files other.files

# Files large and small, good and bad, compressed, empty, repeated: what is read, and what is told in
# which order.
mkdir mixed
{
    printf '\357\273\277'
    awk '{ print } NR % 97 == 0 { print "not json" } NR % 101 == 0 { print "  " }
         NR % 211 == 0 { print } NR % 307 == 0 { print "{\"body\":\"x\"}" }' articles.jsonl
    awk '{ sub(/"id":"a/, "\"id\":\"b"); print }' articles.jsonl
    printf '{"id":"latin","text":"caf\351"}\n{"id":"last","text":"no newline behind it"}'
} >mixed/b-large.jsonl
awk 'BEGIN { printf "\n  \n{\n"; for (i = 0; i < 60000; i++) print "{\"text\":\"unseen\"}" }' \
    >mixed/c-document.jsonl
awk 'BEGIN { printf "{\"id\":\"long\",\"text\":\""; for (i = 0; i < 400000; i++) printf "word "
    print "\"}\n{\"id\":\"behind it\",\"text\":\"t\"}" }' >mixed/d-long.jsonl
gzip -c articles.jsonl >mixed/e.jsonl.gz
head -c 50000 mixed/e.jsonl.gz >mixed/f-cut.jsonl.gz
printf 'Title\n\nText of it.\n' | gzip -c >mixed/g.txt.gz
awk 'BEGIN { print "Head\n"; for (i = 0; i < 40000; i++) printf "Words of a text. " }' >mixed/h-large.txt
: >mixed/i-empty.txt
echo '<html>' >mixed/j.html
for i in 1 2 3 4 5 6 7 8 9; do
    printf 'Title %d\n\n2025-01-0%d\n\nBody of text %d.\n' $i $i $i >"mixed/k$i.txt"
    printf '{"id":"s%d","text":"t"}\nbad line\n' $((i % 3)) >"mixed/l$i.jsonl"
    gzip -c "mixed/k$i.txt" >"mixed/m$i"
done

# build_mixed INDEX THREADS: from a directory, a pipe and standard input.
build_mixed()
{
    rm -rf "$1"
    (head -n 2000 mixed/b-large.jsonl | sed 's/"id":"a/"id":"pipe-/' >pipe) &
    run quire_index -d "$1" --threads "$2" mixed pipe - <articles.jsonl
    wait
    sed -e '/^index /d' -e '/^seconds /d' -e '/^bytes of index /d' "$kept/out" >"$1.report"
    cp "$kept/err" "$1.problems"
    files "$1" >"$1.files"
}

mkfifo pipe
build_mixed mixed-one 1
status_is "a mixture is read" 1
ok "with many problems" test "$(wc -l <mixed-one.problems)" -gt 4000
for threads in 2 3 16; do
    build_mixed mixed-other $threads
    same_files "$threads threads tell the same, in the same order" \
        mixed-one.problems mixed-other.problems
    same_files "and report the same" mixed-one.report mixed-other.report
    same_files "and write the same files" mixed-one.files mixed-other.files
done

run quire_search -d one --format jsonl -n 20 --furniture bace dofu the
cp "$kept/out" one.answer
run quire_search -d other --format jsonl -n 20 --furniture bace dofu the
cp "$kept/out" other.answer
ok "there are answers" grep -q '"type":"result"' one.answer
same_files "they are the same" one.answer other.answer

# ---- stores ----

run quire_index -d one --status
stdout_matches "the store is Quire's own" "^store +quire$"
ok "its stub shows the catalogue to Xapian" \
    grep -qx "auto gen-00000001/seg-0/catalogue" one/XAPIANDB
ok "Xapian's store can be asked for" quire_index -d one --store xapian articles.jsonl
stdout_has "it takes the place of the other" "gen-00000002"
run quire_index -d one --status
stdout_matches "and --status says so" "^store +xapian$"
grep -E '^(articles|passages|furniture passages|words) ' "$kept/out" >xapian.counts
ok "its stub shows the passages to Xapian" \
    grep -qx "auto gen-00000002/seg-0/passages" one/XAPIANDB
run quire_index -d other --status
grep -E '^(articles|passages|furniture passages|words) ' "$kept/out" >quire.counts
same_files "both count the same articles, passages and words" quire.counts xapian.counts
run quire_search -d one --format jsonl -n 20 --furniture bace dofu the
same_files "and answer the same" one.answer "$kept/out"
ok "the default is Quire's own again" quire_index -d one articles.jsonl
run quire_index -d one --status
stdout_matches "and is said to be" "^store +quire$"

# ---- errors ----

for words in "--store lucene" "--threads 0" "--threads -1" "--threads two" "--threads 99999"; do
    # shellcheck disable=SC2086
    run quire_index -d one $words articles.jsonl
    status_is "quire-index $words is an error" 2
done

finish
