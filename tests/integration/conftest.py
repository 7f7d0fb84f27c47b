"""Fixtures of the integration tests: one Kafka for the run, gateways that end with their test, their logs where one fails."""
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from contracts import copy_example
from gateway import Gateway, new_keys, new_sender, root_secret
from node import Node

SENDER = "urn:acme:app:checkout"


@pytest.fixture(scope="session")
def kafka():
    node = Node()
    yield node
    node.stop()


@contextmanager
def gateways():
    """A function that starts gateways; all end with the block."""
    started = []

    def start(*arguments, **options):
        started.append(Gateway(*arguments, **options))
        return started[-1]

    try:
        yield start
    finally:
        for gateway in started:
            gateway.close()


@pytest.fixture
def serve():
    with gateways() as start:
        yield start


@pytest.fixture(scope="module")
def serve_module():
    with gateways() as start:
        yield start


@pytest.fixture(scope="session")
def platform(kafka, tmp_path_factory):
    """The shipped examples on the real Kafka, with keys and one sender that may have receipts."""
    base = tmp_path_factory.mktemp("platform")
    folders = {name: copy_example(name, base / "contracts" / name) for name in ("shop", "payments", "logistics")}
    keys, senders = new_keys(base), base / "senders.yaml"
    key = new_sender(senders, SENDER, "--receipts")
    with gateways() as start:
        gateway = start(base / "contracts", "--keys", keys, "--senders", senders, "--workers", "2", kafka=kafka.bootstrap)
        yield SimpleNamespace(gateway=gateway, kafka=kafka, key=key, root=root_secret(keys), keys=keys,
                              domains={name: folder.domain for name, folder in folders.items()})


# ---------------------------------------------------------------- what is shown


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for gateway in Gateway.live:
            report.sections.append((f"headgate {gateway.process.pid}", "\n".join(gateway.everything().splitlines()[-25:])))


def pytest_unconfigure(config):
    """The one line that .ci/run adds up, after everything else."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not hasattr(config, "workerinput"):
        stats = reporter.stats
        failed = len(stats.get("failed", [])) + len(stats.get("error", []))
        print(f"{len(stats.get('passed', []))} passed, {failed} failed")
