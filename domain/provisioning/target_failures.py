"""Why a target fails or is paused: codes and counts, and the steps that fail most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.ops.stuck_reasons import StuckReason

SUMMARISED = 3
"""Codes that a summary names at most."""


@dataclass(frozen=True, slots=True)
class FailedCall:
    """One failure at a target."""

    step_id: UUID
    resource: str
    """The step's resource; where it has none, the step itself."""
    code: StuckReason
    detail: str = ""
    """The target's own code, if any."""


@dataclass(frozen=True, slots=True)
class FailingCode:
    """What resources were last told by a target, and how many of them."""

    code: StuckReason
    detail: str
    resources: int
    failures: int
    """In a row, of all these resources."""


def in_words(codes: Sequence[FailingCode]) -> str:
    """Each code with the target's own one, and how many failures."""
    return ", ".join(f"{f'{each.code} {each.detail}'.rstrip()} x{each.failures}" for each in codes)


@dataclass(frozen=True, slots=True)
class FailingStep:
    """A step that fails, and that its target has not answered since."""

    id: UUID
    code: StuckReason
    detail: str
    failures: int
    """In a row."""
    first_at: datetime
    last_at: datetime
    is_stuck: bool
    """It is listed as stuck by now."""


@dataclass(frozen=True, slots=True)
class TargetFailures:
    """What fails at a target now."""

    resources: int
    """Resources that failed there and were not answered since."""
    codes: Sequence[FailingCode]
    """What they were told last: the ten codes of most resources."""
    steps: Sequence[FailingStep]
    """The ten steps that failed most often."""


@dataclass(frozen=True, slots=True)
class PauseCause:
    """Why a target was paused after failures."""

    failures: int
    """In a row."""
    resources: int
    """That failed, and were not answered since."""
    codes: Sequence[FailingCode]
    """Those of most resources first."""

    @property
    def summary(self) -> str:
        """Return the cause in one line: codes and counts only."""
        counted = "1 resource" if self.resources == 1 else f"{self.resources} resources"
        more = ", …" if len(self.codes) > SUMMARISED else ""
        return f"{counted}: {in_words(self.codes[:SUMMARISED])}{more}"

    def facts(self) -> dict[str, Any]:
        """The cause as an event keeps it."""
        counts = [
            {"code": each.code, "detail": each.detail, "resources": each.resources}
            for each in self.codes
        ]
        return {"failures": self.failures, "resources": self.resources, "codes": counts}
