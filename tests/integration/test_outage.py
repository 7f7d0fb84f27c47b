"""What an operator sees of Kafka's absence while the gateway serves: /readyz within seconds, and one log line for each change."""
from types import SimpleNamespace

import pytest

from contracts import Folder, small, small_model, small_use, unique
from gateway import wait_for

SEEN_S = 20  # frozen: 5 s to the next question of an idle producer, 4 s without answer, 5 s of a look without answer


@pytest.fixture
def frozen(kafka):
    """A function that freezes the broker; it is thawed in any case."""
    yield kafka.freeze
    kafka.thaw()


def started(serve, kafka, path, *deliveries):
    """A gateway with a use for each delivery, each of a model of its own, that has delivered an event of each."""
    folder, events = Folder(path), []
    for delivery in deliveries:
        event = unique("outage")
        folder.write(small_model(event))
        folder.write(small_use(event, "reader", **({"delivery": delivery} if delivery else {})))
        events.append(event)
    gateway = serve(folder, "--workers", "1", "--reply_timeout", "500ms", kafka=kafka)
    for event in events:
        gateway.warm_up(event, small(event, "warm"))
    return SimpleNamespace(gateway=gateway, events=events)


def says(gateway, state, answers):
    """Whether /readyz says so, and its status agrees."""
    reply = gateway.get("/readyz")
    ready = reply.json()
    assert reply.status_code == (503 if ready["state"] == "unavailable" else 200)
    assert ("problem" in ready["kafka"][0]) is not ready["kafka"][0]["answers"]
    return (ready["state"], ready["kafka"][0]["answers"]) == (state, answers)


def test_readyz_and_the_log_tell_of_a_frozen_broker_though_nobody_sends(kafka, serve, frozen, tmp_path):
    run = started(serve, kafka.bootstrap, tmp_path, None)
    gateway, event = run.gateway, run.events[0]
    patient = started(serve, kafka.bootstrap, tmp_path / "patient", None, "memory").gateway
    assert says(gateway, "ready", True) and not gateway.log("cluster_silent")
    frozen()
    wait_for(lambda: says(gateway, "unavailable", False), "/readyz tells that Kafka is away", SEEN_S)
    assert gateway.post(event, small(event, 1)).status_code == 503
    wait_for(lambda: says(patient, "degraded", False), "a use with delivery memory still takes events", SEEN_S)
    kafka.thaw()
    wait_for(lambda: says(gateway, "ready", True), "/readyz tells that Kafka is back", SEEN_S)
    wait_for(lambda: gateway.post(event, small(event, 2)).status_code == 202, "events are taken again")
    assert len(gateway.log("cluster_silent")) == len(gateway.log("cluster_answers")) == 1
    assert gateway.log("cluster_silent")[0]["problem"]
    told = [line["text"] for line in gateway.log("kafka_error")]
    assert told and not [line for line in gateway.log("kafka_log") if any(text in line["text"] for text in told)]
