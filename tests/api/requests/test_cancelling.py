"""step.12: a resend is cancelled while it runs, by those who may."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from services import launcher
from storage.provisioning import undoing
from tests.builders.rows import NOTED, carry_out, rows
from tests.builders.stuck_items import asked, services
from tests.clients.api_client import ANN, BILLING, OPS, PORTAL, SUPPORT, Answer, Front, open_front
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import Resends

WHY = "the customer changed their mind"


async def cancel(front: Front, operation: UUID, token: str = OPS, key: str = "") -> Answer:
    path = f"/v1/operations/{operation}/cancel"
    return await front.post(path, token, {"reason": WHY}, idempotency_key=key or str(uuid4()))


def requested(front: Front) -> UUID:
    (here,) = services(front.database, 1)
    return asked(front.database, here)


def cancelled_events(front: Front) -> list[Any]:
    return rows(front.database, f"{NOTED} WHERE kind = 'service:resend_cancelled'")


async def test_step_12_a_resend_is_cancelled_while_temporal_is_unavailable(front: Front) -> None:
    operation = requested(front)

    answer = await cancel(front, operation)
    again = await cancel(front, operation)
    shown = (await front.get(f"/v1/operations/{operation}", SUPPORT)).json()

    assert (answer.status_code, answer.json()["items"]) == (
        200,
        [{"item": "", "result": "cancelled"}],
    )
    # Whoever repeats it gets the same answer, and the history has it once.
    assert again.json() == answer.json()
    assert (shown["state"], shown["undo_reason"]) == ("pending", "cancelled")
    (line,) = cancelled_events(front)
    assert (line.actor["id"], line.note) == (ANN, WHY)
    assert line.reason["facts"]["operation_id"] == str(operation)
    # For a worker to wake it.
    found = rows(front.database, "SELECT undo_reason, woken_at FROM step")
    assert {tuple(row) for row in found} == {("cancelled", None)}


async def test_step_12_the_same_key_cancels_once(front: Front) -> None:
    operation = requested(front)

    first, second = [await cancel(front, operation, key="one") for _ in range(2)]

    assert (first.content, len(cancelled_events(front))) == (second.content, 1)


async def test_step_12_only_operations_may_cancel_a_resend(front: Front) -> None:
    operation = requested(front)

    answers = [await cancel(front, operation, token) for token in (SUPPORT, BILLING, PORTAL)]

    assert {answer.status_code for answer in answers} == {403}
    assert rows(front.database, "SELECT FROM step WHERE undo_reason IS NOT NULL") == []


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ("UPDATE operation SET state = 'succeeded'", "It has ended: succeeded"),
        (
            "UPDATE step SET stage = 'pivot', state = 'done' WHERE action = 'activate'",
            "It is past its point of no return, or being undone already",
        ),
        (
            "UPDATE step SET undo_reason = 'aborted'",
            "It is past its point of no return, or being undone already",
        ),
    ],
)
async def test_step_12_what_cannot_be_cancelled_any_more_is_left_as_it_is(
    front: Front, change: str, detail: str
) -> None:
    operation = requested(front)
    carry_out(front.database, change)
    before = rows(front.database, "SELECT * FROM step ORDER BY id")

    answer = await cancel(front, operation)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_cancellable")
    assert answer.json()["detail"] == detail
    assert rows(front.database, "SELECT * FROM step ORDER BY id") == before
    assert cancelled_events(front) == []


async def test_step_12_cancelling_waits_for_an_attempt_that_holds_its_step(front: Front) -> None:
    operation = requested(front)
    tries = list[str]()
    event.listen(
        front.database.engine, "before_cursor_execute", lambda *said: tries.append(said[2])
    )
    with front.database.transaction() as session:
        undoing.lock_steps(session, operation)
        pending = asyncio.create_task(cancel(front, operation))
        # Its lock runs out, and it is repeated.
        await until(lambda: sum("lock_timeout" in each for each in tries) > 1)

    assert (await pending).status_code == 200


async def test_step_12_what_is_cancelled_before_it_begins_sends_nothing(resending: Resends) -> None:
    (service,) = resending.services(1)
    operation = asked(resending.database, service)
    async with open_front(resending.database) as front:  # Temporal is unavailable
        answer = await cancel(front, operation)
    await launcher.start(resending.engine, operation)
    ended = await resending.ended(operation)

    assert answer.json()["items"] == [{"item": "", "result": "cancelled"}]
    assert (ended.state, ended.error["code"]) == ("cancelled", "resend_cancelled")
    assert resending.network.applied(service=str(service.id)) == []
    assert set(resending.steps(operation).values()) <= {"dropped", "given_up"}


async def test_step_12_a_cancelled_resend_undoes_what_it_did(resending: Resends) -> None:
    (service,) = resending.services(1)
    resending.network.tell_service(str(service.id), characteristics={"kind": "old"})
    operation = await resending.refused_at_activate(service.id)
    await resending.stuck(operation, action="activate")
    resending.network.control("DELETE", "/faults")
    engine = resending.engine
    async with open_front(engine.database, engine.temporal) as front:
        answer = await cancel(front, operation)
        ended = await resending.ended(operation)
        late = await cancel(front, operation)

    assert answer.json()["items"] == [{"item": "", "result": "cancelled"}]
    assert (ended.state, ended.error["code"]) == ("cancelled", "resend_cancelled")
    steps = resending.steps(operation)
    assert (steps["configure"], steps["undo-configure"]) == ("undone", "done")
    now = resending.network.service(str(service.id)).json()["serviceCharacteristic"]
    assert {each["name"]: each["value"] for each in now}["kind"] == "old"
    assert (late.status_code, late.json()["state"]) == (200, "cancelled")
    assert late.json()["items"] == [{"item": "", "result": "over"}]
    assert len(resending.events("service:resend_cancelled")) == 1
