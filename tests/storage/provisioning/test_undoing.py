"""What of a process is to be undone, and in which order: read from the rows."""

from uuid import UUID, uuid4

import pytest

from activities.provisioning.effect import OutcomeKind
from domain.provisioning.attempts import Prepared
from domain.provisioning.steps import Decision, Done, Stage
from domain.provisioning.targets import Target, TargetKind
from domain.provisioning.undoing import UndoReason
from storage.database import Database
from storage.provisioning import undoing
from tests.builders.step_runner import (
    BUSY,
    LOST,
    NO,
    Doing,
    StepHarness,
    add_steps,
    kind,
    step,
)
from workflows.provisioning.item_process import undoing as undo_of

NETWORK = Target.of(TargetKind.NETWORK)
ACTIONS = ("one", "two", "three")


class NothingToDo(Doing):
    def prepare(self, *_: object) -> Prepared:
        return Prepared.NOTHING


def want(database: Database, process_id: UUID, item: str | None = None) -> set[str]:
    with database.transaction() as session:
        items = None if item is None else {item}
        return undoing.want(session, process_id, UndoReason.CANCELLED, items)


def to_undo(database: Database, process_id: UUID, item: str | None = None) -> list[str]:
    with database.transaction() as session:
        return list(undoing.to_undo(session, process_id, ACTIONS, item))


def is_left(database: Database, process_id: UUID) -> bool:
    with database.transaction() as session:
        return undoing.is_left(session, process_id, ACTIONS)


def test_step_3_the_newest_completion_is_undone_first(harness: StepHarness) -> None:
    """Whatever was requested first, and of which item: as the rows say, in every run."""
    database, process_id = harness.database, uuid4()
    made = [step(name, process_id, item=name, resource=f"service/{name}") for name in ACTIONS]
    one, two, three = made
    add_steps(database, *made)
    assert not want(database, uuid4())
    for each in (two, three, one):
        harness.carry_out(each, Doing())
    assert not is_left(database, process_id)
    want(database, process_id, "three")
    assert to_undo(database, process_id) == ["three"]
    want(database, process_id)
    assert to_undo(database, process_id) == ["one", "three", "two"]
    assert to_undo(database, process_id, "two") == ["two"]
    harness.carry_out(undo_of(one), Doing())
    harness.carry_out(undo_of(three), Doing(NO))
    for _ in range(2):  # a restart: the undoing that is stuck is continued
        assert to_undo(database, process_id) == ["three", "two"]
    harness.decide(undo_of(three), Decision.RETRY)
    for each in (three, two):
        assert kind(harness.carry_out(undo_of(each), Doing())) is OutcomeKind.DONE
    assert to_undo(database, process_id) == []
    assert not is_left(database, process_id)


def test_step_3_an_operator_may_do_without_undoing(harness: StepHarness) -> None:
    """The process goes on from there: it does not come back to it for ever."""
    database, one = harness.database, step("one", resource="service/1")
    add_steps(database, one)
    harness.carry_out(one, Doing())
    want(database, one.process_id)
    assert to_undo(database, one.process_id) == ["one"]
    harness.carry_out(undo_of(one), Doing(NO))
    assert is_left(database, one.process_id)
    harness.decide(undo_of(one), Decision.SKIP)
    assert kind(harness.carry_out(undo_of(one), Doing())) is OutcomeKind.SKIPPED
    assert to_undo(database, one.process_id) == []
    assert not is_left(database, one.process_id)
    with database.transaction() as session:
        undoing.drop_unfinished(session, one.process_id)
    assert harness.row(one).state == "dropped"  # done, and not undone


@pytest.mark.parametrize("answer", ["nothing to do", "never received"])
def test_step_3_undoing_may_find_nothing_to_do(harness: StepHarness, answer: str) -> None:
    database, one = harness.database, step("one", resource="service/1")
    add_steps(database, one)
    harness.carry_out(one, Doing())
    want(database, one.process_id)
    assert to_undo(database, one.process_id) == ["one"]
    effect = NothingToDo()
    if answer == "never received":
        harness.carry_out(undo_of(one), Doing(LOST))
    assert kind(harness.carry_out(undo_of(one), effect)) is OutcomeKind.DONE
    assert harness.row(one).state == "undone"
    assert to_undo(database, one.process_id) == []
    assert effect.keys == []


def test_step_3_a_pivot_without_anything_to_do_gives_the_places_up(harness: StepHarness) -> None:
    process_id = uuid4()
    one = step("one", process_id, resource="service/1")
    pivot = step("two", process_id, resource="service/1", stage=Stage.PIVOT)
    add_steps(harness.database, one, pivot)
    harness.carry_out(one, Doing())
    assert harness.row(one).released_at is None
    harness.carry_out(pivot, NothingToDo())
    assert harness.row(one).released_at is not None
    assert harness.row(pivot).released_at is not None
    assert want(harness.database, process_id) == set()


def test_step_3_in_a_new_run_the_outcome_is_found_before_anything_is_undone(
    harness: StepHarness,
) -> None:
    """The workflow begins anew while a step is in doubt, and its item is cancelled."""
    process_id = uuid4()
    one, two = (step(name, process_id, resource="service/1") for name in ("one", "two"))
    add_steps(harness.database, one, two)
    harness.carry_out(one, Doing())
    harness.carry_out(two, Doing(LOST))
    want(harness.database, process_id)
    assert kind(harness.carry_out(one, Doing())) is OutcomeKind.DONE  # on to the next one
    assert kind(harness.carry_out(two, Doing(when_asked=BUSY))) is OutcomeKind.STUCK
    assert kind(harness.carry_out(two, Doing(when_asked=Done()))) is OutcomeKind.ABORTED
    assert to_undo(harness.database, process_id) == ["two", "one"]
    assert kind(harness.carry_out(one, Doing())) is OutcomeKind.ABORTED


def test_step_3_of_a_failed_item_the_rest_of_the_process_goes_on(harness: StepHarness) -> None:
    process_id = uuid4()
    both = (Decision.RETRY, Decision.FAIL)
    a, b = (
        step(name, process_id, item=name, resource=f"service/{name}", allowed_decisions=both)
        for name in ("one", "two")
    )
    add_steps(harness.database, a, b)
    harness.carry_out(a, Doing(NO))
    harness.decide(a, Decision.FAIL)
    outcome = harness.carry_out(a, Doing())
    assert outcome is not None
    assert outcome.undo_reason is UndoReason.FAILED
    with harness.database.transaction() as session:
        assert undoing.reasons(session, process_id) == {"one": UndoReason.FAILED}
        assert undoing.goes_on(session, process_id)
    assert kind(harness.carry_out(b, Doing())) is OutcomeKind.DONE
    with harness.database.transaction() as session:
        assert not undoing.goes_on(session, process_id)
