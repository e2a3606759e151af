#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What peers need to be measured on a collection.

usage: peer_runs.py tsv CORPUS.jsonl            id, title and text of each article between tabs
       peer_runs.py fts5 CORPUS.jsonl TOPICS.tsv   a TREC run of SQLite FTS5, articles as units

FTS5 is asked as its documentation shows: tokenizer "porter unicode61", any of the words, bm25(),
and the title beside the text.
"""
import json
import re
import sqlite3
import sys


def folded(text):
    return re.sub(r"\s+", " ", text or "").strip()


def articles(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield str(record["id"]), folded(record.get("title")), folded(record.get("text"))


def run_fts5(corpus, topics):
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table a using fts5(id unindexed, title, text, "
               "tokenize='porter unicode61')")
    db.executemany("insert into a values (?, ?, ?)", articles(corpus))
    with open(topics, encoding="utf-8") as lines:
        for line in lines:
            topic, text = line.rstrip("\n").split("\t", 1)
            words = re.findall(r"\w+", text)
            found = db.execute("select id, -bm25(a) from a where a match ? order by rank limit 1000",
                               (" OR ".join(f'"{w}"' for w in words),)) if words else ()
            for rank, (article, score) in enumerate(found, 1):
                print(f"{topic} Q0 {article} {rank} {score:.6f} fts5")


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "tsv":
        for fields in articles(sys.argv[2]):
            print("\t".join(fields))
    elif len(sys.argv) == 4 and sys.argv[1] == "fts5":
        run_fts5(sys.argv[2], sys.argv[3])
    else:
        sys.exit(__doc__)


main()
