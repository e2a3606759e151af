#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge runs: the measures of trec_eval, and whether two runs differ by more than chance.

usage: evaluate.py QRELS RUN...            one line of measures a run
       evaluate.py -c QRELS BASE RUN...    and, of each other run against BASE, how often chance
                                           alone would make a difference as large as theirs
       evaluate.py -q QRELS RUN...         a line for each topic, too

A run's line: topics, and the means over them of average precision (map), nDCG at 10 with the
judgments' grades as gains (ndcg), precision at 10 (p10), reciprocal rank (mrr), and recall at 1000.
Every topic with a relevant document counts, those that a run leaves out as 0.  Documents of equal
score stand in descending order of their names, whatever the run's ranks say, as in trec_eval.

Chance: the paired randomisation test of average precision, or with -m of another measure. The signs
of the differences are drawn 100,000 times from a fixed seed.
"""
import getopt
import math
import random
import sys
from collections import defaultdict

DEPTH = 1000
CUTOFF = 10
DRAWS = 100000
NAMES = ("map", "ndcg", "p10", "mrr", "recall")


def read_judgments(path):
    """Grades by topic and document, of topics that have a relevant document."""
    grades = defaultdict(dict)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            fields = line.split()
            if len(fields) == 4:
                topic, _, document, grade = fields
                old = grades[topic].get(document)
                grades[topic][document] = int(grade) if old is None else max(old, int(grade))
    return {t: g for t, g in grades.items() if max(g.values()) > 0}


def read_run(path):
    """Scores by topic and document; the first line of a document counts."""
    scores = defaultdict(dict)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            fields = line.split()
            if len(fields) == 6:
                scores[fields[0]].setdefault(fields[2], float(fields[4]))
    return scores


def gain_of(grades):
    return sum(g / math.log2(place + 1) for place, g in enumerate(grades, 1) if g > 0)


def measure(grades, scores):
    order = sorted(sorted(scores, reverse=True), key=lambda d: -scores[d])[:DEPTH]
    got = [max(0, grades.get(d, 0)) for d in order]
    places = [place for place, grade in enumerate(got, 1) if grade > 0]
    relevant = sum(1 for g in grades.values() if g > 0)
    best = sorted((g for g in grades.values() if g > 0), reverse=True)
    return {
        "map": sum(n / place for n, place in enumerate(places, 1)) / relevant,
        "ndcg": gain_of(got[:CUTOFF]) / gain_of(best[:CUTOFF]),
        "p10": sum(1 for p in places if p <= CUTOFF) / CUTOFF,
        "mrr": 1 / places[0] if places else 0.0,
        "recall": len(places) / relevant,
    }


def measure_all(judgments, path):
    run = read_run(path)
    return {t: measure(grades, run.get(t, {})) for t, grades in judgments.items()}


def chance(base, other, name):
    """How often random signs make the sum of differences at least as large as it is."""
    differences = [other[t][name] - base[t][name] for t in sorted(base)]
    differences = [d for d in differences if d != 0]
    wanted = abs(sum(differences)) - 1e-12
    rng = random.Random(1)
    total = sum(differences)
    reached = 0
    for _ in range(DRAWS):
        bits = rng.getrandbits(len(differences)) if differences else 0
        turned = sum(d for i, d in enumerate(differences) if bits >> i & 1)
        reached += abs(total - 2 * turned) >= wanted
    return (reached + 1) / (DRAWS + 1)


def mean(rows, name):
    return sum(r[name] for r in rows.values()) / len(rows)


def main():
    try:
        options, rest = getopt.getopt(sys.argv[1:], "cm:q")
    except getopt.GetoptError as error:
        sys.exit(f"evaluate.py: {error}")
    options = dict(options)
    name = options.get("-m", "map")
    if len(rest) < 2 or name not in NAMES:
        sys.exit(__doc__.split("\n\n")[1])
    judgments = read_judgments(rest[0])
    if not judgments:
        sys.exit(f"evaluate.py: {rest[0]} has no relevant document")
    base = None
    for path in rest[1:]:
        rows = measure_all(judgments, path)
        for topic in rows if "-q" in options else ():
            values = " ".join(f"{n} {rows[topic][n]:.4f}" for n in NAMES)
            print(f"{path}: topic {topic} {values}")
        line = f"{path}: topics {len(rows)} " + " ".join(f"{n} {mean(rows, n):.4f}" for n in NAMES)
        if "-c" in options and base is not None:
            line += f" chance {chance(base, rows, name):.4f}"
        base = base or rows
        print(line)


if __name__ == "__main__":
    main()
