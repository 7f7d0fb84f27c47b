#!/usr/bin/env python3
"""Measures headgate against its floors and against what one would write by hand, in turn, in one run; `make bench` calls it.

A run that is stopped or fails reports the scenarios that were measured whole.

The scenarios are files, scenarios/*.yaml: what is measured, under which load, and what headgate promises. In each, the servers
run one after the other in every round, so that what drifts on the machine drifts for all; who goes first changes. The server
under test has core 0 to itself, the load and Kafka have core 1."""
import argparse
import difflib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import report
import servers
from scenario import ORDER, SUITES, Scenario
from servers import BUILD, ROOT, Broken, Kafka, Server, pinned

SERVER_CORES, LOAD_CORES = {0}, {1 if (os.cpu_count() or 1) > 1 else 0}
IDLE_SECONDS = 10
SERIES_SECONDS = 0.1
SERIES = ("seconds", "events_per_s", "busy", "resident_mib", "p99_us")  # kept of the first round, for the plots


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Bench:
    """One run: Kafka, a scratch folder, and the rows that were measured."""

    def __init__(self, suite, rounds=None):
        self.suite = suite
        self.rounds, self.seconds, self.warmup = SUITES[suite]
        self.rounds = rounds or self.rounds
        self.scratch = Path(tempfile.mkdtemp(prefix="headgate-bench."))
        self.kafka, self.peers, self.made, self.rows = None, [], set(), []

    def row(self, scenario, subject, number, figures):
        self.rows.append({"kind": "run", "scenario": scenario.name, "subject": subject, "round": number, **figures})

    def build_peers(self, scenarios):
        """Those that the scenarios want and that can be built here; the others are named and left out."""
        every = [name for name, row in servers.TABLE.items() if row["kind"] == "peer"]
        named = {name for scenario in scenarios if "load" in scenario.text for name in scenario.servers(every)}
        wanted = [name for name in every if name in named]
        built = {}
        for name in wanted:
            source = servers.TABLE[name]["build"]
            if source not in built:
                say(f"building the peer {source}")
                built[source] = subprocess.run(["bash", "bench/peers/build.sh", source], cwd=ROOT, check=False).returncode == 0
                if not built[source]:
                    say(f"{source} is left out")
        self.peers = [name for name in wanted if built[servers.TABLE[name]["build"]]]

    def topic(self, name):
        if name not in self.made:
            self.kafka.make(name)
            self.made.add(name)

    # ------------------------------------------------------------------ one measurement
    def load(self, server, load, with_series):
        command = [str(BUILD / "headgate-bench"), "--quiet", "--payload", "bench/payloads/payment.json", "--pid", str(server.process.pid),
                   "--duration", str(self.seconds), "--warmup", str(self.warmup), "--interval", str(SERIES_SECONDS), "--json", "-"]
        for name, value in load.items():
            command += [f"--{name}", str(value)]
        before = self.kafka.records()
        done = subprocess.run([*command, f"http://127.0.0.1:{server.port}{server.path}"], cwd=ROOT, check=False, text=True,
                              stdout=subprocess.PIPE, preexec_fn=pinned(LOAD_CORES))
        if done.returncode != 0:
            raise Broken(f"{server.name}: {what_failed(done.stdout)}")
        found = json.loads(done.stdout)
        figures = figures_of(found, server)
        if server.row.get("kafka", True):
            figures["stored"] = (self.kafka.records() - before) / found["acknowledged"]
            if figures["stored"] < 1:
                raise Broken(f"{server.name} acknowledged {found['acknowledged']} events, and Kafka has not all of them")
        if with_series:
            figures["series"] = {column: [round(at[column], 3) for at in found["series"]] for column in SERIES}
        return figures

    def producer(self, name, load):
        """librdkafka alone, with as many records under way as the load has."""
        row, batch = servers.TABLE[name], load["batch"]
        done = subprocess.run([str(BUILD / "bench" / "floor_producer"), self.kafka.bootstrap, row["topic"], "bench.producer",
                               str(servers.LINGER_MS), str(batch), str(load["connections"] * batch), str(self.seconds)], cwd=ROOT, check=True, text=True,
                              stdout=subprocess.PIPE, preexec_fn=pinned(SERVER_CORES))
        found = json.loads(done.stdout)
        return {"cpu": found["cpu_us_per_record"], "events_per_s": found["records_per_s"]}

    # ------------------------------------------------------------------ scenarios
    def measure_load(self, scenario):
        cores = SERVER_CORES | LOAD_CORES if scenario.text.get("cores") == "all" else SERVER_CORES
        names = scenario.servers(self.peers)
        running = {}
        try:
            for name in names:
                kind = servers.TABLE[name]["kind"]
                if kind == "producer":
                    self.topic("bench.producer")
                    continue
                self.topic(f"bench.{name}")
                running[name] = Server(name, self.kafka, self.scratch, cores)
                running[name].start()
            self.take_turns(scenario, names, running)
        finally:
            for server in running.values():
                server.stop()

    def take_turns(self, scenario, names, running):
        names = sorted(names, key=lambda name: servers.TABLE[name]["kind"] == "producer")  # it writes what headgate wrote before
        rounds = self.rounds * scenario.text.get("rounds_times", 1)
        for number in range(1, rounds + 1):
            say(f"{scenario.name}: round {number} of {rounds}")
            for name in names:
                if name not in running:
                    self.row(scenario, name, number, self.producer(name, scenario.text["load"]))
                    continue
                running[name].resume()
                self.row(scenario, name, number, self.load(running[name], scenario.text["load"], number == 1))
                running[name].pause()
            names = names[1:] + names[:1]

    def measure_program(self, scenario):
        rounds = scenario.text["program"].get("rounds", self.rounds)
        for number in range(1, rounds + 1):
            say(f"{scenario.name}: round {number} of {rounds}")
            done = subprocess.run(scenario.text["program"]["command"], cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE,
                                  preexec_fn=pinned(SERVER_CORES))
            self.row(scenario, "program", number, {k: v for k, v in json.loads(done.stdout).items() if isinstance(v, (int, float))})

    def measure_idle(self, scenario):
        """What a sidecar holds, and how often it wakes, when nobody sends anything."""
        say(f"{scenario.name}: {2 * IDLE_SECONDS} seconds of rest")
        figures = {}
        servers.TABLE["sidecar"] = {"kind": "headgate", "keys": True, **scenario.text["idle"]}
        self.topic(f"bench.{scenario.text['idle']['floor']}")
        for name, prefix in (("sidecar", ""), (scenario.text["idle"]["floor"], "floor_")):
            server = Server(name, self.kafka, self.scratch, SERVER_CORES)
            try:
                server.start()
                server.resume()
                time.sleep(3)
                before = server.switches()
                time.sleep(IDLE_SECONDS)
                figures[f"{prefix}wakeups"] = (server.switches() - before) / IDLE_SECONDS
                figures[f"{prefix}resident_mib"] = server.memory()["VmRSS"] / 1024
            finally:
                server.stop()
        del servers.TABLE["sidecar"]
        self.row(scenario, "program", 1, figures)

    def measure(self, scenario):
        self.rows.append({"kind": "scenario", "name": scenario.name, **scenario.text})
        for kind in ("program", "idle"):
            if kind in scenario.text:
                return getattr(self, f"measure_{kind}")(scenario)
        return self.measure_load(scenario)

    def run(self, scenarios):
        """Measures them; however that ends, `rows` tell of those that were measured whole, and of the machine."""
        busy, stolen, whole = os.getloadavg()[0], steal(), 0
        try:
            self.kafka = Kafka(LOAD_CORES)
            for scenario in scenarios:
                self.measure(scenario)
                whole = len(self.rows)
        finally:
            del self.rows[whole:]
            self.rows.insert(0, {"kind": "facts", "suite": self.suite, "rounds": self.rounds, "seconds": self.seconds,
                                 "linger": servers.LINGER_MS, "load": round(busy, 2), "stolen": steal() - stolen, **machine(),
                                 "servers": {name: {"name": row["name"], "colour": row["colour"], "kind": row["kind"]}
                                             for name, row in servers.TABLE.items()}})

    def close(self):
        if self.kafka:
            self.kafka.stop()
        shutil.rmtree(self.scratch, ignore_errors=True)


def what_failed(text):
    """In a line, of the load generator's JSON."""
    if not text:
        return "headgate-bench gave no report"
    found = json.loads(text)
    replies = ", ".join(f"{count:,} x {status}" for status, count in found["statuses"].items()) or "none"
    return (f"not every request was answered with 2xx: replies {replies}; {found['lost']:,} without a reply; "
            f"{found['not_connected']:,} attempts to connect failed")


def figures_of(found, server):
    """What the reports use of the load generator's JSON."""
    latency, process = found["latency_us"], found["server"]
    figures = {"cpu": process["cpu_us_per_event"], "events_per_s": found["events_per_s"], "busy": process["busy"],
               "rss_mib": process["peak_bytes"] / 1048576, "generator_busy": found["generator_busy"], "overdue": found["overdue"],
               **{f"{name}_ms": latency[name] / 1000 for name in ("p50", "p90", "p99", "p99.9", "max")},
               "threads": process["threads"]}
    if server.idle_kib is not None:
        figures["idle_kib"] = server.idle_kib
    return figures


def steal():
    """CPU time that the hypervisor gave to others, seconds."""
    with open("/proc/stat", encoding="ascii") as stat:
        return int(stat.readline().split()[8]) / os.sysconf("SC_CLK_TCK")


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        cpu = next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"date": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime()), "commit": output("git", "rev-parse", "--short", "HEAD"), "cpu": cpu,
            "cores": os.cpu_count(), "memory": round(memory), "kernel": os.uname().release,
            "compiler": output(os.environ.get("CC", "gcc").split()[-1], "--version").split("\n")[0],
            "versions": output(str(BUILD / "headgate"), "--version").replace("\n", "; ")}


def at_least_one(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number above 0 is expected, not {text}")
    return int(text)


def file_name(text):
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text):
        raise argparse.ArgumentTypeError(f"letters, digits, dots and dashes are expected, not {text}")
    return text


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=ORDER, default="normal", help="quick: some 2 minutes; normal (the default): 10; full: an hour, with all peers")
    parser.add_argument("--rounds", type=at_least_one, metavar="N", help="another number of rounds than the suite's")
    parser.add_argument("--only", default="", metavar="SCENARIO,...", help="these of the suite's; --list names them")
    parser.add_argument("--save", type=file_name, metavar="NAME", help="keep the results as bench/results/NAME.json, and write the figures into docs/benchmarks.md; of a whole suite only")
    parser.add_argument("--list", action="store_true", help="tell the suite's scenarios and end")
    options = parser.parse_args()
    if options.save and options.only:
        parser.error("--save keeps the figures of a whole suite: not with --only")
    return options


def choose(scenarios, only, suite):
    """Those of a suite that are asked for; all when `only` is empty. Broken when a name is none of them."""
    of_suite = {scenario.name: scenario for scenario in scenarios if scenario.wanted}
    for name in only:
        if name in of_suite:
            continue
        later = next((scenario.text["runs"] for scenario in scenarios if scenario.name == name), None)
        near = difflib.get_close_matches(name, of_suite, 1)
        raise Broken(f"the scenario {name} is of the suite {later}, not of {suite}" if later else
                     f"there is no scenario {name}" + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(of_suite)}"))
    return [scenario for name, scenario in of_suite.items() if not only or name in only]


def report_part(rows):
    """What a run that did not come to its end has measured; nothing is kept of it."""
    names = [row["name"] for row in rows if row["kind"] == "scenario"]
    if names:
        say(f"measured whole: {', '.join(names)}")
        report.write(rows, BUILD / "bench")


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started must end too
    options = arguments()
    try:
        every = [Scenario(path, options.suite) for path in sorted((ROOT / "bench" / "scenarios").glob("*.yaml"))]
        scenarios = choose(every, list(filter(None, options.only.split(","))), options.suite)
    except Broken as problem:
        say(str(problem))
        return 2
    if options.list:
        for scenario in scenarios:
            print(f"{scenario.name:20} {scenario.text['title']}")
        return 0
    os.chdir(ROOT)
    bench = Bench(options.suite, options.rounds)
    try:
        bench.build_peers(scenarios)
        bench.run(scenarios)
    except (Broken, KeyboardInterrupt) as problem:
        say(str(problem) or "stopped")
        report_part(bench.rows)
        return 130 if isinstance(problem, KeyboardInterrupt) else 3
    finally:
        bench.close()
    return report.write(bench.rows, BUILD / "bench", options.save)


if __name__ == "__main__":
    sys.exit(main())
