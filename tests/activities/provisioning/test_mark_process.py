"""The rows that a process is about change with its steps: an order whose step is stuck is held."""

from contextlib import closing
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session

from activities.provisioning.run_step import StepRunner
from domain.processes import ProcessType, WaitsFor
from domain.provisioning.steps import Accepted, Decision, Done, Step
from storage.database import Database
from storage.provisioning import cancelling
from storage.requests import operations
from tests.builders.mortal_worker import Died, Life, MortalDatabase
from tests.builders.rows import rows
from tests.builders.step_runner import AT_ONCE, BUSY, LOST, NO, Doing, StepHarness, step
from workflows.catalog import CATALOG, MARKS


def mark(session: Session, one: Step, waits_for: WaitsFor) -> None:
    """Of a type whose row has a state of its own: here it stands in the operation."""
    state = "held" if waits_for is WaitsFor.OPERATIONS else f"waits for {waits_for}"
    operations.set_asked(session, one.process_id, {"state": state})


class Marked:
    """A step of a process whose row has a state of its own."""

    def __init__(self, database: Database, worker: Database) -> None:
        self.database = database
        self.harness = StepHarness(worker)
        self.harness.steps = StepRunner(worker, AT_ONCE, {ProcessType.RESEND: mark})
        self.id: UUID = uuid4()
        self.step = step("do", self.id, allowed_decisions=(*Decision,))
        with database.transaction() as session:
            operations.request(session, self.id, ProcessType.RESEND, None)

    def attempt(self, *answers: object, when_asked: object = None) -> str | None:
        """Attempt the step; return the state of the row."""
        self.harness.carry_out(self.step, Doing(*answers, when_asked=when_asked))
        return self.state()

    def decided(self, decision: Decision, *answers: object) -> str | None:
        """Decide about the step, and attempt it."""
        self.harness.decide(self.step, decision)
        return self.attempt(*answers)

    def state(self) -> str | None:
        statement = "SELECT asked ->> 'state' AS state FROM operation WHERE id = :id"
        (row,) = rows(self.database, statement, id=self.id)
        state: str | None = row.state
        return state


@pytest.fixture
def marked(database: Database) -> Marked:
    return Marked(database, database)


@pytest.mark.parametrize("answer", [NO, BUSY, LOST])
def test_step_7_a_row_is_held_while_its_step_is_stuck(marked: Marked, answer: Exception) -> None:
    assert marked.attempt(answer) == "held"
    assert marked.attempt(answer, when_asked=BUSY) == "held"  # also while it is tried on


@pytest.mark.parametrize("decision", [Decision.SKIP, Decision.ABORT, Decision.FAIL])
def test_step_7_it_goes_on_with_the_decision(marked: Marked, decision: Decision) -> None:
    marked.attempt(NO)
    assert marked.decided(decision) == "waits for network"


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Done(), "waits for network"), (Accepted(), "waits for network"), (NO, "held")],
)
def test_step_7_it_goes_on_while_it_is_retried(marked: Marked, answer: object, state: str) -> None:
    marked.attempt(NO)
    assert marked.decided(Decision.RETRY, answer) == state


def test_step_7_it_goes_on_when_the_step_heals_by_itself(marked: Marked) -> None:
    assert marked.attempt(BUSY) == "held"
    assert marked.attempt() == "waits for network"


def test_step_7_it_goes_on_when_it_is_cancelled(marked: Marked) -> None:
    marked.attempt(NO)
    with marked.database.transaction() as session:
        cancelling.cancel(session, marked.id)
    assert marked.attempt() == "waits for network"


def test_step_7_a_step_that_was_never_stuck_costs_the_row_nothing(marked: Marked) -> None:
    assert marked.attempt() is None


def test_step_7_the_row_and_the_list_change_in_one_transaction(
    database: Database, database_url: str
) -> None:
    """A worker that dies before the commit has listed nothing, and held nothing."""
    with closing(MortalDatabase(database_url)) as mortal:
        mortal.life = Life()
        points = 0
        while True:
            marked, mortal.life = Marked(database, mortal), Life(points)
            try:
                marked.attempt(NO)
            except Died:
                listed = rows(database, "SELECT id FROM stuck WHERE id = :id", id=marked.step.id)
                assert (marked.state() == "held") is bool(listed)
                points += 1
            else:
                break
        assert points == 4


def test_step_7_every_type_of_process_says_how_its_rows_are_marked() -> None:
    assert MARKS.keys() == CATALOG.keys()
