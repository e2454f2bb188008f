"""Steps: one effect on one outside system each, what may become of it, and who may decide what.

A step is known by its process and its action, so its key survives a retry, a reset and a restart
(DESIGN.md, rule 7). An unknown outcome is *in doubt*: asked about before anything is repeated.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from domain.ops.stuck_reasons import StuckReason


class Decision(StrEnum):
    """What an operator may decide about a stuck step."""

    RETRY = "retry"
    SKIP = "skip"
    ABORT = "abort"


class StepState(StrEnum):
    """How far a step is."""

    ASKED = "asked"
    """It has its place in the order, and has not begun."""
    SENDING = "sending"
    """Being handed over. Found so again, whoever did it died: nobody knows."""
    ACCEPTED = "accepted"
    """The target works on it."""
    TROUBLE = "trouble"
    """Certainly nothing happened."""
    DOUBT = "doubt"
    """It may have happened."""
    REFUSED = "refused"
    ABORTING = "aborting"
    """An operator ended its process, which undoes what was done: perhaps this also."""
    GIVEN_UP = "given_up"
    """The same, and this certainly did not happen."""
    DONE = "done"
    SKIPPED = "skipped"
    UNDONE = "undone"
    DROPPED = "dropped"
    """Its process ended without it."""


SETTLED = frozenset({StepState.DONE, StepState.SKIPPED, StepState.UNDONE, StepState.DROPPED})
"""Nothing follows from these, nor from a refusal that its process takes as an end."""
ABORTED = frozenset({StepState.ABORTING, StepState.GIVEN_UP})
UNKNOWN = frozenset({StepState.SENDING, StepState.ACCEPTED, StepState.DOUBT})
"""It may have happened, or still happen: the target is asked before anything is repeated."""


@dataclass(frozen=True, slots=True)
class Step:
    """One effect on one outside system. Ids only: it travels through Temporal."""

    process: str
    process_id: UUID
    action: str
    """Names it within its process."""
    account_id: UUID | None = None
    resource: str | None = None
    """``service/<id>``: steps on the same one run in the order in which they were asked."""
    may: tuple[Decision, ...] = (Decision.RETRY, Decision.ABORT)
    """What can be decided where it is stuck."""
    corrections: tuple[str, ...] = ()
    """What of its input may be corrected with a retry."""
    refusal_ends: bool = False
    """The process itself knows what follows from a refusal: nobody is asked."""
    undoes: str | None = None
    """The action that it undoes: it has that one's place in the order."""

    @property
    def id(self) -> UUID:
        """The same on every attempt, in every run."""
        return step_id(self.process_id, self.action)

    def key(self, decision_no: int) -> str:
        """The idempotency key of the ``decision_no``-th decision (from 1) to carry the step out."""
        return f"{self.process}/{self.process_id}/{self.action}/{decision_no}"


def step_id(process_id: UUID, action: str) -> UUID:
    """The id of the step that does ``action`` in this process."""
    return uuid5(process_id, action)


@dataclass(frozen=True, slots=True)
class Done:
    """The target did it. ``receipt``: what is needed to prove or undo it; stays in the database."""

    receipt: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The target took it on, and has not finished."""


Answer = Done | Accepted


class NotDone(Exception):
    """Why a step is not done. ``code`` is stable; ``detail`` is the target's own word, if any."""

    def __init__(self, code: StuckReason, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Refused(NotDone):
    """The target said no, for good."""


class Trouble(NotDone):
    """It certainly did not happen, and may be tried again."""


class InDoubt(NotDone):
    """It was sent and the answer was lost."""


class Move(StrEnum):
    """What to do with a step that is looked at."""

    DO = "do"
    ASK = "ask"
    WAIT = "wait"
    STAY = "stay"
    """Stuck until somebody decides."""
    SKIP = "skip"
    ABORT = "abort"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Seen:
    """A step as it is found."""

    state: StepState
    ended: bool = False
    decision: Decision | None = None
    """What was decided and not carried out yet."""
    behind: bool = False
    """An earlier step on the same resource is not settled."""
    can_ask: bool = True


def next_move(seen: Seen) -> Move:
    """What to do: decisions first, then the order, and ask before repeating."""
    if seen.ended or seen.state in SETTLED:
        return Move.OVER
    if seen.state in ABORTED or seen.decision is Decision.ABORT:
        return Move.ABORT
    if seen.decision is Decision.SKIP:
        return Move.SKIP
    retry = seen.decision is Decision.RETRY
    blind = seen.state in UNKNOWN and not seen.can_ask
    # Whoever decided while it was being handed over did not know that the answer would be lost.
    meant = retry and seen.state is not StepState.SENDING
    if (seen.state is StepState.REFUSED or blind) and not meant:
        return Move.STAY
    if seen.behind:
        return Move.WAIT
    return Move.ASK if seen.state in UNKNOWN and seen.can_ask else Move.DO


@dataclass(frozen=True, slots=True)
class StepRules:
    """When trouble becomes a stuck step, and how targets are spared."""

    stuck_after: timedelta = timedelta(minutes=5)
    """Of trouble."""
    slow_retry: timedelta = timedelta(minutes=5)
    """Between the tries of a stuck step by itself."""
    pause_after: int = 10
    """Failures in a row, and a target is paused."""
    pause_for: timedelta = timedelta(seconds=30)
    """Until one step is let through to see."""
    resume_rate: float = 20
    """Steps a second that go on when a target is resumed…"""
    resume_jitter: timedelta = timedelta(seconds=2)
    """…each a random part of this later."""
