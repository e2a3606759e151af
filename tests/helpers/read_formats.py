#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do all formats say the same?  Reads each as a stranger would, by what is said of the format alone.

    read_formats.py DIRECTORY

DIRECTORY holds what one query printed: jsonl, csv, tsv, plain, human (without colour), color, html,
trec.  JSON Lines is what the others are compared to: results in the same order, and the bytes of
each mark with its clause, where the format has clauses.  Prints how many results and marks were
compared; status 1 where something differs.
"""

import csv
import html
import html.parser
import io
import json
import re
import urllib.parse

from formats import ESC, complain, finish, lines, marked, read, squeeze, without_blanks


def fold(text):
    """White space as single blanks, and none at the ends; what has no look is left out."""
    return re.sub(r"[^\S\u00a0\u2007\u202f]+", " ", text.replace("\u00ad", "")).strip(" ")


def cut(text, marks):
    """[clause, marked text] of ranges of bytes."""
    data = text.encode()
    last = 0
    found = []
    for mark in marks:
        if not last <= mark["start"] < mark["end"] <= len(data):
            complain(f"a mark is out of place: {mark} in {text}")
        last = mark["end"]
        found.append([mark["clause"], fold(data[mark["start"]:mark["end"]].decode())])
    return found


def same(where, wanted, got):
    if wanted != got and not (isinstance(wanted, list) and isinstance(got, list)):
        complain(f"{where}: {wanted} wanted, {got} there")
    elif wanted != got:
        pairs = [p for p in zip(wanted, got) if p[0] != p[1]]
        complain(f"{where}: {len(wanted)} wanted, {len(got)} there; first that differs: {pairs[:1]}")


results = []
query = None
for line in lines("jsonl"):
    record = json.loads(line)
    if record["type"] == "result":
        results.append(record)
    elif record["type"] == "query":
        query = record
title_marks = [cut(r["title"], r["title_marks"]) for r in results]
text_marks = [cut(r["text"], r["marks"]) for r in results]

# ---- Tables ----

WANTED_COLUMNS = ("query_id query rank score article passage date source title title_marks text marks "
                  "author url path start end furniture copies error").split()


def inert(cell):
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" \n")[:1] in "=+-@＝＋－＠|%" else cell


def look_at_table(name, rows):
    same(name + ": columns", WANTED_COLUMNS, rows[0])
    same(name + ": rows", len(results), len(rows) - 1)
    for i, row in enumerate(rows[1:]):
        if len(row) != len(WANTED_COLUMNS):
            complain(f"{name}: row {i + 1} has {len(row)} columns")
            continue
        cells = dict(zip(WANTED_COLUMNS, row))
        same(f"{name}: row {i + 1}", (results[i]["article"], str(results[i]["passage"]), str(i + 1)),
             (inert(cells["article"]), cells["passage"], cells["rank"]))
        same(f"{name}: text {i + 1}", fold(results[i]["text"]), fold(inert(cells["text"])))
        same(f"{name}: title {i + 1}", fold(results[i]["title"]), fold(inert(cells["title"])))
        for text, column, wanted in ((cells["title"], "title_marks", title_marks[i]),
                                     (cells["text"], "marks", text_marks[i])):
            places = [re.fullmatch(r"(\d+)-(\d+):(\d+)", p).groups() for p in cells[column].split()]
            same(f"{name}: {column} {i + 1}", wanted,
                 cut(text, [{"start": int(s), "end": int(e), "clause": int(c)}
                            for s, e, c in places]))


look_at_table("csv", list(csv.reader(io.StringIO(read("csv"), newline=""), strict=True)))
if re.search(r"(?<!\r)\n(?=\d+,)", read("csv")):
    complain("csv: a row does not end in CR LF")
look_at_table("tsv", [line.split("\t") for line in lines("tsv")])

# ---- Brackets: the text is known, so whatever is put into it is a mark's ----


def unbracket(where, wanted_text, marks, got):
    """got is the text with brackets round the marks: put them in, and compare."""
    same(where, fold(marked(wanted_text, marks, "[", "]")), got)


plain = [line.split("\t") for line in lines("plain")]
same("plain: lines", len(results), len(plain))
for i, row in enumerate(plain):
    r = results[i]
    same(f"plain {i + 1}", f"{r['article']}#{r['passage']}", row[2])
    if r["text"]:
        unbracket(f"plain: text {i + 1}", r["text"], r["marks"], row[4])
    else:
        unbracket(f"plain: title {i + 1}", r["title"], r["title_marks"], row[4])

# ---- Human: wrapped, so without white space ----


def look_at_people(name, text, opening, closing, title_signs, joints=()):
    """joints: what ends a mark and begins the next; it is left out on both sides."""
    def join(text):
        for joint in joints:
            text = text.replace(joint, "")
        return text

    at = 0
    text = join(without_blanks(text))
    for i, r in enumerate(results):
        for key, marks, left, right in (("title", r["title_marks"], *title_signs),
                                        ("text", r["marks"], opening, closing)):
            made = join(squeeze(marked(r[key], marks, left, right)))
            if not made:
                continue
            found = text.find(made, at)
            if found < 0:
                complain(f"{name}: {key} of result {i + 1} is not there: {made[:200]}")
            else:
                at = found + len(made)


look_at_people("human", read("human"), "[", "]", ("[", "]"))
# Where a line ends within a mark its colour ends and begins again, as it does between two marks that
# a blank separates; so marks are compared as far as the eye tells them apart.
look_at_people("color", read("color"), ESC + "[1;31m", ESC + "[0m",
               (ESC + "[0;1;31m", ESC + "[0;1m"),
               (ESC + "[0m" + ESC + "[1;31m", ESC + "[0;1m" + ESC + "[0;1;31m"))

# ---- HTML ----


class Page(html.parser.HTMLParser):
    """The marks of each result, of title and passage; and the passages' text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.titles, self.passages, self.texts = [], [], []
        self.inside = None  # title or passage
        self.mark = None
        self.folded = 0
        self.in_result = False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "li" and re.fullmatch(r"r\d+", attributes.get("id") or ""):
            self.titles.append([])
            self.passages.append([])
            self.texts.append("")
            self.in_result = True
        elif tag == "details":
            self.folded += 1
        elif tag in ("h2", "blockquote") and self.in_result and not self.folded:
            self.inside = tag
        elif tag == "p" and self.inside == "blockquote":
            self.texts[-1] += " "
        elif tag == "mark" and self.inside:
            self.mark = [int(attributes["data-clause"]), ""]
            if attributes["class"] != f"k{(self.mark[0] - 1) % 8 + 1}":
                complain(f"html: a mark of clause {self.mark[0]} is {attributes['class']}")

    def handle_endtag(self, tag):
        if tag == "details":
            self.folded -= 1
        elif tag == self.inside:
            self.inside = None
        elif tag == "mark" and self.mark is not None:
            self.mark[1] = fold(self.mark[1])
            (self.titles if self.inside == "h2" else self.passages)[-1].append(self.mark)
            self.mark = None

    def handle_data(self, data):
        if self.mark is not None:
            self.mark[1] += data
        if self.inside == "blockquote":
            self.texts[-1] += data


page = Page()
page.feed(read("html"))
same("html: results", len(results), len(page.titles))
same("html: marks of titles", title_marks, page.titles)
same("html: marks", text_marks, page.passages)
same("html: texts", [squeeze(r["text"]) for r in results],
     [without_blanks(t) for t in page.texts])

# ---- The page's time line and table ----

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def source_of(result):
    return result["source"] or "no source named"


def day_of(result):
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", result["date"] or "")
    return found and f"{int(found[3])} {MONTHS[int(found[2]) - 1]} {found[1]}"


dots = re.findall(r'<a href="#r(\d+)"><title>(.*?): (\d+) passages?</title>', read("html"))
same("html: dated passages", sum(1 for r in results if day_of(r)), sum(int(d[2]) for d in dots))
for rank, title, count in dots:
    first = results[int(rank) - 1]
    name, day = html.unescape(title).rsplit(", ", 1)
    alike = [i for i, r in enumerate(results, 1)
             if day_of(r) == day and (name == "other sources" or source_of(r) == name)]
    if name != "other sources":
        same(f"html: dot of {title}", (alike[0], len(alike)), (int(rank), int(count)))

rows = re.findall(r'<tr><th scope="row"><bdi>(.*?)</bdi></th>(.*?)</tr>', read("html"))
columns = [c["number"] for c in query["clauses"] if c["marks"]][:20]
same("html: sources", {source_of(r) for r in results}, {html.unescape(name) for name, _ in rows})
for name, cells in rows:
    own = [i for i, r in enumerate(results) if source_of(r) == html.unescape(name)]
    counts = [sum(1 for i in own if any(m[0] == c for m in text_marks[i] + title_marks[i]))
              for c in columns] + [len(own)]
    same(f"html: row of {name}", counts, [int(n) for n in re.findall(r">(\d+)</td>", cells)])

# ---- TREC ----

trec = [line.split(" ") for line in lines("trec")]
same("trec", [[f"{r['article']}#{r['passage']}", str(i + 1)] for i, r in enumerate(results)],
     [[urllib.parse.unquote(row[2]), row[3]] for row in trec])

finish(f"{len(results)} results, {sum(map(len, title_marks)) + sum(map(len, text_marks))} marks",
       results)
