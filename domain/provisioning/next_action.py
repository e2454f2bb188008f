"""The rule that says what is done next with a step. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from domain.provisioning.steps import ABORTED, SETTLED, UNKNOWN, Decision, StepState


class NextAction(StrEnum):
    """The next thing to do with a step."""

    SEND = "send"
    ASK = "ask"
    """Ask the target for the outcome of the last attempt."""
    WAIT = "wait"
    """An earlier step on the same resource, or a paused target, holds it up."""
    STAY_STUCK = "stay_stuck"
    """An operator must decide."""
    SKIP = "skip"
    ABORT = "abort"
    """Carry it out no more: give it up, or undo it."""
    NOTHING = "nothing"
    """The step is settled."""


@dataclass(frozen=True, slots=True)
class StepSnapshot:
    """A step as it was found, as far as the next action depends on it."""

    state: StepState
    is_ended: bool = False
    decision: Decision | None = None
    """An operator's decision that has not been carried out."""
    is_blocked: bool = False
    """An earlier step on the same resource is not settled."""
    can_ask: bool = True
    """The target can be asked for the outcome of an earlier attempt."""
    must_undo: bool = False
    """Its item is to be undone: nothing more is sent, and what was sent is found out."""


def next_action(found: StepSnapshot) -> NextAction:
    """Choose the next action: decisions come first, then the order; asking precedes repeating."""
    if found.is_ended or found.state in SETTLED:
        return NextAction.NOTHING
    if found.state in ABORTED or found.decision in {Decision.ABORT, Decision.FAIL}:
        return NextAction.ABORT
    if found.must_undo:
        return _before_undoing(found)
    if found.decision is Decision.SKIP:
        return NextAction.SKIP
    # An operator who decided while it was being sent did not know that the answer would be lost.
    is_retry = found.decision is Decision.RETRY and found.state is not StepState.SENDING
    if (found.state is StepState.REFUSED or _cannot_know(found)) and not is_retry:
        return NextAction.STAY_STUCK
    return _in_turn(found)


def _cannot_know(found: StepSnapshot) -> bool:
    return found.state in UNKNOWN and not found.can_ask


def _before_undoing(found: StepSnapshot) -> NextAction:
    """Choose the next action for a step of an item that is to be undone: nothing is sent."""
    if found.state not in UNKNOWN:
        return NextAction.ABORT
    if not _cannot_know(found):
        return _in_turn(found)
    # Whatever an operator decides about it, it is undone in case it has happened.
    return NextAction.STAY_STUCK if found.decision is None else NextAction.ABORT


def _in_turn(found: StepSnapshot) -> NextAction:
    if found.is_blocked:
        return NextAction.WAIT
    return NextAction.ASK if found.state in UNKNOWN and found.can_ask else NextAction.SEND
