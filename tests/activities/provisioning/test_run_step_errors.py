"""Errors of our own code, and of the database, while a step is carried out."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from activities.provisioning.effect import OutcomeKind
from domain.provisioning.attempts import Prepared, Seen
from domain.provisioning.steps import (
    Answer,
    Decision,
    NotDone,
    Step,
)
from storage.database import Database
from tests.builders.rows import rows
from tests.builders.step_runner import AT_ONCE, Doing, StepHarness, kind, step


class _Broken(Doing):
    """Make our own code fail in one place, this many times."""

    def __init__(self, where: str, times: int = 1, error: Exception | None = None) -> None:
        super().__init__(when_asked=None)
        self.where, self.times, self.error = where, times, error or KeyError("oops")

    def _maybe(self, where: str) -> None:
        if where == self.where and self.times:
            self.times -= 1
            raise self.error

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        self._maybe("prepare")
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:
        self._maybe("hand_over")
        return super().hand_over(key)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:  # noqa: ARG002
        self._maybe("settle")


@pytest.mark.parametrize(
    ("where", "kind_"), [("prepare", "trouble"), ("hand_over", "doubt"), ("settle", "doubt")]
)
def test_our_own_errors_are_listed_and_heal(database: Database, where: str, kind_: str) -> None:
    harness = StepHarness(database, replace(AT_ONCE, pause_after=1, pause_resources=1))
    one, effect = step(), _Broken(where, times=2)
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.STUCK
    listed = harness.listed(one)
    assert (listed.code, listed.kind, listed.version) == ("engine_error", kind_, 1)
    harness.decide(one, Decision.RETRY)
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.STUCK
    assert (harness.listed(one).state, harness.listed(one).version) == ("stuck", 3)
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.DONE
    assert harness.listed(one).resolution == "healed"
    # Such errors say nothing about the target.
    assert rows(database, "SELECT * FROM target WHERE state <> 'available'") == []


def test_an_unavailable_database_is_not_the_targets_error(harness: StepHarness) -> None:
    one, effect = step(), _Broken("prepare", error=OperationalError("", {}, Exception()))
    with pytest.raises(OperationalError):
        harness.carry_out(one, effect)
    assert rows(harness.database, "SELECT * FROM stuck") == []
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.DONE
