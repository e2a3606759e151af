#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare a set of articles to measure with.

usage: prepare.py [-p PEERS_PREPARER] CORPUS.jsonl DIRECTORY SIZE

CORPUS has an object a line: id, title, text, and perhaps date and source.  Written to DIRECTORY:

  articles.jsonl  the articles, SIZE times as many: the copies have new titles, and sentences
                  drawn at random from all articles
  words.txt       500 queries of some words that stand in one sentence
  many.txt        10,000 more of them, all different
  phrases.txt     200 phrases
  filters.txt     options of query_times, one a line: ranges of dates and sources of this set

With -p the peers' own program writes all but the last, and the peers' input too.  The same corpus
gives the same files.
"""
import getopt, json, os, random, re, subprocess, sys

SEED = 19870226
COMMON = set(
    """a about after all also an and any are as at be been but by can could for from had has have he
    her his if in into is it its last may more most new no not of on one or other our out over said
    she so some such than that the their them then there these they this to two up was we were
    what when which who will with would you""".split())


def read_articles(corpus):
    with open(corpus, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            article = {"id": str(record["id"]), "title": record.get("title") or ""}
            article.update((key, record[key]) for key in ("date", "source") if record.get(key))
            article["text"] = record["text"]
            yield article


def sentences_of(text):
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if len(s) >= 30]


def shuffled(article, copy, titles, pool, rng):
    """A copy with other sentences, as many to a paragraph as it had."""
    paragraphs = [p for p in article["text"].split("\n") if p.strip()]
    other = dict(article, id=f"{article['id']}/{copy}", title=rng.choice(titles))
    other["text"] = "\n\n".join(
        " ".join(rng.choice(pool) for _ in range(max(1, len(sentences_of(p))))) for p in paragraphs)
    return other


def word_query(pool, rng):
    while True:
        words = [w for w in re.findall(r"[a-z]+", rng.choice(pool).lower())
                 if len(w) > 2 and w not in COMMON]
        if len(words) >= 5:
            return " ".join(rng.sample(words, rng.randint(1, 5)))


def phrase_query(pool, rng):
    while True:
        words = re.findall(r"[a-z]+", rng.choice(pool).lower())
        if len(words) >= 5:
            length = rng.randint(2, 3)
            start = rng.randrange(len(words) - length)
            return '"' + " ".join(words[start:start + length]) + '"'


def different(make, pool, rng, wanted):
    """So many different queries, or as many as a small pool gives."""
    queries = {}
    for _ in range(wanted * 10):
        if len(queries) == wanted:
            break
        queries[make(pool, rng)] = None
    return list(queries)


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines)


def write_set(corpus, directory, size):
    rng = random.Random(SEED)
    articles = list(read_articles(corpus))
    titles = [a["title"] for a in articles]
    pool = [s for a in articles for s in sentences_of(a["text"])]
    if not any(len(set(re.findall(r"[a-z]{3,}", s.lower())) - COMMON) >= 5 for s in pool):
        sys.exit(f"{corpus}: no sentence to make queries from")
    with open(f"{directory}/articles.jsonl", "w", encoding="utf-8") as out:
        for copy in range(size):
            for article in articles:
                one = shuffled(article, copy, titles, pool, rng) if copy > 0 else article
                out.write(json.dumps(one) + "\n")
    write_lines(f"{directory}/words.txt", different(word_query, pool, rng, 500))
    write_lines(f"{directory}/many.txt", different(word_query, pool, rng, 10000))
    write_lines(f"{directory}/phrases.txt", different(phrase_query, pool, rng, 200))


def write_filters(directory):
    """Open and closed ranges of days, from an eighth of the articles to most of them; sources."""
    days, sources = [], {}
    for article in read_articles(f"{directory}/articles.jsonl"):
        if "date" in article:
            days.append(article["date"][:10])
        if "source" in article:
            sources[article["source"]] = sources.get(article["source"], 0) + 1
    options = []
    if days:
        days.sort()
        day = lambda part: days[min(int(len(days) * part), len(days) - 1)]
        # Queries take pairs of these in turn.
        for after, before in ((day(0.25), ""), (day(0.5), day(0.75)), ("", day(0.5)),
                              (day(0.1), day(0.9)), (day(0.875), "")):
            options += [f"--after={after}", f"--before={before}"]
    if len(sources) > 1:
        largest = sorted(sources, key=lambda s: (-sources[s], s))[:3]
        options += [f"--source={s}" for s in largest + [""]]
    write_lines(f"{directory}/filters.txt", options)


def main():
    options, arguments = getopt.getopt(sys.argv[1:], "p:")
    if len(arguments) != 3:
        sys.exit(__doc__)
    corpus, directory, size = arguments[0], arguments[1], int(arguments[2])
    os.makedirs(directory, exist_ok=True)
    if options:
        subprocess.run([sys.executable, options[0][1], corpus, directory, str(size)], check=True)
    else:
        write_set(corpus, directory, size)
    write_filters(directory)


main()
