"""Delivery reports of the SMS gateway, as their receiver meets them."""

import hmac
import json
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response

from simulators.serving import serving
from tests.clients.sms_client import PASSWORD, Client, running
from tests.fixtures.patience import patience_ends

TO = "+37255512345"


class Receiver:
    """Takes reports; ``refusing`` is how many it refuses before."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.refusing = 0
        self.url = ""

    async def take(self, request: Request) -> Response:
        self.got.append((await request.body(), request.headers["x-messente-signature"]))
        self.refusing -= 1
        return Response(status_code=503 if self.refusing >= 0 else 302)

    def reports(self, count: int) -> list[dict[str, Any]]:
        """Return the first reports, once there are this many."""
        deadline = patience_ends()
        while len(self.got) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.got) == count
        return [json.loads(body) for body, _ in self.got]

    def statuses(self, count: int) -> list[str]:
        return [each["status"] for each in self.reports(count)]


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def gateway(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


@pytest.fixture
def receiver(http_servers: None) -> Iterator[Receiver]:
    receiver, app = Receiver(), FastAPI()
    app.post("/reports")(receiver.take)
    with serving(app) as url:
        receiver.url = f"{url}/reports"
        yield receiver


def send(gateway: Client, receiver: Receiver) -> dict[str, Any]:
    sms = {"channel": "sms", "sender": "Volitus", "text": "tere"}
    answer = gateway.send({"to": TO, "messages": [sms], "dlr_url": receiver.url})
    assert answer.status_code == 201
    taken: dict[str, Any] = answer.json()
    return taken


def test_each_message_is_reported_twice_and_signed(gateway: Client, receiver: Receiver) -> None:
    taken = send(gateway, receiver)

    reports = receiver.reports(2)

    key = PASSWORD.get_secret_value().encode()
    assert [each.pop("timestamp")[-1] for each in reports] == ["Z", "Z"]
    assert reports == [
        {
            "status": status,
            "sender": "Volitus",
            "err": 0,
            "message_id": taken["messages"][0]["message_id"],
            "to": TO,
            "channel": "sms",
            "error": None,
            "omnimessage_id": taken["omnimessage_id"],
        }
        for status in ("ACK", "DELIVRD")
    ]
    for body, signature in receiver.got:
        assert signature == hmac.new(key, body, sha256).hexdigest()


@pytest.mark.parametrize(
    ("status", "err"),
    [("UNDELIV", 3), ("FAILED", 8), ("FAILED", 999), ("EXPIRED", 2)],
)
def test_the_outcome_of_messages_to_a_number_can_be_set(
    gateway: Client, receiver: Receiver, status: str, err: int
) -> None:
    gateway.control("PUT", "/outcomes", {"to": TO, "status": status, "err": err})

    taken = send(gateway, receiver)

    last = receiver.reports(2)[-1]
    (known,) = gateway.status(taken["omnimessage_id"]).json()["statuses"]
    assert (last["status"], last["err"]) == (known["status"], known["err"]) == (status, err)
    assert last["error"] is not None


def test_reports_can_come_twice_and_in_the_wrong_order(gateway: Client, receiver: Receiver) -> None:
    gateway.control("PUT", "/reports", {"duplicate": True, "reversed": True})

    send(gateway, receiver)

    assert receiver.statuses(4) == ["DELIVRD", "DELIVRD", "ACK", "ACK"]
    assert receiver.got[0] == receiver.got[1]
    assert gateway.outbox()[-1]["status"] == "DELIVRD"


def test_reports_can_be_late(gateway: Client, receiver: Receiver) -> None:
    gateway.control("PUT", "/reports", {"late": 0.5})
    begun = time.monotonic()

    send(gateway, receiver)

    assert gateway.outbox()[-1]["status"] == "DELIVRD"
    assert receiver.statuses(2) == ["ACK", "DELIVRD"]
    assert time.monotonic() - begun >= 0.5


def test_a_report_that_was_not_accepted_is_repeated(gateway: Client, receiver: Receiver) -> None:
    receiver.refusing = 1

    send(gateway, receiver)

    assert receiver.statuses(3) == ["ACK", "ACK", "DELIVRD"]


def test_manual_reports_come_on_demand(gateway: Client, receiver: Receiver) -> None:
    gateway.control("PUT", "/reports", {"reports": "manual"})
    message_id = send(gateway, receiver)["messages"][0]["message_id"]
    assert gateway.outbox()[-1]["status"] == "ACCEPTD"

    form = {"message_id": message_id, "status": "FAILED", "err": 999}
    sent = gateway.control("POST", "/reports", form)

    (report,) = receiver.reports(1)
    assert sent == {"answered": 302}
    assert (report["status"], report["err"]) == ("FAILED", 999)
    assert gateway.outbox()[-1]["status"] == "FAILED"


def test_a_manual_report_shows_that_no_receiver_answers(
    gateway: Client, receiver: Receiver
) -> None:
    gateway.control("PUT", "/reports", {"reports": "manual"})
    receiver.url = "http://127.0.0.1:1/nobody"
    message_id = send(gateway, receiver)["messages"][0]["message_id"]

    assert gateway.control("POST", "/reports", {"message_id": message_id}) == {"answered": None}
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        gateway.control("POST", "/reports", {"message_id": "no-such-message"})
