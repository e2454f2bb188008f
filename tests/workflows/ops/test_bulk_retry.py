"""Bulk retries: the result for each item, items that change meanwhile, and cancelling."""

from collections import Counter

from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Decision
from storage.ops import bulk_retries, decisions, stuck_items
from storage.ops.decisions import NewDecision
from tests.builders.bulk_retries import begin, done, results
from tests.builders.stuck_rows import decided_by, mixed, put_stuck
from tests.fixtures.resend_stack import OPS, Resends


async def test_each_item_is_retried_or_left_alone_by_its_kind(resending: Resends) -> None:
    services = resending.services(3)
    for service in services:
        resending.network.tell_service(str(service.id), known=False)
    asked = [await resending.ask(service.id) for service in services]
    for each in asked:
        await resending.stuck(each, code="service_unknown")
    made = mixed(resending.database, trouble=90)
    doubt = "SELECT * FROM stuck WHERE kind = 'doubt' ORDER BY id"
    untouched = resending.rows(doubt)
    for service in services:
        resending.network.tell_service(str(service.id), known=True)

    operation = await resending.ended(await begin(resending, rate=200))

    assert operation.state == "succeeded"
    assert operation.progress == {"done": 108, "total": 108}
    assert operation.result == {"retried": 98, "skipped": 0, "refused": 6, "in_doubt": 4}
    assert Counter(row.result for row in results(resending, operation.id)) == {
        "retried": 98,
        "refused": 6,
        "in_doubt": 4,
    }
    assert resending.rows(doubt) == untouched
    retried = decided_by(resending.database)
    assert set(map(tuple, retried.values())) == {("bulk",)}
    assert {*made["trouble"], *made["refused"]} < set(retried)
    assert len(retried) == 98
    (ended,) = resending.events("bulk_retry:ended")
    assert ended.after == {"state": "succeeded", **operation.result}
    # Their processes were signalled, and continued.
    for each in asked:
        assert (await resending.ended(each)).state == "succeeded"
        (row,) = resending.listed(each)
        assert row.resolution == "retried"


async def test_a_changed_item_is_skipped_and_a_cancelled_bulk_retry_stops(
    resending: Resends,
) -> None:
    database = resending.database
    ids = put_stuck(database, 500)
    by_hand, healed, doubtful = ids[20], ids[21], ids[22]

    with database.transaction() as session:
        # The bulk retry stops at this item until an operator has decided about it.
        session.execute(text("SELECT FROM stuck WHERE id = :id FOR UPDATE"), {"id": by_hand})
        operation = await begin(resending, rate=100)
        await done(resending, operation, 20)
        decisions.decide(session, by_hand, NewDecision(Decision.ABORT, 1, OPS, "by hand"))
        stuck_items.close(session, healed, Resolution.HEALED, Actor(ActorKind.ENGINE, "resend"))
        session.execute(
            text("UPDATE stuck SET kind = 'doubt', version = version + 1 WHERE id = :id"),
            {"id": doubtful},
        )
    await done(resending, operation, 24)
    with database.transaction() as session:
        bulk_retries.cancel(session, operation, OPS, "enough")

    cancelled = resending.operation(operation)
    await resending.client.get_workflow_handle(f"bulk_retry/{operation}").result()
    assert resending.operation(operation) == cancelled
    reached = cancelled.progress["done"]
    assert (cancelled.state, reached < 500) == ("cancelled", True)
    assert cancelled.result == {
        "retried": reached - 3,
        "skipped": 2,
        "refused": 0,
        "in_doubt": 1,
    }
    result_of = {row.stuck_id: row.result for row in results(resending, operation)}
    assert [result_of[id_] for id_ in (by_hand, healed, doubtful)] == [
        "skipped",
        "skipped",
        "in_doubt",
    ]
    assert [result_of[id_] for id_ in ids[reached:]] == [None] * (500 - reached)
    who = decided_by(database)
    assert who.pop(by_hand) == [OPS.id]
    assert who == {id_: ["bulk"] for id_, result in result_of.items() if result == "retried"}


async def test_two_at_once_retry_each_row_once_and_keep_their_rate(resending: Resends) -> None:
    ids = put_stuck(resending.database, 40)

    both = [await begin(resending, rate=40) for _ in range(2)]
    ended = [await resending.ended(each) for each in both]

    assert [each.state for each in ended] == ["succeeded"] * 2
    assert sum(each.result["retried"] for each in ended) == 40
    assert sum(each.result["skipped"] for each in ended) == 40
    assert decided_by(resending.database) == {id_: ["bulk"] for id_ in ids}
    for each in both:
        at = [row.at for row in results(resending, each)]
        assert (at[-1] - at[0]).total_seconds() > 0.7  # 40 rows, 40 a second
