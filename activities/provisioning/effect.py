"""What a step does to its target, and how its process hears what became of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel
from sqlalchemy import Row

from domain.audit import Actor, ActorKind
from domain.provisioning.steps import Answer, Move, NotDone, Step
from domain.provisioning.targets import Target
from storage.database import Session


class Effect(Protocol):
    """One effect on its target. Made for one attempt; may keep what it prepared."""

    target: Target
    can_be_asked: bool
    """Whether the target can tell what became of an earlier attempt."""

    def prepare(self, session: Session, step: Step) -> bool:
        """Read and write what it needs. False: there is nothing (any more) to be done."""
        ...

    def hand_over(self, key: str) -> Answer:
        """Do it under this idempotency key. Raises NotDone. Calls block."""
        ...

    def ask(self, key: str) -> Answer | None:
        """What became of it; None: the target has never seen it. Raises NotDone."""
        ...

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """What follows in our own rows, in the transaction that writes the answer down."""
        ...


class Kind(StrEnum):
    """How a step is, as its process hears it."""

    DONE = "done"
    SKIPPED = "skipped"
    REFUSED = "refused"
    """Only where the process said that it knows what follows."""
    ABORTED = "aborted"
    WAITING = "waiting"
    """For its turn, its target, or the target's completion."""
    STUCK = "stuck"


class Outcome(BaseModel, frozen=True):
    """How a step is, and when to look again unless something is heard before."""

    kind: Kind
    look_again: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the step as it was found, and whether it is done or asked about."""

    step: Step
    effect: Effect
    row: Row[Any]
    move: Move
    number: int
    """Of the decision, see storage.step_tables.StepRow."""

    @property
    def is_listed(self) -> bool:
        """Whether it was stuck already."""
        return self.row.stuck_state not in {None, "closed"}

    @property
    def actor(self) -> Actor:
        """Who this is in the history."""
        return Actor(ActorKind.ENGINE, self.step.process)
