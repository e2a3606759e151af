#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is what a format prints of hostile articles inert?

    read_hostile.py FORMAT FILE

No control character or control of direction is there, but ends of lines (and, in the format color,
the colours that quire-search itself sends); in tables no cell is a formula; in HTML no element,
attribute or address can act.  Status 1, and a line for each fault, where something is not so.
"""

import csv
import html.parser
import io
import re
import sys

name, path = sys.argv[1:]
text = open(path, "rb").read().decode("utf-8")
faults = []

own = text
if name == "color":
    own = re.sub("\x1b\\[[0-9;]*m", "", own)
    own = re.sub("(?i)\x1b\\]8;;(https?|file)://[!-:<-~]*\x1b\\\\|\x1b\\]8;;\x1b\\\\", "", own)
kept = {"csv": "\r\n", "tsv": "\t\n", "plain": "\t\n"}.get(name, "\n")
for found in re.finditer("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb"
                         "\U000e0000-\U000e007f]", own):
    if found.group() not in kept:
        faults.append(f"{found.group()!r} in {own[max(0, found.start() - 30):found.end() + 30]!r}")

if name in ("csv", "tsv"):
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) if name == "csv" else \
        [line.split("\t") for line in text.split("\n")[:-1]]
    for row in rows:
        if len(row) != len(rows[0]):
            faults.append(f"a row has {len(row)} columns: {row}")
        for cell in row:
            if re.match(r"\s*[=+\-@|%＝＋－＠]", cell):
                faults.append(f"a formula: {cell}")


class Page(html.parser.HTMLParser):
    known = set("html head meta title style body main section header p h1 h2 a fieldset legend label "
                "input span details summary figure figcaption svg text line circle div table caption "
                "thead tbody tr th td bdi ol ul li article strong time blockquote mark pre "
                "footer".split())
    attributes = set("lang charset http-equiv content name class href type checked data-clause dir "
                     "id tabindex role aria-label width height x y x1 x2 y1 y2 cx cy r text-anchor "
                     "scope open datetime rel".split())

    def handle_starttag(self, tag, attributes):
        if tag not in self.known:
            faults.append(f"an element {tag}")
        for key, value in attributes:
            if key not in self.attributes:
                faults.append(f"an attribute {key}={value}")
            if key == "href" and not re.match("#|https?://", value, re.I):
                faults.append(f"a link to {value}")

    def handle_comment(self, data):
        faults.append(f"a comment: {data}")


if name == "html":
    page = Page()
    page.feed(text)
    if text.count("<style>") != 1 or text.count("<h1") != 1:
        faults.append("there is a second style sheet or headline")
    if "default-src 'none'" not in text or "unsafe" in re.search("content=\"(default-src[^\"]*)",
                                                                 text).group(1):
        faults.append("the policy is not strict")

print("\n".join(faults))
sys.exit(1 if faults else 0)
