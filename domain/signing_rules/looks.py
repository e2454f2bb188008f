"""Looks: an officer's word that a register state's groups are read rightly (joint.7).

One officer looks, and the look holds for what the register says then: it is of a digest. A later
look at the same takes the place of an earlier one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.audit import Actor
from domain.reasons import Reason


class LookResult(StrEnum):
    """An officer's word."""

    CONFIRMED = "confirmed"
    """The groups are read rightly: what they confirm is carried out."""
    REFUSED = "refused"
    """They are not: nothing that they confirm is carried out."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look at what the register says of a company."""

    result: LookResult
    by: Actor
    at: datetime
    note: str | None
    """What the officer wrote; None: it is erased."""


REASONS: dict[LookResult, Reason] = {
    LookResult.CONFIRMED: Reason(
        "signing_rule_looked_at", "An officer found the groups of the signing rule read rightly"
    ),
    LookResult.REFUSED: Reason(
        "signing_rule_doubted", "An officer doubts that the groups of the signing rule are right"
    ),
}
"""Reasons of the events."""
