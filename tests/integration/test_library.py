"""libheadgate as a stranger meets it: installed by `make install`, found by pkg-config, used from C, C++ and Python."""
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
from decimal import Decimal
from types import SimpleNamespace

import fastavro
import pytest

import decode
import oracle
from contracts import example_event, payment
from gateway import EXAMPLES, ROOT, new_keys, root_secret, run

sys.path.insert(0, str(ROOT / "docs" / "examples"))
import headgate  # noqa: E402  the example is the binding under test

SOURCE = "urn:acme:app:checkout"


def sh(*arguments, **options):
    done = subprocess.run([str(part) for part in arguments], capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Staged as a packager does it: the prefix is /usr, the files lie under DESTDIR."""
    stage = tmp_path_factory.mktemp("stage")
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "BUILD", "SANITIZE")}
    sh("make", "-s", "-C", ROOT, "install-library", f"DESTDIR={stage}", "PREFIX=/usr", env=environment)
    found = {**environment, "PKG_CONFIG_PATH": str(stage / "usr/lib/pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(stage)}
    return SimpleNamespace(stage=stage, environment=found, header=stage / "usr/include/headgate.h", folder=stage / "usr/lib",
                           shared=stage / "usr/lib/libheadgate.so.0")


@pytest.fixture(scope="module")
def library(installed):
    return headgate.Library(str(installed.shared), str(installed.header))


@pytest.fixture
def examples(library, tmp_path):
    keys = new_keys(tmp_path)
    return SimpleNamespace(catalogue=library.load(EXAMPLES, keys=keys), root=root_secret(keys))


def value_of(outcome):
    """Read by fastavro with the use's schema, nothing left over."""
    number, body = decode.frame(outcome.record.value)
    assert number == outcome.use.schema_id
    stream = io.BytesIO(body)
    value = fastavro.schemaless_reader(stream, fastavro.parse_schema(json.loads(outcome.use.schema)))
    assert stream.read() == b""
    return value


def by_use(result):
    return {outcome.use.id.rsplit(":", 1)[-1]: outcome for outcome in result.outcomes}


# ---------------------------------------------------------------- what is installed


def exported(text):
    return {line.split()[-1].split("@")[0] for line in text.splitlines() if line.split()[-2:-1] and line.split()[-2] in "TDBRVWi"}


def declared(header):
    return set(re.findall(r"^HEADGATE_API .*?\b(headgate_\w+)\(", header.read_text(), re.M))


def test_exports_what_the_header_declares_and_nothing_else(installed):
    wanted = declared(installed.header)
    assert len(wanted) == 16
    assert exported(sh("nm", "-D", "--defined-only", installed.shared)) == wanted
    assert exported(sh("nm", "-g", "--defined-only", installed.folder / "libheadgate.a")) == wanted


def test_holds_nothing_of_kafka_or_a_server(installed):
    needed = sh("readelf", "-d", installed.shared)
    assert "Library soname: [libheadgate.so.0]" in needed
    names = {line.split("[")[1].rstrip("]") for line in needed.splitlines() if "(NEEDED)" in line}
    assert names <= {"libyaml-0.so.2", "libpcre2-8.so.0", "libcrypto.so.3", "libjansson.so.4", "libm.so.6", "libc.so.6"}
    for file in (installed.shared, installed.folder / "libheadgate.a"):
        undefined = sh("nm", "-u", *(["-D"] if file.suffix != ".a" else []), file)
        assert not re.findall(r"\b(rd_kafka|event_|evbuffer|pthread_create|socket|connect|listen)\w*", undefined)


def test_pkg_config_knows_it(installed, library):
    assert sh("pkg-config", "--modversion", "headgate", env=installed.environment).strip() == library.version
    assert run("--version").stdout.split()[:2] == ["headgate", library.version]
    assert sh("pkg-config", "--libs", "headgate", env=installed.environment).split()[-1] == "-lheadgate"


# ---------------------------------------------------------------- from C and C++


@pytest.mark.parametrize("compiler,kind", [("cc", "shared"), ("cc", "static"), ("c++", "shared")])
def test_the_c_example(installed, tmp_path, compiler, kind):
    program = tmp_path / "enforce"
    if kind == "static":
        libraries = sh("pkg-config", "--static", "--libs", "headgate", env=installed.environment).split()
        libraries = [str(installed.folder / "libheadgate.a") if part == "-lheadgate" else part for part in libraries]
    else:
        libraries = sh("pkg-config", "--libs", "headgate", env=installed.environment).split()
    flags = sh("pkg-config", "--cflags", "headgate", env=installed.environment).split()
    standard = ["-std=c++11", "-x", "c++"] if compiler == "c++" else ["-std=c11"]
    sh(compiler, *standard, "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers", *flags, ROOT / "docs/examples/enforce.c",
       "-x", "none", "-o", program, *libraries)

    def enforce(event, text, contracts=EXAMPLES):
        return subprocess.run([program, contracts, event], input=text, capture_output=True, text=True, timeout=30,
                              env={**os.environ, "LD_LIBRARY_PATH": str(installed.folder)})

    order = example_event("shop")
    done = enforce("order_placed", json.dumps(order))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("urn:acme:sales:use:order_volume: delivered to shop.order-placed.order-volume.v1, ")
    done = enforce("order_placed", json.dumps({**order, "total_cents": "4250"}))
    assert done.returncode == 1
    assert done.stdout.startswith("/total_cents: type: ") and "4250" not in done.stdout
    done = enforce("order_placed", "{]")
    assert done.returncode == 2
    done = enforce("order_eaten", "{}")
    assert (done.returncode, done.stdout) == (2, "no contract declares this event type\n")
    (tmp_path / "broken.yaml").write_text("apiVersion: v3.1.0\nkind: DataContract\ncustomProperties: "
                                          "[{property: headgateRole, value: useCase}]\n")
    done = enforce("order_placed", "{}", tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path}/broken.yaml:1:1: element-missing: id is missing" in done.stdout


# ---------------------------------------------------------------- from Python


def test_lists_the_warnings_of_an_event(library):
    catalogue = library.load(ROOT / "tests" / "decisions" / "contracts" / "quality", passing_keys=True)
    event = {"id": "a", "listed": "blue", "present": "x", "perhaps": "x", "rows": [{"cell": "x"}, {"cell": "z"}]}
    result = catalogue.enforcer().enforce("quality", json.dumps(event).encode(), source=SOURCE)
    assert result.accepted and [warning[:4] for warning in result.warnings] == [
        ("warning", "listed:invalidValues", "/listed", "enumeration"), ("note", "known_cells", "/rows/1/cell", "enumeration")]
    assert all(warning.message and run("explain", warning.rule).returncode == 0 for warning in result.warnings)


def test_holds_uses_to_the_house_as_check_does(library, tmp_path):
    day = 24 * 3600 * 10**6
    limits = [{"classification": "secret", "retention": 7 * day, "residency": ["EU"]},
              {"category": "user.financial", "data_uses": ["essential"], "legal_bases": ["contract", "consent"]}]
    with pytest.raises(headgate.Error) as refused:
        library.load(EXAMPLES, passing_keys=True, classes={"secret": "confidential"}, limits=limits)
    (tmp_path / "headgate.yaml").write_text("classes: {secret: confidential}\ngovernance:\n  classes: {secret: {retention: 7d, residency: [EU]}}\n"
                                            "  categories: {user.financial: {data_uses: [essential], legal_bases: [contract, consent]}}\n")
    told = json.loads(run("check", EXAMPLES, "--json", "--config", tmp_path / "headgate.yaml").stdout)
    errors = [(item["rule"], item["line"]) for item in told["diagnostics"] if item["severity"] == "error"]
    assert {rule for rule, _ in errors} >= {"retention-ceiling", "residency-forbidden"}
    assert [(item.rule, item.line) for item in refused.value.problems if item.severity == "error"] == errors
    assert library.load(EXAMPLES, passing_keys=True, limits=[{"classification": "restricted", "retention": 4000 * day}]).uses
    with pytest.raises(headgate.Error, match="argument"):
        library.load(EXAMPLES, passing_keys=True, limits=[{"category": "user.nothing"}])


def test_lists_the_uses(examples):
    uses = {use.id.rsplit(":", 1)[-1]: use for use in examples.catalogue.uses}
    assert set(uses) == {"order_volume", "fraud_detection", "finance_reporting", "customer_support", "arrival_estimate",
                         "damage_claims", "network_planning"}
    assert uses["order_volume"].event == "order_placed"
    for use in uses.values():
        assert fastavro.parse_schema(json.loads(use.schema))["type"] == "record"


def test_an_order(examples):
    order, received = example_event("shop"), time.time_ns() // 1000
    result = examples.catalogue.enforcer().enforce("order_placed", json.dumps(order).encode(), SOURCE, received=received)
    assert (result.accepted, result.event_id, result.undeclared, result.violations) == (True, "o-1001", 1, [])
    outcome, = result.outcomes
    assert (outcome.kind, outcome.reason, outcome.late) == ("delivered", "", False)
    value = value_of(outcome)
    assert set(value) == {"placed_at", "total_cents"} and value["total_cents"] == 4250
    assert value["placed_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z") == order["placed_at"]
    headers = dict(outcome.record.headers)
    assert headers["ce_source"] == SOURCE.encode() and headers["ce_type"] == b"order_placed"
    assert outcome.record.timestamp_ms == received // 1000
    key = oracle.use_key(examples.root, outcome.use.id)
    assert headers["ce_id"].decode() == oracle.hidden_id(key, "urn:acme:shop:model:order_placed", "o-1001")


def test_a_payment(examples):
    event = payment()
    result = examples.catalogue.enforcer().enforce("payment.authorized", json.dumps(event).encode(), SOURCE)
    assert result.accepted, result.violations
    values = {name: value_of(outcome) for name, outcome in by_use(result).items()}
    assert set(values) == {"fraud_detection", "finance_reporting", "customer_support"}
    assert values["fraud_detection"]["amount"] == Decimal("129.9")
    assert event["customer"]["email"] not in str(values)


def test_a_shipment(examples):
    event = example_event("logistics")
    result = examples.catalogue.enforcer().enforce("shipment.scanned", json.dumps(event).encode(), SOURCE)
    assert result.accepted, result.violations
    assert set(by_use(result)) == {"arrival_estimate", "damage_claims", "network_planning"}
    for outcome in result.outcomes:
        assert outcome.kind == "delivered" and value_of(outcome)


def test_says_what_is_wrong(library, examples, tmp_path):
    enforcer = examples.catalogue.enforcer()
    result = enforcer.enforce("order_placed", b'{"order_id":7,"placed_at":"secret"}', SOURCE)
    assert not result.accepted and result.outcomes == []
    assert ("/order_id", "type") in {violation[:2] for violation in result.violations}
    assert "secret" not in str(result)
    with pytest.raises(headgate.Error, match=", at byte 1$"):
        enforcer.enforce("order_placed", b"{]", SOURCE)
    with pytest.raises(headgate.Error, match="no contract declares this event type"):
        enforcer.enforce("order_eaten", b"{}", SOURCE)
    with pytest.raises(headgate.Error, match="too large"):
        enforcer.enforce("order_placed", b" " * 300_000, SOURCE)
    with pytest.raises(headgate.Error) as missing:
        library.load(EXAMPLES)
    assert {problem.rule for problem in missing.value.problems if problem.severity == "error"} == {"keys-missing"}
    with pytest.raises(headgate.Error) as nothing:
        library.load(tmp_path / "none", passing_keys=True)
    assert nothing.value.problems[0].rule == "file"


def test_threads_with_an_enforcer_each(examples):
    """cffi lets go of the interpreter's lock while C runs: these calls do overlap."""
    order, results = json.dumps(example_event("shop")).encode(), []

    def work():
        enforcer = examples.catalogue.enforcer()
        for _ in range(300):
            results.append(enforcer.enforce("order_placed", order, SOURCE).outcomes[0].record.value)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 900 and len(set(results)) == 1
