"""A process is cancelled at every point of it, and its worker dies there or soon after.

Points are after each commit, and before and after each call of the target. What comes after a
death begins anew, as a workflow's new run does: it knows nothing but its steps.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from activities.provisioning.effect import OutcomeKind
from domain.provisioning.steps import Decision, Stage, Step
from domain.provisioning.undoing import CancelResult
from storage.database import Database
from storage.provisioning import cancelling, undoing
from tests.builders.ledger import Ledger
from tests.builders.mortal_worker import Died, Life, MortalDatabase
from tests.builders.rows import rows
from tests.builders.step_runner import (
    StepHarness,
    add_steps,
    disagreeing,
    step,
)
from tests.fixtures.engine_plugin import connected
from workflows.provisioning.item_process import undoing as undo_of


@dataclass
class CancellingLife(Life):
    """A life during which somebody cancels the process, at one of its points."""

    cancel: Callable[[], None] = lambda: None
    cancels_at: int | None = None
    counted: list[str] = field(default_factory=list)

    def point(self, what: str) -> None:
        if what == "before the commit":  # what is not committed has not been
            return
        if len(self.counted) == self.cancels_at:
            self.cancel()
        self.counted.append(what)
        super().point(what)


def steps_of(process_id: UUID, resource: str, *, has_pivot: bool) -> list[Step]:
    """Two steps that can be undone, and then one more, or the pivot and a final one."""
    made = [step(name, process_id, resource=resource) for name in ("one", "two")]
    if not has_pivot:
        return [*made, step("three", process_id, resource=resource)]
    final = {"stage": Stage.FINAL, "allowed_decisions": (Decision.RETRY,)}
    pivot = step("pivot", process_id, resource=resource, stage=Stage.PIVOT)
    return [*made, pivot, step("final", process_id, resource=resource, **final)]


class Run:
    """One process, carried out as its workflow does: any number of runs until it is over."""

    def __init__(self, database: Database, mortal: MortalDatabase, life: CancellingLife) -> None:
        self.database, self.life, self.ledger = database, life, Ledger()
        self.harness = StepHarness(mortal)
        self.id, self.resource = uuid4(), f"service/{uuid4()}"
        self.answer: CancelResult | None = None
        mortal.life = life
        life.cancel = self.cancel

    def cancel(self) -> None:
        with self.database.transaction() as session:
            self.answer = cancelling.cancel(session, self.id).items[""]

    def until_over(self, steps: list[Step]) -> None:
        while True:
            try:
                self._forwards(steps)
                if self._backwards(steps):
                    return
            except Died:
                assert disagreeing(self.database) == []

    def _forwards(self, steps: list[Step]) -> None:
        for each in steps:
            if self._carried_out(each) is OutcomeKind.ABORTED:
                return

    def _backwards(self, steps: list[Step]) -> bool:
        actions = [each.action for each in steps if each.stage is Stage.REVERSIBLE]
        by_action = {each.action: each for each in steps}
        with self.harness.database.transaction() as session:
            left = list(undoing.to_undo(session, self.id, actions))
        for action in left:
            self._carried_out(undo_of(by_action[action]))
        with self.harness.database.transaction() as session:
            if undoing.is_left(session, self.id, actions):
                return False
            undoing.drop_unfinished(session, self.id)
        return True

    def _carried_out(self, each: Step) -> OutcomeKind:
        while True:
            outcome = self.harness.carry_out(each, self.ledger.effect(self.life))
            if outcome is not None and outcome.kind is not OutcomeKind.WAITING:
                assert outcome.kind is not OutcomeKind.STUCK
                return outcome.kind

    def check(self, steps: list[Step]) -> None:
        """All of it is done, or what was done is undone: each once, the newest first."""
        done = self.ledger.on(self.resource)
        everything = [each.action for each in steps]
        if self.answer in {CancelResult.CANCELLED, CancelResult.ASSESSING} and (
            "pivot" not in done
        ):
            forwards = [action for action in done if not action.startswith("undo-")]
            assert done == [*forwards, *(f"undo-{action}" for action in reversed(forwards))]
        else:
            assert self.answer is not CancelResult.CANCELLED
            assert done == everything
        (left,) = rows(
            self.database,
            "SELECT count(*) AS number FROM step WHERE process_id = :id AND released_at IS NULL",
            id=self.id,
        )
        assert left.number == 0
        assert disagreeing(self.database) == []


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connected(database_url) as database:
        yield database


@pytest.mark.parametrize("has_pivot", [False, True])
def test_step_3_a_process_may_be_cancelled_and_its_worker_die_at_any_point(
    database: Database, database_url: str, has_pivot: bool
) -> None:
    with closing(MortalDatabase(database_url)) as mortal:

        def lived(cancels_at: int | None, ends_at: int | None) -> int:
            life = CancellingLife(ends_at=ends_at, cancels_at=cancels_at)
            run = Run(database, mortal, life)
            steps = steps_of(run.id, run.resource, has_pivot=has_pivot)
            add_steps(database, *steps)
            run.until_over(steps)
            try:
                run.check(steps)
            except AssertionError as error:
                where = f"cancelled at {cancels_at}, died at {ends_at} of {life.counted}"
                raise AssertionError(f"{where}: {run.ledger.done}") from error
            return len(life.counted)

        points = lived(None, None)
        assert points >= 14
        for cancels_at in range(points - 1):  # after the last one the process is over
            for later in (0, 2):
                lived(cancels_at, cancels_at + later)
