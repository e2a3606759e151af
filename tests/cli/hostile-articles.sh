# SPDX-License-Identifier: GPL-3.0-or-later
# Articles that try to act upon whatever shows them, and an index of them, hostile-index.
make_hostile_index()
{
    mkdir -p hostile || exit 99
    cat >hostile/a.jsonl <<'RECORDS'
{"id":"<script>window.pwned=1</script>","title":"<script>window.pwned=2</script> zebra </title><script>window.pwned=3</script>","text":"zebra <img src=x onerror=\"window.pwned=4\"> </style><script>window.pwned=5</script> zebra <!-- zebra -->\n</blockquote></li></ol><h1>Forged</h1> zebra","source":"\"><svg onload=window.pwned=6>","author":"' onmouseover='window.pwned=7","url":"javascript:window.pwned=8","date":"2025-11-16"}
{"id":"esc\u001b[2J","title":"zebra \u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\","text":"zebra \u001b[31mred\u001b[0m \u009b2J \u0007 \u001b]0;title\u0007 zebra","source":"\u001b[1m","url":"https://a.example/\u001b]8;;https://evil.example","date":"2025-11-16T10:00:00Z"}
{"id":"bidi\u202e","title":"zebra \u202egnp.exe\u202c","text":"\u2066zebra\u2069 \u202dzebra\u202c \u200f \ud83c\udff4\udb40\udc67\udb40\udc62 zebra","source":"\u202esource","url":"https://a.example/\u202ex","date":"2025-11-15"}
{"id":"nul\u0000id","title":"zebra \u0000 nul","text":"zebra \u0000zebra\u0000 end","source":"a\u0000b","date":"2025-11-14"}
{"id":"=1+1","title":"=HYPERLINK(\"https://evil.example\",\"zebra\")","text":"@SUM(1) zebra","source":"+cmd|' /C calc'!A0","author":"-1+1","url":"data:text/html,<script>window.pwned=9</script>","date":"=NOW()"}
{"id":"|calc","title":"  =zebra()","text":"＝zebra()\r\n=2+2","source":"\t=1","author":"％=1","url":"HTTPS://A.EXAMPLE/?q=\"><script>window.pwned=10</script>","date":"2025-11-13"}
{"id":"tab\tid","title":"zebra\ttab","text":"zebra\tone\n\u2028two\u2029three zebra","source":"line\nbreak","url":"http://a.example/'onclick='window.pwned=11","date":"2025-11-12"}
RECORDS
    quire_index -q -d hostile-index hostile 2>/dev/null
    [ -f hostile-index/XAPIANDB ] || exit 99
}
hostile_query='zebra </title><script>window.pwned=12</script> OR "onload=window.pwned"'
