"""The benchmark's own promises: its scenarios name what there is, its formulas can be calculated, the page tells what the kept run found; and
the load generator counts right."""
import contextlib
import csv
import fcntl
import json
import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from confluent_kafka import Producer, TopicPartition

from gateway import HEADGATE, ROOT

sys.path.insert(0, str(ROOT / "bench"))
import report  # noqa: E402
import run  # noqa: E402
from scenario import faults_of  # noqa: E402
from servers import Broken  # noqa: E402

SERVERS = yaml.safe_load((ROOT / "bench" / "servers.yaml").read_text())
SCENARIOS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((ROOT / "bench" / "scenarios").glob("*.yaml"))}
RESULTS = sorted((ROOT / "bench" / "results").glob("*.json"))
GENERATOR = Path(HEADGATE).parent / "headgate-bench"
PRODUCER = Path(HEADGATE).parent / "bench" / "floor_producer"


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_names_servers_that_there_are(name):
    scenario = SCENARIOS[name]
    assert scenario["runs"] in ("quick", "normal", "full")
    for servers in scenario.get("servers", {}).values():
        assert set(servers) <= set(SERVERS) | {"peers"}


SOUND = {"title": "T", "runs": "quick", "load": {"connections": 1}, "servers": {"quick": ["headgate"]}, "promises": []}


@pytest.mark.parametrize("changes, says", [
    ({}, None),
    ({"rounds": 5}, "there is no key rounds"),
    ({"title": None}, "title is missing"),
    ({"runs": "fast"}, "there is no suite fast"),
    ({"load": None}, "one of load, program and idle is expected"),
    ({"idle": {}}, "one of load, program and idle is expected"),
    ({"servers": {"quick": ["headgat"]}}, "there is no server headgat"),
    ({"servers": {"full": ["headgate"]}}, "no servers stand at the suite quick or a smaller one"),
    ({"load": None, "program": {"command": ["x"]}}, "labels are missing"),
    ({"rounds_times": 0}, "rounds_times is a number from 1, of a scenario with a load"),
    ({"promises": [{"value": "headgate", "atmost": 1}]}, "a promise has no key atmost; a promise has at_most, and value or each_peer"),
    ({"promises": [{"value": "headgate", "each_peer": "headgate", "at_most": 1}]}, "a promise has at_most, and value or each_peer"),
])
def test_a_scenario_that_is_wrong_says_what(changes, says, tmp_path):
    path = tmp_path / "99-mine.yaml"
    path.write_text(yaml.safe_dump({key: value for key, value in {**SOUND, **changes}.items() if value is not None}))
    if says is None:
        assert run.Scenario(path, "quick").name == "mine"
        return
    with pytest.raises(Broken) as problem:
        run.Scenario(path, "quick")
    assert str(problem.value) == f"{path}: {says}"


def test_the_scenario_in_the_docs_is_sound():
    shown = re.search(r"```yaml\n(title: .*?)```", (ROOT / "docs" / "benchmarks.md").read_text(), re.S).group(1)
    assert list(faults_of(yaml.safe_load(shown))) == []


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", ""])
def test_a_scenario_that_is_no_mapping_says_where(text, tmp_path):
    (tmp_path / "99-mine.yaml").write_text(text)
    with pytest.raises(Broken, match="99-mine.yaml: "):
        run.Scenario(tmp_path / "99-mine.yaml", "quick")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenarios_formulas_can_be_calculated(name):
    scenario = SCENARIOS[name]
    if "load" in scenario:
        names = {report.identifier(server): 2.0 + i for i, servers in enumerate(scenario["servers"].values()) for server in servers}
        if any("peers" in servers for servers in scenario["servers"].values()):
            names.update({report.identifier(server): 3.0 for server in SERVERS})
    else:
        names = {label: 2.0 + i for i, label in enumerate(scenario["labels"])}
    for promise in scenario["promises"]:
        if "value" in promise:
            names.update({name: 1.0 + i for i, name in enumerate(names)})
            assert report.calculate(promise["value"], names) is not None, promise["value"]
        else:
            assert promise["each_peer"] in names
        assert promise["at_most"] > 0


@pytest.mark.parametrize("scenario, program", [("10-enforce", "micro_enforce"), ("11-stages", "micro_stages")])
def test_a_micro_benchmarks_rows_are_all_labelled(scenario, program):
    source = (ROOT / "bench" / f"{program}.c").read_text()
    assert re.findall(r'\.name = "(\w+)"', source) == list(SCENARIOS[scenario]["labels"])


@pytest.mark.parametrize("program", ["micro_enforce", "micro_stages"])
def test_a_micro_benchmark_refuses_what_it_does_not_know(program):
    path = Path(HEADGATE).parent / "bench" / program
    if program == "micro_enforce" and not path.exists():
        pytest.skip("it is built where simdjson is: make bench-programs")
    done = subprocess.run([path, "--jsn"], capture_output=True, text=True, timeout=20, cwd=ROOT)
    assert done.returncode == 3 and f"usage: {program} [--json]" in done.stderr and done.stdout == ""


def test_the_pages_figures_are_those_of_a_kept_run():
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    shown = re.search(r"figures: begin;.*?-->\n\n(.*?)\n\n<!-- figures: end", page, re.S).group(1)
    kept = [report.markdown(report.Run(json.loads(path.read_text()))).replace("\n## ", "\n### ").strip() for path in RESULTS]
    assert shown in kept


@pytest.mark.parametrize("program, arguments, says", [
    ("run.py", ["--only", "batch-10"], "there is no scenario batch-10; did you mean batch-100?"),
    ("run.py", ["--only", "single-64,zebra"], "there is no scenario zebra; there are enforce, "),
    ("run.py", ["--only", "batch-gzip"], "the scenario batch-gzip is of the suite full, not of normal"),
    ("run.py", ["--only", "single-64", "--save", "x"], "--save keeps the figures of a whole suite"),
    ("run.py", ["--save", "../x"], "letters, digits, dots and dashes are expected"),
    ("run.py", ["--rounds", "0"], "a whole number above 0 is expected, not 0"),
    ("drills.py", ["--only", "headgate,nod"], "there is no drill for nod; there are headgate, "),
    ("drills.py", ["--only", "headgate", "--save"], "--save keeps the tables of all servers"),
])
def test_a_run_says_what_is_wrong_before_it_starts_anything(program, arguments, says):
    done = subprocess.run([sys.executable, ROOT / "bench" / program, *arguments], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and says in done.stderr and done.stdout == ""


@pytest.mark.parametrize("problem", [Broken("it broke"), KeyboardInterrupt()])
def test_a_run_that_does_not_end_keeps_what_it_measured_whole(monkeypatch, problem):
    def measure(bench, scenario):
        bench.rows.append({"kind": "scenario", "name": scenario})
        if scenario == "second":
            raise problem

    monkeypatch.setattr(run, "Kafka", lambda _: None)
    monkeypatch.setattr(run, "machine", dict)
    monkeypatch.setattr(run.Bench, "measure", measure)
    bench = run.Bench("quick")
    with pytest.raises(type(problem)):
        bench.run(["first", "second", "third"])
    bench.close()
    assert [row.get("name") for row in bench.rows] == [None, "first"] and bench.rows[0]["kind"] == "facts"


def run_of(rows, at_most=1.0, **promise):
    """A run of headgate and two peers in one scenario; `rows` are their figures by round."""
    facts = {"servers": {name: {"name": name.title(), "kind": "headgate" if name == "headgate" else "peer", "colour": "#000"} for name in rows}}
    scenario = {"kind": "scenario", "name": "s", "title": "S", "load": {"rate": 5}, "promises": [{"each_peer": "headgate", "at_most": at_most, **promise}]}
    return report.Run([{"kind": "facts", **facts}, scenario] +
                      [{"kind": "run", "scenario": "s", "subject": name, "round": number, **figures}
                       for name, by_round in rows.items() for number, figures in enumerate(by_round)])


@pytest.mark.parametrize("at_most, word", [(0.4, "**broken**"), (0.5, "kept, not in every round"), (0.6, "kept")])
def test_a_promise_about_peers_is_judged_by_the_one_that_comes_nearest(at_most, word):
    shown = report.verdict_rows(run_of({"headgate": [{"cpu": 4}, {"cpu": 5}, {"cpu": 6}], "near": [{"cpu": 10}] * 3, "far": [{"cpu": 50}] * 3}, at_most))
    assert shown == [["S", "against each of 2 peers; the nearest is Near", f"at most {at_most:g}x", "0.50 [0.40-0.60]x", word]]


def test_a_table_says_where_the_generator_was_the_limit_and_has_no_empty_columns():
    shown = run_of({"headgate": [{"cpu": 4, "generator_busy": 0.5, "overdue": 0}], "near": [{"cpu": 10, "generator_busy": 0.97, "overdue": 7}]})
    scenario = shown.scenarios[0]
    assert report.limits_text(shown, scenario) == ("The load generator's core was busy throughout, so events/s and latency are its limit, not the server's: "
                                                   "Near (97 %). The rate was not kept up at the end: Near.")
    assert report.load_table(shown, scenario).splitlines()[0] == "|  | CPU us/event | headgate / this |"


def test_a_server_without_kafka_does_not_press_the_others_flat():
    series = {"seconds": [1, 2], "events_per_s": [10, 20], "busy": [1, 1]}
    fast = {"seconds": [1, 2], "events_per_s": [1000, 2000], "busy": [1, 1]}
    shown = run_of({"headgate": [{"cpu": 4, "stored": 1.0, "series": series}], "near": [{"cpu": 1, "series": fast}]})
    throughput, busy = (report.course(shown, shown.scenarios[0], column, "t") for column in ("events_per_s", "busy"))
    assert throughput.count("<polyline") == 1 and ">20</text>" in throughput and busy.count("<polyline") == 2


def test_a_run_in_short_names_the_cheapest_peer():
    shown = run_of({"headgate": [{"cpu": 4, "events_per_s": 1000}], "near": [{"cpu": 10}], "far": [{"cpu": 50}], "passthrough": [{"cpu": 5}]})
    shown.facts["servers"]["passthrough"]["kind"] = "floor"
    assert report.in_short(shown).splitlines()[2] == "| S | 4.00 | 1,000 |  |  | 5.00 | 10.00: Near |"
    assert report.in_short(run_of({"headgate": [{"cpu": 4}]})) == ""


@pytest.mark.parametrize("values, text", [([1.5], "1.50"), ([-1.746, 3.56, 0.91], "0.91 [-1.75 to 3.56]"), ([189.4, 195, 192], "192 [189-195]"), ([], "-")])
def test_a_spread_reads_well(values, text):
    assert report.spread(values) == text


def run_generator(*arguments):
    return subprocess.run([GENERATOR, "--quiet", "--warmup", "0", "--json", "-", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          cwd=ROOT)


def test_the_generator_counts_what_it_sent_and_finds_it_in_kafka(serve, kafka, tmp_path):
    gateway = serve(ROOT / "bench" / "contracts", kafka=kafka.bootstrap)
    series, page = tmp_path / "series.csv", tmp_path / "page.html"
    done = run_generator("--payload", "bench/payloads/payment.json", "--rate", "300,600", "--arrivals", "poisson", "--duration", 2,
                         "--undeclared-percent", 10, "--late-percent", 5, "--interval", 0.5, "--csv", series, "--html", page, "--pid", gateway.process.pid,
                         "--ledger", "payments.payment.fraud.v1", "--kafka", kafka.bootstrap, f"{gateway.ingest}/v1/events/payment")
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(done.stdout)
    ledger, = found["ledger"]
    assert ledger["topic"] == "payments.payment.fraud.v1" and found["nowhere"] == 0
    assert found["statuses"] == {"202": found["requests"]} and 600 < found["requests"] < 1200
    assert ledger["missing"] == ledger["repeated"] == 0 and ledger["acknowledged"] == ledger["sent"] >= found["requests"]
    assert 0 < ledger["readable_us"]["p50"] < 60_000_000
    with open(series, newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= 3
    assert sum(int(row["events"]) for row in rows) == found["events"]
    assert all(float(row["resident_mib"]) > 1 for row in rows)
    assert found["acknowledged"] == ledger["acknowledged"]
    drawn = page.read_text()
    assert drawn.count("<svg") == 1 + 6 and "time to the reply by percentile" in drawn and "memory of the server" in drawn
    assert f"{gateway.ingest}/v1/events/payment" in drawn and drawn.rstrip().endswith("</html>")


def test_the_ledger_tells_topics_apart(serve, tmp_path):
    model, fraud, billing = "payment.model.odcs.yaml", "fraud.use.odcs.yaml", "billing.use.odcs.yaml"
    for name in (model, fraud, billing):
        (tmp_path / name).write_text((ROOT / "bench" / "micro" / "four" / name).read_text())
    gateway = serve(tmp_path, "--embedded")
    bootstrap = re.search(r"kafka +(\S+) \(embedded\)", gateway.everything()).group(1)

    def keep(topics):
        done = run_generator("--payload", "bench/payloads/payment.json", "--duration", 0.5, "--connections", 4, "--kafka", bootstrap,
                             "--ledger", topics, f"{gateway.ingest}/v1/events/payment")
        return done.returncode, json.loads(done.stdout)

    code, found = keep("payments.payment.fraud.v1,payments.payment.billing.v1")
    one, other = found["ledger"]
    assert code == 0 and found["nowhere"] == 0 and one["acknowledged"] == other["acknowledged"] > 10
    assert (one["topic"], other["topic"]) == ("payments.payment.fraud.v1", "payments.payment.billing.v1")
    assert one["missing"] == other["missing"] == one["repeated"] == other["repeated"] == 0
    code, found = keep("payments.payment.fraud.v1,elsewhere")
    one, other = found["ledger"]
    assert code == 1 and found["nowhere"] == one["missing"] == 0 and other["missing"] == other["acknowledged"] > 10
    code, found = keep("elsewhere")
    assert code == 1 and found["nowhere"] == found["ledger"][0]["acknowledged"] > 10


def test_a_run_whose_kafka_has_gone_tells_what_it_measured(serve):
    gateway = serve(ROOT / "bench" / "contracts", "--embedded")
    bootstrap = re.search(r"kafka +(\S+) \(embedded\)", gateway.everything()).group(1)
    with Replies(202) as server:
        running = start_generator("--warmup", 0, "--duration", 3600, "--json", "-", "--kafka", bootstrap, "--ledger", "payments.payment.fraud.v1", server.url)
        server.wait_for(50)
        gateway.stop()
        running.send_signal(signal.SIGINT)
        said, complaints = running.communicate(timeout=60)
    assert running.returncode == 3 and "headgate-bench: --ledger: payments.payment.fraud.v1: " in complaints
    assert json.loads(said)["accepted"] >= 40 and "ledger" not in json.loads(said)


def test_the_generator_makes_events_from_contracts(serve):
    gateway = serve(ROOT / "bench" / "contracts", "--embedded")
    done = run_generator("--contracts", "bench/contracts", "--event", "payment", "--connections", 4, "--bad-percent", 20, "--duration", 0.5,
                         f"{gateway.ingest}/v1/events/payment")
    found = json.loads(done.stdout)
    assert done.returncode == 1 and set(found["statuses"]) == {"202", "422"}
    assert abs(found["statuses"]["422"] / found["requests"] - 0.2) < 0.02
    assert 0 <= found["made"]["bad"] - found["statuses"]["422"] <= 4 and found["made"]["late"] == 0


def test_a_flame_graph_is_refused_before_anything_is_built(tmp_path):
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    done = subprocess.run(["/bin/bash", ROOT / "bench" / "flame.sh", "--check"], capture_output=True, text=True, timeout=20, env={"PATH": str(tmp_path)})
    assert done.returncode == 3 and "perf is missing (apt install linux-perf)" in done.stderr
    first = subprocess.run(["make", "-n", "flame"], cwd=ROOT, capture_output=True, text=True, timeout=60).stdout.splitlines()[0]
    assert first == "bash bench/flame.sh --check"


@pytest.mark.parametrize("arguments, says", [
    ([], "--payload FILE or --contracts DIR is required"),
    (["--contracts", "bench/contracts"], "--contracts goes with --event"),
    (["--payload", "x", "--rate", "1,0"], "--rate: numbers with commas between are expected"),
    (["--payload", "x", "--late-percent", "60", "--undeclared-percent", "41"], "the percentages are more than 100"),
    (["--payload", "x", "--ledger", "t", "--kafka", "k", "--duplicate-percent", "1"], "--ledger needs ids of its own"),
])
def test_the_generator_says_what_is_wrong_with_its_flags(arguments, says):
    done = run_generator(*arguments, "http://127.0.0.1:1/")
    assert done.returncode == 2 and says in done.stderr


def test_the_generator_says_why_nothing_was_answered():
    done = subprocess.run([GENERATOR, "--quiet", "--warmup", "0", "--duration", "0.3", "--payload", ROOT / "bench/payloads/payment.json",
                           "http://127.0.0.1:1/"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and re.search(r"not connected: \d+ \(Connection refused\)", done.stdout) and "latency" not in done.stdout


@pytest.fixture
def answer_with():
    """Starts a server that answers the only request of each connection with these pieces of bytes, each sent alone, and ends it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve_one(pieces):
        connection, _ = listener.accept()
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if b"\r\n\r\n" not in connection.recv(1 << 20):
                return
            for piece in pieces:
                connection.sendall(piece)

    def serve_all(pieces):
        try:
            while True:
                serve_one(pieces)
        except OSError:
            pass  # the listener is closed, or the generator is gone

    def start(*pieces):
        threading.Thread(target=serve_all, args=(pieces,), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def run_against(url, *arguments):
    return subprocess.run([GENERATOR, "--quiet", "--warmup", "0", "--duration", "0.5", "--connections", "1", "--payload",
                           ROOT / "bench/payloads/payment.json", *arguments, url], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("pieces", [
    [b"HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"],
    [b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 202 Acc", b"epted\r\ncontent-len", b"gth: 2\r\n\r\n{", b"}"],
    [b"HTTP/1.1 202 Accepted\r\n\r\nuntil the ", b"end"],
    [b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r", b"\nab\r\n0\r\n", b"\r\n"],
], ids=["length", "interim", "end", "chunked"])
def test_the_generator_goes_on_where_a_server_ends_each_connection(answer_with, pieces):
    found = json.loads(run_against(answer_with(*pieces), "--json", "-").stdout)
    assert set(found["statuses"]) == {"202"} and found["requests"] > 20  # a pause before each would leave 10
    assert found["lost"] <= 1  # what is under way at the end


def test_the_generator_says_what_is_wrong_with_a_reply(answer_with):
    done = run_against(answer_with(b"HTTP/1.1 202 Accepted\nContent-Length: 0\r\n\r\n"))
    assert done.returncode == 1 and "202:" not in done.stdout
    assert re.search(r"none: \d+  malformed: a line of the head does not end with CR LF", done.stdout), done.stdout


@pytest.mark.parametrize("flag", ["--csv", "--json", "--html"])
def test_the_generator_tries_where_its_results_go_before_it_measures(flag, tmp_path):
    done = subprocess.run([GENERATOR, "--duration", "3600", "--payload", ROOT / "bench/payloads/payment.json", flag, tmp_path / "none" / "x",
                           "http://127.0.0.1:1/"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 3 and f"{tmp_path}/none/x: No such file or directory" in done.stderr and done.stdout == ""


class Replies:
    """An HTTP server that gives every request the same status; with None, no reply at all."""

    def __init__(self, status):
        replies = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                replies.requests.release()
                if status is None:
                    replies.over.wait()
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.requests, self.over = threading.Semaphore(0), threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def wait_for(self, count):
        for _ in range(count):
            assert self.requests.acquire(timeout=20)


STARTED = []


@pytest.fixture(autouse=True)
def no_generator_is_left_over():
    """A test that fails must not leave one that runs for an hour."""
    yield
    for running in STARTED:
        running.kill()
        running.communicate()
    STARTED.clear()


def start_generator(*arguments, **options):
    STARTED.append(subprocess.Popen([GENERATOR, "--payload", ROOT / "bench/payloads/payment.json", "--connections", "4", *map(str, arguments)],
                                    **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}))
    return STARTED[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_generator_that_is_stopped_tells_what_it_measured(number, tmp_path):
    page, series = tmp_path / "page.html", tmp_path / "series.csv"
    with Replies(202) as server:
        running = start_generator("--warmup", 0, "--duration", 3600, "--json", "-", "--html", page, "--csv", series, server.url)
        server.wait_for(100)
        running.send_signal(number)
        said, complaints = running.communicate(timeout=30)
    found = json.loads(said)
    assert running.returncode == 0 and complaints == ""
    assert found["interrupted"] is True and found["accepted"] == found["events"] >= 90 and found["seconds"] < 60
    assert "stopped" in page.read_text() and series.read_text().startswith("seconds,")


def test_a_generator_that_is_stopped_does_not_wait_long_for_a_server_that_is_silent():
    with Replies(None) as server:
        running = start_generator("--warmup", 0, "--duration", 3600, server.url)
        server.wait_for(4)
        begin = time.monotonic()
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=30)[0]
    assert running.returncode == 1 and re.search(r"^replies +none: 4", said, re.M) and time.monotonic() - begin < 10


def test_a_generator_that_is_stopped_while_warming_up_says_so():
    with Replies(202) as server:
        running = start_generator("--warmup", 3600, server.url)
        server.wait_for(10)
        running.send_signal(signal.SIGINT)
        said, complaints = running.communicate(timeout=30)
    assert running.returncode == 1 and said == "" and "stopped during the warm-up, nothing was measured" in complaints


def test_the_generator_does_not_take_refusals_for_throughput():
    with Replies(503) as server:
        running = start_generator("--warmup", 0, "--duration", 0.5, server.url)
        said = running.communicate(timeout=30)[0]
    assert running.returncode == 1 and "accepted    0 events, with 2xx: 0/s" in said and re.search(r"^replies +503: \d+", said, re.M)


def test_a_server_that_dies_is_told_as_it_was_last_seen(serve, tmp_path):
    series = tmp_path / "series.csv"
    with Replies(202) as server:
        watched = subprocess.Popen(["sleep", "3600"])
        running = start_generator("--warmup", 0, "--duration", 2, "--interval", 0.2, "--csv", series, "--pid", watched.pid, server.url)
        server.wait_for(100)
        watched.kill()
        said = running.communicate(timeout=30)[0]
        watched.wait()
    assert running.returncode == 3 and f"process {watched.pid} is not there any more" in said
    assert float(re.search(r"^memory +([\d.]+) MiB resident", said, re.M).group(1)) > 0
    with open(series, newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert float(rows[-1]["resident_mib"]) == 0 and all(float(row["cpu_us_per_event"]) >= 0 for row in rows)


def test_the_generator_looks_for_the_watched_process_before_it_measures():
    running = start_generator("--duration", 3600, "--pid", 4194304, "http://127.0.0.1:1/")
    assert "--pid 4194304: there is no such process" in running.communicate(timeout=30)[1] and running.returncode == 3


def test_the_generator_raises_its_limit_of_open_files_or_says_why_it_cannot():
    def limit(soft, hard):
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    few = start_generator("--connections", 100, "--duration", 3600, "http://127.0.0.1:1/", preexec_fn=limit(80, 80))
    assert "100 connections need 164 open files, and 80 are allowed" in few.communicate(timeout=30)[1] and few.returncode == 3
    with Replies(202) as server:
        enough = start_generator("--connections", 100, "--warmup", 0, "--duration", 0.5, "--json", "-", server.url, preexec_fn=limit(80, 200))
        assert json.loads(enough.communicate(timeout=30)[0])["not_connected"] == 0 and enough.returncode == 0


def test_a_terminal_sees_how_the_run_goes():
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 70, 0, 0))
    with Replies(202) as server:
        running = start_generator("--warmup", 0, "--duration", 2.5, "--pid", os.getpid(), server.url, stderr=theirs)
        os.close(theirs)
        running.communicate(timeout=30)
        shown = b""
        with contextlib.suppress(OSError):  # how a terminal's end is told
            while piece := os.read(ours, 65536):
                shown += piece
        os.close(ours)
    lines = [line.removesuffix("\x1b[K") for line in shown.decode().split("\r")[1:]]
    assert len([line for line in lines if re.match(r"measured +\d s +\d+ events/s  p50 ", line)]) == 2
    assert lines[-1] == "" and all(len(line) < 70 for line in lines)


def test_each_step_of_the_rate_is_told_apart():
    with Replies(202) as server:
        running = start_generator("--warmup", 0, "--duration", 2, "--rate", "100,400", "--json", "-", server.url)
        found = json.loads(running.communicate(timeout=30)[0])
        said = start_generator("--warmup", 0, "--duration", 0.4, "--rate", "100,400", server.url).communicate(timeout=30)[0]
    low, high = found["steps"]
    assert (low["rate"], high["rate"]) == (100, 400) and low["events"] + high["events"] == found["events"]
    assert 90 <= low["events"] <= 110 and 380 <= high["events"] <= 410 and low["failed"] == high["failed"] == 0
    assert 0 < low["latency_us"]["p50"] <= low["latency_us"]["max"]
    assert re.findall(r"^  at (\d+) +answered \d+/s  p50 .* ms, failed 0$", said, re.M) == ["100", "400"]


def test_the_generator_writes_one_thing_to_standard_output(tmp_path):
    with Replies(202) as server:
        running = start_generator("--warmup", 0, "--duration", 0.3, "--csv", "-", "--json", tmp_path / "report.json", server.url)
        said = running.communicate(timeout=30)[0]
    lines = list(csv.DictReader(said.splitlines()))
    assert len(lines) >= 2 and sum(int(line["events"]) for line in lines) == json.loads((tmp_path / "report.json").read_text())["events"]


def test_the_generator_tells_a_full_disk_behind_standard_output():
    with open("/dev/full", "w") as full:
        done = subprocess.run([GENERATOR, "--quiet", "--warmup", "0", "--duration", "0.1", "--payload", ROOT / "bench/payloads/payment.json",
                               "http://127.0.0.1:1/"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 3 and "headgate-bench: standard output: No space left on device" in done.stderr


def test_librdkafka_alone_writes_to_as_many_partitions_as_headgate_did(kafka):
    """Records that all go to one partition go out in a sixth of the requests: another, cheaper work."""
    kafka.make_topic("bench.source", 6)
    kafka.make_topic("bench.written", 6)
    source = Producer({"bootstrap.servers": kafka.bootstrap, "partitioner": "murmur2_random"})
    for i in range(6 * 2000):
        source.produce("bench.source", key=f"pay_{i}", value=b"x" * 100, headers=[("ce_id", str(i))])
    assert source.flush(20) == 0
    done = subprocess.run([PRODUCER, kafka.bootstrap, "bench.source", "bench.written", "2", "100", "800", "1"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["records"] > 1000
    counts = [kafka.consumer.get_watermark_offsets(TopicPartition("bench.written", partition))[1] for partition in range(6)]
    assert min(counts) > 0.5 * max(counts), counts


def test_librdkafka_alone_says_that_there_is_too_little_to_write_again(kafka):
    kafka.make_topic("bench.nearly_empty", 2)
    source = Producer({"bootstrap.servers": kafka.bootstrap})
    for i in range(600):
        source.produce("bench.nearly_empty", value=b"x", partition=0)
    assert source.flush(20) == 0
    done = subprocess.run([PRODUCER, kafka.bootstrap, "bench.nearly_empty", "bench.nowhere", "2", "100", "800", "1"], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 3 and "too few records in one of its partitions" in done.stderr
