# SPDX-License-Identifier: GPL-3.0-or-later
"""Feedback worked out from docs/ranking.md alone, beside what quire-search --expand says.

    naive_feedback.py make SEED ARTICLES.jsonl QUERIES.tsv
    naive_feedback.py judge ARTICLES.jsonl QUERIES.tsv PASSAGES.jsonl RUN.trec UNIT WORDS [k1=X,b=Y]

Articles are made of words that are their own stems, so nothing here knows how to stem.  PASSAGES is
what --format jsonl says of a word that every passage has: where texts were cut is taken from there,
all else is counted anew.  Some articles have the text of another one.  A query is optional words, or
one that is required (+word) and optional ones.
"""
import collections
import json
import math
import random
import re
import sys

TITLE_TIMES = 3
DOCUMENTS = 10
ASKED = 40
SCORE = 15
WEIGHT = 0.5
SHARE = 0.5
UNIT = 2**32
STEPS = ((2, (0.9, 0.4)), (5, (1.1, 0.5)), (14, (1.3, 0.6)), (29, (1.5, 0.7)), (10**9, (1.9, 0.8)))


def make(seed, articles, queries):
    """Words of two syllables, frequent ones and rare ones, in texts of 45 to 400 words."""
    rng = random.Random(seed)
    words = sorted({a + b + c + d for a in "bdgklmnprtv" for b in "aou" for c in "bdgklmnprtv" for d in "ou"})
    rng.shuffle(words)
    words = words[:300]
    weights = [1 / (i + 4) for i in range(len(words))]
    texts = []
    with open(articles, "w") as out:
        for i in range(160):
            title = " ".join(rng.choices(words, weights, k=rng.randint(2, 7))).capitalize()
            text = [title] if rng.random() < 0.2 else []
            topic = rng.choices(words, k=4)
            for _ in range(rng.randint(4, 24)):
                own = rng.choices(words, weights, k=rng.randint(8, 15)) + rng.choices(topic, k=rng.randint(0, 3))
                rng.shuffle(own)
                text.append("The " + " ".join(own) + ".")
            text = " ".join(text)
            if texts and rng.random() < 0.15:
                title, text = rng.choice(texts)
            texts.append((title, text))
            out.write(json.dumps({"id": "a%03d" % rng.randint(0, 10**6) + "-%d" % i, "title": title, "text": text}) + "\n")
    with open(queries, "w") as out:
        for i in range(40):
            asked = rng.sample(words, rng.randint(1, 4) if i % 4 else rng.randint(10, 40))
            if i % 5 == 4 and len(asked) > 1:
                asked[0] = "+" + asked[0]
            out.write("q%d\t%s\n" % (i, " ".join(asked)))


def words_of(text):
    return re.findall("[a-z0-9]+", text.lower())


class Document:
    """A passage, or an article of several."""

    def __init__(self, name, copies_of, parts):
        self.name = name  # as a run has it
        self.copies_of = copies_of  # articles with the same are copies
        self.parts = parts  # (words of the headline, words of the text) of each passage
        self.words = [w for title, text in parts for w in title + text]
        self.counts = [self.count(part) for part in parts]
        self.lengths = [len(title) + len(text) for title, text in parts]
        self.whole = sum(self.counts, collections.Counter())

    @staticmethod
    def count(part):
        return collections.Counter(part[0]) + collections.Counter(part[1])


class ArticleDocument(Document):
    @staticmethod
    def count(part):
        counts = collections.Counter(part[1])
        for w in part[0]:
            counts[w] += TITLE_TIMES
        return counts


class Ranking:
    def __init__(self, documents, by_article, fixed):
        self.documents = documents
        self.by_article = by_article
        self.fixed = fixed
        nwords = sum(len(d.words) for d in documents)
        self.mean = nwords / len(documents)
        self.mean_part = nwords / sum(len(d.parts) for d in documents)
        self.df = collections.Counter(w for d in documents for w in set(d.words))

    def begin(self, nown):
        """A query of nown words is next."""
        self.k1, self.b = self.fixed or next(of for most, of in STEPS if nown <= most)

    def idf(self, word):
        odds = (len(self.documents) - self.df[word] + 0.5) / (self.df[word] + 0.5)
        return math.log(odds if odds >= 2 else odds / 2 + 1)

    def weight(self, word, times, frequency, length, mean):
        if frequency == 0:
            return 0
        norm = self.k1 * (1 - self.b + self.b * length / mean)
        return round(self.idf(word) * times * (self.k1 + 1) * frequency / (norm + frequency) * UNIT)

    def score(self, weights, d):
        def total(counts, length, mean):
            return sum(self.weight(w, times, counts[w], length, mean) for w, times in weights.items())

        score = total(d.whole, len(d.words), self.mean)
        if self.by_article:
            score += max(total(c, n, self.mean_part) for c, n in zip(d.counts, d.lengths)) // 2
        return score

    def search(self, weights, finders, required):
        found = []
        for d in self.documents:
            if any(w not in d.whole for w in required):
                continue
            if required or any(w in d.whole for w in finders):
                found.append((self.score(weights, d), d))
        found.sort(key=lambda f: (-f[0], f[1].name.split("#")[0], f[1].name))
        return found

    def feed_back(self, found, nwords, nown):
        """The words that join a query of nown, with their weights."""
        best = []
        for score, d in found[:ASKED]:
            article = d.name.split("#")[0]
            if len(best) < DOCUMENTS and score > 0 and not any(
                o.copies_of == d.copies_of and o.name.split("#")[0] != article for _, o in best
            ):
                best.append((score, d))
        scale = min(1, SCORE / (best[0][0] / UNIT)) / UNIT
        total = sum(math.exp((score - best[0][0]) * scale) for score, _ in best)
        sums = collections.Counter()
        for score, d in best:
            share = math.exp((score - best[0][0]) * scale) / total / len(d.words)
            for w in d.words:
                sums[w] += share
        sums = {
            w: s * self.idf(w)
            for w, s in sums.items()
            if 2 <= self.df[w] <= len(self.documents) // 4 and len(w) > 1 and not w[0].isdigit()
        }
        chosen = sorted(sums, key=lambda w: (-sums[w], w))[:nwords]
        parts = {w: sums[w] / sums[chosen[0]] for w in chosen}
        first = min(1, max(WEIGHT, SHARE * nown / sum(parts.values()))) if chosen else 0
        return {w: first * part for w, part in parts.items()}


def answer(ranking, query, nwords):
    required = [w[1:] for w in query.split() if w[0] == "+"]
    optional = [w for w in query.split() if w[0] != "+"]
    weights = {w: 1.0 for w in required + optional}
    ranking.begin(len(weights))
    found = ranking.search(weights, optional, required)
    if not found:
        return found
    for w, added in ranking.feed_back(found, nwords, len(required + optional)).items():
        weights[w] = weights.get(w, 0) + added
    return ranking.search(weights, weights, required)


def read_documents(articles, passages, by_article):
    texts = {a["id"]: (a["title"], a["text"]) for a in map(json.loads, open(articles))}
    parts = collections.defaultdict(dict)
    for line in map(json.loads, open(passages)):
        if line["type"] == "result":
            title = words_of(line["title"]) if line["passage"] == 1 else []
            parts[line["article"]][line["passage"]] = (title, words_of(line["text"]))
    assert set(parts) == set(texts), "not all articles were shown"
    for name, of in parts.items():
        words = [w for n in sorted(of) for w in of[n][1]]
        assert words == words_of(texts[name][1]), "not all of %s was shown" % name
        if by_article:
            yield ArticleDocument(name, texts[name], [of[n] for n in sorted(of)])
        else:
            for n in sorted(of):
                yield Document("%s#%d" % (name, n), texts[name], [of[n]])


def judge(articles, queries, passages, run, unit, nwords, bm25=None):
    fixed = bm25 and tuple(float(x.split("=")[1]) for x in bm25.split(","))
    ranking = Ranking(list(read_documents(articles, passages, unit == "article")), unit == "article", fixed)
    said = collections.defaultdict(list)
    for line in open(run):
        query, _, name, _, score, _ = line.split()
        said[query].append((name, float(score)))
    nresults = 0
    for line in open(queries):
        number, query = line.rstrip("\n").split("\t")
        wanted = [(d.name, score / UNIT) for score, d in answer(ranking, query, int(nwords))]
        got = said[number]
        nresults += len(got)
        if sorted(n for n, _ in wanted) != sorted(n for n, _ in got):
            return "%s: other results: %d, not %d" % (query, len(got), len(wanted))
        scores = dict(wanted)
        for (name, score), (_, ranked) in zip(got, wanted):
            # Equal to the last digits, and in order: a sum in another order may differ in its last bit.
            if abs(score - scores[name]) > 1e-8 or abs(score - ranked) > 1e-8:
                return "%s: %s has %.10f, not %.10f" % (query, name, score, scores[name])
    return None if nresults > 0 else "nothing was found"


if sys.argv[1] == "make":
    make(int(sys.argv[2]), *sys.argv[3:])
else:
    sys.exit(judge(*sys.argv[2:]))
