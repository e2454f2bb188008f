"""What a decision about a stuck step will do, from the rules by which it is carried out. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.ops.process_steps import ProcessStep
from domain.provisioning.next_action import NextAction, StepSnapshot, next_action
from domain.provisioning.steps import UNKNOWN, Decision, StepState, StepWait
from domain.provisioning.targets import TargetState
from domain.provisioning.undoing import is_past_return


class Again(StrEnum):
    """How a step is carried out again."""

    ASKED = "asked"
    """Its target is asked about the earlier attempt; it is sent only if that never happened."""
    ASKED_TO_UNDO = "asked_to_undo"
    """The same; it is not sent, and undone if it happened: its item is being undone."""
    SENT = "sent"
    """It certainly did not happen, and is sent again under the same key."""
    SENT_UNDER_NEW_KEY = "sent_under_new_key"
    """It was refused: it is a new request to the target."""
    MAY_HAPPEN_TWICE = "may_happen_twice"
    """It is sent again, though the earlier attempt may have happened and nobody can be asked."""


class WhyKept(StrEnum):
    """Why what a step did is not undone."""

    NO_UNDO = "no_undo"
    """No step of its process undoes it."""
    PAST_POINT_OF_NO_RETURN = "past_point_of_no_return"


@dataclass(frozen=True, slots=True)
class Kept:
    """A step that was done, and is not undone."""

    action: str
    why: WhyKept


@dataclass(frozen=True, slots=True)
class Undoing:
    """What happens to the steps that were done, or may have been. Actions, the newest first."""

    undone: tuple[str, ...] = ()
    undone_if_done: tuple[str, ...] = ()
    """Their outcome is unknown: it is found out first where that can be, or they are undone
    in case they happened."""
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a decision will do."""

    again: Again | None = None
    """None: the step is not carried out again."""
    waits_for: StepWait | None = None
    """What it waits for before."""
    undoing: Undoing | None = None
    """None: nothing is undone."""


def forecast(
    steps: Sequence[ProcessStep], step_id: UUID, decision: Decision, *, can_ask: bool
) -> Forecast:
    """Say what a decision about this step will do; ``steps``: of its process, as they began.

    ``can_ask``: the step's target can be asked for the outcome of an earlier attempt.
    """
    step = next((each for each in steps if each.id == step_id), None)
    if step is None:
        return Forecast()
    snapshot = StepSnapshot(
        state=step.state,
        decision=decision,
        can_ask=can_ask,
        must_undo=step.position.undo_reason is not None and step.undoes is None,
    )
    action = next_action(snapshot)
    if action is NextAction.ABORT:
        items = {step.position.item} if decision is Decision.FAIL else None
        undone = undoing(steps, items)
        return Forecast(waits_for=undoing_waits_for(steps, undone), undoing=undone)
    if action not in {NextAction.ASK, NextAction.SEND}:
        return Forecast()
    return Forecast(_again(snapshot, action), _waits_for(step))


def _again(snapshot: StepSnapshot, action: NextAction) -> Again:
    if action is NextAction.ASK:
        return Again.ASKED_TO_UNDO if snapshot.must_undo else Again.ASKED
    if snapshot.state is StepState.REFUSED:
        return Again.SENT_UNDER_NEW_KEY
    return Again.MAY_HAPPEN_TWICE if snapshot.state in UNKNOWN else Again.SENT


def _waits_for(step: ProcessStep) -> StepWait | None:
    if step.waits_for is StepWait.ORDER:
        return StepWait.ORDER
    return None if step.target_state is TargetState.AVAILABLE else StepWait.TARGET


def undoing_waits_for(steps: Sequence[ProcessStep], undone: Undoing) -> StepWait | None:
    """Say whether a target of what is to be undone takes no steps now."""
    actions = {*undone.undone, *undone.undone_if_done}
    held = (s.target_state is not TargetState.AVAILABLE for s in steps if s.action in actions)
    return StepWait.TARGET if any(held) else None


def undoing(steps: Sequence[ProcessStep], items: Collection[str] | None = None) -> Undoing:
    """Say what is undone where these items are aborted, cancelled or failed; None: all of them.

    The rule of ``storage.provisioning.undoing`` for the rows of ``step``.
    """
    past = {each.position.item for each in steps if is_past_return(each.position.stage, each.state)}
    ours = [
        each
        for each in _newest_first(steps)
        if each.undoes is None and (items is None or each.position.item in items)
    ]
    open_ = [each for each in ours if each.position.item not in past and not each.is_released]
    return Undoing(
        undone=tuple(
            each.action for each in open_ if each.state is StepState.DONE and each.can_undo
        ),
        undone_if_done=tuple(
            each.action for each in open_ if each.state in _MAY_BE_DONE and each.can_undo
        ),
        kept=tuple(_kept(ours, open_)),
    )


_MAY_BE_DONE = UNKNOWN | {StepState.ABORTING}


def _kept(ours: Sequence[ProcessStep], open_: Sequence[ProcessStep]) -> Sequence[Kept]:
    found = []
    for each in ours:
        if each.state is not StepState.DONE and each.state not in _MAY_BE_DONE:
            continue
        if each not in open_:
            found.append(Kept(each.action, WhyKept.PAST_POINT_OF_NO_RETURN))
        elif not each.can_undo:
            found.append(Kept(each.action, WhyKept.NO_UNDO))
    return found


def _newest_first(steps: Sequence[ProcessStep]) -> Sequence[ProcessStep]:
    """Put what was completed last first, and what has an unknown outcome before it."""
    latest = reversed(steps)
    return sorted(
        latest,
        key=lambda each: (each.ended_at is None, each.ended_at.timestamp() if each.ended_at else 0),
        reverse=True,
    )
