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


def next_action(found: StepSnapshot) -> NextAction:
    """Choose the next action: decisions come first, then the order; asking precedes repeating."""
    if found.is_ended or found.state in SETTLED:
        return NextAction.NOTHING
    if found.state in ABORTED or found.decision is Decision.ABORT:
        return NextAction.ABORT
    if found.decision is Decision.SKIP:
        return NextAction.SKIP
    cannot_know = found.state in UNKNOWN and not found.can_ask
    # An operator who decided while it was being sent did not know that the answer would be lost.
    is_retry = found.decision is Decision.RETRY and found.state is not StepState.SENDING
    if (found.state is StepState.REFUSED or cannot_know) and not is_retry:
        return NextAction.STAY_STUCK
    if found.is_blocked:
        return NextAction.WAIT
    must_ask = found.state in UNKNOWN and found.can_ask
    return NextAction.ASK if must_ask else NextAction.SEND
