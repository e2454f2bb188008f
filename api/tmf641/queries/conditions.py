"""Conditions of a query string as typed conditions on attributes that exist."""

import re
from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.moments import MILLISECOND, floor, read_moment_of_query
from api.tmf641.queries.pieces import RawCondition
from domain.orders.list_attributes import OrderAttribute, TaskAttribute, ValueKind, kind_of
from domain.orders.list_queries import (
    Compared,
    Comparison,
    Condition,
    Filter,
    OneOf,
    Period,
    Within,
)

A = TypeVar("A", OrderAttribute, TaskAttribute)

Words = Mapping[A, frozenset[str]]
"""The values that an attribute can have, where they are few: any other is a mistake."""

_LONGEST_PATTERN = 60
# No braces and no back-references: with them a short pattern can take a database long.
_PATTERN = re.compile(
    r"(?!.*\(\?)"  # nothing that only one dialect has
    r"(?:[\w .,:;@#/=<>&!%'\"~+*?^$|()-]"  # letters and signs, also those with a meaning
    r"|\[\^?(?:\w-\w|[\w .,:;@/])+-?\]"  # one of these
    r"|\\[.*+?^$|()\[\]-])*"  # a sign without its meaning
)


def filter_of(
    attributes: type[A], alternatives: tuple[tuple[RawCondition, ...], ...], words: Words[A]
) -> Filter[A]:
    """Return the filter. Raises TmfError for an unknown attribute, comparison or value."""
    return tuple(
        tuple(_condition(_attribute(attributes, each.name), each, words) for each in conditions)
        for conditions in alternatives
    )


def _attribute(attributes: type[A], name: str) -> A:
    if name not in set(attributes):
        raise TmfError(Fault.QUERY_INVALID)  # its name is the caller's, and is not repeated
    return attributes(name)


def _condition(attribute: A, raw: RawCondition, words: Words[A]) -> Condition[A]:
    kind, comparison = kind_of(attribute), raw.comparison
    if kind is ValueKind.MOMENT and comparison is not Comparison.REGEX:
        return Within(attribute, tuple(_period(attribute, comparison, each) for each in raw.values))
    if comparison is Comparison.EQUAL:
        return OneOf(attribute, _equal(attribute, kind, raw.values, words))
    if kind is not ValueKind.TEXT:
        raise TmfError(Fault.QUERY_INVALID, attribute)
    if comparison is Comparison.REGEX:
        for pattern in raw.values:
            _check_pattern(attribute, pattern)
    return Compared(attribute, comparison, raw.values)


def _equal(
    attribute: A, kind: ValueKind, values: tuple[str, ...], words: Words[A]
) -> tuple[str, ...] | tuple[UUID, ...]:
    if kind is ValueKind.ID:
        # What is no UUID is the id of nothing: it matches nothing, like any other unknown id.
        return tuple(id_ for each in values if (id_ := id_of(each)) is not None)
    known = words.get(attribute)
    if known is not None and not known.issuperset(values):
        raise TmfError(Fault.QUERY_INVALID, attribute)
    return values


def id_of(text: str) -> UUID | None:
    """Return the id as we write them; None: it is none of ours."""
    try:
        id_ = UUID(text)
    except ValueError:
        return None
    return id_ if str(id_) == text.lower() else None


def _period(attribute: A, comparison: Comparison, value: str) -> Period:
    """Return the moments for which the comparison holds once they are shown in milliseconds."""
    try:
        moment = read_moment_of_query(value)
        begin = floor(moment)
        end = begin + MILLISECOND
    except (ValueError, OverflowError):
        raise TmfError(Fault.QUERY_INVALID, attribute) from None
    at_or_after = begin if begin == moment else end
    match comparison:
        case Comparison.GREATER:
            return Period(since=end)
        case Comparison.GREATER_OR_EQUAL:
            return Period(since=at_or_after)
        case Comparison.LESS:
            return Period(until=at_or_after)
        case Comparison.LESS_OR_EQUAL:
            return Period(until=end)
        case _:
            # Empty where more digits are given than are shown.
            return Period(at_or_after, end)


def _check_pattern(attribute: str, pattern: str) -> None:
    if not 0 < len(pattern) <= _LONGEST_PATTERN or not _PATTERN.fullmatch(pattern):
        raise TmfError(Fault.QUERY_INVALID, attribute)
    try:
        re.compile(pattern)
    except re.error:
        raise TmfError(Fault.QUERY_INVALID, attribute) from None
