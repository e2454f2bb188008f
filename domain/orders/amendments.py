"""Changes to an order that has been placed: what may still be changed, and when. Pure.

Items are never changed: their places are taken once. Whoever wants others cancels the order and
orders anew. Notes are only added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.orders.notes import NewNote


class Amendable(StrEnum):
    """A part of an order that can be changed; the column that holds it."""

    DESCRIPTION = "description"
    PRIORITY = "priority"
    REQUESTED_START = "requested_start_at"
    REQUESTED_COMPLETION = "requested_completion_at"


@dataclass(frozen=True, slots=True)
class Amendment:
    """Changes to an order, all or none of which are made."""

    values: Mapping[Amendable, Any] = field(default_factory=dict)
    """New values; None: none any more."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """New parts of what is kept as the client gave it; None: none any more."""
    notes: Sequence[NewNote] = ()
    """Notes that the order is to have; those that it has are not added again."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What decides whether an order can be changed."""

    is_final: bool
    has_begun: bool
    needs_confirmation: bool
    """It is shown to people who confirm it as it is."""
    expected_at: datetime | None


class NotAmendable(Exception):
    """A part of the order cannot be changed, or not any more."""

    def __init__(self, part: Amendable | None) -> None:
        super().__init__(part)
        self.part = part
        """None: the order is over, and only takes notes."""


def check(amendment: Amendment, facts: OrderFacts) -> None:
    """Raise NotAmendable where the order does not take a change."""
    if facts.is_final and (amendment.values or amendment.document):
        raise NotAmendable(None)
    for part, value in amendment.values.items():
        if not _takes(part, value, facts):
            raise NotAmendable(part)


def _takes(part: Amendable, value: Any, facts: OrderFacts) -> bool:
    if part is Amendable.PRIORITY:
        return True
    if facts.needs_confirmation:
        return False
    if part is Amendable.REQUESTED_START:
        return not facts.has_begun
    if part is Amendable.REQUESTED_COMPLETION and value is not None:
        return facts.expected_at is None or value >= facts.expected_at
    return True
