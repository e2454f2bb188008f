"""A service's settings are sent to the network again: what operations and the network see of it."""

from domain.provisioning.steps import Decision
from tests.fixtures.resend_stack import Resyncs


async def test_settings_reach_the_network_once(resyncing: Resyncs) -> None:
    (service,) = resyncing.services(1)
    ended = await resyncing.ended(await resyncing.ask(service.id))
    assert ended.state == "succeeded"
    assert ended.result == {"left_out": []}
    applied = resyncing.network.applied(service=str(service.id))
    assert [each["change"] for each in applied] == [
        {
            "serviceCharacteristic": [
                {"name": "msisdn", "value": service.number},
                {"name": "kind", "value": "mobile"},
            ]
        },
        {"state": "active"},
    ]
    assert resyncing.listed(ended.id) == []
    assert set(resyncing.steps(ended.id).values()) == {"done"}


async def test_trouble_that_lasts_is_listed_and_heals(resyncing: Resyncs) -> None:
    (service,) = resyncing.services(1)
    resyncing.network.fault("http_503", source="activation")
    asked = await resyncing.ask(service.id)
    row = await resyncing.stuck(asked)
    assert (row.kind, row.code, row.target, row.action) == (
        "trouble",
        "busy",
        "network",
        "configure",
    )
    assert resyncing.operation(asked).waits_for == "operations"
    resyncing.network.control("DELETE", "/faults")
    assert (await resyncing.ended(asked)).state == "succeeded"
    (row,) = resyncing.listed(asked)
    assert (row.state, row.resolution) == ("closed", "healed")


async def test_a_refusal_waits_for_a_decision_and_can_be_corrected(resyncing: Resyncs) -> None:
    (service,) = resyncing.services(1)
    resyncing.network.tell_service(str(service.id), known=False)
    asked = await resyncing.ask(service.id)
    row = await resyncing.stuck(asked, action="read")
    assert (row.kind, row.code) == ("refused", "service_unknown")
    await resyncing.decide(row, Decision.RETRY, network_id="NET-7")
    assert (await resyncing.ended(asked)).state == "succeeded"
    assert len(resyncing.network.applied(service="NET-7")) == 2
    (row,) = resyncing.listed(asked)
    assert (row.state, row.resolution) == ("closed", "retried")


async def test_a_step_that_can_be_left_out_is_skipped(resyncing: Resyncs) -> None:
    (service,) = resyncing.services(1)
    asked = await resyncing.refused_at_activate(service.id)
    row = await resyncing.stuck(asked, action="activate")
    await resyncing.decide(row, Decision.SKIP)
    ended = await resyncing.ended(asked)
    assert (ended.state, ended.result) == ("succeeded", {"left_out": ["activate"]})


async def test_aborting_puts_back_what_the_network_had(resyncing: Resyncs) -> None:
    (service,) = resyncing.services(1)
    had = {"msisdn": "+37255500000", "kind": "old"}
    resyncing.network.tell_service(str(service.id), characteristics=had)
    asked = await resyncing.refused_at_activate(service.id)
    row = await resyncing.stuck(asked, action="activate")
    await resyncing.decide(row, Decision.ABORT)
    # The undoing is refused as well: it is stuck in its turn, and decided about like anything else.
    undoing = await resyncing.stuck(asked, action="undo-configure")
    assert undoing.allowed_decisions == ["retry", "skip"]
    resyncing.network.control("DELETE", "/faults")
    await resyncing.decide(undoing, Decision.RETRY)
    ended = await resyncing.ended(asked)
    assert (ended.state, ended.error["code"]) == ("cancelled", "resync_aborted")
    now = resyncing.network.service(str(service.id)).json()["serviceCharacteristic"]
    assert {each["name"]: each["value"] for each in now} == had
    assert resyncing.steps(asked) == {
        "read": "done",
        "configure": "undone",
        "undo-configure": "done",
        "activate": "dropped",
        "undo-activate": "done",
    }


async def test_a_lost_answer_is_asked_about_and_not_repeated(resyncing: Resyncs) -> None:
    (service,) = resyncing.services(1)
    resyncing.network.fault("cut", source="activation", times=1)
    ended = await resyncing.ended(await resyncing.ask(service.id))
    assert ended.state == "succeeded"
    assert len(resyncing.network.applied(service=str(service.id))) == 2
