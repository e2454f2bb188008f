"""What an effect is told about its step, and what it answers before the target is called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.provisioning.targets import Target


class Prepared(StrEnum):
    """Result of preparing an attempt. What cannot be done raises ``steps.Refused`` instead."""

    READY = "ready"
    NOTHING = "nothing"
    """There is nothing to do: the step is done without its target."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A step as it was found, as far as its effect depends on it."""

    correction: Mapping[str, str] = field(default_factory=dict)
    """Inputs of this step that an operator corrected, by name."""
    is_overtaken: bool = False
    """An urgent step went ahead on the resource: what was read before may be outdated."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of the attempt that the target is asked about."""

    receipt: Mapping[str, Any] = field(default_factory=dict)
    """Of ``Accepted``; empty where its answer was lost."""
    ago: timedelta = timedelta()
    """Since it was sent."""


@dataclass(frozen=True, slots=True)
class FailedAttempts:
    """Number of attempts at a step that is not done, and since when they fail."""

    workflow_id: str
    target: Target
    attempts: int
    """How often it was sent."""
    troubled_since: datetime | None


class NeverReceived:
    """The target was asked: the attempt never reached it, and is not to be sent again."""
