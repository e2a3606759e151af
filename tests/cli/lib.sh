# SPDX-License-Identifier: GPL-3.0-or-later
# What command line tests are written with.  POSIX sh; a test reads as sentences:
#
#     . "$QUIRE_SOURCE/tests/cli/lib.sh"
#
#     prints "one line of JSON for the query and one for each result" 0 \
#         quire_search -d index --format jsonl ceasefire <<'END'
#     ...exactly this on standard output, nothing on standard error...
#     END
#     run quire_search -d nowhere ceasefire
#     status_is "a missing index is an error" 2
#     stderr_has "the message says what makes an index" "quire-index"
#
#     finish
#
# Every sentence is one test of the totals.  A script starts in a fresh directory of its own, which
# goes when it ends, with standard input empty, and must end in "finish".
#
#   ok SENTENCE COMMAND...             passes when the command succeeds
#   fails SENTENCE COMMAND...          passes when it does not
#   prints SENTENCE STATUS COMMAND...  standard output is the here-document, standard error empty
#   complains SENTENCE STATUS COMMAND...  the other way round
#   skip SENTENCE REASON               counts as skipped, aloud
#   skip_all REASON                    nothing here can be tested; ends the script
#
#   run COMMAND...          keeps what it did: $status, and the files out and err in $kept;
#                           give it input by redirection (in a pipe, $status would be lost)
#   status_is SENTENCE STATUS
#   stdout_is SENTENCE, stderr_is SENTENCE             the here-document
#   stdout_has SENTENCE TEXT, stdout_lacks, stderr_has, stderr_lacks    fixed strings
#   stdout_matches SENTENCE REGEX, stderr_matches      extended regular expressions, by line
#   stdout_lines SENTENCE N                            how many lines
#   stdout_empty SENTENCE, stderr_empty SENTENCE
#   same_text SENTENCE WANTED GOT                      two strings
#   same_files SENTENCE WANTED GOT                     two files
#
#   quire_index ..., quire_search ...   the programs under test
#   testdata PATH                       true when PATH is there, below $QUIRE_TESTDATA

: "${QUIRE_SOURCE:?run this by tests/run-cli}"

quire_index()
{
    "$QUIRE_INDEX_PROGRAM" "$@"
}

quire_search()
{
    "$QUIRE_SEARCH_PROGRAM" "$@"
}

testdata()
{
    [ -e "$QUIRE_TESTDATA/$1" ]
}

# ---- counting ----

ntests=0

# Show a file as TAP comments, cut where it is long.
show()
{
    [ ! -s "$2" ] && return
    echo "#   $1:"
    head -n 60 "$2" | cut -c 1-300 | sed 's/^/#     /'
}

pass()
{
    ntests=$((ntests + 1))
    echo "ok $ntests - $1"
}

# fail SENTENCE [WHY]
fail()
{
    ntests=$((ntests + 1))
    echo "not ok $ntests - $1"
    [ -z "${2:-}" ] || echo "#   $2"
}

skip()
{
    ntests=$((ntests + 1))
    echo "ok $ntests - $1 # SKIP $2"
}

skip_all()
{
    echo "1..0 # SKIP $1"
    exit 0
}

finish()
{
    echo "1..$ntests"
    exit 0
}

# ---- running ----

# run COMMAND...
run()
{
    ran=$*
    "$@" >"$kept/out" 2>"$kept/err"
    status=$?
}

# judge SENTENCE WHY COMMAND...: pass when the command succeeds; otherwise say what was run and what
# came of it.
judge()
{
    sentence=$1
    why=$2
    shift 2
    if "$@" >"$kept/judged" 2>&1; then
        pass "$sentence"
    else
        fail "$sentence" "$why"
        show "$*" "$kept/judged"
        echo "#   ran: $(printf '%s' "$ran" | tr '\n' ' '); status $status"
        show "standard output" "$kept/out"
        show "standard error" "$kept/err"
    fi
}

ok()
{
    wish=$1
    shift
    run "$@"
    judge "$wish" "the command failed" [ "$status" -eq 0 ]
}

fails()
{
    wish=$1
    shift
    run "$@"
    judge "$wish" "the command succeeded" [ "$status" -ne 0 ]
}

# as_wanted STATUS FILE EMPTY: the status, what stands in FILE, and that EMPTY is empty.
as_wanted()
{
    diff -u --label wanted --label got "$kept/wanted" "$2" && [ ! -s "$3" ] && [ "$status" -eq "$1" ]
}

prints()
{
    wish=$1
    wanted_status=$2
    shift 2
    cat >"$kept/wanted"
    run "$@" </dev/null
    judge "$wish" "status $wanted_status was wanted, and this output" \
        as_wanted "$wanted_status" "$kept/out" "$kept/err"
}

complains()
{
    wish=$1
    wanted_status=$2
    shift 2
    cat >"$kept/wanted"
    run "$@" </dev/null
    judge "$wish" "status $wanted_status was wanted, and these complaints" \
        as_wanted "$wanted_status" "$kept/err" "$kept/out"
}

# ---- what the last run did ----

status_is()
{
    judge "$1" "status $2 was wanted" [ "$status" -eq "$2" ]
}

stdout_is()
{
    cat >"$kept/wanted"
    judge "$1" "standard output differs" diff -u --label wanted --label got "$kept/wanted" "$kept/out"
}

stderr_is()
{
    cat >"$kept/wanted"
    judge "$1" "standard error differs" diff -u --label wanted --label got "$kept/wanted" "$kept/err"
}

stdout_has()
{
    judge "$1" "wanted: $2" grep -qF -e "$2" "$kept/out"
}

stderr_has()
{
    judge "$1" "wanted: $2" grep -qF -e "$2" "$kept/err"
}

lacks()
{
    ! grep -F -e "$1" "$2"
}

stdout_lacks()
{
    judge "$1" "not wanted: $2" lacks "$2" "$kept/out"
}

stderr_lacks()
{
    judge "$1" "not wanted: $2" lacks "$2" "$kept/err"
}

stdout_matches()
{
    judge "$1" "wanted: $2" grep -qE -e "$2" "$kept/out"
}

stderr_matches()
{
    judge "$1" "wanted: $2" grep -qE -e "$2" "$kept/err"
}

stdout_lines()
{
    judge "$1" "$2 lines were wanted" [ "$(wc -l <"$kept/out")" -eq "$2" ]
}

stdout_empty()
{
    judge "$1" "standard output is not empty" [ ! -s "$kept/out" ]
}

stderr_empty()
{
    judge "$1" "standard error is not empty" [ ! -s "$kept/err" ]
}

same_text()
{
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1" "wanted: $2"
        echo "#   got: $3"
    fi
}

same_files()
{
    judge "$1" "the files differ" diff -u "$2" "$3"
}

# ---- a place of its own, and nothing of the caller's settings ----

unset QUIRE_INDEX XDG_DATA_HOME XDG_CONFIG_HOME NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LINES POSIXLY_CORRECT CDPATH
LC_ALL=C.UTF-8
TZ=UTC
TERM=dumb
export LC_ALL TZ TERM

kept=$(mktemp -d "${TMPDIR:-/tmp}/quire-test.XXXXXX") || exit 99
trap 'chmod -R u+rwx "$kept" 2>/dev/null; rm -rf "$kept"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$kept/work" "$kept/home" || exit 99
HOME=$kept/home
export HOME
cd "$kept/work" || exit 99
exec </dev/null
ran="nothing yet"
status=0
: >"$kept/out"
: >"$kept/err"
