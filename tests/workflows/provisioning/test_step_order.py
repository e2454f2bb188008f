"""Processes that have steps on the same resource: one after the other, in the order asked."""

from uuid import UUID, uuid4

from domain.provisioning.steps import Decision
from services import launcher
from storage.ops import stuck_story_queries
from storage.provisioning import resends
from storage.requests.operation_queries import Operation
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import OPS, Resends


async def test_later_steps_wait_behind_a_stuck_and_undone_step(resending: Resends) -> None:
    mine, other = resending.services(2)
    first = await resending.refused_at_activate(mine.id)
    row = await resending.stuck(first, action="activate")
    second = await resending.ask(mine.id)
    elsewhere = await resending.ended(await resending.ask(other.id))
    await until(lambda: waits(resending, second))

    assert elsewhere.state == "succeeded"
    with resending.database.reading() as connection:
        blocked, _ = stuck_story_queries.blocked_steps(connection, row.id)
    assert [each.process_id for each in blocked] == [second] * 3
    assert resending.operation(second).waits_for == "order"

    await resending.decide(row, Decision.ABORT)
    undoing = await resending.stuck(first, action="undo-configure")
    assert waits(resending, second)
    resending.network.control("DELETE", "/faults")
    await resending.decide(undoing, Decision.RETRY)

    assert (await resending.ended(first)).state == "cancelled"
    assert (await resending.ended(second)).state == "succeeded"
    assert applied(resending, mine.id) == [
        (first, "configure/1"),
        (first, "undo-configure/2"),
        (second, "configure/1"),
        (second, "activate/1"),
    ]


async def test_the_first_request_is_first_even_if_its_worker_starts_later(
    resending: Resends,
) -> None:
    (mine,) = resending.services(1)
    first = asked_only(resending, mine.id)
    second = await resending.ask(mine.id)
    await until(lambda: waits(resending, second))
    assert applied(resending, mine.id) == []
    await launcher.start(resending.engine, first.id)
    await resending.ended(second)
    assert [by for by, _ in applied(resending, mine.id)] == [first.id] * 2 + [second] * 2


def asked_only(all_of_it: Resends, service_id: UUID) -> Operation:
    """Asked for while Temporal is away: nobody begins it yet."""
    with all_of_it.database.transaction() as session:
        row = resends.request(session, uuid4(), service_id, OPS, "a test")
    assert row is not None
    return row


def waits(all_of_it: Resends, operation_id: UUID) -> bool:
    (row,) = all_of_it.rows(
        "SELECT waits_for FROM step WHERE process_id = :id AND action = 'read'", id=operation_id
    )
    return bool(row.waits_for == "order")


def applied(all_of_it: Resends, service_id: UUID) -> list[tuple[UUID, str]]:
    """Return the changes of a service in order, with operation and action."""
    keys = [
        each["key"].split("/", 2) for each in all_of_it.network.applied(service=str(service_id))
    ]
    return [(UUID(operation), action) for _, operation, action in keys]
