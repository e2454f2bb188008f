"""What a list of orders, or of cancel tasks, is asked for: filter, order and page.

A value of the caller is compared, never interpreted: it reaches the database as a parameter only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from domain.orders.list_attributes import OrderAttribute, TaskAttribute

A = TypeVar("A", OrderAttribute, TaskAttribute)


class Comparison(StrEnum):
    """Comparison of an attribute with a value (TMF630, part 1)."""

    EQUAL = "eq"
    GREATER = "gt"
    GREATER_OR_EQUAL = "gte"
    LESS = "lt"
    LESS_OR_EQUAL = "lte"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since``, inclusive, to before ``until``; None: without bound.

    Moments are shown in milliseconds, and stored more precisely. So a comparison with one that was
    shown is a period, which holds whatever is shown like it.
    """

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OneOf(Generic[A]):
    """The attribute is one of these."""

    attribute: A
    values: tuple[str, ...] | tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Within(Generic[A]):
    """The attribute, a moment, is in one of these periods."""

    attribute: A
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Compared(Generic[A]):
    """The attribute, a text, is so compared with one of these; not for EQUAL."""

    attribute: A
    comparison: Comparison
    values: tuple[str, ...]


Condition = OneOf[A] | Within[A] | Compared[A]

Filter = tuple[tuple[Condition[A], ...], ...]
"""Alternatives, each of conditions that are all met. Empty: everything matches."""


@dataclass(frozen=True, slots=True)
class SortKey(Generic[A]):
    """An attribute that a list is sorted by."""

    attribute: A
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ListQuery(Generic[A]):
    """What is asked of a list."""

    filter: Filter[A] = ()
    sort: tuple[SortKey[A], ...] = ()
    """Empty: the newest first. Rows that are equal in all of these are sorted by id."""
    offset: int = 0
    limit: int = 50
