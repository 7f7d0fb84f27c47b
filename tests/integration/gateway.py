"""The real binary as a child process, on ports that the system picks, with everything that it printed."""
import base64
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
HEADGATE = os.environ.get("HEADGATE", str(ROOT / "build" / "headgate"))
EXAMPLES = ROOT / "contracts" / "examples"


def wait_for(condition, what, seconds=15):
    """The first true value of condition(); fails with `what` after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def run(*arguments, input=None, env=None, cwd=None, timeout=30):
    """One run of a headgate command."""
    return subprocess.run([HEADGATE, *map(str, arguments)], input=input, capture_output=True, text=True, timeout=timeout,
                          cwd=cwd, env=clean_environment(env))


def clean_environment(more=None):
    """Ours without what would configure a gateway by accident."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADGATE")}
    return {**kept, **(more or {})}


class Gateway:
    """`headgate serve` with its three listeners on loopback, port 0."""

    live = []  # whose logs a failing test shows

    def __init__(self, contracts, *arguments, kafka=None, env=None, wait=True):
        self.contracts = Path(contracts) if contracts else None
        self.arguments = [str(a) for a in arguments]
        self.files = [tempfile.TemporaryFile("w+b"), tempfile.TemporaryFile("w+b")]
        self.ingest = self.admin = self.schemas = None
        self.session = requests.Session()
        self.process = subprocess.Popen(self._command(kafka), stdin=subprocess.DEVNULL, stdout=self.files[0],
                                        stderr=self.files[1], env=clean_environment(env))
        Gateway.live.append(self)
        if wait:
            self.wait_serving()

    def _command(self, kafka):
        listeners = [word for flag in ("--listen", "--admin", "--schemas") for word in (flag, "127.0.0.1:0")
                     if flag not in self.arguments]
        contracts = ["--contracts", str(self.contracts)] if self.contracts else []
        cluster = ["--kafka", kafka] if kafka else []
        return [HEADGATE, "serve", *contracts, *cluster, *listeners, *self.arguments]

    # ------------------------------------------------------------ what it said

    def output(self):
        """Standard output and standard error so far."""
        texts = []
        for file in self.files:
            size = os.fstat(file.fileno()).st_size
            texts.append(os.pread(file.fileno(), size, 0).decode("utf-8", "replace"))
        return texts

    def everything(self):
        return "\n".join(self.output())

    def log(self, event=None):
        """The log's lines as dicts, of one event if named."""
        lines = [json.loads(line) for text in self.output() for line in text.splitlines() if line.startswith('{"time"')]
        return [line for line in lines if event is None or line["event"] == event]

    def wait_log(self, event, count=1, seconds=15):
        return wait_for(lambda: self.log(event)[count - 1:count], f"log line {event}", seconds)[0]

    # ------------------------------------------------------------ its life

    def wait_serving(self, seconds=20):
        wait_for(lambda: self.log("serving") or self.process.poll() is not None, "the gateway serves", seconds)
        assert self.process.poll() is None, f"ended with {self.process.returncode}\n{self.everything()}"
        line = self.log("serving")[0]
        self.ingest, self.admin, self.schemas = (f"http://{line[name]}" for name in ("ingest", "admin", "schemas"))
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=20):
        return self.process.wait(seconds)

    def stop(self, seconds=20):
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def close(self):
        """For a fixture's end: gone, whatever state it was in. One that crashed fails the test that used it."""
        crashed = self.process.poll() is not None and self.process.returncode < 0
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        Gateway.live.remove(self)
        assert not crashed, f"ended by signal {-self.process.returncode}\n{self.everything()}"
        self.session.close()
        for file in self.files:
            file.close()

    def reload(self, fine=True):
        """SIGHUP; the last log line that tells such an outcome. Lines that come too fast are held back, so metrics tell the end."""
        outcome, event = ("ok", "reloaded") if fine else ("failed", "reload_failed")
        before = self._reloads()
        self.signal(signal.SIGHUP)
        wait_for(lambda: self._reloads() != before, "the reload ends")
        assert self._reloads()[outcome] == before[outcome] + 1, f"the reload's outcome is not {outcome}\n{self.everything()[-2000:]}"
        return self.log(event)[-1]

    def _reloads(self):
        page = self.get("/metrics").text
        return {outcome: int((re.findall(f'^headgate_reloads_total{{outcome="{outcome}"}} (\\d+)', page, re.M) or [0])[0])
                for outcome in ("ok", "failed")}

    # ------------------------------------------------------------ its listeners

    def post(self, event, body, headers=None, key=None, session=None, timeout=30):
        """POST /v1/events/{event}; event None = /v1/events. A body that is no bytes is sent as JSON."""
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        data = data.encode() if isinstance(data, str) else data
        all_headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {}),
                       **(headers or {})}
        path = f"/v1/events/{event}" if event else "/v1/events"
        return (session or self.session).post(self.ingest + path, data=data, headers=all_headers, timeout=timeout)

    def warm_up(self, event, body, key=None):
        """Until a first event is accepted: a producer begins with questions to the broker that no reply time-out allows for."""
        wait_for(lambda: self.post(event, body, key=key).status_code == 202, "a first event is accepted")
        return self

    def receipt(self, event, body, headers=None, key=None):
        """The receipts of a body that must be accepted: one {use: outcome} per event."""
        reply = self.post(event, body, {"Prefer": "return=representation", **(headers or {})}, key)
        assert reply.status_code == 200, f"{reply.status_code} {reply.text}"
        return [{use["use"]: use for use in item["receipt"]["uses"]} for item in reply.json()["items"]]

    def get(self, path, listener="admin"):
        return self.session.get(getattr(self, listener) + path, timeout=15)

    def ready(self):
        return self.get("/readyz").json()

    def wait_state(self, state, seconds=20):
        wait_for(lambda: self.ready()["state"] == state, f"/readyz says {state}", seconds)
        return self.ready()


def printed_commands(banner):
    """What the banner of an embedded run tells to paste: {'curl': line, 'tail': line}."""
    curl = re.search(r"^ +(curl .*?)\n\n", banner, re.M | re.S).group(1)
    tail = re.search(r"^ +(\S*headgate tail .*)$", banner, re.M).group(1)
    return {"curl": curl, "tail": tail}


# ---------------------------------------------------------------- keys and senders


def new_keys(folder):
    path = Path(folder) / "handling.keys"
    done = run("keys", "new", path)
    assert done.returncode == 0, done.stderr
    return path


def root_secret(path):
    """The 32 bytes behind all pseudonyms of a key file."""
    text = re.search(r"^pseudonyms:\n(?:  .*\n)*?  secret: '([^']+)'", Path(path).read_text(), re.M).group(1)
    return base64.urlsafe_b64decode(text + "=")


def new_sender(file, name, *flags):
    """Adds a sender, or one more key of it; the key."""
    done = run("senders", "new", name, "--senders", file, *flags)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
