# SPDX-License-Identifier: GPL-3.0-or-later
# quire-index --stems: stems that the user sets, which the index keeps and searches mind.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

mkdir articles
printf 'One\n\nThe tories met in Leeds.\n' >articles/a.txt
printf 'Two\n\nA conservative spoke of the programmes.\n' >articles/b.txt
printf 'Three\n\nThe policing of news.\n' >articles/c.txt
printf '# parties\ntories = conservative\nconservative right  # a comment\n\n\tpolicing\tpolicing\r\n' >stems

found()
{
    quire_search -d index --format plain "$@" 2>/dev/null | cut -f 3 | sort | tr '\n' ' '
}

for store in quire xapian; do
    run quire_index -q -d index --store $store --stems stems --replace articles
    status_is "$store: an index with stems is built" 0
    same_text "$store: a word has the stem of another" "a#1 b#1 " "$(found conservative)"
    same_text "$store: so has the other's" "a#1 b#1 " "$(found tories)"
    same_text "$store: also as a possessive" "a#1 b#1 " "$(found "tories'")"
    same_text "$store: a stem can keep a word apart" "c#1 " "$(found policing)"
    same_text "$store: from its relatives" "" "$(found police)"
    same_text "$store: as it is written it is found as before" "a#1 " "$(found =tories)"
    same_text "$store: near another it is, too" "a#1 b#1 " "$(found 'conservative NEAR/9 (spoke OR met)')"
    run quire_index -d index --status
    stdout_matches "$store: --status says how many" '^stems set by hand +3$'
    run quire_index -q -d index --store $store articles
    status_is "$store: a build without --stems" 0
    same_text "$store: keeps those of the index" "a#1 b#1 " "$(found tories)"
    run quire_index -q -d index --stems /dev/null --store $store articles
    same_text "$store: an empty file ends them" "a#1 " "$(found tories)"
    run quire_index -d index --status
    stdout_lacks "$store: of which --status says nothing then" "stems"
done

bad()
{
    printf "$2" >bad
    run quire_index -q -d index --stems bad articles
    status_is "$1 is refused" 2
    stderr_has "with its place: $1" "$3"
}

bad "a line of one word" 'news news\ntories\n' 'bad:2: a line is "word stem" or "word = otherword"'
bad "a line of three" 'a b c\n' "bad:1: "
bad "a word in capitals" '\n\nTories tory\n' "bad:3: a word is of the letters a to z"
bad "a word with a digit" 'g7 seven\n' "bad:1: "
bad "a word without end" "$(printf '%0200d' 0 | tr 0 x) x" "bad:1: "
bad "a word that comes twice" 'a b\nb c\na d\n' 'bad: "a" has two stems'
bad "a NUL" 'a b\000\n' "bad: "
run quire_index -q -d index --stems nowhere articles
status_is "a file that is not there is refused" 2
stderr_has "by name" "nowhere: No such file"
same_text "and the index stands" "a#1 " "$(found tories)"

finish
