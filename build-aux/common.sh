# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by quickstart, runtests and .ci/run, which set $root to the source tree and source this.

say()
{
    printf '%s\n' "$*"
}

die()
{
    printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
    exit 1
}

# packages_of SECTION...: the names that build-aux/packages lists for these sections.
packages_of()
{
    for section in "$@"; do
        sed -n "s/#.*//; s/^$section  *\([^ ]*\) *\$/\1/p" "$root/build-aux/packages"
    done
}

# install_packages SECTION...: install with apt what is missing; nothing when all is there.
install_packages()
{
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "This is not Debian: ./configure will name what is missing."
        return 0
    fi
    missing=
    for package in $(packages_of "$@"); do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0

    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1; then
        as_root=sudo
    else
        die "as root, run first: apt install$missing"
    fi
    say "Installing with apt:$missing"
    log=$(mktemp "${TMPDIR:-/tmp}/quire-apt.XXXXXX")
    # shellcheck disable=SC2086  # lists of words
    if ! { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -q -y --no-install-recommends install $missing; } >"$log" 2>&1 </dev/null; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        die "apt could not install:$missing"
    fi
    rm -f "$log"
}

# How many jobs make may run at once.
jobs()
{
    nproc 2>/dev/null || echo 1
}

# quietly LOG COMMAND...: only a failure shows what the command said.
quietly()
{
    quiet_log=$1
    shift
    if ! "$@" >>"$quiet_log" 2>&1; then
        tail -n 20 "$quiet_log" >&2
        die "failed: $* (all of it: $quiet_log)"
    fi
}

# Make configure, when it is not there or older than what it is made from.
bootstrap()
{
    if [ -x "$root/configure" ] && [ -f "$root/Makefile.in" ] &&
        [ -z "$(cd "$root" && find configure.ac Makefile.am m4/quire.m4 engine indexer searcher \
            man tests bench \( -name Makefile.mk -o -name 'configure.ac' -o -name Makefile.am \
            -o -name quire.m4 \) -newer Makefile.in)" ]; then
        return 0
    fi
    (cd "$root" && autoreconf -fi)
}

# configure_in DIRECTORY ARGUMENT...: set up a build there, unless it is set up already.
configure_in()
{
    directory=$1
    shift
    [ ! -f "$directory/config.status" ] || return 0
    mkdir -p "$directory"
    (cd "$directory" && "$root/configure" "$@")
}

# Where to build: build/, or the source tree itself where someone configured that.
choose_build()
{
    if [ -f "$root/config.status" ]; then
        build=$root
    else
        build=$root/build
    fi
}

# build_quire: from nothing, or from what is there, to programs in $build.
build_quire()
{
    choose_build
    mkdir -p "$build"
    build_log=$build/build.log
    : >"$build_log"
    quietly "$build_log" bootstrap
    quietly "$build_log" configure_in "$build"
    quietly "$build_log" make -C "$build" -j "$(jobs)"
}

# tap_totals FILE...: "PASSED FAILED SKIPPED", summed over what automake's test runs printed there.
tap_totals()
{
    awk '
        /^# (PASS|XFAIL): / { passed += $3 }
        /^# (FAIL|XPASS|ERROR): / { failed += $3 }
        /^# SKIP: / { skipped += $3 }
        END { print passed + 0, failed + 0, skipped + 0 }
    ' "$@"
}

failures_title="Of the tests that failed:"

# show_failures BUILD-DIRECTORY: what the logs of failed tests there say.
show_failures()
{
    say "$failures_title"
    grep -lrE '^:test-result: (FAIL|ERROR|XPASS)' --include='*.trs' "$1" | while read -r trs; do
        say "--- ${trs%.trs}"
        # Each failure with its comments, or the end of a log that was cut short.
        awk '/^(not ok|Bail out!|ERROR)/ { print; told = 1; next }
            told && /^(#|==|FAIL:|ERROR:)/ { print; next }
            { told = 0 }' "${trs%.trs}.log" | head -n 100
        tail -n 5 "${trs%.trs}.log" | sed 's/^/    | /'
    done
}
