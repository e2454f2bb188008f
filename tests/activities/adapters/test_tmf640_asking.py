"""What came of a change whose answer was lost, or is still to come."""

import json
from datetime import timedelta
from typing import Any

import pytest

from domain.provisioning.attempts import Sent
from domain.provisioning.network_dialect import NetworkDialect
from domain.provisioning.network_services import ServiceChange
from domain.provisioning.steps import Answer, NotDone
from tests.builders.scripted_network import NET, ScriptedNetwork, monitor, service

STANDARD = NetworkDialect(repeat_after=timedelta(minutes=2))
EXTENDED = NetworkDialect(has_keys=True)
ACTIVE = ServiceChange(NET, "active")
RESTART = ServiceChange(NET, settings={"restart": True}, is_state=False)
ASKED = {"state": "active"}
RESTARTED = {"serviceCharacteristic": [{"name": "restart", "value": True}]}
SOON, LATER = timedelta(seconds=1), timedelta(minutes=3)
OLD, NEW = service("inactive"), service("Active")
REFUSED = {"statusCode": "400", "body": json.dumps({"code": "24"}), "header": []}


def said(
    network: ScriptedNetwork, change: ServiceChange, dialect: NetworkDialect, sent: Sent
) -> str:
    """The answer to a question in one line."""
    try:
        answer: Answer | None = network.adapter(dialect).ask(change, "k", sent)
    except NotDone as error:
        return f"{type(error).__name__} {error}"
    receipt = getattr(answer, "receipt", {})
    return (
        "send again"
        if answer is None
        else f"{type(answer).__name__} {receipt.get('monitor', '')}".strip()
    )


STRANGERS = {
    "another key": monitor("Completed", asked=ASKED, key="another"),
    "another service": monitor("Completed", asked=ASKED, of="NET-8"),
    "another body": monitor("Completed", asked={"state": "inactive"}),
    "more than we asked": monitor("Completed", asked=ASKED | {"name": "x"}),
    "another method": monitor("Completed", asked=ASKED, method="DELETE"),
    "no request": {"id": "44555", "state": "Completed", "sourceHref": f"/service/{NET}"},
    "neither service nor key": {"id": "44555", "state": "Completed"},
    "two services": monitor("Completed", asked=ASKED) | {"sourceHref": "/service/NET-8"},
    "unreadable body": monitor("Completed", asked="{"),
    "odd": monitor("Completed") | {"request": ["?"], "sourceHref": 7},
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("dialect", [STANDARD, EXTENDED], ids=["standard", "extended"])
@pytest.mark.parametrize("receipt", [{}, {"monitor": "44555"}], ids=["lost", "accepted"])
def test_step_11_a_strangers_monitor_is_never_ours(
    stranger: dict[str, Any], dialect: NetworkDialect, receipt: dict[str, str]
) -> None:
    """Nothing was ever sent; the network shows a monitor of somebody else's request."""
    network = ScriptedNetwork(OLD, [stranger])
    assert said(network, ACTIVE, dialect, Sent(receipt, LATER)) == "send again"
    assert said(network, RESTART, dialect, Sent(receipt, LATER)) == "InDoubt answer_lost"


def test_step_11_a_search_that_finds_more_than_the_key_is_not_believed() -> None:
    """It shows an earlier request like ours, as networks do that ignore the filter: it is read."""
    network = ScriptedNetwork(OLD, [monitor("Completed", asked=ASKED)])
    assert said(network, ACTIVE, EXTENDED, Sent({}, SOON)) == "Accepted"
    network.service = NEW
    assert said(network, ACTIVE, EXTENDED, Sent({}, SOON)) == "Done"


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_step_11_a_strangers_monitor_as_answer_to_our_change_is_ignored(
    stranger: dict[str, Any],
) -> None:
    network = ScriptedNetwork(OLD, [stranger], patched=(202, stranger, {}))
    answer = network.adapter(STANDARD).change(ACTIVE, "k")
    assert (type(answer).__name__, answer.receipt) == ("Accepted", {})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (monitor("Completed", asked=ASKED), "Done 44555"),
        (monitor("Completed", key="k"), "Done 44555"),
        (monitor("Completed", key="k", of="NET-8"), "Done 44555"),
        (monitor("inprogress", asked=ASKED), "Accepted 44555"),
        (monitor("InError", asked=ASKED, response=REFUSED), "Refused refused: 24"),
        (monitor("Completed", asked=json.dumps(ASKED)), "Done 44555"),
    ],
)
def test_step_11_the_monitor_of_the_receipt_is_asked_first(
    found: dict[str, Any], expected: str
) -> None:
    for dialect in (STANDARD, EXTENDED):
        network = ScriptedNetwork(OLD, [found])
        assert said(network, ACTIVE, dialect, Sent({"monitor": "44555"}, SOON)) == expected
        assert network.asked() == ["GET /monitor/44555"]


@pytest.mark.parametrize(
    ("monitors", "expected"),
    [
        ([monitor("Completed", key="k")], "Done 44555"),
        ([monitor("InProgress", key="k")], "Accepted 44555"),
        ([monitor("InError", key="k", response=REFUSED)], "Refused refused: 24"),
        ([], "send again"),
        ([monitor("Completed", id_="1", key="z"), monitor("Completed", key="k")], "Done 44555"),
        (None, "Trouble target_error: 60"),
    ],
)
def test_step_11_a_network_that_has_keys_is_asked_by_the_key(
    monitors: list[dict[str, Any]] | None, expected: str
) -> None:
    for change in (ACTIVE, RESTART):
        network = ScriptedNetwork(OLD, monitors)
        assert said(network, change, EXTENDED, Sent({}, LATER)) == expected
        assert network.asked() == ["GET /monitor"]
        assert network.requests[0].url.params["idempotencyKey"] == "k"


BUSY = monitor("inProgress", asked={"state": "inactive"})
READ, LISTED = "GET /service/NET-7", "GET /monitor"


@pytest.mark.parametrize(
    ("shown", "monitors", "ago", "expected", "asked"),
    [
        (NEW, [], SOON, "Done", [READ]),
        (NEW, [BUSY], LATER, "Done", [READ]),
        # It shows the old: it may be under way for as long as the setting says.
        (OLD, [], SOON, "Accepted", [READ]),
        (OLD, [], LATER, "send again", [READ, LISTED]),
        (OLD, None, LATER, "send again", [READ, LISTED]),
        (OLD, 403, LATER, "send again", [READ, LISTED]),
        (OLD, 405, LATER, "send again", [READ, LISTED]),
        (OLD, 501, LATER, "send again", [READ, LISTED]),
        (OLD, 500, LATER, "Trouble target_error: http_500", [READ, LISTED]),
        # Something is in progress on the service, whoever's it is.
        (OLD, [BUSY], LATER, "Accepted", [READ, LISTED, LISTED]),
        (OLD | {"operatingStatus": "Pending"}, [], LATER, "Accepted", [READ]),
        (OLD, [monitor("InProgress", of="NET-8")], LATER, "send again", [READ, LISTED, LISTED]),
        # A service that is gone shows nothing; the network then refuses what is sent again.
        (None, [], SOON, "Accepted", [READ]),
        (None, [], LATER, "send again", [READ, LISTED]),
        ({"serviceCharacteristic": 7}, [], LATER, "Trouble target_error: unreadable", [READ]),
    ],
)  # fmt: skip
def test_step_11_a_network_without_keys_is_read(
    shown: dict[str, Any] | None,
    monitors: list[dict[str, Any]] | int | None,
    ago: timedelta,
    expected: str,
    asked: list[str],
) -> None:
    network = ScriptedNetwork(shown, monitors)
    assert said(network, ACTIVE, STANDARD, Sent({}, ago)) == expected
    assert network.asked() == asked


def test_step_11_a_forgotten_monitor_leads_to_reading() -> None:
    network = ScriptedNetwork(OLD, [])
    assert said(network, ACTIVE, STANDARD, Sent({"monitor": "1"}, SOON)) == "Accepted 1"
    assert network.asked() == ["GET /monitor/1", READ]


@pytest.mark.parametrize(
    ("monitors", "expected"),
    [
        ([], "InDoubt answer_lost"),
        (None, "InDoubt answer_lost"),
        # An earlier restart looks the same: only the key tells them apart.
        ([monitor("Completed", asked=RESTARTED)], "InDoubt answer_lost"),
        ([monitor("Completed", asked=RESTARTED, key="k")], "Done 44555"),
    ],
)
def test_step_11_what_is_no_state_stays_in_doubt(
    monitors: list[dict[str, Any]] | None, expected: str
) -> None:
    """A restart is never sent again: nothing shows that it was not made."""
    network = ScriptedNetwork(service("active", restart=True), monitors)
    assert said(network, RESTART, STANDARD, Sent({}, LATER)) == expected


def test_step_11_the_monitor_of_a_restart_is_asked() -> None:
    network = ScriptedNetwork(service("active"), [monitor("Completed", asked=RESTARTED)])
    assert said(network, RESTART, STANDARD, Sent({"monitor": "44555"}, LATER)) == "Done 44555"


def test_step_11_monitors_are_read_page_by_page() -> None:
    strangers = [monitor("Completed", id_=str(n), of=f"NET-{n + 100}") for n in range(150)]
    network = ScriptedNetwork(OLD, [*strangers, BUSY])
    assert said(network, ACTIVE, STANDARD, Sent({}, LATER)) == "Accepted"
    offsets = [each.url.params["offset"] for each in network.requests[1:]]
    assert offsets == ["0", "100", "151"]
