"""Targets: how they do, and operations' hand on them."""

import asyncio
from uuid import uuid4

import pytest

from api.auth.principals import StaffRole
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.step_rules import StepRules
from domain.provisioning.target_failures import FailedCall
from domain.provisioning.targets import Target, TargetKind
from storage.ops.paused_targets import item_id
from storage.provisioning.target_failures import record_failure
from tests.builders import target_failures
from tests.builders.rows import NOTED, carry_out, rows
from tests.builders.stuck_items import BUSY, asked, services, stick
from tests.clients.api_client import ANN, OPS, Answer, Front, staff_token

TARGETS = "/v1/ops/targets"
NETWORK = f"{TARGETS}/network"
FOR = {"reason": "maintenance until six"}
AVAILABLE = {
    "state": "available",
    "paused_by": None,
    "note": None,
    "failures": 0,
    "probe_at": None,
    "failing": {"resources": 0, "codes": [], "steps": []},
    "waiting_steps": 0,
    "stuck_steps": 0,
}


async def change(front: Front, act: str, token: str = OPS, *, key: str = "") -> Answer:
    return await front.post(f"{NETWORK}/{act}", token, FOR, idempotency_key=key or str(uuid4()))


def fail(front: Front) -> None:
    """Make the target fail until it is paused."""
    assert not target_failures.fail(front.database).is_available


async def test_every_target_is_listed_also_one_that_never_failed(front: Front) -> None:
    items = (await front.get(TARGETS, OPS)).json()["items"]

    assert items == [
        {
            "name": name,
            "kind": name,
            "changed_at": None,
            "stuck_id": str(item_id(Target.of(TargetKind(name)))),
            "version": 1,
            **AVAILABLE,
        }
        for name in sorted(str(t) for t in TargetKind)
    ]


async def test_an_operator_pauses_a_target_and_resumes_it(front: Front) -> None:
    here, there = services(front.database, 2)
    stick(front.database, here, BUSY)
    asked(front.database, there)
    carry_out(
        front.database,
        "UPDATE step SET waits_for = 'target' WHERE resource = :what",
        what=f"service/{there.id}",
    )

    paused = await change(front, "pause")
    shown = await front.get(NETWORK, OPS)
    listed = (await front.get("/v1/ops/stuck?kind=paused", OPS)).json()["items"]
    resumed = await change(front, "resume")

    assert (paused.status_code, paused.json()["note"]) == (200, None)
    assert paused.json()["paused_by"] == {
        "kind": "ops",
        "id": ANN,
        "run": None,
        "for": None,
        "break_glass": False,
        "name": None,
    }
    assert {name: shown.json()[name] for name in AVAILABLE} == {
        "state": "paused",
        "paused_by": {
            "kind": "ops",
            "id": ANN,
            "run": None,
            "for": None,
            "break_glass": False,
            "name": "ann",
        },
        "note": FOR["reason"],
        "failures": 0,
        "probe_at": None,
        "failing": {"resources": 0, "codes": [], "steps": []},
        "waiting_steps": 3,
        "stuck_steps": 1,
    }
    assert [(row["reason"]["code"], row["note"]) for row in listed] == [
        ("target_paused", FOR["reason"])
    ]
    assert resumed.json()["state"] == "available"
    assert (resumed.json()["paused_by"], resumed.json()["note"]) == (None, None)
    assert (await front.get("/v1/ops/stuck?kind=paused", OPS)).json()["items"] == []
    events = rows(front.database, f"{NOTED} WHERE kind LIKE 'target:%' ORDER BY id")
    assert [(e.kind, e.actor["id"], e.note) for e in events] == [
        ("target:paused", ANN, FOR["reason"]),
        ("target:resumed", ANN, FOR["reason"]),
    ]


async def test_an_automatically_paused_target_is_probed_until_an_operator_pauses_it(
    front: Front,
) -> None:
    fail(front)
    by_itself = (await front.get(NETWORK, OPS)).json()
    by_ann = (await change(front, "pause")).json()

    assert (by_itself["state"], by_itself["paused_by"], by_itself["failures"]) == (
        "paused",
        None,
        1,
    )
    assert by_itself["probe_at"] is not None
    assert (by_ann["paused_by"]["id"], by_ann["probe_at"]) == (ANN, None)


@pytest.mark.parametrize("act", ["pause", "resume"])
async def test_of_concurrent_operators_one_changes_the_target(front: Front, act: str) -> None:
    if act == "resume":
        fail(front)
    tokens = [staff_token(StaffRole.OPS, subject=name) for name in ("ann", "bo", "cy")]

    answers = await asyncio.gather(*(change(front, act, token) for token in tokens))

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.text for answer in answers}) == 1
    assert len(rows(front.database, f"SELECT FROM event WHERE kind = 'target:{act}d'")) == 1


async def test_page_13_what_another_operator_decided_since_stands(front: Front) -> None:
    async def decide(act: str, version: int) -> tuple[int, str]:
        body = FOR | {"version": version}
        answer = await front.post(f"{NETWORK}/{act}", OPS, body, idempotency_key=str(uuid4()))
        return answer.status_code, answer.json().get("code") or answer.json()["state"]

    assert await decide("pause", 1) == (200, "paused")
    assert await decide("pause", 1) == (409, "target_changed")
    assert await decide("resume", 1) == (409, "target_changed")
    assert await decide("resume", 2) == (200, "available")
    kinds = [row.kind for row in rows(front.database, f"{NOTED} ORDER BY id")]
    assert kinds == ["target:paused", "target:resumed"]


async def test_page_13_a_failed_probe_changes_neither_since_when_it_is_paused_nor_what_was_seen(
    front: Front,
) -> None:
    fail(front)
    first = (await front.get(NETWORK, OPS)).json()
    carry_out(front.database, "UPDATE target SET state = 'probing'")
    assert target_failures.fail(front.database, is_probe=True).is_available is False
    second = (await front.get(NETWORK, OPS)).json()

    assert second["probe_at"] > first["probe_at"]
    same = ("state", "changed_at", "version")
    assert [second[name] for name in same] == [first[name] for name in same]
    assert [step["is_stuck"] for step in second["failing"]["steps"]] == [False, False]


async def test_a_repeated_request_changes_the_target_once(front: Front) -> None:
    answers = [await change(front, "pause", key="k") for _ in range(2)]
    other = await change(front, "pause")

    assert (answers[0].status_code, answers[1].content) == (200, answers[0].content)
    assert (other.status_code, other.json()) == (200, answers[0].json())


async def test_an_available_target_stays_so_and_an_unknown_one_is_not_found(
    front: Front,
) -> None:
    unchanged = await change(front, "resume")
    unknown = [
        await front.get(f"{TARGETS}/moon", OPS),
        await front.post(f"{TARGETS}/moon/pause", OPS, FOR, idempotency_key="1"),
        await front.post(f"{TARGETS}/moon/resume", OPS, FOR, idempotency_key="2"),
    ]
    without = await front.post(f"{NETWORK}/pause", OPS, {}, idempotency_key="3")

    assert (unchanged.status_code, unchanged.json()["state"]) == (200, "available")
    assert rows(front.database, "SELECT FROM event") == []
    assert {answer.status_code for answer in unknown} == {404}
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "/reason")


async def test_step_5_the_cause_of_a_pause_is_shown(front: Front) -> None:
    """How many resources fail, with which codes, and the steps that fail most."""
    (service,) = services(front.database, 1)
    stick(front.database, service, BUSY)
    (step,) = rows(front.database, "SELECT * FROM step WHERE action = 'read'")
    rules = StepRules(pause_after=1, pause_resources=2)
    failed = FailedCall(step.id, step.resource, StuckReason.UNREACHABLE)
    for _ in range(3):
        with front.database.transaction() as session:
            record_failure(session, target_failures.NETWORK, failed, rules, is_probe=False)
    target_failures.fail(front.database, rules=rules)

    shown = (await front.get(NETWORK, OPS)).json()
    (listed,) = (await front.get("/v1/ops/stuck?kind=paused", OPS)).json()["items"]
    item = (await front.get(f"/v1/ops/stuck/{listed['id']}", OPS)).json()
    other = (await front.get(f"/v1/ops/stuck/{step.id}", OPS)).json()

    failing = shown["failing"]
    assert (shown["state"], shown["failures"], failing["resources"]) == ("paused", 4, 2)
    assert failing["codes"] == [
        {"code": "unreachable", "detail": "", "resources": 1, "failures": 3},
        {"code": "busy", "detail": "http_503", "resources": 1, "failures": 1},
    ]
    worst = failing["steps"][0]
    assert (worst["id"], worst["code"], worst["failures"]) == (str(step.id), "unreachable", 3)
    assert listed["reason"]["detail"] == "2 resources: unreachable x3, busy http_503 x1"
    assert (item["failing"], other["failing"]) == (failing, None)

    # Whoever needs no answer any more is no cause.
    carry_out(front.database, "UPDATE step SET ended_at = now() WHERE id = :id", id=step.id)
    assert (await front.get(NETWORK, OPS)).json()["failing"]["resources"] == 1
