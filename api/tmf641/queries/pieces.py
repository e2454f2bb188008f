"""The query string, taken apart as TMF630 part 1 has it: alternatives of conditions, and controls.

``;`` separates alternatives, ``&`` conditions that are all met, a comma values of which one is
enough. Comma binds tighter than ``&``, and ``&`` tighter than ``;``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from domain.orders.list_queries import Comparison
from domain.visible_text import is_visible

_CONTROLS = frozenset({"fields", "sort", "offset", "limit", "filter"})
_MOST_CONDITIONS = 50
_MOST_VALUES = 100
_LONGEST_VALUE = 300
# Longest first: `>=` is not `>` with a value that begins with `=`.
_ENCODED = re.compile(r"([@\w.]+)(>=|<=|>|<|=)(.*)", re.ASCII | re.DOTALL)
_SIGNS = {
    ">=": Comparison.GREATER_OR_EQUAL,
    "<=": Comparison.LESS_OR_EQUAL,
    ">": Comparison.GREATER,
    "<": Comparison.LESS,
    "=": Comparison.EQUAL,
}
_BEFORE_EQUALS = {">": Comparison.GREATER_OR_EQUAL, "<": Comparison.LESS_OR_EQUAL}
_VALUE = re.compile(r'\s*("[^"]*"|[^",][^,]*|)\s*(?:,|$)')


@dataclass(frozen=True, slots=True)
class RawCondition:
    """A condition as it was written: its name may be no attribute's."""

    name: str
    comparison: Comparison
    values: tuple[str, ...]
    """One of them is enough."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A query string taken apart."""

    alternatives: tuple[tuple[RawCondition, ...], ...]
    controls: Mapping[str, str]
    """``fields``, ``sort``, ``offset``, ``limit``, ``filter``; each at most once."""


def take_apart(query: bytes) -> Pieces:
    """Take a raw query string apart. Raises TmfError where it is no query of TMF630."""
    controls: dict[str, str] = {}
    alternatives = []
    for alternative in query.split(b";"):
        named = [_condition(part) for part in alternative.split(b"&") if part]
        for each in named:
            if each.name in _CONTROLS:
                _note(controls, each)
        conditions = [each for each in named if each.name not in _CONTROLS]
        alternatives.append(tuple(_merged(conditions)))
    if len(alternatives) > 1 and not all(alternatives):
        raise TmfError(Fault.QUERY_INVALID, ";")  # it would match everything
    if sum(map(len, alternatives)) > _MOST_CONDITIONS:
        raise TmfError(Fault.QUERY_INVALID)
    return Pieces(tuple(filter(None, alternatives)), controls)


def _note(controls: dict[str, str], condition: RawCondition) -> None:
    if condition.name in controls or condition.comparison is not Comparison.EQUAL:
        raise TmfError(Fault.QUERY_INVALID, condition.name)
    controls[condition.name] = condition.values[0]


def _condition(part: bytes) -> RawCondition:
    before, equals, after = part.partition(b"=")
    if not equals:
        return _of_encoded(_text(part))
    name, value = _text(before), _text(after)
    if name in _CONTROLS:
        return RawCondition(name, Comparison.EQUAL, (value,))
    comparison = _BEFORE_EQUALS.get(name[-1:])
    if comparison is not None:
        return RawCondition(name[:-1], comparison, _values(value))
    attribute, dot, suffix = name.rpartition(".")
    if dot and suffix in set(Comparison):
        return RawCondition(attribute, Comparison(suffix), _values(value, suffix))
    return RawCondition(name, Comparison.EQUAL, _values(value))


def _of_encoded(text: str) -> RawCondition:
    """Read a condition whose operator is part of the name: ``orderDate%3E2026-01-01``."""
    read = _ENCODED.fullmatch(text)
    # `=~` is how a misprint of the standard writes a regular expression.
    if read is None or read[1] in _CONTROLS or read[3].startswith("~"):
        raise TmfError(Fault.QUERY_INVALID)
    return RawCondition(read[1], _SIGNS[read[2]], _values(read[3]))


def _text(raw: bytes) -> str:
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise TmfError(Fault.URL_INVALID) from None
    if not is_visible(text):
        raise TmfError(Fault.URL_INVALID)
    return text


def _values(text: str, comparison: str = Comparison.EQUAL) -> tuple[str, ...]:
    # A regular expression may hold a comma, and is one value.
    found = [text] if comparison == Comparison.REGEX else list(_separated(text))
    if len(found) > _MOST_VALUES or any(len(each) > _LONGEST_VALUE for each in found):
        raise TmfError(Fault.QUERY_INVALID)
    return tuple(found)


def _separated(text: str) -> Iterator[str]:
    """Separate values at commas; one pair of quotes around a value is no part of it."""
    place = 0
    while place <= len(text):
        read = _VALUE.match(text, place)
        if read is None:  # something follows a closing quote
            raise TmfError(Fault.QUERY_INVALID)
        value = read[1].strip()
        quoted = len(value) > 1 and value[0] == value[-1] == '"'
        yield value[1:-1] if quoted else value
        place = read.end() + (0 if read[0].endswith(",") else 1)


def _merged(conditions: list[RawCondition]) -> Iterator[RawCondition]:
    """Join conditions of one name and comparison: repeated, they are alternatives (TMF630)."""
    values: dict[tuple[str, Comparison], tuple[str, ...]] = {}
    for each in conditions:
        key = each.name, each.comparison
        values[key] = values.get(key, ()) + each.values
    for (name, comparison), together in values.items():
        if len(together) > _MOST_VALUES:
            raise TmfError(Fault.QUERY_INVALID)
        yield RawCondition(name, comparison, together)
