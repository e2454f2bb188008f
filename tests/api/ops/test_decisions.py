"""Deciding about what is stuck: once, by whoever is first, with a reason, and for good."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from api.auth.principals import StaffRole
from domain.ops.resolutions import Resolution
from domain.provisioning.targets import Target, TargetKind
from storage.ops import paused_targets
from storage.provisioning import targets
from tests.builders.rows import carry_out, rows
from tests.builders.stuck_items import OPS_ACTOR, heal, services, stick, the
from tests.clients.api_client import ANN, OPS, Answer, Front, staff_token

STUCK = "/v1/ops/stuck"
WHY = "the network knows it by another id"


async def decide(
    front: Front, row: Any, decision: str, token: str = OPS, key: str = "", **body: Any
) -> Answer:
    asked = {"version": row.version, "reason": WHY} | body
    path = f"{STUCK}/{row.id}/{decision}"
    return await front.post(path, token, asked, idempotency_key=key or str(uuid4()))


async def test_a_decision_is_recorded_while_temporal_is_unavailable(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0])

    answer = await decide(front, row, "retry", correction={"network_id": "NET-7"})
    story = (await front.get(f"{STUCK}/{row.id}", OPS)).json()

    body = answer.json()
    assert (answer.status_code, body["state"], body["version"]) == (200, "decided", 2)
    assert body["decision"] == {
        "decision": "retry",
        "by": {
            "kind": "ops",
            "id": ANN,
            "run": None,
            "for": None,
            "break_glass": False,
            "name": None,
        },
        "correction": {"network_id": "NET-7"},
    }
    assert story["decision"]["by"] == {
        "kind": "ops",
        "id": ANN,
        "run": None,
        "for": None,
        "break_glass": False,
        "name": "ann",
    }
    assert (body["note"], story["note"]) == (None, WHY)
    same = body.keys() - {"decision", "note"}
    assert {name: body[name] for name in same} == {name: story[name] for name in same}
    event = story["events"][-1]
    assert (event["kind"], event["actor"]["id"], event["note"]) == (
        "stuck:decided",
        ANN,
        WHY,
    )
    assert event["before"] == {"state": "stuck", "version": 1}
    assert event["after"] == {"state": "decided", "version": 2, "corrected": ["network_id"]}


async def test_of_operators_who_decide_at_once_exactly_one_succeeds(front: Front) -> None:
    made = services(front.database, 5)
    people = [staff_token(StaffRole.OPS, subject=name) for name in ("ann", "bo", "cy")]
    for each in made:
        row = stick(front.database, each, action="activate")

        answers = await asyncio.gather(
            *(
                decide(front, row, decision, token=token)
                for token, decision in zip(people, ("retry", "skip", "abort"), strict=True)
            )
        )

        (won,) = (answer.json() for answer in answers if answer.status_code == 200)
        lost = [answer.json() for answer in answers if answer.status_code == 409]
        assert [each["code"] for each in lost] == ["stuck_changed"] * 2
        who, what = won["decision"]["by"]["id"], won["decision"]["decision"]
        assert lost[0]["detail"] == f"Its version is 2: {who} has decided to {what} it"
    assert len(rows(front.database, "SELECT FROM event WHERE kind = 'stuck:decided'")) == len(made)


@pytest.mark.parametrize("resolution", Resolution)
async def test_deciding_about_a_closed_item_returns_its_resolution(
    front: Front, resolution: Resolution
) -> None:
    row = stick(front.database, services(front.database, 1)[0])
    heal(front.database, row.id, resolution)

    answer = await decide(front, row, "retry")

    assert (answer.status_code, answer.json()["code"]) == (409, "stuck_no_more")
    assert answer.json()["detail"].startswith(f"{resolution}: ")
    assert the(front.database, row.id).decision is None


async def test_a_decision_is_about_a_version(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0])
    for version in (2, 99):
        answer = await decide(front, row, "abort", version=version)

        assert (answer.status_code, answer.json()["code"]) == (409, "stuck_changed")
        assert answer.json()["detail"] == "Its version is 1"
    assert the(front.database, row.id).state == "stuck"


async def test_only_allowed_decisions_are_accepted(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0], action="read")
    may = "Allowed decisions: retry, abort; a retry may correct: network_id"
    for decision, correction in (
        ("skip", None),
        ("retry", {"msisdn": "7"}),
        ("retry", {"network_id": "NET-7", "kind": "router"}),
    ):
        body: dict[str, Any] = {"correction": correction} if correction else {}
        answer = await decide(front, row, decision, **body)

        assert (answer.status_code, answer.json()["code"]) == (409, "stuck_decision_refused")
        assert answer.json()["detail"] == may
    assert (await decide(front, row, "abort")).status_code == 200


async def test_step_12_an_item_fails_alone_only_where_its_step_allows_it(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0])
    refused = await decide(front, row, "fail")
    carry_out(front.database, "UPDATE stuck SET allowed_decisions = '{retry,fail}'")
    made = await decide(front, row, "fail")

    assert (refused.status_code, refused.json()["code"]) == (409, "stuck_decision_refused")
    assert (made.status_code, made.json()["decision"]["decision"]) == (200, "fail")


async def test_targets_and_broken_processes_are_not_decided_but_resumed_and_repaired(
    front: Front,
) -> None:
    broken = stick(front.database, services(front.database, 1)[0])
    carry_out(
        front.database,
        "UPDATE stuck SET kind = 'broken', code = 'workflow_missing', allowed_decisions = '{}'"
        " WHERE id = :id",
        id=broken.id,
    )
    with front.database.transaction() as session:
        targets.pause(session, Target.of(TargetKind.NETWORK), OPS_ACTOR, "Maintenance")
    paused = the(front.database, paused_targets.item_id(Target.of(TargetKind.NETWORK)))

    answers = [await decide(front, row, "retry") for row in (paused, broken)]

    assert {answer.json()["code"] for answer in answers} == {"stuck_decision_refused"}
    details = [answer.json()["detail"] for answer in answers]
    assert "POST /v1/ops/targets/network/resume" in details[0]
    assert f"POST /v1/ops/stuck/{broken.id}/repair" in details[1]


@pytest.mark.parametrize("decision", ["retry", "skip", "abort", "fail"])
async def test_an_item_that_is_not_stuck_cannot_be_decided(front: Front, decision: str) -> None:
    answer = await front.post(
        f"{STUCK}/{uuid4()}/{decision}", OPS, {"version": 1, "reason": WHY}, idempotency_key="k"
    )

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_an_invalid_request_decides_nothing(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0], action="activate")
    for decision, body, pointer in (
        ("retry", {"version": 0}, "/version"),
        ("retry", {"version": None}, "/version"),
        ("abort", {"reason": ""}, "/reason"),
        ("skip", {"reason": "no\nlines"}, "/reason"),
        ("retry", {"correction": {"network_id": "+37255500001"}}, "/correction/network_id"),
        ("retry", {"correction": {"network_id": "N" * 101}}, "/correction/network_id"),
        ("retry", {"correction": {"network_id": 7}}, "/correction/network_id"),
        ("skip", {"correction": {"network_id": "N"}}, "/correction"),
    ):
        answer = await decide(front, row, decision, **body)

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert the(front.database, row.id).state == "stuck"


async def test_a_repeated_request_decides_once(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0])

    first, again = [await decide(front, row, "retry", key="k") for _ in range(2)]
    other = await decide(front, row, "abort", key="k")
    late, later = [await decide(front, row, "retry", key="late") for _ in range(2)]

    assert (first.status_code, again.content) == (200, first.content)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    # A refusal is an answer as well: the same one, in every word but the request's id.
    details = [{name: a.json()[name] for name in ("code", "detail")} for a in (late, later)]
    assert (late.status_code, details[0]["code"], details[0]) == (409, "stuck_changed", details[1])
    assert len(rows(front.database, "SELECT FROM event WHERE kind = 'stuck:decided'")) == 1


async def test_a_repetition_after_a_crash_finds_its_decision(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0])
    first = await decide(front, row, "retry", key="k")
    carry_out(front.database, "DELETE FROM idempotency_key")

    again = await decide(front, row, "retry", key="k")

    assert (again.status_code, again.content) == (200, first.content)
    assert len(rows(front.database, "SELECT FROM event WHERE kind = 'stuck:decided'")) == 1
