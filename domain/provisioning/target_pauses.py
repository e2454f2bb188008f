"""The rules of when a target is paused, probed and available again. Pure.

A target is paused by an operator, or after ``StepRules.pause_after`` failures in a row. One that
was paused after failures is probed by one step every ``StepRules.pause_for``: an answer makes it
available, a failure keeps it paused. One that an operator paused is never probed.
"""

from datetime import timedelta

from domain.provisioning.step_rules import StepRules
from domain.provisioning.targets import TargetState


def after_failure(before: TargetState, failures: int, rules: StepRules) -> TargetState:
    """State after a failure. ``failures``: how many there are in a row, with this one."""
    if before is TargetState.AVAILABLE and failures < rules.pause_after:
        return TargetState.AVAILABLE
    return TargetState.PAUSED


def after_answer(before: TargetState) -> TargetState:
    """State after an answer, a refusal included.

    An answer to a step that was sent before the target was paused does not end the pause.
    """
    return TargetState.AVAILABLE if before is TargetState.PROBING else before


def is_probe_due(state: TargetState, probe_in: timedelta | None) -> bool:
    """Return whether one step may be let through to probe the target.

    ``probe_in``: time until the next probe; None: nothing probes it. A probe that was let through
    and has not come back is followed by another one.
    """
    return state is not TargetState.AVAILABLE and probe_in is not None and probe_in <= timedelta(0)
