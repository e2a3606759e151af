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
    (cd "$1"/gen-00000001/seg-0 && find passages furniture -type f -print0 | sort -z | xargs -0 cksum)
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
ok "nothing is left over" test "$(wc -l <one.files)" -eq 13
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
