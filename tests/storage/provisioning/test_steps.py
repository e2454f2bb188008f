"""States of steps: answers that come when it is too late, retries, steps that others work on."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import StepState, Trouble, step_id
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.ops import stuck_items
from storage.provisioning import step_order, step_queries, steps, undoing
from storage.provisioning.steps import Unsettled
from tests.builders.rows import carry_out, rows, wait_until_blocked
from tests.builders.step_runner import OPS, Doing, StepHarness, add_steps, step
from workflows.provisioning.item_process import undoing as undo_of

NUMBER = f"number/{uuid4()}"


@pytest.mark.parametrize("state", [StepState.ABORTING, StepState.UNDONE])
def test_an_answer_that_comes_during_the_undoing_changes_nothing(
    database: Database, state: StepState
) -> None:
    one = step(resource=NUMBER)
    add_steps(database, one)
    carry_out(database, "UPDATE step SET state = :state WHERE id = :id", state=state, id=one.id)
    with database.transaction() as session:
        assert not steps.settle(session, one, StepState.DONE, {"id": "a"})
        for answered in (StepState.TROUBLE, StepState.REFUSED, StepState.ACCEPTED):
            assert steps.record_unsettled(session, one.id, Unsettled(answered)) is None
    (row,) = rows(database, "SELECT state, receipt FROM step")
    assert (row.state, row.receipt) == (state, None)


def test_only_a_retried_refusal_has_a_new_key(database: Database) -> None:
    attempts = {}
    for state in ("refused", "trouble", "doubt"):
        one = step(state)
        add_steps(database, one)
        carry_out(database, "UPDATE step SET state = :s WHERE id = :id", s=state, id=one.id)
        with database.transaction() as session:
            given = {"x": "1"} if state == "doubt" else {}
            number = steps.apply_retry(session, one.id, given).decision_no
        (row,) = rows(database, "SELECT * FROM step WHERE id = :id", id=one.id)
        assert row.decision_no == number
        attempts[state] = (row.state, number, row.correction)
    assert attempts == {
        "refused": ("asked", 2, None),
        "trouble": ("trouble", 1, None),
        "doubt": ("doubt", 1, {"x": "1"}),
    }


def test_a_caller_that_waited_for_a_step_sees_its_new_state(harness: StepHarness) -> None:
    """Of the list as well as of the step itself."""
    one = step()
    harness.carry_out(one, Doing(Trouble(StuckReason.BUSY)))

    def current() -> tuple[StepState, bool]:
        with harness.database.transaction() as session:
            row = step_order.lock(session, one, Target.of(TargetKind.NETWORK), "test")
        return row.state, row.is_listed

    with ThreadPoolExecutor(1) as threads:
        with harness.database.transaction() as session:
            steps.settle(session, one, StepState.DONE)
            looked = threads.submit(current)
            wait_until_blocked(harness.database)
            stuck_items.close(session, one.id, Resolution.HEALED, OPS)
        assert looked.result() == (StepState.DONE, False)


def test_ids_are_those_of_the_actions(database: Database) -> None:
    one = step("do")
    add_steps(database, one)
    with database.transaction() as session:
        found = step_queries.find(session, one.process_id, "do")
    assert found is not None
    assert found.id == step_id(one.process_id, "do")


def test_closing_a_process_waits_for_whoever_undoes_one_of_its_steps(database: Database) -> None:
    """Both lock the undoing step first: the other way round they would deadlock."""
    done = step("configure", resource=NUMBER)
    undo = undo_of(done)
    add_steps(database, done)
    add_steps(database, undo)

    def close() -> Sequence[UUID]:
        with database.transaction() as session:
            return undoing.drop_unfinished(session, done.process_id)

    with ThreadPoolExecutor(1) as threads, database.transaction() as session:
        step_order.lock(session, undo, Target.of(TargetKind.NETWORK), "test")
        closing = threads.submit(close)
        wait_until_blocked(database)
        undoing.mark_undone(session, done.id)
        session.commit()
        dropped = closing.result()

    assert set(dropped) == {done.id, undo.id}
    states = "SELECT action, state FROM step ORDER BY action"
    assert [tuple(row) for row in rows(database, states)] == [
        ("configure", "undone"),
        ("undo-configure", "dropped"),
    ]
