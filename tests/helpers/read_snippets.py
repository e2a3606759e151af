#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do all formats that cut passages show the same of them, with the same marks?

    read_snippets.py DIRECTORY WORDS

DIRECTORY holds what one query printed with --snippet WORDS: jsonl, which has whole passages, and
html, human (without colour) and color, which show parts.  A part is found in the passage; it has all
marks that stand there, and no part of another; what is left out is told.  Prints how many results,
of which how many are cut, and marks were compared; status 1 where something differs.
"""

import html.parser
import json
import re
import sys

from formats import ESC, complain, finish, lines, read, squeeze

most_words = int(sys.argv[2])


class Page(html.parser.HTMLParser):
    """Of each result what stands in its passage: text, (clause, text) of marks, None for a cut."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.results = []
        self.folded = 0
        self.inside = False
        self.is_cut = False
        self.mark = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "li" and re.fullmatch(r"r\d+", attributes.get("id") or ""):
            self.results.append([])
        elif tag == "details":
            self.folded += 1
        elif tag == "blockquote" and self.results and not self.folded:
            self.inside = True
        elif tag == "mark" and self.inside:
            self.mark = int(attributes["data-clause"])
        elif tag == "span" and attributes.get("class") == "cut" and self.inside:
            self.is_cut = True
            self.results[-1].append(None)

    def handle_endtag(self, tag):
        if tag == "details":
            self.folded -= 1
        elif tag == "blockquote":
            self.inside = False
        elif tag == "mark":
            self.mark = None
        elif tag == "span":
            self.is_cut = False

    def handle_data(self, data):
        if self.inside and not self.is_cut:
            self.results[-1].append((self.mark, squeeze(data)))


def parts_of(shown):
    """[text, [(clause, start, end)]] of each part, white space left out; and whether it is cut before
    and after."""
    parts = [["", []]]
    for piece in shown:
        if piece is None:
            parts.append(["", []])
            continue
        clause, text = piece
        start = len(parts[-1][0])
        parts[-1][0] += text
        marks = parts[-1][1]
        if clause is None:
            continue
        if marks and marks[-1][0] == clause and marks[-1][2] == start and text == "":
            continue
        marks.append((clause, start, start + len(text)))
    cut_before = len(parts) > 1 and parts[0][0] == ""
    cut_after = len(parts) > 1 and parts[-1][0] == ""
    return [p for p in parts if p[0]], cut_before, cut_after


def places(parts, whole, marks, at):
    """Where the parts stand in the passage, one behind the other, each with all its marks; None."""
    if not parts:
        return []
    text, own = parts[0]
    start = whole.find(text, at)
    while start >= 0:
        end = start + len(text)
        there = [(c, s - start, e - start) for c, s, e in marks if s < end and e > start]
        if there == own:
            rest = places(parts[1:], whole, marks, end)
            if rest is not None:
                return [(start, end)] + rest
        start = whole.find(text, start + 1)
    return None


def bracketed(parts, cut_before, cut_after, left, right):
    made = []
    for text, marks in parts:
        last = 0
        piece = ""
        for _, start, end in marks:
            piece += text[last:start] + left + text[start:end] + right
            last = end
        made.append(piece + text[last:])
    return ("…" if cut_before else "") + "…".join(made) + ("…" if cut_after else "")


results = [r for r in map(json.loads, lines("jsonl")) if r["type"] == "result"]
page = Page()
page.feed(read("html"))
if len(page.results) != len(results):
    complain(f"html: {len(page.results)} results, not {len(results)}")
wanted = []
ncut = 0
nmarks = 0
for r, shown in zip(results, page.results):
    parts, cut_before, cut_after = parts_of(shown)
    data = r["text"].encode()
    whole = squeeze(r["text"])
    marks = [(m["clause"], len(squeeze(data[:m["start"]].decode())),
              len(squeeze(data[:m["end"]].decode()))) for m in r["marks"]]
    found = places(parts, whole, marks, 0)
    name = f"{r['article']}#{r['passage']}"
    if found is None:
        complain(f"html: {name}: {parts} is not of {r['text']} with {marks}")
        continue
    if found and (cut_before, cut_after) != (found[0][0] > 0, found[-1][1] < len(whole)):
        complain(f"html: {name}: cuts are not told: {shown}")
    is_cut = cut_before or cut_after or len(parts) > 1
    if is_cut and len(r["text"].split()) <= most_words:
        complain(f"html: {name}: there was room for all")
    if marks and not any(p[1] for p in parts):
        complain(f"html: {name}: no mark is shown")
    wanted.append((parts, cut_before, cut_after))
    ncut += is_cut
    nmarks += sum(len(p[1]) for p in parts)


def look_at_people(name, left, right, joint):
    """What ends a mark and begins the next is left out on both sides: a line may end in a mark."""
    text = squeeze(read(name)).replace(joint, "")
    at = 0
    for r, shown in zip(results, wanted):
        made = bracketed(*shown, left, right).replace(joint, "")
        found = text.find(made, at)
        if found < 0:
            complain(f"{name}: {r['article']}#{r['passage']} is not there: {made[:300]}")
        else:
            at = found + len(made)


look_at_people("human", "[", "]", "][")
look_at_people("color", ESC + "[1;31m", ESC + "[0m", ESC + "[0m" + ESC + "[1;31m")
finish(f"{len(results)} results, {ncut} cut, {nmarks} marks", results)
