"""Settles a step as done, with all that follows from it in the same transaction.

Locks are taken in one order: steps, target, stuck item.
"""

from collections.abc import Mapping
from typing import Any

from activities.provisioning.attempt import Attempt, aborted, settled_meanwhile
from activities.provisioning.count_failures import count_answer
from activities.provisioning.effect import Outcome, OutcomeKind
from activities.provisioning.held_up import undo_as_decided
from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Answer, Decision, Done, Stage, StepState, step_id
from storage.database import Session
from storage.ops import stuck_items
from storage.provisioning import steps, targets, undoing
from storage.provisioning.step_rows import SettledStep

_UNDOING = frozenset({Decision.ABORT, Decision.FAIL})


def done(session: Session, attempt: Attempt, answer: Done) -> Outcome:
    """Settle a step that its target has done."""
    outcome = _settle(session, attempt, answer.receipt, answer)
    return outcome or settled_meanwhile(session, attempt.step)


def nothing_to_do(session: Session, attempt: Attempt) -> Outcome:
    """Settle a step that is done without its target."""
    outcome = _settle(session, attempt, {}, None)
    attempt.goes_on(session)  # no effect hears of it
    return outcome or settled_meanwhile(session, attempt.step)


def _settle(
    session: Session, attempt: Attempt, receipt: Mapping[str, Any], answer: Answer | None
) -> Outcome | None:
    step = attempt.step
    if step.stage is Stage.PIVOT or attempt.found.is_listed:
        # Its item may be past the point of no return then, or be undone by a decision: whoever
        # cancels it locks them first as well.
        undoing.lock_steps(session, step.process_id)
    settled = steps.settle(session, step, StepState.DONE, dict(receipt))
    if settled is None:
        return None
    if step.undoes is not None:
        undoing.mark_undone(session, step_id(step.process_id, step.undoes))
    if step.stage is Stage.PIVOT:
        undoing.pass_return(session, step)
    if answer is None:
        targets.return_probe(session, attempt.found.target)
        return close_item(session, attempt, settled, Resolution.ENDED, OutcomeKind.DONE)
    attempt.effect.settle(session, step, answer)
    count_answer(session, attempt)
    return close_item(session, attempt, settled, Resolution.HEALED, OutcomeKind.DONE)


def close_item(
    session: Session,
    attempt: Attempt,
    settled: SettledStep,
    resolution: Resolution,
    kind: OutcomeKind,
) -> Outcome:
    """Close the stuck item of a step that was just settled, if it has one; returns the outcome.

    Where its item is to be undone meanwhile, or an operator has decided so, the step is undone all
    the same, unless it is past the point of no return.
    """
    step = attempt.step
    if _may_be_listed(attempt, settled):
        closed = stuck_items.close(session, step.id, resolution, attempt.actor)
        decided = closed.pending_decision if closed else None
        if closed is not None:
            attempt.goes_on(session)
        if decided in _UNDOING and step.stage is not Stage.PIVOT:
            return undo_as_decided(session, step, decided)
    if settled.undo_reason is not None and step.stage is not Stage.PIVOT:
        return aborted(settled.undo_reason)
    return Outcome(kind=kind)


def _may_be_listed(attempt: Attempt, settled: SettledStep) -> bool:
    """Return False where the step was not listed, and no other attempt came in between."""
    return attempt.found.is_listed or settled.version != attempt.version + 1
