"""The operators' listener: health, readiness, metrics, catalogue."""
import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts import payment
from gateway import EXAMPLES, run


def samples(gateway):
    """{(name, labels): value} of /metrics."""
    reply = gateway.get("/metrics")
    assert reply.status_code == 200 and reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {(sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(reply.text) for sample in family.samples}


def moved(before, after, name, **labels):
    """How far the samples that carry these labels went."""
    wanted = set(labels.items())
    return sum(value - before.get(key, 0) for key, value in after.items() if key[0] == name and wanted <= key[1])


def test_health(platform):
    reply = platform.gateway.get("/healthz")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


def test_ready(platform):
    reply = platform.gateway.get("/readyz")
    body = reply.json()
    assert (reply.status_code, body["state"], body["blocked"]) == (200, "ready", [])
    assert [(line["bootstrap"], line["answers"], line["embedded"]) for line in body["kafka"]] == [
        (platform.kafka.bootstrap, True, False)]
    assert body["catalogue"] and body["keys"] not in ("", "passing")


def test_counters_move_as_they_should(platform):
    gateway, key = platform.gateway, platform.key
    before = samples(gateway)
    gateway.post("payment.authorized", [payment(), payment(colour="red", size=1), payment(amount="x", currency="ABC")], key=key)
    gateway.post("payment.authorized", payment(), key=key)
    gateway.post("payment.authorized", b"{", key=key)
    gateway.post("payment.authorized", payment(), key="hg_000000000000_nobody")
    gateway.post("no.such.event", {}, key=key)
    after = samples(gateway)

    def count(name, **labels):
        return moved(before, after, name, **labels)

    assert count("headgate_events_total", event="payment.authorized", verdict="accepted") == 3
    assert count("headgate_events_total", event="payment.authorized", verdict="refused") == 1
    assert count("headgate_violations_total", event="payment.authorized", rule="type") == 1
    assert count("headgate_violations_total", event="payment.authorized") == 2
    assert count("headgate_undeclared_fields_total", event="payment.authorized") == 2
    assert count("headgate_events_undeclared_total") == 1
    assert {status: count("headgate_requests_total", status=status) for status in ("202", "207", "400", "401", "404")} == {
        "202": 1, "207": 1, "400": 1, "401": 1, "404": 1}
    for use in ("fraud_detection", "finance_reporting", "customer_support"):
        assert count("headgate_outcomes_total", use=use, outcome="delivered") == 3
        assert count("headgate_produced_records_total", use=use) == 3
        assert count("headgate_produced_bytes_total", use=use) > 3 * 40
    assert count("headgate_reply_seconds_count") >= 2
    assert count("headgate_delivery_seconds_count", tier="rt") == 3


def test_every_metric_of_the_page_is_documented(platform):
    from gateway import ROOT
    documented = (ROOT / "docs" / "metrics.md").read_text()
    page = platform.gateway.get("/metrics").text
    for family in text_string_to_metric_families(page):
        assert f"`{family.name}`" in documented or f"`{family.name}_total`" in documented, family.name
        assert family.documentation


def test_nothing_is_left_over_when_all_is_quiet(platform):
    from gateway import wait_for
    platform.gateway.post("payment.authorized", payment(), key=platform.key)

    def quiet():
        values = samples(platform.gateway)
        names = ("headgate_reserved_bytes", "headgate_queued_records")
        return not any(value for (name, _), value in values.items() if name in names)

    wait_for(quiet, "gauges return to 0")


def test_catalogue(platform):
    body = platform.gateway.get("/catalogue").json()
    models = {model["event"]: model for model in body["models"]}
    assert set(models) == {"payment.authorized", "shipment.scanned", "order_placed"}
    uses = {use["name"]: use for use in models["payment.authorized"]["uses"]}
    fraud = uses["fraud_detection"]
    assert (fraud["tier"], fraud["latency_ms"], fraud["retention_ms"]) == ("rt", 5000, 30 * 86400 * 1000)
    assert (fraud["on_late"], fraud["legal_basis"], fraud["residency"]) == ("divert", "legitimate_interest", ["EU"])
    assert fraud["topic"] == f"{platform.domains['payments']}.payment-authorized.fraud-detection.v1"
    assert fraud["late_topic"] == fraud["topic"] + ".late"
    assert {field["field"] for field in fraud["fields"]} >= {"event_id", "card.bin", "device.ip_address", "customer_ref"}
    assert uses["customer_support"]["tier"] == "nrt" and uses["finance_reporting"]["tier"] == "batch"


@pytest.mark.parametrize("method, path, status", [("GET", "/nowhere", 404), ("POST", "/metrics", 405), ("GET", "/", 200)])
def test_other_requests(platform, method, path, status):
    assert platform.gateway.session.request(method, platform.gateway.admin + path).status_code == status


def test_a_second_gateway_does_not_share_the_port_of_the_first(serve, tmp_path):
    first = serve(EXAMPLES, "--embedded")
    port = first.ingest.rsplit(":", 1)[1]
    second = run("serve", "--embedded", "--contracts", EXAMPLES, "--listen", f"127.0.0.1:{port}", "--admin", "127.0.0.1:0",
                 "--schemas", "127.0.0.1:0")
    assert second.returncode == 3
    assert f"cannot listen on 127.0.0.1:{port}" in second.stderr
