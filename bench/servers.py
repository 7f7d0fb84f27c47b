"""Starts, pauses and ends what is measured; what there is stands in servers.yaml."""
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("BUILD", "build"))
LINGER_MS = 2  # what headgate gives a real-time use
PARTITIONS = 6
START_SECONDS = 60
TABLE = yaml.safe_load((ROOT / "bench" / "servers.yaml").read_text(encoding="utf-8"))


class Broken(Exception):
    """Something could not be started or measured; the message is for a person."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(cores):
    return lambda: os.sched_setaffinity(0, cores)


class Kafka:
    """One node on loopback, of the integration tests' script; the shell that holds it ends it when our pipe closes."""

    def __init__(self, cores):
        script = ROOT / "tests" / "integration" / "kafka.sh"
        keeper = f'. "{script}"; trap kafka_stop EXIT; kafka_start || exit 1; echo "$KAFKA_BOOTSTRAP $KAFKA_PID"; read -r _'
        self.script = script
        self.shell = subprocess.Popen(["bash", "-c", keeper], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                      preexec_fn=pinned(cores))
        line = self.shell.stdout.readline().split()
        if len(line) != 2:
            raise Broken("Kafka did not start")
        self.bootstrap, self.pid = line[0], int(line[1])

    def make(self, topic):
        command = f'. "{self.script}"; KAFKA_BOOTSTRAP={self.bootstrap}; kafka_topic_make {topic} {PARTITIONS}'
        subprocess.run(["bash", "-c", command], check=True, stdout=subprocess.DEVNULL)

    def records(self):
        """How many records are on all topics, Kafka's own left out."""
        told = self._ask("-L", "-J")
        parts = [f"{topic['topic']}:{part['partition']}:-1" for topic in json.loads(told)["topics"] if not topic["topic"].startswith("__")
                 for part in topic["partitions"]]
        if not parts:
            return 0
        found = self._ask("-Q", *(word for part in parts for word in ("-t", part)))
        return sum(int(offset) for offset in re.findall(r"offset (\d+)", found))

    def _ask(self, *words):
        """What kcat says; a topic that was made a moment ago may have no leader yet."""
        for _ in range(20):
            done = subprocess.run(["kcat", "-b", self.bootstrap, *words], check=False, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
            if done.returncode == 0:
                return done.stdout
            time.sleep(0.25)
        raise Broken(f"kcat: {done.stderr.strip()}")

    def signal(self, number):
        os.kill(self.pid, number)

    def stop(self):
        self.shell.stdin.close()
        self.shell.wait()


def copies_of(source, count, to):
    """The contracts of a folder `count` times more under other names: models that get no events, with uses that are drafts."""
    for number in range(count):
        for path in sorted(source.glob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            text = text.replace("model:payment", f"model:payment_{number}").replace("use:fraud", f"use:fraud_{number}")
            for key, value in (("name", "payment"), ("physicalName", "payment"), ("name", "fraud")):
                text = text.replace(f"{key}: {value}\n", f"{key}: {value}_{number}\n")
            if ".use." in path.name:
                text = text.replace("status: active", "status: draft")
            (to / f"{number}.{path.name}").write_text(text, encoding="utf-8")


class Server:
    """One process under test. It is stopped (SIGSTOP) while others are measured, so that it cannot disturb them."""

    def __init__(self, name, kafka, scratch, cores):
        self.name, self.row = name, TABLE[name]
        self.kafka, self.scratch, self.cores = kafka, scratch / name, cores
        self.port = free_port()
        self.path = "/v1/events" if self.row["kind"] == "peer" else "/v1/events/payment"
        self.sockets, self.idle_kib, self.process = [], None, None

    def start(self):
        self.scratch.mkdir(parents=True, exist_ok=True)
        command, environment = getattr(self, f"_{self.row['kind']}")()
        with open(self.scratch / "log", "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env={**os.environ, **environment},
                                            preexec_fn=pinned(self.cores))
        self._wait()
        self._open_idle(self.row.get("idle", 0))
        self.pause()

    def _headgate(self):
        folder = self.scratch / "contracts"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ROOT / self.row["contracts"], folder, ignore=shutil.ignore_patterns(*self.row.get("without", [])))
        copies_of(ROOT / self.row["contracts"], self.row.get("copies", 0), folder)
        command = [str(BUILD / "headgate"), "serve", "--contracts", str(folder), "--kafka", self.kafka.bootstrap,
                   "--listen", f"127.0.0.1:{self.port}", "--admin", "127.0.0.1:0", "--schemas", "127.0.0.1:0", "--log.level", "error",
                   "--workers", str(self.row.get("workers", 1)), "--linger.rt", f"{LINGER_MS}ms",
                   "--topics.partitions", str(PARTITIONS), *self.row.get("flags", [])]
        if self.row.get("keys"):
            keys = self.scratch / "keys"
            keys.unlink(missing_ok=True)
            subprocess.run([str(BUILD / "headgate"), "keys", "new", str(keys)], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
            command += ["--keys", str(keys)]
        if self.row.get("idle"):
            command += ["--limits.connections", str(2 * self.row["idle"]), "--timeouts.idle", "1h"]
        return command, {}

    def _floor(self):
        program = [str(BUILD / "bench" / self.row["program"]), str(self.port)]
        return (program + [self.kafka.bootstrap, "bench.passthrough", str(LINGER_MS)] if self.row["kafka"] else program), {}

    def _peer(self):
        subprocess.run(["bash", "bench/peers/build.sh", self.row["build"]], check=True, cwd=ROOT)
        return self.row["command"], {"ADDR": f"127.0.0.1:{self.port}", "BROKERS": self.kafka.bootstrap, "TOPIC": f"bench.{self.name}",
                                     "SCHEMA": "bench/peers/schema.json", "LINGER_MS": str(LINGER_MS), "GOMAXPROCS": str(len(self.cores)),
                                     **self.row.get("environment", {})}

    def _wait(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        log = (self.scratch / "log").read_text(encoding="utf-8", errors="replace")
        raise Broken(f"{self.name} did not start: {log[-500:]}")

    def _open_idle(self, count):
        if count == 0:
            return
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        before = self.memory()["VmRSS"]
        self.sockets = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(count)]
        time.sleep(1)
        self.idle_kib = (self.memory()["VmRSS"] - before) / count

    def memory(self):
        """The sizes in /proc/PID/status, KiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return {line.split(":")[0]: int(line.split()[1]) for line in status if line.startswith(("Vm", "Rss"))}

    def switches(self):
        """How often its threads went to sleep so far."""
        total = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            lines = (task / "status").read_text(encoding="ascii").splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
        return total

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        for open_socket in self.sockets:
            open_socket.close()
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
