"""Runs steps without Temporal, in this process."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import Row
from sqlmodel import Session
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.adapters.tmf640.network import Tmf640Network
from activities.adapters.tmf640.requests import Requests
from activities.provisioning.effect import Outcome, OutcomeKind
from activities.provisioning.run_step import TROUBLE, StepRunner
from domain.audit import Actor, ActorKind
from domain.ops.stuck_reasons import StuckReason
from domain.processes import ProcessType
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.network_dialect import Characteristics, NetworkDialect
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import (
    Answer,
    Decision,
    Done,
    InDoubt,
    NotDone,
    Refused,
    Step,
    Trouble,
)
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.ops import decisions
from storage.ops.decisions import NewDecision
from storage.provisioning import step_order
from storage.provisioning.step_order import PlacedStep
from tests.builders.rows import rows
from tests.clients import network_client

BUSY = Trouble(StuckReason.BUSY)
LOST = InDoubt(StuckReason.ANSWER_LOST)
NO = Refused(StuckReason.REFUSED, "noSuchThing")

OPS = Actor(ActorKind.OPS, "ops-1")
AT_ONCE = StepRules(stuck_after=timedelta(), pause_after=1000)
"""Trouble is listed when it is first seen, and no target is ever paused."""


class Doing:
    """An effect with scripted answers, call after call, and then Done.

    An answer is one, or an exception, or a function that gives one when it is called.
    """

    kind = TargetKind.NETWORK

    def __init__(self, *answers: Any, can_be_asked: bool = True, when_asked: Any = None) -> None:
        self.can_be_asked = can_be_asked
        self.keys: list[str] = []
        self.asked: list[str] = []
        self.seen: list[Seen] = []
        self.sent: list[Sent] = []
        self.when_asked = when_asked
        self._answers = list(answers)

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        self.seen.append(seen)
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:
        self.keys.append(key)
        found: Answer = _answer_of(self._answers.pop(0) if self._answers else Done())
        return found

    def ask(self, key: str, sent: Sent) -> Answer | None:
        self.asked.append(key)
        self.sent.append(sent)
        found: Answer | None = _answer_of(self.when_asked)
        return found

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        pass


def _answer_of(answer: Any) -> Any:
    if callable(answer):
        answer = answer()
    if isinstance(answer, BaseException):
        raise answer
    return answer


def step(action: str = "do", process_id: UUID | None = None, **more: Any) -> Step:
    """A step of some process."""
    return Step(process=ProcessType.RESEND, process_id=process_id or uuid4(), action=action, **more)


def add_steps(database: Database, *steps: Step) -> None:
    """Give these steps their places, in this order."""
    with database.transaction() as session:
        for each in steps:
            placed = [PlacedStep(each, Target.of(TargetKind.NETWORK))]
            step_order.add_all(session, placed, f"test/{each.process_id}")


def kind(outcome: Outcome | None) -> OutcomeKind:
    """Kind of an attempt's outcome, which was not left to Temporal's back-off."""
    assert outcome is not None
    return outcome.kind


class StepHarness:
    """Carries out steps as a worker's activities do."""

    def __init__(self, database: Database, rules: StepRules = AT_ONCE) -> None:
        self.database = database
        self.steps = StepRunner(database, rules)

    def carry_out(self, step: Step, effect: Any) -> Outcome | None:
        """Attempt a step once; None if Temporal would retry."""
        outcome: Outcome | None = self.attempt(lambda _: self.steps.carry_out(step, effect), step)
        return outcome

    def attempt(self, do: Callable[[Any], Any], asked: Any) -> Any:
        """Run an activity once; None if Temporal would retry."""
        environment = ActivityEnvironment()
        about = asked.process_id if isinstance(asked, Step) else "end"
        environment.info = replace(environment.info, workflow_id=f"tests/{about}")
        try:
            return environment.run(do, asked)
        except ApplicationError as error:
            if error.type != TROUBLE:
                raise
            return None

    def listed(self, step: Step) -> Row[Any]:
        """The step's row in the list of what is stuck."""
        (row,) = rows(self.database, "SELECT * FROM stuck WHERE id = :id", id=step.id)
        return row

    def row(self, step: Step) -> Row[Any]:
        """The step's own row."""
        (row,) = rows(self.database, "SELECT * FROM step WHERE id = :id", id=step.id)
        return row

    def decide(self, step: Step, decision: Decision, **correction: Any) -> None:
        """Decide about the step's current version as an operator."""
        decide(self.database, step, decision, self.listed(step).version, **correction)


def decide(
    database: Database, step: Step, decision: Decision, version: int, **correction: Any
) -> None:
    """Decide about this version of a stuck item as an operator."""
    with database.transaction() as session:
        decisions.decide(
            session, step.id, NewDecision(decision, version, OPS, "because", correction)
        )


def disagreeing(database: Database) -> Sequence[Row[Any]]:
    """Steps that disagree with their stuck items."""
    return rows(
        database,
        "SELECT s.action, s.state, k.state AS listed FROM step s LEFT JOIN stuck k ON k.id = s.id"
        " WHERE (k.state <> 'closed'"
        " AND (s.ended_at IS NOT NULL OR s.state IN ('aborting', 'given_up')))"
        " OR (COALESCE(k.state, 'closed') = 'closed'"
        " AND s.state = 'refused' AND s.ended_at IS NULL)",
    )


@pytest.fixture
def harness(database: Database) -> StepHarness:
    return StepHarness(database)


EXTENDED = NetworkDialect(has_keys=True, characteristics=Characteristics.MERGED)
"""The simulator's own: it has our extension of TMF640."""


@contextmanager
def activation(
    network: network_client.Client, timeout: float = 5, dialect: NetworkDialect = EXTENDED
) -> Iterator[Tmf640Network]:
    """The product's adapter to a simulated network."""
    with httpx.Client() as http:
        url, token = network.activation_url, network_client.TOKEN
        yield Tmf640Network(Requests(http, url, token, timeout=timeout), dialect)
