"""Cancelling items of a process in the database, against whatever else happens to it."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from activities.provisioning.effect import OutcomeKind
from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Answer, Decision, Done, Stage, Step
from domain.provisioning.targets import Target, TargetKind
from domain.provisioning.undoing import CancelResult, UndoReason
from storage.database import Database
from storage.provisioning import cancelling, step_order, undoing, wakeups
from storage.provisioning.cancelling import NoSteps
from tests.builders.rows import rows, wait_until_blocked
from tests.builders.step_runner import (
    BUSY,
    LOST,
    NO,
    Doing,
    StepHarness,
    add_steps,
    disagreeing,
    kind,
    step,
)
from tests.fixtures.patience import PATIENCE

NETWORK = Target.of(TargetKind.NETWORK)
FINAL = {"stage": Stage.FINAL, "allowed_decisions": (Decision.RETRY,)}


def cancelled(
    database: Database, process_id: UUID, items: set[str] | None = None
) -> dict[str, str]:
    with database.transaction() as session:
        return dict(cancelling.cancel(session, process_id, items).items)


def item_of(name: str, process_id: UUID) -> list[Step]:
    """An item: a step that can be undone, its pivot and a final step, on one resource."""
    of_it = {"item": name, "resource": f"service/{name}"}
    return [
        step(f"{name}-set", process_id, **of_it),
        step(f"{name}-bill", process_id, stage=Stage.PIVOT, **of_it),
        step(f"{name}-tell", process_id, **of_it, **FINAL),
    ]


def test_step_3_every_item_has_its_own_result(harness: StepHarness) -> None:
    """The database refuses what is past its point of no return, and takes back the rest."""
    database, process_id = harness.database, uuid4()
    items = {name: item_of(name, process_id) for name in "abcde"}
    add_steps(database, *(each for item in items.values() for each in item))
    for name, number in (("a", 0), ("b", 1), ("c", 2), ("d", 3)):
        for each in items[name][:number]:
            harness.carry_out(each, Doing())
    harness.carry_out(items["e"][0], Doing())
    harness.carry_out(items["e"][1], Doing(LOST))
    found = cancelled(database, process_id)
    assert found == {
        "a": CancelResult.CANCELLED,
        "b": CancelResult.CANCELLED,
        "c": CancelResult.PAST_POINT_OF_NO_RETURN,
        "d": CancelResult.OVER,
        "e": CancelResult.ASSESSING,
    }
    assert cancelled(database, process_id) == found  # again: nothing changes
    with database.transaction() as session:
        assert undoing.reasons(session, process_id) == dict.fromkeys("abe", UndoReason.CANCELLED)
        undoing.drop_unfinished(session, process_id)
    assert set(cancelled(database, process_id).values()) == {CancelResult.OVER}


def test_step_3_one_item_is_cancelled_and_others_go_on(harness: StepHarness) -> None:
    process_id = uuid4()
    a, b = (item_of(name, process_id)[0] for name in "ab")
    add_steps(harness.database, a, b)
    assert cancelled(harness.database, process_id, {"a", "no such item"}) == {"a": "cancelled"}
    assert kind(harness.carry_out(a, Doing())) is OutcomeKind.ABORTED
    assert kind(harness.carry_out(b, Doing())) is OutcomeKind.DONE
    assert harness.row(a).attempts == 0
    with pytest.raises(NoSteps):
        cancelled(harness.database, uuid4())


def test_step_3_a_step_that_was_not_added_with_its_item_is_not_sent(harness: StepHarness) -> None:
    """Whoever cancels an item finds all its steps: none can come later."""
    with pytest.raises(step_order.NotAdded):
        harness.carry_out(step(item="a"), Doing())
    added = step(item="a")
    add_steps(harness.database, added)
    assert kind(harness.carry_out(added, Doing())) is OutcomeKind.DONE


@pytest.mark.parametrize("answer", [Done(), NO, BUSY])
def test_step_3_a_cancel_that_comes_while_the_pivot_is_sent(
    harness: StepHarness, answer: Answer
) -> None:
    """Done, it cannot be taken back, and the item goes on; else the item is undone."""
    process_id = uuid4()
    set_, pivot, tell = item_of("a", process_id)
    add_steps(harness.database, set_, pivot, tell)
    harness.carry_out(set_, Doing())

    def sent() -> Answer:
        assert cancelled(harness.database, process_id) == {"a": CancelResult.ASSESSING}
        if isinstance(answer, Exception):
            raise answer
        return answer

    effect = Doing(sent)
    harness.carry_out(pivot, effect)
    outcome = harness.carry_out(pivot, Doing())
    with harness.database.transaction() as session:
        left = undoing.to_undo(session, process_id, [set_.action])
    if isinstance(answer, Done):
        assert (kind(outcome), left) == (OutcomeKind.DONE, [])
        assert kind(harness.carry_out(tell, Doing())) is OutcomeKind.DONE
        released = [harness.row(each).released_at for each in (set_, pivot, tell)]
        assert None not in released
        assert cancelled(harness.database, process_id) == {"a": CancelResult.OVER}
    else:
        assert (kind(outcome), left) == (OutcomeKind.ABORTED, [set_.action])
        assert kind(harness.carry_out(tell, Doing())) is OutcomeKind.ABORTED
        assert len(effect.keys) == 1
    assert disagreeing(harness.database) == []


@pytest.mark.parametrize("is_cancel_first", [True, False])
def test_step_3_of_a_cancel_and_the_pivots_answer_one_waits_for_the_other(
    harness: StepHarness, is_cancel_first: bool
) -> None:
    """Whichever commits first: either the item is past its pivot, or all of it is undone."""
    database, process_id = harness.database, uuid4()
    set_, pivot, tell = item_of("a", process_id)
    add_steps(database, set_, pivot, tell)
    harness.carry_out(set_, Doing())
    with ThreadPoolExecutor(1) as threads:
        if is_cancel_first:
            with database.transaction() as session:
                assert cancelling.cancel(session, process_id).items == {"a": CancelResult.CANCELLED}
                answered = threads.submit(harness.carry_out, pivot, Doing())
                wait_until_blocked(database)
            assert kind(answered.result(PATIENCE)) is OutcomeKind.ABORTED
        else:
            harness.carry_out(pivot, Doing(LOST))
            with database.transaction() as session:
                undoing.lock_steps(session, process_id)
                answered = threads.submit(harness.carry_out, pivot, Doing(when_asked=Done()))
                wait_until_blocked(database)
            assert kind(answered.result(PATIENCE)) is OutcomeKind.DONE
            assert cancelled(database, process_id) == {"a": CancelResult.PAST_POINT_OF_NO_RETURN}
    after = harness.carry_out(tell, Doing())
    assert kind(after) is (OutcomeKind.ABORTED if is_cancel_first else OutcomeKind.DONE)


def test_step_3_an_abort_that_waited_for_a_pivot_leaves_its_item_alone(
    harness: StepHarness,
) -> None:
    """An operator aborts the process for item B while the pivot of item A is answered."""
    database, process_id = harness.database, uuid4()
    set_, pivot, tell = item_of("a", process_id)
    other = item_of("b", process_id)[0]
    add_steps(database, set_, pivot, tell, other)
    harness.carry_out(set_, Doing())

    def abort() -> None:
        with database.transaction() as session:
            undoing.want(session, process_id, UndoReason.ABORTED)

    with ThreadPoolExecutor(1) as threads:
        with database.transaction() as session:
            undoing.lock_steps(session, process_id)
            aborting = threads.submit(abort)
            wait_until_blocked(database)
            session.execute(
                text("UPDATE step SET state = 'done', ended_at = now() WHERE id = :id"),
                {"id": pivot.id},
            )
            undoing.pass_return(session, pivot)
        aborting.result(PATIENCE)
    with database.transaction() as session:
        assert set(undoing.reasons(session, process_id)) == {"b"}
    assert kind(harness.carry_out(tell, Doing())) is OutcomeKind.DONE


def test_step_3_a_cancel_gives_way_to_an_attempt(harness: StepHarness) -> None:
    """It is repeated by its caller; an attempt has an answer to lose."""
    one = step(resource="service/1")
    add_steps(harness.database, one)
    with harness.database.transaction() as session:
        step_order.lock(session, one, NETWORK, "test")
        with pytest.raises(OperationalError):
            cancelled(harness.database, one.process_id)
    with harness.database.transaction() as session:
        session.execute(text("SET LOCAL lock_timeout = '7s'"))
        cancelling.cancel(session, one.process_id)
        assert session.execute(text("SHOW lock_timeout")).scalar_one() == "7s"


def to_wake(database: Database) -> set[str]:
    with database.transaction() as session:
        return {each.action for each in wakeups.claim_to_undo(session)}


def test_step_3_a_cancelled_process_is_woken_until_it_knows(harness: StepHarness) -> None:
    """And no more after that: a step that waits for its target is not tried twice a second."""
    database, process_id = harness.database, uuid4()
    read, done, doubt, asked = (
        step(name, process_id, resource="service/1") for name in ("read", "done", "doubt", "asked")
    )
    add_steps(database, read, done, doubt, asked)
    for each in (read, done):
        harness.carry_out(each, Doing())
    harness.carry_out(doubt, Doing(LOST, can_be_asked=False))
    assert to_wake(database) == set()
    cancelled(database, process_id)
    assert to_wake(database) == {"doubt", "asked"}  # nobody waits for what is settled
    assert to_wake(database) == set()
    with database.transaction() as session:
        session.execute(text("UPDATE step SET woken_at = woken_at - interval '31 seconds'"))
    assert to_wake(database) == {"doubt", "asked"}  # the signal got lost
    outcomes = [kind(harness.carry_out(each, Doing(can_be_asked=False))) for each in (doubt, asked)]
    assert outcomes == [OutcomeKind.STUCK, OutcomeKind.ABORTED]  # nobody can be asked about it
    with database.transaction() as session:
        session.execute(text("UPDATE step SET woken_at = NULL"))
    assert to_wake(database) == set()


def test_step_3_what_is_cancelled_while_it_is_asked_about_is_not_sent_again(
    harness: StepHarness,
) -> None:
    one = step(resource="service/1")
    add_steps(harness.database, one)
    harness.carry_out(one, Doing(LOST))

    def meanwhile() -> None:
        cancelled(harness.database, one.process_id)

    again = Doing(when_asked=meanwhile)
    assert kind(harness.carry_out(one, again)) is OutcomeKind.ABORTED
    assert (again.keys, len(again.asked)) == ([], 1)
    assert harness.row(one).state == "given_up"
    assert harness.listed(one).resolution == Resolution.CANCELLED


def test_step_3_what_is_cancelled_while_it_is_sent_is_found_out_and_undone(
    harness: StepHarness,
) -> None:
    one = step(resource="service/1")
    add_steps(harness.database, one)

    def lost() -> Answer:
        cancelled(harness.database, one.process_id)
        raise LOST

    effect = Doing(lost)
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.STUCK
    found = Doing(when_asked=Done({"id": "a"}))
    assert kind(harness.carry_out(one, found)) is OutcomeKind.ABORTED
    with harness.database.transaction() as session:
        assert undoing.to_undo(session, one.process_id, [one.action]) == [one.action]
    assert (len(effect.keys), found.keys) == (1, [])
    assert rows(harness.database, "SELECT resolution FROM stuck")[0].resolution == "healed"
