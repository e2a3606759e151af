#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables and a plot of what bench/speed measured.

usage: report.py [-w DOC.md] LOG

LOG has a figure a line: set, program, what, name, value, between tabs; of figures that were measured
several times the median counts.  Tables go to standard output as Markdown; with -w into DOC.md,
each between the lines <!-- NAME --> and <!-- end of NAME -->, and the plot into DOC.svg beside it.
"""
import getopt, math, re, statistics, sys

PROGRAMS = [("quire-one", "Quire, 1 thread"), ("quire-all", "Quire, {threads} threads"),
            ("lucene-one", "Lucene, 1 thread"), ("lucene-all", "Lucene, {threads} threads"),
            ("fts5", "SQLite FTS5"), ("xapian", "libxapian")]
# Of answers as the peers give them; of those with the articles' ids; of complete ones.
ANSWERS = [("quire-ranked", "Quire, ranked"), ("quire-named", "Quire, ranked, with ids"),
           ("quire", "Quire, complete")]
QUERIES = [("words", "words"), ("all", "all of the words"), ("phrases", "phrases")]


class Figures:
    def __init__(self, log):
        self.values, self.sets = {}, []
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                name, program, what, figure, value = line.rstrip("\n").split("\t")
                self.values.setdefault((name, program, what, figure), []).append(value)
                # A set of a run that is still going may be without an index yet.
                if (program, what, figure) == ("quire", "set", "words") and name not in self.sets:
                    self.sets.append(name)
        if not self.sets:
            sys.exit(f"{log}: no index is measured yet")

    def text(self, *key):
        return self.values.get(key, ["?"])[-1]

    def get(self, *key):
        """The median; None where it was not measured."""
        return statistics.median(map(float, self.values[key])) if key in self.values else None

    def label(self, label):
        return label.format(threads=self.text("machine", "run", "it", "threads"))

    def words(self, name):
        return self.get(name, "quire", "set", "words")


def shown(value, digits):
    return "" if value is None else f"{value:,.{digits}f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


# ---- What was measured, a table a set ----


def ranked_batch(program):
    return re.sub("^quire-", "quire-ranked-", program)


def build_rows(f, name):
    for program, label in PROGRAMS:
        get = lambda figure: f.get(name, program, "build", figure)
        if get("seconds") is None:
            continue
        fresh = f.get(name, "quire", "process", "seconds") if program == "quire-one" else None
        complete = f.get(name, program, "batch", "queries_per_second")
        ranked = f.get(name, ranked_batch(program), "batch", "queries_per_second")
        if ranked is None:
            ranked = f.get(name, program, "batch", "rate")
        yield [f.label(label), shown(get("seconds"), 2), shown(get("cpu"), 2),
               shown(get("seconds") * 1e9 / f.words(name), 0), shown(get("peak_mb"), 0),
               shown(get("size_mb"), 1), shown(fresh and fresh * 1e3, 2), shown(ranked, 0),
               shown(complete, 0)]


def query_rows(f, name):
    for program, label in ANSWERS + [("lucene", "Lucene"), ("fts5", "SQLite FTS5"),
                                     ("xapian", "libxapian")]:
        cells = []
        for what, _ in QUERIES + [("filtered", "")]:
            # Only Quire's program tells of its slowest query.
            values = [f.get(name, program, what, n) for n in ("p50", "p95", "p99", "slowest")]
            cells.append(" / ".join(shown(v, 3 if v < 10 else 1) for v in values if v is not None))
        if any(cells):
            yield [label] + cells


def measured(f):
    m = lambda what: f.text("machine", "run", "it", what)
    out = [f"Medians; rounds: {m('rounds')}, threads: {m('threads')}, processor: "
           f"{m('processor')}, kernel: {m('kernel')}.\n"]
    for name in f.sets:
        get = lambda figure: f.get(name, "quire", "set", figure)
        out.append(f"**{name}**: {shown(get('articles'), 0)} articles, "
                   f"{shown(get('bytes') / 1e6, 1)} MB, {shown(get('words'), 0)} words, "
                   f"{shown(get('passages'), 0)} passages\n")
        out.append(table(["", "build s", "CPU s", "ns a word", "peak MB", "size MB", "fresh process ms",
                          "batch, ranked, queries a second", "batch, complete"],
                         build_rows(f, name)))
        out.append(table(["ms: p50 / p95 / p99 / slowest"] + [label for _, label in QUERIES] +
                         ["words, filtered"], query_rows(f, name)))
        program = f.get(name, "quire-all", "batch_program", "seconds")
        if program:
            queries = f.get(name, "quire-all", "batch", "queries")
            out.append(f"The same batch as `quire-search --batch`, start and printing of results "
                       f"included: {shown(queries / program, 0)} queries a second.\n")
    return "\n".join(out)


# ---- Beside the goals ----


def ratio(above, below):
    return above / below if above is not None and below else None


def least(values):
    values = [v for v in values if v is not None]
    return min(values) if values else None


def query_goals_of(f, name, program, answer):
    for what, label in QUERIES:
        goal = 3 if what == "words" else 2
        for figure in ("p50", "p95"):
            yield f"{answer}: {label}, {figure}, Lucene to Quire", goal, \
                ratio(f.get(name, "lucene", what, figure), f.get(name, program, what, figure)), \
                True, 2
        # Lucene's program tells its p99 at most, so this asks for more than the goal.
        yield f"{answer}: {label}, Quire's slowest to Lucene's p99", 1, \
            ratio(f.get(name, program, what, "slowest"), f.get(name, "lucene", what, "p99")), \
            False, 2


def goals_of(f, name):
    """Figure, goal, value, whether more is better, digits; value None where it was not measured."""
    build = lambda program, figure="seconds": f.get(name, program, "build", figure)
    lucene = [build("lucene-one"), build("lucene-all")]
    yield "build, FTS5 to Quire", 2, ratio(build("fts5"), build("quire-all")), True, 2
    yield "build, Lucene to Quire, all threads", 4, \
        ratio(build("lucene-all"), build("quire-all")), True, 2
    yield "build, the best of FTS5 and Lucene to Quire with one thread", 1, \
        ratio(least([build("fts5")] + lucene), build("quire-one")), True, 2
    yield "peak memory of the build, MB", 512, \
        max(build("quire-one", "peak_mb"), build("quire-all", "peak_mb")), False, 0
    yield "size, Quire to Lucene", 1, \
        ratio(build("quire-all", "size_mb"),
              least([build("lucene-one", "size_mb"), build("lucene-all", "size_mb")])), False, 2
    for program, answer in (("quire-ranked", "ranked"), ("quire", "complete")):
        yield from query_goals_of(f, name, program, answer)
    fresh = f.get(name, "quire", "process", "seconds")
    yield "search in a fresh process, ms", 5, fresh and fresh * 1e3, False, 2
    for program, answer in (("quire-ranked", "ranked"), ("quire", "complete")):
        for which, label in (("one", "one thread"), ("all", "all threads")):
            yield f"{answer}: batch, {label}, Quire to Lucene", 3, \
                ratio(f.get(name, f"{program}-{which}", "batch", "queries_per_second"),
                      f.get(name, f"lucene-{which}", "batch", "rate")), True, 2


def goal_cell(value, goal, more, digits):
    if value is None:
        return ""
    met = value >= goal if more else value <= goal
    return shown(value, digits) + ("" if met else ", **not met**")


def sizes_of_one(f):
    """The sets that are one corpus in several sizes, by size."""
    sized = {}
    for name in f.sets:
        corpus, size = name.rsplit("-x", 1)
        sized.setdefault(corpus, {})[int(size)] = name
    return max(sized.values(), key=len)


def growth_rows(f):
    sized = sizes_of_one(f)
    first, last = sized[min(sized)], sized[max(sized)]
    if first == last:
        return
    for program, label in PROGRAMS:
        costs = [ratio(f.get(n, program, "build", "seconds"), f.words(n)) for n in (first, last)]
        if None not in costs:
            grown = costs[1] / costs[0]
            goal = 1.15 if program.startswith("quire") else math.inf
            yield [f.label(label), shown(costs[0] * 1e9, 0), shown(costs[1] * 1e9, 0),
                   goal_cell(grown, goal, False, 2)]


def goals(f):
    by_set = [list(goals_of(f, name)) for name in f.sets]
    rows = []
    for i, (label, goal, _, more, digits) in enumerate(by_set[0]):
        rows.append([label, ("at least " if more else "at most ") + str(goal)] +
                    [goal_cell(g[i][2], goal, more, digits) for g in by_set])
    out = table(["", "goal"] + f.sets, rows)
    growth = list(growth_rows(f))
    if growth:
        out += "\nThe time of a word as sets grow (goal for Quire: at most 1.15 times):\n\n"
        sized = sizes_of_one(f)
        out += table(["ns a word", sized[min(sized)], sized[max(sized)], "ratio"], growth)
    return out


# ---- Stages and parts ----

LIMIT = "limit: the text read and written once"


def stages(f):
    names = [key[2] for key in f.values if key[1] == "stages" and key[3] == "ns_a_word"]
    sets = [n for n in f.sets if (n, "stages", "a whole build", "ns_a_word") in f.values]
    rows = []
    for name in dict.fromkeys(names):
        cells = [shown(f.get(s, "stages", name, "ns_a_word"), 1) for s in sets]
        peaks = [shown(f.get(s, "stages", name, "peak_mb"), 0) for s in sets]
        rows.append([name] + cells + [" / ".join(peaks) if any(peaks) else ""])
    if not sets:
        return "Not measured.\n"
    cost = lambda s, stage: f.get(s, "stages", stage, "ns_a_word")
    times = [f"{s} {cost(s, 'a whole build') / cost(s, LIMIT):.0f}" for s in sets]
    return (table(["ns a word"] + sets + ["peak MB"], rows) +
            f"\nA whole build to reading and writing the text once: {', '.join(times)} times.\n")


def parts(f):
    """Bytes of each file for a word of the set."""
    files = sorted({key[3] for key in f.values if key[2] == "part"})
    name = lambda file: re.sub(r"^seg-0/", "", file)
    rows = []
    for file in files:
        sizes = [f.get(s, "quire", "part", file) for s in f.sets]
        if max(v or 0 for v in sizes) >= 1000:
            rows.append([f"`{name(file)}`"] + [shown(ratio(v, f.words(s)), 3) if v else ""
                                               for v, s in zip(sizes, f.sets)] +
                        [shown(sizes[-1] and sizes[-1] / 1e6, 2)])
    totals = [sum(f.get(s, "quire", "part", file) or 0 for file in files) for s in f.sets]
    rows.append(["all"] + [shown(t / f.words(s), 3) for t, s in zip(totals, f.sets)] +
                [shown(totals[-1] / 1e6, 2)])
    return table(["bytes a word"] + f.sets + [f"MB, {f.sets[-1]}"], rows)


# ---- The plot: colours that do on white and on black ----

INK, GRID = "#7f7f7f", "#7f7f7f40"
COLOURS = {"quire-one": "#5b9bd5", "quire-all": "#1f77c4", "lucene-one": "#e8a35c",
           "lucene-all": "#d9731a", "fts5": "#3f9e58", "xapian": "#a06cc0"}
HEIGHT, TOP, BOTTOM = 330, 40, 280


class Log:
    """A logarithmic axis from values to pixels."""

    def __init__(self, values, start, end):
        low, high = math.log10(min(values)), math.log10(max(values))
        margin = max(0.08 * (high - low), 0.1)
        self.low, self.high, self.start, self.end = low - margin, high + margin, start, end

    def __call__(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self):
        for exponent in range(math.floor(self.low), math.ceil(self.high) + 1):
            for digit in (1, 2, 5):
                value = digit * 10.0**exponent
                if self.low <= math.log10(value) <= self.high:
                    yield value


def svg_text(x, y, text, anchor="start", colour=INK):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def svg_line(x1, y1, x2, y2, colour=GRID, width=1):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width}"/>')


def svg_dot(x, y, colour):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'


def apart(places, distance=13):
    """Move labels down until none lies on another: {y: label} as pairs."""
    last = -math.inf
    for y, label in sorted(places):
        last = max(y, last + distance)
        yield last, label


def plot_builds(f):
    sized = sizes_of_one(f)
    sets = [sized[size] for size in sorted(sized)]
    megabytes = [f.get(s, "quire", "set", "bytes") / 1e6 for s in sets]
    lines = {p: [f.get(s, p, "build", "seconds") for s in sets] for p, _ in PROGRAMS}
    lines = {p: v for p, v in lines.items() if None not in v}
    x = Log(megabytes, 60, 330)
    y = Log([v for values in lines.values() for v in values], BOTTOM, TOP)
    out = [svg_text(60, 22, "Build: seconds by MB of articles")]
    for value in y.ticks():
        out += [svg_line(60, y(value), 330, y(value)), svg_text(54, y(value) + 4, f"{value:g}", "end")]
    for value in megabytes:
        out += [svg_line(x(value), TOP, x(value), BOTTOM),
                svg_text(x(value), BOTTOM + 18, f"{value:.0f}", "middle")]
    labels = []
    for program, values in lines.items():
        points = [(x(m), y(v)) for m, v in zip(megabytes, values)]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[program]}" '
                   'stroke-width="2"/>')
        out += [svg_dot(a, b, COLOURS[program]) for a, b in points]
        labels.append((points[-1][1] + 4, (dict(PROGRAMS)[program], COLOURS[program])))
    out += [svg_text(338, at, f.label(label), "start", colour)
            for at, (label, colour) in apart(labels)]
    return out


def plot_queries(f):
    name = sizes_of_one(f)[max(sizes_of_one(f))]
    rows = [(what, label, p) for what, label in QUERIES for p in ("quire-ranked", "lucene")
            if f.get(name, p, what, "p50")]
    values = [max(f.get(name, p, what, n), 0.001) for what, _, p in rows for n in ("p50", "p95")]
    x = Log(values, 600, 860)
    out = [svg_text(600, 22, f"Queries, ranked, {name}: p50 to p95, ms")]
    for value in x.ticks():
        out += [svg_line(x(value), TOP, x(value), BOTTOM),
                svg_text(x(value), BOTTOM + 18, f"{value:g}", "middle")]
    for what, label, program in rows:
        colour = COLOURS["lucene-all" if program == "lucene" else "quire-all"]
        at = [w for w, _ in QUERIES].index(what) * 78 + (96 if program == "lucene" else 72)
        p50, p95 = (x(max(f.get(name, program, what, n), 0.001)) for n in ("p50", "p95"))
        out += [svg_line(p50, at, p95, at, colour, 3), svg_dot(p50, at, colour),
                svg_dot(p95, at, colour),
                svg_text(p95 + 9, at + 4, program.split("-")[0].capitalize(), "start",
                         colour)]
        if program != "lucene":
            out.append(svg_text(592, at + 16, label, "end"))
    return out


def plot(f):
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 930 {HEIGHT}" '
         'font-family="sans-serif" font-size="12">',
         "<title>Quire beside its peers: build time by size, query times</title>"] +
        plot_builds(f) + plot_queries(f) + ["</svg>", ""])


# ---- Where it all goes ----


def write_into(document, tables, picture):
    with open(document, encoding="utf-8") as old:
        text = old.read()
    for name, content in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        if begin not in text or end not in text:
            sys.exit(f"{document}: no place for {name}")
        text = text[:text.index(begin) + len(begin)] + content + text[text.index(end):]
    with open(document, "w", encoding="utf-8") as new:
        new.write(text)
    with open(re.sub(r"\.md$", "", document) + ".svg", "w", encoding="utf-8") as out:
        out.write(picture)


def main():
    options, arguments = getopt.getopt(sys.argv[1:], "w:")
    if len(arguments) != 1:
        sys.exit(__doc__)
    f = Figures(arguments[0])
    tables = {"measured": measured(f), "goals": goals(f), "stages": stages(f), "parts": parts(f)}
    if options:
        write_into(options[0][1], tables, plot(f))
    else:
        print("\n".join(tables.values()))


main()
