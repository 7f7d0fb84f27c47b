#!/usr/bin/env python3
"""Makes the report of a benchmark run: Markdown, one HTML page without anything from outside, JSON.

usage: report.py RESULTS.json FOLDER [PAGE.md]
       RESULTS is what a run kept; with PAGE the figures are written into it, between its marks

Figures are medians over the rounds; ratios are taken within a round first (the servers ran one after the other there), then
their median. [a-b] is the least and the greatest."""
import html
import json
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GENERATOR_BUSY = 0.9  # of a core: beyond that it is the limit
HEADING = ["", "CPU us/event", "headgate / this", "events/s", "p50 ms", "p99 ms", "p99.9 ms", "memory MiB", "records in Kafka an event"]


def identifier(name):
    return name.replace("-", "_")


class Run:
    """The rows of one run, found by scenario and server."""

    def __init__(self, rows):
        self.rows = rows
        self.facts = next(row for row in rows if row["kind"] == "facts")
        self.scenarios = [row for row in rows if row["kind"] == "scenario"]

    def label(self, subject):
        return self.facts["servers"].get(subject, {"name": subject})["name"]

    def subjects(self, scenario):
        found = [row["subject"] for row in self.rows if row["kind"] == "run" and row["scenario"] == scenario["name"]]
        known = list(self.facts["servers"])
        return sorted(dict.fromkeys(found), key=lambda s: known.index(s) if s in known else -1)

    def of(self, scenario, subject):
        return [r for r in self.rows if r["kind"] == "run" and r["scenario"] == scenario["name"] and r["subject"] == subject]

    def rounds(self, scenario):
        """How many the scenario had; rounds_times makes them more than the suite's."""
        return max(row["round"] for row in self.rows if row["kind"] == "run" and row["scenario"] == scenario["name"])

    def values(self, scenario, subject, figure):
        """The figure by round."""
        return {row["round"]: row[figure] for row in self.of(scenario, subject) if figure in row}

    def evaluate(self, scenario, expression, figure="cpu"):
        """An expression over the servers' figures, or over a program's, in each round that has all of it."""
        if "load" not in scenario:
            return [calculate(expression, row) for row in self.of(scenario, "program")]
        by_server = {identifier(s): self.values(scenario, s, figure) for s in self.subjects(scenario)}
        rounds = sorted(set().union(*by_server.values()))
        found = []
        for number in rounds:
            names = {name: values[number] for name, values in by_server.items() if number in values}
            value = calculate(expression, names)
            if value is not None:
                found.append(value)
        return found


def calculate(expression, names):
    """A scenario's formula; None where a server of it was not measured."""
    try:
        return eval(expression, {"__builtins__": {}}, names)  # the scenarios are files of this repository
    except (NameError, ZeroDivisionError):
        return None


def spread(values, digits=None):
    """The median, and the least and the greatest; two digits behind the point, none for large ones, unless `digits` says how many."""
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    if digits is None:
        digits = 0 if statistics.median(values) >= 100 else 2
    middle, low, high = (f"{value:,.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
    return middle if len(values) == 1 else f"{middle} [{low} to {high}]" if low.startswith("-") else f"{middle} [{low}-{high}]"


def table(heading, rows):
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


# ---------------------------------------------------------------- promises
KEPT, MOSTLY, BROKEN = "kept", "kept, not in every round", "**broken**"


class Verdict:
    """What became of one promise: its values by round, against its bound."""

    def __init__(self, scenario, what, promise, values):
        self.scenario, self.what, self.values, self.peer = scenario["title"], what, values, promise.get("peer")
        self.bound, self.unit = promise["at_most"], promise.get("unit", "x")
        self.middle = statistics.median(values)

    def word(self):
        return BROKEN if self.middle > self.bound else KEPT if max(self.values) <= self.bound else MOSTLY

    def cells(self):
        return [self.scenario, self.what, f"at most {self.bound:g}{self.unit}", spread(self.values) + self.unit, self.word()]


def promises_of(run, scenario):
    """What headgate promises of a scenario; `each_peer` is one promise for each that was measured."""
    for promise in scenario["promises"]:
        if "each_peer" not in promise:
            yield promise
            continue
        for subject in run.subjects(scenario):
            if run.facts["servers"][subject]["kind"] == "peer":
                yield {**promise, "value": f"{promise['each_peer']} / {identifier(subject)}", "what": f"against {run.label(subject)}",
                       "peer": run.label(subject)}


def wording(run, promise):
    if "what" in promise:
        return promise["what"]
    first, _, second = promise["value"].partition(" / ")
    known = {identifier(name): row["name"] for name, row in run.facts["servers"].items()}
    return f"{known[first]}, against {known[second]}"


def verdicts(run):
    found = []
    for scenario in run.scenarios:
        for promise in promises_of(run, scenario):
            values = run.evaluate(scenario, promise["value"], promise.get("figure", "cpu"))
            if values:
                found.append(Verdict(scenario, wording(run, promise), promise, values))
    return found


def verdict_rows(run):
    """A row each; of the promises about peers one row a scenario, about the peer that comes nearest: the others are in its table."""
    every = verdicts(run)
    rows = []
    for one in every:
        peers = [other for other in every if other.peer and other.scenario == one.scenario] if one.peer else [one]
        if one is not max(peers, key=lambda other: other.middle):
            continue
        if len(peers) > 1:
            one.what = f"against each of {len(peers)} peers; the nearest is {one.peer}"
        rows.append(one.cells())
    return rows


def verdict(run):
    return table(["scenario", "promise", "bound", "measured", ""], verdict_rows(run))


# ---------------------------------------------------------------- scenarios
def cell(run, scenario, subject, figure, digits):
    values = list(run.values(scenario, subject, figure).values())
    return f"{statistics.median(values):,.{digits}f}" if values else ""


def load_table(run, scenario):
    """A row a server; columns in which nothing stands are left out."""
    rows = [HEADING]
    for subject in run.subjects(scenario):
        ratio = run.evaluate(scenario, f"headgate / {identifier(subject)}") if subject != "headgate" else []
        rows.append([run.label(subject), spread(run.values(scenario, subject, "cpu").values(), 2), spread(ratio) if ratio else "",
                     cell(run, scenario, subject, "events_per_s", 0), cell(run, scenario, subject, "p50_ms", 2),
                     cell(run, scenario, subject, "p99_ms", 2), cell(run, scenario, subject, "p99.9_ms", 2),
                     cell(run, scenario, subject, "rss_mib", 0), cell(run, scenario, subject, "stored", 3)])
    told = [column for column in range(len(HEADING)) if column == 0 or any(row[column] for row in rows[1:])]
    heading, *rows = [[row[column] for column in told] for row in rows]
    return table(heading, rows)


def limits_text(run, scenario):
    """For which servers the load generator was the limit: their throughput says little. For which it could not keep its rate up."""
    busy, behind = [], []
    for subject in run.subjects(scenario):
        shares = list(run.values(scenario, subject, "generator_busy").values())
        if shares and statistics.median(shares) > GENERATOR_BUSY:
            busy.append(f"{run.label(subject)} ({statistics.median(shares) * 100:.0f} %)")
        if any(run.values(scenario, subject, "overdue").values()) and "rate" in scenario["load"]:
            behind.append(run.label(subject))
    texts = []
    if busy:
        texts.append(f"The load generator's core was busy throughout, so events/s and latency are its limit, not the server's: {', '.join(busy)}.")
    if behind:
        texts.append(f"The rate was not kept up at the end: {', '.join(behind)}.")
    return " ".join(texts)


def program_rows(run, scenario):
    unit = scenario.get("program", {}).get("unit", "")
    return [[label, spread(run.evaluate(scenario, name), 0 if unit == "ns" else 1) + (f" {unit}" if unit else "")]
            for name, label in scenario["labels"].items()]


def thread_rows(run, scenario):
    """Where headgate's time went, by thread; the round with the median cost."""
    found = sorted(run.of(scenario, "headgate"), key=lambda row: row["cpu"])
    threads = found[len(found) // 2]["threads"] if found else []
    return [[t["name"], f"{t['cpu_us_per_event']:.2f}"] for t in threads if t["cpu_us_per_event"] >= 0.005]


def facts_text(facts):
    return (f"{facts['date']}, commit {facts['commit']}, suite {facts['suite']}. {facts['cpu']}, {facts['cores']} cores, {facts['memory']} GiB, "
            f"Linux {facts['kernel']}, {facts['compiler']}. {facts['versions']}. {facts['rounds']} rounds of {facts['seconds']} s each, "
            f"linger {facts['linger']} ms. Load average before the run {facts['load']}, CPU time taken by the hypervisor "
            f"{facts['stolen']:.1f} s.")


def legend(facts):
    few = " (of two rounds their mean)" if facts["rounds"] == 2 else ""
    return (f"A figure is the median of the rounds{few}, in brackets the least and the greatest. CPU us/event is the CPU time of all threads of the "
            "server for one event; headgate / this is headgate's divided by that server's in the same round: below 1, headgate takes less.")


def markdown(run):
    parts = [facts_text(run.facts) + "\n", legend(run.facts) + "\n", in_short(run), "## Promises\n", verdict(run)]
    for scenario in run.scenarios:
        parts.append(f"## {scenario['title']}\n")
        if "load" not in scenario:
            parts.append(table(["", "measured"], program_rows(run, scenario)))
            continue
        if run.rounds(scenario) != run.facts["rounds"]:
            parts.append(f"{run.rounds(scenario)} rounds.\n")
        parts.append(load_table(run, scenario))
        threads = thread_rows(run, scenario)
        if threads:
            parts.append("headgate by thread: " + ", ".join(f"{name} {value} us" for name, value in threads) + ".\n")
        if limits_text(run, scenario):
            parts.append(limits_text(run, scenario) + "\n")
    return "\n".join(parts)


def in_short(run):
    """A row for each load under which headgate, the pass-through floor and a peer were measured."""
    rows = []
    for scenario in run.scenarios:
        subjects = run.subjects(scenario) if "load" in scenario else []
        peers = {subject: statistics.median(run.values(scenario, subject, "cpu").values())
                 for subject in subjects if run.facts["servers"][subject]["kind"] == "peer"}
        if not peers or not {"headgate", "passthrough"} <= set(subjects):
            continue
        least = min(peers, key=peers.get)
        rows.append([scenario["title"], *(cell(run, scenario, "headgate", figure, digits)
                                          for figure, digits in (("cpu", 2), ("events_per_s", 0), ("p99_ms", 2), ("rss_mib", 0))),
                     cell(run, scenario, "passthrough", "cpu", 2), f"{peers[least]:,.2f}: {run.label(least)}"])
    heading = ["headgate under", "CPU us/event", "events/s", "p99 ms", "memory MiB", "the pass-through floor, us/event", "the cheapest peer, us/event"]
    return table(heading, rows) if rows else ""


# ---------------------------------------------------------------- the page
def bars(run, scenario):
    """One SVG: a bar per server, the median, with a line from the least to the greatest."""
    values = {subject: list(run.values(scenario, subject, "cpu").values()) for subject in run.subjects(scenario)}
    top = max(max(found) for found in values.values()) * 1.12
    width, row, left = 820, 34, 230
    scale = (width - left - 80) / top
    parts = [f'<svg viewBox="0 0 {width} {row * len(values) + 8}" role="img" aria-label="{html.escape(scenario["title"])}">']
    for i, (subject, found) in enumerate(values.items()):
        y, middle = i * row + 6, statistics.median(found)
        low, high = min(found) * scale + left, max(found) * scale + left
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{html.escape(run.label(subject))}</text>'
                     f'<rect x="{left}" y="{y}" width="{middle * scale:.1f}" height="22" rx="3" '
                     f'fill="{run.facts["servers"][subject]["colour"]}"/>'
                     f'<path d="M{low:.1f} {y + 11}H{high:.1f}M{low:.1f} {y + 6}v10M{high:.1f} {y + 6}v10" class="spread"/>'
                     f'<text x="{high + 8:.1f}" y="{y + 15}">{middle:.2f}</text>')
    return "".join(parts) + "</svg>"


QUANTILES = [("p50", "p50_ms"), ("p90", "p90_ms"), ("p99", "p99_ms"), ("p99.9", "p99.9_ms"), ("max", "max_ms")]


def latencies(run, scenario):
    """One SVG: a line per server over the quantiles, medians of the rounds."""
    lines = {subject: [statistics.median(run.values(scenario, subject, figure).values()) for _, figure in QUANTILES]
             for subject in run.subjects(scenario) if run.values(scenario, subject, "p50_ms")}
    if not lines:
        return ""
    top = max(max(values) for values in lines.values()) * 1.1
    width, height, left, bottom = 820, 240, 60, 30
    x = lambda i: left + i * (width - left - 240) / (len(QUANTILES) - 1)
    y = lambda value: height - bottom - value / top * (height - bottom - 10)
    parts = [f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="latency">']
    for i, (name, _) in enumerate(QUANTILES):
        parts.append(f'<text x="{x(i):.0f}" y="{height - 8}" text-anchor="middle">{name}</text>')
    for share in (0, 0.5, 1):
        parts.append(f'<text x="{left - 8}" y="{y(top * share / 1.1) + 4:.0f}" text-anchor="end">{axis(top * share / 1.1)}</text>')
    for i, (subject, values) in enumerate(lines.items()):
        colour = run.facts["servers"][subject]["colour"]
        points = " ".join(f"{x(n):.0f},{y(value):.1f}" for n, value in enumerate(values))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
                     f'<text x="{width - 225}" y="{18 + i * 18}" style="fill:{colour}">{html.escape(run.label(subject))}</text>')
    return "".join(parts) + "</svg>"


def axis(value):
    """Three digits at least, and never a power of ten: a number that a person reads at a glance."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


COURSES = [("events_per_s", "events a second, of servers that write to Kafka; colours as above"), ("busy", "CPU, share of a core"), ("resident_mib", "memory, MiB")]


def course(run, scenario, column, title):
    """One SVG: a line per server over the time of its first round."""
    found = {subject: next((row["series"] for row in run.of(scenario, subject) if "series" in row), None) for subject in run.subjects(scenario)}
    found = {subject: series for subject, series in found.items() if series and len(series["seconds"]) > 1}
    if column == "events_per_s":  # what does not wait for Kafka would press all others flat
        found = {subject: series for subject, series in found.items() if run.values(scenario, subject, "stored")}
    if not found:
        return ""
    top = max(max(series[column]) for series in found.values()) * 1.1 or 1
    end = max(series["seconds"][-1] for series in found.values())
    width, height, left, bottom = 820, 150, 70, 24
    parts = [f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}"><text x="{left}" y="12">{title}</text>']
    for share in (0, 1):
        y = height - bottom - share / 1.1 * (height - bottom - 20)
        parts.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{axis(top * share / 1.1)}</text>')
    parts.append(f'<text x="{left}" y="{height - 6}">0 s</text><text x="{width - 10}" y="{height - 6}" text-anchor="end">{end:.1f} s</text>')
    for subject, series in found.items():
        points = " ".join(f"{left + at / end * (width - left - 10):.1f},{height - bottom - value / top * (height - bottom - 20):.1f}"
                          for at, value in zip(series["seconds"], series[column]))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{run.facts["servers"][subject]["colour"]}" stroke-width="1.5"/>')
    return "".join(parts) + "</svg>"


STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#111827;background:#fff}
table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}td,th{padding:.3rem .8rem .3rem 0;border-bottom:1px solid #e5e7eb;text-align:left}
svg{width:100%;height:auto;font-size:13px;fill:#111827}.spread{stroke:#111827;stroke-width:1.2;fill:none}p{color:#4b5563}
@media(prefers-color-scheme:dark){body{color:#e5e7eb;background:#111827}svg{fill:#e5e7eb}.spread{stroke:#e5e7eb}p{color:#9ca3af}
td,th{border-color:#374151}}"""


def html_table(text):
    """A table of Markdown as HTML."""
    lines = [line.strip("|").split("|") for line in text.strip().splitlines()]
    plain = lambda value: html.escape(value.strip()).replace("**", "")
    head = "".join(f"<th>{plain(value)}</th>" for value in lines[0])
    rows = "".join("<tr>" + "".join(f"<td>{plain(value)}</td>" for value in line) + "</tr>" for line in lines[2:])
    return f"<table><tr>{head}</tr>{rows}</table>"


def page(run):
    parts = ['<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
             f"<title>headgate benchmark</title><style>{STYLE}</style><h1>headgate benchmark</h1>",
             f"<p>{html.escape(facts_text(run.facts))}</p><p>{html.escape(legend(run.facts))}</p>", html_table(in_short(run)) if in_short(run) else "", "<h2>Promises</h2>", html_table(verdict(run))]
    for scenario in run.scenarios:
        parts.append(f"<h2>{html.escape(scenario['title'])}</h2>")
        if "load" not in scenario:
            parts.append(html_table(table(["", "measured"], program_rows(run, scenario))))
            continue
        parts += ["<p>CPU time of the server per event, microseconds: median, least and greatest of the rounds.</p>", bars(run, scenario),
                  "<p>Time to the reply, ms: medians of the rounds.</p>", latencies(run, scenario),
                  *(course(run, scenario, column, title) for column, title in COURSES), html_table(load_table(run, scenario)), f"<p>{html.escape(limits_text(run, scenario))}</p>"]
    return "".join(parts) + "</html>\n"


def write_between(path, what, text):
    """Puts text between the marks of a page: `<!-- WHAT: begin; ... -->` and `<!-- WHAT: end -->`."""
    begin, end = f"<!-- {what}: begin;", f"<!-- {what}: end -->"
    head, rest = path.read_text(encoding="utf-8").split(begin)
    tool, rest = rest.split("-->", 1)
    path.write_text(f"{head}{begin}{tool}-->\n\n{text.strip()}\n\n{end}{rest.split(end)[1]}", encoding="utf-8")


def write_into(path, run):
    """The figures of a page, one heading deeper."""
    write_between(path, "figures", markdown(run).replace("\n## ", "\n### "))


def write(rows, folder, save=None):
    """The report of a run; with `save` it is kept too. 1 when a promise was broken."""
    run = Run(rows)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text("# Benchmark run\n\n" + markdown(run), encoding="utf-8")
    (folder / "report.html").write_text(page(run), encoding="utf-8")
    text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
    (folder / "results.json").write_text(text, encoding="utf-8")
    if save:
        (ROOT / "bench" / "results" / f"{save}.json").write_text(text, encoding="utf-8")
        write_into(ROOT / "docs" / "benchmarks.md", run)
    for row in verdict_rows(run):
        print(f"{row[4].strip('*'):24} {row[3]:>26} ({row[2]})  {row[0]}: {row[1]}")
    print(f"report: {folder / 'report.html'} and {folder / 'report.md'}")
    return 1 if any(one.word() == BROKEN for one in verdicts(run)) else 0


def main():
    run = Run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    if len(sys.argv) > 3:
        write_into(Path(sys.argv[3]), run)
    write(run.rows, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
