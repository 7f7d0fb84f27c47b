"""Senders in threads that remember what they were told about every event."""
import json
import threading

import requests

from contracts import small


class Ledger:
    """Each thread posts events with ids of its own, one request after another, until it is told to stop. What became of an id:
    acked (accepted), uncertain (retry, may be stored), untaken (503 that took nothing), unknown (no whole reply)."""

    def __init__(self, gateway, event, threads=4, per_request=5, resend=False, headers=None):
        self.gateway, self.event, self.per_request, self.resend = gateway, event, per_request, resend
        self.headers = {"Content-Type": "application/json", **(headers or {})}
        self.acked, self.uncertain, self.untaken, self.unknown, self.other = set(), set(), set(), set(), []
        self.ever_uncertain = set()
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(i,), daemon=True) for i in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.stop()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive(), "a request never ended"

    def count(self):
        with self.lock:
            return len(self.acked)

    def _send(self, thread):
        session, number = requests.Session(), 0
        while not self.stopping.is_set():
            events = [small(self.event, f"{thread}-{number + i}") for i in range(self.per_request)]
            number += self.per_request
            if not self._post_until_known(session, events):
                return

    def _post_until_known(self, session, events):
        """False when the gateway is gone."""
        while True:
            alive = self._post(session, events)
            with self.lock:
                open_ones = [event for event in events if event["id"] in self.uncertain | self.untaken]
            if not alive or not open_ones or not self.resend or self.stopping.is_set():
                return alive
            events = open_ones

    def _post(self, session, events):
        try:
            reply = session.post(f"{self.gateway.ingest}/v1/events/{self.event}", data=json.dumps(events), headers=self.headers,
                                 timeout=30)
        except requests.RequestException:
            with self.lock:
                self.unknown.update(event["id"] for event in events)
            return False
        with self.lock:
            self._note(reply, [event["id"] for event in events])
        return True

    def _note(self, reply, ids):
        for kept in (self.uncertain, self.untaken):
            kept.difference_update(ids)
        if reply.status_code == 202:
            self.acked.update(ids)
        elif reply.status_code in (207, 503):
            items = reply.json().get("items")
            for id, item in zip(ids, items or [{"status": "retry"}] * len(ids)):
                self._note_item(id, item)
        else:
            self.other.append((reply.status_code, reply.text))

    def _note_item(self, id, item):
        if item["status"] == "accepted":
            self.acked.add(id)
        elif item.get("uncertain") or item.get("partly_delivered"):
            self.uncertain.add(id)
            self.ever_uncertain.add(id)
        elif item["status"] == "retry":
            self.untaken.add(id)
        else:
            self.other.append((item, id))


def occurrences(records):
    """{ce_id: how many records have it}"""
    counts = {}
    for record in records:
        counts[record.id] = counts.get(record.id, 0) + 1
    return counts
