"""Closes the stuck item of a step that was settled."""

from activities.provisioning.attempt import Attempt, aborted
from activities.provisioning.effect import Outcome, OutcomeKind
from activities.provisioning.held_up import undo_as_decided
from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Decision, Stage
from storage.database import Session
from storage.ops import stuck_items
from storage.provisioning.step_rows import SettledStep

_UNDOING = frozenset({Decision.ABORT, Decision.FAIL})


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
        if decided in _UNDOING and step.stage is not Stage.PIVOT:
            return undo_as_decided(session, step, decided)
    if settled.undo_reason is not None and step.stage is not Stage.PIVOT:
        return aborted(settled.undo_reason)
    return Outcome(kind=kind)


def _may_be_listed(attempt: Attempt, settled: SettledStep) -> bool:
    """Return False where the step was not listed, and no other attempt came in between."""
    return attempt.found.is_listed or settled.version != attempt.version + 1
