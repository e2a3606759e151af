# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for bash: options and their values, and the words of a query, as the index has them.
#
# Options are those that --help lists, so they are never out of date.

__quire_search_values()
{
    case $1 in
    --format) echo human plain jsonl tsv csv html trec ;;
    --color | --hyperlink) echo auto always never ;;
    --copies) echo fold show ;;
    --by) echo source author day month year ;;
    --stem) echo on off ;;
    --snippet) echo full 30 60 120 ;;
    esac
}

# How the last word may go on: bash replaces only what stands behind the last blank.
__quire_search_words()
{
    local index=() before i line
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -d | --index) index=(-d "${COMP_WORDS[i + 1]}") ;;
        esac
    done
    before=${1//[\"\']/}
    [ ${#before} -ge 2 ] || return
    quire-search "${index[@]}" -n 12 --complete "$before" 2>/dev/null |
        while IFS= read -r line; do
            case $line in
            *' '*) ;;
            *) printf '%s\n' "$line" ;;
            esac
        done
}

_quire_search()
{
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} values

    # bash takes the = of --format=csv for a word of its own.
    if [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    elif [ "$current" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 1]}
        current=
    fi
    COMPREPLY=()
    case $before in
    -d | --index | --output)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    --batch)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    esac
    values=$(__quire_search_values "$before")
    if [ -n "$values" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
    elif [ "${current#-}" != "$current" ]; then
        values=$(quire-search --help | grep -oE -e '--[a-z0-9-]+' | sort -u)
        mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
    else
        mapfile -t COMPREPLY < <(__quire_search_words "$current")
    fi
}

complete -F _quire_search quire-search
