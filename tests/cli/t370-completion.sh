# SPDX-License-Identifier: GPL-3.0-or-later
# Completion in bash: options, their values, and words of the index.
. "$QUIRE_SOURCE/tests/cli/lib.sh"
. "$QUIRE_SOURCE/tests/cli/search-articles.sh"
command -v bash >/dev/null || skip_all "there is no bash"
make_search_index
mkdir bin
printf '#!/bin/sh\nexec "%s" "$@"\n' "$QUIRE_SEARCH_PROGRAM" >bin/quire-search
chmod +x bin/quire-search
PATH=$PWD/bin:$PATH

# completed WORD...: what the last word may become.
completed()
{
    bash -c '
        . "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _quire_search
        printf "%s\n" "${COMPREPLY[@]}"' bash "$QUIRE_SOURCE/completion/quire-search.bash" "$@"
}
prints "an option that is begun" 0 completed quire-search --hy <<'END'
--hyperlink
END
prints "every option has a beginning" 0 completed quire-search --co <<'END'
--color
--complete
--copies
--correct
--count
END
prints "formats" 0 completed quire-search --format t <<'END'
tsv
trec
END
prints "behind an equals sign, too" 0 completed quire-search --format = h <<'END'
human
html
END
prints "words of the index" 0 completed quire-search cease <<'END'
ceasefire
END
prints "of the index that is named" 0 completed quire-search -d index str <<'END'
strike
END

finish
