"""step.12: what a stuck step is about: its service, who requested its process, and why."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from domain.audit import Actor, ActorKind, EventKind
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.stuck_steps import Cause, StepFailure
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from tests.builders.rows import carry_out, rows
from tests.builders.stuck_items import BUSY, OPS_ACTOR, services, stick
from tests.builders.stuck_rows import put_stuck
from tests.clients.api_client import OPS, SUPPORT, Front

STUCK = "/v1/ops/stuck"
DOUBT = StepFailure(
    StuckKind.DOUBT,
    Cause(StuckReason.ANSWER_LOST),
    question=Cause(StuckReason.UNREACHABLE, "refused"),
    can_ask=True,
)


async def listed(front: Front) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await front.get(STUCK, OPS)).json()["items"]
    return found


async def test_step_12_an_item_shows_its_service_who_requested_it_and_why(front: Front) -> None:
    (here,) = services(front.database, 1)
    row = stick(front.database, here)
    carry_out(front.database, "UPDATE service SET network_id = 'NET-7' WHERE id = :i", i=here.id)

    (item,) = await listed(front)
    story = (await front.get(f"{STUCK}/{row.id}", OPS)).json()

    service = {
        "id": str(here.id),
        "kind": "mobile",
        "number": here.number,
        "name": here.name,
        "network_id": "NET-7",
    }
    for shown in (item, story):
        assert shown["service"] == service
        assert shown["requested"]["by"]["kind"] == OPS_ACTOR.kind
        assert (shown["requested"]["by"]["id"], shown["requested"]["note"]) == ("ann", "a test")
        assert (shown["item"], shown["stage"], shown["undo_reason"]) == ("", "reversible", None)
    steps = {step["action"]: step for step in story["steps"]}
    assert {step["service"]["id"] for step in steps.values()} == {str(here.id)}
    assert {action: step["can_undo"] for action, step in steps.items()} == {
        "read": False,
        "configure": True,
        "activate": True,
    }
    assert steps["read"]["reason"] == item["reason"]
    assert (await front.get(STUCK, SUPPORT)).status_code == 403
    decided = {"version": 1, "reason": "why not"}
    answer = await front.post(f"{STUCK}/{row.id}/retry", OPS, decided, idempotency_key="k")
    # That answer is kept for repetitions: nobody's number is.
    assert here.number is not None
    assert here.number not in answer.text


async def test_step_12_the_id_that_an_operator_corrected_is_shown(front: Front) -> None:
    (here,) = services(front.database, 1)
    row = stick(front.database, here)
    before = (await listed(front))[0]["service"]["network_id"]
    carry_out(
        front.database,
        'UPDATE step SET correction = \'{"network_id": "NET-8"}\' WHERE id = :id',
        id=row.id,
    )

    assert (before, (await listed(front))[0]["service"]["network_id"]) == (str(here.id), "NET-8")


async def test_step_12_a_note_that_is_erased_is_shown_nowhere(front: Front) -> None:
    stick(front.database, services(front.database, 1)[0])
    carry_out(front.database, "DELETE FROM event_note")

    (item,) = await listed(front)

    assert (item["requested"]["note"], item["requested"]["by"]["id"]) == (None, "ann")


async def test_step_12_a_doubt_shows_where_it_came_from_what_its_question_met_and_since_when(
    front: Front,
) -> None:
    row = stick(front.database, services(front.database, 1)[0], DOUBT)

    (item,) = await listed(front)
    (step, *_) = (await front.get(f"{STUCK}/{row.id}", OPS)).json()["steps"]

    assert item["reason"]["code"] == step["reason"]["code"] == "answer_lost"
    assert (item["question"]["code"], item["question"]["detail"]) == ("unreachable", "refused")
    assert item["in_doubt_since"] == item["first_failed_at"]
    assert item["in_doubt_since"] == step["in_doubt_since"]


async def test_step_12_an_item_that_is_undone_says_why(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0], BUSY)
    carry_out(front.database, "UPDATE step SET undo_reason = 'cancelled' WHERE id = :i", i=row.id)

    assert (await listed(front))[0]["undo_reason"] == "cancelled"


@pytest.mark.parametrize("kind", ["trouble", "broken"])
async def test_step_12_a_process_without_a_service_shows_who_requested_it(
    front: Front, kind: str
) -> None:
    (id_,) = put_stuck(front.database, 1, kind=kind)
    (row,) = rows(front.database, "SELECT process_id FROM stuck WHERE id = :id", id=id_)
    started = NewEvent(
        EventKind.VERIFICATION_STARTED, subject_id=row.process_id, reason=Reason("started", "…")
    )
    with front.database.transaction() as session:
        event_notes.append(session, started, "", actor=Actor(ActorKind.PORTAL, "portal"))

    (item,) = await listed(front)

    assert (item["service"], item["item"], item["stage"]) == (None, None, None)
    assert (item["requested"]["by"]["id"], item["requested"]["note"]) == ("portal", None)


async def test_step_12_a_page_takes_as_many_statements_as_one_item(front: Front) -> None:
    stick(front.database, services(front.database, 1)[0])
    seen = list[str]()
    event.listen(front.database.engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
    counts = []
    for number in range(2):
        await listed(front)
        counts.append(sum(" stuck" in statement for statement in seen))
        for each in services(front.database, 3, of=2 + number):
            stick(front.database, each)
        seen.clear()

    assert counts == [2, 2]


async def test_step_12_a_service_that_is_only_in_the_steps_resource_is_found(front: Front) -> None:
    """Of an order with several services, each step has its own."""
    one, other = services(front.database, 2)
    row = stick(front.database, one)
    for wanted, resource in (
        (str(other.id), f"service/{other.id}"),
        (str(one.id), "line/7"),
        (str(one.id), "service/7"),
        (str(one.id), f"service/{uuid4()}X"),
    ):
        carry_out(
            front.database, "UPDATE step SET resource = :r WHERE id = :i", r=resource, i=row.id
        )

        assert (await listed(front))[0]["service"]["id"] == wanted, resource
    assert row.process == ProcessType.RESEND
