"""The service that a team writes for itself in Python instead of using headgate: JSON events over HTTP, every one judged by a JSON
Schema, forwarded to one Kafka topic, answered when Kafka has acknowledged them.

Idempotent producer, acks=all, lz4, a key, and the linger as everybody else here. It does not narrow, writes no headers and no Avro.
orjson parses, jsonschema-rs judges: the fastest that are to be had. One process: it is given one core.

Environment: ADDR, BROKERS, TOPIC, SCHEMA (file), LINGER_MS."""
import asyncio
import os
import threading
from contextlib import asynccontextmanager

import jsonschema_rs
import orjson
import uvicorn
from confluent_kafka import KafkaException, Producer
from fastapi import FastAPI, Request, Response

BODY_LIMIT = 4 << 20

with open(os.environ["SCHEMA"], "rb") as file:
    VALIDATOR = jsonschema_rs.Draft7Validator(orjson.loads(file.read()), validate_formats=True)
TOPIC = os.environ["TOPIC"]
PRODUCER = Producer({
    "bootstrap.servers": os.environ["BROKERS"], "enable.idempotence": True, "acks": "all", "compression.codec": "lz4",
    "linger.ms": int(os.environ["LINGER_MS"]), "partitioner": "murmur2_random", "queue.buffering.max.messages": 1000000,
})


class Delivery:
    """Counts the reports of one request; its future is done when the last came."""

    def __init__(self, loop):
        self.loop = loop
        self.done = loop.create_future()
        self.lock = threading.Lock()
        self.waiting = 1  # the request itself, until all are handed over
        self.failed = 0

    def report(self, error, _message):
        with self.lock:
            self.waiting -= 1
            self.failed += error is not None
            last = self.waiting == 0
        if last:
            self.loop.call_soon_threadsafe(self.done.set_result, None)

    def send(self, event):
        with self.lock:
            self.waiting += 1
        try:
            PRODUCER.produce(TOPIC, orjson.dumps(event), event["meta"]["id"], on_delivery=self.report)
        except (BufferError, KafkaException) as error:
            self.report(error, None)

    async def wait(self):
        self.report(None, None)
        await self.done


def poll(stop):
    while not stop.is_set():
        PRODUCER.poll(0.1)


@asynccontextmanager
async def lifespan(_app):
    stop = threading.Event()
    thread = threading.Thread(target=poll, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()
    PRODUCER.flush(10)


app = FastAPI(lifespan=lifespan, openapi_url=None)


def status(accepted, refused, failed):
    if not refused and not failed:
        return 202
    if accepted or (refused and failed):
        return 207
    return 503 if failed else 422


def answer(code, **members):
    return Response(orjson.dumps(members), code, media_type="application/json")


@app.post("/v1/events")
async def take(request: Request):
    if int(request.headers.get("content-length", "0")) > BODY_LIMIT:
        return answer(413, why="the body is too large")
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return answer(400, why="not JSON")
    events = body if isinstance(body, list) else [body]
    refused = []
    delivery = Delivery(asyncio.get_running_loop())
    for index, event in enumerate(events):
        if VALIDATOR.is_valid(event):
            delivery.send(event)
        else:
            refused.append(index)
    await delivery.wait()
    accepted = len(events) - len(refused) - delivery.failed
    return answer(status(accepted, refused, delivery.failed), accepted=accepted, refused=refused, failed=delivery.failed)


def main():
    host, port = os.environ["ADDR"].split(":")
    uvicorn.run(app, host=host, port=int(port), log_level="error", access_log=False)


main()
