"""Limits that say when a step counts as stuck and a target as failing."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class StepRules:
    """Limits after which trouble is listed as stuck and a failing target is paused."""

    stuck_after: timedelta = timedelta(minutes=5)
    """Trouble that lasts this long is listed as stuck."""
    slow_retry: timedelta = timedelta(minutes=5)
    """Between two attempts of a stuck step."""
    pause_after: int = 10
    """Failures in a row after which a target is paused…"""
    pause_resources: int = 3
    """…if they come from so many resources."""
    pause_for: timedelta = timedelta(seconds=30)
    """Between two probes of a paused target."""
    resume_rate: float = 20
    """Waiting steps a second that continue when a target is resumed…"""
    resume_jitter: timedelta = timedelta(seconds=2)
    """…each later by a random part of this."""
