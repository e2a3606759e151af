#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do all formats show the same article?  Reads each as a stranger would.

    read_shown.py DIRECTORY

DIRECTORY holds what "--show ARTICLE QUERY" printed: jsonl, plain, human (without colour), color and
html.  JSON Lines is what the others are compared to: the text of each passage with the bytes of each
mark, white space apart.  Prints how many passages and marks were compared; status 1 where something
differs.
"""

import html.parser
import json

from formats import ESC, complain, finish, lines, marked, read, squeeze


head, *passages = map(json.loads, lines("jsonl"))


def look(name, text, left, right, furniture=False):
    """The passages follow one another in text; where a mark ends and the next begins, or a line ends
    within one, may be told apart or not."""
    joint = right + left
    text = squeeze(text).replace(joint, "")
    at = 0
    for p in passages:
        if p["furniture"] and not furniture: # which people have set apart
            continue
        wanted = squeeze(marked(p["text"], p["marks"], left, right)).replace(joint, "")
        found = text.find(wanted, at)
        if found < 0:
            complain(f"{name}: passage {p['passage']} is not there: {wanted[:200]}")
        else:
            at = found + len(wanted)


rows = [row.split("\t") for row in lines("plain")]
look("plain", "\n".join(row[2] for row in rows if row[1] != "title"), "[", "]", True)
look("human", read("human"), "[", "]")
look("color", read("color"), ESC + "[1;31m", ESC + "[0m")


class Page(html.parser.HTMLParser):
    """What stands in the article, with brackets round the marks, and the clauses of these."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.clauses = []
        self.inside = False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.inside = self.inside or (tag == "article" and attributes.get("class") == "whole")
        if tag == "mark" and self.inside:
            self.clauses.append(int(attributes["data-clause"]))
            self.text += "["

    def handle_endtag(self, tag):
        if tag == "mark" and self.inside:
            self.text += "]"
        self.inside = self.inside and tag != "article"

    def handle_data(self, data):
        if self.inside:
            self.text += data


page = Page()
page.feed(read("html"))
look("html", page.text, "[", "]")
marks = [m for p in passages for m in p["marks"]]
if page.clauses[len(page.clauses) - len(marks):] != [m["clause"] for m in marks]:
    complain("html: the clauses of the marks are others")

finish(f"{len(passages)} passages, {len(marks)} marks", passages)
