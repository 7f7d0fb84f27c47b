"""A scenario: a file of scenarios/, which names what is measured, under which load, and what headgate promises."""
import yaml

import servers
from servers import Broken

SUITES = {  # rounds, seconds, warm-up
    "quick": (3, 1.5, 0.5),
    "normal": (6, 2.0, 0.5),
    "full": (10, 3.0, 0.7),
}
ORDER = list(SUITES)
KEYS = {"title", "runs", "load", "cores", "rounds_times", "servers", "program", "idle", "labels", "promises"}
PROMISE_KEYS = {"what", "value", "each_peer", "figure", "at_most", "unit"}


def faults_of(text):
    """What is wrong with a scenario, in words; nothing when it is sound."""
    kinds = [kind for kind in ("load", "program", "idle") if kind in text]
    yield from (f"there is no key {key}" for key in text if key not in KEYS)
    yield from (f"{key} is missing" for key in ("title", "runs", "promises") if key not in text)
    if len(kinds) != 1:
        yield "one of load, program and idle is expected"
    if not isinstance(text.get("rounds_times", 1), int) or text.get("rounds_times", 1) < 1 or ("rounds_times" in text and kinds != ["load"]):
        yield "rounds_times is a number from 1, of a scenario with a load"
    yield from (f"there is no suite {suite}" for suite in [text.get("runs", "full"), *text.get("servers", {})] if suite not in ORDER)
    if kinds == ["load"] and text.get("runs") in ORDER:
        if not any(suite in ORDER and ORDER.index(suite) <= ORDER.index(text["runs"]) for suite in text.get("servers", {})):
            yield f"no servers stand at the suite {text['runs']} or a smaller one"
    if kinds in (["program"], ["idle"]) and "labels" not in text:
        yield "labels are missing"
    yield from (f"there is no server {name}" for names in text.get("servers", {}).values() for name in names
                if name != "peers" and name not in servers.TABLE)
    for promise in text.get("promises", []):
        yield from (f"a promise has no key {key}" for key in promise if key not in PROMISE_KEYS)
        if "at_most" not in promise or ("value" in promise) == ("each_peer" in promise):
            yield "a promise has at_most, and value or each_peer"


class Scenario:
    """A file of scenarios/, as a suite sees it."""

    def __init__(self, path, suite):
        self.name = path.stem.split("-", 1)[-1]
        try:
            self.text = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as problem:
            raise Broken(f"{path}: {problem}") from problem
        faults = "; ".join(faults_of(self.text) if isinstance(self.text, dict) else ["a mapping is expected"])
        if faults:
            raise Broken(f"{path}: {faults}")
        self.suite = suite
        self.wanted = ORDER.index(self.text["runs"]) <= ORDER.index(suite)

    def servers(self, peers):
        """The subjects of this suite: what stands at it, else at the next smaller one; `peers` stands for all of them."""
        by_suite = self.text["servers"]
        at = max((s for s in by_suite if ORDER.index(s) <= ORDER.index(self.suite)), key=ORDER.index)
        names = [name for entry in by_suite[at] for name in (peers if entry == "peers" else [entry])]
        return [name for name in names if servers.TABLE[name]["kind"] != "peer" or name in peers]
