"""The interface of a step's effect, and the outcome that its process receives.

A process author writes one ``Effect`` per action and an activity that passes it to
``StepRunner.carry_out``; everything else (order, idempotency, doubt, pauses, the list of what is
stuck, decisions) is the engine's.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel

from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.steps import Answer, NotDone, Step
from domain.provisioning.targets import TargetKind
from domain.provisioning.undoing import UndoReason
from storage.database import Session


class TakenBack(Exception):
    """The request for a step was taken back: the step waits, untouched, for the next request."""


class Effect(Protocol):
    """One effect on one target. Made for one attempt; may keep what it prepared.

    Called in this order: ``prepare`` in a first transaction; ``ask`` or ``hand_over`` with no
    transaction open; ``settle`` in a second one. A worker may die in between: then all of it is
    called again on a new object, and after an unknown outcome ``ask`` comes before ``hand_over``.
    ``prepare`` is also the look before a step that was overtaken, or has waited long, goes on.
    """

    kind: TargetKind
    """Kind of its target. Which one of the kind it is, the step says."""
    can_be_asked: bool
    """The target can be asked for the outcome of an earlier attempt."""

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        """Read and write what the effect needs.

        NOTHING settles the step as done; where its outcome is unknown, the target is asked first.
        Raises Refused where the effect cannot be carried out, which is treated as the target's own
        refusal, and TakenBack. After either none of this transaction is kept.
        """
        ...

    def hand_over(self, key: str) -> Answer:
        """Carry the effect out under this idempotency key. Blocks.

        Raises Refused, Trouble or InDoubt. Any other exception leaves the step in doubt.
        """
        ...

    def ask(self, key: str, sent: Sent) -> Answer | None:
        """Ask for the outcome of this key; None: it did not happen, and never will. Blocks.

        Raises NotDone: Refused if that is how it ended; after Trouble and InDoubt the step stays in
        doubt.
        """
        ...

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Write what follows in our own rows, in the transaction that records the answer."""
        ...


class OutcomeKind(StrEnum):
    """Outcome of an attempt, for the step's process."""

    DONE = "done"
    SKIPPED = "skipped"
    REFUSED = "refused"
    """Only where ``Step.refusal_ends``."""
    ABORTED = "aborted"
    """Its item is to be undone: nothing more of it is carried out."""
    WAITING = "waiting"
    """For its turn, its target, or the target's completion."""
    STUCK = "stuck"
    """An operator must decide."""


class Outcome(BaseModel, frozen=True):
    """Result of an attempt. ``check_after``: after how long to try again unless woken; None: never.

    Crosses Temporal: field names are part of the histories.
    """

    kind: OutcomeKind
    undo_reason: UndoReason | None = None
    """Of ABORTED: why."""
    check_after: timedelta | None = None
