"""An undo puts back what the process changed, and nothing that others changed after it."""

from typing import Any

import pytest

from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.restoring import (
    changes_nothing,
    is_outdated,
    receipt_of,
    restoring,
    service_of,
    still_to_restore,
)

BEFORE = NetworkService("inactive", {"msisdn": "+37255500000", "kind": "mobile"})
STATE = ServiceChange("NET-7", state="active")
SETTINGS = ServiceChange("NET-7", settings={"msisdn": "+37255500001", "kind": "mobile", "new": 1})


def test_step_11_only_what_was_changed_is_put_back() -> None:
    assert restoring(BEFORE, STATE) == ServiceChange("NET-7", state="inactive")
    back = {"msisdn": "+37255500000", "new": None}
    assert restoring(BEFORE, SETTINGS) == ServiceChange("NET-7", settings=back)


@pytest.mark.parametrize("change", [STATE, SETTINGS])
def test_step_11_what_was_there_already_is_not_put_back(change: ServiceChange) -> None:
    there = NetworkService("active", dict(SETTINGS.settings))
    assert changes_nothing(restoring(there, change))


@pytest.mark.parametrize(
    ("state", "settings", "put_back"),
    [
        ("active", dict(SETTINGS.settings), {"msisdn": "+37255500000", "new": None}),
        ("active", {**SETTINGS.settings, "new": "1"}, {"msisdn": "+37255500000", "new": None}),
        ("active", {**SETTINGS.settings, "msisdn": "+37255500002"}, {"new": None}),
        ("active", {"msisdn": "+37255500000"}, {}),
    ],
)
def test_step_11_an_undo_overwrites_no_later_change(
    state: str, settings: dict[str, Any], put_back: dict[str, Any]
) -> None:
    there, restore = NetworkService(state, settings), restoring(BEFORE, SETTINGS)
    assert still_to_restore(there, SETTINGS, restore).settings == put_back


@pytest.mark.parametrize(
    ("state", "put_back"), [("active", "inactive"), ("inactive", None), ("terminated", None)]
)
def test_step_11_an_undo_leaves_a_later_state(state: str, put_back: str | None) -> None:
    there, restore = NetworkService(state, {}), restoring(BEFORE, STATE)
    assert still_to_restore(there, STATE, restore).state == put_back


@pytest.mark.parametrize(
    ("change", "there", "expected"),
    [
        (STATE, NetworkService("active", {}), False),
        (STATE, NetworkService("inactive", {}), True),
        (STATE, NetworkService("terminated", {}), True),
        (SETTINGS, BEFORE, False),
        (SETTINGS, NetworkService("inactive", dict(SETTINGS.settings)), False),
        (SETTINGS, NetworkService("inactive", {**BEFORE.settings, "kind": "barred"}), True),
        (SETTINGS, NetworkService("terminated", dict(BEFORE.settings)), False),
    ],
)
def test_step_11_an_overtaken_change_looks_again(
    change: ServiceChange, there: NetworkService, *, expected: bool
) -> None:
    assert is_outdated(BEFORE, there, change) is expected


def test_step_11_a_reading_is_kept_and_read_again() -> None:
    assert service_of(receipt_of(BEFORE, {"msisdn", "kind", "new"})) == BEFORE


def test_order_12_a_receipt_keeps_only_what_may_be_put_back() -> None:
    """What else a network shows, a password among it, is not kept."""
    there = NetworkService("active", {"msisdn": "+37255500000", "wifiPassword": "salajane"})
    assert receipt_of(there, {"msisdn"}) == {
        "state": "active",
        "settings": {"msisdn": "+37255500000"},
    }
