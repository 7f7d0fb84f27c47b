#!/usr/bin/env python3
"""Makes the report of a benchmark run: Markdown, one HTML page without anything from outside, JSON.

usage: report.py RUNS FOLDER [COPY.json PAGE.md]
       RUNS is one JSON object a line, or a kept result; with the last two, keeps the results and writes the figures into a page, between its marks

Figures are medians over the rounds; ratios are taken within a round first (the servers ran one after the other there), then
their median. [a-b] is the least and the greatest."""
import html
import json
import pathlib
import statistics
import sys

NAMES = {"headgate": "headgate", "passthrough": "pass-through floor", "rust": "Rust service", "http": "bare HTTP floor",
         "producer": "librdkafka alone"}
COLOURS = {"headgate": "#2563eb", "passthrough": "#9ca3af", "rust": "#c2410c", "http": "#d1d5db", "producer": "#6b7280"}
SCENARIOS = {
    "single-64": "One event a request, 64 connections",
    "single-256": "One event a request, 256 connections",
    "batch-100": "Batches of 100, 16 connections",
    "paced-8000": "One event a request, 8,000 a second, 64 connections (open loop)",
}


class Runs:
    """The rows of one run, found by kind, scenario and server."""

    def __init__(self, rows):
        self.rows = rows
        self.facts = self.first("facts")

    def first(self, kind):
        return next((row for row in self.rows if row["kind"] == kind), None)

    def all(self, kind):
        return [row for row in self.rows if row["kind"] == kind]

    def of(self, scenario, server):
        if server == "producer":
            return [row for row in self.rows if row["kind"] == "producer" and scenario == "batch-100"]
        return [row for row in self.rows if row["kind"] == "run" and row["scenario"] == scenario and row["subject"] == server]

    def cpu(self, scenario, server):
        """CPU time per event, by round."""
        if server == "producer":
            return {row["round"]: row["cpu_us_per_record"] for row in self.of(scenario, server)}
        return {row["round"]: row["server"]["cpu_us_per_event"] for row in self.of(scenario, server)}

    def ratios(self, scenario, server, to):
        ours, theirs = self.cpu(scenario, server), self.cpu(scenario, to)
        return [ours[n] / theirs[n] for n in sorted(ours) if n in theirs]


def spread(values, digits=2):
    values = list(values)
    if not values:
        return "-"
    middle = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} [{min(values):.{digits}f}-{max(values):.{digits}f}]"


def table(heading, rows):
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def scenario_rows(runs, scenario):
    rows = []
    for server in ("producer", "http", "passthrough", "headgate", "rust"):
        found = runs.of(scenario, server)
        if not found:
            continue
        ratios = runs.ratios(scenario, "headgate", server) if server != "headgate" else []
        cells = [NAMES[server], spread(runs.cpu(scenario, server).values()), spread(ratios) if ratios else ""]
        if server == "producer":
            cells += [f"{statistics.median(row['records_per_s'] for row in found):,.0f}", "", "", ""]
        else:
            cells += [f"{statistics.median(row['events_per_s'] for row in found):,.0f}",
                      f"{statistics.median(row['latency_us']['p50'] for row in found) / 1000:.2f}",
                      f"{statistics.median(row['latency_us']['p99'] for row in found) / 1000:.2f}",
                      f"{statistics.median(row['server']['peak_bytes'] for row in found) / 1048576:.0f}"]
        rows.append(cells)
    return rows


HEADING = ["", "CPU us/event", "headgate is times that", "events/s", "p50 ms", "p99 ms", "memory MiB"]


def verdict(runs):
    """What headgate promises of its cost, and what was measured."""
    rows = []

    def promise(what, bound, values, unit="x"):
        values = list(values)
        if not values:
            return
        value = statistics.median(values)
        rows.append([what, f"at most {bound:g}{unit}", spread(values) + unit, "kept" if value <= bound else "**broken**"])

    enforce = runs.all("enforce")
    promise("judging and projecting one event, against simdjson's DOM parse of it", 2.5,
            [row["one_use_ns"] / row["simdjson_ns"] for row in enforce])
    promise("each further use, against the same", 0.2,
            [(row["four_uses_ns"] - row["one_use_ns"]) / 3 / row["simdjson_ns"] for row in enforce])
    promise("each field that is hashed", 250, [row["hashed_ns"] - row["one_use_ns"] for row in enforce], " ns")
    promise("single events, 64 connections, against the pass-through floor", 1.4, runs.ratios("single-64", "headgate", "passthrough"))
    promise("single events, 256 connections, against the pass-through floor", 1.4, runs.ratios("single-256", "headgate", "passthrough"))
    promise("batches of 100, against the pass-through floor", 2.0, runs.ratios("batch-100", "headgate", "passthrough"))
    promise("batches of 100, against librdkafka alone", 2.0, runs.ratios("batch-100", "headgate", "producer"))
    for scenario in ("single-64", "single-256", "batch-100"):
        promise(f"{scenario}, against the Rust service", 1.0, runs.ratios(scenario, "headgate", "rust"))
    memory = runs.first("memory")
    if memory:
        promise("idle sidecar with the example contracts, resident", 20, [memory["VmRSS"] / 1024], " MiB")
    return table(["promise", "bound", "measured", ""], rows)


def thread_rows(runs, scenario):
    """Where headgate's time went, by thread; the round with the median cost."""
    found = sorted(runs.of(scenario, "headgate"), key=lambda row: row["server"]["cpu_us_per_event"])
    if not found:
        return []
    row = found[len(found) // 2]
    return [[thread["name"], f"{thread['cpu_us_per_event']:.2f}"] for thread in row["server"]["threads"]
            if thread["cpu_us_per_event"] >= 0.005]


def enforce_rows(enforce):
    names = [("simdjson_ns", f"simdjson, DOM parse of {enforce[0]['bytes']} bytes"), ("one_use_ns", "judged and projected for one use"),
             ("four_uses_ns", "for four uses"), ("hashed_ns", "for one use that hashes a field")]
    return [[name, spread([row[key] for row in enforce], 0)] for key, name in names]


def facts_text(facts):
    return (f"{facts['date']}, commit {facts['commit']}. {facts['cpu']}, {facts['cores']} cores, {facts['memory']} GiB, Linux "
            f"{facts['kernel']}, {facts['compiler']}. {facts['versions']}. {facts['rounds']} rounds of {facts['seconds']} s each, "
            f"linger {facts['linger']} ms. Load average before the run {facts['load']}, CPU time taken by the hypervisor "
            f"{facts['stolen'] / 100:.1f} s.")


def markdown(runs):
    parts = ["# Benchmark run\n", facts_text(runs.facts) + "\n", "## Promises\n", verdict(runs)]
    for scenario, title in SCENARIOS.items():
        rows = scenario_rows(runs, scenario)
        if rows:
            parts += [f"## {title}\n", table(HEADING, rows)]
            parts += ["headgate by thread:\n", table(["thread", "CPU us/event"], thread_rows(runs, scenario))]
    enforce = runs.all("enforce")
    if enforce:
        parts += ["## Judging and projecting one event, no I/O\n", table(["", "ns/event"], enforce_rows(enforce))]
    return "\n".join(parts)


def bars(runs, scenario):
    """One SVG: a bar per server, the median, with a line from the least to the greatest."""
    servers = [server for server in ("producer", "http", "passthrough", "headgate", "rust") if runs.of(scenario, server)]
    values = {server: list(runs.cpu(scenario, server).values()) for server in servers}
    top = max(max(found) for found in values.values()) * 1.12
    width, row, left = 760, 34, 150
    scale = (width - left - 80) / top
    parts = [f'<svg viewBox="0 0 {width} {row * len(servers) + 8}" role="img" aria-label="{html.escape(SCENARIOS[scenario])}">']
    for i, server in enumerate(servers):
        y, middle = i * row + 6, statistics.median(values[server])
        low, high = min(values[server]) * scale + left, max(values[server]) * scale + left
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{NAMES[server]}</text>'
                     f'<rect x="{left}" y="{y}" width="{middle * scale:.1f}" height="22" rx="3" fill="{COLOURS[server]}"/>'
                     f'<path d="M{low:.1f} {y + 11}H{high:.1f}M{low:.1f} {y + 6}v10M{high:.1f} {y + 6}v10" class="spread"/>'
                     f'<text x="{high + 8:.1f}" y="{y + 15}">{middle:.2f}</text>')
    return "".join(parts) + "</svg>"


STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111827;background:#fff}
table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}td,th{padding:.3rem .8rem .3rem 0;border-bottom:1px solid #e5e7eb;text-align:left}
svg{width:100%;height:auto;font-size:13px;fill:#111827}.spread{stroke:#111827;stroke-width:1.2;fill:none}p{color:#4b5563}
@media(prefers-color-scheme:dark){body{color:#e5e7eb;background:#111827}svg{fill:#e5e7eb}.spread{stroke:#e5e7eb}p{color:#9ca3af}
td,th{border-color:#374151}}"""


def html_table(text):
    """A table of Markdown as HTML."""
    lines = [line.strip("|").split("|") for line in text.strip().splitlines()]
    cell = lambda value: html.escape(value.strip()).replace("**", "")
    head = "".join(f"<th>{cell(value)}</th>" for value in lines[0])
    rows = "".join("<tr>" + "".join(f"<td>{cell(value)}</td>" for value in line) + "</tr>" for line in lines[2:])
    return f"<table><tr>{head}</tr>{rows}</table>"


def page(runs):
    parts = ['<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
             f"<title>headgate benchmark</title><style>{STYLE}</style><h1>headgate benchmark</h1>",
             f"<p>{html.escape(facts_text(runs.facts))}</p><h2>Promises</h2>", html_table(verdict(runs))]
    for scenario, title in SCENARIOS.items():
        rows = scenario_rows(runs, scenario)
        if rows:
            parts += [f"<h2>{html.escape(title)}</h2><p>CPU time of the server per event, microseconds: median, least and greatest of "
                      "the rounds.</p>", bars(runs, scenario), html_table(table(HEADING, rows))]
    enforce = runs.all("enforce")
    if enforce:
        parts += ["<h2>Judging and projecting one event, no I/O</h2>", html_table(table(["", "ns/event"], enforce_rows(enforce)))]
    return "".join(parts) + "</html>\n"


def write_into(name, runs):
    """Puts the figures between the marks of a page, one heading deeper."""
    begin, end = "<!-- figures: begin; written by bench/report.py -->", "<!-- figures: end -->"
    text = name.read_text(encoding="utf-8")
    head, rest = text.split(begin)
    figures = markdown(runs).split("\n", 2)[2].replace("\n## ", "\n### ")
    name.write_text(f"{head}{begin}\n\n{figures.strip()}\n\n{end}{rest.split(end)[1]}", encoding="utf-8")


def main():
    text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    folder, runs = pathlib.Path(sys.argv[2]), Runs(rows)
    (folder / "report.md").write_text(markdown(runs), encoding="utf-8")
    (folder / "report.html").write_text(page(runs), encoding="utf-8")
    for name in [folder / "results.json", *map(pathlib.Path, sys.argv[3:4])]:
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")
    if len(sys.argv) > 4:
        write_into(pathlib.Path(sys.argv[4]), runs)
    print(verdict(runs))
    print(f"report: {folder / 'report.html'} and {folder / 'report.md'}")


main()
