# SPDX-License-Identifier: GPL-3.0-or-later
# What cannot be read is named, with file and record, and does not keep the rest from being read.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

mkdir in
printf 'Good.\n' >in/good.txt
printf '{"id":"x","text":"One."}\n{"id":\n{"id":"x","text":"Again."}\n{"id":"y","date":"soon"}\n' \
    >in/lines.jsonl
printf '<p>Hello.</p>\n' >in/page.html
printf 'caf\351\n' >in/latin.txt

cat >named <<'END'
quire-index: in/latin.txt: 1 invalid byte repaired: not UTF-8
quire-index: in/lines.jsonl:2: bad JSON: unexpected token near end of file, at byte 6 (skipped)
quire-index: in/lines.jsonl:3: second article with id x; the first is in in/lines.jsonl:1 (skipped)
quire-index: in/lines.jsonl:4: date "soon" is not read: use ISO 8601
quire-index: in/page.html: HTML is not read: save the article as plain text or JSON Lines (skipped)
END
run quire_index -d index in
status_is "newly skipped or damaged input gives status 1" 1
same_files "each is named, with file and line" named "$kept/err"
stdout_matches "what was good is indexed" "^articles +4$"
stdout_matches "skipped inputs are counted" "^skipped +3$"
stdout_matches "and damaged ones" "^damaged +2$"
stdout_matches "and what of these is new" "^new problems +5$"
run quire_index -d index --status
stdout_matches "--status counts them too" "^problems +5$"

run quire_index -d index in
status_is "what was so the last time gives status 0" 0
sed -e 's/(skipped)$/(skipped, as before)/' -e 's/[^)]$/& (as before)/' named >again
same_files "it is named again, as known" again "$kept/err"
stdout_matches "and counted, but not as new" "^new problems +0$"
run quire_index -q -d index in
status_is "so it does with --quiet" 0
stderr_empty "which does not name again what is known"

printf '%%PDF-1.7\n' >in/a.pdf
run quire_index -q -d index in
status_is "one new problem gives status 1" 1
stderr_is "and --quiet names that one only" <<'END'
quire-index: in/a.pdf: PDF is not read: convert it with pdftotext (skipped)
quire-index: index: up to date, but 1 input newly was skipped or damaged
END
run quire_index -q --dry-run -d index in
status_is "a dry run compares with the live index" 0

# ---- many ----

awk 'BEGIN { print "{\"id\":\"good\",\"text\":\"T\"}"; for (i = 0; i < 2000; i++) print "bad" }' \
    >many.jsonl
run quire_index -d many many.jsonl
status_is "many problems are problems" 1
same_text "in a log, each new one is named" 2000 "$(grep -c 'bad JSON' "$kept/err")"
run quire_index -d many many.jsonl
status_is "many known ones are none" 0
same_text "the first fifty are named again" 50 "$(grep -c 'as before)' "$kept/err")"
stderr_has "and the others counted" "1,950 more were skipped or damaged as before"

# ---- control characters do not reach the terminal ----

printf '{"id":"good"}\n{"id":"a","date":"\\u001b[31mred"}\n{"\033]0;title\007' >esc.jsonl
run quire_index -d esc esc.jsonl
stderr_lacks "no escape of the input is printed" "$(printf '\033')"
stderr_has "but the problem is" 'esc.jsonl:2: date "?[31mred" is not read'

# ---- records that say nothing that is known ----

printf '{"headline":"A title","body":"Zebra."}\n{"id":"k","text":"Yak."}\n{"id":"m","body":"Emu."}\n' \
    >foreign.jsonl
cat >named <<'END'
quire-index: foreign.jsonl: no title and no text in 2 records; the keys of the first are: headline, body
END
run quire_index -d foreign foreign.jsonl
status_is "records without title and text, but with other keys, are a problem" 1
same_files "named once, with the keys of the first" named "$kept/err"
stdout_matches "they are kept all the same" "^articles +3$"
stdout_matches "as damaged" "^damaged +1$"
run quire_index -d foreign foreign.jsonl
status_is "which is known the next time" 0
printf '{"id":"a","title":"","text":null,"topics":["x"]}\n{"id":"b","date":"2025-11-16"}\n{"id":"c"}\n' \
    >bare.jsonl
ok "records that have them empty, or no other keys, are none" quire_index -d bare bare.jsonl
stderr_empty "of which nothing is said"
stdout_matches "but how many there are" "^articles without text +3$"

# ---- JSON that is no JSON Lines ----

printf '{\n  "id": "a",\n  "text": "Zebra."\n}\n' >pretty.json
printf '\n[\n  {"id": "a", "text": "Yak."},\n  {"id": "b", "text": "Emu."}\n]\n' >array.json
printf '{"id":"z","text":"Gnu."}\n' >good.jsonl
run quire_index -d pretty pretty.json array.json good.jsonl
status_is "JSON over many lines is skipped" 1
stderr_is "with one message for a file" <<'END'
quire-index: pretty.json:1: bad JSON: an article must stand whole on one line: see jq -c; the whole file is skipped (skipped)
quire-index: array.json:2: bad JSON: an article must stand whole on one line: see jq -c; the whole file is skipped (skipped)
END
stdout_matches "and nothing of it is an article" "^articles +1$"
printf '{"id":"a","text":"Zebra."}\n{\n{"id":"b","text":"Yak."}\n' >later.jsonl
run quire_index -d later later.jsonl
stdout_matches "below a record that is one, only the line is" "^articles +2$"

# ---- ids ----

mkdir -p ids/sub
printf 'One.\n' >ids/same.txt
printf 'Two.\n' >ids/same.md
printf 'Three.\n' >ids/sub/same.txt
gzip -c ids/sub/same.txt >ids/sub/packed.txt.gz
printf '{"text":"Four."}\n\n{"id":17,"text":"Five."}\n' >ids/l.jsonl
quire_index -q -d idindex ids
quire_search -d idindex --copies show --format jsonl One Two Three Four Five |
    sed -n 's/.*"type":"result".*/&/p' | sed 's/.*"article":"\([^"]*\)".*/\1/' | LC_ALL=C sort >got
cat >wanted <<'END'
17
ids/l.jsonl:1
same.md
same.txt
sub/packed
sub/same
END
same_files "ids are paths below SOURCE without the ending, those of records, or FILE:LINE" wanted got

finish
