"""Processes that have steps on the same resource: one after the other, in the order asked."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row

from domain.provisioning.steps import Decision
from services.launcher import start_operation
from storage.ops import stuck_queries
from storage.provisioning import resends
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import OPS, Resyncs


async def test_behind_one_that_is_stuck_and_undone_everyone_waits(resyncing: Resyncs) -> None:
    mine, other = resyncing.services(2)
    first = await resyncing.refused_at_activate(mine.id)
    row = await resyncing.stuck(first, action="activate")
    second = await resyncing.ask(mine.id)
    elsewhere = await resyncing.ended(await resyncing.ask(other.id))
    await until(lambda: waits(resyncing, second))

    assert elsewhere.state == "succeeded"
    with resyncing.database.reading() as connection:
        behind = stuck_queries.behind(connection, row.id)
    assert [each.process_id for each in behind] == [second] * 3
    assert resyncing.operation(second).waits_for == "order"

    await resyncing.decide(row, Decision.ABORT)
    undoing = await resyncing.stuck(first, action="undo-configure")
    assert waits(resyncing, second)
    resyncing.network.control("DELETE", "/faults")
    await resyncing.decide(undoing, Decision.RETRY)

    assert (await resyncing.ended(first)).state == "cancelled"
    assert (await resyncing.ended(second)).state == "succeeded"
    assert applied(resyncing, mine.id) == [
        (first, "configure/1"),
        (first, "undo-configure/2"),
        (second, "configure/1"),
        (second, "activate/1"),
    ]


async def test_who_asked_first_is_first_though_its_worker_started_later(
    resyncing: Resyncs,
) -> None:
    (mine,) = resyncing.services(1)
    first = asked_only(resyncing, mine.id)
    second = await resyncing.ask(mine.id)
    await until(lambda: waits(resyncing, second))
    assert applied(resyncing, mine.id) == []
    await start_operation(resyncing.client, resyncing.settings.task_queue, first)
    await resyncing.ended(second)
    assert [by for by, _ in applied(resyncing, mine.id)] == [first.id] * 2 + [second] * 2


def asked_only(all_of_it: Resyncs, service_id: UUID) -> Row[Any]:
    """Asked for while Temporal is away: nobody begins it yet."""
    with all_of_it.database.transaction() as session:
        row = resends.ask(session, uuid4(), service_id, OPS, "a test")
    assert row is not None
    return row


def waits(all_of_it: Resyncs, operation_id: UUID) -> bool:
    (row,) = all_of_it.rows(
        "SELECT waits_for FROM step WHERE process_id = :id AND action = 'read'", id=operation_id
    )
    return bool(row.waits_for == "order")


def applied(all_of_it: Resyncs, service_id: UUID) -> list[tuple[UUID, str]]:
    """What was done to a service, in its order: by which operation, and what."""
    keys = [
        each["key"].split("/", 2) for each in all_of_it.network.applied(service=str(service_id))
    ]
    return [(UUID(operation), action) for _, operation, action in keys]
