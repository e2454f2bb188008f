"""The order of steps on one resource."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from sqlalchemy import text

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Done, Refused, Step, StepState
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.ops import stuck_story_queries
from storage.provisioning import step_order, steps, undoing
from tests.builders.rows import rows
from tests.builders.step_runner import Doing, StepHarness, add_steps, step
from workflows.provisioning.item_process import undoing as undo_of

NUMBER = f"number/{uuid4()}"


def behind(database: Database, one: Step) -> bool:
    with database.transaction() as session:
        return step_order.lock(session, one, Target.of(TargetKind.NETWORK), "test").is_blocked


def end_process(database: Database, one: Step) -> None:
    with database.transaction() as session:
        undoing.drop_unfinished(session, one.process_id)


def test_the_first_requested_step_is_first_whichever_worker_comes_first(database: Database) -> None:
    first, second, other = step(resource=NUMBER), step(resource=NUMBER), step(resource="sim/1")
    add_steps(database, first, second, other)
    add_steps(database, second, first)  # again: nothing changes
    assert [behind(database, each) for each in (second, other, first)] == [True, False, False]
    with database.transaction() as session:
        steps.settle(session, first, StepState.DONE)
    assert behind(database, second)  # its process may have more to do on the resource, or to undo
    end_process(database, first)
    assert not behind(database, second)


def test_a_number_is_released_before_it_is_taken(harness: StepHarness) -> None:
    """A number moves from account A to B by two processes; the one that takes it comes first."""
    release, between, take = (
        step("release", resource=NUMBER, account_id=uuid4()),
        step("tell", account_id=uuid4()),
        step("take", resource=NUMBER, account_id=uuid4()),
    )
    add_steps(harness.database, release, take)
    done: list[str] = []

    def doing(action: str) -> Doing:
        def do() -> Done:
            done.append(action)
            return Done()

        return Doing(do)

    for each in (take, between, release, take):
        harness.carry_out(each, doing(each.action))
    assert done == ["tell", "release"]  # until the process that releases it is over
    end_process(harness.database, release)
    harness.carry_out(take, doing(take.action))
    assert done == ["tell", "release", "take"]


def test_a_process_does_not_wait_for_itself(database: Database) -> None:
    process_id = uuid4()
    one, two = (step(action, process_id, resource=NUMBER) for action in ("one", "two"))
    add_steps(database, one, two)
    assert not behind(database, two)


def test_an_undoing_step_has_the_place_of_the_step_it_undoes(harness: StepHarness) -> None:
    """From the abort until the process ends, whoever is behind waits: between undoings, too."""
    database, process_id = harness.database, uuid4()
    one, two = (step(action, process_id, resource=NUMBER) for action in ("one", "two"))
    later = step(resource=NUMBER)
    add_steps(database, one, two, later)
    harness.carry_out(one, Doing())
    with database.transaction() as session:
        undoing.mark_aborting(session, two.id)
    for each in (two, one):
        assert behind(database, later)
        harness.carry_out(undo_of(each), Doing())
        assert behind(database, later)
    found = rows(database, "SELECT * FROM step WHERE process_id = :id", id=process_id)
    states = {row.action: row.state for row in found}
    assert states == {"one": "undone", "undo-one": "done", "two": "undone", "undo-two": "done"}
    by_action = {row.action: row.place for row in found}
    assert by_action["undo-one"] == by_action["one"] < by_action["two"]
    end_process(database, one)
    assert not behind(database, later)
    undone = rows(database, "SELECT state FROM step WHERE id = :id", id=two.id)
    assert undone[0].state == "undone"


def test_steps_blocked_by_a_stuck_step_are_shown(harness: StepHarness) -> None:
    first, second, other = (
        step("first", resource=NUMBER),
        step("second", resource=NUMBER),
        step(resource="sim/1"),
    )
    add_steps(harness.database, first, second, other)
    harness.carry_out(first, Doing(Refused(StuckReason.REFUSED)))
    harness.carry_out(second, Doing())
    with harness.database.reading() as connection:
        waiting, count = stuck_story_queries.blocked_steps(connection, first.id)
    assert [(row.id, row.action) for row in waiting] == [(second.id, "second")]
    assert count == 1


def test_step_1_who_waits_for_what_is_done_is_shown_at_the_stuck_step(
    harness: StepHarness,
) -> None:
    """A process keeps every place of its own while one of its steps is stuck."""
    process_id = uuid4()
    done, stuck = (step(name, process_id, resource=f"sim/{name}") for name in ("1", "2"))
    later, bar = step("later", resource="sim/1"), step("bar", resource="sim/1", urgent=True)
    add_steps(harness.database, done, stuck, later)
    for each, answer in ((done, Done()), (stuck, Refused(StuckReason.REFUSED))):
        harness.carry_out(each, Doing(answer))
    add_steps(harness.database, bar)  # it overtakes: it waits for nobody
    with harness.database.reading() as connection:
        waiting, _ = stuck_story_queries.blocked_steps(connection, stuck.id)
    assert [row.action for row in waiting] == ["later"]


ROUNDS = 50


def test_places_are_taken_one_after_the_other(database: Database) -> None:
    """Whoever sees that nobody is before them never finds somebody before them later."""
    start = Barrier(2)
    overtaken = []

    def ask_and_look(one: Step) -> None:
        start.wait()
        with database.transaction() as session:
            found = step_order.lock(session, one, Target.of(TargetKind.NETWORK), "test")
        if not found.is_blocked:
            overtaken.append((one, found.place))

    with ThreadPoolExecutor(2) as threads:
        for n in range(ROUNDS):
            pair = [step(resource=f"number/{n}") for _ in range(2)]
            for each in [threads.submit(ask_and_look, one) for one in pair]:
                each.result()
    assert len(overtaken) == ROUNDS  # of each two exactly one goes first…
    with database.transaction() as session:
        for one, place in overtaken:  # …and nobody has an earlier place
            first = session.execute(
                text("SELECT min(place) FROM step WHERE resource = :r"), {"r": one.resource}
            ).scalar_one()
            assert first == place
