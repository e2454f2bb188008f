"""The rules of when a target is paused, probed and available again. Pure.

A target is paused by an operator, or after ``StepRules.pause_after`` failures in a row that come
from ``StepRules.pause_resources`` resources: one hopeless step, however often it fails, pauses
nothing. A target that was paused after failures is probed by one step every
``StepRules.pause_for``: an answer makes it available, a failure keeps it paused. Steps that have
not failed there go first, so a hopeless step is the last to probe. A target that an operator
paused is never probed.
"""

from dataclasses import dataclass
from datetime import timedelta

from domain.provisioning.step_rules import StepRules
from domain.provisioning.targets import TargetState


@dataclass(frozen=True, slots=True)
class FailuresInRow:
    """Failures of a target since it last answered or was resumed, the newest included."""

    failures: int
    resources: int
    """How many resources they come from. A step without a resource counts as one."""


def after_failure(
    before: TargetState, found: FailuresInRow, rules: StepRules, *, is_probe: bool
) -> TargetState:
    """State after a failure. ``is_probe``: of the step that was let through to probe it.

    Another step that was under way when the target was paused does not end the probe.
    """
    match before:
        case TargetState.PAUSED:
            return TargetState.PAUSED
        case TargetState.PROBING:
            return TargetState.PAUSED if is_probe else TargetState.PROBING
    many = found.failures >= rules.pause_after and found.resources >= rules.pause_resources
    return TargetState.PAUSED if many else TargetState.AVAILABLE


def after_answer(before: TargetState, *, is_probe: bool, by_operator: bool) -> TargetState:
    """State after an answer, a refusal included.

    An answer to a step that was sent before the target was paused does not end the pause, nor does
    any answer where an operator paused the target. Any probe's answer does: also one that was
    already replaced by another.
    """
    return TargetState.AVAILABLE if is_probe and not by_operator else before


@dataclass(frozen=True, slots=True)
class Probing:
    """A target that is not available and a step that is about to go there."""

    state: TargetState
    probe_in: timedelta | None
    """Time until the next probe; None: nothing probes it."""
    has_failed: bool = False
    """The step's resource failed there, and was not answered since."""
    is_chosen: bool = False
    """The step was woken to be the probe: those that failed less often could not be."""


def is_let_through(found: Probing) -> bool:
    """Return whether the step may probe the target, if no other does at the same time.

    A probe that was let through and has not come back is followed by another one.
    """
    if found.has_failed and not found.is_chosen:
        return False
    return is_probe_due(found.state, found.probe_in)


def is_probe_due(state: TargetState, probe_in: timedelta | None) -> bool:
    """Return whether it is time to let one step through to probe the target."""
    return state is not TargetState.AVAILABLE and probe_in is not None and probe_in <= timedelta(0)
