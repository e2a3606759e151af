# SPDX-License-Identifier: GPL-3.0-or-later
# The examples of the manual pages work.  A command of an example is a line between .EX and .EE that
# begins with "$ ".
. "$QUIRE_SOURCE/tests/cli/lib.sh"

# The programs by the names that people type.
mkdir "$kept/bin"
for program in quire-index quire-search; do
    case $program in
    quire-index) path=$QUIRE_INDEX_PROGRAM ;;
    *) path=$QUIRE_SEARCH_PROGRAM ;;
    esac
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$path" >"$kept/bin/$program"
    chmod +x "$kept/bin/$program"
done
PATH=$kept/bin:$PATH
QUIRE_INDEX=$PWD/index
export PATH QUIRE_INDEX
quire_index -q "$QUIRE_SOURCE/corpus/articles" 2>/dev/null

# The commands of a page, as a shell reads them.
commands()
{
    sed -n '/^\.EX/,/^\.EE/{ s/^\$ //; t found
        d
        :found
        s/\\(aq/'\''/g; s/\\(dq/"/g; s/\\(ti/~/g; s/\\(ha/^/g; s/\\-/-/g; s/\\e/\\/g; s/\\&//g; p }' "$1"
}

for page in quire-search.1 quire-query.7; do
    commands "$QUIRE_SOURCE/man/$page" >"$kept/commands"
    [ -s "$kept/commands" ] || skip "the examples of $page" "it has no commands"
    while IFS= read -r command; do
        run sh -c "$command"
        plainly=$(printf '%s' "$command" | tr -d '\\')
        status_is "$page: $plainly" 0
        case $command in
        *' >'*) written=${command##* >} ;;
        *'--output pages'*) written=pages/1.html ;;
        *) written=$kept/out ;;
        esac
        judge "and says something" "nothing was printed" [ -s "$written" ]
    done <"$kept/commands"
done

# Every option that --help lists is in the page, and no paragraph is of another.
for program in quire-index quire-search; do
    page=$QUIRE_SOURCE/man/$program.1
    $program --help | sed -n 's/^ *\(-., \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' | sort -u >"$kept/options"
    sed 's/\\-/-/g' "$page" | grep -o -e '--[a-z0-9][a-z0-9-]*' | sort -u >"$kept/named"
    sed -n '/^\.TP/{ n; s/\\-/-/g; p; }' "$page" | grep -o -e '--[a-z0-9][a-z0-9-]*' | sort -u >"$kept/described"
    ok "$program --help lists options" [ "$(wc -l <"$kept/options")" -gt 15 ]
    ok "$program.1 names all of them" [ -z "$(comm -23 "$kept/options" "$kept/named")" ]
    ok "and describes no others" [ -z "$(comm -13 "$kept/options" "$kept/described")" ]
done

finish
