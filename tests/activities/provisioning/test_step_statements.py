"""A step that nothing holds up costs few statements: here the cost of every process lies."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Step, Trouble
from storage.database import Database
from tests.builders.step_runner import Doing, StepHarness, add_steps, step


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements of the block; savepoints and commits are none."""
    seen: list[str] = []

    def collect(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", collect)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", collect)


@pytest.mark.parametrize("one", [step(), step(resource="service/1")], ids=["free", "in-order"])
def test_step_8_a_step_is_sent_with_one_statement_and_settled_with_another(
    harness: StepHarness, one: Step
) -> None:
    if one.resource is not None:
        add_steps(harness.database, one)
    effect = Doing()

    with counted(harness.database) as statements:
        harness.carry_out(one, effect)

    assert len(statements) == 2
    assert effect.keys == [one.key(1)]
    row = harness.row(one)
    assert (row.state, row.attempts, row.sent_at is None) == ("done", 1, False)


def test_step_8_a_step_behind_a_failure_of_its_target_looks_first(harness: StepHarness) -> None:
    failing, next_ = step(resource="service/1"), step(resource="service/2")
    add_steps(harness.database, failing, next_)
    harness.carry_out(failing, Doing(Trouble(StuckReason.BUSY)))

    with counted(harness.database) as statements:
        harness.carry_out(next_, Doing())

    assert len(statements) > 2
    assert harness.row(next_).state == "done"
