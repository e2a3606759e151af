# SPDX-License-Identifier: GPL-3.0-or-later
# What was built hangs together: libraries, header, and what the programs load.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

libs=$QUIRE_BUILD/.libs

ok "the libraries export what quire.h declares, and nothing else" \
    "$QUIRE_SOURCE/tests/check-exports" "$QUIRE_SOURCE/engine/quire.h" \
    "$libs/libquire.so" "$libs/libquire-build.so" "$libs/libquire-xapian.so"

# Libraries that only the builder may load, or whoever searches an index of --store xapian: each
# would cost every search its start.
run env LD_LIBRARY_PATH="$libs" ldd "$libs/quire-search"
stdout_has "quire-search loads libquire" "libquire.so"
for library in libquire-build libquire-xapian libxapian libarchive libgumbo libuchardet libseccomp libicu \
    libsimdjson; do
    stdout_lacks "quire-search does not load $library" "$library"
done

# Without libquire-xapian.
quire_index -q -d own "$QUIRE_SOURCE/corpus/articles" 2>/dev/null
quire_index -q -d xapians --store xapian "$QUIRE_SOURCE/corpus/articles" 2>/dev/null
run quire_search -q -d xapians the
status_is "an index of --store xapian is searched with libquire-xapian" 0
mkdir alone
cp -L "$libs/libquire.so.0" alone
run env LD_LIBRARY_PATH="$PWD/alone" "$libs/quire-search" -q -d own the
status_is "one of --store quire without" 0
run env LD_LIBRARY_PATH="$PWD/alone" "$libs/quire-search" -d xapians the
status_is "without it the other is an error" 2
stderr_has "which says what is missing" "libquire-xapian.so.0"

run quire_search --version
status_is "quire-search --version succeeds" 0
stdout_has "quire-search says its version" "$(sed -n 's/^Version: //p' "$QUIRE_BUILD/engine/quire.pc")"
run quire_index --version
status_is "quire-index --version succeeds" 0
stdout_has "quire-index says its version" "$(sed -n 's/^Version: //p' "$QUIRE_BUILD/engine/quire.pc")"

finish
