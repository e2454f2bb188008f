"""A service's settings are sent to the network again: what operations and the network see of it."""

from domain.provisioning.steps import Decision
from tests.fixtures.resend_stack import Resends


async def test_settings_reach_the_network_once(resending: Resends) -> None:
    (service,) = resending.services(1)
    ended = await resending.ended(await resending.ask(service.id))
    assert ended.state == "succeeded"
    assert ended.result == {"skipped_steps": []}
    applied = resending.network.applied(service=str(service.id))
    assert [each["change"] for each in applied] == [
        {
            "serviceCharacteristic": [
                {"name": "msisdn", "value": service.number},
                {"name": "kind", "value": "mobile"},
            ]
        },
        {"state": "active"},
    ]
    assert resending.listed(ended.id) == []
    assert set(resending.steps(ended.id).values()) == {"done"}


async def test_lasting_trouble_is_listed_and_heals(resending: Resends) -> None:
    (service,) = resending.services(1)
    resending.network.fault("http_503", source="activation")
    asked = await resending.ask(service.id)
    row = await resending.stuck(asked)
    assert (row.kind, row.code, row.target, row.action) == (
        "trouble",
        "busy",
        "network",
        "configure",
    )
    assert resending.operation(asked).waits_for == "operations"
    resending.network.control("DELETE", "/faults")
    assert (await resending.ended(asked)).state == "succeeded"
    (row,) = resending.listed(asked)
    assert (row.state, row.resolution) == ("closed", "healed")


async def test_a_refusal_waits_for_a_decision_and_can_be_corrected(resending: Resends) -> None:
    (service,) = resending.services(1)
    resending.network.tell_service(str(service.id), known=False)
    asked = await resending.ask(service.id)
    row = await resending.stuck(asked, action="read")
    assert (row.kind, row.code) == ("refused", "service_unknown")
    await resending.decide(row, Decision.RETRY, network_id="NET-7")
    assert (await resending.ended(asked)).state == "succeeded"
    assert len(resending.network.applied(service="NET-7")) == 2
    (row,) = resending.listed(asked)
    assert (row.state, row.resolution) == ("closed", "retried")


async def test_an_optional_step_can_be_skipped(resending: Resends) -> None:
    (service,) = resending.services(1)
    asked = await resending.refused_at_activate(service.id)
    row = await resending.stuck(asked, action="activate")
    await resending.decide(row, Decision.SKIP)
    ended = await resending.ended(asked)
    assert (ended.state, ended.result) == ("succeeded", {"skipped_steps": ["activate"]})


async def test_aborting_restores_the_networks_settings(resending: Resends) -> None:
    (service,) = resending.services(1)
    had = {"msisdn": "+37255500000", "kind": "old"}
    resending.network.tell_service(str(service.id), characteristics=had)
    asked = await resending.refused_at_activate(service.id)
    row = await resending.stuck(asked, action="activate")
    await resending.decide(row, Decision.ABORT)
    # The undoing is refused as well: it is stuck in its turn, and decided about like anything else.
    undoing = await resending.stuck(asked, action="undo-configure")
    assert undoing.allowed_decisions == ["retry", "skip"]
    resending.network.control("DELETE", "/faults")
    await resending.decide(undoing, Decision.RETRY)
    ended = await resending.ended(asked)
    assert (ended.state, ended.error["code"]) == ("cancelled", "resend_aborted")
    now = resending.network.service(str(service.id)).json()["serviceCharacteristic"]
    assert {each["name"]: each["value"] for each in now} == had
    assert resending.steps(asked) == {
        "read": "done",
        "configure": "undone",
        "undo-configure": "done",
        "activate": "dropped",
    }


async def test_a_lost_answer_is_asked_about_and_not_repeated(resending: Resends) -> None:
    (service,) = resending.services(1)
    resending.network.fault("cut", source="activation", times=1)
    ended = await resending.ended(await resending.ask(service.id))
    assert ended.state == "succeeded"
    assert len(resending.network.applied(service=str(service.id))) == 2
