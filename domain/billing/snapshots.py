"""Snapshots: the last answer of billing about something, and how long it is good enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from domain.reasons import Reason

T = TypeVar("T")


class SnapshotKind(StrEnum):
    """Subject of a snapshot. Alphabetical."""

    BALANCE = "balance"
    COSTS = "costs"
    CREDIT_LIMIT = "credit_limit"
    CREDIT_LIMIT_HISTORY = "credit_limit_history"
    INVOICE = "invoice"
    INVOICE_LINES = "invoice_lines"
    INVOICES = "invoices"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class FreshRules:
    """Durations: of showing an answer without asking again, and of leaving billing alone.

    patience: How long a reader waits for billing before the last known answer is shown.
    pause: How long what has just failed is not asked for again.
    """

    fresh_for: timedelta = timedelta(minutes=1)
    patience: timedelta = timedelta(seconds=3)
    pause: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Stale:
    """Billing could not be asked: what is shown is what it said at ``since``, the last time."""

    since: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """Billing's last answer about something, and the moment it was asked for."""

    value: T
    read_at: datetime
    stale: Stale | None = None
