#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts results by hand, and says where a tally of quire-search differs.

    count_by.py RESULTS BY TALLY...

RESULTS are JSON Lines of all results of a batch, copies shown; TALLY is what --by BY printed of it,
and there may be more pairs of these.  Stories are not looked at.
"""
import json
import sys
import unicodedata


def read(path):
    """The lines of each query, its own first."""
    queries = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            queries.setdefault(entry["query_id"], []).append(entry)
    return queries


def label(result, by):
    if by in ("source", "author"):
        name = result[by]
        if not name:
            return None
        plain = unicodedata.normalize("NFKD", name)
        return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return result["date"] and result["date"][: {"day": 10, "month": 7, "year": 4}[by]]


def compare(by, results, tally):
    wanted = {}
    for result in results[1:]:
        articles = wanted.setdefault(label(result, by), {})
        articles[result["article"]] = articles.get(result["article"], 0) + 1
    rows = tally[1:]
    found = {}
    for row in rows:
        name = row["name"]
        key = label({by: name}, by) if by in ("source", "author") else name
        assert key not in found, f"{name} twice"
        found[key] = row
    assert set(found) == set(wanted), (sorted(map(str, found)), sorted(map(str, wanted)))
    for key, articles in wanted.items():
        row = found[key]
        assert row["articles"] == len(articles), (key, row, len(articles))
        if row["passages"] is not None:
            assert row["passages"] == sum(articles.values()), (key, row)
    totals = tally[0]["totals"]
    assert totals["articles"] == sum(row["articles"] for row in rows)
    named = [row for row in rows if row["name"] is not None]
    assert all(row["name"] is not None for row in rows[:-1]), "the nameless row is not the last"
    if by in ("source", "author"):
        order = [(-row["articles"], -(row["passages"] or 0)) for row in named]
    else:
        order = [row["name"] for row in named]
    assert order == sorted(order), "rows are not in order"


def main():
    results = read(sys.argv[1])
    assert len(results) > 3 and any(len(lines) > 20 for lines in results.values())
    for by, path in zip(sys.argv[2::2], sys.argv[3::2]):
        tallies = read(path)
        assert set(tallies) == set(results)
        for query, lines in results.items():
            assert lines[0]["error"] is None
            compare(by, lines, tallies[query])


main()
