"""What a network that follows TMF640 and nothing else may answer to a change, and its meaning."""

import json
from typing import Any

import pytest

from domain.provisioning.attempts import Sent
from domain.provisioning.network_dialect import Characteristics, NetworkDialect
from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.steps import Answer, NotDone
from tests.builders.scripted_network import NET, URL, ScriptedNetwork, monitor, service

STANDARD = NetworkDialect()
ACTIVE = ServiceChange(NET, "active")
NUMBER = ServiceChange(NET, settings={"msisdn": "+37255500001"})
RESTART = ServiceChange(NET, settings={"restart": True}, is_state=False)
ASKED = {"state": "active"}
ERROR = {"code": "invalidCharacteristic", "reason": "Bad", "message": "+37255500001 is taken"}


def said(call: Any) -> str:
    """An answer in one line: what it is, what to ask by, why, and the network's own code."""
    try:
        answer: Answer | None = call()
    except NotDone as error:
        return f"{type(error).__name__} {error}"
    receipt = getattr(answer, "receipt", {})
    return f"{type(answer).__name__} {receipt.get('monitor', '')}".strip()


def response(status: Any, body: Any) -> dict[str, Any]:
    return {"statusCode": status, "body": body, "header": [{"name": "locale", "value": "en-us"}]}


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        # With the service: done, if it shows what was wanted.
        (200, service("active"), {}, "Done"),
        (200, service("ACTIVE"), {}, "Done"),
        (201, service("active"), {}, "Done"),
        (200, service("inactive"), {}, "Accepted"),
        (200, service(), {}, "Accepted"),
        (200, service("active") | {"id": "another"}, {}, "Accepted"),
        # Without a body nothing is shown: it is read.
        (204, None, {}, "Accepted"),
        (200, None, {}, "Accepted"),
        (202, None, {}, "Accepted"),
        (202, service("active"), {}, "Accepted"),
        # The monitor's href is an id below our own address, and nothing else.
        (202, None, {"Location": f"{URL}/monitor/17"}, "Accepted 17"),
        (202, None, {"Location": "https://evil.example/v4/monitor/17"}, "Accepted 17"),
        (202, None, {"Location": "https://evil.example/"}, "Accepted"),
        (202, None, {"Location": "/monitor/.."}, "Accepted"),
        # With a monitor: ids are text, states come in any case.
        (202, monitor("inProgress", asked=ASKED), {}, "Accepted 44555"),
        (202, monitor("INPROGRESS", asked=ASKED, id_="mon/1?"), {}, "Accepted mon/1?"),
        (202, monitor("InProgress", key="k"), {}, "Accepted 44555"),
        (200, monitor("completed", asked=ASKED), {}, "Done 44555"),
        (202, monitor("completed", asked=ASKED, response=response("200", "{}")), {},
         "Done 44555"),
        (202, monitor("Completed", asked=ASKED, response=response("404", "{}")), {},
         "Refused refused"),
        # Its answer is JSON as text, with the target's own code inside.
        (202, monitor("InError", asked=ASKED, response=response("400", json.dumps(ERROR))), {},
         "Refused characteristic_invalid: invalidCharacteristic"),
        (202, monitor("IN_ERROR", asked=ASKED, response=response(400, ERROR)), {},
         "Refused characteristic_invalid: invalidCharacteristic"),
        (202, monitor("inerror", asked=ASKED, response=response("404", '{"code": "60"}')), {},
         "Refused service_unknown: 60"),
        (202, monitor("InError", asked=ASKED, response=response("503", "Service down")), {},
         "Refused target_error: http_503"),
        (202, monitor("InError", asked=ASKED, response=response("400", "{no JSON")), {},
         "Refused refused"),
        (202, monitor("InError", asked=ASKED), {}, "Refused refused"),
        # Errors are `Error` bodies.
        (400, ERROR, {}, "Refused characteristic_invalid: invalidCharacteristic"),
        (404, {"code": "60", "reason": "Not found"}, {}, "Refused service_unknown: 60"),
        (409, {"code": "23", "reason": "Conflict"}, {}, "Refused refused: 23"),
        (500, {"code": "1", "reason": "Oops"}, {}, "InDoubt target_error: http_500"),
    ],
)  # fmt: skip
def test_step_10_every_standard_answer_to_a_change_is_read(
    status: int, body: Any, headers: dict[str, str], expected: str
) -> None:
    network = ScriptedNetwork(patched=(status, body, headers))
    assert said(lambda: network.adapter(STANDARD).change(ACTIVE, "k")) == expected
    (sent,) = network.requests
    assert json.loads(sent.content) == {"state": "active"}
    assert sent.headers["idempotency-key"] == "k"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({"msisdn": "+37255500001"}, "Done"),
        ({"msisdn": "+37255500001", "imsi": "248019876543210"}, "Done"),
        ({"msisdn": "+37255500000"}, "Accepted"),
        ({}, "Accepted"),
    ],
)
def test_step_10_settings_are_compared_as_well(shown: dict[str, Any], expected: str) -> None:
    network = ScriptedNetwork(service=service("active"), patched=(200, service(**shown), {}))
    assert said(lambda: network.adapter(STANDARD).change(NUMBER, "k")) == expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [(200, service("active"), "Done"), (204, None, "Done"), (202, None, "Accepted")],
)
def test_step_10_what_is_no_state_is_done_when_the_network_says_so(
    status: int, body: Any, expected: str
) -> None:
    network = ScriptedNetwork(service=service(), patched=(status, body, {}))
    assert said(lambda: network.adapter(STANDARD).change(RESTART, "k")) == expected


@pytest.mark.parametrize(
    ("characteristics", "asked", "sent"),
    [
        # By JSON Merge Patch a list replaces a list: what is not sent is removed.
        (Characteristics.REPLACED, ["GET /service/NET-7", "PATCH /service/NET-7"],
         {"imsi": "248019876543210", "msisdn": "+37255500001", "kind": "mobile"}),
        (Characteristics.MERGED, ["PATCH /service/NET-7"],
         {"msisdn": "+37255500001", "kind": "mobile", "old": None}),
    ],
)  # fmt: skip
def test_step_10_a_change_keeps_the_characteristics_that_it_does_not_name(
    characteristics: Characteristics, asked: list[str], sent: dict[str, Any]
) -> None:
    there = service("active", imsi="248019876543210", msisdn="+37255500000", old="x")
    network = ScriptedNetwork(there, patched=(204, None, {}))
    wanted = {"msisdn": "+37255500001", "kind": "mobile", "old": None}
    adapter = network.adapter(NetworkDialect(characteristics=characteristics))
    adapter.change(ServiceChange(NET, settings=wanted), "k")
    assert network.asked() == asked
    listed = json.loads(network.requests[-1].content)["serviceCharacteristic"]
    assert {each["name"]: each["value"] for each in listed} == sent


def test_step_10_nothing_is_sent_where_the_present_characteristics_cannot_be_read() -> None:
    network = ScriptedNetwork({"serviceCharacteristic": [{"value": "nameless"}]})
    answer = said(lambda: network.adapter(STANDARD).change(NUMBER, "k"))
    assert (answer, network.asked()) == (
        "Trouble target_error: unreadable",
        ["GET /service/NET-7"],
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (service("FEASIBILITYCHECKED"), NetworkService("feasibilityChecked", {})),
        (service("suspended"), NetworkService("suspended", {})),
        ({"id": NET}, NetworkService(None, {})),
        ({"state": "active", "serviceCharacteristic": None}, NetworkService("active", {})),
        (service("active", n=5) | {"operatingStatus": "pending"},
         NetworkService("active", {"n": 5}, is_changing=True)),
    ],
)  # fmt: skip
def test_step_10_a_service_is_read_with_what_the_standard_allows(
    body: dict[str, Any], expected: NetworkService
) -> None:
    assert ScriptedNetwork(body).adapter(STANDARD).read(NET) == expected


@pytest.mark.parametrize(
    "value", [b'"\\u0000"', b'"\\ud800"', b"NaN", b"-Infinity", b"[" * 100_000, b"\xff"]
)
def test_step_10_what_no_database_keeps_is_unreadable(value: bytes) -> None:
    body = b'{"state": "active", "serviceCharacteristic": [{"name": "x", "value": %s}]}' % value
    adapter = ScriptedNetwork(body).adapter(STANDARD)
    assert said(lambda: adapter.read(NET)) == "Trouble target_error: unreadable"


@pytest.mark.parametrize("id_", ["", "..", ".", "x" * 201, "a\x00", "a\nb"])
def test_step_10_an_id_cannot_lead_out_of_its_collection(id_: str) -> None:
    network = ScriptedNetwork()
    adapter = network.adapter(STANDARD)
    assert said(lambda: adapter.read(id_)) == "Refused service_unknown"
    assert said(lambda: adapter.change(ServiceChange(id_, "active"), "k")).startswith("Refused")
    assert said(lambda: adapter.ask(ServiceChange(id_, "active"), "k", Sent())) == "Accepted"
    assert network.asked() == []
