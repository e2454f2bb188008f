"""The order of steps on one resource, and answers that come when it is too late."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Done, Refused, Step, StepState, Trouble, step_id
from domain.provisioning.targets import Target
from storage.database import Database
from storage.ops import stuck_items, stuck_story_queries
from storage.provisioning import step_order, step_queries, steps
from tests.builders.rows import carry_out, rows, wait_until_blocked
from tests.builders.step_runner import OPS, Doing, Hands, step
from workflows.provisioning.step_process import undoing

NUMBER = f"number/{uuid4()}"


def ask(database: Database, *asked: Step) -> None:
    with database.transaction() as session:
        for each in asked:
            step_order.add(session, each, Target.NETWORK, f"test/{each.process_id}")


def behind(database: Database, one: Step) -> bool:
    with database.transaction() as session:
        return step_order.lock(session, one, Target.NETWORK, "test").is_blocked


def end_process(database: Database, one: Step) -> None:
    with database.transaction() as session:
        steps.drop_unfinished(session, one.process_id)


def test_what_was_asked_first_is_first_whoever_looks_first(database: Database) -> None:
    first, second, other = step(resource=NUMBER), step(resource=NUMBER), step(resource="sim/1")
    ask(database, first, second, other)
    ask(database, second, first)  # again: nothing changes
    assert [behind(database, each) for each in (second, other, first)] == [True, False, False]
    with database.transaction() as session:
        steps.settle(session, first.id, StepState.DONE)
    assert not behind(database, second)


def test_a_number_is_released_before_it_is_taken(hands: Hands) -> None:
    """It moves from account A to B: two processes, the one that takes it comes to it first."""
    release, told, take = (
        step("release", resource=NUMBER, account_id=uuid4()),
        step("tell", account_id=uuid4()),
        step("take", resource=NUMBER, account_id=uuid4()),
    )
    ask(hands.database, release, take)
    done: list[str] = []

    def doing(action: str) -> Doing:
        def do() -> Done:
            done.append(action)
            return Done()

        return Doing(do)

    for each in (take, told, release, take):
        hands.carry_out(each, doing(each.action))
    assert done == ["tell", "release", "take"]


def test_a_process_does_not_wait_for_itself(database: Database) -> None:
    process_id = uuid4()
    one, two = (step(action, process_id, resource=NUMBER) for action in ("one", "two"))
    ask(database, one, two)
    assert not behind(database, two)


def test_undoing_has_the_place_of_what_it_undoes(hands: Hands) -> None:
    """From the abort until the process ends, whoever is behind waits: between undoings, too."""
    database, process_id = hands.database, uuid4()
    one, two = (step(action, process_id, resource=NUMBER) for action in ("one", "two"))
    later = step(resource=NUMBER)
    ask(database, one, two, later)
    hands.carry_out(one, Doing())
    with database.transaction() as session:
        steps.mark_aborting(session, two.id)
    for each in (two, one):
        assert behind(database, later)
        hands.carry_out(undoing(each), Doing())
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


def test_what_waits_behind_something_stuck_is_shown(hands: Hands) -> None:
    first, second, other = (
        step("first", resource=NUMBER),
        step("second", resource=NUMBER),
        step(resource="sim/1"),
    )
    ask(hands.database, first, second, other)
    hands.carry_out(first, Doing(Refused(StuckReason.REFUSED)))
    hands.carry_out(second, Doing())
    with hands.database.reading() as connection:
        waiting, count = stuck_story_queries.blocked_steps(connection, first.id)
    assert [(row.id, row.action) for row in waiting] == [(second.id, "second")]
    assert count == 1


@pytest.mark.parametrize("state", [StepState.ABORTING, StepState.UNDONE])
def test_an_answer_that_comes_during_the_undoing_changes_nothing(
    database: Database, state: StepState
) -> None:
    one = step(resource=NUMBER)
    ask(database, one)
    carry_out(database, "UPDATE step SET state = :state WHERE id = :id", state=state, id=one.id)
    with database.transaction() as session:
        assert not steps.settle(session, one.id, StepState.DONE, {"id": "a"})
        for told in (StepState.TROUBLE, StepState.REFUSED, StepState.ACCEPTED):
            assert steps.record_unsettled(session, one.id, told) is None
    (row,) = rows(database, "SELECT state, receipt FROM step")
    assert (row.state, row.receipt) == (state, None)


def test_a_refusal_that_is_retried_has_a_new_key_and_nothing_else_has(database: Database) -> None:
    attempts = {}
    for state in ("refused", "trouble", "doubt"):
        one = step(state)
        ask(database, one)
        carry_out(database, "UPDATE step SET state = :s WHERE id = :id", s=state, id=one.id)
        with database.transaction() as session:
            number = steps.apply_retry(session, one.id, {"x": "1"} if state == "doubt" else {})
        (row,) = rows(database, "SELECT * FROM step WHERE id = :id", id=one.id)
        assert row.decision_no == number
        attempts[state] = (row.state, number, row.correction)
    assert attempts == {
        "refused": ("asked", 2, None),
        "trouble": ("trouble", 1, None),
        "doubt": ("doubt", 1, {"x": "1"}),
    }


ROUNDS = 50


def test_places_are_had_one_after_the_other(database: Database) -> None:
    """Whoever sees that nobody is before them never finds somebody before them later."""
    start = Barrier(2)
    overtaken = []

    def ask_and_look(one: Step) -> None:
        start.wait()
        with database.transaction() as session:
            found = step_order.lock(session, one, Target.NETWORK, "test")
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


def test_whoever_had_to_wait_for_a_step_sees_what_was_done_meanwhile(hands: Hands) -> None:
    """Of the list as well as of the step itself."""
    one = step()
    hands.carry_out(one, Doing(Trouble(StuckReason.BUSY)))

    def look() -> tuple[StepState, bool, Resolution | None]:
        with hands.database.transaction() as session:
            row = step_order.lock(session, one, Target.NETWORK, "test")
        return row.state, row.is_listed, row.resolution

    with ThreadPoolExecutor(1) as threads:
        with hands.database.transaction() as session:
            steps.settle(session, one.id, StepState.DONE)
            looked = threads.submit(look)
            wait_until_blocked(hands.database)
            stuck_items.close(session, one.id, Resolution.HEALED, OPS)
        assert looked.result() == (StepState.DONE, False, Resolution.HEALED)


def test_ids_are_those_of_the_actions(database: Database) -> None:
    one = step("do")
    ask(database, one)
    with database.transaction() as session:
        found = step_queries.find(session, one.process_id, "do")
    assert found is not None
    assert found.id == step_id(one.process_id, "do")
