"""step.9: every answer of the network is as TMF640's official description has it.

Needs ``TMF640_SWAGGER`` (tests/builders/tmf640_contract.py). What it found stands, without it, in
test_standard_shapes.py.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulators.network.app import ACTIVATION_PATH
from tests.builders.tmf640_contract import needs_swagger, official
from tests.builders.tmf_contract import Contract
from tests.clients.network_client import NEW, TOKEN, Client, running

pytestmark = needs_swagger

BODY: dict[str, Any] = {"serviceCharacteristic": [{"name": "roaming", "value": True}]}
FULL: dict[str, Any] = NEW | {
    "name": "Line of Mari",
    "category": "MobileService",
    "isBundle": False,
    "startDate": "2026-01-01T00:00:00Z",
    "feature": [{"name": "Data", "featureCharacteristic": [{"name": "speed", "value": 5}]}],
    "note": [{"id": "1", "author": "a", "date": "2026-01-01T00:00:00+02:00", "text": "t"}],
    "place": [{"role": "delivery", "name": "Tallinn"}],
    "relatedEntity": [{"role": "reason", "id": "3"}],
    "relatedParty": [{"id": "78", "@referredType": "Organization"}],
    "serviceCharacteristic": [{"id": "1", "name": "msisdn", "valueType": "string", "value": "+3"}],
    "serviceOrderItem": [{"itemId": "1", "serviceOrderId": "2", "itemAction": "add"}],
    "serviceRelationship": [{"relationshipType": "reliesOn", "service": {"id": "9"}}],
    "supportingResource": [{"id": "sim-1", "@referredType": "Resource"}],
    "supportingService": [{"id": "5", "@type": "ServiceRef", "@referredType": "Service"}],
    "@type": "Service",
}
PROFILES: dict[str, dict[str, Any]] = {
    "async": {"name": "async"},
    "standard": {"name": "standard"},
    "standard-with-monitors": {
        "name": "standard",
        "answers": "monitor",
        "spelling": "upper",
        "in_progress": "isServiceEnabled",
    },
}
OURS = {202, 415, 422, 429, 503}
"""Statuses that the official description of an operation may lack."""


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def network(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.http.event_hooks = {}
    simulator.reset()


class Watcher:
    """Holds each answer to a client against the description."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.faults: list[str] = []
        self.seen: set[tuple[str, int]] = set()
        self.unlisted: set[int] = set()

    def __call__(self, answer: httpx.Response) -> None:
        url, method = answer.request.url, answer.request.method
        if not url.path.startswith(ACTIVATION_PATH):
            return
        answer.read()
        body = answer.json() if answer.content else None
        called, status = (method, str(url)), answer.status_code
        found = self._contract.answer_faults(*called, status, body)
        self.faults += [f"{method} {url.path} {status}: {each}" for each in found]
        self.seen.add((f"{method} {url.path.split('/')[4]}", status))
        if self._contract.unlisted(*called, status):
            self.unlisted.add(status)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_step_9_every_answer_fits_the_official_description(
    network: Client, profile: dict[str, Any]
) -> None:
    network.behave(**profile)
    watch = Watcher(official())
    network.http.event_hooks = {"response": [watch]}

    answered_well(network)
    answered_with_errors(network)

    assert watch.faults == []
    waits = profile.get("answers", "monitor" if profile["name"] == "async" else "") == "monitor"
    good = {"POST service": 201, "PATCH service": 200, "DELETE service": 204}
    assert {(what, 202 if waits else status) for what, status in good.items()} <= watch.seen
    errors = {400, 401, 404, 405, 409, 415, 429, 500, 503}
    assert errors <= {status for _, status in watch.seen}
    assert watch.unlisted <= OURS


def answered_well(network: Client) -> None:
    """Use each route, with monitors in each state."""
    assert official().request_faults("POST", "/service", body=FULL) == []
    network.completion(0)
    network.change("s-1", BODY, "k-1")
    network.change("s-1", {"state": "inactive", "description": "new", "note": []}, "k-2")
    network.create(FULL, "k-3")
    network.fault("refuse_later", source="activation", times=1)
    network.change("s-2", BODY, "k-4")
    network.fault("never", source="activation", times=1)
    network.change("s-3", BODY, "k-5")
    network.remove("s-2", "k-6")
    network.plant("s-1")
    monitors = network.listed("monitor").json()
    for each in (*monitors, *network.listed("service").json()):
        kind = each["@type"].lower()
        network.http.get(f"{ACTIVATION_PATH}/{kind}/{each['id']}", headers=bearer())
    for kind in ("service", "monitor"):
        network.listed(kind, fields="state,", offset="1", limit="2")
        network.listed(kind, fields="none", state="active")


def answered_with_errors(network: Client) -> None:
    """Err in each way that a client or a network can."""
    network.tell_service("gone", known=False)
    network.change("gone", BODY, "k-10")
    network.service("gone")
    network.remove("gone", "k-11")
    network.service("s-1", token="not-it")
    network.create({"state": "active"}, "k-12")
    network.change("s-1", {"state": "suspended"}, "k-13")
    network.monitor("no-such")
    network.listed("monitor", limit="many")
    network.change("s-1", {"state": "active"}, "k-1")
    network.http.put(f"{ACTIVATION_PATH}/service/s-1", headers=bearer())
    network.http.get(f"{ACTIVATION_PATH}/hub", headers=bearer())
    network.http.post(
        f"{ACTIVATION_PATH}/service", content=b"<a/>", headers=bearer() | {"idempotency-key": "k"}
    )
    for kind in ("refuse", "http_429", "http_500", "http_503"):
        network.fault(kind, source="activation")
        network.change("s-4", BODY, f"k-{kind}")
        network.create(NEW, f"k-new-{kind}")
        network.remove("s-4", f"k-gone-{kind}")
    network.fault("http_503", source="all")
    network.listed("service")
    network.listed("monitor")


def bearer() -> dict[str, str]:
    return {"authorization": f"Bearer {TOKEN.get_secret_value()}"}
