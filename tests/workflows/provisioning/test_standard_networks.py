"""Resends at networks that follow TMF640, where answers are lost: once done, once undone."""

from typing import Any
from uuid import UUID

import pytest

from domain.provisioning.steps import Decision
from tests.fixtures.resend_stack import Resends

CUT = {"source": "activation", "kind": "cut", "times": 1}
"""The change is made, and its answer is lost."""
LOST = {"source": "activation", "kind": "http_500", "times": 1}
"""The change is not made, and nothing says so."""
NO = {"source": "activation", "kind": "refuse", "code": "invalidState"}
HAD = {"msisdn": "+37255500000", "imsi": "248019876543210"}
STANDARD = {
    "VOLITUS_NETWORK_IDEMPOTENCY_KEYS": "false",
    "VOLITUS_NETWORK_CHARACTERISTICS": "replaced",
    "VOLITUS_NETWORK_REPEAT_AFTER": "PT0.3S",
    "VOLITUS_STEP_STUCK_AFTER": "PT1M",
}


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param({"name": "async"}, id="keys"),
        pytest.param({"name": "standard"}, id="standard", marks=pytest.mark.settings(**STANDARD)),
        pytest.param(
            {"name": "standard", "answers": "monitor", "spelling": "lower"},
            id="monitors without keys",
            marks=pytest.mark.settings(**STANDARD),
        ),
    ],
)
async def test_step_11_each_effect_happens_once_and_is_undone_once(
    resending: Resends, profile: dict[str, Any]
) -> None:
    done, undone = resending.services(2)
    network = resending.network
    network.behave(**profile)
    for each in (done, undone):
        network.tell_service(str(each.id), state="inactive", characteristics=HAD)
        # Somebody else has made the very change that is asked for, long ago.
        network.plant(str(each.id), body={"state": "active"})

    network.control("PUT", "/faults", [CUT, LOST])
    assert (await resending.ended(await resending.ask(done.id))).state == "succeeded"
    assert changes(resending, done.id) == ["configure", "activate"]
    there = {**HAD, "msisdn": done.number, "kind": "mobile"}
    assert shown(resending, done.id) == ("active", there)

    network.control("PUT", "/faults", [CUT, NO])
    asked = await resending.ask(undone.id)
    row = await resending.stuck(asked, action="activate", code="refused")
    network.control("PUT", "/faults", [LOST, CUT])
    await resending.decide(row, Decision.ABORT)
    assert (await resending.ended(asked)).state == "cancelled"
    assert changes(resending, undone.id) == ["configure", "undo-configure"]
    assert shown(resending, undone.id) == ("inactive", HAD)


def changes(resending: Resends, service_id: UUID) -> list[str]:
    """The steps whose changes the network has made, in order."""
    made = resending.network.applied(service=str(service_id))
    return [each["key"].split("/")[2] for each in made]


def shown(resending: Resends, service_id: UUID) -> tuple[str, dict[str, Any]]:
    """State and characteristics of the service at the network."""
    body = resending.network.service(str(service_id)).json()
    listed = {each["name"]: each["value"] for each in body["serviceCharacteristic"]}
    return body["state"], listed
