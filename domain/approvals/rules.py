"""Rules of approvals: whether there are any, and how long they can be confirmed."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class JointApproval(StrEnum):
    """What an installation lets joint representatives do together."""

    OFF = "off"
    """Nothing: they propose nothing, and what is open is not carried out."""
    FOUR_EYES = "four_eyes"
    """A mandate officer looks at the signing rule before the first approval by it counts."""
    ON = "on"


_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """Rules that every approval is held to."""

    joint: JointApproval = JointApproval.FOUR_EYES
    lapses_after: timedelta = timedelta(days=14)
    zone: ZoneInfo = _UTC
    """The zone of the days that people are told."""


STANDARD = ApprovalRules()
FRESH_FOR = timedelta(minutes=5)
"""Standard of the longest time since the login of whoever proposes or confirms."""
