"""A run that would end too much access waits for a person's word."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from domain.registry.sync import SyncSource
from tests.builders.people import MARI
from tests.fixtures.engine import Engine, Held, SyncHandle, until, until_told
from tests.oracles.entitlements import entitled
from workflows.registry.register_sync import RegisterSync


async def empty_boards(engine: Engine, share: float) -> set[Held]:
    """Let this share of all grants go; gives those that the register no longer supports."""
    held = sorted(engine.grants())
    leaving = {each.company for each in held[: int(share * len(held)) + 1]}
    orders = [{"code": code, "holders": []} for code in sorted(leaving)]
    engine.register.control("POST", "/companies", orders)
    return {each for each in held if each.company in leaving}


async def with_access(engine: Engine) -> None:
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)


async def held_run(engine: Engine, source: SyncSource = SyncSource.FILE) -> SyncHandle:
    """Start a run that goes too far, and wait until it waits."""
    handle = await engine.start(source)
    await until_told(handle, "Held")
    return handle


def events_of(engine: Engine, run_id: UUID) -> list[tuple[str, str, str]]:
    rows: Any = engine.rows(
        "SELECT kind, actor ->> 'id' AS by, COALESCE(n.text, reason ->> 'text') AS why"
        " FROM event e LEFT JOIN event_note n ON n.event_id = e.id"
        " WHERE subject_id = :id ORDER BY id",
        id=run_id,
    )
    return [(row.kind, row.by, row.why) for row in rows]


async def test_a_file_that_would_end_a_third_of_access_is_held(engine: Engine) -> None:
    await with_access(engine)
    before = engine.grants()
    leaving = await empty_boards(engine, 0.3)
    engine.register.put("19000014", holders=[MARI])

    handle = await held_run(engine)

    run = engine.run_of(handle)
    assert engine.grants() == before
    assert run.reason["code"] == "too_much_would_end"
    assert run.preview["open_grants"] == len(before)
    assert run.preview["ending"]["total"] == len(run.preview["ending"]["shown"]) == len(leaving)
    assert run.preview["starting"]["total"] == 0
    assert {line["reason"]["code"] for line in run.preview["ending"]["shown"]} == {
        "not_in_register"
    }
    assert events_of(engine, run.id) == [("sync:held", "", run.reason["text"])]
    await engine.decide(handle, "reject")


async def test_a_released_run_does_what_was_previewed(engine: Engine) -> None:
    await with_access(engine)
    leaving = await empty_boards(engine, 0.3)
    handle = await held_run(engine)

    await engine.decide(handle, "release", by="ann")
    run = await engine.ended(handle)

    assert (run.state, run.decided_by) == ("finished", "ann")
    assert run.counts["ended"] == run.preview["ending"]["total"] == len(leaving)
    assert engine.grants() == entitled(engine.companies())
    assert events_of(engine, run.id)[1:] == [("sync:released", "ann", "looked at it")]


async def test_a_rejected_run_changes_nothing(engine: Engine) -> None:
    await with_access(engine)
    before = engine.grants()
    await empty_boards(engine, 0.3)
    handle = await held_run(engine)

    await engine.decide(handle, "reject", by="bob")
    run = await engine.ended(handle)

    assert (run.state, run.decided_by) == ("rejected", "bob")
    assert run.reason["text"] == "Operations rejected the run"
    assert engine.grants() == before
    assert events_of(engine, run.id)[1:] == [("sync:rejected", "bob", "looked at it")]


async def test_companies_of_a_rejected_run_are_queried_again_by_the_nightly_check(
    engine: Engine,
) -> None:
    await with_access(engine)
    leaving = await empty_boards(engine, 0.3)
    handle = await held_run(engine)
    await engine.decide(handle, "reject")
    await engine.ended(handle)

    again = await held_run(engine, SyncSource.CHECK)

    assert engine.run_of(again).preview["ending"]["total"] == len(leaving)
    await engine.decide(again, "reject")


async def test_the_first_decision_counts(engine: Engine) -> None:
    await with_access(engine)
    await empty_boards(engine, 0.3)
    handle = await held_run(engine)

    answers = [
        await engine.decide(handle, "reject", by="ann"),
        await engine.decide(handle, "release", by="bob"),
    ]
    run = await engine.ended(handle)

    assert answers == [True, False]
    assert [kind for kind, _, _ in events_of(engine, run.id)] in (
        ["sync:held", "sync:rejected"],
        ["sync:held", "sync:released"],
    )


async def test_fault_6_a_run_that_is_woken_before_it_is_held_waits_for_its_decision(
    engine: Engine,
) -> None:
    """The row says ``held`` a moment before the workflow does, and anyone may wake that."""
    await with_access(engine)
    await empty_boards(engine, 0.3)
    with weighing_waits(engine):
        handle = await engine.start(SyncSource.FILE)
        await until(lambda: _runs(handle, "registry.weigh"))
        await handle.signal(RegisterSync.wake)
    await until(lambda: engine.run_of(handle).state == "held")

    assert await engine.decide(handle, "reject")

    assert (await engine.ended(handle)).state == "rejected"


async def test_fault_6_a_decision_about_a_run_that_turns_out_harmless_is_refused(
    engine: Engine,
) -> None:
    await with_access(engine)
    with weighing_waits(engine):
        handle = await engine.start(SyncSource.CHECK)
        await until(lambda: _runs(handle, "registry.weigh"))
        assert not await engine.decide(handle, "release")

    run = await engine.ended(handle)

    assert (run.state, run.decided_by) == ("finished", None)


@contextmanager
def weighing_waits(engine: Engine) -> Iterator[None]:
    """A run waits for companies where it is weighed, until the block ends."""
    with engine.database.transaction() as session:
        session.connection().exec_driver_sql("SELECT FROM company FOR NO KEY UPDATE")
        yield


async def _runs(handle: SyncHandle, activity: str) -> bool:
    pending = (await handle.describe()).raw_description.pending_activities
    return activity in {each.activity_type.name for each in pending}


async def test_a_run_that_is_not_held_cannot_be_decided(engine: Engine) -> None:
    engine.take_on(engine.codes()[:2])
    engine.register.fault("esindus", "delay", seconds=1, times=1)
    handle = await engine.start(SyncSource.FILE)

    await until(lambda: bool(engine.rows("SELECT FROM sync_run")))

    assert not await engine.decide(handle, "release")
    run = await engine.ended(handle)

    assert (run.state, run.decided_by) == ("finished", None)
