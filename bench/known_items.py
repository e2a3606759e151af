#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make topics with one right answer out of a set of articles, for bench/effectiveness.

usage: known_items.py CORPUS.jsonl OUTDIR [TOPICS]

CORPUS.jsonl holds one JSON object a line: id, title, text.  Two collections are written, each a
folder with corpus.jsonl (a link), queries.tsv and qrels.txt:

  OUTDIR/headlines   a headline of which words are left out (three of ten, at least three stay)
  OUTDIR/sentences   a sentence of which half the words are left out, and a fifth of those that
                     stay are replaced by words of other sentences

What is wanted is the article that the words were taken from; where others have the same headline,
or hold the same sentence, each of them will do.  500 topics of each unless TOPICS says otherwise.
The same input gives the same output.
"""
import collections
import json
import os
import random
import re
import sys

WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
LEFT_OUT_OF_HEADLINES = 0.3
LEFT_OUT_OF_SENTENCES = 0.5
REPLACED = 0.2


def sentences(text):
    return [re.sub(r"\s+", " ", s).strip() for s in re.split(r"(?<=[.?!])\s+|\n\s*\n", text)]


def read_articles(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            record = json.loads(line)
            title = re.sub(r"\s+", " ", record.get("title") or "").strip()
            yield str(record["id"]), title, record.get("text") or ""


def some_words(rng, text, left_out, pool):
    """Some of the words of a text, in their order; with a pool, some replaced by words of it."""
    words = WORD.findall(text)
    kept = sorted(rng.sample(range(len(words)), max(3, round(len(words) * (1 - left_out)))))
    words = [words[i] for i in kept]
    for i in rng.sample(range(len(words)), round(len(words) * REPLACED) if pool else 0):
        words[i] = rng.choice(WORD.findall(rng.choice(pool)))
    return " ".join(words)


def write(folder, corpus, topics):
    os.makedirs(folder, exist_ok=True)
    link = os.path.join(folder, "corpus.jsonl")
    if os.path.lexists(link):
        os.remove(link)
    os.symlink(os.path.abspath(corpus), link)
    with open(os.path.join(folder, "queries.tsv"), "w", encoding="utf-8") as queries, \
         open(os.path.join(folder, "qrels.txt"), "w", encoding="utf-8") as qrels:
        for number, (text, articles) in enumerate(topics, 1):
            queries.write(f"{number}\t{text}\n")
            qrels.writelines(f"{number} 0 {a} 1\n" for a in sorted(articles))


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: known_items.py CORPUS.jsonl OUTDIR [TOPICS]")
    corpus, out = sys.argv[1:3]
    wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    rng = random.Random(19870226)
    by_title = collections.defaultdict(set)
    by_sentence = collections.defaultdict(set)
    for article, title, text in read_articles(corpus):
        if len(WORD.findall(title)) >= 4:
            by_title[title].add(article)
        for s in sentences(text):
            if 8 <= len(WORD.findall(s)) <= 40:
                by_sentence[s].add(article)
    pool = sorted(by_sentence)
    titles = rng.sample(sorted(by_title), min(wanted, len(by_title)))
    held = rng.sample(pool, min(wanted, len(pool)))
    write(os.path.join(out, "headlines"), corpus,
          [(some_words(rng, t, LEFT_OUT_OF_HEADLINES, None), by_title[t]) for t in titles])
    write(os.path.join(out, "sentences"), corpus,
          [(some_words(rng, s, LEFT_OUT_OF_SENTENCES, pool), by_sentence[s]) for s in held])


main()
