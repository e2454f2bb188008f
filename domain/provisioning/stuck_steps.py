"""The rules of when a step counts as stuck, and whether it is tried on. Pure.

Refused steps are stuck at once, and so are steps in doubt whose target cannot be asked. Any other
step is stuck once it has been in trouble, in doubt or unfinished for its patience.
Steps that wait for a paused target are not: the target itself is listed.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import (
    UNKNOWN,
    InDoubt,
    NotDone,
    Step,
    StepState,
)

KINDS = {
    StepState.ACCEPTED: StuckKind.TROUBLE,
    StepState.TROUBLE: StuckKind.TROUBLE,
    StepState.DOUBT: StuckKind.DOUBT,
    StepState.REFUSED: StuckKind.REFUSED,
}
"""Kind of the stuck item of a step in this state."""
_ASK_AT_FIRST = timedelta(seconds=0.2)
_ASK_AT_LEAST = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something was not done."""

    code: StuckReason
    detail: str = ""
    """The target's own code, if any."""


@dataclass(frozen=True, slots=True)
class StepFailure:
    """The failure for which a step is, or may become, stuck."""

    kind: StuckKind
    cause: Cause
    """Of a step in doubt: what the doubt came from."""
    question: Cause | None = None
    """Why the question about a step in doubt was not answered."""
    can_ask: bool = False
    """The target can be asked for the outcome of an earlier attempt."""


def state_after_failure(answer: NotDone, *, was_asked: bool) -> StepState:
    """State after trouble or doubt. A question that failed leaves the step in doubt."""
    return StepState.DOUBT if was_asked or isinstance(answer, InDoubt) else StepState.TROUBLE


def state_after_crash(before: StepState) -> StepState:
    """State after our own code failed. A step whose outcome was unknown stays in doubt."""
    return StepState.DOUBT if before in UNKNOWN else StepState.TROUBLE


class AfterFailure(StrEnum):
    """The next thing that happens to a step that failed."""

    TRY_AGAIN = "try_again"
    """Soon, by Temporal's back-off."""
    WAIT_FOR_TARGET = "wait_for_target"
    BE_STUCK = "be_stuck"


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step in trouble or in doubt, as far as it depends on it whether the step is stuck."""

    kind: StuckKind
    failing_for: timedelta
    can_ask: bool
    """The target can be asked for the outcome of an earlier attempt."""
    is_listed: bool
    """It has an open stuck item."""
    is_target_paused: bool


def patience_of(step: Step, rules: StepRules) -> timedelta:
    """How long a step may be unfinished before it is listed as stuck."""
    return rules.stuck_after if step.patience is None else step.patience


def after_failure(failed: FailedStep, patience: timedelta) -> AfterFailure:
    """Choose what happens to a step in trouble or in doubt."""
    if failed.kind is StuckKind.DOUBT and not failed.can_ask:
        return AfterFailure.BE_STUCK
    if failed.is_listed:
        return AfterFailure.BE_STUCK
    if failed.is_target_paused:
        return AfterFailure.WAIT_FOR_TARGET
    is_overdue = failed.failing_for >= patience
    return AfterFailure.BE_STUCK if is_overdue else AfterFailure.TRY_AGAIN


def is_answer_lost(state: StepState, *, is_listed: bool) -> bool:
    """Return whether a step, whose target cannot be asked, is in a doubt that is not listed yet.

    Its worker died while sending it, or its outcome became unknown in another way.
    """
    return state is StepState.SENDING or (state in UNKNOWN and not is_listed)


def is_tried_on(kind: StuckKind, *, can_ask: bool) -> bool:
    """Return whether a stuck step is retried, or asked about, while no decision is made."""
    return kind is StuckKind.TROUBLE or (kind is StuckKind.DOUBT and can_ask)


def ask_again_in(accepted_for: timedelta) -> timedelta:
    """Time until the next question about an accepted step: it doubles, within bounds."""
    return min(max(accepted_for, _ASK_AT_FIRST), _ASK_AT_LEAST)
