"""Changes to an order that has been placed: what may still be changed, and when. Pure.

Items are never changed: their places are taken once. Whoever wants others cancels the order and
orders anew. Notes are only added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.orders import dates
from domain.orders.notes import NewNote


class Amendable(StrEnum):
    """A part of an order that can be changed; the column that holds it."""

    DESCRIPTION = "description"
    PRIORITY = "priority"
    REQUESTED_START = "requested_start_at"
    REQUESTED_COMPLETION = "requested_completion_at"


_DATES = (Amendable.REQUESTED_START, Amendable.REQUESTED_COMPLETION)


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
    now: datetime
    expected_at: datetime | None
    takes: timedelta
    """How long its items are expected to take."""
    start: datetime | None
    """When it asks to start."""
    completion: datetime | None
    """By when it asks to be completed."""


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
    for part in amendment.values:
        if not _takes(part, facts):
            raise NotAmendable(part)
    _check_dates(amendment.values, facts)


def _takes(part: Amendable, facts: OrderFacts) -> bool:
    if part is Amendable.PRIORITY:
        return True
    if facts.needs_confirmation:
        return False
    return part is not Amendable.REQUESTED_START or not facts.has_begun


def _check_dates(values: Mapping[Amendable, Any], facts: OrderFacts) -> None:
    """Raise NotAmendable where the order could not be carried out as it then asks to be."""
    changed = [each for each in _DATES if each in values]
    if not changed:
        return
    start = values.get(Amendable.REQUESTED_START, facts.start)
    completion = values.get(Amendable.REQUESTED_COMPLETION, facts.completion)
    if Amendable.REQUESTED_START in values and dates.begins_too_late(facts.now, start):
        raise NotAmendable(Amendable.REQUESTED_START)
    if completion is None:
        return
    if facts.has_begun:
        is_met = facts.expected_at is None or completion >= facts.expected_at
    else:
        is_met = dates.completes_in_time(facts.now, start, completion, facts.takes)
    if not is_met:
        raise NotAmendable(changed[-1])
