"""Promises about many events: counted by two workers, shown in /metrics, told in the log; and limits that all workers share."""
import json
import re

import pytest

from contracts import Folder, now, sla, small, small_model, small_use, unique
from gateway import run, wait_for


def metric(gateway, name, **labels):
    """The value of the one line with these labels; None without."""
    for line in gateway.get("/metrics").text.splitlines():
        found = re.fullmatch(rf"{name}(?:{{(.*)}})? (\S+)", line)
        if found and all(f'{label}="{value}"' in (found.group(1) or "") for label, value in labels.items()):
            return float(found.group(2))
    return None


def with_rules(event):
    model = small_model(event)
    note = next(p for p in model["schema"][0]["properties"] if p["name"] == "note")
    note["quality"] = [
        {"id": "noted", "metric": "nullValues", "mustBe": 0, "severity": "info"},
        {"id": "few", "metric": "nullValues", "mustBeLessThan": 25, "unit": "percent"},
    ]
    return model


@pytest.fixture
def alarmed(serve, tmp_path):
    event = unique("alarm")
    folder = Folder(tmp_path / "contracts")
    model = folder.write(with_rules(event))
    sla(model, "errorRate", 20, "percent")
    folder.write(model)
    folder.write(small_use(event, "reader"))
    gateway = serve(folder, "--embedded", "--workers", "2", "--alarms.values", "8", "--alarms.window", "15s")
    return gateway, event, folder


def send(gateway, event, count, first=0, **changes):
    """Single requests on connections of their own, so that both workers get some."""
    statuses = []
    for i in range(count):
        body = small(event, first + i, **changes)
        body = {name: value for name, value in body.items() if value is not None}
        statuses.append(gateway.post(event, body, {"Connection": "close"}).status_code)
    return statuses


def test_a_threshold_raises_an_alarm_and_lowers_it(alarmed):
    gateway, event, _ = alarmed
    gateway.warm_up(event, small(event, 0))
    assert set(send(gateway, event, 8, 10, note=None)) == {202}
    wait_for(lambda: metric(gateway, "headgate_quality_alarm", event=event, rule="few") == 1, "the alarm is raised")
    assert metric(gateway, "headgate_quality_broken_total", event=event, rule="noted", severity="info") == 8
    assert 80 < metric(gateway, "headgate_quality_measure", event=event, rule="few") <= 100
    assert metric(gateway, "headgate_quality_threshold", event=event, rule="few", severity="error") == 25
    line = gateway.wait_log("quality_alarm")
    assert (line["model"], line["rule"], line["severity"], line["unit"]) == (event, "few", "error", "percent")
    gateway.reload()
    assert metric(gateway, "headgate_quality_alarm", event=event, rule="few") == 1, "a reload forgets no alarm"
    assert set(send(gateway, event, 8, 30)) == {202}
    wait_for(lambda: metric(gateway, "headgate_quality_alarm", event=event, rule="few") == 0, "the alarm is over")
    gateway.wait_log("quality_alarm_over")


def test_a_receipt_names_what_only_counts(alarmed):
    gateway, event, _ = alarmed
    body = {name: value for name, value in small(event, 1).items() if name != "note"}
    gateway.warm_up(event, body)
    reply = gateway.post(event, body, {"Prefer": "return=representation"})
    assert reply.status_code == 200
    rules = {rule["rule"]: rule for rule in reply.json()["items"][0]["receipt"]["quality"]}
    assert rules["noted"]["severity"] == "info" and rules["few"]["windowed"] is True


def test_a_senders_refused_events_raise_an_alarm(alarmed):
    gateway, event, _ = alarmed
    gateway.warm_up(event, small(event, 0))
    assert set(send(gateway, event, 8, 50, note=7)) == {422}
    wait_for(lambda: metric(gateway, "headgate_error_rate_alarm", event=event) == 1, "one sender is above the rate")
    assert metric(gateway, "headgate_error_rate_percent", event=event) > 20
    assert metric(gateway, "headgate_sender_error_rate_alarm") is None, "no sender without metrics.sender"
    gateway.wait_log("error_rate_alarm")


def test_throughput_is_shared_by_workers(serve, tmp_path):
    """5 events a second: a second's worth at once, whichever worker gets them, then 429 with Retry-After."""
    event = unique("rate")
    folder = Folder(tmp_path / "contracts")
    model = small_model(event)
    sla(model, "throughput", 5, "events/s")
    folder.write(model)
    folder.write(small_use(event, "reader"))
    gateway = serve(folder, "--embedded", "--workers", "2")
    gateway.warm_up(event, small(event, 0))
    statuses = []
    for i in range(30):
        reply = gateway.post(event, small(event, 100 + i), {"Connection": "close"})
        statuses.append(reply.status_code)
        if reply.status_code == 429:
            assert reply.headers["Retry-After"] == "1"
    assert set(statuses) == {202, 429}
    assert statuses.count(202) <= 5 + 15, "two workers with a bucket each would take twice as many"


def test_dates_take_effect_without_a_reload(serve, tmp_path):
    """A use goes from the shadow into the open and ends while the gateway runs; what the shadow would have got is counted."""
    event = unique("dates")
    folder = Folder(tmp_path / "contracts")
    folder.write(small_model(event))
    folder.write(small_use(event, "reader"))
    soon = small_use(event, "soon")
    sla(soon, "generalAvailability", now(seconds=-6))
    sla(soon, "endOfLife", now(seconds=-10))
    folder.write(soon)
    gateway = serve(folder, "--embedded", "--workers", "2")
    gateway.warm_up(event, small(event, 0))
    numbers = iter(range(1, 1000))

    def outcome():
        return gateway.receipt(event, small(event, next(numbers)))[0]["soon"]

    first = outcome()
    assert (first["outcome"], first["would"]) == ("shadow", "delivered")
    assert metric(gateway, "headgate_shadow_total", use="soon", outcome="delivered", reason="none") >= 2
    assert metric(gateway, "headgate_shadow_bytes_total", use="soon") > 0
    stages = {use["name"]: use["stage"] for use in gateway.get("/catalogue").json()["models"][0]["uses"]}
    assert stages == {"reader": "live", "soon": "shadow"}
    wait_for(lambda: outcome()["outcome"] == "delivered", "it is available")
    wait_for(lambda: (outcome()["outcome"], outcome().get("reason")) == ("withheld", "ended"), "it has ended")
    assert [line["to"] for line in gateway.log("stage_changed")] == ["live"] or gateway.wait_log("stage_changed", 2)["to"] == "ended"


def test_try_shows_the_shadow_and_what_counts(tmp_path):
    """Without a gateway: a draft model's stage, what its use would have got, and the rules that only count."""
    folder = Folder(tmp_path / "contracts")
    model = with_rules("tried")
    model["status"] = "draft"
    folder.write(model)
    folder.write(small_use("tried", "reader"))
    body = {name: value for name, value in small("tried", 1).items() if name != "note"}
    done = run("try", folder, "-", input=json.dumps(body))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["verdict"], told["stage"], told["warnings"]) == ("accepted", "shadow", 1)
    assert [rule["rule"] for rule in told["quality"]] == ["noted", "few"]
    use = told["uses"][0]
    assert (use["outcome"], use["would"]) == ("shadow", "delivered") and use["bytes"] > 0 and "topic" not in use
