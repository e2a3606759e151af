# SPDX-License-Identifier: GPL-3.0-or-later
# The example program of the library: it needs quire.h and libquire, and nothing else.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
make_search_index

# $QUIRE_CC may hold options.
ok "the example compiles without a warning" sh -c '
    $QUIRE_CC -std=c17 -Wall -Wextra -Werror -I"$QUIRE_SOURCE/engine" \
        "$QUIRE_SOURCE/examples/search.c" -L"$QUIRE_BUILD/.libs" -lquire -o search'
LD_LIBRARY_PATH=$QUIRE_BUILD/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
run ./search index '"Board of Peace"'
status_is "it searches" 0
stdout_matches "it prints where a passage is" '^1\. talks#1  [0-9.]+$'
stdout_has "and what matched" "The [Board of Peace] met in Geneva."
run ./search nowhere peace
status_is "it fails where there is no index" 2
stderr_has "and says why" "nowhere"

ok "the example of a ranking compiles without a warning" sh -c '
    $QUIRE_CC -std=c17 -Wall -Wextra -Werror -I"$QUIRE_SOURCE/engine" \
        "$QUIRE_SOURCE/examples/rank.c" -L"$QUIRE_BUILD/.libs" -lquire -o rank'
run ./rank index '"Board of Peace"'
status_is "it ranks" 0
stdout_matches "it says how many" '^[1-9][0-9]* ranked$'
stdout_matches "and reads the first of them" '^[0-9.]+  talks#1: .*Board of Peace met in Geneva'

ok "quire.h is C++ too" sh -c '
    printf "#include <quire.h>\nint main() { return quire_version()[0] == 0; }\n" >program.cc &&
    ${CXX:-c++} -I"$QUIRE_SOURCE/engine" -fsyntax-only -Wall -Wextra -Werror program.cc'

finish
