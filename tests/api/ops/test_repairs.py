"""Broken processes are repaired once, with an event that names the operator."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row
from temporalio.client import Client, WorkflowExecutionStatus

from domain.processes import ProcessType
from domain.provisioning.steps import Decision
from services import launcher
from tests.builders.lost_processes import begun, reconcile
from tests.builders.processes import lost
from tests.clients.api_client import ANN, OPS, Answer, Front, open_front
from tests.fixtures.resend_stack import Resends, idle_resends, resending

__all__ = ["idle_resends", "resending"]

WHY = "it was lost"


@pytest.fixture
async def desk(idle_resends: Resends) -> AsyncIterator[Front]:
    """The API of the same engine."""
    queue = idle_resends.settings.task_queue
    async with open_front(idle_resends.database, idle_resends.client, task_queue=queue) as front:
        yield front


async def fix(
    front: Front, row: Row[Any], how: str, *, version: int | None = None, key: str = ""
) -> Answer:
    body = {"repair": how, "version": version or row.version, "reason": WHY}
    path = f"/v1/ops/stuck/{row.id}/repair"
    return await front.post(path, OPS, body, idempotency_key=key or str(uuid4()))


def broken(everything: Resends, process_id: UUID) -> Row[Any]:
    (row,) = [row for row in everything.listed(process_id) if row.kind == "broken"]
    return row


async def status(client: Client, workflow_id: str) -> WorkflowExecutionStatus | None:
    return (await client.get_workflow_handle(workflow_id).describe()).status


async def test_a_restarted_process_repeats_no_effect(resending: Resends, desk: Front) -> None:
    (service,) = resending.services(1)
    asked = await resending.refused_at_activate(service.id)
    step = await resending.stuck(asked, action="activate")
    await resending.client.get_workflow_handle(f"resend/{asked}").terminate()
    await reconcile(resending)
    key = str(uuid4())
    answer = await fix(desk, broken(resending, asked), "restart", version=1, key=key)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["state"], shown["decision"]["decision"]) == ("closed", "restart")
    assert (
        await fix(desk, broken(resending, asked), "restart", version=1, key=key)
    ).json() == shown
    # The step waits for its own decision still.
    resending.network.control("DELETE", "/faults")
    await resending.decide(step, Decision.RETRY)
    assert (await resending.ended(asked)).state == "succeeded"
    applied = [list(each["change"]) for each in resending.network.applied(service=str(service.id))]
    assert applied == [["serviceCharacteristic"], ["state"]]
    assert broken(resending, asked).resolution == "repaired"


async def test_a_closed_process_ends_with_its_steps_and_items(
    resending: Resends, desk: Front
) -> None:
    (service,) = resending.services(1)
    asked = await resending.refused_at_activate(service.id)
    await resending.stuck(asked, action="activate")
    await resending.client.get_workflow_handle(f"resend/{asked}").terminate()
    await reconcile(resending)
    answer = await fix(desk, broken(resending, asked), "close")
    assert (answer.status_code, answer.json()["state"]) == (200, "closed")
    operation = resending.operation(asked)
    assert (operation.state, operation.error["code"]) == ("cancelled", "closed_by_operations")
    assert resending.steps(asked)["activate"] == "dropped"
    assert {row.state for row in resending.listed(asked)} == {"closed"}
    (decided,) = [e for e in resending.events("stuck:decided") if e.reason["code"] == "close"]
    assert (decided.actor, decided.note) == ({"kind": "ops", "id": ANN}, WHY)
    assert (decided.before["version"], decided.after["version"]) == (1, 2)
    (over,) = resending.events("service:resend_ended")
    assert over.subject_id == service.id
    # Steps that it blocked on the service may continue.
    assert (await resending.ended(await _behind(resending, service.id))).state == "succeeded"


async def _behind(everything: Resends, service_id: UUID) -> UUID:
    everything.network.control("DELETE", "/faults")
    return await everything.ask(service_id)


async def test_every_kind_of_process_is_restarted_or_closed(
    idle_resends: Resends, desk: Front
) -> None:
    for how in ("restart", "close"):
        ids = {type_: lost(idle_resends.database, type_) for type_ in ProcessType}
        await reconcile(idle_resends)
        for process, id_ in ids.items():
            answer = await fix(desk, broken(idle_resends, id_), how)
            assert (process, answer.status_code) == (process, 200), answer.text
            if how == "restart":
                name = broken(idle_resends, id_).workflow_id
                running = await status(idle_resends.client, name)
                assert (process, running) == (process, WorkflowExecutionStatus.RUNNING)
        found = idle_resends.rows(
            "SELECT id, state FROM verification UNION ALL SELECT id, state FROM sync_run"
            " UNION ALL SELECT id, state FROM operation"
        )
        states = {row.id: row.state for row in found}
        ended = {process: states[id_] for process, id_ in ids.items() if id_ in states}
        if how == "close":
            assert ended == {
                "resend": "cancelled",
                "number_verification": "failed",
                "register_sync": "failed",
                "refresh": "cancelled",
                "bulk_retry": "cancelled",
                "bank_statement": "cancelled",
                "usage_extract": "cancelled",
                "drift_check": "cancelled",
                "contract_sign": "failed",
            }
        await reconcile(idle_resends)
        assert {broken(idle_resends, id_).resolution for id_ in ids.values()} == {"repaired"}


async def test_of_two_operators_one_repairs_the_process(idle_resends: Resends, desk: Front) -> None:
    (service,) = idle_resends.services(1)
    for ways in (("restart", "restart"), ("restart", "close"), ("close", "close")):
        asked = begun(idle_resends, service.id)
        await reconcile(idle_resends)
        row = broken(idle_resends, asked)
        answers = await asyncio.gather(*(fix(desk, row, way) for way in ways))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (lost,) = [answer.json()["code"] for answer in answers if answer.status_code == 409]
        assert lost in {"stuck_changed", "stuck_no_more"}
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]
        is_closed = won["decision"]["decision"] == "close"
        assert idle_resends.operation(asked).state == ("cancelled" if is_closed else "running")
    assert len(idle_resends.events("stuck:decided")) == 3


async def test_an_impossible_repair_is_refused_with_its_reason(
    idle_resends: Resends, desk: Front
) -> None:
    (service,) = idle_resends.services(1)
    asked = begun(idle_resends, service.id)
    await reconcile(idle_resends)
    row = broken(idle_resends, asked)

    async def refused(how: str, version: int = row.version) -> tuple[int, str]:
        answer = await fix(desk, row, how, version=version)
        return answer.status_code, answer.json()["code"]

    assert await refused("reset") == (409, "stuck_decision_refused")
    assert await refused("restart", row.version + 1) == (409, "stuck_changed")
    nothing = await desk.post(
        f"/v1/ops/stuck/{uuid4()}/repair",
        OPS,
        {"repair": "close", "version": 1, "reason": WHY},
        idempotency_key="k",
    )
    assert nothing.status_code == 404
    row = broken(idle_resends, asked)
    async with open_front(idle_resends.database) as without_temporal:
        answer = await fix(without_temporal, row, "close")
    assert (answer.status_code, answer.json()["code"]) == (503, "workflows_unavailable")
    assert broken(idle_resends, asked) == row, "nothing was done"
    # The workflow recovered a moment ago, and was not compared since.
    await launcher.start(idle_resends.engine, asked)
    assert await refused("close") == (409, "stuck_no_more")
    assert broken(idle_resends, asked).resolution == "healed"
    assert idle_resends.operation(asked).state == "running"
