# SPDX-License-Identifier: GPL-3.0-or-later
# What was built hangs together: libraries, header, and what the programs load.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

libs=$QUIRE_BUILD/.libs

ok "the libraries export what quire.h declares, and nothing else" \
    "$QUIRE_SOURCE/tests/check-exports" "$QUIRE_SOURCE/engine/quire.h" \
    "$libs/libquire.so" "$libs/libquire-build.so"

# Libraries that only the builder may load: each would cost every search its start.
run env LD_LIBRARY_PATH="$libs" ldd "$libs/quire-search"
stdout_has "quire-search loads libquire" "libquire.so"
for library in libquire-build libarchive libgumbo libuchardet libseccomp libicu libsimdjson; do
    stdout_lacks "quire-search does not load $library" "$library"
done

run quire_search --version
status_is "quire-search --version succeeds" 0
stdout_has "quire-search says its version" "$(sed -n 's/^Version: //p' "$QUIRE_BUILD/engine/quire.pc")"
run quire_index --version
status_is "quire-index --version succeeds" 0
stdout_has "quire-index says its version" "$(sed -n 's/^Version: //p' "$QUIRE_BUILD/engine/quire.pc")"

finish
